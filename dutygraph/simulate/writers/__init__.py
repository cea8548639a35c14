"""Documents → files: one module for each format, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dutygraph.errors import UnknownNameError
from dutygraph.simulate.documents import Document
from dutygraph.simulate.writers.pdf import write_pdf
from dutygraph.simulate.writers.sheet import write_xlsx
from dutygraph.simulate.writers.text import write_csv, write_text, write_tsv
from dutygraph.simulate.writers.web import write_html
from dutygraph.simulate.writers.word import write_docx

__all__ = ["FORMATS", "MIXED", "Format", "format_of"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of documents.

    Attributes:
        name: ``text``, ``docx`` …; the file's suffix but for ``text``.
        suffix: of the file.
        media_type: of the file.
        write: makes the bytes of a document.
    """

    name: str
    suffix: str
    media_type: str
    write: Callable[[Document], bytes]


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
FORMATS: Final[Mapping[str, Format]] = {
    one.name: one
    for one in (
        Format("text", "txt", "text/plain", write_text),
        Format("tsv", "tsv", "text/tab-separated-values", write_tsv),
        Format("csv", "csv", "text/csv", write_csv),
        Format("html", "html", "text/html", write_html),
        Format("docx", "docx", f"{_OPEN_XML}wordprocessingml.document", write_docx),
        Format("xlsx", "xlsx", f"{_OPEN_XML}spreadsheetml.sheet", write_xlsx),
        Format("pdf", "pdf", "application/pdf", write_pdf),
    )
}
"""The formats by name."""

MIXED: Final = "mixed"
"""Name that stands for all formats in turn."""


def format_of(name: str, index: int) -> Format:
    """The format of a document.

    Args:
        name: of a format, or `MIXED`.
        index: of the document in its corpus, from 0.

    Raises:
        UnknownNameError: there is no such format.
    """
    if name == MIXED:
        return list(FORMATS.values())[index % len(FORMATS)]
    if name not in FORMATS:
        raise UnknownNameError("format", name, [*FORMATS, MIXED])
    return FORMATS[name]
