"""PDF files made of a list, by the programs that lists are really made with, and by hand."""

from __future__ import annotations

import html
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARGIN = "1.8cm"
WIDTHS = {3: [1.5, 3.0, 21.5], 4: [1.5, 3.0, 9.0, 12.5], 6: [1.3, 2.0, 3.2, 3.2, 9.0, 7.3]}
"""Widths of the columns in cm, by their number."""


@dataclass
class Part:
    """A paragraph (one row of one cell), or a table of a document to be printed."""

    rows: list[list[str]] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """True for a table."""
        return len(self.rows[0]) > 1


def parts_of(text: str) -> list[Part]:
    """Paragraphs and tables of a text list.

    The pages of its source stand in it: each repeats the title and the header row. They are made one
    table again, as whoever wrote the document had it.
    """
    parts: list[Part] = []
    header: list[str] | None = None
    titles: set[str] = set()
    for line in filter(str.strip, text.split("\n")):
        cells = line.split("\t")
        in_contents = header is None and cells[0] != "序号"
        if len(cells) == 1 or in_contents:
            if line.strip().endswith("（公布版）"):
                if line in titles:
                    continue
                titles.add(line)
            parts.append(Part([["\t".join(cells)]]))
        elif cells == header:
            continue
        elif cells[0] == "序号":
            header = cells
            parts.append(Part([cells]))
        else:
            next(part for part in reversed(parts) if part.is_table).rows.append(cells)
    return parts


def tables_of(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.is_table]


STYLE = """
@page { size: A4 landscape; margin: %(margin)s; }
body { font-family: '%(font)s', serif; font-size: 12pt; }
table { border-collapse: collapse; width: 100%%; }
td, th { border: %(rule)s; padding: 3pt; vertical-align: middle; text-align: left; }
thead { display: table-header-group; }
p { text-indent: 2em; margin: 0 0 4pt; }
p.c { text-align: center; text-indent: 0; }
"""


def html_page(parts: Iterable[Part], *, font: str = "Noto Serif CJK SC", ruled: bool = True) -> str:
    """A page to be printed: ruled tables in A4 landscape, their header repeated on every page."""
    out = [
        "<!DOCTYPE html><html lang=zh-CN><head><meta charset=utf-8><title>清单</title><style>",
        STYLE % {"margin": MARGIN, "font": font, "rule": "0.7pt solid black" if ruled else "none"},
        "</style></head><body>",
    ]
    for part in parts:
        if not part.is_table:
            text = part.rows[0][0]
            kind = ' class="c"' if len(text) < 30 else ""
            out.append(f"<p{kind}>{html.escape(text)}</p>")
            continue
        head, *rows = part.rows
        # LibreOffice takes the rules from the attribute, browsers from the style.
        out.append(f"<table border={int(ruled)} cellspacing=0><thead><tr>")
        out += [f"<th>{html.escape(cell)}</th>" for cell in head]
        out.append("</tr></thead><tbody>")
        for row in rows:
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in row)
            out.append(f"<tr>{cells}</tr>")
        out.append("</tbody></table>")
    out.append("</body></html>")
    return "\n".join(out)


def docx_file(parts: Iterable[Part], path: Path) -> Path:
    """The same list as a Word document: ruled tables in A4 landscape, header rows repeated."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(1.8))
    for part in parts:
        if not part.is_table:
            paragraph = document.add_paragraph(part.rows[0][0])
            paragraph.paragraph_format.first_line_indent = Pt(22)
            continue
        widths = WIDTHS.get(len(part.rows[0]), [26 / len(part.rows[0])] * len(part.rows[0]))
        table = document.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        table.autofit = False
        for row in part.rows:
            for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
                cell.width = Cm(width)
                cell.text = text
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))
    document.save(str(path))
    return path


def program(*names: str) -> str | None:
    """Path of the first of some programs that is there."""
    return next((path for name in names if (path := shutil.which(name))), None)


CHROMIUM = program("chromium", "chromium-browser", "google-chrome")
SOFFICE = program("soffice", "libreoffice")


def print_with_chromium(page: str, folder: Path) -> bytes:
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
        f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}", source.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return target.read_bytes()


def print_with_soffice(source: Path, folder: Path) -> bytes:
    command = [
        str(SOFFICE), "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}",
        "--convert-to", "pdf", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return (folder / source.with_suffix(".pdf").name).read_bytes()


def _typst_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


TYPST_HEAD = """
#set document(date: none)
#set page(paper: "a4", flipped: true, margin: 1.8cm, numbering: "- 1 -")
#set text(font: "%(font)s", size: 12pt, lang: "zh", region: "cn")
#set par(justify: true, first-line-indent: (amount: 2em, all: true))
"""


def typst_source(parts: Iterable[Part], *, font: str = "Noto Serif SC") -> str:
    """The list in the language of typst."""
    out = [TYPST_HEAD % {"font": font}]
    for part in parts:
        if not part.is_table:
            text = part.rows[0][0]
            inner = f"#{_typst_text(text)}"
            out.append(f"#align(center)[{inner}]\n" if len(text) < 30 else f"{inner}\n")
            continue
        head, *rows = part.rows
        widths = WIDTHS.get(len(head))
        columns = [f"{width}cm" for width in widths] if widths else ["1fr"] * len(head)
        out.append("#[#set par(justify: true, first-line-indent: 0pt)")
        out.append(f"#table(columns: ({', '.join(columns)}), inset: 4pt,")
        out.append("table.header(" + ", ".join(f"[#{_typst_text(c)}]" for c in head) + "),")
        out += [", ".join(f"[#{_typst_text(c)}]" for c in row) + "," for row in rows]
        out.append(")]\n")
    return "\n".join(out)


def print_with_typst(source: str) -> bytes:
    import pylopdf_fonts_zh_cn as fonts
    import typst

    folder = Path(fonts.serif_path()).parent
    return bytes(typst.compile(source.encode(), font_paths=[str(folder)], ignore_system_fonts=True))
