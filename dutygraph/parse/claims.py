"""Numbers that a document states about itself, as they are printed: not yet compared with anything."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from dutygraph.model import ListKind, Place
from dutygraph.numerals import to_int

_SUBJECTS: Final = {
    ListKind.BASIC: re.compile(r"基本履职|基本(?:事项|职责)"),
    ListKind.COOPERATIVE: re.compile(r"配合履职|配合(?:事项|职责)"),
    ListKind.RECLAIMED: re.compile(r"收回(?:履职)?事项|上级(?:部门)?收回"),
}
_SUBJECT: Final = (
    r"基本履职(?:事项|职责)?|基本(?:事项|职责|类)|配合履职(?:事项|职责)?|配合(?:事项|职责|类)|"
    r"(?:上级部门|上级)?收回(?:履职)?(?:事项|类)?|履职事项"
)
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d{1,4}|[〇零一二三四五六七八九十百千两]{1,7})"
_COUNTED: Final = r"(?:[项条]|个(?!\s*(?:事项)?(?:类|大类|方面|领域|部门|单位|[县市区旗]|上级|关联|相关|职能|责任)))"
_ITEMS: Final = re.compile(
    rf"(?P<subject>{_SUBJECT})(?:清单)?(?:共计|共有|共|合计|总计|总数|为|有|计)*\s*(?P<number>{_NUMBER})\s*{_COUNTED}"
)
_CATEGORIES: Final = re.compile(
    rf"(?:等|共|共计|这)?\s*(?P<number>{_NUMBER})"
    r"\s*(?:个(?:事项)?(?:类别|大类|方面|领域|类)|大类|类别|类(?!别|似))(?:[：:](?P<after>[^。；，]{0,300}))?"
)
# What stands between one of these words and the number of categories are their names.
_LISTING: Final = re.compile(r"包括|包含|涵盖|涉及|分为")
_LONGEST_LISTING: Final = 300
_LEVEL: Final = r"(?:县级|市级|区级|旗级|上级|关联|相关|县直|市直|区直|旗直|旗县|职能|责任|主管|牵头|业务|行业|对口)"
_DEPARTMENTS: Final = re.compile(
    rf"(?:涉及\s*)?(?:{_LEVEL}?\s*(?P<before>{_NUMBER})\s*[个家]\s*{_LEVEL}{{0,2}}(?:部门|单位)"
    rf"|{_LEVEL}?(?:部门|单位)(?:（单位）)?\s*(?P<behind>{_NUMBER})\s*[个家])"
)
# 共10项, 10大类121项, where the sentence or the paragraph has named the list before.
_BARE_ITEMS: Final = re.compile(
    rf"(?:(?:清单|(?<![\u4e00-\u9fff])共(?:计|有)?|类别?|领域)[、，]?\s*(?:共计|共有|共|计)?)\s*"
    rf"(?P<number>{_NUMBER})\s*[项条](?!目)"
)
# 4个类别，共10项: the number of items begins behind the mark.
_BEFORE: Final = re.compile(r"^(?:清单|类别?|领域)[、，]\s*")
_ALL: Final = re.compile(r"清单|履职|三类|三张")
_CONTENTS: Final = re.compile(
    r"^[^\w（(]{0,8}(?:[\d一二三]{1,3}[.．、)）]|[（(][\d一二三]{1,3}[）)])?\s*(?P<subject>[^（(\d]{2,40}?)(?:清单?)?"
    r"(?P<gap>[\s…·.．。—–\-_＿]*)"
    rf"(?:[（(]\s*(?P<total>共计?|合计|计)?\s*(?:(?P<groups>{_NUMBER})\s*大?类别?[、，]?\s*共?)?"
    rf"(?P<number>{_NUMBER})\s*(?P<unit>[项条])?\s*[）)]|(?:共计?|合计)\s*(?P<open>{_NUMBER})\s*[项条])"
)
_LEADER: Final = re.compile(r"[…·.．。—–\-_＿]{2}|\s{3}")
_PAGE: Final = re.compile(r"(?:第\s*)?\d{1,4}\s*页?\s*$")
_LONGEST_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class Statement:
    """A number that the document states about itself, not yet compared with anything.

    Attributes:
        subject: ``all items``, ``basic items``, ``cooperative categories`` …
        number: the stated number.
        place: of the paragraph.
        part: ``introduction``, ``contents`` or ``title`` (of a table).
        quote: the stating words.
        names: category names that are listed beside the number.
    """

    subject: str
    number: int
    place: Place
    part: str
    quote: str
    names: tuple[str, ...] = ()


def _list_of(subject: str) -> str:
    if subject.startswith("收回"):
        return str(ListKind.RECLAIMED)
    for kind, pattern in _SUBJECTS.items():
        if pattern.search(subject) or subject == f"{_SHORT[kind]}类":
            return str(kind)
    return "all"


_SHORT: Final = {ListKind.BASIC: "基本", ListKind.COOPERATIVE: "配合", ListKind.RECLAIMED: "收回"}


def _int(printed: str) -> int | None:
    return to_int(printed.replace(",", ""))


def title_statements(text: str, place: Place, part: str) -> list[Statement]:
    """Numbers that the title of a table, or its line in the table of contents, states.

    Args:
        text: the line; cells of one row with a blank between.
        place: of it.
        part: ``title`` or ``contents``. In the contents a lone number in brackets is that of a page
            unless another one stands behind it.
    """
    text = text.strip()
    found = _CONTENTS.match(text) if len(text) <= _LONGEST_TITLE else None
    if found is None:
        return []
    kind = _list_of(found["subject"])
    if kind == "all" or _LEADER.search(found["gap"]):
        return []
    stated = found["number"] or found["open"]
    plain = found["open"] or found["unit"] or found["total"] or found["groups"]
    if part == "contents" and not plain and not _PAGE.search(text[found.end() :]):
        return []
    out = []
    for what, printed in (("categories", found["groups"]), ("items", stated)):
        number = _int(printed) if printed else None
        if number is not None:
            quote = found.group().strip()
            out.append(Statement(f"{kind} {what}", number, place, part, quote))
    return out


def paragraph_statements(text: str, place: Place) -> list[Statement]:
    """Numbers stated in one paragraph of the introduction.

    A number belongs to the list that is named last before it; one behind several lists of one
    sentence, or in a sentence about the whole (共计三张清单、266项), to all.

    Args:
        text: the paragraph.
        place: of it.
    """
    named = sorted(
        (found.start(), str(kind))
        for kind, pattern in _SUBJECTS.items()
        for found in pattern.finditer(text)
    )
    starts = [start for start, _ in named]
    out: list[Statement] = []

    def owner(pos: int) -> str:
        last = bisect_right(starts, pos)
        return named[last - 1][1] if last else ""

    def state(subject: str, printed: str, quote: str, names: tuple[str, ...] = ()) -> None:
        number = _int(printed)
        if number is not None:
            out.append(Statement(subject, number, place, "introduction", quote.strip(), names))

    for found in _ITEMS.finditer(text):
        state(f"{_list_of(found['subject'])} items", found["number"], found.group())
    taken = [found.span("number") for found in _ITEMS.finditer(text)]
    for found in _BARE_ITEMS.finditer(text):
        if found.span("number") in taken:
            continue
        start = max(text.rfind(mark, 0, found.start()) for mark in "。；")
        first, last = bisect_right(starts, start), bisect_right(starts, found.start())
        lists = {kind for _, kind in named[first:last]}
        which = "all" if len(lists) > 1 else owner(found.start())
        if not which and (named or _ALL.search(text, start + 1, found.end())):
            which = "all"
        if which:
            state(f"{which} items", found["number"], _BEFORE.sub("", found.group()))
    end = 0
    for found in _CATEGORIES.finditer(text):
        begin = max(
            end,
            found.start() - _LONGEST_LISTING,
            *(text.rfind(m, 0, found.start()) for m in "。；"),
        )
        words = list(_LISTING.finditer(text, begin, found.start()))
        end = found.end()
        if kind := owner(end):
            listed = text[words[-1].end() : found.start()].strip() if words else ""
            listed = listed or found["after"] or ""
            names = tuple(filter(None, re.split(r"[、，,\s]+", listed)))
            quote = text[words[-1].start() if words else found.start() : end]
            state(f"{kind} categories", found["number"], quote, names)
    for found in _DEPARTMENTS.finditer(text):
        if kind := owner(found.start()):
            state(f"{kind} departments", found["before"] or found["behind"], found.group())
    return out
