"""What is compared: lists of a store by town and edition, documents and graph files, as tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from dutygraph import graph, query
from dutygraph.build import find_sources, read_editions
from dutygraph.compare.listing import edition_order
from dutygraph.divisions import derived_forms
from dutygraph.errors import UnknownNameError, UnreadableError, UsageError
from dutygraph.model import Severity
from dutygraph.network.editions import Edition, edition_of
from dutygraph.parse.document import Given
from dutygraph.rdf import SUFFIXES, read_graph_file
from dutygraph.store import Embedded, Store
from dutygraph.table import Table, Value
from dutygraph.vocab import fold

QUERIES: Final = ("lists", "items", "duties", "departments", "reclaimed")
"""Saved queries that a comparison asks, beside what it asks about the sources and places."""
SOURCES: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dg: <https://w3id.org/dutygraph/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?division ?edition ?sha256 WHERE {
  GRAPH ?list {
    ?list dcterms:publisher/dg:divisionCode ?division ;
          dg:edition ?edition ;
          prov:hadPrimarySource/dg:sha256 ?sha256 .
  }
}
ORDER BY ?division ?edition ?sha256
"""
"""Digests of the sources of all lists."""
PLACES: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dg: <https://w3id.org/dutygraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?division ?edition ?name ?level WHERE {
  GRAPH ?list {
    ?list dcterms:publisher ?town ;
          dg:edition ?edition .
    ?town dg:divisionCode ?division ;
          dcterms:spatial/dcterms:isPartOf+ ?above .
    ?above skos:prefLabel ?name ;
           dg:divisionLevel ?level .
    FILTER(LANG(?name) = "zh")
  }
}
ORDER BY ?division ?edition ?level ?name
"""
"""Names of the divisions above the towns of all lists."""

# Up to so many lists are asked for one by one: each question looks at every town of the store.
_ONE_BY_ONE: Final = 4


@dataclass(frozen=True, slots=True)
class About:
    """A list that is compared.

    Attributes:
        town, division, edition: whose it is.
        title: of the document.
        synthetic: the list was made by a program.
        sha256: digest of the source; empty where it is not recorded.
        origin: the path that was given; empty for a list of the store.
        newest: it was taken because it is the newest of its town, not because it was asked for.
        others: editions of the town in the store that are not compared.
    """

    town: str
    division: str
    edition: str
    title: str = ""
    synthetic: bool = False
    sha256: str = ""
    origin: str = ""
    newest: bool = False
    others: tuple[str, ...] = ()

    @property
    def id(self) -> Edition:
        """Division code and edition."""
        return self.division, self.edition


@dataclass(frozen=True, slots=True)
class Gathered:
    """Lists that are compared, and what was asked of them.

    Attributes:
        lists: in the order of the comparison: towns as they were named, editions by date.
        tables: of the saved queries, of these lists.
        places: names of the divisions above each town.
        warnings: what a reader has to know, a line each.
    """

    lists: tuple[About, ...]
    tables: dict[str, Table]
    places: dict[Edition, tuple[str, ...]]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    about: About
    shelf: _Shelf


class _Shelf:
    """A store, and what it says of all its lists, asked once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rows = list(query.run(store, "lists"))
        self._digests: dict[Edition, str] = {}
        for division, edition, digest in _texts(store, SOURCES):
            self._digests.setdefault((division, edition), digest)

    def found(self, row: Mapping[str, Value]) -> _Found:
        """The list of a row of the saved query."""
        edition = edition_of(dict(row))
        about = About(
            str(row["town"]),
            *edition,
            str(row["title"] or ""),
            bool(row["synthetic"]),
            self._digests.get(edition, ""),
        )
        return _Found(about, self)

    @cached_property
    def places(self) -> dict[Edition, tuple[str, ...]]:
        """Names of the divisions above each town, and forms of them that can mean nothing else."""
        out: dict[Edition, dict[str, None]] = {}
        for division, edition, name, level in _texts(self.store, PLACES):
            forms = derived_forms(name, level.rpartition("level-")[2])
            # 和平 of 和平县 is a word too.
            certain = [form for form in forms if form.endswith(tuple("省市盟州县区旗"))]
            out.setdefault((division, edition), {}).update(dict.fromkeys([name, *certain]))
        return {edition: tuple(names) for edition, names in out.items()}


def _texts(store: Store, text: str) -> Iterator[tuple[str, ...]]:
    """Rows of a SELECT query in which everything is bound, as text."""
    for row in store.select(text).rows:
        yield tuple(term.value for term in row if isinstance(term, Literal | NamedNode))


def gather(
    store: Store | None, wanted: Sequence[str | os.PathLike[str]], *, all_editions: bool = False
) -> Gathered:
    """Find the lists that are to be compared and ask for their tables.

    Args:
        store: where to ask for towns; None where only paths are given.
        wanted: TOWN (division code or name: its newest edition), TOWN@EDITION, or the path of a
            document or a graph file; PATH@EDITION gives a document another edition than it says. A
            single TOWN means all its editions. Every town of the store where there are none.
        all_editions: take all editions of each TOWN, not the newest.

    Raises:
        UnknownNameError: there is no such town or edition, or a name is that of several towns.
        UnreadableError: a file is missing or cannot be read.
        UsageError: the same list is named twice, or there is only one list.
    """
    warnings: list[str] = []
    found: list[_Found] = []
    texts = [os.fspath(one) for one in wanted]
    paths = {text: _path(text) for text in texts}
    shelf = None
    if not texts or None in paths.values():
        if store is None:
            raise UsageError(
                "there is no store to look for towns in", hint="give one, or only paths"
            )
        shelf = _Shelf(store)
    if not texts and shelf is not None:
        found = _of_store(shelf, "", all_editions=all_editions)
    for text in texts:
        path = paths[text]
        if path is not None:
            found += _of_path(*path, warnings)
        elif shelf is not None:
            found += _of_store(shelf, text, all_editions=all_editions or len(texts) == 1)
    _check(found)
    found = _ordered(found)
    tables = _tables(found)
    places = {one.about.id: one.shelf.places.get(one.about.id, ()) for one in found}
    return Gathered(tuple(one.about for one in found), tables, places, tuple(warnings))


def _check(found: Sequence[_Found]) -> None:
    seen: dict[Edition, _Found] = {}
    for one in found:
        if one.about.id in seen:
            origins = [o for o in (seen[one.about.id].about.origin, one.about.origin) if o]
            raise UsageError(
                f"the same list twice: {one.about.town} ({one.about.division}) {one.about.edition}",
                where=" and ".join(dict.fromkeys(origins)),
                hint="PATH@YYYY-MM gives a document another edition"
                if origins
                else "name two towns, or TOWN@EDITION for two editions",
            )
        seen[one.about.id] = one
    if len(found) == 1:
        about = found[0].about
        raise UsageError(
            f"{about.town} ({about.division}) has one edition only, {about.edition}",
            hint="name another town, or a document",
        )
    if not found:
        raise UsageError(
            "there is no duty list with items", hint="dutygraph build PATH --store DIR"
        )


def _ordered(found: Sequence[_Found]) -> list[_Found]:
    """Towns in the order in which they were named, their editions by date."""
    place: dict[str, int] = {}
    for one in found:
        place.setdefault(one.about.division, len(place))
    return sorted(
        found, key=lambda one: (place[one.about.division], edition_order(one.about.edition))
    )


def are_paths(wanted: Sequence[str | os.PathLike[str]]) -> bool:
    """True where there is something to be compared and all of it are paths, so that no store is
    needed.

    Raises:
        UnreadableError: one of them looks like a path, but there is no such file.
    """
    return bool(wanted) and all(_path(os.fspath(one)) is not None for one in wanted)


def _path(text: str) -> tuple[Path, str] | None:
    """Path and edition, if a text means a path."""
    if Path(text).is_file() or (Path(text) / "metadata.yaml").is_file():
        return Path(text), ""
    before, _, edition = text.rpartition("@")
    if before and (Path(before).is_file() or (Path(before) / "metadata.yaml").is_file()):
        return Path(before), edition
    name = before or text
    if os.sep in name or "/" in name or Path(name).suffix:
        raise UnreadableError("no such file", where=name)
    return None


def _of_path(path: Path, edition: str, warnings: list[str]) -> list[_Found]:
    """Lists of a document or a graph file."""
    if path.suffix.lower() in SUFFIXES:
        if edition:
            raise UsageError("a graph file keeps its edition", where=str(path))
        quads = read_graph_file(path)
    else:
        quads = []
        for one in read_editions(find_sources([path], Given(edition=edition))):
            quads += one.quads
            doubtful = [f for f in one.duty_list.findings if f.severity is not Severity.INFO]
            if doubtful:
                warnings.append(
                    f"{one.source.name}: {len(doubtful)} findings while reading; "
                    "dutygraph validate names them"
                )
    reference = graph.reference_quads()
    names = {quad.graph_name for quad in reference}
    store = Embedded.in_memory([q for q in quads if q.graph_name not in names] + reference)
    shelf = _Shelf(store)
    if not shelf.rows:
        raise UnreadableError("holds no duty list with items", where=str(path))
    found = [shelf.found(row) for row in shelf.rows]
    return [replace(one, about=replace(one.about, origin=str(path))) for one in found]


def _of_store(shelf: _Shelf, text: str, *, all_editions: bool) -> list[_Found]:
    """Lists of a store that a text means; of every town for an empty one."""
    names = {str(row["division"]): str(row["town"]) for row in shelf.rows}
    town, edition = text, ""
    if "@" in text and text not in {*names, *names.values()}:
        town, _, edition = text.rpartition("@")
    divisions = {
        code for code, name in names.items() if not town or code == town or fold(name) == fold(town)
    }
    if town and len(divisions) != 1:
        known = [f"{code} {name}" for code, name in names.items()]
        raise UnknownNameError("town", town, known, where="compare")
    out: list[_Found] = []
    for division in sorted(divisions):
        own = sorted(
            (row for row in shelf.rows if row["division"] == division),
            key=lambda row: edition_order(str(row["edition"])),
        )
        editions = [str(row["edition"]) for row in own]
        if len(set(editions)) < len(editions):
            raise UsageError(
                f"there are two lists of {division} {names[division]} with the same date",
                hint="keep real and simulated lists in stores of their own",
            )
        if edition and edition not in editions:
            raise UnknownNameError("edition", edition, editions, where=names[division])
        chosen = [edition] if edition else editions if all_editions else editions[-1:]
        others = tuple(one for one in editions if one not in chosen)
        for row in own:
            if str(row["edition"]) in chosen:
                one = shelf.found(row)
                newest = bool(others) and not edition
                out.append(replace(one, about=replace(one.about, newest=newest, others=others)))
    return out


def _tables(found: Sequence[_Found]) -> dict[str, Table]:
    """Tables of the saved queries, of these lists; each store is asked as seldom as it will do."""
    by_store: dict[int, list[_Found]] = {}
    for one in found:
        by_store.setdefault(id(one.shelf), []).append(one)
    parts: dict[str, list[Table]] = {name: [] for name in QUERIES}
    for some in by_store.values():
        for name in QUERIES:
            parts[name] += _asked(some, name)
    return {
        name: Table(name, tables[0].columns, [row for table in tables for row in table.rows])
        for name, tables in parts.items()
    }


def _asked(some: Sequence[_Found], name: str) -> list[Table]:
    store = some[0].shelf.store
    if name == "lists" or len(some) > _ONE_BY_ONE:
        return [_only(query.run(store, name), {one.about.id for one in some})]
    return [
        _only(query.run(store, name, {"town": division, "edition": edition}), {(division, edition)})
        for division, edition in (one.about.id for one in some)
    ]


def _only(table: Table, wanted: Iterable[Edition]) -> Table:
    keep = set(wanted)
    rows = [tuple(row.values()) for row in table if edition_of(row) in keep]
    return Table(table.name, table.columns, rows)
