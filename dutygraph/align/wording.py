"""What titles say apart from their words: keys, numbers, negations, opposed words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dutygraph import reference
from dutygraph.align.settings import Words, words
from dutygraph.vocab import fold

_BETWEEN: Final = re.compile(r"(?<=\d)[^\w\s%](?=\d)")
# Words by which a list names its own kind of town. 乡 in 乡村, 城乡, 返乡 … is another word.
_OWN_TOWN: Final = re.compile(
    r"(?:本|我|全)?(?:街道办事处|乡镇|镇街|街道|苏木|(?<![城返回家下异老离还])乡(?![村土贤道愁风音亲]))"
)
_TOWN: Final = "镇"
_CLAUSES: Final = re.compile(r"[,，;；。]")
_TAIL: Final = re.compile(r"(?:等)?(?:相关|有关|各项)?(?:工作|事项|活动|任务)$")
_DIGITS: Final = re.compile(r"\d+(?:[.\-]\d+)*%?")
_HAN_NUMBER: Final = "〇零一二三四五六七八九十百千两"


@lru_cache(maxsize=200_000)
def title_key(title: str) -> str:
    """Key of a title: folded (`vocab.fold`) and without punctuation, except within numbers.

    Two titles are the *exact* same if their keys are equal and not empty. 和, 及 and 与 are words, so
    titles that differ in them are not.

    >>> title_key("做好“双拥” 工作。") == title_key("做好双拥工作")
    True
    >>> title_key("0-6岁") == title_key("06岁")
    False
    """
    folded = fold(title)
    kept = {match.start() for match in _BETWEEN.finditer(folded)}
    return "".join(
        c
        for place, c in enumerate(folded)
        if c == "%" or place in kept or not unicodedata.category(c).startswith("P")
    )


@lru_cache(maxsize=200_000)
def neutral(title: str, town: str = "") -> str:
    """The words of a title that tell duties apart, without punctuation.

    The names of its town are replaced by one word, abbreviations are written out
    (data/reference/alignment.yaml), and what says only that work is done is left out: light verbs
    and words of manner at the head of a clause, areas, and 工作 and the like at its end. Where
    nothing would be left of a clause, it stays as it is.

    Args:
        title: the title as printed.
        town: name of the town that it stands in.

    >>> neutral("统筹做好辖区内档案管理工作")
    '档案管理'
    >>> neutral("领导街道政权机关", "幸福街道") == neutral("领导乡政权机关", "光明乡")
    True
    """
    known = words()
    text, own = fold(title), fold(town)
    if len(own) > 1:
        text = text.replace(own, _TOWN)
    text = _OWN_TOWN.sub(_TOWN, text)
    text = _forms(known).sub(lambda match: known.synonyms[match.group()], text)
    text = _areas(known).sub("", text) or text
    return "".join(title_key(_core(clause)) for clause in _CLAUSES.split(text))


@lru_cache(maxsize=200_000)
def thing(title: str, town: str = "") -> str:
    """What a duty is about: a title without the words for what is done to it.

    Left out of its `neutral` form are the words of the action lexicon (data/reference/actions.yaml),
    light verbs, and words that go with any duty (``generic`` in data/reference/alignment.yaml).

    Args:
        title: the title as printed.
        town: name of the town that it stands in.

    Returns:
        What is left; empty where the title names nothing else.

    >>> thing("开展食品安全监督检查"), thing("对养老机构的日常监管"), thing("做好宣传工作")
    ('食品安全', '养老机构', '')
    """
    return _doing(words()).sub("", neutral(title, town))


def _core(clause: str) -> str:
    without_head = _head().sub("", clause)
    core = _TAIL.sub("", without_head)
    return core if len(core) > 1 else clause


@dataclass(frozen=True, slots=True)
class Signature:
    """What must not differ between two titles of one duty.

    Attributes:
        numbers: numbers, years, ages and percentages, as printed.
        negations: number of words that deny or exclude.
        senses: opposed senses, as pairs of group and place of the sense in it.
    """

    numbers: frozenset[str] = frozenset()
    negations: int = 0
    senses: frozenset[tuple[str, int]] = frozenset()


NOTHING: Final = Signature()


@lru_cache(maxsize=200_000)
def signature(key: str) -> Signature:
    """The `Signature` of a title.

    Args:
        key: key of the title (`title_key`).

    >>> signature("对未经批准取水的处罚").negations
    1
    """
    known = words()
    numbers = {_plain(match.group()) for match in _DIGITS.finditer(key)}
    numbers |= {match["number"] for match in _han_numbers(known).finditer(key)}
    return Signature(
        frozenset(numbers),
        sum(1 for match in _negations(known).finditer(key) if match["word"]),
        frozenset().union(*(known.senses[m.group()] for m in _senses(known).finditer(key))),
    )


def conflict(a: Signature, b: Signature) -> float:
    """How far two titles contradict each other.

    One for numbers that differ (a quarter where only one title has any), one for a different number of
    negations, one for each group of opposed words of which both use a sense and none in common.

    Returns:
        0 (no contradiction) or more; the order of the two does not matter.

    >>> conflict(signature("80岁以上老人"), signature("70岁以上老人"))
    1.0
    """
    if a == b:
        return 0.0
    total = 0.0
    if a.numbers != b.numbers:
        total += 1.0 if a.numbers and b.numbers else 0.25
    if a.negations != b.negations:
        total += 1.0
    groups_a, groups_b = _by_group(a.senses), _by_group(b.senses)
    for group in groups_a.keys() & groups_b.keys():
        if not groups_a[group] & groups_b[group]:
            total += 1.0
    return total


def most_common(titles: Iterable[str]) -> str:
    """The title that stands for several: the most frequent, then the shortest, then the first.

    >>> most_common(["甲乙", "甲", "甲"])
    '甲'
    """
    counts = Counter(titles)
    return min(counts, key=lambda title: (-counts[title], len(title), title))


def _by_group(senses: frozenset[tuple[str, int]]) -> dict[str, set[int]]:
    out: dict[str, set[int]] = {}
    for group, sense in senses:
        out.setdefault(group, set()).add(sense)
    return out


def _plain(digits: str) -> str:
    """Digits without leading zeros; those of other scripts are the same numbers."""
    return (
        "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in digits).lstrip("0") or "0"
    )


def _any_of(forms: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(forms, key=lambda form: (-len(form), form))))


@lru_cache(maxsize=4)
def _han_numbers(known: Words) -> re.Pattern[str]:
    # 第一 without a unit is an ordinal of something else (第一书记).
    return re.compile(rf"(?P<number>[{_HAN_NUMBER}]+)(?:{_any_of(known.units)})")


@lru_cache(maxsize=1)
def _head() -> re.Pattern[str]:
    lexicon = reference.lexicon()
    return re.compile(rf"^(?:{_any_of(lexicon.light | lexicon.skip)})+")


@lru_cache(maxsize=4)
def _doing(known: Words) -> re.Pattern[str]:
    lexicon = reference.lexicon()
    return re.compile(_any_of({*lexicon.terms, *lexicon.light, *known.generic}))


@lru_cache(maxsize=4)
def _forms(known: Words) -> re.Pattern[str]:
    return re.compile(_any_of(known.synonyms))


@lru_cache(maxsize=4)
def _areas(known: Words) -> re.Pattern[str]:
    return re.compile(_any_of(known.areas))


@lru_cache(maxsize=4)
def _negations(known: Words) -> re.Pattern[str]:
    return re.compile(rf"(?:{_any_of(known.no_negation)})|(?P<word>{_any_of(known.negations)})")


@lru_cache(maxsize=4)
def _senses(known: Words) -> re.Pattern[str]:
    return re.compile(_any_of(known.senses))
