"""A result as a table: named, typed columns and rows of plain Python values, and its formats.

Analyses work on tables, not on stores, so the same analysis runs on whatever gave the table.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dutygraph.errors import DutyGraphError, UnknownNameError
from dutygraph.files import write_whole

if TYPE_CHECKING:
    import pandas as pd

Value: TypeAlias = str | int | float | bool | None
"""A cell: None where the query bound nothing."""

TYPES: Final = ("string", "integer", "decimal", "boolean")
_NULLABLE: Final = {
    "string": "string",
    "integer": "Int64",
    "decimal": "Float64",
    "boolean": "boolean",
}
# Spreadsheet programs take a cell that begins so for a formula (OWASP, CSV injection). A number is
# no danger; full-width forms are folded by some programs.
_FORMULA_START: Final = tuple("=+-@\t\r\n＝＋－＠")
# What XML 1.0 cannot hold, so a worksheet neither.
_NOT_IN_XML: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")
# A text column is given at least this much of a terminal's width before another one is shown.
_NARROWEST: Final = 26
_MAX_XLSX_CELL: Final = 32_767
_MAX_SHEET_NAME: Final = 31
_NOT_IN_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
# Shown as they are, some of them would command the terminal.
_NOT_ON_TERMINAL: Final = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if code != 10}
_NOT_ON_TERMINAL[9] = " "


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: its name, as in the head of a CSV file.
        type: one of `TYPES`.
        unit: unit of its numbers; empty where they have none.
        zh, en: what it holds.
    """

    name: str
    type: str = "string"
    unit: str = ""
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values under typed columns.

    >>> table = Table("load", (Column("department"), Column("items", "integer")), [("公安局", 7)])
    >>> table.records()
    [{'department': '公安局', 'items': 7}]
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        names = self.column_names
        return (dict(zip(names, row, strict=True)) for row in self.rows)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> list[Value]:
        """Values of one column.

        Raises:
            UnknownNameError: there is no such column.
        """
        try:
            index = self.column_names.index(name)
        except ValueError:
            raise UnknownNameError("column", name, self.column_names) from None
        return [row[index] for row in self.rows]

    def records(self) -> list[dict[str, Value]]:
        """The rows as dictionaries."""
        return list(self)

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with pandas' nullable types (string, Int64, Float64, boolean)."""
        import pandas as pd

        data: dict[str, Any] = {}
        for index, column in enumerate(self.columns):
            values = [row[index] for row in self.rows]
            data[column.name] = pd.array(values, dtype=_NULLABLE[column.type])  # type: ignore[call-overload]
        return pd.DataFrame(data, columns=list(self.column_names))


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(value, ".10g")
    return str(value)


def defuse(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: ``'`` before a dangerous start.

    >>> defuse("=1+1"), defuse("公安局")
    ("'=1+1", '公安局')
    """
    return "'" + text if text.startswith(_FORMULA_START) else text


def to_csv(table: Table, *, delimiter: str = ",", excel: bool = False, bom: bool = False) -> str:
    """CSV (RFC 4180, LF line ends) with a header of column names.

    Args:
        table: the table.
        delimiter: between cells.
        excel: defuse text cells that a spreadsheet program would take for a formula. This changes
            the text, so it is off unless asked for.
        bom: begin with a byte order mark, by which Excel knows UTF-8.
    """
    lines = [_csv_line(table.column_names, delimiter)]
    for row in table.rows:
        texts = [
            defuse(value) if excel and isinstance(value, str) else _text(value) for value in row
        ]
        lines.append(_csv_line(texts, delimiter))
    return ("\ufeff" if bom else "") + "".join(lines)


def _csv_line(texts: Sequence[str], delimiter: str) -> str:
    """One record. The csv module would not quote a CR where lines end in LF, and so break it."""
    special = {delimiter, '"', "\r", "\n"}
    cells = [
        '"' + text.replace('"', '""') + '"' if special.intersection(text) else text
        for text in texts
    ]
    if cells == [""]:
        cells = ['""']  # an empty line would be no record
    return delimiter.join(cells) + "\n"


def to_json(table: Table) -> str:
    """A JSON list with one object a row; null where nothing is bound, and for NaN and infinity,
    which JSON does not know.
    """
    records = [
        {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in record.items()
        }
        for record in table
    ]
    return json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_text(table: Table, *, width: int | None = None) -> str:
    """A table for the terminal, double-width characters aligned.

    A column in which every row says the same (the town, the edition) is written once, above.
    Columns that do not fit are named below; cells that are too long are wrapped.

    Args:
        table: the table.
        width: of the terminal in columns; None: that of the current one.
    """
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False)
    texts = [[_text(value).translate(_NOT_ON_TERMINAL) for value in row] for row in table.rows]
    same = [
        len(texts) > 1 and column.type == "string" and len({row[index] for row in texts}) == 1
        for index, column in enumerate(table.columns)
    ]
    head = [f"{c.name}: {texts[0][i]}" for i, c in enumerate(table.columns) if same[i]]
    shown: list[int] = []
    room = console.width
    for index, column in enumerate(table.columns):
        if same[index]:
            continue
        natural = max(cell_len(text) for text in (column.name, *(r[index] for r in texts)))
        room -= (natural if _is_number(column) else min(natural, _NARROWEST)) + 2
        if room < -2 and shown:
            break
        shown.append(index)
    grid = RichTable(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index in shown:
        column = table.columns[index]
        number = _is_number(column)
        grid.add_column(
            column.name, justify="right" if number else "left", no_wrap=number, overflow="fold"
        )
    for row in texts:
        grid.add_row(*(Text(row[index]) for index in shown))
    if head:
        console.print(Text("   ".join(head)))
    console.print(grid)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    left = [c.name for i, c in enumerate(table.columns) if not same[i] and i not in shown]
    tail = f"({len(table)} rows)"
    if left:
        tail += f" columns that do not fit: {', '.join(left)}; --format csv has them"
    return "\n".join([*lines, tail]) + "\n"


def _is_number(column: Column) -> bool:
    return column.type in ("integer", "decimal")


def write_xlsx(tables: Sequence[Table], path: Path) -> None:
    """An XLSX file with a sheet a table: header frozen and filtered, text typed as text.

    Raises:
        DutyGraphError: the package XlsxWriter is not installed, or the file cannot be written.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise DutyGraphError(
            "XLSX needs the package XlsxWriter", hint="pip install 'dutygraph[xlsx]'"
        ) from None
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "in_memory": True,
    }
    taken = {"history"}  # Excel keeps this name for itself
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        # The same tables give the same bytes: no time of writing.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        head = book.add_format({"bold": True, "bottom": 1})
        for table in tables:
            sheet = book.add_worksheet(_sheet_name(table.name, taken))
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.column_names, head)
            for number, row in enumerate(table.rows, 1):
                for index, value in enumerate(row):
                    if isinstance(value, float) and not math.isfinite(value):
                        sheet.write_string(number, index, _text(value))  # a worksheet has no NaN
                    elif isinstance(value, str):
                        safe = defuse(value.translate(_NOT_IN_XML))
                        if len(safe) > _MAX_XLSX_CELL:
                            safe = safe[: _MAX_XLSX_CELL - 1] + "…"
                        sheet.write_string(number, index, safe)
                    elif value is not None:
                        sheet.write(number, index, value)
            if table.rows:
                sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
            sheet.autofit(400)
    write_whole(path, buffer.getvalue())


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a worksheet may have and that no other one of the book has."""
    base = _NOT_IN_SHEET_NAME.sub("-", name)[:_MAX_SHEET_NAME] or "table"
    chosen, number = base, 1
    while chosen.lower() in taken:
        number += 1
        suffix = f"-{number}"
        chosen = base[: _MAX_SHEET_NAME - len(suffix)] + suffix
    taken.add(chosen.lower())
    return chosen


def write_parquet(table: Table, path: Path) -> None:
    """A Parquet file with typed columns.

    Raises:
        DutyGraphError: the package pyarrow is not installed, or the file cannot be written.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise DutyGraphError(
            "Parquet needs the package pyarrow", hint="pip install 'dutygraph[parquet]'"
        ) from None
    kinds = {
        "string": pa.string(),
        "integer": pa.int64(),
        "decimal": pa.float64(),
        "boolean": pa.bool_(),
    }
    arrays = [
        pa.array([row[index] for row in table.rows], type=kinds[column.type])
        for index, column in enumerate(table.columns)
    ]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=list(table.column_names)), buffer)
    write_whole(path, buffer.getvalue())


TEXT_FORMATS: Final = ("table", "csv", "tsv", "json")
FILE_FORMATS: Final = ("parquet", "xlsx")
FORMATS: Final = (*TEXT_FORMATS, *FILE_FORMATS)
"""Formats of a table; the last two are binary and need a file."""


def render(table: Table, text_format: str, *, excel: bool = False, bom: bool = False) -> str:
    """The table in one of `TEXT_FORMATS`.

    Raises:
        UnknownNameError: there is no such format, or it is a binary one.
    """
    if text_format == "csv":
        return to_csv(table, excel=excel, bom=bom)
    if text_format == "tsv":
        return to_csv(table, delimiter="\t", excel=excel, bom=bom)
    if text_format == "json":
        return to_json(table)
    if text_format == "table":
        return to_text(table)
    raise UnknownNameError("format", text_format, TEXT_FORMATS)
