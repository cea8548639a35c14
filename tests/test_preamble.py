"""Cover, introduction, table of contents."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


TOWN = "示例省示例市甲县示例镇"


@pytest.mark.parametrize(
    ("lines", "title", "town", "above"),
    [
        (
            (f"关于公布《{TOWN}履职事项清单》的公告", "2025年7月15日"),
            f"关于公布《{TOWN}履职事项清单》的公告",
            "示例镇",
            3,
        ),
        (
            (f"{TOWN}人民政府关于印发《示例镇履职事项清单》的通知", "2025年7月"),
            f"{TOWN}人民政府关于印发《示例镇履职事项清单》的通知",
            "示例镇",
            3,
        ),
        # A notice, and behind it the cover of the list itself.
        (
            (
                "关于公布示例镇履职事项清单的公告",
                "根据上级部署，现将清单予以公布，接受社会监督。",
                "示例镇人民政府",
                "2025年7月15日",
                f"{TOWN}履职事项清单",
            ),
            f"{TOWN}履职事项清单",
            "示例镇",
            3,
        ),
        (
            ("中共甲县示例镇委员会 甲县示例镇人民政府", "示例镇履职事项清单", "2025年7月"),
            "示例镇履职事项清单",
            "示例镇",
            1,
        ),
        (
            ("中共甲县示例镇委员会", "甲县示例镇人民政府", "履职事项清单", "2025年7月"),
            "中共甲县示例镇委员会甲县示例镇人民政府履职事项清单",
            "示例镇",
            1,
        ),
        (("甲县示例镇“三张清单”", "2025年7月"), "甲县示例镇“三张清单”", "示例镇", 1),
        (("甲县示例镇履职事项三张清单", "2025年7月"), "甲县示例镇履职事项三张清单", "示例镇", 1),
        (
            ("示例市乙区示例街道党工委 示例市乙区示例街道办事处", "示例街道职责清单", "2025年7月"),
            "示例街道职责清单",
            "示例街道",
            2,
        ),
        (
            (
                "首页 > 政务公开 > 履职清单 > 正文",
                f"{TOWN}履职事项清单（试行）",
                "来源：甲县人民政府办公室　发布时间：2025-07-15 10:32　浏览次数：128",
                "字号：[大 中 小]　打印本页　关闭窗口",
                "说 明",
            ),
            f"{TOWN}履职事项清单（试行）",
            "示例镇",
            3,
        ),
        (("甲政发〔2025〕12号", f"{TOWN}", "履职事项清单"), f"{TOWN}履职事项清单", "示例镇", 3),
        (
            ("公布版", "示例省示例市", "甲县示例镇", "履职事项清单"),
            f"{TOWN}履职事项清单",
            "示例镇",
            3,
        ),
    ],
)
def test_covers_of_other_places(lines: tuple[str, ...], title: str, town: str, above: int) -> None:
    found = read(*lines)
    assert found.title == title
    assert found.town is not None
    assert (found.town.name, len(found.town.parents)) == (town, above)


def test_a_line_about_one_table_is_no_title() -> None:
    found = read("1.基本履职事项清单（3）\t1", "2.配合履职事项清单（2）\t2")
    assert (found.title, found.town) == ("", None)


@pytest.mark.parametrize(
    ("lines", "edition"),
    [
        (("二〇二五年七月",), "2025-07"),
        (("二零二五年七月",), "2025-07"),
        (("二O二五年七月",), "2025-07"),
        (("2025.07.15",), "2025-07"),
        (("2025-7",), "2025-07"),
        (("2025/07/15",), "2025-07"),
        (("2025 年 7 月 15 日",), "2025-07"),
        (("印发日期：2025年7月15日",), "2025-07"),
        (("2025年7月15日印发",), "2025-07"),
        (("（2025年7月修订）",), "2025-07"),
        (("（2025版）",), "2025"),
        (("示例镇人民政府 2025年7月",), "2025-07"),
        # What the cover says goes before the page's own date.
        (("发布时间：2025-09-01", "2025年7月"), "2025-07"),
        (("2025年版", "发布时间：2025-09-01"), "2025"),
        # Other numbers date nothing.
        (("甲政发〔2024〕12号",), ""),
        (("截至2024年末，户籍人口1.2万人",), ""),
        (("联系电话：0998-2025123",), ""),
    ],
)
def test_dates_of_other_places(lines: tuple[str, ...], edition: str) -> None:
    found = read("甲县示例镇履职事项清单", *lines)
    assert found.edition == edition
    assert found.findings == ()


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2025-07-15 10:32 来源：甲县人民政府网 字号：[大 中 小]",
        "来源：示例镇 发布日期：2025年7月15日",
        "时间：2025-07-15",
    ],
)
def test_the_date_of_the_page_is_a_last_resort(line: str) -> None:
    found = read("首页 > 政务公开", "甲县示例镇履职事项清单", line, "一、基本情况")
    assert found.edition == "2025-07"
    assert [(f.code, f.quote) for f in found.findings] == [("edition-from-publishing-date", line)]
    assert found.paragraphs == ("一、基本情况",)


@pytest.mark.parametrize(
    ("lines", "markings"),
    [
        (("甲县示例镇履职事项清单（试行）",), ("试行",)),
        (("甲县示例镇履职事项清单", "（征求意见稿）"), ("征求意见稿",)),
        (("修订版", "甲县示例镇履职事项清单"), ("修订版",)),
        (("内部资料", "甲县示例镇履职事项清单（公布版）"), ("内部资料", "公布版")),
        (("甲县示例镇履职事项清单（2025年版）",), ()),
    ],
)
def test_markings_of_other_places(lines: tuple[str, ...], markings: tuple[str, ...]) -> None:
    found = read(*lines)
    assert found.markings == markings
    assert found.town is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "梳理形成三类266项（基本履职121项、配合履职102项、上级部门收回43项）。",
            {
                "all items": 266,
                "basic items": 121,
                "cooperative items": 102,
                "reclaimed items": 43,
            },
        ),
        ("基本履职事项共10大类121项。", {"basic categories": 10, "basic items": 121}),
        ("配合履职事项102项，涉及39个县直部门。", {"cooperative items": 102, "cooperative departments": 39}),
        ("履职事项清单共计三张清单、266项。", {"all items": 266}),
        ("共有履职事项1,266项，其中基本履职事项1,121项。", {"all items": 1266, "basic items": 1121}),
        ("共有履职事项二百六十六项。", {"all items": 266}),
        (
            "基本履职事项121项，其中党的建设12项、经济发展9项；配合履职事项102项。",
            {"basic items": 121, "cooperative items": 102},
        ),
        ("配合履职事项10个类别，涉及县直部门39家。", {"cooperative categories": 10, "cooperative departments": 39}),
        ("经征求39个县直部门意见，形成清单。", {}),
        ("梳理原有事项312项，下发通知12条。", {}),
    ],
)  # fmt: skip
def test_statements_of_other_places(line: str, expected: dict[str, int]) -> None:
    found = read("甲县示例镇履职事项清单", "2025年7月", line)
    assert sorted((s.subject, s.number) for s in found.statements) == sorted(expected.items())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("一、基本履职事项清单……………………3", []),
        ("基本履职事项清单 ........................ 3", []),
        ("基本履职事项清单（第 3 页）", []),
        ("基本履职事项清单 第3页", []),
        ("基本履职事项清单……（3）", []),
        ("基本履职事项清单————（3）", []),
        ("基本履职事项清单（3）", []),
        ("基本履职事项清单\t3", []),
        ("一、基本履职事项清单（共121项）……第 3 页", [("basic items", 121)]),
        ("（一）基本履职事项清单（121项）\t3", [("basic items", 121)]),
        ("基本履职事项清单（10类121项）\t3", [("basic categories", 10), ("basic items", 121)]),
        ("基本履职事项清单（121）……3", [("basic items", 121)]),
    ],
)
def test_page_numbers_are_no_counts(line: str, expected: list[tuple[str, int]]) -> None:
    found = read("甲县示例镇履职事项清单", "目 录", line)
    assert [(s.subject, s.number) for s in found.statements] == expected
    assert found.paragraphs == ()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("基本履职事项清单（共121项）", [("basic items", 121)]),
        ("基本履职事项清单（121）", [("basic items", 121)]),
        ("示例镇基本履职事项清单 共121项", [("basic items", 121)]),
        ("基本履职事项清单（共10大类、121项）", [("basic categories", 10), ("basic items", 121)]),
        ("基本履职事项清单（公布版）", []),
    ],
)
def test_counts_in_titles_of_tables(title: str, expected: list[tuple[str, int]]) -> None:
    found = read("甲县示例镇履职事项清单", titles=(title,))
    assert [(s.subject, s.number, s.part) for s in found.statements] == [
        (subject, number, "title") for subject, number in expected
    ]


def test_an_introduction_behind_the_contents() -> None:
    found = read(
        "甲县示例镇履职事项清单",
        "目 录",
        "一、编制说明……1",
        "二、基本履职事项清单（共2项）……2",
        "编制说明",
        "我镇共有履职事项5项。",
    )
    assert found.paragraphs == ("编制说明", "我镇共有履职事项5项。")
    assert [(s.subject, s.number) for s in found.statements] == [
        ("basic items", 2),
        ("all items", 5),
    ]


@pytest.mark.parametrize(
    ("line", "synthetic"),
    [
        ("本清单为模拟文本，仅供测试。", True),
        ("模拟数据", True),
        ("甲县示例镇履职事项清单（synthetic）", True),
        ("本清单不是模拟文本。", False),
        ("开展应急模拟演练。", False),
    ],
)
def test_the_mark_of_a_simulated_list(line: str, synthetic: bool) -> None:
    assert read("甲县示例镇履职事项清单", "2025年7月", line).synthetic is synthetic


@pytest.mark.parametrize(
    "text",
    [
        "包括" * 15_000, "基本履职事项" * 5_000, "，" * 30_000, "1." * 15_000, "共" * 30_000, "1,111" * 6_000,
        "基本履职事项1项" * 3_000, "（" * 30_000, "—" * 30_000, "类" * 30_000, "39个部门" * 6_000, "一" * 30_000,
    ],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_long_lines_are_read_at_once(text: str) -> None:
    start = time.perf_counter()
    read("甲县示例镇履职事项清单", "2025年7月", "目录", text + "。", text)
    assert time.perf_counter() - start < 3


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_lines_are_read(lines: list[str]) -> None:
    read(*lines)


def test_a_page_number_does_not_end_the_contents() -> None:
    """Pages of a PDF bring their numbers along."""
    found = read(
        "甲县乙镇履职事项清单",
        "2025年7月",
        "目录",
        "基本履职事项清单（共121项）",
        "- 1 -",
        "配合履职事项清单（共102项）",
        "第 2 页 共 66 页",
    )
    assert [(s.subject, s.number) for s in found.statements] == [
        ("basic items", 121),
        ("cooperative items", 102),
    ]
    assert found.paragraphs == ()


def test_what_a_browser_prints_around_a_page_is_no_cover() -> None:
    found = read(
        "2026/11/24 17:46 政务公开",
        "江苏省苏州市昆山市巴城镇履职事项清单",
        "2025年7月",
        "https://example.org/list.html 1/62",
    )
    assert found.title == "江苏省苏州市昆山市巴城镇履职事项清单"
    assert found.edition == "2025-07"
