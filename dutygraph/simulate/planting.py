"""What a planter of faults works on: a document's content, and what has to be reported of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from dutygraph.simulate.printing import DutyText, ItemText, ListText


@dataclass(frozen=True, slots=True)
class Planted:
    """A finding that a planted fault has to give.

    Attributes:
        fault: kind of fault.
        finding: code of the finding.
        which: list of the item concerned, or empty.
        key: key of the item concerned, or empty: a finding about characters has only a place.
        quote: the text that it is about, or empty.
    """

    fault: str
    finding: str
    which: str = ""
    key: str = ""
    quote: str = ""


@dataclass(slots=True)
class Faulty:
    """A document's content with its faults.

    Attributes:
        content: the content.
        planted: findings that have to be reported.
        counts: numbers that the whole document states instead of the right ones, by subject.
        misstated: numbers that only the sentence about a list states so, by subject.
        stated: categories that the introduction spells otherwise, by the tables' spelling.
    """

    content: ListText
    planted: list[Planted] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    misstated: dict[str, int] = field(default_factory=dict)
    stated: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Planter:
    """Plants the faults of one document.

    Attributes:
        faulty: the document.
        random: decides where.
        used: items that have a fault already: no two meet in one item.
    """

    faulty: Faulty
    random: Random
    used: set[int] = field(default_factory=set)

    def items(self, which: str, fits: Callable[[ItemText], bool]) -> ItemText | None:
        """An item of a list that fits and has no fault yet; None where there is none."""
        found = [
            item
            for item in self.faulty.content.of(which)
            if id(item) not in self.used and fits(item)
        ]
        if not found:
            return None
        item = self.random.choice(found)
        self.used.add(id(item))
        return item

    def note(self, fault: str, finding: str, item: ItemText | None = None, quote: str = "") -> None:
        """Record a finding that has to be reported."""
        which, key = (item.which, item.key) if item else ("", "")
        self.faulty.planted.append(Planted(fault, finding, which, key, quote))


def last_of_town(item: ItemText) -> DutyText | None:
    """The last duty of the town, where it is long enough to be broken off."""
    own = item.side("town")
    return own[-1] if own and len(own[-1].text) >= 12 else None


def is_phased(item: ItemText) -> bool:
    """True for an item whose duties stand under phases."""
    return any(duty.phase for duty in item.duties)
