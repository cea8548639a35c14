"""The W3C SHACL test suite through our validation (w3c/data-shapes, data-shapes-test-suite).

The suite is not part of this repository. It is looked for in ``shared/suites`` beside the checkout,
or where DUTYGRAPH_SUITES says; without it these tests are skipped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

from dutygraph.errors import DutyGraphError
from dutygraph.shacl import validate_graph

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SUITES = Path(
    os.environ.get("DUTYGRAPH_SUITES", Path(__file__).resolve().parents[2] / "shared" / "suites")
)
ROOT = SUITES / "w3c-shacl" / "tests"

Validate = Callable[[Graph, Graph], tuple[bool, Graph]]

# Cases that an engine is known to fail, and why.
KNOWN = {
    "pyshacl": {
        "core/property/uniqueLang-002": 'pySHACL takes sh:uniqueLang "1"^^xsd:boolean of an rdflib '
        "graph for true; only the literal true counts",
        "sparql/pre-binding/shapesGraph-001": "pySHACL does not support the optional variable "
        "$shapesGraph and says so",
    },
    "shacl": {
        "sparql/pre-binding/unsupported-sparql-004": "a sub-SELECT that does not project $this is "
        "evaluated instead of refused",
    },
}


@dataclass(frozen=True)
class Case:
    """One test case of the suite."""

    name: str
    data: Path
    shapes: Path
    manifest: Path
    node: URIRef


@cache
def load(path: Path) -> Graph:
    # Lexical forms matter: "00"^^xsd:integer must not become "0".
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        return Graph().parse(path, format="turtle", publicID=path.as_uri())
    finally:
        rdflib.NORMALIZE_LITERALS = before


def fresh(path: Path) -> Graph:
    """A copy that an engine may change."""
    graph = Graph()
    graph += load(path)
    for prefix, namespace in load(path).namespaces():
        graph.bind(prefix, namespace)
    return graph


def local(term: Node | None) -> Path:
    return Path(str(term).removeprefix("file://").split("#")[0])


def collect(manifest: Path) -> Iterator[Case]:
    graph, me = load(manifest), URIRef(manifest.as_uri())
    for included in sorted(graph.objects(me, MF.include)):
        yield from collect(local(included))
    entries = graph.value(me, MF.entries)
    for node in graph.items(entries) if entries is not None else ():
        if (node, RDF.type, SHT.Validate) in graph and isinstance(node, URIRef):
            action = graph.value(node, MF.action)
            folder = manifest.parent.relative_to(ROOT).as_posix()
            yield Case(
                f"{folder}/{str(node).rsplit('/', 1)[-1]}",
                local(graph.value(action, SHT.dataGraph)),
                local(graph.value(action, SHT.shapesGraph)),
                manifest,
                node,
            )


CASES = list(collect(ROOT / "manifest.ttl")) if ROOT.is_dir() else []
COMPARED = (SH.focusNode, SH.resultPath, SH.resultSeverity, SH.sourceConstraintComponent, SH.value)
# Compared only where the expected report has them, as the suite's own text says.
IF_EXPECTED = (SH.sourceShape, SH.sourceConstraint, SH.resultMessage)
UNARY = (SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)


def path_text(graph: Graph, node: Node) -> str:
    """A property path by its structure, whatever its blank nodes are called."""
    if isinstance(node, URIRef) and node != RDF.nil:
        return f"<{node}>"
    if (node, RDF.first, None) in graph:
        return "(" + "/".join(path_text(graph, part) for part in graph.items(node)) + ")"
    choices = graph.value(node, SH.alternativePath)
    if choices is not None:
        return "(" + "|".join(path_text(graph, part) for part in graph.items(choices)) + ")"
    for predicate in UNARY:
        inner = graph.value(node, predicate)
        if inner is not None:
            return predicate.rsplit("#")[-1] + path_text(graph, inner)
    return f"ill-formed {node!r}"


def compared(graph: Graph, report: Node, also: set[URIRef]) -> Graph:
    """The part of a report that the suite compares, paths folded to literals."""
    out, root = Graph(), BNode()
    conforms = str(graph.value(report, SH.conforms)).lower() in ("true", "1")
    out.add((root, SH.conforms, Literal(conforms)))
    for result in graph.objects(report, SH.result):
        node = BNode()
        out.add((root, SH.result, node))
        for predicate in (*COMPARED, *also):
            for value in graph.objects(result, predicate):
                folded = Literal(path_text(graph, value)) if predicate == SH.resultPath else value
                out.add((node, predicate, folded))
    return out


def check(case: Case, validate: Validate) -> str | None:
    """None where the case passes, else why it does not."""
    expected = load(case.manifest)
    wanted = expected.value(case.node, MF.result)
    try:
        conforms, got = validate(fresh(case.data), fresh(case.shapes))
    except DutyGraphError as error:
        return None if wanted == SHT.Failure else f"failure reported: {error}"
    if wanted == SHT.Failure:
        return "a failure was expected, and a report given"
    (report,) = got.subjects(RDF.type, SH.ValidationReport)
    used = {p for r in expected.objects(wanted, SH.result) for p in expected.predicates(r)}
    also = {predicate for predicate in IF_EXPECTED if predicate in used}
    left, right = compared(expected, wanted, also), compared(got, report, also)  # type: ignore[arg-type]
    if conforms != ((None, SH.conforms, Literal(True)) in left):
        return f"conforms is {conforms}"
    return None if isomorphic(left, right) else "the reports differ"


def fast(data: Graph, shapes: Graph) -> tuple[bool, Graph]:
    """The Rust engine that `dutygraph.shacl.run` uses for the package's own shapes."""
    engine = pytest.importorskip("shacl", reason="has no wheel for this machine")
    try:
        compiled = engine.Shapes.from_text(shapes.serialize(format="nt"), format="ntriples")
        report = compiled.validate_text(data.serialize(format="nt"), format="ntriples")
    except ValueError as error:
        raise DutyGraphError(str(error)) from error
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        return report.conforms, Graph().parse(data=report.serialize("ntriples"), format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = before


ENGINES: dict[str, Validate] = {"pyshacl": validate_graph, "shacl": fast}


@pytest.mark.skipif(not CASES, reason="the W3C SHACL suite is not beside the checkout")
def test_the_whole_suite_is_there() -> None:
    assert len(CASES) == 120


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, engine: str, request: pytest.FixtureRequest) -> None:
    if reason := KNOWN[engine].get(case.name):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert check(case, ENGINES[engine]) is None
