"""Merged cells: where cells lie, and what they say in each row."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.errors import TooLargeError
from dutygraph.readers import grid
from dutygraph.readers.base import MAX_COLUMNS
from dutygraph.readers.grid import Area, Spot, fill, realign, resolve


def area(text: str, row: int, column: int, rows: int = 1, columns: int = 1) -> Area:
    return Area(Spot(row, column, rows, columns), text)


def filled(*areas: Area) -> list[tuple[int, list[str]]]:
    """Rows of a table; a covered cell begins with ^."""
    return [
        (row, ["^" * cell.covered + cell.text for cell in cells])
        for row, cells in fill(areas, "x, table 1")
    ]


def test_a_merged_cell_fills_down_and_is_blank_across() -> None:
    assert filled(
        area("甲", 0, 0, rows=2, columns=2), area("乙", 0, 2), area("丙", 1, 2), area("丁", 2, 1)
    ) == [
        (0, ["甲", "", "乙"]),
        # The blank cells beside the covered one are covered too: they are part of 甲.
        (1, ["^甲", "^", "丙"]),
        (2, ["", "丁", ""]),
    ]


def test_columns_in_which_no_cell_begins_are_left_out() -> None:
    assert filled(area("甲", 0, 0, columns=3), area("乙", 0, 3), area("丙", 1, 0, columns=3)) == [
        (0, ["甲", "乙"]),
        (1, ["丙", ""]),
    ]


def test_an_empty_cell_keeps_its_column() -> None:
    assert filled(area("甲", 0, 0), area("", 0, 1), area("乙", 0, 2)) == [(0, ["甲", "", "乙"])]


def test_a_row_in_which_no_text_begins_is_left_out() -> None:
    assert filled(area("甲", 0, 0, rows=3), area("乙", 0, 1), area("", 1, 1), area("丙", 2, 1)) == [
        (0, ["甲", "乙"]),
        (2, ["^甲", "丙"]),
    ]


def test_far_rows_cost_nothing() -> None:
    begin = time.perf_counter()
    assert filled(area("甲", 0, 0, rows=2**20), area("乙", 2**20 - 1, 5)) == [
        (0, ["甲", ""]),
        (2**20 - 1, ["^甲", "乙"]),
    ]
    assert time.perf_counter() - begin < 1


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(filled(*(area("甲", 0, column) for column in range(MAX_COLUMNS)))[0][1]) == 256
    with pytest.raises(TooLargeError, match="256 columns"):
        filled(*(area("甲", 0, column) for column in range(MAX_COLUMNS + 1)))
    monkeypatch.setattr(grid, "MAX_GRID", 4)
    assert filled(area("甲", 0, 0), area("乙", 1, 1)) == [(0, ["甲", ""]), (1, ["", "乙"])]
    with pytest.raises(TooLargeError, match="x, table 1: a table has more than 4 cells"):
        filled(area("甲", 0, 0), area("乙", 1, 1), area("丙", 2, 0))


def tilings() -> st.SearchStrategy[tuple[int, int, list[Area]]]:
    """Height and width of a table, and cells that fill it without gaps."""

    @st.composite
    def tiling(draw: st.DrawFn) -> tuple[int, int, list[Area]]:
        height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
        taken: set[tuple[int, int]] = set()
        areas: list[Area] = []
        for row in range(height):
            for column in range(width):
                if (row, column) in taken:
                    continue
                free = 1
                while column + free < width and (row, column + free) not in taken:
                    free += 1
                rows = draw(st.integers(1, min(3, height - row)))
                columns = draw(st.integers(1, min(3, free)))
                taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
                text = draw(st.sampled_from([f"第{len(areas)}格", f"甲{len(areas)}\n乙", ""]))
                areas.append(area(text, row, column, rows, columns))
        return height, width, areas

    return tiling()


def matrix(height: int, width: int, areas: list[Area]) -> list[tuple[int, list[str]]]:
    """What `fill` has to give, said cell by cell."""
    out = []
    for row in range(height):
        if not any(a.text.strip() and a.spot.row == row for a in areas):
            continue
        line = []
        for column in range(width):
            if not any(a.spot.column == column for a in areas):
                continue
            (over,) = (
                a
                for a in areas
                if a.spot.row <= row < a.spot.row + a.spot.rows
                and a.spot.column <= column < a.spot.column + a.spot.columns
            )
            text = over.text if over.spot.column == column else ""
            line.append("^" * (over.spot.row < row) + text)
        out.append((row, line))
    return out


@given(tilings())
def test_fill_says_of_each_cell_what_lies_over_it(table: tuple[int, int, list[Area]]) -> None:
    assert filled(*table[2]) == matrix(*table)


@given(tilings())
def test_cells_that_ask_for_spans_find_their_places(table: tuple[int, int, list[Area]]) -> None:
    height, _, areas = table
    rows = [[a for a in areas if a.spot.row == row] for row in range(height)]
    asked = [[(a.spot.rows, a.spot.columns) for a in row] for row in rows]
    spots, clamped = resolve(asked, [height] * height, "x")
    # Only the columns behind the last one in which a cell begins can be lost.
    width = 1 + max(a.spot.column for a in areas)
    for row, line in zip(rows, spots, strict=True):
        for one, spot in zip(row, line, strict=True):
            assert (spot.row, spot.column) == (one.spot.row, one.spot.column)
            assert spot.rows == one.spot.rows
            assert spot.columns == min(one.spot.columns, width - one.spot.column)
    assert clamped == {
        (number, index)
        for number, row in enumerate(rows)
        for index, one in enumerate(row)
        if one.spot.column + one.spot.columns > width
    }


# Cells that ask for more than there is


def test_rows_end_with_their_group() -> None:
    # Two groups of two rows; 0 means all rows of the group, which is no excess.
    spots, clamped = resolve([[(0, 1), (9, 1)], [], [(1, 1)], [(2, 1)]], [2, 2, 4, 4], "x")
    assert [[(s.row, s.column, s.rows) for s in row] for row in spots] == [
        [(0, 0, 2), (0, 1, 2)],
        [],
        [(2, 0, 1)],
        [(3, 0, 1)],
    ]
    assert clamped == {(0, 1), (3, 0)}


@pytest.mark.parametrize("asked", [4, 65_535, 10**6, 10**9])
def test_columns_end_with_the_table(asked: int) -> None:
    spots, clamped = resolve([[(1, asked)], [(1, 1)] * 3], [2, 2], "x")
    assert spots[0] == [Spot(0, 0, 1, 3)]
    assert clamped == {(0, 0)}


def test_an_absurd_cell_leaves_room_for_those_behind_it() -> None:
    spots, clamped = resolve([[(1, 10**6), (1, 1)], [(1, 1)] * 3], [2, 2], "x")
    assert spots[0] == [Spot(0, 0, 1, 2), Spot(0, 2, 1, 1)]
    assert clamped == {(0, 0)}


def test_staircase_of_merged_cells_is_refused_in_time() -> None:
    # Each row begins beside all cells above it, so that the table grows by a column a row.
    begin = time.perf_counter()
    with pytest.raises(TooLargeError, match="256"):
        resolve([[(60_000, 1)]] * 60_000, [60_000] * 60_000, "x")
    assert time.perf_counter() - begin < 2


# Grid lines that differ from row to row


def test_rows_with_other_grid_lines_are_aligned_by_count() -> None:
    # The second page of the table was drawn a little to the right: its cells begin at 1, 3 and 5.
    areas = [
        *(area(text, 0, column) for text, column in zip("甲乙丙", (0, 2, 4), strict=True)),
        *(area(text, 1, column) for text, column in zip("一二三", (1, 3, 5), strict=True)),
        area("宽", 2, 0, columns=6),
    ]
    moved = realign(areas, "x")
    assert filled(*moved) == [
        (0, ["甲", "乙", "丙"]),
        (1, ["一", "二", "三"]),
        (2, ["宽", "", ""]),
    ]


def test_merged_cells_stay_merged_when_aligned() -> None:
    areas = [
        area("类", 0, 0, rows=2),
        area("甲", 0, 2),
        area("乙", 0, 4),
        area("丙", 1, 3),
        area("丁", 1, 4),
        *(area(text, 2, column) for text, column in zip("戊己庚", (0, 3, 5), strict=True)),
    ]
    assert filled(*realign(areas, "x")) == [
        (0, ["类", "甲", "乙"]),
        (1, ["^类", "丙", "丁"]),
        (2, ["戊", "己", "庚"]),
    ]


def test_a_header_of_two_rows_is_not_aligned() -> None:
    areas = [
        area("甲", 0, 0, rows=2),
        area("乙", 0, 1, columns=2),
        area("丙", 1, 1),
        area("丁", 1, 2),
        *(area(text, 2, column) for column, text in enumerate("一二三")),
    ]
    assert realign(areas, "x") == areas


@given(tilings())
def test_aligning_loses_no_text(table: tuple[int, int, list[Area]]) -> None:
    areas = table[2]
    moved = realign(areas, "x")
    assert [a.text for a in moved] == [a.text for a in areas]
    shown = [
        cell.text
        for _, cells in fill(moved, "x")
        for cell in cells
        if not cell.covered and cell.text
    ]
    assert sorted(shown) == sorted(a.text for a in areas if a.text)
    assert {a.spot.row for a in moved if a.text} == {a.spot.row for a in areas if a.text}
