"""Decisions of a researcher: which rows can be used, and what is said of the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand import table

from dutygraph import resources
from dutygraph.align.decisions import Decisions, concept_iri, read_decisions, resolve
from dutygraph.align.entries import entries
from dutygraph.table import Value

HEAD = (
    "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\tmapping_justification\n"
)
META = (
    "#curie_map:\n#  dgid: https://w3id.org/dutygraph/id/\n"
    "#  dgsim: https://w3id.org/dutygraph/synthetic/id/\n"
    "#mapping_set_id: https://x/1\n#license: https://x/2\n"
)
ONE: dict[str, Value] = {
    "town": "T",
    "division": "1",
    "edition": "2025",
    "list": "basic",
    "number": 1,
    "title": "双拥",
    "category": "",
    "departments": "",
}
FOUND = entries(table("items", [{**ONE, "key": key} for key in ("1", "2")]))


def decided(tmp_path: Path, *rows: str, concepts: tuple[str, ...] = ()) -> Decisions:
    """Decisions of a file with these rows: subject, predicate, modifier, object, label."""
    path = tmp_path / "my.sssom.tsv"
    lines = [row.replace(" ", "\t") + "\tsemapv:ManualMappingCuration\n" for row in rows]
    path.write_text(META + HEAD + "".join(lines), encoding="utf-8")
    return resolve(read_decisions(path), FOUND, concepts, "my.sssom.tsv")


def test_items_and_concepts_are_found(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        "dgid:item/1/2025/basic/1 skos:exactMatch  dgid:item/1/2025/basic/2 ",
        "dgsim:item/1/2025/basic/1 skos:closeMatch Not dgid:concept/known ",
        # An unknown concept is taken from the row where the label gives its IRI.
        "dgid:item/1/2025/basic/2 skos:broadMatch  dgid:concept/%E5%8F%8C%E6%8B%A5 “双拥”",
        concepts=("https://w3id.org/dutygraph/id/concept/known",),
    )
    assert found.problems == ()
    first, second, third = found.found
    assert (first.item, first.other, first.same) == (FOUND[0].identity, FOUND[1].identity, True)
    assert (second.concept[-5:], second.same, second.relation) == ("known", False, "")
    assert (third.relation, third.concept) == ("broader", concept_iri("双拥"))
    assert found.labels == {concept_iri("双拥"): "“双拥”"}


def test_an_item_may_stand_as_the_object(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        "dgid:concept/known skos:broadMatch  dgid:item/1/2025/basic/1 ",
        concepts=("https://w3id.org/dutygraph/id/concept/known",),
    )
    # The item is broader than the concept, so the concept is narrower than the item.
    assert [(d.item, d.relation) for d in found.found] == [(FOUND[0].identity, "narrower")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "dgid:item/1/2025/basic/9 skos:exactMatch  dgid:item/1/2025/basic/1 ",
            "there is no item or concept <https://w3id.org/dutygraph/id/item/1/2025/basic/9>",
        ),
        (
            "dgid:item/1/2025/basic/1 skos:exactMatch  dgid:concept/unknown ",
            "there is no item or concept <https://w3id.org/dutygraph/id/concept/unknown>",
        ),
        (
            "dgid:item/1/2025/basic/1 skos:exactMatch  dgid:concept/unknown 双拥",
            "there is no item or concept",  # the label does not give that IRI
        ),
        (
            "dgid:item/1/2025/basic/1 owl:sameAs  dgid:item/1/2025/basic/2 ",
            "the predicate <http://www.w3.org/2002/07/owl#sameAs> is none of the SKOS matches",
        ),
        (
            "dgid:item/1/2025/basic/1 skos:exactMatch  dgid:item/1/2025/basic/1 ",
            "is compared with itself",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: str, message: str) -> None:
    good = "dgid:item/1/2025/basic/1 skos:exactMatch  dgid:item/1/2025/basic/2 "
    found = decided(tmp_path, row, good)
    assert len(found.found) == 1
    (problem,) = found.problems
    assert problem.startswith("my.sssom.tsv, line 7: ")
    assert message in problem
    assert problem.endswith("; the row is left out")


def test_a_contradiction_is_named(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        "dgid:item/1/2025/basic/1 skos:exactMatch  dgid:item/1/2025/basic/2 ",
        "dgid:item/1/2025/basic/2 skos:exactMatch Not dgid:item/1/2025/basic/1 ",
    )
    assert len(found.found) == 1
    assert found.problems == ("my.sssom.tsv, line 8: contradicts line 7; the row is left out",)


def test_rows_about_other_lists_are_counted(tmp_path: Path) -> None:
    found = decided(
        tmp_path,
        "dgid:item/1/2026/basic/1 skos:exactMatch  dgid:concept/x ",
        "dgid:item/1/2025/basic/1 skos:exactMatch  dgid:item/2/2025/basic/1 ",
    )
    assert (found.found, found.problems, found.elsewhere) == ((), (), 2)


def test_no_file_is_no_decisions() -> None:
    assert resolve(None, FOUND) == Decisions()


def test_the_file_that_ships_is_read() -> None:
    shipped = read_decisions(resources.folder("data") / "mappings" / "decisions.sssom.tsv")
    assert (shipped.records, shipped.problems) == ((), ())
    assert shipped.id == "https://w3id.org/dutygraph/id/decisions"


def test_the_iri_of_a_concept_is_its_label_without_punctuation() -> None:
    base = "https://w3id.org/dutygraph/"
    assert concept_iri("做好“双拥”工作。") == base + "id/concept/做好双拥工作"
    assert concept_iri("双拥", synthetic=True) == base + "synthetic/id/concept/双拥"
    assert concept_iri("双拥", number=2) == base + "id/concept/双拥-2"
    assert concept_iri("……") == base + "id/concept/-"
