"""Two SHACL engines behind one call.

pySHACL is the reference, and what `validate_graph` uses for graphs and shapes of any kind. For the
package's own shapes `run` uses the package ``shacl`` (in Rust), which needs less than a tenth of a
second for an edition where pySHACL needs more than one. Tests hold the two to the same results on
the real edition and on a table of deliberate faults. Where ``shacl`` cannot be imported, pySHACL does
the work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from dutygraph import resources
from dutygraph.errors import DutyGraphError
from dutygraph.model import Severity
from dutygraph.vocab import RDF, SH

if TYPE_CHECKING:
    import rdflib

SHAPE_FILES = ("list.ttl", "organisation.ttl", "provenance.ttl")
"""Files of shapes/ that check instance data (terms.ttl checks the ontology)."""

SEVERITIES = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
"""Severity by its IRI in SHACL."""


@dataclass(frozen=True, slots=True)
class ShapeResult:
    """One validation result, as SHACL defines it.

    Attributes:
        focus: IRI of the focus node.
        shape: IRI of the source shape.
        severity: weight.
        messages: text by language.
        value: value node, if any.
        path: IRI of the result path, if it is a plain one.
        component: IRI of the constraint component.
    """

    focus: str
    shape: str
    severity: Severity
    messages: tuple[tuple[str, str], ...]
    value: str = ""
    path: str = ""
    component: str = ""


def shape_paths() -> tuple[Path, ...]:
    """The shape files for instance data."""
    return tuple(resources.folder("shapes") / name for name in SHAPE_FILES)


@cache
def _shapes_graph() -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for path in shape_paths():
        graph.parse(path, format="turtle")
    return graph


def validate_graph(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[bool, rdflib.Graph]:
    """Validate one rdflib graph against another, with pySHACL.

    Nothing is fetched and nothing is run: no imports, no JavaScript, no SHACL rules.

    Returns:
        Whether the data conform, and the validation report.

    Raises:
        DutyGraphError: the shapes are not well formed.
    """
    import pyshacl
    import rdflib
    from pyshacl.errors import ReportableRuntimeError

    if not isinstance(data, rdflib.Graph) or not isinstance(shapes, rdflib.Graph):
        # pySHACL would take a string for an address and fetch it.
        raise TypeError("data and shapes must be rdflib graphs")
    try:
        conforms, report, text = pyshacl.validate(
            data,
            shacl_graph=shapes,
            inference="none",
            advanced=False,
            js=False,
            do_owl_imports=False,
            meta_shacl=False,
            inplace=True,
        )
    except (ReportableRuntimeError, NotImplementedError) as error:
        raise DutyGraphError(f"the shapes cannot be used: {error}", where="shapes") from error
    if not isinstance(report, rdflib.Graph):
        raise DutyGraphError(f"validation failed: {text}", where="shapes")
    return bool(conforms), report


def run_pyshacl(ntriples: bytes) -> list[ShapeResult]:
    """Validate triples against the shapes of the package, with pySHACL."""
    import rdflib

    data = rdflib.Graph().parse(data=ntriples, format="nt")
    _, report = validate_graph(data, _shapes_graph())
    return read_report(report)


def _language_of(message: str) -> str:
    """Language of a message whose tag pySHACL lost: it drops those of sh:sparql constraints."""
    return "zh" if re.search("[\u4e00-\u9fff]{4}", message) and "。" in message else "en"


def read_report(report: rdflib.Graph) -> list[ShapeResult]:
    """Results of a validation report, sorted."""
    import rdflib

    sh = rdflib.Namespace(SH.base)
    out = []
    for node in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        path = report.value(node, sh.resultPath)
        value = report.value(node, sh.value)
        messages = [
            (message.language or _language_of(str(message)), str(message))
            for message in report.objects(node, sh.resultMessage)
            if isinstance(message, rdflib.Literal)
        ]
        out.append(
            ShapeResult(
                focus=str(report.value(node, sh.focusNode)),
                shape=str(report.value(node, sh.sourceShape)),
                severity=SEVERITIES.get(
                    str(report.value(node, sh.resultSeverity)), Severity.VIOLATION
                ),
                messages=tuple(sorted(messages)),
                value="" if value is None else str(value),
                path=str(path) if isinstance(path, rdflib.URIRef) else "",
                component=str(report.value(node, sh.sourceConstraintComponent)),
            )
        )
    return in_order(out)


@cache
def _compiled_shapes() -> Any:
    """The package's shapes, compiled by ``shacl``; None where that package is not to be had."""
    try:
        import shacl
    except ImportError:
        return None
    text = "\n".join(path.read_text(encoding="utf-8") for path in shape_paths())
    compiled = shacl.Shapes.from_text(text, format="turtle")
    if not len(compiled):
        raise DutyGraphError("hold no shapes", where="shapes")  # it would conform to anything
    return compiled


def has_fast_engine() -> bool:
    """True where the package ``shacl`` is installed."""
    return _compiled_shapes() is not None


def run_fast(ntriples: bytes) -> list[ShapeResult]:
    """Validate triples against the shapes of the package, with ``shacl``.

    Raises:
        DutyGraphError: that package is not installed, or gives up.
    """
    compiled = _compiled_shapes()
    if compiled is None:
        raise DutyGraphError("the package shacl is not installed", hint="pip install shacl")
    try:
        report = compiled.validate_text(ntriples.decode("utf-8"), format="ntriples")
    except ValueError as error:
        raise DutyGraphError(f"validation failed: {error}", where="shapes") from error
    if not len(report.results):
        return []
    # Its result objects hold messages without their languages; the full report has them.
    return _read_triples(parse(report.serialize("ntriples").encode(), format=RdfFormat.N_TRIPLES))


def _read_triples(quads: Iterable[Quad]) -> list[ShapeResult]:
    nodes: dict[object, dict[str, list[Any]]] = {}
    for quad in quads:
        nodes.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    out = []
    for node in nodes.values():
        if NamedNode(SH.ValidationResult) not in node.get(RDF.type, ()):
            continue

        def first(predicate: str, node: dict[str, list[Any]] = node) -> Any:
            return next(iter(node.get(predicate, ())), None)

        path, value = first(SH.resultPath), first(SH.value)
        severity = first(SH.resultSeverity)
        out.append(
            ShapeResult(
                focus=first(SH.focusNode).value,
                shape=first(SH.sourceShape).value,
                severity=SEVERITIES.get(severity.value, Severity.VIOLATION),
                messages=tuple(
                    sorted(
                        (m.language or _language_of(m.value), m.value)
                        for m in node.get(SH.resultMessage, ())
                    )
                ),
                value="" if value is None else str(value.value),
                path=path.value if isinstance(path, NamedNode) else "",
                component=first(SH.sourceConstraintComponent).value,
            )
        )
    return in_order(out)


def in_order(results: Iterable[ShapeResult]) -> list[ShapeResult]:
    """Results sorted, so that both engines give the same list."""
    return sorted(results, key=lambda r: (r.focus, r.shape, r.path, r.value, r.messages))


def run(ntriples: bytes) -> Sequence[ShapeResult]:
    """Validate triples of one edition and the reference graph against the package's shapes."""
    return run_pyshacl(ntriples) if _compiled_shapes() is None else run_fast(ntriples)
