"""PDF set by Typst: ruled tables that break over pages, with a header that repeats."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dutygraph.errors import DutyGraphError
from dutygraph.simulate.documents import Box, Document, Grid

if TYPE_CHECKING:
    import typst

_NARROW: Final = {
    "备注": "3em",
    "事项类别": "5em",
    "事项类型": "5em",
    "类别": "5em",
}
_DUTIES: Final = "2.4fr"
_FONT: Final = "Noto Serif SC"
_EPOCH: Final = 946_684_800  # 2000-01-01; a fixed moment in the file's dates
_MISSING: Final = "pip install 'dutygraph[simulate]'"
_HEAD: Final = """\
#set document(title: {title}, date: none)
#set page(paper: "a4", flipped: true, margin: 1.6cm, numbering: "- 1 -")
#set text(font: "{font}", size: 9pt, lang: "zh")
#set par(justify: false)
#set table(stroke: 0.5pt, inset: 4pt, align: left + top)
"""


def write_pdf(document: Document) -> bytes:
    """A PDF file, A4 across, with the font of the package pylopdf-fonts-zh-cn alone.

    Raises:
        DutyGraphError: the packages typst or pylopdf-fonts-zh-cn are not installed.
    """
    compiler = _compiler()
    source = "".join(_source(document)).encode("utf-8")
    made = compiler.compile(input=source, format="pdf", timestamp=_EPOCH, pdf_tags=False)
    if not isinstance(made, bytes):
        raise DutyGraphError("typst gave no file", where=document.name)
    return made


@cache
def _compiler() -> typst.Compiler:
    try:
        import pylopdf_fonts_zh_cn
        import typst
    except ImportError as error:
        raise DutyGraphError(f"PDF needs the package {error.name}", hint=_MISSING) from None
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Compiler(
        input=b"", font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)])
    )


def _source(document: Document) -> Iterator[str]:
    yield _HEAD.format(title=_string(document.title), font=_FONT)
    for paragraph in document.before:
        text = f"#text({_string(paragraph.text)})"
        if paragraph.role == "title":
            yield f"#align(center, text(size: 18pt, {_string(paragraph.text)}))\n\n"
        elif paragraph.role in ("mark", "heading"):
            yield f"#align(center, {text[1:]})\n\n"
        else:
            yield f"{text}\n\n"
    for grid in document.grids:
        yield "#pagebreak()\n"
        for title in grid.titles:
            yield f"#align(center, text(size: 13pt, {_string(title)}))\n\n"
        yield from _table(grid)


def _table(grid: Grid) -> Iterator[str]:
    columns = ", ".join(_width(grid, name) for name in grid.header)
    header = ", ".join(f"[#{_string(name)}]" for name in grid.header)
    yield f"#table(columns: ({columns}),\ntable.header({header}),\n"
    for row in grid.rows:
        for box in row:
            if box is not None:
                yield _cell(box)
        yield "\n"
    yield ")\n\n"


def _width(grid: Grid, name: str) -> str:
    if name == "序号":
        place = grid.header.index(name)
        boxes = [box for row in grid.rows if (box := row[place]) is not None]
        longest = max((len(box.text) for box in boxes if box.columns == 1), default=2)
        return f"{min(longest, 6) + 1.2}em"
    if name in _NARROW:
        return _NARROW[name]
    wide = name.endswith(("职责", "方式")) and name != "职责事项"
    return _DUTIES if wide else "1fr"


def _cell(box: Box) -> str:
    lines = "#linebreak()".join(f"#{_string(line)}" for line in box.text.split("\n"))
    spans = ""
    if box.rows > 1:
        spans = f"rowspan: {box.rows}"
    elif box.columns > 1:
        spans = f"colspan: {box.columns}"
    return f"table.cell({spans})[{lines}]," if spans else f"[{lines}],"


def _string(text: str) -> str:
    """A Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
