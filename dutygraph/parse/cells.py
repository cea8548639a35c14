"""A duty cell → blocks → duties.

A block begins at a heading that names a party (塔什库尔干县公安局：) or a phase (延伸考察：). A duty
is one numbered entry of a block or, in a block without numbers, one statement that ends in ； or in
。 before white space. A label inside an entry (安全运行：…) is no heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from dutygraph.departments import Directory, Names
from dutygraph.model import Naming
from dutygraph.numerals import Enumerator, match_enumerator
from dutygraph.parse.layout import CleanText

_LABEL: Final = re.compile(r"(?P<label>[^，。；;！？!?：:\n\t]{1,80}?)\s*[：:]")
_NOTE: Final = re.compile(
    r"\s*[（(](?P<note>[^（）()：:；;。]{1,15})[）)](?=\s|$|\d|[一二三四五六七八九十①(（])"
)
_LABEL_NOTE: Final = re.compile(r"[（(](?P<note>[^（）()]{1,15})[）)]$")
# Notes that say how a party takes part, not when.
_ROLE_NOTE: Final = re.compile(r"牵头|主责|配合|责任|主管|承办|单位|部门|负责")
_ROLE_LABEL: Final = re.compile(
    r"(?:牵头|主责|主管|责任|承办|配合|协助|协同|参与)(?:部门|单位)(?:（单位）)?"
)
_NAMED: Final = re.compile(r"\s*(?P<names>[^，。；;：:\s\d（(①]{3,60})\s*[：:；;]?")
_NOT_BEFORE: Final = frozenset("、，,及和与同合助报向由对将给为（(")
_DUTIES_OF: Final = re.compile(r"(?:主要|工作)?职责$")
_CHARGE: Final = re.compile(r"(?P<name>.{2,40}?)(?:主要)?(?:负责|牵头|承担).{0,30}$")
_SPACE: Final = re.compile(r"[ \t\u3000\u00a0]*")
_TERMINATOR: Final = "；;"
_GLUED: Final = frozenset("（(①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩")
_SENTENCE_END: Final = "。！？!?"
_MAX_PHASE: Final = 30
_MAX_SKIP: Final = 5
# Han numbers part a cell into sections, whose heading may be a phase.
_SECTION_STYLES: Final = frozenset({"(一)", "一、"})
_BRACKETS: Final = {"（": "）", "(": ")", "《": "》", "“": "”", "【": "】"}


@dataclass(slots=True)
class Entry:
    """A duty as it stands in its cell.

    Attributes:
        start, end: of its text in the clean cell text, trimmed.
        enumerator: its printed number, if any.
        names: parties of the block or of the entry's own heading; None where no heading names one.
        town: a heading names the town itself.
        phase: phase of the block.
    """

    start: int
    end: int
    enumerator: Enumerator | None
    names: Names | None
    town: bool
    phase: str


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
        faults: numbers that skip or repeat, or have no text behind them.
    """

    entries: list[Entry] = field(default_factory=list)
    headings: list[Names] = field(default_factory=list)
    faults: list[EntryFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Heading:
    end: int
    names: Names | None
    town: bool
    phase: str | None


def read_cell(cell: CleanText, directory: Directory, *, of_town: bool = False) -> CellReading:
    """Cut a duty cell into duties.

    Args:
        cell: the clean text of the cell.
        directory: resolves the names in headings.
        of_town: the cell is the town's column, where a heading that names a department says with
            whom or at what the town works, not who carries the duty; it is kept as the phase.
    """
    return _CellReader(cell.text, directory, of_town).read()


class _CellReader:
    def __init__(self, text: str, directory: Directory, of_town: bool) -> None:
        self.text = text
        self.directory = directory
        self.of_town = of_town
        self.inside = _bracketed(text)
        # A known party with its colon is a heading even where nothing parts it from the text before.
        self.glued_parties = {
            start
            for start, name, _ in (() if of_town else directory.mentions(text))
            if text[start + len(name) : start + len(name) + 1] in ("：", ":")
            and text[max(0, start - 1) : start] not in _NOT_BEFORE
        }
        self.reading = CellReading()
        self.names: Names | None = None
        self.town = False
        self.phase = ""
        self.style: str | None = None
        self.number = 0
        self.outer: tuple[str, int] | None = None  # of numbers before parties: 1.县公安局：（1）…
        self.entry: Entry | None = None

    def read(self) -> CellReading:
        pos, strong = 0, True
        end = len(self.text)
        while pos < end:
            pos = self._head(pos, strong)
            pos, strong = self._advance(pos)
        self._close(end)
        return self.reading

    def _head(self, pos: int, strong: bool) -> int:
        """What begins at a possible boundary: headings, a number, a statement. New offset."""
        while True:
            pos = self._skip_space(pos)
            heading = self._heading(pos, strong)
            if heading is None:
                break
            self._close(pos)
            self._open_block(heading)
            pos, strong = heading.end, True
        numbered = self._numbered_party(pos) if strong else None
        if numbered is not None:
            self._close(pos)
            number = match_enumerator(self.text, pos)
            self.outer = (number.style, number.number) if number else None
            self._open_block(numbered)
            return self._head(numbered.end, True)
        enumerator = match_enumerator(self.text, pos)
        if enumerator and self._accept(enumerator, pos, strong):
            self._close(pos)
            pos = self._open_numbered(enumerator)
            # 1. 2.乙: a number without text, and the next one right behind it.
            following = match_enumerator(self.text, pos)
            if (
                following
                and self.text[pos - 1].isspace()
                and (following.style, following.number) == (self.style, self.number + 1)
            ):
                return self._head(pos, True)
            return pos
        if pos < len(self.text) and (self.entry is None or (strong and self.style is None)):
            self._close(pos)
            self.entry = Entry(pos, pos, None, self.names, self.town, self.phase)
        return pos

    def _advance(self, pos: int) -> tuple[int, bool]:
        """Offset of the next possible boundary, and whether punctuation or a tag makes it one."""
        text, end = self.text, len(self.text)
        i = pos
        while i < end:
            char = text[i]
            if char == "\n":
                return i + 1, True
            if i > pos and char in _GLUED and self._glued(i):
                return i, True
            if i > pos and i in self.glued_parties:
                return i, True
            if not self.inside[i]:
                if char in _TERMINATOR:
                    return i + 1, True
                if char in _SENTENCE_END:
                    behind = text[i + 1 : i + 2]
                    return i + 1, not behind or behind.isspace() or self._starts_block(i + 1)
                if char.isspace() and i > pos:
                    return i + 1, False
            i += 1
        return end, True

    def _glued(self, pos: int) -> bool:
        """True at the next number of a style that no sentence holds (…宣传②上报…)."""
        found = match_enumerator(self.text, pos)
        return found is not None and found.style == self.style and found.number == self.number + 1

    def _starts_block(self, pos: int) -> bool:
        """A sentence end without white space is a boundary before an expected number or a party."""
        enumerator = match_enumerator(self.text, pos)
        if enumerator:
            expected = {(self.style, self.number + 1)}
            if self.outer:
                expected.add((self.outer[0], self.outer[1] + 1))
            if (enumerator.style, enumerator.number) in expected:
                return True
            if self._numbered_party(pos):
                return True
        heading = self._heading(pos, True)
        if heading is None:
            return False
        # A phase glued to the sentence before it is one only where a list of duties follows.
        first = match_enumerator(self.text, heading.end)
        return heading.names is not None or (first is not None and first.number == 1)

    def _numbered_party(self, pos: int) -> _Heading | None:
        """A numbered party whose duties have numbers of their own (1.县公安局：（1）…（2）…)."""
        found = match_enumerator(self.text, pos)
        label = _LABEL.match(self.text, found.end) if found else None
        if found is None or label is None:
            return None
        text = label["label"].strip()
        party = self._party(text, label.end())
        if party is None and found.style in _SECTION_STYLES and len(text) <= _MAX_PHASE:
            party = _Heading(label.end(), None, False, text)  # （一）日常管理：1.…
        inner = match_enumerator(self.text, self._skip_space(party.end)) if party else None
        if inner is None or inner.style == found.style or inner.number != 1:
            return None
        return party

    def _heading(self, pos: int, strong: bool) -> _Heading | None:
        """The heading that begins at *pos*, or None.

        At a mere blank only a name that the reference data knows is a heading.
        """
        found = _LABEL.match(self.text, pos)
        if found is None or match_enumerator(self.text, pos):
            return None
        label, end = found["label"].strip(), found.end()
        party = self._role_heading(label, end) or self._party(label, end)
        if party is not None:
            known = party.town or any(n.department.reviewed for n in self._namings(party))
            return party if strong or known else None
        if not strong or len(label) > _MAX_PHASE:
            return None
        behind = self.text[end : end + 1]
        if behind and not behind.isspace() and match_enumerator(self.text, end) is None:
            return None
        return _Heading(end, None, False, label)

    def _role_heading(self, label: str, end: int) -> _Heading | None:
        """牵头部门：县公安局 1.…, where the name stands behind the colon."""
        if self.of_town or not _ROLE_LABEL.fullmatch(label):
            return None
        found = _NAMED.match(self.text, end)
        names = self.directory.read_heading(found["names"]) if found else None
        if found is None or names is None or not names.namings:
            return None
        return _Heading(found.end(), names, False, None)

    @staticmethod
    def _namings(heading: _Heading) -> tuple[Naming, ...]:
        return heading.names.namings if heading.names else ()

    def _party(self, label: str, end: int) -> _Heading | None:
        """A heading that names a party, with the phase noted beside it."""
        phase: str | None = None
        note = _LABEL_NOTE.search(label)
        bare = label[: note.start()].strip() if note else label
        bare = _DUTIES_OF.sub("", bare)  # 县公安局主要职责：
        if note and not _ROLE_NOTE.search(note["note"]) and not self._is_name(note["note"]):
            phase = note["note"].strip()
        if self.directory.is_town(bare):
            return _Heading(end, None, True, phase)
        charge = _CHARGE.fullmatch(bare)
        if charge and self.directory.is_known(charge["name"]):
            bare = charge["name"]
        names = self.directory.read_heading(bare)
        if names is None:
            return None
        behind = _NOTE.match(self.text, end)
        if behind and not _ROLE_NOTE.search(behind["note"]):
            phase, end = behind["note"].strip(), behind.end()
        if self.of_town:
            return _Heading(end, None, True, label)
        return _Heading(end, names, False, phase)

    def _is_name(self, note: str) -> bool:
        """True for a note that is another name of the party: 县农业农村局（县乡村振兴局）."""
        return self.directory.read_heading(note) is not None

    def _open_block(self, heading: _Heading) -> None:
        if heading.phase is not None:
            self.phase = heading.phase
        self.names, self.town = heading.names, heading.town
        if heading.names is not None:
            self.reading.headings.append(heading.names)
        self.style, self.number = None, 0

    def _accept(self, found: Enumerator, pos: int, strong: bool) -> bool:
        """Whether a printed number begins an entry of this block."""
        expected = self.number + 1
        if self.style is None:
            return found.number == 1 or (strong and found.number <= _MAX_SKIP)
        if self.outer and strong and (found.style, found.number - 1) == self.outer:
            return True  # the next numbered party, without numbers of its own
        if found.style != self.style:
            return False
        if found.number == expected:
            return True
        return strong and (found.number == 1 or self.number <= found.number <= expected + _MAX_SKIP)

    def _open_numbered(self, found: Enumerator) -> int:
        expected = self.number + 1
        if self.outer and (found.style, found.number - 1) == self.outer:
            self.outer = (found.style, found.number)
            self.names, self.town, expected = None, False, found.number
        if found.number != expected:
            code = "duty-number-skipped" if found.number > expected else "duty-number-repeated"
            self.reading.faults.append(EntryFault(code, expected, found))
        self.style, self.number = found.style, found.number
        names, town, pos = self.names, self.town, found.end
        # A party named at the head of an entry carries that entry alone (1. 县公安局：…).
        label = _LABEL.match(self.text, pos)
        own = self._party(label["label"].strip(), label.end()) if label else None
        if own is not None and not self.of_town:
            names, town, pos = own.names, own.town, self._skip_space(own.end)
            if own.names is not None:
                self.reading.headings.append(own.names)
        self.entry = Entry(pos, pos, found, names, town, self.phase)
        return pos

    def _close(self, pos: int) -> None:
        """End the open entry before *pos*, trimmed; an empty one is no duty."""
        entry, self.entry = self.entry, None
        if entry is None:
            return
        text = self.text[entry.start : pos]
        entry.end = entry.start + len(text.rstrip())
        # A lone ； is no duty.
        if any(char.isalnum() for char in text):
            self.reading.entries.append(entry)
        elif entry.enumerator is not None:
            found = entry.enumerator
            self.reading.faults.append(EntryFault("duty-empty", found.number, found))

    def _skip_space(self, pos: int) -> int:
        while pos < len(self.text) and self.text[pos].isspace():
            pos += 1
        return pos


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
