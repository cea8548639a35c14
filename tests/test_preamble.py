"""Cover, introduction, table of contents."""

from __future__ import annotations

import pytest

from dutygraph.model import Place
from dutygraph.parse.preamble import Preamble, find_town, read_preamble
from dutygraph.readers.base import Cell, Row


def rows(*lines: str) -> list[Row]:
    return [
        Row(tuple(Cell(text) for text in line.split("\t")), Place(line=number))
        for number, line in enumerate(lines, 1)
        if line
    ]


def read(*lines: str, titles: tuple[str, ...] = ()) -> Preamble:
    return read_preamble(rows(*lines), {title: row for title in titles for row in rows(title)})


@pytest.mark.parametrize(
    ("title", "code", "name"),
    [
        (
            "新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县塔吉克阿巴提镇履职事项清单",
            "653131101",
            "塔吉克阿巴提镇",
        ),
        ("塔什库尔干县塔吉克阿巴提镇履职事项清单", "653131101", "塔吉克阿巴提镇"),
        # A town of that name elsewhere is another one.
        (
            "示例省示例市塔吉克阿巴提镇履职事项清单",
            "x-示例省示例市塔吉克阿巴提镇",
            "塔吉克阿巴提镇",
        ),
        (
            "江苏省示例市滨湖区示例街道履职事项清单（2025年版）",
            "x-江苏省示例市滨湖区示例街道",
            "示例街道",
        ),
        ("北京市示例区示例街道办事处职责清单", "x-北京市示例区示例街道", "示例街道"),
        ("示例县示例民族乡乡镇履职事项清单", "x-示例县示例民族乡", "示例民族乡"),
        ("示例镇人民政府履职事项清单", "x-示例镇", "示例镇"),
    ],
)
def test_towns(title: str, code: str, name: str) -> None:
    found = find_town(title)
    assert found is not None
    assert (found.code, found.name) == (code, name)


def test_a_city_before_the_town_is_of_county_level() -> None:
    found = find_town("江苏省示例市示例镇履职事项清单")
    assert found is not None
    assert [(d.level, d.name) for d in found.parents] == [
        ("county", "示例市"),
        ("province", "江苏省"),
    ]


@pytest.mark.parametrize(
    "title", ["", "履职事项清单", "关于印发清单的通知", "示例县发展和改革委员会权责清单"]
)
def test_what_names_no_town(title: str) -> None:
    assert find_town(title) is None


@pytest.mark.parametrize(
    ("line", "edition"),
    [
        ("2025年7月", "2025-07"),
        ("2025 年 12 月", "2025-12"),
        ("二〇二五年六月", "2025-06"),
        ("二○二五年十一月", "2025-11"),
        ("2025.06", "2025-06"),
        ("2025-06", "2025-06"),
        ("2025年", "2025"),
        ("（2025年版）", "2025"),
    ],
)
def test_dates(line: str, edition: str) -> None:
    assert read("示例县示例镇履职事项清单", "", line).edition == edition


def test_a_month_says_more_than_a_year() -> None:
    assert read("示例县示例镇履职事项清单（2025年版）", "2025年3月").edition == "2025-03"


def test_a_title_over_several_lines_and_its_markings() -> None:
    found = read(
        "内 部",
        "示例省示例市",
        "示例县示例镇",
        "履职事项清单",
        titles=("基本履职事项清单（公布版）",),
    )
    assert found.title == "示例省示例市示例县示例镇履职事项清单"
    assert found.place == Place(line=2)
    assert found.markings == ("内部", "公布版")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "共有履职事项 266 项，其中，基本履职事项 121 项。",
            {"all items": 266, "basic items": 121},
        ),
        (
            "配合履职事项共计一百零二项，涉及39个部门（单位）。",
            {"cooperative items": 102, "cooperative departments": 39},
        ),
        (
            "上级部门收回事项清单包括甲、乙2个类别，共有上级部门收回事项3项。",
            {"reclaimed categories": 2, "reclaimed items": 3},
        ),
        ("下辖 5 个行政村，距县城 430 公里。", {}),
    ],
)
def test_statements(line: str, expected: dict[str, int]) -> None:
    found = read("示例县示例镇履职事项清单", "2025年7月", line)
    assert {s.subject: s.number for s in found.statements} == expected
    assert {s.part for s in found.statements} <= {"introduction"}


def test_contents() -> None:
    found = read(
        "示例县示例镇履职事项清单",
        "目 录",
        "1.基本履职事项清单（121）\t1",
        "2.配合履职事项清单(100)\t15",
    )
    assert [(s.subject, s.number, s.part) for s in found.statements] == [
        ("basic items", 121, "contents"),
        ("cooperative items", 100, "contents"),
    ]


def test_categories_beside_their_number() -> None:
    found = read(
        "示例县示例镇履职事项清单",
        "2025年7月",
        "基本履职事项清单主要包括党的建设、民生服务等2个类别。",
    )
    (statement,) = found.statements
    assert statement.names == ("党的建设", "民生服务")
