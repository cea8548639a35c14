"""The real document, as read by the program, against readings made by eye (tests/readings/)."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dutygraph.model import DutyList, Item, ListKind, Side

READINGS = Path(__file__).parent / "readings"


@cache
def reading(name: str) -> Any:
    return yaml.safe_load((READINGS / f"{name}.yaml").read_text(encoding="utf-8"))


def item(duty_list: DutyList, kind: ListKind, number: int) -> Item:
    (found,) = [i for i in duty_list.items if i.kind is kind and i.number == number]
    return found


ITEMS = sorted(reading("cooperative"))
# Those that the issue of reading names as difficult: phases, joint headings, labels that are no
# headings, numbers lost, several departments without a heading …
DIFFICULT = {2, 6, 15, 18, 25, 33, 36, 52, 54, 57, 71, 72, 78, 85, 90, 91, 102}


def test_the_difficult_items_were_read_by_eye() -> None:
    assert set(ITEMS) >= DIFFICULT
    assert len(ITEMS) >= 25


@pytest.mark.parametrize("number", ITEMS)
def test_duties_of_a_cooperative_item(real_list: DutyList, number: int) -> None:
    expected = reading("cooperative")[number]
    found = item(real_list, ListKind.COOPERATIVE, number)
    assert [d.name for d in found.departments] == expected["departments"]
    duties = [
        {
            "side": str(duty.side),
            "party": ["乡镇"] if duty.side is Side.TOWN else [d.name for d in duty.parties],
            "phase": duty.phase,
            "order": duty.order,
            "text": duty.text,
        }
        for duty in found.duties
    ]
    assert duties == expected["duties"]


@pytest.mark.parametrize("kind", [ListKind.COOPERATIVE, ListKind.RECLAIMED])
def test_departments_named_by_every_item(real_list: DutyList, kind: ListKind) -> None:
    found = {i.number: [d.name for d in i.departments] for i in real_list.items if i.kind is kind}
    assert found == reading("departments")[str(kind)]


def test_parties_that_head_a_block(real_list: DutyList) -> None:
    for number, expected in reading("departments")["headings"].items():
        found = item(real_list, ListKind.COOPERATIVE, number)
        parties: dict[str, None] = {}
        for duty in found.duties:
            parties.update(dict.fromkeys(d.name for d in duty.parties))
        assert list(parties) == expected, number


def test_claims(real_list: DutyList) -> None:
    expected = [
        (
            c["subject"].split(" (")[0].replace("total", "all"),
            c["claimed"],
            c["counted"],
            c["line"],
        )
        for c in reading("claims")["claims"]
    ]
    found = [(c.subject, c.claimed, c.counted, c.place.line) for c in real_list.claims]
    assert sorted(found) == sorted(expected)


# What the readers saw, and the finding that has to say it. A reading that has no such finding
# (a misspelt word, clumsy grammar) is beyond the program and left to people.
SEEN = {
    "claim-mismatch": "claim-mismatch",
    "category-name": "category-spelt-differently",
    "heading-not-in-column": "department-not-listed",
    "column-without-block": "department-without-duties",
    "leftover-tags": "layout-tags",
    "repeated-label": "method-label-repeated",
    "no-final-punctuation": "text-unfinished",
    "method-without-block": "receiving-department-without-work",
}


def oddities(code: str) -> list[dict[str, Any]]:
    return [o for o in reading("oddities")["oddities"] if o["code"] == code]


@pytest.mark.parametrize("code", SEEN)
def test_what_was_seen_by_eye_is_found(real_list: DutyList, code: str) -> None:
    found = Counter(f.place.line for f in real_list.findings if f.code == SEEN[code])
    seen = Counter(o["line"] for o in oddities(code) if not o["note"].startswith("doubtful"))
    # Two cells of a row with tags are one finding.
    lines = set(seen) if code == "leftover-tags" else seen
    assert set(found) == set(lines)


def test_conversion_residue_inside_cells_is_found(real_list: DutyList) -> None:
    seen = {o["line"] for o in oddities("conversion-residue") if o["number"] is not None}
    assert {f.place.line for f in real_list.findings if f.code == "conversion-residue"} == seen


def test_methods_that_name_another_department(real_list: DutyList) -> None:
    headed = {
        (f.item, f.quote) for f in real_list.findings if f.code == "method-names-other-department"
    }
    assert headed == {("38", "塔什库尔干县市场监督管理"), ("39", "塔什库尔干县公安局")}


def test_nothing_else_is_reported_as_wrong(real_list: DutyList) -> None:
    """Every warning of the real document, counted by reading the document."""
    warnings = Counter(f.code for f in real_list.findings if f.severity == "warning")
    assert warnings == {
        "claim-mismatch": 3,  # 100 twice, 39 once
        "claims-contradict": 2,  # 102 against 100, in the introduction and in the contents
        "category-spelt-differently": 2,  # 生态保护 in two paragraphs
        "duties-unattributed": 4,  # items 2, 52, 78, 85
        "department-not-listed": 4,  # 72 twice, 90, 102
        "department-without-duties": 1,  # 72
        "conversion-residue": 3,  # 66; title and method of 40
        "text-unfinished": 2,  # cooperative 67, reclaimed 20
        "method-label-repeated": 1,  # 15
        "method-names-other-department": 2,  # 38, 39
        "row-repeats-row": 1,  # the method of reclaimed 31 stands at 30 too
    }
    assert not [f for f in real_list.findings if f.severity == "violation"]
