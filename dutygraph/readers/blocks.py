"""Running text and tables, as web pages and Word documents hold them → rows with their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dutygraph.errors import TooLargeError
from dutygraph.model import Place
from dutygraph.readers.base import Anomaly, RowCollector
from dutygraph.readers.grid import Area, Spot, fill, realign

MAX_NESTED: Final = 32
"""Most tables inside one another that are read."""

MAX_QUOTE: Final = 2_000
"""Longest quote of text that is not read, in characters."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to report at the place where it stands among the blocks.

    Attributes:
        code: of the finding.
        quote: the source text concerned.
    """

    code: str
    quote: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table, and what it holds."""

    spot: Spot
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table, its cells in reading order, the empty ones too."""

    cells: Sequence[TableCell]


Block = str | Note | TableBlock
"""A line of text, something to report, or a table."""


@dataclass(slots=True)
class BlockWriter:
    """Adds blocks to the rows of a document.

    Each line outside of the tables that are data is a paragraph. Tables and paragraphs with text
    are counted from 1, in reading order. A table that is no data counts as a frame around its text:
    one with a single column, and one whose cells hold other tables with at least as many filled
    cells as it has itself (the layout of old web pages). A table inside a cell of data becomes
    lines of that cell, a tab between its cells.

    Args:
        rows: gets the rows and the anomalies.
    """

    rows: RowCollector
    tables: int = 0
    paragraphs: int = 0
    last: Place = field(default=Place(paragraph=1))

    def write(self, blocks: Iterable[Block], depth: int = 0) -> None:
        """Add blocks.

        Raises:
            TooLargeError: tables are nested too deep, or a row or table is too large.
        """
        if depth > MAX_NESTED:
            raise TooLargeError(
                f"holds more than {MAX_NESTED} tables inside one another", where=self.rows.name
            )
        for block in blocks:
            if isinstance(block, Note):
                self._note(block, self.last)
            elif isinstance(block, TableBlock):
                if self._is_frame(block, depth):
                    for cell in block.cells:
                        self.write(cell.blocks, depth + 1)
                else:
                    self._table(block, depth)
            elif block.strip():
                self.paragraphs += 1
                self.last = Place(paragraph=self.paragraphs)
                self.rows.add_texts([block], self.last)

    def _is_frame(self, table: TableBlock, depth: int) -> bool:
        if len({cell.spot.column for cell in table.cells}) < 2:
            return True
        inner = sum(self._filled(cell.blocks, depth) for cell in table.cells)
        own = sum(_has_text(cell.blocks) for cell in table.cells)
        return inner >= max(own, 1)

    def _filled(self, blocks: Iterable[Block], depth: int) -> int:
        """Number of cells with text in tables among some blocks, and in tables in them."""
        if depth > MAX_NESTED:
            return 0  # what is nested deeper is refused when its turn comes
        tables = [block for block in blocks if isinstance(block, TableBlock)]
        return sum(
            _has_text(cell.blocks) + self._filled(cell.blocks, depth + 1)
            for table in tables
            for cell in table.cells
        )

    def _table(self, table: TableBlock, depth: int) -> None:
        number = self.tables + 1
        where = f"{self.rows.name}, table {number}"
        areas = []
        for cell in table.cells:
            place = Place(table=number, row=cell.spot.row + 1)
            lines = []
            for line in self._lines(cell.blocks, depth + 1):
                if isinstance(line, Note):
                    self._note(line, place)
                else:
                    lines.append(line)
            areas.append(Area(cell.spot, self.rows.tidy("\n".join(lines).strip("\n"), place)))
        if not any(area.text.strip() for area in areas):
            return
        self.tables = number
        for row, cells in fill(realign(areas, where), where):
            self.rows.add(cells, Place(table=number, row=row + 1))
        self.last = Place(table=number)

    def _lines(self, blocks: Iterable[Block], depth: int) -> Iterator[str | Note]:
        """Lines of a cell; a table in it gives a line for each of its rows."""
        if depth > MAX_NESTED:
            raise TooLargeError(
                f"holds more than {MAX_NESTED} tables inside one another", where=self.rows.name
            )
        for block in blocks:
            if not isinstance(block, TableBlock):
                yield block
                continue
            by_row: dict[int, list[str]] = {}
            for cell in block.cells:
                parts = []
                for line in self._lines(cell.blocks, depth + 1):
                    if isinstance(line, Note):
                        yield line
                    else:
                        parts.append(line)
                by_row.setdefault(cell.spot.row, []).append("\n".join(parts))
            for _, texts in sorted(by_row.items()):
                if any(text.strip() for text in texts):
                    yield "\t".join(texts)

    def _note(self, note: Note, place: Place) -> None:
        quote = note.quote
        if len(quote) > MAX_QUOTE:
            quote = quote[: MAX_QUOTE - 1] + "…"
        self.rows.anomalies.append(Anomaly(note.code, place, quote))


def _has_text(blocks: Iterable[Block]) -> bool:
    return any(isinstance(block, str) and block.strip() for block in blocks)
