"""RDF text and quads: what is the same for all graphs, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from dutygraph.errors import DutyGraphError, UnreadableError
from dutygraph.vocab import DG, PREFIXES, RDF

if TYPE_CHECKING:
    import rdflib

_TYPE = NamedNode(RDF.type)


def in_order(some_quads: Iterable[Quad]) -> list[Quad]:
    """The quads, each once, sorted as N-Quads text."""
    found = list(dict.fromkeys(some_quads))  # kept nearly in order, which sorts quicker
    # One serialisation of all is much quicker than a str() of each; a quad is always one line.
    lines = (serialize(found, format=RdfFormat.N_QUADS) or b"").split(b"\n")
    return [found[index] for index in sorted(range(len(found)), key=lines.__getitem__)]


def parse_file(path: Path, rdf_format: RdfFormat) -> Iterator[Quad]:
    """Quads of an RDF file.

    Raises:
        UnreadableError: it cannot be read, or is not RDF in this format.
    """
    try:
        yield from parse(path.read_bytes(), format=rdf_format)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except SyntaxError as error:
        raise UnreadableError(f"is not valid RDF: {error.msg}", where=str(path)) from error


_PREFIX_LINES = re.compile(rb"(?:@prefix [^\n]*\n)+")

FORMATS: dict[str, RdfFormat] = {
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
"""Serialisations by name; those without graph names leave the names out."""

SUFFIXES = {
    ".trig": RdfFormat.TRIG,
    ".nq": RdfFormat.N_QUADS,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
}


def to_bytes(sorted_quads: Iterable[Quad], rdf_format: str = "trig") -> bytes:
    """Serialised quads, the same bytes for the same quads in the same order.

    Args:
        sorted_quads: the quads.
        rdf_format: a key of `FORMATS`.

    Raises:
        DutyGraphError: there is no such format.
    """
    if rdf_format not in FORMATS:
        raise DutyGraphError(f"unknown format {rdf_format!r}", hint="known: " + ", ".join(FORMATS))
    chosen = FORMATS[rdf_format]
    if chosen.supports_datasets:
        data = serialize(sorted_quads, format=chosen, prefixes=PREFIXES) or b""
    else:
        triples = [quad.triple for quad in sorted_quads]
        data = serialize(triples, format=chosen, prefixes=PREFIXES) or b""
    # The serializer writes its prefixes in an order that changes from process to process.
    head = _PREFIX_LINES.match(data)
    if head is None:
        return data
    return b"".join(sorted(head.group().splitlines(keepends=True))) + data[head.end() :]


def read_graph_file(path: Path) -> list[Quad]:
    """Quads of an RDF file of ours (TriG, N-Quads, Turtle, N-Triples).

    Triples without a graph name are put into the graph of the one duty list that they describe.

    Raises:
        UnreadableError: the file is not RDF, or has triples without a graph but not one duty list.
    """
    rdf_format = SUFFIXES.get(path.suffix.lower())
    if rdf_format is None:
        raise UnreadableError(
            "is not an RDF file by its name", where=str(path), hint="known: " + ", ".join(SUFFIXES)
        )
    found = list(parse_file(path, rdf_format))
    if not any(quad.graph_name == DefaultGraph() for quad in found):
        return found
    lists = {
        quad.subject
        for quad in found
        if quad.predicate == _TYPE
        and quad.object == NamedNode(DG.DutyList)
        and isinstance(quad.subject, NamedNode)
    }
    if len(lists) != 1:
        raise UnreadableError(
            f"has triples without a graph name and describes {len(lists)} duty lists",
            where=str(path),
            hint="use TriG with one graph per edition",
        )
    graph = lists.pop()
    return [
        Quad(q.subject, q.predicate, q.object, graph) if q.graph_name == DefaultGraph() else q
        for q in found
    ]


def describes_list(some_quads: Iterable[Quad]) -> bool:
    """True for quads that hold a duty list."""
    wanted = NamedNode(DG.DutyList)
    return any(q.predicate == _TYPE and q.object == wanted for q in some_quads)


def to_rdflib(some_quads: Iterable[Quad]) -> rdflib.Dataset:
    """A copy of the quads as an rdflib dataset, one named graph per edition."""
    import rdflib

    dataset = rdflib.Dataset()
    for name, quads_of_graph in by_graph(some_quads).items():
        dataset.graph(rdflib.URIRef(name)).parse(data=ntriples(quads_of_graph), format="nt")
    return dataset


def by_graph(some_quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    """Quads by the name of their graph; those of the default graph under an empty name."""
    out: dict[str, list[Quad]] = {}
    for quad in some_quads:
        name = quad.graph_name
        out.setdefault(name.value if isinstance(name, NamedNode) else "", []).append(quad)
    return out


def ntriples(some_quads: Iterable[Quad]) -> bytes:
    """The triples of some quads as N-Triples."""
    return serialize((quad.triple for quad in some_quads), format=RdfFormat.N_TRIPLES) or b""
