"""An alignment as RDF, and the concepts that a store knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from dutygraph import reference
from dutygraph.align.concepts import Alignment
from dutygraph.align.known import BETWEEN, CONCEPT_COLUMNS
from dutygraph.align.links import SAME
from dutygraph.align.records import ALIGNMENT, concept_mappings, identity_of, item_iri
from dutygraph.align.sssom import SSSOM, MappingSet, Record
from dutygraph.graph import zh
from dutygraph.rdf import in_order
from dutygraph.store import Store
from dutygraph.table import Table
from dutygraph.vocab import CODE, DCTERMS, DG, ID, OWL, RDF, RDFS, SKOS, XSD, mint

SCHEME: Final = ID["duty-concepts"]
"""Concept scheme of the duty concepts."""
_AUTHOR: Final = "http://purl.org/pav/authoredBy"
_DOUBLE: Final = NamedNode(XSD.double)
_DATE: Final = NamedNode(XSD.date)
_SHARED: Final = ("mapping_tool", "mapping_tool_version", "mapping_date", "similarity_measure")

_KNOWN: Final = f"""
PREFIX dg: <{DG.base}> PREFIX skos: <{SKOS.base}>
SELECT ?concept ?label ?list ?category ?other WHERE {{
  GRAPH <{ALIGNMENT}> {{
    ?concept a dg:DutyConcept ; skos:prefLabel ?label .
    OPTIONAL {{ ?concept dg:usualListKind ?list }}
    OPTIONAL {{ ?concept dg:usualCategory ?category }}
    OPTIONAL {{ ?concept skos:altLabel ?other }}
  }}
}}
ORDER BY ?concept ?other
"""


def alignment_quads(alignment: Alignment, *, date: str = "") -> list[Quad]:
    """The quads of an alignment, sorted, all in the graph `records.ALIGNMENT`.

    They are: the scheme and its concepts; for each item the concept that it realises; and
    each mapping as SSSOM has it, an ``owl:Axiom`` with an IRI of its own. There are no blank nodes.

    Args:
        alignment: the alignment.
        date: day on which it was made, YYYY-MM-DD; empty: it is not said.
    """
    return in_order(
        [
            *_concepts(alignment),
            *_instances(alignment),
            *_mapping_set(concept_mappings(alignment, date=date)),
        ]
    )


def _quad(subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), value, NamedNode(ALIGNMENT))


def _concepts(alignment: Alignment) -> Iterator[Quad]:
    yield _quad(SCHEME, RDF.type, NamedNode(SKOS.ConceptScheme))
    yield _quad(SCHEME, SKOS.prefLabel, zh("通用事项"))
    yield _quad(SCHEME, SKOS.prefLabel, Literal("Duty concepts", language="en"))
    categories = reference.category_forms()
    for row in alignment.concepts:
        iri, kind = str(row["concept"]), str(row["list"] or "")
        yield _quad(iri, RDF.type, NamedNode(SKOS.Concept))
        yield _quad(iri, RDF.type, NamedNode(DG.DutyConcept))
        yield _quad(iri, SKOS.inScheme, NamedNode(SCHEME))
        yield _quad(iri, SKOS.prefLabel, zh(str(row["label"])))
        for other in str(row["alternatives"] or "").split(BETWEEN):
            if other:
                yield _quad(iri, SKOS.altLabel, zh(other))
        if kind:
            yield _quad(iri, DG.usualListKind, NamedNode(CODE[f"list-{kind}"]))
        category = reference.category_of(str(row["category"] or ""))
        if category is not None and category in categories.values():
            yield _quad(iri, DG.usualCategory, NamedNode(mint("category", category.key)))


def _instances(alignment: Alignment) -> Iterator[Quad]:
    for row in alignment.mappings:
        if row["relation"] in SAME:
            item = item_iri(identity_of(row), alignment.synthetic)
            yield _quad(item, DG.realises, NamedNode(str(row["concept"])))


def _mapping_set(mappings: MappingSet) -> Iterator[Quad]:
    this = mappings.id
    yield _quad(this, RDF.type, NamedNode(SSSOM + "MappingSet"))
    yield _quad(this, SSSOM + "sssom_version", NamedNode(SSSOM + "version1.1"))
    yield _quad(this, DCTERMS.license, NamedNode(mappings.licence))
    yield _quad(this, DCTERMS.title, Literal(mappings.title, language="en"))
    yield _quad(this, DCTERMS.description, Literal(mappings.description, language="en"))
    # What all records have in common stands once, with the set, as in the TSV.
    values = [_shared(record) for record in mappings.records]
    common = {
        slot: values[0][slot]
        for slot in _SHARED
        if values and values[0][slot] and all(v[slot] == values[0][slot] for v in values)
    }
    for slot, text in common.items():
        yield _quad(this, *_slot(slot, text))
    for record, own in zip(mappings.records, values, strict=True):
        yield _quad(this, SSSOM + "mappings", NamedNode(record.id))
        yield from _record(record)
        for slot, text in own.items():
            if text and slot not in common:
                yield _quad(record.id, *_slot(slot, text))


def _shared(record: Record) -> dict[str, str]:
    values = (record.tool, record.tool_version, record.date, record.measure)
    return dict(zip(_SHARED, values, strict=True))


def _slot(slot: str, text: str) -> tuple[str, Literal]:
    if slot == "mapping_date":
        return DCTERMS.created, Literal(text, datatype=_DATE)
    return SSSOM + slot, Literal(text)


def _record(record: Record) -> Iterator[Quad]:
    this = record.id
    yield _quad(this, RDF.type, NamedNode(OWL.Axiom))
    yield _quad(this, OWL.annotatedSource, NamedNode(record.subject))
    yield _quad(this, OWL.annotatedProperty, NamedNode(record.predicate))
    yield _quad(this, OWL.annotatedTarget, NamedNode(record.object))
    yield _quad(this, SSSOM + "mapping_justification", NamedNode(record.justification))
    yield _quad(this, SSSOM + "subject_label", Literal(record.subject_label))
    yield _quad(this, SSSOM + "object_label", Literal(record.object_label))
    for author in record.authors:
        yield _quad(this, _AUTHOR, NamedNode(author))
    for slot, value in (("confidence", record.confidence), ("similarity_score", record.similarity)):
        if value is not None:
            yield _quad(this, SSSOM + slot, Literal(f"{value:.3f}", datatype=_DOUBLE))
    if record.comment:
        yield _quad(this, RDFS.comment, Literal(record.comment))


def known_in(store: Store) -> Table:
    """The concepts of the alignment that a store holds, for the next alignment.

    Args:
        store: any store.

    Returns:
        Columns as of `known.CONCEPT_COLUMNS`; towns and items are empty. No rows where the store
        holds no alignment.
    """
    found: dict[str, dict[str, str]] = {}
    others: dict[str, list[str]] = {}
    by_iri = {mint("category", c.key): c.zh for c in reference.categories().values()}
    for concept, label, kind, category, other in store.select(_KNOWN).rows:
        iri = _value(concept)
        found[iri] = {
            "label": _value(label),
            "list": _value(kind).removeprefix(CODE["list-"]),
            "category": by_iri.get(_value(category), ""),
        }
        if other is not None:
            others.setdefault(iri, []).append(_value(other))
    rows = [
        (
            iri,
            one["label"],
            one["list"],
            one["category"],
            None,
            None,
            True,
            BETWEEN.join(dict.fromkeys(others.get(iri, []))),
        )
        for iri, one in found.items()
    ]
    return Table("concepts", CONCEPT_COLUMNS, rows)


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
