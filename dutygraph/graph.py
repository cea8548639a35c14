"""`DutyList` → quads of one named graph, and their TriG text.

The same list gives the same bytes: no blank nodes, no clock, no random numbers, sorted quads.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from dutygraph import changes, reference, resources
from dutygraph.__about__ import __version__
from dutygraph.model import (
    Claim,
    Department,
    Division,
    Duty,
    DutyList,
    Finding,
    Item,
    Place,
    Severity,
    Split,
)
from dutygraph.rdf import in_order, parse_file
from dutygraph.vocab import (
    ADMS,
    CODE,
    CV,
    DCAT,
    DCTERMS,
    DG,
    ID,
    OA,
    ORG,
    PROV,
    RDF,
    RDFS,
    REFERENCE_GRAPH,
    SH,
    SKOS,
    SYNTHETIC_ID,
    XSD,
    mint,
)

# NamedNode checks its IRI each time; classes, codes and predicates come up thousands of times.
_iri = lru_cache(maxsize=10_000)(NamedNode)

_BOOLEAN = NamedNode(XSD.boolean)
_INTEGER = NamedNode(XSD.integer)
_GYEAR = NamedNode(XSD.gYear)
_GYEARMONTH = NamedNode(XSD.gYearMonth)
_SEVERITY = {
    Severity.VIOLATION: NamedNode(SH.Violation),
    Severity.WARNING: NamedNode(SH.Warning),
    Severity.INFO: NamedNode(SH.Info),
}
TOWN_NAME = "乡镇"
"""Name of the town among the parties of a split."""

_Object = NamedNode | Literal


def zh(text: str) -> Literal:
    """A Chinese literal."""
    return Literal(text, language="zh")


def list_iri(duty_list: DutyList) -> str:
    """IRI of an edition, which is also the name of its graph."""
    return mint("list", duty_list.town.code, duty_list.edition, synthetic=duty_list.synthetic)


def quads(duty_list: DutyList) -> list[Quad]:
    """The quads of an edition, sorted, all in the graph that `list_iri` names."""
    return in_order(_Builder(duty_list).build())


def reference_quads() -> list[Quad]:
    """The quads of the reference graph: codes, department types, their changes, categories.

    Raises:
        ReferenceDataError: a file of the reference data is broken.
    """
    graph = NamedNode(REFERENCE_GRAPH)
    out: list[Quad] = []

    def add(subject: NamedNode, predicate: str, value: _Object) -> None:
        out.append(Quad(subject, NamedNode(predicate), value, graph))

    def concept(
        iri: str, scheme: str, key: str, zh_label: str, en: str, others: Iterable[str]
    ) -> NamedNode:
        node = NamedNode(iri)
        add(node, RDF.type, NamedNode(SKOS.Concept))
        add(node, SKOS.inScheme, NamedNode(ID[scheme]))
        add(node, SKOS.topConceptOf, NamedNode(ID[scheme]))
        add(NamedNode(ID[scheme]), SKOS.hasTopConcept, node)
        add(node, SKOS.notation, Literal(key))
        add(node, SKOS.prefLabel, zh(zh_label))
        add(node, SKOS.prefLabel, Literal(en, language="en"))
        for other in others:
            add(node, SKOS.altLabel, zh(other))
        return node

    for scheme, label_zh, label_en in (
        ("department-types", "部门类型", "Department types"),
        ("categories", "事项类别", "Categories of items"),
    ):
        node = NamedNode(ID[scheme])
        add(node, RDF.type, NamedNode(SKOS.ConceptScheme))
        add(node, SKOS.prefLabel, zh(label_zh))
        add(node, SKOS.prefLabel, Literal(label_en, language="en"))
    for kind in reference.department_types().values():
        node = concept(
            mint("department-type", kind.key),
            "department-types",
            kind.key,
            kind.zh,
            kind.en,
            kind.forms,
        )
        add(node, RDF.type, NamedNode(DG.DepartmentType))
        add(node, DG.system, NamedNode(CODE[f"system-{kind.system}"]))
    for category in reference.categories().values():
        iri = mint("category", category.key)
        concept(iri, "categories", category.key, category.zh, category.en, category.variants)
    for change in changes.department_changes():
        event = NamedNode(mint("change", change.key))
        add(event, RDF.type, NamedNode(ORG.ChangeEvent))
        add(event, DG.changeKind, Literal(change.kind))
        add(event, DCTERMS.date, _date(change.date))
        for key in change.old:
            add(event, DG.originalType, NamedNode(mint("department-type", key)))
        for name in change.old_names:
            add(event, DG.originalName, zh(name))
        for key in change.new:
            add(event, DG.resultingType, NamedNode(mint("department-type", key)))
        if change.jurisdiction:
            add(event, DCTERMS.spatial, NamedNode(mint("division", change.jurisdiction)))
        add(event, RDFS.comment, zh(change.zh))
        add(event, RDFS.comment, Literal(change.en, language="en"))
        add(event, DCTERMS.source, zh(change.source))
    codes = resources.folder("ontology") / "codes.ttl"
    out += [
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in parse_file(codes, RdfFormat.TURTLE)
    ]
    return in_order(out)


class _Builder:
    """Collects the quads of one edition."""

    def __init__(self, duty_list: DutyList) -> None:
        self.list = duty_list
        self.synthetic = duty_list.synthetic
        self.base = (SYNTHETIC_ID if duty_list.synthetic else ID).base
        self.graph = NamedNode(list_iri(duty_list))
        self.key = (duty_list.town.code, duty_list.edition)
        self.town = self._node("town", duty_list.town.code)
        self.source = self._node("source", *self.key)
        self.departments = frozenset(duty_list.departments)
        self.surfaces: dict[Department, set[str]] = {}
        self.out: list[Quad] = []

    def _node(self, *path: str | int) -> NamedNode:
        return _iri(mint(*path, synthetic=self.synthetic))

    def _add(self, subject: NamedNode, predicate: str, *values: _Object) -> None:
        node = _iri(predicate)
        for value in values:
            self.out.append(Quad(subject, node, value, self.graph))

    def _type(self, subject: NamedNode, *classes: str) -> None:
        self._add(subject, RDF.type, *map(_iri, classes))

    def _place(self, subject: NamedNode, place: Place, *, source: bool = True) -> None:
        if place.line is not None:
            self._add(subject, DG.line, _integer(place.line))
        if text := str(place):
            self._add(subject, DG.place, Literal(text))
        if source:
            self._add(subject, PROV.wasDerivedFrom, self.source)

    def build(self) -> list[Quad]:
        self._build_list()
        self._build_town()
        for item in self.list.items:
            for split in item.splits:
                if split.department is not None:
                    self.surfaces.setdefault(split.department, set()).update(split.surfaces)
        for department in self.surfaces:
            self._build_department(department)
        for item in self.list.items:
            self._build_item(item)
        for number, claim in enumerate(self.list.claims, 1):
            self._build_claim(claim, number)
        for number, finding in enumerate(self.list.findings, 1):
            self._build_finding(finding, number)
        return self.out

    def _build_list(self) -> None:
        this, edition = self.graph, self.list.edition
        self._type(this, DG.DutyList, DCAT.Dataset)
        self._add(this, DCTERMS.title, zh(self.list.title))
        self._add(this, DCTERMS.publisher, self.town)
        self._add(this, DG.edition, Literal(edition))
        if edition[:4].isdigit():
            self._add(this, DCTERMS.issued, _date(edition))
        self._add(this, DCTERMS.language, Literal("zh"))
        self._add(this, DG.synthetic, _boolean(self.synthetic))
        self._add(this, DG.marking, *map(zh, self.list.markings))
        if self.list.introduction:
            self._add(this, DG.introduction, zh("\n".join(self.list.introduction)))
        self._add(this, PROV.hadPrimarySource, self.source)
        run = self._node("run", *self.key)
        self._add(this, PROV.wasGeneratedBy, run)
        self._type(run, PROV.Activity)
        self._add(run, PROV.used, self.source)
        agent = _iri(mint("software", "dutygraph", __version__))
        self._add(run, PROV.wasAssociatedWith, agent)
        self._type(agent, PROV.SoftwareAgent)
        self._add(agent, RDFS.label, Literal("dutygraph", language="en"))
        self._add(agent, DG.toolVersion, Literal(__version__))
        self._type(self.source, DG.Source, PROV.Entity)
        self._add(self.source, DG.sha256, Literal(self.list.source.sha256))
        self._add(self.source, DCTERMS.format, Literal(self.list.source.media_type))

    def _build_town(self) -> None:
        town = self.list.town
        self._type(self.town, DG.Town, CV.PublicOrganisation, ORG.FormalOrganization)
        self._add(self.town, SKOS.prefLabel, zh(town.name))
        self._add(self.town, DG.divisionCode, Literal(town.code))
        self._add(self.town, DCTERMS.spatial, self._division_node(town))
        for division, parent in zip((town, *town.parents), (*town.parents, None), strict=True):
            self._build_division(division, parent)
        known = reference.divisions().divisions
        codes = {d.code for d in (town, *town.parents)}
        for code in sorted({d.jurisdiction for d in self.list.departments} - codes - {""}):
            division = known[code]
            chain = (division, *division.parents)
            for part, parent in zip(chain, (*chain[1:], None), strict=True):
                self._build_division(part, parent)

    def _division_node(self, division: Division) -> NamedNode:
        return _iri(mint("division", division.code))

    def _build_division(self, division: Division, parent: Division | None) -> None:
        node = self._division_node(division)
        self._type(node, DG.Division, DCTERMS.Location)
        self._add(node, SKOS.prefLabel, zh(division.name))
        if division.name_en:
            self._add(node, SKOS.prefLabel, Literal(division.name_en, language="en"))
        self._add(node, DG.divisionLevel, _iri(CODE[f"level-{division.level}"]))
        if parent is not None:
            self._add(node, DCTERMS.isPartOf, self._division_node(parent))
        if division.scheme:
            identifier = _iri(mint("identifier", division.scheme, division.code))
            self._add(node, ADMS.identifier, identifier)
            self._type(identifier, ADMS.Identifier)
            self._add(identifier, SKOS.notation, Literal(division.code))
            agency = reference.divisions().agency_zh
            self._add(identifier, ADMS.schemaAgency, zh(agency))

    def _department_node(self, department: Department) -> NamedNode:
        return self._node("department", department.jurisdiction or "unknown", department.name)

    def _build_department(self, department: Department) -> None:
        node = self._department_node(department)
        self._type(node, DG.Department, ORG.FormalOrganization)
        self._add(node, SKOS.prefLabel, zh(department.name))
        surfaces = self.surfaces[department]
        self._add(node, SKOS.altLabel, *map(zh, sorted(surfaces - {department.name})))
        if department.type:
            kind = _iri(mint("department-type", department.type))
            self._add(node, ORG.classification, kind)
        if department.jurisdiction:
            division = _iri(mint("division", department.jurisdiction))
            self._add(node, DCTERMS.spatial, division)
        self._add(node, DG.reviewed, _boolean(department.reviewed))

    def _build_item(self, item: Item) -> None:
        path = (*self.key, str(item.kind), item.key)
        node = self._node("item", *path)
        self._add(self.graph, DG.hasItem, node)
        self._type(node, DG.Item)
        self._add(node, DG.inList, self.graph)
        self._add(node, DG.listKind, _iri(CODE[f"list-{item.kind}"]))
        self._add(node, DG.number, _integer(item.number))
        self._add(node, DCTERMS.identifier, Literal(item.key))
        self._add(node, DCTERMS.title, zh(item.title))
        if item.category:
            self._add(node, DG.categoryText, zh(item.category))
            category = reference.category_of(item.category)
            if category is not None:
                self._add(node, DG.category, _iri(mint("category", category.key)))
        self._add(node, DG.department, *map(self._department_node, item.departments))
        if item.departments:
            # Kept as text too: SPARQL cannot join the names in their printed order.
            names = "、".join(d.name for d in item.departments)
            self._add(node, DG.departmentNames, zh(names))
        if item.catch_all:
            self._add(node, DG.catchAll, zh(item.catch_all))
        if item.method:
            self._add(node, DG.method, zh(item.method))
        for header, text in item.notes:
            self._add(node, DG.note, zh(f"{header}：{text}" if header else text))
        self._place(node, item.place)
        duties = {
            (duty.side, duty.position): self._build_duty(duty, node, path) for duty in item.duties
        }
        self._add(node, DG.hasDuty, *duties.values())
        for split in item.splits:
            carried = [duties[position] for position in split.duties]
            self._build_split(split, item, node, path, carried)

    def _build_split(
        self,
        split: Split,
        item: Item,
        of: NamedNode,
        path: tuple[str, ...],
        carried: list[NamedNode],
    ) -> None:
        department = split.department
        name = department.name if department else TOWN_NAME
        node = self._node("participation", *path, name)
        self._add(of, CV.hasParticipation, node)
        self._type(node, DG.Split, CV.Participation)
        self._add(node, DG.ofItem, of)
        who = self._department_node(department) if department else self.town
        self._add(node, CV.hasParticipant, who)
        self._add(node, CV.role, _iri(CODE[f"role-{split.role}"]))
        self._add(node, DG.named, _boolean(split.named))
        self._add(node, DG.surfaceForm, *map(zh, split.surfaces))
        self._add(node, DG.carries, *carried)
        if split.catch_all:
            self._add(node, DG.catchAll, zh(split.catch_all))
        if item.place.line is not None:
            self._add(node, DG.line, _integer(item.place.line))

    def _build_duty(self, duty: Duty, of: NamedNode, path: tuple[str, ...]) -> NamedNode:
        node = self._node("duty", *path, str(duty.side), duty.position)
        self._type(node, DG.Duty)
        self._add(node, DG.ofItem, of)
        self._add(node, DG.side, _iri(CODE[f"side-{duty.side}"]))
        self._add(node, DG.position, _integer(duty.position))
        self._add(node, DG.order, _integer(duty.order))
        self._add(node, DCTERMS.description, zh(duty.text))
        self._add(node, DG.attribution, _iri(CODE[f"attribution-{duty.attribution}"]))
        if duty.number:
            self._add(node, DG.printedNumber, Literal(duty.number))
        if duty.phase:
            self._add(node, DG.phase, zh(duty.phase))
        if duty.subject is not None and duty.subject in self.departments:
            self._add(node, DG.subject, self._department_node(duty.subject))
        self._place(node, duty.place)
        if duty.start is not None and duty.end is not None:
            self._add(node, OA.start, _integer(duty.start))
            self._add(node, OA.end, _integer(duty.end))
        codes = dict.fromkeys(use.action for use in duty.actions)
        self._add(node, DG.action, *(_iri(CODE[f"action-{code}"]) for code in codes))
        if codes:
            # Kept as text too, in the order of the words, for the same reason as the departments.
            self._add(node, DG.actionNames, Literal(" ".join(codes)))
        for number, use in enumerate(duty.actions, 1):
            use_node = NamedNode(f"{node.value}/action/{number}")
            self._add(node, DG.hasActionUse, use_node)
            self._type(use_node, DG.ActionUse)
            self._add(use_node, DG.action, _iri(CODE[f"action-{use.action}"]))
            self._add(use_node, OA.exact, Literal(use.matched))
            self._add(use_node, OA.start, _integer(use.start))
            self._add(use_node, DG.rule, _iri(CODE[f"rule-{use.rule}"]))
        return node

    def _build_claim(self, claim: Claim, number: int) -> None:
        node = self._node("claim", *self.key, number)
        self._add(self.graph, DG.hasClaim, node)
        self._type(node, DG.Claim)
        self._add(node, DG.subjectText, Literal(claim.subject))
        self._add(node, DG.claimed, _integer(claim.claimed))
        self._add(node, DG.counted, _integer(claim.counted))
        self._add(node, DG.part, _iri(CODE[f"part-{claim.part}"]))
        self._add(node, DG.quote, zh(claim.quote))
        self._place(node, claim.place, source=False)

    def _build_finding(self, finding: Finding, number: int) -> None:
        node = self._node("finding", *self.key, number)
        self._add(self.graph, DG.hasFinding, node)
        self._type(node, DG.Finding)
        self._add(node, DG.code, Literal(finding.code))
        self._add(node, DG.severity, _SEVERITY[finding.severity])
        self._add(node, RDFS.comment, zh(finding.message_zh))
        self._add(node, RDFS.comment, Literal(finding.message_en, language="en"))
        self._place(node, finding.place, source=False)
        if finding.quote:
            self._add(node, DG.quote, zh(finding.quote))
        if finding.other_place is not None and str(finding.other_place):
            self._add(node, DG.otherPlace, Literal(str(finding.other_place)))
        if finding.other_quote:
            self._add(node, DG.otherQuote, zh(finding.other_quote))
        if finding.list_kind is not None and finding.item:
            about = self._node("item", *self.key, str(finding.list_kind), finding.item)
            self._add(node, DG.about, about)


@lru_cache(maxsize=10_000)
def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)


def _date(text: str) -> Literal:
    """A month (``YYYY-MM``) or a year."""
    return Literal(text, datatype=_GYEARMONTH if len(text) == 7 else _GYEAR)


def _boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", datatype=_BOOLEAN)
