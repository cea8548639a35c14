"""Nestedness of the lists: whether short ones name what long ones name too.

The matrix has a row for each department type and a column for each town; a cell is present where a
cooperative item of the town names a department of the type. Types that no town names and towns that
name no type have no place in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from dutygraph.network.across import SEED, check_one_edition
from dutygraph.network.editions import EDITION_COLUMNS, Edition, edition_of, town_names
from dutygraph.network.extras import need
from dutygraph.table import Column, Table, Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.bool_]
    Cells: TypeAlias = Sequence[Sequence[int]] | Matrix

DRAWS: Final = 200
"""Matrices that are drawn from the null model."""
_TRADES: Final = 5  # per row and draw, as the authors of the algorithm do
_NO_SPREAD: Final = 1e-9

PRESENCE_COLUMNS: Final = (
    Column("department_type", zh="部门类型", en="department type"),
    *EDITION_COLUMNS,
    Column("present", "boolean", "", "列入", "a cooperative item of the town names the type"),
    Column(
        "row_rank", "integer", "", "类型位次", "place of the type: 1 is named by the most towns"
    ),
    Column("column_rank", "integer", "", "乡镇位次", "place of the town: 1 names the most types"),
)
"""Columns of `presence`."""

NESTEDNESS_COLUMNS: Final = (
    Column("measure", zh="指标", en="measure"),
    Column("value", "decimal", "", "数值", "value"),
    Column("expected", "decimal", "", "期望值", "mean over the matrices of the null model"),
    Column("expected_sd", "decimal", "", "期望标准差", "sample standard deviation over them"),
    Column("z", "decimal", "", "z 值", "(value − expected) / expected_sd"),
    Column("unit", zh="单位", en="unit of value, expected and expected_sd"),
    Column("zh", zh="指标名称", en="measure in Chinese"),
    Column("en", zh="指标名称（英文）", en="measure in English"),
)
"""Columns of `nestedness`."""

_NODF: Final = (
    ("nodf", "0–100", "嵌套度（NODF）", "nestedness of the whole matrix (NODF)"),
    ("nodf_types", "0–100", "部门类型嵌套度", "nestedness among the department types (rows)"),
    ("nodf_towns", "0–100", "乡镇嵌套度", "nestedness among the towns (columns)"),
)


def _ranked(types: Table) -> tuple[list[str], list[Edition], list[list[bool]]]:
    """Types, towns and cells of the matrix, by decreasing sums, ties by name."""
    named = {(str(row["department_type"]), edition_of(row)) for row in types if row["items"]}
    towns = town_names(types)
    row_sums = dict.fromkeys(sorted(kind for kind, _ in named), 0)
    column_sums = dict.fromkeys(sorted(edition for _, edition in named), 0)
    for kind, edition in named:
        row_sums[kind] += 1
        column_sums[edition] += 1
    rows = sorted(row_sums, key=lambda kind: (-row_sums[kind], kind))
    columns = sorted(column_sums, key=lambda each: (-column_sums[each], towns[each], each))
    return rows, columns, [[(kind, each) in named for each in columns] for kind in rows]


def presence(types: Table) -> Table:
    """Which department types the cooperative items of which towns name.

    Args:
        types: table of `dutygraph.network.across.type_load`, one edition of each town.

    Returns:
        A row per department type and town, present or not, in the order of the ranks. Ranks count
        from 1 by decreasing number of towns of a type and of types of a town; ties stand by name.
        Types that no town names and towns that name no type are left out. No rows for an empty
        table.

    Raises:
        UsageError: a town stands with several editions.
    """
    check_one_edition(types)
    towns = town_names(types)
    kinds, columns, cells = _ranked(types)
    rows: list[tuple[Value, ...]] = [
        (kind, towns[edition], *edition, cells[r][c], r + 1, c + 1)
        for r, kind in enumerate(kinds)
        for c, edition in enumerate(columns)
    ]
    return Table("presence", PRESENCE_COLUMNS, rows)


def nodf(matrix: Cells) -> tuple[float | None, float | None, float | None]:
    """Nestedness by overlap and decreasing fill.

    For two rows with the sums a > b > 0: the part of the ones of the second that stand under ones
    of the first, as a percentage; 0 where a = b. NODF of the rows is the mean over all pairs of
    rows, that of the columns the same over pairs of columns, and NODF of the matrix the mean over
    all pairs of both. Source: Almeida-Neto, Guimarães, Guimarães, Loyola & Ulrich (2008), "A
    consistent metric for nestedness analysis in ecological systems", Oikos 117(8).

    The order of rows and columns is taken to be that of decreasing sums, so it makes no difference
    how they are given.

    Args:
        matrix: presence and absence; rows of equal length.

    Returns:
        NODF of the matrix, of its rows and of its columns, 0 (no row contains a smaller one) to 100
        (each contains all smaller ones, and no two are equally large); None where there is no pair.

    >>> nodf([[1, 1, 1], [1, 1, 0], [1, 0, 0]])
    (100.0, 100.0, 100.0)
    >>> nodf([[1]])
    (None, None, None)
    """
    numpy = need("numpy")
    cells = numpy.array(matrix, dtype=float, ndmin=2)
    rows, row_pairs = _overlap(cells)
    columns, column_pairs = _overlap(cells.T)
    pairs = row_pairs + column_pairs
    return (
        (rows + columns) / pairs if pairs else None,
        rows / row_pairs if row_pairs else None,
        columns / column_pairs if column_pairs else None,
    )


def _overlap(cells: NDArray[np.float64]) -> tuple[float, int]:
    """Sum of the percentages over the pairs of rows, and number of these pairs."""
    numpy = need("numpy")
    size = len(cells)
    sums = cells.sum(axis=1)
    smaller = numpy.minimum.outer(sums, sums)
    counted = (sums[:, None] != sums[None, :]) & (smaller > 0)
    shared = numpy.divide(cells @ cells.T, smaller, out=numpy.zeros((size, size)), where=counted)
    return float(100 * shared.sum() / 2), size * (size - 1) // 2


def null_matrices(matrix: Cells, draws: int, seed: int) -> Iterator[Matrix]:
    """Random matrices with the same row and column sums (curveball algorithm).

    Two rows (or columns, whichever are fewer) put what only one of them has into one pool and draw
    from it as many as each gave, at random; five times as many such trades as there are rows part
    one matrix from the next. All matrices with these sums come up equally often in the long run.
    Source: Strona, Nappo, Boccacci, Fattorini & San-Miguel-Ayanz (2014), "A fast and unbiased
    procedure to randomize ecological binary matrices with fixed row and column totals", Nature
    Communications 5, 4114.

    Args:
        matrix: presence and absence; it is not changed.
        draws: number of matrices.
        seed: start of the random numbers.

    Yields:
        Matrices of the same shape. A matrix with fewer than two rows or columns comes back as it
        is, because no other has its sums.
    """
    numpy = need("numpy")
    random = numpy.random.default_rng(seed)
    cells = numpy.array(matrix, dtype=bool, ndmin=2)  # a copy
    turned = cells.shape[0] > cells.shape[1]
    if turned:
        cells = cells.T
    size = len(cells)
    for _ in range(draws):
        for _ in range(_TRADES * size if size > 1 else 0):
            first, second = random.choice(size, 2, replace=False)
            only_first = numpy.flatnonzero(cells[first] & ~cells[second])
            only_second = numpy.flatnonzero(cells[second] & ~cells[first])
            if not len(only_first) or not len(only_second):
                continue
            pool = random.permutation(numpy.concatenate([only_first, only_second]))
            cells[numpy.ix_([first, second], pool)] = False
            cells[first, pool[: len(only_first)]] = True
            cells[second, pool[len(only_first) :]] = True
        yield (cells.T if turned else cells).copy()


def nestedness(types: Table, *, draws: int = DRAWS, seed: int = SEED) -> Table:
    """How nested the lists are: NODF, against chance.

    Rows of the matrix are department types, columns are towns. ``nodf_types`` is high where the
    towns that name a rare type are among those that name a common one, ``nodf_towns`` where a town
    with few types names those that a town with many names too. The expectation comes from matrices
    in which every type keeps its number of towns and every town its number of types (see
    `null_matrices`): a z of 2 or more says that the lists are more nested than these numbers alone
    make them.

    Args:
        types: table of `dutygraph.network.across.type_load`, one edition of each town.
        draws: matrices of the null model, at least 0.
        seed: start of the random numbers; the order of the rows makes no difference.

    Returns:
        Rows ``nodf``, ``nodf_types``, ``nodf_towns`` (0–100, see `nodf`), ``fill`` (part of the
        cells that are present, 0–1), ``types`` and ``towns`` (their numbers). *value* is None where
        there is no pair; *expected* is None there, and for the last three; *expected_sd* also for
        fewer than 2 draws; *z* also where the null model has no spread. No rows where no town names
        a type.

    Raises:
        UsageError: a town stands with several editions.
    """
    check_one_edition(types)
    kinds, columns, cells = _ranked(types)
    if not kinds:
        return Table("nestedness", NESTEDNESS_COLUMNS, [])
    numpy = need("numpy")
    matrix = numpy.array(cells, dtype=bool)
    found = nodf(matrix)
    chance = [nodf(drawn) for drawn in null_matrices(matrix, draws, seed)]
    rows: list[tuple[Value, ...]] = []
    for number, about in enumerate(_NODF):
        drawn = [value for each in chance if (value := each[number]) is not None]
        rows.append((about[0], found[number], *_against(found[number], drawn), *about[1:]))
    empty = (None, None, None)
    rows += [
        ("fill", float(matrix.mean()), *empty, "0–1", "填充率", "part of the cells present"),
        ("types", float(len(kinds)), *empty, "types", "部门类型数", "department types"),
        ("towns", float(len(columns)), *empty, "towns", "乡镇数", "towns"),
    ]
    return Table("nestedness", NESTEDNESS_COLUMNS, rows)


def _against(
    value: float | None, drawn: Sequence[float]
) -> tuple[float | None, float | None, float | None]:
    """Mean and sample standard deviation of the drawn values, and z of the value seen."""
    if value is None or not drawn:
        return None, None, None
    numpy = need("numpy")
    mean = float(numpy.mean(drawn))
    if len(drawn) < 2:
        return mean, None, None
    spread = float(numpy.std(drawn, ddof=1))
    return mean, spread, (value - mean) / spread if spread > _NO_SPREAD else None
