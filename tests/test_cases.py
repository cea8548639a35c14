"""Simulated documents in the styles of other places, against readings made by eye.

A case is a folder of tests/cases: list.txt, expected.yaml and README.md. What expected.yaml leaves out
is left open.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dutygraph.build import read_document
from dutygraph.model import Duty, DutyList, Finding, Item, Side
from dutygraph.validate import validate_list

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/expected.yaml"))
# Said of every town that the division table does not list.
ALWAYS = {"division-unlisted"}


@cache
def truth(case: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((case / "expected.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def read(case: Path) -> DutyList:
    return read_document(case / "list.txt")


def items(case: Path) -> dict[tuple[str, str], Item]:
    """Items by list and key; a repeated number has a key such as 3-2."""
    return {(str(item.kind), item.key): item for item in read(case).items}


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_every_case_says_what_it_is_for() -> None:
    assert len(CASES) >= 8
    for case in CASES:
        text = (case / "README.md").read_text(encoding="utf-8")
        assert text.startswith(f"# {case.name}\n"), case.name
        assert any("模拟文本" in paragraph for paragraph in read(case).introduction), case.name


@every_case
def test_cover(case: Path) -> None:
    found, expected = read(case), truth(case)
    assert (found.town.name, found.edition) == (expected["town"], str(expected["edition"]))
    assert [division.name for division in found.town.parents] == expected["above"]
    if "title" in expected:
        assert found.title == expected["title"]
    if "markings" in expected:
        assert list(found.markings) == expected["markings"]


@every_case
def test_items(case: Path) -> None:
    expected = {
        (kind, str(number)): facts
        for kind, group in truth(case)["items"].items()
        for number, facts in group.items()
    }
    found = items(case)
    assert sorted(found) == sorted(expected)
    for key, facts in expected.items():
        item = found[key]
        assert (item.title, item.category) == (facts["title"], facts.get("category", "")), key
        if "departments" in facts:
            assert [d.name for d in item.departments] == facts["departments"], key
        if "method" in facts:
            assert item.method == facts["method"], key
        if "catch_all" in facts:
            assert item.catch_all == facts["catch_all"], key
        if "roles" in facts:
            roles = {s.department.name: s.role for s in item.splits if s.department is not None}
            assert roles == facts["roles"], key


@every_case
def test_duties(case: Path) -> None:
    for number, facts in truth(case)["items"]["cooperative"].items():
        item = items(case)["cooperative", str(number)]
        for side, column in ((Side.DEPARTMENT, "department_duties"), (Side.TOWN, "town_duties")):
            duties = [duty for duty in item.duties if duty.side is side]
            expected = [
                (block, text) for block in facts.get(column, ()) for text in block["duties"]
            ]
            assert [duty.text for duty in duties] == [text for _, text in expected], number
            for duty, (block, _) in zip(duties, expected, strict=True):
                check_block(duty, block, number)


def check_block(duty: Duty, block: dict[str, Any], number: int | str) -> None:
    if "party" in block:
        assert [d.name for d in duty.parties] == block["party"], (number, duty.text)
    assert duty.phase == block.get("phase", ""), (number, duty.text)


@every_case
def test_claims(case: Path) -> None:
    found = [(c.subject, c.claimed, c.counted) for c in read(case).claims]
    expected = [(c["subject"], c["claimed"], c["counted"]) for c in truth(case)["claims"]]
    assert sorted(found) == sorted(expected)


def fits(finding: Finding, expected: dict[str, str]) -> bool:
    return (
        finding.code == expected["code"]
        and expected.get("quote", "") in finding.quote
        and expected.get("list", finding.list_kind) == finding.list_kind
        and expected.get("item", finding.item) == finding.item
    )


@every_case
def test_findings(case: Path) -> None:
    found, stated = read(case).findings, truth(case)["findings"]
    assert [e for e in stated if not any(fits(f, e) for f in found)] == []
    if truth(case)["findings_complete"]:
        doubts = [f for f in found if f.severity != "info" and f.code not in ALWAYS]
        allowed = [*stated, *truth(case).get("findings_open", ())]
        surplus = [f for f in doubts if not any(fits(f, e) for e in allowed)]
        assert [(f.code, f.item, f.quote) for f in surplus] == []


@every_case
def test_the_graph_breaks_no_shape(case: Path) -> None:
    assert [r for r in validate_list(read(case)) if r.shape] == []
