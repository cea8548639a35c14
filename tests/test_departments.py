"""Printed names → departments."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph import reference
from dutygraph.departments import Directory
from dutygraph.model import Division
from dutygraph.parse.towns import find_town

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


def of(chain: str, *cells: str) -> Directory:
    """The directory of a town by the chain of its names."""
    town = find_town(chain)
    assert town is not None
    assert town.scheme == "mca"
    return Directory(town, cells)


TASHKURGAN = of("塔县塔吉克阿巴提镇")
KUNSHAN = of("昆山市巴城镇")
CHAOYANG = of("北京市朝阳区望京街道")
SHENHE = of("沈阳市沈河区滨河街道")
UJIMQIN = of("东乌旗嘎达布其镇")
DONGGUAN = of("东莞市虎门镇")


@pytest.mark.parametrize(
    ("directory", "printed", "name", "kind"),
    [
        (TASHKURGAN, "中共塔什库尔干塔吉克自治县委组织部", "县委组织部", "organisation"),
        (TASHKURGAN, "中国共产党塔什库尔干县委员会宣传部", "县委宣传部", "publicity"),
        (TASHKURGAN, "中国共产党塔什库尔干县委员会", "县委", "party-committee"),
        (TASHKURGAN, "塔什库尔干县委", "县委", "party-committee"),
        (TASHKURGAN, "中共塔县纪律检查委员会", "纪委监委", "discipline"),
        (TASHKURGAN, "国网塔什库尔干县供电公司", "供电公司", "power-supply"),
        (KUNSHAN, "国网江苏省电力有限公司昆山市供电分公司", "供电公司", "power-supply"),
        (TASHKURGAN, "国家税务总局塔什库尔干塔吉克自治县税务局", "税务局", "taxation"),
        (TASHKURGAN, "塔什库尔干县公安局交通警察大队", "交警大队", "traffic-police"),
        (TASHKURGAN, "交警大队", "交警大队", "traffic-police"),
        (TASHKURGAN, "塔县人民武装部", "人民武装部", "armed-forces"),
        (TASHKURGAN, "中国人民银行塔什库尔干县支行", "中国人民银行", "people-bank"),
        (TASHKURGAN, "人民银行塔县支行", "中国人民银行", "people-bank"),
        (TASHKURGAN, "国家统计局塔什库尔干调查队", "国家统计局调查队", "survey-team"),
        (TASHKURGAN, "塔县邮政管理局", "邮政管理局", "post-administration"),
        (TASHKURGAN, "县烟草专卖局", "烟草专卖局", "tobacco"),
        (TASHKURGAN, "共青团塔什库尔干县委员会", "团委", "youth-league"),
        (KUNSHAN, "市住建局", "住房和城乡建设局", "housing"),
        (KUNSHAN, "昆山住建局", "住房和城乡建设局", "housing"),
        (KUNSHAN, "中共昆山市委宣传部", "市委宣传部", "publicity"),
        (KUNSHAN, "市卫生健康和体育局", "卫生健康和体育局", "health"),
        (CHAOYANG, "区城管委", "城市管理委员会", "urban-management-commission"),
        (CHAOYANG, "朝阳区委组织部", "区委组织部", "organisation"),
        (SHENHE, "沈河区住建局", "住房和城乡建设局", "housing"),
        (UJIMQIN, "旗农牧局", "农牧局", "agriculture-rural"),
        (UJIMQIN, "东乌珠穆沁旗农牧局", "农牧局", "agriculture-rural"),
        (UJIMQIN, "中共东乌旗委员会组织部", "旗委组织部", "organisation"),
        # A city without counties is what a county is elsewhere.
        (DONGGUAN, "市住建局", "住房和城乡建设局", "housing"),
        (DONGGUAN, "中共东莞市委组织部", "市委组织部", "organisation"),
    ],
)
def test_bodies_of_the_own_county(directory: Directory, printed: str, name: str, kind: str) -> None:
    found = directory.resolve(printed)
    assert (found.name, found.type, found.reviewed) == (name, kind, True)
    own = next(d for d in directory.town.parents if d.level != "province")
    assert found.jurisdiction == own.code


@pytest.mark.parametrize(
    ("directory", "printed", "kind", "jurisdiction"),
    [
        (TASHKURGAN, "疏附县公安局", "public-security", "653121"),
        (TASHKURGAN, "疏附公安局", "public-security", "653121"),
        # 喀什 is the prefecture, 喀什市 a city in it.
        (TASHKURGAN, "喀什市公安局", "public-security", "653101"),
        (TASHKURGAN, "喀什地委组织部", "organisation", "653100"),
        (TASHKURGAN, "地委组织部", "organisation", "653100"),
        (TASHKURGAN, "自治区党委组织部", "organisation", "650000"),
        (TASHKURGAN, "自治区农业农村厅", "agriculture-rural", "650000"),
        (TASHKURGAN, "国网岳普湖县供电公司", "power-supply", "653128"),
        (TASHKURGAN, "国网新疆电力有限公司喀什供电公司", "power-supply", "653100"),
        (TASHKURGAN, "国家税务总局喀什地区税务局", "taxation", "653100"),
        (TASHKURGAN, "中国人民银行喀什地区分行", "people-bank", "653100"),
        (TASHKURGAN, "共青团喀什地委", "youth-league", "653100"),
        (TASHKURGAN, "昆山市公安局", "public-security", "320583"),
        (TASHKURGAN, "图木舒克市公安局", "public-security", "659003"),
        (KUNSHAN, "苏州市昆山生态环境局", "ecology", "320500"),
        (KUNSHAN, "苏州市生态环境局昆山分局", "ecology", "320500"),
        (KUNSHAN, "苏州市吴江生态环境局", "ecology", "320500"),
        (KUNSHAN, "苏州市委组织部", "organisation", "320500"),
        (KUNSHAN, "国网江苏省电力有限公司苏州市供电分公司", "power-supply", "320500"),
        (CHAOYANG, "市规划自然资源委朝阳分局", "natural-resources", "110000"),
        (CHAOYANG, "北京市公安局朝阳分局", "public-security", "110000"),
        (CHAOYANG, "市委组织部", "organisation", "110000"),
        (CHAOYANG, "海淀区公安局", "public-security", "110108"),
        # Of three districts of this name the one in the same city.
        (SHENHE, "铁西区公安局", "public-security", "210106"),
        (SHENHE, "和平区教育局", "education", "210102"),
        (UJIMQIN, "盟农牧局", "agriculture-rural", "152500"),
        (UJIMQIN, "锡林郭勒盟生态环境局东乌珠穆沁旗分局", "ecology", "152500"),
        (DONGGUAN, "省教育厅", "education", "440000"),
        (DONGGUAN, "市公安局虎门分局", "public-security", "441900"),
        # Two districts of this name are equally far.
        (TASHKURGAN, "朝阳区公安局", "public-security", ""),
    ],
)
def test_bodies_of_other_divisions(
    directory: Directory, printed: str, kind: str, jurisdiction: str
) -> None:
    found = directory.resolve(printed)
    assert (found.name, found.type, found.jurisdiction) == (printed, kind, jurisdiction)
    assert found.reviewed


@pytest.mark.parametrize(
    "printed",
    [
        # Each begins with what is a division somewhere: 和平区, 城关区, 新城区, 公安县, 合作市, 资源县 …
        "和平派出所",
        "城关派出所",
        "新城派出所",
        "新城区管理委员会",
        "公安派出所",
        "合作社联合社",
        "资源规划局",
        "平安建设办公室",
        "民主党派办公室",
        "新华书店中心",
        "兴业银行",
        "开发区管理局",
        "昆山公安局",
        "海州县教育局",
    ],
)
def test_a_word_is_no_division(printed: str) -> None:
    for directory in (TASHKURGAN, SHENHE):
        found = directory.resolve(printed)
        assert found.name in (printed, printed.removeprefix("城"))
        assert found.jurisdiction in ("653131", "210103")


def test_no_known_name_begins_with_another_division() -> None:
    for kind in reference.department_types().values():
        for form in (kind.zh, *kind.forms):
            for directory in (TASHKURGAN, CHAOYANG, DONGGUAN):
                assert directory.resolve(form).jurisdiction in ("653131", "110105", "441900"), form


@pytest.mark.parametrize(
    ("cell", "leads", "assists", "catch_all"),
    [
        ("县级有关部门、县公安局", ["公安局"], [], "县级有关部门"),
        ("县直有关部门", [], [], "县直有关部门"),
        ("各相关部门\n县公安局", ["公安局"], [], "各相关部门"),
        ("各行业主管部门、县公安局等相关部门", ["公安局"], [], "各行业主管部门、等相关部门"),
        ("县各行业部门", [], [], "县各行业部门"),
        ("县公安局、县直有关部门（单位）", ["公安局"], [], "县直有关部门（单位）"),
        ("1.县住建局 2.县城管局", ["住房和城乡建设局", "城市管理局"], [], ""),
        ("1.县住建局2.县城管局", ["住房和城乡建设局", "城市管理局"], [], ""),
        ("①县公安局②县民政局", ["公安局", "民政局"], [], ""),
        ("（1）县公安局（2）县民政局", ["公安局", "民政局"], [], ""),
        ("一、县公安局 二、县民政局", ["公安局", "民政局"], [], ""),
        ("1、县公安局\n2、县民政局", ["公安局", "民政局"], [], ""),
        ("县公安局\n县民政局", ["公安局", "民政局"], [], ""),
        ("县公安局 县民政局", ["公安局", "民政局"], [], ""),
        ("县农业农\n村局、县民政局", ["农业农村局", "民政局"], [], ""),
        ("县人力资源和\n社会保障局\n县公安局", ["人力资源和社会保障局", "公安局"], [], ""),
        ("县委\n组织部", ["县委组织部"], [], ""),
        ("县委 县政府", ["县委", "人民政府"], [], ""),
        ("牵头：县公安局；配合：县民政局、县司法局", ["公安局"], ["民政局", "司法局"], ""),
        ("牵头单位：县公安局\n配合单位：县民政局", ["公安局"], ["民政局"], ""),
        ("牵头单位\n县公安局\n配合单位\n县民政局", ["公安局"], ["民政局"], ""),
        ("责任单位 县公安局 县民政局", ["公安局", "民政局"], [], ""),
        ("县教育局、配合单位：各相关部门", ["教育局"], [], "各相关部门"),
        ("县公安局（牵头）、县民政局（配合）", ["公安局"], ["民政局"], ""),
        ("县发展和改革局和县财政局", ["发展和改革局", "财政局"], [], ""),
        (
            "县卫生健康和体育局和县文化和旅游局",
            ["卫生健康和体育局", "文化和旅游局"],
            [],
            "",
        ),
        ("县文化和旅游局及县公安局与县民政局", ["文化和旅游局", "公安局", "民政局"], [], ""),
        ("红柳局和县财政局", ["红柳局", "财政局"], [], ""),
        ("县红柳和胡杨种植局", ["红柳和胡杨种植局"], [], ""),
        ("县委组织部、宣传部", ["县委组织部", "县委宣传部"], [], ""),
        (
            "国网塔什库尔干县供电公司、国家税务总局塔什库尔干塔吉克自治县税务局",
            ["供电公司", "税务局"],
            [],
            "",
        ),
    ],
)
def test_columns_in_other_styles(
    cell: str, leads: list[str], assists: list[str], catch_all: str
) -> None:
    found = TASHKURGAN.read_names(cell)
    assert [n.department.name for n in found.namings if n.role == "lead"] == leads
    assert [n.department.name for n in found.namings if n.role == "assist"] == assists
    assert found.catch_all == catch_all


@given(st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    directory = Directory(TOWN)
    names = directory.read_names(text)
    assert len(set(names.departments)) == len(names.departments)
    directory.read_heading(text)
    directory.mentions(text)


FORMS = [form for kind in reference.department_types().values() for form in (kind.zh, *kind.forms)]
MADE_UP = st.text(alphabet="红柳胡杨沙棘种植防护", min_size=2, max_size=6).map(lambda s: s + "局")


@given(st.sampled_from(FORMS) | MADE_UP, st.sampled_from(["", "县"]))
def test_the_own_prefix_changes_nothing(name: str, level: str) -> None:
    bare = TASHKURGAN.resolve(level + name)
    for prefix in ("塔什库尔干县", "塔什库尔干塔吉克自治县", "塔县"):
        assert TASHKURGAN.resolve(prefix + name) == TASHKURGAN.resolve(name)
        assert TASHKURGAN.resolve(prefix + level + name) == bare


SEPARATORS = st.sampled_from(["、", "，", "；", "\n", " ", "/"])


@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=6), SEPARATORS)
def test_surface_forms_are_kept(names: list[str], separator: str) -> None:
    printed = [f"塔什库尔干县{name}" for name in names]
    found = TASHKURGAN.read_names(separator.join(printed))
    assert [naming.surface for naming in found.namings] == [
        surface
        for number, surface in enumerate(printed)
        if TASHKURGAN.resolve(surface) not in map(TASHKURGAN.resolve, printed[:number])
    ]


@given(
    st.text(
        alphabet="国网中共省市县区旗盟州地委员会局公安税务供电分公司共青团新城塔什库尔干",
        max_size=16,
    )
)
def test_any_name_is_resolved(printed: str) -> None:
    for directory in (TASHKURGAN, CHAOYANG, UJIMQIN, DONGGUAN):
        directory.resolve(printed)
        for naming in directory.read_names(printed).namings:
            assert naming.surface in printed


@pytest.mark.parametrize(
    "printed",
    [
        "昆山市市场监督管理局",
        "昆山市场监督管理局",
        "昆山市市场监管局",
        "市市场监管局",
        "市场监督管理局",
    ],
)
def test_market_supervision_begins_like_a_city(printed: str) -> None:
    town = find_town("江苏省苏州市昆山市巴城镇履职事项清单")
    assert town is not None
    directory = Directory(town, ["市场监督管理局"])
    (naming,) = directory.read_names(printed).namings
    assert (naming.department.name, naming.department.reviewed) == ("市场监督管理局", True)


def test_bodies_parted_by_blanks() -> None:
    town = find_town("北京市海淀区温泉镇履职事项清单")
    assert town is not None
    names = Directory(town).read_names("区委 组织部 团区委 区公安分局")
    assert [d.name for d in names.departments] == ["区委组织部", "团委", "公安分局"]


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("区司法局（牵头）\n区公安分局", ["司法局", "公安分局"]),
        ("团区委\n公安分局", ["团委", "公安分局"]),
        ("区委政法委\n海淀区公安分局", ["区委政法委", "公安分局"]),
        ("区住房和城乡建设局\n区司法局", ["住房和城乡建设局", "司法局"]),
        ("区住房和城乡\n建设局\n区司法局", ["住房和城乡建设局", "司法局"]),
        ("区住房和城乡建设局区司法局区财政局", ["住房和城乡建设局", "司法局", "财政局"]),
    ],
)
def test_names_on_lines_of_their_own(printed: str, names: list[str]) -> None:
    town = find_town("北京市海淀区温泉镇履职事项清单")
    assert town is not None
    assert [d.name for d in Directory(town).read_names(printed).departments] == names


def test_a_prefecture_that_begins_like_its_city() -> None:
    town = find_town("甘肃省临夏回族自治州临夏市南龙镇履职事项清单")
    assert town is not None
    directory = Directory(town)
    name = "临夏回族自治州生态环境局临夏市分局"
    assert [d.name for d in directory.read_names(name).departments] == [name]
    assert [d.name for d in directory.read_names("临夏市财政局").departments] == ["财政局"]
