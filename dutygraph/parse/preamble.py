"""What stands before the tables: cover, introduction, table of contents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dutygraph.catalogue import finding
from dutygraph.model import Division, Finding, Place
from dutygraph.numerals import to_int
from dutygraph.parse.claims import Statement, paragraph_statements, title_statements
from dutygraph.parse.towns import LIST_NAME, find_town
from dutygraph.readers.base import Row
from dutygraph.vocab import fold

# Other names for the whole list, which do not say 清单 of one table.
_WHOLE: Final = re.compile(r"(?:乡镇)?(?:履职|职责)?(?:事项)?[“\"]?三[张份]清单[”\"]?")
_NOTICE: Final = re.compile(
    r"关于.{0,40}(?:公布|印发|发布|公示|下发)|的(?:公告|通知|公示|通告)(?:[（(].*)?$"
)
_ONE_TABLE: Final = re.compile(r"(?:基本|配合)(?:履职|履行职责|事项|职责)|收回")
_PAGE_NUMBER: Final = re.compile(
    r"^(?:[-—–·\s]*\d{1,3}[-—–·\s]*|第\s*\d{1,4}\s*页(?:[\s，,/]*共\s*\d{1,4}\s*页)?)$"
)
# What a browser prints above and below a page: 2025/7/15 10:30 and the address.
_BROWSER_LINE: Final = re.compile(
    r"^\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}[,，]?\s+(?:上午|下午)?\s*\d{1,2}:\d\d(?::\d\d)?\b"
    r"|^(?:file|https?)://\S+"
)
_CONTENTS_HEADING: Final = re.compile(r"^目\s*[录次]$")
# A line of the contents ends in a page number, or holds leaders.
_CONTENTS_LINE: Final = re.compile(
    r"[…·.．]{3}|(?:…|[—–\-_＿]{3})|\d\s*页?\s*[）)]?$|清单?\s*(?:[（(].{1,12}[）)])?$|^附"
)
_DATE: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*(?:[年版]|[.\-/](?=\s*\d{1,2}(?!\d)))(?:\s*(?P<month>\d{1,2})\s*月?)?"
)
_HAN_DATE: Final = re.compile(
    r"(?P<year>[〇○零O一二三四五六七八九]{4})\s*年(?:\s*(?P<month>[一二三四五六七八九十]{1,3})\s*月)?"
)
# 截至2024年末 dates a fact, not the list.
_NO_EDITION: Final = re.compile(
    r"[，；：:]|截[至止]|年末|年底|以来|[〔\[］\]〕]|\d\s*号|电话|\d{5}"
)
_OWN_DATE: Final = re.compile(
    r"^(?:印发|成文|发文|公布|编制|制定|修订|生效|施行|清单)?(?:日期|时间)\s*[：:]?\s*"
)
_LONGEST_DATE_LINE: Final = 30
_MARKING: Final = re.compile(
    r"^[（(]?\s*(内\s*部(?:资料|使用)?|秘\s*密|公\s*开|公布版|试行(?:版|稿)?|暂行|草\s*案|定稿|"
    r"(?:征求意见|审议|送审|修订|讨论)[稿版])\s*[）)]?$"
)
_TABLE_MARKING: Final = re.compile(
    r"[（(]([^（）()\d]{2,8}版|试行(?:稿)?|暂行|草案|(?:征求意见|审议|送审|修订|讨论)稿)[）)]$"
)
# What a web site prints around a document.
_FURNITURE: Final = re.compile(
    r"^时间[：:]|首页|当前位置|您?的?位置[：:]|>>?|›|»|来源[：:]|信息来源|发布(?:时间|日期|机构|单位|人)|更新(?:时间|日期)|发布于|"
    r"公开(?:时间|日期|方式|目录)|生成日期|字号|字体|打印|关闭|分享|收藏|浏览(?:次数|量)|点击|阅读(?:次数|量)?[：:]|访问量|"
    r"索引号|文号|发文(?:机关|字号|单位)|主题(?:词|分类)|体裁|有效性|责任编辑|作者[：:]|编辑[：:]|审核[：:]|"
    r"扫一扫|二维码|无障碍|登录|网站|政务公开|信息公开|上一篇|下一篇|相关(?:链接|附件)"
)
_BREADCRUMBS: Final = re.compile(r"[>›»]|当前位置|^首页")
_PUBLISHED: Final = re.compile(
    r"(?:发布|更新|公开|生成|发表|录入)(?:时间|日期|于)?\s*[：:]?\s*(?=[（(]?(?:19|20)\d\d)|(?<![\u4e00-\u9fff])(?:时间|日期)[：:]\s*"
)
_SOURCE: Final = re.compile(
    r"来源[：:]\s*(?P<name>[\u4e00-\u9fff·×]{3,40}?(?:人民政府|办事处))(?![\u4e00-\u9fff])"
)
_ISSUER: Final = re.compile(r"中共|委员会|人民政府|党委|党工委|工委|办事处")
_DOCUMENT_NUMBER: Final = re.compile(r"[〔［\[]\s*(?:19|20)\d\d\s*[〕］\]]|文件$|^第?\s*\d+\s*期")
_SYNTHETIC: Final = re.compile(
    r"(?<!非)(?<!不是)(?<!并非)模拟(?:文本|数据)|[（(]\s*synthetic\s*[）)]|\bsynthetic (?:data|text)\b",
    re.IGNORECASE,
)
_COVER_LINES: Final = 60
_LONGEST_COVER_LINE: Final = 60


@dataclass(slots=True)
class Preamble:
    """What the cover and the introduction say.

    Attributes:
        edition: ``YYYY-MM`` or ``YYYY``; empty where no date is stated.
        title: title on the cover, joined over its lines.
        place: of the title.
        naming: the words by which the town is known: the title, behind whoever issues the list
            where the title itself does not name the county.
        markings: 内部, 公布版 …
        statements: numbers stated about the list.
        paragraphs: the introduction as printed.
        synthetic: the cover or the introduction says that the list is simulated.
        findings: what is doubtful about the cover.
    """

    edition: str = ""
    title: str = ""
    place: Place = Place()
    naming: str = ""
    markings: tuple[str, ...] = ()
    statements: list[Statement] = field(default_factory=list)
    paragraphs: tuple[str, ...] = ()
    synthetic: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def town(self) -> Division | None:
        """The town, if the cover names one."""
        return find_town(self.naming)


def read_preamble(rows: Sequence[Row], titles: Mapping[str, Row]) -> Preamble:
    """Read the cover, the introduction and the table of contents.

    Args:
        rows: rows before the first table.
        titles: title lines of the tables, which can carry a marking (公布版) or a number of items.
    """
    out = Preamble()
    lines = [(" ".join(c.text.strip() for c in row.cells).strip(), row) for row in rows]
    lines = [
        one for one in lines if not (_PAGE_NUMBER.match(one[0]) or _BROWSER_LINE.match(one[0]))
    ]
    out.synthetic = any(_SYNTHETIC.search(text) for text, _ in lines)
    cover_end = _Cover(lines, out).read()
    markings = dict.fromkeys(out.markings)
    stated: list[Statement] = []
    for title, row in titles.items():
        if found := _TABLE_MARKING.search(title.strip()):
            markings.setdefault(found[1])
        stated += title_statements(title, row.place, "title")
    out.markings = tuple(markings)
    paragraphs: list[str] = []
    in_contents = False
    for text, row in lines[cover_end:]:
        if _CONTENTS_HEADING.match(text):
            in_contents = True
            continue
        contents = title_statements(text, row.place, "contents")
        if contents and (in_contents or len(row.cells) > 1):
            out.statements += contents
            continue
        in_contents = in_contents and _is_contents_line(text)
        if not in_contents:
            paragraphs.append(text)
            out.statements += paragraph_statements(text, row.place)
    out.paragraphs = tuple(paragraphs)
    out.statements += stated
    return out


def _is_contents_line(text: str) -> bool:
    return (
        len(text) <= _LONGEST_COVER_LINE
        and "。" not in text
        and _CONTENTS_LINE.search(text) is not None
    )


class _Cover:
    """Reads the cover: title, date, markings, who issues the list."""

    def __init__(self, lines: Sequence[tuple[str, Row]], out: Preamble) -> None:
        self.lines = lines
        self.out = out
        self.names: list[tuple[str, Row]] = []  # lines that the title can go on from
        self.issuers: list[str] = []
        self.markings: list[str] = []
        self.published: tuple[str, str, Place] | None = None

    def read(self) -> int:
        """Fill in the preamble; index of the first line behind the cover."""
        out = self.out
        end = self._read_lines()
        if out.title and _NOTICE.search(out.title):
            self._own_title(end)
        out.markings = tuple(self.markings)
        out.naming = self._naming()
        if len(out.edition) < 7:
            dates = [d for text, _ in self.lines[end:][:60] if (d := _lone_date(text))]
            out.edition = max([out.edition, *dates], key=len)
        if not out.edition and self.published is not None:
            date, quote, place = self.published
            out.edition = date
            doubt = finding("edition-from-publishing-date", place, quote, edition=date)
            out.findings = (doubt,)
        return end

    def _read_lines(self) -> int:
        out, end, dated = self.out, 0, False
        for index, (text, row) in enumerate(self.lines[:_COVER_LINES]):
            if marked := _MARKING.match(text):
                self.markings.append(re.sub(r"\s", "", marked[1]))
                end = index + 1
                continue
            if _is_furniture(text):
                self._note_furniture(text, row)
                self.names.clear()
                end = index + 1
                continue
            if len(text) > _LONGEST_COVER_LINE or "。" in text or _CONTENTS_HEADING.match(text):
                break
            if not out.title and self._take_title(text, row):
                end = index + 1
                continue
            # A date with a month says more than 2025年版.
            date = _cover_date(text)
            if date and len(date) > len(out.edition):
                out.edition = date
                end = index + 1
                dated = True
                self._note_issuers(text)
                continue
            if out.title and dated:
                break
            if _DOCUMENT_NUMBER.search(text):
                end = index + 1
            elif _ISSUER.search(text):
                self._note_issuers(text)
            if not out.title and not _DOCUMENT_NUMBER.search(text):
                self.names.append((text, row))
                if not out.place.line:
                    out.place = row.place
        return end

    def _take_title(self, text: str, row: Row) -> bool:
        """Take the title that ends in this line; False where none does."""
        names = [name for name, _ in self.names]
        if not _is_title(text) and not _is_title("".join(names[-1:]) + text):
            return False
        if _names_town(text):
            # What issues the list stands above its title; the chain of names can too.
            while names and _ISSUER.search(names[-1]):
                names.pop()
        first = self.names[0][1] if self.names and names else row
        title = re.sub(r"\s+", "", "".join([*names, text]))
        self.out.title = title
        self.out.place = first.place
        if found := _TABLE_MARKING.search(title):
            self.markings.append(found[1])
        self.out.edition = max(self.out.edition, _date(text), key=len)
        return True

    def _own_title(self, end: int) -> None:
        """Behind a notice that publishes it, the list has a cover of its own."""
        for text, row in self.lines[end:]:
            if _is_title(text) and not _NOTICE.search(text) and _names_town(text):
                self.out.title, self.out.place = re.sub(r"\s+", "", text), row.place
                return

    def _note_furniture(self, text: str, row: Row) -> None:
        if found := _SOURCE.search(text):
            self.issuers.append(found["name"])
        found = _PUBLISHED.search(text)
        date = _date(text[found.end() :][:20]) if found else ""
        if date and self.published is None:
            self.published = (date, text, row.place)

    def _note_issuers(self, text: str) -> None:
        self.issuers += [part for part in text.split() if _ISSUER.search(part)]

    def _naming(self) -> str:
        """The title, behind an issuer that says more of where the town lies."""
        title = _WHOLE.sub("，", self.out.title)
        town = find_town(title)
        for issuer in self.issuers:
            other = find_town(issuer)
            if other is None or (town is not None and town.name != other.name):
                continue
            if town is None or len(other.parents) > len(town.parents):
                title, town = f"{issuer}，{self.out.title}", other
        return title


def _is_title(text: str) -> bool:
    """True for a line that names the whole list, and not only one of its tables."""
    bare = re.sub(r"\s", "", text)
    if len(bare) > 2 * _LONGEST_COVER_LINE or "。" in bare:
        return False
    if _WHOLE.search(bare):
        return not re.search(r"[，；]|共计|\d+项", bare)
    found = LIST_NAME.search(bare)
    return found is not None and not _ONE_TABLE.search(bare[: found.end()])


def _is_furniture(text: str) -> bool:
    """True for what a web site prints around a document."""
    return _FURNITURE.search(text) is not None and (
        not _is_title(text) or _BREADCRUMBS.search(text) is not None
    )


def _names_town(text: str) -> bool:
    return find_town(_WHOLE.sub("，", re.sub(r"\s", "", text))) is not None


def _date(text: str) -> str:
    text = fold(text)
    found = _DATE.search(text)
    if found:
        year, month = int(found["year"]), int(found["month"]) if found["month"] else 0
    elif found := _HAN_DATE.search(text.replace("○", "〇").replace("O", "〇")):
        year = to_int(found["year"]) or 0
        month = (to_int(found["month"]) or 0) if found["month"] else 0
    else:
        return ""
    return f"{year}-{month:02}" if 1 <= month <= 12 else str(year)


def _cover_date(text: str) -> str:
    """Date of a line of the cover that says when the list is of."""
    bare = _OWN_DATE.sub("", text.strip())
    if len(bare) > _LONGEST_DATE_LINE or _NO_EDITION.search(bare):
        return ""
    return _date(bare)


def _lone_date(text: str) -> str:
    """Date of a line that holds nothing else."""
    bare = _OWN_DATE.sub("", re.sub(r"\s", "", text))
    lone = r"[（(]?[\d〇○零一二三四五六七八九]{4}(年|[.\-/])(.{1,3}月?)?(.{1,4}日?)?[）)]?"
    return _date(bare) if re.fullmatch(lone, bare) else ""
