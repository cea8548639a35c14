"""A document as paragraphs and tables, before it becomes a file of some format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from dutygraph.simulate.cells import (
    departments_cell,
    duties_cell,
    receiving_cell,
    role_cells,
    tagged,
)
from dutygraph.simulate.introduction import counted, introduction
from dutygraph.simulate.numbers import han, han_digits, item_number
from dutygraph.simulate.planting import Faulty
from dutygraph.simulate.printing import ItemText, ListText

LIST_NAMES: Final = {
    "basic": "基本履职事项清单",
    "cooperative": "配合履职事项清单",
    "reclaimed": "上级部门收回事项清单",
}
SIMULATED: Final = "模拟文本（synthetic）"
"""Line of the cover by which everybody sees that no town has published the document."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell, merged over some rows and columns.

    Attributes:
        text: its text, with line feeds.
        rows, columns: how many it is merged over.
    """

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph outside of the tables.

    Attributes:
        text: its text.
        role: ``title``, ``mark``, ``heading``, ``text`` or ``contents``.
    """

    text: str
    role: str = "text"


@dataclass(slots=True)
class Grid:
    """The table of one list.

    Attributes:
        which: which list.
        titles: lines above it.
        header: its header row.
        rows: its rows; None where a cell of another row or column reaches. A row that was cut is
            shorter than the header.
        page: rows after which titles and header are repeated; 0 for never.
        broken: indexes of rows that go on in a second line; in text only.
    """

    which: str
    titles: tuple[str, ...]
    header: tuple[str, ...]
    rows: list[tuple[Box | None, ...]] = field(default_factory=list)
    page: int = 0
    broken: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Document:
    """A document.

    Attributes:
        name: identifier of it.
        title: its title.
        before: cover, introduction and table of contents.
        grids: its tables, in printed order.
        sheets: ``each`` for a sheet a list, ``one`` for a single one.
        encoding, line_ends: of a text file.
    """

    name: str
    title: str
    before: list[Paragraph]
    grids: list[Grid]
    sheets: str
    encoding: str
    line_ends: str


def laid_out(faulty: Faulty) -> Document:
    """The document of some content with its faults."""
    one = faulty.content
    style = one.style
    counts = {**counted(one), **faulty.counts}
    paragraphs = introduction(one, counts, faulty.misstated, faulty.stated)
    before = [*_cover(one), *(Paragraph(text, role) for role, text in paragraphs)]
    grids = [
        _grid(one, which, number, counts[f"{which} items"])
        for number, which in enumerate(style.list_order, 1)
    ]
    return Document(
        one.document, one.title, before, grids, style.sheets, style.encoding, style.line_ends
    )


def _cover(one: ListText) -> Iterator[Paragraph]:
    style, where = one.style, one.place
    if style.marking == "内部":
        yield Paragraph("内 部", "mark")
    elif style.marking:
        yield Paragraph(style.marking, "mark")
    name = "履职事项清单（模拟）"
    upper = where.chain.removesuffix(where.name)
    lines = {
        "one line": [where.chain + name],
        "two lines": [where.chain, name],
        "three lines": [upper, where.name, name],
    }[style.cover]
    for line in lines:
        yield Paragraph(line, "title")
    yield Paragraph(SIMULATED, "mark")
    yield Paragraph(_date(one.plan.date, style.date), "mark")


def _date(date: str, form: str) -> str:
    year, month = int(date[:4]), int(date[5:])
    if form.startswith("二"):
        return f"{han_digits(year)}年{han(month)}月"
    if "." in form:
        return f"{year}.{month:02}"
    return form.replace("2025", str(year)).replace("7月", f"{month}月")


def _grid(one: ListText, which: str, number: int, count: int) -> Grid:
    items = one.of(which)
    style = one.style
    titles = {
        "plain": (LIST_NAMES[which],),
        "town": (one.place.name + LIST_NAMES[which],),
        "edition": (LIST_NAMES[which] + "（公布版）",),
        "number": (f"{LIST_NAMES[which]}（共{count}项）",),
        "annex": (f"附件{number}", LIST_NAMES[which]),
    }[style.list_title]
    category = _category_column(one, which)
    grid = Grid(which, titles, _header(one, which, category), page=int(style.page or 0))
    width = len(grid.header)
    for run, (name, group) in enumerate(groupby(items, key=lambda item: item.category), 1):
        members = list(group)
        if category == "section":
            section = f"{han(run)}、{name}（{len(members)}项）"
            grid.rows.append((Box(section, columns=width), *[None] * (width - 1)))
        for place, item in enumerate(members):
            merged = category in ("merged", "left") and len(members) > 1
            box = Box(name, rows=len(members)) if merged else Box(name)
            if item.broken:
                grid.broken.add(len(grid.rows))
            grid.rows.append(_row(one, item, None if merged and place else box, category))
    return grid


def _category_column(one: ListText, which: str) -> str:
    style = one.style
    if which == "basic" and style.basic_category == "no" and style.category != "section":
        return "none"
    return style.category


def _header(one: ListText, which: str, category: str) -> tuple[str, ...]:
    style, where = one.style, one.place
    head = ["序号", style.category_header]
    if category == "left":
        head.reverse()
    elif category in ("section", "none"):
        head.pop()
    head.append(style.title_header)
    kind = {"镇": "乡镇", "乡": "乡镇"}.get(where.word, where.word)
    level = "旗县" if where.level == "旗" else f"{where.level}级"
    if which == "cooperative":
        named = [style.departments_header]
        head += [
            *(named if style.roles != "columns" else ("牵头部门", "配合部门")),
            style.duties_header.replace("{l}", level),
            style.town_header.replace("{k}", kind),
        ]
    elif which == "reclaimed" and style.receiving == "two":
        head += [style.receiving_header, "工作方式"]
    elif which == "reclaimed":
        head.append("承接部门及工作方式")
    if style.remarks == "yes":
        head.append("备注")
    return tuple(head)


def _row(
    one: ListText, item: ItemText, category: Box | None, layout: str
) -> tuple[Box | None, ...]:
    style = one.style
    number = Box(item_number(item.number, style.numbers))
    title = item.title
    if item.control:
        title = title[:2] + "\x07" + title[2:]
    row: list[Box | None] = [number, category]
    if layout == "left":
        row.reverse()
    elif layout in ("section", "none"):
        row.pop()
    row.append(Box(title))
    texts: list[str] = []
    if item.which == "cooperative":
        named = (departments_cell(item, style),)
        texts = [
            *(named if style.roles != "columns" else role_cells(item, style)),
            duties_cell(item, "department", style),
            duties_cell(item, "town", style),
        ]
    elif item.which == "reclaimed" and style.receiving == "two":
        texts = [departments_cell(item, style), item.method]
    elif item.which == "reclaimed":
        texts = [receiving_cell(item, style)]
    if item.cut:
        return tuple(row)
    if style.remarks == "yes":
        texts.append("")
    if item.tags:
        texts = [tagged(text) for text in texts]
    return (*row, *map(Box, texts))


def expanded(grid: Grid, *, repeat: bool = False) -> Iterator[list[str]]:
    """Rows of a table as plain texts, a merged cell in its first place only.

    Args:
        grid: the table.
        repeat: print a cell that is merged over rows in each of them.
    """
    above: list[str] = []
    for row in grid.rows:
        texts: list[str] = []
        for index, box in enumerate(row):
            if box is not None:
                texts.append(box.text)
            else:
                texts.append(above[index] if repeat and index < len(above) else "")
        above = texts
        yield texts


def section_row(row: Sequence[Box | None]) -> bool:
    """True for a row that is one cell over all columns."""
    return bool(row) and row[0] is not None and row[0].columns > 1
