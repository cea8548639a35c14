"""One small sound list in every format, to be spoilt."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from functools import cache

import pdfs

COVER = [
    "新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县塔吉克阿巴提镇",
    "履职事项清单",
    "2025年7月",
]
TABLES = [
    [
        ["序号", "事项类别", "事项名称"],
        ["1", "党的建设", "做好甲工作"],
        ["2", "党的建设", "做好乙工作"],
    ],
    [
        ["序号", "事项类别", "事项名称", "对应上级部门", "上级部门职责", "乡镇配合职责"],
        ["1", "平安法治", "丙工作", "县公安局", "1. 负责丙一；2. 负责丙二。", "1. 协助丙。"],
    ],
    [
        ["序号", "事项类别", "事项名称", "承接部门及工作方式"],
        ["1", "民生服务", "丁工作", "承接部门：县民政局 工作方式：由县民政局办理丁。"],
    ],
]


def doc_parts() -> list[pdfs.Part]:
    """Paragraphs and tables."""
    return [*(pdfs.Part([[line]]) for line in COVER), *(pdfs.Part(table) for table in TABLES)]


@cache
def text() -> bytes:
    lines = [*COVER, *("\t".join(row) for table in TABLES for row in table)]
    return ("\n".join(lines) + "\n").encode()


@cache
def csv() -> bytes:
    rows = [[line] for line in COVER] + [row for table in TABLES for row in table]
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows).encode()


@cache
def html() -> bytes:
    rows = "".join(
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table)
        + "</table>"
        for table in TABLES
    )
    cover = "".join(f"<p>{line}</p>" for line in COVER)
    head = "<!DOCTYPE html><html><head><meta charset=utf-8></head><body>"
    return f"{head}{cover}{rows}</body></html>".encode()


@cache
def docx() -> bytes:
    import docx as library

    document = library.Document()
    for line in COVER:
        document.add_paragraph(line)
    for rows in TABLES:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = value
    out = io.BytesIO()
    document.save(out)
    return dateless(out.getvalue())


@cache
def xlsx() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2025, 7, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("清单")
        rows = [[line] for line in COVER] + [row for table in TABLES for row in table]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return dateless(out.getvalue())


@cache
def ods() -> bytes:
    rows = [[line] for line in COVER] + [row for table in TABLES for row in table]
    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    base = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{base}:office:1.0" '
        f'xmlns:table="{base}:table:1.0" xmlns:text="{base}:text:1.0" office:version="1.3">'
        f'<office:body><office:spreadsheet><table:table table:name="清单">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{base}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return dateless(out.getvalue())


@cache
def pdf() -> bytes:
    return pdfs.print_with_typst(pdfs.typst_source(doc_parts()))


def dateless(data: bytes) -> bytes:
    """A zip without the dates of its members, so that the same sample has the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename)
            entry.compress_type = info.compress_type
            new.writestr(entry, old.read(info))
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """Members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def noise(length: int) -> str:
    """Text that packs badly, so that it is no bomb."""
    import random

    raw = random.Random(7).randbytes(length * 3 // 4)  # noqa: S311 - not for secrets
    return base64.b64encode(raw).decode()


def without_dimension(xml: str, lie: str) -> str:
    """A worksheet whose dimension says something else."""
    import re

    return re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{lie}"', xml)
