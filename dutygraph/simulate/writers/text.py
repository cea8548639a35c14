"""Plain text with tab-separated tables, TSV and CSV."""

from __future__ import annotations

import csv
import io
from typing import Final

from dutygraph.simulate.documents import Document, Grid, expanded

_ENDS: Final = {"lf": "\n", "crlf": "\r\n"}


def write_text(document: Document) -> bytes:
    """A text file: a paragraph or a row a line, cells between tabs, no line breaks in cells.

    Title and header of a table are repeated where the document has pages.
    """
    lines: list[str] = []
    role = ""
    for paragraph in document.before:
        if paragraph.role != role or role == "text":
            lines.append("")
        role = paragraph.role
        lines.append(paragraph.text)
    for grid in document.grids:
        lines.extend(_grid_lines(grid))
    return _encoded("\n".join([*lines, ""]), document)


def _grid_lines(grid: Grid) -> list[str]:
    head = ["", *grid.titles, "", "\t".join(grid.header)]
    lines = []
    for number, texts in enumerate(expanded(grid)):
        if number == 0 or (grid.page and number % grid.page == 0):
            lines += head
        cells = [text.replace("\n", " ").replace("\t", " ") for text in texts]
        if number in grid.broken:
            half = len(cells[-1]) // 2
            rest = [*[""] * (len(cells) - 1), cells[-1][half:]]
            cells[-1] = cells[-1][:half]
            lines += ["\t".join(cells), *(head if grid.page else []), "\t".join(rest)]
        else:
            lines.append("\t".join(cells))
    return lines or head


def write_tsv(document: Document) -> bytes:
    """A TSV file; a cell with a line break, a tab or a quotation mark is quoted."""
    return _separated(document, "\t")


def write_csv(document: Document) -> bytes:
    """A CSV file (RFC 4180); a paragraph is a row of one cell."""
    return _separated(document, ",")


def _separated(document: Document, delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for paragraph in document.before:
        writer.writerow([paragraph.text.replace("\t", " ")])
    for grid in document.grids:
        for title in grid.titles:
            writer.writerow([title])
        writer.writerow(grid.header)
        writer.writerows(expanded(grid))
    return _encoded(out.getvalue(), document)


def _encoded(text: str, document: Document) -> bytes:
    text = text.replace("\n", _ENDS[document.line_ends])
    if document.encoding == "utf-16":  # else the byte order would be that of this machine
        return f"\ufeff{text}".encode("utf-16-le")
    return text.encode(document.encoding)
