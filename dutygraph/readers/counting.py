"""Integers → the printed numbers of automatic lists, in the formats that documents name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_LEGAL: Final = "零壹贰叁肆伍陆柒捌玖"
_ROMAN: Final = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_LARGEST: Final = 9999


def number_format(name: str, number: int) -> str:
    """Printed form of a number in a list.

    Args:
        name: a number format of WordprocessingML, or ``lowerAlpha`` or ``upperAlpha`` for letters
            that go on with ``aa``, ``ab`` … as on web pages. ``bullet`` and ``none`` give an empty
            text, other names digits.
        number: the number. One that the format cannot print is printed in digits.

    Source:
        ISO/IEC 29500-1, 17.18.59 (ST_NumberFormat).

    >>> [number_format(name, 21) for name in ("chineseCounting", "lowerLetter", "upperRoman")]
    ['二十一', 'u', 'XXI']
    """
    if name in ("bullet", "none"):
        return ""
    printed = _FORMATS[name](number) if name in _FORMATS and 0 <= number <= _LARGEST else ""
    return printed or str(number)


def _series(first: str, last: int) -> Callable[[int], str]:
    """Characters that follow one another in Unicode."""
    return lambda n: chr(ord(first) + n - 1) if 1 <= n <= last else ""


def _listed(characters: str) -> Callable[[int], str]:
    return lambda n: characters[n - 1] if 1 <= n <= len(characters) else ""


def _repeated(n: int) -> str:
    """A … z, aa, bb … as word processors go on."""
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1) if n >= 1 else ""


def _alphabetic(n: int) -> str:
    """A … z, aa, ab … as browsers go on."""
    out = ""
    while n > 0:
        n, rest = divmod(n - 1, 26)
        out = chr(ord("a") + rest) + out
    return out


def _roman(n: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        out += letters * (n // value)
        n %= value
    return out


def _each_digit(n: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(n))


_TENS: Final = ("", "十", "百", "千")
_LEGAL_TENS: Final = ("", "拾", "佰", "仟")


def _with_tens(n: int, digits: str, tens: tuple[str, ...], zero: str) -> str:
    """Digits with their powers of ten (二千零三十); a gap between them is one *zero*."""
    out = ""
    gap = False
    for place, digit in zip(range(len(str(n)) - 1, -1, -1), map(int, str(n)), strict=True):
        if digit:
            out += (zero if gap else "") + digits[digit] + tens[place]
        gap = digit == 0 and out != ""
    return out


def _thousands(n: int) -> str:
    """一 … 十 … 二十 … 一百 … 一百零一."""
    text = _with_tens(n, _DIGITS, _TENS, "零")
    return text[1:] if 10 <= n <= 19 else text


def _japanese(n: int) -> str:
    """一 … 十 … 二十 … 百 … 百一."""
    text = _with_tens(n, _DIGITS, _TENS, "")
    return text.replace("一十", "十").replace("一百", "百").replace("一千", "千")


def _upto_99(n: int) -> str:
    """一 … 十 … 九十九, then digit by digit."""
    return _thousands(n) if n <= 99 else _each_digit(n)


_FORMATS: Final[Mapping[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalFullWidth": lambda n: "".join(chr(ord("０") + int(digit)) for digit in str(n)),
    "decimalFullWidth2": lambda n: "".join(chr(ord("０") + int(digit)) for digit in str(n)),
    "decimalZero": lambda n: f"{n:02}",
    "decimalEnclosedCircle": _series("①", 20),
    "decimalEnclosedCircleChinese": _series("①", 20),
    "decimalEnclosedParen": _series("⑴", 20),
    "decimalEnclosedFullstop": _series("⒈", 20),
    "ideographEnclosedCircle": _series("㊀", 10),
    "numberInDash": lambda n: f"- {n} -",
    "lowerLetter": _repeated,
    "upperLetter": lambda n: _repeated(n).upper(),
    "lowerAlpha": _alphabetic,
    "upperAlpha": lambda n: _alphabetic(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "chineseCounting": _upto_99,
    "taiwaneseCounting": _upto_99,
    "chineseCountingThousand": _thousands,
    "taiwaneseCountingThousand": _thousands,
    "japaneseCounting": _japanese,
    "ideographDigital": _each_digit,
    "japaneseDigitalTenThousand": _each_digit,
    "taiwaneseDigital": _each_digit,
    "chineseLegalSimplified": lambda n: _with_tens(n, _LEGAL, _LEGAL_TENS, "零"),
    "ideographTraditional": _listed("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _listed("子丑寅卯辰巳午未申酉戌亥"),
}
