"""Spreadsheets: XLSX and XLSM, XLS, ODS → rows of every sheet.

Each sheet is read, in order; a hidden one, hidden rows and hidden columns are read too and reported.
Merged cells repeat their text downwards (see `grid.fill`), and columns without text are left out. A
cell gives what it shows in the format General; a date is YYYY-MM-DD, with its time where it has one.
A formula gives its stored result; its own text is never read. Macros are never opened.
"""

from __future__ import annotations

import datetime
import hashlib
import io
from typing import Final

from dutygraph.errors import TooLargeError, UnreadableError, UnsupportedError
from dutygraph.model import Source
from dutygraph.readers import biff, ods, xlsx
from dutygraph.readers.base import MAX_BYTES, Document, RowCollector
from dutygraph.readers.containers import open_container
from dutygraph.readers.grid import Spot
from dutygraph.readers.worksheet import (
    Worksheet,
    duration_text,
    moment_text,
    number_text,
    time_text,
)

XLS_MEDIA_TYPE: Final = "application/vnd.ms-excel"

_DAMAGED: Final = "save it again with the program that made it"
# What other old Office files hold, by the name of a stream.
_OTHERS: Final = (
    ("EncryptedPackage", "is encrypted", "save it without a password"),
    ("WordDocument", "is an old Word document (DOC)", "save it as DOCX"),
    ("PowerPoint Document", "is an old presentation (PPT)", "save it as DOCX"),
)


def read_sheets(data: bytes, name: str) -> Document:
    """Rows of a spreadsheet of any of the formats; its content tells which.

    Args:
        data: the bytes of the file.
        name: its file name.

    Raises:
        TooLargeError: it, or what it unpacks to, is too large, or has text beyond the columns that
            are read.
        UnsupportedError: it is encrypted, or of a format that is not read (XLSB, DOC).
        NoTextError: no sheet holds text.
        UnreadableError: it is damaged or no spreadsheet.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"has more than {MAX_BYTES:,} bytes", where=name, hint="split it")
    if data.startswith(biff.SIGNATURE[:4]):
        sheets, media_type = _read_xls(data, name), XLS_MEDIA_TYPE
    else:
        container = open_container(data, name, check_xml=True)
        reader = ods if "content.xml" in container else xlsx
        sheets, media_type = reader.read_workbook(container)
    rows = RowCollector(name)
    for sheet in sheets:
        sheet.write(rows)
    return rows.document(Source(name, hashlib.sha256(data).hexdigest(), "", media_type))


def _read_xls(data: bytes, name: str) -> list[Worksheet]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    streams = biff.streams(data, name)
    for label, what, hint in _OTHERS:
        if label in streams:
            raise UnsupportedError(what, where=name, hint=hint)
    records_of = streams.get("Workbook", streams.get("Book"))
    if records_of is None:
        raise UnsupportedError("is an old Office file that holds no workbook", where=name)
    records = biff.look_through(records_of, name)
    out = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(workbook.sheets_metadata) != len(records):
            raise UnreadableError("is a damaged Excel file", where=name, hint=_DAMAGED)
        for about, more in zip(workbook.sheets_metadata, records, strict=True):
            hidden = about.visible is not SheetVisibleEnum.Visible
            sheet = Worksheet(name, about.name, hidden)
            sheet.hidden_rows |= more.hidden_rows
            sheet.hidden_columns |= more.hidden_columns
            if about.typ is SheetTypeEnum.WorkSheet:
                _read_values(sheet, workbook.get_sheet_by_name(about.name))
                for (row, column), text in more.errors.items():
                    sheet.error(row, column, text)
            out.append(sheet)
    except CalamineError as error:
        raise UnreadableError(
            f"is a damaged Excel file: {' '.join(str(error).split())[:200]}",
            where=name,
            hint=_DAMAGED,
        ) from error
    except BaseException as error:
        # A panic of the Rust library is no Exception, so that nobody takes it for an error.
        if type(error).__name__ == "PanicException":
            raise UnreadableError("is a damaged Excel file", where=name, hint=_DAMAGED) from None
        raise
    return out


def _read_values(sheet: Worksheet, values: object) -> None:
    from python_calamine import CalamineSheet

    assert isinstance(values, CalamineSheet)  # noqa: S101 - narrows the type
    top, left = values.start or (0, 0)
    for row, cells in enumerate(values.to_python(), top):
        for column, value in enumerate(cells, left):
            sheet.put(row, column, _text(value))
    for (first, begin), (last, end) in values.merged_cell_ranges or ():
        if (first, begin) != (last, end):
            sheet.merged.append(Spot(first, begin, last - first + 1, end - begin + 1))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(float(value))
    if isinstance(value, datetime.datetime):
        return moment_text(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return time_text(value)
    if isinstance(value, datetime.timedelta):
        return duration_text(value.total_seconds())
    return str(value)
