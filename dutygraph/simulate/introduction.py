"""What a document says of itself: introduction and table of contents, with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from dutygraph.simulate.chance import chance
from dutygraph.simulate.lexicon import LISTS
from dutygraph.simulate.numbers import han
from dutygraph.simulate.printing import ListText

NOTICE: Final = "本清单为模拟文本，由程序生成，不是任何乡镇、街道的清单，所列数字均为虚构。"
"""Sentence by which every reader of a document learns that no town has published it."""

_NAMES: Final = {
    "basic": "基本履职事项",
    "cooperative": "配合履职事项",
    "reclaimed": "上级部门收回事项",
}
_MEANING: Final = {
    "basic": "由本级直接承担、负主体责任的事项",
    "cooperative": "由上级部门牵头负责、本级予以配合的事项",
    "reclaimed": "不再由本级承担、由上级部门收回的事项",
}


def counted(one: ListText) -> dict[str, int]:
    """The numbers of a document by subject (``all items``, ``reclaimed departments`` …)."""
    out = {"all items": len(one.items)}
    for which in LISTS:
        items = one.of(which)
        out[f"{which} items"] = len(items)
        out[f"{which} categories"] = len({item.category for item in items if item.category})
        out[f"{which} departments"] = len({d for item in items for d in item.departments})
    return out


def introduction(
    one: ListText,
    counts: Mapping[str, int],
    misstated: Mapping[str, int],
    stated: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Paragraphs of the introduction and the table of contents, each with its role.

    Args:
        one: the content of the document.
        counts: the numbers to state, by subject.
        misstated: wrong numbers by subject; they stand in the sentence about their list only.
        stated: other spellings of categories, by the spelling of the tables.
    """
    style = one.style

    def say(subject: str, *, wrong: bool = False) -> str:
        number = misstated.get(subject, counts[subject]) if wrong else counts[subject]
        return han(number) if style.counts == "一" else str(number)

    total = (
        f"共梳理履职事项{say('all items')}项，其中基本履职事项{say('basic items')}项、"
        f"配合履职事项{say('cooperative items')}项、"
        f"上级部门收回事项{say('reclaimed items')}项。"
    )
    described = _described(one)
    yield "heading", "说 明"
    if style.introduction == "sections":
        yield "text", NOTICE
        yield "heading", "一、基本情况"
        yield "text", described
        yield "heading", "二、编制过程"
        yield "text", f"按照统一部署，经梳理和审核，{total}"
        yield "heading", "三、清单内容"
        marks = ["（一）", "（二）", "（三）"]
    elif style.introduction == "numbered":
        yield "text", NOTICE
        yield "text", f"一、{described}"
        yield "text", f"二、按照统一部署，经梳理和审核，{total}"
        marks = ["三、", "四、", "五、"]
    else:
        yield "text", NOTICE + described
        yield "text", f"经梳理和审核，{total}"
        marks = ["", "", ""]
    for mark, which in zip(marks, style.list_order, strict=True):
        yield "text", mark + _about(one, which, stated, say)
    yield from _contents(one, counts)


def _described(one: ListText) -> str:
    random = chance("describe", one.document, one.place.name)
    return (
        f"{one.place.name}位于{one.place.county.name}{random.choice('东西南北')}部，"
        f"总面积{random.randrange(18, 900)}平方公里，下辖{random.randrange(4, 31)}个村（社区），"
        f"常住人口{random.randrange(3, 90) / 10}万人。"
    )


def _about(one: ListText, which: str, stated: Mapping[str, str], say: Callable[..., str]) -> str:
    """The paragraph about one list."""
    names = list(dict.fromkeys(item.category for item in one.of(which) if item.category))
    printed = "、".join(stated.get(name, name) for name in names)
    categories = f"{which} categories"
    items = f"{which} items"
    listed = f"包括{printed}{say(categories)}个类别，" if names else ""
    departments = ""
    if which != "basic":
        departments = f"，涉及{say(f'{which} departments', wrong=True)}个部门（单位）"
    return (
        f"{_NAMES[which]}清单是{_MEANING[which]}。{listed}"
        f"共有{_NAMES[which]}{say(items, wrong=True)}项{departments}。"
    )


def _contents(one: ListText, counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    style = one.style
    if style.contents == "none":
        return
    yield "heading", "目 录"
    page = 1
    for number, which in enumerate(style.list_order, 1):
        items = counts[f"{which} items"]
        name = f"{_NAMES[which]}清单"
        if style.contents == "number":
            yield "contents", f"{number}.{name}（{items}）\t{page}"
        else:
            yield "contents", f"{name}{'…' * 12}（{page}）"
        page += 1 + items // 8
