"""Alignments as mapping sets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from dutygraph.__about__ import __version__
from dutygraph.align.clusters import Edition
from dutygraph.align.concepts import Alignment
from dutygraph.align.entries import Identity
from dutygraph.align.links import DECIDED, SHORT
from dutygraph.align.sssom import LICENCE, SEMAPV, MappingSet, Record
from dutygraph.table import Table
from dutygraph.vocab import ID, SKOS, mint

ALIGNMENT: Final = ID["alignment"]
"""IRI of the mappings between items and concepts, which is also the name of their graph."""
MEASURE: Final = "score of the evidence (dutygraph, docs/alignment.md)"
"""What the similarity of a mapping is."""
PREDICATES: Final[Mapping[str, str]] = {
    "exact": SKOS.exactMatch,
    "reworded": SKOS.closeMatch,
    "broader": SKOS.broadMatch,
    "narrower": SKOS.narrowMatch,
    "uncertain": SKOS.relatedMatch,
}
"""Predicate of a mapping by relation."""
_TOOL: Final = "dutygraph"


def identity_of(row: Mapping[str, Any], side: str = "") -> Identity:
    """Identity of the item of a row of a table.

    Args:
        row: a row of an alignment or of pairs.
        side: ``_a`` or ``_b`` for a row of pairs.
    """
    names = ("division", "edition", "list", "key")
    return tuple(str(row[name + side]) for name in names)  # type: ignore[return-value]


def item_iri(item: Identity, synthetic: Collection[Edition]) -> str:
    """IRI of an item.

    Args:
        item: its identity.
        synthetic: editions that are simulated.
    """
    return mint("item", *item, synthetic=item[:2] in synthetic)


def concept_mappings(alignment: Alignment, *, date: str = "") -> MappingSet:
    """The mappings between items and concepts.

    Args:
        alignment: the alignment.
        date: day on which it was made, YYYY-MM-DD; empty: it is not said.
    """
    counts: dict[Identity, int] = {}
    records = []
    for row in alignment.mappings:
        item = identity_of(row)
        number = counts[item] = counts.get(item, 0) + 1
        iri = item_iri(item, alignment.synthetic)
        tail = () if number == 1 else (number,)
        simulated = item[:2] in alignment.synthetic
        record = _record(
            row,
            mint("mapping", *item, *tail, synthetic=simulated),
            (iri, str(row["title"])),
            (str(row["concept"]), str(row["label"])),
            date,
        )
        decision = alignment.decided.get((item, str(row["concept"])))
        if decision is not None:
            record = _by_person(record, decision.record)
        records.append(record)
    return MappingSet(
        ALIGNMENT,
        LICENCE,
        "Duties of townships in many lists",
        "Items of duty lists and the duty concepts that they are anchored to",
        tuple(records),
    )


def pair_mappings(
    pairs: Table, *, synthetic: Collection[Edition] = (), date: str = ""
) -> MappingSet:
    """The mappings between the items of two lists.

    Args:
        pairs: table of `pairs.align_pair`.
        synthetic: editions that are simulated.
        date: day on which it was made, YYYY-MM-DD; empty: it is not said.
    """
    records = []
    name: tuple[str, ...] = ("mappings",)
    simulated = False
    for row in pairs:
        if row["relation"] == "none":
            continue
        a, b = identity_of(row, "_a"), identity_of(row, "_b")
        name = ("mappings", *a[:2], *b[:2])
        simulated = a[:2] in synthetic or b[:2] in synthetic
        records.append(
            _record(
                row,
                mint("mapping", *a, *b, synthetic=simulated),
                (item_iri(a, synthetic), str(row["title_a"])),
                (item_iri(b, synthetic), str(row["title_b"])),
                date,
            )
        )
    return MappingSet(
        mint(*name, synthetic=simulated),
        LICENCE,
        "Duties of two lists",
        "Items of one duty list and the items of another one that are the same duty",
        tuple(records),
    )


def _record(
    row: Mapping[str, Any],
    iri: str,
    subject: tuple[str, str],
    target: tuple[str, str],
    date: str,
) -> Record:
    by_person = row["justification"] == SHORT[DECIDED]
    score = row["score"]
    return Record(
        subject=subject[0],
        predicate=PREDICATES[str(row["relation"])],
        object=target[0],
        justification=SEMAPV + str(row["justification"]).removeprefix("semapv:"),
        subject_label=subject[1],
        object_label=target[1],
        id=iri,
        confidence=row["confidence"],
        similarity=score,
        measure="" if score is None else MEASURE,
        tool="" if by_person else _TOOL,
        tool_version="" if by_person else __version__,
        date=date,
    )


def _by_person(record: Record, decision: Record) -> Record:
    """A record with what a person said: who, when and why."""
    return replace(
        record,
        justification=decision.justification,
        authors=decision.authors,
        tool="",
        tool_version="",
        date=decision.date or record.date,
        comment=decision.comment,
    )
