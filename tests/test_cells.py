"""Duty cells → duties: what the real document does not show, and properties of any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph import reference
from dutygraph.departments import Directory
from dutygraph.numerals import match_enumerator
from dutygraph.parse.cells import CellReading, read_cell
from dutygraph.parse.layout import clean

DIRECTORY = Directory(reference.divisions().divisions["653131101"])


def read(text: str, *, of_town: bool = False) -> list[tuple[str, str, str]]:
    """Party, phase and text of each duty."""
    cell = clean(text)
    return [
        (
            "乡镇" if e.town else "+".join(d.name for d in e.names.departments) if e.names else "",
            e.phase,
            cell.text[e.start : e.end],
        )
        for e in read_cell(cell, DIRECTORY, of_town=of_town).entries
    ]


def texts(text: str) -> list[str]:
    return [duty for _, _, duty in read(text)]


@pytest.mark.parametrize(
    ("cell", "duties"),
    [
        ("1. 甲； 2. 乙。", ["甲；", "乙。"]),
        ("1.甲；2.乙。", ["甲；", "乙。"]),
        ("（1）甲；（2）乙。", ["甲；", "乙。"]),
        ("①甲；②乙。", ["甲；", "乙。"]),
        ("一、甲；二、乙。", ["甲；", "乙。"]),
        ("１．甲；２．乙。", ["甲；", "乙。"]),
        ("1. 甲；乙； 2. 丙。", ["甲；乙；", "丙。"]),
        ("1. 甲：（1）子；（2）丑； 2. 乙。", ["甲：（1）子；（2）丑；", "乙。"]),
        ("1. 增加2.5万亩； 2. 乙。", ["增加2.5万亩；", "乙。"]),
        ("1. 甲。2. 乙。", ["甲。", "乙。"]),
        ("1. 甲 2. 乙", ["甲", "乙"]),
        ("甲；乙。 丙", ["甲；", "乙。", "丙"]),
        ("甲。乙。", ["甲。乙。"]),
        ("甲（含子；丑）；乙。", ["甲（含子；丑）；", "乙。"]),
        ("<p>甲</p><p>乙</p>", ["甲", "乙"]),
        ("1. 安全运行：巡检；2. 用户服务：安检。", ["安全运行：巡检；", "用户服务：安检。"]),
        ("安全运行：巡检；用户服务：安检。", ["安全运行：巡检；", "用户服务：安检。"]),
        ("", []),
        (" \t ", []),
    ],
)
def test_cutting(cell: str, duties: list[str]) -> None:
    assert texts(cell) == duties


@pytest.mark.parametrize(
    ("cell", "duties"),
    [
        (
            "县公安局：1. 甲；2. 乙。县民政局：丙。",
            [("公安局", "甲；"), ("公安局", "乙。"), ("民政局", "丙。")],
        ),
        ("县公安局:甲；县民政局:乙。", [("公安局", "甲；"), ("民政局", "乙。")]),
        ("县公安局（牵头）：甲。", [("公安局", "甲。")]),
        (
            "1. 县公安局：甲；2. 县民政局：乙；3. 丙。",
            [("公安局", "甲；"), ("民政局", "乙；"), ("", "丙。")],
        ),
        ("县公安局、县民政局：甲。", [("公安局+民政局", "甲。")]),
        ("县公安局及县民政局、县司法局等相关部门：甲。", [("公安局+民政局+司法局", "甲。")]),
        ("县公安局： 甲。 镇级： 乙。", [("公安局", "甲。"), ("乡镇", "乙。")]),
        ("甲，报县公安局审批；乙。", [("", "甲，报县公安局审批；"), ("", "乙。")]),
        ("其他部门：甲。", [("", "甲。")]),
    ],
)
def test_parties(cell: str, duties: list[tuple[str, str]]) -> None:
    assert [(party, text) for party, _, text in read(cell)] == duties


def test_a_phase_ends_the_party_and_lasts_over_the_next_ones() -> None:
    cell = "申报： 县公安局：1. 甲。 县民政局：1. 乙。 验收： 1. 丙。"
    assert read(cell) == [
        ("公安局", "申报", "甲。"),
        ("民政局", "申报", "乙。"),
        ("", "验收", "丙。"),
    ]


def test_a_department_named_in_the_towns_cell_does_not_carry_its_duties() -> None:
    assert read("县公安局：1. 协助巡查。", of_town=True) == [("乡镇", "县公安局", "协助巡查。")]


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("1. 甲；2. 乙；3. 丙。", []),
        ("1. 甲；3. 丙。", ["duty-number-skipped"]),
        ("1. 甲；1. 乙。", ["duty-number-repeated"]),
        ("2. 甲；3. 乙。", ["duty-number-skipped"]),
        ("1. ；2. 乙。", ["duty-empty"]),
        ("1. 2. 乙。", ["duty-empty"]),
        ("1. 甲；2. \n", ["duty-empty"]),
        ("1. 县公安局：\n2. 县民政局：乙。", ["duty-empty"]),
    ],
)
def test_numbering(cell: str, codes: list[str]) -> None:
    reading = read_cell(clean(cell), DIRECTORY)
    assert [fault.code for fault in reading.faults] == codes
    duties = [cell[entry.start : entry.end].rstrip("；。") for entry in reading.entries]
    assert duties == [letter for letter in cell if letter in "甲乙丙"]


PIECES = st.lists(
    st.sampled_from(
        ["1. ", "2.", "3、", "（1）", "①", "县公安局：", "县民政局： ", "延伸考察： ", "做好排查", "审核", "；", "。",
         "。 ", " ", "<p>", "</p>", "<ol style=\"x\">", "（如水利局；", "）", "安全运行：", "&nbsp;", "\u3000"]
    ),
    max_size=25,
)  # fmt: skip


@given(PIECES, st.booleans())
def test_nothing_is_lost(pieces: list[str], of_town: bool) -> None:
    """Every character of a cell is in a duty, a heading, a printed number, or blank."""
    cell = clean("".join(pieces))
    reading = read_cell(cell, DIRECTORY, of_town=of_town)
    check_spans(cell.text, reading)
    rest = cell.text
    for entry in reversed(reading.entries):
        rest = rest[: entry.start] + "\n" + rest[entry.end :]
    for line in rest.split("\n"):
        left = line.strip()
        while left:
            enumerator = match_enumerator(left)
            if enumerator:
                left = left[enumerator.end :].strip()
                continue
            if not left[0].isalnum():  # a lone mark
                left = left[1:].strip()
                continue
            assert "：" in left, f"{left!r} of {cell.text!r} is in no duty"
            left = left.partition("：")[2].strip()


def check_spans(text: str, reading: CellReading) -> None:
    end = 0
    for entry in reading.entries:
        assert end <= entry.start < entry.end <= len(text)
        assert text[entry.start : entry.end] == text[entry.start : entry.end].strip()
        end = entry.end


@given(PIECES)
def test_offsets_lead_back_to_the_source(pieces: list[str]) -> None:
    source = "x\t" + "".join(pieces)
    cell = clean(source[2:], 2)
    for entry in read_cell(cell, DIRECTORY).entries:
        start, end = cell.span(entry.start, entry.end)
        assert clean(source[start:end]).text.strip() == cell.text[entry.start : entry.end].strip()


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    cell = clean(text)
    check_spans(cell.text, read_cell(cell, DIRECTORY))
