"""Word documents written as XML, for what no library writes."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from dutygraph.readers.base import Document
from dutygraph.readers.docx import read_docx

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    f'xmlns:r="{RELATIONS}"'
)
MAIN = "word/document.xml"


def package(body: str, *, external: str = "", **parts: str) -> bytes:
    """A Word file with some body; further parts by the kind of their link."""
    links = [
        f'<Relationship Id="r-{kind}" Type="{RELATIONS}/{kind.rstrip("0123456789")}" '
        f'Target="{kind}.xml"/>'
        for kind in parts
    ]
    if external:
        links.append(
            f'<Relationship Id="r-out" Type="{RELATIONS}/attachedTemplate" Target="{external}" '
            'TargetMode="External"/>'
        )
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="{word}.numbering+xml"/>'
            f'<Override PartName="/{MAIN}" ContentType="{word}.document.main+xml"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'{relations}<Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
            f'Target="{MAIN}"/></Relationships>',
        )
        file.writestr(
            "word/_rels/document.xml.rels", f"{relations}{''.join(links)}</Relationships>"
        )
        file.writestr(
            MAIN, f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"
        )
        for kind, content in parts.items():
            file.writestr(f"word/{kind}.xml", content)
    return out.getvalue()


def read(body: str, **parts: str) -> Document:
    return read_docx(package(body, **parts), "list.docx")


def cells(body: str, **parts: str) -> list[list[str]]:
    """Texts of the rows; a covered cell begins with ^."""
    rows = read(body, **parts).rows
    return [["^" * cell.covered + cell.text for cell in row.cells] for row in rows]


def noted(body: str, **parts: str) -> list[tuple[str, str, str]]:
    return [(a.code, str(a.place), a.quote) for a in read(body, **parts).anomalies]


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{escape(text)}</w:t></w:r>"


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tr(*holders: str) -> str:
    return f"<w:tr>{''.join(holders)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def simple(*rows: str) -> str:
    """A table; the cells of a row between bars."""
    return tbl(*(tr(*(tc(paragraph(text)) for text in row.split("|"))) for row in rows))
