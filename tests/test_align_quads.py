"""An alignment as RDF, and back."""

from __future__ import annotations

from collections import Counter

import pytest
from hand import table
from pyoxigraph import BlankNode, NamedNode

from dutygraph.align.concepts import Alignment, align_concepts
from dutygraph.align.decisions import resolve
from dutygraph.align.entries import entries
from dutygraph.align.pairs import align_pair
from dutygraph.align.quads import SCHEME, alignment_quads, known_in
from dutygraph.align.records import ALIGNMENT, concept_mappings, pair_mappings
from dutygraph.align.sssom import SEMAPV, MappingSet, Record, to_tsv
from dutygraph.rdf import in_order, to_bytes
from dutygraph.store import Embedded
from dutygraph.table import Table, Value
from dutygraph.vocab import DG, ID, OWL, RDF, SKOS

ORCID = "https://orcid.org/0000-0002-1825-0097"


def items() -> Table:
    rows: list[dict[str, Value]] = []
    for division, titles in (
        ("1", ["疫苗接种", "高龄津贴申领，征地补偿公示", "双拥"]),
        ("2", ["开展疫苗接种", "高龄津贴申领", "征地补偿公示"]),
        ("3", ["疫苗接种", "高龄津贴申领", "征地补偿公示"]),
    ):
        rows += [
            {
                "town": f"T{division}",
                "division": division,
                "edition": "2025",
                "list": "basic",
                "number": n,
                "key": str(n),
                "title": title,
                "category": "民生服务",
                "departments": "",
            }
            for n, title in enumerate([*titles, "征兵宣传", "秸秆禁烧", "河道保洁"], 1)
        ]
    return table("items", rows)


@pytest.fixture(scope="module")
def alignment() -> Alignment:
    said = Record(
        ID["item/1/2025/basic/3"],
        SKOS.closeMatch,
        ID["concept/拥军优属"],
        SEMAPV + "ManualMappingCuration",
        object_label="拥军优属",
        authors=(ORCID,),
        confidence=0.9,
        comment="read it",
        date="2026-01-31",
    )
    decisions = resolve(MappingSet("x", "y", records=[said]), entries(items()))
    return align_concepts(items(), decisions=decisions)


def test_the_graph(alignment: Alignment) -> None:
    quads = alignment_quads(alignment)
    assert {quad.graph_name for quad in quads} == {NamedNode(ALIGNMENT)}
    assert not any(isinstance(n, BlankNode) for q in quads for n in (q.subject, q.object))
    assert quads == in_order(quads)
    assert to_bytes(alignment_quads(alignment)) == to_bytes(quads)
    kinds = Counter(q.object.value for q in quads if q.predicate.value == RDF.type)
    assert kinds[DG.DutyConcept] == kinds[SKOS.Concept] == len(alignment.concepts)
    assert kinds[OWL.Axiom] == len(alignment.mappings)
    # An item realises the one duty that it is, and not of those that it is part of.
    instances = [q for q in quads if q.predicate.value == DG.realises]
    assert len(instances) == len(items()) < len(alignment.mappings)
    with Embedded.in_memory() as store:
        store.replace(ALIGNMENT, quads)
        assert store.graphs() == [ALIGNMENT]


def test_a_mapping_that_was_decided(alignment: Alignment) -> None:
    (record,) = [r for r in concept_mappings(alignment).records if r.authors]
    assert record == Record(
        subject=ID["item/1/2025/basic/3"],
        predicate=SKOS.closeMatch,
        object=ID["concept/拥军优属"],
        justification=SEMAPV + "ManualMappingCuration",
        subject_label="双拥",
        object_label="拥军优属",
        id=ID["mapping/1/2025/basic/3"],
        authors=(ORCID,),
        confidence=0.9,
        similarity=record.similarity,
        measure=record.measure,
        date="2026-01-31",
        comment="read it",
    )
    quads = alignment_quads(alignment)
    mine = {q.predicate.value: q.object.value for q in quads if q.subject.value == record.id}
    assert mine["http://purl.org/pav/authoredBy"] == ORCID
    assert mine[OWL.annotatedTarget] == ID["concept/拥军优属"]
    assert mine["https://w3id.org/sssom/confidence"] == "0.900"
    assert "https://w3id.org/sssom/mapping_tool" not in mine  # nothing computed it


def test_records_have_one_iri_each(alignment: Alignment) -> None:
    records = concept_mappings(alignment, date="2026-02-01").records
    assert len({record.id for record in records}) == len(records) == len(alignment.mappings)
    assert ID["mapping/1/2025/basic/2/2"] in {record.id for record in records}  # a merged duty
    assert {record.date for record in records} == {"2026-02-01", "2026-01-31"}
    assert to_tsv(concept_mappings(alignment)).count("\n") > len(records)


def test_a_store_gives_back_its_concepts(alignment: Alignment) -> None:
    with Embedded.in_memory(alignment_quads(alignment)) as store:
        known = known_in(store)
    names = ("concept", "label", "list", "category")
    wanted = sorted(tuple(row[name] for name in names) for row in alignment.concepts)
    assert sorted(tuple(row[name] for name in names) for row in known) == wanted
    others = {row["label"]: row["alternatives"] for row in known}
    assert others["疫苗接种"] == "开展疫苗接种"
    # Aligned again with them, nothing changes.
    again = align_concepts(items(), known=known)
    concepts = {(r["division"], r["key"]): r["concept"] for r in alignment.mappings}
    for row in again.mappings:
        if row["relation"] in ("exact", "reworded") and row["title"] != "双拥":
            assert row["concept"] in known.column("concept")
    assert len(concepts) == len(items())


def test_a_store_without_an_alignment_knows_no_concepts(packaged: Embedded) -> None:
    assert len(known_in(Embedded.in_memory())) == 0
    assert ID["duty-concepts"] == SCHEME


def test_pairs_as_mappings() -> None:
    pairs = align_pair(items(), ("1", "2025"), ("2", "2025"))
    mappings = pair_mappings(pairs, synthetic=[("2", "2025")])
    assert mappings.id == "https://w3id.org/dutygraph/synthetic/id/mappings/1/2025/2/2025"
    got = {
        (r.subject_label, r.predicate.rpartition("#")[2], r.object_label) for r in mappings.records
    }
    assert ("疫苗接种", "closeMatch", "开展疫苗接种") in got
    assert ("征兵宣传", "exactMatch", "征兵宣传") in got
    assert any(predicate == "narrowMatch" for _, predicate, _ in got)
    first = mappings.records[0]
    assert first.subject.startswith(ID["item/1/"])
    assert first.object.startswith("https://w3id.org/dutygraph/synthetic/id/item/2/")
    assert len({record.id for record in mappings.records}) == len(mappings.records)
    to_tsv(mappings)
