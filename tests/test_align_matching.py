"""The one-to-one assignment, and the evidence that it rests on."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.align.entries import Entry
from dutygraph.align.evidence import evidence, profile, title_similarity
from dutygraph.align.matching import assign, compare
from dutygraph.align.settings import EVIDENCE, settings
from dutygraph.align.wording import title_key


def entry(
    title: str,
    key: str = "1",
    kind: str = "cooperative",
    category: str = "a",
    departments: frozenset[str] = frozenset(),
    duties: str = "",
    division: str = "1",
) -> Entry:
    return Entry(
        "T", division, "2025", kind, 1, key, title, title_key(title), category, departments, duties
    )


def value(a: Entry, b: Entry, name: str) -> float:
    """One piece of evidence on two items, in a corpus of some others."""
    others = [entry("秸秆禁烧"), entry("疫苗接种"), entry("地名标志")]
    both = profile([a, b, *others])
    items, other = both.rows([0]), both.rows([1])
    similar = title_similarity(items, other)
    found = evidence(items, other, similar, np.array([0]), np.array([0]))
    return float(found[0, EVIDENCE.index(name)])


# assignment


def test_the_sum_counts_and_not_the_best_pair() -> None:
    # 0–0 alone would be best (5), but 0–1 and 1–0 together are worth 6.
    rows, columns, worth = [0, 0, 1], [0, 1, 0], [5.0, 3.0, 3.0]
    assert assign(rows, columns, worth) == [1, 2]


def test_what_is_worth_nothing_is_not_chosen() -> None:
    assert assign([0, 1], [0, 1], [0.0, -1.0]) == []
    assert assign([0, 0], [0, 1], [-1.0, 2.0]) == [1]
    assert assign([], [], []) == []


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(-3, 9)),
            max_size=10,
            unique_by=lambda one: one[:2],
        )
    )
)
def test_no_other_assignment_is_worth_more(pairs: list[tuple[int, int, int]]) -> None:
    table = {(row, column): max(worth, 0) for row, column, worth in pairs}
    best = max(
        sum(table.get((row, column), 0) for row, column in enumerate(order))
        for order in permutations(range(4))
    )
    chosen = assign(*(list(part) for part in zip(*pairs, strict=True))) if pairs else []
    assert sum(pairs[place][2] for place in chosen) == best
    for side in (0, 1):
        ends = [pairs[place][side] for place in chosen]
        assert len(set(ends)) == len(ends)


# evidence


def test_titles_with_the_same_words_are_alike() -> None:
    assert value(entry("做好危房改造工作"), entry("开展危房改造"), "title") == 1.0
    assert value(entry("危房改造"), entry("征兵宣传"), "title") == 0.0
    assert value(entry("危房改造"), entry("危房改造"), "same_title") == 1.0
    assert value(entry("做好危房改造"), entry("危房改造"), "same_title") == 0.0


def test_the_longer_title_covers_the_shorter_one() -> None:
    assert value(entry("危房改造，人饮工程"), entry("危房改造"), "cover") == pytest.approx(
        1.0, abs=0.02
    )
    assert value(entry("危房改造，人饮工程"), entry("征兵宣传"), "cover") == 0.0


def test_strange_is_what_each_names_alone() -> None:
    same = value(entry("开展食品安全检查"), entry("食品安全监督检查"), "strange")
    other = value(entry("养老机构监管"), entry("托育机构监管"), "strange")
    assert same == 0.0 < 0.5 < other


def test_list_and_category() -> None:
    a = entry("危房改造")
    assert value(a, entry("危房改造"), "list") == 1.0
    assert value(a, entry("危房改造", kind="basic"), "list") == -1.0
    assert value(a, entry("危房改造", category="b"), "category") == -1.0
    assert value(a, entry("危房改造", category=""), "category") == 0.0  # nothing is known


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"x"}, {"x"}, 1.0),
        ({"x"}, {"y"}, -1.0),
        ({"x", "y"}, {"x"}, 0.0),  # one of two in common: Jaccard 1/2
        ({"x", "y", "z"}, {"x"}, -1 / 3),
        (set(), {"x"}, 0.0),  # nothing is known
    ],
)
def test_departments(a: set[str], b: set[str], expected: float) -> None:
    found = value(
        entry("危房改造", departments=frozenset(a)),
        entry("危房改造", departments=frozenset(b)),
        "departments",
    )
    assert found == pytest.approx(expected)


def test_duties() -> None:
    text = "对辖区危房逐户排查登记上报"
    a = entry("危房改造", duties=text)
    assert value(a, entry("危房改造", duties=text), "duties") == pytest.approx(1.0)
    assert value(a, entry("危房改造", duties="征兵宣传动员体检"), "duties") == pytest.approx(0.0)
    assert value(a, entry("危房改造"), "duties_known") == 0.0
    assert value(a, entry("危房改造", duties="征兵"), "duties_known") == 1.0


def test_phrases_of_a_form_are_no_evidence() -> None:
    # Each text of the list begins with the same phrase; what is left has nothing in common.
    filler = [
        entry(
            f"事项{n}",
            key=str(n),
            duties="塔什库尔干县制定方案甲乙丙丁戊己庚辛壬癸子丑寅卯"[: 9 + n % 4],
        )
        for n in range(24)
    ]
    a = entry("危房改造", key="a", duties="塔什库尔干县制定方案逐户排查")
    b = entry("征兵宣传", key="b", duties="塔什库尔干县制定方案动员体检")
    both = profile([a, b, *filler])
    items, other = both.rows([0]), both.rows([1])
    found = evidence(items, other, title_similarity(items, other), np.array([0]), np.array([0]))
    assert found[0, EVIDENCE.index("duties")] == pytest.approx(0.0)


TITLES = st.lists(
    st.sampled_from(
        [
            "危房改造",
            "做好危房改造",
            "农村危房改造工作",
            "征兵宣传",
            "征兵工作",
            "秸秆禁烧",
            "",
            "第1类检查",
        ]
    ),
    min_size=1,
    max_size=6,
)


@given(TITLES, TITLES)
def test_it_does_not_matter_which_side_is_which(first: list[str], second: list[str]) -> None:
    a = [entry(title, key=str(n)) for n, title in enumerate(first)]
    b = [entry(title, key=str(n), division="2") for n, title in enumerate(second)]
    model = settings().pair

    def found(x: list[Entry], y: list[Entry]) -> dict[tuple[int, int], float]:
        both = profile([*x, *y])
        left, right = both.rows(range(len(x))), both.rows(range(len(x), len(both)))
        pairs = compare(left, right, model, both_ways=True)
        ends = zip(pairs.rows.tolist(), pairs.columns.tolist(), strict=True)
        return dict(zip(ends, pairs.log_odds.tolist(), strict=True))

    assert found(a, b) == {(r, c): odds for (c, r), odds in found(b, a).items()}


def test_each_side_is_compared_with_what_is_nearest_to_it() -> None:
    # Ten items are nearer to the first one than the last is, which is near to nothing else.
    a = [entry("农村危房改造", key="a")]
    b = [entry("农村危房改造", key=str(n), division="2") for n in range(10)]
    b.append(entry("危房排查登记造册建档", key="last", division="2"))
    both = profile([*a, *b])
    left, right = both.rows([0]), both.rows(range(1, 12))
    model = settings().pair
    assert 10 not in compare(left, right, model).columns
    assert 10 in compare(left, right, model, both_ways=True).columns


def test_a_concept_is_the_average_of_its_members() -> None:
    # 甲 is like one member and unlike the other: less alike than to the like one alone.
    items = [entry("危房改造", key="1"), entry("危房改造", key="2"), entry("征兵宣传", key="3")]
    everything = profile(items)
    labels = everything.labels
    mixed = everything.gather([[1, 2]], [labels[1]])
    pure = everything.gather([[1]], [labels[1]])
    item = everything.rows([0])
    assert title_similarity(item, mixed)[0, 0] < title_similarity(item, pure)[0, 0] == 1.0
    # What was added can be taken away again.
    again = mixed.add(everything.gather([[2]], [labels[2]]), -1.0)
    assert title_similarity(item, again)[0, 0] == pytest.approx(1.0)
    nobody = again.add(everything.gather([[1]], [labels[1]]), -1.0)
    assert title_similarity(item, nobody)[0, 0] == 0.0


def test_nothing_is_left_of_a_concept_that_lost_its_members() -> None:
    # Sums of fractions leave a rest of 1e-17 or so, whose direction would be that of a title.
    items = [
        entry(title, key=title) for title in ("危房改造", "危房排查登记", "危房", "征兵宣传登记")
    ]
    everything = profile(items)
    labels = everything.labels
    sums = everything.gather([[0, 1, 2, 3]], [labels[0]])
    for row in range(4):
        sums = sums.add(everything.gather([[row]], [labels[0]]), -1.0)
    assert abs(sums.matrices["titles"]).max() > 0  # the rest is there
    assert title_similarity(everything, sums).max() == 0.0


def test_a_concept_with_the_same_title_is_compared_though_others_are_nearer() -> None:
    near = [entry(f"危房改造{c}", key=c) for c in "甲乙丙丁戊己庚辛壬"]
    items = [entry("危房改造", key="0"), entry("危房改造", key="1"), *near]
    unlike = [entry(f"{c}征兵宣传动员体检登记", key=f"u{c}") for c in "子丑寅卯辰巳"]
    everything = profile([*items, *unlike])
    mixed = [1, *range(len(items), len(items) + len(unlike))]
    groups = [mixed, *([n] for n in range(2, len(items)))]
    others = everything.gather(groups, [everything.labels[group[0]] for group in groups])
    found = compare(everything.rows([0]), others, settings().concept)
    assert 0 in found.columns
    assert found.titles[found.columns == 0][0] < found.titles[found.columns != 0].min()


def test_nothing_to_compare() -> None:
    none = profile([])
    some = profile([entry("危房改造")])
    assert len(compare(none, some, settings().pair)) == 0
    assert len(compare(some.rows([]), some, settings().pair, both_ways=True)) == 0
