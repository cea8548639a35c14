"""What heads a block of duties: a party, a phase, or both.

A heading ends in a colon (县公安局：), stands in brackets (【县公安局】), before a dash (县公安局——), on a
line of its own, or right before the number 1. Without a colon or brackets it has to be a name that
the reference data knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from dutygraph import reference
from dutygraph.departments import Directory, Names
from dutygraph.numerals import Enumerator, match_bare, match_enumerator, match_nested

_LABEL: Final = re.compile(r"(?P<label>[^，。；;！？!?：:\n\t【】]{1,80}?)\s*[：:]")
_BRACKETED: Final = re.compile(
    r"(?:【(?P<label>[^【】\n。；;]{2,60})】|[〔［\[〖](?P<other>[^〔〕［］\[\]〖〗\n。；;]{2,60})[〕］\]〗])"
    r"\s*(?:(?:(?:主要|工作)?职责)?\s*[：:])?"
)
# What ends a heading that has no colon: a dash, the end of its line, or the number 1.
_FIRST: Final = (
    r"[（(]\s?[1１一][)）]|[1１][.．、)）]|[①⑴⒈❶㈠㊀]|一、|一是|第一[，,、条]|1(?=[\u4e00-\u9fff])"
)
_BARE: Final = re.compile(
    r"(?P<label>[^，。；;！？!?：:\n\t\d０-９①⑴⒈❶㈠㊀【】—─]{2,60}?)[ \t\u3000\u00a0]*"
    rf"(?:(?P<dash>[—─–]{{1,4}}|--+|－－+)|(?P<line>\n)|(?={_FIRST}))"
)
_NOTE: Final = re.compile(
    r"\s*[（(](?P<note>[^（）()：:；;。]{1,15})[）)](?=\s|$|\d|[一二三四五六七八九十①(（])"
)
_LABEL_NOTE: Final = re.compile(r"[（(](?P<note>[^（）()]{1,15})[）)]$")
# Notes that say how a party takes part, not when.
_ROLE_NOTE: Final = re.compile(r"牵头|主责|配合|责任|主管|承办|单位|部门|负责")
_ROLE: Final = (
    r"(?:(?P<role>牵头|主责|主管|责任|承办|主办|协办|配合|协助|协同|参与)(?:部门|单位)(?:（单位）|\(单位\))?"
    r"|(?P<short>牵头|主责|主办|协办|配合|协助|协同))"
)
_ROLE_LABEL: Final = re.compile(_ROLE)
_ROLE_NAMED: Final = re.compile(
    _ROLE + r"(?:职责)?[（(](?P<names>[^（）()]{2,70})[）)](?:主要|工作)?(?:职责)?"
)
# 县民政局牵头，县财政局、县人社局配合：
_LED: Final = re.compile(
    r"(?P<lead>[^，。；;：:\s\d]{3,60}?)牵头(?:负责)?[，,、；;]\s*(?P<others>[^，。；;：:\s\d]{3,80}?)"
    r"(?:配合|协助|协同|参与)(?:做好|负责)?\s*[：:]"
)
# 牵头部门县公安局：
_ROLE_PREFIX: Final = re.compile(
    r"[（(【]?(?P<role>牵头|主责|主管|责任|承办|配合|协助|协同|参与)(?:部门|单位)[）)】]?[\s—–-]*(?P<names>.{2,60})"
)
# 开展巡查（责任单位：县公安局）；
_CARRIED: Final = re.compile(
    r"[（(](?P<role>牵头|主责|主管|责任|承办|落实)(?:部门|单位)[：:](?P<names>[^（）()]{2,60})[）)]\s*[。；;]?$"
)
# Labels that say neither who nor when.
_EMPTY_LABEL: Final = re.compile(
    r"(?:主要|工作|具体|部门|配合|乡镇|街道|履职)*(?:职责|任务|内容|措施|事项|要求)(?:分工)?(?:如下|包括)?|(?:具体|主要)?(?:如下|包括)"
)
_ASSISTING: Final = frozenset({"配合", "协助", "协同", "参与", "协办"})
_NAMED: Final = re.compile(
    r"\s*(?P<names>(?:[^，,。；;：:\s\d（()）①②③④⑤【】—]|[（(][^（）()\d]{2,20}[）)]){3,70})\s*[：:；;，,。]?"
)
_DUTIES_OF: Final = re.compile(r"(?:的)?(?:主要|工作|具体)?(?:职责|任务)(?:分工)?$")
# 县公安局负责干部…：, 县公安局、县水利局按职责分工负责：
_CHARGE: Final = re.compile(
    r"(?P<name>.{2,60}?)(?:按照?|依据|根据|在)?(?:各自)?(?:职责|职能)?(?:分工|范围内)?(?:主要|共同|分别|联合)?"
    r"(?P<verb>负责|牵头|承担)(?P<what>.{0,30})$"
)
_MAX_PHASE: Final = 30
_MAX_SECTION: Final = 15
# Words that can only be a phase, whatever stands behind their colon.
_PHASE: Final = re.compile(
    r"(?:事|汛|灾|案|疫|赛|节|会|战|震|雨|雪|课|发生|活动|事件|事故|灾害|火灾|洪水|台风|检查|执法|项目|施工|建设)"
    r"(?:发生)?[前中后时](?:期|阶段)?|[\u4e00-\u9fff]{2,8}(?:阶段|环节)"
)
# A section that is named by what is done (（一）开展宣传 1.…) is a duty with parts.
_DEED: Final = re.compile(
    r"负责|做好|开展|依法|按照|根据|配合|协助|加强|落实|制定|建立|指导|督促|推进|健全|完善|对|将|向|会同"
)
_LONGEST_NOUN: Final = 4  # 组织实施, 申请受理
# Han numbers part a cell into sections, whose heading may be a phase.
_SECTION_STYLES: Final = frozenset({"(一)", "一、", "第一条"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a block.

    Attributes:
        end: offset behind it.
        names: its parties; None where it names none.
        town: it names the town itself.
        phase: its phase; None where it names none.
        known: the reference data knows every party.
        role: it says who leads or assists (牵头：…).
        empty: it is a mere label (主要职责：) and ends no block.
    """

    end: int
    names: Names | None
    town: bool
    phase: str | None
    known: bool = False
    role: bool = False
    empty: bool = False


def is_phase(label: str) -> bool:
    """True for words that can only be a phase (事前, 汛后, 排查阶段)."""
    return _PHASE.fullmatch(label) is not None


def _match_label(text: str, pos: int = 0) -> re.Match[str] | None:
    """The words up to a colon at an offset; None where the colon stands in their brackets."""
    found = _LABEL.match(text, pos)
    if found is None:
        return None
    label = found["label"]
    opened = label.count("（") + label.count("(")
    return found if opened <= label.count("）") + label.count(")") else None


def match_number(text: str, pos: int) -> Enumerator | None:
    """A number of any style that may begin at an offset."""
    return match_enumerator(text, pos) or match_nested(text, pos) or match_bare(text, pos)


def skip_space(text: str, pos: int) -> int:
    """Offset of the next character that is no white space."""
    while pos < len(text) and text[pos].isspace():
        pos += 1
    return pos


class HeadingReader:
    """Recognises headings in the text of a duty cell.

    Args:
        directory: resolves names.
        of_town: the cell is the town's column, where a heading that names a department says with
            whom or at what the town works; it is kept as the phase.
    """

    def __init__(self, directory: Directory, *, of_town: bool = False) -> None:
        self.directory = directory
        self.of_town = of_town

    def at(self, text: str, pos: int, *, strong: bool = True) -> Heading | None:
        """The heading that begins at an offset, or None.

        Args:
            text: text of the cell.
            pos: the offset.
            strong: punctuation or a line end stands before it. At a mere blank only a known name
                with a colon or in brackets is a heading.
        """
        heading = self._bracketed(text, pos, strong) or self._labelled(text, pos, strong)
        if heading is None:
            heading = self._led(text, pos)
        if heading is None and strong:
            heading = self._bare(text, pos)
        return heading

    def numbered(self, text: str, pos: int, found: Enumerator) -> Heading | None:
        """A numbered heading with duties of its own (1.县公安局：（1）…（2）…, （一）事前), or None.

        Args:
            text: text of the cell.
            pos: offset of the number.
            found: the number.
        """
        section = found.style in _SECTION_STYLES
        label = _match_label(text, found.end)
        heading: Heading | None = None
        if label is not None:
            name = label["label"].strip()
            heading = self._party(text, name, label.end())
            if heading is None and (is_phase(name) or (section and len(name) <= _MAX_PHASE)):
                heading = Heading(label.end(), None, False, name)  # （一）日常管理：1.…
        else:
            heading = self._bracketed(text, found.end, strong=True) or self._bare(text, found.end)
            bare = _BARE.match(text, found.end) if heading is None and section else None
            name = bare["label"].strip() if bare else ""
            if bare and not bare["dash"] and len(name) <= _MAX_SECTION and not _is_deed(name):
                heading = Heading(bare.end("label"), None, False, name)  # （一）日常管理 1.…
                inner = match_number(text, skip_space(text, heading.end))
                if inner is None or inner.number != 1 or inner.style == found.style:
                    return None
        if heading is None:
            return None
        inner = match_number(text, skip_space(text, heading.end))
        if inner is not None:
            return heading if inner.style != found.style and inner.number == 1 else None
        # On a line of its own it heads the statements below.
        line_end = text.find("\n", heading.end)
        alone = line_end >= 0 and not text[heading.end : line_end].strip()
        return heading if alone and text[line_end:].strip() else None

    def own(self, text: str, pos: int) -> Heading | None:
        """A party or a phase named at the head of a numbered entry, which it alone carries."""
        label = _match_label(text, pos)
        if label is not None:
            name = label["label"].strip()
            heading = self._party(text, name, label.end())
            if heading is None and is_phase(name):
                heading = Heading(label.end(), None, False, name)
            return heading
        bracketed = self._bracketed(text, pos, strong=False)
        if bracketed is not None:
            return bracketed
        bare = _BARE.match(text, pos)
        return self._bare(text, pos) if bare and bare["dash"] else None

    def carried_by(self, text: str) -> Names | None:
        """The party that an entry names in brackets at its end: …（责任单位：县公安局）."""
        found = None if self.of_town else _CARRIED.search(text[-80:])
        names = self.directory.read_heading(found["names"]) if found else None
        return names if names is not None and names.namings else None

    def ends_in_role(self, text: str) -> bool:
        """True for a text that ends in a role and a name: …责任单位：县公安局."""
        if self.of_town:
            return False
        text = text.rstrip()
        return any(
            (found := self._labelled(text, start.start(), strong=True)) is not None
            and found.role
            and found.end >= len(text)
            for start in _ROLE_LABEL.finditer(text, max(0, len(text) - 90))
        )

    def begins_line(self, text: str, pos: int, *, bare_style: bool) -> bool:
        """True where a line begins with a heading, though the line above ends in no punctuation.

        Args:
            text: text of the cell.
            pos: offset of the line.
            bare_style: names alone on their lines head the blocks of this cell.
        """
        found = _match_label(text, pos)
        if found is not None:
            behind = text[found.end() : found.end() + 1]
            label = found["label"].strip()
            return (
                self._role_heading(text, label, found.end()) is not None
                or self._party(text, label, found.end()) is not None
                or is_phase(label)
                or (
                    len(label) <= _MAX_SECTION
                    and (not behind.strip() or match_number(text, found.end()) is not None)
                )
            )
        bare = _BARE.match(text, pos)
        if bare is None:
            return False
        heading = self._bare(text, pos)
        if heading is None:
            return False
        first = match_number(text, skip_space(text, heading.end))
        return not bare["line"] or bare_style or (first is not None and first.number == 1)

    def fills_line(self, text: str, pos: int, end: int) -> bool:
        """True where ``text[pos:end]`` is a heading and nothing else, without a colon."""
        number = match_number(text, pos)
        begin = number.end if number else pos
        line = text[begin:end].rstrip()
        found = _match_label(line)
        if found is not None:
            role = self._role_heading(line, found["label"].strip(), found.end())
            return role is not None and not line[role.end :].strip()
        heading = self._bare(line + "\n", 0)
        return heading is not None and heading.end >= len(line)

    def _bracketed(self, text: str, pos: int, strong: bool) -> Heading | None:
        """【县公安局】, 【日常监管】."""
        found = _BRACKETED.match(text, pos)
        if found is None:
            return None
        label = (found["label"] or found["other"]).strip().rstrip("：:")
        party = self._party(text, label, found.end())
        if party is not None:
            return party if strong or party.known else None
        if not strong or not found["label"] or len(label) > _MAX_SECTION:
            return None
        return Heading(found.end(), None, False, label)

    def _labelled(self, text: str, pos: int, strong: bool) -> Heading | None:
        """县公安局：, 牵头部门：县公安局, 延伸考察：."""
        found = _match_label(text, pos)
        if found is None or match_enumerator(text, pos):
            return None
        label, end = found["label"].strip(), found.end()
        party = self._role_heading(text, label, end) or self._party(text, label, end)
        if party is not None:
            return party if strong or party.town or party.known else None
        if not strong or len(label) > _MAX_PHASE or self._ends_in_party(label):
            return None
        if _EMPTY_LABEL.fullmatch(label):
            return Heading(end, None, False, None, empty=True)
        behind = text[end : end + 1]
        if (
            behind
            and not behind.isspace()
            and not is_phase(label)
            and match_enumerator(text, end) is None
            and _BRACKETED.match(text, end) is None
        ):
            return None
        return Heading(end, None, False, label)

    def _bare(self, text: str, pos: int) -> Heading | None:
        """县公安局——, 县公安局 on a line of its own, 县公安局1.…, 事前 1.… without a colon."""
        found = _BARE.match(text, pos)
        if found is None or match_enumerator(text, pos):
            return None
        label = found["label"].strip()
        end = found.end() if found["dash"] else found.end("label")
        if not found["dash"] and not found["line"]:
            first = match_number(text, skip_space(text, end))
            if first is None or first.number != 1:
                return None
        if not found["dash"] and is_phase(label):
            return Heading(end, None, False, label)
        party = self._party(text, label, end, colon=False)
        return party if party is not None and party.known else None

    def _led(self, text: str, pos: int) -> Heading | None:
        """县民政局牵头，县财政局、县人社局配合：."""
        found = None if self.of_town else _LED.match(text, pos)
        if found is None:
            return None
        lead, others = map(self.directory.read_heading, (found["lead"], found["others"]))
        if lead is None or others is None or not (_known(lead) and _known(others)):
            return None
        assisting = tuple(replace(one, role="assist") for one in others.namings)
        names = Names((*lead.namings, *assisting), others.catch_all)
        return Heading(found.end(), names, False, None, known=True, role=True)

    def _role_heading(self, text: str, label: str, end: int) -> Heading | None:
        """牵头部门：县公安局 1.…, where the name stands behind the colon."""
        role = _ROLE_LABEL.fullmatch(label)
        if self.of_town or role is None:
            return None
        found = _NAMED.match(text, end)
        names = self.directory.read_heading(found["names"]) if found else None
        if found is None or names is None or not names.namings:
            return None
        return Heading(found.end(), _with_role(names, role), False, None, _known(names), role=True)

    def _party(self, text: str, label: str, end: int, *, colon: bool = True) -> Heading | None:
        """A heading that names a party, with the phase noted beside it.

        Args:
            text: text of the cell.
            label: the words of the heading.
            end: offset behind it.
            colon: it ends in a colon or stands in brackets.
        """
        phase: str | None = None
        role = _ROLE_NAMED.fullmatch(label)  # 牵头部门（县公安局）：
        if role is not None and not self.of_town:
            names = self.directory.read_heading(role["names"])
            if names is not None and names.namings:
                return Heading(end, _with_role(names, role), False, None, _known(names), role=True)
        prefix = None if self.of_town else _ROLE_PREFIX.fullmatch(label)
        if prefix is not None:
            names = self.directory.read_heading(prefix["names"].rstrip("：:"))
            if names is not None and _known(names):
                return Heading(end, _with_role(names, prefix), False, None, known=True, role=True)
        note = _LABEL_NOTE.search(label)
        bare = label[: note.start()].strip() if note else label
        bare = _DUTIES_OF.sub("", bare)  # 县公安局主要职责：
        if note and not _ROLE_NOTE.search(note["note"]) and not self._is_name(note["note"]):
            phase = note["note"].strip()
        if self.directory.is_town(bare):
            return Heading(end, None, True, phase, known=True)
        alone = None if self.of_town else _ROLE_LABEL.fullmatch(bare)
        if alone is not None and alone["role"]:
            # Nobody is named: the item's only department may lead, but who assists is open.
            nobody = Names((), bare) if alone["role"] in _ASSISTING else None
            return Heading(end, nobody, False, phase, known=True)
        names = self.directory.read_heading(bare)
        charge = _CHARGE.fullmatch(bare)
        if names is None and charge and (colon or not charge["what"]):
            names = self.directory.read_heading(charge["name"])
            names = names if names and _known(names) else None
        if names is None:
            return None
        behind = _NOTE.match(text, end) if colon else None
        if behind and not _ROLE_NOTE.search(behind["note"]):
            phase, end = behind["note"].strip(), behind.end()
        if self.of_town:
            return Heading(end, None, True, label, _known(names))
        return Heading(end, names, False, phase, _known(names))

    def _ends_in_party(self, label: str) -> bool:
        """True where the heading only begins behind a blank: 无 县水利局：."""
        *before, last = label.split()
        return bool(before) and self.directory.is_known(last)

    def _is_name(self, note: str) -> bool:
        """True for a note that is another name of the party: 县农业农村局（县乡村振兴局）."""
        return self.directory.read_heading(note) is not None


def begins_with_deed(text: str) -> bool:
    """True for a text that begins with a verb of the action lexicon, or one that governs others."""
    words = reference.lexicon()
    return _DEED.match(text) is not None or any(
        text[:size] in words.terms or text[:size] in words.light for size in (2, 3, 4)
    )


def _is_deed(label: str) -> bool:
    """True for words that say what to do, not when."""
    return _DEED.match(label) is not None or (
        len(label) > _LONGEST_NOUN and begins_with_deed(label)
    )


def _known(names: Names) -> bool:
    return bool(names.namings) and all(one.department.reviewed for one in names.namings)


def _with_role(names: Names, label: re.Match[str]) -> Names:
    """Names with the role that their label gives them."""
    if not _ASSISTING & set(label.groups()):
        return names
    return Names(tuple(replace(one, role="assist") for one in names.namings), names.catch_all)
