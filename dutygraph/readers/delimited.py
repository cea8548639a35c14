"""Delimited text (CSV, TSV): cells that can be quoted, between commas, semicolons, bars or tabs.

Tab-separated text without quoted cells is plain text, and read as such (`readers.text`).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dutygraph.errors import TooLargeError, UnreadableError
from dutygraph.model import Place, Source
from dutygraph.readers.base import MAX_BYTES, MAX_CELL, Document, RowCollector
from dutygraph.readers.text import decode

MEDIA_TYPE: Final = "text/csv"
TAB_MEDIA_TYPE: Final = "text/tab-separated-values"

DELIMITERS: Final = ("\t", ",", ";", "|")
"""Delimiters that are recognised; of two that fit equally well the first is taken."""

_SEPARATOR_LINE: Final = re.compile(r"\ufeff?sep=([\t,;|])(?:\r\n|\r|\n)")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_FEWEST_RECORDS: Final = 2
_FEWEST_CELLS: Final = 3
_SHARE: Final = 0.5
# A cell between quotation marks, whole, with what only a quoted cell can hold.
_QUOTED: Final = re.compile(r'(?:^|(?<=[\t\n]))"((?:[^"]++|"")*+)"(?=[\t\n]|\Z)')
_NEEDS_QUOTES: Final = re.compile(r'[\t\n]|""')


def looks_delimited(text: str | bytes) -> str | None:
    """Delimiter of a delimited text; None for plain text, and for what is no text.

    A text is delimited where at least two neighbouring records have the same number of cells, and
    at least three (or two, in half of all records). Between tabs it must have quoted cells too:
    one that holds a line end, a tab or a quotation mark, or half of all cells.

    Args:
        text: the text, or the bytes of the file.
    """
    if isinstance(text, bytes):
        try:
            text = decode(text)[0]
        except UnreadableError:
            return None
    if found := _SEPARATOR_LINE.match(text):
        return found[1]
    text = _LINE_END.sub("\n", text.removeprefix("\ufeff"))
    scores = {delimiter: _score(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if not scores[best] or (best == "\t" and not _has_quoted_cells(text)):
        return None
    return best


def _score(text: str, delimiter: str) -> int:
    """How many records have as many cells as a neighbour; 0 where that says nothing."""
    if delimiter not in text:
        return 0
    # With a broken quotation mark the records say nothing any more, but the lines still do.
    lines = [line.count(delimiter) + 1 for line in text.split("\n") if line.strip()]
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        records = [len(record) for record in reader if any(record)]
    except csv.Error:
        records = []
    return max(_regular(lines), _regular(records))


def _regular(widths: list[int]) -> int:
    alike = [
        width
        for index, width in enumerate(widths)
        if width > 1
        and width in (*widths[max(0, index - 1) : index], *widths[index + 1 : index + 2])
    ]
    wide = sum(width >= _FEWEST_CELLS for width in alike)
    if wide >= _FEWEST_RECORDS:
        return wide
    return len(alike) if len(alike) >= max(_FEWEST_RECORDS, _SHARE * len(widths)) else 0


def _has_quoted_cells(text: str) -> bool:
    if '"' not in text:
        return False
    quoted = 0
    for found in _QUOTED.finditer(text):
        if _NEEDS_QUOTES.search(found[1]):
            return True
        quoted += 1
    return quoted >= _SHARE * (text.count("\t") + text.count("\n") + 1)


def read_delimited(data: bytes, name: str, delimiter: str | None = None) -> Document:
    """Rows of a delimited text, one a record; the place is the record's first line.

    Args:
        data: the bytes of the file.
        name: its file name.
        delimiter: the delimiter; told by the content where it is left out.

    Raises:
        TooLargeError: it has too many bytes, or a record is too long.
        NoTextError: it holds no text.
        UnreadableError: its encoding is not known, it is not delimited, or a quotation mark is
            missing or left over.

    Source:
        RFC 4180; a first line ``sep=;`` is that of Excel.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"has more than {MAX_BYTES:,} bytes", where=name, hint="split it")
    text, encoding = decode(data, name)
    delimiter = delimiter or looks_delimited(text)
    if delimiter is None:
        raise UnreadableError(
            "is no delimited text", where=name, hint="separate the cells by commas or tabs"
        )
    rows = RowCollector(name)
    for record in _records(text.removeprefix("\ufeff"), delimiter, name):
        cells = [_LINE_END.sub("\n", cell) for cell in record.cells]
        rows.add_texts(cells, Place(line=record.line))
    media_type = TAB_MEDIA_TYPE if delimiter == "\t" else MEDIA_TYPE
    return rows.document(Source(name, hashlib.sha256(data).hexdigest(), encoding, media_type))


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: list[str]


def _records(text: str, delimiter: str, name: str) -> Iterator[_Record]:
    """Records with their first line.

    Raises:
        TooLargeError: a cell is longer than is read.
        UnreadableError: a quotation mark is missing or left over.
    """
    hint = "check the quotation marks there"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    further = re.compile(rf"\s*\d{{1,4}}{re.escape(delimiter)}")
    line = 1
    skipped = 1 if _SEPARATOR_LINE.match(text) else 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error):
                raise TooLargeError(
                    f"a cell has more than {MAX_CELL:,} characters",
                    where=f"{name}, line {line}",
                    hint=hint,
                ) from None
            raise UnreadableError(
                f"a quoted cell does not end where it should: {error}",
                where=f"{name}, line {line}",
                hint=hint,
            ) from None
        if cells is None:
            return
        begin, line = line, reader.line_num + 1
        if skipped:
            skipped -= 1
            continue
        swallowed = next(
            (
                number
                for cell in cells
                for number, inner in enumerate(_LINE_END.split(cell))
                if number
                and further.match(inner)
                and inner.count(delimiter) >= max(2, len(cells) - 1)
            ),
            None,
        )
        if swallowed is not None:
            raise UnreadableError(
                "a quoted cell runs over what looks like further rows",
                where=f"{name}, line {begin}",
                hint=hint,
            )
        yield _Record(begin, cells)
