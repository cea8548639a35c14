"""What every reader gives: a document as rows of cells, each with its place."""

from __future__ import annotations

from dataclasses import dataclass

from dutygraph.model import Place, Source


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of one cell, as it stands in the source.

    Attributes:
        text: the source text (NFC), layout tags included.
        start: offset of its first character in the source line, from 0; None for a cell that was
            joined from several lines.
    """

    text: str
    start: int | None = 0


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
