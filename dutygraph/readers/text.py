"""Plain text with tab-separated tables."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from functools import cache
from typing import Final

from dutygraph.errors import TooLargeError, UnreadableError
from dutygraph.model import Place, Source
from dutygraph.readers.base import MAX_BYTES, Cell, Document, RowCollector

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A text line ends at CR, LF or CRLF only: str.splitlines would also cut at U+2028 and at form
# feeds, which occur inside cells.
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
# GB18030 takes almost any bytes. Text that is really GB18030 is made of the common characters of
# GB 2312; what was UTF-8 comes out with about half of its Han characters rare. In one short line a
# rare character of a name must be allowed for.
_COMMON_SHARE: Final = 0.9
_RARE_SHARE_OF_LINE: Final = 0.25
_SHORTEST_LINE: Final = 4


def decode(data: bytes, where: str = "") -> tuple[str, str]:
    """Text of some bytes, and the name of their encoding.

    A byte order mark decides, then strict UTF-8, then strict GB18030; nothing is guessed from
    frequencies, but text that came out as rare characters is refused.

    Args:
        data: the bytes.
        where: name of the file, for the error message.

    Raises:
        UnreadableError: the bytes are empty, binary, or in none of these encodings.
    """
    if not data.strip():
        raise UnreadableError("the file is empty", where=where)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    f"begins like {encoding} but byte {error.start} does not fit",
                    where=where,
                    hint="save it as UTF-8",
                ) from error
    if b"\0" in data:
        raise UnreadableError(
            "is a binary file, not text", where=where, hint="give a text file in UTF-8 or GB18030"
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        first_bad = error.start
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if not text or not _looks_chinese(text) or any(map(_is_mojibake, _LINE_END.split(text))):
        raise UnreadableError(
            f"is neither UTF-8 (byte {first_bad} does not fit) nor GB18030",
            where=where,
            hint="save it as UTF-8",
        )
    return text, "gb18030"


def _looks_chinese(text: str) -> bool:
    """False for text that was decoded with a wrong table: it is full of rare characters."""
    letters = [c for c in text if ord(c) > 0x7F]
    if any(unicodedata.category(c) in {"Co", "Cn", "Cs"} for c in letters):
        return False
    common = sum(1 for c in letters if _in_gb2312(c))
    return not letters or common / len(letters) >= _COMMON_SHARE


def _is_mojibake(line: str) -> bool:
    """True for a line that was not GB18030 in a file that is: one in four of its letters is rare."""
    letters = [c for c in line if ord(c) > 0x7F]
    if len(letters) < _SHORTEST_LINE:
        return False
    rare = sum(1 for c in letters if _HAN.match(c) and not _in_gb2312(c))
    return rare > _RARE_SHARE_OF_LINE * len(letters)


@cache
def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def read_text(data: bytes, name: str) -> Document:
    """Rows of a text document: one a line, cells between tabs; empty lines are left out.

    The digest in the result is that of the decoded text in UTF-8 with LF line ends, so the same
    list saved in another encoding is the same source. For a file that is UTF-8 in NFC with LF ends
    and no byte order mark, it is the digest of the file.

    Args:
        data: the bytes of the document.
        name: its file name.

    Raises:
        UnreadableError: the bytes are not text or too many, or a line has too many cells or one
            that is too long.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"has more than {MAX_BYTES:,} bytes", where=name, hint="split it")
    text, encoding = decode(data, name)
    lines = _LINE_END.split(unicodedata.normalize("NFC", text))
    digest = hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()
    rows = RowCollector(name)
    for number, line in enumerate(lines, 1):
        place = Place(line=number)
        cells = []
        start = 0
        for text_of_cell in rows.tidy(line, place).split("\t"):
            cells.append(Cell(text_of_cell, start))
            start += len(text_of_cell) + 1
        rows.add(cells, place)
    return rows.document(Source(name=name, sha256=digest, encoding=encoding))
