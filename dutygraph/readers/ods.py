"""OpenDocument spreadsheets (ODS): the text that their cells show.

Formulas, scripts, comments and change records are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dutygraph.errors import TooLargeError, UnreadableError, UnsupportedError
from dutygraph.readers.base import MAX_COLUMNS, MAX_ROWS
from dutygraph.readers.containers import Container
from dutygraph.readers.grid import Spot
from dutygraph.readers.ooxml import DAMAGED, parse_xml
from dutygraph.readers.worksheet import ERRORS, Worksheet

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"

_NAMESPACE: Final = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE: Final = _NAMESPACE % "office"
_TABLE: Final = _NAMESPACE % "table"
_TEXT: Final = _NAMESPACE % "text"
_STYLE: Final = _NAMESPACE % "style"
_DRAW: Final = _NAMESPACE % "draw"
_CONTENT: Final = "content.xml"
_GROUPS: Final = frozenset(
    f"{_TABLE}{name}"
    for name in "table-row-group table-header-rows table-rows table-column-group "
    "table-header-columns table-columns".split()
)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d))?.*)?")


def read_workbook(container: Container) -> tuple[list[Worksheet], str]:
    """Sheets of a spreadsheet in order, and the media type of the file.

    Dates are given as YYYY-MM-DD, whatever their format shows; all else as it is shown.

    Args:
        container: the checked container.

    Raises:
        TooLargeError: a sheet has text beyond the columns that are read, or too much of it.
        UnsupportedError: it is encrypted.
        UnreadableError: it is damaged.
    """
    manifest = "META-INF/manifest.xml"
    if manifest in container and b"encryption-data" in container.read(manifest):
        raise UnsupportedError(
            "is encrypted", where=container.name, hint="save it without a password"
        )
    root = parse_xml(container.read(_CONTENT), f"{container.name}, {_CONTENT}")
    body = root.find(f"{_OFFICE}body/{_OFFICE}spreadsheet")
    if body is None:
        raise UnreadableError("holds no spreadsheet", where=container.name, hint=DAMAGED)
    hidden = {
        str(style.get(f"{_STYLE}name", ""))
        for style in root.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}table-properties")
        if properties.get(f"{_TABLE}display") == "false"
    }
    sheets = []
    for table in body.iterchildren(f"{_TABLE}table"):
        name = str(table.get(f"{_TABLE}name", ""))
        sheet = Worksheet(container.name, name, str(table.get(f"{_TABLE}style-name", "")) in hidden)
        _read(sheet, table)
        sheets.append(sheet)
    return sheets, MEDIA_TYPE


def _read(sheet: Worksheet, table: _Element) -> None:
    row = column = 0
    for element in _members(table):
        if element.tag == f"{_TABLE}table-column":
            times = _times(element, "number-columns-repeated")
            if element.get(f"{_TABLE}visibility", "visible") != "visible":
                sheet.hidden_columns.update(range(column, min(column + times, MAX_COLUMNS)))
            column += times
        elif element.tag == f"{_TABLE}table-row":
            times = _times(element, "number-rows-repeated")
            _read_row(sheet, element, row, times)
            if element.get(f"{_TABLE}visibility", "visible") != "visible":
                sheet.hidden_rows.update(range(row, row + min(times, MAX_ROWS)))
            row += times
        elif element.tag == f"{_TABLE}shapes":
            for box in element.iter(f"{_DRAW}text-box", f"{_DRAW}custom-shape"):
                sheet.floating.extend("\n".join(_paragraphs(box)).split("\n"))


def _members(holder: _Element) -> Iterator[_Element]:
    for child in holder:
        if child.tag in _GROUPS:
            yield from _members(child)
        else:
            yield child


def _read_row(sheet: Worksheet, element: _Element, row: int, rows: int) -> None:
    """Read a row that stands there *rows* times."""
    column = 0
    for cell in element:
        columns = _times(cell, "number-columns-repeated")
        if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            if text := _shown(cell):
                if rows > MAX_ROWS:
                    raise TooLargeError(
                        f"has more than {MAX_ROWS:,} rows",
                        where=f"{sheet.document}, sheet {sheet.name}, row {row + 1}",
                        hint="delete what is not part of the list",
                    )
                _put(sheet, cell, text, Spot(row, column, rows, columns))
            for box in cell.iter(f"{_DRAW}text-box", f"{_DRAW}custom-shape"):
                sheet.floating.extend("\n".join(_paragraphs(box)).split("\n"))
        column += columns


def _put(sheet: Worksheet, cell: _Element, text: str, spot: Spot) -> None:
    """Set the text of a cell that is repeated over some rows and columns."""
    failed = text in ERRORS and cell.get(f"{_TABLE}formula") is not None
    down = _times(cell, "number-rows-spanned")
    across = _times(cell, "number-columns-spanned")
    merged = cell.tag == f"{_TABLE}table-cell" and (down > 1 or across > 1)
    for row in range(spot.row, spot.row + spot.rows):
        # One column too many is put, to be refused.
        for column in range(spot.column, spot.column + min(spot.columns, MAX_COLUMNS + 1)):
            if failed:
                sheet.error(row, column, text)
            else:
                sheet.put(row, column, text)
            if merged:
                sheet.merged.append(Spot(row, column, down, across))


def _shown(cell: _Element) -> str:
    if cell.get(f"{_OFFICE}value-type") == "date":
        found = _DATE.fullmatch(str(cell.get(f"{_OFFICE}date-value", "")))
        if found is not None:
            day, time, seconds = found.groups()
            seconds = f":{seconds}" if seconds and seconds != "00" else ""
            time = "" if time == "00:00" and not seconds else time
            return f"{day} {time}{seconds}" if time else day
    return "\n".join(_paragraphs(cell))


def _paragraphs(holder: _Element) -> Iterator[str]:
    for child in holder:
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield "".join(_pieces(child))
        elif child.tag in (f"{_TEXT}list", f"{_TEXT}list-item"):
            yield from _paragraphs(child)


def _pieces(element: _Element) -> Iterator[str]:
    """Text of a paragraph; white space collapses but for what elements say of it."""
    yield re.sub(r"[ \t\r\n]+", " ", element.text or "")
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * min(_times(child, "c", _TEXT), 1_000)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag not in (f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}ruby-text"):
            yield from _pieces(child)
        yield re.sub(r"[ \t\r\n]+", " ", child.tail or "")


def _times(element: _Element, name: str, namespace: str = _TABLE) -> int:
    value = str(element.get(f"{namespace}{name}", "1"))
    return max(1, int(value)) if re.fullmatch(r"\d{1,9}", value) else 1
