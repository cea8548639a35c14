"""Duty cells → duties: what the real document does not show, and properties of any text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutygraph import reference
from dutygraph.departments import Directory
from dutygraph.numerals import match_enumerator, match_nested
from dutygraph.parse.cells import CellReading, read_cell
from dutygraph.parse.layout import clean
from dutygraph.parse.towns import find_town

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
            enumerator = match_enumerator(left) or match_nested(left)
            if enumerator:
                left = left[enumerator.end :].strip()
                continue
            if not left[0].isalnum():  # a lone mark
                left = left[1:].strip()
                continue
            assert "：" in left, f"{left!r} of {cell.text!r} is in no duty"
            left = left.partition("：")[2].strip()


MORE_PIECES = st.lists(
    st.sampled_from(
        ["1.", "2. ", "1.1 ", "1.2", "1", "2 ", "（一）", "（二）", "第一条 ", "a)", "b.", "●", "· ", "- ", "【", "】", "——",
         "县公安局", "县民政局", "县水利局：", "塔什库尔干", "牵头：", "配合部门（", "）", "事前", "事后：", "排查阶段", "日常监管",
         "\n", "\n\n", " ", "；", "。", "，", "：", "无", "/", "做好排查", "组织审核", "2、3月", "1.5万亩", "负责", "职责"]
    ),
    max_size=20,
)  # fmt: skip
# What may stand outside of duties without a colon: names and phases that head a block.
HEADS = re.compile(
    r"塔什库尔干|县公安局|县民政局|县水利局|事前|事后|排查阶段|日常监管|牵头|配合部门|负责|职责|无|做好排查|组织审核"
)


@settings(max_examples=300)
@given(MORE_PIECES, st.booleans())
def test_nothing_of_other_styles_is_lost(pieces: list[str], of_town: bool) -> None:
    """Every word is in a duty, a heading, a number, or among what says that there is nothing."""
    cell = clean("".join(pieces))
    reading = read_cell(cell, DIRECTORY, of_town=of_town)
    check_spans(cell.text, reading)
    for entry in reading.entries:
        printed = cell.text[entry.start : entry.end]
        assert entry.text.split() == entry.text.replace("\n", " ").split()
        assert re.sub(r"\s", "", entry.text) == re.sub(r"\s", "", printed)
    outside, pos = [], 0
    for entry in reading.entries:
        outside.append(cell.text[pos : entry.start])
        pos = entry.end
    outside.append(cell.text[pos:])
    heads = {name.surface for names in reading.headings for name in names.namings}
    for piece in outside:
        for word in HEADS.findall(piece):
            # A verb is outside of a duty only in a heading, which a colon, a bracket or a number ends.
            if word in ("做好排查", "组织审核"):
                assert re.search(word + r"[^。；]*?(?:[：:】\n]|\d|（|$)", piece, re.DOTALL), piece
            elif not reading.entries:
                continue  # a cell without any duty is a finding of its row
            elif word.startswith("县") and not of_town and not re.search(r"[：:】]", piece):
                assert any(word in head for head in heads), (piece, heads)


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


def whole(text: str, *, of_town: bool = False) -> list[tuple[str, str, str, str]]:
    """Party, phase, printed number and text of each duty."""
    reading = read_cell(clean(text), DIRECTORY, of_town=of_town)
    return [
        (
            "乡镇" if e.town else "+".join(d.name for d in e.names.departments) if e.names else "",
            e.phase,
            e.enumerator.printed if e.enumerator else "",
            e.text,
        )
        for e in reading.entries
    ]


GA, YJ, SL, JY = "公安局", "应急管理局", "水利局", "教育和科学技术局"


@pytest.mark.parametrize(
    ("cell", "duties"),
    [
        (
            "【县应急管理局】1.统筹救援；2.发布灾情。【县水利局】巡堤查险。",
            [(YJ, "1.", "统筹救援；"), (YJ, "2.", "发布灾情。"), (SL, "", "巡堤查险。")],
        ),
        ("【县应急管理局职责】：\n统筹救援。", [(YJ, "", "统筹救援。")]),
        (
            "县应急管理局——1.统筹救援；2.发布灾情。县水利局——巡堤查险；检修闸门。",
            [
                (YJ, "1.", "统筹救援；"),
                (YJ, "2.", "发布灾情。"),
                (SL, "", "巡堤查险；"),
                (SL, "", "检修闸门。"),
            ],
        ),
        ("县应急管理局--负责救援。", [(YJ, "", "负责救援。")]),
        (
            "县应急管理局\n1.统筹救援；\n2.发布灾情。\n县水利局\n1.巡堤查险。",
            [(YJ, "1.", "统筹救援；"), (YJ, "2.", "发布灾情。"), (SL, "1.", "巡堤查险。")],
        ),
        # No punctuation at all: the numbers and the names tell.
        (
            "县应急管理局\n1.统筹救援\n2.发布灾情\n县水利局\n1.巡堤查险",
            [(YJ, "1.", "统筹救援"), (YJ, "2.", "发布灾情"), (SL, "1.", "巡堤查险")],
        ),
        (
            "县应急管理局1.统筹救援；2.发布灾情。县水利局1.巡堤查险；2.检修闸门。",
            [
                (YJ, "1.", "统筹救援；"),
                (YJ, "2.", "发布灾情。"),
                (SL, "1.", "巡堤查险；"),
                (SL, "2.", "检修闸门。"),
            ],
        ),
        (
            "县应急管理局（1）统筹救援；（2）发布灾情。县水利局①巡堤查险；②检修闸门。",
            [
                (YJ, "（1）", "统筹救援；"),
                (YJ, "（2）", "发布灾情。"),
                (SL, "①", "巡堤查险；"),
                (SL, "②", "检修闸门。"),
            ],
        ),
        (
            "（一）县应急管理局 1.统筹救援；2.发布灾情。（二）县水利局 1.巡堤查险。",
            [(YJ, "1.", "统筹救援；"), (YJ, "2.", "发布灾情。"), (SL, "1.", "巡堤查险。")],
        ),
        (
            "一、县应急管理局：\n1.统筹救援；\n2.发布灾情。\n二、县水利局：\n1.巡堤查险。",
            [(YJ, "1.", "统筹救援；"), (YJ, "2.", "发布灾情。"), (SL, "1.", "巡堤查险。")],
        ),
        (
            "（一）县应急管理局：\n统筹救援；\n发布灾情。\n（二）县水利局：\n巡堤查险。",
            [(YJ, "", "统筹救援；"), (YJ, "", "发布灾情。"), (SL, "", "巡堤查险。")],
        ),
        (
            "县应急管理局职责：1.统筹救援。县水利局主要职责：巡堤查险。",
            [(YJ, "1.", "统筹救援。"), (SL, "", "巡堤查险。")],
        ),
        (
            "县应急管理局负责：1.统筹救援；2.发布灾情。县水利局负责：巡堤查险。",
            [(YJ, "1.", "统筹救援；"), (YJ, "2.", "发布灾情。"), (SL, "", "巡堤查险。")],
        ),
        # Who carries it is said by the clause alone: nobody heads it.
        (
            "1.县公安局负责维护秩序；2.县教育和科学技术局负责组织师生。",
            [("", "1.", "县公安局负责维护秩序；"), ("", "2.", "县教育和科学技术局负责组织师生。")],
        ),
        (
            "牵头：县应急管理局 1.统筹救援；2.发布灾情。配合：县水利局、县公安局 1.巡堤查险。",
            [
                (YJ, "1.", "统筹救援；"),
                (YJ, "2.", "发布灾情。"),
                (f"{SL}+{GA}", "1.", "巡堤查险。"),
            ],
        ),
        # Both stand before the duties, so the duties are those of both.
        (
            "牵头：县应急管理局；配合：县水利局。1.统筹救援；2.巡堤查险。",
            [(f"{YJ}+{SL}", "1.", "统筹救援；"), (f"{YJ}+{SL}", "2.", "巡堤查险。")],
        ),
        (
            "牵头部门（县应急管理局）：统筹救援；发布灾情。配合部门（县水利局、县公安局）：巡堤查险。",
            [
                (YJ, "", "统筹救援；"),
                (YJ, "", "发布灾情。"),
                (f"{SL}+{GA}", "", "巡堤查险。"),
            ],
        ),
        (
            "主管部门：县应急管理局\n1.统筹救援；\n2.发布灾情。",
            [(YJ, "1.", "统筹救援；"), (YJ, "2.", "发布灾情。")],
        ),
        # What leads or assists is a deed here, not a department.
        (
            "牵头：做好统筹；配合：做好巡查。",
            [("", "", "牵头：做好统筹；"), ("", "", "配合：做好巡查。")],
        ),
        (
            "●县公安局：1.维护秩序。\n●县水利局：1.巡堤查险。",
            [(GA, "1.", "维护秩序。"), (SL, "1.", "巡堤查险。")],
        ),
        # A name inside a sentence, though it stands at the start of a line.
        (
            "1.发现问题线索，及时移交给\n县公安局\n处理；\n2.做好登记。",
            [("", "1.", "发现问题线索，及时移交给县公安局处理；"), ("", "2.", "做好登记。")],
        ),
        (
            "1.会同\n县公安局、县水利局开展巡查；\n2.做好登记。",
            [("", "1.", "会同县公安局、县水利局开展巡查；"), ("", "2.", "做好登记。")],
        ),
        # A heading that the end of a line cuts.
        (
            "塔什库尔干县人力资源和社\n会保障局：\n1.受理申请；\n2.拨付补贴。",
            [
                ("人力资源和社会保障局", "1.", "受理申请；"),
                ("人力资源和社会保障局", "2.", "拨付补贴。"),
            ],
        ),
        (
            "塔什库尔干县人力资源和社\n会保障局\n1.受理申请；\n2.拨付补贴。",
            [
                ("人力资源和社会保障局", "1.", "受理申请；"),
                ("人力资源和社会保障局", "2.", "拨付补贴。"),
            ],
        ),
        ("县委\n组织部：\n审核人选。", [("县委组织部", "", "审核人选。")]),
        # A mere label neither ends the block nor is a phase.
        (
            "县公安局：\n主要职责：\n1.维护秩序；\n2.办理案件。",
            [(GA, "1.", "维护秩序；"), (GA, "2.", "办理案件。")],
        ),
        (
            "牵头部门县公安局：1.维护秩序。（配合单位）县水利局：1.巡堤查险。",
            [(GA, "1.", "维护秩序。"), (SL, "1.", "巡堤查险。")],
        ),
        # Nobody is named.
        (
            "主管部门：1.维护秩序。配合部门：1.巡堤查险。",
            [("", "1.", "维护秩序。"), ("", "1.", "巡堤查险。")],
        ),
        # Who carries a duty stands behind it: the cell ends so.
        (
            "1.维护秩序；责任单位：县公安局；2.巡堤查险；责任单位：县水利局。",
            [(GA, "1.", "维护秩序；"), (SL, "2.", "巡堤查险；")],
        ),
        (
            "1.维护秩序；2.办理案件。责任单位：县公安局",
            [(GA, "1.", "维护秩序；"), (GA, "2.", "办理案件。")],
        ),
        (
            "1.维护秩序（责任单位：县公安局）；2.巡堤查险（牵头部门：县水利局、县应急管理局）。",
            [
                (GA, "1.", "维护秩序（责任单位：县公安局）；"),
                (f"{SL}+{YJ}", "2.", "巡堤查险（牵头部门：县水利局、县应急管理局）。"),
            ],
        ),
        # … and in front of it, though the numbers go on.
        (
            "责任单位：县公安局 1.维护秩序；2.办理案件。配合单位：县水利局 3.巡堤查险。",
            [(GA, "1.", "维护秩序；"), (GA, "2.", "办理案件。"), (SL, "3.", "巡堤查险。")],
        ),
        (
            "县公安局、县水利局按职责分工负责：1.维护秩序；2.巡堤查险。",
            [(f"{GA}+{SL}", "1.", "维护秩序；"), (f"{GA}+{SL}", "2.", "巡堤查险。")],
        ),
        (
            "1.通报有关部门（如县水利局：值班室；办公室）。",
            [("", "1.", "通报有关部门（如县水利局：值班室；办公室）。")],
        ),
        ("县公安局：无。县水利局：巡堤查险。", [(SL, "", "巡堤查险。")]),
        ("县公安局： 无 县水利局： 巡堤查险", [(SL, "", "巡堤查险")]),
        (
            "县水利局：1、巡堤查险，2、检修闸门，3、上报2、3月水情。",
            [(SL, "1、", "巡堤查险，"), (SL, "2、", "检修闸门，"), (SL, "3、", "上报2、3月水情。")],
        ),
    ],
)
def test_headings_of_other_places(cell: str, duties: list[tuple[str, str, str]]) -> None:
    assert [(party, number, text) for party, _, number, text in whole(cell)] == duties


def test_a_heading_says_who_assists() -> None:
    reading = read_cell(clean("牵头：县水利局 1.甲。配合：县公安局 1.乙。"), DIRECTORY)
    roles = [(n.department.name, n.role) for names in reading.headings for n in names.namings]
    assert roles == [(SL, "lead"), (GA, "assist")]


@pytest.mark.parametrize(
    ("cell", "duties"),
    [
        (
            "事前：开展宣传；事中：加强巡查；事后：核实损失。",
            [("事前", "", "开展宣传；"), ("事中", "", "加强巡查；"), ("事后", "", "核实损失。")],
        ),
        (
            "汛前：1.排查隐患；2.储备物资。汛中：1.巡查值守。汛后：统计灾情。",
            [
                ("汛前", "1.", "排查隐患；"),
                ("汛前", "2.", "储备物资。"),
                ("汛中", "1.", "巡查值守。"),
                ("汛后", "", "统计灾情。"),
            ],
        ),
        (
            "日常监管：1.开展巡查；2.督促整改。应急处置：1.上报险情。",
            [
                ("日常监管", "1.", "开展巡查；"),
                ("日常监管", "2.", "督促整改。"),
                ("应急处置", "1.", "上报险情。"),
            ],
        ),
        (
            "（1）宣传阶段:①发放资料；②入户讲解。（2）整治阶段:①摸排底数；②上报名单。",
            [
                ("宣传阶段", "①", "发放资料；"),
                ("宣传阶段", "②", "入户讲解。"),
                ("整治阶段", "①", "摸排底数；"),
                ("整治阶段", "②", "上报名单。"),
            ],
        ),
        (
            "（1）宣传阶段:发放资料；（2）整治阶段:摸排底数。",
            [("宣传阶段", "（1）", "发放资料；"), ("整治阶段", "（2）", "摸排底数。")],
        ),
        (
            "事前\n1.排查隐患；\n2.储备物资。\n事后\n统计灾情。",
            [
                ("事前", "1.", "排查隐患；"),
                ("事前", "2.", "储备物资。"),
                ("事后", "", "统计灾情。"),
            ],
        ),
        (
            "（一）日常监管\n1.开展巡查；\n2.督促整改。\n（二）应急处置\n1.上报险情。\n（三）做好总结。",
            [
                ("日常监管", "1.", "开展巡查；"),
                ("日常监管", "2.", "督促整改。"),
                ("应急处置", "1.", "上报险情。"),
                ("", "（三）", "做好总结。"),
            ],
        ),
        (
            "【日常监管】开展巡查；督促整改。",
            [("日常监管", "", "开展巡查；"), ("日常监管", "", "督促整改。")],
        ),
        # A deed with parts is one duty, not a phase.
        (
            "（一）开展宣传：①发放资料；②入户讲解。（二）上报。",
            [
                ("开展宣传", "①", "发放资料；"),
                ("开展宣传", "②", "入户讲解。"),
                ("", "（二）", "上报。"),
            ],
        ),
        (
            "（一）开展宣传\n1.发放资料；\n2.入户讲解。\n（二）上报情况。",
            [
                ("", "（一）", "开展宣传 1.发放资料； 2.入户讲解。"),
                ("", "（二）", "上报情况。"),
            ],
        ),
    ],
)
def test_phases_of_other_places(cell: str, duties: list[tuple[str, str, str]]) -> None:
    assert [(phase, number, text) for _, phase, number, text in whole(cell, of_town=True)] == duties


@pytest.mark.parametrize(
    ("cell", "duties"),
    [
        ("1.宣传政策；\n2.入户核查。", ["宣传政策；", "入户核查。"]),
        ("宣传政策；\n入户核查。", ["宣传政策；", "入户核查。"]),
        ("1.宣传政\n策，入户\n核查；\n2.上报。", ["宣传政策，入户核查；", "上报。"]),
        ("组织开展燃气安全\n宣传教育。", ["组织开展燃气安全宣传教育。"]),
        ("组织开展燃气安全\n宣传教育", ["组织开展燃气安全宣传教育"]),
        ("推广使用“XX”APP\nbeta版。", ["推广使用“XX”APP beta版。"]),
        # Lines that each say what to do, and that are not full.
        (
            "宣传各项惠民政策\n上报名单\n组织村民参加培训",
            ["宣传各项惠民政策", "上报名单", "组织村民参加培训"],
        ),
        ("宣传政策\n\n上报名单", ["宣传政策", "上报名单"]),
        (
            "做好登记，每年不少\n于2次；发现问题，\n3日内上报。",
            ["做好登记，每年不少于2次；", "发现问题，3日内上报。"],
        ),
        ("做好登记，每年不少于\n2、3次；上报。", ["做好登记，每年不少于2、3次；", "上报。"]),
        ("1.甲\n2.乙\n4.丙", ["甲", "乙", "丙"]),
    ],
)
def test_line_feeds(cell: str, duties: list[str]) -> None:
    assert [text for _, _, _, text in whole(cell, of_town=True)] == duties


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("1.甲；2.乙；3.丙。", ["1.", "2.", "3."]),
        ("1、甲；2、乙；3、丙。", ["1、", "2、", "3、"]),
        ("1．甲；2．乙；3．丙。", ["1．", "2．", "3．"]),
        ("(1)甲；(2)乙；(3)丙。", ["(1)", "(2)", "(3)"]),
        ("（1）、甲；（2）、乙；（3）、丙。", ["（1）、", "（2）、", "（3）、"]),
        ("1）甲；2）乙；3）丙。", ["1）", "2）", "3）"]),
        ("①甲；②乙；③丙。", ["①", "②", "③"]),
        ("⑴甲；⑵乙；⑶丙。", ["⑴", "⑵", "⑶"]),
        ("一、甲；二、乙；三、丙。", ["一、", "二、", "三、"]),
        ("（一）甲；（二）乙；（三）丙。", ["（一）", "（二）", "（三）"]),
        ("第一，甲；第二，乙；第三，丙。", ["第一，", "第二，", "第三，"]),
        ("第一条 甲；第二条 乙；第三条 丙。", ["第一条", "第二条", "第三条"]),
        ("1.1 甲；1.2 乙；2.1 丙。", ["1.1", "1.2", "2.1"]),
        ("1.1甲；\n1.2乙；\n1.3丙。", ["1.1", "1.2", "1.3"]),
        ("a)甲；b)乙；c)丙。", ["a)", "b)", "c)"]),
        ("A.甲；B.乙；C.丙。", ["A.", "B.", "C."]),
        ("i. 甲；ii. 乙；iii. 丙。", ["i.", "ii.", "iii."]),
        ("1甲；2乙；3丙。", ["1", "2", "3"]),
        ("1 甲；2 乙；3 丙。", ["1", "2", "3"]),
        ("1.甲2.乙3.丙", ["1.", "2.", "3."]),
        ("●甲；●乙；●丙。", ["", "", ""]),
        ("● 甲\n● 乙\n● 丙", ["", "", ""]),
        ("·甲；\n·乙；\n·丙。", ["", "", ""]),
        ("- 甲；\n- 乙；\n- 丙。", ["", "", ""]),
        ("— 甲；\n— 乙；\n— 丙。", ["", "", ""]),
        ("■甲■乙■丙", ["", "", ""]),
        ("➢ 甲。➢ 乙。➢ 丙。", ["", "", ""]),
    ],
)
def test_numbers_and_bullets(cell: str, numbers: list[str]) -> None:
    found = whole(cell)
    assert [number for _, _, number, _ in found] == numbers
    assert [text.rstrip("；。") for _, _, _, text in found] == ["甲", "乙", "丙"]


@pytest.mark.parametrize(
    ("cell", "duties"),
    [
        # Quantities and dates are no numbers of entries.
        ("1个月内办结；2个月内反馈。", ["1个月内办结；", "2个月内反馈。"]),
        ("1户一策帮扶；做好2项补贴。", ["1户一策帮扶；", "做好2项补贴。"]),
        ("1.1万亩耕地；1.2万亩林地。", ["1.1万亩耕地；", "1.2万亩林地。"]),
        ("按照第三条规定执行；第四条的要求从严。", ["按照第三条规定执行；", "第四条的要求从严。"]),
        ("1.见附件2.指南；2.上报。", ["见附件2.指南；", "上报。"]),
        ("1.甲。1.1子；1.2丑。2.乙。", ["甲。1.1子；1.2丑。", "乙。"]),
        # Marks inside a bulleted duty.
        ("●甲；子；●乙——丑。", ["甲；子；", "乙——丑。"]),
        ("买买提·艾力；0-6岁儿童。", ["买买提·艾力；", "0-6岁儿童。"]),
        ("“中国梦”——文化进万家；上报。", ["“中国梦”——文化进万家；", "上报。"]),
    ],
)
def test_what_is_no_number_of_a_duty(cell: str, duties: list[str]) -> None:
    assert [text for _, _, _, text in whole(cell)] == duties


# Cells that were written, with their readings (party, phase, text), before the rules were tried on them.
# Twelve of the sixteen were right at once; the others led to rules.
UNSEEN = [
    (
        "县水利局：\n1.划定林草防火区，\n明确管护责任；\n2.组织扑火队伍培\n训。\n县应急管理局：\n发布高火险天气\n预报。",
        [
            (SL, "", "划定林草防火区，明确管护责任；"),
            (SL, "", "组织扑火队伍培训。"),
            (YJ, "", "发布高火险天气预报。"),
        ],
    ),
    (
        "（一）事前\n县水利局\n1.编制养护计划；\n2.落实养护资金。\n（二）事后\n县应急管理局\n开展绩效评价。",
        [
            (SL, "事前", "编制养护计划；"),
            (SL, "事前", "落实养护资金。"),
            (YJ, "事后", "开展绩效评价。"),
        ],
    ),
    (
        "➢摸排辖区孤寡老人底数\n➢每周走访不少于1次；\n➢发现异常，2小时内报县民政局",
        [
            ("", "", "摸排辖区孤寡老人底数"),
            ("", "", "每周走访不少于1次；"),
            ("", "", "发现异常，2小时内报县民政局"),
        ],
    ),
    (
        "1.资格审核\n1.1核对申请材料；\n1.2入户抽查；\n2.资金发放\n2.1按月拨付；\n2.2公示名单。",
        [
            ("", "", "资格审核 1.1核对申请材料； 1.2入户抽查；"),
            ("", "", "资金发放 2.1按月拨付； 2.2公示名单。"),
        ],
    ),
    (
        "发生前（预防阶段）：\n1.排查隐患；\n发生时（处置阶段）：\n1.先期处置；\n2.上报信息。",
        [
            ("", "发生前（预防阶段）", "排查隐患；"),
            ("", "发生时（处置阶段）", "先期处置；"),
            ("", "发生时（处置阶段）", "上报信息。"),
        ],
    ),
    (
        "县公安局（含交警大队）：1.指导调解；2.提供援助。",
        [(GA, "", "指导调解；"), (GA, "", "提供援助。")],
    ),
    ("县公安局:负责审批;县水利局:负责拨款;", [(GA, "", "负责审批;"), (SL, "", "负责拨款;")]),
    (
        "牵头单位：县水利局，责任单位：县公安局、县应急管理局\n1.编制方案；\n2.筹集资金。",
        [(f"{SL}+{GA}+{YJ}", "", "编制方案；"), (f"{SL}+{GA}+{YJ}", "", "筹集资金。")],
    ),
    ("1.排查；2.上报；3..整改。", [("", "", "排查；"), ("", "", "上报；"), ("", "", "整改。")]),
    (
        "1.县水利局负责：①制定方案；②组织实施。\n2.县公安局负责：保障经费。",
        [(SL, "", "制定方案；"), (SL, "", "组织实施。"), (GA, "", "保障经费。")],
    ),
    (
        "县水利局\n负责铁路沿线环境整治的组织协调\n县公安局\n负责查处盗窃、破坏铁路设施的违法行为",
        [
            (SL, "", "负责铁路沿线环境整治的组织协调"),
            (GA, "", "负责查处盗窃、破坏铁路设施的违法行为"),
        ],
    ),
    (
        "县应急管理局：负责统筹协调，1.制定应急预案；2.组织演练。",
        [(YJ, "", "负责统筹协调，"), (YJ, "", "制定应急预案；"), (YJ, "", "组织演练。")],
    ),
    (
        "县水利局牵头，县公安局、县应急管理局配合：\n1.核定对象；\n2.发放补贴。",
        [(f"{SL}+{GA}+{YJ}", "", "核定对象；"), (f"{SL}+{GA}+{YJ}", "", "发放补贴。")],
    ),
    (
        "牵头单位职责（县水利局）：1.编制规划；配合单位职责（县公安局）：2.保障资金。",
        [(SL, "", "编制规划；"), (GA, "", "保障资金。")],
    ),
    (
        "A.宣传政策；B.受理申请；C.入户核实（a.核实收入；b.核实房产）；D.公示。",
        [
            ("", "", "宣传政策；"),
            ("", "", "受理申请；"),
            ("", "", "入户核实（a.核实收入；b.核实房产）；"),
            ("", "", "公示。"),
        ],
    ),
    (
        "1.开展宣传\n（1）张贴标语；\n（2）发放资料。\n2.开展巡查\n（1）重点时段每日1次。",
        [
            ("", "", "开展宣传 （1）张贴标语； （2）发放资料。"),
            ("", "", "开展巡查 （1）重点时段每日1次。"),
        ],
    ),
]


@pytest.mark.parametrize(("cell", "duties"), UNSEEN)
def test_cells_written_before_the_rules_were_tried(
    cell: str, duties: list[tuple[str, str, str]]
) -> None:
    assert [(party, phase, text) for party, phase, _, text in whole(cell)] == duties


@pytest.mark.parametrize(
    "cell",
    ["/", "／", "无", "无。", "—", "－", "——", "暂无", "暂无。", "（无）", "不涉及", "无相关职责"],
)
def test_a_cell_that_says_nothing(cell: str) -> None:
    reading = read_cell(clean(cell), DIRECTORY)
    assert (reading.entries, reading.nothing) == ([], [cell])


def test_a_party_without_duties() -> None:
    cell = "县公安局：无。县水利局：1.甲；2.无人值守站点巡查。"
    assert whole(cell) == [(SL, "", "1.", "甲；"), (SL, "", "2.", "无人值守站点巡查。")]
    assert read_cell(clean(cell), DIRECTORY).nothing == ["无。"]


@pytest.mark.parametrize(
    "cell",
    [
        "1." * 15_000, "1. " * 10_000, "（" * 30_000, "：" * 30_000, "县公安局" * 7_500, "县公安局：" * 6_000,
        "县公安局\n" * 6_000, "".join(f"{n}. " for n in range(1, 6_000)), "甲\n" * 15_000, "【" * 30_000,
        "● " * 15_000, "1" * 30_000, "1.1" * 10_000, "牵头：" * 10_000, "（一）" * 10_000, "无" * 30_000,
        "一、" * 15_000, "县公安局、" * 6_000 + "：", "——" * 15_000, "a.\n" * 10_000, "。" * 30_000,
        "1甲；" * 7_500, "县公安局——" * 4_000, "事前\n" * 10_000, "牵头部门（" * 6_000, "\n" * 30_000,
    ],
    ids=lambda cell: cell[:6],
)  # fmt: skip
def test_long_cells_are_read_at_once(cell: str) -> None:
    start = time.perf_counter()
    read_cell(clean(cell), DIRECTORY)
    assert time.perf_counter() - start < 3  # a third of a second; a busy machine may take longer


@pytest.mark.parametrize("cut", ["遂昌县人力\n资源和社会保障局", "遂昌县\n人力资源和社会保障局"])
def test_a_heading_behind_a_sentence_that_a_line_end_cuts(cut: str) -> None:
    """A narrow column of a PDF breaks the name; the duty before it ends at its full stop."""
    town = find_town("浙江省丽水市遂昌县北界镇履职事项清单")
    assert town is not None
    directory = Directory(town, ["遂昌县民政局、遂昌县人力资源和社会保障局"])
    reading = read_cell(clean(f"遂昌县民政局：1、核对档案。{cut}：1、指导；2、培训。"), directory)
    parties = [[n.department.name for n in e.names.namings] for e in reading.entries if e.names]
    assert parties == [["民政局"], ["人力资源和社会保障局"], ["人力资源和社会保障局"]]
