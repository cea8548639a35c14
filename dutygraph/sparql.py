"""A user's own SPARQL, and graphs as RDF text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from dutygraph import rdf
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.query import bare
from dutygraph.store import Store, Term
from dutygraph.validate import editions
from dutygraph.vocab import REFERENCE_GRAPH, XSD

_TRIPLE_FORMATS: Final = ("turtle", "ntriples", "rdfxml", "jsonld")
_PROLOGUE: Final = re.compile(
    r"(?:\s|#[^\n]*\n|PREFIX\s+[^\s:]*:\s*<[^>]*>|BASE\s*<[^>]*>)*(?P<kind>[A-Za-z]+)",
    re.IGNORECASE,
)
# Letters may stand right behind it: SERVICE SILENT may be written SERVICESILENT.
_SERVICE: Final = re.compile(r"(?<![\w:?$])SERVICE(?![\w-]*:)", re.IGNORECASE)
MAX_DEPTH: Final = 64
"""Deepest nesting of brackets in a query; far deeper ones overflow the engine's stack."""

_KINDS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def query_kind(text: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.

    Raises:
        UsageError: the text begins like none of these.
    """
    found = _PROLOGUE.match(text)
    kind = found["kind"].upper() if found else ""
    if kind not in _KINDS:
        raise UsageError(
            "the query is not valid SPARQL", hint="it begins with " + ", ".join(_KINDS)
        )
    return kind


def check(text: str) -> None:
    """Refuse a query that would call another server, or that no parser should be asked to nest.

    Raises:
        UsageError: it holds SERVICE, or brackets nested deeper than `MAX_DEPTH`.
    """
    words = bare(text)
    if _SERVICE.search(words):
        raise UsageError(
            "SERVICE is not allowed: nothing is fetched from elsewhere",
            hint="ask that server with --endpoint",
        )
    depth = 0
    for char in words:
        depth += (char in "{([") - (char in "})]")
        if depth > MAX_DEPTH:
            raise UsageError(f"the query nests brackets deeper than {MAX_DEPTH}")


def results_json(store: Store, text: str, kind: str) -> str:
    """Answer in the W3C SPARQL 1.1 Query Results JSON Format."""
    if kind == "ASK":
        return json.dumps({"head": {}, "boolean": store.ask(text)})
    solutions = store.select(text)
    bindings = [
        {
            variable: _json_term(term)
            for variable, term in zip(solutions.variables, row, strict=True)
            if term is not None
        }
        for row in solutions.rows
    ]
    document = {"head": {"vars": list(solutions.variables)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1)


def _json_term(term: Term) -> Mapping[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        out = {"type": "literal", "value": term.value}
        if term.language:
            out["xml:lang"] = term.language
        elif term.datatype.value != XSD.string:
            out["datatype"] = term.datatype.value
        return out
    raise UsageError("the result holds quoted triples, which this format cannot show")


def construct(store: Store, text: str, rdf_format: str) -> str:
    """Triples of a CONSTRUCT or DESCRIBE query as text.

    Raises:
        UnknownNameError: there is no such format for triples.
    """
    if rdf_format not in _TRIPLE_FORMATS:
        raise UnknownNameError("format", rdf_format, _TRIPLE_FORMATS)
    triples = store.construct(text)
    quads = rdf.in_order(Quad(t.subject, t.predicate, t.object) for t in triples)
    return rdf.to_bytes(quads, rdf_format).decode("utf-8")


def export(
    store: Store, rdf_format: str, *, town: str = "", edition: str = "", reference: bool = True
) -> bytes:
    """Graphs of a store as RDF text, sorted.

    Args:
        store: where they are.
        rdf_format: a key of `rdf.FORMATS`.
        town: only this division code.
        edition: only this edition.
        reference: the reference graph too.

    Raises:
        UnknownNameError: there is no such format, or no such edition.
    """
    if rdf_format not in rdf.FORMATS:
        raise UnknownNameError("format", rdf_format, rdf.FORMATS)
    known = editions(store)
    chosen = [iri for iri, code, date in known if town in ("", code) and edition in ("", date)]
    if not chosen:
        asked = " ".join(filter(None, (town, edition))) or "any"
        raise UnknownNameError("edition", asked, [f"{code} {date}" for _, code, date in known])
    quads: list[Quad] = []
    for iri in [*chosen, *([REFERENCE_GRAPH] if reference else [])]:
        name = NamedNode(iri)
        triples: list[Triple] = store.construct(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}"
        )
        quads += rdf.in_order(Quad(t.subject, t.predicate, t.object, name) for t in triples)
    return rdf.to_bytes(quads, rdf_format)
