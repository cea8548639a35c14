"""Duties of two items that are one duty list entry: which are the same, and who carries them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph.compare.bodies import Bodies
from dutygraph.compare.listing import Duty, Item, Listing
from dutygraph.compare.wording import similarity, words_of

ALIKE: Final = 0.6
"""Similarity from which two duties of one item are the same duty, worded otherwise."""
TOWN: Final = "乡镇"
NOBODY: Final = "未明"
"""Names, in `Split.detail`, of the town and of duties for which no party is named."""
_TOWN_ALONE: Final = frozenset(["town"])
_SILENT: Final = frozenset(["unattributed"])


@dataclass(frozen=True, slots=True)
class DutyPair:
    """A duty of one list, of the other, or of both.

    Attributes:
        a, b: the duty there; None where that list does not have it.
        similarity: of the two, 0–1 (`dutygraph.compare.wording.similarity`); None for one alone.
        party_changed: another party carries it; where one of the two does not say which department
            carries it, that is no change.
        reworded: it is worded otherwise, beside punctuation and the names of town and county.
    """

    a: Duty | None
    b: Duty | None
    similarity: float | None = None
    party_changed: bool = False
    reworded: bool = False

    @property
    def kind(self) -> str:
        """``only_a``, ``only_b``, ``party``, ``reworded`` or ``same``."""
        if self.b is None:
            return "only_a"
        if self.a is None:
            return "only_b"
        return "party" if self.party_changed else "reworded" if self.reworded else "same"


@dataclass(frozen=True, slots=True)
class Split:
    """How the duties of an item of two lists are split between parties.

    Attributes:
        changed: a duty was added or removed, or another party carries it.
        detail: per party, how many duties came and went: ``乡镇 +2−1、农业农村局 −1``.
    """

    changed: bool
    detail: str


def match_duties(
    a: Listing,
    b: Listing,
    items_a: Iterable[Item],
    items_b: Iterable[Item],
    found: Bodies,
    *,
    alike: float = ALIKE,
) -> list[DutyPair]:
    """Which duties of two items, or of the items that make up one duty, are the same.

    Each duty has one counterpart at most. Taken in this order: those of the same words and party,
    of the same words, of the same party and at least *alike*, and at last those of another party
    and at least *alike*; within each the most alike first, then in printed order. So a duty counts
    as handed over only where the old party has nothing like it.

    Args:
        a: the first list.
        b: the second list.
        items_a: items of the first list.
        items_b: those of the second.
        found: how departments are compared.
        alike: least similarity, 0–1.

    Returns:
        A pair for each duty: in the order of the first list, then those of the second alone. Empty
        where the items have no duties.
    """
    before = [duty for item in items_a for duty in item.duties]
    after = [duty for item in items_b for duty in item.duties]
    words_a = [words_of(duty.text, a.own) for duty in before]
    words_b = [words_of(duty.text, b.own) for duty in after]
    named_b = {name for duty in after for name in found.of_b(duty.parties)}
    parties_a = [_party_a(duty, found, named_b) for duty in before]
    parties_b = [_party_b(duty, found) for duty in after]
    likeness = {
        (i, j): similarity(first, second)
        for i, first in enumerate(words_a)
        for j, second in enumerate(words_b)
    }

    def same_party(i: int, j: int) -> bool:
        return _agree(parties_a[i], parties_b[j])

    rounds: tuple[Callable[[int, int], bool], ...] = (
        lambda i, j: likeness[i, j] == 1 and same_party(i, j),
        lambda i, j: likeness[i, j] == 1,
        lambda i, j: likeness[i, j] >= alike and same_party(i, j),
        lambda i, j: likeness[i, j] >= alike,
    )
    ranked = sorted(likeness, key=lambda ij: (-likeness[ij], ij))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for fits in rounds:
        for i, j in ranked:
            if i not in partner and j not in taken and fits(i, j):
                partner[i] = j
                taken.add(j)
    out = []
    for i, duty in enumerate(before):
        if i not in partner:
            out.append(DutyPair(duty, None))
            continue
        j = partner[i]
        out.append(
            DutyPair(duty, after[j], likeness[i, j], not same_party(i, j), words_a[i] != words_b[j])
        )
    return out + [DutyPair(None, duty) for j, duty in enumerate(after) if j not in taken]


def _agree(a: frozenset[str], b: frozenset[str]) -> bool:
    """True where the same parties carry two duties, as far as the documents say who does.

    Where one names nobody it may be any department, but not the town, which has its own column.
    """
    if _SILENT in (a, b):
        return _TOWN_ALONE not in (a, b)
    return a == b


def _party_a(duty: Duty, found: Bodies, named: Iterable[str]) -> frozenset[str]:
    """Who carries a duty of the first list, under the names of the second."""
    if duty.party_kind != "department":
        return frozenset([duty.party_kind])
    return frozenset(now for old in found.of_a(duty.parties) for now in found.now(old, named))


def _party_b(duty: Duty, found: Bodies) -> frozenset[str]:
    if duty.party_kind != "department":
        return frozenset([duty.party_kind])
    return frozenset(found.of_b(duty.parties))


def split_of(pairs: Sequence[DutyPair], found: Bodies) -> Split:
    """What the duties of an item say of its split.

    A duty of several parties counts for each of them. A duty that another party carries went from
    the one and came to the other.

    Args:
        pairs: see `match_duties`.
        found: how departments are compared.
    """
    came: Counter[str] = Counter()
    went: Counter[str] = Counter()
    for pair in pairs:
        if pair.kind in ("same", "reworded"):
            continue
        before = set(_names(pair.a, found, first=True))
        after = set(_names(pair.b, found, first=False))
        kept = {new for old in before for new in found.now(old, after)} & after
        came.update(after - kept)
        went.update(old for old in before if not found.now(old, after) & kept)
    parties = sorted({*came, *went}, key=lambda name: (name != TOWN, name))
    detail = [
        f"{name} "
        + (f"+{came[name]}" if came[name] else "")
        + (f"−{went[name]}" if went[name] else "")
        for name in parties
    ]
    changed = any(pair.kind not in ("same", "reworded") for pair in pairs)
    return Split(changed, "、".join(detail))


def _names(duty: Duty | None, found: Bodies, *, first: bool) -> Iterable[str]:
    if duty is None:
        return ()
    if duty.party_kind != "department":
        return (TOWN if duty.party_kind == "town" else NOBODY,)
    return found.of_a(duty.parties) if first else found.of_b(duty.parties)
