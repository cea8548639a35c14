"""Rows as web pages, word processors and PDF files give them: line feeds in cells, cells that say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.departments import Directory
from dutygraph.model import Finding, Item, ListKind, Place, Side
from dutygraph.parse.checks import row_findings
from dutygraph.parse.items import ItemReading, department_cell, read_item, receiving_cells
from dutygraph.parse.lines import flat, flat_names
from dutygraph.parse.tables import Column, ItemRow
from dutygraph.parse.towns import find_town
from dutygraph.readers.base import Cell

TOWN = find_town("山东省示例市甲县示例镇履职事项清单")
assert TOWN is not None
DIRECTORY = Directory(TOWN)


def row(**cells: str) -> ItemRow:
    """A row; its cells have no lines to count in, as in a table of a web page."""
    columns = {Column[name.upper()]: Cell(text, None) for name, text in cells.items()}
    return ItemRow(1, "1", columns, Place(table=1, row=2))


def cooperative(
    duties: str, *, departments: str = "县公安局、县水利局", town: str = "巡查。"
) -> ItemReading:
    one = row(
        category="平安法治",
        title="某事项",
        departments=departments,
        department_duties=duties,
        town_duties=town,
    )
    return read_item(one, ListKind.COOPERATIVE, "1", DIRECTORY)


def parties(item: Item) -> list[tuple[str, str]]:
    return [
        ("+".join(d.name for d in duty.parties), duty.text)
        for duty in item.duties
        if duty.side is Side.DEPARTMENT
    ]


def codes(findings: list[Finding]) -> list[str]:
    return [found.code for found in findings]


def test_titles_and_categories_over_several_lines() -> None:
    one = row(category="应急管理\n及消防", title="做好农村饮水\n安全保障工作（含\n水质监测）")
    item = read_item(one, ListKind.BASIC, "1", DIRECTORY).item
    assert (item.category, item.title) == (
        "应急管理及消防",
        "做好农村饮水安全保障工作（含水质监测）",
    )
    assert list(row_findings(one, ListKind.BASIC, "1")) == []


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("县公安局\n县水利局", ["公安局", "水利局"]),
        ("县公安局、\n县水利局", ["公安局", "水利局"]),
        ("县人力资源和社会\n保障局", ["人力资源和社会保障局"]),
        ("县人力资源和社\n会保障局", ["人力资源和社会保障局"]),
        ("县城市管理综合行政\n执法局、县教育局", ["城市管理综合行政执法局", "教育局"]),
        ("县人力资源和\n社会保障局\n县水利局", ["人力资源和社会保障局", "水利局"]),
        ("县发展和改革委\n员会", ["发展和改革委员会"]),
        ("县委\n政法委、县\n公安局", ["县委政法委", "公安局"]),
        ("县政府\n办公室", ["人民政府办公室"]),
        ("县总工会\n县妇联\n团县委", ["总工会", "妇女联合会", "团委"]),
        ("牵头部门：县公\n安局\n配合部门：县水\n利局", ["公安局", "水利局"]),
    ],
)
def test_departments_over_several_lines(cell: str, names: list[str]) -> None:
    item = cooperative("做好工作。", departments=cell).item
    assert [d.name for d in item.departments] == names
    assert all(d.reviewed for d in item.departments)


def test_duties_over_several_lines() -> None:
    found = cooperative(
        "县公安局：\n1.查处违法\n行为；\n2.维护秩序。\n县水利局：\n巡堤查险，发现\n险情及时处置。"
    )
    assert parties(found.item) == [
        ("公安局", "查处违法行为；"),
        ("公安局", "维护秩序。"),
        ("水利局", "巡堤查险，发现险情及时处置。"),
    ]
    assert found.findings == []


@pytest.mark.parametrize(
    ("cells", "departments", "method"),
    [
        (
            {"receiving_and_method": "承接部门：县公\n安局\n工作方式：由县公安局\n直接办理。"},
            "县公安局",
            "由县公安局直接办理。",
        ),
        (
            {
                "receiving_and_method": "承接部\n门：县公安局\n县水利局\n工作方\n式：1.受理；\n2.审批。"
            },
            "县公安局 县水利局",
            "1.受理； 2.审批。",
        ),
        (
            {"receiving": "县人力资源和社\n会保障局", "method": "由县人力资源和社\n会保障局办理。"},
            "县人力资源和社会保障局",
            "由县人力资源和社会保障局办理。",
        ),
    ],
)
def test_reclaimed_cells_over_several_lines(
    cells: dict[str, str], departments: str, method: str
) -> None:
    assert receiving_cells(row(title="某事项", **cells))[:2] == (departments, method)


def test_a_duty_cell_that_says_nothing() -> None:
    found = cooperative("县公安局：1.甲。县水利局：2.乙。", town="/")
    assert [d for d in found.item.duties if d.side is Side.TOWN] == []
    (doubt,) = [f for f in found.findings if f.code == "cell-says-nothing"]
    assert (doubt.quote, doubt.severity) == ("/", "info")
    assert "乡镇配合职责" in doubt.message_zh
    assert "duties-missing" not in codes(found.findings)


def test_an_empty_duty_cell_is_still_missing() -> None:
    assert "duties-missing" in codes(cooperative("县公安局：甲。县水利局：乙。", town=" ").findings)


def test_a_method_that_says_nothing() -> None:
    one = row(category="平安法治", title="某事项", receiving="县公安局", method="无")
    found = read_item(one, ListKind.RECLAIMED, "1", DIRECTORY)
    assert found.item.method == ""
    assert [(f.code, f.quote) for f in found.findings] == [("cell-says-nothing", "无")]
    assert list(row_findings(one, ListKind.RECLAIMED, "1")) == []


@pytest.mark.parametrize("cell", ["/", "无", "——", ""])
def test_no_department_is_named(cell: str) -> None:
    found = cooperative("做好工作。", departments=cell)
    assert found.item.departments == ()
    assert "departments-missing" in codes(found.findings)
    assert "department-unreviewed" not in codes(found.findings)


def test_a_category_that_says_nothing_is_missing() -> None:
    one = row(category="/", title="某事项")
    assert read_item(one, ListKind.BASIC, "1", DIRECTORY).item.category == ""
    assert codes(list(row_findings(one, ListKind.BASIC, "1"))) == ["category-missing"]


def test_headings_give_roles() -> None:
    item = cooperative("牵头：县公安局 1.甲。配合：县水利局 1.乙。").item
    roles = {s.department.name: s.role for s in item.splits if s.department is not None}
    assert roles == {"公安局": "lead", "水利局": "assist"}


def test_the_column_gives_the_role_where_no_heading_does() -> None:
    item = cooperative(
        "县公安局：甲。县水利局：乙。", departments="县公安局、县水利局（配合）"
    ).item
    roles = {s.department.name: s.role for s in item.splits if s.department is not None}
    assert roles == {"公安局": "lead", "水利局": "assist"}


def test_a_department_that_a_clause_begins_with_is_only_kept() -> None:
    found = cooperative("1.县公安局负责甲；2.县水利局负责乙。")
    duties = [d for d in found.item.duties if d.side is Side.DEPARTMENT]
    assert [(d.parties, d.subject.name if d.subject else "") for d in duties] == [
        ((), "公安局"),
        ((), "水利局"),
    ]
    assert "duties-unattributed" in codes(found.findings)


def test_a_phase_without_duties() -> None:
    found = cooperative("县公安局：甲。县水利局：乙。", town="事前：\n事后：\n核查灾情。")
    assert [(d.phase, d.text) for d in found.item.duties if d.side is Side.TOWN] == [
        ("事后", "核查灾情。")
    ]
    assert [(f.code, f.quote) for f in found.findings] == [("phase-without-duties", "事前")]


LINES = st.lists(
    st.sampled_from(["做好", "县公安局", "农村", "1.", "2、", "；", "。", "\n", "\n\n", " ", "a1", "5", "，", "●", "委"]),
    max_size=15,
).map("".join)  # fmt: skip


@given(LINES)
def test_one_line_holds_all_characters(text: str) -> None:
    for joined in (flat(text), flat_names(text)):
        assert "\n" not in joined
        assert "".join(joined.split()) == "".join(text.split())


@given(LINES)
def test_any_row_is_read(text: str) -> None:
    one = row(category=text, title=text, departments=text, department_duties=text, town_duties=text)
    read_item(one, ListKind.COOPERATIVE, "1", DIRECTORY)
    list(row_findings(one, ListKind.COOPERATIVE, "1"))
    assert "\n" not in department_cell(one)
