"""HTML with cells merged by rowspan and colspan."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from dutygraph.simulate.documents import Box, Document, Grid

_ELEMENTS: Final = {"title": "h1", "heading": "h2"}
_STYLE: Final = (
    "body{font-family:serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #000;padding:.3em;vertical-align:top}.mark{text-align:center}"
)


def write_html(document: Document) -> bytes:
    """An HTML page in UTF-8: a table a list, its header in ``thead``."""
    return "".join(_page(document)).encode("utf-8")


def _page(document: Document) -> Iterator[str]:
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    for paragraph in document.before:
        element = _ELEMENTS.get(paragraph.role, "p")
        kind = "" if element != "p" or paragraph.role == "text" else f' class="{paragraph.role}"'
        yield f"<{element}{kind}>{_text(paragraph.text)}</{element}>\n"
    for grid in document.grids:
        for title in grid.titles:
            yield f"<h2>{_text(title)}</h2>\n"
        yield from _table(grid)
    yield "</body>\n</html>\n"


def _table(grid: Grid) -> Iterator[str]:
    yield "<table>\n<thead><tr>"
    yield from (f"<th>{_text(name)}</th>" for name in grid.header)
    yield "</tr></thead>\n<tbody>\n"
    for row in grid.rows:
        yield "<tr>"
        yield from (_cell(box) for box in row if box is not None)
        yield "</tr>\n"
    yield "</tbody>\n</table>\n"


def _cell(box: Box) -> str:
    spans = f' rowspan="{box.rows}"' if box.rows > 1 else ""
    spans += f' colspan="{box.columns}"' if box.columns > 1 else ""
    return f"<td{spans}>{_text(box.text)}</td>"


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
