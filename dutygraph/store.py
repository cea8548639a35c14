"""Where the graphs are: in this process (Oxigraph, in memory or in a folder) or behind a SPARQL
1.1 endpoint. Both answer the same questions with the same terms.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Final, Protocol, Self, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse_query_results,
)
from pyoxigraph import Store as Oxigraph

from dutygraph import resources
from dutygraph.__about__ import __version__
from dutygraph.errors import RemoteError, StoreError, UsageError
from dutygraph.rdf import in_order, ntriples

if TYPE_CHECKING:
    import rdflib

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

MARKER: Final = "dutygraph-store.json"
"""File by which a folder is known to be a store of ours."""

_LAYOUT: Final = 1
# What pyoxigraph raises of its own accord: OSError for the disk and the network, RuntimeError for
# damaged files and for the rest.
_TROUBLE: Final = (OSError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Solutions:
    """Answer to a SELECT query: variables, and rows of terms (None where unbound)."""

    variables: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]


class Store(Protocol):
    """What every place of graphs can do."""

    def select(self, query: str) -> Solutions:
        """Answer a SELECT query."""

    def ask(self, query: str) -> bool:
        """Answer an ASK query."""

    def construct(self, query: str) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE query."""


def _solutions(results: QuerySolutions) -> Solutions:
    variables = tuple(variable.value for variable in results.variables)
    return Solutions(variables, [tuple(solution) for solution in results])


class Embedded:
    """An Oxigraph store in this process.

    Use `open_packaged`, `Embedded.in_memory`, `Embedded.open` or `Embedded.create`, and close it
    or use it as a context manager. One process at a time may write to a folder; any number may
    read while none writes.
    """

    def __init__(self, store: Oxigraph, folder: Path | None = None, lock: _Lock | None = None):
        self._store: Oxigraph | None = store
        self._lock = lock
        self.folder = folder

    @classmethod
    def in_memory(cls, quads: Iterable[Quad] = ()) -> Self:
        """A store that is gone when the process ends."""
        store = Oxigraph()
        store.bulk_extend(quads)
        return cls(store)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Open a store folder for reading. A folder on a read-only disk will do.

        Raises:
            StoreError: the folder is missing, not ours, damaged, or being written to.
        """
        return cls._open(Path(folder), write=False)

    @classmethod
    def create(cls, folder: str | os.PathLike[str]) -> Self:
        """Open a store folder for writing; it is made where there is none.

        Raises:
            StoreError: the folder is not empty and not ours, cannot be written, is damaged, or is
                in use by another process.
        """
        path = Path(folder)
        marker = path / MARKER
        try:
            if path.exists() and not path.is_dir():
                raise StoreError("is a file, not a store folder", where=str(path))
            if not marker.exists():
                if path.exists() and any(path.iterdir()):
                    raise StoreError(
                        "is not empty and not a dutygraph store",
                        where=str(path),
                        hint="choose a new or empty folder",
                    )
                path.mkdir(parents=True, exist_ok=True)
                about = {"layout": _LAYOUT, "made_by": f"dutygraph {__version__}"}
                marker.write_text(json.dumps(about) + "\n", encoding="utf-8")
        except OSError as error:
            raise StoreError(
                f"cannot be made: {error.strerror}", where=str(path), hint="check its permissions"
            ) from error
        return cls._open(path, write=True)

    @classmethod
    def _open(cls, path: Path, *, write: bool) -> Self:
        marker = path / MARKER
        if not path.is_dir():
            what = "is a file, not a store folder" if path.exists() else "no such store folder"
            raise StoreError(what, where=str(path), hint="make one with: dutygraph build --store")
        try:
            about = json.loads(marker.read_text(encoding="utf-8"))
            layout = about["layout"]
        except FileNotFoundError:
            raise StoreError(
                f"is not a dutygraph store (it has no {MARKER})", where=str(path)
            ) from None
        except (*_TROUBLE, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{MARKER} is damaged: {error}", where=str(path)) from error
        if layout != _LAYOUT:
            raise StoreError(
                f"has layout {layout}, this version reads {_LAYOUT}",
                where=str(path),
                hint="build it again",
            )
        lock = _Lock(marker, exclusive=write)
        data = path / "oxigraph"
        try:
            if _lost_its_head(data):
                # Oxigraph would begin a new, empty store in the place of the old one.
                raise StoreError(
                    "is damaged: the file oxigraph/CURRENT is missing",
                    where=str(path),
                    hint="build it again into a new folder",
                )
            # Oxigraph leaves it undefined what a reader sees beside a living writer; our lock
            # keeps them apart.
            if write:
                store = Oxigraph(data)
            elif data.is_dir():
                store = Oxigraph.read_only(str(data))
            else:
                raise StoreError(
                    "holds no data yet", where=str(path), hint="dutygraph build --store"
                )
        except _TROUBLE as error:
            lock.release()
            raise StoreError(
                f"cannot be opened: {_one_line(error)}",
                where=str(path),
                hint="if it is damaged, build it again into a new folder",
            ) from error
        except StoreError:
            lock.release()
            raise
        return cls(store, path, lock)

    @property
    def _open_store(self) -> Oxigraph:
        if self._store is None:
            raise StoreError("the store has been closed", where=str(self.folder or "memory"))
        return self._store

    def close(self) -> None:
        """Close the store and let others write to its folder."""
        self._store = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        with self._reading():
            return len(self._open_store)

    def __iter__(self) -> Iterator[Quad]:
        with self._reading():
            yield from self._open_store

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        with self._reading():
            names = list(self._open_store.named_graphs())
        return sorted(name.value for name in names if isinstance(name, NamedNode))

    def graph(self, iri: str) -> list[Quad]:
        """Quads of one named graph, sorted; empty where there is none of that name."""
        with self._reading():
            found = list(self._open_store.quads_for_pattern(None, None, None, NamedNode(iri)))
        return in_order(found)

    def as_rdflib(self) -> rdflib.Dataset:
        """The store as an rdflib dataset: a view of the same data, answered by Oxigraph.

        It is for reading. The view ends when the store is closed.
        """
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=self._open_store))

    def replace(self, iri: str, quads: Sequence[Quad]) -> None:
        """Replace one named graph as a whole, in one transaction, and save it to disk.

        Readers see the old graph or the new one, never a mixture. When this returns, the graph is
        on disk.

        Args:
            iri: name of the graph.
            quads: all of its quads.

        Raises:
            StoreError: a quad belongs to another graph or has a blank node, or the disk is full
                or cannot be written; the store is then as it was.
        """
        name = NamedNode(iri)
        if any(quad.graph_name != name for quad in quads):
            raise StoreError(f"a quad does not belong to the graph <{iri}>")
        # They have no identity outside their file, so an update could not take them out again.
        if any(isinstance(node, BlankNode) for q in quads for node in (q.subject, q.object)):
            raise StoreError(f"a quad of the graph <{iri}> has a blank node", hint="give it an IRI")
        store = self._open_store
        try:
            old = set(store.quads_for_pattern(None, None, None, name))
            new = set(quads)
            if not old:
                store.extend(quads)
            elif old != new:
                # Only what differs, in one update, because an update is one transaction.
                parts = []
                for verb, part in (("DELETE DATA", old - new), ("INSERT DATA", new - old)):
                    text = ntriples(part).decode("utf-8")
                    parts.append(f"{verb} {{ GRAPH <{iri}> {{ {text} }} }}")
                store.update(" ;\n".join(parts))
            store.flush()
        except _TROUBLE as error:
            raise StoreError(
                self._disk_trouble(error), where=str(self.folder or "memory")
            ) from error

    def _disk_trouble(self, error: Exception) -> str:
        reason = _one_line(error)
        if self.folder is None:
            return f"could not be written: {reason}"
        with contextlib.suppress(OSError):
            free = shutil.disk_usage(self.folder).free
            return f"could not be written ({free / 2**20:,.0f} MiB free): {reason}"
        return f"could not be written: {reason}"

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn trouble of Oxigraph's, which can come with any row, into an error of ours."""
        try:
            yield
        except _TROUBLE as error:
            raise StoreError(
                f"could not be read: {_one_line(error)}",
                where=str(self.folder or "memory"),
                hint="if it is damaged, build it again into a new folder" if self.folder else "",
            ) from error

    def _query(self, query: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        try:
            return self._open_store.query(query)
        except SyntaxError as error:
            raise UsageError(f"the query is not valid SPARQL: {error.msg}") from error
        except UnicodeEncodeError as error:
            raise UsageError("the query is not valid Unicode", hint="save it as UTF-8") from error

    def select(self, query: str) -> Solutions:
        """Answer a SELECT query.

        Raises:
            UsageError: the query is not valid SPARQL or no SELECT query.
            StoreError: the store is damaged, or a SERVICE that the query names does not answer.
        """
        with self._reading():
            results = self._query(query)
            if not isinstance(results, QuerySolutions):
                raise UsageError("the query is no SELECT query")
            return _solutions(results)

    def ask(self, query: str) -> bool:
        """Answer an ASK query.

        Raises:
            UsageError: the query is not valid SPARQL or no ASK query.
            StoreError: the store is damaged, or a SERVICE that the query names does not answer.
        """
        with self._reading():
            results = self._query(query)
            if not isinstance(results, QueryBoolean):
                raise UsageError("the query is no ASK query")
            return bool(results)

    def construct(self, query: str) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE query.

        Raises:
            UsageError: the query is not valid SPARQL or gives no triples.
            StoreError: the store is damaged, or a SERVICE that the query names does not answer.
        """
        with self._reading():
            results = self._query(query)
            if not isinstance(results, QueryTriples):
                raise UsageError("the query is no CONSTRUCT or DESCRIBE query")
            return list(results)


def open_packaged() -> Embedded:
    """The graphs that ship with the package, in memory.

    Raises:
        StoreError: a graph file is missing or damaged.
    """
    store = Oxigraph()
    paths = resources.files("data", "graph/*.trig")
    for path in paths:
        try:
            # Our own files, checked when they were built, so the parser need not check them again.
            store.load(path=str(path), format=RdfFormat.TRIG, lenient=True)
        except (OSError, SyntaxError) as error:
            raise StoreError(f"is damaged: {error}", where=str(path)) from error
    return Embedded(store)


def _lost_its_head(data: Path) -> bool:
    """Whether a folder holds data of Oxigraph's without the file that says which are valid."""
    if (data / "CURRENT").exists():
        return False
    return any(any(data.glob(pattern)) for pattern in ("*.sst", "[0-9]*.log"))


class _Lock:
    """Shared lock for readers, exclusive lock for a writer, on the marker file of a folder."""

    def __init__(self, marker: Path, *, exclusive: bool) -> None:
        self._file: IO[bytes] | None = None
        try:
            import fcntl
        except ImportError:  # Windows: Oxigraph's own lock keeps two writers apart
            return
        try:
            # flock works on a file that was opened for reading, so also on a read-only disk.
            file = marker.open("rb")
        except OSError as error:
            raise StoreError(
                f"{MARKER} cannot be opened: {error.strerror}", where=str(marker.parent)
            ) from error
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except OSError:
            file.close()
            use = "in use by another process" if exclusive else "being written by another process"
            raise StoreError(
                f"is {use}", where=str(marker.parent), hint="try again when it has ended"
            ) from None
        self._file = file

    def __del__(self) -> None:
        # A store that nobody closed gives its lock back when it is no longer used.
        self.release()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Remote:
    """A SPARQL 1.1 endpoint, asked through SPARQLWrapper.

    Args:
        endpoint: address of its query service.
        timeout: seconds that it may take for one answer.
    """

    def __init__(self, endpoint: str, *, timeout: float = 60.0) -> None:
        if not endpoint.startswith(("http://", "https://")):
            raise UsageError(
                f"{endpoint!r} is no endpoint address", hint="it begins with http:// or https://"
            )
        self.endpoint = endpoint
        self.timeout = timeout

    def _ask(self, query: str, accept: str, expected: Sequence[str]) -> bytes:
        from urllib.error import URLError

        from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

        client = SPARQLWrapper(self.endpoint)
        client.setMethod(POST)
        client.setTimeout(max(1, round(self.timeout)))
        client.setQuery(query)
        # setReturnFormat knows only some names; the header says it exactly.
        client.addCustomHttpHeader("Accept", accept)
        try:
            response = client.query().response
            media_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
            body = bytes(response.read())
        except SPARQLExceptions.QueryBadFormed as error:
            raise UsageError(f"the endpoint refused the query: {_one_line(error)}") from error
        except (TimeoutError, SPARQLExceptions.SPARQLWrapperException, URLError, OSError) as error:
            raise RemoteError(
                f"did not answer: {_one_line(error)}",
                where=self.endpoint,
                hint="check the address, and that the server runs",
            ) from error
        if media_type not in expected:
            raise RemoteError(
                f"answered with {media_type or 'no media type'}, not with {expected[0]}",
                where=self.endpoint,
                hint="is this the address of a SPARQL query service?",
            )
        return body

    def _results(self, query: str) -> QuerySolutions | QueryBoolean:
        kind = "application/sparql-results+json"
        body = self._ask(query, kind, (kind, "application/json"))
        try:
            return parse_query_results(body, format=QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise RemoteError(
                f"sent a broken result: {_one_line(error)}", where=self.endpoint
            ) from error

    def select(self, query: str) -> Solutions:
        """Answer a SELECT query.

        Raises:
            UsageError: the endpoint refused the query, or it is no SELECT query.
            RemoteError: the endpoint did not answer, or not as the protocol says.
        """
        results = self._results(query)
        if not isinstance(results, QuerySolutions):
            raise UsageError("the query is no SELECT query")
        try:
            return _solutions(results)
        except (SyntaxError, ValueError) as error:
            raise RemoteError(
                f"sent a broken result: {_one_line(error)}", where=self.endpoint
            ) from error

    def ask(self, query: str) -> bool:
        """Answer an ASK query.

        Raises:
            UsageError: the endpoint refused the query, or it is no ASK query.
            RemoteError: the endpoint did not answer, or not as the protocol says.
        """
        results = self._results(query)
        if not isinstance(results, QueryBoolean):
            raise UsageError("the query is no ASK query")
        return bool(results)

    def construct(self, query: str) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE query.

        Raises:
            UsageError: the endpoint refused the query.
            RemoteError: the endpoint did not answer, or not as the protocol says.
        """
        from pyoxigraph import parse

        kind = "application/n-triples"
        body = self._ask(query, kind, (kind,))
        try:
            return [quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)]
        except SyntaxError as error:
            raise RemoteError(
                f"sent broken triples: {_one_line(error)}", where=self.endpoint
            ) from error


_MISREAD_ESCAPE: Final = re.compile(r"\\\\[uU][0-9A-Fa-f]{4}")


class RdflibStore:
    """An rdflib dataset, for those who have one, and to check that queries are portable.

    Args:
        dataset: one named graph per edition, and the reference graph.
    """

    def __init__(self, dataset: object) -> None:
        self.dataset = dataset

    def _json(self, query: str) -> QuerySolutions | QueryBoolean:
        if _MISREAD_ESCAPE.search(query):
            # rdflib resolves \u0022 before it parses, even where its backslash is escaped: a value
            # that holds such text could end its string and change the query.
            raise UsageError("rdflib cannot be asked for text that holds a \\u escape")
        result = self.dataset.query(query)  # type: ignore[attr-defined]
        if result.type not in ("SELECT", "ASK"):
            raise UsageError("the query is no SELECT or ASK query")
        return parse_query_results(result.serialize(format="json"), format=QueryResultsFormat.JSON)

    def select(self, query: str) -> Solutions:
        """Answer a SELECT query."""
        results = self._json(query)
        if not isinstance(results, QuerySolutions):
            raise UsageError("the query is no SELECT query")
        return _solutions(results)

    def ask(self, query: str) -> bool:
        """Answer an ASK query."""
        results = self._json(query)
        if not isinstance(results, QueryBoolean):
            raise UsageError("the query is no ASK query")
        return bool(results)

    def construct(self, query: str) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE query."""
        from pyoxigraph import parse

        text = self.dataset.query(query).serialize(format="nt")  # type: ignore[attr-defined]
        return [quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)]


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
