"""Made-up towns in real counties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from dutygraph import reference
from dutygraph.errors import ReferenceDataError
from dutygraph.model import Division
from dutygraph.parse.towns import find_town
from dutygraph.simulate.chance import chance
from dutygraph.simulate.lexicon import lexicon

# Numbers at the end of 2023 in the statistics of the Ministry of Civil Affairs, rounded; 苏木 and
# 民族苏木 stand only in Inner Mongolia.
_KINDS: Final = {"镇": 21_400, "乡": 6_900, "民族乡": 960, "街道": 9_000, "苏木": 150}
_WITH_SUMU: Final = "内蒙古自治区"
_TOWNS_OF_A_COUNTY: Final = 4
_GOLDEN: Final = 0.618034  # steps of this share of a row come near to no earlier place for long
_NO_NAMES: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
# How much of the chain of divisions a cover prints: all, without the province, the county alone.
_CHAINS: Final = (8, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A simulated town.

    Attributes:
        number: of the town, from 1.
        name: its name with its kind (云岫镇).
        word: what ``{t}`` stands for: 镇, 乡, 街道 or 苏木.
        county: the real county that it is put into.
        above: names of the divisions above the county, the lowest first.
        chain: names that the cover prints before the title, from the highest to the town.
        division: key that reading the cover gives.
    """

    number: int
    name: str
    word: str
    county: Division
    above: tuple[str, ...]
    chain: str
    division: str

    @property
    def level(self) -> str:
        """县, 市, 区 or 旗, by the county's name."""
        last = self.county.name[-1]
        return last if last in "县市区旗" else "县"


@cache
def _counties() -> tuple[Division, ...]:
    found = [d for d in reference.divisions() if d.level == "county" and d.name not in _NO_NAMES]
    if not found:
        raise ReferenceDataError("the division table lists no county")
    return tuple(sorted(found, key=lambda d: d.code))


@cache
def place(seed: int, number: int) -> Place:
    """The simulated town of a number.

    Four towns of successive numbers lie in one county. Two towns never have one name.

    Args:
        seed: of the corpus.
        number: of the town, from 1.
    """
    counties = _counties()
    group = (number - 1) // _TOWNS_OF_A_COUNTY
    county = counties[_shuffled(group, len(counties), chance(seed, "counties").randrange(1 << 30))]
    random = chance(seed, "place", number)
    above = tuple(d.name for d in county.parents if d.name not in _NO_NAMES)
    kinds = dict(_KINDS)
    if _WITH_SUMU not in above:
        del kinds["苏木"]
    kind = random.choices(list(kinds), list(kinds.values()))[0]
    ending = random.choice(lexicon().peoples) + "乡" if kind == "民族乡" else kind
    name = _name(seed, number) + ending
    names = [*reversed(above), county.name, name]
    printed = random.choices((0, 1, 2), _CHAINS)[0]
    start = min(printed if printed < 2 else len(names) - 2, len(names) - 2)
    chain, division = _readable(names, start)
    word = "乡" if kind == "民族乡" else kind
    return Place(number, name, word, county, above, chain, division)


def _readable(names: Sequence[str], start: int) -> tuple[str, str]:
    """The printed chain, and the key that reading it gives; a shorter chain may not be readable."""
    for first in dict.fromkeys((start, 0)):
        chain = "".join(names[first:])
        town = find_town(chain)
        if town is not None and town.name == names[-1]:
            return chain, town.code
    raise ReferenceDataError(f"{''.join(names)} cannot be read as a town")


def _shuffled(index: int, size: int, offset: int) -> int:
    """Another index below *size*: all of them are met before one comes again."""
    start = max(1, round(size * _GOLDEN))
    step = next(s for s in range(start, 2 * size + 2) if math.gcd(s, size) == 1)
    return (index * step + offset) % size


def _name(seed: int, number: int) -> str:
    """Name of a town without its kind: another one for each number, and none of a listed town."""
    first, second, third = lexicon().towns
    short = len(first) * len(second)
    index = number - 1
    offset = chance(seed, "names").randrange(1 << 30)
    pair = _shuffled(index % short, short, offset)
    name = first[pair // len(second)] + second[pair % len(second)]
    more = index // short
    if more == 0 and _is_listed(name):
        more = len(third)  # the last character of the row is kept for these
    return name + (third[more - 1] if more else "")


@cache
def _listed() -> frozenset[str]:
    return frozenset(d.name for d in reference.divisions() if d.level == "town")


def _is_listed(name: str) -> bool:
    return any(name + kind in _listed() for kind in ("镇", "乡", "街道", "苏木"))
