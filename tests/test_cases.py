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
from dutygraph.catalogue import KINDS
from dutygraph.model import Duty, DutyList, Item, Side
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


def items(case: Path) -> dict[tuple[str, int], Item]:
    return {(str(item.kind), item.number): item for item in read(case).items}


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@every_case
def test_cover(case: Path) -> None:
    found, expected = read(case), truth(case)
    assert (found.town.name, found.edition) == (expected["town"], str(expected["edition"]))
    assert [division.name for division in found.town.parents] == expected["above"]


@every_case
def test_items(case: Path) -> None:
    expected = {
        (kind, number): facts
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


@every_case
def test_duties(case: Path) -> None:
    for number, facts in truth(case)["items"]["cooperative"].items():
        item = items(case)["cooperative", number]
        for side, column in ((Side.DEPARTMENT, "department_duties"), (Side.TOWN, "town_duties")):
            duties = [duty for duty in item.duties if duty.side is side]
            expected = [
                (block, text) for block in facts.get(column, ()) for text in block["duties"]
            ]
            assert [duty.text for duty in duties] == [text for _, text in expected], number
            for duty, (block, _) in zip(duties, expected, strict=True):
                check_block(duty, block, number)


def check_block(duty: Duty, block: dict[str, Any], number: int) -> None:
    if "party" in block:
        assert [d.name for d in duty.parties] == block["party"], (number, duty.text)
    if "phase" in block:
        assert duty.phase == block["phase"], (number, duty.text)


@every_case
def test_claims(case: Path) -> None:
    found = [(c.subject, c.claimed, c.counted) for c in read(case).claims]
    expected = [(c["subject"], c["claimed"], c["counted"]) for c in truth(case)["claims"]]
    assert sorted(found) == sorted(expected)


@every_case
def test_findings(case: Path) -> None:
    found = read(case).findings
    for expected in truth(case)["findings"]:
        assert any(
            f.code == expected["code"] and expected.get("quote", "") in f.quote for f in found
        ), expected
    if truth(case)["findings_complete"]:
        warnings = {f.code for f in found if f.severity != "info"}
        expected_codes = {f["code"] for f in truth(case)["findings"]}
        assert warnings - ALWAYS == {c for c in expected_codes if KINDS[c].severity != "info"}


@every_case
def test_the_graph_breaks_no_shape(case: Path) -> None:
    assert [r for r in validate_list(read(case)) if r.shape] == []
