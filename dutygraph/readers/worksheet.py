"""A worksheet, from whatever workbook format → rows; and the text that its values show."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dutygraph.errors import TooLargeError, UnreadableError
from dutygraph.model import Place
from dutygraph.readers.base import MAX_COLUMNS, Anomaly, RowCollector
from dutygraph.readers.blocks import MAX_QUOTE
from dutygraph.readers.grid import MAX_GRID, Area, Spot, fill

ERRORS: Final = frozenset(
    "#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD!".split()
)
"""Texts that a spreadsheet shows for a formula that failed."""

_LINE_END: Final = re.compile(r"\r\n?")
# Whole numbers of more digits are not exact in a spreadsheet, which then shows an exponent.
_EXACT: Final = 10**15
_DAY: Final = 86_400


@dataclass(slots=True)
class Worksheet:
    """A sheet being read. Rows and columns count from 0.

    Args:
        document: name of the document, for messages.
        name: of the sheet.
        hidden: the sheet is not shown.

    Attributes:
        texts: text by row and column; cells without text are left out.
        merged: merged ranges.
        floating: lines of text boxes.
        notes: what to report, with its row; None for the sheet as a whole.
        hidden_rows: rows that are not shown.
        hidden_columns: columns that are not shown.
    """

    document: str
    name: str
    hidden: bool = False
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Spot] = field(default_factory=list)
    floating: list[str] = field(default_factory=list)
    notes: list[tuple[str, int | None, str]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    _count: int = 0

    def put(self, row: int, column: int, text: str) -> None:
        """Set the text of a cell.

        Raises:
            TooLargeError: it lies beyond the last column that is read, or the cells are too many.
        """
        if not text:
            return
        if column >= MAX_COLUMNS:
            raise TooLargeError(
                f"cell {cell_name(row, column)} lies beyond the {MAX_COLUMNS} columns that are read",
                where=f"{self.document}, sheet {self.name}",
                hint="delete what is not part of the list",
            )
        self._count += 1
        if self._count > MAX_GRID:
            raise TooLargeError(
                f"has more than {MAX_GRID:,} cells", where=f"{self.document}, sheet {self.name}"
            )
        self.texts.setdefault(row, {})[column] = _LINE_END.sub("\n", text)

    def error(self, row: int, column: int, text: str) -> None:
        """Set the text of a cell whose formula failed, and report it."""
        self.put(row, column, text)
        self.notes.append(("error-cell", row, f"{cell_name(row, column)}: {text}"))

    def write(self, rows: RowCollector) -> None:
        """Add the rows of the sheet, those of its text boxes first.

        Raises:
            TooLargeError: there are too many rows or cells.
            UnreadableError: merged ranges overlap.
        """
        self._check_merged()
        where = f"{self.document}, sheet {self.name}"
        before = len(rows.rows)
        for number, line in enumerate(filter(str.strip, self.floating), 1):
            rows.add_texts([line], Place(sheet=self.name, paragraph=number))
        spots = {(spot.row, spot.column): spot for spot in self.merged}
        covered = self._covered()
        areas = []
        for row, cells in sorted(self.texts.items()):
            place = Place(sheet=self.name, row=row + 1)
            for column, text in sorted(cells.items()):
                if (row, column) in covered:
                    self.notes.append(("hidden-text", row, f"{cell_name(row, column)}: {text}"))
                else:
                    spot = spots.get((row, column), Spot(row, column))
                    areas.append(Area(spot, rows.tidy(text, place)))
        for row, filled in fill(areas, where):
            rows.add(filled, Place(sheet=self.name, row=row + 1))
        if len(rows.rows) == before:
            return
        if self.hidden:
            self.notes.append(("hidden-sheet", None, self.name))
        if quote := self._hidden_cells():
            self.notes.append(("hidden-cells", None, quote))
        for code, at, quote in self.notes:
            place = Place(sheet=self.name, row=None if at is None else at + 1)
            rows.anomalies.append(Anomaly(code, place, quote[:MAX_QUOTE]))

    def _check_merged(self) -> None:
        """Refuse ranges that overlap, which no spreadsheet writes: their text has no clear place."""
        open_until: dict[int, int] = {}
        for spot in sorted(self.merged, key=lambda spot: (spot.row, spot.column)):
            if spot.column + spot.columns > MAX_COLUMNS:
                # Beyond the columns that are read there is no text that could be covered.
                end = MAX_COLUMNS
            else:
                end = spot.column + spot.columns
            for column in range(spot.column, end):
                if open_until.get(column, 0) > spot.row:
                    raise UnreadableError(
                        f"merged ranges overlap at {cell_name(spot.row, column)}",
                        where=f"{self.document}, sheet {self.name}",
                        hint="save it again with the program that made it",
                    )
                open_until[column] = spot.row + spot.rows

    def _covered(self) -> set[tuple[int, int]]:
        """Cells with text that lie under a merged range, other than its first."""
        ordered = sorted(self.texts)
        out = set()
        for spot in self.merged:
            begin = bisect_left(ordered, spot.row)
            end = bisect_left(ordered, spot.row + spot.rows)
            for row in ordered[begin:end]:
                cells = self.texts[row]
                inside = range(spot.column, min(spot.column + spot.columns, MAX_COLUMNS))
                out |= {(row, column) for column in inside if column in cells}
        return out - {(spot.row, spot.column) for spot in self.merged}

    def _hidden_cells(self) -> str:
        rows = [row for row in sorted(self.texts) if row in self.hidden_rows]
        used = {column for cells in self.texts.values() for column in cells}
        columns = sorted(used & self.hidden_columns)
        parts = []
        if rows:
            parts.append("rows " + ", ".join(_ranges(rows)))
        if columns:
            parts.append("columns " + ", ".join(map(column_name, columns)))
        return "; ".join(parts)


def _ranges(rows: Iterable[int]) -> list[str]:
    """Row numbers from 1, neighbours together (``5``, ``7-9``)."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [str(a + 1) if a == b else f"{a + 1}-{b + 1}" for a, b in runs]


def column_name(column: int) -> str:
    """Letters of a column.

    >>> column_name(0), column_name(25), column_name(26), column_name(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


def cell_name(row: int, column: int) -> str:
    """Name of a cell, such as ``B7``."""
    return f"{column_name(column)}{row + 1}"


def number_text(value: float) -> str:
    """A number as a cell of the format General shows it where it is wide enough.

    >>> number_text(1.0), number_text(0.1 + 0.2), number_text(-2.5), number_text(1e20)
    ('1', '0.3', '-2.5', '1E+20')
    """
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return format(value, ".15G")


def moment_text(value: datetime.datetime) -> str:
    """A date with its time, the time left out at midnight, and its seconds where there are none.

    >>> moment_text(datetime.datetime(2025, 7, 1)), moment_text(datetime.datetime(2025, 7, 1, 8, 30))
    ('2025-07-01', '2025-07-01 08:30')
    """
    time = time_text(value.time())
    return value.date().isoformat() + (f" {time}" if value.time() != datetime.time() else "")


def time_text(value: datetime.time) -> str:
    """A time of day, its seconds left out where there are none."""
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def duration_text(seconds: float) -> str:
    """A length of time in hours, minutes and seconds.

    >>> duration_text(108_000), duration_text(-90)
    ('30:00:00', '-0:01:30')
    """
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def serial_text(serial: float, *, dated: bool, timed: bool, since_1904: bool) -> str:
    """Text of a day number of Excel, or its number where no date has it.

    Args:
        serial: days since the end of 1899, or since 1 January 1904.
        dated: its format shows a date.
        timed: its format shows a time of day.
        since_1904: the workbook counts from 1904.

    >>> serial_text(45839, dated=True, timed=False, since_1904=False)
    '2025-07-01'
    """
    days = serial + 1462 if since_1904 else serial
    # Excel takes 1900 for a leap year: its day 60 never was, and the days before it are one off.
    days += 1 if days < 60 and not since_1904 else 0
    try:
        start = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=int(days // 1))
        moment = start + datetime.timedelta(seconds=round(days % 1 * _DAY))
    except (OverflowError, ValueError):
        return number_text(serial)
    if serial < 0 or (moment.year < 1900 and dated and serial >= 1):
        return number_text(serial)
    if dated:
        return moment_text(moment if timed else moment.replace(hour=0, minute=0, second=0))
    return time_text(moment.time())
