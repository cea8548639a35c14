"""The shapes for an alignment graph: a real one conforms, and every shape has been seen to fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, SH, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL

from dutygraph.align.concepts import align_concepts
from dutygraph.align.quads import alignment_quads
from dutygraph.rdf import ntriples
from dutygraph.shacl import validate_graph
from dutygraph.simulate.corpus import simulate

ROOT = Path(__file__).resolve().parent.parent
DG = Namespace("https://w3id.org/dutygraph/ontology#")
CODE = Namespace("https://w3id.org/dutygraph/code/")
ID = Namespace("https://w3id.org/dutygraph/id/")
SSSOM = Namespace("https://w3id.org/sssom/")
CONCEPT = ID["concept/甲"]
ITEM = ID["item/1/2025/basic/1"]
MAPPING = ID["mapping/1/2025/basic/1"]

SMALL = [
    (CONCEPT, RDF.type, DG.DutyConcept),
    (CONCEPT, RDF.type, SKOS.Concept),
    (CONCEPT, SKOS.prefLabel, Literal("甲", lang="zh")),
    (CONCEPT, SKOS.inScheme, ID["duty-concepts"]),
    (CONCEPT, DG.usualListKind, CODE["list-basic"]),
    (ITEM, DG.realises, CONCEPT),
    (MAPPING, RDF.type, OWL.Axiom),
    (MAPPING, OWL.annotatedSource, ITEM),
    (MAPPING, OWL.annotatedProperty, SKOS.exactMatch),
    (MAPPING, OWL.annotatedTarget, CONCEPT),
    (MAPPING, SSSOM.mapping_justification, URIRef("https://w3id.org/semapv/vocab/LexicalMatching")),
    (MAPPING, SSSOM.confidence, Literal("0.9", datatype=XSD.double)),
]
FAULTS = {
    "ConceptIri": (
        None,
        [
            (ID["duty/乙"], RDF.type, DG.DutyConcept),
            (ID["duty/乙"], SKOS.prefLabel, Literal("乙", lang="zh")),
            (ID["duty/乙"], SKOS.inScheme, ID["duty-concepts"]),
        ],
    ),
    "ConceptLabel": ((CONCEPT, SKOS.prefLabel, None), []),
    "ConceptScheme": ((CONCEPT, SKOS.inScheme, None), []),
    "ConceptListKind": (None, [(CONCEPT, DG.usualListKind, CODE["list-reclaimed"])]),
    "RealisesConcept": (None, [(ITEM, DG.realises, ID["concept/丙"])]),
    "MappingSubject": ((MAPPING, OWL.annotatedSource, None), []),
    "MappingPredicate": (
        (MAPPING, OWL.annotatedProperty, None),
        [(MAPPING, OWL.annotatedProperty, OWL.sameAs)],
    ),
    "MappingObject": ((MAPPING, OWL.annotatedTarget, None), []),
    "MappingJustification": ((MAPPING, SSSOM.mapping_justification, None), []),
    "MappingConfidence": (
        (MAPPING, SSSOM.confidence, None),
        [(MAPPING, SSSOM.confidence, Literal("1.5", datatype=XSD.double))],
    ),
}


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(ROOT / "shapes" / "alignment.ttl")


def reported(data: Graph, shapes: Graph) -> set[str]:
    _, report = validate_graph(data, shapes)
    return {str(s).rpartition("/")[2] for s in report.objects(None, SH.sourceShape)}


def test_a_small_alignment_conforms(shapes: Graph) -> None:
    data = Graph()
    for triple in SMALL:
        data.add(triple)
    assert reported(data, shapes) == set()


@pytest.mark.parametrize("shape", FAULTS)
def test_each_shape_sees_its_fault(shapes: Graph, shape: str) -> None:
    data = Graph()
    for triple in SMALL:
        data.add(triple)
    gone, new = FAULTS[shape]
    if gone is not None:
        data.remove(gone)
    for triple in new:
        data.add(triple)
    assert reported(data, shapes) == {shape}


def test_every_shape_has_a_fault(shapes: Graph) -> None:
    known = {str(s).rpartition("/")[2] for s in shapes.subjects(SH.severity, None)}
    assert known == set(FAULTS)


def test_an_alignment_of_simulated_towns_conforms(shapes: Graph) -> None:
    tables = simulate(towns=2, seed=9).tables()
    alignment = align_concepts(
        tables["items"],
        departments=tables["departments"],
        duties=tables["duties"],
        reclaimed=tables["reclaimed"],
        synthetic={(str(r["division"]), str(r["edition"])) for r in tables["lists"]},
    )
    quads = alignment_quads(alignment)
    assert len(quads) > 3000
    data = Graph().parse(data=ntriples(quads), format="nt")
    assert reported(data, shapes) == set()
