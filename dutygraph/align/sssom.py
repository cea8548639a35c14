"""Mapping sets as SSSOM 1.1 files: TSV with a block of metadata.

Written is the canonical form; read is any embedded or external form. Source: Simple Standard for
Sharing Ontological Mappings, https://mapping-commons.github.io/sssom/ (Matentzoglu et al. 2022,
Database, baac035).
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

from dutygraph import reference
from dutygraph.errors import ReferenceDataError, UsageError
from dutygraph.vocab import ID, OWL, RDF, RDFS, SKOS, SYNTHETIC_ID, XSD

SSSOM: Final = "https://w3id.org/sssom/"
SEMAPV: Final = "https://w3id.org/semapv/vocab/"
VERSION: Final = "1.1"
LICENCE: Final = "https://www.apache.org/licenses/LICENSE-2.0"

_BUILT_IN: Final = {
    "owl": OWL.base,
    "rdf": RDF.base,
    "rdfs": RDFS.base,
    "semapv": SEMAPV,
    "skos": SKOS.base,
    "sssom": SSSOM,
    "xsd": XSD.base,
    "linkml": "https://w3id.org/linkml/",
}
PREFIXES: Final = {
    "dgid": ID.base,
    "dgsim": SYNTHETIC_ID.base,
    "orcid": "https://orcid.org/",
}
"""Prefixes of our own files, beside those that SSSOM knows."""

_REQUIRED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
# In the order of the specification.
_COLUMNS: Final = (
    "record_id",
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_id",
    "mapping_tool",
    "mapping_tool_version",
    "mapping_date",
    "confidence",
    "similarity_score",
    "similarity_measure",
    "comment",
)
_SHARED: Final = ("mapping_tool", "mapping_tool_version", "mapping_date", "similarity_measure")
"""Slots that may stand once, in the metadata, where all rows agree."""
_CURIE: Final = re.compile(r"(?P<prefix>[A-Za-z_][\w.\-]*):(?P<local>\S+)")
_IRI: Final = re.compile(r"https?://\S+")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_ESCAPED: Final = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PLAIN_YAML: Final = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][^\x00-\x1f\x7f]*")
_HAZARDS: Final = re.compile(r": |:$| #|^[\s>|&*!%@`'\"\[\]{},?\-]|\s$")


@dataclass(frozen=True, slots=True)
class Record:
    """One mapping. Identifiers are full IRIs.

    Attributes:
        subject, predicate, object: what is said.
        negated: the opposite is said (predicate_modifier Not).
        justification: IRI of the SEMAPV vocabulary.
        subject_label, object_label: labels; may be empty.
        id: IRI of the record; may be empty.
        authors: IRIs of who asserts it.
        confidence, similarity: 0–1, or None.
        measure: what the similarity is.
        tool, tool_version: what computed it; empty where nothing did.
        date: YYYY-MM-DD, or empty.
        comment: free text.
        line: line of the file that it was read from, from 1; 0 where it was not read.
    """

    subject: str
    predicate: str
    object: str
    justification: str
    negated: bool = False
    subject_label: str = ""
    object_label: str = ""
    id: str = ""
    authors: tuple[str, ...] = ()
    confidence: float | None = None
    similarity: float | None = None
    measure: str = ""
    tool: str = ""
    tool_version: str = ""
    date: str = ""
    comment: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A set of mappings.

    Attributes:
        id: IRI of the set.
        licence: IRI of its licence.
        title, description: may be empty.
        records: the mappings.
        problems: what was wrong with rows that were left out, a line each (reading only).
    """

    id: str
    licence: str
    title: str = ""
    description: str = ""
    records: Sequence[Record] = ()
    problems: Sequence[str] = field(default=())


# writing


def to_tsv(mappings: MappingSet) -> str:
    """The set in canonical SSSOM/TSV: the same set gives the same text.

    Raises:
        UsageError: an identifier has none of our prefixes (`PREFIXES`), or a record breaks the
            standard: some have an id and some not, or a number is not from 0 to 1.
    """
    if len({bool(record.id) for record in mappings.records}) > 1:
        raise UsageError("either all mappings have a record id or none", where=mappings.id)
    used: set[str] = set()
    rows = [_cells(record, used) for record in mappings.records]
    shared = {
        slot: rows[0][slot]
        for slot in _SHARED
        if rows and rows[0][slot] and len({row[slot] for row in rows}) == 1
    }
    columns = [
        name
        for name in _COLUMNS
        if name not in shared and (name in _REQUIRED or any(row[name] for row in rows))
    ]
    head = [f"sssom_version: {json.dumps(VERSION)}", "curie_map:"]
    head += [f"  {name}: {PREFIXES[name]}" for name in sorted(used)]
    if not used:
        head[-1] += " {}"
    slots = {
        "mapping_set_id": mappings.id,
        "mapping_set_title": mappings.title,
        "mapping_set_description": mappings.description,
        "license": mappings.licence,
        **shared,
    }
    head += [f"{name}: {_yaml(value)}" for name, value in slots.items() if value]
    lines = ["#" + line for line in head]
    lines.append("\t".join(columns))
    lines += sorted("\t".join(_quoted(row[name]) for name in columns) for row in rows)
    return "\n".join(lines) + "\n"


def _cells(record: Record, used: set[str]) -> dict[str, str]:
    return {
        "record_id": _curie(record.id, used) if record.id else "",
        "subject_id": _curie(record.subject, used),
        "subject_label": record.subject_label,
        "predicate_id": _curie(record.predicate, used),
        "predicate_modifier": "Not" if record.negated else "",
        "object_id": _curie(record.object, used),
        "object_label": record.object_label,
        "mapping_justification": _curie(record.justification, used),
        "author_id": "|".join(_curie(author, used) for author in record.authors),
        "mapping_tool": record.tool,
        "mapping_tool_version": record.tool_version,
        "mapping_date": record.date,
        "confidence": _number(record.confidence, record),
        "similarity_score": _number(record.similarity, record),
        "similarity_measure": record.measure,
        "comment": record.comment,
    }


def _number(value: float | None, record: Record) -> str:
    if value is None:
        return ""
    if not 0 <= value <= 1:
        raise UsageError(f"{value} is not from 0 to 1", where=record.subject)
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _curie(iri: str, used: set[str]) -> str:
    """The CURIE of an IRI, in ASCII as the common readers of SSSOM require (RFC 3987, 3.1)."""
    iri = _NOT_ASCII.sub(lambda match: quote(match.group()), iri)
    for name, base in PREFIXES.items():
        # The namespace of simulated things is not within the other one, so the first one fits.
        if iri.startswith(base) and len(iri) > len(base):
            used.add(name)
            return f"{name}:{iri.removeprefix(base)}"
    for name, base in _BUILT_IN.items():
        if iri.startswith(base) and len(iri) > len(base):
            return f"{name}:{iri.removeprefix(base)}"
    raise UsageError(f"no prefix is known for <{iri}>", hint="known: " + ", ".join(PREFIXES))


def _quoted(text: str) -> str:
    if any(mark in text for mark in '\t\n\r"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _yaml(text: str) -> str:
    """A scalar of the metadata: plain where YAML allows it, else in double quotes."""
    plain = _PLAIN_YAML.fullmatch(text) and not _HAZARDS.search(text)
    # 1.0 and true are no texts although they look like them.
    if plain and reference.parse_yaml(text.encode("utf-8"), "metadata") == text:
        return text
    return json.dumps(text, ensure_ascii=False)


# reading


def read_sssom(path: Path) -> MappingSet:
    """Read an SSSOM/TSV file; the metadata may stand beside it in a file of the same name ending in
    ``.yml``.

    Rows that cannot be used are left out, with a line each in `MappingSet.problems`.

    Raises:
        UsageError: the file is missing, is not UTF-8, or is no SSSOM: it lacks the columns that the
            standard requires, or its metadata are no YAML.
    """
    where = str(path)
    text = _read(path)
    block: list[str] = []
    lines = text.splitlines(keepends=True)
    while len(block) < len(lines) and lines[len(block)].startswith("#"):
        block.append(lines[len(block)][1:])
    body = "".join(lines[len(block) :])
    beside = path.with_suffix(".yml")
    if not block and beside.is_file():
        metadata = _metadata(_read(beside), str(beside))
    else:
        metadata = _metadata("".join(block), where)
    return _parse(body, len(block), metadata, where)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8", where=str(path), hint="save it as UTF-8") from error


def _metadata(text: str, where: str) -> dict[str, Any]:
    try:
        loaded = reference.parse_yaml(text.encode("utf-8"), where)
    except ReferenceDataError as error:
        raise UsageError(
            f"is no SSSOM: its metadata are no YAML: {error.what}", where=where
        ) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise UsageError("is no SSSOM: its metadata are no names with values", where=where)
    return loaded


def _parse(body: str, before: int, metadata: Mapping[str, Any], where: str) -> MappingSet:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter="\t", strict=True)
    problems: list[str] = []
    records: list[Record] = []
    prefixes = _prefixes(metadata, where, problems)
    shared = {slot: str(metadata[slot]) for slot in _SHARED if metadata.get(slot) is not None}
    try:
        head = next(reader, [])
        if missing := [name for name in _REQUIRED if name not in head]:
            raise UsageError(
                f"is no SSSOM: it lacks the column {missing[0]}",
                where=where,
                hint="see data/mappings/README.md",
            )
        for cells in reader:
            line = before + reader.line_num
            if not any(cells):
                continue
            row = {**shared, **{n: c for n, c in zip(head, cells, strict=False) if c}}
            try:
                records.append(_record(row, prefixes, line))
            except ValueError as error:
                problems.append(f"{where}, line {line}: {error}; the row is left out")
    except csv.Error as error:
        line = before + reader.line_num
        raise UsageError(f"is no SSSOM: {error}", where=f"{where}, line {line}") from error
    return MappingSet(
        str(metadata.get("mapping_set_id") or ""),
        str(metadata.get("license") or ""),
        str(metadata.get("mapping_set_title") or ""),
        str(metadata.get("mapping_set_description") or ""),
        tuple(records),
        tuple(problems),
    )


def _prefixes(metadata: Mapping[str, Any], where: str, problems: list[str]) -> dict[str, str]:
    declared = metadata.get("curie_map") or {}
    if not isinstance(declared, dict):
        raise UsageError("is no SSSOM: curie_map is no map of prefixes", where=where)
    problems += [
        f"{where}: the metadata lack {slot}, which SSSOM requires"
        for slot in ("mapping_set_id", "license")
        if not metadata.get(slot)
    ]
    return {**{str(name): str(base) for name, base in declared.items()}, **_BUILT_IN}


def _record(row: Mapping[str, str], prefixes: Mapping[str, str], line: int) -> Record:
    for name in _REQUIRED:
        if not row.get(name):
            raise ValueError(f"{name} is empty")
    modifier = row.get("predicate_modifier", "")
    if modifier not in ("", "Not"):
        raise ValueError(f"predicate_modifier {modifier!r} is unknown, only Not is")
    date = row.get("mapping_date", "")
    if date and not _DATE.fullmatch(date):
        raise ValueError(f"mapping_date {date!r} is no date YYYY-MM-DD")
    return Record(
        subject=_iri(row["subject_id"], prefixes),
        predicate=_iri(row["predicate_id"], prefixes),
        object=_iri(row["object_id"], prefixes),
        justification=_iri(row["mapping_justification"], prefixes),
        negated=modifier == "Not",
        subject_label=row.get("subject_label", ""),
        object_label=row.get("object_label", ""),
        id=_iri(row["record_id"], prefixes) if row.get("record_id") else "",
        authors=tuple(
            _iri(author, prefixes) for author in row.get("author_id", "").split("|") if author
        ),
        confidence=_read_number(row, "confidence"),
        similarity=_read_number(row, "similarity_score"),
        measure=row.get("similarity_measure", ""),
        tool=row.get("mapping_tool", ""),
        tool_version=row.get("mapping_tool_version", ""),
        date=date,
        comment=row.get("comment", ""),
        line=line,
    )


def _iri(text: str, prefixes: Mapping[str, str]) -> str:
    """IRI of a CURIE; a full IRI, which SSSOM advises against, is taken as it is."""
    if _IRI.fullmatch(text):
        return _readable(text)
    match = _CURIE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no identifier")
    base = prefixes.get(match["prefix"])
    if base is None:
        raise ValueError(f"the prefix of {text!r} is not declared in curie_map")
    return _readable(base + match["local"])


def _readable(uri: str) -> str:
    """The IRI of a URI as we mint them: letters and digits of all scripts stand for themselves."""
    return _ESCAPED.sub(
        lambda match: "".join(
            c if c.isalnum() else quote(c, errors="surrogateescape")
            for c in unquote_to_bytes(match.group()).decode("utf-8", "surrogateescape")
        ),
        uri,
    )


def _read_number(row: Mapping[str, str], name: str) -> float | None:
    text = row.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise ValueError(f"{name} {text!r} is no number from 0 to 1")
    return value


def without_lines(records: Iterable[Record]) -> list[Record]:
    """Records as if they had not been read from a file, for comparing."""
    return [replace(record, line=0) for record in records]
