"""What a report holds: the tables of one edition, its measures and its findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from dutygraph import query
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.network.categories import category_table, department_categories
from dutygraph.network.centrality import edge_table, node_table
from dutygraph.network.editions import EDITION_COLUMNS, Edition, edition_of
from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table
from dutygraph.network.profile import action_profiles, action_table, action_totals
from dutygraph.network.summary import measure_table
from dutygraph.report.statements import statement_table, statements
from dutygraph.store import Store
from dutygraph.table import Column, Table, Value
from dutygraph.validate import Result, validate_edition
from dutygraph.vocab import fold

QUERIES = (
    "lists",
    "categories",
    "departments",
    "items",
    "splits",
    "duties",
    "reclaimed",
    "actions",
    "claims",
)
"""Saved queries that a report asks, beside what it asks about the source."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An edition to report on.

    Attributes:
        town: name of the town.
        division: its code.
        edition: the edition.
        others: editions of the town that the store holds beside this one.
        newest: it was taken because it is the newest, not because it was asked for.
    """

    town: str
    division: str
    edition: str
    others: tuple[str, ...] = ()
    newest: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report about one edition shows.

    Attributes:
        town: name of the town.
        division: its code.
        edition: the edition.
        title: of the document.
        other_editions: editions of the town that the store holds beside this one.
        newest: it was taken because it is the newest, not because it was asked for.
        synthetic: True for a simulated list.
        markings: printed markings (内部, 公布版).
        sha256: digest of the source.
        tool_version: version of dutygraph that read it.
        tables: by name, as they are written: measures (``department-load``, ``department-pairs``,
            ``actions``, ``action-totals``, ``action-profiles``, ``categories``, ``department-categories``,
            ``measures``, ``nodes``, ``edges``, ``statements``), results of saved queries (``lists``,
            ``departments``, ``items``, ``splits``, ``duties``, ``reclaimed``, ``claims``) and
            ``findings``.
        results: findings, the weightiest first.
    """

    town: str
    division: str
    edition: str
    title: str
    other_editions: tuple[str, ...]
    newest: bool
    synthetic: bool
    markings: tuple[str, ...]
    sha256: str
    tool_version: str
    tables: dict[str, Table]
    results: Sequence[Result]


def choose(store: Store, *, towns: Iterable[str] = (), edition: str = "") -> list[Chosen]:
    """Which editions a report is about: one a town.

    Args:
        store: where to ask.
        towns: division codes or names; all towns of the store where there are none.
        edition: of each town; its newest where it is left out.

    Returns:
        The editions in the order of division codes. Towns that have not got the edition that was
        asked for are left out, unless they were asked for too.

    Raises:
        UnknownNameError: there is no such town or edition, a town that was asked for has not got the
            edition, or a name is that of several towns.
        UsageError: the store holds no list, or two lists of one town and edition.
    """
    names: dict[str, str] = {}
    editions: dict[str, list[str]] = {}
    for row in query.run(store, "lists"):
        division = str(row["division"])
        names[division] = str(row["town"])
        editions.setdefault(division, []).append(str(row["edition"]))
    known = [f"{code} {name}" for code, name in names.items()]
    divisions: set[str] = set()
    for town in towns:
        found = {c for c, name in names.items() if c == town or fold(name) == fold(town)}
        if len(found) != 1:
            raise UnknownNameError("town", town, known, where="report")
        divisions |= found
    by_name = bool(divisions)
    divisions = divisions or set(names)
    if not divisions:
        raise UsageError(
            "there is no duty list with items", hint="dutygraph build PATH --store DIR"
        )
    out = []
    for division in sorted(divisions):
        # An undated list is older than any that is dated.
        dated = sorted(editions[division], key=lambda one: (one[:1].isdigit(), one))
        if len(set(dated)) < len(dated):
            raise UsageError(
                f"there are two lists of {division} {names[division]} with the same date",
                hint="keep real and simulated lists in stores of their own",
            )
        if edition and edition not in dated:
            if by_name or len(divisions) == 1:
                raise UnknownNameError("edition", edition, dated, where=names[division])
            continue
        chosen = edition or dated[-1]
        others = tuple(one for one in dated if one != chosen)
        out.append(Chosen(names[division], division, chosen, others, newest=not edition))
    if not out:
        every = sorted({one for dated in editions.values() for one in dated})
        raise UnknownNameError("edition", edition, every)
    return out


def gather(store: Store, *, town: str = "", edition: str = "") -> Content:
    """Ask a store for all that a report about one edition shows.

    Args:
        store: where to ask.
        town: division code or name; the only town of the store where it is left out.
        edition: of the town; its newest where it is left out.

    Raises:
        UnknownNameError: there is no such town or edition, or several towns and none was named.
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    chosen = choose(store, towns=[town] if town else (), edition=edition)
    if len(chosen) != 1:
        known = [f"{one.division} {one.town}" for one in chosen]
        raise UnknownNameError("town", town, known, where="report")
    return gather_edition(store, chosen[0])


def gather_edition(store: Store, chosen: Chosen) -> Content:
    """Ask a store for all that a report about a chosen edition shows.

    Raises:
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    which: dict[str, str | int] = {"town": chosen.division, "edition": chosen.edition}
    asked = {name: query.run(store, name, {} if name == "lists" else which) for name in QUERIES}
    return _content(store, chosen, {name: _only(table, chosen) for name, table in asked.items()})


def gather_editions(store: Store, chosen: Sequence[Chosen]) -> Iterator[Content]:
    """Ask a store for all that reports about several editions show, one after the other.

    Each saved query is asked once for all of them: asked for one town it still looks at every town.

    Raises:
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    columns: dict[str, tuple[Column, ...]] = {}
    rows: dict[tuple[str, Edition], list[tuple[Value, ...]]] = defaultdict(list)
    for name in QUERIES:
        table = query.run(store, name)
        columns[name] = table.columns
        places = [table.column_names.index(key) for key in ("division", "edition")]
        for row in table.rows:
            rows[name, (str(row[places[0]]), str(row[places[1]]))].append(row)
    for one in chosen:
        edition = (one.division, one.edition)
        asked = {
            name: Table(name, columns[name], rows.pop((name, edition), [])) for name in QUERIES
        }
        yield _content(store, one, asked)


def _only(table: Table, chosen: Chosen) -> Table:
    """The rows of one edition."""
    edition = (chosen.division, chosen.edition)
    rows = [tuple(row.values()) for row in table if edition_of(row) == edition]
    return Table(table.name, table.columns, rows)


def _content(store: Store, chosen: Chosen, asked: dict[str, Table]) -> Content:
    (row,) = asked["lists"]
    results = validate_edition(store, chosen.division, chosen.edition)
    about = _about(store, chosen.division, chosen.edition)
    tables = {**asked, **measured(asked), "findings": findings_table(results, chosen)}
    tables["statements"] = statement_table(statements(tables), row)
    return Content(
        town=chosen.town,
        division=chosen.division,
        edition=chosen.edition,
        title=str(row["title"]),
        other_editions=chosen.others,
        newest=chosen.newest,
        synthetic=bool(row["synthetic"]),
        markings=tuple(sorted(about["marking"])),
        sha256=next(iter(about["sha256"]), ""),
        tool_version=next(iter(about["version"]), ""),
        tables=tables,
        results=results,
    )


def measured(asked: Mapping[str, Table]) -> dict[str, Table]:
    """The tables of measures, from the tables of the saved queries; of one or many editions.

    Args:
        asked: by name; ``lists``, ``categories``, ``departments``, ``items``, ``duties`` and
            ``actions`` are used.

    Raises:
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    items, duties, actions = asked["items"], asked["duties"], asked["actions"]
    load = department_load(items, duties, asked["departments"])
    pairs = pair_table(items)
    out = (
        load,
        pairs,
        action_table(duties, actions),
        action_totals(duties, actions),
        action_profiles(items, duties, actions),
        category_table(asked["categories"]),
        department_categories(items, duties),
        measure_table(asked["lists"], load, items, duties, actions, pairs),
        node_table(load, pairs, items),
        edge_table(pairs),
    )
    return {table.name: table for table in out}


# What a report asks about the source of an edition.
ABOUT = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dg: <https://w3id.org/dutygraph/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?what ?value WHERE {
  GRAPH ?list {
    ?list dcterms:publisher/dg:divisionCode ?_town ; dg:edition ?_edition .
    { ?list dg:marking ?value . BIND("marking" AS ?what) }
    UNION
    { ?list prov:hadPrimarySource/dg:sha256 ?value . BIND("sha256" AS ?what) }
    UNION
    { ?list prov:wasGeneratedBy/prov:wasAssociatedWith/dg:toolVersion ?value .
      BIND("version" AS ?what) }
  }
}
ORDER BY ?what ?value
"""


def _about(store: Store, division: str, edition: str) -> dict[str, list[str]]:
    text = query.bind(ABOUT, {"town": Literal(division), "edition": Literal(edition)})
    out: dict[str, list[str]] = {what: [] for what in ("marking", "sha256", "version")}
    for what, value in store.select(text).rows:
        if isinstance(what, Literal) and isinstance(value, Literal):
            out[what.value].append(value.value)
    return out


FINDING_COLUMNS = (
    Column("severity", zh="轻重", en="violation, warning or info"),
    Column("code", zh="代码", en="kind of finding"),
    Column("list", zh="清单类型", en="list kind of the item concerned"),
    Column("number", zh="序号", en="key of the item concerned"),
    Column("message_zh", zh="说明", en="what is wrong and what to do, in Chinese"),
    Column("message_en", zh="说明（英文）", en="the same in English"),
    Column("place", zh="位置", en="where in the source"),
    Column("line", "integer", zh="行号", en="line of the source"),
    Column("quote", zh="原文", en="the source text"),
    Column("other_place", zh="另一位置", en="second place, where two contradict each other"),
    Column("other_quote", zh="另一处原文", en="the text there"),
    *EDITION_COLUMNS,
)


def findings_table(results: Sequence[Result], chosen: Chosen) -> Table:
    """Findings of an edition as a table."""
    rows: list[tuple[Value, ...]] = [
        (
            str(r.severity),
            r.code,
            r.list_kind,
            r.item,
            r.message_zh,
            r.message_en,
            r.place,
            r.line,
            r.quote,
            r.other_place,
            r.other_quote,
            chosen.town,
            chosen.division,
            chosen.edition,
        )
        for r in results
    ]
    return Table("findings", FINDING_COLUMNS, rows)
