"""Printed names → departments."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph import reference
from dutygraph.departments import Directory
from dutygraph.model import Division
from dutygraph.parse.preamble import find_town

TOWN = reference.divisions().divisions["653131101"]


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory(
        TOWN,
        [
            "塔什库尔干县文化体育广播电视和旅游局、塔什库尔干县教育和科学技术局",
            "岳普湖县供电公司",
            "喀什地区生态环境局塔什库尔干县分局",
        ],
    )


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("塔什库尔干县农业农村局", "农业农村局"),
        ("塔什库尔干塔吉克自治县农业农村局", "农业农村局"),
        ("塔什库尔干农业农村局", "农业农村局"),
        ("县农业农村局", "农业农村局"),
        ("农业农村局", "农业农村局"),
        ("塔什库尔干县住建局", "住房和城乡建设局"),
        ("县发改委", "发展和改革委员会"),
        ("市监局", "市场监督管理局"),
        ("塔什库尔干县委组织部", "县委组织部"),
        ("县委组织部", "县委组织部"),
        ("组织部", "县委组织部"),
        ("塔什库尔干县政法委", "县委政法委"),
        ("县委编办", "县委编办"),
        # A short form that does not tell which name is meant: the one that this edition uses.
        ("塔什库尔干县文旅局", "文化体育广播电视和旅游局"),
        # A short form of one official name, whatever the edition uses.
        ("教科局", "教育和科学技术局"),
        ("岳普湖县供电公司", "岳普湖县供电公司"),
        ("供电公司", "岳普湖县供电公司"),
        ("县供电公司", "供电公司"),
        ("喀什地区生态环境局塔什库尔干县分局", "喀什地区生态环境局塔什库尔干县分局"),
        ("县工业和信息化局", "工业和信息化局"),
        ("县商务和工业信息化局", "商务和工业信息化局"),
        ("塔什库尔干县　公安局\u200b", "公安局"),
    ],
)
def test_canonical_names(directory: Directory, printed: str, name: str) -> None:
    found = directory.resolve(printed)
    assert found.name == name
    assert found.reviewed


@pytest.mark.parametrize(
    ("printed", "jurisdiction"),
    [
        ("县公安局", "653131"),
        ("岳普湖县供电公司", "653128"),
        ("喀什地区生态环境局塔什库尔干县分局", "653100"),
    ],
)
def test_jurisdictions(directory: Directory, printed: str, jurisdiction: str) -> None:
    assert directory.resolve(printed).jurisdiction == jurisdiction


def test_an_unknown_name_becomes_a_department_of_its_own(directory: Directory) -> None:
    found = directory.resolve("塔什库尔干县红柳种植局")
    assert (found.name, found.type, found.reviewed) == ("红柳种植局", "", False)


def test_names_are_never_merged_because_they_look_alike(directory: Directory) -> None:
    alike = [
        "工业和信息化局",
        "商务和工业信息化局",
        "科学技术局",
        "教育和科学技术局",
        "水利局",
        "水务局",
    ]
    assert len({directory.resolve(name) for name in alike}) == len(alike)


@pytest.mark.parametrize(
    ("cell", "names", "catch_all"),
    [
        ("县公安局、县民政局", ["公安局", "民政局"], ""),
        ("县公安局，县民政局；县司法局", ["公安局", "民政局", "司法局"], ""),
        ("县公安局及县民政局", ["公安局", "民政局"], ""),
        ("县住房和城乡建设局", ["住房和城乡建设局"], ""),
        ("县水利局等其他负有安全监管职责的部门", ["水利局"], "等其他负有安全监管职责的部门"),
        ("县公安局等相关部门", ["公安局"], "等相关部门"),
        ("各相关部门", [], "各相关部门"),
        ("县公安局、县公安局", ["公安局"], ""),
        ("", [], ""),
    ],
)
def test_cells(directory: Directory, cell: str, names: list[str], catch_all: str) -> None:
    found = directory.read_names(cell)
    assert [d.name for d in found.departments] == names
    assert found.catch_all == catch_all


@pytest.mark.parametrize(
    "label", ["安全运行", "延伸考察", "三献工作", "考核", "配合县公安局", "干部", "晋升程序"]
)
def test_what_is_no_party(directory: Directory, label: str) -> None:
    assert directory.read_heading(label) is None


@pytest.mark.parametrize("label", ["乡镇", "镇级", "镇", "街道", "塔吉克阿巴提镇", "乡镇人民政府"])
def test_headings_that_mean_the_town(directory: Directory, label: str) -> None:
    assert directory.is_town(label)


def test_an_ambiguous_short_form_is_not_merged() -> None:
    names = ["县文化体育广播电视和旅游局、县文化广电和旅游局"]
    directory = Directory(TOWN, names)
    assert directory.resolve("文旅局").name == "文化和旅游局"
    assert directory.ambiguous() == {"文旅局": ("文化体育广播电视和旅游局", "文化广电和旅游局")}


def test_a_city_and_a_district() -> None:
    found = find_town("江苏省苏州市昆山市周庄镇履职事项清单")
    assert found is not None
    directory = Directory(found)
    assert directory.resolve("昆山市公安局").name == "公安局"
    assert directory.resolve("昆山市委组织部").name == "市委组织部"
    assert directory.resolve("组织部").name == "市委组织部"
    assert directory.resolve("市公安局").name == "公安局"
    assert directory.resolve("苏州市昆山生态环境局").name == "苏州市昆山生态环境局"


def test_an_autonomous_county_without_the_name_of_its_people() -> None:
    county = Division("x-1", "玉龙纳西族自治县", "county", "")
    directory = Directory(replace(TOWN, code="x-2", name="石鼓镇", parents=(county,)))
    for printed in ("玉龙纳西族自治县公安局", "玉龙县公安局", "玉龙公安局"):
        assert directory.resolve(printed).name == "公安局"


@given(st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    directory = Directory(TOWN)
    names = directory.read_names(text)
    assert len(set(names.departments)) == len(names.departments)
    directory.read_heading(text)
    directory.mentions(text)
