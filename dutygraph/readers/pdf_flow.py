"""Puts the pages of a PDF together: rows and paragraphs that a page break cuts become one again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dutygraph.model import Place
from dutygraph.readers.pdf_text import (
    CellLines,
    Line,
    Measure,
    PrintedTable,
    breaks,
    same_size,
    usual_pitch,
)

NUMBER_COLUMN: Final = re.compile(r"序号|编号|序列号?")
"""Header of the column that holds the numbers of the rows."""

_LONG_LINE: Final = 15
_EDGE_SHARE: Final = 0.15
_EDGE_LINES: Final = 3
_SAME_PLACE: Final = 4.0
_PAGE_NUMBER: Final = re.compile(
    r"[-—–·\s第]*(?:\d{1,4}|[ivxIVX]{1,6})\s*[-—–·\s页]*|第\s*\d+\s*页.{0,12}"
)
_DIGITS: Final = re.compile(r"\d+")
_HEADER_ROWS: Final = 3
_CLOSED: Final = re.compile(r"[。；;！？!?）)》”]$")


@dataclass(slots=True)
class Block:
    """A table row, or a paragraph.

    Attributes:
        place: of its beginning.
        cells: its cells; a paragraph has one.
        is_row: it is a table row.
        rest: places of parts that a page break cut off.
    """

    place: Place
    cells: list[CellLines]
    is_row: bool
    rest: list[Place] = field(default_factory=list)

    def texts(self) -> list[str]:
        """Texts of its cells."""
        return [cell.text() for cell in self.cells]


@dataclass(slots=True)
class PageText:
    """The text of a page.

    Attributes:
        number: of the page, from 1.
        top: y of its upper edge.
        bottom: y of its lower edge.
        size: its width and height, rounded.
        lines: lines outside of tables, from top to bottom.
        tables: its tables, from top to bottom.
        turned: text in another direction, such as a watermark.
    """

    number: int
    top: float
    bottom: float
    size: tuple[int, int]
    lines: list[Line]
    tables: list[PrintedTable]
    turned: str = ""


def put_together(pages: Sequence[PageText]) -> list[Block]:
    """Rows and paragraphs of all pages in order.

    Each block has a place of its own: rows are counted on each page over tables and paragraphs, parts
    that were joined to the block above included.
    """
    flow = _Flow(pages)
    for page in pages:
        flow.take(page)
    return flow.out


class _Flow:
    def __init__(self, pages: Sequence[PageText]) -> None:
        self.furniture = _furniture(pages)
        self.measures = _page_measures(pages, self.furniture)
        self.out: list[Block] = []
        self.last: Block | None = None  # the last block that is no header, footer or page number
        self.header: list[list[str]] = []  # first rows of the table that is going on
        self.turned: set[str] = set()
        self.row = 0
        self.fresh = True  # nothing but headers so far on this page

    def take(self, page: PageText) -> None:
        """Add the text of the next page."""
        self.row = 0
        self.fresh = True
        pitch = usual_pitch(page.lines)
        waiting = list(page.lines)
        for table in page.tables:
            above = [line for line in waiting if line.y < table.top]
            waiting = waiting[len(above) :]
            self._paragraphs(page, above, pitch)
            self._table(page, table.rows)
        self._paragraphs(page, waiting, pitch)
        if page.turned and page.turned not in self.turned:
            # A watermark; the same on the next page says nothing new.
            self.turned.add(page.turned)
            line = Line(page.turned, 0, 0, 0, 1, 0, page.number)
            self._append(Block(self._place(page), [CellLines([line], Measure(0, 0))], False))

    def _place(self, page: PageText) -> Place:
        self.row += 1
        return Place(page=page.number, row=self.row)

    def _append(self, block: Block, *, body: bool = False) -> None:
        self.out.append(block)
        if body:
            self.last, self.fresh = block, False

    def _paragraphs(self, page: PageText, lines: Sequence[Line], pitch: float) -> None:
        measure = self.measures[page.size]
        block: Block | None = None
        for line in lines:
            if (page.number, line.y) in self.furniture:
                place = self._place(page)
                self._append(Block(place, [CellLines([line], measure)], False))
                block = None
                continue
            before = block or (self.last if self.fresh else None)
            if before is not None and not before.is_row and _goes_on(before, line, measure, pitch):
                before.cells[0].lines.append(line)
                self.fresh = False
                block = before
                continue
            block = Block(self._place(page), [CellLines([line], measure)], False)
            self._append(block, body=True)

    def _table(self, page: PageText, rows: list[list[CellLines]]) -> None:
        texts = [[cell.text() for cell in row] for row in rows]
        goes_on = (
            self.fresh
            and self.last is not None
            and self.last.is_row
            and len(self.last.cells) == len(rows[0])
        )
        repeated = 0
        if goes_on:
            while repeated < min(len(self.header), len(rows)) and (
                texts[repeated] == self.header[repeated]
            ):
                repeated += 1
        if not goes_on or (repeated == 0 and _number_column(texts[:_HEADER_ROWS]) is not None):
            self.header = texts[:_HEADER_ROWS]
            goes_on = False
        for index, row in enumerate(rows):
            if index < repeated:
                self.out.append(Block(self._place(page), row, True))
            elif (
                index == repeated
                and goes_on
                and self.last is not None
                and self._is_rest(self.last, row, texts[index])
            ):
                _put_together(self.last, row, self._place(page))
                self.fresh = False
            else:
                self._append(Block(self._place(page), row, True), body=True)

    def _is_rest(self, above: Block, row: list[CellLines], texts: list[str]) -> bool:
        """True for the rest of a row that a page break cut."""
        column = _number_column(self.header)
        index = 0 if column is None else column
        if not any(texts):
            return False
        if not texts[index]:
            others = [text for number, text in enumerate(texts) if number != index]
            # With every cell filled, and none above cut in its line, it may have lost its number.
            return not all(others) or not all(map(_is_complete, above.cells, row))
        # A number in the middle of a cut cell may come out on the second page.
        first_on_its_page = above.rest and above.rest[-1].page == above.place.page
        return (
            not above.cells[index].text()
            and not above.cells[index].covered
            and not first_on_its_page
        )


def _is_complete(cell: CellLines, rest: CellLines) -> bool:
    """True for a cell whose text ended before the page did."""
    if not cell.lines or not rest.lines:
        return True
    last = cell.lines[-1]
    return bool(_CLOSED.search(last.text)) or cell.measure.ends_early(last, rest.lines[0])


def _put_together(above: Block, row: list[CellLines], place: Place) -> None:
    for cell, rest in zip(above.cells, row, strict=True):
        if not rest.covered:
            cell.lines.extend(rest.lines)
    above.rest.append(place)


def _number_column(rows: Sequence[Sequence[str]]) -> int | None:
    """Column whose header says that it holds the numbers of the rows."""
    for row in rows:
        for index, text in enumerate(row):
            if NUMBER_COLUMN.fullmatch(re.sub(r"\s", "", text)):
                return index
    return None


def _goes_on(block: Block, line: Line, measure: Measure, pitch: float) -> bool:
    """True for a line that goes on with a paragraph."""
    before = block.cells[0].lines[-1]
    if before.is_contents or line.is_contents or not same_size(before, line):
        return False
    if measure.is_centred(before) or measure.is_centred(line):
        return False
    if before.page != line.page and _CLOSED.search(before.text):
        # At the top of a page a paragraph without indentation cannot be told from the rest of one.
        return False
    return not breaks(before, line, measure, pitch)


def _page_measures(
    pages: Sequence[PageText], furniture: set[tuple[int, float]]
) -> dict[tuple[int, int], Measure]:
    """Ends of the longest lines, for each size of page; headers and footers reach further out."""
    out = {}
    for size in {page.size for page in pages}:
        lines = [
            line
            for page in pages
            if page.size == size
            for line in page.lines
            if (page.number, line.y) not in furniture
        ]
        long = [line for line in lines if len(line.text) >= _LONG_LINE] or lines
        if long:
            left = min(line.x0 for line in long)
            out[size] = Measure(left, max(line.x1 for line in long))
        else:
            out[size] = Measure(0.0, 0.0)
    return out


def _furniture(pages: Sequence[PageText]) -> set[tuple[int, float]]:
    """Page and place of lines that are headers, footers or page numbers.

    They stand near an edge of the page and are a page number, the same but for digits at the same
    place of another page, or the same as any line of another page (the title of a table).
    """
    near: list[tuple[str, int, PageText, Line]] = []
    for page in pages:
        edge = _EDGE_SHARE * (page.bottom - page.top)
        outer = {id(line): line for line in (*page.lines[:_EDGE_LINES], *page.lines[-_EDGE_LINES:])}
        for line in outer.values():
            if line.y < page.top + edge or line.y > page.bottom - edge:
                key = _DIGITS.sub("#", re.sub(r"\s", "", line.text))
                near.append((key, round((line.y - page.top) / _SAME_PLACE), page, line))
    places = Counter((key, place) for key, place, _, _ in near)
    texts = Counter(text for page in pages for text in {line.text for line in page.lines})
    return {
        (page.number, line.y)
        for key, place, page, line in near
        if _PAGE_NUMBER.fullmatch(line.text) or places[key, place] > 1 or texts[line.text] > 1
    }
