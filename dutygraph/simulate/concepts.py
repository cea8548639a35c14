"""Duty concepts: the same duty, whatever a town calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from dutygraph.simulate.chance import chance
from dutygraph.simulate.lexicon import LISTS, Lexicon, Line, lexicon
from dutygraph.simulate.real import real_lines

_LETTERS: Final = {"basic": "b", "cooperative": "c", "reclaimed": "r"}
_HEAD: Final = re.compile(
    r"^(?:协助开展|组织开展|开展|做好|负责|落实|抓好|推进|加强|推动|深化|举办)(?!和)"
)
_TAIL: Final = re.compile(r"(?:的)?(?:相关|有关)?工作$")
# Kinds whose clauses speak of the thing; the clauses of the others speak of what is done with it.
_OF_THINGS: Final = frozenset(
    {"subsidy", "safety", "disaster", "prevention", "protection", "maintenance"}
)
_LONGEST_OBJECT: Final = 24
_ENDS: Final = (
    ("处罚", "处罚"),
    ("审批", "审批"),
    ("许可", "审批"),
    ("考核", "考核"),
    ("认定", "认定"),
    ("鉴定", "认定"),
    ("评估", "认定"),
    ("统计", "统计"),
    ("采集", "统计"),
    ("监测", "统计"),
    ("检查", "检查"),
    ("抽查", "检查"),
    ("检验", "检查"),
)
_END: Final = re.compile(
    r"的?(?:行政)?(?:处罚|审批|考核|认定|鉴定|统计|采集|监督检查|监督抽查|检查|抽查|检验|监测统计)$"
)
_LONGEST_METHOD: Final = 40
_KIND_OF_END: Final = {
    "处罚": "enforcement",
    "审批": "review",
    "考核": "survey",
    "认定": "review",
    "统计": "survey",
    "检查": "safety",
    "other": "general",
}
_LEAD: Final = (3, 3, 4, 4, 4, 5)
_OTHER: Final = (1, 1, 2)
_TOWN: Final = (2, 3, 3, 4, 4)


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty, before it is printed.

    Attributes:
        side: ``department`` or ``town``.
        types: department types that carry it; empty for the town.
        phase: phase that it belongs to, or empty.
        text: without number and final punctuation; ``{t}`` and ``{lead}`` may stand in it.
    """

    side: str
    types: tuple[str, ...]
    phase: str
    text: str


@dataclass(frozen=True, slots=True)
class Concept:
    """A duty.

    Attributes:
        key: ``b0001`` …, ``c0001`` …, ``r0001`` … by its list; a part of it ``c0001.1``.
        which: its list.
        title: canonical title; ``{t}`` stands for 镇, 乡 or 街道.
        category: canonical category.
        types: department types, the leading one first.
        clauses: what departments and the town do, should it stand in the cooperative list.
        method: how it is done by the departments, should it stand in the reclaimed list.
        weight: ``core``, ``common``, ``rare`` or ``local``.
        hard: it has a near neighbour that is another duty.
        speciality: of a local duty.
        broader: key of the duty that it is a part of.
    """

    key: str
    which: str
    title: str
    category: str
    types: tuple[str, ...]
    clauses: tuple[Clause, ...]
    method: str
    weight: str
    hard: bool = False
    speciality: str = ""
    broader: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """All concepts.

    Attributes:
        concepts: by key, parts included.
        by_list: concepts that are no parts and not local, by list.
        by_speciality: local concepts, by speciality.
    """

    concepts: dict[str, Concept]
    by_list: dict[str, tuple[Concept, ...]]
    by_speciality: dict[str, tuple[Concept, ...]]

    def parts(self, key: str) -> tuple[Concept, Concept]:
        """The two parts of a concept."""
        return self.concepts[f"{key}.1"], self.concepts[f"{key}.2"]


@cache
def pool() -> Pool:
    """The concepts: those of the real list first, then those of the word lists.

    Raises:
        ReferenceDataError: the word lists are broken.
    """
    words = lexicon()
    every: dict[str, Concept] = {}
    by_list: dict[str, list[Concept]] = {which: [] for which in LISTS}
    by_speciality: dict[str, list[Concept]] = {s: [] for s in words.specialities}
    counts = dict.fromkeys(LISTS, 0)
    seen: set[str] = set()
    for line in (*real_lines(), *words.lines, *words.local):
        if line.title in seen:
            continue
        seen.add(line.title)
        counts[line.which] += 1
        concept = _concept(f"{_LETTERS[line.which]}{counts[line.which]:04}", line, words)
        for one in (concept, *_parts(concept, words)):
            every[one.key] = one
        if line.speciality:
            by_speciality[line.speciality].append(concept)
        else:
            by_list[line.which].append(concept)
    return Pool(
        every,
        {which: tuple(found) for which, found in by_list.items()},
        {s: tuple(found) for s, found in by_speciality.items()},
    )


def task(title: str) -> str:
    """A title without the verb before it and the 工作 behind it.

    >>> task("做好地名管理工作"), task("开展矿产资源保护")
    ('地名管理', '矿产资源保护')
    """
    bare = _TAIL.sub("", _HEAD.sub("", title))
    return bare or title


def _about(line: Line, kind: str) -> str:
    whole = task(line.title)
    about = line.object if line.object and kind in _OF_THINGS else whole
    if line.which == "reclaimed" and kind == "safety":
        about = re.sub(r"的?(?:安全)?(?:监督|专项)?(?:检查|抽查|检验)$", "", whole)
    about = about.removeprefix("对")
    if len(about) > _LONGEST_OBJECT and "，" in about:
        about = about.split("，")[0]
    if len(about) > _LONGEST_OBJECT:
        about = line.object or "该项工作"
    return about


def _concept(key: str, line: Line, words: Lexicon) -> Concept:
    random = chance("concept", line.which, line.title)
    end = next((name for mark, name in _ENDS if line.title.endswith(mark)), "other")
    kind = line.kind or _KIND_OF_END[end]
    method = random.choice(words.methods[end]).replace("{o}", _bare(line.title))
    return Concept(
        key=key,
        which=line.which,
        title=line.title,
        category=line.category,
        types=line.types,
        clauses=tuple(_clauses(line, kind, words, random)),
        method=method,
        weight=line.weight,
        hard=line.hard,
        speciality=line.speciality,
    )


def _bare(title: str) -> str:
    """What a reclaimed title is about: without 对 before and 的处罚, 的审批 … behind."""
    bare = _END.sub("", task(title).removeprefix("对")) or title
    return bare if len(bare) <= _LONGEST_METHOD else "该类行为"


def _clauses(line: Line, kind: str, words: Lexicon, random: Random) -> Iterable[Clause]:
    about = _about(line, kind)
    patterns = words.kinds[kind]

    def some(who: str, numbers: tuple[int, ...], left: list[int]) -> list[str]:
        """Some of the clauses of a role, in their order, each at most once in an item."""
        chosen = sorted(random.sample(left, min(random.choice(numbers), len(left))))
        for index in chosen:
            left.remove(index)
        return [
            patterns[who][index]
            .replace("{o}", about)
            .replace("{place}", random.choice(words.places))
            .replace("{when}", random.choice(words.moments))
            for index in chosen
        ]

    lead, *others = line.types
    for text in some("lead", _LEAD, list(range(len(patterns["lead"])))):
        yield Clause("department", (lead,), "", text)
    left = list(range(len(patterns["other"])))
    for other in others:
        left = left or list(range(len(patterns["other"])))
        for text in some("other", _OTHER, left):
            yield Clause("department", (other,), "", text)
    for text in some("town", _TOWN, list(range(len(patterns["town"])))):
        yield Clause("town", (), "", text)


def _parts(concept: Concept, words: Lexicon) -> tuple[Concept, Concept]:
    """The two parts: their titles by the word lists, the clauses halved on each side."""
    base = task(concept.title)
    halves: tuple[list[Clause], list[Clause]] = ([], [])
    for side in ("department", "town"):
        own = [clause for clause in concept.clauses if clause.side == side]
        middle = (len(own) + 1) // 2
        halves[0].extend(own[:middle])
        halves[1].extend(own[middle:] or own[-1:])
    first, second = (
        Concept(
            key=f"{concept.key}.{number}",
            which=concept.which,
            title=pattern.replace("{n}", base),
            category=concept.category,
            types=tuple(t for t in concept.types if _named(half, t)) or concept.types,
            clauses=tuple(half),
            method=concept.method,
            weight=concept.weight,
            hard=concept.hard,
            speciality=concept.speciality,
            broader=concept.key,
        )
        for number, (pattern, half) in enumerate(
            zip(words.parts[concept.which], halves, strict=True), 1
        )
    )
    return first, second


def _named(clauses: Iterable[Clause], key: str) -> bool:
    return any(key in clause.types for clause in clauses)
