"""Work that was taken back and came again, over two and more editions, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from compared import Row, Written, lists, mappings, match

from dutygraph.compare.alignment import concepts_of
from dutygraph.compare.rebounds import by_row, rebounds

FIRST = Written(
    "T",
    "1",
    "2023-01",
    [
        Row("r1", "违建处罚", departments="住建局", method="由住建局负责。"),
        Row("r2", "噪声处罚", departments="环保局", method="乡镇配合做好排查。"),
        Row("r3", "河道处罚", departments="水利局"),
        Row("r4", "无照经营", departments="市监局"),
        Row("c1", "无照经营排查", departments="市监局"),
    ],
)
SECOND = Written(
    "T",
    "1",
    "2024-01",
    [
        Row("c1", "违建排查", departments="城管局"),
        Row("b1", "噪声管理"),
        Row("r1", "河道处罚", departments="水利局"),
        Row("c2", "无照经营排查", departments="市监局"),
    ],
)
THIRD = Written(
    "T", "1", "2025-01", [Row("c1", "河道管理", departments="水利局"), Row("b1", "别的")]
)


def back(table: Any) -> list[tuple[Any, ...]]:
    names = "edition key edition_to list_to key_to editions_between rule certain".split()
    return [tuple(row[name] for name in names) for row in table if row["kind"] == "returned"]


def test_over_two_and_three_editions() -> None:
    """违建 and 噪声 come back at once; 河道 is taken back twice before it does; 无照经营 had its
    cooperative item beside the reclaimed one all along.
    """
    steps = [
        match(FIRST, SECOND, "r1 c1 reworded", "r2 b1 uncertain", "r3 r1 exact", "c1 c2 exact", "r4 c2 broader"),
        match(SECOND, THIRD, "r1 c1 reworded"),
    ]  # fmt: skip
    table = rebounds(lists(FIRST, SECOND, THIRD), steps)
    assert back(table) == [
        ("2023-01", "1", "2024-01", "cooperative", "1", 0, "pair", True),
        ("2023-01", "2", "2024-01", "basic", "1", 0, "pair", False),
        ("2024-01", "1", "2025-01", "cooperative", "1", 0, "pair", True),
    ]
    first = next(iter(table))
    assert (first["quote"], first["departments"], first["departments_to"]) == (
        "由住建局负责。",
        "住建局",
        "城管局",
    )
    assert (first["line"], first["line_to"], first["title_to"]) == (101, 101, "违建排查")


def test_over_an_edition_that_did_not_have_it() -> None:
    """Only concepts can tell: 违建 is not in the second edition at all."""
    second = Written("T", "1", "2024-01", [Row("b1", "别的")])
    third = Written("T", "1", "2025-01", [Row("c7", "违建排查", departments="城管局")])
    some = lists(FIRST, second, third)
    table = mappings((FIRST, "r1 K exact"), (third, "c7 K reworded"))
    assert back(rebounds(some, [], concepts_of(table, some))) == [
        ("2023-01", "1", "2025-01", "cooperative", "7", 1, "concept", True)
    ]


def test_concepts_and_pairs_tell_of_a_return_once() -> None:
    some = lists(FIRST, SECOND)
    table = mappings((FIRST, "r1 K exact"), (SECOND, "c1 K reworded"))
    step = match(FIRST, SECOND, "r1 c1 uncertain")
    # The concept is sure where the pair is not, and so is what is told.
    assert back(rebounds(some, [step], concepts_of(table, some))) == [
        ("2023-01", "1", "2024-01", "cooperative", "1", 0, "concept", True)
    ]


def test_an_undated_edition_comes_first() -> None:
    undated = Written("T", "1", "undated", [Row("r1", "一")])
    dated = Written("T", "1", "2024", [Row("c1", "一")])
    some = lists(undated, dated)
    table = mappings((undated, "r1 K exact"), (dated, "c1 K exact"))
    assert back(rebounds(some, [], concepts_of(table, some)))[0][:3] == ("undated", "1", "2024")


def test_two_towns_give_no_return() -> None:
    other = Written("U", "2", "2024-01", SECOND.rows)
    assert back(rebounds(lists(FIRST, other), [match(FIRST, other, "r1 c1 reworded")])) == []


def test_methods() -> None:
    table = [row for row in rebounds(lists(FIRST, SECOND)) if row["kind"] == "method"]
    (row,) = table
    assert (row["edition"], row["key"], row["quote"], row["rule"]) == (
        "2023-01",
        "2",
        "乡镇配合做好排查",
        "subject",
    )
    assert (row["actions"], row["certain"], row["edition_to"]) == ("cooperate inspect", True, None)


def test_marks_of_rows() -> None:
    step = match(FIRST, SECOND, "r1 c1 reworded", "r2 b1 reworded")
    table = rebounds([step.a, step.b], [step])
    assert by_row(step, table) == {
        (("reclaimed", "1"), ("cooperative", "1")): "returned",
        (("reclaimed", "2"), ("basic", "1")): "returned method_a",
        (("reclaimed", "2"), None): "method_a",
    }


@pytest.mark.parametrize("some", [[], [THIRD]])
def test_nothing_taken_back(some: list[Written]) -> None:
    assert len(rebounds(lists(*some) if some else [])) == 0
