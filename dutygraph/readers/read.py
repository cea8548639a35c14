"""Chooses the reader of a document by its content, and reads it within limits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dutygraph.errors import TooLargeError, UnreadableError, UnsupportedError
from dutygraph.readers.base import MAX_BYTES, Document
from dutygraph.readers.containers import open_container
from dutygraph.readers.detect import Format, detect
from dutygraph.readers.process import ReadLimits, close_workers, read_apart
from dutygraph.readers.registry import read_format

__all__ = ["ReadLimits", "close_workers", "read_archive", "read_bytes", "read_path"]

_OWN_CODE: Final = (Format.TEXT, Format.DELIMITED)
# Files that systems and office programs leave beside documents.
_LEFT_BEHIND: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_LEFT_BEGINNINGS: Final = (".", "~$")


def read_bytes(data: bytes, name: str, *, limits: ReadLimits | None = None) -> Document:
    """Rows of a document given as bytes.

    Text of moderate length is read in this process, everything else in another one.

    Args:
        data: its content.
        name: its file name, for messages.
        limits: what reading it may use.

    Raises:
        TooLargeError: it is larger than the limits, or needs more memory or time to read.
        UnsupportedError: no reader knows its format, or it is encrypted.
        NoTextError: it holds pictures of its pages and no text.
        UnreadableError: it is empty or damaged.
    """
    limits = limits or ReadLimits()
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"has more than {MAX_BYTES:,} bytes", where=name, hint="split it")
    form = detect(data, name)
    if form is Format.ARCHIVE:
        raise UnsupportedError(
            "is an archive, not one document", where=name, hint="unpack it, or load it as a source"
        )
    if form in _OWN_CODE and len(data) <= limits.in_process:
        return read_format(data, name, form)
    return read_apart(data, name, form, limits)


def read_path(path: str | os.PathLike[str], *, limits: ReadLimits | None = None) -> Document:
    """Rows of a document on disk.

    Raises:
        UnreadableError: there is no such file, or it cannot be read (see `read_bytes`).
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
    return read_bytes(data, str(path), limits=limits)


def read_archive(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Files of an archive (a zip that is no office file), in the order of their names.

    Files that the system or an office program left there are passed over. An archive inside of it
    comes out as a file; `read_bytes` refuses it.

    Args:
        data: the archive.
        name: its file name, for messages.

    Yields:
        Name and content of each file.

    Raises:
        UnreadableError: it is damaged, too large, encrypted, or has members with unsafe names.
    """
    container = open_container(data, name)
    for member in sorted(container.names):
        path = member.split("/")
        if _LEFT_BEHIND.isdisjoint(path) and not any(
            part.startswith(_LEFT_BEGINNINGS) for part in path
        ):
            yield member, container.read(member)
