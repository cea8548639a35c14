"""The items behind a number add up to the number."""

from __future__ import annotations

import pytest

from dutygraph.report.anchors import anchor
from dutygraph.report.content import Content, gather
from dutygraph.report.evidence import Evidence, evidence
from dutygraph.store import Embedded


@pytest.fixture(scope="module")
def content(packaged: Embedded) -> Content:
    return gather(packaged)


@pytest.fixture(scope="module")
def found(content: Content) -> dict[str, Evidence]:
    return {e.anchor: e for group in evidence(content.tables) for e in group.entries}


def test_departments(content: Content, found: dict[str, Evidence]) -> None:
    parts = {
        "items": "items",
        "town": "town_duties",
        "own": "own_duties",
        "joint": "joint_duties",
        "unattributed": "unattributed_duties",
        "reclaimed": "taken_back",
    }
    for row in content.tables["department-load"]:
        for part, column in parts.items():
            place = anchor("department", str(row["department"]), part)
            total = found[place].total if place in found else 0
            assert total == row[column], place


def test_pairs_and_cells(content: Content, found: dict[str, Evidence]) -> None:
    for row in content.tables["department-pairs"]:
        one = found[anchor("pair", str(row["department_a"]), str(row["department_b"]))]
        assert one.total == row["items"]
    for row in content.tables["department-categories"]:
        one = found[anchor("cell", str(row["department"]), str(row["category"]))]
        assert [basis.key for basis in one.items] == str(row["item_keys"]).split()


def test_categories_actions_and_parties(content: Content, found: dict[str, Evidence]) -> None:
    for row in content.tables["categories"]:
        for kind in ("basic", "cooperative", "reclaimed"):
            place = anchor("category", str(row["category"]), kind)
            assert (found[place].total if place in found else 0) == row[kind]
    for row in content.tables["action-totals"]:
        place = anchor("action", str(row["party_kind"]), str(row["action"]))
        assert found[place].total == row["duties"]
    assert [found[anchor("party", k)].total for k in ("town", "department", "unattributed")] == [
        340,
        412,
        15,
    ]


def test_by_hand(found: dict[str, Evidence]) -> None:
    # 司法局 leads item 27 alone, with 8 duties of its own and 8 of the town.
    assert [(b.kind, b.key) for b in found["department/司法局/items"].items] == [
        ("cooperative", "27")
    ]
    assert [(b.key, b.count) for b in found["department/司法局/own"].items] == [("27", 8)]
    # 公安局 and 市场监督管理局 are named together by items 25, 54, 57, 94 and 97.
    keys = [basis.key for basis in found["pair/公安局/市场监督管理局"].items]
    assert keys == ["25", "54", "57", "94", "97"]
