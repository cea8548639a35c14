"""The departments of a county: which type of work belongs to which department, by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from dutygraph import reference
from dutygraph.simulate.chance import chance
from dutygraph.simulate.lexicon import Reform, lexicon
from dutygraph.simulate.places import Place
from dutygraph.vocab import fold

PREFIXES: Final = ("full", "generic", "bare")
"""What a document prints before a department's name: the county's name, 县, or nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of departments between two years.

    Attributes:
        kind: ``rename`` or ``merger``.
        type: department type concerned.
        old, new: official names before and after.
    """

    kind: str
    type: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Offices:
    """The departments of one county in one year.

    Attributes:
        level: 县, 市, 区 or 旗.
        county: name of the county.
        host: by department type, the type whose department does its work.
        official: by that type, the official name, without county and without 县委.
        ecology: full name of the branch of the prefecture's ecology bureau.
    """

    level: str
    county: str
    host: Mapping[str, str]
    official: Mapping[str, str]
    ecology: str

    def owner(self, key: str) -> str:
        """Type of the department that does the work of a type."""
        return self.host.get(key, key)

    def office(self, key: str) -> str:
        """Official name of the department that does the work of a type, without its county."""
        own = self.owner(key)
        return self.official.get(own) or reference.department_types()[own].zh

    def name(self, key: str) -> str:
        """Canonical name of the department that does the work of a type."""
        own = self.owner(key)
        if own == "ecology":
            return self.ecology
        if own == "party-committee":
            return f"{self.level}委"
        office = canonical(self.office(key))
        return f"{self.level}委{office}" if _is_party(own) else office

    def printed(self, key: str, prefix: str, *, short: str = "") -> str:
        """A department's name as a document prints it.

        Args:
            key: department type.
            prefix: one of `PREFIXES`.
            short: short form to print instead of the official name.
        """
        own = self.owner(key)
        if own == "ecology":
            return self.ecology
        office = short or self.office(key)
        if own == "party-committee":
            office = ""
        if own == "youth-league":
            return (
                f"共青团{self.county}委" if prefix == "full" or self.level == "旗" else self._team()
            )
        party = _is_party(own) or own == "party-committee"
        if party:
            office = f"委{office}"
        if prefix == "full":
            return f"{self.county}{office}"
        return f"{self.level}{office}" if party or prefix == "generic" else office

    def _team(self) -> str:
        return f"团{self.level}委"

    def shorts(self, key: str) -> tuple[str, ...]:
        """Short forms of the department that does the work of a type."""
        return lexicon().shorts.get(self.office(key), ())


def _is_party(key: str) -> bool:
    return reference.department_types()[key].party


@cache
def _forms() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Official names by folded form, and the label of its type for every other form."""
    official: dict[str, str] = {}
    other: dict[str, str] = {}
    for kind in reference.department_types().values():
        for name, shorts in kind.names:
            official[fold(name)] = name
            other.update({fold(short): name for short in shorts})
        other.update({fold(alias): kind.zh for alias in kind.aliases})
    return official, other


@cache
def canonical(office: str) -> str:
    """The name under which the reference data know an official name.

    An older name that they list as another form of a type stands under the label of that type; a
    name that they do not know stands for itself.
    """
    official, other = _forms()
    key = fold(office)
    return official.get(key) or other.get(key) or office


@lru_cache(maxsize=1024)
def offices(seed: int, place: Place, year: int, reforms: float) -> Offices:
    """The departments of a town's county in a year.

    Args:
        seed: of the corpus.
        place: the town.
        year: of the edition.
        reforms: chance by which the chances of the reforms are multiplied.
    """
    base = _base(seed, place)
    host, official = dict(base.host), dict(base.official)
    # The latest first: of several that lie ahead, the name before the earliest one is in use.
    for reform in sorted(_made(seed, place, reforms), key=lambda one: -one.year):
        before = year < reform.year
        if reform.kind == "merger":
            if before:
                host.pop(reform.type, None)
                official[reform.type] = reform.old
            else:
                host[reform.type] = base.owner(reform.into)
        elif before:
            official[reform.type] = reform.old
        elif reform.new:
            official[reform.type] = reform.new
    return replace(base, host=host, official=official)


def changes(seed: int, place: Place, first: int, second: int, reforms: float) -> list[Change]:
    """What changes in the departments of a town's county between two years."""
    before = offices(seed, place, first, reforms)
    after = offices(seed, place, second, reforms)
    out: dict[str, Change] = {}
    for reform in sorted(_made(seed, place, reforms), key=lambda one: one.year):
        old, new = before.office(reform.type), after.office(reform.type)
        if old != new and first < reform.year <= second:
            out[reform.type] = Change(reform.kind, reform.type, old, new)
    return list(out.values())


@lru_cache(maxsize=1024)
def _base(seed: int, place: Place) -> Offices:
    """The departments as they are when no reform is looked at."""
    words = lexicon()
    code = place.county.code
    host: dict[str, str] = {}
    official: dict[str, str] = {}
    for key, names in words.offices.items():
        random = chance(seed, "office", code, key)
        official[key] = random.choices(list(names), list(names.values()))[0]
    if place.level == "区":
        official["public-security"] = "公安分局"
    taken: set[str] = set()
    for number, absorbed in enumerate(words.absorbed):
        random = chance(seed, "absorbed", code, number)
        if random.random() >= absorbed.chance or taken & {*absorbed.types, absorbed.into}:
            continue
        taken.update(absorbed.types)
        own = absorbed.into or absorbed.types[0]
        host.update(dict.fromkeys(absorbed.types, own))
        if absorbed.name:
            official[own] = absorbed.name
    return Offices(place.level, place.county.name, host, official, _ecology(place))


def _ecology(place: Place) -> str:
    upper = place.above[0] if place.above else ""
    if upper.endswith(("市", "州", "地区", "盟")) and len(place.above) > 1:
        return f"{upper}生态环境局{place.county.name}分局"
    return f"{upper}{place.county.name}生态环境局" if upper.endswith("市") else "生态环境局"


@lru_cache(maxsize=1024)
def _made(seed: int, place: Place, reforms: float) -> tuple[Reform, ...]:
    """The reforms that the county makes: those of departments that it has apart."""
    base = _base(seed, place)
    out = []
    for number, reform in enumerate(lexicon().reforms):
        if reform.type in base.host:
            continue
        if reform.into and base.owner(reform.into) != reform.into:
            continue
        random = chance(seed, "reform", place.county.code, number)
        if random.random() < reform.chance * reforms:
            out.append(reform)
    return tuple(out)
