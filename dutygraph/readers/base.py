"""What every reader gives: a document as rows of cells, each with its place, within limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dutygraph.errors import NoTextError, TooLargeError
from dutygraph.model import Place, Source

MAX_BYTES: Final = 50 * 2**20
"""Largest document that is read, in bytes."""

MAX_CELL: Final = 32_767
"""Longest cell that is read, in characters (the limit of a spreadsheet cell)."""

MAX_COLUMNS: Final = 256
"""Most cells of a row that are read."""

MAX_ROWS: Final = 200_000
"""Most rows of a document that are read, empty ones left out."""

# Removed: control characters that XML 1.0 cannot hold, and non-characters.
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]"
)
# Kept, but reported: zero width, direction marks, tags. They change what a reader sees.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of one cell, as it stands in the source.

    Attributes:
        text: the source text (NFC), layout tags included; a line feed where a paragraph or a line
            ends inside the cell.
        start: offset of its first character in the source line, from 0; None where the source has
            no lines, or for a cell that was joined from several.
        covered: the cell is part of one that began in a row above and was merged downwards; its
            text is that cell's.
    """

    text: str
    start: int | None = 0
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or one paragraph (a row with a single cell)."""

    cells: tuple[Cell, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something that the reader changed or doubts, to become a finding.

    Attributes:
        code: of the finding.
        place: where.
        quote: the source text, made visible.
    """

    code: str
    place: Place
    quote: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as its reader saw it."""

    source: Source
    rows: tuple[Row, ...]
    anomalies: tuple[Anomaly, ...] = ()


@dataclass(slots=True)
class RowCollector:
    """Collects the rows of a document for a reader, within the limits.

    Args:
        name: of the document, for messages.

    Attributes:
        rows: rows with text.
        anomalies: characters that were removed or cannot be seen, and what the reader adds.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)

    def tidy(self, text: str, place: Place) -> str:
        """Text in NFC, without control characters; those and invisible ones become anomalies."""
        text = unicodedata.normalize("NFC", text)
        if found := sorted(set(_CONTROL.findall(text))):
            self.anomalies.append(Anomaly("control-character", place, _escaped(found)))
            text = _CONTROL.sub("", text)
        if found := sorted(set(_INVISIBLE.findall(text))):
            self.anomalies.append(Anomaly("invisible-character", place, _escaped(found)))
        return text

    def add(self, cells: Sequence[Cell], place: Place) -> None:
        """Add a row whose texts are tidy; one without any text is left out.

        Raises:
            TooLargeError: it has too many cells, a cell is too long, or the rows are too many.
        """
        where = f"{self.name}, {place}"
        if len(cells) > MAX_COLUMNS:
            raise TooLargeError(
                f"has {len(cells):,} cells, more than {MAX_COLUMNS}",
                where=where,
                hint="line breaks may be missing",
            )
        longest = max((len(cell.text) for cell in cells), default=0)
        if longest > MAX_CELL:
            raise TooLargeError(
                f"a cell has {longest:,} characters, more than {MAX_CELL:,}",
                where=where,
                hint="line breaks or tabs may be missing",
            )
        if not any(cell.text.strip() for cell in cells):
            return
        if len(self.rows) >= MAX_ROWS:
            raise TooLargeError(f"has more than {MAX_ROWS:,} rows", where=where, hint="split it")
        self.rows.append(Row(tuple(cells), place))

    def add_texts(self, texts: Sequence[str], place: Place) -> None:
        """Tidy the texts of a row that has no lines to count offsets in, and add it."""
        self.add([Cell(self.tidy(text, place), None) for text in texts], place)

    def document(self, source: Source) -> Document:
        """The document.

        Raises:
            NoTextError: there is no row with text.
        """
        if not self.rows:
            raise NoTextError("the file holds no text", where=self.name)
        return Document(source, tuple(self.rows), tuple(self.anomalies))


def _escaped(characters: list[str]) -> str:
    return " ".join(f"U+{ord(c):04X}" for c in characters)
