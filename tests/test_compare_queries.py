"""The saved queries about concepts, on small stores with an alignment written by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from dutygraph import graph, query, rdf
from dutygraph.errors import UnknownNameError
from dutygraph.store import Embedded, RdflibStore
from dutygraph.vocab import CODE, DCTERMS, DG, ID, SKOS

ALIGNMENT = NamedNode(ID["alignment"])
NEW = ("concepts", "concept-lists", "moved", "rebounds")

# town, edition, list kind, number, title, concepts
ITEMS = (
    ("1", "2023-01", "reclaimed", 1, "违建处罚", "K"),
    ("1", "2023-01", "basic", 1, "党建", "P"),
    ("1", "2023-01", "reclaimed", 2, "噪声处罚", "N"),
    ("1", "2023-01", "cooperative", 1, "噪声排查", "N"),
    ("1", "2024-01", "basic", 1, "党建工作", "P"),
    ("1", "2024-01", "cooperative", 1, "噪声排查", "N"),
    ("1", "2025-01", "cooperative", 7, "违建排查", "K"),
    ("1", "2025-01", "cooperative", 8, "党建", "P"),
    ("2", "2022-01", "cooperative", 1, "违建", "K"),
    ("2", "2024-06", "basic", 3, "党的建设", "P"),
    ("2", "2024-06", "reclaimed", 1, "违建处罚", "K"),
    ("2", "undated", "basic", 1, "违建", "K"),
)
LABELS = {"K": "违法建设", "P": "党的建设", "N": "噪声"}


def _quads(link: str) -> Iterator[Quad]:
    for town, edition, kind, number, title, concept in ITEMS:
        place = NamedNode(ID[f"list/{town}/{edition}"])
        owner, item = (
            NamedNode(ID[f"town/{town}"]),
            NamedNode(ID[f"item/{town}/{edition}/{kind}/{number}"]),
        )
        values: list[tuple[NamedNode, str, NamedNode | Literal]] = [
            (place, DCTERMS.publisher, owner),
            (place, DG.edition, Literal(edition)),
            (place, DCTERMS.title, Literal("清单", language="zh")),
            (place, DG.hasItem, item),
            (owner, SKOS.prefLabel, Literal(f"乡{town}", language="zh")),
            (owner, DG.divisionCode, Literal(town)),
            (item, DG.inList, place),
            (item, DG.listKind, NamedNode(CODE[f"list-{kind}"])),
            (item, DG.number, Literal(number)),
            (item, DCTERMS.identifier, Literal(str(number))),
            (item, DCTERMS.title, Literal(title, language="zh")),
            (item, DG.line, Literal(100 + number)),
        ]
        if kind == "reclaimed":
            values.append((item, DG.method, Literal("由县局负责。", language="zh")))
        yield from (Quad(s, NamedNode(p), o, place) for s, p, o in values)
        concept_node = NamedNode(ID[f"concept/{concept}"])
        yield Quad(item, NamedNode(DG[link]), concept_node, ALIGNMENT)
        yield Quad(
            concept_node,
            NamedNode(SKOS.prefLabel),
            Literal(LABELS[concept], language="zh"),
            ALIGNMENT,
        )
        yield Quad(concept_node, NamedNode(SKOS.prefLabel), Literal("en", language="en"), ALIGNMENT)


@pytest.fixture(scope="module")
def store() -> Embedded:
    return Embedded.in_memory([*_quads("realises"), *graph.reference_quads()])


def test_concepts(store: Embedded) -> None:
    rows = query.run(store, "concepts").rows
    assert [(row[0].rpartition("/")[2], *row[1:]) for row in rows if isinstance(row[0], str)] == [
        # label, towns, items, editions, basic, cooperative, reclaimed
        ("K", "违法建设", 2, 5, 5, 1, 2, 2),
        ("P", "党的建设", 2, 4, 4, 3, 1, 0),
        ("N", "噪声", 1, 3, 2, 0, 2, 1),
    ]


def test_concept_lists(store: Embedded) -> None:
    table = query.run(store, "concept-lists", {"concept": "违法建设", "town": "1"})
    assert [(r["edition"], r["list"], r["number"], r["title"], r["line"]) for r in table] == [
        ("2023-01", "reclaimed", 1, "违建处罚", 101),
        ("2025-01", "cooperative", 7, "违建排查", 107),
    ]
    assert len(query.run(store, "concept-lists")) == len(ITEMS)
    assert len(query.run(store, "concept-lists", {"list": "basic", "town": "乡2"})) == 2
    assert table.column("label") == ["违法建设"] * 2


def test_moved_over_editions(store: Embedded) -> None:
    """党建 moves in 2025; 违建 of town 1 is not in 2024, so no neighbouring editions tell of it; town 2
    goes from basic (undated, so the earliest) to cooperative to reclaimed. 噪声 of 2023 is reclaimed too.
    """
    table = query.run(store, "moved", {"scope": "editions"})
    assert [
        (r["label"], r["edition_a"], r["list_a"], r["edition_b"], r["list_b"]) for r in table
    ] == [
        ("违法建设", "2022-01", "cooperative", "2024-06", "reclaimed"),
        ("违法建设", "undated", "basic", "2022-01", "cooperative"),
        ("噪声", "2023-01", "reclaimed", "2024-01", "cooperative"),
        ("党的建设", "2024-01", "basic", "2025-01", "cooperative"),
    ]
    first = table.records()[-1]
    assert (first["town_a"], first["number_a"], first["number_b"], first["line_b"]) == (
        "乡1",
        1,
        8,
        108,
    )


def test_moved_between_towns(store: Embedded) -> None:
    """Only the newest editions: 2025-01 of town 1 and 2024-06 of town 2."""
    table = query.run(store, "moved", {"scope": "towns"})
    assert [
        (r["label"], r["division_a"], r["list_a"], r["division_b"], r["list_b"]) for r in table
    ] == [
        ("违法建设", "1", "cooperative", "2", "reclaimed"),
        ("党的建设", "1", "cooperative", "2", "basic"),
    ]
    assert len(query.run(store, "moved")) == 6
    assert len(query.run(store, "moved", {"town": "2"})) == 4
    assert len(query.run(store, "moved", {"concept": "党的建设"})) == 2


def test_rebounds(store: Embedded) -> None:
    """违建 of town 1 comes back over an edition without it; 噪声 had its cooperative item all along; in
    town 2 违建 was taken back last.
    """
    table = query.run(store, "rebounds")
    assert [
        (
            r["town"],
            r["edition"],
            r["number"],
            r["edition_to"],
            r["list_to"],
            r["number_to"],
            r["line_to"],
        )
        for r in table
    ] == [("乡1", "2023-01", 1, "2025-01", "cooperative", 7, 107)]
    (row,) = table
    assert (row["method"], row["label"], row["title_to"]) == (
        "由县局负责。",
        "违法建设",
        "违建排查",
    )
    assert len(query.run(store, "rebounds", {"town": "2"})) == 0


def test_the_same_on_rdflib(store: Embedded) -> None:
    other = RdflibStore(rdf.to_rdflib(store))
    for name in NEW:
        assert query.run(other, name).rows == query.run(store, name).rows


def test_unknown_concept(store: Embedded) -> None:
    for name in ("concept-lists", "moved", "rebounds"):
        with pytest.raises(UnknownNameError, match="unknown concept 'nothing'"):
            query.run(store, name, {"concept": "nothing"})


def test_nothing_without_an_alignment(packaged: Embedded) -> None:
    for name in NEW:
        assert len(query.run(packaged, name)) == 0
