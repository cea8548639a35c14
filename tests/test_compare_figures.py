"""The figures of a comparison: their numbers are those of the tables, and nothing lies over another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import altair
import pytest
from compared import Row, Written, aligned, lists, mappings, pairs, tables
from figure_tables import empty, marks
from lxml import etree
from test_figures import CHINESE, HOSTILE, assert_whole, sentences, written

from dutygraph.compare import deviation_figures
from dutygraph.compare.comparison import LISTS_COLUMNS, compare_tables
from dutygraph.compare.concept_figures import MOST_CONCEPTS, MOST_SPREAD, variety
from dutygraph.compare.dumbbell_figures import MOST_ROWS
from dutygraph.compare.edition_figures import MOST_STEPS as MOST_EDITIONS
from dutygraph.compare.figures import MOST_STEPS, figures_of
from dutygraph.report import drawing
from dutygraph.report.drawing import Figure
from dutygraph.table import Table, Value

TYPES = {"公安局": "公安局", "民政局": "民政局", "司法局": "司法局"}
FIRST = Written(
    "甲镇",
    "653000101",
    "2025-01",
    (
        Row("b1", "党员教育管理"),
        Row("b2", "信访接待", "平安法治"),
        Row("b3", "危房排查", "城乡建设"),
        Row(
            "c1",
            "反诈宣传",
            "平安法治",
            "公安局",
            (("乡镇", "开展宣传；"), ("乡镇", "上报线索；"), ("公安局", "查处；")),
        ),
        Row("c2", "低保核查", "民生服务", "民政局", (("乡镇", "入户核查；"), ("民政局", "审批；"))),
        Row("r1", "养犬管理", "平安法治", "公安局", method="由公安局承担，乡镇继续做好宣传"),
        Row("r2", "殡葬执法", "民生服务", "民政局", method="由民政局承担"),
    ),
    TYPES,
)
SECOND = Written(
    "乙乡",
    "653000102",
    "2025-03",
    (
        Row("b1", "党员教育管理"),
        Row("b2", "养犬管理", "平安法治"),
        Row("c1", "危房的排查", "城乡建设", "民政局", (("乡镇", "排查；"),)),
        Row(
            "c2",
            "反诈宣传",
            "平安法治",
            "公安局、司法局",
            (("乡镇", "开展宣传；"), ("公安局", "上报线索；"), ("公安局", "查处；")),
        ),
        Row("c3", "人民调解", "平安法治", "司法局", (("乡镇", "调解；"), ("司法局", "指导；"))),
        Row("r1", "殡葬执法", "民生服务", "民政局", method="由民政局承担"),
        Row("r2", "校车审批", "民生服务", "公安局", method="由公安局承担"),
    ),
    TYPES,
    synthetic=True,
)
PAIRS = (
    "b1 b1 exact",
    "b3 c1 reworded",
    "c1 c2 exact",
    "c2 c3 uncertain",
    "r1 b2 exact",
    "r2 r1 exact",
)
"""b1 stays, b3 becomes cooperative, c1 is split otherwise, r1 comes back, r2 stays; b2 is only in the
first, r2 only in the second; c2 and c3 may be the same."""


def lists_table(some: Sequence[Written]) -> Table:
    """The table ``lists`` of a comparison."""
    rows: list[tuple[Value, ...]] = []
    for order, one in enumerate(some, 1):
        kinds = [sum(row.id[0] == kind for row in one.rows) for kind in "bcr"]
        whose = (order, one.town, one.division, one.edition)
        rows.append((*whose, len(one.rows), *kinds, "清单", one.synthetic, "", ""))
    return Table("lists", LISTS_COLUMNS, rows)


def compared(some: Sequence[Written], *alignment: Table) -> dict[str, Table]:
    """The tables of a comparison."""
    found = compare_tables(tables(*some), lists(*some), aligned(*alignment), successors={})
    return {"lists": lists_table(some), **found}


def two() -> dict[str, Table]:
    return compared((FIRST, SECOND), pairs(FIRST, SECOND, *PAIRS))


def towns_written(number: int) -> list[Written]:
    """Towns with twelve duties that are spread over them in a known way.

    Duty 0 all have in the basic list. Duty k of town t is lacking where (t + k) % 4 is 0, and
    cooperative where (t + k) % 4 is 1. The first half of the towns have 3 duties of their half
    beside, the other half 3 others: two clusters. Town 1 has a duty of its own.
    """
    out = []
    for t in range(number):
        rows = [Row("b1", "事项零", "党的建设")]
        for k in range(1, 12):
            if (t + k) % 4 == 1:
                rows.append(Row(f"c{k}", f"事项第{k}", "民生服务", "民政局", (("乡镇", "核查；"),)))
            elif (t + k) % 4:
                rows.append(Row(f"b{k + 1}", f"事项第{k}", "党的建设"))
        half = "前" if t < number / 2 else "后"
        rows += [Row(f"r{k}", f"{half}半事项{k}", "平安法治", "公安局") for k in range(1, 12)]
        if t == 1:
            rows.append(Row("c20", "独有事项", "城乡建设", "司法局", (("乡镇", "巡查；"),)))
        out.append(
            Written(f"模拟{t:03}乡", f"6531{t:05}", "2025-01", rows, TYPES, synthetic=t % 2 == 0)
        )
    return out


def many(number: int) -> dict[str, Table]:
    some = towns_written(number)
    mapped = [(one, f"{row.id} {row.title} exact") for one in some for row in one.rows]
    return compared(some, mappings(*mapped))


def edition_steps(number: int) -> dict[str, Table]:
    """A town with so many editions and one more; from each to the next one duty goes, one comes."""
    some = [
        Written(
            "甲镇",
            "653000101",
            f"{2000 + e}-01",
            [Row(f"b{k}", f"事项{e + k}") for k in range(1, 6)],
            synthetic=True,
        )
        for e in range(number + 1)
    ]
    found = [
        pairs(a, b, *(f"b{k + 1} b{k} exact" for k in range(1, 5)), "b1 - none", "- b5 none")
        for a, b in pairwise(some)
    ]
    return compared(some, *found)


ALL: dict[str, Any] = {
    "two": two,
    "three": lambda: many(3),
    "thirty": lambda: many(30),
    "seventy": lambda: many(70),
    "editions": lambda: edition_steps(2),
    "many editions": lambda: edition_steps(MOST_EDITIONS + 5),
}
PAIR_FIGURES = ["shared", "moves", "categories", "types"]
TOWN_FIGURES = [
    *("matrix", "unusual", "category-deviations", "type-deviations"),
    *("classes", "presence", "spread"),
]


@pytest.fixture(scope="module")
def every() -> dict[str, dict[str, Figure]]:
    return {name: named(figures_of(make())) for name, make in ALL.items()}


def named(figures: Sequence[Figure]) -> dict[str, Figure]:
    assert len({figure.name for figure in figures}) == len(figures)
    return {figure.name: figure for figure in figures}


def test_what_there_is(every: dict[str, dict[str, Figure]]) -> None:
    assert list(every["two"]) == PAIR_FIGURES
    for name in ("three", "thirty", "seventy"):
        assert list(every[name]) == TOWN_FIGURES
    # Basic items name no departments.
    steps = [f"{figure}-{step}" for step in (1, 2) for figure in ("shared", "moves", "categories")]
    assert list(every["editions"]) == ["editions", *steps]
    assert list(every["many editions"]) == ["editions"]  # each step has a page of its own
    assert MOST_EDITIONS > MOST_STEPS


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_figure_is_valid_and_whole(
    every: dict[str, dict[str, Figure]], name: str, lang: str
) -> None:
    for figure in every[name].values():
        altair.LayerChart.from_dict(figure.spec(lang, ""))  # validates
        assert_whole(figure, lang)
        root = etree.fromstring(drawing.svg(figure, lang).encode("utf-8"))
        assert root.get("aria-label") == figure.title(lang)
        assert float(root.get("width")) <= 870


def test_the_converter_has_nothing_to_warn_of(
    every: dict[str, dict[str, Figure]], capfd: pytest.CaptureFixture[str]
) -> None:
    import vl_convert

    for name in ("two", "thirty", "editions"):
        for figure in every[name].values():
            vl_convert.vegalite_to_svg(figure.spec("en", ""), show_warnings=True)
    assert capfd.readouterr() == ("", "")


def test_words_and_links(every: dict[str, dict[str, Figure]]) -> None:
    for figures in every.values():
        for figure in figures.values():
            for text in (figure.title_zh, figure.caption_zh):
                assert CHINESE.search(text)
            assert not CHINESE.search(re.sub("甲镇|乙乡", "", figure.title_en + figure.caption_en))
            for text in (figure.caption_zh, figure.caption_en):
                assert text.endswith((".", "。"))
                assert not re.search(r"[{}]|None", text)
            assert all(sentences(figure))
            for row in marks(figure.spec("en", "../index.html")):
                if "href" in row:
                    assert row["href"].startswith("../index.html#")


def test_nothing_to_show() -> None:
    assert figures_of({}) == []
    for make in (two, lambda: many(3), lambda: edition_steps(1)):
        assert figures_of(empty(make())) == []


def test_two_lists_without_a_difference() -> None:
    rows = tuple(f"{row.id} {row.id} exact" for row in FIRST.rows)
    same = Written("丙镇", "653000103", "2025-01", FIRST.rows, TYPES)
    figures = named(figures_of(compared((FIRST, same), pairs(FIRST, same, *rows))))
    assert list(figures) == PAIR_FIGURES
    assert "没有换清单的事项" in figures["moves"].caption_zh
    assert "no item stands in another table" in figures["moves"].caption_en
    texts = written(figures["shared"].spec("zh", ""))
    assert texts.count("7") == 1
    assert texts.count("0") == 8  # nothing alone, in four rows of two sides


def test_shared(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["two"]["shared"]
    said = {row["sentence"]: row for row in marks(figure.spec("zh", ""), "rect")}
    # Groups: b1, b3–c1, c1–c2, r1–b2, r2–r1 shared; c2–c3 uncertain; b2 only in the first, r2 only
    # in the second. 5 of 9 duties, as an uncertain pair counts as two.
    assert {text for text in said if text.startswith("全部")} == {
        *("全部：两者共有 5 项", "全部：1 项不确定", "全部：仅甲有 1 项", "全部：仅乙有 1 项")
    }
    assert said["全部：两者共有 5 项"]["value"] == 5
    assert said["全部：仅甲有 1 项"]["value"] == -1
    assert "55.6%" in written(figure.spec("zh", ""))
    # Of the basic list only b1 is in both; b3 went out of it and r1 came into it.
    assert {"基本履职：1 项甲列在此、乙列在别处", "基本履职：1 项乙列在此、甲列在别处"} <= set(said)
    assert unquote(said["全部：仅甲有 1 项"]["href"]) == "#list/all/only_a"
    english = written(figure.spec("en", ""))
    assert any("乙乡 (simulated)" in text for text in english)
    assert not any("甲镇 (simulated)" in text for text in english)


def test_moves(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["two"]["moves"]
    assert "共 2 对" in figure.caption_zh
    cells = {row["href"]: row for row in marks(figure.spec("zh", ""), "rect")}
    assert set(cells) == {
        *("#moves/basic/basic", "#moves/basic/cooperative", "#moves/cooperative/cooperative"),
        *("#moves/reclaimed/basic", "#moves/reclaimed/reclaimed", "#moves/basic/absent"),
        *(
            "#moves/absent/reclaimed",
            "#moves/cooperative/uncertain",
            "#moves/uncertain/cooperative",
        ),
    }
    moved = {
        href
        for href, row in cells.items()
        if row["fill"] == cells["#moves/reclaimed/basic"]["fill"]
    }
    assert moved == {"#moves/basic/cooperative", "#moves/reclaimed/basic"}
    assert written(figure.spec("zh", "")).count("1") == 9


def test_moves_agree_with_the_table(every: dict[str, dict[str, Figure]]) -> None:
    found = {
        f"#moves/{row['list_a']}/{name}": row[name]
        for row in two()["moves"]
        for name in ("basic", "cooperative", "reclaimed", "absent", "uncertain")
        if row[name]
    }
    spec = every["two"]["moves"].spec("en", "")
    texts = {row["href"]: int(row["text"]) for row in marks(spec, "text") if row.get("href")}
    assert texts == found


def test_dumbbells(every: dict[str, dict[str, Figure]]) -> None:
    said = sentences(every["two"]["categories"])
    assert "平安法治：事项数 3 → 3" in said
    assert "党的建设：倚重度 – → –" in said
    # 反诈宣传 has two duties of the town and one of 公安局, then one and two.
    assert "平安法治：倚重度 67% → 40%" in said  # (1 + 1) of (1 + 1 + 2 + 1) with 人民调解
    figure = every["two"]["types"]
    assert "公安局：乡镇职责（条） 2.0 → 0.5" in sentences(figure)  # shared with 司法局
    points = [
        row for row in marks(figure.spec("zh", ""), "point") if "公安局：乡镇" in row["sentence"]
    ]
    assert sorted((row["mark"]["shape"], row["value"]) for row in points) == [
        ("circle", 2.0),
        ("diamond", 0.5),
    ]
    assert unquote(points[0]["href"]) == "#type/公安局"


def test_only_so_many_rows() -> None:
    rows = [Row(f"b{k}", f"事项{k}", f"类别{k:02}") for k in range(1, MOST_ROWS + 6)]
    a, b = (Written(f"{n}镇", f"65300020{n}", "2025-01", rows) for n in (1, 2))
    found = compared((a, b), pairs(a, b, *(f"{row.id} {row.id} exact" for row in rows)))
    figure = named(figures_of(found))["categories"]
    assert "另有 5 类未画" in figure.caption_zh
    assert "5 more categories are not drawn" in figure.caption_en
    shown = written(figure.spec("zh", ""))
    assert f"类别{MOST_ROWS:02}" in shown
    assert f"类别{MOST_ROWS + 1:02}" not in shown


def test_editions(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["editions"]["editions"]
    spec = figure.spec("zh", "")
    bars = [(row["start"], row["value"], row["sentence"]) for row in marks(spec, "rect")]
    assert sorted(bars)[:2] == [
        (0, -1, "甲镇* 2000-01 → 2001-01：取消 1"),
        (0, -1, "甲镇* 2001-01 → 2002-01：取消 1"),
    ]
    assert (0, 4, "甲镇* 2000-01 → 2001-01：保留 4") in bars
    assert (4, 5, "甲镇* 2000-01 → 2001-01：新增 1") in bars
    assert "2000-01 → 2001-01" in written(spec)
    assert marks(spec, "rect")[0]["href"] == "#edition/653000101/2000-01/2001-01"
    assert "带 * 的是模拟数据" in figure.caption_zh
    assert "另有 5 行未画" in every["many editions"]["editions"].caption_zh


@pytest.mark.parametrize("number", [3, 30])
def test_matrix(every: dict[str, dict[str, Figure]], number: int) -> None:
    figure = every["three" if number == 3 else "thirty"]["matrix"]
    cells = [row for row in marks(figure.spec("zh", ""), "rect") if row.get("href")]
    assert len(cells) == number * (number - 1)  # two measures of each pair
    overlap = {row["sentence"]: row for row in cells if "重合度" in row["sentence"]}
    tables_of = many(number)
    values = {
        frozenset((row["town_a"], row["town_b"])): float(row["jaccard"] or 0)
        for row in tables_of["town-matrix"]
    }
    for text in overlap:
        towns, value = re.fullmatch(r"(.*)：重合度 (.*)%", text).groups()  # type: ignore[union-attr]
        pair = frozenset(town.rstrip("*") for town in towns.split("–"))
        assert float(value) == pytest.approx(100 * values[pair], abs=0.0501)


def test_clusters_are_marked(every: dict[str, dict[str, Figure]]) -> None:
    # Towns of a half are the same where t % 4 is the same: eight groups, and no town between.
    numbers = [int(row["cluster"] or 0) for row in many(30)["town-order"]]
    assert len(set(numbers)) == 8
    figure = every["thirty"]["matrix"]
    assert "共 8 类" in figure.caption_zh
    spec = figure.spec("zh", "")
    bars = [row for row in marks(spec, "rect") if row.get("sentence", "").startswith("聚类")]
    assert [row["sentence"] for row in bars] == [f"聚类 {number}" for number in range(1, 9)]
    step = spec["height"] / 30
    sizes = [round((row["y2"] - row["y"] + 2) / step) for row in bars]
    assert sizes == [numbers.count(number) for number in range(1, 9)]
    assert "共 2 类" in every["three"]["matrix"].caption_zh
    one = many(30)
    flat = one["town-order"]
    place = flat.column_names.index("cluster")
    rows = [(*row[:place], 1, *row[place + 1 :]) for row in flat.rows]
    figure = named(figures_of(one | {"town-order": Table(flat.name, flat.columns, rows)}))["matrix"]
    assert "没有明显的聚类" in figure.caption_zh
    assert not any("聚类" in text for text in sentences(figure))


def test_matrix_is_a_histogram_for_many_towns(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["seventy"]["matrix"]
    assert "70 个乡镇" in figure.caption_zh
    counts = [
        int(re.search(r"：(\d+) 对", row["sentence"])[1])  # type: ignore[index]
        for row in marks(figure.spec("zh", ""), "rect")
        if row["sentence"].startswith("重合度")
    ]
    assert sum(counts) == 70 * 69 // 2


def test_presence(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["thirty"]["presence"]
    spec = figure.spec("zh", "")
    cells = [row for row in marks(spec, "rect") if row.get("href")]
    # Eleven duties that three quarters of the towns have, twice eleven that half of them have, and
    # one that one town has; the one that all have in the same list is not drawn.
    present = sum((t + k) % 4 != 0 for t in range(30) for k in range(1, 12))
    assert len(cells) == present + 11 * 30 + 1
    assert "核心事项 1 项" in figure.caption_zh
    assert "事项零" not in written(spec)
    fills = {row["sentence"].rpartition("：")[2]: row["fill"] for row in cells}
    assert set(fills) == {"基本履职", "配合履职", "上级部门收回"}
    assert len(set(fills.values())) == 3
    rows = [row["y"] for row in cells if "事项第1：" in row["sentence"]]
    alone = [row["y"] for row in cells if "独有事项" in row["sentence"]]
    assert max(rows) < min(alone)  # those of most towns first


def test_presence_takes_what_varies_most() -> None:
    row = {"basic": 1, "cooperative": 1, "reclaimed": 1}
    assert variety(row, 4) == 0.75  # four ways, as frequent
    assert variety({"basic": 4, "cooperative": 0, "reclaimed": 0}, 4) == 0
    assert variety({"basic": 2, "cooperative": 0, "reclaimed": 0}, 4) == 0.5
    assert variety(row, 0) == 0
    some = [
        Written(f"模拟{t}乡", f"65310000{t}", "2025-01", [Row(f"b{k}", f"事项{k:03}") for k in own])
        for t, own in enumerate((range(1, 121), range(1, 41), range(1, 121)))
    ]
    mapped = [(one, f"{row.id} {row.title} exact") for one in some for row in one.rows]
    found = compared(some, mappings(*mapped))
    figure = named(figures_of(found))["presence"]
    assert len({row["y"] for row in marks(figure.spec("zh", ""), "rect")}) == MOST_CONCEPTS == 80
    assert "核心事项 40 项、其余 0 项" in figure.caption_zh


def test_spread(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["thirty"]["spread"]
    bars = marks(figure.spec("zh", ""), "rect")
    # Of the thirty towns t, duty 4 is cooperative where t % 4 is 1, and basic where it is 2 or 3.
    said = [row for row in bars if row["sentence"].startswith("label 事项第4：")]
    assert {row["sentence"] for row in said} == {"label 事项第4：基本履职 14、配合履职 8"}
    assert sorted(row["value"] - row["start"] for row in said) == [8, 14]
    assert len({row["sentence"] for row in bars}) == 11 <= MOST_SPREAD


def test_classes(every: dict[str, dict[str, Figure]]) -> None:
    said = sentences(every["thirty"]["classes"], kind="rect")
    assert "核心 · 基本履职：1" in said
    assert "仅一个乡镇有 · 配合履职：1" in said
    assert sum(int(text.rpartition("：")[2]) for text in said) == len(many(30)["concepts"])


def test_unusual(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["thirty"]["unusual"]
    bars = {row["sentence"]: row for row in marks(figure.spec("zh", ""), "rect")}
    bar = bars["模拟001乡：独有 1"]
    assert bar["value"] == 1
    assert bar["href"] == "#town/653100001/unique"
    assert [text for text in bars if "独有" in text] == ["模拟001乡：独有 1"]
    assert "只画最不同的 40 个乡镇，另有 30 个未画" in every["seventy"]["unusual"].caption_zh


def test_deviations(every: dict[str, dict[str, Figure]]) -> None:
    figure = every["three"]["category-deviations"]
    # 城乡建设 has one item of one town, so that the median is 0.
    spec = figure.spec("zh", "")
    cells = {row["sentence"]: row for row in marks(spec, "rect")}
    more = cells["模拟001乡 · 城乡建设：1，中位数 0"]
    same = cells["模拟000乡* · 城乡建设：0，中位数 0"]
    assert more["fill"] != same["fill"]
    assert unquote(more["href"]) == "#deviation-category/城乡建设"
    assert len(cells) == 4 * 3  # categories and towns
    wide = every["seventy"]["category-deviations"]
    assert f"只画最异常的 {deviation_figures.MOST_COLUMNS} 个乡镇" in wide.caption_zh
    assert len(marks(wide.spec("zh", ""), "rect")) == 4 * deviation_figures.MOST_COLUMNS


def test_a_few_large_deviations_do_not_take_all_colour() -> None:
    assert deviation_figures._scale([1.0] * 99 + [50.0]) == (1.0, True)
    assert deviation_figures._scale([]) == (1.0, False)


@pytest.mark.parametrize("make", [two, lambda: many(3), lambda: edition_steps(2)])
def test_hostile_names(make: Any) -> None:
    hostile = HOSTILE * 3
    changed: Mapping[str, Table] = {
        name: Table(
            name, one.columns, [tuple(_hostile(v, hostile) for v in row) for row in one.rows]
        )
        for name, one in make().items()
    }
    figures = figures_of(changed)
    assert figures
    for figure in figures:
        for lang in ("zh", "en"):
            assert_whole(figure, lang)
            root = etree.fromstring(drawing.svg(figure, lang).encode("utf-8"))
            tags = {etree.QName(node).localname for node in root.iter()}
            assert tags <= {"svg", "g", "path", "rect", "line", "text", "a"}


def _hostile(value: Value, hostile: str) -> Value:
    known = ("甲镇", "乙乡", "模拟000乡", "平安法治", "公安局", "label 事项第4")
    return hostile if value in known else value


def test_the_same_tables_give_the_same_bytes(every: dict[str, dict[str, Figure]]) -> None:
    for name in ("two", "thirty"):
        for figure, other in zip(every[name].values(), figures_of(ALL[name]()), strict=True):
            assert drawing.svg(figure, "zh") == drawing.svg(other, "zh")
