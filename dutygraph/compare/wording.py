"""Texts side by side: how alike they are, and what was changed, character by character."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from dutygraph.vocab import fold

Change: TypeAlias = Literal["equal", "insert", "delete"]

OWN: Final = "本地"
"""Stands for the names of a list's own town and county where only the rest is compared."""
_SHORT: Final = 1
"""Characters that two changes have in common between them and that are no anchor for a reader."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of two texts.

    Attributes:
        change: ``equal`` (in both), ``delete`` (only in the first), ``insert`` (only in the second).
        text: the piece, never empty.
    """

    change: Change
    text: str


@lru_cache(maxsize=100_000)
def words_of(text: str, own: tuple[str, ...] = ()) -> str:
    """A text without white space, punctuation and the names of its own town and county.

    Two texts with the same words say the same: a comma more is no other wording.

    Args:
        text: the text.
        own: names to be replaced by `OWN`, the longest first.

    >>> words_of("报甲县水利局。", ("甲县",)) == words_of("报乙县水利局", ("乙县",))
    True
    """
    folded = fold(text)
    for name in own:
        folded = folded.replace(name, OWN)
    return "".join(c for c in folded if not unicodedata.category(c).startswith("P"))


def own_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names as `words_of` wants them: folded, each once, the longest first; single characters left out."""
    folded = {fold(name) for name in names}
    return tuple(sorted((name for name in folded if len(name) > 1), key=lambda n: (-len(n), n)))


def similarity(a: str, b: str) -> float:
    """How alike two texts are: 2·L/(|a| + |b|), where L is the length of their longest common subsequence.

    It is 1 − d/(|a| + |b|), d being the number of characters to be deleted and inserted. L is found
    with one bit a character: Hyyrö (2004), "Bit-parallel LCS-length computation revisited", AWOCA.

    Args:
        a: a text.
        b: another one; the order makes no difference.

    Returns:
        0 (no character in common) to 1 (the same); 1 for two empty texts.

    >>> similarity("危房排查", "危房巡查"), similarity("甲", "乙"), similarity("", "")
    (0.75, 0.0, 1.0)
    """
    total = len(a) + len(b)
    if a == b or not total:
        return 1.0
    return 2 * _common(a, b) / total


def _common(a: str, b: str) -> int:
    """Length of the longest common subsequence."""
    places: dict[str, int] = {}
    for index, character in enumerate(a):
        places[character] = places.get(character, 0) | 1 << index
    everything = (1 << len(a)) - 1
    rest = everything
    for character in b:
        here = rest & places.get(character, 0)
        rest = ((rest + here) | (rest - here)) & everything
    return len(a) - rest.bit_count()


def segments(a: str, b: str) -> list[Segment]:
    """What has to be deleted and inserted to make the second text of the first.

    Longest common blocks first, which reads better than the fewest changes; single characters that
    stand in both by chance between two changes belong to the changes.

    Returns:
        Pieces in order: the equal and deleted ones make the first text, the equal and inserted ones
        the second. A deletion stands before the insertion that replaces it. Empty for two empty
        texts.
    """
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    out: list[tuple[str, str, str]] = []  # equal, deleted, inserted
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            out.append((a[a1:a2], "", ""))
        else:
            out.append(("", a[a1:a2], b[b1:b2]))
    return [
        Segment(change, text)
        for equal, deleted, inserted in _readable(out)
        for change, text in _pieces(equal, deleted, inserted)
        if text
    ]


def _pieces(equal: str, deleted: str, inserted: str) -> list[tuple[Change, str]]:
    return [("equal", equal), ("delete", deleted), ("insert", inserted)]


def _readable(found: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Changes with a lone character between them as one change."""
    out: list[tuple[str, str, str]] = []
    for number, (equal, deleted, inserted) in enumerate(found):
        inside = 0 < number < len(found) - 1
        if (
            equal
            and inside
            and len(equal) <= _SHORT
            and _is_large(found[number - 1], found[number + 1])
        ):
            deleted, inserted, equal = equal, equal, ""
        if not equal and out and not out[-1][0]:
            _, before_deleted, before_inserted = out.pop()
            deleted, inserted = before_deleted + deleted, before_inserted + inserted
        out.append((equal, deleted, inserted))
    return out


def _is_large(before: tuple[str, str, str], behind: tuple[str, str, str]) -> bool:
    """True where both changes replace more than the character between them."""
    return all(len(one[1]) + len(one[2]) > 2 * _SHORT for one in (before, behind))


def plain(found: Iterable[Segment]) -> str:
    """Segments as one line: ``[-…-]`` was taken out, ``{+…+}`` put in.

    >>> plain(segments("开展农村危房排查", "开展城乡危房排查"))
    '开展[-农村-]{+城乡+}危房排查'
    """
    marks = {"equal": ("", ""), "delete": ("[-", "-]"), "insert": ("{+", "+}")}
    return "".join(marks[one.change][0] + one.text + marks[one.change][1] for one in found)


def as_json(found: Iterable[Segment]) -> str:
    """Segments as a JSON list of pairs ``["equal" | "delete" | "insert", text]``.

    >>> as_json(segments("甲", "乙"))
    '[["delete","甲"],["insert","乙"]]'
    """
    pairs = [[one.change, one.text] for one in found]
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
