"""The same duty in other words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Final

from dutygraph.simulate.concepts import pool
from dutygraph.simulate.lexicon import lexicon

_TRIES: Final = 5
_MORE: Final = 0.45  # chance of one more change
_WORD: Final = r"[\u4e00-\u9fff“”]{2,8}"
_TWO_PARTS: Final = re.compile(
    rf"^(?P<a>{_WORD}?)(?P<mark>、|和|及|与)(?P<b>{_WORD}?)(?=$|的|等|工作)"
)
_AND: Final = re.compile(r"(?<=[\u4e00-\u9fff”）])(?:和|及|与)(?=[\u4e00-\u9fff“])")
_ANDS: Final = ("和", "及", "与", "以及")
# Words in which these letters are no conjunction, or in which parts are no list.
_NO_AND: Final = re.compile(
    r"参与|普及|以及|涉及|和美|和谐|和平|调和|共和|及时|给予|与会|文化和旅游|应急管理及消防|和乡|和信"
)
# Titles that begin with a verb of their own, or with a word that says how, take no other before it.
_VERB_FIRST: Final = re.compile(
    r"对|举办|办理|办好|培育|发展|建设(?!用地)|建立|组织|管理|指导|健全|完善|修订|收集|联系|规范|推荐|打击|"
    r"保护|编制|编纂|设置|受理|盘活|选树|管护|推广|普及|实施|挖掘|领导|构建|维护|保障|出具|培养|修|"
    r"推动|深化|依法|扎实|全面|常态化|统筹|深入|以|按照|落实|制订|成立|提升|优化|引导|行使|从|开展"
)
_LISTED: Final = re.compile(rf"(?:{_WORD}、){{2,}}{_WORD}(?=等|的)")


def reworded_title(title: str, random: Random) -> str:
    """A title in other words, never that of another concept.

    Args:
        title: a title.
        random: decides how.

    Returns:
        The other title; the same one where nothing fits.
    """
    others = _titles()
    for _ in range(_TRIES):
        new = _changed(title, random)
        while random.random() < _MORE:
            new = _changed(new, random)
        if new != title and len(new) >= 4 and new not in others:
            return new
    return title


def _changed(title: str, random: Random) -> str:
    """A title after one operation that fits; the same one where none does."""
    for operation in random.sample(_OPERATIONS, len(_OPERATIONS)):
        new = operation(title, random)
        if new != title:
            return new
    return title


def reworded_duty(text: str, random: Random) -> str:
    """A duty in other words; the same text where nothing fits."""
    pairs = [pair for pair in lexicon().wording.duties if pair[0] in text or pair[1] in text]
    return _toggled(text, random.choice(pairs)) if pairs else text


@cache
def _titles() -> frozenset[str]:
    return frozenset(concept.title for concept in pool().concepts.values())


def _toggled(text: str, pair: tuple[str, str]) -> str:
    """The first of a pair for the second, or the other way round; once."""
    first, second = pair
    if first in text:
        return text.replace(first, second, 1)
    return text.replace(second, first, 1)


def _other_words(title: str, random: Random) -> str:
    wording = lexicon().wording
    fitting = [
        pair for pair in (*wording.synonyms, *wording.short) if pair[0] in title or pair[1] in title
    ]
    return _toggled(title, random.choice(fitting)) if fitting else title


def _head_of(title: str) -> str:
    return next((head for head in lexicon().wording.heads if title.startswith(head)), "")


def _other_head(title: str, random: Random) -> str:
    """Another verb before the title, or none; 对…的处罚 takes none."""
    head = _head_of(title)
    if not head and (_VERB_FIRST.match(title) or not title.endswith(_NOUN_ENDS)):
        return title
    rest = title[len(head) :]
    if head and random.random() < 0.3 and rest.endswith(_NOUN_ENDS) and "，" not in rest:
        return rest
    heads = [other for other in lexicon().wording.heads if other != head]
    return random.choice(heads) + rest


# Ends of titles that name work, and so may stand behind a verb such as 开展.
_NOUN_ENDS: Final = tuple(
    (
        "工作 管理 建设 整治 治理 监管 保护 救助 服务 调处 防治 防控 排查 宣传 培训 处置 调查 核查 "
        "监测 发放 改造 审核 登记 活动 创建 检查 应对 管护 巡查 评选 帮扶 整改 普查 利用 推广 保障 "
        "初审 回收 救援 修缮 实施 查处 行动 联审 评估 改革 放映 防火 支付 调解 申报 清理 运营 适配 "
        "资助 选任 化解 查勘 培育 仲裁 试点 验收 申领 补划 建档 执法 培养 试行 激励 追缴 代收"
    ).split()
)


def _qualified(title: str, random: Random) -> str:
    """A word before the verb that says how, or without it."""
    words = lexicon().wording.qualifiers
    for word in words:
        if title.startswith(word):
            return title[len(word) :]
    return random.choice(words) + title if _head_of(title) else title


def _with_area(title: str, random: Random) -> str:
    """The area named behind the verb, or left out."""
    areas = lexicon().wording.areas
    for area in areas:
        if area in title:
            return title.replace(area, "", 1)
    head = _head_of(title)
    if not head and not title.startswith("对"):
        return title
    cut = len(head) or 1
    return title[:cut] + random.choice(areas) + title[cut:]


def _with_tail(title: str, random: Random) -> str:
    """工作 behind the title, or without it."""
    tails = lexicon().wording.tails
    for tail in sorted(tails, key=len, reverse=True):
        if title.endswith(tail) and len(title) > len(tail) + 3:
            return title.removesuffix(tail)
    return title + random.choice(tails) if title.endswith(_NOUN_ENDS) else title


def _other_end(title: str, random: Random) -> str:
    """的行政处罚 for 的处罚, 审批 for 的审批 …."""
    for ends in lexicon().wording.ends:
        for end in sorted(ends, key=len, reverse=True):
            if end.startswith(("的", "进行")) and title.endswith(end) and len(title) > len(end) + 3:
                return title.removesuffix(end) + random.choice([e for e in ends if e != end])
    return title


def _other_and(title: str, random: Random) -> str:
    places = [m for m in _AND.finditer(title) if not _spoilt(title, m.start(), m.end())]
    if not places:
        return title
    found = random.choice(places)
    word = random.choice([word for word in _ANDS if word != found.group()])
    return title[: found.start()] + word + title[found.end() :]


def _spoilt(title: str, start: int, end: int) -> bool:
    return any(m.start() < end and start < m.end() for m in _NO_AND.finditer(title))


def _other_order(title: str, random: Random) -> str:
    """The clauses, or the two parts of a list at the end, the other way round."""
    clauses = title.split("，")
    if len(clauses) > 1 and not title.startswith(("对", "以", "按照")):
        cut = random.randrange(1, len(clauses))
        return "，".join([*clauses[cut:], *clauses[:cut]])
    head = _head_of(title)
    found = _TWO_PARTS.match(title[len(head) :])
    if found is None or _NO_AND.search(title) or (not head and _VERB_FIRST.match(title)):
        return title
    return head + found["b"] + found["mark"] + found["a"] + title[len(head) + found.end() :]


def _shorter_list(title: str, random: Random) -> str:
    """A list of three and more without its last part: …等."""
    found = _LISTED.search(title)
    if found is None:
        return title
    parts = found.group().split("、")
    kept = "、".join(parts[:-1]) + "等"
    rest = title[found.end() :].removeprefix("等")
    return title[: found.start()] + kept + rest


def _longer_list(title: str, random: Random) -> str:
    """宣传 becomes 宣传、引导: a list with one part more of the same work."""
    places = [
        (found.end(), b)
        for a, b in _TOGETHER
        if b not in title
        for found in re.finditer(rf"{a}(?=的|工作|和|、|，|及|$)", title)
    ]
    if not places:
        return title
    end, word = random.choice(places)
    return f"{title[:end]}、{word}{title[end:]}"


_TOGETHER: Final = (
    ("宣传", "引导"),
    ("排查", "登记"),
    ("巡查", "检查"),
    ("受理", "登记"),
    ("培训", "指导"),
    ("救助", "慰问"),
    ("核查", "复核"),
    ("统计", "汇总"),
    ("维护", "保养"),
)
_OPERATIONS: Final[tuple[Callable[[str, Random], str], ...]] = (
    _other_words,
    _other_words,
    _other_words,
    _other_head,
    _other_head,
    _qualified,
    _with_area,
    _with_tail,
    _other_end,
    _other_and,
    _other_order,
    _shorter_list,
    _longer_list,
)
