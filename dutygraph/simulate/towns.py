"""What a town's first edition holds: concepts drawn so that the averages are the published ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final

from dutygraph.simulate.chance import chance
from dutygraph.simulate.concepts import Concept, pool
from dutygraph.simulate.drafts import (
    MOVES,
    Draft,
    change_departments,
    change_split,
    divided,
    drafted,
    in_order,
    into_phases,
    is_whole,
    join,
    merged,
    move,
    refile,
    reword,
    reword_duty,
)
from dutygraph.simulate.lexicon import LISTS, lexicon
from dutygraph.simulate.places import Place
from dutygraph.simulate.rates import AVERAGES, Rates

_FREQUENCIES: Final = {"core": 0.8, "common": 0.25, "rare": 0.06}
"""How many towns have a duty of each weight, before the averages are fitted. Assumed."""

_SPECIALITIES: Final = (1, 2, 2, 3)
_COMMON_SIZE: Final = 0.6
_OWN_SIZE: Final = 0.8  # with the common part, a variance of one
# Gauss-Hermite nodes and weights for the mean of a function of a standard normal number.
_NODES: Final = (
    (-2.85697001, 0.01125741),
    (-1.35562618, 0.22207592),
    (0.0, 0.53333333),
    (1.35562618, 0.22207592),
    (2.85697001, 0.01125741),
)
# Runs of one category end merging: part of the items that have a next one in their category.
_WITH_NEXT: Final = 0.84


@dataclass(slots=True)
class Ledger:
    """The items of a town and the next free number for one.

    Attributes:
        drafts: the items of the current edition, in no order.
        next_uid: identifies the next new item.
    """

    drafts: list[Draft] = field(default_factory=list)
    next_uid: int = 1

    def uid(self) -> int:
        """A number for a new item."""
        self.next_uid += 1
        return self.next_uid - 1


@dataclass(frozen=True, slots=True)
class Fit:
    """How the frequencies of a list are shifted.

    Attributes:
        shift: added to the log odds of every concept.
        size: added times the size of the town, which is a standard normal number.
    """

    shift: float
    size: float


def first_edition(seed: int, place: Place, rates: Rates) -> Ledger:
    """The items of a town's first edition.

    Args:
        seed: of the corpus.
        place: the town.
        rates: how far towns depart from each other.
    """
    ledger = Ledger()
    for concept in _drawn(seed, place, rates):
        ledger.drafts.append(drafted(concept, ledger.uid(), _rank(seed, place, concept.key)))
    random = chance(seed, "town", place.number)
    _vary(ledger, rates, random)
    ledger.drafts = _reshaped(ledger, rates, random)
    return ledger


def _rank(seed: int, place: Place, key: str) -> float:
    """Place of a concept within its category: towns of a county print the same order."""
    return chance(seed, "rank", place.county.code, key).random()


def _drawn(seed: int, place: Place, rates: Rates) -> list[Concept]:
    random = chance(seed, "concepts", place.number)
    common = random.gauss(0, 1)
    fits = fitted(rates)
    out = []
    for which in LISTS:
        size = _COMMON_SIZE * common + _OWN_SIZE * random.gauss(0, 1)
        fit = fits[which]
        for concept in pool().by_list[which]:
            odds = _log_odds(concept) + fit.shift + fit.size * size
            taken = random.random() < _share(odds)
            if random.random() >= rates.dropped and taken:
                out.append(concept)
    for speciality in random.sample(lexicon().specialities, random.choice(_SPECIALITIES)):
        out += [c for c in pool().by_speciality[speciality] if random.random() < rates.local]
    return out


def _vary(ledger: Ledger, rates: Rates, random: Random) -> None:
    """Changes that leave each item one item."""
    others = addable_types()
    for draft in ledger.drafts:
        if random.random() < rates.moved:
            move(draft, random)
        if random.random() < rates.other_category:
            refile(draft, random)
        if random.random() < rates.reworded_titles:
            reword(draft, random)
        # A basic item prints no departments, and only a cooperative one prints duties.
        if random.random() < rates.other_departments and draft.which != "basic":
            change_departments(draft, random, others)
        if random.random() < rates.other_split and draft.which == "cooperative":
            change_split(draft, random)
        if random.random() < rates.reworded_duties and draft.which == "cooperative":
            reword_duty(draft, random)


def _reshaped(ledger: Ledger, rates: Rates, random: Random) -> list[Draft]:
    """Merge and divide; then phases and joint duties, which belong to the shape of one item."""
    ordered = in_order(ledger.drafts)
    out: list[Draft] = []
    index = 0
    while index < len(ordered):
        draft = ordered[index]
        index += 1
        following = ordered[index] if index < len(ordered) else None
        fits = following is not None and may_merge(draft, following)
        if fits and following is not None and random.random() < rates.merged:
            out.append(merged(draft, following, ledger.uid()))
            index += 1
        elif is_whole(draft) and random.random() < rates.divided:
            out.extend(divided(draft, (ledger.uid(), ledger.uid())))
        else:
            out.append(draft)
    for draft in out:
        if random.random() < rates.phased:
            into_phases(draft, random)
        if random.random() < rates.joint:
            join(draft, random)
    return out


def may_merge(first: Draft, second: Draft) -> bool:
    """True for two items of one list and category that each hold one concept."""
    return (first.which, first.category) == (second.which, second.category) and len(
        first.concepts
    ) == len(second.concepts) == 1


@cache
def addable_types() -> tuple[str, ...]:
    """Department types that the word lists name, by how often they do."""
    return tuple(
        key
        for concept in pool().by_list["cooperative"]
        for key in concept.types
        if key not in ("ecology", "power-supply", "government")
    )


def _log_odds(concept: Concept) -> float:
    frequency = _FREQUENCIES[concept.weight]
    return math.log(frequency / (1 - frequency))


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


@cache
def fitted(rates: Rates) -> Mapping[str, Fit]:
    """Shifts by which an average town has the items of `AVERAGES` in each list.

    What the rates take away (dropped, moved out, merged) and add (local, moved in, divided) is
    allowed for. With rates by which no number of concepts gives the averages, as many are taken as
    come nearest.
    """
    wanted = _concepts_wanted(rates)
    return {which: _fit(which, wanted[which], rates.spread) for which in LISTS}


def _concepts_wanted(rates: Rates) -> dict[str, float]:
    """Concepts to draw of each list, so that the items come out at the averages."""
    per_item = (1 + rates.divided) * (
        1 - _WITH_NEXT * rates.merged / (1 + _WITH_NEXT * rates.merged)
    )
    target = {which: AVERAGES[which] / per_item for which in LISTS}
    locals_ = {which: _local_items(which) * rates.local for which in LISTS}
    drawn = dict(target)
    for _ in range(200):
        moved_in = dict.fromkeys(LISTS, 0.0)
        for which in LISTS:
            total = sum(weight for _, weight in MOVES[which])
            for other, weight in MOVES[which]:
                moved_in[other] += drawn[which] * rates.moved * weight / total
        for which in LISTS:
            stay = max(1 - rates.moved, 0.05)
            drawn[which] = max((target[which] - moved_in[which]) / stay, 0.0)
    kept = max(1 - rates.dropped, 0.01)
    return {which: max(drawn[which] - locals_[which], 0.0) / kept for which in LISTS}


def _local_items(which: str) -> float:
    """Local concepts of a list that a town could have, on average."""
    words = lexicon()
    each = sum(line.which == which for line in words.local) / len(words.specialities)
    return each * sum(_SPECIALITIES) / len(_SPECIALITIES)


def _fit(which: str, wanted: float, spread: float) -> Fit:
    odds = [_log_odds(concept) for concept in pool().by_list[which]]
    wanted = min(max(wanted, 0.5), len(odds) - 0.5)

    def mean(shift: float, size: float) -> float:
        return sum(
            weight * sum(_share(one + shift + size * node) for one in odds)
            for node, weight in _NODES
        )

    low, high = -30.0, 30.0
    size = 0.0
    for step in range(60):
        middle = (low + high) / 2
        if step == 8:
            slope = sum(_share(one + middle) * (1 - _share(one + middle)) for one in odds)
            size = spread * wanted / max(slope, 1e-9)
            low, high = -30.0, 30.0
        if mean(middle, size) < wanted:
            low = middle
        else:
            high = middle
    return Fit((low + high) / 2, size)
