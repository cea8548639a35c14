"""Header rows by their meaning, and what stands around the rows."""

from __future__ import annotations

import pytest

from dutygraph.errors import UnreadableError
from dutygraph.model import ListKind, Place
from dutygraph.parse.tables import Column, Tables, column_of, read_tables, title_kind
from dutygraph.readers.base import Cell, Row

BASIC = "序号\t事项类别\t事项名称"
COOPERATIVE = "序号\t事项类别\t事项名称\t对应上级部门\t上级部门职责\t乡镇配合职责"
RECLAIMED = "序号\t事项类别\t事项名称\t承接部门及工作方式"


def read(*lines: str) -> Tables:
    rows = [
        Row(tuple(Cell(text) for text in line.split("\t")), Place(line=number))
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    return read_tables(rows, "list.txt")


def titles(tables: Tables, kind: ListKind = ListKind.BASIC) -> list[tuple[int, str, str]]:
    return [
        (row.number, row.cell(Column.CATEGORY).text, row.cell(Column.TITLE).text)
        for row in tables.by_kind[kind].rows
    ]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("序 号", Column.NUMBER),
        ("类别", Column.CATEGORY),
        ("履职事项", Column.TITLE),
        ("对应上级部门", Column.DEPARTMENTS),
        ("对应上级部门/关联单位", Column.DEPARTMENTS),
        ("对应上级部门（单位）", Column.DEPARTMENTS),
        ("县级主管部门", Column.DEPARTMENTS),
        ("上级部门职责", Column.DEPARTMENT_DUTIES),
        ("关联单位职责", Column.DEPARTMENT_DUTIES),
        ("县级部门工作职责", Column.DEPARTMENT_DUTIES),
        ("乡镇配合职责", Column.TOWN_DUTIES),
        ("街道配合职责", Column.TOWN_DUTIES),
        ("镇街配合职责", Column.TOWN_DUTIES),
        ("乡镇（街道）配合职责", Column.TOWN_DUTIES),
        ("承接部门及工作方式", Column.RECEIVING_AND_METHOD),
        ("承接部门", Column.RECEIVING),
        ("工作方式", Column.METHOD),
        ("备注", None),
        ("党的建设", None),
    ],
)
def test_headers(header: str, column: Column | None) -> None:
    assert column_of(header) == column


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("基本履职事项清单（公布版）", ListKind.BASIC),
        ("二、配合履职事项清单", ListKind.COOPERATIVE),
        ("上级部门收回事项清单（共43项）", ListKind.RECLAIMED),
        ("基本履职事项清单是本乡镇必须为、负全责的事项。", None),
        ("党的建设", None),
    ],
)
def test_titles(line: str, kind: ListKind | None) -> None:
    assert title_kind(line) == kind


def test_a_header_repeated_on_every_page_goes_on_with_its_table() -> None:
    tables = read(
        "基本履职事项清单", BASIC, "1\t甲类\t甲", "- 1 -", "基本履职事项清单", BASIC, "2\t甲类\t乙"
    )
    assert titles(tables) == [(1, "甲类", "甲"), (2, "甲类", "乙")]
    assert tables.stray == []


def test_columns_in_another_order() -> None:
    tables = read("事项名称\t序号\t事项类别", "甲\t1\t甲类")
    # The number column is found by its name; a row is a row wherever its number stands.
    assert titles(tables) == [(1, "甲类", "甲")]


def test_a_basic_list_without_categories() -> None:
    assert titles(read("序号\t事项名称", "1\t甲")) == [(1, "", "甲")]


def test_a_category_cell_merged_over_rows() -> None:
    tables = read(BASIC, "1\t甲类\t甲", "2\t\t乙", "3\t乙类\t丙", "4\t\t丁")
    assert [category for _, category, _ in titles(tables)] == ["甲类", "甲类", "乙类", "乙类"]


def test_categories_on_lines_of_their_own() -> None:
    tables = read("序号\t事项名称", "一、党的建设（2项）", "1\t甲", "2\t乙", "二、别的类", "3\t丙")
    assert titles(tables) == [(1, "党的建设", "甲"), (2, "党的建设", "乙"), (3, "别的", "丙")]
    assert tables.stray == []


def test_a_row_broken_over_lines_is_joined() -> None:
    tables = read(
        COOPERATIVE,
        "1\t甲类\t甲\t县公安局\t1. 做前一半",
        "和后一半。\t1. 做乙。",
        "2\t甲类\t乙\tX\tY。\tZ。",
    )
    (row, _) = tables.by_kind[ListKind.COOPERATIVE].rows
    assert row.cell(Column.DEPARTMENT_DUTIES).text == "1. 做前一半和后一半。"
    assert row.cell(Column.TOWN_DUTIES).text == "1. 做乙。"
    assert (row.missing, row.continued) == ((), [Place(line=3)])


def test_a_row_that_stays_short_says_what_it_lacks() -> None:
    tables = read(COOPERATIVE, "1\t甲类\t甲\t县公安局")
    (row,) = tables.by_kind[ListKind.COOPERATIVE].rows
    assert row.missing == (Column.DEPARTMENT_DUTIES, Column.TOWN_DUTIES)


def test_a_numbered_title_is_not_taken_for_the_end_of_the_row_above() -> None:
    tables = read(
        COOPERATIVE,
        "1\t甲类\t甲\tX\tY。\t做乙",
        "三、上级部门收回事项清单",
        RECLAIMED,
        "1\t甲类\t丙\t承接部门：X 工作方式：Y。",
    )
    (row,) = tables.by_kind[ListKind.COOPERATIVE].rows
    assert row.cell(Column.TOWN_DUTIES).text == "做乙"


def test_a_remark_is_stray_text() -> None:
    tables = read(COOPERATIVE, "1\t甲类\t甲\tX\tY。\t做乙", "注：以上为示例")
    assert [row.cells[0].text for row in tables.stray] == ["注：以上为示例"]


def test_further_columns_are_kept() -> None:
    (row,) = read(BASIC + "\t备注", "1\t甲类\t甲\t重要").by_kind[ListKind.BASIC].rows
    assert row.notes == (("备注", "重要"),)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["一些文字", "没有表格"], "no table"),
        ([COOPERATIVE.replace("\t乡镇配合职责", ""), "1\t甲\t乙\t丙\t丁"], "乡镇配合职责"),
        ([COOPERATIVE.replace("序号\t", ""), "甲\t乙\t丙\t丁\t戊"], "序号"),
        (["上级部门收回事项清单", BASIC, "1\t甲\t乙"], "承接部门"),
        (["序号\t事项名称\t事项名称", "1\t甲\t乙"], "two columns"),
    ],
)
def test_what_is_refused(lines: list[str], what: str) -> None:
    with pytest.raises(UnreadableError, match=what):
        read(*lines)


def test_the_table_of_contents_does_not_announce_a_table() -> None:
    tables = read("目录", "上级部门收回事项清单", "前言", "文字", "文字", BASIC, "1\t甲类\t甲")
    assert list(tables.by_kind) == [ListKind.BASIC]


def merged(*rows: str) -> Tables:
    """Rows of a format with merged cells: cells between |, one that is covered begins with ^."""
    return read_tables(
        [
            Row(
                tuple(
                    Cell(text.removeprefix("^"), None, text.startswith("^"))
                    for text in row.split("|")
                ),
                Place(table=1, row=number),
            )
            for number, row in enumerate(rows, 1)
        ],
        "list.docx",
    )


def test_a_department_a_row_beside_a_merged_number() -> None:
    tables = merged(
        COOPERATIVE.replace("\t", "|"),
        "1|平安法治|交通安全|县公安局|1.执法。2.宣传。|1.上报。",
        "^1|^平安法治|^交通安全|县交通运输局|管护道路。|^1.上报。",
        "2|平安法治|消防|县消防救援大队|检查。|宣传。",
    )
    first, second = tables.by_kind[ListKind.COOPERATIVE].rows
    assert first.cell(Column.DEPARTMENTS).text == "县公安局\n县交通运输局"
    # The duties stand beside the names, and the heading keeps saying so.
    assert first.cell(Column.DEPARTMENT_DUTIES).text == (
        "县公安局：\n1.执法。2.宣传。\n县交通运输局：\n管护道路。"
    )
    assert first.cell(Column.TOWN_DUTIES).text == "1.上报。"
    assert first.parts == [Place(table=1, row=3)]
    assert second.printed == "2"


def test_covered_cells_repeat_what_they_were_merged_with() -> None:
    tables = merged(BASIC.replace("\t", "|"), "1|党的建设|甲", "2|^党的建设|乙")
    assert titles(tables) == [(1, "党的建设", "甲"), (2, "党的建设", "乙")]


def test_a_header_of_two_rows() -> None:
    tables = merged(
        "序号|事项类别|事项名称|对应上级部门|职责分工|",
        "^序号|^事项类别|^事项名称|^对应上级部门|上级部门职责|乡镇配合职责",
        "1|平安法治|消防|县消防救援大队|检查。|宣传。",
    )
    (row,) = tables.by_kind[ListKind.COOPERATIVE].rows
    assert row.cell(Column.DEPARTMENT_DUTIES).text == "检查。"
    assert row.cell(Column.TOWN_DUTIES).text == "宣传。"


def test_a_header_of_two_rows_without_merged_cells() -> None:
    tables = read(
        "序号\t事项类别\t事项名称\t对应上级部门\t职责分工\t",
        "\t\t\t\t上级部门职责\t乡镇配合职责",
        "1\t平安法治\t消防\t县消防救援大队\t检查。\t宣传。",
    )
    (row,) = tables.by_kind[ListKind.COOPERATIVE].rows
    assert row.cell(Column.TOWN_DUTIES).text == "宣传。"


def test_assisting_departments_in_a_column_of_their_own() -> None:
    tables = read(
        "序号\t事项名称\t牵头部门\t配合部门\t部门职责\t乡镇配合职责",
        "1\t消防\t县消防救援大队\t县公安局、县住建局\t检查。\t宣传。",
        "2\t燃气\t县住建局\t\t检查。\t宣传。",
    )
    first, second = tables.by_kind[ListKind.COOPERATIVE].rows
    assert first.cell(Column.DEPARTMENTS).text == (
        "牵头部门：县消防救援大队\n配合部门：县公安局、县住建局"
    )
    assert second.cell(Column.DEPARTMENTS).text == "县住建局"


def test_a_document_of_two_towns() -> None:
    first = ["甲镇履职事项清单", BASIC, "1\t党的建设\t甲", "2\t党的建设\t乙"]
    second = ["丙县丁镇履职事项清单", "2025年7月", BASIC, "1\t党的建设\t丙"]
    with pytest.raises(UnreadableError) as error:
        read(*first, *second)
    assert error.value.where == "list.txt, line 5"
    assert "'丙县丁镇履职事项清单'" in error.value.what
    assert "stands at line 2" in error.value.what


def test_a_table_that_begins_anew() -> None:
    with pytest.raises(UnreadableError, match="a second basic table begins") as error:
        read(BASIC, "1\t党的建设\t甲", "2\t党的建设\t乙", BASIC, "1\t党的建设\t丙")
    assert "stands at line 1" in error.value.what
