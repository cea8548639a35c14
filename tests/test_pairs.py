"""Departments named together, against calculations by hand."""

from __future__ import annotations

import math

import pytest
from hand import item, table

from dutygraph import query
from dutygraph.network.pairs import pair_table
from dutygraph.store import Embedded


def test_weights_by_hand() -> None:
    # Item 1 names three departments, items 2 and 3 two, item 4 one, item 5 none.
    items = table(
        "items",
        [
            item("1", "A、B、C"),
            item("2", "A、B"),
            item("3", "B、C"),
            item("4", "D"),
            item("5", ""),
            item("6", "A、C", "reclaimed"),
        ],
    )
    rows = {(r["department_a"], r["department_b"]): r for r in pair_table(items)}
    assert set(rows) == {("A", "B"), ("A", "C"), ("B", "C")}
    ab, ac = rows["A", "B"], rows["A", "C"]
    assert (ab["items"], ab["item_keys"], ab["weight_newman"]) == (2, "1 2", 1.5)
    assert (ac["items"], ac["item_keys"], ac["weight_newman"]) == (1, "1", 0.5)
    # Four items name a department; A has 2, B has 3: C(3,2)·C(1,0)/C(4,2) = 1/2.
    assert ab["p_hypergeometric"] == pytest.approx(1 / 2)
    assert ab["weight_hypergeometric"] == pytest.approx(math.log10(2))
    # C has 2 of the 4: at least one with A is 1 − C(2,0)·C(2,2)/C(4,2) = 5/6.
    assert ac["p_hypergeometric"] == pytest.approx(5 / 6)
    assert not any(r["significant"] for r in rows.values())
    assert all(float(r["q_value"] or 0) >= float(r["p_value"] or 0) for r in rows.values())


def test_p_value_of_a_model_that_can_be_solved_by_hand() -> None:
    # Two departments, each with 1 of 2 items that name one each would be: here item 1 names both
    # and item 2 none that is left over, so one item remains and both are certain.
    (row,) = pair_table(table("items", [item("1", "A、B"), item("2", "")]))
    assert (row["p_value"], row["expected"]) == (1, 1)


def test_a_pair_that_is_planted_is_found() -> None:
    # A and B share 12 of 60 items, which name nobody else; each of 16 others has 3 of its own.
    rows = [item(str(n), "A、B") for n in range(1, 13)]
    rows += [item(str(n), f"D{n % 16}") for n in range(13, 61)]
    (pair,) = pair_table(table("items", rows))
    assert (pair["items"], pair["significant"], pair["within_reach"]) == (12, True, True)
    assert pair["p_least"] == pair["p_value"]  # they share all that they have


def test_the_saved_query_says_the_same(packaged: Embedded) -> None:
    asked = {
        (r["department_a"], r["department_b"]): r["items"]
        for r in query.run(packaged, "department-pairs")
    }
    found = {
        (r["department_a"], r["department_b"]): r["items"]
        for r in pair_table(query.run(packaged, "items"))
    }
    assert {frozenset(k): v for k, v in found.items()} == {
        frozenset(k): v for k, v in asked.items()
    }


def test_nothing_together() -> None:
    assert len(pair_table(table("items", []))) == 0
    assert len(pair_table(table("items", [item("1", "A")]))) == 0


def test_few_pairs_of_the_real_document_are_within_reach(packaged: Embedded) -> None:
    rows = list(pair_table(query.run(packaged, "items")))
    for row in rows:
        assert float(row["p_least"] or 0) <= float(row["p_value"] or 0) + 1e-12
        # 40 departments: 780 pairs.
        assert row["within_reach"] == (float(row["p_least"] or 0) <= 0.05 / 780)
    (first,) = (r for r in rows if r["item_keys"] == "25 54 57 94 97")
    assert not first["within_reach"]  # not with all 7 items of 公安局 in common either
