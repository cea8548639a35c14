"""A corpus of simulated towns: made on request, town by town, from a seed and from rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Final

from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.simulate.documents import Document, laid_out
from dutygraph.simulate.editions import EditionPlan, plans
from dutygraph.simulate.faults import plant
from dutygraph.simulate.folder import Made, write_folder
from dutygraph.simulate.offices import canonical, changes
from dutygraph.simulate.places import Place, place
from dutygraph.simulate.planting import Faulty
from dutygraph.simulate.printing import ListText, printed_list
from dutygraph.simulate.rates import Rates
from dutygraph.simulate.truth import (
    TRUTH,
    concept_rows,
    duty_rows,
    event_rows,
    fault_rows,
    item_rows,
    list_row,
    query_tables,
    truth_table,
)
from dutygraph.simulate.writers import Format, format_of
from dutygraph.table import Table, Value

SEED: Final = 2025
"""Seed that is used where none is given."""

MAX_EDITIONS: Final = 20


@dataclass(frozen=True, slots=True)
class Corpus:
    """Simulated towns with known truth.

    Attributes:
        towns: how many.
        seed: of all random numbers.
        editions: of each town.
        rates: how far towns, editions and documents depart from each other.
    """

    towns: int
    seed: int = SEED
    editions: int = 1
    rates: Rates = field(default_factory=Rates)

    def places(self) -> Iterator[Place]:
        """The towns, in the order of their numbers."""
        return (place(self.seed, number) for number in range(1, self.towns + 1))

    def plans(self, where: Place) -> tuple[EditionPlan, ...]:
        """What the editions of a town hold, the earliest first."""
        return plans(self.seed, where, self.editions, self.rates)

    def by_town(self, format: str = "text") -> Iterator[list[tuple[Faulty, Format]]]:  # noqa: A002
        """Content and format of the documents of each town, the earliest edition first.

        Args:
            format: of the documents; ``mixed`` for all in turn. A few faults are planted only in
                formats that can hold them.

        Raises:
            UnknownNameError: there is no such format.
        """
        format_of(format, 0)
        return (self._of_town(where, format) for where in self.places())

    def _of_town(self, where: Place, name: str) -> list[tuple[Faulty, Format]]:
        out = []
        for plan in self.plans(where):
            index = (where.number - 1) * self.editions + plan.order - 1
            chosen = format_of(name, index)
            content = printed_list(self.seed, where, plan, self.rates)
            out.append((plant(self.seed, content, self.rates, chosen.name), chosen))
        return out

    def documents(self, format: str = "text") -> Iterator[tuple[Document, Format]]:  # noqa: A002
        """Every document and its format, town by town, the earliest edition first."""
        for made in self.by_town(format):
            for faulty, chosen in made:
                yield laid_out(faulty), chosen

    def tables(self) -> dict[str, Table]:
        """The saved queries' tables ``lists``, ``items``, ``duties``, ``departments`` and
        ``reclaimed``, straight from the truth of the documents as text.
        """
        return query_tables(faulty.content for made in self.by_town() for faulty, _ in made)

    def truth_table(self, name: str, format: str = "text") -> Table:  # noqa: A002
        """One of the truth tables (see `dutygraph.simulate.truth.TRUTH`).

        Args:
            name: of the table.
            format: of the documents.

        Raises:
            UnknownNameError: there is no such table or format.
        """
        if name not in TRUTH:
            raise UnknownNameError("truth table", name, TRUTH)
        if name == "concepts":
            return truth_table(name, concept_rows())
        rows = (row for made in self.by_town(format) for row in self.truth_rows(name, made))
        return truth_table(name, rows)

    def truth_rows(self, name: str, made: Made) -> Iterator[tuple[Value, ...]]:
        """Rows of a truth table about the documents of one town.

        Args:
            name: of the table; ``concepts`` has no rows about a town.
            made: what `by_town` gives for it.
        """
        if name in ("events", "department-changes"):
            for (before, _), (after, _) in pairwise(made):
                if name == "events":
                    events = after.content.plan.events
                    yield from event_rows(before.content, after.content, events)
                else:
                    yield from self._department_changes(before.content, after.content)
        for faulty, chosen in made:
            if name == "lists":
                yield list_row(faulty, chosen.name)
            elif name == "items":
                yield from item_rows(faulty.content)
            elif name == "duties":
                yield from duty_rows(faulty.content)
            elif name == "faults":
                yield from fault_rows(faulty)

    def _department_changes(self, before: ListText, after: ListText) -> Iterator[tuple[Value, ...]]:
        """Changes of departments that the earlier edition names."""
        named = {name for item in before.items for name in item.departments}
        where = after.place
        years = before.plan.year, after.plan.year
        for one in changes(self.seed, where, *years, self.rates.reforms):
            if canonical(one.old) in named:
                yield (where.division, after.plan.date, one.kind, one.old, one.new)

    def write(self, folder: str | Path, format: str = "text") -> list[Path]:  # noqa: A002
        """Write the documents with their metadata, and the truth.

        Args:
            folder: a new or an empty folder, or one that this function has written.
            format: of the documents: one of `dutygraph.simulate.writers.FORMATS`, or ``mixed``
                for all of them in turn.

        Returns:
            The documents.

        Raises:
            UnknownNameError: there is no such format.
            UsageError: the folder holds other files.
            DutyGraphError: it cannot be written, or the format needs a package that is missing.
        """
        rates = ", ".join(f"{f.name}={getattr(self.rates, f.name):g}" for f in fields(self.rates))
        facts = {
            "towns": self.towns,
            "seed": self.seed,
            "editions": self.editions,
            "format": format,
            "rates": rates,
        }
        return write_folder(Path(folder), self.by_town(format), self.truth_rows, facts)


def simulate(towns: int, seed: int = SEED, editions: int = 1, rates: Rates | None = None) -> Corpus:
    """A corpus of simulated towns.

    Each town follows from the seed and its number alone: more towns do not change the first ones.

    Args:
        towns: how many.
        seed: of all random numbers.
        editions: of each town: one of 2025; two of 2024 and 2025; three of 2018, 2024 and 2025.
        rates: how far towns, editions and documents depart from each other.

    Raises:
        UsageError: there are no towns or editions, or too many editions.
    """
    if towns < 1:
        raise UsageError("at least one town is needed")
    if not 1 <= editions <= MAX_EDITIONS:
        raise UsageError(f"editions must be from 1 to {MAX_EDITIONS}")
    return Corpus(towns, seed, editions, rates or Rates())
