"""How much room a text takes in a picture, and how to cut it to the room that there is.

Nothing here asks a font, so a picture has the same layout on every machine.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

SIZE: Final = 12.0
"""Usual font size of a figure in pixels."""
LINE: Final = 1.25
"""Height of a line of text in font sizes."""

# A wide character with what must not begin a line behind it, or a word with the space before it.
_WIDE: Final = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60"
_WORD: Final = re.compile(rf"[{_WIDE}][、，。；：）】》〉”’]*|\s*(?:[^\s{_WIDE}])+|\s+")


def text_width(text: str, size: float = SIZE) -> float:
    """Estimated width of a text in pixels, rather too wide than too narrow.

    A wide character (Chinese, full-width) takes 1 em, a capital 0.68 em, any other 0.55 em.

    >>> text_width("公安局", 10), text_width("abc", 10)
    (30.0, 16.5)
    """
    total = 0
    for char in text:
        if unicodedata.combining(char):
            continue
        if unicodedata.east_asian_width(char) in "WFA":
            total += 100
        else:
            total += 68 if char.isupper() or char in "mwMW%@&" else 55
    return total * size / 100


def shorten(text: str, width: float, size: float = SIZE) -> str:
    """*text* where it fits in *width* pixels, else its beginning and ``…``.

    >>> shorten("市场监督管理局", 50, 10), shorten("公安局", 50, 10)
    ('市场监督…', '公安局')
    """
    if text_width(text, size) <= width:
        return text
    room = width - text_width("…", size)
    kept = ""
    for char in text:
        if text_width(kept + char, size) > room:
            break
        kept += char
    return kept.rstrip() + "…"


def wrap(text: str, width: float, size: float = SIZE, lines: int = 2) -> list[str]:
    """At most so many *lines* of a text, each at most *width* pixels wide; the rest is cut off.

    Latin text breaks between words, Chinese text anywhere; a word that is wider than a line is cut.

    >>> wrap("Public Security Bureau", 90, 10)
    ['Public Security', 'Bureau']
    >>> wrap("市场监督管理局", 50, 10)
    ['市场监督', '管理局']
    """
    whole = text_width(text, size)
    count = min(lines, math.ceil(whole / width)) or 1
    # As narrow as so few lines allow: lines of similar length read best under a node.
    least = min(width, whole / count)
    for part in range(21):
        narrow = least + (width - least) * part / 20
        found = _break(text, narrow, size, count)
        if all(text_width(line, size) <= narrow for line in found):
            return found
    return [shorten(line, width, size) for line in _break(text, width, size, lines)]


def _break(text: str, width: float, size: float, most: int) -> list[str]:
    """Lines filled one after the other, the last with all that is left.

    A word that is too wide has a line of its own.
    """
    lines: list[str] = []
    for word in _WORD.findall(text):
        together = lines[-1] + word if lines else word
        if lines and (len(lines) == most or text_width(together.strip(), size) <= width):
            lines[-1] = together
        else:
            lines.append(word)
    return [line.strip() for line in lines if line.strip()] or [""]


def clean(text: object) -> str:
    r"""A text on one line without what XML cannot hold, or what would turn the writing about.

    >>> clean("公安局\x00 \n\u202e甲")
    '公安局 甲'
    """
    kept = "".join(
        char
        for char in str(text)
        if char.isspace()
        or (unicodedata.category(char) not in ("Cc", "Cf", "Cs") and char not in "\ufffe\uffff")
    )
    return " ".join(kept.split())


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """True where the two share more than an edge."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )
