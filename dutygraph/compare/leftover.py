"""Work that a reclaimed item still leaves to the town, read from the words of its method.

A method is cut into clauses at its punctuation. A clause leaves work to the town where the town is
named in it as the one that does something, by one of these rules:

* ``subject``: the town stands at the head of the clause, or behind 由, 请, 和, 、 …, and a work word
  follows: 乡镇继续做好宣传动员, 由县局牵头、乡镇配合排查
* ``directed``: a department makes it do so: 指导乡镇开展排查, 组织各乡镇上报
* ``together``: a department does it with the town: 会同乡镇开展检查
* ``relative``: what the town supplies is used: 根据镇级报送的线索, 对乡镇上报的名单进行审核
* ``implied``: the clause names nobody, begins with 配合 or 协助 and follows one that takes the item
  from the town: 取消镇对…接送工作，配合协助县直各部门开展. It may also mean somebody else.

A clause that denies it (乡镇不再承担, 取消乡镇…, 无需乡镇…) leaves nothing, and a mere mention (对乡镇进行考核, 深入乡镇
检查, 下发至乡镇) neither. Words of work are those of the action lexicon (data/reference/actions.yaml) and a
few that only say that something is done (负责, 承担, 落实 …). No statistics, no guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from dutygraph import reference
from dutygraph.actions import find_actions

IMPLIED: Final = "implied"
RULES: Final = ("subject", "directed", "together", "relative", IMPLIED)
"""Why a clause counts, the plainest first."""

_CLAUSE: Final = re.compile(r"[^，。；;,！？!?\n]+")
_SENTENCE_END: Final = re.compile(r"[。；;！？!?\n]")
# 乡 and 镇 alone are words of their own kind only where they are no part of another one.
_GENERIC: Final = (
    r"(?:属地|所属|辖区|各|本|全|我|该|所在)?(?:"
    r"乡镇（街道）|乡镇\(街道\)|乡（镇、街道）|乡（镇）|乡\(镇\)|乡镇街道|镇街|街镇|乡镇|镇村两级|镇级|乡级|街道级|苏木|"
    r"街道(?!两侧|沿线|路面|两旁|边|上)|"
    r"(?<![城集村市古小建重乡])镇(?!村|区|域|压|静|定|痛|长)|"
    r"(?<![城家返下老回异离还城入])乡(?![村镇土贤道愁风音亲长]))"
    r"(?:人民政府|政府|党委政府|党委|办事处|综合行政执法(?:大队|队|办公室)|有关部门|相关部门|站所)?"
)
_DENIED: Final = re.compile(
    r"不再|不在|不得|不予|不承担|不负责|不参与|不需|无需|无须|毋需|免除|免于|取消|撤销|停止|不由|不用|减轻"
)
# 由乡镇承担改为由县局承担; 原由乡镇负责
_NO_LONGER: Final = re.compile(r"改为|改由|调整为|变为|转由|划转|收归|上收")
_ONCE: Final = re.compile(r"(?:原|原来|原先|过去|以前|此前)由?$")
_MODAL: Final = re.compile(
    r"(?:职责|责任|工作职责|配合职责)?[：:]?(?:\s|仍然|仍需|仍|继续|需要|需|应当|应该|应|必须|须|要|可以|可|将|则|只|主要|具体|负有)*"
)
_ONLY_WORK: Final = ("负责", "承担", "落实", "履行", "发现", "填报", "劝阻", "转办", "入户")
_OBJECT: Final = re.compile(
    r"(?:对|向|给|为|把|将|至|到|赴|往|于|在|入|从|与其他|对各|下发|下达|反馈|告知|通知|移交|推送)$"
)
_PLACE: Final = re.compile(r"(?:深入|下沉|进驻|派驻|驻|覆盖|辐射|设在|位于)$")
_DIRECTED: Final = re.compile(
    r"(?:指导|督促|组织|安排|委托|要求|责成|协调|发动|动员|部署|授权|监督|调度|通知|指挥|支持|引导)(?:各|有关|相关)?$"
)
_TOGETHER: Final = re.compile(r"(?:会同|联合|协同|联动|配合)(?:各|有关|相关)?$")
_SUBJECT: Final = re.compile(r"(?:由|请|、|和|及|与|并|后|时|：|:|仍|即|以及)$")
# What the town supplies to those above it; not what those above do to it (考核, 检查).
_SUPPLIED: Final = re.compile(
    "上报|报送|报告|提交|提供|移交|移送|推送|反馈|排查|巡查|摸排|摸底|发现|收集|汇总|采集|统计|推荐|初审|受理|申报|申请|征集|核实|登记|整理"
)
_SUPPLIES: Final = re.compile(
    rf"(?:(?:及时|按时|定期|日常|主动|统一|依法|按要求)*(?:{_SUPPLIED.pattern})(?:或|和|及|、|并)?){{1,4}}"
    r"[^，。；]{0,16}?的"
)
_HELPS: Final = re.compile(r"\s*(?:积极|主动|做好|继续)*(?:配合|协助|协同)")


@dataclass(frozen=True, slots=True)
class Leftover:
    """Work that a method leaves to the town.

    Attributes:
        quote: the clause, as printed; with the clause that it follows for the rule ``implied``.
        start: offset of it in the method, from 0.
        rule: one of `RULES`.
        actions: codes of the actions recognised in what the town does, in the order of the words.
    """

    quote: str
    start: int
    rule: str
    actions: tuple[str, ...]


@cache
def _work() -> re.Pattern[str]:
    """Head of a verb phrase."""
    words = reference.lexicon()
    heads = {*words.terms, *words.light, *words.weak, *_ONLY_WORK}
    skip = "|".join(map(re.escape, sorted(words.skip, key=lambda word: (-len(word), word))))
    either = "|".join(map(re.escape, sorted(heads, key=lambda word: (-len(word), word))))
    aside = "|".join(map(re.escape, sorted(words.last | words.first)))
    # 乡镇考核的结果: what stands before 的 only says of what.
    return re.compile(rf"(?:{skip}|\s)*(?:{either}|(?:{aside})[^，。；]*?(?:{either}))(?!的)")


@lru_cache(maxsize=10_000)
def _town(own: tuple[str, ...]) -> re.Pattern[str]:
    names = [re.escape(name) for name in sorted(own, key=lambda name: (-len(name), name))]
    government = r"(?:人民政府|政府|党委政府|党委|办事处)?"
    return re.compile("|".join([*(name + government for name in names), _GENERIC]))


def left_to_town(method: str, town: str = "") -> list[Leftover]:
    """What the method of a reclaimed item leaves to the town.

    Args:
        method: how the item is now done, as printed.
        town: name of the town, which counts like 乡镇.

    Returns:
        A record for each clause that leaves it something, in their order. Empty for an empty method.

    >>> [(one.rule, one.quote) for one in left_to_town("取消考核。乡镇继续做好宣传动员。")]
    [('subject', '乡镇继续做好宣传动员')]
    >>> left_to_town("不再由乡镇承担。")
    []
    """
    forms = _town((town,) if len(town) > 1 else ())
    out: list[Leftover] = []
    taken_away: re.Match[str] | None = None  # a clause of this sentence that relieves the town
    end = 0
    for clause in _CLAUSE.finditer(method):
        if _SENTENCE_END.search(method, end, clause.start()):
            taken_away = None
        end = clause.end()
        named = list(forms.finditer(method, clause.start(), clause.end()))
        found = next(_readings(clause, named), None)
        if found is not None:
            out.append(found)
        elif named and _DENIED.search(clause.group()):
            taken_away = clause
        elif taken_away is not None and not named and _HELPS.match(clause.group()):
            start = taken_away.start()
            quote = method[start : clause.end()].strip()
            out.append(Leftover(quote, start, IMPLIED, _actions(clause.group())))
    return out


def _readings(clause: re.Match[str], named: Iterable[re.Match[str]]) -> Iterator[Leftover]:
    text = clause.group()
    start = clause.start() + len(text) - len(text.lstrip())
    for town in named:
        before = text[: town.start() - clause.start()]
        after = text[town.end() - clause.start() :]
        rule = _rule(before, after)
        if rule:
            yield Leftover(text.strip(), start, rule, _actions(after, rule))


def _rule(before: str, after: str) -> str:
    """Why a mention of the town counts; empty where it does not."""
    modal = _MODAL.match(after)
    behind = after[modal.end() if modal else 0 :]
    if _DENIED.search(before) or _DENIED.match(behind):
        return ""
    if _PLACE.search(before) or _ONCE.search(before) or _NO_LONGER.search(behind):
        return ""
    if _SUPPLIES.match(behind):
        return "relative"
    if _DIRECTED.search(before):
        return "directed" if _work().match(behind) else ""
    if _OBJECT.search(before):
        return ""
    if not _work().match(behind):
        return ""
    if _TOGETHER.search(before):
        return "together"
    alone = not before.strip() or _SUBJECT.search(before) is not None
    return "subject" if alone or _HELPS.match(behind) else ""


def _actions(text: str, rule: str = "") -> tuple[str, ...]:
    modal = _MODAL.match(text)
    behind = text[modal.end() if modal else 0 :]
    supplied = _SUPPLIES.match(behind) if rule == "relative" else None
    if supplied is None:
        return tuple(dict.fromkeys(use.action for use in find_actions(behind)))
    # Only what the town does: behind 的 it is the department.
    terms = reference.lexicon().terms
    words = _SUPPLIED.findall(supplied.group())
    return tuple(dict.fromkeys(terms[word] for word in words if word in terms))
