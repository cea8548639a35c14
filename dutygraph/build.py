"""Documents → graphs: finds sources, reads them, writes their graphs to files or into a store.

Every document is read before anything is written, so that one bad document leaves everything as it
was.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from dutygraph import graph, rdf, reference
from dutygraph.errors import DutyGraphError, UnreadableError, UsageError
from dutygraph.files import write_whole
from dutygraph.model import DutyList
from dutygraph.parse.document import Given, parse_document
from dutygraph.readers.read import read_bytes, read_path
from dutygraph.store import Embedded
from dutygraph.vocab import REFERENCE_GRAPH, segment

METADATA = "metadata.yaml"
"""File beside a document that says what is known about it."""

_KNOWN = frozenset(
    [
        "file",
        "sha256",
        "division",
        "edition",
        "title",
        "language",
        "media_type",
        "origin",
        "markings",
        "markings_note",
        "synthetic",
    ]
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A document to read, and what its metadata say about it.

    Attributes:
        path: of the document; ``-`` for standard input.
        given: town, edition, title … from metadata.yaml or from the caller.
        sha256: of the file, as recorded; empty where nothing is recorded.
    """

    path: Path
    given: Given = Given()
    sha256: str = ""


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


def find_sources(
    paths: Iterable[str | os.PathLike[str]], given: Given | None = None
) -> list[SourceFile]:
    """Documents under some paths.

    A path is a document, a folder with a document and its metadata.yaml, or a folder of such
    folders.

    Args:
        paths: where to look.
        given: what the caller knows; it goes before what metadata.yaml says.

    Raises:
        UnreadableError: a path does not exist, or a folder holds no source.
        ReferenceDataError: a metadata.yaml is broken.
    """
    out: list[SourceFile] = []
    for path in map(Path, paths):
        if str(path) == "-" or path.is_file():
            out.append(_source(path, given))
        elif path.is_dir():
            folders = [path] if (path / METADATA).is_file() else sorted(path.iterdir())
            found = [
                _source(folder / _metadata(folder)["file"], given)
                for folder in folders
                if (folder / METADATA).is_file()
            ]
            if not found:
                raise UnreadableError(
                    f"holds no source (a folder with {METADATA})",
                    where=str(path),
                    hint="name the document itself",
                )
            out.extend(found)
        else:
            raise UnreadableError("no such file", where=str(path))
    return out


def _metadata(folder: Path) -> dict[str, Any]:
    path = folder / METADATA
    loaded = reference.load_yaml(path)
    if not isinstance(loaded, dict) or not isinstance(loaded.get("file"), str):
        raise UnreadableError("names no file", where=str(path), hint="add file: NAME")
    if Path(loaded["file"]).name != loaded["file"]:
        raise UnreadableError(
            f"file {loaded['file']!r} must be a plain name beside it", where=str(path)
        )
    if unknown := sorted(map(str, set(loaded) - _KNOWN)):
        raise UnreadableError(
            f"has unknown keys {', '.join(unknown)}",
            where=str(path),
            hint="known: " + ", ".join(sorted(_KNOWN)),
        )
    return loaded


def _strings(value: Any) -> tuple[str, ...]:
    """Strings of a YAML value: a list of them, a single one, or nothing."""
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _source(path: Path, given: Given | None) -> SourceFile:
    given = given or Given()
    if not (path.parent / METADATA).is_file():
        return SourceFile(path, given)
    known = _metadata(path.parent)
    if known["file"] != path.name:
        return SourceFile(path, given)
    merged = Given(
        division=given.division or str(known.get("division") or ""),
        edition=given.edition or str(known.get("edition") or ""),
        title=given.title or str(known.get("title") or ""),
        markings=_strings(known.get("markings")),
        synthetic=given.synthetic or bool(known.get("synthetic")),
    )
    return SourceFile(path, merged, str(known.get("sha256") or ""))


def read_source(source: SourceFile) -> DutyList:
    """Read one document.

    Raises:
        UnreadableError: it cannot be read as a duty list, or is not the recorded file.
    """
    if str(source.path) == "-":
        import sys

        return parse_document(read_bytes(sys.stdin.buffer.read(), "standard input"), source.given)
    document = read_path(source.path)
    if source.sha256:
        actual = hashlib.sha256(source.path.read_bytes()).hexdigest()
        if actual != source.sha256:
            raise UnreadableError(
                f"has sha256 {actual[:12]}…, but {METADATA} records {source.sha256[:12]}…",
                where=str(source.path),
                hint="the document was changed; restore it, or record the new digest",
            )
    return parse_document(document, source.given)


def read_document(
    path: str | os.PathLike[str], *, division: str = "", edition: str = "", title: str = ""
) -> DutyList:
    """Read a duty list from a document.

    A metadata.yaml beside it is used.

    Args:
        path: the document.
        division: division code of the town (653131101), or its full printed chain of names; read
            from the cover where it is left out.
        edition: ``YYYY-MM`` or ``YYYY``; read from the cover where it is left out.
        title: title; read from the cover where it is left out.

    Raises:
        UnreadableError: it cannot be read as a duty list.
        UsageError: *path* is a folder of several documents.
    """
    sources = find_sources([path], Given(division, edition, title))
    if len(sources) > 1:
        raise UsageError(
            f"holds {len(sources)} documents", where=str(path), hint="name one of them"
        )
    return read_source(sources[0])


def read_editions(sources: Sequence[SourceFile]) -> Iterator[Edition]:
    """Read documents one by one.

    Raises:
        UnreadableError: a document cannot be read as a duty list.
        UsageError: two documents are the same edition of the same town.
    """
    seen: dict[str, Path] = {}
    for source in sources:
        duty_list = read_source(source)
        edition = Edition(source, duty_list)
        if edition.iri in seen:
            raise UsageError(
                f"is the same town and edition as {seen[edition.iri]}",
                where=str(source.path),
                hint="give one of them another --edition",
            )
        seen[edition.iri] = source.path
        yield edition


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
