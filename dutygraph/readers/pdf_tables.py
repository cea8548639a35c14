"""Ruled tables of a PDF page: rules → a grid of cells → characters in their cells."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dutygraph.errors import TooLargeError
from dutygraph.readers.base import MAX_COLUMNS
from dutygraph.readers.pdf_marks import Char, PageMarks, Rule
from dutygraph.readers.pdf_text import CellLines, Measure, PrintedTable, lines_of

MAX_RULES: Final = 3_000
"""Most horizontal, and most vertical rules of a page, pieces of one line joined."""

_SAME_LINE: Final = 3.0
_GAP: Final = 3.0
_SHORTEST: Final = 8.0
_MEETS: Final = 2.0
_COVERED_SHARE: Final = 0.6
_SAME_ROWS: Final = 0.8
_FARTHEST: Final = 250.0
_FEWEST_ALONE: Final = 4
_CAPS: Final = 0.35


@dataclass(slots=True)
class GridCell:
    """A cell, which may reach over several rows and columns.

    Attributes:
        row: its first row, from 0.
        column: its first column, from 0.
        rows: number of its rows.
        columns: number of its columns.
        left: x of its left edge.
        right: x of its right edge.
        chars: what stands in it.
    """

    row: int
    column: int
    rows: int
    columns: int
    left: float
    right: float
    chars: list[Char] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A ruled table.

    Attributes:
        xs: edges of its columns.
        ys: edges of its rows.
        cells: its cells, by first row and column.
        owners: for each row, the cell at each column.
    """

    xs: list[float]
    ys: list[float]
    cells: list[GridCell]
    owners: list[list[GridCell]]

    @property
    def top(self) -> float:
        """Y of its upper edge."""
        return self.ys[0]

    def cell_at(self, x: float, y: float) -> GridCell | None:
        """The cell at a point; None outside of the table."""
        column = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, y) - 1
        if 0 <= row < len(self.owners) and 0 <= column < len(self.owners[0]):
            return self.owners[row][column]
        return None


def find_tables(page: PageMarks, where: str) -> tuple[list[Grid], list[Char]]:
    """Tables of a page from top to bottom, filled in, and the characters outside of them.

    A table is rules that meet and part at least two cells. A table inside a cell of another one is
    no table of its own; its text belongs to that cell.

    Args:
        page: what is painted on it.
        where: name of the document and number of the page, for messages.

    Raises:
        TooLargeError: there are too many rules.
    """
    across, down = _joined(page.across), _joined(page.down)
    if max(len(across), len(down)) > MAX_RULES:
        raise TooLargeError(f"has more than {MAX_RULES:,} rules", where=where, hint="split it")
    grids: list[Grid] = []
    groups = [_edges(*group) for group in _whole_tables(_groups(across, down))]
    groups.sort(key=lambda g: (g[0][0] - g[0][-1]) * (g[1][-1] - g[1][0]))  # the largest first
    for xs, ys, rules_across, rules_down in groups:
        inside = any(
            grid.xs[0] - _MEETS <= xs[0]
            and xs[-1] <= grid.xs[-1] + _MEETS
            and grid.ys[0] - _MEETS <= ys[0]
            and ys[-1] <= grid.ys[-1] + _MEETS
            for grid in grids
        )
        if inside or (len(xs) - 1) * (len(ys) - 1) < 2:
            continue
        if len(xs) - 1 > MAX_COLUMNS:
            raise TooLargeError(
                f"a table has more than {MAX_COLUMNS} columns", where=where, hint="split it"
            )
        grids.append(_grid(xs, ys, rules_across, rules_down))
    outside: list[Char] = []
    before: Char | None = None
    cell: GridCell | None = None
    for char in page.chars:
        # The space at the end of a line may hang over into the next cell.
        hangs = before is not None and char.text.isspace() and abs(char.x0 - before.x1) < char.em
        if before is None or not hangs or abs(char.y - before.y) > _CAPS * char.em:
            x, y = (char.x0 + char.x1) / 2, char.y - _CAPS * char.em
            cell = next((found for grid in grids if (found := grid.cell_at(x, y))), None)
        (outside if cell is None else cell.chars).append(char)
        before = char
    grids.sort(key=lambda grid: (grid.top, grid.xs[0]))
    return grids, outside


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Rules with their pieces joined; dots, dashes and the sides of a double line become one."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: (rule.at, rule.begin)):
        if lines and rule.at - lines[-1][0].at <= _SAME_LINE:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    out = []
    for line in lines:
        at = sum(rule.at for rule in line) / len(line)
        line.sort(key=lambda rule: rule.begin)
        begin, end = line[0].begin, line[0].end
        for rule in line[1:]:
            if rule.begin > end + _GAP:
                out.append(Rule(at, begin, end))
                begin, end = rule.begin, rule.end
            end = max(end, rule.end)
        out.append(Rule(at, begin, end))
    return [rule for rule in out if rule.end - rule.begin >= _SHORTEST]


def _groups(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that meet each other, directly or through others."""
    parents = list(range(len(across) + len(down)))

    def root(node: int) -> int:
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    order = sorted(range(len(down)), key=lambda index: down[index].at)
    places = [down[index].at for index in order]
    for number, rule in enumerate(across):
        first = bisect_right(places, rule.begin - _MEETS)
        for index in order[first:]:
            other = down[index]
            if other.at > rule.end + _MEETS:
                break
            if other.begin - _MEETS <= rule.at <= other.end + _MEETS:
                parents[root(len(across) + index)] = root(number)
    groups: defaultdict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for number, rule in enumerate(across):
        groups[root(number)][0].append(rule)
    for number, rule in enumerate(down):
        groups[root(len(across) + number)][1].append(rule)
    return list(groups.values())


def _whole_tables(
    groups: Sequence[tuple[list[Rule], list[Rule]]],
) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that are tables, with the columns that a long merged cell parts put together.

    A cell that is merged over all rows of a page is closed neither above nor below there, so nothing
    joins what stands to its left to what stands to its right. Both have the same rows. Where it is
    the first or the last column, its outer rule runs alone along the table.
    """
    tables = [group for group in groups if group[0] and group[1]]
    tables.sort(key=lambda group: min(rule.at for rule in group[1]))
    out: list[tuple[list[Rule], list[Rule]]] = []
    for group in tables:
        partner = next((other for other in out if _beside(other, group)), None)
        if partner is None:
            out.append((list(group[0]), list(group[1])))
        else:
            partner[0].extend(group[0])
            partner[1].extend(group[1])
    alone: list[Rule] = []
    for lone in (rule for group in groups if not group[0] for rule in group[1]):
        partner = next((group for group in out if _runs_along(lone, group)), None)
        (alone if partner is None else partner[1]).append(lone)
    return [*out, *_one_row(alone)]


def _one_row(down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The table of a page that one row fills: vertical rules of one height, open above and below."""
    if not down:
        return []
    longest = max(down, key=lambda rule: rule.end - rule.begin)
    same = [
        rule
        for rule in down
        if abs(rule.begin - longest.begin) <= _GAP and abs(rule.end - longest.end) <= _GAP
    ]
    left, right = min(rule.at for rule in same), max(rule.at for rule in same)
    if len(_distinct([rule.at for rule in same])) < _FEWEST_ALONE:
        return []
    return [([Rule(at, left, right) for at in (longest.begin, longest.end)], same)]


def _heights(rules: Sequence[Rule]) -> tuple[float, float]:
    return min(rule.begin for rule in rules), max(rule.end for rule in rules)


def _beside(left: tuple[list[Rule], list[Rule]], right: tuple[list[Rule], list[Rule]]) -> bool:
    """True for two groups of rules, one beside the other, that have the same rows."""
    if max(rule.at for rule in left[1]) > min(rule.at for rule in right[1]) + _MEETS:
        return False
    rows = _distinct([rule.at for rule in left[0]]), _distinct([rule.at for rule in right[0]])
    ends = zip(_heights(left[1]), _heights(right[1]), strict=True)
    if any(abs(a - b) > _GAP for a, b in ends):
        return False
    shared = sum(any(abs(a - b) <= _SAME_LINE for b in rows[1]) for a in rows[0])
    return shared >= _SAME_ROWS * max(map(len, rows))


def _runs_along(rule: Rule, table: tuple[list[Rule], list[Rule]]) -> bool:
    """True for a vertical rule that runs along a whole table, outside of it and not far away."""
    top, bottom = _heights(table[1])
    left, right = min(r.at for r in table[1]), max(r.at for r in table[1])
    if rule.begin > top + _GAP or rule.end < bottom - _GAP or left <= rule.at <= right:
        return False
    if rule.end - rule.begin > (bottom - top) / _SAME_ROWS:
        return False
    return min(abs(rule.at - left), abs(rule.at - right)) <= _FARTHEST


def _edges(
    across: list[Rule], down: list[Rule]
) -> tuple[list[float], list[float], list[Rule], list[Rule]]:
    """Edges of columns and rows of rules that meet; a side that was left open is closed."""
    xs = _distinct([rule.at for rule in down])
    ys = _distinct([rule.at for rule in across])
    for edges, rules in ((xs, across), (ys, down)):
        begin, end = min(rule.begin for rule in rules), max(rule.end for rule in rules)
        if begin < edges[0] - _SHORTEST:
            edges.insert(0, begin)
        if end > edges[-1] + _SHORTEST:
            edges.append(end)
    return xs, ys, across, down


def _distinct(places: list[float]) -> list[float]:
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > _SAME_LINE:
            out.append(place)
    return out


def _grid(xs: list[float], ys: list[float], across: list[Rule], down: list[Rule]) -> Grid:
    """Cells between the rules: neighbours with no rule between them are one cell."""
    columns, rows = len(xs) - 1, len(ys) - 1
    parents = list(range(rows * columns))

    def root(node: int) -> int:
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    walls = _by_place(down, xs)
    for column in range(columns - 1):
        for row in range(rows):
            if not _covers(walls[column + 1], ys[row], ys[row + 1]):
                parents[root(row * columns + column + 1)] = root(row * columns + column)
    floors = _by_place(across, ys)
    for row in range(rows - 1):
        for column in range(columns):
            if not _covers(floors[row + 1], xs[column], xs[column + 1]):
                parents[root((row + 1) * columns + column)] = root(row * columns + column)
    members: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in range(rows):
        for column in range(columns):
            members[root(row * columns + column)].append((row, column))
    cells: list[GridCell] = []
    owners: list[list[GridCell | None]] = [[None] * columns for _ in range(rows)]
    for places in sorted(members.values()):
        first_row, last_row = places[0][0], max(row for row, _ in places)
        first = min(column for _, column in places)
        last = max(column for _, column in places)
        cell = GridCell(
            first_row, first, last_row - first_row + 1, last - first + 1, xs[first], xs[last + 1]
        )
        cells.append(cell)
        for row, column in places:
            owners[row][column] = cell
    return Grid(xs, ys, cells, [[cell for cell in line if cell is not None] for line in owners])


def _by_place(rules: Sequence[Rule], edges: list[float]) -> list[list[Rule]]:
    """Rules by the edge that they lie on."""
    out: list[list[Rule]] = [[] for _ in edges]
    for rule in rules:
        nearest = bisect_right(edges, rule.at + _SAME_LINE / 2) - 1
        for index in (nearest, nearest + 1):
            if 0 <= index < len(edges) and abs(edges[index] - rule.at) <= _SAME_LINE:
                out[index].append(rule)
                break
    return out


def _covers(rules: Sequence[Rule], begin: float, end: float) -> bool:
    """True where the rules cover most of the way from *begin* to *end*."""
    covered = sum(max(0.0, min(rule.end, end) - max(rule.begin, begin)) for rule in rules)
    return covered >= _COVERED_SHARE * (end - begin)


def printed_table(grid: Grid, page: int) -> PrintedTable:
    """A table with its text in lines.

    A merged cell has its text in its first column, and in each of its rows.

    Args:
        grid: the table.
        page: number of its page.
    """
    lines = {id(cell): lines_of(cell.chars, page) for cell in grid.cells}
    # The room between the rule and the text is the same on both sides of a cell.
    room = min(
        (max(0.0, line.x0 - cell.left) for cell in grid.cells for line in lines[id(cell)]),
        default=0.0,
    )
    rights: defaultdict[tuple[int, int], float] = defaultdict(float)
    for cell in grid.cells:
        for line in lines[id(cell)]:
            key = cell.column, cell.columns
            rights[key] = max(rights[key], line.x1)
    rows = [
        [
            CellLines(
                list(lines[id(cell)]) if cell.column == column else [],
                Measure(
                    cell.left + room, max(cell.right - room, rights[cell.column, cell.columns])
                ),
                covered=number > cell.row,
            )
            for column, cell in enumerate(owners)
        ]
        for number, owners in enumerate(grid.owners)
    ]
    return PrintedTable(grid.top, rows)
