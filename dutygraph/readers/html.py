"""Web pages: what a browser shows of them, as paragraphs and tables.

Only the page itself is read. Nothing that it names (style sheets, pictures, frames, a base address, a
refresh) is fetched, and no script is run. Text of elements that their own ``style`` or ``hidden``
attribute hides is left out and reported; style sheets are not evaluated.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dutygraph.errors import NoTextError, TooLargeError, UnreadableError
from dutygraph.model import Place, Source
from dutygraph.readers.base import MAX_BYTES, Anomaly, Document, RowCollector
from dutygraph.readers.blocks import Block, BlockWriter, Note, TableBlock, TableCell
from dutygraph.readers.counting import number_format
from dutygraph.readers.flow import SPACES, Lines
from dutygraph.readers.grid import resolve
from dutygraph.readers.text import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE: Final = "text/html"

_END: Final = "end of the page"
# Text behind these end tags belongs to the page all the same.
_LAST_TAGS: Final = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_NOT_SHOWN: Final = frozenset(
    "head script style template noscript iframe noframes noembed audio video canvas "
    "datalist".split()
)
_BLOCKS: Final = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
    "ol optgroup option p plaintext pre search section select summary textarea title tr td th ul "
    "xmp listing".split()
)
_PRE: Final = frozenset("pre textarea xmp listing plaintext".split())
_PRE_STYLE: Final = re.compile(r"white-space:(?:pre|break-spaces)")
_HIDDEN_STYLE: Final = re.compile(r"display:none|visibility:(?:hidden|collapse)|mso-hide:all")
_LIST_STYLE: Final = re.compile(r"list-style(?:-type)?\s*:([^;]*)")
_INTEGER: Final = re.compile(r"[ \t\n\f]*\+?(\d{1,9})")
# Types of the type attribute and of the style of an ordered list that count; any other one counts
# in digits, as browsers do with types that they do not know.
_COUNTING: Final = {
    "a": ("lowerAlpha", "."),
    "A": ("upperAlpha", "."),
    "i": ("lowerRoman", "."),
    "I": ("upperRoman", "."),
    "lower-alpha": ("lowerAlpha", "."),
    "lower-latin": ("lowerAlpha", "."),
    "upper-alpha": ("upperAlpha", "."),
    "upper-latin": ("upperAlpha", "."),
    "lower-roman": ("lowerRoman", "."),
    "upper-roman": ("upperRoman", "."),
    "cjk-ideographic": ("chineseCountingThousand", "、"),
    "simp-chinese-informal": ("chineseCountingThousand", "、"),
    "trad-chinese-informal": ("chineseCountingThousand", "、"),
    "cjk-decimal": ("ideographDigital", "、"),
    "cjk-earthly-branch": ("ideographZodiac", "、"),
    "cjk-heavenly-stem": ("ideographTraditional", "、"),
}
_BULLETS: Final = frozenset({"disc", "circle", "square", "none"})


def read_html(data: bytes, name: str) -> Document:
    """Rows of a web page: its tables and, between them, its lines of text.

    White space is collapsed as in browsers; a line end between two Chinese characters vanishes, as
    the standard has it and some browsers do. In a cell, a paragraph, list entry or ``<br>`` ends a line. An entry of an ordered list begins with
    the number that a browser shows, unless its text begins with that number. Merged cells repeat
    their text downwards (see `grid.fill`); layout tables are no tables (see `blocks.BlockWriter`).
    The bytes decide the encoding (see `text.decode`), not what the page says of it.

    Args:
        data: the bytes of the page.
        name: its file name.

    Raises:
        TooLargeError: it has too many bytes, is nested too deep, or a table is too large.
        NoTextError: it shows no text.
        UnreadableError: its encoding is not known, or a comment, script or tag in it is not closed,
            so that the rest of it would be lost.

    Source:
        WHATWG HTML Living Standard, 4.9.12 and 15.3; CSS Text Module Level 3, 4.1.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"has more than {MAX_BYTES:,} bytes", where=name, hint="split it")
    text, encoding = decode(data, name)
    rows = RowCollector(name)
    if _is_unfinished(text):
        rows.anomalies.append(Anomaly("page-unfinished", Place(paragraph=1), text.strip()[-40:]))
    writer = BlockWriter(rows)
    writer.write(_Walk(name).blocks(_parse(text, name)))
    return rows.document(Source(name, hashlib.sha256(data).hexdigest(), encoding, MEDIA_TYPE))


def _is_unfinished(text: str) -> bool:
    """True where the page, or the last table of it, has a start but no end."""
    lower = text.lower()
    last = max(lower.rfind("<table "), lower.rfind("<table>"))
    return ("<html" in lower and "</html" not in lower) or lower.rfind("</table") < last


def _parse(text: str, name: str) -> _Element:
    """The element tree of a page, whole.

    The parser stops without an error where elements are nested too deep, and takes all that follows
    an unclosed comment for a part of it. A mark behind the page tells whether it got there.
    """
    from lxml import etree

    text = _LAST_TAGS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(f"{text}<!--{_END}-->".encode(), parser)
    except etree.LxmlError as error:
        raise UnreadableError(f"is no web page: {error}", where=name) from error
    if root is None:
        raise NoTextError("the file holds no text", where=name)
    last = ""
    for last_comment in root.getroottree().iter(etree.Comment):
        last = last_comment.text or ""
    if last != _END:
        if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            raise TooLargeError(
                "has elements that are nested too deep", where=name, hint="save it as plain text"
            )
        raise UnreadableError(
            "a comment, script or tag is not closed, and the rest would be lost with it",
            where=name,
            hint="save the page again, whole",
        )
    return root


@dataclass(slots=True)
class _Table:
    """A table being read: its cells with what they ask for, and the row groups."""

    rows: list[list[tuple[Lines, int, int]]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    group: int = 0
    in_row: bool = False
    outside: Lines = field(default_factory=Lines)
    notes: dict[int, list[Note]] = field(default_factory=dict)

    def begin_row(self) -> None:
        self.rows.append([])
        self.groups.append(self.group)
        self.in_row = True

    def note(self, note: Note) -> None:
        self.notes.setdefault(len(self.rows), []).append(note)


@dataclass(slots=True)
class _Counter:
    """The count of an ordered list: the next number, the step, and how it is printed."""

    next: int
    step: int
    style: tuple[str, str] | None


class _Walk:
    """Goes through a page in document order and keeps what its text belongs to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.page = Lines()
        self.open: list[tuple[_Element, Lines | _Table]] = []
        self.lists: list[tuple[_Element, _Counter | None]] = []
        self.verbatim: list[_Element] = []

    def blocks(self, root: _Element) -> Iterator[Block]:
        """Blocks of the page."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, element in walk:
            if event == "start":
                tag = str(element.tag)
                if tag in _NOT_SHOWN or self._hides(element):
                    walk.skip_subtree()
                else:
                    self._start(element, tag)
            else:
                if event == "end" and str(element.tag) not in _NOT_SHOWN:
                    self._end(element, str(element.tag))
                if element.tail and element is not root:
                    self._text(element.tail)
        self.page.end_entry()
        return iter(self.page.blocks)

    @property
    def _here(self) -> Lines:
        """Where text goes now; text between the cells of a table goes before the table."""
        where = self.open[-1][1] if self.open else self.page
        return where.outside if isinstance(where, _Table) else where

    @property
    def _table(self) -> _Table | None:
        """The table whose rows or cells come next; None inside a cell."""
        where = self.open[-1][1] if self.open else None
        return where if isinstance(where, _Table) else None

    def _hides(self, element: _Element) -> bool:
        style = _style(element)
        if element.get("hidden") is None and not _HIDDEN_STYLE.search(style):
            return False
        if quote := SPACES.sub(" ", _text_of(element)).strip():
            note = Note("hidden-text", quote)
            if self._table is not None:
                self._table.note(note)
            else:
                self._here.blocks.append(note)
        return True

    def _text(self, text: str) -> None:
        if self.verbatim:
            self._here.add_verbatim(text)
        else:
            self._here.add(text)

    def _start(self, element: _Element, tag: str) -> None:
        if tag in ("tr", "td", "th") and len(self.open) > 1 and self._table is None:
            # A row or cell inside a cell: that cell was not closed.
            self._here.end_entry()
            self.open.pop()
        table = self._table
        if tag == "table":
            self._here.end_entry()
            self.open.append((element, _Table()))
        elif table is not None and tag in ("thead", "tbody", "tfoot"):
            table.group += 1
        elif table is not None and tag == "tr":
            table.begin_row()
        elif table is not None and tag in ("td", "th"):
            if not table.in_row:
                table.begin_row()
            lines = Lines()
            table.rows[-1].append((lines, _asked(element, "rowspan"), _asked(element, "colspan")))
            for attribute in ("rowspan", "colspan"):
                if _is_odd(element, attribute):
                    lines.blocks.append(_span_note(element))
                    break
            self.open.append((element, lines))
        elif tag == "br":
            self._here.line_feed()
        elif tag in _BLOCKS or _breaks(element):
            self._here.boundary()
        if tag == "ol":
            self.lists.append((element, _counter(element)))
        elif tag in ("ul", "menu", "dir"):
            self.lists.append((element, None))
        elif tag == "li":
            self._here.begin_entry(*self._number(element))
        if tag in _PRE or _PRE_STYLE.search(_style(element)):
            self.verbatim.append(element)
        if element.text:
            self._text(element.text.removeprefix("\n") if tag == "pre" else element.text)

    def _end(self, element: _Element, tag: str) -> None:
        if self.verbatim and self.verbatim[-1] is element:
            self.verbatim.pop()
        if self.lists and self.lists[-1][0] is element:
            self.lists.pop()
        if self.open and self.open[-1][0] is element:
            where = self.open.pop()[1]
            if isinstance(where, _Table):
                self._close_table(where)
            else:
                where.end_entry()
        elif tag == "tr" and self._table is not None:
            self._table.in_row = False
        elif tag == "li":
            self._here.end_entry()
        elif tag in _BLOCKS or _breaks(element):
            self._here.boundary()

    def _number(self, entry: _Element) -> tuple[str, int | None]:
        """Printed number of a list entry, and its integer; empty where it has none."""
        counter = self.lists[-1][1] if self.lists else None
        if counter is None:
            return "", None
        if given := re.fullmatch(r"\s*([+-]?\d{1,9}).*", entry.get("value", ""), re.DOTALL):
            counter.next = int(given[1])
        number = counter.next
        counter.next += counter.step
        if counter.style is None:
            return "", None
        style, mark = counter.style
        space = " " if mark == "." else ""
        return f"{number_format(style, number)}{mark}{space}", number

    def _close_table(self, table: _Table) -> None:
        here = self._here
        table.outside.end_entry()
        for block in table.outside.blocks:  # captions, and what stands between the cells
            here.block(block)
        for note in table.notes.pop(0, ()):
            here.block(note)
        last = {group: row for row, group in enumerate(table.groups, 1)}
        spans = [[(rows, columns) for _, rows, columns in row] for row in table.rows]
        spots, clamped = resolve(spans, [last[group] for group in table.groups], self.name)
        cells = []
        for number, (row, places) in enumerate(zip(table.rows, spots, strict=True)):
            for index, ((lines, *asked), spot) in enumerate(zip(row, places, strict=True)):
                blocks = lines.blocks
                odd = any(isinstance(b, Note) and b.code == "span-clamped" for b in blocks)
                if (number, index) in clamped and not odd:
                    quote = f"rowspan={asked[0]} colspan={asked[1]}"
                    blocks = [Note("span-clamped", quote), *blocks]
                if index == len(row) - 1:
                    blocks = [*blocks, *table.notes.pop(number + 1, ())]
                cells.append(TableCell(spot, blocks))
        here.block(TableBlock(cells))
        for notes in table.notes.values():
            for note in notes:
                here.block(note)


def _text_of(element: _Element) -> str:
    """All text in an element, save that of scripts and the like."""
    from lxml import etree

    out = []
    walk = etree.iterwalk(element, events=("start", "end", "comment"))
    for event, inner in walk:
        if event == "start" and str(inner.tag) in _NOT_SHOWN:
            walk.skip_subtree()
        elif event == "start":
            out.append(inner.text or "")
        elif inner is not element:
            out.append(inner.tail or "")
    return "".join(out)


def _style(element: _Element) -> str:
    style = element.get("style")
    return re.sub(r"\s", "", style).lower() if style else ""


def _breaks(element: _Element) -> bool:
    style = _style(element)
    return "display:block" in style or "display:list-item" in style


def _asked(element: _Element, attribute: str) -> int:
    """Rows or columns that a cell asks for: 1 where it says nothing or nonsense."""
    found = _INTEGER.match(element.get(attribute, "1"))
    asked = int(found[1]) if found else 1
    return asked or (0 if attribute == "rowspan" else 1)


def _is_odd(element: _Element, attribute: str) -> bool:
    """True for a span that is no number, or for no columns at all."""
    value = element.get(attribute)
    if value is None:
        return False
    found = _INTEGER.match(value)
    return found is None or (attribute == "colspan" and int(found[1]) == 0)


def _span_note(element: _Element) -> Note:
    asked = [f"{a}={v}" for a in ("rowspan", "colspan") if (v := element.get(a)) is not None]
    return Note("span-clamped", " ".join(asked))


def _counter(element: _Element) -> _Counter:
    start = re.match(r"\s*([+-]?\d{1,9})", element.get("start", ""))
    reversed_ = element.get("reversed") is not None
    entries = sum(1 for child in element if child.tag == "li")
    first = int(start[1]) if start else (entries if reversed_ else 1)
    kind = element.get("type", "")
    if styled := _LIST_STYLE.search(element.get("style", "").lower()):
        known = [word for word in styled[1].split() if word in _COUNTING or word in _BULLETS]
        kind = known[0] if known else "decimal"
    style = None if kind in _BULLETS else _COUNTING.get(kind, ("decimal", "."))
    return _Counter(first, -1 if reversed_ else 1, style)
