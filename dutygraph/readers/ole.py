"""What an OLE compound file (DOC, XLS, encrypted DOCX …) holds, by the names in its root folder.

The layout is that of Microsoft's open specification [MS-CFB]: a header, a table of sectors (FAT), and
a directory whose entries form a binary tree for each folder. Only the directory is read.
"""

from __future__ import annotations

import struct
from typing import Final

from dutygraph.errors import UnreadableError

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of every OLE file."""

_SHIFTS: Final = (9, 12)
_HEADER: Final = 512
_IN_HEADER: Final = 109
_LAST_SECTOR: Final = 0xFFFFFFFA
_ENTRY: Final = 128
_MOST_ENTRIES: Final = 10_000
_NO_ENTRY: Final = 0xFFFFFFFF


def root_names(data: bytes, name: str) -> frozenset[str]:
    """Names of the streams and folders in the root folder of an OLE file.

    Args:
        data: its bytes.
        name: its file name, for messages.

    Raises:
        UnreadableError: it is cut or damaged.
    """
    try:
        return _root_names(_directory(data))
    except (struct.error, IndexError, ValueError):
        raise UnreadableError(
            "is a damaged old Office file (DOC, XLS …)",
            where=name,
            hint="save it again with the program that made it",
        ) from None


def _directory(data: bytes) -> list[bytes]:
    """Entries of the directory.

    Raises:
        struct.error: a sector is missing.
        ValueError: sectors form a loop, or the header makes no sense.
    """
    if len(data) < _HEADER:
        raise ValueError
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SHIFTS:
        raise ValueError
    size = 1 << shift
    sector, difat = struct.unpack_from("<I16xI", data, 48)
    tables = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    per_sector = size // 4
    entries: list[bytes] = []
    seen: set[int] = set()
    while sector < _LAST_SECTOR:
        begin = (sector + 1) * size
        if sector in seen or len(entries) > _MOST_ENTRIES:
            raise ValueError
        seen.add(sector)
        for offset in range(begin, begin + size, _ENTRY):
            entry = data[offset : offset + _ENTRY]
            if len(entry) < _ENTRY:
                raise ValueError
            entries.append(entry)
        table = sector // per_sector
        while table >= len(tables):  # the list of the FAT's sectors goes on outside of the header
            if difat >= _LAST_SECTOR or len(tables) > len(data) // size:
                raise ValueError
            *more, difat = struct.unpack_from(f"<{per_sector}I", data, (difat + 1) * size)
            tables += more
        (sector,) = struct.unpack_from(
            "<I", data, (tables[table] + 1) * size + sector % per_sector * 4
        )
    return entries


def _root_names(entries: list[bytes]) -> frozenset[str]:
    names: set[str] = set()
    waiting = [struct.unpack_from("<I", entries[0], 76)[0]]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number == _NO_ENTRY or number in seen:
            continue
        seen.add(number)
        entry = entries[number]
        length, left, right = struct.unpack_from("<H2xII", entry, 64)
        names.add(entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"))
        waiting += [left, right]
    return frozenset(names)
