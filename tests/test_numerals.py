"""Printed numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.numerals import match_enumerator, to_int

HAN = "零一二三四五六七八九"


def han(number: int) -> str:
    """Han numeral of 1 to 999, written by the school rule."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = HAN[hundreds] + "百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else HAN[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (HAN[ones] if ones else "")


@given(st.integers(1, 999))
def test_every_form_of_a_number(number: int) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in str(number))
    for form in (str(number), wide, han(number), f"（{han(number)}）", f"({number})", f"{number}."):
        assert to_int(form) == number, form


@pytest.mark.parametrize(
    ("first", "last"), [("①", "⑳"), ("⑴", "⒇"), ("⒈", "⒛"), ("㈠", "㈩"), ("㊀", "㊉"), ("❶", "❿")]
)
def test_characters_that_are_numbers(first: str, last: str) -> None:
    numbers = [to_int(chr(code)) for code in range(ord(first), ord(last) + 1)]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "text", ["", "²", "½", "1.5", "零", "0", "一一十", "十百", "百五十百", "甲", "-1", "12345"]
)
def test_what_is_no_number(text: str) -> None:
    assert to_int(text) is None


@pytest.mark.parametrize(
    ("text", "number", "style", "rest"),
    [
        ("1. 审核", 1, "1.", "审核"),
        ("2.审核", 2, "1.", "审核"),
        ("３．审核", 3, "1.", "审核"),
        ("4、审核", 4, "1.", "审核"),
        ("（5）审核", 5, "(1)", "审核"),
        ("6）审核", 6, "1)", "审核"),
        ("⑦审核", 7, "①", "审核"),
        ("（八）审核", 8, "(一)", "审核"),
        ("九、审核", 9, "一、", "审核"),
        ("1.2025年起", 1, "1.", "2025年起"),
    ],
)
def test_enumerators(text: str, number: int, style: str, rest: str) -> None:
    found = match_enumerator(text)
    assert found is not None
    assert (found.number, found.style, text[found.end :]) == (number, style, rest)


@pytest.mark.parametrize(
    "text", ["2.5万亩", "310 省道", "一般工作", "4·23读书日", "0-6岁", "三献工作：", ""]
)
def test_what_is_no_enumerator(text: str) -> None:
    assert match_enumerator(text) is None


@given(st.text(max_size=12))
def test_any_text_is_taken(text: str) -> None:
    found = match_enumerator(text)
    assert found is None or 0 < found.end <= len(text)
    assert to_int(text) is None or 1 <= (to_int(text) or 0) <= 9999
