"""Line feeds inside a cell: ends of paragraphs, or places where a line was merely full.

A web page, a word processor or a PDF file breaks a sentence where its column ends. Such a line feed
is no boundary and goes; one that ends a statement, a heading or a numbered entry stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from dutygraph import reference
from dutygraph.numerals import Enumerator, match_bare, match_enumerator, match_nested
from dutygraph.parse.headings import HeadingReader, begins_with_deed
from dutygraph.parse.layout import CleanText

_CLOSED: Final = re.compile(r"[。；;！？!?：:…][”’」』）)】\]》]*$|】$")
_OPEN: Final = re.compile(r"[、，,（(《“‘及和与或]$")
_BREAK: Final = re.compile(r"[^\S\n]*\n\s*")
HARD_BULLETS: Final = "●▪■□◆◇◎★☆▲△▶►➢➤➔✓✔❖◼◾⚫‣⁃※"
"""Bullets that no sentence holds."""

_BULLET: Final = re.compile(f"[{HARD_BULLETS}]")
# Marks that also stand inside sentences.
_SOFT_BULLET: Final = re.compile(r"[•○∙·・*＊√—–－\-]{1,2}[ \t\u3000\u00a0]*(?=[^\W\d])")
_NARROWEST: Final = 8
_KERNED: Final = 1.5  # a mark and half a character that go to the next line together
_LONGEST_LABEL: Final = 30
_SENTENCE_END: Final = re.compile(r"[。；;！？!?]")
_PLACE: Final = re.compile(r"[县市区旗州盟]$")
_LONGEST_LINE: Final = 120
# 县委|组织部: a body of the party committee, parted by the end of a line.
_COMMITTEE: Final = re.compile(r"(?:^|[\s、，,；;])[^\s、，,；;]{0,14}[县市区旗]委$")
_NAME: Final = re.compile(r"[^\s、，,；;：:（(]{1,30}")
_SEPARATOR: Final = re.compile(r"[\s、，,；;：:]")
_REST: Final = re.compile(r"员会|公室")  # …改革委|员会
_COMMITTEE_BODY: Final = re.compile(
    r"组织部|宣传部|统战部|统一战线|政法委|社会工作部|社工部|编办|机构编制|办公室|办\b|网信办|网络安全|巡察|老干部|党校|"
    r"农办|农村工作|改革办|全面|保密|机要"
)
_NAME_ENDS: Final = re.compile(
    r"(?:局|委|会|办|厅|部|门|位|站|所|队|中心|公司|馆|院|社|行|府|校|处|室|联|台|政协|人大|[）)、，,；;：:。])$"
)


def match_bullet(text: str, pos: int, *, soft: bool = True) -> int:
    """Offset behind the bullet that begins at an offset; the offset itself where none does.

    Args:
        text: the text.
        pos: the offset.
        soft: count marks that also stand inside sentences (·, -, —).

    >>> match_bullet("● 巡查", 0), match_bullet("- 巡查", 0, soft=False)
    (2, 0)
    """
    found = _BULLET.match(text, pos) or (_SOFT_BULLET.match(text, pos) if soft else None)
    if found is None:
        return pos
    end = found.end()
    while end < len(text) and text[end] in " \t\u3000\u00a0":
        end += 1
    return end


def is_closed(text: str) -> bool:
    """True for a text that ends in punctuation behind which something new can begin."""
    return _CLOSED.search(text.rstrip()) is not None


def flat(text: str) -> str:
    r"""A text in one line: a line feed in the middle of a Chinese sentence goes, another is a blank.

    >>> flat("做好农村饮水\n安全工作"), flat("1.甲；\n2.乙。"), flat("5G\nbase")
    ('做好农村饮水安全工作', '1.甲； 2.乙。', '5G base')
    """
    text = text.strip()
    if "\n" not in text:
        return text
    out: list[str] = []
    pos = 0
    for found in _BREAK.finditer(text):
        out.append(text[pos : found.start()])
        pos = found.end()
        joined = (
            found.group().count("\n") == 1
            and not is_closed(text[max(0, found.start() - 4) : found.start()])
            and match_enumerator(text, pos) is None
            and match_bullet(text, pos) == pos
            and _touch(text[found.start() - 1], text[pos])
        )
        out.append("" if joined else " ")
    return "".join(out) + text[pos:]


def flat_names(text: str) -> str:
    r"""Names of departments in one line: a name that a line end cut is whole again.

    >>> flat_names("县公安局\n县人力资源和\n社会保障局")
    '县公安局 县人力资源和社会保障局'
    """
    text = text.strip()
    if "\n" not in text:
        return text
    out: list[str] = []
    pos = 0
    for found in _BREAK.finditer(text):
        before = text[pos : found.start()]
        out.append(before)
        pos = found.end()
        behind = _NAME.match(text, pos)
        cut = (
            not _NAME_ENDS.search(before)
            or _REST.match(text, pos)
            or (before.endswith("政府") and text.startswith("办公室", pos))
            or (_COMMITTEE.search(before) and _COMMITTEE_BODY.match(text, pos))
            or (behind is not None and _is_cut_name(before, behind.group()))
        )
        out.append("" if cut and _touch(before[-1:], text[pos]) else " ")
    return "".join(out) + text[pos:]


@cache
def _forms() -> frozenset[str]:
    """Every printed form of a department that the reference data knows."""
    types = reference.department_types().values()
    return frozenset(form for kind in types for form in (kind.zh, *kind.forms, *kind.aliases))


def _is_cut_name(before: str, behind: str) -> bool:
    """True where two pieces are a known name together, and not each by itself."""
    piece = _SEPARATOR.split(before)[-1]
    whole = piece + behind
    spans = any(whole[start:] in _forms() for start in range(len(piece)))
    ends = any(piece[start:] in _forms() for start in range(len(piece) - 1))
    return spans and not (ends and any(behind[n:] in _forms() for n in range(len(behind) - 1)))


def join_lines(cell: CleanText, headings: HeadingReader) -> CleanText:
    """Take the line feeds out of a duty cell that part nothing.

    A line feed stays behind punctuation that ends a statement, at an empty line, before a number, a
    bullet or a heading, and behind a line that is a heading. In a cell where no line ends in
    punctuation it also stays where each line begins with an action and the lines are not full.

    Args:
        cell: clean text of the cell.
        headings: recognises headings.

    Returns:
        The text without those line feeds; its offsets count in *cell*'s text.
    """
    text = cell.text
    if "\n" not in text.strip():
        return CleanText(text, tuple(range(len(text) + 1)))
    pieces: list[str] = []
    offsets: list[int] = []
    pos = 0
    for start, end in _Wraps(text, headings).find():
        pieces.append(text[pos:start])
        offsets.extend(range(pos, start))
        if not _touch(text[start - 1], text[end]):
            pieces.append(" ")
            offsets.append(start)
        pos = end
    pieces.append(text[pos:])
    offsets.extend(range(pos, len(text) + 1))
    return CleanText("".join(pieces), tuple(offsets))


def _touch(before: str, behind: str) -> bool:
    """True for characters that stand side by side in one word or sentence: not two of Latin words."""
    return not (before.isascii() and behind.isascii()) or not (
        before.isalnum() and behind.isalnum()
    )


class _Wraps:
    """Finds the line feeds of a cell that part nothing."""

    def __init__(self, text: str, headings: HeadingReader) -> None:
        self.text = text
        self.headings = headings
        self.lines: list[tuple[int, int, bool]] = []  # start, end, an empty line above
        empty = False
        pos = 0
        for line in text.split("\n"):
            stripped = line.strip()
            if stripped:
                start = pos + len(line) - len(line.lstrip())
                self.lines.append((start, start + len(stripped), empty))
            empty = not stripped
            pos += len(line) + 1
        self.widest = max(map(self._width, range(len(self.lines))))
        first = self.lines[0]
        self.bare_style = headings.fills_line(text, first[0], first[1]) and not self._is_full(0)
        starts = [start for start, _, _ in self.lines]
        self.bare_numbers = any(one and one.number == 1 for one in map(self._bare_number, starts))
        numbers = [(match_enumerator(text, start), start) for start in reversed(starts)]
        self.first_numbers = {one.style: start for one, start in numbers if one}
        # One line that begins with a dash may be the rest of a sentence.
        soft = [start for start in starts if match_bullet(text, start) > start]
        self.soft_bullets = len(soft) > 1 or soft[:1] == starts[:1]

    def find(self) -> Iterator[tuple[int, int]]:
        """Ranges of white space, each with one line feed, that part nothing."""
        if self._is_list():
            return
        begin = self.lines[0][0]  # of the line as joined so far
        for number, (start, _, empty) in enumerate(self.lines[1:], 1):
            end_before = self.lines[number - 1][1]
            if empty or self._parts(begin, number):
                begin = start
            else:
                yield end_before, start

    def _parts(self, begin: int, number: int) -> bool:
        """True where the line feed before a line parts it from what stands above."""
        text = self.text
        start = self.lines[number][0]
        end_before = self.lines[number - 1][1]
        short = end_before - begin <= _LONGEST_LINE
        before = "".join(
            map(str.strip, text[begin if short else end_before - 6 : end_before].split("\n"))
        )
        if is_closed(before):
            return True
        if self._begins_entry(start):
            return True
        if _OPEN.search(before):
            return False
        if short and self._is_heading(before, number - 1):
            return True
        if not self.headings.begins_line(text, start, bare_style=self.bare_style):
            return False
        if self._is_cut_inside(number):
            return False
        return not (short and self._is_cut_label(before, number))

    def _bare_number(self, start: int) -> Enumerator | None:
        return match_bare(self.text, start)

    def _begins_entry(self, start: int) -> bool:
        text = self.text
        found = match_enumerator(text, start)
        return (
            (found is not None and self._follows(found, start))
            or match_nested(text, start) is not None
            or (self.bare_numbers and self._bare_number(start) is not None)
            or match_bullet(text, start, soft=self.soft_bullets) > start
            or text[start] == "【"
        )

    def _follows(self, found: Enumerator, start: int) -> bool:
        """False for a number in running text that a full line pushed to the next (每年|2、3次)."""
        if found.number == 1 or found.printed[-1] != "、" or found.style not in ("1.", "一、"):
            return True
        first = self.first_numbers.get(found.style)
        return first is not None and first < start

    def _is_heading(self, line: str, number: int) -> bool:
        """True where a line is a heading without a colon, and not merely a full line of a text.

        Args:
            line: the line as joined so far.
            number: of its last piece.
        """
        return self.headings.fills_line(line, 0, len(line)) and (
            self.bare_style or not self._is_full(number)
        )

    def _is_cut_label(self, before: str, number: int) -> bool:
        """True where a heading itself was cut before a line: 县人力资源和社|会保障局：."""
        start, end, _ = self.lines[number]
        line = self.text[start:end]
        label = re.split(r"[：:]", line, maxsplit=1)[0].strip()
        printed = match_enumerator(before)
        head = before[printed.end :] if printed else before[match_bullet(before, 0) :]
        whole = head + label
        if len(whole) > _LONGEST_LABEL or re.search(r"[，。；;：:]", head):
            return False
        is_known = self.headings.directory.is_known
        if is_known(label):
            return head.endswith("委") and is_known(whole)
        return is_known(whole) or (head == before and self._is_full(number - 1))

    def _is_cut_inside(self, number: int) -> bool:
        """True where a heading right behind a sentence was cut: …。遂昌县人力|资源和社会保障局：."""
        start, end, _ = self.lines[number]
        end_before = self.lines[number - 1][1]
        above = _SENTENCE_END.split(self.text[max(0, end_before - _LONGEST_LABEL) : end_before])
        head = "".join(map(str.strip, above[-1].split("\n")))
        label = re.split(r"[：:]", self.text[start:end], maxsplit=1)[0].strip()
        if len(above) < 2 or not head or len(head + label) > _LONGEST_LABEL:
            return False
        is_known = self.headings.directory.is_known
        if is_known(label) and not _PLACE.search(head):
            return False
        return is_known(head + label) and not is_known(head)

    def _is_list(self) -> bool:
        """True for lines without any punctuation that each say what to do."""
        texts = [self.text[start:end] for start, end, _ in self.lines]
        if any(map(is_closed, texts[:-1])) or any(map(_OPEN.search, texts[:-1])):
            return False
        if all(self._is_full(number) for number in range(len(texts) - 1)):
            return False
        return all(map(begins_with_deed, texts))

    def _is_full(self, number: int) -> bool:
        """True for a line that can have been broken because its column ended there."""
        return self.widest >= _NARROWEST and self._width(number) >= self.widest - _KERNED

    def _width(self, number: int) -> float:
        """Width of a line in Chinese characters."""
        start, end, _ = self.lines[number]
        wide = sum(unicodedata.east_asian_width(c) in "FWA" for c in self.text[start:end])
        return (end - start + wide) / 2
