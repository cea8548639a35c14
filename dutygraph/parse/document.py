"""A document's rows → `DutyList`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from dutygraph.catalogue import finding
from dutygraph.departments import Directory
from dutygraph.errors import UnreadableError
from dutygraph.model import Claim, DutyList, Finding, Item, ListKind, Place
from dutygraph.parse import checks
from dutygraph.parse.items import department_cell, read_item, receiving_cells
from dutygraph.parse.preamble import read_preamble
from dutygraph.parse.tables import Table, Tables, read_tables
from dutygraph.parse.towns import town_of
from dutygraph.readers.base import Document

_EDITION = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Given:
    """What is known about a document beside its text; an empty field is read from the cover.

    Attributes:
        division: division code of the town (653131101), or its full printed chain of names.
        edition: date of the edition, ``YYYY-MM`` or ``YYYY``.
        title: title of the document.
        markings: markings that are not printed on it.
        synthetic: the document is simulated; one that says so itself is, too.
        hint: file name of the document, with its folders, which may name the town.
    """

    division: str = ""
    edition: str = ""
    title: str = ""
    markings: tuple[str, ...] = ()
    synthetic: bool = False
    hint: str = ""


def parse_document(document: Document, given: Given | None = None) -> DutyList:
    """Read a duty list.

    Nothing is dropped: what cannot be read is a finding of the result.

    Args:
        document: rows as their reader gave them.
        given: what is known beside the text.

    Raises:
        UnreadableError: the document has no table of a duty list, a table lacks a column, or what
            *given* says is no division or no date.
    """
    given = given or Given()
    where = document.source.name
    tables = read_tables(document.rows, where)
    preamble = read_preamble(tables.before, tables.titles)
    findings: list[Finding] = [
        finding(a.code, a.place, a.quote, what=a.quote) for a in document.anomalies
    ]
    if preamble.place == Place():
        preamble.place = document.rows[0].place
    town, doubts = town_of(
        preamble.naming,
        preamble.place,
        division=given.division,
        hint=given.hint,
        where=where,
        digest=document.source.sha256,
    )
    synthetic = given.synthetic or preamble.synthetic
    # No table lists an invented town.
    findings.extend(d for d in doubts if not (synthetic and d.code == "division-unlisted"))
    edition = given.edition or preamble.edition
    if given.edition and not _EDITION.fullmatch(given.edition):
        raise UnreadableError(
            f"edition {given.edition!r} is no date", where=where, hint="YYYY-MM or YYYY"
        )
    if not given.edition:
        findings.extend(preamble.findings)
    if not edition:
        edition = "undated"
        findings.append(finding("edition-undated", preamble.place, preamble.title))
    findings.extend(_table_findings(tables, document.rows[0].place))
    directory = Directory(town, _department_cells(tables))
    items: list[Item] = []
    for table in tables.by_kind.values():
        keys = _keys(table)
        findings.extend(checks.numbering_findings(table, keys))
        for row, key in zip(table.rows, keys, strict=True):
            reading = read_item(row, table.kind, key, directory)
            items.append(reading.item)
            findings.extend(checks.row_findings(row, table.kind, key))
            findings.extend(reading.findings)
    findings = checks.without_habits(findings, items)
    findings.extend(checks.repeated_rows(items))
    findings.extend(checks.name_findings(items, directory))
    claims = tuple(
        Claim(s.subject, s.number, checks.count(s.subject, items), s.place, s.part, s.quote)
        for s in preamble.statements
    )
    findings.extend(checks.claim_findings(claims, tables.by_kind))
    findings.extend(checks.category_findings(preamble.statements, tables.by_kind))
    return DutyList(
        town=town,
        edition=edition,
        title=given.title or preamble.title or f"{town.name}履职事项清单",
        source=document.source,
        items=tuple(items),
        claims=claims,
        findings=_in_order(findings, document),
        markings=tuple(dict.fromkeys((*preamble.markings, *given.markings))),
        introduction=preamble.paragraphs,
        synthetic=synthetic,
    )


def _department_cells(tables: Tables) -> list[str]:
    cells: list[str] = []
    for table in tables.by_kind.values():
        for row in table.rows:
            if table.kind is ListKind.COOPERATIVE:
                cells.append(department_cell(row))
            elif table.kind is ListKind.RECLAIMED:
                cells.append(receiving_cells(row)[0])
    return cells


def _keys(table: Table) -> list[str]:
    """A key for each row: its number, with -2, -3 … behind a number that was there before."""
    counts: Counter[int] = Counter()
    keys = []
    for row in table.rows:
        counts[row.number] += 1
        suffix = f"-{counts[row.number]}" if counts[row.number] > 1 else ""
        keys.append(f"{row.number}{suffix}")
    return keys


def _table_findings(tables: Tables, first: Place) -> list[Finding]:
    out = []
    for kind in ListKind:
        table = tables.by_kind.get(kind)
        if table is None:
            out.append(finding("table-missing", first, "", list_kind=kind))
        elif not table.rows:
            out.append(finding("table-empty", table.place, table.title, list_kind=kind))
    for row in tables.stray:
        text = " ".join(cell.text.strip() for cell in row.cells).strip()
        out.append(finding("stray-text", row.place, text))
    return out


def _in_order(findings: list[Finding], document: Document) -> tuple[Finding, ...]:
    """By place in the document, so that the same document gives the same numbering of findings.

    A finding at a place that holds no row, such as a line of control characters only, comes behind
    the last row before it.
    """
    order = {row.place: number for number, row in enumerate(document.rows)}
    lines = [row.place.line or 0 for row in document.rows]

    def position(place: Place) -> int:
        if place in order:
            return order[place]
        return bisect_right(lines, place.line) - 1 if place.line else -1

    return tuple(sorted(findings, key=lambda f: (position(f.place), f.place.line or 0, f.code)))
