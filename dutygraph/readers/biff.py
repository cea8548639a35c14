"""Old Office files (OLE compound files), and what an Excel workbook in one (XLS) says of its cells.

python-calamine reads the values of an XLS file. It allocates the whole rectangle that a sheet claims
to have, and shows neither failed formulas nor hidden rows; so the records are looked through before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dutygraph.errors import TooLargeError, UnreadableError, UnsupportedError
from dutygraph.readers.base import MAX_COLUMNS
from dutygraph.readers.grid import MAX_GRID
from dutygraph.readers.worksheet import cell_name

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of an OLE compound file."""

_DAMAGED: Final = "save it again with the program that made it"
_HEADER: Final = 512
_LAST_SECTOR: Final = 0xFFFFFFF9
_STREAM: Final = 2
_ROOT: Final = 5
_ROWS: Final = 65_536

_BOF: Final = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_EOF: Final = 0x000A
_FILEPASS: Final = 0x002F
_BOUNDSHEET: Final = 0x0085
_DIMENSIONS: Final = frozenset({0x0000, 0x0200})
_ROW: Final = 0x0208
_COLINFO: Final = 0x007D
_FORMULA: Final = frozenset({0x0006, 0x0206, 0x0406})
_BOOLERR: Final = frozenset({0x0005, 0x0205})
# Records of one cell, and of several in a row, that have a value.
_ONE: Final = frozenset({0x0002, 0x0003, 0x0004, 0x0203, 0x0204, 0x00D6, 0x027E, 0x007E, 0x00FD})
_MANY: Final = 0x00BD
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(slots=True)
class SheetRecords:
    """What the records of a sheet say beside its values. Rows and columns count from 0.

    Attributes:
        errors: texts of failed formulas, by row and column.
        hidden_rows: rows that are not shown.
        hidden_columns: columns that are not shown.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def streams(data: bytes, name: str) -> dict[str, bytes]:
    """Streams of a compound file by their name, those of the first level and below alike.

    Of several streams of one name the first is taken.

    Args:
        data: bytes of the file.
        name: its file name, for messages.

    Raises:
        UnreadableError: it is damaged.

    Source:
        [MS-CFB] Compound File Binary File Format.
    """
    try:
        return _Compound(data).streams()
    except (struct.error, IndexError, ValueError, MemoryError):
        raise UnreadableError("is a damaged Office file", where=name, hint=_DAMAGED) from None


class _Compound:
    def __init__(self, data: bytes) -> None:
        self.data = data
        if not data.startswith(SIGNATURE) or len(data) < _HEADER:
            raise ValueError
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError
        self.size, self.mini_size = 1 << shift, 1 << mini_shift
        (self.first_folder,) = struct.unpack_from("<I", data, 48)
        self.cutoff, first_mini, _, first_more, _ = struct.unpack_from("<5I", data, 56)
        sectors = list(struct.unpack_from("<109I", data, 76))
        for sector in self._linked(first_more):
            entries = struct.unpack(f"<{self.size // 4}I", self._sector(sector))
            sectors.extend(entries[:-1])
        self.table: list[int] = []
        for sector in sectors:
            if sector < _LAST_SECTOR:
                self.table.extend(struct.unpack(f"<{self.size // 4}I", self._sector(sector)))
        mini = b"".join(map(self._sector, self._chain(first_mini)))
        self.mini_table = list(struct.unpack(f"<{len(mini) // 4}I", mini))
        self.mini_data = b""

    def _sector(self, number: int) -> bytes:
        begin = (number + 1) * self.size
        if begin >= len(self.data):
            raise ValueError
        # The last sector of a file may be cut short.
        return self.data[begin : begin + self.size].ljust(self.size, b"\0")

    def _linked(self, first: int) -> Iterator[int]:
        """Sectors that hold more of the list of the table's sectors; each ends in the next."""
        seen: set[int] = set()
        while first < _LAST_SECTOR:
            if first in seen:
                raise ValueError
            seen.add(first)
            yield first
            (first,) = struct.unpack_from("<I", self._sector(first), self.size - 4)

    def _chain(self, first: int) -> Iterator[int]:
        return self._follow(first, self.table)

    @staticmethod
    def _follow(first: int, table: list[int]) -> Iterator[int]:
        seen = 0
        while first < _LAST_SECTOR:
            seen += 1
            if seen > len(table):
                raise ValueError  # it runs in a circle
            yield first
            first = table[first]

    def streams(self) -> dict[str, bytes]:
        folder = b"".join(map(self._sector, self._chain(self.first_folder)))
        entries = []
        for begin in range(0, len(folder), 128):
            entry = folder[begin : begin + 128]
            (length,) = struct.unpack_from("<H", entry, 64)
            kind = entry[66]
            start, size = struct.unpack_from("<IQ", entry, 116)
            label = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            entries.append((label, kind, start, size & 0xFFFFFFFF))
        for _, kind, start, _ in entries:
            if kind == _ROOT and not self.mini_data:
                self.mini_data = b"".join(map(self._sector, self._chain(start)))
        out: dict[str, bytes] = {}
        for label, kind, start, size in entries:
            if kind == _STREAM and label not in out:
                out[label] = self._stream(start, size)
        return out

    def _stream(self, start: int, size: int) -> bytes:
        if size >= self.cutoff:
            whole = b"".join(map(self._sector, self._chain(start)))
        else:
            whole = b"".join(
                self.mini_data[number * self.mini_size : (number + 1) * self.mini_size]
                for number in self._follow(start, self.mini_table)
            )
        if len(whole) < size:
            raise ValueError
        return whole[:size]


def look_through(workbook: bytes, name: str) -> list[SheetRecords]:
    """What the records of each sheet say, in the order of the workbook.

    Args:
        workbook: the stream ``Workbook`` or ``Book`` of an XLS file.
        name: its file name, for messages.

    Raises:
        TooLargeError: a sheet has, or claims to have, more cells or columns than are read.
        UnsupportedError: it is encrypted.
        UnreadableError: it is damaged.

    Source:
        [MS-XLS] Excel Binary File Format.
    """
    try:
        begins = []
        for code, body in _records(workbook, 0):
            if code == _FILEPASS:
                raise UnsupportedError(
                    "is encrypted", where=name, hint="save it without a password"
                )
            if code == _BOUNDSHEET:
                begins.append(struct.unpack_from("<I", body)[0])
        return [_sheet(workbook, begin, name) for begin in begins]
    except (struct.error, ValueError, IndexError):
        raise UnreadableError("is a damaged Excel file", where=name, hint=_DAMAGED) from None


def _records(workbook: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """Records of a substream, charts inside it left out; without its first and last one."""
    depth = 0
    while True:
        code, length = struct.unpack_from("<HH", workbook, begin)
        body = workbook[begin + 4 : begin + 4 + length]
        if len(body) < length:
            raise ValueError
        begin += 4 + length
        if depth == 0 and code not in _BOF:
            raise ValueError
        if code in _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:
            yield code, body


def _sheet(workbook: bytes, begin: int, name: str) -> SheetRecords:
    out = SheetRecords()
    bottom = right = 0
    for code, body in _records(workbook, begin):
        if code in _DIMENSIONS and len(body) >= 10:
            wide = len(body) >= 14
            top, end, first, last = struct.unpack_from("<IIHH" if wide else "<HHHH", body)
            if top > end or first > last:
                raise ValueError
            _check_size(end, last - first, name)
        elif code in _ONE or code in _FORMULA or code in _BOOLERR or code == _MANY:
            row, column = struct.unpack_from("<HH", body)
            if code == _MANY:
                column = max(column, struct.unpack_from("<H", body, len(body) - 2)[0])
            bottom, right = max(bottom, row), max(right, column)
            if error := _error(code, body):
                out.errors[row, column] = error
        elif code == _ROW and len(body) >= 16 and body[12] & 0x20:
            out.hidden_rows.add(struct.unpack_from("<H", body)[0])
        elif code == _COLINFO and len(body) >= 10:
            first, last, _, _, options = struct.unpack_from("<5H", body)
            if options & 1:
                out.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
    if right >= MAX_COLUMNS:
        raise TooLargeError(
            f"cell {cell_name(bottom, right)} lies beyond the {MAX_COLUMNS} columns that are read",
            where=name,
            hint=_DAMAGED,
        )
    _check_size(bottom + 1, right + 1, name)
    return out


def _check_size(rows: int, columns: int, name: str) -> None:
    if rows > _ROWS or columns > MAX_COLUMNS or rows * columns > MAX_GRID:
        raise TooLargeError(
            f"a sheet has {rows:,} rows and {columns:,} columns, which is more than is read",
            where=name,
            hint="delete what is not part of the list, or save it as XLSX",
        )


def _error(code: int, body: bytes) -> str:
    """Text of a failed formula; empty for a cell that holds none."""
    if code in _BOOLERR and len(body) >= 8 and body[7] == 1:
        return _ERRORS.get(body[6], "#N/A")
    if code in _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return _ERRORS.get(body[8], "#N/A")
    return ""
