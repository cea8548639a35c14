"""What titles say apart from their words: keys, neutral forms, things, contradictions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.align.wording import (
    conflict,
    most_common,
    neutral,
    signature,
    thing,
    title_key,
)

WORDS = "做好开展农村城镇秸秆禁烧工作和与及不未第一二80岁，。、“”（）％ -.a"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("做好“双拥”工作。", "做好双拥工作"),  # punctuation goes
        ("做好　双拥\u200b工作", "做好双拥工作"),  # wide blanks and invisible characters too
        ("ＡＢ类（含C类）", "AB类含C类"),  # full-width letters are the same letters
        ("0-6岁儿童", "0-6岁儿童"),  # a range is no 06
        ("通响率98.5%", "通响率98.5%"),
        ("做好、", "做好"),
        ("……", ""),
        ("", ""),
    ],
)
def test_a_key_is_the_title_without_punctuation(title: str, key: str) -> None:
    assert title_key(title) == key


@given(st.text(WORDS), st.text(WORDS))
def test_equal_keys_differ_in_punctuation_alone(a: str, b: str) -> None:
    def letters(text: str) -> str:
        return "".join(c for c in text.replace("％", "%") if c.isalnum() or c == "%")

    if title_key(a) == title_key(b):
        assert letters(a) == letters(b)


@pytest.mark.parametrize("word", ["及", "与", "以及"])
def test_and_is_a_word(word: str) -> None:
    assert title_key(f"审批{word}管理") != title_key("审批和管理")
    assert neutral(f"宅基地审批{word}管理") == neutral("宅基地审批和管理")


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("做好档案管理工作", "档案管理"),
        ("统筹做好辖区内档案管理相关工作", "档案管理"),
        ("开展宣传，做好服务", "宣传服务"),  # in each clause
        ("做好工作", "做好工作"),  # nothing would be left of the clause
        ("低保申请受理", "最低生活保障申请受理"),  # written out
    ],
)
def test_what_only_says_that_work_is_done_is_left_out(title: str, core: str) -> None:
    assert neutral(title) == core


@pytest.mark.parametrize(
    ("title", "town", "other", "other_town"),
    [
        ("协助管理驻幸福镇的干部", "幸福镇", "协助管理驻光明乡的干部", "光明乡"),
        ("领导街道政权机关", "甲街道", "领导乡政权机关", "乙乡"),
        ("领导本镇政权机关", "", "领导镇政权机关", ""),
    ],
)
def test_the_towns_own_names_tell_nothing_apart(
    title: str, town: str, other: str, other_town: str
) -> None:
    assert neutral(title, town).replace("本", "") == neutral(other, other_town).replace("本", "")


def test_other_words_with_the_same_letter_stay() -> None:
    for word in ("乡村振兴", "城乡建设", "返乡人员", "下乡"):
        assert word in neutral(f"{word}台账")


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("开展食品安全监督检查", "食品安全"),
        ("对辖区内养老机构的监督管理", "养老机构"),
        ("做好宣传工作", ""),
    ],
)
def test_a_thing_is_what_the_work_is_done_to(title: str, named: str) -> None:
    assert thing(title) == named


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("80岁以上高龄津贴", "70岁以上高龄津贴", 1.0),  # ages
        ("2024年清单", "2025年清单", 1.0),  # years
        ("80周岁以上津贴", "津贴", 0.25),  # only one has a number
        ("八十岁以上津贴", "七十岁以上津贴", 1.0),  # Chinese numerals with a unit
        ("第一书记管理", "书记管理", 0.0),  # without one they are part of a word
        ("重点排污单位监管", "非重点排污单位监管", 1.0),  # negation
        ("不断加强培训", "加强培训", 0.0),  # 不断 denies nothing
        ("非物质文化遗产保护", "文化遗产保护", 0.0),
        ("补贴申请受理", "补贴发放", 1.0),  # opposed steps
        ("补贴申请和发放", "补贴发放", 0.0),  # one step in common
        ("设立集贸市场", "撤销集贸市场", 1.0),
        ("城镇低收入家庭认定", "农村低收入家庭认定", 1.0),
        ("年取水量以下的审批", "年取水量以上的审批", 1.0),
        ("补贴发放", "档案整理", 0.0),  # only one of them uses the group
    ],
)
def test_contradictions(a: str, b: str, expected: float) -> None:
    assert conflict(signature(title_key(a)), signature(title_key(b))) == expected
    assert conflict(signature(title_key(b)), signature(title_key(a))) == expected


@given(st.text(WORDS))
def test_a_title_does_not_contradict_itself(title: str) -> None:
    assert conflict(signature(title_key(title)), signature(title_key(title))) == 0


@given(st.text(WORDS), st.text("做好工作甲乙镇乡"))
def test_neutral_forms_are_keys_that_stay_the_same(title: str, town: str) -> None:
    form = neutral(title, town)
    assert title_key(form) == form
    assert not form or title_key(title)


def test_the_most_common_title_stands_for_several() -> None:
    assert most_common(["乙乙", "甲", "乙乙"]) == "乙乙"
    assert most_common(["乙乙", "甲"]) == "甲"  # the shorter one
    assert most_common(["乙", "甲"]) == min("乙", "甲")  # the first of the alphabet
