"""Cuts the text of a cell that lists departments: roles, enumerators, separators, catch-alls.

Which of the pieces are known names is asked of the caller; nothing here knows departments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from dutygraph.jurisdictions import EDGE, LEVELS, ORGANISATION

_ROLES: Final = "牵头|主责|主管|责任|主要|承办|配合|协助|协同|参与|参加"
ASSISTING: Final = frozenset({"配合", "协助", "协同", "参与", "参加"})
"""Words of a label or a note by which a department assists."""

# Names that follow each other without a break; longer text is no list of names.
_LONGEST: Final = 160
_ROLE_BEHIND: Final = re.compile(r"[（(][^（）()]{1,8}[）)]$")
_COMMITTEE: Final = re.compile(r"(?<!团)[县市区旗]委$")
_AFTER_BREAK: Final = r"(?:^|(?<=[\s、，,；;。]))"
# 牵头部门：A 配合部门：B; 牵头：A；配合：B; 责任单位 A
_ROLE_LABEL: Final = re.compile(
    rf"(?:{_ROLES})(?:部门|单位|主体)(?:（单位）|\(单位\))?\s*[：:]"
    rf"|{_AFTER_BREAK}(?:{_ROLES})(?:部门|单位|主体)(?:（单位）|\(单位\))?(?=\s+\S)"
    rf"|{_AFTER_BREAK}(?:{_ROLES})\s*[：:]"
)
_ROLE_WORD: Final = re.compile(_ROLES)
# 区消防救援大队（牵头）
_ROLE_NOTE: Final = re.compile(
    r"[（(](?P<role>牵头|主责|主管|责任|承办|配合|协助|协同|参与)(?:部门|单位)?[）)]$"
)
_CATCH_ALL: Final = re.compile(
    r"(?:及|和|与|以及|、)?(?:等)?(?P<mark>(?:(?:等|及|以及)?(?:其他|其它|有关|相关|各有关|各相关|各|"
    r"行业主管|县直|县级|市直|区直|负有|职能)[^、，；：\n]*?|等(?:\d+个)?)(?:部门|单位|机构)(?:（单位）|\(单位\))?)$"
)
# A whole piece that means no department by name: 县直有关部门, 各行业主管部门.
_NOBODY: Final = re.compile(
    r"(?=.*(?:各|直|级|其他|其它|有关|相关|涉及|行业|主管|监管|职能|负有))"
    r"(?:各级|各|县级|县直|市级|市直|区级|区直|旗级|旗直|州级|州直|地级|地直|省级|省直|上级|本级|直属|全县|全市|全区|"
    r"其他|其它|有关|相关|涉及的?|行业|领域|主管|监管|管理|职能|业务|负有[^、，；：]*?职责的?|县|市|区|旗|省|州)+"
    r"(?:部门|单位|机构|委办局)(?:（单位）|\(单位\))?等?"
)
_ETC: Final = re.compile(r"等$")
_NUMBERS: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# 1.县住建局 2.县城管局; （1）…; ①…; 一、…
_ENUMERATOR: Final = re.compile(
    rf"(?<![\d.．])\d{{1,2}}\s*[.．、)）](?!\d)|[①-⑳⑴-⒛㈠-㈩]|[（(]\s*{_NUMBERS}\s*[）)]"
    rf"|{_AFTER_BREAK}[一二三四五六七八九十]{{1,3}}[、.．]"
)
_BREAK: Final = re.compile(r"[\s、，,；;/|]")
_SEPARATOR: Final = re.compile(r"[、，,；;/|]")
_AND: Final = re.compile(r"以及|及|和|与|暨")
# A fragment such as 住房 of 住房和城乡建设局 does not end so.
_ENDS: Final = re.compile(r"(?:局|委员会|办公室|公司|大队|中心|联合会|[^管常组]委)$")


def roles(text: str) -> list[tuple[str, str]]:
    """The parts of a cell by what their label says (牵头部门：… 配合部门：…).

    Returns:
        Pairs of ``lead`` or ``assist`` and the text, in order; the text before the first label
        leads. A cell without labels is one part.
    """
    labels = list(_ROLE_LABEL.finditer(text))
    starts = [0, *(label.end() for label in labels)]
    ends = [*(label.start() for label in labels), len(text)]
    said = ["lead", *(_role(label.group()) for label in labels)]
    parts = zip(said, starts, ends, strict=True)
    return [(role, text[start:end]) for role, start, end in parts]


def without_roles(text: str) -> str:
    """A cell's text with its role labels read as separators."""
    return _ROLE_LABEL.sub("、", text)


def _role(label: str) -> str:
    found = _ROLE_WORD.search(label)
    return "assist" if found and found.group() in ASSISTING else "lead"


def role_note(token: str) -> tuple[str, str]:
    """A name without the note behind it, and the role that the note gives (A（配合）)."""
    found = _ROLE_NOTE.search(token)
    if found is None:
        return token, "lead"
    return token[: found.start()], "assist" if found["role"] in ASSISTING else "lead"


def split_catch_all(text: str) -> tuple[str, str]:
    """A text and the catch-all at its end (A等其他负有监管职责的部门); empty where there is none."""
    # The mark is short and stands at the end; a search from further on would take quadratic time.
    found = _CATCH_ALL.search(text, max(0, len(text) - _LONGEST))
    if found is None:
        return text, ""
    # What stands before the mark may be part of it: 县|各行业部门.
    breaks = [after.end() for after in _BREAK.finditer(text, 0, found.start("mark"))]
    start = breaks[-1] if breaks else 0
    if is_catch_all(text[start:].strip(EDGE)):
        return text[:start].strip(EDGE), text[start:].strip(EDGE)
    # 等 belongs to the mark as it is printed.
    start = found.start("mark")
    if text[start - 1 : start] == "等":
        start -= 1
    return text[: found.start()].strip(EDGE), text[start:]


def is_catch_all(token: str) -> bool:
    """True for a piece that names no department (县直有关部门)."""
    return _NOBODY.fullmatch(token) is not None


def tokens(text: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """The names that a text lists, as printed, without enumerators.

    Args:
        text: without role labels.
        is_known: tells known names: of A及B, 住房和城乡建设局 and of a name that a line break cuts
            only they decide.
    """
    for part in _SEPARATOR.split(_ENUMERATOR.sub("、", text)):
        for name in _words(part.split(), is_known):
            bare = name.strip(EDGE)
            bare = _ETC.sub("", bare) or bare
            if bare:
                yield from _split_and(bare, is_known)


def _words(words: list[str], is_known: Callable[[str], bool]) -> Iterator[str]:
    """Names parted by blanks or line breaks; what is a name only when joined is one name."""
    start = 0
    while start < len(words):
        end = start + 1
        for longer in (start + 2, start + 3):
            if longer > len(words) or not _is_one(words[start:longer], is_known):
                continue
            if is_known("".join(words[start:longer])):
                end = longer
                break
        yield "".join(words[start:end])
        start = end


def _is_one(words: list[str], is_known: Callable[[str], bool]) -> bool:
    """Whether some words may be one broken name: the first one alone is none, nor is the last.

    县委 组织部 is one body; 团区委 公安分局 and 司法局（牵头） 公安分局 are two.
    """
    first, last = _ROLE_BEHIND.sub("", words[0]), words[-1]
    if _COMMITTEE.search(first):
        return last[:1] not in LEVELS
    return not (is_known(first) or ORGANISATION.search(first) or is_known(last))


def _split_and(part: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """Cut A及B at a conjunction whose left and right are names, but 住房和城乡建设局 not."""
    if len(part) <= _LONGEST and not is_known(part):
        for place in range(2, len(part) - 2):
            # 县财政局县公安局: the line break between them was lost.
            if part[place] in LEVELS and is_known(part[:place]):
                rest = list(_split_and(part[place:], is_known))
                if all(map(is_known, rest)):
                    yield part[:place]
                    yield from rest
                    return
        for found in _AND.finditer(part):
            left, right = part[: found.start()], part[found.end() :]
            if not left or not right:
                continue
            rest = list(_split_and(right, is_known))
            if is_known(left):
                sure = all(is_known(name) or ORGANISATION.search(name) for name in rest)
            else:
                sure = _ENDS.search(left) is not None and all(map(is_known, rest))
            if sure:
                yield left
                yield from rest
                return
    yield part
