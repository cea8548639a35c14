"""How well an alignment agrees with simulated truth, and two plain peers for comparison.

Items are the same duty where the simulator says that they have the same concepts. Two items that
have some concepts in common and not all, because duties were merged or divided, are neither right nor
wrong as a pair; what is said of them as ``broader`` and ``narrower`` is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from calibration import Numbers, World
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from dutygraph.align.entries import Entry, Identity
from dutygraph.vocab import fold

Similarity: TypeAlias = Callable[[Sequence[str], Sequence[str]], Numbers]
"""Similarity of each of some titles to each of others, 0–1."""


@dataclass(slots=True)
class Counts:
    """Pairs that were found, that are right, and that there are."""

    found: int = 0
    right: int = 0
    there: int = 0

    @property
    def precision(self) -> float:
        """Right among found; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Right among those that there are; 1 where there are none."""
        return self.right / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def verdict(some: World, a: Identity, b: Identity) -> bool | None:
    """Whether two items are the same duty; None where they have a part in common."""
    if some.concepts[a] == some.concepts[b]:
        return True
    return None if some.wide(a) & some.wide(b) else False


def part_of(some: World, a: Identity, b: Identity) -> str:
    """What the second item is to the first by the truth: broader, narrower, or nothing."""
    first, second = some.concepts[a], some.concepts[b]
    if first < second or {some.whole.get(one, "") for one in first} & second:
        return "broader"
    if second < first or {some.whole.get(one, "") for one in second} & first:
        return "narrower"
    return ""


def there(some: World, a: Sequence[Entry], b: Sequence[Entry]) -> int:
    """Duties that two lists share."""
    first, second = ({some.concepts[e.identity] for e in side} for side in (a, b))
    return len(first & second)


def count(some: World, pairs: Iterable[tuple[Identity, Identity]], into: Counts) -> None:
    """Count pairs that are said to be the same duty."""
    for a, b in pairs:
        right = verdict(some, a, b)
        if right is not None:
            into.found += 1
            into.right += right


# groups


def grouped(
    truth: Mapping[Identity, str], found: Mapping[Identity, str]
) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F1 of a grouping of items: of pairs, and B-cubed.

    Source: Bagga & Baldwin (1998), "Entity-based cross-document coreferencing using the vector space
    model", COLING-ACL.
    """
    both = Counter((found[item], truth[item]) for item in truth)
    groups, classes = Counter(found[item] for item in truth), Counter(truth.values())

    def pairs(counts: Mapping[Any, int]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    right = pairs(both)
    by_pairs = Counts(pairs(groups), right, pairs(classes))
    precision = sum(n * n / groups[group] for (group, _), n in both.items()) / len(truth)
    recall = sum(n * n / classes[kind] for (_, kind), n in both.items()) / len(truth)
    return {
        "pairs": (by_pairs.precision, by_pairs.recall, by_pairs.f1),
        "B-cubed": (precision, recall, 2 * precision * recall / (precision + recall)),
    }


# peers


def by_ratio(a: Sequence[str], b: Sequence[str]) -> Numbers:
    """rapidfuzz.fuzz.ratio: normalised indel similarity."""
    out: Numbers = process.cdist(a, b, scorer=fuzz.ratio, workers=1).astype(float) / 100
    return out


def by_cosine(a: Sequence[str], b: Sequence[str]) -> Numbers:
    """Cosine of TF-IDF weighted character n-grams of one to three characters."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), lowercase=False)
    vectors.fit([*a, *b])
    out: Numbers = (vectors.transform(a) @ vectors.transform(b).T).toarray()
    return out


PEERS: Final[Mapping[str, Similarity]] = {"rapidfuzz ratio": by_ratio, "TF-IDF cosine": by_cosine}


def titles(items: Iterable[Entry]) -> list[str]:
    """Folded titles."""
    return [fold(item.title) for item in items]


def greedy(similar: Numbers, least: float = 0.0) -> list[tuple[int, int, float]]:
    """One-to-one pairs, the most alike first; rows, columns and similarities."""
    rows, columns = np.nonzero(similar > least)
    values = similar[rows, columns]
    out = []
    used: tuple[set[int], set[int]] = set(), set()
    for place in np.lexsort((columns, rows, -values)).tolist():
        row, column = int(rows[place]), int(columns[place])
        if row not in used[0] and column not in used[1]:
            used[0].add(row)
            used[1].add(column)
            out.append((row, column, float(values[place])))
    return out


@dataclass(slots=True)
class Peer:
    """Greedy pairs of a peer over many pairs of lists, to be cut at any threshold."""

    values: list[float]
    right: list[bool]
    there: int = 0

    def add(self, some: World, a: Sequence[Entry], b: Sequence[Entry], of: Similarity) -> None:
        """Two lists more."""
        for row, column, value in greedy(of(titles(a), titles(b))):
            right = verdict(some, a[row].identity, b[column].identity)
            if right is not None:
                self.values.append(value)
                self.right.append(right)
        self.there += there(some, a, b)

    def at(self, least: float) -> Counts:
        """Counts where pairs below a threshold are not taken."""
        taken = [
            right for value, right in zip(self.values, self.right, strict=True) if value >= least
        ]
        return Counts(len(taken), sum(taken), self.there)

    def best(self) -> tuple[float, Counts]:
        """The threshold, in hundredths, with the best F1 on these very pairs."""
        steps = [step / 100 for step in range(5, 100)]
        least = max(steps, key=lambda step: (self.at(step).f1, step))
        return least, self.at(least)


def leaders(lists: Iterable[Sequence[Entry]], of: Similarity, least: float) -> dict[Identity, str]:
    """A peer's concepts: list after list, each item goes to the concept whose first title is the most
    alike, one to one; what is less alike than the threshold begins a concept.
    """
    first: list[str] = []
    out: dict[Identity, str] = {}
    for items in lists:
        own = titles(items)
        chosen: dict[int, int] = {}
        if first:
            chosen = {row: column for row, column, _ in greedy(of(own, first), least)}
        for row, item in enumerate(items):
            if row not in chosen:
                chosen[row] = len(first)
                first.append(own[row])
            out[item.identity] = str(chosen[row])
    return out
