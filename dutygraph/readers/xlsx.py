"""Excel workbooks of the XML formats (XLSX, XLSM and templates): the values of their cells.

The XML is read directly: python-calamine allocates the whole rectangle up to the last cell (one cell in
the last corner ends the process) and shows neither failed formulas nor those without a value. What
the sheet says of its own size is not used. Macros, comments, links to other workbooks, page headers
and what formulas say are not read.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dutygraph.errors import UnreadableError, UnsupportedError
from dutygraph.readers.containers import Container
from dutygraph.readers.grid import Spot
from dutygraph.readers.ooxml import DAMAGED, A, Package, R, S, each_element, truth
from dutygraph.readers.worksheet import (
    Worksheet,
    cell_name,
    duration_text,
    moment_text,
    number_text,
    serial_text,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MACRO_MEDIA_TYPE: Final = "application/vnd.ms-excel.sheet.macroEnabled.12"

_ROWS: Final = 2**20
_COLUMNS: Final = 2**14
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Built-in formats that show a date or a time; 27 to 36 and 50 to 58 are those of East Asia.
_BUILT_IN_DATES: Final = frozenset({14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)})
_BUILT_IN_TIMES: Final = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 47})
_BUILT_IN_MOMENT: Final = 22
_BUILT_IN_HOURS: Final = 46
_BUILT_IN_PERCENT: Final = frozenset({9, 10})
# Parts of a format code that print themselves or are no letters of a date.
_LITERAL: Final = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[(?:[^hms\]][^\]]*|[hms]+[^hms\]][^\]]*)\]', re.I
)
_ELAPSED: Final = re.compile(r"\[[hms]+\]", re.I)


@dataclass(frozen=True, slots=True)
class _Format:
    """What a number format shows of a number."""

    dated: bool = False
    timed: bool = False
    elapsed: bool = False
    percent: bool = False


def read_workbook(container: Container) -> tuple[list[Worksheet], str]:
    """Sheets of a workbook in order, and the media type of the file.

    Args:
        container: the checked container.

    Raises:
        TooLargeError: a sheet has text beyond the columns that are read, or too much of it.
        UnsupportedError: it is a binary workbook (XLSB).
        UnreadableError: it is damaged.
    """
    package = Package(container)
    main = package.main("Excel")
    if main.lower().endswith(".bin"):
        raise UnsupportedError(
            "is a binary Excel workbook (XLSB)", where=container.name, hint="save it as XLSX"
        )
    workbook = package.parse(main)
    relations = package.relations(main)
    strings = next(package.linked(main, "sharedStrings"), None)
    styles = next(package.linked(main, "styles"), None)
    properties = workbook.find(f"{S}workbookPr")
    reader = _SheetReader(
        package,
        [] if strings is None else list(_shared_strings(package, strings)),
        [] if styles is None else _formats(package.parse(styles)),
        properties is not None and truth(properties.get("date1904", "0")),
    )
    sheets = []
    for element in workbook.iter(f"{S}sheet"):
        name = str(element.get("name", ""))
        relation = relations.get(str(element.get(f"{R}id", "")))
        if relation is None:
            raise UnreadableError(f"lacks the sheet {name}", where=container.name, hint=DAMAGED)
        if relation.kind != "worksheet" or relation.external:
            continue  # a chart, a dialogue or a macro sheet
        hidden = element.get("state", "visible") != "visible"
        sheets.append(reader.read(Worksheet(container.name, name, hidden), relation.target))
    macros = any(True for _ in package.linked(main, "vbaProject"))
    return sheets, MACRO_MEDIA_TYPE if macros else MEDIA_TYPE


class _SheetReader:
    def __init__(
        self, package: Package, strings: list[str], formats: list[_Format], since_1904: bool
    ) -> None:
        self.package = package
        self.strings = strings
        self.formats = formats
        self.since_1904 = since_1904

    def read(self, sheet: Worksheet, part: str) -> Worksheet:
        """Fill a sheet from its part."""
        where = self.package.where(part)
        row = -1
        tags = tuple(f"{S}{tag}" for tag in ("row", "mergeCell", "col"))
        for element in each_element(self.package.read(part), tags, where):
            if element.tag == f"{S}row":
                row = self._row(sheet, element, row, where)
            elif element.tag == f"{S}mergeCell":
                if spot := _range(str(element.get("ref", "")), where):
                    sheet.merged.append(spot)
            elif truth(element.get("hidden", "0")):
                first, last = (_whole(element.get(name), where) for name in ("min", "max"))
                sheet.hidden_columns.update(range(first - 1, min(last, _COLUMNS)))
        for drawing in self.package.linked(part, "drawing"):
            for paragraph in self.package.parse(drawing).iter(f"{A}p"):
                text = "".join(
                    (node.text or "") if node.tag == f"{A}t" else "\n"
                    for node in paragraph.iter(f"{A}t", f"{A}br")
                )
                sheet.floating.extend(text.split("\n"))
        return sheet

    def _row(self, sheet: Worksheet, element: _Element, before: int, where: str) -> int:
        """Read a row; its number."""
        row = _whole(element.get("r"), where) - 1 if element.get("r") else before + 1
        if truth(element.get("hidden", "0")):
            sheet.hidden_rows.add(row)
        column = -1
        for cell in element.iter(f"{S}c"):
            reference = cell.get("r")
            if reference:
                at, column = _position(str(reference), where)
            else:
                at, column = row, column + 1
            if not 0 <= at < _ROWS:
                raise UnreadableError(f"has a cell in row {at + 1}", where=where, hint=DAMAGED)
            self._cell(sheet, cell, at, column, where)
        return row

    def _cell(self, sheet: Worksheet, cell: _Element, row: int, column: int, where: str) -> None:
        kind = cell.get("t", "n")
        holder = cell.find(f"{S}v")
        value = "" if holder is None else holder.text or ""
        formula = cell.find(f"{S}f")
        if formula is not None and not value and kind not in ("str", "inlineStr"):
            quote = f"{cell_name(row, column)}: ={formula.text or '…'}"
            sheet.notes.append(("formula-without-value", row, quote))
        elif kind == "inlineStr":
            inline = cell.find(f"{S}is")
            sheet.put(row, column, "" if inline is None else _string(inline))
        elif kind == "s" and value:
            sheet.put(row, column, self._shared(value, cell_name(row, column), where))
        elif kind == "str":
            sheet.put(row, column, _unescape(value))
        elif kind == "b" and value:
            sheet.put(row, column, "TRUE" if truth(value) else "FALSE")
        elif kind == "e" and value:
            sheet.error(row, column, value)
        elif value:
            sheet.put(row, column, self._number(value, kind, cell.get("s")))

    def _shared(self, value: str, cell: str, where: str) -> str:
        number = int(value) if re.fullmatch(r"\s*\d{1,9}\s*", value) else len(self.strings)
        if number >= len(self.strings):
            raise UnreadableError(
                f"cell {cell} names the text {value}, which the workbook lacks",
                where=where,
                hint=DAMAGED,
            )
        return self.strings[number]

    def _number(self, value: str, kind: str, style: str | None) -> str:
        if kind == "d":
            try:
                return moment_text(datetime.datetime.fromisoformat(value.replace("Z", "")))
            except ValueError:
                return value
        try:
            number = float(value)
        except ValueError:
            return value  # not a number after all: shown as it stands
        if not math.isfinite(number):
            return value
        index = int(style) if style and re.fullmatch(r"\d{1,9}", style) else 0
        shown = self.formats[index] if index < len(self.formats) else _Format()
        if shown.elapsed:
            return duration_text(number * 86_400)
        if shown.dated or shown.timed:
            return serial_text(
                number, dated=shown.dated, timed=shown.timed, since_1904=self.since_1904
            )
        return number_text(number * 100) + "%" if shown.percent else number_text(number)


def _shared_strings(package: Package, part: str) -> Iterator[str]:
    for element in each_element(package.read(part), (f"{S}si",), package.where(part)):
        yield _string(element)


def _string(holder: _Element) -> str:
    """Text of a string, plain or of several runs; reading aids (phonetic runs) left out."""
    out = []
    for child in holder:
        if child.tag == f"{S}t":
            out.append(child.text or "")
        elif child.tag == f"{S}r":
            out.extend(text.text or "" for text in child.iter(f"{S}t"))
    return _unescape("".join(out))


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _formats(styles: _Element) -> list[_Format]:
    """What each cell style shows of a number."""
    codes = {
        str(one.get("numFmtId", "")): str(one.get("formatCode", ""))
        for one in styles.iter(f"{S}numFmt")
    }
    holder = styles.find(f"{S}cellXfs")
    out = []
    for style in () if holder is None else holder.iter(f"{S}xf"):
        identity = str(style.get("numFmtId", "0"))
        out.append(_of_code(codes[identity]) if identity in codes else _built_in(identity))
    return out


def _built_in(identity: str) -> _Format:
    number = int(identity) if identity.isdigit() and len(identity) < 5 else 0
    return _Format(
        dated=number in _BUILT_IN_DATES or number == _BUILT_IN_MOMENT,
        timed=number in _BUILT_IN_TIMES or number == _BUILT_IN_MOMENT,
        elapsed=number == _BUILT_IN_HOURS,
        percent=number in _BUILT_IN_PERCENT,
    )


def _of_code(code: str) -> _Format:
    """What a format code shows; of several parts, what the first one does.

    A month and a minute are both an m: with no year or day beside it, it is a minute where hours or
    seconds are shown.
    """
    code = _LITERAL.sub("", code.split(";")[0])
    elapsed = _ELAPSED.search(code) is not None
    letters = set(_ELAPSED.sub("", code).lower()) if "general" not in code.lower() else set()
    timed = bool(letters & set("hs"))
    dated = bool(letters & set("yd")) or ("m" in letters and not timed and not elapsed)
    return _Format(dated, timed, elapsed and not dated, "%" in letters)


def _position(reference: str, where: str) -> tuple[int, int]:
    """Row and column of a cell name."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise UnreadableError(f"has a cell named {reference[:20]!r}", where=where, hint=DAMAGED)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    if not (1 <= row <= _ROWS and column <= _COLUMNS):
        raise UnreadableError(f"has a cell named {reference[:20]!r}", where=where, hint=DAMAGED)
    return row - 1, column - 1


def _range(reference: str, where: str) -> Spot | None:
    """A merged range; None for a single cell."""
    first, _, last = reference.partition(":")
    top, left = _position(first, where)
    bottom, right = _position(last or first, where)
    top, bottom = sorted((top, bottom))
    left, right = sorted((left, right))
    if (top, left) == (bottom, right):
        return None
    return Spot(top, left, bottom - top + 1, right - left + 1)


def _whole(value: str | None, where: str) -> int:
    if value is None or not re.fullmatch(r"\d{1,9}", value):
        raise UnreadableError(f"has a row or column {str(value)[:20]!r}", where=where, hint=DAMAGED)
    return int(value)
