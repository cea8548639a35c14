"""Whole simulated documents in many styles, against what a reader expects (tests/cases/).

A case is a folder: the document, the expectation written by eye, and why it is there. What an
expectation does not state is left open and not compared.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dutygraph.build import read_document
from dutygraph.model import Attribution, DutyList, Item, ListKind, Side

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
# An invented town is in no division table.
ALWAYS = "division-unlisted"
# Claims about other subjects, such as the items of one category, are left open.
SUBJECTS = {
    f"{which} {what}"
    for which in ("all", *ListKind)
    for what in ("items", "categories", "departments")
}


@cache
def expected(case: str) -> dict[str, Any]:
    text = (CASES / case / "expected.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def read(case: str) -> DutyList:
    return read_document(CASES / case / "list.txt")


ITEMS = [
    (case, kind, str(key))
    for case in NAMES
    for kind in ListKind
    for key in expected(case)["items"].get(kind) or {}
]


def item(case: str, kind: ListKind, key: str) -> Item:
    found = [i for i in read(case).items if i.kind is kind and i.key == key]
    assert len(found) == 1, f"{len(found)} items of {kind} with the key {key}"
    return found[0]


def stated(case: str, kind: ListKind, key: str) -> dict[str, Any]:
    items: dict[Any, dict[str, Any]] = expected(case)["items"][kind]
    return {str(k): v for k, v in items.items()}[key]


def duties(found: Item, side: Side) -> list[tuple[list[str], str, str]]:
    """Parties, phase and text of each duty."""
    return [
        ([d.name for d in duty.parties], duty.phase, duty.text)
        for duty in found.duties
        if duty.side is side
    ]


def flat(blocks: list[dict[str, Any]]) -> list[tuple[list[str] | None, str, str]]:
    """The same of an expectation; None for parties that it leaves open."""
    return [
        (block.get("party"), block.get("phase", ""), text)
        for block in blocks
        for text in block["duties"]
    ]


def test_every_case_says_what_it_is_for() -> None:
    assert len(NAMES) >= 8
    for name in NAMES:
        assert (CASES / name / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")


@pytest.mark.parametrize("case", NAMES)
def test_the_document_is_simulated(case: str) -> None:
    assert any("模拟文本" in paragraph for paragraph in read(case).introduction)


@pytest.mark.parametrize("case", NAMES)
def test_cover(case: str) -> None:
    duty_list, says = read(case), expected(case)
    found = {
        "town": duty_list.town.name,
        "above": [division.name for division in duty_list.town.parents],
        "edition": duty_list.edition,
        "title": duty_list.title,
        "markings": list(duty_list.markings),
    }
    assert {k: v for k, v in found.items() if k in says} == {
        k: v for k, v in says.items() if k in found
    }


@pytest.mark.parametrize("case", NAMES)
def test_counts(case: str) -> None:
    assert dict(Counter(i.kind for i in read(case).items)) == expected(case)["counts"]


@pytest.mark.parametrize("case", NAMES)
def test_claims(case: str) -> None:
    found = Counter(
        (c.subject, c.claimed, c.counted) for c in read(case).claims if c.subject in SUBJECTS
    )
    says = Counter((c["subject"], c["claimed"], c["counted"]) for c in expected(case)["claims"])
    assert {"missing": dict(says - found), "surplus": dict(found - says)} == {
        "missing": {},
        "surplus": {},
    }


@pytest.mark.parametrize("case", NAMES)
def test_findings(case: str) -> None:
    """Every expected finding is there; a quote has to be part of the one given."""
    missing = [
        says
        for says in expected(case)["findings"]
        if not any(
            f.code == says["code"]
            and (f.list_kind or "") == says.get("list", f.list_kind or "")
            and f.item == says.get("item", f.item)
            and says.get("quote", "") in f.quote
            for f in read(case).findings
        )
    ]
    assert missing == []


@pytest.mark.parametrize("case", [name for name in NAMES if expected(name)["findings_complete"]])
def test_nothing_else_is_reported_as_wrong(case: str) -> None:
    says = Counter(f["code"] for f in expected(case)["findings"])
    surplus = [
        (f.code, str(f.list_kind or ""), f.item, f.quote)
        for f in read(case).findings
        if f.severity != "info" and f.code != ALWAYS and not says[f.code]
    ]
    assert surplus == []


@pytest.mark.parametrize(("case", "kind", "key"), ITEMS)
def test_item(case: str, kind: ListKind, key: str) -> None:
    found, says = item(case, kind, key), stated(case, kind, key)
    facts = {
        "category": found.category,
        "title": found.title,
        "departments": [d.name for d in found.departments],
        "catch_all": found.catch_all,
        "roles": {s.department.name: s.role for s in found.splits if s.department is not None},
        "method": found.method,
    }
    assert {k: v for k, v in facts.items() if k in says} == {
        k: v for k, v in says.items() if k in facts
    }


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (case, key)
        for case, kind, key in ITEMS
        if kind is ListKind.COOPERATIVE and "department_duties" in stated(case, kind, key)
    ],
)
def test_duties_of_departments(case: str, key: str) -> None:
    kind = ListKind.COOPERATIVE
    says = flat(stated(case, kind, key)["department_duties"])
    found = duties(item(case, kind, key), Side.DEPARTMENT)
    decided = [
        (parties if index >= len(says) or says[index][0] is not None else None, phase, text)
        for index, (parties, phase, text) in enumerate(found)
    ]
    assert decided == says


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (case, key)
        for case, kind, key in ITEMS
        if kind is ListKind.COOPERATIVE and "town_duties" in stated(case, kind, key)
    ],
)
def test_duties_of_the_town(case: str, key: str) -> None:
    kind = ListKind.COOPERATIVE
    found = item(case, kind, key)
    says = [(phase, text) for _, phase, text in flat(stated(case, kind, key)["town_duties"])]
    assert [(phase, text) for _, phase, text in duties(found, Side.TOWN)] == says
    assert all(d.attribution is Attribution.SOLE for d in found.duties if d.side is Side.TOWN)
