"""Likeness and changes of texts, against calculations by hand and an independent library."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from dutygraph.compare.wording import (
    Segment,
    as_json,
    own_names,
    plain,
    segments,
    similarity,
    words_of,
)

TEXT = st.text(alphabet="甲乙丙丁，、ab", max_size=30)


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ("", "", 1.0),  # nothing differs
        ("甲", "", 0.0),
        ("甲乙", "乙甲", 0.5),  # one of the two characters can stay: 2·1/4
        ("开展危房排查", "开展危房巡查", 10 / 12),  # five of six stay
        ("甲甲甲", "甲", 0.5),  # 2·1/4
    ],
)
def test_likeness_by_hand(a: str, b: str, value: float) -> None:
    assert similarity(a, b) == pytest.approx(value)


@given(TEXT, TEXT)
def test_likeness_is_that_of_another_library(a: str, b: str) -> None:
    assert similarity(a, b) == pytest.approx(Indel.normalized_similarity(a, b))
    assert similarity(a, b) == similarity(b, a)
    assert (similarity(a, b) == 1) == (a == b)


@given(TEXT, TEXT)
def test_segments_make_both_texts(a: str, b: str) -> None:
    found = segments(a, b)
    assert "".join(s.text for s in found if s.change != "insert") == a
    assert "".join(s.text for s in found if s.change != "delete") == b
    assert all(s.text for s in found)
    # No two neighbours are of one kind, and an insertion never stands right before a deletion.
    for one, other in pairwise(found):
        assert one.change != other.change
        assert (one.change, other.change) != ("insert", "delete")


@given(TEXT, TEXT)
def test_segments_as_json(a: str, b: str) -> None:
    found = segments(a, b)
    assert [Segment(*pair) for pair in json.loads(as_json(found))] == found


def test_a_readable_change() -> None:
    found = segments("开展农村危房排查", "开展城乡危房排查")
    assert plain(found) == "开展[-农村-]{+城乡+}危房排查"


def test_a_lone_common_character_is_no_anchor() -> None:
    """的 stands in both by chance: three small changes would be harder to read than one."""
    assert plain(segments("东西的南北", "左右的上下")) == "[-东西的南北-]{+左右的上下+}"


def test_words_leave_out_punctuation_and_own_names() -> None:
    own = own_names(["光明镇", "新华县", "县"])  # a single character names nothing
    assert own == ("光明镇", "新华县")
    assert words_of("报 新华县水利局。", own) == words_of(
        "报（红旗县）水利局", own_names(["红旗县"])
    )
    assert words_of("报新华县水利局", own) != words_of("报新华县水务局", own)
    assert words_of("；。") == ""
