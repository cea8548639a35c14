"""One numbered row → `Item`, with what is doubtful about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dutygraph.actions import NAME, find_actions
from dutygraph.catalogue import finding
from dutygraph.departments import Directory, Names
from dutygraph.model import (
    Attribution,
    Department,
    Duty,
    Finding,
    Item,
    ListKind,
    Side,
    Split,
)
from dutygraph.parse.cells import CellReading, Entry, read_cell
from dutygraph.parse.layout import CleanText, clean, says_nothing
from dutygraph.parse.lines import flat, flat_names
from dutygraph.parse.tables import Column, ItemRow

# A line end may cut a label: 工作方|式：.
_METHOD_LABEL: Final = re.compile(
    r"(?:工\s*作|办\s*理|承\s*接)\s*(?:方\s*式|措\s*施|办\s*法)\s*[：:]\s*"
)
_RECEIVING_LABEL: Final = re.compile(
    r"(?:上\s*级\s*)?承\s*接\s*(?:部\s*门|单\s*位|主\s*体)\s*[：:]\s*"
)
# 应急管理局及其他县级负有…职责的部门负责…: the clause itself says that others share the duty.
_SHARED: Final = re.compile(r"(?:及|和|等)其[他它][^，。；：]{0,25}?(?:部门|单位)")


@dataclass(slots=True)
class ItemReading:
    """An item, and its findings."""

    item: Item
    findings: list[Finding] = field(default_factory=list)


def receiving_cells(row: ItemRow) -> tuple[str, str, int]:
    """Receiving departments, method and number of method labels of a reclaimed row.

    Both can stand in one cell (承接部门：… 工作方式：…) or in two.
    """
    if Column.RECEIVING_AND_METHOD not in row.cells:
        method = clean(row.cell(Column.METHOD).text).text.strip()
        label = _METHOD_LABEL.match(method)
        receiving = clean(row.cell(Column.RECEIVING).text).text
        return (
            flat_names(_RECEIVING_LABEL.sub("", receiving)),
            flat(method[label.end() :] if label else method),
            len(_METHOD_LABEL.findall(method)),
        )
    text = clean(row.cell(Column.RECEIVING_AND_METHOD).text).text
    labels = list(_METHOD_LABEL.finditer(text))
    receiving = text[: labels[0].start()] if labels else text
    method = flat(text[labels[0].end() :]) if labels else ""
    return flat_names(_RECEIVING_LABEL.sub("", receiving)), method, len(labels)


def department_cell(row: ItemRow) -> str:
    """Text of the department column of a cooperative row: names that a line end cut are whole."""
    return flat_names(clean(row.cell(Column.DEPARTMENTS).text).text)


def read_item(row: ItemRow, kind: ListKind, key: str, directory: Directory) -> ItemReading:
    """Read one row of a table.

    Args:
        row: the row.
        kind: the table it stands in.
        key: identifies it within the table.
        directory: resolves names.
    """
    item = Item(
        kind=kind,
        number=row.number,
        key=key,
        category=category_cell(row),
        title=flat(clean(row.cell(Column.TITLE).text).text),
        place=row.place,
        printed_number=row.printed,
        notes=row.notes,
    )
    if kind is ListKind.BASIC:
        return ItemReading(replace(item, splits=(Split(None, "lead", True),)))
    if kind is ListKind.RECLAIMED:
        return _read_reclaimed(item, row, directory)
    return _CooperativeReader(item, row, directory).read()


def category_cell(row: ItemRow) -> str:
    """Category of a row; empty where its cell says that there is none."""
    category = flat(clean(row.cell(Column.CATEGORY).text).text)
    return "" if says_nothing(category) else category


def _names(directory: Directory, text: str) -> Names:
    return Names() if says_nothing(text) else directory.read_names(text)


def _read_reclaimed(item: Item, row: ItemRow, directory: Directory) -> ItemReading:
    receiving, printed_method, labels = receiving_cells(row)
    names = _names(directory, receiving)
    method = "" if says_nothing(printed_method) else printed_method
    splits = tuple(
        Split(n.department, "take-over", True, (n.surface,), catch_all=names.catch_all)
        for n in names.namings
    )
    item = replace(
        item,
        departments=names.departments,
        catch_all=names.catch_all,
        splits=splits,
        method=method,
    )
    out = ItemReading(item)

    def doubt(code: str, quote: str, **facts: object) -> None:
        out.findings.append(
            finding(code, item.place, quote, list_kind=item.kind, item=item.key, facts=facts)
        )

    if not names.namings:
        doubt("departments-missing", receiving or item.title)
    if printed_method and not method:
        doubt("cell-says-nothing", printed_method, column=Column.METHOD)
    elif not method:
        doubt("method-missing", item.title)
    if labels > 1:
        doubt("method-label-repeated", method, count=labels)
    reading = read_cell(clean(method), directory)
    headed = {n.department: n.surface for h in reading.headings for n in h.namings}
    for department, surface in headed.items():
        if department not in names.departments:
            doubt("method-names-other-department", surface, name=department.name)
    if headed:
        for naming in names.namings:
            if naming.department not in headed:
                doubt(
                    "receiving-department-without-work",
                    naming.surface,
                    name=naming.department.name,
                )
    mentioned = {d: s for _, s, d in directory.mentions(method) if d not in names.departments}
    for department, surface in mentioned.items():
        if department not in headed:
            doubt("method-mentions-other-department", surface, name=department.name)
    return out


class _CooperativeReader:
    """Reads the two duty cells of a cooperative row and splits the duties by party."""

    def __init__(self, item: Item, row: ItemRow, directory: Directory) -> None:
        self.item = item
        self.row = row
        self.directory = directory
        self.out = ItemReading(item)
        self.named = _names(directory, department_cell(row))
        self.duties: list[Duty] = []
        self.counts: Counter[Side] = Counter()
        self.surfaces: dict[Department, list[str]] = {}
        self.roles: dict[Department, str] = {}  # that headings give
        self.catch_alls: dict[Department, str] = {}

    def read(self) -> ItemReading:
        for column, of_town in ((Column.DEPARTMENT_DUTIES, False), (Column.TOWN_DUTIES, True)):
            cell = self.row.cell(column)
            text = clean(cell.text, cell.start)
            reading = read_cell(text, self.directory, of_town=of_town)
            self._take(text, reading, column, joined=cell.start is None)
        self.item = replace(
            self.item,
            departments=self.named.departments,
            catch_all=self.named.catch_all,
            duties=tuple(_ordered(self.duties)),
            splits=tuple(self._splits()),
        )
        self.out.item = self.item
        self._check_parties()
        return self.out

    def _doubt(self, code: str, quote: str, **facts: object) -> None:
        self.out.findings.append(
            finding(
                code,
                self.item.place,
                quote,
                list_kind=self.item.kind,
                item=self.item.key,
                facts=facts,
            )
        )

    def _take(self, cell: CleanText, reading: CellReading, column: Column, *, joined: bool) -> None:
        for printed in dict.fromkeys(reading.nothing):
            self._doubt("cell-says-nothing", printed, column=column)
        if not reading.entries and not reading.nothing and column not in self.row.missing:
            self._doubt("duties-missing", self.item.title, column=column)
        used = {entry.phase for entry in reading.entries}
        for phase in dict.fromkeys(reading.phases):
            if phase not in used:
                self._doubt("phase-without-duties", phase)
        for fault in reading.faults:
            self._doubt(
                fault.code, fault.found.printed, expected=fault.expected, number=fault.found.number
            )
        for heading in reading.headings:
            self._note(heading)
        of_town = column is Column.TOWN_DUTIES
        for entry in reading.entries:
            self.duties.append(self._duty(cell, entry, of_town or entry.town, joined))

    def _note(self, names: Names) -> None:
        for naming in names.namings:
            seen = self.surfaces.setdefault(naming.department, [])
            if naming.surface not in seen:
                seen.append(naming.surface)
            if naming.role != "lead":
                self.roles[naming.department] = naming.role
            if names.catch_all:
                self.catch_alls.setdefault(naming.department, names.catch_all)

    def _duty(self, cell: CleanText, entry: Entry, of_town: bool, joined: bool) -> Duty:
        text = entry.text
        start, end = cell.span(entry.start, entry.end)
        side = Side.TOWN if of_town else Side.DEPARTMENT
        self.counts[side] += 1
        parties: tuple[Department, ...] = ()
        attribution = Attribution.SOLE
        subject: Department | None = None
        leading = self.directory.leading_name(text)
        if not of_town:
            parties = self._parties(entry)
            attribution = (
                Attribution.UNATTRIBUTED
                if not parties
                else Attribution.JOINT
                if len(parties) > 1
                else Attribution.SOLE
            )
            if not parties and leading is not None:
                subject = leading[1]
            if parties and leading is not None:
                shared = _SHARED.match(text, len(leading[0]))
                if shared:
                    self.catch_alls.setdefault(parties[0], shared.group())
        return Duty(
            side=side,
            position=self.counts[side],
            order=0,
            text=text,
            number=entry.enumerator.printed if entry.enumerator else "",
            phase=entry.phase,
            parties=parties,
            attribution=attribution,
            actions=find_actions(self._masked(text)),
            place=self.item.place,
            start=None if joined else start,
            end=None if joined else end,
            subject=subject,
        )

    def _masked(self, text: str) -> str:
        """The text with the names of organisations blanked, offsets kept."""
        for start, name, _ in self.directory.mentions(text):
            text = text[:start] + NAME * len(name) + text[start + len(name) :]
        return text

    def _parties(self, entry: Entry) -> tuple[Department, ...]:
        if entry.names is not None and entry.names.namings:
            return entry.names.departments
        # A heading that names only a catch-all (其他部门：) attributes to nobody by name.
        if entry.names is None and len(self.named.departments) == 1:
            return self.named.departments
        return ()

    def _splits(self) -> Iterable[Split]:
        for naming in self.named.namings:
            seen = self.surfaces.setdefault(naming.department, [])
            if naming.surface not in seen:
                seen.insert(0, naming.surface)
            if self.named.catch_all:
                self.catch_alls.setdefault(naming.department, self.named.catch_all)
        roles = dict(self.roles)
        for naming in self.named.namings:
            if naming.role != "lead":
                roles[naming.department] = naming.role
        headed = dict.fromkeys((*self.named.departments, *self.surfaces))
        for department in headed:
            carried = tuple((d.side, d.position) for d in self.duties if department in d.parties)
            yield Split(
                department,
                roles.get(department, "lead"),
                department in self.named.departments,
                tuple(self.surfaces[department]),
                carried,
                self.catch_alls.get(department, ""),
            )
        town = tuple((d.side, d.position) for d in self.duties if d.side is Side.TOWN)
        yield Split(None, "assist", True, duties=town)

    def _check_parties(self) -> None:
        named = self.named.departments
        if not named:
            self._doubt("departments-missing", self.item.title)
        unattributed = [d for d in self.duties if d.attribution is Attribution.UNATTRIBUTED]
        if unattributed and named:
            self._doubt(
                "duties-unattributed",
                unattributed[0].text,
                count=len(named),
                duties=len(unattributed),
            )
        for split in self.item.splits:
            if split.department is None:
                continue
            quote = split.surfaces[0]
            if not split.named:
                self._doubt("department-not-listed", quote, name=split.department.name)
            elif not split.duties and len(named) > 1 and self.surfaces_headed():
                self._doubt("department-without-duties", quote, name=split.department.name)

    def surfaces_headed(self) -> bool:
        """True where some duty of this row is attributed by a heading."""
        return any(duty.parties for duty in self.duties)


def _ordered(duties: Sequence[Duty]) -> Iterable[Duty]:
    """Number the duties of each block, that is of the same side, parties and phase."""
    counts: dict[tuple[object, ...], int] = {}
    for duty in duties:
        block = (duty.side, duty.parties, duty.phase)
        counts[block] = counts.get(block, 0) + 1
        yield replace(duty, order=counts[block])
