"""Titles that hold other titles: duties that were merged or divided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dutygraph.align.libraries import need
from dutygraph.align.settings import EVIDENCE, Settings
from dutygraph.align.wording import neutral

if TYPE_CHECKING:
    from dutygraph.align.evidence import Numbers, Profile

_COVER: Final = EVIDENCE.index("cover")
_CONFLICT: Final = EVIDENCE.index("conflict")
_STRANGE: Final = EVIDENCE.index("strange")
# A title that is hardly longer is another wording and no whole.
_LONGER: Final = 1.15
# 某事的宣传: longer than 某事, and a part of it.
_ASPECT: Final = re.compile(r"(?P<base>.+)的[^的，,；;]+")


@dataclass(frozen=True, slots=True)
class Part:
    """Two titles of which one is part of the other.

    Attributes:
        row, column: places of the two.
        relation: ``broader`` where the title of the column is the whole, else ``narrower``.
        place: place among the candidates.
    """

    row: int
    column: int
    relation: str
    place: int


class Titles:
    """Titles and their n-grams, for asking what one holds of another.

    Args:
        profile: profile of some items.
        printed: their titles.
    """

    def __init__(self, profile: Profile, printed: Sequence[str]) -> None:
        self.lengths = profile.totals["lengths"]
        self.printed = printed
        self._matrix = profile.matrices["titles"]
        self._known: dict[int, dict[int, float]] = {}

    def grams(self, row: int) -> dict[int, float]:
        """Weight of each n-gram of a title; they add up to 1."""
        if row not in self._known:
            first, last = self._matrix.indptr[row], self._matrix.indptr[row + 1]
            columns = self._matrix.indices[first:last].tolist()
            weights = (self._matrix.data[first:last] ** 2).tolist()
            self._known[row] = dict(zip(columns, weights, strict=True))
        return self._known[row]


def is_aspect(long: str, short: str) -> bool:
    """Whether a title names one side of what another title names: 某事的宣传 of 某事.

    >>> is_aspect("危房改造的宣传引导", "做好危房改造工作"), is_aspect("危房改造", "危房改造的宣传")
    (True, False)
    """
    found = _ASPECT.fullmatch(long)
    return found is not None and neutral(found["base"]) == neutral(short) != ""


def find_parts(
    left: Titles,
    right: Titles,
    candidates: Iterable[tuple[int, int, int]],
    evidence: Numbers,
    partners: tuple[Mapping[int, int], Mapping[int, int]],
    settings: Settings,
    *,
    anchored: bool = False,
) -> list[Part]:
    """Pairs of which one title is part of the other.

    The longer title is the whole, unless it only names one side of the shorter one (`is_aspect`).
    The part must have no partner of its own. The longer title must hold enough of the shorter one,
    and where it has a partner, the shorter one must add to what that explains.

    Args:
        left: titles of the rows.
        right: titles of the columns.
        candidates: row, column and place among the candidates, the best first.
        evidence: of the candidates.
        partners: column by row and row by column of what was assigned for certain.
        settings: ``contained`` and ``gain``.
        anchored: the columns are concepts, to which the rows are anchored: an item that is one side
            of a duty may have a concept of its own; a concept that is one is none of the item's.

    Returns:
        The parts found; each part once.
    """
    numpy = need("numpy")
    fitting = (evidence[:, _COVER] >= settings.contained) & (evidence[:, _CONFLICT] == 0)
    # Not so where each is about something that the other does not name.
    wanted = set(numpy.nonzero(fitting & (evidence[:, _STRANGE] == 0))[0].tolist())
    out: list[Part] = []
    used: tuple[set[int], set[int]] = set(), set()
    for row, column, place in candidates:
        if place not in wanted or partners[0].get(row) == column:
            continue
        ends = (row, column)
        sides = (left, right)
        lengths = float(left.lengths[row]), float(right.lengths[column])
        if max(lengths) < _LONGER * min(lengths):
            continue
        long = 0 if lengths[0] > lengths[1] else 1
        short = 1 - long
        aspect = is_aspect(sides[long].printed[ends[long]], sides[short].printed[ends[short]])
        part = long if aspect else short
        if ends[part] in used[part] or (aspect and anchored and part == 1):
            continue
        if ends[part] in partners[part] and not (aspect and anchored):
            continue
        if not aspect:
            partner = partners[long].get(ends[long])
            held = sides[short].grams(partner) if partner is not None else {}
            grams = sides[long].grams(ends[long]), sides[short].grams(ends[short])
            if _gain(*grams, held) < settings.gain:
                continue
        used[part].add(ends[part])
        out.append(Part(row, column, "broader" if part == 0 else "narrower", place))
    return out


def _gain(
    long: Mapping[int, float], short: Mapping[int, float], partner: Mapping[int, float]
) -> float:
    """Part of the longer title that the shorter one holds and its partner does not, 0–1."""
    return sum(weight for gram, weight in long.items() if gram in short and gram not in partner)
