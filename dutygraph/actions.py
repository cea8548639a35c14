"""What a duty does, read from its words by rules that can be explained.

A duty is cut into clauses at its punctuation. An action is recognised

* at the ``head`` of a clause, behind words that only say how or when (依法, 定期 …);
* after a ``separator`` inside the clause (、 和 及 并 …);
* as the ``object`` of a light verb: at the end of a clause that begins with 做好, 开展 …, or right
  behind one (做好农业保险的宣传推广; 对名单进行审核);
* at the end of a clause that puts what is acted on before the verb, ``preposed`` (将名单上报).

The longest term of data/reference/actions.yaml wins. No statistics, no guesses: a clause that none
of the rules fits has no action.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from dutygraph import reference
from dutygraph.model import ActionUse

_CLAUSE: Final = re.compile(r"[^，。；：:;,！？!?\n]+")
_BRACKETED: Final = re.compile(r"[（(][^（）()]*[）)]|《[^《》]*》")
_TAIL: Final = re.compile(
    r"(?:等)?(?:相关|有关|各项|各类|具体)?(?:工作|活动|事项|任务|服务|行动|等)*\s*$"
)
_LONGEST_TERM: Final = 9


@dataclass(frozen=True, slots=True)
class _Patterns:
    term: re.Pattern[str]
    light: re.Pattern[str]
    skip: re.Pattern[str]
    inner: re.Pattern[str]
    preposed: re.Pattern[str]
    joiner: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    def either(words: Iterable[str]) -> str:
        return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))

    words = reference.lexicon()
    return _Patterns(
        term=re.compile(either(words.terms)),
        light=re.compile(either(words.light)),
        skip=re.compile(rf"(?:\s|{either(words.skip)})+"),
        inner=re.compile(either(words.inner)),
        preposed=re.compile(either(words.preposed)),
        joiner=re.compile(either(words.joiners)),
    )


def find_actions(text: str, start: int = 0) -> tuple[ActionUse, ...]:
    """Actions of a duty, in the order of their words.

    Args:
        text: text of the duty, without printed number.
        start: offset to begin at, behind a department's name that only says who acts.

    >>> [(use.action, use.matched) for use in find_actions("开展巡查，发现违法行为及时上报")]
    [('inspect', '巡查'), ('inspect', '发现')]
    >>> [(use.matched, use.rule) for use in find_actions("对名单进行审核，将结果上报")]
    [('审核', 'object'), ('上报', 'preposed')]
    """
    # Brackets and book titles hold examples and names; blank them, keeping all offsets.
    plain = _BRACKETED.sub(lambda found: " " * len(found.group()), text)
    uses: dict[int, ActionUse] = {}
    for clause in _CLAUSE.finditer(plain, start):
        for found, rule in _clause_terms(plain, clause.start(), clause.end()):
            action = reference.lexicon().terms[found.group()]
            use = ActionUse(action, found.group(), found.start(), rule)
            known = uses.get(found.start())
            if known is None or len(known.matched) < len(use.matched):
                uses[found.start()] = use
    return tuple(_outermost(sorted(uses.values(), key=lambda use: use.start)))


def _outermost(uses: list[ActionUse]) -> Iterator[ActionUse]:
    """Leave out a word inside a longer one: 调查 of 摸底调查."""
    end = 0
    for use in uses:
        if use.start >= end:
            yield use
            end = use.start + len(use.matched)


def _clause_terms(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], str]]:
    """Matched terms of one clause, each with the rule by which it counts."""
    p = _patterns()
    pos = _skip(text, start, end)
    if p.preposed.match(text, pos, end):
        inner = p.inner.search(text, pos, end)
        if inner is None:
            last = None
            for found in p.term.finditer(text, pos, end):
                last = found if len(found.group()) >= 2 else last
            if last is not None:
                yield last, "preposed"
            return
        pos = inner.start()
    rule = "head"
    while pos < end:
        term = p.term.match(text, pos, end)
        light = p.light.match(text, pos, end)
        if light and (term is None or len(light.group()) >= len(term.group())):
            # A light verb whose own word is an action (参与, 协助) counts with what it governs.
            if term is not None and term.end() == light.end():
                yield term, rule
            for found in _object_terms(text, light.end(), end):
                yield found, "object"
        elif term:
            yield term, rule
        joiner = p.joiner.search(text, pos + 1, end)
        inner = p.inner.search(text, pos + 1, end)
        if inner and (joiner is None or inner.start() < joiner.start()):
            pos = inner.start()
        elif joiner:
            pos = _skip(text, joiner.end(), end)
        else:
            return
        rule = "separator"


def _object_terms(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The term right behind a light verb, and the one that ends its object."""
    p = _patterns()
    behind = p.term.match(text, _skip(text, start, end), end)
    if behind:
        yield behind
    tail = _TAIL.search(text, start, end)
    stop = tail.start() if tail else end
    for size in range(min(_LONGEST_TERM, stop - start), 1, -1):
        found = p.term.fullmatch(text, stop - size, stop)
        if found:
            yield found
            return


def _skip(text: str, pos: int, end: int) -> int:
    """Offset behind white space and words that say only how, when or by what right."""
    found = _patterns().skip.match(text, pos, end)
    return found.end() if found else pos
