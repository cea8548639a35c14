"""Text of a web page → lines, with white space as browsers show it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from dutygraph.numerals import match_enumerator
from dutygraph.readers.blocks import Block

SPACES: Final = re.compile(r"[ \t\n\f]+")
"""White space that collapses; no-break and ideographic spaces do not."""


@dataclass(slots=True)
class Lines:
    """Collects text as lines, as a browser breaks them.

    Attributes:
        blocks: lines that are done, and what else stands among them.
    """

    blocks: list[Block] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _space: str = ""
    _marker: str = ""
    _counted: int | None = None

    def add(self, text: str) -> None:
        """Text whose white space collapses."""
        pos = 0
        for found in SPACES.finditer(text):
            self._put(text[pos : found.start()])
            # Blanks around a line end vanish with it.
            self._space = "\n" if "\n" in found.group() else self._space or " "
            pos = found.end()
        self._put(text[pos:])

    def _put(self, text: str) -> None:
        if not text:
            return
        if self._parts and self._space:
            both_wide = _is_wide(self._parts[-1][-1]) and _is_wide(text[0])
            if self._space == " " or not both_wide:
                self._parts.append(" ")
        self._parts.append(text)
        self._space = ""

    def add_verbatim(self, text: str) -> None:
        """Text whose white space stands."""
        if self._space and self._parts:
            self._parts.append(" ")
        self._space = ""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.line_feed()
            if line:
                self._parts.append(line)

    def line_feed(self) -> None:
        """End the line, even an empty one."""
        line = "".join(self._parts)
        if line and self._marker:
            printed = match_enumerator(line)
            if printed is None or printed.number != self._counted:
                line = self._marker + line
            self._marker = ""
        self.blocks.append(line)
        self._parts.clear()
        self._space = ""

    def boundary(self) -> None:
        """End the line where it holds something: a block begins or ends here."""
        if self._parts:
            self.line_feed()
        self._space = ""

    def begin_entry(self, marker: str, number: int | None) -> None:
        """A list entry begins: its number stands before its first text."""
        self.end_entry()
        self._marker, self._counted = marker, number

    def end_entry(self) -> None:
        """A list entry ends; one without text is its number."""
        self.boundary()
        if self._marker:
            self.blocks.append(self._marker.strip())
            self._marker = ""

    def block(self, block: Block) -> None:
        """Something other than text stands here."""
        self.end_entry()
        self.blocks.append(block)


def _is_wide(char: str) -> bool:
    """True for a letter of a script that is written without spaces.

    Behind a punctuation mark the line end may stand for a space: programs break the lines of the
    pages that they write at spaces.
    """
    wide = unicodedata.east_asian_width(char) in ("F", "W", "H") and char.isalnum()
    return wide and not "\uac00" <= char <= "\ud7a3"
