"""What the process that reads a document and its parent say to each other.

A message is its length in bytes (eight bytes, big-endian), then that many bytes: JSON in UTF-8, or the
document itself. Nothing is ever unpickled, so a reading process that went wrong can do no more than
give a wrong answer.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO, Final

from dutygraph import errors
from dutygraph.errors import UnreadableError
from dutygraph.model import Place, Source
from dutygraph.readers.base import Anomaly, Cell, Document, Row

MAX_MESSAGE: Final = 128 * 2**20
"""Longest message, in bytes."""

OUT_OF_MEMORY: Final = 71
"""Exit code of a reading process that has no memory left to answer with."""

_LENGTH: Final = struct.Struct(">Q")
_ERRORS: Final = {
    kind.__name__: kind
    for kind in (
        errors.UnreadableError,
        errors.TooLargeError,
        errors.UnsupportedError,
        errors.NoTextError,
    )
}


def send(stream: BinaryIO, message: bytes) -> None:
    """Write one message."""
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Next message; None where the other side has ended, or its message is too long."""
    head = _exactly(stream, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    return _exactly(stream, length) if length <= MAX_MESSAGE else None


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    pieces = []
    while length:
        piece = stream.read(min(length, 2**20))
        if not piece:
            return None
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def to_json(value: dict[str, Any]) -> bytes:
    """A JSON object as a message."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def from_json(message: bytes) -> dict[str, Any]:
    """The JSON object of a message.

    Raises:
        ValueError: the message holds none.
    """
    value = json.loads(message.decode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def document_to_plain(document: Document) -> dict[str, Any]:
    """A document as plain values for JSON."""
    source = document.source
    return {
        "source": [source.name, source.sha256, source.encoding, source.media_type],
        "rows": [
            [_place(row.place), [[cell.text, cell.start, cell.covered] for cell in row.cells]]
            for row in document.rows
        ],
        "anomalies": [[a.code, _place(a.place), a.quote] for a in document.anomalies],
    }


def document_from_plain(plain: dict[str, Any]) -> Document:
    """The document that `document_to_plain` made plain values of.

    Raises:
        ValueError: the values are not such ones.
    """
    try:
        return Document(
            Source(*map(_text, plain["source"])),
            tuple(
                Row(
                    tuple(Cell(_text(t), _count(s), _flag(c)) for t, s, c in cells),
                    _to_place(place),
                )
                for place, cells in plain["rows"]
            ),
            tuple(
                Anomaly(_text(code), _to_place(place), _text(quote))
                for code, place, quote in plain["anomalies"]
            ),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("no document") from error


def error_to_plain(error: UnreadableError) -> dict[str, str]:
    """An error of a reader as plain values for JSON."""
    kind = next(k.__name__ for k in type(error).__mro__ if k.__name__ in _ERRORS)
    return {"error": kind, "what": error.what, "where": error.where, "hint": error.hint}


def error_from_plain(plain: dict[str, Any]) -> UnreadableError:
    """The error that `error_to_plain` made plain values of.

    Raises:
        ValueError: the values are not such ones.
    """
    kind = _ERRORS.get(_text(plain.get("error")))
    if kind is None:
        raise ValueError("no error")
    return kind(
        _text(plain.get("what")), where=_text(plain.get("where")), hint=_text(plain.get("hint"))
    )


def _place(place: Place) -> list[int | str | None]:
    return [place.line, place.page, place.sheet, place.row, place.table, place.paragraph]


def _to_place(values: list[Any]) -> Place:
    line, page, sheet, row, table, paragraph = values
    return Place(
        _count(line), _count(page), _text(sheet), _count(row), _count(table), _count(paragraph)
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _count(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise ValueError("no number")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value
