"""Chooses the reader of a document by its content."""

from __future__ import annotations

import os
from pathlib import Path

from dutygraph.errors import UnreadableError
from dutygraph.readers import text
from dutygraph.readers.base import MAX_BYTES, Document

# First bytes of formats that are not text, so that the message can name them.
_MAGIC = (
    (b"PK\x03\x04", "a zip container (DOCX, XLSX …)"),
    (b"%PDF", "a PDF file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (DOC, XLS)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "an RTF file"),
    (b"SQLite format 3", "a database"),
)


def read_bytes(data: bytes, name: str) -> Document:
    """Rows of a document given as bytes.

    Args:
        data: its content.
        name: its file name, for messages.

    Raises:
        UnreadableError: no reader knows this content.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableError(
                f"is {what}, which is not read", where=name, hint="save it as plain text"
            )
    return text.read_text(data, name)


def read_path(path: str | os.PathLike[str]) -> Document:
    """Rows of a document on disk.

    Raises:
        UnreadableError: there is no such file, or no reader knows its content.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more, by which the reader knows of the rest
    except FileNotFoundError:
        raise UnreadableError("no such file", where=str(path)) from None
    except IsADirectoryError:
        raise UnreadableError("is a folder, not a document", where=str(path)) from None
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", where=str(path)) from error
    return read_bytes(data, str(path))
