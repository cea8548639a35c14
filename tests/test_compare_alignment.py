"""What the comparison takes from an alignment: pairs, groups, concepts."""

from __future__ import annotations

from typing import Any

import pytest
from compared import Row, Written, aligned, lists, mappings, match, pairs, tables
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.compare.aligning import given as given_alignment
from dutygraph.compare.alignment import (
    RELATIONS,
    Pair,
    concepts_of,
    groups,
    pairs_between,
    pairs_from,
)
from dutygraph.compare.comparison import compare_tables
from dutygraph.errors import UsageError
from dutygraph.table import Column, Table

A = Written(
    "甲乡", "1", "2024", [Row("b1", "一"), Row("c1", "二"), Row("c2", "三"), Row("r1", "四")]
)
B = Written(
    "乙乡", "2", "2025", [Row("b1", "一"), Row("c1", "二"), Row("c2", "三"), Row("r1", "四")]
)


def test_pairs_in_the_order_of_the_items() -> None:
    table = pairs(A, B, "c2 b1 reworded", "b1 c1 exact", "r1 - none", "- r1 none")
    a, b = lists(A, B)
    found = pairs_between(table, a, b)
    assert [(pair.a, pair.b, pair.relation) for pair in found] == [
        (("basic", "1"), ("cooperative", "1"), "exact"),
        (("cooperative", "2"), ("basic", "1"), "reworded"),
    ]
    assert (found[0].score, found[0].confidence) == (0.5, 0.75)


def test_a_row_that_names_the_second_list_first_is_turned_round() -> None:
    """b1 of A is the whole as seen from B: the other one, A's, is the broader one."""
    table = pairs(B, A, "c1 b1 broader", "c2 b1 narrower", "r1 r1 exact")
    a, b = lists(A, B)
    relations = {(pair.a, pair.b): pair.relation for pair in pairs_between(table, a, b)}
    assert relations == {
        (("basic", "1"), ("cooperative", "1")): "narrower",
        (("basic", "1"), ("cooperative", "2")): "broader",
        (("reclaimed", "1"), ("reclaimed", "1")): "exact",
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("c9 b1 exact", "names the item 1/2024/cooperative/9"),
        ("c1 b1 same", "relation 'same'"),
    ],
)
def test_an_alignment_that_does_not_fit(row: str, message: str) -> None:
    a, b = lists(A, B)
    with pytest.raises(UsageError, match=message):
        pairs_between(pairs(A, B, row), a, b)


def test_a_pair_that_stands_twice() -> None:
    a, b = lists(A, B)
    with pytest.raises(UsageError, match="stands twice"):
        pairs_between(pairs(A, B, "c1 b1 exact", "c1 b1 reworded"), a, b)


def test_groups_by_hand() -> None:
    """b1 was divided into b1 and c1; c1 and r1 only may be the same; c2 of B belongs uncertainly to
    b1, which has a sure partner, and so stays alone.
    """
    found = match(A, B, "b1 b1 narrower", "b1 c1 narrower", "c1 r1 uncertain", "b1 c2 uncertain")
    described = [
        ([*map("".join, g.a)], [*map("".join, g.b)], g.sure, g.shared) for g in found.groups
    ]
    assert described == [
        (["basic1"], ["basic1", "cooperative1"], True, True),
        (["cooperative1"], ["reclaimed1"], False, False),
        (["cooperative2"], [], True, False),
        (["reclaimed1"], [], True, False),
        ([], ["cooperative2"], True, False),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["b1", "c1", "c2", "r1"]),
            st.sampled_from(["b1", "c1", "c2", "r1"]),
            st.sampled_from(RELATIONS[:-1]),
        ),
        unique_by=lambda row: row[:2],
        max_size=8,
    )
)
def test_each_item_is_in_one_group(rows: list[tuple[str, str, str]]) -> None:
    found = match(A, B, *(" ".join(row) for row in rows))
    assert sorted(item for g in found.groups for item in g.a) == sorted(found.a.items)
    assert sorted(item for g in found.groups for item in g.b) == sorted(found.b.items)
    together = {(a, b) for g in found.groups for a in g.a for b in g.b}
    assert all((pair.a, pair.b) in together for pair in found.pairs if pair.sure)


def test_concepts_of_mappings() -> None:
    """r1 of A is mapped uncertainly only and c2 not at all: each is a concept of its own."""
    table = mappings(
        (A, "b1 K exact"),
        (A, "c1 L reworded"),
        (A, "r1 K uncertain"),
        (A, "c2 M none"),
        (B, "b1 K exact"),
    )
    (a,) = lists(A)
    found = concepts_of(table, [a])
    assert dict(found.labels) == {
        "K": "label K",
        "L": "label L",
        "own:1/2024/cooperative/2": "三",
        "own:1/2024/reclaimed/1": "四",
    }
    assert [(one.item.key, one.sure) for one in found.instances["K"]] == [("1", True), ("1", False)]


def test_a_mapping_that_stands_twice() -> None:
    with pytest.raises(UsageError, match="mapped to K twice"):
        concepts_of(mappings((A, "b1 K exact"), (A, "b1 K reworded")), lists(A))


@pytest.mark.parametrize(
    ("of_a", "of_b", "relation"),
    [
        ("exact", "exact", "exact"),  # of the same words
        ("uncertain", "exact", "uncertain"),
        ("exact", "uncertain", "uncertain"),
        ("narrower", "exact", "narrower"),  # the concept is a part of a, and b is the concept
        ("broader", "exact", "broader"),
        ("exact", "broader", "narrower"),  # a is the concept, which b is a part of
        ("exact", "narrower", "broader"),
        ("narrower", "broader", "narrower"),  # b is a part of a part of a
        ("narrower", "narrower", ""),  # they share a part
        ("broader", "broader", ""),  # two parts of one whole
    ],
)
def test_pairs_that_follow_from_concepts(of_a: str, of_b: str, relation: str) -> None:
    a, b = lists(A, B)
    table = mappings((A, f"b1 K {of_a}"), (B, f"b1 K {of_b}"))
    found = pairs_from(concepts_of(table, [a, b]), a, b)
    expected = [Pair(("basic", "1"), ("basic", "1"), relation, 0.5, 0.75)] if relation else []
    assert found == expected


def test_several_items_of_one_concept() -> None:
    """Two items of A and one of B: the more alike one is its partner, the other one a part of it."""
    a = Written("甲乡", "1", "2024", [Row("c1", "森林防火"), Row("c2", "开展草原森林防火")])
    b = Written("乙乡", "2", "2024", [Row("c1", "开展森林防火")])
    first, second = lists(a, b)
    table = mappings((a, "c1 K reworded"), (a, "c2 K reworded"), (b, "c1 K exact"))
    # 6 common characters of 4 + 6 = 0.8; of 8 + 6: 12/14 = 0.86
    assert [
        (pair.a[1], pair.relation)
        for pair in pairs_from(concepts_of(table, [first, second]), first, second)
    ] == [("1", "broader"), ("2", "reworded")]


def test_what_is_an_alignment() -> None:
    one, many = pairs(A, B, "b1 b1 exact"), mappings((A, "b1 K exact"))

    class Whole:
        mappings = many

    assert given_alignment(one).pairs == (one,)
    assert given_alignment([one, Whole()]).mappings is many
    wrong: list[Any] = [3, [many, many], Table("x", (Column("key"),), [])]
    for alignment in wrong:
        with pytest.raises(UsageError):
            given_alignment(alignment)


def test_an_alignment_of_other_lists() -> None:
    with pytest.raises(UsageError, match="says nothing of 1@2024 and 2@2025"):
        compare_tables(tables(A, B), lists(A, B), aligned())


def test_groups_of_empty_lists() -> None:
    a, b = lists(A, B)
    alone = groups(a, b, [])
    assert len(alone) == 8
    assert not any(group.shared for group in alone)
