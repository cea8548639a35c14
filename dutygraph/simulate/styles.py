"""How a document is laid out and printed: the variants that real and imagined places use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Final

from dutygraph.simulate.chance import chance
from dutygraph.simulate.places import Place

_CHOICES: Final[Mapping[str, Mapping[str, int]]] = {
    # the county's name, 县, or nothing before a department
    "prefix": {"full": 4, "generic": 5, "bare": 1},
    # numbers of items
    "numbers": {"1": 7, "01": 1, "１": 1, "一": 1},
    # numbers of duties
    "duty_numbers": {
        "1.": 4,
        "1. ": 3,
        "1、": 2,
        "（1）": 3,
        "①": 1,
        "一是": 1,
        "第一，": 1,
        "none": 3,
    },
    # between duties
    "breaks": {"line": 5, "blank": 3, "nothing": 2},
    # how the party of a block stands before its duties
    "headings": {"party": 8, "numbered": 1, "role": 1},
    # behind the party in its heading
    "heading_words": {"": 8, "主要职责": 1, "职责": 1},
    # who leads: not said, labelled, noted behind the name, or in a column of its own
    "roles": {"none": 8, "labels": 1, "note": 1, "columns": 1},
    # the end of the last duty of a cell
    "ends": {"stop": 8, "open": 1},
    # between the names of a department column
    "separator": {"、": 8, "，": 1, "；": 1, "line": 2, " ": 1, "/": 1},
    # where the category stands
    "category": {"repeated": 3, "merged": 5, "section": 2, "left": 1},
    # whether the basic list has a category at all
    "basic_category": {"yes": 9, "no": 1},
    # receiving departments and method
    "receiving": {"two": 6, "one": 4},
    # header of the department column, and the duties of departments
    "departments_header": {
        "对应上级部门": 6,
        "对应上级部门（单位）": 1,
        "主管部门": 1,
        "关联单位": 1,
        "对应部门（单位）": 1,
        "对应上级部门/关联单位": 1,
    },
    "duties_header": {"上级部门职责": 5, "部门职责": 2, "{l}部门职责": 1, "部门工作职责": 1},
    "town_header": {"{k}配合职责": 6, "乡镇（街道）配合职责": 2, "镇街配合职责": 1},
    "category_header": {"事项类别": 7, "事项类型": 1, "类别": 1},
    "title_header": {"事项名称": 7, "职责事项": 1, "履职事项": 1},
    "receiving_header": {"承接部门": 5, "承接部门（单位）": 1, "承接单位": 1},
    # rows of a page after which title and header are repeated; in text only
    "page": {"": 5, "9": 2, "14": 2, "25": 1},
    # the lists in another order
    "lists": {"basic cooperative reclaimed": 12, "basic reclaimed cooperative": 1},
    # title lines of the lists
    "list_title": {"plain": 4, "town": 4, "edition": 2, "number": 1, "annex": 1},
    # the cover
    "cover": {"one line": 3, "two lines": 3, "three lines": 1},
    "date": {
        "2025年7月": 6,
        "二〇二五年七月": 2,
        "2025.07": 1,
        "（2025年7月）": 1,
        "2025年7月1日": 1,
    },
    "marking": {"": 5, "内部": 2, "公布版": 2, "征求意见稿": 1},
    # the introduction and the table of contents
    "introduction": {"numbered": 4, "plain": 3, "sections": 2},
    "counts": {"1": 8, "一": 1},
    "contents": {"none": 2, "number": 3, "dots": 2},
    # a last column of remarks
    "remarks": {"no": 9, "yes": 1},
    # encoding and line ends of a text, TSV or CSV file
    "encoding": {"utf-8": 6, "utf-8-sig": 2, "gb18030": 2, "utf-16": 1},
    "line_ends": {"lf": 3, "crlf": 1},
    # one sheet for each list, or one for all; in XLSX only
    "sheets": {"each": 3, "one": 2},
}


@dataclass(frozen=True, slots=True)
class Style:
    """The variants of one document; see `_CHOICES` for what each can be."""

    prefix: str
    numbers: str
    duty_numbers: str
    breaks: str
    headings: str
    heading_words: str
    roles: str
    ends: str
    separator: str
    category: str
    basic_category: str
    receiving: str
    departments_header: str
    duties_header: str
    town_header: str
    category_header: str
    title_header: str
    receiving_header: str
    page: str
    lists: str
    list_title: str
    cover: str
    date: str
    marking: str
    introduction: str
    counts: str
    contents: str
    remarks: str
    encoding: str
    line_ends: str
    sheets: str

    @property
    def variants(self) -> str:
        """Its variants that are not the most frequent ones, as ``name=value``, by blanks."""
        out = []
        for one in fields(self):
            weights = _CHOICES[one.name]
            value = getattr(self, one.name)
            if weights[value] < max(weights.values()):
                out.append(f"{one.name}={value.replace(' ', '_') or 'none'}")
        return " ".join(out)

    @property
    def list_order(self) -> Sequence[str]:
        """The lists in printed order."""
        return self.lists.split()


def style(seed: int, place: Place, order: int) -> Style:
    """The style of a document.

    Args:
        seed: of the corpus.
        place: the town.
        order: number of the edition, from 1.
    """
    random = chance(seed, "style", place.number, order)
    chosen = {name: _pick(random, weights) for name, weights in _CHOICES.items()}
    return _consistent(chosen)


def _pick(random: Random, weights: Mapping[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def other_numbers(look: Style, random: Random) -> str:
    """Another way to number the duties of one item."""
    others = [form for form in _CHOICES["duty_numbers"] if form != look.duty_numbers]
    return look.duty_numbers if look.headings == "numbered" else random.choice(others)


def _consistent(chosen: dict[str, str]) -> Style:
    """Without what no place would print together."""
    if chosen["headings"] == "numbered":
        # 1.县公安局：（1）…（2）…
        chosen["duty_numbers"] = "（1）"
    if chosen["headings"] == "role":
        chosen["heading_words"] = ""
        if chosen["duty_numbers"] == "none":
            chosen["headings"] = "party"
    if chosen["roles"] == "labels" and chosen["separator"] in (" ", "line"):
        chosen["separator"] = "、"
    if chosen["breaks"] == "nothing" and chosen["headings"] == "role":
        chosen["breaks"] = "line"
    return Style(**chosen)
