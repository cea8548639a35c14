"""Latin labels of Chinese names, against readings looked up by hand (现代汉语词典)."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.errors import DutyGraphError
from dutygraph.network.pinyin import pinyin


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("公安局", "Gong An Ju"),
        # 行 is háng in a bank and in a trade, xíng in administration.
        ("中国人民银行", "Zhong Guo Ren Min Yin Hang"),
        ("行业协会", "Hang Ye Xie Hui"),
        ("行政审批服务局", "Xing Zheng Shen Pi Fu Wu Ju"),
        # 长 is zhǎng in the head of a county, cháng in long-term.
        ("县长办公室", "Xian Zhang Ban Gong Shi"),
        ("长期护理", "Chang Qi Hu Li"),
        # 乐 is yuè in music, lè in joy.
        ("音乐协会", "Yin Yue Xie Hui"),
        ("快乐", "Kuai Le"),
        # 重 is zhòng in weighty, chóng in Chongqing; 会 is kuài in accounting, huì in a commission.
        ("重点", "Zhong Dian"),
        ("重庆市", "Chong Qing Shi"),
        ("会计", "Kuai Ji"),
        ("发展和改革委员会", "Fa Zhan He Gai Ge Wei Yuan Hui"),
        # 调 is diào in a survey, tiáo in mediation; 都 is dū in a city; 系 xì.
        ("国家统计局调查队", "Guo Jia Tong Ji Ju Diao Cha Dui"),
        ("人民调解", "Ren Min Tiao Jie"),
        # 数 is shù in a number, 藏 zàng in Tibet, 率 lǜ and 女 nǚ with ü.
        ("大数据局", "Da Shu Ju Ju"),
        ("西藏", "Xi Zang"),
        ("妇女联合会", "Fu Nv Lian He Hui"),
        ("文化和旅游局", "Wen Hua He Lv You Ju"),
        ("战略", "Zhan Lve"),
        ("塔吉克阿巴提镇", "Ta Ji Ke A Ba Ti Zhen"),
    ],
)
def test_names(name: str, label: str) -> None:
    assert pinyin(name) == label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("", ""),
        ("Police 110", "Police 110"),
        ("  as it is ", "  as it is "),
        ("交警1队", "Jiao Jing 1 Dui"),
        ("A类", "A Lei"),
        ("Ａ类", "A Lei"),  # full-width
        ("党校（行政学院）", "Dang Xiao (Xing Zheng Xue Yuan)"),
        ("公安、司法", "Gong An, Si Fa"),
        ("“放管服”改革", '"Fang Guan Fu" Gai Ge'),
        ("公安\n局", "Gong An Ju"),
        ("café", "cafe"),
        ("公安😀", "Gong An ?"),
    ],
)
def test_what_is_not_chinese_is_kept_in_ascii(name: str, label: str) -> None:
    assert pinyin(name) == label


@given(
    st.text(
        st.characters(codec="utf-8") | st.sampled_from("公安局行长乐女（）、“”①々"), max_size=12
    )
)
def test_a_label_is_always_ascii_and_one_line(name: str) -> None:
    label = pinyin(name)
    assert label.isascii()
    assert name.isascii() or label == " ".join(label.split())


def test_a_label_is_kept_in_memory() -> None:
    pinyin.cache_clear()
    assert pinyin("公安局") is pinyin("公安局")
    assert pinyin.cache_info().hits == 1


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    pinyin.cache_clear()
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    assert pinyin("ASCII") == "ASCII"
    with pytest.raises(DutyGraphError, match=r"dutygraph\[network\]"):
        pinyin("公安局")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "喀什地区生态环境局塔什库尔干县分局",
            "Ka Shi Di Qu Sheng Tai Huan Jing Ju Ta Shi Ku Er Gan Xian Fen Ju",
        ),
        ("单县公安局", "Shan Xian Gong An Ju"),
        ("朝阳区", "Chao Yang Qu"),
        ("县人行、什邡市", "Xian Ren Hang, Shi Fang Shi"),
    ],
)
def test_names_that_other_words_mislead(name: str, expected: str) -> None:
    assert pinyin(name) == expected
