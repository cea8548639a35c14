"""Characters with their places → lines → text.

A PDF holds no lines and no paragraphs, only characters at places. Where a line ends is seen from the
baselines; whether a paragraph ends there too, from the room that was left: had the beginning of the
next line still fitted, it was not the margin that ended this one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from dutygraph.readers.pdf_marks import Char

_SAME_BASELINE: Final = 0.5
_SAME_CHAR: Final = 0.3
_LATIN_SPACE: Final = 0.18
_HAN_SPACE: Final = 0.9
_WIDER_THAN_USUAL: Final = 1.8
_SLACK: Final = 0.4
_INDENT: Final = 1.4
_CENTRED: Final = 0.6
_WIDER_PITCH: Final = 1.35
_SAME_SIZE: Final = 0.08
# A line is not broken before these, nor behind those: they go with the character beside them.
_QUOTES: Final = frozenset("“”‘’\"'")
_CLOSING: Final = frozenset("，。、；：？！）〕】》〉」』％%…—·.,;:?!)]}") | _QUOTES
_OPENING: Final = frozenset("（〔【《〈「『“‘([{")
_WORD: Final = re.compile(r"[!-~]+")
_LEADERS: Final = re.compile(r"(?:[.．·•…‥‧・_]\s*){4,}\s*[\dIVXivx]{1,5}$|(?:…\s*){2,}\s*\d{1,4}$")
# A line breaks between two ASCII characters only at a space, a hyphen or a slash.
_WORD_END: Final = re.compile(r"[A-Za-z0-9!\"'),.:;>?\]}]$")
_WORD_START: Final = re.compile(r"[A-Za-z0-9\"'(<\[{]")

# Radicals that Chromium and others write for the characters that look the same. NFKC maps those of
# Kangxi; of the supplement, whose radicals it leaves, these are characters of their own.
_SUPPLEMENT: Final = dict(
    zip(
        "⺁⺟⺠⻁⻄⻅⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂母民虎西见贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
# NFKC makes the traditional 戶 of this one.
_SUPPLEMENT["⼾"] = "户"
_RADICAL: Final = re.compile("[⺀-⿕]")
_LIGATURE: Final = re.compile("[ﬀ-ﬆ]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text.

    Attributes:
        text: without space at its ends.
        x0: its left end.
        x1: its right end.
        y: of its baseline.
        em: size of its font.
        head: width of its beginning that cannot be parted: a character with its punctuation, or a
            word.
        page: number of its page.
        space: a space is written behind it.
    """

    text: str
    x0: float
    x1: float
    y: float
    em: float
    head: float
    page: int
    space: bool = False

    @property
    def is_contents(self) -> bool:
        """True for a line of a table of contents, with leader dots and a page number."""
        return bool(_LEADERS.search(self.text))


def rows_of(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters by baseline, from top to bottom; those of a baseline from left to right."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: char.y):
        if rows and char.y - rows[-1][0].y <= _SAME_BASELINE * max(char.em, rows[-1][0].em):
            rows[-1].append(char)
        else:
            rows.append([char])
    return [sorted(row, key=lambda char: char.x0) for row in rows]


def lines_of(chars: Sequence[Char], page: int) -> list[Line]:
    """Lines from top to bottom; characters that were painted twice, to look bold, count once."""
    lines = [_line(row, page) for row in rows_of(chars)]
    return [line for line in lines if line is not None]


def _line(chars: list[Char], page: int) -> Line | None:
    once: list[Char] = []
    for char in chars:
        doubled = any(
            char.text == other.text
            and abs(char.x0 - other.x0) < _SAME_CHAR * char.em
            and abs(char.y - other.y) < _SAME_CHAR * char.em
            for other in once[-2:]
        )
        if not doubled:
            once.append(char)
    visible = [index for index, char in enumerate(once) if char.text.strip()]
    if not visible:
        return None
    space = visible[-1] < len(once) - 1
    once = once[visible[0] : visible[-1] + 1]
    gaps = [after.x0 - before.x1 for before, after in pairwise(once)]
    usual = median(gaps) if gaps else 0.0
    pieces = [once[0].text]
    for gap, before, after in zip(gaps, once, once[1:], strict=False):
        if _is_space(gap, before, after, usual):
            pieces.append(" ")
        pieces.append(after.text)
    em = median([char.em for char in once])
    y = median([char.y for char in once])
    return Line("".join(pieces), once[0].x0, once[-1].x1, y, em, _head(once), page, space)


def _is_space(gap: float, before: Char, after: Char, usual: float) -> bool:
    """True where the room between two characters is that of a space that was not written."""
    if not before.text.strip() or not after.text.strip():
        return False
    em = min(before.em, after.em)
    if _WORD.fullmatch(before.text) and _WORD.fullmatch(after.text):
        return gap > _LATIN_SPACE * em
    # Justified lines are stretched between all characters, and a little between Han and Latin ones.
    return gap > _HAN_SPACE * em and gap > _WIDER_THAN_USUAL * usual


def _head(chars: list[Char]) -> float:
    index = 0
    while index < len(chars) - 1 and chars[index].text in _OPENING:
        index += 1
    if _WORD.fullmatch(chars[index].text):
        while index < len(chars) - 1 and _WORD.fullmatch(chars[index + 1].text):
            index += 1
    # Quotation marks may stick to the characters on both of their sides.
    while index < len(chars) - 1 and (
        chars[index + 1].text in _CLOSING or chars[index].text in _QUOTES
    ):
        index += 1
    if chars[index].text in _CLOSING:  # some programs keep a word with the punctuation before it
        while index < len(chars) - 1 and _WORD.fullmatch(chars[index + 1].text):
            index += 1
    return sum(char.x1 - char.x0 for char in chars[: index + 1])


@dataclass(frozen=True, slots=True)
class Measure:
    """Left and right end of the longest lines of a cell or of a page."""

    left: float
    right: float

    def is_centred(self, line: Line) -> bool:
        """True for a line that has the same room, and some, on both of its sides."""
        before, behind = line.x0 - self.left, self.right - line.x1
        return (
            min(before, behind) > _CENTRED * line.em and abs(before - behind) < _CENTRED * line.em
        )

    def is_indented(self, line: Line) -> bool:
        """True for a line that begins like a paragraph, further in than others."""
        return line.x0 - self.left > _INDENT * line.em and not self.is_centred(line)

    def ends_early(self, line: Line, following: Line) -> bool:
        """True for a line behind which the beginning of the following one would have fitted."""
        room = self.right - line.x1
        if self.is_centred(line):
            room += line.x0 - self.left
        return room > following.head + _SLACK * line.em


def breaks(line: Line, following: Line, measure: Measure, pitch: float) -> bool:
    """True where a paragraph ends between two lines.

    Args:
        line: a line.
        following: the one below it.
        measure: ends of the lines there.
        pitch: usual distance of two lines there; 0 where it is not known.
    """
    if line.page == following.page and pitch and following.y - line.y > _WIDER_PITCH * pitch:
        return True
    return measure.is_indented(following) or measure.ends_early(line, following)


def same_size(line: Line, other: Line) -> bool:
    """True for lines in fonts of one size."""
    return abs(line.em - other.em) <= _SAME_SIZE * max(line.em, other.em)


def usual_pitch(lines: Sequence[Line]) -> float:
    """Usual distance of two lines; 0 where there are fewer than two on a page."""
    distances = [
        after.y - before.y
        for before, after in pairwise(lines)
        if after.page == before.page and after.y > before.y
    ]
    return median(distances) if distances else 0.0


def join(lines: Sequence[Line], measure: Measure) -> str:
    """Text of lines: a line feed only where a paragraph ends, for Chinese has no spaces."""
    if not lines:
        return ""
    if len(lines) > 1 and all(len(line.text) == 1 for line in lines):
        return "".join(line.text for line in lines)  # written downwards
    pitch = usual_pitch(lines)
    pieces = [lines[0].text]
    for line, following in pairwise(lines):
        if breaks(line, following, measure, pitch):
            pieces.append("\n")
        elif line.space or (_WORD_END.search(line.text) and _WORD_START.match(following.text)):
            pieces.append(" ")
        pieces.append(following.text)
    return "".join(pieces)


@dataclass(slots=True)
class CellLines:
    """Lines of a table cell or of a paragraph, which may go on over the page.

    Attributes:
        lines: its lines.
        measure: where lines begin and end there.
        covered: it is part of a cell that was merged downwards from a row above.
    """

    lines: list[Line]
    measure: Measure
    covered: bool = False

    def text(self) -> str:
        """Its text, as far as it is known."""
        return join(self.lines, self.measure)


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table, or the part of it on one page.

    Attributes:
        top: y of its upper edge.
        rows: its rows, with a cell for each column.
    """

    top: float
    rows: list[list[CellLines]]


def restore_radicals(text: str) -> tuple[str, str]:
    """Text with characters instead of radicals that look like them, and the radicals found.

    >>> restore_radicals("⼯作⺠生")
    ('工作民生', '⺠⼯')
    """
    found = "".join(sorted(set(_RADICAL.findall(text))))
    if found:
        text = _RADICAL.sub(lambda one: _SUPPLEMENT.get(one[0]) or _kangxi(one[0]), text)
    return _LIGATURE.sub(lambda one: unicodedata.normalize("NFKC", one[0]), text), found


def _kangxi(radical: str) -> str:
    return unicodedata.normalize("NFKC", radical)
