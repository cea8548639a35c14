"""The shapes for editions: the real edition conforms, and every shape has been seen to fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph
import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, Namespace, Node, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCAT, DCTERMS, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from dutygraph import shacl

ROOT = Path(__file__).resolve().parent.parent
EDITION = ROOT / "data" / "graph" / "653131101-2025-07.trig"
REFERENCE = ROOT / "data" / "graph" / "reference.trig"
SHAPE_FILES = [ROOT / "shapes" / f"{name}.ttl" for name in ("list", "organisation", "provenance")]

ADMS = Namespace("http://www.w3.org/ns/adms#")
CODE = Namespace("https://w3id.org/dutygraph/code/")
CV = Namespace("http://data.europa.eu/m8g/")
DG = Namespace("https://w3id.org/dutygraph/ontology#")
ID = Namespace("https://w3id.org/dutygraph/id/")
OA = Namespace("http://www.w3.org/ns/oa#")
SHAPE = Namespace("https://w3id.org/dutygraph/shape/")

KEPT = (
    "basic/1",
    "basic/2",
    "cooperative/18",
    "cooperative/57",
    "cooperative/72",
    "cooperative/78",
    "cooperative/85",
    "cooperative/91",
    "reclaimed/38",
)
"""Items of the small edition: between them they have everything that a shape can look at."""


class Result(NamedTuple):
    """One thing a validator reports.

    Attributes:
        shape: local name of the shape.
        focus: the node that is wrong; what a list-wide constraint reports as value.
        severity: local name of the severity.
    """

    shape: str
    focus: str
    severity: str


# Graphs


@cache
def prepared(text: str) -> Query:
    """Read a query once; that is half the time of validating a small graph."""
    return prepareQuery(text)


class PreparedGraph(Graph):
    """A graph that reads every query once."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Any:
        """Answer a query."""
        known = prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(known, *args, **kwargs)


def load(*paths: Path) -> Graph:
    """One graph of the triples of several TriG files, whatever graphs they are in."""
    triples = [
        quad.triple
        for path in paths
        for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TRIG)
    ]
    graph = PreparedGraph()
    lines = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return graph.parse(data=lines, format="nt")


def load_shapes() -> Graph:
    """All shapes for editions."""
    graph = Graph()
    for path in SHAPE_FILES:
        graph.parse(path, format="turtle")
    return graph


SHAPES = load_shapes()
ABOUT_THE_WHOLE_LIST = frozenset(SHAPES.subjects(SH.sparql))


def results(data: Graph) -> list[Result]:
    """Validate an edition together with the reference graph, on both engines."""
    found = results_of_pyshacl(data)
    if shacl.has_fast_engine():
        text = data.serialize(format="nt", encoding="utf-8")
        # Blank nodes have other names in the other engine.
        fast = {result_of(one) for one in shacl.run_fast(text)}
        assert {without_blank(one) for one in fast} == {without_blank(one) for one in found}
    return found


def without_blank(result: Result) -> Result:
    """The result without the name of a blank node."""
    named = result.focus.startswith(("http:", "https:"))
    return result if named else result._replace(focus="")


def result_of(result: shacl.ShapeResult) -> Result:
    """A result of the package's own as one of this module."""
    about = result.value if URIRef(result.shape) in ABOUT_THE_WHOLE_LIST else result.focus
    shape = result.shape.removeprefix(SHAPE)
    return Result(shape, about, str(result.severity).capitalize())


def results_of_pyshacl(data: Graph) -> list[Result]:
    """Validate an edition together with the reference graph, with pySHACL."""
    _, report, _ = pyshacl.validate(
        data, shacl_graph=SHAPES, inference="none", advanced=False, js=False, inplace=True
    )
    assert isinstance(report, Graph)
    found = []
    for node in report.subjects(RDF.type, SH.ValidationResult):
        shape = report.value(node, SH.sourceShape)
        about = SH.value if shape in ABOUT_THE_WHOLE_LIST else SH.focusNode
        severity = report.value(node, SH.resultSeverity)
        found.append(
            Result(
                str(shape).removeprefix(SHAPE),
                str(report.value(node, about)),
                str(severity).removeprefix(str(SH)),
            )
        )
    return found


def is_dropped(graph: Graph, node: Node) -> bool:
    """Whether a node is an item that the small edition leaves out, or a finding about one."""
    if (node, RDF.type, DG.Item) in graph:
        return not str(node).endswith(tuple(f"/{key}" for key in KEPT))
    about = graph.value(node, DG.about)
    return about is not None and is_dropped(graph, about)


def cut(edition: Graph) -> Graph:
    """Cut some items out of a real edition, with everything that they need.

    The numbers of items that its claims count are those of the cut.
    """
    small = PreparedGraph()
    todo: list[Node] = [LIST]
    while todo:
        subject = todo.pop()
        for predicate, value in edition.predicate_objects(subject):
            if is_dropped(edition, value) or (subject, predicate, value) in small:
                continue
            small.add((subject, predicate, value))
            todo.append(value)
    for claim, subject in small.subject_objects(DG.subjectText):
        kind, counts = str(subject).split()
        if counts == "items":
            number = sum(kind in ("all", key.split("/")[0]) for key in KEPT)
            small.set((claim, DG.counted, Literal(number)))
    return small


@pytest.fixture(scope="module")
def edition() -> Graph:
    """Read the real edition."""
    return load(EDITION)


@pytest.fixture(scope="module")
def reference() -> Graph:
    """Read the reference graph."""
    return load(REFERENCE)


@pytest.fixture(scope="module")
def small(edition: Graph, reference: Graph) -> Graph:
    """Cut a small edition and put the reference graph beside it."""
    graph = cut(edition)
    graph += reference
    return graph


def local(shape: Node) -> str:
    """``https://w3id.org/dutygraph/shape/ItemTitle`` → ``ItemTitle``."""
    return str(shape).removeprefix(SHAPE)


NOT_CONSTRAINTS = frozenset(
    {RDF.type, SH.message, SH.path, SH.property, SH.severity, SH.targetClass, SH.targetNode}
    | {SH.targetObjectsOf, SH.targetSubjectsOf}
)


def applied() -> set[Node]:
    """Shapes that are applied to nodes of an edition: by a target, or as part of one that is."""
    targets = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
    found: set[Node] = {shape for target in targets for shape in SHAPES.subjects(target)}
    todo = list(found)
    while todo:
        parts = set(SHAPES.objects(todo.pop(), SH.property)) - found
        found |= parts
        todo += parts
    return found


def reporting() -> set[Node]:
    """Find the applied shapes that have a constraint of their own, so that they can report."""
    return {shape for shape in applied() if set(SHAPES.predicates(shape)) - NOT_CONSTRAINTS}


# The names of the nodes that the faults are put into

LIST = ID["list/653131101/2025-07"]
TOWN = ID["town/653131101"]
SOURCE = ID["source/653131101/2025-07"]
RUN = ID["run/653131101/2025-07"]
SOFTWARE = ID["software/dutygraph/0.1.0"]
TOWN_DIVISION = ID["division/653131101"]
COUNTY = ID["division/653131"]
OTHER_COUNTY = ID["division/653128"]
CODE_OF_OTHER_COUNTY = ID["identifier/mca/653128"]
CLAIM = ID["claim/653131101/2025-07/1"]
TWO_PLACES = ID["finding/653131101/2025-07/1"]
UNKNOWN = ID["department/653131/林业和草原局"]


def item(key: str) -> URIRef:
    """``cooperative/57`` → the item."""
    return ID[f"item/653131101/2025-07/{key}"]


def split(key: str, party: str = "乡镇") -> URIRef:
    """Find the share of a party in an item."""
    return ID[f"participation/653131101/2025-07/{key}/{party}"]


def duty(path: str) -> URIRef:
    """``cooperative/57/town/1`` → the duty."""
    return ID[f"duty/653131101/2025-07/{path}"]


def department(name: str) -> URIRef:
    """``水利局`` → the department of the county."""
    return ID[f"department/653131/{name}"]


BASIC = item("basic/1")
BASIC_SPLIT = split("basic/1")
RED_CROSS = item("cooperative/18")
RED_CROSS_SPLIT = split("cooperative/18", "红十字会")
POLLUTION = item("cooperative/57")
GAS = item("cooperative/72")
GAS_TOWN = split("cooperative/72")
GAS_COMPANY = split("cooperative/72", "燃气公司")
FILMS = item("cooperative/78")
RESCUE = item("cooperative/85")
FIREWORKS = item("reclaimed/38")
FIREWORKS_SPLIT = split("reclaimed/38", "公安局")
SOLE = duty("cooperative/57/town/1")
LAST = duty("cooperative/57/town/5")
JOINT = duty("cooperative/85/department/1")
UNATTRIBUTED = duty("cooperative/78/department/2")
WITH_SUBJECT = duty("cooperative/85/department/3")
WITH_PHASE = duty("cooperative/18/town/1")
WITH_NUMBER = duty("cooperative/72/town/1")
TWICE_PLAN = duty("cooperative/57/department/1")
USE = URIRef(f"{TWICE_PLAN}/action/1")
WATER = department("水利局")


def zh(text: str) -> Literal:
    """Make a Chinese literal."""
    return Literal(text, lang="zh")


def typed(text: str, datatype: URIRef) -> Literal:
    """Make a literal of a datatype, ill-formed or not."""
    return Literal(text, datatype=datatype, normalize=False)


# Ways of breaking a graph

Mutation = Callable[[Graph], None]


@contextmanager
def broken(graph: Graph, mutate: Mutation) -> Iterator[None]:
    """Break a graph, and mend it afterwards: that takes less time than a copy for every fault."""
    before = set(graph)
    mutate(graph)
    after = set(graph)
    assert before != after
    try:
        yield
    finally:
        for triple in after - before:
            graph.remove(triple)
        for triple in before - after:
            graph.add(triple)


def without(subject: Node, predicate: URIRef, value: Node | None = None) -> Mutation:
    """Remove statements, and insist that there were some."""

    def mutate(graph: Graph) -> None:
        assert (subject, predicate, value) in graph
        graph.remove((subject, predicate, value))

    return mutate


def without_text(subject: Node, predicate: URIRef, language: str) -> Mutation:
    """Remove the text in one language."""

    def mutate(graph: Graph) -> None:
        texts = [
            t
            for t in graph.objects(subject, predicate)
            if isinstance(t, Literal) and t.language == language
        ]
        assert texts
        for text in texts:
            graph.remove((subject, predicate, text))

    return mutate


def also(subject: Node, predicate: URIRef, value: Node) -> Mutation:
    """Add a statement that was not there."""

    def mutate(graph: Graph) -> None:
        assert (subject, predicate, value) not in graph
        graph.add((subject, predicate, value))

    return mutate


def replaced(subject: Node, predicate: URIRef, value: Node) -> Mutation:
    """Put another value in the place of what was stated."""

    def mutate(graph: Graph) -> None:
        assert set(graph.objects(subject, predicate)) not in (set(), {value})
        graph.set((subject, predicate, value))

    return mutate


def renamed(old: Node, new: Node) -> Mutation:
    """Give a node another IRI wherever it stands."""

    def mutate(graph: Graph) -> None:
        found = [triple for triple in graph if old in triple]
        assert found
        for triple in found:
            graph.remove(triple)
            subject, predicate, value = (new if term == old else term for term in triple)
            graph.add((subject, predicate, value))

    return mutate


def removed(node: Node) -> Mutation:
    """Remove a node with everything stated of it, and every link to it."""

    def mutate(graph: Graph) -> None:
        assert (node, None, None) in graph
        graph.remove((node, None, None))
        graph.remove((None, None, node))

    return mutate


def all_of(*mutations: Mutation) -> Mutation:
    """Break the graph in several steps."""

    def mutate(graph: Graph) -> None:
        for one in mutations:
            one(graph)

    return mutate


def moved(what: Node, predicate: URIRef, old: Node, new: Node) -> Mutation:
    """Move a link from one subject to another."""
    return all_of(without(old, predicate, what), also(new, predicate, what))


def without_town_duties(key: str) -> Mutation:
    """Empty the town's column of an item."""

    def mutate(graph: Graph) -> None:
        column = [
            node
            for node in graph.objects(item(key), DG.hasDuty)
            if (node, DG.side, CODE["side-town"]) in graph
        ]
        assert column
        for node in column:
            for use in list(graph.objects(node, DG.hasActionUse)):
                removed(use)(graph)
            removed(node)(graph)

    return mutate


def without_findings(about: Node) -> Mutation:
    """Remove every finding about an item."""

    def mutate(graph: Graph) -> None:
        findings = list(graph.subjects(DG.about, about))
        assert findings
        for node in findings:
            removed(node)(graph)

    return mutate


def one_more_split(of: URIRef, who: URIRef, role: str) -> Mutation:
    """Let one more party take part in an item, with a complete split."""
    node = URIRef(f"{of}/{str(who).rsplit('/', 1)[1]}".replace("/id/item/", "/id/participation/"))
    return all_of(
        also(of, CV.hasParticipation, node),
        also(node, RDF.type, DG.Split),
        also(node, RDF.type, CV.Participation),
        also(node, DG.ofItem, of),
        also(node, CV.hasParticipant, who),
        also(node, CV.role, CODE[role]),
        also(node, DG.named, Literal(True)),
    )


def insecure(iri: URIRef) -> URIRef:
    """Write the IRI with http: a common slip, and another thing altogether."""
    return URIRef(str(iri).replace("https:", "http:"))


# The faults: which shape reports what is wrong, and about which node


@dataclass(frozen=True)
class Fault:
    """A deliberate fault, and what it has to be reported as."""

    shape: str
    mutate: Mutation
    focus: Node


def renamed_node(shape: str, node: URIRef) -> Fault:
    """Fault of an IRI that does not follow the rule."""
    return Fault(shape, renamed(node, insecure(node)), insecure(node))


def one_type_less(shape: str, node: URIRef, kind: URIRef) -> Fault:
    """Fault of a node that common vocabularies do not find."""
    return Fault(shape, without(node, RDF.type, kind), node)


def misspelt(shape: str, node: URIRef) -> Fault:
    """Fault of a property that the model does not have."""
    return Fault(shape, also(node, DG["lable"], Literal("x")), node)


FAULTS: dict[str, Fault] = {
    # the list
    "list with another IRI": renamed_node("ListIri", LIST),
    "list that is no dataset": one_type_less("ListTypes", LIST, DCAT.Dataset),
    "list without title": Fault("ListTitle", without(LIST, DCTERMS.title), LIST),
    "list title without language": Fault(
        "ListTitle", replaced(LIST, DCTERMS.title, Literal("履职事项清单")), LIST
    ),
    "list of no town": Fault("ListPublisher", without(LIST, DCTERMS.publisher), LIST),
    "list without edition": Fault("ListEdition", without(LIST, DG.edition), LIST),
    "edition that is no string": Fault(
        "ListEdition", replaced(LIST, DG.edition, typed("2025-07", XSD.gYearMonth)), LIST
    ),
    "date of issue as a string": Fault(
        "ListIssued", replaced(LIST, DCTERMS.issued, Literal("2025-07")), LIST
    ),
    "dated edition without date of issue": Fault("ListDated", without(LIST, DCTERMS.issued), LIST),
    "edition of another month than the IRI": Fault(
        "ListKey",
        all_of(
            replaced(LIST, DG.edition, Literal("2025-08")),
            replaced(LIST, DCTERMS.issued, typed("2025-08", XSD.gYearMonth)),
        ),
        TOWN,
    ),
    "date of issue of another month": Fault(
        "ListKey",
        replaced(LIST, DCTERMS.issued, typed("2025-08", XSD.gYearMonth)),
        Literal("2025-08"),
    ),
    "real list marked as synthetic": Fault(
        "ListKey", replaced(LIST, DG.synthetic, Literal(True)), Literal("true")
    ),
    "list in English": Fault("ListLanguage", replaced(LIST, DCTERMS.language, Literal("en")), LIST),
    "list that may be synthetic": Fault("ListSynthetic", without(LIST, DG.synthetic), LIST),
    "marking without language": Fault("ListMarking", also(LIST, DG.marking, Literal("试行")), LIST),
    "two introductions": Fault("ListIntroduction", also(LIST, DG.introduction, zh("又")), LIST),
    "item that is not described": Fault(
        "ListItems", without(item("basic/2"), RDF.type, DG.Item), LIST
    ),
    "claim that is not described": Fault("ListClaims", without(CLAIM, RDF.type), LIST),
    "finding that is not described": Fault("ListFindings", without(TWO_PLACES, RDF.type), LIST),
    "unknown property of the list": misspelt("ListProperties", LIST),
    # items
    "item with another IRI": renamed_node("ItemIri", BASIC),
    "item that names no list": Fault("ItemList", without(BASIC, DG.inList), BASIC),
    "item of another list": Fault(
        "ItemList", replaced(BASIC, DG.inList, ID["list/653131101/2024-07"]), BASIC
    ),
    "item with a second kind": Fault(
        "ItemListKind", also(BASIC, DG.listKind, CODE["nature-other"]), BASIC
    ),
    "item without number": Fault("ItemNumber", without(POLLUTION, DG.number), POLLUTION),
    "number of another datatype": Fault(
        "ItemNumber", replaced(POLLUTION, DG.number, typed("57", XSD.int)), POLLUTION
    ),
    "item without identifier": Fault(
        "ItemIdentifier", without(POLLUTION, DCTERMS.identifier), POLLUTION
    ),
    "identifier with a language": Fault(
        "ItemIdentifier", replaced(POLLUTION, DCTERMS.identifier, zh("57")), POLLUTION
    ),
    "number that is not the identifier's": Fault(
        "ItemKey", replaced(POLLUTION, DG.number, Literal(58)), POLLUTION
    ),
    "identifier of another item": Fault(
        "ItemKey",
        all_of(
            replaced(POLLUTION, DCTERMS.identifier, Literal("72")),
            replaced(POLLUTION, DG.number, Literal(72)),
        ),
        POLLUTION,
    ),
    "item without title": Fault("ItemTitle", without(BASIC, DCTERMS.title), BASIC),
    "item with two titles": Fault("ItemTitle", also(BASIC, DCTERMS.title, zh("党建")), BASIC),
    "department type as category": Fault(
        "ItemCategory", replaced(BASIC, DG.category, ID["department-type/agriculture-rural"]), BASIC
    ),
    "category that no reference data has": Fault(
        "ItemCategory", replaced(BASIC, DG.category, ID["category/fishing"]), BASIC
    ),
    "category without its text": Fault("ItemCategoryText", without(BASIC, DG.categoryText), BASIC),
    "department that is not described": Fault(
        "ItemDepartments",
        without(department("红十字会"), RDF.type, DG.Department),
        RED_CROSS,
    ),
    "departments without their names": Fault(
        "ItemDepartmentNames", without(POLLUTION, DG.departmentNames), POLLUTION
    ),
    "two methods": Fault("ItemMethod", also(FIREWORKS, DG.method, zh("不再办理。")), FIREWORKS),
    "note without language": Fault("ItemNote", also(BASIC, DG.note, Literal("备注：无")), BASIC),
    "split that is not described": Fault(
        "ItemSplits", without(GAS_COMPANY, RDF.type, DG.Split), GAS
    ),
    "duty that is not described": Fault("ItemDuties", without(LAST, RDF.type), POLLUTION),
    "unknown property of an item": misspelt("ItemProperties", BASIC),
    # by table
    "basic item that names departments": Fault(
        "DepartmentColumn", also(BASIC, DG.departmentNames, zh("公安局")), BASIC
    ),
    "basic item with a duty": Fault(
        "DutyColumns",
        all_of(
            moved(UNATTRIBUTED, DG.hasDuty, FILMS, BASIC),
            replaced(UNATTRIBUTED, DG.ofItem, BASIC),
            replaced(UNATTRIBUTED, DG.position, Literal(1)),
            replaced(UNATTRIBUTED, DG.order, Literal(1)),
        ),
        BASIC,
    ),
    "basic item with a method": Fault("MethodColumn", also(BASIC, DG.method, zh("收回。")), BASIC),
    "basic item without party": Fault("BasicParty", removed(BASIC_SPLIT), BASIC),
    "basic item that the town assists": Fault(
        "BasicRole", replaced(BASIC_SPLIT, CV.role, CODE["role-assist"]), BASIC_SPLIT
    ),
    "cooperative item that the town leads": Fault(
        "CooperativeTown", replaced(GAS_TOWN, CV.role, CODE["role-lead"]), GAS
    ),
    "cooperative item without the town's duties": Fault(
        "CooperativeDuties", without_town_duties("cooperative/18"), RED_CROSS
    ),
    "cooperative item without departments": Fault(
        "UpperDepartments",
        all_of(
            without(RED_CROSS, DG.department),
            without(RED_CROSS, DG.departmentNames),
            replaced(RED_CROSS_SPLIT, DG.named, Literal(False)),
        ),
        RED_CROSS,
    ),
    "reclaimed item without departments": Fault(
        "UpperDepartments",
        all_of(
            without_findings(FIREWORKS),
            without(FIREWORKS, DG.department),
            without(FIREWORKS, DG.departmentNames),
            removed(FIREWORKS_SPLIT),
            removed(split("reclaimed/38", "应急管理局")),
        ),
        FIREWORKS,
    ),
    "department that takes a cooperative item over": Fault(
        "CooperativeRole", replaced(GAS_COMPANY, CV.role, CODE["role-take-over"]), GAS_COMPANY
    ),
    "reclaimed item that the town takes over": Fault(
        "ReclaimedParty", one_more_split(FIREWORKS, TOWN, "role-take-over"), FIREWORKS
    ),
    "reclaimed item without method": Fault(
        "ReclaimedMethod",
        all_of(without_findings(FIREWORKS), without(FIREWORKS, DG.method)),
        FIREWORKS,
    ),
    "department that leads a reclaimed item": Fault(
        "ReclaimedRole", replaced(FIREWORKS_SPLIT, CV.role, CODE["role-lead"]), FIREWORKS_SPLIT
    ),
    # splits
    "split with another IRI": renamed_node("SplitIri", GAS_TOWN),
    "split that is no participation": one_type_less("SplitTypes", GAS_TOWN, CV.Participation),
    "split that names no item": Fault("SplitItem", without(BASIC_SPLIT, DG.ofItem), BASIC_SPLIT),
    "split that two items share": Fault(
        "SplitItem", also(item("basic/2"), CV.hasParticipation, BASIC_SPLIT), BASIC_SPLIT
    ),
    "split without participant": Fault(
        "SplitParticipant", without(GAS_COMPANY, CV.hasParticipant), GAS_COMPANY
    ),
    "participant that is not described": Fault(
        "SplitParticipant", replaced(GAS_COMPANY, CV.hasParticipant, UNKNOWN), GAS_COMPANY
    ),
    "participant that is an item": Fault(
        "SplitParticipant", replaced(GAS_COMPANY, CV.hasParticipant, GAS), GAS_COMPANY
    ),
    "split with two participants": Fault(
        "SplitOneParticipant", also(GAS_COMPANY, CV.hasParticipant, WATER), GAS_COMPANY
    ),
    "split without role": Fault("SplitRole", without(GAS_COMPANY, CV.role), GAS_COMPANY),
    "split that may be named": Fault("SplitNamed", without(GAS_COMPANY, DG.named), GAS_COMPANY),
    "named as a string": Fault(
        "SplitNamed", replaced(GAS_COMPANY, DG.named, Literal("false")), GAS_COMPANY
    ),
    "named but not in the column": Fault(
        "SplitColumn", replaced(GAS_COMPANY, DG.named, Literal(True)), GAS_COMPANY
    ),
    "in the column but not named": Fault(
        "SplitColumn",
        replaced(split("cooperative/57", "水利局"), DG.named, Literal(False)),
        split("cooperative/57", "水利局"),
    ),
    "in the column but without split": Fault(
        "SplitColumn", removed(FIREWORKS_SPLIT), department("公安局")
    ),
    "surface form without language": Fault(
        "SplitSurfaceForm", also(GAS_COMPANY, DG.surfaceForm, Literal("燃气")), GAS_COMPANY
    ),
    "duty of another item": Fault(
        "SplitDuties", moved(LAST, DG.carries, split("cooperative/57"), GAS_TOWN), GAS_TOWN
    ),
    "unknown property of a split": misspelt("SplitProperties", GAS_TOWN),
    "department with a duty of the town": Fault(
        "DepartmentSide",
        moved(duty("cooperative/72/town/3"), DG.carries, GAS_TOWN, GAS_COMPANY),
        GAS_COMPANY,
    ),
    "department without surface form": Fault(
        "DepartmentSurfaceForm", without(GAS_COMPANY, DG.surfaceForm), GAS_COMPANY
    ),
    "town that is not named": Fault(
        "TownNamed", replaced(GAS_TOWN, DG.named, Literal(False)), GAS_TOWN
    ),
    "town with a duty of a department": Fault(
        "TownSide",
        moved(duty("cooperative/72/department/7"), DG.carries, GAS_COMPANY, GAS_TOWN),
        GAS_TOWN,
    ),
    # duties
    "duty with another IRI": renamed_node("DutyIri", SOLE),
    "duty that names no item": Fault("DutyItem", without(SOLE, DG.ofItem), SOLE),
    "duty that no item lists": Fault("DutyItem", without(POLLUTION, DG.hasDuty, LAST), LAST),
    "duty without side": Fault("DutySide", without(LAST, DG.side), LAST),
    "duty without position": Fault("DutyPosition", without(LAST, DG.position), LAST),
    "position of another datatype": Fault(
        "DutyPosition", replaced(SOLE, DG.position, typed("1", XSD.int)), SOLE
    ),
    "positions with a gap": Fault(
        "DutyNumbering", replaced(LAST, DG.position, Literal(6)), POLLUTION
    ),
    "positions that repeat": Fault(
        "DutyNumbering",
        all_of(replaced(LAST, DG.position, Literal(4)), replaced(LAST, DG.order, Literal(4))),
        POLLUTION,
    ),
    "duty without order": Fault("DutyOrder", without(SOLE, DG.order), SOLE),
    "order zero": Fault("DutyOrder", replaced(SOLE, DG.order, Literal(0)), SOLE),
    "duty without text": Fault("DutyText", without(SOLE, DCTERMS.description), SOLE),
    "duty text without language": Fault(
        "DutyText", replaced(SOLE, DCTERMS.description, Literal("负责宣传；")), SOLE
    ),
    "duty of punctuation": Fault("DutyText", replaced(SOLE, DCTERMS.description, zh("；")), SOLE),
    "two printed numbers": Fault(
        "DutyPrintedNumber", also(WITH_NUMBER, DG.printedNumber, Literal("（一）")), WITH_NUMBER
    ),
    "two phases": Fault("DutyPhase", also(WITH_PHASE, DG.phase, zh("另一环节")), WITH_PHASE),
    "end without start": Fault("DutyStart", without(SOLE, OA.start), SOLE),
    "start before the line": Fault("DutyStart", replaced(SOLE, OA.start, Literal(-1)), SOLE),
    "two ends": Fault("DutyEnd", also(SOLE, OA.end, Literal(9999)), SOLE),
    "start without end": Fault("DutySpan", without(SOLE, OA.end), SOLE),
    "duty without attribution": Fault("DutyAttribution", without(SOLE, DG.attribution), SOLE),
    "sole duty of nobody": Fault(
        "SoleCarrier", without(split("cooperative/57"), DG.carries, SOLE), SOLE
    ),
    "sole duty of two": Fault(
        "SoleCarrier",
        also(GAS_COMPANY, DG.carries, duty("cooperative/72/department/1")),
        duty("cooperative/72/department/1"),
    ),
    "joint duty of one": Fault(
        "JointCarriers",
        all_of(
            without(split("cooperative/85", "水利局"), DG.carries, JOINT),
            without(split("cooperative/85", "自然资源局"), DG.carries, JOINT),
        ),
        JOINT,
    ),
    "unattributed duty of somebody": Fault(
        "NoCarrier",
        also(split("cooperative/78", "融媒体中心"), DG.carries, UNATTRIBUTED),
        UNATTRIBUTED,
    ),
    "unattributed duty of the town's column": Fault(
        "SharedSide",
        all_of(
            replaced(SOLE, DG.attribution, CODE["attribution-unattributed"]),
            without(split("cooperative/57"), DG.carries, SOLE),
        ),
        SOLE,
    ),
    "subject that is not described": Fault(
        "DutySubject", replaced(WITH_SUBJECT, DG.subject, UNKNOWN), WITH_SUBJECT
    ),
    "attributed duty with a subject": Fault(
        "DutySubjectUnattributed", also(SOLE, DG.subject, WATER), SOLE
    ),
    "action that no use shows": Fault(
        "DutyActions", also(SOLE, DG.action, CODE["action-approve"]), SOLE
    ),
    "action that only a use shows": Fault(
        "DutyActions", without(TWICE_PLAN, DG.action, CODE["action-plan"]), TWICE_PLAN
    ),
    "action use that is not described": Fault("DutyActionUses", without(USE, RDF.type), TWICE_PLAN),
    "actions without their names": Fault("DutyActionNames", without(SOLE, DG.actionNames), SOLE),
    "action names with a comma": Fault(
        "DutyActionNames",
        replaced(TWICE_PLAN, DG.actionNames, Literal("plan, review")),
        TWICE_PLAN,
    ),
    "unknown property of a duty": misspelt("DutyProperties", SOLE),
    # action uses
    "action use with another IRI": renamed_node("UseIri", USE),
    "action use of no duty": Fault("UseDuty", without(TWICE_PLAN, DG.hasActionUse, USE), USE),
    "action use without action": Fault("UseAction", without(USE, DG.action), USE),
    "action use without text": Fault("UseText", without(USE, OA.exact), USE),
    "action use before the text": Fault("UseStart", replaced(USE, OA.start, Literal(-1)), USE),
    "action use without rule": Fault("UseRule", without(USE, DG.rule), USE),
    "rule that is no rule": Fault("UseRule", replaced(USE, DG.rule, CODE["role-lead"]), USE),
    "unknown property of an action use": misspelt("UseProperties", USE),
    # claims
    "claim with another IRI": renamed_node("ClaimIri", CLAIM),
    "claim of no list": Fault("ClaimList", without(LIST, DG.hasClaim, CLAIM), CLAIM),
    "claim about rows": Fault(
        "ClaimSubject", replaced(CLAIM, DG.subjectText, Literal("all rows")), CLAIM
    ),
    "claim of minus one": Fault("ClaimClaimed", replaced(CLAIM, DG.claimed, Literal(-1)), CLAIM),
    "claim without count": Fault("ClaimCounted", without(CLAIM, DG.counted), CLAIM),
    "claim about all items, miscounted": Fault(
        "ClaimCount", replaced(CLAIM, DG.counted, Literal(266)), CLAIM
    ),
    "claim about basic items, miscounted": Fault(
        "ClaimCount",
        replaced(ID["claim/653131101/2025-07/13"], DG.counted, Literal(121)),
        ID["claim/653131101/2025-07/13"],
    ),
    "claim of no part": Fault("ClaimPart", without(CLAIM, DG.part), CLAIM),
    "claim without quote": Fault("ClaimQuote", without(CLAIM, DG.quote), CLAIM),
    "unknown property of a claim": misspelt("ClaimProperties", CLAIM),
    # findings
    "finding with another IRI": renamed_node("FindingIri", TWO_PLACES),
    "finding of no list": Fault(
        "FindingList", without(LIST, DG.hasFinding, TWO_PLACES), TWO_PLACES
    ),
    "finding code in words": Fault(
        "FindingCode", replaced(TWO_PLACES, DG.code, Literal("Claims contradict")), TWO_PLACES
    ),
    "severity in words": Fault(
        "FindingSeverity", replaced(TWO_PLACES, DG.severity, Literal("warning")), TWO_PLACES
    ),
    "finding without Chinese": Fault(
        "FindingChinese", without_text(TWO_PLACES, RDFS.comment, "zh"), TWO_PLACES
    ),
    "finding with two in Chinese": Fault(
        "FindingChinese", also(TWO_PLACES, RDFS.comment, zh("又。")), TWO_PLACES
    ),
    "finding without English": Fault(
        "FindingEnglish", without_text(TWO_PLACES, RDFS.comment, "en"), TWO_PLACES
    ),
    "finding in German": Fault(
        "FindingLanguages",
        also(TWO_PLACES, RDFS.comment, Literal("Widerspruch.", lang="de")),
        TWO_PLACES,
    ),
    "finding without place": Fault("FindingPlace", without(TWO_PLACES, DG.place), TWO_PLACES),
    "finding quote without language": Fault(
        "FindingQuote", replaced(TWO_PLACES, DG.quote, Literal("100 项")), TWO_PLACES
    ),
    "two other places": Fault(
        "FindingOtherPlace", also(TWO_PLACES, DG.otherPlace, Literal("line 1")), TWO_PLACES
    ),
    "two other quotes": Fault(
        "FindingOtherQuote", also(TWO_PLACES, DG.otherQuote, zh("又")), TWO_PLACES
    ),
    "finding about an item that is not there": Fault(
        "FindingAbout", also(TWO_PLACES, DG.about, item("cooperative/999")), TWO_PLACES
    ),
    "unknown property of a finding": misspelt("FindingProperties", TWO_PLACES),
    # what several have
    "two catch-alls": Fault("CatchAll", also(RESCUE, DG.catchAll, zh("等部门")), RESCUE),
    "line zero": Fault("Line", replaced(SOLE, DG.line, Literal(0)), SOLE),
    "two lines": Fault("Line", also(GAS_TOWN, DG.line, Literal(1)), GAS_TOWN),
    "item without place": Fault("Place", without(BASIC, DG.place), BASIC),
    "claim without place": Fault("Place", without(CLAIM, DG.place), CLAIM),
    # organisations and territories
    "town with another IRI": renamed_node("TownIri", TOWN),
    "town that is no public organisation": one_type_less("TownTypes", TOWN, CV.PublicOrganisation),
    "town without name": Fault("TownName", without(TOWN, SKOS.prefLabel), TOWN),
    "town without code": Fault("TownCode", without(TOWN, DG.divisionCode), TOWN),
    "town code of six digits": Fault(
        "TownCode",
        all_of(
            replaced(TOWN, DG.divisionCode, Literal("653131")),
            without(TOWN_DIVISION, ADMS.identifier),
        ),
        TOWN,
    ),
    "town without territory": Fault("TownDivision", without(TOWN, DCTERMS.spatial), TOWN),
    "town whose territory is a county": Fault(
        "TownLevel",
        all_of(replaced(TOWN, DCTERMS.spatial, COUNTY), without(COUNTY, ADMS.identifier)),
        TOWN,
    ),
    "town code that is not its territory's": Fault(
        "TownCodeOfDivision", replaced(TOWN, DG.divisionCode, Literal("653131102")), TOWN
    ),
    "unknown property of the town": misspelt("TownProperties", TOWN),
    "division with another IRI": renamed_node("DivisionIri", OTHER_COUNTY),
    "division that is no location": one_type_less("DivisionTypes", COUNTY, DCTERMS.Location),
    "division without Chinese name": Fault(
        "DivisionChineseName", without_text(COUNTY, SKOS.prefLabel, "zh"), COUNTY
    ),
    "division with a German name": Fault(
        "DivisionNames",
        also(COUNTY, SKOS.prefLabel, Literal("Kreis Taxkorgan", lang="de")),
        COUNTY,
    ),
    "division without level": Fault(
        "DivisionLevel", without(OTHER_COUNTY, DG.divisionLevel), OTHER_COUNTY
    ),
    "division in two": Fault(
        "DivisionParent",
        also(OTHER_COUNTY, DCTERMS.isPartOf, ID["division/650000"]),
        OTHER_COUNTY,
    ),
    "county in a county": Fault(
        "DivisionChain", replaced(OTHER_COUNTY, DCTERMS.isPartOf, COUNTY), OTHER_COUNTY
    ),
    "county in nothing": Fault(
        "DivisionTop", without(OTHER_COUNTY, DCTERMS.isPartOf), OTHER_COUNTY
    ),
    "identifier that is not described": Fault(
        "DivisionIdentifier", without(CODE_OF_OTHER_COUNTY, RDF.type), OTHER_COUNTY
    ),
    "county with the code of a prefecture": Fault(
        "DivisionCode",
        replaced(CODE_OF_OTHER_COUNTY, SKOS.notation, Literal("653100")),
        OTHER_COUNTY,
    ),
    "unknown property of a division": misspelt("DivisionProperties", COUNTY),
    "identifier with another IRI": renamed_node("IdentifierIri", CODE_OF_OTHER_COUNTY),
    "division code as a number": Fault(
        "IdentifierNotation",
        replaced(CODE_OF_OTHER_COUNTY, SKOS.notation, Literal(653128)),
        CODE_OF_OTHER_COUNTY,
    ),
    "division code of nobody": Fault(
        "IdentifierAgency", without(CODE_OF_OTHER_COUNTY, ADMS.schemaAgency), CODE_OF_OTHER_COUNTY
    ),
    "unknown property of an identifier": misspelt("IdentifierProperties", CODE_OF_OTHER_COUNTY),
    "department with another IRI": renamed_node("DepartmentIri", WATER),
    "department that is no organisation": one_type_less(
        "DepartmentTypes", WATER, ORG.FormalOrganization
    ),
    "department without name": Fault("DepartmentName", without(WATER, SKOS.prefLabel), WATER),
    "other name that is the name": Fault(
        "DepartmentOtherNames", also(WATER, SKOS.altLabel, zh("水利局")), WATER
    ),
    "department of two types": Fault(
        "DepartmentClassification",
        also(WATER, ORG.classification, ID["department-type/agriculture-rural"]),
        WATER,
    ),
    "department that may be reviewed": Fault(
        "DepartmentReviewed", without(WATER, DG.reviewed), WATER
    ),
    "reviewed department without type": Fault(
        "DepartmentReviewedType", without(WATER, ORG.classification), WATER
    ),
    "department of two counties": Fault(
        "DepartmentDivision", also(WATER, DCTERMS.spatial, OTHER_COUNTY), WATER
    ),
    "department of an unknown county": Fault(
        "DepartmentDivision", replaced(WATER, DCTERMS.spatial, ID["division/653199"]), WATER
    ),
    "unknown property of a department": misspelt("DepartmentProperties", WATER),
    # provenance
    "list without source": Fault("ListSource", without(LIST, PROV.hadPrimarySource), LIST),
    "list without run": Fault("ListRun", without(LIST, PROV.wasGeneratedBy), LIST),
    "item without source": Fault("DerivedFrom", without(POLLUTION, PROV.wasDerivedFrom), POLLUTION),
    "duty without source": Fault("DerivedFrom", without(SOLE, PROV.wasDerivedFrom), SOLE),
    "duty of another source": Fault(
        "OneSource",
        replaced(SOLE, PROV.wasDerivedFrom, ID["source/653131101/2024-07"]),
        LIST,
    ),
    "source with another IRI": renamed_node("SourceIri", SOURCE),
    "source that is no entity": one_type_less("SourceTypes", SOURCE, PROV.Entity),
    "digest in capitals": Fault(
        "SourceDigest", replaced(SOURCE, DG.sha256, Literal("3EED12EB" * 8)), SOURCE
    ),
    "digest that is too short": Fault(
        "SourceDigest", replaced(SOURCE, DG.sha256, Literal("3eed12eb")), SOURCE
    ),
    "format that is a suffix": Fault(
        "SourceFormat", replaced(SOURCE, DCTERMS.format, Literal(".txt")), SOURCE
    ),
    "source with its file name": Fault(
        "SourceProperties", also(SOURCE, DCTERMS.title, Literal("document.txt")), SOURCE
    ),
    "run with another IRI": renamed_node("RunIri", RUN),
    "run that used nothing": Fault("RunSource", without(RUN, PROV.used), RUN),
    "run of no software": Fault("RunSoftware", without(RUN, PROV.wasAssociatedWith), RUN),
    "run with its time": Fault(
        "RunProperties",
        also(RUN, PROV.endedAtTime, typed("2026-01-01T00:00:00Z", XSD.dateTime)),
        RUN,
    ),
    "software with another IRI": renamed_node("SoftwareIri", SOFTWARE),
    "software without name": Fault("SoftwareName", without(SOFTWARE, RDFS.label), SOFTWARE),
    "software of version v1": Fault(
        "SoftwareVersion", replaced(SOFTWARE, DG.toolVersion, Literal("v1")), SOFTWARE
    ),
    "unknown property of the software": misspelt("SoftwareProperties", SOFTWARE),
}


# The real edition


def test_real_edition_conforms(edition: Graph, reference: Graph) -> None:
    assert results(edition + reference) == []


def test_small_edition_conforms(small: Graph) -> None:
    assert len(list(small.subjects(RDF.type, DG.Item))) == len(KEPT)
    assert results(small) == []


def test_shapes_are_sound(small: Graph) -> None:
    conforms, _, text = pyshacl.validate(
        small, shacl_graph=SHAPES, inference="none", advanced=False, js=False, meta_shacl=True
    )
    assert conforms, text


# The faults


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_reported_by_its_shape_alone(small: Graph, name: str) -> None:
    fault = FAULTS[name]
    severity = str(SHAPES.value(SHAPE[fault.shape], SH.severity)).removeprefix(str(SH))
    with broken(small, fault.mutate):
        assert set(results(small)) == {Result(fault.shape, str(fault.focus), severity)}


def test_every_shape_is_seen_to_fail() -> None:
    assert {fault.shape for fault in FAULTS.values()} == {local(shape) for shape in reporting()}


ILL_TYPED: dict[str, tuple[URIRef, URIRef, URIRef]] = {
    "DutyPosition": (LAST, DG.position, XSD.integer),
    "DutyOrder": (SOLE, DG.order, XSD.integer),
    "DutyStart": (SOLE, OA.start, XSD.integer),
    "DutyEnd": (SOLE, OA.end, XSD.integer),
    "UseStart": (USE, OA.start, XSD.integer),
    "ItemNumber": (POLLUTION, DG.number, XSD.integer),
    "ClaimCounted": (CLAIM, DG.counted, XSD.integer),
    "ClaimClaimed": (CLAIM, DG.claimed, XSD.integer),
    "Line": (SOLE, DG.line, XSD.integer),
    "SplitNamed": (GAS_COMPANY, DG.named, XSD.boolean),
    "DepartmentReviewed": (WATER, DG.reviewed, XSD.boolean),
    "ListSynthetic": (LIST, DG.synthetic, XSD.boolean),
}
"""Statements whose value is to be one that its datatype does not know, by the shape to report it."""


@pytest.mark.parametrize("shape", ILL_TYPED)
def test_ill_typed_value_is_reported_by_its_shape_alone(small: Graph, shape: str) -> None:
    subject, predicate, datatype = ILL_TYPED[shape]
    with broken(small, replaced(subject, predicate, typed("perhaps", datatype))):
        assert {result.shape for result in results(small)} == {shape}


@pytest.mark.parametrize("shape", ILL_TYPED)
def test_blank_node_in_place_of_a_value_is_reported(small: Graph, shape: str) -> None:
    subject, predicate, _ = ILL_TYPED[shape]
    with broken(small, replaced(subject, predicate, BNode())):
        assert {result.shape for result in results(small)} == {shape}


def test_shapes_reach_nothing_in_the_reference_graph(reference: Graph) -> None:
    alone = Graph()
    alone += reference
    assert results(alone) == []


# How the shapes are written


def test_every_reporting_shape_is_named_and_speaks_both_languages() -> None:
    assert reporting() == set(SHAPES.subjects(SH.message)) == set(SHAPES.subjects(SH.severity))
    for shape in reporting():
        assert re.fullmatch(r"[A-Z][A-Za-z]+", local(shape)), shape
        texts = {
            text.language: str(text)
            for text in SHAPES.objects(shape, SH.message)
            if isinstance(text, Literal)
        }
        assert len(list(SHAPES.objects(shape, SH.message))) == len(texts)
        assert set(texts) == {"zh", "en"}, shape
        assert re.search("请", texts["zh"]), shape
        assert re.search("例如|只留|改为", texts["zh"]), shape
        assert "Right: " in texts["en"], shape


def test_no_two_shapes_say_the_same() -> None:
    texts = list(SHAPES.objects(None, SH.message))
    assert len(texts) == len(set(texts))


def test_few_constraints_need_sparql() -> None:
    assert len(ABOUT_THE_WHOLE_LIST) <= 5
    for constraint in SHAPES.objects(None, SH.sparql):
        query = str(SHAPES.value(constraint, SH.select))
        assert query.split()[:3] == ["SELECT", "$this", "?value"]
        assert not re.search(r"\b(MINUS|VALUES|SERVICE)\b", query)


def codes(shape: str) -> set[Node]:
    """Codes that a shape allows."""
    head = SHAPES.value(SHAPE[shape], SH["in"])
    assert head is not None
    return set(Collection(SHAPES, head))


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("ItemListKind", "list-kinds"),
        ("DutySide", "sides"),
        ("DutyAttribution", "attributions"),
        ("UseAction", "actions"),
        ("UseRule", "rules"),
        ("ClaimPart", "parts"),
        ("DivisionLevel", "division-levels"),
    ],
)
def test_shape_allows_the_codes_of_its_scheme(reference: Graph, shape: str, scheme: str) -> None:
    assert codes(shape) == set(reference.subjects(SKOS.inScheme, CODE[scheme]))


def test_roles_are_codes(reference: Graph) -> None:
    shapes = ("BasicRole", "CooperativeRole", "ReclaimedRole")
    used = {code for shape in shapes for code in codes(shape)}
    assert used < set(reference.subjects(SKOS.inScheme, CODE.roles))


def closed() -> Iterator[Any]:
    """Find the closed shapes of our own classes, with the properties of ours that they allow."""
    for shape in SHAPES.subjects(SH.closed):
        kind = SHAPES.value(shape, SH.targetClass)
        head = SHAPES.value(shape, SH.ignoredProperties)
        assert head is not None
        if str(kind).startswith(DG):
            allowed = {term for term in Collection(SHAPES, head) if str(term).startswith(DG)}
            yield pytest.param(kind, allowed, id=local(shape))


@pytest.mark.parametrize(("kind", "allowed"), list(closed()))
def test_closed_shape_allows_what_the_ontology_gives_the_class(
    kind: Node, allowed: set[Node]
) -> None:
    ontology = Graph()
    ontology.parse(ROOT / "ontology" / "dutygraph.ttl", format="turtle")
    given = set()
    for term, domain in ontology.subject_objects(RDFS.domain):
        union = ontology.value(domain, OWL.unionOf)
        kinds = [domain] if union is None else list(Collection(ontology, union))
        if kind in kinds:
            given.add(term)
    assert allowed == given
