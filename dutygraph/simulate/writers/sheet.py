"""XLSX with merged cells, a sheet a list or one for all."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from dutygraph.errors import DutyGraphError
from dutygraph.simulate.documents import LIST_NAMES, Document, Grid

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = {"序号": 6, "备注": 10}
_WIDE: Final = 36
_COVER: Final = "说明"


def write_xlsx(document: Document) -> bytes:
    """A workbook: the cover and the introduction, then the lists.

    Raises:
        DutyGraphError: the package XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise DutyGraphError(
            "XLSX needs the package XlsxWriter", hint="pip install 'dutygraph[simulate]'"
        ) from None
    buffer = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": document.title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        bold = book.add_format({"bold": True, "align": "center"})
        sheet = book.add_worksheet(_COVER)
        for place, paragraph in enumerate(document.before):
            style = bold if paragraph.role in ("title", "heading") else None
            sheet.write_string(place, 0, paragraph.text, style)
        row = len(document.before)
        for grid in document.grids:
            if document.sheets == "each":
                sheet, row = book.add_worksheet(LIST_NAMES[grid.which]), 0
            row = _write_grid(sheet, row, grid, bold, wrapped) + 1
    return buffer.getvalue()


def _write_grid(sheet: Worksheet, row: int, grid: Grid, bold: Any, wrapped: Any) -> int:
    """Write a table from a row on; the row behind it."""
    for title in grid.titles:
        sheet.merge_range(row, 0, row, len(grid.header) - 1, title, bold)
        row += 1
    for column, name in enumerate(grid.header):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDE if column > 1 else 14))
        sheet.write_string(row, column, name, bold)
    row += 1
    for cells in grid.rows:
        for column, box in enumerate(cells):
            if box is None:
                continue
            if box.rows > 1 or box.columns > 1:
                last = row + box.rows - 1, column + box.columns - 1
                sheet.merge_range(row, column, *last, box.text, wrapped)
            else:
                sheet.write_string(row, column, box.text, wrapped)
        row += 1
    return row
