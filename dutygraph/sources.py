"""Documents to read: where they are, what is known beside their text, and reading many of them.

A document that cannot be read does not keep the others from being read.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final

from dutygraph import reference
from dutygraph.errors import DutyGraphError, UnreadableError, UsageError
from dutygraph.model import DutyList
from dutygraph.parse.document import Given, parse_document
from dutygraph.readers.base import MAX_BYTES, Document
from dutygraph.readers.read import read_bytes, read_path

METADATA: Final = "metadata.yaml"
"""File beside a document that says what is known about it."""

STANDARD_INPUT: Final = "standard input"
"""Name, in messages, of a document that comes through standard input."""

_KNOWN: Final = frozenset(
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
_ZIP: Final = b"PK\x03\x04"
# Left behind by office programs and systems.
_NO_DOCUMENT: Final = ("~$", ".", "__MACOSX", "Thumbs.db", "desktop.ini")
_NOTES: Final = (".md", ".yaml", ".yml", ".json", ".ttl", ".trig", ".rq")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A document to read, and what its metadata say about it.

    Attributes:
        path: of the document; ``-`` for standard input, else the file that holds it.
        given: town, edition, title … from metadata.yaml or from the caller.
        sha256: of the file, as recorded; empty where nothing is recorded.
        member: its name inside the archive *path*; empty for a file of its own.
        data: its bytes, where it came out of an archive or through standard input.
    """

    path: Path
    given: Given = Given()
    sha256: str = ""
    member: str = ""
    data: bytes | None = None

    @property
    def name(self) -> str:
        """Its name for messages."""
        if str(self.path) == "-" and not self.member:
            return STANDARD_INPUT
        where = STANDARD_INPUT if str(self.path) == "-" else str(self.path)
        return f"{where}/{self.member}" if self.member else where


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that was not taken, and why.

    Attributes:
        source: the document.
        error: what is wrong with it.
    """

    source: SourceFile
    error: DutyGraphError


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that was read."""

    source: SourceFile
    duty_list: DutyList


def find_sources(
    paths: Iterable[str | os.PathLike[str]],
    given: Given | None = None,
    *,
    failures: list[Failure] | None = None,
) -> list[SourceFile]:
    """Documents under some paths, in the order of the paths and then of their names.

    A path is a document of any format, a ZIP archive of documents, ``-`` for either through
    standard input, a folder with a document and its metadata.yaml, or a folder of any of these. In
    a folder that holds folders with a metadata.yaml, only those count; in any other, every file
    that is no note (``.md``, ``.yaml`` …) and not hidden.

    Args:
        paths: where to look.
        given: what the caller knows; it goes before what metadata.yaml says.
        failures: gets the archives and metadata files that cannot be read; where it is None the
            first of them raises.

    Raises:
        UnreadableError: a path does not exist, or a folder holds no document.
        ReferenceDataError: a metadata.yaml is broken.
    """
    given = given or Given()
    out: list[SourceFile] = []
    for path in map(Path, paths):
        if str(path) == "-":
            out.extend(_guarded(path, failures, partial(_standard_input, path, given)))
        elif path.is_file():
            out.extend(_guarded(path, failures, partial(_file, path, path.name, given)))
        elif path.is_dir():
            found = _folder(path, path, given, failures)
            if not found and not failures:
                raise UnreadableError(
                    "holds no document", where=str(path), hint="name the document itself"
                )
            out.extend(found)
        else:
            raise UnreadableError("no such file", where=str(path))
    return out


def _guarded(
    path: Path, failures: list[Failure] | None, find: Callable[[], list[SourceFile]]
) -> list[SourceFile]:
    """What *find* gives; an error of it is kept where there is a list for it."""
    try:
        return find()
    except DutyGraphError as error:
        if failures is None:
            raise
        failures.append(Failure(SourceFile(path), error))
        return []


def _folder(
    folder: Path, root: Path, given: Given, failures: list[Failure] | None
) -> list[SourceFile]:
    if (folder / METADATA).is_file():
        return _guarded(folder, failures, partial(_with_metadata, folder, given))
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", where=str(folder)) from error
    entries = [e for e in entries if not e.name.startswith(_NO_DOCUMENT)]
    described = [e for e in entries if (e / METADATA).is_file()]
    out: list[SourceFile] = []
    for entry in described or entries:
        if entry.is_symlink() and entry.is_dir():
            continue  # it may lead round in a circle
        if entry.is_dir():
            out.extend(_folder(entry, root, given, failures))
        elif entry.suffix.lower() not in _NOTES:
            hint = entry.relative_to(root).as_posix()
            out.extend(_guarded(entry, failures, partial(_file, entry, hint, given)))
    return out


def _file(path: Path, hint: str, given: Given) -> list[SourceFile]:
    """A file: a document, or an archive of documents."""
    if _begins_like_zip(path):
        data = _bytes_of(path)
        if _is_archive(data, str(path)):
            return _members(path, data, given)
    if (path.parent / METADATA).is_file():
        known = _metadata(path.parent / METADATA)
        if known["file"] == path.name:
            return [_described(path, known, given)]
    return [SourceFile(path, _hinted(given, hint))]


def _begins_like_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError:
        return False  # reading it will say why


def _is_archive(data: bytes, name: str) -> bool:
    from dutygraph.readers.detect import Format, detect

    return detect(data, name) is Format.ARCHIVE


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # one more, by which the reader knows of the rest
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _standard_input(path: Path, given: Given) -> list[SourceFile]:
    import sys

    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if data.startswith(_ZIP) and _is_archive(data, STANDARD_INPUT):
        return _members(path, data, given)
    return [SourceFile(path, given, data=data)]


def _members(path: Path, data: bytes, given: Given) -> list[SourceFile]:
    """Documents of an archive; a metadata.yaml in it counts for the document beside it."""
    from dutygraph.readers.read import read_archive

    where = SourceFile(path).name
    members = dict(read_archive(data, where))
    folders = {str(PurePosixPath(m).parent) for m in members if PurePosixPath(m).name == METADATA}
    out = []
    for name, content in members.items():
        pure = PurePosixPath(name)
        beside = str(pure.parent)
        if any(part.startswith(_NO_DOCUMENT) for part in pure.parts) or pure.name == METADATA:
            continue
        if beside in folders:
            metadata = str(pure.parent / METADATA)
            known = _checked(
                reference.parse_yaml(members[metadata], f"{where}/{metadata}"),
                f"{where}/{metadata}",
            )
            if known["file"] == pure.name:
                described = _described(path, known, given)
                out.append(replace(described, member=name, data=content))
        elif pure.suffix.lower() not in _NOTES and not folders:
            out.append(SourceFile(path, _hinted(given, name), member=name, data=content))
    if not out:
        raise UnreadableError("holds no document", where=where)
    return out


def _hinted(given: Given, hint: str) -> Given:
    return replace(given, hint=given.hint or hint)


def _metadata(path: Path) -> dict[str, Any]:
    return _checked(reference.load_yaml(path), str(path))


def _checked(loaded: Any, where: str) -> dict[str, Any]:
    if not isinstance(loaded, dict) or not isinstance(loaded.get("file"), str):
        raise UnreadableError("names no file", where=where, hint="add file: NAME")
    if Path(loaded["file"]).name != loaded["file"]:
        raise UnreadableError(
            f"file {loaded['file']!r} must be a plain name beside it", where=where
        )
    if unknown := sorted(map(str, set(loaded) - _KNOWN)):
        raise UnreadableError(
            f"has unknown keys {', '.join(unknown)}",
            where=where,
            hint="known: " + ", ".join(sorted(_KNOWN)),
        )
    return loaded


def _with_metadata(folder: Path, given: Given) -> list[SourceFile]:
    known = _metadata(folder / METADATA)
    return [_described(folder / known["file"], known, given)]


def _described(path: Path, known: dict[str, Any], given: Given) -> SourceFile:
    merged = Given(
        division=given.division or str(known.get("division") or ""),
        edition=given.edition or str(known.get("edition") or ""),
        title=given.title or str(known.get("title") or ""),
        markings=_strings(known.get("markings")),
        synthetic=given.synthetic or bool(known.get("synthetic")),
    )
    return SourceFile(path, merged, str(known.get("sha256") or ""))


def _strings(value: Any) -> tuple[str, ...]:
    """Strings of a YAML value: a list of them, a single one, or nothing."""
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def read_source(source: SourceFile) -> DutyList:
    """Read one document.

    Raises:
        UnreadableError: it cannot be read as a duty list, or is not the recorded file.
    """
    return parse_document(_rows(source), source.given)


def _rows(source: SourceFile) -> Document:
    """Rows of a document, which has to be the recorded file."""
    if source.data is None and str(source.path) == "-":
        (source,) = _standard_input(source.path, source.given)
    data = source.data
    document = read_bytes(data, source.name) if data is not None else read_path(source.path)
    if source.sha256:
        data = data if data is not None else source.path.read_bytes()
        actual = hashlib.sha256(data).hexdigest()
        if actual != source.sha256:
            raise UnreadableError(
                f"has sha256 {actual[:12]}…, but {METADATA} records {source.sha256[:12]}…",
                where=source.name,
                hint="the document was changed; restore it, or record the new digest",
            )
    return document


def read_document(
    path: str | os.PathLike[str], *, division: str = "", edition: str = "", title: str = ""
) -> DutyList:
    """Read a duty list from a document of any format that dutygraph knows.

    A metadata.yaml beside it is used.

    Args:
        path: the document: text, CSV, HTML, DOCX, XLSX, XLS or PDF, told by its content.
        division: division code of the town (653131101), or its full printed chain of names; read
            from the cover where it is left out.
        edition: ``YYYY-MM`` or ``YYYY``; read from the cover where it is left out.
        title: title; read from the cover where it is left out.

    Raises:
        UnreadableError: it cannot be read as a duty list.
        UsageError: *path* is a folder or an archive of several documents.
    """
    sources = find_sources([path], Given(division, edition, title))
    if len(sources) > 1:
        raise UsageError(
            f"holds {len(sources)} documents", where=str(path), hint="name one of them"
        )
    return read_source(sources[0])


def read_all(
    sources: Iterable[SourceFile], *, workers: int | None = None
) -> Iterator[Reading | Failure]:
    """Read documents one by one; one that cannot be read, or is there twice, is a `Failure`.

    Of two documents that are the same edition of the same town the first is taken. The failure of
    the second says whether it holds the same list or another one.

    Args:
        sources: the documents.
        workers: documents whose rows are read at the same time, each in a process of its own; as
            many as there are processors where it is None. Results come in the order of *sources*.
    """
    seen: dict[tuple[bool, str, str], Reading] = {}
    for source, rows in _rows_of(sources, workers or os.cpu_count() or 1):
        try:
            duty_list = parse_document(rows(), source.given)
        except DutyGraphError as error:
            yield Failure(source, error)
            continue
        key = (duty_list.synthetic, duty_list.town.code, duty_list.edition)
        if key in seen:
            yield Failure(source, _twice(source, duty_list, seen[key]))
            continue
        seen[key] = Reading(source, duty_list)
        yield seen[key]


def _rows_of(
    sources: Iterable[SourceFile], workers: int
) -> Iterator[tuple[SourceFile, Callable[[], Document]]]:
    """Each source with a function that gives its rows or raises; a few are read ahead."""
    from concurrent.futures import Future, ThreadPoolExecutor

    ahead: deque[tuple[SourceFile, Future[Document]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for source in sources:
            ahead.append((source, pool.submit(_rows, source)))
            if len(ahead) > workers:
                first, future = ahead.popleft()
                yield first, future.result
        while ahead:
            first, future = ahead.popleft()
            yield first, future.result


def _twice(source: SourceFile, duty_list: DutyList, first: Reading) -> UsageError:
    if _content(duty_list) == _content(first.duty_list):
        return UsageError(
            f"holds the same list as {first.source.name}", where=source.name, hint="left out"
        )
    differing = _difference(duty_list, first.duty_list)
    return UsageError(
        f"is the same town and edition as {first.source.name}, but not the same list: {differing}",
        where=source.name,
        hint="left out; give one of them another --edition",
    )


def _content(duty_list: DutyList) -> list[tuple[Any, ...]]:
    """What a list says, without places."""
    return [
        (i.kind, i.key, i.title, i.category, i.departments, i.method, [d.text for d in i.duties])
        for i in duty_list.items
    ]


def _difference(one: DutyList, other: DutyList) -> str:
    if len(one.items) != len(other.items):
        return f"{len(one.items)} items against {len(other.items)}"
    pairs = zip(one.items, other.items, _content(one), _content(other), strict=True)
    item = next(a for a, _, x, y in pairs if x != y)
    return f"{item.kind} item {item.key} differs"
