"""Numbers as documents print them."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_UNITS: Final = ("", "十", "百", "千")
_WIDE: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_CIRCLED: Final = 0x2460  # ①


def han(number: int) -> str:
    """A number from 1 to 9999 in Han numerals.

    >>> [han(n) for n in (1, 10, 12, 20, 101, 110, 340, 2025)]
    ['一', '十', '十二', '二十', '一百零一', '一百一十', '三百四十', '二千零二十五']
    """
    out = ""
    gap = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(out)
            continue
        out += ("零" if gap else "") + _DIGITS[digit] + _UNITS[place]
        gap = False
    return out.removeprefix("一") if 10 <= number < 20 else out


def han_digits(number: int) -> str:
    """A number digit by digit, as years are printed.

    >>> han_digits(2025)
    '二〇二五'
    """
    return "".join("〇" if digit == "0" else _DIGITS[int(digit)] for digit in str(number))


def item_number(number: int, form: str) -> str:
    """Number of an item in the forms ``1``, ``01``, ``１`` and ``一``.

    >>> [item_number(7, form) for form in ("1", "01", "１", "一")]
    ['7', '07', '７', '七']
    """
    if form == "01":
        return f"{number:02}"
    if form == "１":
        return str(number).translate(_WIDE)
    return han(number) if form == "一" else str(number)


def duty_number(number: int, form: str) -> str:
    """Number of a duty, with its mark, in the forms of `dutygraph.simulate.styles`.

    >>> [duty_number(2, form) for form in ("1.", "1. ", "1、", "（1）", "①", "一是", "第一，", "none")]
    ['2.', '2. ', '2、', '（2）', '②', '二是', '第二，', '']
    """
    if form == "none":
        return ""
    if form == "①" and number <= 20:
        return chr(_CIRCLED + number - 1)
    if form in ("一是", "第一，"):
        return form.replace("一", han(number))
    return form.replace("1", str(number)) if form != "①" else f"（{number}）"
