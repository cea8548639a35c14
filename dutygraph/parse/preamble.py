"""What stands before the tables: cover, introduction, table of contents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dutygraph import reference
from dutygraph.model import Division, ListKind, Place
from dutygraph.numerals import to_int
from dutygraph.readers.base import Row
from dutygraph.vocab import fold

_SUBJECTS: Final = {
    ListKind.BASIC: re.compile(r"基本(?:履职)?(?:事项|职责)"),
    ListKind.COOPERATIVE: re.compile(r"配合(?:履职)?(?:事项|职责)"),
    ListKind.RECLAIMED: re.compile(r"(?:上级部门)?收回(?:履职)?事项"),
}
_NUMBER: Final = r"(\d{1,4}|[〇零一二三四五六七八九十百千两]{1,7})"
_ITEMS: Final = re.compile(
    r"(?P<subject>基本(?:履职)?(?:事项|职责)|配合(?:履职)?(?:事项|职责)|(?:上级部门)?收回(?:履职)?事项|"
    r"履职事项)(?:清单)?(?:共计|共有|共|合计|总计|总数|为|有|计)*\s*" + _NUMBER + r"\s*[项条个]"
)
_CATEGORIES: Final = re.compile(
    r"(?:(?:包括|包含|涵盖|涉及|分为)(?P<names>[^。；]*?))?(?:等|共|共计|这)?\s*"
    + _NUMBER
    + r"\s*(?:个(?:事项)?(?:类别|大类|方面|领域|类)|类(?!别|似))(?:[：:](?P<after>[^。；，]*))?"
)
_DEPARTMENTS: Final = re.compile(
    r"(?:涉及\s*)?(?:(?:县级|市级|区级|上级)?\s*(?P<before>"
    + _NUMBER[1:-1]
    + r")\s*个(?:县级|市级|区级|上级|关联|相关|县直|市直|区直)?(?:部门|单位)"
    r"|(?:县级|市级|区级|上级)?(?:部门|单位)(?:（单位）)?\s*(?P<behind>"
    + _NUMBER[1:-1]
    + r")\s*个)"
)
# 共10项, where the paragraph has named the list before.
_BARE_ITEMS: Final = re.compile(
    r"(?:(?:清单|(?<![\u4e00-\u9fff]))共(?:计|有)?|类别?|领域)\s*" + _NUMBER + r"\s*[项条](?!目)"
)
_CONTENTS: Final = re.compile(
    r"^\W*(?:[\d一二三]+[.．、)）]?)?\s*(?P<subject>[^（(\d]*?)(?:清单?)?\s*[（(]\s*(?:共计?|合计)?\s*"
    + _NUMBER
    + r"\s*项?\s*[）)]"
)
_CONTENTS_HEADING: Final = re.compile(r"^目\s*[录次]$")
_DATE: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*(?:年|[.\-/](?=\s*\d{1,2}(?!\d)))(?:\s*(?P<month>\d{1,2})\s*月?)?"
)
_HAN_DATE: Final = re.compile(
    r"(?P<year>[〇○零一二三四五六七八九]{4})\s*年(?:\s*(?P<month>[一二三四五六七八九十]{1,3})\s*月)?"
)
_MARKING: Final = re.compile(
    r"^[（(]?\s*(内\s*部(?:资料|使用)?|秘\s*密|公\s*开|公布版|征求意见稿|试行|审议稿)\s*[）)]?$"
)
_TABLE_MARKING: Final = re.compile(r"[（(]([^（）()]{2,8}版|试行|征求意见稿)[）)]$")
_LIST_NAME: Final = re.compile(
    r"(?:乡镇(?:[（(]街道[）)])?)?(?:基本)?(?:履行职责|履职|职责)事项(?:清单)?|(?:履职|职责)清单"
)
_CHAIN: Final = re.compile(
    r"(?P<province>[\u4e00-\u9fff]{2,8}?(?:省|自治区)|(?:北京|上海|天津|重庆)市)?"
    r"(?P<prefecture>[\u4e00-\u9fffA-Z×]{2,9}?(?:自治州|地区|盟|市|州))?"
    r"(?P<county>[\u4e00-\u9fffA-Z×]{1,14}?(?:自治县|自治旗|县|市|区|旗))?"
    r"(?P<town>[\u4e00-\u9fffA-Z×]{1,14}?(?:街道(?:办事处)?|民族乡|镇|乡|苏木))$"
)


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


@dataclass(slots=True)
class Preamble:
    """What the cover and the introduction say.

    Attributes:
        town: the town, if the cover names one.
        edition: ``YYYY-MM`` or ``YYYY``; empty where no date is stated.
        title: title on the cover, joined over its lines.
        place: of the title.
        markings: 内部, 公布版 …
        statements: numbers stated about the list.
        paragraphs: the introduction as printed.
    """

    town: Division | None = None
    edition: str = ""
    title: str = ""
    place: Place = Place()
    markings: tuple[str, ...] = ()
    statements: list[Statement] = field(default_factory=list)
    paragraphs: tuple[str, ...] = ()


def read_preamble(rows: Sequence[Row], titles: Mapping[str, Row]) -> Preamble:
    """Read the cover, the introduction and the table of contents.

    Args:
        rows: rows before the first table.
        titles: title lines of the tables, which can carry a marking (公布版) or a number of items.
    """
    out = Preamble()
    lines = [(" ".join(c.text.strip() for c in row.cells).strip(), row) for row in rows]
    cover_end = _read_cover(lines, out)
    markings = dict.fromkeys(out.markings)
    stated = []
    for title, row in titles.items():
        if found := _TABLE_MARKING.search(title.strip()):
            markings.setdefault(found[1])
        if statement := _contents_statement(title, row):
            stated.append(replace(statement, part="title"))
    out.markings = tuple(markings)
    paragraphs: list[str] = []
    in_contents = False
    for text, row in lines[cover_end:]:
        if _CONTENTS_HEADING.match(text):
            in_contents = True
            continue
        contents = _contents_statement(text, row)
        if contents is not None and (in_contents or len(row.cells) > 1):
            out.statements.append(contents)
            continue
        if not in_contents:
            paragraphs.append(text)
            out.statements.extend(_paragraph_statements(text, row.place))
    out.paragraphs = tuple(paragraphs)
    out.statements += stated
    return out


def _read_cover(lines: Sequence[tuple[str, Row]], out: Preamble) -> int:
    """Fill in town, edition, title and markings; index of the first line behind the cover."""
    markings: list[str] = []
    title_lines: list[str] = []
    end = 0
    for index, (text, row) in enumerate(lines[:40]):
        if marked := _MARKING.match(text):
            markings.append(re.sub(r"\s", "", marked[1]))
            end = index + 1
            continue
        if len(text) > 60 or "。" in text:
            break
        date = _date(text)
        # A date with a month says more than 2025年版.
        if date and len(date) > len(out.edition):
            out.edition = date
            end = index + 1
            if title_lines and out.title:
                break
            continue
        if not out.title:
            title_lines.append(text)
            joined = re.sub(r"\s+", "", "".join(title_lines))
            if not out.place.line:
                out.place = row.place
            if _LIST_NAME.search(joined):
                out.title = joined
                end = index + 1
    out.markings = tuple(markings)
    out.town = find_town(out.title)
    if len(out.edition) < 7:
        dates = [d for text, _ in lines[end:][:60] if (d := _lone_date(text))]
        out.edition = max([out.edition, *dates], key=len)
    return end


def _date(text: str) -> str:
    text = fold(text)
    found = _DATE.search(text)
    if found:
        year, month = int(found["year"]), int(found["month"]) if found["month"] else 0
    elif found := _HAN_DATE.search(text.replace("○", "〇")):
        year = to_int(found["year"]) or 0
        month = (to_int(found["month"]) or 0) if found["month"] else 0
    else:
        return ""
    return f"{year}-{month:02}" if 1 <= month <= 12 else str(year)


def _lone_date(text: str) -> str:
    """Date of a line that holds nothing else."""
    bare = re.sub(r"\s", "", text)
    lone = r"[（(]?[\d〇○零一二三四五六七八九]{4}(年|[.\-/])(.{1,3}月?)?(.{1,4}日?)?[）)]?"
    return _date(bare) if re.fullmatch(lone, bare) else ""


def find_town(title: str) -> Division | None:
    """The town that a cover title names, or None.

    A listed town is taken only where the title names its county too, so that towns of one name
    are never confused. A town that is not listed gets a code made of
    its printed chain behind ``x-``.

    >>> find_town("新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县塔吉克阿巴提镇履职事项清单").code
    '653131101'
    """
    key = fold(title)
    table = reference.divisions()
    for division in table:
        if division.level != "town" or fold(division.name) not in key:
            continue
        county = division.parents[0]
        if any(fold(form) in key for form in table.forms(county)):
            return division
    named = _LIST_NAME.split(key)[0].removesuffix("人民政府").strip('《〈"“')
    found = _CHAIN.fullmatch(named)
    if found is None:
        return None
    levels = {level: found[level] for level in ("province", "prefecture", "county")}
    if levels["county"] is None:
        # A city before the town and nothing between them is of county level (昆山市周庄镇).
        levels["county"], levels["prefecture"] = levels["prefecture"], None
    parents: list[Division] = []
    known = {fold(form): d for d in table for form in table.forms(d)}
    chain = ""
    for level, name in levels.items():
        if name:
            chain += name
            listed = known.get(name)
            if listed is not None and listed.level == level:
                parents.insert(0, Division(listed.code, listed.name, level, listed.scheme))
            else:
                parents.insert(0, Division(f"x-{chain}", name, level, ""))
    town = found["town"].removesuffix("办事处")
    return Division(f"x-{chain}{town}", town, "town", "", tuple(parents))


def _list_of(subject: str) -> str:
    for kind, pattern in _SUBJECTS.items():
        if pattern.search(subject):
            return str(kind)
    return "all"


def _contents_statement(text: str, row: Row) -> Statement | None:
    found = _CONTENTS.match(text)
    if found is None or _list_of(found["subject"]) == "all":
        return None
    if re.search(r"[…·.]{2}", found.group()):
        return None  # the number behind leader dots is that of a page
    number = to_int(found[2])
    if number is None:
        return None
    return Statement(
        f"{_list_of(found['subject'])} items", number, row.place, "contents", found.group().strip()
    )


def _paragraph_statements(text: str, place: Place) -> list[Statement]:
    """Numbers stated in one paragraph; a number belongs to the list that is named last before it."""
    named = sorted(
        (found.start(), str(kind))
        for kind, pattern in _SUBJECTS.items()
        for found in pattern.finditer(text)
    )

    def owner(pos: int) -> str:
        return next((kind for start, kind in reversed(named) if start <= pos), "")

    def state(subject: str, printed: str, quote: str, names: tuple[str, ...] = ()) -> None:
        number = to_int(printed)
        if number is not None:
            out.append(Statement(subject, number, place, "introduction", quote.strip(), names))

    out: list[Statement] = []
    for found in _ITEMS.finditer(text):
        state(f"{_list_of(found['subject'])} items", found[2], found.group())
    for found in _BARE_ITEMS.finditer(text):
        start = max(text.rfind(mark, 0, found.start()) for mark in "。；")
        lists = {kind for pos, kind in named if start < pos < found.start()}
        which = "all" if len(lists) > 1 else owner(found.start()) or ("all" if named else "")
        if which:
            state(f"{which} items", found[1], found.group())
    for found in _CATEGORIES.finditer(text):
        if kind := owner(found.end()):
            listed = found["names"] or found["after"] or ""
            names = tuple(filter(None, re.split(r"[、，,\s]+", listed)))
            state(f"{kind} categories", found[2], found.group(), names)
    for found in _DEPARTMENTS.finditer(text):
        if kind := owner(found.start()):
            state(f"{kind} departments", found["before"] or found["behind"], found.group())
    return out
