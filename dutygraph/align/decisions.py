"""A researcher's own decisions on what is the same duty; they come before what is computed.

A decision is a row of an SSSOM file (data/mappings/decisions.sssom.tsv): an item and a concept, or
an item and an item, with skos:exactMatch or skos:closeMatch (the same duty), skos:broadMatch or
skos:narrowMatch (one of them is part of the other), skos:relatedMatch (neither), or with the
predicate_modifier Not (not so, whatever the program computes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dutygraph.align.entries import Entry, Identity
from dutygraph.align.sssom import MappingSet, Record, read_sssom
from dutygraph.align.wording import title_key
from dutygraph.vocab import ID, SKOS, SYNTHETIC_ID, mint

SAME: Final = frozenset({SKOS.exactMatch, SKOS.closeMatch})
"""Predicates by which two things are the same duty."""
RELATIONS: Final[Mapping[str, str]] = {
    SKOS.broadMatch: "broader",
    SKOS.narrowMatch: "narrower",
    SKOS.relatedMatch: "uncertain",
}
"""Relation that a decision with another predicate gives."""
_TURNED: Final = {SKOS.broadMatch: SKOS.narrowMatch, SKOS.narrowMatch: SKOS.broadMatch}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, its ends found.

    Attributes:
        item: the item that it is about.
        other: another item; None where it is about a concept.
        concept: IRI of the concept; empty where it is about another item.
        record: what the file says, turned round where the item stood as its object.
    """

    item: Identity
    other: Identity | None
    concept: str
    record: Record

    @property
    def same(self) -> bool:
        """True where the two are said to be the same duty."""
        return not self.record.negated and self.record.predicate in SAME

    @property
    def relation(self) -> str:
        """``broader``, ``narrower``, ``uncertain``, or empty where *same* or negated."""
        return "" if self.record.negated else RELATIONS.get(self.record.predicate, "")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions that can be used.

    Attributes:
        found: in the order of the file.
        labels: label of each concept that a decision names, by its IRI.
        problems: a line for each row that cannot be used.
        elsewhere: number of rows about items of lists that are not in the alignment.
    """

    found: tuple[Decision, ...] = ()
    labels: Mapping[str, str] | None = None
    problems: tuple[str, ...] = ()
    elsewhere: int = 0


NONE: Final = Decisions()


def read_decisions(path: Path) -> MappingSet:
    """The rows of a file of decisions.

    Raises:
        UsageError: the file is missing or no SSSOM.
    """
    return read_sssom(path)


def item_iris(found: Iterable[Entry]) -> dict[str, Identity]:
    """Identity of each item by its IRI, as a real and as a simulated one."""
    return {
        mint("item", *entry.identity, synthetic=synthetic): entry.identity
        for entry in found
        for synthetic in (True, False)
    }


def concept_iri(label: str, *, synthetic: bool = False, number: int = 1) -> str:
    """IRI of a concept from its label; punctuation is left out.

    Args:
        label: its label.
        synthetic: only simulated lists hold it.
        number: 1, or the place among several concepts with this label.

    >>> concept_iri("做好“双拥”工作")
    'https://w3id.org/dutygraph/id/concept/做好双拥工作'
    """
    name = title_key(label) or "-"
    return mint("concept", name if number == 1 else f"{name}-{number}", synthetic=synthetic)


def resolve(
    rows: MappingSet | None, found: Iterable[Entry], concepts: Iterable[str] = (), where: str = ""
) -> Decisions:
    """Find the items and concepts that rows are about.

    A concept that the alignment does not know yet is taken from the row itself where its label
    gives its IRI (`concept_iri`), so that decisions hold when everything is computed anew.

    Args:
        rows: rows of a file; None: no decisions.
        found: the items of the alignment.
        concepts: IRIs of known concepts.
        where: name of the file, for messages.

    Returns:
        The decisions on these items. Rows that cannot be used are named in ``problems``; those about
        lists that are not in the alignment are only counted.
    """
    if rows is None:
        return NONE
    everything = list(found)
    items, known = item_iris(everything), set(concepts)
    lists = {
        mint("item", *entry.of_edition, synthetic=synthetic) + "/"
        for entry in everything
        for synthetic in (True, False)
    }
    elsewhere = 0
    decided: list[Decision] = []
    labels: dict[str, str] = {}
    problems = list(rows.problems)
    said: dict[tuple[Identity, object], tuple[bool, int]] = {}
    for record in rows.records:
        if _elsewhere(record.subject, lists) or _elsewhere(record.object, lists):
            elsewhere += 1
            continue
        place = f"{where or 'decisions'}, line {record.line}" if record.line else where
        try:
            decision = _decision(record, items, known, labels)
        except ValueError as error:
            problems.append(f"{place}: {error}; the row is left out")
            continue
        ends = decision.item, decision.other or decision.concept
        if decision.other is not None:
            ends = min(decision.item, decision.other), max(decision.item, decision.other)
        before = said.setdefault(ends, (record.negated, record.line))
        if before[0] != record.negated:
            problems.append(f"{place}: contradicts line {before[1]}; the row is left out")
            continue
        decided.append(decision)
    return Decisions(tuple(decided), labels, tuple(problems), elsewhere)


def _elsewhere(iri: str, lists: set[str]) -> bool:
    """Whether an IRI is that of an item of another list."""
    for base in (ID["item/"], SYNTHETIC_ID["item/"]):
        parts = iri.removeprefix(base).split("/")
        if iri.startswith(base) and len(parts) == 4:
            return f"{base}{parts[0]}/{parts[1]}/" not in lists
    return False


def _decision(
    record: Record, items: Mapping[str, Identity], known: set[str], labels: dict[str, str]
) -> Decision:
    if record.predicate not in SAME and record.predicate not in RELATIONS:
        raise ValueError(f"the predicate <{record.predicate}> is none of the SKOS matches")
    if record.subject not in items and record.object in items:
        record = _turned(record)
    item = items.get(record.subject)
    if item is None:
        raise ValueError(f"there is no item <{record.subject}>")
    other = items.get(record.object)
    if other is not None:
        if other == item:
            raise ValueError(f"<{record.subject}> is compared with itself")
        return Decision(item, other, "", record)
    if record.object not in known:
        ours = {concept_iri(record.object_label, synthetic=s) for s in (True, False)}
        if not record.object_label or record.object not in ours:
            raise ValueError(f"there is no item or concept <{record.object}>")
        labels.setdefault(record.object, record.object_label)
    return Decision(item, None, record.object, record)


def _turned(record: Record) -> Record:
    """The same statement with subject and object exchanged."""
    return replace(
        record,
        subject=record.object,
        predicate=_TURNED.get(record.predicate, record.predicate),
        object=record.subject,
        subject_label=record.object_label,
        object_label=record.subject_label,
    )
