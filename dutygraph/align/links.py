"""What an item can be to another item or to a concept, and how that was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from dutygraph.align.sssom import SEMAPV

RELATIONS: Final = ("exact", "reworded", "broader", "narrower", "uncertain", "none")
"""Relations: ``broader`` says that the other one is broader, as skos:broadMatch does."""
SAME: Final = frozenset({"exact", "reworded"})
"""Relations by which two things are the same duty."""

EXACT: Final = SEMAPV + "LexicalMatching"
COMPUTED: Final = SEMAPV + "LexicalSimilarityThresholdMatching"
DECIDED: Final = SEMAPV + "ManualMappingCuration"
SHORT: Final = {iri: "semapv:" + iri.removeprefix(SEMAPV) for iri in (EXACT, COMPUTED, DECIDED)}
"""Justifications as tables show them."""

DIGITS: Final = 6
"""Decimals of scores and confidences."""


@dataclass(frozen=True, slots=True)
class Link:
    """What two items, or an item and a concept, are to each other.

    Attributes:
        a, b: places of the two.
        relation: one of `RELATIONS` but ``none``.
        score, confidence: 0–1; None where there are none.
        justification: IRI of the SEMAPV vocabulary.
    """

    a: int
    b: int
    relation: str
    score: float | None
    confidence: float | None
    justification: str


def is_same_title(a: str, b: str) -> bool:
    """Whether two keys of titles (`wording.title_key`) are those of one title.

    >>> is_same_title("甲", "甲"), is_same_title("", "")
    (True, False)
    """
    return bool(a) and a == b


def chance(a: Sequence[str], b: Sequence[str]) -> float:
    """A number from 0 to below 1 that two identities always have, in either order: among equals it
    chooses, and always the same.
    """
    first, second = sorted(("\x1f".join(a), "\x1f".join(b)))
    return crc32(f"{first}\x1e{second}".encode()) / 2**32
