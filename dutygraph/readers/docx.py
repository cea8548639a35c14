"""Word documents (DOCX, DOCM, templates of them): body text and tables, as Word shows them.

The XML is read directly, because content controls, text boxes and automatic numbers are not part of
what python-docx gives. Macros (DOCM) are never opened, and nothing that the document links to is
fetched.

Read: paragraphs with their automatic numbers, tables, content controls, text boxes, inserted and moved-in
text, results of fields, footnotes and endnotes (as paragraphs behind the body). Left out: deleted
text, comments, bullets, the reading aids of ruby text. Left out and reported: hidden text, embedded
documents, and headers and footers, save for one that is a marking (内部), which goes before the body.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dutygraph.errors import TooLargeError
from dutygraph.model import Source
from dutygraph.readers.base import Document, RowCollector
from dutygraph.readers.blocks import Block, BlockWriter, Note, TableBlock, TableCell
from dutygraph.readers.containers import open_container
from dutygraph.readers.grid import MAX_GRID, Spot
from dutygraph.readers.numbering import Numbering
from dutygraph.readers.ooxml import MC, Package, W, truth

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MACRO_MEDIA_TYPE: Final = "application/vnd.ms-word.document.macroEnabled.12"

# A marking of a document that is printed at the head of every page.
_MARKING: Final = re.compile(
    r"[（(【]?\s*(?:内\s*部(?:资\s*料|使\s*用|文\s*件)?|[秘机绝]\s*密|公\s*开|[^\s（(）)，。]{1,6}版|征求意见稿|"
    r"试\s*行|审议稿)\s*[）)】]?"
)
_PAGE_NUMBER: Final = re.compile(r"[\s\d\-—–·.第页共/]*|[\s\-—–]*[ivxIVX]+[\s\-—–]*")
# Elements whose content is not text of the document: properties, deleted text, field codes, reading
# aids, and what else stands beside the runs.
_LEFT_OUT: Final = frozenset(
    f"{W}{name}"
    for name in "pPr rPr del moveFrom delText instrText delInstrText rt tblPr tblGrid tblPrEx trPr "
    "tcPr sdtPr sdtEndPr sectPr fldData binData ffData".split()
)
_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_SIGNS: Final = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_SPAN: Final = re.compile(r"\d{1,9}")


def read_docx(data: bytes, name: str) -> Document:
    """Rows of a Word document.

    Args:
        data: the bytes of the file.
        name: its file name.

    Raises:
        TooLargeError: it, what it unpacks to, or a table is too large.
        UnsupportedError: it is encrypted.
        NoTextError: it holds no text.
        UnreadableError: it is damaged or no Word document.
    """
    package = Package(open_container(data, name, check_xml=True))
    main = package.main("Word")
    rows = RowCollector(name)
    reader = _Reader(package, main)
    writer = BlockWriter(rows)
    writer.write(reader.blocks())
    macros = any(True for _ in package.linked(main, "vbaProject"))
    return rows.document(
        Source(
            name,
            hashlib.sha256(data).hexdigest(),
            "",
            MACRO_MEDIA_TYPE if macros else MEDIA_TYPE,
        )
    )


@dataclass(slots=True)
class _Paragraph:
    """A paragraph being read: its text, what is hidden in it, and what floats beside it."""

    parts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    beside: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _Cell:
    """A cell of a table being read; *rows* grows while cells below it go on with it."""

    row: int
    column: int
    columns: int
    blocks: list[Block]
    rows: int = 1


class _Reader:
    """Reads the body of a document and what belongs to it."""

    def __init__(self, package: Package, main: str) -> None:
        self.package = package
        self.main = main
        self.numbering = Numbering(self._linked("numbering"), self._linked("styles"))

    def _linked(self, kind: str) -> _Element | None:
        part = next(self.package.linked(self.main, kind), None)
        return None if part is None else self.package.parse(part)

    def blocks(self) -> Iterator[Block]:
        """Blocks of the document."""
        yield from self._furniture()
        root = self.package.parse(self.main)
        body = root.find(f"{W}body")
        yield from self._content(root if body is None else body)
        for kind in ("footnotes", "endnotes"):
            notes = self._linked(kind)
            for note in () if notes is None else notes:
                # The lines that part notes from the text are kept as notes of a type.
                if note.get(f"{W}type", "normal") == "normal":
                    yield from self._content(note)

    def _furniture(self) -> Iterator[Block]:
        """Headers and footers: markings as text, the others as notes."""
        seen: set[str] = set()
        for kind in ("header", "footer"):
            for part in self.package.linked(self.main, kind):
                for line in _plain(self._content(self.package.parse(part))):
                    text = line.strip()
                    if not text or text in seen or _PAGE_NUMBER.fullmatch(text):
                        continue
                    seen.add(text)
                    marks = _MARKING.fullmatch(text) is not None
                    yield text if marks else Note("page-header", text)

    def _content(self, holder: _Element) -> Iterator[Block]:
        """Blocks of a body, cell, text box or note."""
        carried = _Paragraph()
        for element in _unwrapped(holder):
            if element.tag == f"{W}p":
                label = self.numbering.label(element) if _is_kept(element) else ""
                if label and not "".join(carried.parts).strip():
                    carried.parts.append(label)
                self._read_paragraph(element, carried)
                if _is_joined(element):
                    continue  # its end was deleted: it goes on with the next one
            elif element.tag == f"{W}tbl":
                yield from _done(carried)
                carried = _Paragraph()
                yield self._table(element)
                continue
            elif element.tag == f"{W}altChunk":
                carried.beside.append(Note("embedded-document", self._chunk(element)))
            else:
                self._read_runs(element, carried)
            yield from _done(carried)
            carried = _Paragraph()
        yield from _done(carried)

    def _chunk(self, element: _Element) -> str:
        identity = next((v for k, v in element.attrib.items() if str(k).endswith("}id")), "")
        relation = self.package.relations(self.main).get(str(identity))
        return relation.target if relation else str(identity)

    def _read_paragraph(self, paragraph: _Element, into: _Paragraph) -> None:
        for child in paragraph:
            self._read_runs(child, into)

    def _read_runs(self, element: _Element, into: _Paragraph) -> None:
        """Text of a run, or of something that holds runs (link, field, insertion, control)."""
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag in (f"{W}t", _MATH_TEXT):
            # A line feed in the XML is a space in Word.
            into.parts.append((element.text or "").replace("\n", " "))
        elif tag in _SIGNS:
            into.parts.append(_SIGNS[tag])
        elif tag == f"{W}sym":
            into.parts.append(_symbol(element))
        elif tag == f"{W}r" and _is_hidden(element):
            hidden = _Paragraph()
            for child in element:
                self._read_runs(child, hidden)
            into.hidden.extend(hidden.parts)
            into.beside.extend(hidden.beside)
        elif tag == f"{MC}AlternateContent":
            self._read_alternatives(element, into)
        elif tag == f"{W}txbxContent":
            into.beside.extend(self._content(element))
        elif tag in (f"{W}pict", f"{W}object"):
            # A drawing of older versions of Word: only a text box in it is text.
            if any(str(child.tag).endswith("}OLEObject") for child in element):
                into.beside.append(Note("embedded-document", _program(element)))
            for box in _text_boxes(element):
                self._read_runs(box, into)
        elif tag.endswith("}drawing"):
            for box in _text_boxes(element):
                self._read_runs(box, into)
        elif tag not in _LEFT_OUT:
            for child in element:
                self._read_runs(child, into)

    def _read_alternatives(self, element: _Element, into: _Paragraph) -> None:
        """The first of several renderings of the same content that has any text."""
        for choice in element:
            found = _Paragraph()
            for child in choice:
                self._read_runs(child, found)
            if "".join(found.parts).strip() or found.beside or found.hidden:
                into.parts.extend(found.parts)
                into.hidden.extend(found.hidden)
                into.beside.extend(found.beside)
                return

    def _table(self, table: _Element) -> TableBlock:
        cells: list[_Cell] = []
        above: dict[int, _Cell] = {}  # by first column: the cell that the row above has there
        number = 0
        for row in _unwrapped(table):
            if row.tag != f"{W}tr" or _is_deleted_row(row):
                continue
            here: dict[int, _Cell] = {}
            column = _skipped(row)
            last: _Cell | None = None
            for holder in _unwrapped(row):
                if holder.tag != f"{W}tc":
                    continue
                columns, vertical, horizontal = _merging(holder)
                column += columns
                if column > MAX_GRID:
                    raise TooLargeError("a table has too many columns", where=self.package.name)
                if horizontal == "continue" and last is not None:
                    last.columns += columns
                    last.blocks.extend(_as_hidden(self._covered(holder)))
                    continue
                begin = column - columns
                merged = above.get(begin) if vertical == "continue" else None
                if merged is not None:
                    merged.rows += 1
                    merged.blocks.extend(_as_hidden(self._covered(holder)))
                    last = here[begin] = merged
                    continue
                last = here[begin] = _Cell(number, begin, columns, list(self._content(holder)))
                cells.append(last)
            above = here
            number += 1
        return TableBlock(
            [
                TableCell(Spot(cell.row, cell.column, cell.rows, cell.columns), cell.blocks)
                for cell in cells
            ]
        )

    def _covered(self, holder: _Element) -> Iterator[Block]:
        """Text of a cell that lies under a merged one, where it is not shown; it is not numbered."""
        found = _Paragraph()
        for paragraph in holder.iter(f"{W}p"):
            self._read_paragraph(paragraph, found)
            found.parts.append(" ")
        yield "".join(found.parts).strip()


def _done(paragraph: _Paragraph) -> Iterator[Block]:
    """A paragraph as lines, and what floats beside it."""
    text = "".join(paragraph.parts)
    if text:
        yield from text.split("\n")
    if hidden := "".join(paragraph.hidden).strip():
        yield Note("hidden-text", hidden)
    yield from paragraph.beside


def _plain(blocks: Iterable[Block]) -> Iterator[str]:
    """Lines of some blocks, those of tables too."""
    for block in blocks:
        if isinstance(block, str):
            yield block
        elif isinstance(block, TableBlock):
            for cell in block.cells:
                yield from _plain(cell.blocks)


def _as_hidden(blocks: Iterable[Block]) -> Iterator[Note]:
    for line in _plain(blocks):
        if line.strip():
            yield Note("hidden-text", line.strip())


_WRAPPERS: Final = frozenset(
    f"{W}{name}" for name in "sdt sdtContent ins moveTo customXml smartTag".split()
)


def _unwrapped(holder: _Element) -> Iterator[_Element]:
    """Children of an element, those inside content controls and insertions too."""
    for child in holder:
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child)
        elif child.tag == f"{MC}AlternateContent":
            choice = next(iter(child), None)
            if choice is not None:
                yield from _unwrapped(choice)
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield child


def _text_boxes(element: _Element) -> Iterator[_Element]:
    """Text boxes in a drawing, those inside other text boxes left to these."""
    for child in element:
        if child.tag in (f"{W}txbxContent", f"{MC}AlternateContent"):
            yield child
        elif isinstance(child.tag, str):
            yield from _text_boxes(child)


def _program(element: _Element) -> str:
    """Name of the program of an embedded object."""
    for child in element:
        if str(child.tag).endswith("}OLEObject"):
            return str(child.get("ProgID", "OLE"))
    return "OLE"


def _symbol(element: _Element) -> str:
    """A character given by its number in a font; as a box where only that font knows it."""
    code = element.get(f"{W}char", "")
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) else 0
    private = 0xE000 <= number <= 0xF8FF
    usable = 0x20 <= number <= 0x10FFFF and not private and not 0xD800 <= number <= 0xDFFF
    return chr(number) if usable else "□"


def _child(element: _Element, *names: str) -> _Element | None:
    found: _Element | None = element
    for name in names:
        found = None if found is None else found.find(f"{W}{name}")
    return found


def _is_hidden(run: _Element) -> bool:
    vanish = _child(run, "rPr", "vanish")
    return vanish is not None and truth(vanish.get(f"{W}val"))


def _is_joined(paragraph: _Element) -> bool:
    """True where the end of the paragraph was deleted with changes being tracked."""
    mark = _child(paragraph, "pPr", "rPr")
    return mark is not None and (
        mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None
    )


def _is_kept(paragraph: _Element) -> bool:
    """False for a paragraph that is deleted as a whole, which is not numbered."""
    if not _is_joined(paragraph):
        return True
    return any(
        child.tag not in _LEFT_OUT
        and any(node.tag in (f"{W}t", f"{W}tab", f"{W}sym") for node in child.iter())
        for child in paragraph
        if isinstance(child.tag, str)
    )


def _is_deleted_row(row: _Element) -> bool:
    return _child(row, "trPr", "del") is not None


def _skipped(row: _Element) -> int:
    return _number(_child(row, "trPr", "gridBefore"), 0)


def _merging(cell: _Element) -> tuple[int, str, str]:
    """Columns that a cell takes, and whether it restarts or continues a merged one, both ways."""
    directions = []
    for name in ("vMerge", "hMerge"):
        merge = _child(cell, "tcPr", name)
        directions.append("" if merge is None else str(merge.get(f"{W}val", "continue")))
    columns = _number(_child(cell, "tcPr", "gridSpan"), 1)
    return max(1, columns), directions[0], directions[1]


def _number(element: _Element | None, default: int) -> int:
    value = "" if element is None else str(element.get(f"{W}val", ""))
    return int(value) if _SPAN.fullmatch(value) else default
