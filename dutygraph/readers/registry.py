"""Which reader reads a format; each is loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

from dutygraph.readers.base import Document
from dutygraph.readers.detect import Format

READERS: Final[Mapping[Format, tuple[str, str]]] = {
    Format.TEXT: ("dutygraph.readers.text", "read_text"),
    Format.DELIMITED: ("dutygraph.readers.delimited", "read_delimited"),
    Format.HTML: ("dutygraph.readers.html", "read_html"),
    Format.DOCX: ("dutygraph.readers.docx", "read_docx"),
    Format.XLSX: ("dutygraph.readers.sheets", "read_sheets"),
    Format.XLS: ("dutygraph.readers.sheets", "read_sheets"),
    Format.ODS: ("dutygraph.readers.sheets", "read_sheets"),
    Format.PDF: ("dutygraph.readers.pdf", "read_pdf"),
}
"""Module and function of the reader of each format that is one document."""


def read_format(data: bytes, name: str, form: Format) -> Document:
    """Rows of a document of a known format, read in this process.

    Args:
        data: its content.
        name: its file name, for messages.
        form: its format, a key of `READERS`.

    Raises:
        UnreadableError: its reader cannot read it.
    """
    module, function = READERS[form]
    reader = cast("Callable[[bytes, str], Document]", getattr(import_module(module), function))
    return reader(data, name)
