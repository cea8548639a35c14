"""Measures across towns, against calculations by hand and published examples."""

from __future__ import annotations

import itertools
import math
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.errors import DutyGraphError, UnknownNameError, UsageError
from dutygraph.network import across, nestedness, similarity
from dutygraph.network.editions import EDITION_COLUMNS, table_of
from dutygraph.network.load import LOAD_COLUMNS, department_load
from dutygraph.query import load_query, run
from dutygraph.store import Embedded
from dutygraph.table import Column, Table, Value

Row = dict[str, Value]


def saved(name: str, rows: list[Row]) -> Table:
    """A table with the columns of a saved query; what a row leaves out is None."""
    columns = load_query(name).columns
    return Table(name, columns, [tuple(row.get(c.name) for c in columns) for row in rows])


def of(code: str) -> Row:
    return {"town": f"镇{code}", "division": code, "edition": "2025"}


def types(rows: list[Row]) -> Table:
    """A type load; a number that a row leaves out is 0."""
    numbers = {c.name: 0 for c in across.TYPE_COLUMNS if c.type in ("integer", "decimal")}
    columns = (*across.TYPE_COLUMNS, *EDITION_COLUMNS)
    filled: list[Row] = [{**numbers, **row} for row in rows]
    return Table("type-load", columns, [tuple(r.get(c.name) for c in columns) for r in filled])


def kind(name: str, code: str, **numbers: Value) -> Row:
    return {"department_type": name, "system": "government", **of(code), **numbers}


# The type load


def duty(key: str, position: int, party: str, kind: str, attribution: str = "sole") -> Row:
    return {
        **of("1"),
        "key": key,
        "position": position,
        "party": party,
        "party_kind": kind,
        "attribution": attribution,
    }


# A1 and A2 are of one type, B of none. Item 1 names all three, item 2 names A1; A1 and A2 took one
# item back together.
ITEMS = saved(
    "items",
    [
        {**of("1"), "list": "cooperative", "key": "1", "departments": "A1、A2、B"},
        {**of("1"), "list": "cooperative", "key": "2", "departments": "A1"},
        {**of("1"), "list": "reclaimed", "key": "1", "departments": "A1、A2"},
    ],
)
DUTIES = saved(
    "duties",
    [
        *[duty("1", n, "乡镇", "town") for n in (1, 2, 3)],
        duty("2", 1, "乡镇", "town"),
        duty("1", 1, "A1", "department"),
        duty("2", 1, "A1", "department"),
        duty("2", 2, "A1", "department"),
        duty("1", 2, "A1", "department", "joint"),
        duty("1", 2, "A2", "department", "joint"),
        duty("1", 3, "", "unattributed", "unattributed"),
    ],
)
DEPARTMENTS = saved(
    "departments",
    [
        {
            **of("1"),
            "department": name,
            "department_type": kind,
            "department_type_en": kind and "Type A",
            "system": kind and "party",
            "reclaimed": taken,
        }
        for name, kind, taken in (("A1", "甲", 1), ("A2", "甲", 1), ("B", "", 0))
    ],
)
LOAD = department_load(ITEMS, DUTIES, DEPARTMENTS)


def test_type_load_by_hand() -> None:
    first, second = across.type_load(LOAD, ITEMS, DUTIES)
    # A1 has items 1 and 2, A2 has item 1: two items; ⅓ + 1 and ⅓ of them.
    assert (first["department_type"], first["department_type_en"]) == ("甲", "Type A")
    assert (first["system"], first["departments"]) == ("party", 2)
    assert (first["items"], first["items_fractional"]) == (2, pytest.approx(5 / 3))
    # Town duties: 3 of item 1 in thirds, so 1 each, and 1 of item 2: 2 + 1. Own ones: 1 + 2, none.
    assert (first["town_duties_fractional"], first["own_duties"]) == (pytest.approx(3), 3)
    # The joint duty has a row for A1 and one for A2; item 1 is both's, with its open duty.
    assert (first["joint_duties"], first["unattributed_duties"]) == (1, 1)
    # 3 / (3 + 3); the mean of the leans of A1 (2/5) and A2 (1) would be 0.7.
    assert first["lean"] == pytest.approx(0.5)
    assert first["lean_low"] == pytest.approx(3 / 8)
    assert first["lean_high"] == pytest.approx(0.5)
    assert first["share"] == pytest.approx(3 / 4)
    assert (first["taken_back"], first["net"]) == (1, 1)
    assert (first["town"], first["division"], first["edition"]) == ("镇1", "1", "2025")
    # B, whose type nobody knows, is a type of its own.
    assert (second["department_type"], second["department_type_en"]) == ("B", "")
    assert (second["items"], second["own_duties"], second["lean"]) == (1, 0, 1)
    assert (second["lean_low"], second["share"]) == (0.5, pytest.approx(1 / 4))


def test_without_items_and_duties_what_departments_share_counts_twice() -> None:
    first, second = across.type_load(LOAD)
    assert (first["items"], first["joint_duties"], first["unattributed_duties"]) == (3, 2, 2)
    assert first["lean"] == pytest.approx(0.5)
    assert first["lean_low"] == pytest.approx(3 / 10)
    assert (first["taken_back"], first["net"]) == (2, 1)
    assert (second["items"], second["lean_low"]) == (1, 0.5)


def test_type_load_of_the_real_list_is_the_load(packaged: Embedded) -> None:
    items, duties, departments = (run(packaged, n) for n in ("items", "duties", "departments"))
    load = department_load(items, duties, departments)
    for made in (across.type_load(load), across.type_load(load, items, duties)):
        # No two of its departments are of one type, so nothing changes.
        same = "items items_fractional own_duties joint_duties lean lean_low share net".split()
        by_type = {row["department_type"]: [row[name] for name in same] for row in made}
        assert by_type == {r["department_type"]: [r[name] for name in same] for r in load}


def test_a_type_without_any_duties_has_no_lean() -> None:
    empty = Table("load", LOAD_COLUMNS, [])
    row: Row = {"department": "A", **of("1")}
    (only,) = across.type_load(replace(empty, rows=[tuple(row.get(c.name) for c in LOAD_COLUMNS)]))
    assert [only[name] for name in ("lean", "lean_low", "lean_high", "share")] == [None] * 4
    assert (only["items"], only["department_type"]) == (0, "A")
    assert len(across.type_load(empty)) == 0


def test_items_without_duties() -> None:
    with pytest.raises(UsageError, match="or neither"):
        across.type_load(LOAD, ITEMS)


# The summary


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As few towns as can be worked out by hand."""
    monkeypatch.setattr(across, "FEWEST_FOR_INTERVAL", 3)
    monkeypatch.setattr(across, "FEWEST_FOR_OUTLIERS", 5)


def leans(*values: float | None, name: str = "甲") -> list[Row]:
    return [kind(name, str(n), lean=value, items=3) for n, value in enumerate(values)]


def summary(rows: list[Row], measure: str = "lean", **options: int) -> Row:
    return next(r for r in across.type_summary(types(rows), **options) if r["measure"] == measure)


@pytest.mark.usefixtures("few")
def test_summary_by_hand() -> None:
    rows = [kind("甲", str(n), items=n, share=n / 10) for n in (1, 2, 3, 4)]
    row = summary([*rows, kind("甲", "5", items=None, lean=None)], "items", resamples=20_000)
    assert (row["towns"], row["mean"], row["median"]) == (4, 2.5, 2.5)
    # Deviations −1.5, −0.5, 0.5, 1.5: squares add up to 5, over n − 1 = 3.
    assert row["sd"] == pytest.approx(math.sqrt(5 / 3))
    # Of the 256 resamples of four values, 5 have a sum of at most 5 (2.0 %) and 15 of at most 6
    # (5.9 %): the 2.5 % quantile of the mean is 6/4, and 14/4 on the other side. The values are
    # symmetric, so neither bias nor acceleration corrects that.
    assert (row["low"], row["high"]) == (1.5, 3.5)
    assert row["unit"] == "items"
    assert summary(rows, "share")["unit"] == "0–1"


@pytest.mark.usefixtures("few")
def test_summary_with_few_towns() -> None:
    one, two, three = (summary(leans(*[0.25, 0.75, 0.5][:n])) for n in (1, 2, 3))
    assert [one[k] for k in ("towns", "mean", "median")] == [1, 0.25, 0.25]
    assert (one["sd"], one["low"], one["high"]) == (None, None, None)
    # Deviations ±0.25 over n − 1 = 1
    assert (two["sd"], two["low"]) == (pytest.approx(math.sqrt(0.125)), None)
    assert (three["mean"], three["median"]) == (0.5, 0.5)
    assert 0.25 <= float(three["low"] or 0) < 0.5 < float(three["high"] or 0) <= 0.75
    none = summary(leans(None))
    assert (none["towns"], none["mean"], none["sd"], none["median"]) == (0, None, None, None)
    assert len(across.type_summary(types([]))) == 0


@pytest.mark.usefixtures("few")
def test_equal_values_have_no_spread() -> None:
    # pytest takes a warning of scipy's about degenerate data for an error.
    row = summary(leans(0.1 + 0.2, 0.3, 0.3, 0.3))
    assert (row["low"], row["high"]) == (row["mean"], row["mean"])
    assert row["mean"] == pytest.approx(0.3)


@pytest.mark.usefixtures("few")
def test_intervals_do_not_depend_on_what_else_is_there() -> None:
    rows = leans(0.11, 0.23, 0.97, 0.41, 0.56, 0.72, 0.35)
    others = leans(0.3, 0.5, 0.6, 0.1, name="乙")
    alone = across.type_summary(types(rows)).records()
    mixed = across.type_summary(types([*others, *rows[::-1]])).records()
    assert [row for row in mixed if row["department_type"] == "甲"] == alone
    assert across.type_summary(types(rows)).records() == alone
    # Other random numbers, and other ones for another type.
    assert summary(rows)["low"] != summary(rows, seed=1)["low"]
    renamed: list[Row] = [{**row, "department_type": "乙"} for row in rows]
    assert summary(rows)["low"] != summary(renamed)["low"]


def test_eight_towns_make_an_interval_and_seven_do_not() -> None:
    values = [0.1, 0.2, 0.9, 0.4, 0.3, 0.8, 0.6, 0.5]
    assert summary(leans(*values[:7]))["low"] is None
    row = summary(leans(*values))
    assert 0.1 < float(row["low"] or 0) < float(row["mean"] or 0) < float(row["high"] or 0) < 0.9
    assert len(across.outliers(measures(far=list(values[:7])))) == 0
    assert len(across.outliers(measures(far=list(values)))) == 8


def test_a_town_whose_items_do_not_name_the_type_is_not_counted() -> None:
    rows = [
        kind("甲", "1", items=4, lean=0.5, taken_back=1),
        kind("甲", "2", items=0, lean=0, taken_back=3),
    ]
    assert [summary(rows, k)["towns"] for k in ("items", "lean", "taken_back")] == [1, 1, 2]
    assert [summary(rows, k)["mean"] for k in ("items", "lean", "taken_back")] == [4, 0.5, 2]


def test_the_lean_of_few_items_is_not_compared() -> None:
    rows = leans(*[n / 10 for n in range(1, 9)])
    assert len(across.outliers(measures(), types(rows))) == 8
    rows[0] = {**rows[0], "items": 2}
    assert len(across.outliers(measures(), types(rows))) == 0


def test_too_few_resamples() -> None:
    row = summary(leans(0.1, 0.2, 0.9), resamples=1)
    assert (row["low"], row["high"]) == (None, None)
    with pytest.raises(UsageError, match="resamples"):
        across.type_summary(types([]), resamples=0)


# Outliers


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        ([], []),
        ([5, 5, 5], [None, None, None]),
        # Median 3; |x − 3| = 2 1 0 1 7, their median is 1.
        ([1, 2, 3, 4, 10], [0.6745 * x for x in (-2, -1, 0, 1, 7)]),
        # Median 5, and so are most values: nobody can say how far 9 is.
        ([5, 5, 5, 5, 9], [None] * 5),
        # 0.1 + 0.2 is not 0.3, but not another value either.
        ([0.1 + 0.2, 0.3, 0.3], [None, None, None]),
        ([0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2, 0.9], [None] * 5),
    ],
)
def test_robust_z(values: list[float], scores: list[float | None]) -> None:
    assert across.robust_z(values) == [
        s if s is None else pytest.approx(s, abs=1e-12) for s in scores
    ]


MEASURES = tuple(Column(name) for name in "measure value unit low high zh en".split())


def measures(**by_name: list[float | None]) -> Table:
    rows = [
        (name, value, "items", None, None, "数", "number", *of(str(town)).values())
        for name, values in by_name.items()
        for town, value in enumerate(values)
    ]
    return table_of("measures", MEASURES, rows)


@pytest.mark.usefixtures("few")
def test_outliers_by_hand() -> None:
    table = across.outliers(
        measures(
            far=[1, 2, 3, 4, 10],
            few=[1, 2, 3, 40],
            open=[1, 2, 3, None, 40],
            same=[7, 7, 7, 7, 7],
        )
    )
    # Four towns with a value are too few.
    assert list(dict.fromkeys(table.column("measure"))) == ["far", "same"]
    far, same = list(table)[:5], list(table)[5:]
    assert [row["outlying"] for row in far] == [False] * 4 + [True]
    assert [row["division"] for row in far] == ["0", "1", "2", "3", "4"]
    assert (far[4]["value"], far[4]["median"], far[4]["unit"]) == (10, 3, "items")
    assert far[4]["z"] == pytest.approx(4.7215)
    assert (far[4]["zh"], far[4]["en"], far[4]["town"]) == ("数", "number", "镇4")
    assert all(row["z"] is None and row["outlying"] is False for row in same)
    assert not any(across.outliers(measures(far=[1, 2, 3, 4, 10]), threshold=5).column("outlying"))
    below = across.outliers(measures(near=[1, 7, 8, 9, 10]))
    assert below.column("outlying") == [True] + [False] * 4


@pytest.mark.usefixtures("few")
def test_outliers_of_type_leans() -> None:
    rows = leans(0.1, 0.2, 0.3, 0.4, 1.0) + leans(0.5, 0.6, None, name="乙")
    table = across.outliers(measures(), types(rows))
    assert set(table.column("measure")) == {"lean:甲"}
    last = table.records()[4]
    # As above, in tenths.
    assert (last["z"], last["outlying"]) == (pytest.approx(4.7215), True)
    assert (last["unit"], last["zh"], last["en"]) == ("0–1", "甲倚重度", "lean of 甲")
    assert len(across.outliers(measures())) == 0
    with pytest.raises(UsageError, match="threshold"):
        across.outliers(measures(), threshold=math.nan)


# Nestedness

# Almeida-Neto et al. (2008), figure 1: NODF 58, of the rows 53, of the columns 63.
PUBLISHED = [
    [1, 0, 1, 1, 1],
    [1, 1, 1, 0, 0],
    [0, 1, 1, 1, 0],
    [1, 1, 0, 0, 0],
    [1, 1, 0, 0, 0],
]
# Rows have 4 2 2 1 ones. Those of 乙, 丙 and 丁 all stand under ones of 甲: 100 each; 乙 and 丙 have
# equally many: 0; 丁's stands under none of 乙 and none of 丙: 0. 300 over 6 pairs.
# Columns have 2 3 2 2. The first (甲 乙) and third (甲 丙) are within the second: 100 each; of the
# fourth (甲 丁) one half is: 50; the other three pairs are equal: 0. 250 over 6 pairs.
BY_HAND = [
    [1, 1, 1, 1],
    [1, 1, 0, 0],
    [0, 1, 1, 0],
    [0, 0, 0, 1],
]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        # Row pairs: ⅔ ⅔ ½ ½ 0 1 1 ½ ½ 0 of 10; column pairs: 0 ⅔ ½ 1 ⅔ ½ 0 1 1 1 of 10.
        (PUBLISHED, (700 / 12, 160 / 3, 190 / 3)),
        (BY_HAND, (550 / 12, 50, 250 / 6)),
        ([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]], (100, 100, 100)),
        ([[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1]], (0, 0, 0)),
        ([[1, 1], [1, 1]], (0, 0, 0)),
        # A single row: no pair of rows; its columns have 1 0 ones: nothing in the second.
        ([[1, 0]], (0, None, 0)),
        ([[1]], (None, None, None)),
    ],
)
def test_nodf(matrix: list[list[int]], expected: tuple[float | None, ...]) -> None:
    wanted = tuple(None if value is None else pytest.approx(value) for value in expected)
    assert nestedness.nodf(matrix) == wanted


def plain_nodf(matrix: Sequence[Sequence[bool]]) -> float | None:
    """NODF as the paper puts it: rows and columns sorted, then pair by pair."""
    found = []
    for lines in (matrix, list(zip(*matrix, strict=True))):
        for upper, lower in itertools.combinations(sorted(lines, key=sum, reverse=True), 2):
            filled = [place for place, one in enumerate(lower) if one]
            falls = sum(upper) > sum(lower) > 0
            part = statistics.fmean(upper[place] for place in filled) if falls else 0
            found.append(100 * part)
    return statistics.fmean(found) if found else None


matrices = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(st.booleans(), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@given(matrices)
def test_nodf_is_that_of_the_paper(matrix: list[list[bool]]) -> None:
    plain = plain_nodf(matrix)
    whole, rows, columns = nestedness.nodf(matrix)
    assert whole == (None if plain is None else pytest.approx(plain))
    backwards = nestedness.nodf([row[::-1] for row in matrix[::-1]])
    for value, other in zip(backwards, (whole, rows, columns), strict=True):
        assert value == (None if other is None else pytest.approx(other))
        assert value is None or -1e-9 <= value <= 100 + 1e-9


@given(matrices)
def test_the_null_model_keeps_the_sums(matrix: list[list[bool]]) -> None:
    for drawn in nestedness.null_matrices(matrix, 3, 1):
        assert [sum(row) for row in drawn.tolist()] == [sum(row) for row in matrix]
        turned = zip(drawn.T.tolist(), zip(*matrix, strict=True), strict=True)
        assert all(sum(one) == sum(other) for one, other in turned)


@pytest.mark.parametrize(
    "matrix",
    [
        # One in each row and column: 3! = 6 matrices.
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        # Two of four columns for the first row, the others for the second: 6 matrices.
        [[1, 1, 0, 0], [0, 0, 1, 1]],
    ],
)
def test_the_null_model_draws_all_matrices_alike(matrix: list[list[int]]) -> None:
    # 1,200 draws give each of six about 200, with a standard deviation of 13.
    start = numpy.array(matrix, dtype=bool)
    drawn = Counter(str(m.tolist()) for m in nestedness.null_matrices(start, 1200, 3))
    assert len(drawn) == 6
    assert all(150 <= count <= 250 for count in drawn.values())
    assert start.tolist() == matrix  # as it was


def present(*names: str) -> Table:
    """A type load of towns 1, 2 … that name these types (one character each)."""
    rows = [kind(c, str(n), items=1) for n, each in enumerate(names, 1) for c in each]
    return types(rows)


def test_nestedness_rows_are_types_and_columns_are_towns() -> None:
    # 甲 in all three towns, 乙 in the first: types 100. Towns have 2 1 1 types; the second and the
    # third are within the first: 200 over 3 pairs. Together 300 over 4.
    made = nestedness.nestedness(present("甲乙", "甲", "甲"))
    found = {str(row["measure"]): row for row in made}
    assert found["nodf_types"]["value"] == pytest.approx(100)
    assert found["nodf_towns"]["value"] == pytest.approx(200 / 3)
    assert found["nodf"]["value"] == pytest.approx(75)
    assert found["fill"]["value"] == pytest.approx(4 / 6)
    assert (found["types"]["value"], found["towns"]["value"]) == (2, 3)
    # Three matrices have these sums (乙 in any town), and all are as nested: no spread.
    assert found["nodf"]["expected"] == pytest.approx(75)
    assert (found["nodf"]["expected_sd"], found["nodf"]["z"]) == (pytest.approx(0), None)
    assert found["fill"]["expected"] is None


def test_nestedness_against_chance() -> None:
    # 甲 in towns 1 2, 乙 in 2 3, 丙 in 1: rows with 2 2 1, columns with 2 2 1 ones. Of the row pairs
    # with different sums, 丙 is within 甲 (100) and not within 乙 (0); of the column pairs, town 3 is
    # within 2 and not within 1: 200 over 6 pairs.
    # Five matrices have these sums. Where 丙 stands in town 1 or 2, the place of town 3 is with 甲 or
    # with 乙: four matrices, each with a NODF of 100/3 like this one. Where 丙 stands in town 3, 甲
    # and 乙 are both in 1 and 2, and nothing is within anything: 0. So the mean is 4/5 of 100/3, and
    # the standard deviation √(4/5 · 1/5) = 2/5 of it; z is (1 − 4/5)/(2/5) = 1/2.
    given = present("甲丙", "甲乙", "乙")
    whole = nestedness.nestedness(given, draws=2000).records()[0]
    assert whole["value"] == pytest.approx(100 / 3)
    assert whole["expected"] == pytest.approx(80 / 3, abs=1.5)
    assert whole["expected_sd"] == pytest.approx(40 / 3, abs=1)
    assert whole["z"] == pytest.approx(0.5, abs=0.1)


def test_nestedness_is_reproducible() -> None:
    given = present("甲丙", "甲乙", "乙")
    table = nestedness.nestedness(given)
    assert nestedness.nestedness(replace(given, rows=given.rows[::-1])) == table
    assert nestedness.nestedness(given, seed=1) != table
    # Rows 乙 甲 丙, columns by town; the spread is that of the drawn matrices.
    chance = nestedness.null_matrices([[0, 1, 1], [1, 1, 0], [1, 0, 0]], 20, 5)
    spread = statistics.stdev(float(nestedness.nodf(drawn)[0] or 0) for drawn in chance)
    found = nestedness.nestedness(given, draws=20, seed=5).records()[0]
    assert found["expected_sd"] == pytest.approx(spread)


def test_nestedness_of_little() -> None:
    assert len(nestedness.nestedness(types([]))) == 0
    assert len(nestedness.nestedness(types([kind("甲", "1", items=0)]))) == 0
    rows = nestedness.nestedness(present("甲"), draws=0).records()
    assert [row["value"] for row in rows] == [None, None, None, 1, 1, 1]
    assert nestedness.nestedness(present("甲乙", "甲"), draws=0).records()[0]["expected"] is None
    once = nestedness.nestedness(present("甲乙", "甲"), draws=1).records()[0]
    assert (once["expected"], once["expected_sd"]) == (pytest.approx(100), None)


def test_presence() -> None:
    table = nestedness.presence(
        types(
            [
                kind("乙", "2", items=3),
                kind("甲", "2", items=1),
                kind("甲", "1", items=1),
                kind("丙", "1", items=0, taken_back=2),  # no cooperative item names it
                kind("丙", "3", items=0),
            ]
        )
    )
    cells = [
        tuple(row[k] for k in "department_type division present row_rank column_rank".split())
        for row in table
    ]
    assert cells == [
        ("甲", "2", True, 1, 1),
        ("甲", "1", True, 1, 2),
        ("乙", "2", True, 2, 1),
        ("乙", "1", False, 2, 2),
    ]
    assert table.records()[0]["town"] == "镇2"
    assert len(nestedness.presence(types([]))) == 0


# Similarity


def titles(code: str, *of_list: tuple[str, str]) -> list[Row]:
    return [{**of(code), "list": name, "title": title} for name, title in of_list]


def alike(*towns: list[Row]) -> Row:
    (row,) = similarity.similarity(saved("items", [row for town in towns for row in town]))
    return row


def values(row: Row) -> list[Value]:
    return [row[c.name] for c in similarity.SIMILARITY_COLUMNS if c.type == "decimal"]


def test_similarity_by_hand() -> None:
    row = alike(
        titles("1", ("basic", "甲乙"), ("basic", "丙丁")),
        titles("2", ("basic", "甲乙"), ("cooperative", "丙丁")),
    )
    assert (row["division_a"], row["town_a"], row["edition_a"]) == ("1", "镇1", "2025")
    assert (row["division_b"], row["town_b"], row["edition_b"]) == ("2", "镇2", "2025")
    # One of two basic titles is shared; 丙丁 stands in different lists; nothing was taken back.
    assert [row["jaccard_basic"], row["jaccard_cooperative"]] == [0.5, 0]
    assert row["jaccard_reclaimed"] is None
    assert row["jaccard"] == pytest.approx(1 / 3)
    # The words are the same.
    assert row["cosine"] == 1


def test_cosine_by_hand() -> None:
    # 甲乙 is in both towns: idf ln(3/3) + 1 = 1. 乙丙 and 乙丁 are in one: ln(3/2) + 1.
    row = alike(titles("1", ("basic", "甲乙丙")), titles("2", ("basic", "甲乙丁")))
    assert row["cosine"] == pytest.approx(1 / (1 + (math.log(1.5) + 1) ** 2))
    assert row["jaccard"] == 0
    # A bigram that stands twice weighs twice: (2, 1) and (1, 1) of words that both have.
    row = alike(
        titles("1", ("basic", "甲乙"), ("reclaimed", "甲乙"), ("basic", "丙丁")),
        titles("2", ("basic", "甲乙"), ("basic", "丙丁")),
    )
    assert row["cosine"] == pytest.approx(3 / math.sqrt(5 * 2))


def test_titles_are_folded() -> None:
    row = alike(titles("1", ("basic", "Ａ 乙\u3000丙")), titles("2", ("basic", "A乙丙")))
    assert values(row) == [1, 1, None, None, 1]


def test_similarity_of_little() -> None:
    assert len(similarity.similarity(saved("items", []))) == 0
    assert len(similarity.similarity(saved("items", titles("1", ("basic", "甲"))))) == 0
    nothing = titles("1", ("basic", " "))
    assert values(alike(nothing, titles("2", ("basic", "")))) == [None] * 5
    assert values(alike(nothing, titles("2", ("basic", "甲")))) == [0, 0, None, None, 0]


lists = st.lists(
    st.tuples(
        st.sampled_from(["basic", "cooperative", "reclaimed"]), st.text("甲乙丙", max_size=4)
    ),
    min_size=1,
    max_size=6,
)


@given(lists, lists)
def test_similarity_is_symmetric_and_1_for_equal_lists(
    first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    forth = values(alike(titles("1", *first), titles("2", *second)))
    assert forth == values(alike(titles("1", *second[::-1]), titles("2", *first)))
    assert all(value is None or 0 <= float(value) <= 1 for value in forth)
    same = values(alike(titles("1", *first), titles("2", *first[::-1])))
    assert set(same) <= {1, None}
    assert (same[0] is None) == (not any(title for _, title in first))


def pairs(*of_towns: tuple[str, str, float | None]) -> Table:
    columns = similarity.SIMILARITY_COLUMNS
    rows = []
    for a, b, value in of_towns:
        row: Row = {"division_a": a, "division_b": b, "cosine": value, "jaccard": 0.5}
        rows.append(tuple(row.get(column.name) for column in columns))
    return Table("similarity", columns, rows)


# 1 is like 3 and 2 like 4; of the four ends, 3 and 2 are the most alike.
FOUR = (
    ("1", "2", 0.1),
    ("1", "3", 0.9),
    ("1", "4", None),
    ("2", "3", 0.3),
    ("2", "4", 0.8),
    ("3", "4", 0.1),
)


def test_clusters_by_hand() -> None:
    assert similarity.clusters(pairs(*FOUR)) == ["1", "3", "2", "4"]
    assert similarity.clusters(pairs(*FOUR[::-1])) == ["1", "3", "2", "4"]
    assert similarity.clusters(pairs(("1", "2", 0.5))) == ["1", "2"]
    assert similarity.clusters(pairs()) == []
    # Under other codes the order is the same, read from the end with the smaller code.
    for codes in itertools.permutations("1234"):
        other = dict(zip("1234", codes, strict=True))
        order = [other[code] for code in "1324"]
        found = similarity.clusters(pairs(*((other[a], other[b], s) for a, b, s in FOUR)))
        assert found == min(order, order[::-1])


@given(st.integers(3, 7).flatmap(lambda n: st.permutations(range(n * (n - 1) // 2))))
def test_clusters_have_the_shortest_way_of_average_linkage(values: list[int]) -> None:
    """Against average linkage step by step and all the orders that its tree allows."""
    n = round((1 + math.sqrt(1 + 8 * len(values))) / 2)
    # Powers of a number make all sums and means differ, so that nothing is a tie.
    near = {
        pair: 0.99 * 0.83**value
        for pair, value in zip(itertools.combinations("1234567"[:n], 2), values, strict=True)
    }

    def between(one: str, other: str) -> float:
        return statistics.fmean(near[min(a, b), max(a, b)] for a in one for b in other)

    orders = {code: [code] for code in "1234567"[:n]}
    while len(orders) > 1:
        one, other = max(itertools.combinations(orders, 2), key=lambda pair: between(*pair))
        first, second = orders.pop(one), orders.pop(other)
        orders[one + other] = [x + y for a in first for b in second for x, y in ((a, b), (b, a))]
    (allowed,) = orders.values()
    best = max(allowed, key=lambda order: math.fsum(map(between, order, order[1:])))
    found = similarity.clusters(pairs(*((a, b, value) for (a, b), value in near.items())))
    assert found == list(min(best, best[::-1]))


def test_medoid_by_hand() -> None:
    # Sums without the town itself: 1.0, 1.2, 1.3, 0.9.
    assert similarity.medoid(pairs(*FOUR)) == "3"
    assert similarity.medoid(pairs(*FOUR), measure="jaccard") == "1"  # all alike: the first code
    # So are these, with 0.1, 0.2 and 0.6 each, though sums in another order differ by a bit.
    ends = [("1", "2"), ("3", "4"), ("1", "3"), ("2", "4"), ("1", "4"), ("2", "3")]
    tied = [
        (*pair, value) for pair, value in zip(ends, (0.1, 0.1, 0.2, 0.2, 0.6, 0.6), strict=True)
    ]
    assert similarity.medoid(pairs(*tied)) == "1"
    assert similarity.medoid(pairs()) is None


def test_pairs_that_do_not_fit() -> None:
    with pytest.raises(UsageError, match="missing"):
        similarity.clusters(pairs(*FOUR[1:]))
    with pytest.raises(UsageError, match="twice"):
        similarity.medoid(pairs(*FOUR, ("2", "1", 0.3)))
    with pytest.raises(UnknownNameError, match="cosin"):
        similarity.clusters(pairs(*FOUR), measure="cosin")


# The network of types and towns


def test_type_town_edges() -> None:
    table = across.type_town_edges(
        types(
            [
                kind("乙", "1", items=0, taken_back=2),
                kind("甲", "2", items=3, town_duties_fractional=1.5, own_duties=2, lean=0.4),
                kind("甲", "1", items=0, own_duties=1, lean=0.0),
                kind("甲", "3", items=0),
            ]
        )
    )
    assert [(r["department_type"], r["division"], r["town"]) for r in table] == [
        ("乙", "1", "镇1"),
        ("甲", "1", "镇1"),
        ("甲", "2", "镇2"),
    ]
    last = table.records()[2]
    names = "items town_duties_fractional own_duties lean taken_back edition".split()
    assert [last[name] for name in names] == [3, 1.5, 2, 0.4, 0, "2025"]
    assert len(across.type_town_edges(types([]))) == 0


# What holds for all

TWICE = types([kind("甲", "1", items=1), {**kind("甲", "1", items=1), "edition": "2026"}])
ITEMS_TWICE = saved("items", [{**ITEMS.records()[0], "edition": e} for e in ("2025", "2026")])


@pytest.mark.parametrize(
    "call",
    [
        lambda: across.type_load(
            replace(LOAD, rows=[*LOAD.rows, (*LOAD.rows[0][:18], "2026", *LOAD.rows[0][19:])])
        ),
        lambda: across.type_summary(TWICE),
        lambda: across.outliers(measures(), TWICE),
        lambda: across.type_town_edges(TWICE),
        lambda: nestedness.presence(TWICE),
        lambda: nestedness.nestedness(TWICE),
        lambda: similarity.similarity(ITEMS_TWICE),
    ],
)
def test_a_town_with_two_editions_is_refused(call: Callable[[], Table]) -> None:
    with pytest.raises(DutyGraphError, match=r"town 1 .* 2025 and 2026 \(keep one edition"):
        call()


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("scipy.stats", lambda: summary(leans(*(n / 10 for n in range(8))))),
        ("scipy.sparse", lambda: alike(titles("1", ("basic", "甲")), titles("2", ("basic", "乙")))),
        ("scipy.cluster.hierarchy", lambda: similarity.clusters(pairs(*FOUR))),
    ],
)
def test_without_scipy(
    module: str, call: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DutyGraphError, match=r"scipy \(pip install 'dutygraph\[network\]'\)"):
        call()
