"""PDF documents with a text layer: tables over any number of pages, and paragraphs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from dutygraph.errors import NoTextError, TooLargeError, UnreadableError
from dutygraph.model import Place, Source
from dutygraph.readers.base import MAX_BYTES, Anomaly, Cell, Document, RowCollector
from dutygraph.readers.pdf_columns import find_unruled
from dutygraph.readers.pdf_flow import Block, PageText, put_together
from dutygraph.readers.pdf_marks import UNMAPPED, Char, PageMarks, read_marks
from dutygraph.readers.pdf_tables import find_tables, printed_table
from dutygraph.readers.pdf_text import lines_of, restore_radicals

MEDIA_TYPE: Final = "application/pdf"

_OCR: Final = "run OCR on it first"
_MOST_UNMAPPED: Final = 0.2
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_QUOTE: Final = 60
# Characters this much larger than those beside them are a watermark behind the table.
_WATERMARK: Final = 2.5


@dataclass(slots=True)
class _Page:
    """What was found on a page.

    Attributes:
        text: its text; lines and tables are filled in when all pages are known.
        outside: characters outside of ruled tables.
        unmapped: number of characters whose font does not say which they are.
        count: number of all characters.
        painted: there is anything on it that is no text.
    """

    text: PageText
    outside: list[Char]
    unmapped: int
    count: int
    painted: bool


def read_pdf(data: bytes, name: str) -> Document:
    """Rows of a PDF: the rows of its ruled tables, and its paragraphs, in the order of its pages.

    A row that a page break cuts is one row, at the place of its beginning, with the anomaly
    ``row-over-pages`` at the place of the rest; a paragraph likewise, without an anomaly. Headers,
    footers and page numbers are paragraphs; text that is turned, such as a watermark, is one at the
    end of the first page that has it. Other anomalies: ``page-without-text`` for a page that is only
    a picture; ``radical-character``, once, for radicals in place of characters, which are restored;
    ``unmapped-character`` for characters that a font does not name.

    Args:
        data: its bytes.
        name: its file name, for messages.

    Raises:
        NoTextError: no page has text.
        UnsupportedError: it is encrypted with a password.
        TooLargeError: it is larger than the limits, or unpacks to more.
        UnreadableError: it is cut short or damaged, holds no table, or its fonts do not say what
            its text is.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"has more than {MAX_BYTES:,} bytes", where=name, hint="split it")
    rows = RowCollector(name)
    pages: list[_Page] = []
    ruled = False
    for marks in read_marks(data, name):
        page = _page(marks, f"{name}, page {marks.number}")
        if page.count == 0 and marks.painted:
            rows.anomalies.append(
                Anomaly("page-without-text", Place(page=marks.number), f"{marks.number}")
            )
        pages.append(page)
        ruled = ruled or bool(page.text.tables)
        if ruled:
            page.outside = []
    _check_text(pages, name)
    if not ruled:
        _find_unruled(pages, name)
    radicals: dict[str, Place] = {}
    for block in put_together([page.text for page in pages]):
        _add(block, rows, radicals)
    if radicals:
        # They come by the hundred, all from the program that made the file: one report is enough.
        quote = "".join(sorted(radicals))
        rows.anomalies.append(Anomaly("radical-character", next(iter(radicals.values())), quote))
    return rows.document(Source(name, hashlib.sha256(data).hexdigest(), "", MEDIA_TYPE))


def _find_unruled(pages: Sequence[_Page], name: str) -> None:
    """Look for tables without rules, where there are none with rules on any page."""
    found = find_unruled([page.outside for page in pages], name)
    if not any(tables for tables, _ in found):
        raise UnreadableError(
            "holds no table: no page has ruled lines or a header row that begins with 序号",
            where=name,
            hint="save it as DOCX, or print it with ruled tables",
        )
    for number, (page, (tables, outside)) in enumerate(zip(pages, found, strict=True), 1):
        page.text.tables = tables
        page.text.lines = lines_of(outside, number)


def _check_text(pages: Sequence[_Page], name: str) -> None:
    count = sum(page.count for page in pages)
    if not count:
        one = len(pages) == 1
        what = "its page is" if one else f"its {len(pages)} pages are"
        if any(page.painted for page in pages):
            picture = "a picture" if one else "pictures"
            raise NoTextError(f"has no text layer: {what} {picture}", where=name, hint=_OCR)
        raise NoTextError(f"holds no text: {what} empty", where=name)
    unmapped = sum(page.unmapped for page in pages)
    if unmapped > _MOST_UNMAPPED * count:
        raise UnreadableError(
            f"its fonts do not say what {unmapped:,} of its {count:,} characters are",
            where=name,
            hint=_OCR,
        )


def _add(block: Block, rows: RowCollector, radicals: dict[str, Place]) -> None:
    """Give a finished row to the collector, with what is odd about its characters."""
    cells = []
    unmapped = 0
    for cell in block.cells:
        text, found = restore_radicals(cell.text())
        for radical in found:
            radicals.setdefault(radical, block.place)
        unmapped += text.count(UNMAPPED) + len(_PRIVATE.findall(text))
        cells.append(Cell(rows.tidy(text, block.place), None, cell.covered))
    if unmapped:
        quote = next(t for c in cells if _has_unmapped(t := c.text))[:_QUOTE]
        rows.anomalies.append(Anomaly("unmapped-character", block.place, quote))
    for place in block.rest if block.is_row else ():
        quote = next((cell.text for cell in cells if cell.text), "")[:_QUOTE]
        rows.anomalies.append(Anomaly("row-over-pages", place, quote))
    rows.add(cells, block.place)


def _has_unmapped(text: str) -> bool:
    return UNMAPPED in text or bool(_PRIVATE.search(text))


def _page(marks: PageMarks, where: str) -> _Page:
    grids, outside = find_tables(marks, where)
    inside = [char for grid in grids for cell in grid.cells for char in cell.chars]
    turned = "".join(char.text for char in marks.turned)
    if inside:
        largest = _WATERMARK * median([char.em for char in inside])
        turned += "".join(char.text for char in inside if char.em > largest)
        for grid in grids:
            for cell in grid.cells:
                cell.chars = [char for char in cell.chars if char.em <= largest]
    printed = [char.text for char in (*marks.chars, *marks.turned) if char.text.strip()]
    text = PageText(
        number=marks.number,
        top=marks.top,
        bottom=marks.bottom,
        size=(round(marks.width), round(marks.bottom - marks.top)),
        lines=lines_of(outside, marks.number),
        tables=[printed_table(grid, marks.number) for grid in grids],
        turned=turned.strip(),
    )
    unmapped = sum(1 for one in printed if _has_unmapped(one))
    return _Page(text, outside, unmapped, len(printed), marks.painted)
