"""Compares lists: two towns, two editions, many towns, several editions of several towns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from dutygraph import reference
from dutygraph.compare.aligning import Aligned, computed, given, succession
from dutygraph.compare.alignment import Concepts, Pair, concepts_of, pairs_between, pairs_from
from dutygraph.compare.bodies import bodies, labels
from dutygraph.compare.concepts import Thresholds, concept_table, presence, towns_of
from dutygraph.compare.differences import Matched, differences, duty_differences, matched
from dutygraph.compare.gather import About, gather
from dutygraph.compare.listing import KINDS, Listing, edition_order, listings
from dutygraph.compare.lists import by_category, by_department_type, list_similarity, moves
from dutygraph.compare.rebounds import by_row, rebounds
from dutygraph.compare.statements import statements
from dutygraph.compare.steps import editions
from dutygraph.compare.towns import town_matrix, town_order
from dutygraph.compare.unusual import category_deviations, type_deviations, unusual, unusual_items
from dutygraph.errors import UsageError
from dutygraph.network.across import type_load
from dutygraph.network.editions import Edition
from dutygraph.network.load import department_load
from dutygraph.report.statements import STATEMENT_COLUMNS, Statement
from dutygraph.store import Store
from dutygraph.table import Column, Table, Value

LISTS_COLUMNS: Final = (
    Column("order", "integer", "", "次序", "place in the comparison, from 1"),
    Column("town", zh="乡镇", en="town"),
    Column("division", zh="行政区划代码", en="its division code"),
    Column("edition", zh="版次", en="edition"),
    Column("items", "integer", "items", "事项数", "its items"),
    *(
        Column(kind, "integer", "items", zh, f"of them {kind}")
        for kind, zh in zip(KINDS, ("基本履职", "配合履职", "上级部门收回"), strict=True)
    ),
    Column("title", zh="标题", en="title of the document"),
    Column("synthetic", "boolean", "", "模拟数据", "the list was made by a program"),
    Column("sha256", zh="来源摘要", en="digest of the source"),
    Column("origin", zh="来源", en="path that was given; empty: the store"),
)
"""Columns of the table ``lists`` of a comparison."""

PAIR_TABLES: Final = (
    "differences",
    "duty-differences",
    "list-similarity",
    "by-category",
    "by-department-type",
    "moves",
)
"""Tables about two lists, or about each step from edition to edition."""
TOWN_TABLES: Final = (
    "concepts",
    "presence",
    "town-matrix",
    "town-order",
    "unusual",
    "unusual-items",
    "category-deviations",
    "type-deviations",
)
"""Tables about many towns."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared and found.

    Attributes:
        lists: the lists, in the order of the comparison.
        tables: by name, in order: ``lists``; `PAIR_TABLES`, of two lists or of each step from one
            edition of a town to the next; ``editions`` where there are such steps; `TOWN_TABLES`
            where there are several towns beside more than two lists; ``rebounds``; ``statements``.
        summary: in words.
        main: name of the table to look at first.
        alignment: ``given`` or ``computed``.
        decisions: file of a researcher's decisions that was used; empty: none.
        warnings: what a reader has to know, a line each.
        lang: language in which it is written down, ``zh`` or ``en``.
    """

    lists: tuple[About, ...]
    tables: dict[str, Table]
    summary: tuple[Statement, ...]
    main: str
    alignment: str
    decisions: str = ""
    warnings: tuple[str, ...] = ()
    lang: str = "zh"

    @property
    def synthetic(self) -> bool:
        """True where a list of them was made by a program."""
        return any(one.synthetic for one in self.lists)


def compare(
    store: Store | None,
    *wanted: str | os.PathLike[str],
    alignment: Any = None,
    successors: Mapping[str, frozenset[str]] | None = None,
    decisions: str | os.PathLike[str] | None = None,
    all_editions: bool = False,
    thresholds: Thresholds | None = None,
    lang: str = "zh",
) -> Comparison:
    """Compare lists of towns, editions, or both.

    Two lists are compared item by item. Of several editions of a town each is compared with the next
    one. More than two lists of several towns are compared by concepts, with the newest of those
    editions of each town.

    Args:
        store: where to ask for towns; None where only paths are given.
        *wanted: each TOWN (division code or name: its newest edition), TOWN@EDITION, or the path of a
            document or graph file, which is read without a store (PATH@EDITION gives a document
            another edition). A single TOWN means all its editions, none at all every town of the
            store. Of two editions of a town the earlier is the first, in whatever order they come.
        alignment: which items are the same: a table of pairs (`dutygraph.align.pairs`), a table of
            mappings or what has one (`dutygraph.align.concepts.Alignment`), or several of these;
            aligned here where it is left out.
        successors: types of departments that have the duties of an older type, by key or label;
            `dutygraph.changes.successors` where it is left out.
        decisions: file of a researcher's decisions (SSSOM), which come before what is computed.
        all_editions: take all editions of each TOWN and not only the newest.
        thresholds: what core, common and usual mean among many towns.
        lang: language of what is written down, ``zh`` or ``en``.

    Raises:
        UnknownNameError: there is no such town or edition, or a name is that of several towns.
        UnreadableError: a file is missing or cannot be read.
        UsageError: the same list is named twice, there is only one list, the alignment does not fit
            the lists, or decisions come with a finished alignment.
        DutyGraphError: the packages of ``dutygraph[align]`` are not installed.
    """
    if alignment is not None and decisions is not None:
        raise UsageError("decisions are for an alignment that is yet to be computed")
    found = gather(store, wanted, all_editions=all_editions)
    lists = listings(found.tables, [one.id for one in found.lists], places=found.places)
    aligned = given(alignment) if alignment is not None else None
    if aligned is None:
        aligned = computed(
            found.tables,
            lists,
            steps_of(lists),
            concepts=len(lists) > 2,
            successors=successors,
            decisions=Path(decisions) if decisions is not None else None,
        )
    tables = compare_tables(
        found.tables, lists, aligned, successors=successors, thresholds=thresholds
    )
    summary = tuple(statements(tables | {"lists": _lists(found.lists, lists)}))
    tables = {"lists": _lists(found.lists, lists), **tables}
    tables["statements"] = _statement_table(summary)
    return Comparison(
        found.lists,
        tables,
        summary,
        "differences" if "differences" in tables else "unusual",
        aligned.origin,
        os.fspath(decisions) if decisions is not None else "",
        (*found.warnings, *aligned.problems),
        lang,
    )


def steps_of(lists: Sequence[Listing]) -> list[tuple[Listing, Listing]]:
    """Pairs of lists that are compared item by item.

    Args:
        lists: in the order of the comparison.

    Returns:
        The two lists, the earlier edition first where they are of one town; of more than two lists
        each edition of a town with its next one.
    """
    if len(lists) == 2 and lists[0].division != lists[1].division:
        return [(lists[0], lists[1])]
    by_town: dict[str, list[Listing]] = {}
    for one in lists:
        by_town.setdefault(one.division, []).append(one)
    out: list[tuple[Listing, Listing]] = []
    for some in by_town.values():
        some.sort(key=lambda one: edition_order(one.edition))
        out += pairwise(some)
    return out


def compare_tables(
    tables: Mapping[str, Table],
    lists: Sequence[Listing],
    aligned: Aligned,
    *,
    successors: Mapping[str, frozenset[str]] | None = None,
    thresholds: Thresholds | None = None,
) -> dict[str, Table]:
    """Compare lists that are there as tables; `compare` without a store.

    Args:
        tables: of the saved queries ``items``, ``duties``, ``departments`` and ``reclaimed``.
        lists: see `dutygraph.compare.listing.listings`; at least two.
        aligned: which items are the same.
        successors: see `compare`.
        thresholds: see `compare`.

    Returns:
        Tables by name, in order, without ``lists`` and ``statements``.

    Raises:
        UsageError: the alignment does not fit the lists, or says nothing of some of them.
    """
    out: dict[str, Table] = {}
    concepts = concepts_of(aligned.mappings, lists) if aligned.mappings is not None else None
    loads = _loads(tables, [one.id for one in lists])
    steps = [
        matched(a, b, _pairs(aligned, concepts, a, b), bodies(a, b, _newer(a, b, successors)))
        for a, b in steps_of(lists)
    ]
    back = rebounds(lists, steps, concepts)
    if steps:
        compared = [
            _pair_tables(step, back, loads, _newer(step.a, step.b, successors)) for step in steps
        ]
        for name in PAIR_TABLES:
            parts = [one[name] for one in compared]
            rows = [row for part in parts for row in part.rows]
            out[name] = Table(name, parts[0].columns, rows)
        if all(step.a.division == step.b.division for step in steps):
            both = [(step, one["differences"]) for step, one in zip(steps, compared, strict=True)]
            out["editions"] = editions(both, back)
    if len(lists) > 2 and len({one.division for one in lists}) > 1:
        if concepts is None:
            raise UsageError(
                "more than two lists of several towns need mappings to concepts, not only pairs"
            )
        out |= _town_tables(newest(lists), concepts, loads, successors, thresholds)
    out["rebounds"] = back
    return out


def newest(lists: Iterable[Listing]) -> list[Listing]:
    """The newest list of each town, in the order of the towns."""
    out: dict[str, Listing] = {}
    for one in lists:
        known = out.get(one.division)
        if known is None or edition_order(known.edition) < edition_order(one.edition):
            out[one.division] = one
    return list(out.values())


def _newer(
    a: Listing, b: Listing, successors: Mapping[str, frozenset[str]] | None
) -> Mapping[str, frozenset[str]]:
    return succession(a.id, b.id) if successors is None else successors


def _pairs(aligned: Aligned, concepts: Concepts | None, a: Listing, b: Listing) -> list[Pair]:
    """Pairs of two lists, from a table of pairs where one is about them, else from concepts."""
    for table in aligned.pairs:
        lists = {
            (str(row[f"division_{side}"]), str(row[f"edition_{side}"]))
            for row in table
            for side in "ab"
            if row[f"key_{side}"]
        }
        if {a.id, b.id} <= lists:
            return pairs_between(table, a, b)
    if concepts is not None:
        return pairs_from(concepts, a, b)
    raise UsageError(
        f"the alignment says nothing of {'@'.join(a.id)} and {'@'.join(b.id)}",
        hint="give a table of their pairs, or mappings",
    )


def _loads(tables: Mapping[str, Table], wanted: Sequence[Edition]) -> dict[Edition, Table]:
    """Load of the department types of each list."""
    parts = [_by_edition(tables[name]) for name in ("items", "duties", "departments")]
    out = {}
    for edition in wanted:
        items, duties, departments = (part(edition) for part in parts)
        out[edition] = type_load(department_load(items, duties, departments), items, duties)
    return out


def _by_edition(table: Table) -> Callable[[Edition], Table]:
    """A table cut into those of each list, once for all lists."""
    places = [table.column_names.index(name) for name in ("division", "edition")]
    rows: dict[Edition, list[tuple[Value, ...]]] = {}
    for row in table.rows:
        rows.setdefault((str(row[places[0]]), str(row[places[1]])), []).append(row)
    return lambda edition: Table(table.name, table.columns, rows.get(edition, []))


def _pair_tables(
    step: Matched, back: Table, loads: Mapping[Edition, Table], newer: Mapping[str, frozenset[str]]
) -> dict[str, Table]:
    found = differences(step, by_row(step, back))
    some = (
        found,
        duty_differences(step),
        list_similarity(step),
        by_category(step),
        by_department_type(step, (loads[step.a.id], loads[step.b.id]), newer),
        moves(found),
    )
    return {table.name: table for table in some}


def _town_tables(
    lists: Sequence[Listing],
    concepts: Concepts,
    loads: Mapping[Edition, Table],
    successors: Mapping[str, frozenset[str]] | None,
    thresholds: Thresholds | None,
) -> dict[str, Table]:
    from dutygraph import changes

    newer = labels(changes.successors() if successors is None else successors)
    towns = towns_of(concepts, lists)
    matrix = town_matrix(towns)
    order = town_order(towns, matrix)
    items = unusual_items(towns, thresholds, newer)
    parts = [loads[one.id] for one in lists]
    load = Table("type-load", parts[0].columns, [row for part in parts for row in part.rows])
    english = {known.zh: known.en for known in reference.categories().values()}
    some = (
        concept_table(towns, thresholds, newer),
        presence(towns),
        matrix,
        order,
        unusual(towns, items, order),
        items,
        category_deviations(lists, english),
        type_deviations(load, lists),
    )
    return {table.name: table for table in some}


def _lists(abouts: Sequence[About], lists: Sequence[Listing]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for order, (about, listing) in enumerate(zip(abouts, lists, strict=True), 1):
        kinds = [sum(item.list == kind for item in listing.items.values()) for kind in KINDS]
        rows.append(
            (
                order,
                *listing.whose,
                len(listing.items),
                *kinds,
                about.title,
                about.synthetic,
                about.sha256,
                about.origin,
            )
        )
    return Table("lists", LISTS_COLUMNS, rows)


def _statement_table(summary: Sequence[Statement]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (number, one.zh, one.en, float(one.value), one.table, "、".join(one.rows))
        for number, one in enumerate(summary, 1)
    ]
    return Table("statements", STATEMENT_COLUMNS, rows)
