"""The load table, against calculations by hand."""

from __future__ import annotations

import math

import pytest
from hand import department, duty, item, table

from dutygraph import query
from dutygraph.errors import UsageError
from dutygraph.network.load import department_load
from dutygraph.store import Embedded
from dutygraph.table import Value

# Item 1 names A and B; item 2 names A. The town has 3 duties in item 1 and 1 in item 2.
ITEMS = table("items", [item("1", "A、B"), item("2", "A"), item("9", "", "basic")])
DUTIES = table(
    "duties",
    [
        *[duty("1", "乡镇", "town")] * 3,
        duty("2", "乡镇", "town"),
        duty("1", "A", "department"),
        *[duty("2", "A", "department")] * 2,
        duty("1", "A", "department", "joint"),
        duty("1", "B", "department", "joint"),
        duty("1", "", "unattributed", "unattributed"),
        duty("1", "C", "department"),  # heads a block, but the item does not name it
    ],
)
DEPARTMENTS = table("departments", [department("A", 1), department("B"), department("C")])


def test_department_load_by_hand() -> None:
    load = department_load(ITEMS, DUTIES, DEPARTMENTS)
    a, b, c = (next(r for r in load if r["department"] == name) for name in "ABC")
    # A: items 1 and 2; 1/2 + 1; town 3 + 1; 3/2 + 1; own 1 + 2; lean 2.5 / 5.5
    assert (a["items"], a["items_fractional"]) == (2, 1.5)
    assert (a["town_duties"], a["town_duties_fractional"]) == (4, 2.5)
    assert (a["own_duties"], a["joint_duties"], a["unattributed_duties"]) == (3, 1, 1)
    assert a["lean"] == pytest.approx(2.5 / 5.5)
    assert (a["lean_low"], a["lean_high"]) == pytest.approx((2.5 / 7.5, 2.5 / 5.5))
    assert a["share"] == pytest.approx(2.5 / 4)
    # Alone it leads item 2 with 1 of the town's 4 duties; it is named by items with all 4.
    assert (a["share_low"], a["share_high"]) == (0.25, 1)
    assert (a["taken_back"], a["net"]) == (1, 1)
    # B: item 1 only; nothing of its own alone, so it leans wholly, or not wholly.
    assert (b["items"], b["town_duties_fractional"], b["own_duties"]) == (1, 1.5, 0)
    assert b["lean"] == 1
    assert b["lean_low"] == pytest.approx(1.5 / 3.5)
    assert (b["share_low"], b["share_high"]) == (0, 0.75)
    # C: no item names it.
    assert (c["items"], c["town_duties"], c["own_duties"]) == (0, 0, 1)
    assert (c["lean"], c["share"], c["net"]) == (0, 0, 0)
    assert [row["own_duties_elsewhere"] for row in (a, b, c)] == [0, 0, 1]


def test_shares_add_up_to_one() -> None:
    load = department_load(ITEMS, DUTIES, DEPARTMENTS)
    assert math.fsum(float(r["share"] or 0) for r in load) == pytest.approx(1)


def test_empty_tables_give_an_empty_table() -> None:
    empty = department_load(table("items", []), table("duties", []), table("departments", []))
    assert len(empty) == 0


def test_a_department_without_any_duties_has_no_lean() -> None:
    load = department_load(
        table("items", [item("1", "A")]),
        table("duties", []),
        table("departments", [department("A")]),
    )
    (row,) = load
    assert (row["lean"], row["lean_low"], row["lean_high"], row["share"]) == (None,) * 4


def test_editions_are_kept_apart() -> None:
    other = {**item("1", "A"), "edition": "2024"}
    items = table("items", [item("1", "A"), other])
    duties = table(
        "duties", [duty("1", "乡镇", "town"), {**duty("1", "A", "department"), "edition": "2024"}]
    )
    departments = table("departments", [department("A"), {**department("A"), "edition": "2024"}])
    load = department_load(items, duties, departments)
    assert {r["edition"]: r["lean"] for r in load} == {"2025": 1.0, "2024": 0.0}


def real_load(store: Embedded) -> dict[str, dict[str, Value]]:
    tables = [query.run(store, name) for name in ("items", "duties", "departments")]
    return {str(r["department"]): r for r in department_load(*tables)}


def test_five_departments_of_the_real_document_by_hand(packaged: Embedded) -> None:
    """Counted in the document; the item numbers are those of the cooperative list."""
    load = real_load(packaged)

    # 司法局: item 27 alone; 8 duties of its own, 8 of the town.
    row = load["司法局"]
    assert (row["items"], row["own_duties"], row["town_duties"], row["lean"]) == (1, 8, 8, 0.5)

    # 残疾人联合会: items 14 (2 own, 2 town) and 22 (2 own, 7 town); took back reclaimed 8.
    row = load["残疾人联合会"]
    assert (row["items"], row["own_duties"], row["town_duties"]) == (2, 4, 9)
    assert row["lean"] == pytest.approx(9 / 13)
    assert (row["taken_back"], row["net"]) == (1, 1)

    # 岳普湖县供电公司: item 91 with two others; 2 duties of its own; 2 of the town, a third each.
    row = load["岳普湖县供电公司"]
    assert row["items_fractional"] == pytest.approx(1 / 3)
    assert row["town_duties_fractional"] == pytest.approx(2 / 3)
    assert row["lean"] == pytest.approx((2 / 3) / (2 / 3 + 2))

    # 人民政府: item 52 with 自然资源局; none of its 7 department duties is attributed, 7 of the town.
    row = load["人民政府"]
    assert (row["own_duties"], row["unattributed_duties"], row["town_duties"]) == (0, 7, 7)
    assert (row["lean"], row["lean_high"]) == (1, 1)
    assert row["lean_low"] == pytest.approx(3.5 / 10.5)

    # 工业和信息化局: only heads a block of item 72.
    row = load["工业和信息化局"]
    assert (row["items"], row["own_duties"], row["lean"], row["net"]) == (0, 1, 0, 0)

    # 交通运输局: item 25 with five others; took back reclaimed 30, 31, 32 and, with others, 39.
    row = load["交通运输局"]
    assert (row["items"], row["taken_back"], row["net"]) == (1, 4, -3)
    assert row["items_fractional"] == pytest.approx(1 / 6)


def test_two_departments_of_one_name() -> None:
    twice = table("departments", [department("A"), department("A")])
    with pytest.raises(UsageError, match="two departments of 1 2025 have the name A"):
        department_load(ITEMS, DUTIES, twice)
