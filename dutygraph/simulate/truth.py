"""The truth of a corpus as tables, and the saved queries' tables made of it without any reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from dutygraph import reference
from dutygraph.actions import NAME, find_actions
from dutygraph.query import load_queries
from dutygraph.simulate.concepts import pool
from dutygraph.simulate.editions import Event
from dutygraph.simulate.offices import Offices
from dutygraph.simulate.planting import Faulty
from dutygraph.simulate.printing import ItemText, ListText
from dutygraph.table import Column, Table, Value

TRUTH: Final[Mapping[str, tuple[str, ...]]] = {
    "lists": (
        "document",
        "town",
        "chain",
        "division",
        "edition",
        "format",
        "variants",
        "faults",
    ),
    "items": (
        "document",
        "division",
        "edition",
        "list",
        "number",
        "key",
        "category",
        "title",
        "departments",
        "concept",
        "change",
    ),
    "duties": (
        "document",
        "list",
        "number",
        "key",
        "side",
        "position",
        "parties",
        "phase",
        "text",
    ),
    "concepts": ("concept", "title", "list", "category", "broader"),
    "events": (
        "division",
        "edition_from",
        "edition_to",
        "concept",
        "change",
        "list_from",
        "key_from",
        "list_to",
        "key_to",
        "detail",
    ),
    "department-changes": ("division", "edition", "kind", "old", "new"),
    "faults": ("document", "fault", "finding", "list", "key", "quote"),
}
"""Truth tables by name, with their columns."""

QUERIES: Final = ("lists", "items", "duties", "departments", "reclaimed")
"""Saved queries whose tables `query_tables` makes."""

_INTEGERS: Final = frozenset({"number", "position"})


def truth_table(name: str, rows: Iterable[Sequence[Value]]) -> Table:
    """A truth table of some rows."""
    columns = tuple(
        Column(column, "integer" if column in _INTEGERS else "string") for column in TRUTH[name]
    )
    return Table(name, columns, [tuple(row) for row in rows])


def list_row(faulty: Faulty, file_format: str) -> tuple[Value, ...]:
    """The row of a document in ``lists``."""
    one = faulty.content
    return (
        one.document,
        one.place.name,
        one.place.chain,
        one.place.division,
        one.plan.date,
        file_format,
        one.style.variants,
        " ".join(dict.fromkeys(fault.fault for fault in faulty.planted)),
    )


def fault_rows(faulty: Faulty) -> Iterator[tuple[Value, ...]]:
    """The rows of a document in ``faults``: one for each finding that has to be reported."""
    for one in faulty.planted:
        yield (
            faulty.content.document,
            one.fault,
            one.finding,
            one.which or None,
            one.key or None,
            one.quote or None,
        )


def item_rows(one: ListText) -> Iterator[tuple[Value, ...]]:
    """The rows of a document in ``items``."""
    for item in one.items:
        yield (
            one.document,
            one.place.division,
            one.plan.date,
            item.which,
            item.number,
            item.key,
            item.category,
            item.title,
            "、".join(item.departments),
            " ".join(item.concepts),
            " ".join(item.changes),
        )


def duty_rows(one: ListText) -> Iterator[tuple[Value, ...]]:
    """The rows of a document in ``duties``."""
    for item in one.items:
        for duty in item.duties:
            yield (
                one.document,
                item.which,
                item.number,
                item.key,
                duty.side,
                duty.position,
                "、".join(duty.parties),
                duty.phase,
                duty.text,
            )


def concept_rows(word: str = "乡镇") -> Iterator[tuple[Value, ...]]:
    """The rows of ``concepts``: every concept and its parts."""
    for concept in pool().concepts.values():
        title = concept.title.replace("{t}", word)
        yield (concept.key, title, concept.which, concept.category, concept.broader or None)


def event_rows(
    before: ListText, after: ListText, events: Iterable[Event]
) -> Iterator[tuple[Value, ...]]:
    """The rows of ``events`` between two documents; items that a document lacks are left empty."""
    first = {item.uid: item for item in reversed(before.items)}
    second = {item.uid: item for item in reversed(after.items)}
    for event in events:
        old = first.get(event.before) if event.before is not None else None
        new = second.get(event.after) if event.after is not None else None
        yield (
            after.place.division,
            before.plan.date,
            after.plan.date,
            event.concept,
            event.change,
            old.which if old else None,
            old.key if old else None,
            new.which if new else None,
            new.key if new else None,
            event.detail.replace("{t}", after.place.word).replace("{lead}", "牵头部门") or None,
        )


def query_tables(lists: Iterable[ListText]) -> dict[str, Table]:
    """Tables of the saved queries in `QUERIES`, of some documents.

    ``line`` is empty and ``place`` is empty: they belong to a document of some format. ``actions``
    is what the action lexicon reads in the duty's text; everything else is truth.
    """
    groups = [((one.place.division, one.plan.date), _query_rows(one)) for one in lists]
    groups.sort(key=lambda group: group[0])
    columns = {query.name: query.columns for query in load_queries().values()}
    return {
        name: Table(name, columns[name], [row for _, rows in groups for row in rows[place]])
        for place, name in enumerate(QUERIES)
    }


def _query_rows(one: ListText) -> tuple[list[tuple[Value, ...]], ...]:
    """Rows of one document, for each of `QUERIES`."""
    printed = sorted(one.items, key=lambda item: (item.which, item.number, item.key))
    duties = [row for i in printed if i.which == "cooperative" for row in _query_duties(one, i)]
    reclaimed = [row for i in printed if i.which == "reclaimed" for row in _query_reclaimed(one, i)]
    items = [_query_item(one, item) for item in printed]
    return [_query_list(one)], items, duties, _query_departments(one), reclaimed


def _query_list(one: ListText) -> tuple[Value, ...]:
    counts = Counter(item.which for item in one.items)
    return (
        one.place.name,
        one.place.division,
        one.plan.date,
        counts["basic"],
        counts["cooperative"],
        counts["reclaimed"],
        one.title,
        True,
    )


def _query_item(one: ListText, item: ItemText) -> tuple[Value, ...]:
    return (
        one.place.name,
        one.plan.date,
        item.which,
        item.number,
        item.category,
        item.title,
        "、".join(item.departments),
        None,
        one.place.division,
        item.key,
        "",
    )


def _query_duties(one: ListText, item: ItemText) -> Iterator[tuple[Value, ...]]:
    orders: Counter[tuple[object, ...]] = Counter()
    names = sorted(
        {name for named in item.named for name in (named.printed, named.heading)},
        key=len,
        reverse=True,
    )
    for duty in item.duties:
        block = (duty.side, duty.parties, duty.phase)
        orders[block] += 1
        masked = duty.text
        for name in names:
            masked = masked.replace(name, NAME * len(name))
        town = duty.side == "town"
        kind = "town" if town else "department" if duty.parties else "unattributed"
        attribution = (
            "sole"
            if town or len(duty.parties) == 1
            else "joint"
            if duty.parties
            else "unattributed"
        )
        for party in ("乡镇",) if town else sorted(duty.parties) or ("",):
            yield (
                one.place.name,
                one.plan.date,
                item.which,
                item.number,
                party,
                kind,
                duty.phase,
                orders[block],
                duty.text,
                _actions(masked),
                None,
                one.place.division,
                item.key,
                duty.side,
                duty.position,
                attribution,
                "",
            )


@lru_cache(maxsize=1 << 17)
def _actions(masked: str) -> str:
    """Codes of the actions in a text, each once, in the order of the words."""
    return " ".join(dict.fromkeys(use.action for use in find_actions(masked)))


def _query_reclaimed(one: ListText, item: ItemText) -> Iterator[tuple[Value, ...]]:
    for name in sorted(item.departments) or ("",):
        yield (
            one.place.name,
            one.plan.date,
            item.number,
            item.category,
            item.title,
            name,
            item.method,
            None,
            one.place.division,
            item.key,
        )


def _query_departments(one: ListText) -> list[tuple[Value, ...]]:
    items: Counter[str] = Counter()
    parts: dict[str, float] = {}
    reclaimed: Counter[str] = Counter()
    types: dict[str, str] = {}
    for item in one.items:
        for named in item.named:
            types.setdefault(named.name, named.type)
        for duty in item.duties:
            for party in duty.parties:
                parts.setdefault(party, 0.0)
        if item.which == "cooperative":
            items.update(item.departments)
            for name in item.departments:
                parts[name] = parts.get(name, 0.0) + 1 / len(item.departments)
        elif item.which == "reclaimed":
            reclaimed.update(item.departments)
    rows: list[tuple[Value, ...]] = []
    names = sorted(
        {*items, *parts, *reclaimed},
        key=lambda name: (-items[name], -round(parts.get(name, 0.0), 6), name),
    )
    for name in names:
        kind = _type_of(types.get(name, ""), one.offices, name)
        rows.append(
            (
                one.place.name,
                one.plan.date,
                name,
                kind.zh if kind else "",
                kind.system if kind else "",
                items[name],
                round(parts.get(name, 0.0), 6),
                reclaimed[name],
                one.place.division,
                kind.en if kind else "",
                kind is not None,
            )
        )
    return rows


def _type_of(key: str, bodies: Offices, name: str) -> reference.DepartmentType | None:
    """The type under which the reference data know a department's name; None for an unknown one."""
    types = reference.department_types()
    if key and bodies.name(key) == name:
        return types[bodies.owner(key)]
    bare = name.removeprefix(f"{bodies.level}委")
    for kind in types.values():
        if name in (kind.zh, *kind.forms) or (kind.party and bare in (kind.zh, *kind.forms)):
            return kind
    return None
