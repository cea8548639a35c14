"""One number a measure, against calculations by hand."""

from __future__ import annotations

import pytest
from hand import ACTIONS, HERE, department, duty, item, table

from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table
from dutygraph.network.summary import MEASURES, measure_table
from dutygraph.table import Table, Value


def summary(
    items: list[dict[str, Value]],
    duties: list[dict[str, Value]],
    departments: list[dict[str, Value]],
    lists: dict[str, Value],
) -> dict[str, dict[str, Value]]:
    tables = table("items", items), table("duties", duties), table("departments", departments)
    load = department_load(*tables)
    found = measure_table(
        table("lists", [{**HERE, **lists}]),
        load,
        tables[0],
        tables[1],
        ACTIONS,
        pair_table(tables[0]),
    )
    return {str(row["measure"]): row for row in found}


def test_measures_by_hand() -> None:
    found = summary(
        [item("1", "A、B"), item("2", "A"), item("3", "C")],
        [
            duty("1", "乡镇", "town", actions="inspect"),
            duty("2", "乡镇", "town", actions="approve", position=1),
            duty("1", "A", "department", "joint", actions="approve"),
            duty("1", "B", "department", "joint", actions="approve"),
            duty("2", "A", "department", actions="report"),
            duty("3", "", "unattributed", "unattributed", actions="inspect"),
        ],
        [department("A", 2), department("B"), department("C", 1), department("D", 1)],
        {"basic": 5, "cooperative": 3, "reclaimed": 2},
    )
    value = {name: row["value"] for name, row in found.items()}
    assert list(value) == [measure.name for measure in MEASURES]
    assert [value[k] for k in ("items", "balance")] == [10, 0.5]
    # Five duties: the joint one counts once.
    assert [value[k] for k in ("duties", "town_duties", "department_duties", "joint_duties")] == [
        5,
        2,
        2,
        1,
    ]
    share = found["town_share"]
    assert (share["value"], share["low"], share["high"]) == pytest.approx((0.4, 0.4, 0.6))
    assert value["departments"] == 3
    assert value["departments_per_item"] == pytest.approx(4 / 3)
    # Town duties shared out: A ½ + 1, B ½, C 0: HHI (3/4)² + (1/4)².
    assert value["hhi"] == pytest.approx(0.625)
    assert (value["town_legwork"], value["town_authority"]) == (0.5, 0.5)
    legwork = found["department_legwork"]
    assert (legwork["value"], legwork["low"], legwork["high"]) == pytest.approx((0.5, 0.5, 2 / 3))
    assert [value[f"network_{k}"] for k in ("nodes", "edges", "isolated")] == [3, 1, 1]
    assert value["network_density"] == pytest.approx(1 / 3)
    assert value["network_largest_component"] == 2
    assert (value["taken_back_from"], value["taken_back_and_leading"]) == (3, 2)


def test_an_edition_without_items_has_values_or_none() -> None:
    found = summary([], [], [], {"basic": 0, "cooperative": 0, "reclaimed": 0})
    assert found["items"]["value"] == 0
    assert found["balance"]["value"] is None
    assert found["town_share"]["value"] is None
    assert found["hhi"]["value"] is None
    assert found["network_nodes"]["value"] == 0
    assert found["network_density"]["value"] is None
    assert found["network_modularity"]["value"] is None


def test_no_editions() -> None:
    nothing = [table(name, []) for name in ("items", "duties", "departments")]
    load = department_load(*nothing)
    pairs = pair_table(nothing[0])
    found = measure_table(table("lists", []), load, nothing[0], nothing[1], ACTIONS, pairs)
    assert isinstance(found, Table)
    assert len(found) == 0
