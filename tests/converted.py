"""The real document written in other formats, by libraries that share no code with the readers."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.table import _Cell
from openpyxl.styles import Alignment

from dutygraph.model import DutyList
from dutygraph.readers.base import Document

VARIANTS = ("plain", "merged", "repeated", "pages")
"""How the tables are written: as three; with category cells merged; with the header every 20 rows;
one table for every printed page (in a workbook: every list on a sheet of its own)."""

_EVERY = 20
# Where the printed document breaks a line: before a number, and behind a heading.
_BREAK = re.compile(r"(?<=：) (?=\S)| (?=\d{1,2}[.．](?!\d))")


@dataclass(frozen=True)
class Listing:
    """A table: its header row, its rows, and the column that holds the categories."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    category: int = 1

    def runs(self) -> Iterator[tuple[int, int]]:
        """First row and length of each run of rows of one category."""
        begin = 0
        for row in range(1, len(self.rows) + 1):
            if row == len(self.rows) or self.rows[row][1] != self.rows[begin][1]:
                yield begin, row - begin
                begin = row


Part = str | Listing


def parts_of(document: Document, variant: str = "plain") -> list[Part]:
    """The document as paragraphs and tables.

    The lists of the source go over many printed pages, each with title and header; save in the
    variant ``pages`` these become one table a list.
    """
    parts: list[Part] = []
    for row in document.rows:
        texts = tuple(cell.text for cell in row.cells)
        if len(texts) < 3:
            parts.append("\t".join(texts))
            continue
        texts = tuple(_BREAK.sub("\n", text) for text in texts)
        if texts[0] == "序号":
            if variant != "pages" and any(
                isinstance(part, Listing) and part.header == texts for part in parts
            ):
                title = parts.pop()  # printed again at the head of a page
                assert isinstance(title, str)
                assert title.endswith("清单（公布版）")
            else:
                parts.append(Listing(texts, ()))
            continue
        last = parts[-1]
        assert isinstance(last, Listing)
        parts[-1] = replace(last, rows=(*last.rows, texts))
    return parts


def with_headers(listing: Listing, variant: str) -> list[tuple[str, ...]]:
    """Rows of a table, the header first and, in the variant ``repeated``, every 20 rows again."""
    if variant != "repeated":
        return [listing.header, *listing.rows]
    out: list[tuple[str, ...]] = []
    for index, row in enumerate(listing.rows):
        if index % _EVERY == 0:
            out.append(listing.header)
        out.append(row)
    return out


def to_html(parts: Sequence[Part], variant: str) -> bytes:
    """A web page; lines inside cells are parted by ``<br>`` and by paragraphs in turn."""
    out = [
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>履职事项清单</title></head><body>"
    ]
    for part in parts:
        if isinstance(part, str):
            out.append(f"<p>{html.escape(part)}</p>")
            continue
        spans = dict(part.runs()) if variant == "merged" else {}
        covered = {
            row for begin, length in spans.items() for row in range(begin + 1, begin + length)
        }
        out.append("<table border=1><tbody>")
        for index, row in enumerate(with_headers(part, variant), -1):
            out.append("<tr>")
            for column, text in enumerate(row):
                if column == part.category and index in covered:
                    continue
                span = ""
                if column == part.category and index in spans:
                    span = f" rowspan={spans[index]}"
                lines = [html.escape(line) for line in text.split("\n")]
                if column % 2:
                    inner = "<br/>".join(lines)
                else:
                    inner = "".join(f"\n  <p>{line}</p>" for line in lines)
                out.append(f"<td{span}>{inner}</td>")
            out.append("</tr>")
        out.append("</tbody></table>")
    out.append("</body></html>")
    return "\n".join(out).encode()


def to_docx(parts: Sequence[Part], variant: str) -> bytes:
    """A Word document; lines inside cells are parted by line breaks and by paragraphs in turn."""
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        rows = with_headers(part, variant)
        table = document.add_table(len(rows), len(part.header))
        for row, element in zip(rows, table._tbl.tr_lst, strict=True):
            for column, (text, holder) in enumerate(zip(row, element.tc_lst, strict=True)):
                cell = _Cell(holder, table)
                if column % 2:
                    cell.text = text
                    continue
                first, *others = text.split("\n")
                cell.paragraphs[0].add_run(first)
                for line in others:
                    cell.add_paragraph(line)
        if variant == "merged":
            for begin, length in part.runs():
                holders = [
                    element.tc_lst[part.category]
                    for element in table._tbl.tr_lst[begin + 1 : begin + 1 + length]
                ]
                for index, holder in enumerate(holders):
                    holder.vMerge = "continue" if index else "restart"
                    if index:
                        _Cell(holder, table).text = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def to_xlsx(parts: Sequence[Part], variant: str) -> bytes:
    """A workbook with the numbers of the items as numbers; one sheet, or one for every list."""
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.title = "清单"
    row = 0
    seen: set[tuple[str, ...]] = set()
    for index, part in enumerate(parts):
        if isinstance(part, str):
            ahead = parts[index + 1] if index + 1 < len(parts) else None
            if variant == "pages" and isinstance(ahead, Listing) and ahead.header not in seen:
                sheet, row = workbook.create_sheet(part[:20].replace("（", "")), 0
                seen.add(ahead.header)
            row += 1
            for column, text in enumerate(part.split("\t"), 1):
                sheet.cell(row, column, text)
            continue
        for texts in with_headers(part, variant):
            row += 1
            for column, text in enumerate(texts, 1):
                value = int(text) if column == 1 and text.isdigit() else text
                cell = sheet.cell(row, column, value)
                cell.alignment = Alignment(wrap_text=True)
        if variant == "merged":
            top = row - len(part.rows)
            for begin, length in part.runs():
                for below in range(begin + 1, begin + length):
                    sheet.cell(top + 1 + below, 2).value = None
                if length > 1:
                    sheet.merge_cells(
                        start_row=top + 1 + begin,
                        end_row=top + begin + length,
                        start_column=2,
                        end_column=2,
                    )
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def to_delimited(
    parts: Sequence[Part], variant: str, delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    """Delimited text, as the csv module writes it; a merged cell is blank below its first row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for part in parts:
        if isinstance(part, str):
            writer.writerow(part.split("\t"))
            continue
        before = ""
        for row in with_headers(part, variant):
            written = list(row)
            if variant == "merged" and row[1] == before:
                written[1] = ""
            before = row[1]
            writer.writerow(written)
    return out.getvalue().encode(encoding)


def facts_of(duty_list: DutyList) -> dict[str, list[Any]]:
    """What a reading says, without places; white space inside texts counts as one space."""
    items, duties, splits = [], [], []
    for item in duty_list.items:
        names = tuple(department.name for department in item.departments)
        method = " ".join(item.method.split())
        items.append((item.kind, item.key, item.category, item.title, names, method))
        for duty in item.duties:
            parties = tuple(party.name for party in duty.parties)
            text = " ".join(duty.text.split())
            duties.append((item.kind, item.key, duty.side, duty.phase, parties, duty.number, text))
        for split in item.splits:
            name = split.department.name if split.department else ""
            splits.append((item.kind, item.key, name, split.role, split.named, split.duties))
    claims = [(claim.subject, claim.claimed, claim.counted) for claim in duty_list.claims]
    markings = list(duty_list.markings)
    cover: list[Any] = [duty_list.town.code, duty_list.edition, duty_list.title]
    return {
        "cover": cover,
        "items": items,
        "duties": duties,
        "splits": splits,
        "claims": claims,
        "markings": markings,
    }


def soffice() -> str | None:
    """The LibreOffice program, or None."""
    return shutil.which("soffice")


def by_libreoffice(
    path: Path, target: str, folder: Path, *, source_filter: str = "", seconds: int = 120
) -> bytes:
    """A file converted by LibreOffice to another format."""
    program = soffice()
    assert program is not None
    out = folder / f"{path.suffix[1:]}-to-{target.split(':')[0]}"
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    if source_filter:
        command.append(f"--infilter={source_filter}")
    command += ["--convert-to", target, "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=seconds)
    (made,) = out.iterdir()
    return made.read_bytes()
