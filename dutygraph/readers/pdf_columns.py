"""Tables of a PDF without ruled lines: columns by the gaps between them, rows by their numbers.

Tried only where no page has a ruled table, and only below a header row that begins with the number
column. Gaps that hold in every line part the columns; between two numbers the widest gap parts the
rows.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
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
    kinds: dict[tuple[str, ...], list[_Part]] = {}
    for part in (part for here in parts for part in here):
        kinds.setdefault(tuple(text for text, _, _ in part.header), []).append(part)
    edges = {key: _edges(same, name) for key, same in kinds.items()}
    middles = {key: _middle(same) for key, same in kinds.items()}
    out = []
    for here, others in zip(parts, outside, strict=True):
        tables = []
        for part in here:
            key = tuple(text for text, _, _ in part.header)
            table, behind = _table(part, edges[key], middles[key])
            others += behind
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


def _table(
    part: _Part, edges: list[float], middle: float
) -> tuple[PrintedTable | None, list[Char]]:
    """The table below a header, and the characters behind its end."""
    body = list(part.body)
    end = next(
        (index for index, row in enumerate(body) if _is_behind(row, edges, middle)), len(body)
    )
    behind = [char for row in body[end:] for char in row]
    columns: list[list[Char]] = [[] for _ in range(len(edges) + 1)]
    for row in body[:end]:
        for char in row:
            columns[bisect_right(edges, (char.x0 + char.x1) / 2)].append(char)
    lines = [lines_of(column, part.page) for column in columns]
    measures = [
        Measure(min((n.x0 for n in column), default=0), max((n.x1 for n in column), default=0))
        for column in lines
    ]
    rows: list[list[CellLines]] = []
    if part.head:
        heads: list[list[Char]] = [[] for _ in columns]
        for char in part.head:
            heads[bisect_right(edges, (char.x0 + char.x1) / 2)].append(char)
        rows.append(
            [CellLines(lines_of(h, part.page), m) for h, m in zip(heads, measures, strict=True)]
        )
    tops = _row_tops(lines)
    bands: list[list[list[Line]]] = [[[] for _ in columns] for _ in tops]
    for column, found in enumerate(lines):
        for line in found:
            bands[max(0, bisect_right(tops, line.y - _TIE) - 1)][column].append(line)
    rows += [[CellLines(cell, m) for cell, m in zip(band, measures, strict=True)] for band in bands]
    if not rows:
        return None, behind
    first = part.head or body[0]
    return PrintedTable(min(char.y - char.em for char in first), rows), behind


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


def _row_tops(columns: Sequence[Sequence[Line]]) -> list[float]:
    """Where the rows begin; empty for a table without a line."""
    every = sorted((line for column in columns for line in column), key=lambda line: line.y)
    if not every:
        return []
    bands: list[tuple[float, float]] = []
    for line in every:
        top, bottom = line.y - _ABOVE * line.em, line.y + _BELOW * line.em
        if bands and top <= bands[-1][1]:
            bands[-1] = (bands[-1][0], max(bands[-1][1], bottom))
        else:
            bands.append((top, bottom))
    starts = [band[0] for band in bands]
    gaps = [after[0] - before[1] for before, after in itertools.pairwise(bands)]
    numbers = [
        max(0, bisect_right(starts, line.y - _TIE) - 1)
        for line in columns[0]
        if _NUMBER.fullmatch(line.text)
    ]
    tops = [bands[0][0]]
    chosen = []
    for before, after in itertools.pairwise(numbers):
        if after <= before:
            continue
        widest = max(gaps[before:after])
        index = max(i for i in range(before, after) if gaps[i] >= widest - _TIE)
        chosen.append(gaps[index])
        tops.append(bands[index + 1][0])
    first = numbers[0] if numbers else 0
    if first > 0:
        # Above the first number there may be the rest of a row from the page before.
        widest = max(gaps[:first])
        usual = median(chosen) if chosen else 1.5 * min(gaps)
        if widest >= usual - _TIE:
            index = max(i for i in range(first) if gaps[i] >= widest - _TIE)
            tops.insert(1, bands[index + 1][0])
    return sorted(set(tops))
