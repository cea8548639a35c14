"""The word lists of the simulator: data/reference/simulation.yaml, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from dutygraph import reference, resources
from dutygraph.errors import ReferenceDataError

FILE: Final = "simulation.yaml"
LISTS: Final = ("basic", "cooperative", "reclaimed")
"""The three lists, in the order of a document."""

_MARKS: Final = {"!": "core", "?": "rare"}
_OBJECT: Final = re.compile(r"\[(?P<object>[^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as the word lists name it.

    Attributes:
        which: ``basic``, ``cooperative`` or ``reclaimed``.
        title: canonical title.
        object: what it is about; empty where the whole title says it.
        category: canonical category.
        types: department types, the leading one first.
        kind: key of `Lexicon.kinds`.
        weight: ``core``, ``common``, ``rare`` or ``local``.
        hard: it has a near neighbour that means a different duty.
        speciality: the speciality that a local duty belongs to.
    """

    which: str
    title: str
    object: str
    category: str
    types: tuple[str, ...]
    kind: str
    weight: str
    hard: bool = False
    speciality: str = ""


@dataclass(frozen=True, slots=True)
class Reform:
    """A change of departments that counties make from some year on.

    Attributes:
        year: the first year of editions that know it.
        kind: ``rename`` or ``merger``.
        type: department type concerned.
        old: its name before; empty where any name will do.
        new: its name after a rename; empty for the county's own name of the type.
        into: in a merger, the type whose department takes over.
        chance: that a county makes it.
    """

    year: int
    kind: str
    type: str
    old: str
    new: str
    into: str
    chance: float


@dataclass(frozen=True, slots=True)
class Absorption:
    """Department types that share one department.

    Attributes:
        types: the types.
        into: the type whose department that is; empty where it has a name of its own.
        name: that name.
        chance: that a county has it so.
    """

    types: tuple[str, ...]
    into: str
    name: str
    chance: float


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that may stand for others without changing what a title or a duty means."""

    heads: tuple[str, ...]
    synonyms: tuple[tuple[str, str], ...]
    short: tuple[tuple[str, str], ...]
    qualifiers: tuple[str, ...]
    areas: tuple[str, ...]
    ends: tuple[tuple[str, ...], ...]
    tails: tuple[str, ...]
    duties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything of the word lists.

    Attributes:
        lines: the duties of all towns.
        local: the duties of a few towns, one for each speciality and pattern.
        specialities: what a town may be known for.
        kinds: by kind, the clauses of the leading department, of others and of the town.
        methods: by the end of a title, how a reclaimed duty is now done.
        parts: by list, the titles of the two parts of a divided duty.
        places, moments: words for ``{place}`` and ``{when}``.
        phases: pairs of phases, an earlier one and a later one.
        catch_alls: what may stand behind the departments of an item.
        neighbours: by category, others under which a duty may be filed.
        spellings: by category, other spellings.
        wording: what may be worded otherwise.
        offices: by department type, official names with weights.
        absorbed: types that share a department.
        shorts: by official name, short forms.
        reforms: changes of departments.
        peoples: by which a 民族乡 may be named.
        towns: characters of towns' names: first, second, third.
    """

    lines: tuple[Line, ...]
    local: tuple[Line, ...]
    specialities: tuple[str, ...]
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]
    methods: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[str, str]]
    places: tuple[str, ...]
    moments: tuple[str, ...]
    phases: tuple[tuple[str, str], ...]
    catch_alls: tuple[str, ...]
    neighbours: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, tuple[str, ...]]
    wording: Wording
    offices: Mapping[str, Mapping[str, int]]
    absorbed: tuple[Absorption, ...]
    shorts: Mapping[str, tuple[str, ...]]
    reforms: tuple[Reform, ...]
    peoples: tuple[str, ...]
    towns: tuple[str, str, str]


@cache
def lexicon() -> Lexicon:
    """The word lists.

    Raises:
        ReferenceDataError: the file is broken, or names a category or department type that the
            other reference data do not know.
    """
    path = resources.folder("data") / "reference" / FILE
    loaded = reference.load_yaml(path)
    try:
        made = _made(loaded)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ReferenceDataError(f"lacks or misuses {error}", where=str(path)) from error
    _check(made, str(path))
    return made


def _made(loaded: Mapping[str, Any]) -> Lexicon:
    words = loaded["wording"]
    local = loaded["local"]
    return Lexicon(
        lines=tuple(_lines(loaded)),
        local=tuple(_local(local)),
        specialities=tuple(local["specialities"]),
        kinds={
            kind: {who: tuple(clauses[who]) for who in ("lead", "other", "town")}
            for kind, clauses in loaded["kinds"].items()
        },
        methods={end: tuple(texts) for end, texts in loaded["methods"].items()},
        parts={which: _two(loaded["parts"][which]) for which in LISTS},
        places=tuple(loaded["words"]["place"]),
        moments=tuple(loaded["words"]["when"]),
        phases=tuple(map(_two, loaded["words"]["phases"])),
        catch_alls=tuple(loaded["words"]["catch_alls"]),
        neighbours={c: tuple(others) for c, others in loaded["neighbours"].items()},
        spellings={c: tuple(others) for c, others in loaded["spellings"].items()},
        wording=Wording(
            heads=tuple(words["heads"]),
            synonyms=tuple(map(_two, words["synonyms"])),
            short=tuple(map(_two, words["short"])),
            qualifiers=tuple(words["qualifiers"]),
            areas=tuple(words["areas"]),
            ends=tuple(map(tuple, words["ends"])),
            tails=tuple(words["tails"]),
            duties=tuple(map(_two, words["duties"])),
        ),
        offices=loaded["offices"],
        absorbed=tuple(
            Absorption(tuple(a["types"]), a.get("into", ""), a.get("name", ""), a["chance"])
            for a in loaded["absorbed"]
        ),
        shorts={name: tuple(forms) for name, forms in loaded["shorts"].items()},
        reforms=tuple(
            Reform(
                r["year"],
                r["kind"],
                r["type"],
                r.get("old", ""),
                r.get("new", ""),
                r.get("into", ""),
                r["chance"],
            )
            for r in loaded["reforms"]
        ),
        peoples=tuple(loaded["peoples"]),
        towns=(loaded["towns"]["first"], loaded["towns"]["second"], loaded["towns"]["third"]),
    )


def _two(pair: Sequence[str]) -> tuple[str, str]:
    first, second = pair
    return first, second


def _lines(loaded: Mapping[str, Any]) -> list[Line]:
    groups = [
        *((which, group, False) for which in LISTS for group in loaded[which]),
        *((group["list"], group, True) for group in loaded["hard"]),
    ]
    return [
        _line(text, which, group, hard=hard)
        for which, group, hard in groups
        for text in group["lines"].splitlines()
        if text.strip()
    ]


def _line(text: str, which: str, group: Mapping[str, Any], *, hard: bool) -> Line:
    parts = [part.strip() for part in text.split("|")]
    weight = _MARKS.get(parts[0][0], "common")
    printed = parts[0][1:] if weight != "common" else parts[0]
    types = tuple(parts[1].split()) if len(parts) > 1 else tuple(group["types"])
    kind = parts[2] if len(parts) > 2 else group.get("kind", "")
    title, about = _title(printed)
    return Line(which, title, about, group["category"], types, kind, weight, hard)


def _title(printed: str) -> tuple[str, str]:
    """Title without its brackets, and what stands inside them."""
    found = _OBJECT.search(printed)
    return _OBJECT.sub(r"\g<object>", printed), found["object"] if found else ""


def _local(local: Mapping[str, Any]) -> list[Line]:
    out = []
    for speciality in local["specialities"]:
        for which in LISTS:
            for pattern in local[which]:
                title, about = _title(pattern["title"].replace("{s}", speciality))
                types = tuple(pattern["types"])
                out.append(
                    Line(
                        which,
                        title,
                        about,
                        pattern["category"],
                        types,
                        pattern["kind"],
                        "local",
                        speciality=speciality,
                    )
                )
    return out


def _check(made: Lexicon, where: str) -> None:
    categories = {category.zh for category in reference.categories().values()}
    types = reference.department_types()
    for line in (*made.lines, *made.local):
        if line.category not in categories:
            raise ReferenceDataError(f"unknown category {line.category!r}", where=where)
        if unknown := [key for key in line.types if key not in types]:
            raise ReferenceDataError(
                f"{line.title}: unknown department type {unknown[0]!r}", where=where
            )
        if line.kind and line.kind not in made.kinds:
            raise ReferenceDataError(f"{line.title}: unknown kind {line.kind!r}", where=where)
    named = {*made.offices, *(t for a in made.absorbed for t in a.types)}
    named |= {r.type for r in made.reforms} | {r.into for r in made.reforms if r.into}
    if unknown := sorted(named - set(types)):
        raise ReferenceDataError(f"unknown department type {unknown[0]!r}", where=where)
    titles = [line.title for line in (*made.lines, *made.local)]
    if twice := sorted({title for title in titles if titles.count(title) > 1}):
        raise ReferenceDataError(f"the title {twice[0]} stands twice", where=where)
