"""What a report holds: the tables of one edition, its measures and its findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from dutygraph import network, query
from dutygraph.errors import UnknownNameError
from dutygraph.store import Store
from dutygraph.table import Column, Table, Value
from dutygraph.validate import Result, validate_edition
from dutygraph.vocab import fold

_QUERIES = (
    "lists",
    "categories",
    "departments",
    "items",
    "splits",
    "duties",
    "department-pairs",
    "reclaimed",
    "actions",
    "claims",
)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report about one edition shows.

    Attributes:
        town, division, edition, title: of the edition.
        other_editions: editions of the town that the store holds beside this one.
        markings: printed markings (内部, 公布版).
        sha256: digest of the source.
        tool_version: version of dutygraph that read it.
        tables: by name, those of the saved queries, ``department-load``, ``concentration`` and
            ``findings``.
        results: findings, the weightiest first.
        balance: part of the items that departments lead or took back.
        town_duties, department_duties, unattributed_duties: numbers of cooperative duties.
    """

    town: str
    division: str
    edition: str
    title: str
    other_editions: tuple[str, ...]
    markings: tuple[str, ...]
    sha256: str
    tool_version: str
    tables: dict[str, Table]
    results: Sequence[Result]
    balance: float | None
    town_duties: int
    department_duties: int
    unattributed_duties: int


def gather(store: Store, *, town: str = "", edition: str = "") -> Content:
    """Ask a store for all that a report shows.

    Args:
        store: where to ask.
        town: division code or name; the only town of the store where it is left out.
        edition: of the town; its newest where it is left out.

    Raises:
        UnknownNameError: there is no such town or edition, or several towns and none was named.
    """
    lists = query.run(store, "lists")
    divisions = {
        str(row["division"])
        for row in lists
        if not town or row["division"] == town or fold(str(row["town"])) == fold(town)
    }
    if len(divisions) != 1:
        known = [f"{r['division']} {r['town']}" for r in lists]
        raise UnknownNameError("town", town, dict.fromkeys(known), where="report")
    (division,) = divisions
    editions = sorted(str(r["edition"]) for r in lists if r["division"] == division)
    chosen = edition or editions[-1]
    if chosen not in editions:
        raise UnknownNameError("edition", edition, editions)
    which: dict[str, str | int] = {"town": division, "edition": chosen}
    tables = {name: query.run(store, name, {} if name == "lists" else which) for name in _QUERIES}
    row = next(r for r in lists if r["division"] == division and r["edition"] == chosen)
    tables["lists"] = Table("lists", lists.columns, [tuple(row.values())])
    load = network.department_load(tables["items"], tables["duties"], tables["departments"])
    tables["department-load"] = load
    tables["concentration"] = network.concentration(load)
    results = validate_edition(store, division, chosen)
    tables["findings"] = findings_table(results)
    about = _about(store, division, chosen)
    kinds = [
        (duty["key"], duty["side"], duty["position"], duty["party_kind"])
        for duty in tables["duties"]
    ]
    distinct = set(kinds)  # a joint duty has a row for each of its parties
    return Content(
        town=str(row["town"]),
        division=division,
        edition=chosen,
        title=str(row["title"]),
        other_editions=tuple(e for e in editions if e != chosen),
        markings=tuple(sorted(about["marking"])),
        sha256=next(iter(about["sha256"]), ""),
        tool_version=next(iter(about["version"]), ""),
        tables=tables,
        results=results,
        balance=network.balance(row),
        town_duties=sum(kind == "town" for *_, kind in distinct),
        department_duties=sum(kind == "department" for *_, kind in distinct),
        unattributed_duties=sum(kind == "unattributed" for *_, kind in distinct),
    )


_ABOUT = """
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
    text = query.bind(_ABOUT, {"town": Literal(division), "edition": Literal(edition)})
    out: dict[str, list[str]] = {"marking": [], "sha256": [], "version": []}
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
)


def findings_table(results: Sequence[Result]) -> Table:
    """Findings as a table."""
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
        )
        for r in results
    ]
    return Table("findings", FINDING_COLUMNS, rows)
