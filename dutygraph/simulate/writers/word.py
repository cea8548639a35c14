"""DOCX with merged cells and a header row that repeats on every page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from dutygraph.simulate.documents import Box, Document, Grid
from dutygraph.simulate.writers.bundles import steady

_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_AUTHOR: Final = "dutygraph simulate"


def write_docx(document: Document) -> bytes:
    """A Word document: paragraphs and, for each list, a table."""
    import docx
    from docx.oxml import parse_xml

    book = docx.Document()
    properties = book.core_properties
    properties.title, properties.author, properties.last_modified_by = document.title, _AUTHOR, ""
    properties.created = properties.modified = _MOMENT
    properties.revision = 1
    for paragraph in document.before:
        style = {"title": "Title", "heading": "Heading 1"}.get(paragraph.role)
        book.add_paragraph(paragraph.text, style)
    body = book.element.body
    for grid in document.grids:
        for title in grid.titles:
            book.add_paragraph(title, "Heading 1")
        # Written as one piece: python-docx takes minutes to merge the cells of some hundred rows.
        body.insert(len(body) - 1, parse_xml("".join(_table(grid))))
        book.add_paragraph("")
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


def _table(grid: Grid) -> Iterator[str]:
    width = len(grid.header)
    yield (
        f'<w:tbl xmlns:w="{_NAMESPACE}"><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>"
        + '<w:gridCol w:w="1500"/>' * width
        + "</w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>"
    )
    yield from (_cell(name) for name in grid.header)
    yield "</w:tr>"
    open_rows = [0] * width  # rows that a merged cell still reaches, by column
    for row in grid.rows:
        yield "<w:tr>"
        covered = 0
        for column, box in enumerate(row):
            if box is not None:
                open_rows[column] = box.rows - 1
                covered = box.columns - 1
                yield _box(box)
            elif covered:
                covered -= 1
            elif open_rows[column]:
                open_rows[column] -= 1
                yield _cell("", "<w:vMerge/>")
        yield "</w:tr>"
    yield "</w:tbl>"


def _box(box: Box) -> str:
    spans = f'<w:gridSpan w:val="{box.columns}"/>' if box.columns > 1 else ""
    spans += '<w:vMerge w:val="restart"/>' if box.rows > 1 else ""
    return _cell(box.text, spans)


def _cell(text: str, properties: str = "") -> str:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    width = '<w:tcW w:w="0" w:type="auto"/>'
    return f"<w:tc><w:tcPr>{width}{properties}</w:tcPr>{paragraphs}</w:tc>"
