"""What a duty does, read from its words by rules that can be explained.

A duty is cut into clauses at its punctuation. An action word counts

* at the ``head`` of a clause, behind words that only say how, when or by whom (依法, 定期 …), and
  right behind another one (维修养护);
* after a ``separator`` inside the clause (、 和 及; 并 同时 …);
* as the ``object`` of a light verb: at the end of what it governs, or right behind it
  (做好农业保险的宣传推广; 对名单进行审核);
* in a clause that puts circumstances or what is acted on before the verb, as the first or the last
  action word there, ``preposed`` (向县水利局报告; 将名单上报).

The longest term of data/reference/actions.yaml wins. No statistics, no guesses: a clause that none
of the rules fits has no action.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from dutygraph import reference
from dutygraph.model import ActionUse

NAME: Final = "\ufffc"
"""Stands for each character of an organisation's name, so that no word inside it counts."""

_CLAUSE: Final = re.compile(r"[^，。；：:;,！？!?\n]+")
_BRACKETED: Final = re.compile(r"[（(][^（）()]*[）)]|《[^《》]*》")
_TAIL: Final = re.compile(
    r"(?:等)?(?:相关|有关|各项|各类|具体)?(?:工作|活动|事项|任务|服务|行动|等)*\s*$"
)
# An action word before one of these is part of a noun: 核查人员, 申请表, 上报的材料.
_NOUN: Final = re.compile(r"人员|人(?!大|民)|员(?!工)|表(?![彰扬])|证(?!明)|机构|对象|组(?!织)|的")
# The same where the verb stands behind what is acted on: 根据工作方案 …
_BASIS: Final = re.compile(r"方案|计划|要求|规定|文件|任务|名单|制度|标准|办法")
_BASIS_CLAUSE: Final = re.compile(
    r"(?:根据|按照|依据|依照|结合).*(?:要求|方案|意见|规定|程序|标准|情况|原则|办法|计划|节点)\s*$"
)
_OF: Final = re.compile(r"的|相关|有关")
_LONGEST_TERM: Final = 9


@dataclass(frozen=True, slots=True)
class _Patterns:
    term: re.Pattern[str]
    nothing: re.Pattern[str]
    light: re.Pattern[str]
    inner: re.Pattern[str]
    skip: re.Pattern[str]
    examples: re.Pattern[str]
    first: re.Pattern[str]
    last: re.Pattern[str]
    object_marker: re.Pattern[str]
    joiner: re.Pattern[str]
    link: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    def either(words: Iterable[str]) -> str:
        return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))

    words = reference.lexicon()
    return _Patterns(
        term=re.compile(either([*words.terms, *words.nothing])),
        nothing=re.compile(either(words.nothing)),
        light=re.compile(either(words.light | words.weak)),
        inner=re.compile(either(words.inner)),
        skip=re.compile(rf"(?:\s|{NAME}|{either(words.skip)})+"),
        examples=re.compile(either(words.examples)),
        first=re.compile(either(words.first)),
        last=re.compile(either(words.last)),
        object_marker=re.compile("[将把]"),
        joiner=re.compile(either(words.joiners)),
        link=re.compile(either(words.links)),
    )


def find_actions(text: str) -> tuple[ActionUse, ...]:
    """Actions of a duty, in the order of their words.

    Args:
        text: text of the duty, without printed number; the names of organisations in it may be
            masked, each character by `NAME`.

    >>> [(use.action, use.matched) for use in find_actions("开展巡查，发现违法行为及时上报")]
    [('inspect', '巡查'), ('report', '上报')]
    >>> [(use.matched, use.rule) for use in find_actions("对名单进行审核，将结果上报")]
    [('审核', 'object'), ('上报', 'preposed')]
    """
    # Brackets and book titles hold examples and names; blank them, keeping all offsets.
    plain = _BRACKETED.sub(lambda found: NAME * len(found.group()), text)
    terms = reference.lexicon().terms
    uses: dict[int, ActionUse] = {}
    for clause in _CLAUSE.finditer(plain):
        for found, rule in _Clause(plain, clause.start(), clause.end()).read():
            action = terms.get(found.group())
            if action is None or _NOUN.match(plain, found.end()):
                continue
            known = uses.get(found.start())
            if known is None or len(known.matched) < len(found.group()):
                uses[found.start()] = ActionUse(action, found.group(), found.start(), rule)
    return tuple(_outermost(sorted(uses.values(), key=lambda use: use.start)))


def _outermost(uses: list[ActionUse]) -> Iterator[ActionUse]:
    """Leave out a word inside a longer one: 调查 of 摸底调查."""
    end = 0
    for use in uses:
        if use.start >= end:
            yield use
            end = use.start + len(use.matched)


_Found = tuple[re.Match[str], str]


class _Clause:
    """Reads one clause, that is ``text[start:end]``."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.p = _patterns()

    def read(self) -> Iterator[_Found]:
        """Matched terms, each with the rule by which it counts."""
        pos, rule = self._skip(self.start), "head"
        if self.p.examples.match(self.text, pos, self.end):
            return
        if _BASIS_CLAUSE.match(self.text, pos, self.end):
            return
        while pos < self.end:
            link = self._next_link(pos)
            stop = link.start() if link else self.end
            closed = yield from self._phrase(pos, stop, rule)
            if link is None or closed:
                return
            pos, rule = self._skip(link.end()), "separator"

    def _next_link(self, pos: int) -> re.Match[str] | None:
        """The next link that a verb phrase follows: 后 of 汇总后提交, but not of 灾后重建."""
        for link in self.p.link.finditer(self.text, pos + 1, self.end):
            behind = self._skip(link.end())
            patterns = (self.p.term, self.p.light, self.p.first, self.p.last)
            if any(pattern.match(self.text, behind, self.end) for pattern in patterns):
                return link
        return None

    def _phrase(self, pos: int, stop: int, rule: str) -> Generator[_Found, None, bool]:
        """One verb phrase; returns True where nothing behind it is the same party's work."""
        marker = self.p.object_marker.search(self.text, pos, stop)
        inner = self.p.inner.search(self.text, pos, stop)
        by_last = self.p.last.match(self.text, pos, stop) is not None
        if not by_last and self.p.first.match(self.text, pos, stop) is None:
            return (yield from self._coordinate(pos, stop, rule))
        begin = marker.end() if marker else pos
        found = self._preposed(begin, stop, last=by_last or marker is not None)
        if found is not None and marker and self._reports(found):
            yield found, "preposed"
            return True
        if inner and inner.start() >= begin:
            yield from self._coordinate(inner.start(), stop, rule)
        elif found is not None:
            yield found, "preposed"
        return False

    @staticmethod
    def _reports(term: re.Match[str]) -> bool:
        return reference.lexicon().terms.get(term.group()) == "report"

    def _preposed(self, pos: int, stop: int, *, last: bool) -> re.Match[str] | None:
        terms = reference.lexicon().terms
        found = [
            m
            for m in self.p.term.finditer(self.text, pos, stop)
            if m.group() in terms
            and not _NOUN.match(self.text, m.end())
            and not _BASIS.match(self.text, m.end())
            and (len(m.group()) >= 2 or self.text[m.end() : m.end() + 1] == NAME)
        ]
        if not found:
            return None
        reporting = [m for m in found if self._reports(m)]
        if last and reporting:
            return reporting[0]
        return found[-1] if last else found[0]

    def _coordinate(self, pos: int, stop: int, rule: str) -> Generator[_Found, None, bool]:
        """Verbs or objects joined by 、 和 及 …; returns True behind 报 with its addressee."""
        governed = False  # inside the object of a light verb
        while pos < stop:
            term = self.p.term.match(self.text, pos, stop)
            light = self.p.light.match(self.text, pos, stop)
            behind = max([pos + 1, *(found.end() for found in (term, light) if found)])
            joiner = self.p.joiner.search(self.text, behind, stop)
            inner = self.p.inner.search(self.text, behind, stop)
            if inner and (joiner is None or inner.start() < joiner.start()):
                joiner, following = inner, inner.start()
            else:
                following = joiner.end() if joiner else stop
            end = joiner.start() if joiner else stop
            if light and (term is None or len(light.group()) >= len(term.group())):
                governed = True
                weak = light.group() in reference.lexicon().weak
                objects = list(self._objects(light.end(), end, behind=not weak))
                if term is not None and term.end() == light.end() and not (weak and objects):
                    yield term, rule
                for found in objects:
                    yield found, "object"
            elif governed:
                for found in self._objects(pos, end, behind=False):
                    yield found, "object"
            else:
                while term is not None:  # verbs in a row: 维修养护
                    yield term, rule
                    if self._addressed(term):
                        return True
                    term = self.p.term.match(self.text, term.end(), end)
            pos, rule = self._skip(following), "separator"
        return False

    def _addressed(self, term: re.Match[str]) -> bool:
        """True for a word that reports and is followed by the addressee: 报县财政局复核."""
        return self._reports(term) and self.text[term.end() : term.end() + 1] == NAME

    def _objects(self, start: int, stop: int, *, behind: bool) -> Iterator[re.Match[str]]:
        """The term right behind a light verb, and the one that ends its object."""
        tail = _TAIL.search(self.text, start, stop)
        last = tail.start() if tail else stop
        closing = None
        for size in range(min(_LONGEST_TERM, last - start), 1, -1):
            closing = self.p.term.fullmatch(self.text, last - size, last)
            if closing:
                break
        if behind:
            found = self.p.term.match(self.text, self._skip(start), stop)
            # 登记注册相关法规的咨询: what stands before 的 only says of what.
            of = closing and found and _OF.search(self.text, found.end(), closing.start())
            if found and not of:
                yield found
        if closing:
            yield closing

    def _skip(self, pos: int) -> int:
        """Offset behind white space and words that say only how, when or by whom."""
        found = self.p.skip.match(self.text, pos, self.end)
        return found.end() if found else pos
