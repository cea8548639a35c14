"""A duty cell → blocks → duties.

A block begins at a heading that names a party (塔什库尔干县公安局：) or a phase (延伸考察：). A duty
is one numbered entry of a block or, in a block without numbers, one statement that ends in ； or in
。 before white space. A label inside an entry (安全运行：…) is no heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Final

from dutygraph.departments import Directory, Names
from dutygraph.numerals import Enumerator, match_bare, match_enumerator, match_nested
from dutygraph.parse.headings import Heading, HeadingReader, is_phase, match_number, skip_space
from dutygraph.parse.layout import CleanText, says_nothing
from dutygraph.parse.lines import HARD_BULLETS, is_closed, join_lines, match_bullet

_NOT_BEFORE: Final = frozenset("、，,及和与同合助报向由对将给为（(")
_TERMINATOR: Final = "；;"
_GLUED: Final = frozenset("（(①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩")
_STOP: Final = re.compile(rf"[\s\d；;。！？!?{''.join(sorted(_GLUED))}{HARD_BULLETS}]")
# 详见附件2.
_COUNTED: Final = frozenset("第表图款项条件册卷")
_SENTENCE_END: Final = "。！？!?"
_MAX_SKIP: Final = 5
_BULLET: Final = "●"
_LETTERS: Final = frozenset({"a.", "i."})
_BRACKETS: Final = {"（": "）", "(": ")", "《": "》", "“": "”", "【": "】"}
_BLANKS: Final = re.compile(r"\s*\n\s*")
_SECOND_DOTTED: Final = re.compile(r"[；;。\s][2２]\s?[.．](?!\d)")
_SECOND: Final = re.compile(r"[；;。\s](?=2)")


class _Strength(IntEnum):
    """How much says that something new begins: a blank, the end of an open line, punctuation."""

    BLANK = 0
    LINE = 1
    CLOSED = 2


@dataclass(slots=True)
class Entry:
    """A duty as it stands in its cell.

    Attributes:
        start, end: of its text in the clean cell text, trimmed.
        enumerator: its printed number, if any.
        names: parties of the block or of the entry's own heading; None where no heading names one.
        town: a heading names the town itself.
        phase: phase of the block, or of the entry's own heading.
        text: its text in one line; a sentence that a line feed cut is whole again.
    """

    start: int
    end: int
    enumerator: Enumerator | None
    names: Names | None
    town: bool
    phase: str
    text: str = ""


@dataclass(slots=True)
class EntryFault:
    """An entry whose printed number does not follow the one before it, or that has no text.

    Attributes:
        code: of the finding.
        expected: the number that would follow.
        found: the number as printed.
    """

    code: str
    expected: int
    found: Enumerator


@dataclass(slots=True)
class CellReading:
    """Everything found in one duty cell.

    Attributes:
        entries: the duties in printed order.
        headings: parties that head a block or an entry, in order.
        phases: headings that name a phase, in order.
        faults: numbers that skip or repeat, or have no text behind them.
        nothing: what stands in the place of duties and says that there are none (无, /).
    """

    entries: list[Entry] = field(default_factory=list)
    headings: list[Names] = field(default_factory=list)
    phases: list[str] = field(default_factory=list)
    faults: list[EntryFault] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)


def read_cell(cell: CleanText, directory: Directory, *, of_town: bool = False) -> CellReading:
    """Cut a duty cell into duties.

    Args:
        cell: the clean text of the cell.
        directory: resolves the names in headings.
        of_town: the cell is the town's column, where a heading that names a department says with
            whom or at what the town works, not who carries the duty; it is kept as the phase.
    """
    headings = HeadingReader(directory, of_town=of_town)
    joined = join_lines(cell, headings)
    reading = _CellReader(joined.text, headings).read()
    for entry in reading.entries:
        entry.text = _BLANKS.sub(" ", joined.text[entry.start : entry.end])
        entry.start, entry.end = joined.span(entry.start, entry.end)
    return reading


class _CellReader:
    """Reads the joined text of a cell, from its first character to its last."""

    def __init__(self, text: str, headings: HeadingReader) -> None:
        self.text = text
        self.headings = headings
        self.of_town = headings.of_town
        self.inside = _bracketed(text)
        # A known party with its colon is a heading even where nothing parts it from the text before.
        self.glued_parties = [
            start
            for start, name, _ in (() if self.of_town else headings.directory.mentions(text))
            if text[start + len(name) : start + len(name) + 1] in ("：", ":")
            and text[max(0, start - 1) : start] not in _NOT_BEFORE
            and not self.inside[start]
        ]
        self.reading = CellReading()
        self.names: Names | None = None
        self.town = False
        self.phase = ""
        self.style: str | None = None
        self.number = 0
        self.outer: tuple[str, int] | None = None  # of numbers before headings: 1.县公安局：（1）…
        self.outer_phase = False  # they number phases: （一）事前
        self.roles: Names | None = None  # of 牵头：… right before this heading
        self.trailing = headings.ends_in_role(text)  # who carries a duty stands behind it
        self.carried = 0  # entries whose party has been named behind them
        self.entry: Entry | None = None

    def read(self) -> CellReading:
        pos, strength = 0, _Strength.CLOSED
        end = len(self.text)
        while pos < end:
            pos = self._head(pos, strength)
            pos, strength = self._advance(pos)
        self._close(end)
        return self.reading

    def _head(self, pos: int, strength: _Strength) -> int:
        """What begins at a possible boundary: headings, a number, a statement. New offset."""
        while True:
            pos = skip_space(self.text, pos)
            strong = strength > _Strength.BLANK
            behind_bullet = self._bullet(pos, strong)
            heading = self.headings.at(self.text, behind_bullet, strong=strong)
            if heading is not None:
                self._close(pos)
                if heading.role and self.trailing:
                    self._carry(heading)
                else:
                    self._open_block(heading)
                pos, strength = heading.end, _Strength.CLOSED
                continue
            found = self._enumerator(pos)
            numbered = self.headings.numbered(self.text, pos, found) if strong and found else None
            if numbered is not None and found is not None:
                self._close(pos)
                self.outer = (found.style, found.number)
                self.outer_phase = numbered.names is None and not numbered.town
                self._open_block(numbered)
                pos, strength = numbered.end, _Strength.CLOSED
                continue
            if found is not None and self._accept(found, strength):
                self._close(pos)
                pos = self._open_numbered(found)
                # 1. 2.乙: a number without text, and the next one right behind it.
                following = self._enumerator(pos)
                if (
                    following
                    and self.text[pos - 1].isspace()
                    and (following.style, following.number) == (self.style, self.number + 1)
                ):
                    strength = _Strength.CLOSED
                    continue
                return pos
            if behind_bullet > pos and self.style in (None, _BULLET):
                self._close(pos)
                self.style = _BULLET
                self._open_entry(behind_bullet)
                return behind_bullet
            if pos < len(self.text) and (self.entry is None or (strong and self.style is None)):
                self._close(pos)
                self._open_entry(pos)
            return pos

    def _bullet(self, pos: int, strong: bool) -> int:
        """Offset behind a bullet; the offset itself where none stands."""
        return match_bullet(self.text, pos, soft=strong or self.style == _BULLET)

    def _enumerator(self, pos: int) -> Enumerator | None:
        """The printed number at an offset. A nested or bare one needs its like in the cell."""
        found = match_enumerator(self.text, pos, self.style)
        if found or not self.text[pos : pos + 1].isdecimal():
            return found
        listed = self.style is not None and self.style.endswith(".n")
        nested = match_nested(self.text, pos, units=listed)
        if nested is not None:
            second = nested.printed.rstrip(".．、")[:-1] + "2"
            if listed or (nested.number == 1 and self.text.find(second, nested.end) >= 0):
                return nested
            return None
        bare = match_bare(self.text, pos)
        if bare is None or self.style == bare.style:
            return bare
        # 1负责…；2做好…, but not 1户一策.
        return bare if bare.number == 1 and self._last_second > bare.end else None

    @cached_property
    def _last_second(self) -> int:
        """Offset of the last bare number 2 that can begin an entry; -1 where there is none."""
        seconds = (found.end() for found in _SECOND.finditer(self.text))
        return max((pos for pos in seconds if match_bare(self.text, pos)), default=-1)

    def _advance(self, pos: int) -> tuple[int, _Strength]:
        """Offset of the next possible boundary, and what makes it one."""
        text, end = self.text, len(self.text)
        next_party = bisect_right(self.glued_parties, pos)
        party = self.glued_parties[next_party] if next_party < len(self.glued_parties) else end
        i = pos
        while True:
            found = _STOP.search(text, i)
            i = found.start() if found else end
            if party < i:
                return party, _Strength.CLOSED
            if i >= end:
                return end, _Strength.CLOSED
            boundary = self._boundary(i, pos)
            if boundary is not None:
                return boundary
            i += 1

    def _boundary(self, i: int, pos: int) -> tuple[int, _Strength] | None:
        """The boundary at a mark, for a piece of text that begins at *pos*; None where none is."""
        text, char = self.text, self.text[i]
        if char == "\n":
            closed = is_closed(text[max(0, i - 4) : i])
            return i + 1, _Strength.CLOSED if closed else _Strength.LINE
        if i > pos:
            if char in _GLUED or char.isdecimal():
                if self._glued(i):
                    return i, _Strength.CLOSED
            elif self.style == _BULLET and match_bullet(text, i, soft=False) > i:
                return i, _Strength.CLOSED
        if self.inside[i]:
            return None
        if char in _TERMINATOR:
            return i + 1, _Strength.CLOSED
        if char in _SENTENCE_END:
            behind = text[i + 1 : i + 2]
            closed = not behind or behind.isspace() or self._starts_block(i + 1)
            return i + 1, _Strength.CLOSED if closed else _Strength.BLANK
        return (i + 1, _Strength.BLANK) if char.isspace() and i > pos else None

    def _glued(self, pos: int) -> bool:
        """True at the next number of a style that no sentence holds (…宣传②上报…, 验收2.上报…)."""
        if self.style not in ("1.", None) and self.text[pos].isdecimal():
            return False
        found = match_enumerator(self.text, pos)
        if found is None or found.number != self.number + 1:
            return False
        if self.style is None:
            # 负责统筹，1.…；2.…: numbers begin in the middle of a sentence.
            begins = (
                found.style == "1." and found.printed[-1] in ".．" and self.text[pos - 1] in "，,"
            )
            return begins and _SECOND_DOTTED.search(self.text, found.end) is not None
        if found.style != self.style:
            return False
        if found.style != "1.":
            return True
        # In 2、3月 the mark parts numbers; behind a comma or with a dot it parts entries.
        before = self.text[pos - 1]
        if before in "，,":
            return match_number(self.text, found.end) is None
        wide = before.isalpha() and not before.isascii() and before not in _COUNTED
        return wide and found.printed[-1] in ".．"

    def _starts_block(self, pos: int) -> bool:
        """A sentence end without white space is a boundary before an expected number or a party."""
        found = self._enumerator(pos)
        if found:
            expected = {(self.style, self.number + 1)}
            if self.outer:
                expected.add((self.outer[0], self.outer[1] + 1))
            if (found.style, found.number) in expected:
                return True
            if self.headings.numbered(self.text, pos, found):
                return True
        heading = self.headings.at(self.text, pos)
        if heading is None:
            return False
        # A phase glued to the sentence before it is one only where a list of duties follows.
        first = match_number(self.text, skip_space(self.text, heading.end))
        return (
            heading.names is not None
            or self.text[pos] == "【"
            or is_phase(heading.phase or "")
            or (first is not None and first.number == 1)
        )

    def _carry(self, heading: Heading) -> None:
        """Give the duties since the last such name their party: 1.甲；责任单位：县公安局."""
        for entry in self.reading.entries[self.carried :]:
            if entry.names is None:
                entry.names = heading.names
        self.carried = len(self.reading.entries)
        if heading.names is not None:
            self.reading.headings.append(heading.names)

    def _open_block(self, heading: Heading) -> None:
        if heading.empty:
            self.style, self.number = None, 0
            return
        if heading.phase is not None:
            self.phase = heading.phase
            self.reading.phases.append(heading.phase)
        self.names, self.town = heading.names, heading.town
        if heading.names is not None:
            self.reading.headings.append(heading.names)
        if heading.role and heading.names is not None:
            # 牵头：A；配合：B and the duties behind both are those of A and B.
            if self.roles is not None:
                namings = {n.department: n for n in (*self.roles.namings, *heading.names.namings)}
                self.names = Names(
                    tuple(namings.values()), self.roles.catch_all or heading.names.catch_all
                )
            self.roles = self.names
        else:
            self.roles = None
        self.style, self.number = None, 0

    def _accept(self, found: Enumerator, strength: _Strength) -> bool:
        """Whether a printed number begins an entry of this block."""
        expected = self.number + 1
        strong = strength > _Strength.BLANK
        if self.style is None:
            return found.number == 1 or (
                strength is _Strength.CLOSED
                and found.number <= _MAX_SKIP
                and found.style not in _LETTERS
            )
        if self.outer and strong and (found.style, found.number - 1) == self.outer:
            return True  # the next numbered heading, without numbers of its own
        if found.style != self.style:
            # 1.9 …, 2.1 …
            above, _, nested = self.style.partition(".")
            return (
                nested == "n"
                and above.isdecimal()
                and (found.style, found.number) == (f"{int(above) + 1}.n", 1)
            )
        if found.number == expected:
            return True
        return strong and (found.number == 1 or self.number <= found.number <= expected + _MAX_SKIP)

    def _open_numbered(self, found: Enumerator) -> int:
        expected = self.number + 1
        if self.outer and (found.style, found.number - 1) == self.outer:
            self.outer = (found.style, found.number)
            self.names, self.town, expected = None, False, found.number
            if self.outer_phase:
                self.phase = ""
        elif self.style is not None and found.style != self.style:
            expected = 1  # 2.1 behind 1.9
        if found.number != expected:
            code = "duty-number-skipped" if found.number > expected else "duty-number-repeated"
            self.reading.faults.append(EntryFault(code, expected, found))
        self.style, self.number = found.style, found.number
        names, town, phase, pos = self.names, self.town, self.phase, found.end
        # A party or a phase named at the head of an entry is that entry's alone (1. 县公安局：…).
        own = self.headings.own(self.text, pos)
        if own is not None and own.names is None and not own.town:
            phase, pos = own.phase or "", skip_space(self.text, own.end)
        elif own is not None and not self.of_town:
            names, town, pos = own.names, own.town, skip_space(self.text, own.end)
            if own.names is not None:
                self.reading.headings.append(own.names)
        self.roles = None
        self.entry = Entry(pos, pos, found, names, town, phase)
        return pos

    def _open_entry(self, pos: int) -> None:
        """Open an entry without a number."""
        self.roles = None
        self.entry = Entry(pos, pos, None, self.names, self.town, self.phase)

    def _close(self, pos: int) -> None:
        """End the open entry before *pos*, trimmed; an empty one is no duty."""
        entry, self.entry = self.entry, None
        if entry is None:
            return
        text = self.text[entry.start : pos]
        entry.end = entry.start + len(text.rstrip())
        entry.start += len(text) - len(text.lstrip())
        if says_nothing(text):
            self.reading.nothing.append(text.strip())
        # A lone ； is no duty.
        elif any(char.isalnum() for char in text):
            self.reading.entries.append(entry)
            if entry.names is None and (carrier := self.headings.carried_by(text)) is not None:
                entry.names = carrier
                self.reading.headings.append(carrier)
        elif entry.enumerator is not None:
            found = entry.enumerator
            self.reading.faults.append(EntryFault("duty-empty", found.number, found))


def _bracketed(text: str) -> list[bool]:
    """For each character, whether it stands inside a closed pair of brackets or quotation marks."""
    inside = [False] * len(text)
    open_at: list[tuple[str, int]] = []
    for i, char in enumerate(text):
        if char in _BRACKETS:
            open_at.append((_BRACKETS[char], i))
        elif open_at and char == open_at[-1][0]:
            start = open_at.pop()[1]
            if not open_at:
                inside[start : i + 1] = [True] * (i + 1 - start)
        elif char == "\n":
            open_at.clear()
    return inside
