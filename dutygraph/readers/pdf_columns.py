"""Tables of a PDF without ruled lines: columns by the gaps between them, rows by their numbers.

Tried only where no page has a ruled table, and only below a header row that begins with the number
column. Gaps that hold in every line part the columns; between two numbers the widest gap parts the
rows.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from dutygraph.errors import UnreadableError
from dutygraph.readers.pdf_flow import NUMBER_COLUMN
from dutygraph.readers.pdf_marks import Char
from dutygraph.readers.pdf_text import CellLines, Line, Measure, PrintedTable, lines_of, rows_of

_FEWEST_COLUMNS: Final = 3
_PARTED: Final = 0.3
_NARROWEST_GAP: Final = 1.5
_CROSSING_SHARE: Final = 0.02
_STRADDLE: Final = 0.5
_INDENT: Final = 3.0
_ABOVE, _BELOW = 0.85, 0.15  # how far a line reaches from its baseline, in em
_TIE: Final = 0.5
_NUMBER: Final = re.compile(r"\d{1,4}\s*[.．、]?|[（(]?\s*[\d一二三四五六七八九十百]{1,5}\s*[）)]")
_FURNITURE: Final = re.compile(r"[-—–·\s第]*\d{1,4}\s*[-—–·\s页]*")


@dataclass(slots=True)
class _Part:
    """The part of a table below one header row, to the end of the page or the next header."""

    page: int
    header: list[tuple[str, float, float]]
    head: list[Char]
    body: list[list[Char]] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """Texts of its header, which tell one table from another."""
        return tuple(text for text, _, _ in self.header)


@dataclass(slots=True)
class _Laid:
    """A part of a table in columns.

    Attributes:
        part: it.
        columns: lines of each column.
        bands: upper and lower ends of stretches without a gap over all columns.
        behind: characters behind its end.
    """

    part: _Part
    columns: list[list[Line]]
    bands: list[tuple[float, float]]
    behind: list[Char]

    def splits(self) -> list[tuple[float, float]]:
        """Between each two numbers: height of the widest gap, and top of the row below it."""
        out = []
        for (before, _), (after, top) in itertools.pairwise(self._numbers()):
            # Without any gap the rows are as close as lines are, and the number is at their top.
            out.append(self._widest(before, after) if after > before else (0.0, top))
        return out

    def row_tops(self, usual: float | None) -> list[float]:
        """Where its rows begin; empty for a part without a line.

        Args:
            usual: height of the gap between two rows of the table; None where it has no two.
        """
        if not self.bands:
            return []
        tops = {self.bands[0][0], *(top for _, top in self.splits())}
        numbers = self._numbers()
        if numbers and numbers[0][0] > 0 and usual is not None:
            # Above the first number there may be the rest of a row from the page before.
            gap, top = self._widest(0, numbers[0][0])
            if gap >= usual - _TIE:
                tops.add(top)
        return sorted(tops)

    def _numbers(self) -> list[tuple[int, float]]:
        """Band and top of each number in the first column."""
        starts = [top for top, _ in self.bands]
        return [
            (max(0, bisect_right(starts, line.y - _TIE) - 1), line.y - _ABOVE * line.em)
            for line in self.columns[0]
            if _NUMBER.fullmatch(line.text)
        ]

    def _widest(self, first: int, last: int) -> tuple[float, float]:
        """Widest gap between two bands, the last one of several; its height and lower end."""
        gaps = [
            (self.bands[n + 1][0] - self.bands[n][1], self.bands[n + 1][0])
            for n in range(first, last)
        ]
        widest = max(gap for gap, _ in gaps)
        return next(found for found in reversed(gaps) if found[0] >= widest - _TIE)


def find_unruled(
    pages: Sequence[Sequence[Char]], name: str
) -> list[tuple[list[PrintedTable], list[Char]]]:
    """For each page, its tables without rules, and the characters outside of them.

    Args:
        pages: characters of each page.
        name: name of the document, for messages.

    Raises:
        UnreadableError: there is the header row of a table, but its columns cannot be told apart.
    """
    parts: list[list[_Part]] = []
    outside: list[list[Char]] = []
    going_on: _Part | None = None
    for number, chars in enumerate(pages, 1):
        here, others = _parts(chars, number, going_on)
        going_on = here[-1] if here else None
        parts.append(here)
        outside.append(others)
    kinds: defaultdict[tuple[str, ...], list[_Part]] = defaultdict(list)
    for part in itertools.chain(*parts):
        kinds[part.names].append(part)
    edges = {key: _edges(same, name) for key, same in kinds.items()}
    middles = {key: _middle(same) for key, same in kinds.items()}
    laid = [
        [_lay_out(part, edges[part.names], middles[part.names]) for part in here] for here in parts
    ]
    gaps: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    for one in itertools.chain(*laid):
        gaps[one.part.names] += [gap for gap, _ in one.splits()]
    out = []
    for page, others in zip(laid, outside, strict=True):
        tables = []
        for one in page:
            usual = gaps[one.part.names]
            table = _table(one, edges[one.part.names], median(usual) if usual else None)
            others += one.behind
            if table is not None:
                tables.append(table)
        out.append((tables, others))
    return out


def _parts(
    chars: Sequence[Char], number: int, going_on: _Part | None
) -> tuple[list[_Part], list[Char]]:
    """Parts of tables on a page, and what stands above the first one."""
    parts: list[_Part] = []
    above: list[Char] = []
    rows = rows_of(chars)
    for index, row in enumerate(rows):
        segments = _segments(row)
        if len(segments) >= _FEWEST_COLUMNS and NUMBER_COLUMN.fullmatch(segments[0][0]):
            if parts and parts[-1].body and _is_centred(parts[-1].body[-1], rows):
                above += parts[-1].body.pop()  # the title of this table
            parts.append(_Part(number, segments, row))
        elif (
            index in (0, len(rows) - 1)
            and len(segments) == 1
            and _FURNITURE.fullmatch(segments[0][0])
        ):
            above += row
        elif parts:
            parts[-1].body.append(row)
        elif going_on is not None:
            # No header on this page: the table of the page before may go on.
            parts.append(_Part(number, going_on.header, [], [row]))
        else:
            above += row
    return parts, above


def _is_centred(row: Sequence[Char], page: Sequence[Sequence[Char]]) -> bool:
    """True for a line of one piece in the middle of the text of a page."""
    segments = _segments(row)
    middle = (min(line[0].x0 for line in page) + max(line[-1].x1 for line in page)) / 2
    return len(segments) == 1 and abs((segments[0][1] + segments[0][2]) / 2 - middle) < row[0].em


def _segments(row: Sequence[Char]) -> list[tuple[str, float, float]]:
    """Pieces of a line with wide gaps between them: text without spaces, left and right end."""
    out: list[tuple[str, float, float]] = []
    for char in row:
        if char.text.isspace():
            continue
        if out and char.x0 - out[-1][2] <= _PARTED * char.em:
            text, x0, _ = out[-1]
            out[-1] = (text + char.text, x0, char.x1)
        else:
            out.append((char.text, char.x0, char.x1))
    return out


def _edges(parts: Sequence[_Part], name: str) -> list[float]:
    """Where the columns of a table are parted, by the gaps that hold in (almost) all of its lines."""
    header = parts[0].header
    lines = [row for part in parts for row in (part.head, *part.body) if row]
    allowed = int(_CROSSING_SHARE * len(lines))
    edges = []
    for left, right in itertools.pairwise(header):
        gaps = _gaps(lines, left[1], right[2], 0) or _gaps(lines, left[1], right[2], allowed)
        # Text begins where the heading begins, or further left where headings are centred.
        fitting = [gap for gap in gaps if gap[1] <= right[1] + _STRADDLE] or gaps
        if not fitting:
            raise UnreadableError(
                f"its table has no ruled lines, and the columns {left[0]} and {right[0]} "
                "cannot be told apart",
                where=f"{name}, page {parts[0].page}",
                hint="save it as DOCX, or print it with ruled tables",
            )
        begin, end = max(fitting, key=lambda gap: (min(gap[1] - gap[0], 12.0), gap[1]))
        edges.append((begin + end) / 2)
    return edges


def _gaps(
    lines: Sequence[Sequence[Char]], begin: float, end: float, allowed: int
) -> list[tuple[float, float]]:
    """Stretches between two places that no more than *allowed* lines have a character in."""
    changes: list[tuple[float, int]] = []
    for row in lines:
        for char in row:
            if not char.text.isspace() and char.x1 > begin and char.x0 < end:
                changes += [(max(char.x0, begin), 1), (min(char.x1, end), -1)]
    out: list[tuple[float, float]] = []
    depth, since = 0, begin
    for place, change in sorted(changes):
        if depth <= allowed < depth + change:
            out.append((since, place))
        elif depth + change <= allowed < depth:
            since = place
        depth += change
    out.append((since, end))
    return [(left, right) for left, right in out if right - left > _NARROWEST_GAP]


def _middle(parts: Sequence[_Part]) -> float:
    """Middle between the outermost characters of a table."""
    rows = [row for part in parts for row in (part.head, *part.body) if row]
    return (min(row[0].x0 for row in rows) + max(row[-1].x1 for row in rows)) / 2


def _lay_out(part: _Part, edges: list[float], middle: float) -> _Laid:
    """The lines of a part in their columns, and the characters behind its end."""
    end = next(
        (n for n, row in enumerate(part.body) if _is_behind(row, edges, middle)), len(part.body)
    )
    columns = [
        lines_of(column, part.page)
        for column in _by_column(itertools.chain(*part.body[:end]), edges)
    ]
    every = sorted(itertools.chain(*columns), key=lambda line: line.y)
    bands: list[tuple[float, float]] = []
    for line in every:
        top, bottom = line.y - _ABOVE * line.em, line.y + _BELOW * line.em
        if bands and top <= bands[-1][1]:
            bands[-1] = (bands[-1][0], max(bands[-1][1], bottom))
        else:
            bands.append((top, bottom))
    return _Laid(part, columns, bands, list(itertools.chain(*part.body[end:])))


def _by_column(chars: Iterable[Char], edges: list[float]) -> list[list[Char]]:
    columns: list[list[Char]] = [[] for _ in range(len(edges) + 1)]
    for char in chars:
        columns[bisect_right(edges, (char.x0 + char.x1) / 2)].append(char)
    return columns


def _table(laid: _Laid, edges: list[float], usual: float | None) -> PrintedTable | None:
    """The table; None where there is nothing but what stands behind it."""
    measures = [
        Measure(min((n.x0 for n in column), default=0), max((n.x1 for n in column), default=0))
        for column in laid.columns
    ]
    rows: list[list[list[Line]]] = []
    if laid.part.head:
        rows.append([lines_of(c, laid.part.page) for c in _by_column(laid.part.head, edges)])
    tops = laid.row_tops(usual)
    body: list[list[list[Line]]] = [[[] for _ in laid.columns] for _ in tops]
    for column, found in enumerate(laid.columns):
        for line in found:
            body[max(0, bisect_right(tops, line.y - _TIE) - 1)][column].append(line)
    rows += body
    if not rows:
        return None
    first = laid.part.head or laid.part.body[0]
    cells = [[CellLines(c, m) for c, m in zip(row, measures, strict=True)] for row in rows]
    return PrintedTable(min(char.y - char.em for char in first), cells)


def _is_behind(row: Sequence[Char], edges: Sequence[float], middle: float) -> bool:
    """True for a line that ends the table: one piece over several columns, or in the middle."""
    segments = _segments(row)
    if len(segments) != 1:
        return False
    _, x0, x1 = segments[0]
    over = any(
        char.x0 < edge - _STRADDLE and char.x1 > edge + _STRADDLE for char in row for edge in edges
    )
    em = row[0].em
    # A title is in the middle of the page, and in the middle of a column only by chance.
    column = bisect_right(edges, x0)
    begins = edges[column - 1] + _INDENT * em if column else x0
    return over or (abs((x0 + x1) / 2 - middle) < em and x0 > begins)
