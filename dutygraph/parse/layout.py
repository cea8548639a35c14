"""Layout tags left in a cell → clean text, with the place of every character kept."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

# Only tags that a word processor or a web page leaves behind; a lone < stays text.
_TAG: Final = re.compile(
    r"</?(?:p|ol|ul|li|br|div|span|table|tbody|thead|tr|td|th|strong|b|i|em|u|font|a|h[1-6]|style|"
    r"sup|sub|section)\b[^<>]*>",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(r"</?(?:span|strong|b|i|em|u|font|a|sup|sub)\b", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_NONE: Final = re.compile(
    r"[\s/／\\—–－\-_~～]+|(?:暂无|无|没有|不涉及|未涉及|空缺?|N/?A)(?:此项|此类|相关|具体)?(?:内容|职责|事项|工作|要求)?[。.；;]?|[（(]无[）)]"
)
_LONGEST_NONE: Final = 12


@dataclass(frozen=True, slots=True)
class CleanText:
    """Text of a cell without tags; a tag that breaks the line has become a line feed.

    Attributes:
        text: the clean text.
        offsets: for each character of *text*, its offset in the source line; one more at the end.
        tags: the tags that were taken out, in order.
    """

    text: str
    offsets: tuple[int, ...]
    tags: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of ``text[start:end]``: of its first character, and behind its last."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


def clean(text: str, start: int | None = 0) -> CleanText:
    r"""Take layout tags out of a cell and resolve character entities.

    Args:
        text: the cell as it stands in the source.
        start: offset of the cell in its source line; None where it has no single one.

    >>> clean("<p>水利局：</p> 负责", 10).text
    '\n水利局：\n 负责'
    """
    start = start or 0
    if "<" not in text and "&" not in text:
        return CleanText(text, tuple(range(start, start + len(text) + 1)))
    pieces: list[str] = []
    offsets: list[int] = []
    tags: list[str] = []
    pos = 0
    for found in sorted(
        [*_TAG.finditer(text), *_ENTITY.finditer(text)], key=lambda match: match.start()
    ):
        if found.start() < pos:  # an entity inside a tag's attribute
            continue
        pieces.append(text[pos : found.start()])
        offsets.extend(range(start + pos, start + found.start()))
        raw = found.group()
        if raw.startswith("<"):
            tags.append(raw)
            replacement = "" if _INLINE.match(raw) else "\n"
        else:
            replacement = html.unescape(raw)
        pieces.append(replacement)
        offsets.extend([start + found.start()] * len(replacement))
        pos = found.end()
    pieces.append(text[pos:])
    offsets.extend(range(start + pos, start + len(text) + 1))
    return CleanText("".join(pieces), tuple(offsets), tuple(tags))


def says_nothing(text: str) -> bool:
    """True for a cell that says that there is nothing (/, 无, 暂无, —). An empty one says nothing.

    >>> says_nothing("／"), says_nothing("无。"), says_nothing(""), says_nothing("无偿献血")
    (True, True, False, False)
    """
    text = text.strip()
    return 0 < len(text) <= _LONGEST_NONE and _NONE.fullmatch(text) is not None
