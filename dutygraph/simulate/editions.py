"""The editions of a town: the first, and what changes from each to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Final

from dutygraph.simulate.chance import chance
from dutygraph.simulate.concepts import pool
from dutygraph.simulate.drafts import (
    Draft,
    change_departments,
    change_split,
    divided,
    drafted,
    in_order,
    is_whole,
    merged,
    move,
    refile,
    reword,
    reword_duty,
)
from dutygraph.simulate.lexicon import LISTS
from dutygraph.simulate.places import Place
from dutygraph.simulate.rates import Rates
from dutygraph.simulate.towns import Ledger, addable_types, first_edition, may_merge

_FIRST_YEAR: Final = 2025
_EARLIER: Final = (2024, 2018)
"""Years of the editions before the last one: the lists of 2024, and the pilot lists of 2018."""

CHANGES: Final = (
    "kept",
    "reworded",
    "moved",
    "category",
    "merged",
    "divided",
    "dropped",
    "added",
    "departments",
    "split",
    "duties",
)
"""What can happen to an item between two editions."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an item from one edition to the next.

    Attributes:
        concept: keys of the concepts concerned, joined by blanks.
        change: one of `CHANGES`.
        before, after: the item in the earlier and the later edition, by its ``uid``; None where it
            is not there.
        detail: what exactly, in words.
    """

    concept: str
    change: str
    before: int | None
    after: int | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EditionPlan:
    """What one edition of a town holds.

    Attributes:
        order: number of the edition, from 1.
        date: ``YYYY-MM``.
        drafts: its items in printed order.
        events: what happened since the edition before; empty for the first one.
    """

    order: int
    date: str
    drafts: tuple[Draft, ...]
    events: tuple[Event, ...] = field(default=())

    @property
    def year(self) -> int:
        """Year of its date."""
        return int(self.date[:4])


def dates(seed: int, place: Place, editions: int) -> list[str]:
    """Dates of a town's editions, the earliest first: the last is of 2025, or later where there are
    more than three.
    """
    years = [*reversed(_EARLIER), *range(_FIRST_YEAR, _FIRST_YEAR + max(1, editions - 2))]
    random = chance(seed, "dates", place.number)
    months = {year: random.randrange(1, 13) for year in years}
    chosen = years[-editions:] if editions < len(years) else years
    return [f"{year}-{months[year]:02}" for year in chosen]


@lru_cache(maxsize=64)
def plans(seed: int, place: Place, editions: int, rates: Rates) -> tuple[EditionPlan, ...]:
    """The editions of a town, the earliest first.

    Args:
        seed: of the corpus.
        place: the town.
        editions: how many, from 1.
        rates: how far towns and editions depart from each other.
    """
    ledger = first_edition(seed, place, rates)
    out: list[EditionPlan] = []
    for order, date in enumerate(dates(seed, place, editions), 1):
        events: list[Event] = []
        if order > 1:
            random = chance(seed, "edition", place.number, order)
            events = _next_edition(ledger, rates, random)
        ordered = tuple(draft.copy() for draft in in_order(ledger.drafts))
        out.append(EditionPlan(order, date, ordered, tuple(events)))
    return tuple(out)


def _next_edition(ledger: Ledger, rates: Rates, random: Random) -> list[Event]:
    events: list[Event] = []
    held = {key for draft in ledger.drafts for key in draft.concepts}
    before = in_order(ledger.drafts)
    after: list[Draft] = []
    index = 0
    while index < len(before):
        draft = before[index].copy()
        draft.changes.clear()
        following = before[index + 1] if index + 1 < len(before) else None
        index += 1
        if random.random() < rates.edition_dropped:
            events.append(_event("dropped", draft, None))
        elif (
            following is not None
            and may_merge(draft, following)
            and random.random() < rates.edition_merged
        ):
            whole = merged(draft, following, ledger.uid())
            events += [_event("merged", draft, whole), _event("merged", following, whole)]
            after.append(whole)
            index += 1
        elif is_whole(draft) and random.random() < rates.edition_divided:
            parts = divided(draft, (ledger.uid(), ledger.uid()))
            events += [_event("divided", draft, part) for part in parts]
            after.extend(parts)
        else:
            after.append(draft)
            found = _changes(draft, rates, random)
            events += found or [_event("kept", draft, draft)]
    added = _added(before, held, ledger, rates, random)
    events += [_event("added", None, draft) for draft in added]
    ledger.drafts = [*after, *added]
    return events


def _event(change: str, before: Draft | None, after: Draft | None, detail: str = "") -> Event:
    holder = before or after
    assert holder is not None  # noqa: S101 - narrows the type
    return Event(
        " ".join(holder.concepts),
        change,
        before.uid if before else None,
        after.uid if after else None,
        detail,
    )


def _changes(draft: Draft, rates: Rates, random: Random) -> list[Event]:
    """What happens to an item that stays one item."""
    out: list[Event] = []

    def happens(change: str, rate: float, make: Callable[[], str | None]) -> None:
        """Make a change by its chance; *make* says what it was, or None where nothing fitted."""
        if random.random() < rate and (detail := make()) is not None:
            out.append(_event(change, draft, draft, detail))

    happens("moved", rates.edition_moved, lambda: _moved(draft, random))
    happens("category", rates.edition_category, lambda: _refiled(draft, random))
    happens("reworded", rates.edition_reworded, lambda: _reworded(draft, random))
    if draft.which != "basic":
        happens(
            "departments",
            rates.edition_departments,
            lambda: change_departments(draft, random, addable_types()) or None,
        )
    if draft.which == "cooperative":
        happens("split", rates.edition_split, lambda: change_split(draft, random) or None)
        happens("duties", rates.edition_duties, lambda: "" if reword_duty(draft, random) else None)
    return out


def _moved(draft: Draft, random: Random) -> str:
    before = draft.which
    move(draft, random)
    return f"{before} to {draft.which}"


def _refiled(draft: Draft, random: Random) -> str:
    before = draft.category
    refile(draft, random)
    return f"{before} to {draft.category}"


def _reworded(draft: Draft, random: Random) -> str | None:
    before = draft.title
    return before if reword(draft, random) else None


def _added(
    before: Sequence[Draft], held: set[str], ledger: Ledger, rates: Rates, random: Random
) -> list[Draft]:
    """New items: concepts that the town did not have."""
    out = []
    for which in LISTS:
        size = sum(draft.which == which for draft in before)
        free = [
            concept
            for concept in pool().by_list[which]
            if not held & {concept.key, f"{concept.key}.1", f"{concept.key}.2"}
        ]
        number = sum(random.random() < rates.edition_added for _ in range(size))
        for concept in random.sample(free, min(number, len(free))):
            draft = drafted(concept, ledger.uid(), random.random())
            draft.mark("added")
            if random.random() < rates.reworded_titles:
                reword(draft, random)
            out.append(draft)
    return out
