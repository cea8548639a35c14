"""The ontology, the codes, their examples, and the shapes that check them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, Namespace, Node, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, XSD

from dutygraph import reference

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology" / "dutygraph.ttl"
CODES = ROOT / "ontology" / "codes.ttl"
EXAMPLES = sorted((ROOT / "ontology" / "examples").glob("*.ttl"))
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
TERM_SHAPES = ROOT / "shapes" / "terms.ttl"
TURTLE = [ONTOLOGY, CODES, *SHAPES, *EXAMPLES]

DCTERMS = Namespace("http://purl.org/dc/terms/")
DG = Namespace("https://w3id.org/dutygraph/ontology#")
CODE = Namespace("https://w3id.org/dutygraph/code/")
ID = Namespace("https://w3id.org/dutygraph/id/")
SHAPE = Namespace("https://w3id.org/dutygraph/shape/")
HEADER = URIRef("https://w3id.org/dutygraph/ontology")

PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty)

NEED_NOT_BE_DESCRIBED = (RDF.type, DCTERMS.isPartOf)
"""Predicates whose values an example may name without describing them."""


def name_of(path: Path) -> str:
    """Give a file the name that the test report shows."""
    return path.relative_to(ROOT).as_posix()


def load(*paths: Path) -> Graph:
    """One graph of several Turtle files."""
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def terms() -> Graph:
    """Load the ontology together with the codes."""
    return load(ONTOLOGY, CODES)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """Load the shapes for terms and codes."""
    return load(TERM_SHAPES)


def named(graph: Graph, kind: Node) -> set[URIRef]:
    """IRIs of a type; nameless unions of classes are left out."""
    return {node for node in graph.subjects(RDF.type, kind) if isinstance(node, URIRef)}


def declared_terms(graph: Graph) -> set[URIRef]:
    """Classes and properties of the ontology."""
    kinds = (OWL.Class, *PROPERTY_KINDS)
    return {term for kind in kinds for term in named(graph, kind)}


def declared_codes(graph: Graph) -> set[URIRef]:
    """Codes and their schemes."""
    return named(graph, SKOS.Concept) | named(graph, SKOS.ConceptScheme)


def iris(graph: Graph, base: str) -> set[URIRef]:
    """IRIs below a base that occur anywhere in a graph."""
    return {
        node
        for triple in graph
        for node in triple
        if isinstance(node, URIRef) and node.startswith(base)
    }


def tag(node: Node) -> str | None:
    """Language of a literal."""
    return node.language if isinstance(node, Literal) else None


def is_datatype(node: Node | None) -> bool:
    """Whether a range is one of literals."""
    return str(node).startswith(str(XSD)) or node == RDF.langString


def domains(terms: Graph, term: Node) -> Iterator[Node]:
    """Classes that a property is used on."""
    for domain in terms.objects(term, RDFS.domain):
        union = terms.value(domain, OWL.unionOf)
        if union is None:
            yield domain
        else:
            yield from Collection(terms, union)


def kebab(term: Node) -> str:
    """``DutyList`` → ``duty-list``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", str(term).removeprefix(DG)).lower()


def violated(data: Graph, shapes: Graph) -> set[str]:
    """Names of the shapes that a graph violates; a part of a shape counts as the shape."""
    _, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, inference="none", advanced=False, js=False, inplace=True
    )
    assert isinstance(report, Graph)
    found = set()
    for source in report.objects(None, SH.sourceShape):
        owner = shapes.value(None, SH.property, source) or source
        found.add(str(owner).removeprefix(SHAPE))
    return found


# Files


@pytest.mark.parametrize("path", TURTLE, ids=name_of)
def test_two_parsers_read_the_same(path: Path) -> None:
    by_oxigraph = sum(1 for _ in pyoxigraph.parse(path=str(path)))
    assert len(load(path)) == by_oxigraph > 0


@pytest.mark.parametrize("path", [ONTOLOGY, CODES, TERM_SHAPES, *EXAMPLES], ids=name_of)
def test_only_prefixes_that_are_used_are_declared(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = re.sub(r"^@prefix .*$", "", text, flags=re.MULTILINE)
    unused = [p for p in re.findall(r"^@prefix (\w+):", text, re.MULTILINE) if f"{p}:" not in body]
    assert unused == []


# Terms and codes


def test_ontology_and_codes_conform(terms: Graph, shapes: Graph) -> None:
    conforms, _, text = pyshacl.validate(
        terms, shacl_graph=shapes, inference="none", advanced=False, js=False, meta_shacl=True
    )
    assert conforms, text


def test_only_our_own_terms_are_declared(terms: Graph) -> None:
    foreign = [term for term in declared_terms(terms) if not term.startswith(DG)]
    assert foreign == []
    foreign = [code for code in declared_codes(terms) if not code.startswith(CODE)]
    assert foreign == []
    described = {s for s in terms.subjects() if isinstance(s, URIRef)}
    assert described == declared_terms(terms) | declared_codes(terms) | {HEADER}


def test_version_iri_ends_in_the_version(terms: Graph) -> None:
    info = terms.value(HEADER, OWL.versionInfo)
    assert str(terms.value(HEADER, OWL.versionIRI)) == f"{HEADER}/{info}"


@pytest.mark.parametrize("label", [RDFS.label, SKOS.prefLabel])
def test_no_two_terms_share_a_label(terms: Graph, label: URIRef) -> None:
    seen: dict[tuple[Any, ...], Node] = {}
    for term, text in terms.subject_objects(label):
        assert isinstance(text, Literal)
        place = terms.value(term, SKOS.inScheme)
        if label == RDFS.label:
            place = Literal(any((term, RDF.type, kind) in terms for kind in PROPERTY_KINDS))
        assert seen.setdefault((place, text), term) == term, text


def test_code_is_scheme_word_and_notation(terms: Graph) -> None:
    for code in named(terms, SKOS.Concept):
        notation = terms.value(code, SKOS.notation)
        assert re.fullmatch(rf"{CODE}[a-z]+-{notation}", code), code


def test_ranges_are_declared_or_borrowed(terms: Graph) -> None:
    for term, target in terms.subject_objects(RDFS.range):
        if str(target).startswith(DG):
            assert (target, RDF.type, OWL.Class) in terms
        kind = OWL.DatatypeProperty if is_datatype(target) else OWL.ObjectProperty
        assert (term, RDF.type, kind) in terms, term


# What the code relies on


def test_every_action_of_the_lexicon_is_a_code(terms: Graph) -> None:
    used = {CODE[f"action-{action}"] for action in reference.lexicon().terms.values()}
    assert used == set(terms.subjects(SKOS.inScheme, CODE["actions"]))


def test_every_system_of_the_reference_data_is_a_code(terms: Graph) -> None:
    used = {CODE[f"system-{system}"] for system in reference.SYSTEMS}
    assert used == set(terms.subjects(SKOS.inScheme, CODE["systems"]))


# Shapes: what each of them is there to catch


def without(subject: Node, predicate: URIRef, value: Node | None = None) -> Callable[[Graph], None]:
    """Mutation that removes statements, and insists that there were some."""

    def mutate(graph: Graph) -> None:
        assert (subject, predicate, value) in graph
        graph.remove((subject, predicate, value))

    return mutate


def without_text(subject: Node, predicate: URIRef, language: str) -> Callable[[Graph], None]:
    """Mutation that removes a text in one language."""

    def mutate(graph: Graph) -> None:
        texts = [t for t in graph.objects(subject, predicate) if tag(t) == language]
        assert texts
        for text in texts:
            graph.remove((subject, predicate, text))

    return mutate


def also(subject: Node, predicate: URIRef, value: Node) -> Callable[[Graph], None]:
    """Mutation that adds a statement."""

    def mutate(graph: Graph) -> None:
        graph.add((subject, predicate, value))

    return mutate


def retagged(
    subject: Node, predicate: URIRef, language: str | None, new: str
) -> Callable[[Graph], None]:
    """Mutation that gives a text another language tag."""

    def mutate(graph: Graph) -> None:
        texts = [t for t in graph.objects(subject, predicate) if tag(t) == language]
        assert texts
        for text in texts:
            graph.remove((subject, predicate, text))
            graph.add((subject, predicate, Literal(str(text), lang=new)))

    return mutate


def replaced(subject: Node, predicate: URIRef, value: Node) -> Callable[[Graph], None]:
    """Mutation that puts another value in the place of what was stated."""

    def mutate(graph: Graph) -> None:
        assert (subject, predicate, None) in graph
        graph.set((subject, predicate, value))

    return mutate


INSPECT = CODE["action-inspect"]
BASIC = CODE["list-basic"]

MUTATIONS: dict[str, tuple[str, Callable[[Graph], None]]] = {
    "no Chinese label": ("TermLabels", without_text(DG.Item, RDFS.label, "zh")),
    "no English label of a property": ("TermLabels", without_text(DG.line, RDFS.label, "en")),
    "second English label": ("TermLabels", also(DG.Item, RDFS.label, Literal("row", lang="en"))),
    "label without language": ("TermLabels", also(DG.Item, RDFS.label, Literal("item"))),
    "zh-Hans for the English label": (
        "TermLabels",
        retagged(DG.Item, RDFS.label, "en", "zh-Hans"),
    ),
    "zh-Hans for zh": ("TermLabels", retagged(DG.Item, RDFS.label, "zh", "zh-Hans")),
    "label in a third language": (
        "TermLabels",
        also(DG.Item, RDFS.label, Literal("Aufgabe", lang="de")),
    ),
    "no English definition": ("TermDefinitions", without_text(DG.Duty, SKOS.definition, "en")),
    "second Chinese definition": (
        "TermDefinitions",
        also(DG.Duty, SKOS.definition, Literal("另一个定义。", lang="zh")),
    ),
    "scope note in one language": ("ScopeNotes", without_text(DG.Item, SKOS.scopeNote, "zh")),
    "not said where defined": ("TermIsDefinedBy", without(DG.Item, RDFS.isDefinedBy)),
    "defined by another": ("TermIsDefinedBy", also(DG.Item, RDFS.isDefinedBy, URIRef(str(SKOS)))),
    "no domain": ("PropertyDomain", without(DG.number, RDFS.domain)),
    "two domains": ("PropertyDomain", also(DG.number, RDFS.domain, DG.Duty)),
    "no range": ("PropertyRange", without(DG.number, RDFS.range)),
    "two ranges": ("PropertyRange", also(DG.number, RDFS.range, XSD.string)),
    "class without example": ("ClassExample", without(DG.Town, SKOS.example)),
    "no version IRI": ("OntologyVersion", without(HEADER, OWL.versionIRI)),
    "version IRI without number": (
        "OntologyVersion",
        replaced(HEADER, OWL.versionIRI, HEADER),
    ),
    "no licence": ("OntologyHeader", without(HEADER, DCTERMS.license)),
    "no date of modification": ("OntologyHeader", without(HEADER, DCTERMS.modified)),
    "title in one language": ("OntologyHeader", without_text(HEADER, DCTERMS.title, "zh")),
    "code without label": ("CodeLabels", without_text(BASIC, SKOS.prefLabel, "en")),
    "scheme without label": ("CodeLabels", without_text(CODE.roles, SKOS.prefLabel, "zh")),
    "zh-CN for zh in a code": ("CodeLabels", retagged(BASIC, SKOS.prefLabel, "zh", "zh-CN")),
    "code without definition": ("CodeDefinitions", without_text(BASIC, SKOS.definition, "zh")),
    "code without notation": ("CodeNotation", without(BASIC, SKOS.notation)),
    "second notation": ("CodeNotation", also(BASIC, SKOS.notation, Literal("own"))),
    "notation with a language": ("CodeNotation", retagged(BASIC, SKOS.notation, None, "en")),
    "code outside every scheme": ("CodeScheme", without(INSPECT, SKOS.inScheme)),
    "code in an undeclared scheme": ("CodeScheme", also(BASIC, SKOS.inScheme, CODE["kinds"])),
    "scheme without codes": ("SchemeTopConcepts", without(CODE.roles, SKOS.hasTopConcept)),
    "scheme that forgets a code": (
        "SchemeTopConcepts",
        without(CODE["list-kinds"], SKOS.hasTopConcept, BASIC),
    ),
    "action without nature": ("ActionNature", without(INSPECT, DG.nature)),
    "action with two natures": ("ActionNature", also(INSPECT, DG.nature, CODE["nature-other"])),
    "nature that is no nature": (
        "ActionNature",
        replaced(INSPECT, DG.nature, CODE["role-lead"]),
    ),
}


@pytest.mark.parametrize("fault", MUTATIONS)
def test_fault_is_caught_by_its_shape_alone(terms: Graph, shapes: Graph, fault: str) -> None:
    shape, mutate = MUTATIONS[fault]
    broken = Graph()
    broken += terms
    mutate(broken)
    assert violated(broken, shapes) == {shape}


def test_every_term_shape_is_seen_to_fail(shapes: Graph) -> None:
    targets = (SH.targetClass, SH.targetSubjectsOf)
    targeted = {str(s).removeprefix(SHAPE) for p in targets for s in shapes.subjects(p)}
    assert targeted == {shape for shape, _ in MUTATIONS.values()}


def test_term_shapes_speak_both_languages(shapes: Graph) -> None:
    reporting = set(shapes.subjects(SH.severity))
    assert reporting == set(shapes.subjects(SH.message))
    for shape in reporting:
        messages = list(shapes.objects(shape, SH.message))
        assert sorted(str(tag(message)) for message in messages) == ["en", "zh"], shape
        for message in messages:
            shows_how = "例如|请改为|请补上" if tag(message) == "zh" else "Right: "
            assert re.search(shows_how, str(message)), message


def test_every_part_of_a_shape_reports(shapes: Graph) -> None:
    parts = {part for part in shapes.objects(None, SH.property) if isinstance(part, URIRef)}
    assert parts <= set(shapes.subjects(SH.severity))


# Examples


def test_every_class_has_an_example(terms: Graph) -> None:
    expected = {kebab(term) for term in named(terms, OWL.Class)}
    assert expected == {path.stem for path in EXAMPLES}


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_example_shows_its_class(path: Path, terms: Graph) -> None:
    (shown,) = (term for term in named(terms, OWL.Class) if kebab(term) == path.stem)
    assert (None, RDF.type, shown) in load(path)


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_example_stands_alone(path: Path) -> None:
    graph = load(path)
    nodes = {node for triple in graph for node in triple}
    assert not any(isinstance(node, BNode) for node in nodes)
    linked = {o for _, p, o in graph if p not in NEED_NOT_BE_DESCRIBED}
    things = {node for node in linked if str(node).startswith(ID)}
    assert things <= set(graph.subjects())


@pytest.mark.parametrize("path", [*SHAPES, *EXAMPLES], ids=name_of)
def test_only_declared_terms_and_codes_are_used(path: Path, terms: Graph) -> None:
    used = load(path)
    assert iris(used, DG) <= declared_terms(terms)
    assert iris(used, CODE) <= declared_codes(terms)


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_example_keeps_to_domains_and_ranges(path: Path, terms: Graph) -> None:
    graph = load(path)
    for subject, predicate, value in graph:
        if not str(predicate).startswith(DG):
            continue
        types = set(graph.objects(subject, RDF.type))
        assert types & set(domains(terms, predicate)), (subject, predicate)
        target = terms.value(predicate, RDFS.range)
        if is_datatype(target):
            assert isinstance(value, Literal), (subject, predicate)
            assert value.language == ("zh" if target == RDF.langString else None), value
            assert value.language or (value.datatype or XSD.string) == target, value
            assert not value.ill_typed, value
        elif str(target).startswith(DG):
            assert (value, RDF.type, target) in graph, (subject, predicate)


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_example_takes_codes_from_the_scheme_that_the_definition_names(
    path: Path, terms: Graph
) -> None:
    for predicate, value in load(path).predicate_objects():
        if str(predicate).startswith(DG) and str(value).startswith(CODE):
            (definition,) = (
                text for text in terms.objects(predicate, SKOS.definition) if tag(text) == "en"
            )
            scheme = terms.value(value, SKOS.inScheme)
            named_there = re.search(r"code:([a-z-]+)", str(definition))
            assert named_there, predicate
            assert CODE[named_there[1]] == scheme, (predicate, value)
