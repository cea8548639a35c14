"""Cells that take several rows and columns → rows of plain cells.

A merged cell gives its text in its first column, in every row that it covers (`Cell.covered` says so
from the second row on), and nothing in its other columns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dutygraph.errors import TooLargeError
from dutygraph.readers.base import MAX_COLUMNS, Cell

MAX_GRID: Final = 2_000_000
"""Most cells of one table that are read, those counted that a merged cell covers."""

_BLANK: Final = Cell("", None)
_COVERED: Final = Cell("", None, covered=True)
# Fewer cells in a row, or fewer rows that agree, do not tell what the columns of a table are.
_FEWEST_CELLS: Final = 3
_REGULAR_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a cell of a table lies; numbers count from 0.

    Attributes:
        row: its first row.
        column: its first column.
        rows: how many rows it takes.
        columns: how many columns it takes.
    """

    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Area:
    """A cell of a table with its text."""

    spot: Spot
    text: str


def resolve(
    spans: Sequence[Sequence[tuple[int, int]]], ends: Sequence[int], where: str
) -> tuple[list[list[Spot]], set[tuple[int, int]]]:
    """Places of the cells of a web page's table, by the table model of HTML.

    A cell stands in the first column that no cell above reaches into. It reaches no further down
    than its row group, and no further right than the columns in which cells begin.

    Args:
        spans: for each row, the rows and columns that each of its cells asks for; 0 rows are all
            rows to the end of the row group.
        ends: for each row, the number of the row behind the last of its row group.
        where: name of document and table, for messages.

    Returns:
        For each row the spots of its cells; and row and index of each cell that got fewer rows or
        columns than it asked for.

    Raises:
        TooLargeError: the table has more columns than are read.

    Source:
        WHATWG HTML Living Standard, 4.9.12 Processing model (of tables).
    """
    first = _lay(spans, ends, where, None)
    width = 1 + max((spot.column for row in first for spot in row), default=0)
    spots = _lay(spans, ends, where, width)
    clamped = {
        (number, index)
        for number, row in enumerate(spots)
        for index, spot in enumerate(row)
        if spot.rows < spans[number][index][0] or spot.columns < spans[number][index][1]
    }
    return spots, clamped


def _lay(
    spans: Sequence[Sequence[tuple[int, int]]], ends: Sequence[int], where: str, width: int | None
) -> list[list[Spot]]:
    """Spots of all cells. Without a width, a cell that asks for absurdly many columns gets one."""
    reached = [0] * (2 * MAX_COLUMNS)  # for each column, the first row that no cell reaches
    out: list[list[Spot]] = []
    for row, cells in enumerate(spans):
        line: list[Spot] = []
        column = 0
        for index, (rows, columns) in enumerate(cells):
            while column < MAX_COLUMNS and reached[column] > row:
                column += 1
            if column >= MAX_COLUMNS:
                raise TooLargeError(
                    f"a row has more than {MAX_COLUMNS} cells", where=f"{where}, row {row + 1}"
                )
            if width is None:
                columns = 1 if columns > MAX_COLUMNS else columns
            else:
                behind = len(cells) - index - 1 if columns > MAX_COLUMNS else 0
                columns = min(columns, max(1, width - column - behind))
            left = ends[row] - row
            spot = Spot(row, column, min(rows, left) if rows else left, columns)
            line.append(spot)
            for taken in range(column, column + columns):
                reached[taken] = max(reached[taken], row + spot.rows)
            column += columns
        out.append(line)
    return out


def realign(areas: Sequence[Area], where: str) -> list[Area]:
    """Areas by column of content where the grid lines of a table differ from row to row.

    Word processors keep the edges of every cell that was ever dragged, so that the same column of
    a table can begin at another grid line on every page. Where most rows have the same number of
    cells and only the grid lines differ, the cells are counted instead. The areas come back as they
    were where that would put two cells into one place.

    Args:
        areas: all cells of a table, the empty ones too.
        where: name of document and table, for messages.

    Raises:
        TooLargeError: the table has more cells than are read.
    """
    _check_size(sum(area.spot.rows for area in areas), where)
    rows: dict[int, list[Area]] = {}
    for area in areas:
        for row in range(area.spot.row, area.spot.row + area.spot.rows):
            rows.setdefault(row, []).append(area)
    for cells in rows.values():
        cells.sort(key=lambda area: area.spot.column)
    counts = Counter(len(cells) for cells in rows.values())
    usual = max(counts, key=lambda count: (counts[count], count), default=0)
    starts = {
        row: [area.spot.column for area in cells]
        for row, cells in sorted(rows.items())
        if len(cells) == usual
    }
    if (
        usual < _FEWEST_CELLS
        or len(starts) < _REGULAR_SHARE * len(rows)
        or len({tuple(columns) for columns in starts.values()}) < 2
    ):
        return list(areas)
    regular = list(starts)
    moved: dict[int, Area] = {}
    for area in areas:
        spot = area.spot
        near = regular[max(0, bisect_right(regular, spot.row) - 1)]
        if spot.row in starts:
            begin, end = starts[spot.row].index(spot.column), 0
        else:
            begin = max(0, bisect_right(starts[near], spot.column) - 1)
            end = bisect_left(starts[near], spot.column + spot.columns)
        new = replace(spot, column=begin, columns=max(1, end - begin))
        moved[id(area)] = Area(new, area.text)
    for cells in rows.values():
        columns = [moved[id(area)].spot.column for area in cells]
        if len(set(columns)) < len(columns):
            return list(areas)
    return [moved[id(area)] for area in areas]


def fill(areas: Iterable[Area], where: str) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of a table with their numbers from 0, merged cells filled down.

    All rows have the same length: one cell for each column in which a cell begins. A row in which
    no text begins is left out, for it says nothing that the row above does not say.

    Args:
        areas: cells of a table in any order; those without text may be left out.
        where: name of document and table, for messages.

    Raises:
        TooLargeError: the table has more columns or cells than are read.
    """
    ordered = sorted(areas, key=lambda area: (area.spot.row, area.spot.column))
    columns = sorted({area.spot.column for area in ordered})
    if len(columns) > MAX_COLUMNS:
        raise TooLargeError(f"has more than {MAX_COLUMNS} columns", where=where)
    index = {column: number for number, column in enumerate(columns)}
    rows: dict[int, list[Area]] = {}
    filled: set[int] = set()
    for area in ordered:
        rows.setdefault(area.spot.row, []).append(area)
        if area.text.strip():
            filled.add(area.spot.row)
    _check_size(len(filled) * len(columns), where)
    above: list[Area] = []
    for row, begun in rows.items():
        above = [area for area in above if area.spot.row + area.spot.rows > row]
        if row in filled:
            cells = [_BLANK] * len(columns)
            for area in (*above, *begun):
                # The columns of a merged cell in which other cells begin are some of ours.
                end = bisect_left(columns, area.spot.column + area.spot.columns)
                for column in range(index[area.spot.column] + 1, end):
                    if area.spot.row < row and cells[column] is _BLANK:
                        cells[column] = _COVERED
            for area in (*above, *begun):
                covered = area.spot.row < row
                cells[index[area.spot.column]] = Cell(area.text, None, covered)
            yield row, cells
        above += [area for area in begun if area.spot.rows > 1]


def _check_size(cells: int, where: str) -> None:
    if cells > MAX_GRID:
        raise TooLargeError(f"a table has more than {MAX_GRID:,} cells", where=where)
