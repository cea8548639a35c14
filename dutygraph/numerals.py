"""The printed numbers of lists: 1. １． 1、 （1） ① ㈠ 一、 （一） 第一条 a) and the like.

One table gives the integer of a printed number; the printed form itself is kept by the caller.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 20
_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

# One-character numbers that NFKC does not turn into digits between brackets of its own accord.
_SINGLES: Final[dict[str, int]] = {}
for _start, _stop, _first in (
    (0x2460, 0x2473, 1),  # ① … ⑳
    (0x2474, 0x2487, 1),  # ⑴ … ⒇
    (0x2488, 0x249B, 1),  # ⒈ … ⒛
    (0x3251, 0x325F, 21),  # ㉑ … ㉟
    (0x32B1, 0x32BF, 36),  # ㊱ … ㊿
    (0x3220, 0x3229, 1),  # ㈠ … ㈩
    (0x3280, 0x3289, 1),  # ㊀ … ㊉
    (0x2776, 0x277F, 1),  # ❶ … ❿
    (0x24F5, 0x24FE, 1),  # ⓵ … ⓾
):
    for _code in range(_start, _stop + 1):
        _SINGLES[chr(_code)] = _first + _code - _start


def to_int(printed: str) -> int | None:
    """Integer of a printed number, or None where it is no whole number from 1 to 9999.

    >>> [to_int(n) for n in ("12", "１２", "⑫", "㈩", "十二", "（一百零二）", "½", "²", "1.5")]
    [12, 12, 12, 10, 12, 102, None, None, None]
    """
    text = printed.strip().strip("()（）[]［］【】.．、 \u3000")
    if len(text) > _LONGEST:  # int() refuses thousands of digits
        return None
    if len(text) == 1 and text in _SINGLES:
        return _SINGLES[text]
    # Only decimal digits and Han numerals count. NFKC must not be used before this test: it
    # turns ² into 2 and ½ into 1⁄2.
    if text and all(unicodedata.category(c) == "Nd" for c in text):
        value = int(text)
        return value if 1 <= value <= 9999 else None
    return _han_to_int(text)


def _han_to_int(text: str) -> int | None:
    """Integer of a Han numeral up to 九千九百九十九, or of digits in a row (一〇二)."""
    if not text or any(c not in _DIGITS and c not in "十百千" for c in text):
        return None
    if all(c in _DIGITS for c in text):
        value = int("".join(str(_DIGITS[c]) for c in text))
        return value if 1 <= value <= 9999 else None
    total, digit, last_unit = 0, None, 10_000
    for c in text:
        if c in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[c]
            continue
        unit = {"十": 10, "百": 100, "千": 1000}[c]
        if unit >= last_unit:
            return None
        total += (1 if digit in (None, 0) else digit) * unit
        digit, last_unit = None, unit
    return (total + (digit or 0)) or None


@dataclass(frozen=True, slots=True)
class Enumerator:
    """A printed number at the head of an entry.

    Attributes:
        number: its integer.
        printed: the text as printed, with its brackets or dot.
        style: family of the form (``1.``, ``(1)``, ``①``, ``一、``, ``(一)``, ``第一条``, ``a.``,
            ``i.``); entries of one block share a style, another style inside it belongs to an
            entry's text. Of a nested number (2.3) the numbers before the last one (``2.n``), of a
            bare one (2做好…) ``1``.
        end: offset behind it, white space after it included.
    """

    number: int
    printed: str
    style: str
    end: int


_ENUMERATOR: Final = re.compile(
    r"""(?P<plain>\d{1,3})\s?(?P<mark>[.．、﹒])(?:[.．、](?![.．]))?
      | (?P<paren>[(（]\s?\d{1,3}\s?[)）])[.．、]?
      | (?P<half>\d{1,3}[)）])[.．、]?
      | (?P<single>[①-⑳⑴-⒇⒈-⒛㉑-㉟㊱-㊿㈠-㈩㊀-㊉❶-❿⓵-⓾])\s?[.．、]?
      | (?P<hanparen>[(（]\s?[一二三四五六七八九十百零〇]{1,5}\s?[)）])[.．、]?
      | (?P<han>[一二三四五六七八九十百零〇]{1,5})、
      | (?P<item>[一二三四五六七八九十]{1,3})是(?!否)
      | 第(?P<article>\d{1,3}|[一二三四五六七八九十百]{1,5})条(?:\s|[：:、]|(?=[\u4e00-\u9fff])(?![的款]|规定))
      | 第(?P<ordinal>[一二三四五六七八九十]{1,3})[，,、]
      | (?P<roman>[ivxIVX]{1,6}|[ｉｖｘＩＶＸ]{1,6}|[Ⅰ-Ⅻⅰ-ⅻ])[.．、)）](?![A-Za-z])
      | (?P<letter>[a-zA-Zａ-ｚＡ-Ｚ])[.．、)）](?![A-Za-z])
    """,
    re.VERBOSE,
)
_STYLE: Final = {
    "plain": "1.",
    "paren": "(1)",
    "half": "1)",
    "single": "①",
    "hanparen": "(一)",
    "han": "一、",
    "item": "一是",
    "article": "第一条",
    "ordinal": "第一，",
    "roman": "i.",
    "letter": "a.",
}
_SPACE: Final = re.compile(r"\s*")
_FRACTION: Final = re.compile(r"\d(?!\d{3}年)")
_ROMAN: Final = {"i": 1, "v": 5, "x": 10}
_ROMAN_FORM: Final = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
# 1.1 核对材料, but not 1.1万亩; 3组织, but not 3组.
_UNIT: Final = (
    r"(?:个|次|年|月|日(?!常)|天|周(?!边)|名(?!录|单)|人(?![员民大才事])|户(?![外籍])|处(?![理置罚分])|[万亿千百十元亩吨米倍]|"
    r"级|号|项(?!目)|条(?!例)|类|家(?!庭)|所(?!属)|台(?!账)|座(?!谈)|支(?![持付])|份|头|只|辆|件|间|村(?![级民干两])|岁|"
    r"度|成(?!立)|期|届|分(?![析类解级工配])|秒|批(?![准复评])|组(?!织|建)|本(?![级辖镇乡])|张(?!贴)|块|根(?!据)|套|株|季度|"
    r"小时|公[里顷斤]|平方|立方|毫米|厘米|摄氏|以[上下内]|[%％℃·~～\-—－/／\d,，:：])"
)
_NESTED: Final = re.compile(
    r"(?P<above>\d{1,2}(?:[.．]\d{1,2})?)[.．](?P<last>\d{1,2})(?:[.．、]|(?=\s?[^\s\d.．%％]))"
)
_QUANTITY: Final = re.compile(rf"\s?{_UNIT}")
_BARE: Final = re.compile(rf"(?P<number>\d{{1,2}})\s?(?=[\u4e00-\u9fff“《])(?!{_UNIT})")


def _roman_to_int(text: str) -> int | None:
    """Integer of a Roman numeral below forty, or None."""
    text = unicodedata.normalize("NFKC", text).lower()
    if not text or not _ROMAN_FORM.fullmatch(text):
        return None
    values = [_ROMAN[c] for c in text]
    after = [*values[1:], 0]
    return sum(-one if one < other else one for one, other in zip(values, after, strict=True))


def _letter_to_int(text: str) -> int:
    return ord(unicodedata.normalize("NFKC", text).lower()) - ord("a") + 1


def match_enumerator(text: str, start: int = 0, style: str | None = None) -> Enumerator | None:
    """The enumerator that begins exactly at *start*, or None.

    A decimal fraction is no enumerator (``2.5万亩``); an entry that opens with a year is one
    (``1.2025年起``).

    Args:
        text: the text.
        start: offset.
        style: style of the numbers before it, which tells whether ``i.`` is a letter.

    >>> match_enumerator("（二） 审核").number, match_enumerator("1.2025年起").number
    (2, 1)
    >>> match_enumerator("2.5万亩") is None
    True
    """
    found = _ENUMERATOR.match(text, start)
    if found is None:
        return None
    kind = next(k for k in _STYLE if found[k] is not None)
    if kind == "roman" and (style == _STYLE["letter"] or _roman_to_int(found[kind]) is None):
        if len(found[kind]) > 1:
            return None
        kind, number = "letter", _letter_to_int(found["roman"])
    elif kind == "roman":
        number = _roman_to_int(found[kind]) or 0
    elif kind == "letter":
        number = _letter_to_int(found[kind])
    else:
        number = to_int(found[kind]) or 0
    if not number:
        return None
    if kind == "plain" and found["mark"] != "、" and _FRACTION.match(text, found.end()):
        return None
    return Enumerator(number, found.group().strip(), _STYLE[kind], _behind(text, found.end()))


def _behind(text: str, end: int) -> int:
    space = _SPACE.match(text, end)
    return space.end() if space else end


def match_nested(text: str, start: int = 0, *, units: bool = False) -> Enumerator | None:
    """The nested number that begins exactly at *start*, or None.

    Args:
        text: the text.
        start: offset.
        units: take it even where a unit seems to follow (1.3张榜公示), since others came before it.

    >>> match_nested("2.3 核对材料")
    Enumerator(number=3, printed='2.3', style='2.n', end=4)
    >>> match_nested("2.3万亩") is None
    True
    """
    found = _NESTED.match(text, start)
    number = to_int(found["last"]) if found else None
    if found is None or number is None:
        return None
    if not units and _QUANTITY.match(text, found.end()):
        return None
    above = unicodedata.normalize("NFKC", found["above"])
    return Enumerator(number, found.group().strip(), f"{above}.n", _behind(text, found.end()))


def match_bare(text: str, start: int = 0) -> Enumerator | None:
    """The number without a mark that begins exactly at *start*, or None. A quantity is none.

    >>> match_bare("2做好宣传")
    Enumerator(number=2, printed='2', style='1', end=1)
    >>> match_bare("2个月内") is None
    True
    """
    found = _BARE.match(text, start)
    number = to_int(found["number"]) if found else None
    if found is None or number is None:
        return None
    return Enumerator(number, found["number"], "1", found.end())
