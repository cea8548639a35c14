"""An edition → what is wrong or doubtful in it.

Two things come together: what was found when the document was read, which its graph holds, and what
the shapes find in the graph itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from dutygraph import graph, rdf, shacl
from dutygraph.errors import UnknownNameError
from dutygraph.model import DutyList, Severity
from dutygraph.store import Store
from dutygraph.vocab import DCTERMS, DG, OA, PROV, RDF, RDFS, SH, SKOS

_RANK = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Result:
    """One thing wrong or doubtful in an edition.

    Attributes:
        severity: weight.
        code: kind of finding, or the name of the shape.
        message_zh, message_en: what is wrong and what to do.
        edition: IRI of the edition.
        source: IRI of the source document.
        place: where in the source, as text; line: its line, None where it has none.
        quote: the source text.
        other_place, other_quote: the second place, where two contradict each other.
        list_kind, item: the item concerned.
        focus: IRI of the node concerned.
        shape, component: IRIs of the shape and of its constraint component; empty for a finding
            that was recorded when the document was read.
    """

    severity: Severity
    code: str
    message_zh: str
    message_en: str
    edition: str
    source: str = ""
    place: str = ""
    line: int | None = None
    quote: str = ""
    other_place: str = ""
    other_quote: str = ""
    list_kind: str = ""
    item: str = ""
    focus: str = ""
    shape: str = ""
    component: str = ""

    def message(self, lang: str) -> str:
        """The message in ``zh`` or ``en``."""
        return self.message_zh if lang == "zh" else self.message_en


def validate_list(duty_list: DutyList) -> list[Result]:
    """Validate an edition that was just read."""
    return validate_quads(graph.quads(duty_list))


def validate_edition(store: Store, division: str, edition: str) -> list[Result]:
    """Validate one edition of a store.

    Args:
        store: where it is.
        division: division code of the town.
        edition: date of the edition.

    Raises:
        UnknownNameError: the store has no such edition.
    """
    for iri, code, date in editions(store):
        if (code, date) == (division, edition):
            return validate_graph_of(store, iri)
    known = [f"{code} {date}" for _, code, date in editions(store)]
    raise UnknownNameError("edition", f"{division} {edition}", known)


def validate_graph_of(store: Store, iri: str) -> list[Result]:
    """Validate one named graph of a store."""
    name = NamedNode(iri)
    triples = store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}")
    return validate_quads([Quad(t.subject, t.predicate, t.object, name) for t in triples])


def editions(store: Store) -> list[tuple[str, str, str]]:
    """Editions of a store: IRI, division code of the town, date; sorted."""
    solutions = store.select(
        f"SELECT ?list ?code ?edition WHERE {{ GRAPH ?list {{ ?list a <{DG.DutyList}> . "
        f"OPTIONAL {{ ?list <{DCTERMS.publisher}>/<{DG.divisionCode}> ?code }} "
        f"OPTIONAL {{ ?list <{DG.edition}> ?edition }} }} }} ORDER BY ?code ?edition ?list"
    )
    return [
        (_text(row[0]), _text(row[1]), _text(row[2]))
        for row in solutions.rows
        if row[0] is not None
    ]


def _text(term: object) -> str:
    return str(getattr(term, "value", "") or "")


def validate_quads(quads: Sequence[Quad]) -> list[Result]:
    """Validate the quads of one edition: the weightiest results first, then by place.

    Args:
        quads: all quads of one edition's named graph. The reference graph is added.
    """
    index = _Index(quads)
    data = rdf.ntriples(quads) + _reference_ntriples()
    results = [*_recorded(index), *(_of_shape(r, index) for r in shacl.run(data))]
    return sorted(
        results, key=lambda r: (_RANK[r.severity], r.line or 0, r.place, r.code, r.focus, r.quote)
    )


@cache
def _reference_ntriples() -> bytes:
    return rdf.ntriples(graph.reference_quads())


def report_turtle(results: Iterable[Result]) -> str:
    """Results as a SHACL validation report in Turtle, recorded findings included."""
    lines = [
        f"@prefix sh: <{SH.base}> .",
        f"@prefix dg: <{DG.base}> .",
        "",
    ]
    entries = []
    for result in results:
        parts = [
            "a sh:ValidationResult",
            f"sh:focusNode {NamedNode(result.focus or result.edition)}",
            f"sh:resultSeverity sh:{str(result.severity).capitalize()}",
            f"sh:resultMessage {Literal(result.message_zh, language='zh')}",
            f"sh:resultMessage {Literal(result.message_en, language='en')}",
            f"dg:code {Literal(result.code)}",
        ]
        if result.shape:
            parts.append(f"sh:sourceShape {NamedNode(result.shape)}")
            parts.append(f"sh:sourceConstraintComponent {NamedNode(result.component)}")
        if result.place:
            parts.append(f"dg:place {Literal(result.place)}")
        if result.line is not None:
            parts.append(f"dg:line {result.line}")
        if result.quote:
            parts.append(f"dg:quote {Literal(result.quote, language='zh')}")
        entries.append("  sh:result [ " + " ;\n    ".join(parts) + " ]")
    # As SHACL has it: data conform where there is no result at all, of whatever severity.
    head = "[] a sh:ValidationReport ;\n  sh:conforms " + ("false" if entries else "true")
    return "\n".join(lines) + " ;\n".join([head, *entries]) + " .\n"


class _Index:
    """Values of an edition's nodes by subject and predicate."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.values: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        self.edition = ""
        for quad in quads:
            if isinstance(quad.subject, NamedNode):
                node = self.values.setdefault(quad.subject.value, {})
                node.setdefault(quad.predicate.value, []).append(quad.object)  # type: ignore[arg-type]
            if not self.edition and isinstance(quad.graph_name, NamedNode):
                self.edition = quad.graph_name.value

    def get(self, node: str, *predicates: str) -> str:
        """First value of the first predicate that the node has; empty where it has none."""
        known = self.values.get(node, {})
        for predicate in predicates:
            if predicate in known:
                return known[predicate][0].value
        return ""

    def has(self, node: str) -> bool:
        """True for a node that the edition describes."""
        return node in self.values

    def language(self, node: str, predicate: str, language: str) -> str:
        return next(
            (
                value.value
                for value in self.values.get(node, {}).get(predicate, ())
                if isinstance(value, Literal) and value.language == language
            ),
            "",
        )

    def line(self, node: str) -> int | None:
        text = self.get(node, DG.line)
        return int(text) if text.isdecimal() else None

    def source(self) -> str:
        return self.get(self.edition, PROV.hadPrimarySource)

    def of_class(self, class_iri: str) -> Iterator[str]:
        wanted = NamedNode(class_iri)
        return (node for node, known in self.values.items() if wanted in known.get(RDF.type, ()))


def _recorded(index: _Index) -> Iterator[Result]:
    """Findings that were recorded when the document was read."""
    for node in index.of_class(DG.Finding):
        about = index.get(node, DG.about)
        kind, item = _item_of(about, index)
        yield Result(
            severity=shacl.SEVERITIES.get(index.get(node, DG.severity), Severity.VIOLATION),
            code=index.get(node, DG.code),
            message_zh=index.language(node, RDFS.comment, "zh"),
            message_en=index.language(node, RDFS.comment, "en"),
            edition=index.edition,
            source=index.source(),
            place=index.get(node, DG.place),
            line=index.line(node),
            quote=index.get(node, DG.quote),
            other_place=index.get(node, DG.otherPlace),
            other_quote=index.get(node, DG.otherQuote),
            list_kind=kind,
            item=item,
            focus=about or node,
        )


def _item_of(node: str, index: _Index) -> tuple[str, str]:
    kind = index.get(node, DG.listKind).rpartition("list-")[2]
    return kind, index.get(node, DCTERMS.identifier) if kind else ""


def _of_shape(result: shacl.ShapeResult, index: _Index) -> Result:
    """A shape's result, with the place in the source that its focus node comes from."""
    messages = dict(result.messages)
    # Shapes about the list as a whole name the culprit as the value.
    focus = (
        result.value
        if result.focus == index.edition and index.has(result.value)
        else (result.focus)
    )
    # A node without a place of its own stands where the item that it belongs to stands.
    placed = next((n for n in _upwards(focus, index) if index.line(n) is not None), focus)
    owner = index.get(focus, DG.ofItem) or focus
    kind, item = _item_of(owner, index)
    quote = index.get(
        focus, DG.quote, DCTERMS.description, DCTERMS.title, OA.exact, SKOS.prefLabel
    ) or index.get(placed, DCTERMS.title)
    return Result(
        severity=result.severity,
        code=result.shape.rpartition("/")[2],
        message_zh=messages.get("zh", ""),
        message_en=messages.get("en", ""),
        edition=index.edition,
        source=index.source(),
        place=index.get(placed, DG.place),
        line=index.line(placed),
        quote=quote,
        list_kind=kind,
        item=item,
        focus=focus,
        shape=result.shape,
        component=result.component,
    )


def _upwards(node: str, index: _Index) -> Iterator[str]:
    """The node, and what it belongs to."""
    yield node
    if "/action/" in node:  # an action use is named below its duty
        yield from _upwards(node.partition("/action/")[0], index)
    owner = index.get(node, DG.ofItem)
    if owner:
        yield owner


def worst(results: Iterable[Result]) -> Severity | None:
    """The weightiest severity; None where there are no results."""
    return min((r.severity for r in results), key=_RANK.__getitem__, default=None)


def counts(results: Iterable[Result]) -> Mapping[Severity, int]:
    """Number of results by severity, all three of them."""
    out = dict.fromkeys(_RANK, 0)
    for result in results:
        out[result.severity] += 1
    return out
