"""Decisions as pairs of places in two lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from dutygraph.align.decisions import Decision, Decisions
from dutygraph.align.entries import Entry, Identity
from dutygraph.align.links import DECIDED, Link, is_same_title

_TURNED: Final = {"broader": "narrower", "narrower": "broader"}


@dataclass(slots=True)
class DecidedPairs:
    """What was decided on the items of two lists.

    Attributes:
        same: pairs that are the same duty, with the confidence that was given.
        relations: pairs that are something else, with the relation and the confidence.
        apart: pairs that are not the same duty.
    """

    same: dict[tuple[int, int], float | None] = field(default_factory=dict)
    relations: dict[tuple[int, int], tuple[str, float | None]] = field(default_factory=dict)
    apart: set[tuple[int, int]] = field(default_factory=set)

    def free(self, row: int, column: int) -> bool:
        """Whether the program may still pair two items."""
        pair = (row, column)
        if pair in self.apart or pair in self.relations:
            return False
        return not any(row == a or column == b for a, b in self.same)

    def links(
        self, a: Sequence[Entry], b: Sequence[Entry], scores: Mapping[tuple[int, int], float]
    ) -> list[Link]:
        """The decided pairs as links.

        Args:
            a: items of one list.
            b: items of the other one.
            scores: score of the pairs that were compared.
        """
        out = []
        for (row, column), given in self.same.items():
            exact = is_same_title(a[row].title_key, b[column].title_key)
            relation = "exact" if exact else "reworded"
            out.append(self._link(row, column, relation, given, scores))
        for (row, column), (relation, given) in self.relations.items():
            out.append(self._link(row, column, relation, given, scores))
        return out

    @staticmethod
    def _link(
        row: int,
        column: int,
        relation: str,
        given: float | None,
        scores: Mapping[tuple[int, int], float],
    ) -> Link:
        confidence = 1.0 if given is None else given
        return Link(row, column, relation, scores.get((row, column)), confidence, DECIDED)


def decided_pairs(a: Sequence[Entry], b: Sequence[Entry], decisions: Decisions) -> DecidedPairs:
    """What decisions say of the items of two lists.

    Two items that were decided to be one concept are the same duty; if one is and the other is not,
    they are not.

    Args:
        a: items of one list.
        b: items of the other one.
        decisions: decisions on any items.
    """
    rows = {entry.identity: place for place, entry in enumerate(a)}
    columns = {entry.identity: place for place, entry in enumerate(b)}
    out = DecidedPairs()
    of_concept: dict[str, list[Decision]] = {}
    for decision in decisions.found:
        if decision.other is None:
            of_concept.setdefault(decision.concept, []).append(decision)
            continue
        for first, second, turned in (
            (decision.item, decision.other, False),
            (decision.other, decision.item, True),
        ):
            if first in rows and second in columns:
                _add(out, (rows[first], columns[second]), decision, turned)
    for several in of_concept.values():
        _by_concept(out, several, rows, columns)
    return out


def _add(out: DecidedPairs, pair: tuple[int, int], decision: Decision, turned: bool) -> None:
    given = decision.record.confidence
    if decision.same:
        out.same[pair] = given
    elif decision.relation:
        relation = decision.relation
        out.relations[pair] = _TURNED.get(relation, relation) if turned else relation, given
    else:
        out.apart.add(pair)


def _by_concept(
    out: DecidedPairs,
    several: Iterable[Decision],
    rows: Mapping[Identity, int],
    columns: Mapping[Identity, int],
) -> None:
    yes = [decision for decision in several if decision.same]
    no = [decision.item for decision in several if decision.record.negated]
    for one, other in product(yes, yes):
        if one.item in rows and other.item in columns:
            pair = rows[one.item], columns[other.item]
            if pair not in out.apart:
                given = [d.record.confidence for d in (one, other)]
                known = [value for value in given if value is not None]
                out.same.setdefault(pair, min(known) if known else None)
    for one, item in product(yes, no):
        for first, second in ((one.item, item), (item, one.item)):
            if first in rows and second in columns:
                pair = rows[first], columns[second]
                if pair not in out.same:
                    out.apart.add(pair)
