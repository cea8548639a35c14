"""The national division table, and which town a document is of.

Codes and chains below were read by eye in the table of the Ministry of Civil Affairs (2025-12-31).
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dutygraph import reference
from dutygraph.divisions import DivisionTable, derived_forms
from dutygraph.errors import ReferenceDataError, UnreadableError
from dutygraph.model import Division, Finding, Place
from dutygraph.parse.document import Given, parse_document
from dutygraph.parse.towns import find_town, town_of
from dutygraph.readers.text import read_text

FOLDER = Path(__file__).resolve().parent.parent / "data" / "reference"
TABLE = reference.divisions()
OVERLAY = yaml.safe_load((FOLDER / "divisions.yaml").read_text(encoding="utf-8"))


def codes(divisions: tuple[Division, ...]) -> list[str]:
    return [division.code for division in divisions]


def chain(code: str) -> list[str]:
    """Names from the province to the division."""
    division = TABLE.divisions[code]
    return [d.name for d in (*reversed(division.parents), division)]


# The files


def test_the_table_is_the_one_that_is_described() -> None:
    data = (FOLDER / "divisions.csv").read_bytes()
    source = OVERLAY["source"]
    assert hashlib.sha256(data).hexdigest() == source["table_sha256"]
    lines = data.decode("utf-8").splitlines()
    assert lines[0] == "code,name,level"
    rows = [line.split(",") for line in lines[1:]]
    assert Counter(row[2] for row in rows) == source["rows"]
    # 31 provinces and the two special administrative regions; the Ministry codes no Taiwan.
    assert source["rows"] == {"province": 33, "prefecture": 333, "county": 2845, "town": 38723}
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert all(TABLE.level(code) == level for code, _, level in rows)


def test_every_division_is_below_another_of_the_right_level() -> None:
    above = Counter(
        (TABLE.level(code), TABLE.level(TABLE.above(code)[0]) if TABLE.above(code) else "")
        for code in TABLE.names
    )
    # Counties right below a province: 85 of the four municipalities, 15 of 海南, 12 of 新疆,
    # 4 of 湖北 and 济源市.
    assert above["county", "province"] == 85 + 15 + 12 + 4 + 1
    assert set(above) == {
        ("province", ""),
        ("prefecture", "province"),
        ("county", "prefecture"),
        ("county", "province"),
        ("town", "county"),
        ("town", "prefecture"),
    }
    # Towns right below a prefecture: those of 东莞, 中山, 儋州 and 嘉峪关, which have no counties, and
    # those outside of all counties in 大兴安岭 (加格达奇 …) and 海西 (大柴旦 …).
    towns = [TABLE.above(code)[0] for code in TABLE.names if len(code) == 9]
    assert {code for code in towns if TABLE.level(code) == "prefecture"} == {
        "232700",
        "441900",
        "442000",
        "460400",
        "620200",
        "632800",
    }


def test_names_can_be_told_apart() -> None:
    siblings = Counter((TABLE.above(code)[:1], name) for code, name in TABLE.names.items())
    assert max(siblings.values()) == 1
    assert all(re.fullmatch(r"[^\W\d_]+|.*[^\x00-\uffff].*", name) for name in TABLE.names.values())


def test_what_is_added_to_the_table_is_about_divisions_of_it() -> None:
    assert OVERLAY["divisions"].keys() <= TABLE.names.keys()
    words = OVERLAY["words"].split()
    assert len(words) == len(set(words))


def test_the_maker_finds_what_it_cannot_write() -> None:
    spec = importlib.util.spec_from_file_location("make_divisions", FOLDER / "make_divisions.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)

    def row(level: int, code: str, parent: str, name: str) -> SimpleNamespace:
        return SimpleNamespace(level=level, code=code, parent_code=parent, name=name)

    sound = [
        row(1, "650000", "", "新疆维吾尔自治区"),
        row(2, "653100", "650000", "喀什地区"),
        row(3, "653131", "653100", "塔什库尔干塔吉克自治县"),
        row(4, "653131101", "653131", "塔吉克阿巴提镇"),
    ]
    assert maker.check(sound) == []
    assert len(maker.check([*sound, row(4, "65313110", "653131", "示例镇")])) == 1
    assert len(maker.check([*sound, row(4, "653131102", "653100", "示例镇")])) == 1
    assert len(maker.check([*sound, row(4, "653131102", "653131", "塔吉克阿巴提镇")])) == 1
    assert len(maker.check([*sound, row(4, "653131102", "653131", "示例,镇")])) == 1


# Divisions


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (
            "653131101",
            ["新疆维吾尔自治区", "喀什地区", "塔什库尔干塔吉克自治县", "塔吉克阿巴提镇"],
        ),
        ("320583102", ["江苏省", "苏州市", "昆山市", "巴城镇"]),
        ("110105026", ["北京市", "朝阳区", "望京街道"]),
        ("419001103", ["河南省", "济源市", "承留镇"]),
        ("429021101", ["湖北省", "神农架林区", "阳日镇"]),
        ("469030101", ["海南省", "琼中黎族苗族自治县", "湾岭镇"]),
        ("441900121", ["广东省", "东莞市", "虎门镇"]),
        ("659003103", ["新疆维吾尔自治区", "图木舒克市", "永兴镇"]),
    ],
)
def test_chains(code: str, names: list[str]) -> None:
    assert chain(code) == names


def test_a_division() -> None:
    town = TABLE.divisions["653131101"]
    assert (town.level, town.scheme, town.name_en) == ("town", "mca", "Tajik'abad Town")
    assert [(d.code, d.level, d.parents) for d in town.parents] == [
        ("653131", "county", ()),
        ("653100", "prefecture", ()),
        ("650000", "province", ()),
    ]
    assert TABLE.divisions["653131101"] is town
    assert "653131999" not in TABLE.divisions
    with pytest.raises(KeyError):
        TABLE.divisions["653131999"]


def test_children() -> None:
    assert len(TABLE.children()) == 33
    assert codes(TABLE.children("653100")) == [
        "653101",
        *(str(code) for code in range(653121, 653132)),
    ]
    assert len(TABLE.children("653131")) == 13
    assert codes(TABLE.children("420000"))[-4:] == ["429004", "429005", "429006", "429021"]
    assert TABLE.children("441900")[0].name == "东城街道"
    assert TABLE.children("653131101") == ()
    assert TABLE.children("999999") == ()


def test_levels() -> None:
    assert sum(1 for _ in TABLE.of_level("prefecture")) == 333
    assert list(TABLE.of_level("village")) == []
    assert len(TABLE) == len(TABLE.divisions) == 33 + 333 + 2845 + 38723


@pytest.mark.parametrize(
    ("name", "level", "forms"),
    [
        ("江苏省", "province", ["江苏"]),
        ("新疆维吾尔自治区", "province", []),
        ("喀什地区", "prefecture", ["喀什"]),
        ("锡林郭勒盟", "prefecture", ["锡林郭勒"]),
        ("伊犁哈萨克自治州", "prefecture", ["伊犁州", "伊犁"]),
        ("博尔塔拉蒙古自治州", "prefecture", ["博尔塔拉州", "博尔塔拉"]),
        ("积石山保安族东乡族撒拉族自治县", "county", ["积石山县", "积石山"]),
        ("东乡族自治县", "county", []),
        ("东乡区", "county", ["东乡"]),
        ("管城回族区", "county", ["管城区", "管城"]),
        ("浦东新区", "county", ["浦东"]),
        ("清新区", "county", ["清新"]),
        ("赵县", "county", []),
        ("科尔沁左翼中旗", "county", []),
        ("井陉矿区", "county", []),
        ("望京街道", "town", ["望京街道办事处", "望京街道办", "望京"]),
        ("得力其尔鄂温克民族乡", "town", ["得力其尔乡", "得力其尔民族乡", "得力其尔"]),
        ("金坪民族乡", "town", ["金坪乡", "金坪"]),
        ("马镇", "town", []),
    ],
)
def test_forms_that_follow_from_a_name(name: str, level: str, forms: list[str]) -> None:
    assert list(derived_forms(name, level)) == forms


def test_forms_of_a_county_that_is_listed_and_of_one_that_is_not() -> None:
    assert TABLE.forms(TABLE.divisions["653131"]) == (
        "塔什库尔干塔吉克自治县",
        "塔什库尔干县",
        "塔什库尔干",
        "塔县",
    )
    assert TABLE.forms(Division("x-示例县", "示例县", "county", "")) == ("示例县", "示例")


def test_names_that_several_divisions_have() -> None:
    assert codes(TABLE.named("朝阳区")) == ["110105", "220104"]
    assert len(TABLE.named("城关镇")) == 82
    assert TABLE.named("示例镇") == ()


def test_the_nearest_of_several() -> None:
    beijing, tashkurgan = TABLE.divisions["110105026"], TABLE.divisions["653131101"]
    assert TABLE.nearest(["110105", "220104"], beijing) == TABLE.divisions["110105"]
    assert TABLE.nearest(["110105", "220104"], tashkurgan) is None
    # 喀什地区 is above the town, 喀什市 beside it; 海南州 and 海南省 are both far.
    assert TABLE.nearest(["653101", "653100"], tashkurgan) == TABLE.divisions["653100"]
    assert [TABLE.distance(c, tashkurgan) for c in ("650000", "653101", "659003", "110000")] == [
        0,
        1,
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no division table"),
        ("code,name\n650000,新疆维吾尔自治区\n", "is no division table"),
        ("code,name,level\n650000,新疆维吾尔自治区\n", "is no division table"),
        ("code,name,level\n650000,新疆维吾尔自治区,land\n", "is no division table"),
        ("code,name,level\n110000,北京市,province\n", "650000 is not in divisions.csv"),
    ],
)
def test_broken_tables(text: str, message: str) -> None:
    overlay = {
        "scheme": "mca",
        "agency": {"zh": "民政部"},
        "words": "",
        "divisions": {"650000": {}},
    }
    with pytest.raises(ReferenceDataError, match=message):
        DivisionTable.from_text(text, overlay, "divisions.csv")


def test_a_division_that_the_table_does_not_have_yet() -> None:
    overlay: dict[str, Any] = {
        "scheme": "mca",
        "agency": {"zh": "民政部"},
        "words": "",
        "divisions": {"650001": {"name": "示例市", "en": "Example City"}},
    }
    # A checkout on Windows may have CRLF.
    text = "code,name,level\r\n650000,新疆维吾尔自治区,province\r\n"
    table = DivisionTable.from_text(text, overlay)
    added = table.divisions["650001"]
    assert (added.name, added.name_en, added.level) == ("示例市", "Example City", "county")
    assert [d.code for d in added.parents] == ["650000"]


def test_a_question_to_a_store_does_not_read_the_table() -> None:
    script = (
        "from dutygraph import open_store, query, reference\n"
        "with open_store() as store: query.run(store, 'departments')\n"
        "assert reference.divisions.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


# Chains of names


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("新疆喀什塔县塔吉克阿巴提镇", ["653131101"]),
        ("新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县塔吉克阿巴提镇", ["653131101"]),
        ("塔什库尔干塔吉克阿巴提镇", ["653131101"]),
        ("塔吉克阿巴提镇", ["653131101"]),
        ("塔县科克亚尔乡", ["653131202"]),
        ("黑龙江省大兴安岭地区加格达奇区卫东街道", ["232700002"]),
        ("昆山市巴城镇", ["320583102"]),
        ("江苏昆山巴城镇", ["320583102"]),
        ("昆山江苏巴城镇", []),
        ("疏附县塔吉克阿巴提镇", []),
        ("塔吉克阿巴提", []),
        ("东莞虎门镇", ["441900121"]),
        ("长安区王宁街道", []),
        ("伊犁州塔城地区额敏县额敏镇", ["654221100"]),
        ("", []),
    ],
)
def test_towns_by_chain(printed: str, found: list[str]) -> None:
    assert codes(TABLE.towns(printed)) == found


def test_upper_divisions_by_chain() -> None:
    assert codes(TABLE.uppers("朝阳区")) == ["110105", "220104"]
    assert codes(TABLE.uppers("长春市朝阳区")) == ["220104"]
    # Both a city and the prefecture around it are called 喀什 for short.
    assert codes(TABLE.uppers("新疆喀什")) == ["653100", "653101"]
    assert TABLE.uppers("塔吉克阿巴提镇") == ()


TOWNS = [code for code in TABLE.names if len(code) == 9]


@given(st.sampled_from(TOWNS), st.data())
def test_a_full_chain_means_one_town_whatever_is_left_out(code: str, data: st.DataObject) -> None:
    town = TABLE.divisions[code]
    above = [data.draw(st.sampled_from(TABLE.forms(d))) for d in reversed(town.parents)]
    assert TABLE.towns("".join([*(d.name for d in reversed(town.parents)), town.name])) == (town,)
    kept = [form for form in above if data.draw(st.booleans())]
    assert town in TABLE.towns("".join([*kept, town.name]))


@given(st.sampled_from(TOWNS), st.sampled_from(["\u200b", " ", "\u3000"]), st.integers(0, 20))
def test_covers_of_every_town_are_read(code: str, space: str, at: int) -> None:
    title = "".join(chain(code)) + "履职事项清单"
    found = find_town(title[:at] + space + title[at:])
    assert found == TABLE.divisions[code]


def test_what_a_county_and_a_town_leave_open() -> None:
    """All towns by county and name: where two share both, neither is taken."""
    named = Counter(
        (TABLE.names[TABLE.above(code)[0]], name)
        for code, name in TABLE.names.items()
        if len(code) == 9
    )
    unclear = set()
    for town in TABLE.of_level("town"):
        found = find_town(town.parents[0].name + town.name)
        assert found is not None
        if found != town:
            assert not found.scheme
            unclear.add(found.code)
    assert unclear == {f"x-{county}{town}" for (county, town), n in named.items() if n > 1}
    # By eye: the districts 铁东区 of 鞍山 and of 四平 both have a 解放街道.
    assert "x-铁东区解放街道" in unclear


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_cover_and_any_file_name_are_read(title: str, hint: str) -> None:
    town, findings = town_of(title, Place(), hint=hint, where="list.txt", digest="0" * 64)
    assert town.level == "town"
    assert bool(findings) == (town.scheme == "" or bool(findings))
    assert town.scheme or findings


@given(st.text(alphabet="城关镇乡县市区新疆喀什昆山朝阳街道办事处江苏省·《》", max_size=20))
def test_towns_that_were_not_taken_from_the_table_have_keys_of_names(title: str) -> None:
    found = find_town(title)
    if found is not None and not found.scheme:
        assert found.code.startswith("x-")
        assert found.code.endswith(found.name)
        assert all(d.scheme or d.code.startswith("x-") for d in found.parents)


# Covers


def decide(title: str, *, division: str = "", hint: str = "") -> tuple[Division, list[Finding]]:
    place = Place(line=1)
    return town_of(title, place, division=division, hint=hint, where="list.txt", digest="ab" * 32)


def said(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("新疆喀什塔县塔吉克阿巴提镇履职事项清单", "653131101"),
        ("塔吉克阿巴提镇履职事项清单", "653131101"),
        ("中共昆山市巴城镇委员会 昆山市巴城镇人民政府履职事项清单", "320583102"),
        ("关于印发《疏附县乌帕尔镇履职事项清单》的通知", "653121103"),
        ("附件1 北京市朝阳区望京街道办事处职责清单（2025年版）", "110105026"),
        ("朝阳区望京街道办履职清单", "110105026"),
        # 望京街道 is in the 朝阳区 of Beijing only.
        ("朝阳区望京街道履职事项清单", "110105026"),
        ("疏附县人民政府 乌帕尔镇履职事项清单", "653121103"),
        # The 乡镇 before the list's name may belong to the town's.
        ("北京市房山区良乡镇履职事项清单", "110111008"),
        ("喀什地区疏附县乌帕尔镇乡镇履职事项清单", "653121103"),
        ("英德市下\U00031cea镇履职事项清单", "441881120"),
        ("威宁县新发布依族乡履职事项清单", "520526201"),  # 发布 is cut out elsewhere
    ],
)
def test_towns_of_the_table(title: str, code: str) -> None:
    town, findings = decide(title)
    assert (town.code, findings) == (code, [])


def test_a_town_that_the_table_lacks_in_a_county_that_it_has() -> None:
    # Whatever of the chain is printed, the key is the same.
    for above in ("疏附县", "喀什地区疏附县", "新疆喀什疏附县", "新疆维吾尔自治区疏附县"):
        town, findings = decide(f"{above}示例镇履职事项清单")
        assert town.code == "x-新疆维吾尔自治区喀什地区疏附县示例镇"
        assert [d.code for d in town.parents] == ["653121", "653100", "650000"]
        assert said(findings) == ["division-unlisted"]


@pytest.mark.parametrize(
    ("title", "code", "above"),
    [
        # 提孜那甫乡 is in the table; a town of that name would be another one.
        (
            "塔县提孜那甫镇履职事项清单",
            "x-新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县提孜那甫镇",
            ["653131", "653100", "650000"],
        ),
        ("东莞市示例镇履职事项清单", "x-广东省东莞市示例镇", ["441900", "440000"]),
        ("苏州市示例县示例镇", "x-江苏省苏州市示例县示例镇", ["x-江苏省苏州市示例县", "320500", "320000"]),
        # There are two, and neither has such a subdistrict.
        ("朝阳区示例街道履职事项清单", "x-朝阳区示例街道", ["x-朝阳区"]),
        # 疏附县 is not in 河北省.
        ("河北省疏附县乌帕尔镇", "x-河北省疏附县乌帕尔镇", ["x-河北省疏附县", "130000"]),
        ("海南新镇履职事项清单", "x-海南新镇", []),
        ("苏州新镇履职事项清单", "x-苏州新镇", []),
        ("苏州示例县示例镇", "x-江苏省苏州市示例县示例镇", ["x-江苏省苏州市示例县", "320500", "320000"]),
        ("××县××镇履职事项清单", "x-××县××镇", ["x-××县"]),
        # Not towns, but they publish lists, and no table of towns has them.
        (
            "塔县示例开发区管委会履职事项清单",
            "x-新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县示例开发区管委会",
            ["653131", "653100", "650000"],
        ),
        ("示例县示例农场履职事项清单", "x-示例县示例农场", ["x-示例县"]),
        ("图木舒克市五十四团履职事项清单", "x-新疆维吾尔自治区图木舒克市五十四团", ["659003", "650000"]),
    ],
)  # fmt: skip
def test_towns_that_the_table_lacks(title: str, code: str, above: list[str]) -> None:
    town, findings = decide(title)
    assert (town.code, [d.code for d in town.parents]) == (code, above)
    assert said(findings) == ["division-unlisted"]


def test_towns_of_one_name_are_never_confused() -> None:
    town, findings = decide("城关镇履职事项清单")
    assert (town.code, town.scheme) == ("x-城关镇", "")
    assert said(findings) == ["town-ambiguous"]
    assert "82 towns called “城关镇”" in findings[0].message_en
    assert "天津市武清区城关镇（120114110）" in findings[0].message_zh


def test_a_cover_that_names_two_towns() -> None:
    town, findings = decide("乌帕尔镇、塔吉克阿巴提镇履职事项清单")
    assert said(findings) == ["town-ambiguous"]
    assert town.scheme == ""
    assert "（653121103）" in findings[0].message_en
    assert "（653131101）" in findings[0].message_en


@pytest.mark.parametrize("title", ["疏附县乡镇履职事项清单", "疏附县各乡镇（街道）权责清单"])
def test_a_county_without_a_town(title: str) -> None:
    town, findings = decide(title)
    assert town.code == "x-abababababab"
    assert [d.code for d in town.parents] == ["653121", "653100", "650000"]
    assert said(findings) == ["town-unknown"]


# File names


@pytest.mark.parametrize(
    ("title", "hint", "code"),
    [
        ("履职事项清单", "疏附县乌帕尔镇履职事项清单.docx", "653121103"),
        ("履职事项清单", "江苏/苏州/昆山/巴城镇.docx", "320583102"),
        ("履职事项清单", "653131101-2025-07/list.txt", "653131101"),
        ("疏附县履职事项清单", "乌帕尔镇.pdf", "653121103"),
        ("城关镇履职事项清单", "和林格尔县/清单.xlsx", "150123100"),
        ("城关镇履职事项清单", "01 和林格尔县城关镇（定稿）.doc", "150123100"),
        ("城关镇履职事项清单", "150123100.html", "150123100"),
        ("", r"D:\清单\疏附县\乌帕尔镇.docx", "653121103"),
        # A folder's own name is not that of the town.
        ("履职事项清单", "/home/张镇/乌帕尔镇.docx", "653121103"),
        ("示例镇履职事项清单", "疏附县示例镇.docx", "x-新疆维吾尔自治区喀什地区疏附县示例镇"),
        # No 城关镇 is left in 兰考县, so it is one that the table lacks.
        ("城关镇履职事项清单", "兰考县/城关镇.docx", "x-河南省开封市兰考县城关镇"),
    ],
)
def test_a_file_name_that_decides(title: str, hint: str, code: str) -> None:
    assert decide(title)[0].code != code
    town, findings = decide(title, hint=hint)
    assert town.code == code
    assert "town-from-file-name" in said(findings)
    assert ("division-unlisted" in said(findings)) == code.startswith("x-")


@pytest.mark.parametrize(
    ("title", "hint", "expected"),
    [
        # The cover says all there is to say.
        ("疏附县乌帕尔镇履职事项清单", "653131101.txt", []),
        ("塔吉克阿巴提镇履职事项清单", "新疆/清单.txt", []),
        ("塔吉克阿巴提镇履职事项清单", "疏附县塔吉克阿巴提镇.docx", ["town-contradiction"]),
        ("塔吉克阿巴提镇履职事项清单", "653121103.docx", ["town-contradiction"]),
        ("城关镇履职事项清单", "data/sources/新城/清单.txt", ["town-ambiguous"]),
        ("城关镇履职事项清单", "河南省/城关镇.docx", ["town-ambiguous"]),
        ("履职事项清单", "城关镇.docx", ["town-ambiguous"]),
        ("疏勒县履职事项清单", "乌帕尔镇.docx", ["town-unknown"]),
        ("履职事项清单", "疏勒县/乌帕尔镇.docx", ["town-unknown"]),
        ("履职事项清单", "示例镇.docx", ["town-unknown"]),
        ("履职事项清单", "653131101/653121103.docx", ["town-unknown"]),
    ],
)
def test_a_file_name_that_does_not_decide(title: str, hint: str, expected: list[str]) -> None:
    town, findings = decide(title, hint=hint)
    assert said(findings) == expected
    assert town == decide(title)[0] or expected == ["town-ambiguous"]


# What the caller says


@pytest.mark.parametrize(
    ("title", "division", "expected"),
    [
        ("塔吉克阿巴提镇履职事项清单", "653131101", []),
        ("城关镇履职事项清单", "150123100", []),
        ("", "653131101", []),
        ("疏附县乌帕尔镇履职事项清单", "653131101", ["town-contradiction"]),
        ("示例省示例市塔吉克阿巴提镇履职事项清单", "653131101", ["town-contradiction"]),
        ("疏附县履职事项清单", "653131101", ["town-contradiction"]),
        ("疏附县·塔吉克阿巴提镇履职事项清单", "653131101", ["town-contradiction"]),
        ("塔县履职事项清单", "653131101", []),
        # A code that the table lacks is the caller's word, unless it is another county's.
        ("塔县示例镇履职事项清单", "653131188", []),
        ("塔县示例镇履职事项清单", "653121188", ["town-contradiction"]),
        ("示例镇履职事项清单", "示例县示例镇", ["division-unlisted"]),
        ("示例省示例镇履职事项清单", "示例县示例镇", ["division-unlisted", "town-contradiction"]),
    ],
)
def test_a_given_division(title: str, division: str, expected: list[str]) -> None:
    town, findings = decide(title, division=division, hint="疏附县乌帕尔镇.docx")
    assert said(findings) == expected
    if division.isdigit():
        assert town.code == division


@pytest.mark.parametrize(
    ("division", "message"),
    [
        ("653131", "is a county, not a town"),
        ("650000", "is a province, not a town"),
        ("653131101000", "12 digits, not nine .*Bureau of Statistics twelve"),
        ("653131999", "not in the division table and the cover names no town"),
        ("城关镇", "may be any of 82 towns"),
        ("农业农村局", "neither a division code nor the name of a town"),
    ],
)
def test_a_given_division_that_is_no_town(division: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        decide("履职事项清单", division=division)


def test_a_document_whose_file_name_says_its_town() -> None:
    text = "履职事项清单\n2025年7月\n\n序号\t事项类别\t事项名称\n1\t党的建设\t加强党的建设\n"

    def read(given: Given) -> list[str]:
        found = parse_document(read_text(text.encode(), "list.txt"), given)
        towns = [f.code for f in found.findings if f.code.startswith(("town", "division"))]
        return [found.town.code[:9], *towns]

    assert read(Given(hint="疏附县/乌帕尔镇.txt")) == ["653121103", "town-from-file-name"]
    assert read(Given(hint="list.txt"))[1:] == ["town-unknown"]
    assert read(Given(division="653131101", hint="疏附县/乌帕尔镇.txt")) == ["653131101"]
