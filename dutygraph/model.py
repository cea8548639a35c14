"""What a duty list says, as plain data. Behaviour lives in the modules that make or use it.

Everything here is frozen and compares by value. Text is the source's own text in NFC; each piece
knows its place in the source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ListKind(StrEnum):
    """The three tables of a duty list."""

    BASIC = "basic"
    COOPERATIVE = "cooperative"
    RECLAIMED = "reclaimed"


class Side(StrEnum):
    """The column that a duty stands in."""

    DEPARTMENT = "department"
    TOWN = "town"


class Attribution(StrEnum):
    """How many parties a duty is attributed to: one, several together, or nobody can say."""

    SOLE = "sole"
    JOINT = "joint"
    UNATTRIBUTED = "unattributed"


class Severity(StrEnum):
    """Weight of a finding, as in SHACL."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a source. Numbers count from 1.

    Attributes:
        line: line of a text source.
        page: page of a PDF.
        sheet: name of a worksheet.
        row: row of a worksheet or table; in a PDF, of the page.
        table: table of a web page or of a Word document.
        paragraph: paragraph outside of the tables there.
    """

    line: int | None = None
    page: int | None = None
    sheet: str = ""
    row: int | None = None
    table: int | None = None
    paragraph: int | None = None

    def __str__(self) -> str:
        parts = []
        if self.page is not None:
            parts.append(f"page {self.page}")
        if self.sheet:
            parts.append(f"sheet {self.sheet}")
        if self.table is not None:
            parts.append(f"table {self.table}")
        if self.paragraph is not None:
            parts.append(f"paragraph {self.paragraph}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.line is not None:
            parts.append(f"line {self.line}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was read.

    Attributes:
        name: file name, without folder.
        sha256: of its bytes, as lower-case hex; of a text, of its decoded text.
        encoding: how the bytes were decoded (``utf-8``, ``gb18030`` …); empty where the format
            says it.
        media_type: of the file.
    """

    name: str
    sha256: str
    encoding: str = "utf-8"
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or doubtful, with its place in the source.

    Attributes:
        code: what kind of thing, in kebab case; docs/findings.md lists them.
        severity: weight.
        message_zh: what is wrong and what to do, in Chinese.
        message_en: the same in English.
        place: where.
        quote: the source text it is about.
        other_place: the second place, where two contradict each other.
        other_quote: the text there.
        list_kind: table of the item concerned, if any.
        item: key of the item concerned (see `Item.key`), if any.
    """

    code: str
    severity: Severity
    message_zh: str
    message_en: str
    place: Place = Place()
    quote: str = ""
    other_place: Place | None = None
    other_quote: str = ""
    list_kind: ListKind | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division with the divisions it is part of, nearest first.

    Attributes:
        code: division code under *scheme*; for a town that no scheme of ours lists, a name-based
            key that begins with ``x-``.
        name: full official name.
        level: ``town``, ``county``, ``prefecture`` or ``province``.
        scheme: who coded it (``mca``: Ministry of Civil Affairs, GB/T 2260 and GB/T 10114);
            empty for a name-based key.
        parents: county, prefecture, province.
        name_en: English name, if known.
    """

    code: str
    name: str
    level: str
    scheme: str = "mca"
    parents: tuple[Division, ...] = ()
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """An organisation above the town.

    Attributes:
        name: canonical name without its county (农业农村局, 县委组织部); with its own jurisdiction
            for a body of another one (岳普湖县供电公司).
        type: key of its department type in the reference data; empty where unknown.
        jurisdiction: code of the division it belongs to; empty where unknown.
        reviewed: False for a name that no reference data knows.
    """

    name: str
    type: str = ""
    jurisdiction: str = ""
    reviewed: bool = True


@dataclass(frozen=True, slots=True)
class Naming:
    """One mention of a department in a cell.

    Attributes:
        department: who is meant.
        surface: the name as printed.
        role: code of the role that the cell gives it: ``assist`` behind 配合部门：, else ``lead``.
    """

    department: Department
    surface: str
    role: str = "lead"


@dataclass(frozen=True, slots=True)
class ActionUse:
    """An action recognised in a duty.

    Attributes:
        action: code of the action.
        matched: the matched text.
        start: offset of it in the duty's text, from 0.
        rule: why it counts: ``head`` of the clause, after a ``separator``, or ``object`` of a
            light verb (做好…宣传).
    """

    action: str
    matched: str
    start: int
    rule: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One clause of a duty cell.

    Attributes:
        side: the column it stands in.
        position: place in its cell, from 1.
        order: place in its block, that is among the duties of the same parties and phase, from 1.
        text: its text without printed number and layout tags.
        number: the printed number (``1.``, ``（二）``); empty where there is none.
        phase: the phase it belongs to; empty where the cell names none.
        parties: departments it is attributed to; empty for the town's duties and for
            unattributed ones.
        attribution: sole, joint or unattributed; sole for the town's.
        actions: what it does.
        place: its place in the source.
        start: offset of its first character in the source line, from 0; None for a cell that was
            joined from several lines.
        end: offset behind its last character there.
        subject: a department that the clause itself begins with, where no heading attributes it.
    """

    side: Side
    position: int
    order: int
    text: str
    number: str = ""
    phase: str = ""
    parties: tuple[Department, ...] = ()
    attribution: Attribution = Attribution.SOLE
    actions: tuple[ActionUse, ...] = ()
    place: Place = Place()
    start: int | None = None
    end: int | None = None
    subject: Department | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """What one party carries of one item.

    Attributes:
        department: who; None for the town.
        role: code of the role: ``lead``, ``assist`` or ``take-over``.
        named: True where the item's department column names it.
        surfaces: its names as printed in this row, in order of appearance.
        duties: positions of the duties it carries, by side.
        catch_all: the printed catch-all that stands with it (等其他负有安全监管职责的部门).
    """

    department: Department | None
    role: str
    named: bool
    surfaces: tuple[str, ...] = ()
    duties: tuple[tuple[Side, int], ...] = ()
    catch_all: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered row.

    Attributes:
        kind: the table it stands in.
        number: its number.
        key: identifies it within its table: the number, with ``-2``, ``-3`` … behind it for rows
            that repeat a number.
        category: heading as printed.
        title: as printed, without layout tags.
        place: its row.
        departments: those that its department column names, in order.
        catch_all: printed catch-all of the department column.
        splits: what each party carries.
        duties: all of them, department column first.
        method: how a reclaimed item is now done, as printed.
        printed_number: the number as printed.
        notes: header and text of further columns, such as remarks.
    """

    kind: ListKind
    number: int
    key: str
    category: str
    title: str
    place: Place
    departments: tuple[Department, ...] = ()
    catch_all: str = ""
    splits: tuple[Split, ...] = ()
    duties: tuple[Duty, ...] = ()
    method: str = ""
    printed_number: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that the document states about itself, and what was counted.

    Attributes:
        subject: what is counted: ``all items``, ``basic items``, ``cooperative categories``,
            ``reclaimed departments`` …
        claimed: the stated number.
        counted: the number found in the tables.
        place: where it is stated.
        part: ``introduction``, ``contents`` or ``title`` (of a table).
        quote: the stating text.
    """

    subject: str
    claimed: int
    counted: int
    place: Place
    part: str
    quote: str


@dataclass(frozen=True, slots=True)
class DutyList:
    """One edition of one town's duty list.

    Attributes:
        town: the division that owns it.
        edition: date of it, ``YYYY-MM`` (or ``YYYY`` where no month is stated).
        title: of the document.
        source: the document.
        items: of all three tables, in printed order.
        claims: what the document states about itself.
        findings: what was wrong or doubtful.
        markings: printed markings (内部, 公布版).
        introduction: paragraphs before the tables, as printed.
        synthetic: True for a simulated list.
    """

    town: Division
    edition: str
    title: str
    source: Source
    items: tuple[Item, ...]
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    markings: tuple[str, ...] = ()
    introduction: tuple[str, ...] = field(default=(), repr=False)
    synthetic: bool = False

    @property
    def departments(self) -> tuple[Department, ...]:
        """Departments that take part in any item, in order of first appearance."""
        seen: dict[Department, None] = {}
        for item in self.items:
            for split in item.splits:
                if split.department is not None:
                    seen.setdefault(split.department)
        return tuple(seen)
