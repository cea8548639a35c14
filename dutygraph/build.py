"""Documents → graphs: reads sources, writes their graphs to files or into a store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from dutygraph import graph, rdf
from dutygraph.errors import DutyGraphError
from dutygraph.files import write_whole
from dutygraph.model import DutyList
from dutygraph.sources import (
    METADATA,
    Failure,
    Reading,
    SourceFile,
    find_sources,
    read_all,
    read_document,
    read_source,
)
from dutygraph.store import Embedded
from dutygraph.vocab import REFERENCE_GRAPH, segment

__all__ = [
    "METADATA",
    "Edition",
    "Failure",
    "SourceFile",
    "find_sources",
    "load_into",
    "read_document",
    "read_editions",
    "read_source",
    "stale_graphs",
    "write_graphs",
]


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition that was read.

    Its quads are made each time they are asked for: kept for every edition of a large run they
    would take four times the memory of all the lists.
    """

    source: SourceFile
    duty_list: DutyList

    @property
    def quads(self) -> list[Quad]:
        """The quads of its graph, sorted."""
        return graph.quads(self.duty_list)

    @property
    def iri(self) -> str:
        """IRI of the edition, and name of its graph."""
        return graph.list_iri(self.duty_list)

    @property
    def file_name(self) -> str:
        """Name of its graph file: ``<division>-<edition>.trig``."""
        duty_list = self.duty_list
        mark = "synthetic-" if duty_list.synthetic else ""
        return f"{mark}{segment(duty_list.town.code)}-{segment(duty_list.edition)}.trig"


def read_editions(
    sources: Iterable[SourceFile], *, failures: list[Failure] | None = None
) -> Iterator[Edition]:
    """Read documents one by one.

    Args:
        sources: the documents.
        failures: gets the documents that were not taken; where it is None the first of them raises.

    Raises:
        UnreadableError: a document cannot be read as a duty list.
        UsageError: two documents are the same edition of the same town.
    """
    for one in read_all(sources):
        if isinstance(one, Reading):
            yield Edition(one.source, one.duty_list)
        elif failures is None:
            raise one.error
        else:
            failures.append(one)


def write_graphs(editions: Iterable[Edition], folder: str | os.PathLike[str]) -> list[Path]:
    """Write the graph of each edition, and the reference graph, as TriG files.

    Each file is complete or not there: it is written beside its place and then renamed.

    Args:
        editions: the editions.
        folder: where; it is made if it does not exist.

    Returns:
        The files, the reference graph last.

    Raises:
        DutyGraphError: the folder or a file cannot be written.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DutyGraphError(f"cannot be made: {error.strerror}", where=str(target)) from error
    out = []
    for name, quads in _files(editions):
        path = target / name
        write_whole(path, rdf.to_bytes(quads))
        out.append(path)
    return out


def stale_graphs(editions: Iterable[Edition], folder: str | os.PathLike[str]) -> list[Path]:
    """Graph files of a folder that are missing or not what would be written now."""
    stale = []
    for name, quads in _files(editions):
        path = Path(folder) / name
        if not path.is_file() or path.read_bytes() != rdf.to_bytes(quads):
            stale.append(path)
    return stale


def _files(editions: Iterable[Edition]) -> Iterator[tuple[str, list[Quad]]]:
    for edition in editions:
        yield edition.file_name, edition.quads
    yield "reference.trig", graph.reference_quads()


def load_into(store: Embedded, editions: Iterable[Edition]) -> None:
    """Put editions into a store, each replaced as a whole, and bring the reference graph up to date.

    Raises:
        StoreError: the store cannot be written; editions loaded before stay whole.
    """
    store.replace(REFERENCE_GRAPH, graph.reference_quads())
    for edition in editions:
        store.replace(edition.iri, edition.quads)
