"""The figures of one edition: true numbers, whole sentences, links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import altair
import pytest
from figure_tables import edition_tables, empty, marks, table
from lxml import etree

from dutygraph import run_query
from dutygraph.network.categories import category_table, department_categories
from dutygraph.network.centrality import edge_table, node_table
from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table
from dutygraph.network.profile import action_profiles, action_table
from dutygraph.report import drawing
from dutygraph.report.drawing import Figure
from dutygraph.report.figures import figures
from dutygraph.report.lettering import Box, text_width
from dutygraph.report.marks import number, percent, ticks
from dutygraph.report.network_figure import community_letters
from dutygraph.store import Embedded
from dutygraph.table import Table

NAMES = ["load", "split", "actions", "profile", "heatmap", "network", "taken-back", "categories"]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def made() -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(edition_tables())}


@pytest.fixture(scope="module")
def real_tables(packaged: Embedded) -> dict[str, Table]:
    """The tables of the real document."""
    asked = ("items", "duties", "departments", "actions", "categories")
    items, duties, departments, actions, categories = (run_query(packaged, n) for n in asked)
    load, pairs = department_load(items, duties, departments), pair_table(items)
    derived = (
        load,
        action_table(duties, actions),
        action_profiles(items, duties, actions),
        category_table(categories),
        department_categories(items, duties),
        node_table(load, pairs, items),
        edge_table(pairs),
    )
    return {one.name: one for one in derived} | {"duties": duties}


def sentences(figure: Figure, lang: str = "zh", kind: str = "") -> list[str]:
    return [row["sentence"] for row in marks(figure.spec(lang, ""), kind)]


def written(spec: dict[str, Any]) -> list[str]:
    """All texts of a figure."""
    return [
        str(row["text"])
        for layer in spec["layer"]
        if layer["mark"]["type"] == "text"
        for row in layer["data"]["values"]
    ]


def text_boxes(spec: dict[str, Any]) -> Iterator[tuple[str, Box]]:
    """Where the texts of a figure stand, by their estimated width; halos apart."""
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] != "text" or mark.get("stroke"):
            continue
        for row in layer["data"]["values"]:
            size = mark["fontSize"]
            width = text_width(row["text"], size)
            shift = {"left": 0, "center": width / 2, "right": width}[mark["align"]]
            if mark["angle"] == 270:
                yield row["text"], Box(row["x"] - size / 2, row["y"] - width + shift, size, width)
            else:
                yield row["text"], Box(row["x"] - shift, row["y"] - size / 2, width, size)


def assert_whole(figure: Figure, lang: str) -> None:
    """No text is cut off at the edge of the picture or lies over another one."""
    spec = figure.spec(lang, "")
    padding = spec["padding"]
    boxes = list(text_boxes(spec))
    for text, box in boxes:
        assert box.x >= -padding["left"], (figure.name, text)
        assert box.x + box.width <= spec["width"] + padding["right"], (figure.name, text)
        assert box.y >= -padding["top"], (figure.name, text)
        assert box.y + box.height <= spec["height"] + padding["bottom"], (figure.name, text)
    boxes.sort(key=lambda pair: pair[1].y)
    for k, (one, a) in enumerate(boxes):
        for other, b in boxes[k + 1 :]:
            if b.y >= a.y + a.height:
                break  # so are all that follow
            assert not a.overlaps(b), (figure.name, one, other)


# --- all figures -------------------------------------------------------------------------------


def test_what_there_is(made: dict[str, Figure]) -> None:
    assert list(made) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_figure_is_valid_and_whole(made: dict[str, Figure], name: str, lang: str) -> None:
    figure = made[name]
    altair.LayerChart.from_dict(figure.spec(lang, ""))  # validates
    assert_whole(figure, lang)
    root = etree.fromstring(drawing.svg(figure, lang).encode("utf-8"))
    assert root.get("aria-label") == figure.title(lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_real_document(real_tables: dict[str, Table], lang: str) -> None:
    made = figures(real_tables)
    assert [figure.name for figure in made] == NAMES
    for figure in made:
        assert_whole(figure, lang)
        root = etree.fromstring(drawing.svg(figure, lang).encode("utf-8"))
        assert float(root.get("width")) <= 870


def test_the_converter_has_nothing_to_warn_of(
    made: dict[str, Figure], capfd: pytest.CaptureFixture[str]
) -> None:
    import vl_convert

    for figure in made.values():
        vl_convert.vegalite_to_svg(figure.spec("en", ""), show_warnings=True)
    assert capfd.readouterr() == ("", "")


def test_words(made: dict[str, Figure]) -> None:
    for figure in made.values():
        chinese, english = (
            (figure.title_zh, figure.caption_zh),
            (figure.title_en, figure.caption_en),
        )
        assert all(CHINESE.search(text) for text in chinese)
        assert not any(CHINESE.search(text) for text in english)
        for text in (*chinese, *english):
            assert "{" not in text
            assert "None" not in text
        for caption in (figure.caption_zh, figure.caption_en):
            assert caption.endswith((".", "。"))


def test_every_mark_has_a_sentence_in_the_language(made: dict[str, Figure]) -> None:
    for figure in made.values():
        for lang in ("zh", "en"):
            said = sentences(figure, lang)
            assert said
            assert all(said), figure.name
            assert not any("None" in words or "nan" in words for words in said)
        # Town and departments are named in English here, so nothing else is left.
        assert not any(CHINESE.search(words) for words in sentences(figure, "en")), figure.name


PLACES = {
    *(f"department/{d}" for d in ("公安局", "司法局", "民政局", "水务公司")),
    *(f"department/公安局/{part}" for part in ("items", "town", "own", "joint", "unattributed")),
    *(f"department/司法局/{part}" for part in ("items", "town", "own", "joint", "unattributed")),
    *(f"department/民政局/{part}" for part in ("items", "town", "own", "reclaimed")),
    "department/水务公司/reclaimed",
    *(f"category/平安法治/{kind}" for kind in ("basic", "cooperative")),
    *(f"category/民生服务/{kind}" for kind in ("cooperative", "reclaimed")),
    "category//basic",
    "pair/公安局/司法局",
    "cell/公安局/平安法治",
    "cell/司法局/平安法治",
    "cell/民政局/民生服务",
    *(f"action/town/{code}" for code in ("report", "inspect", "organise")),
    *(f"action/department/{code}" for code in ("inspect", "penalise", "pay")),
}


@pytest.mark.parametrize("base", ["", "../index.html"])
def test_links_lead_to_places_of_the_page(made: dict[str, Figure], base: str) -> None:
    found = set()
    for figure in made.values():
        for row in marks(figure.spec("zh", base)):
            if "href" in row:
                before, sign, place = row["href"].partition("#")
                assert (before, sign) == (base, "#")
                assert re.fullmatch(r"[A-Za-z0-9_.~/%-]+", place)
                found.add(unquote(place))
    assert found <= PLACES
    # And each kind of place is led to.
    assert {place.partition("/")[0] for place in found} == {p.partition("/")[0] for p in PLACES}


def test_the_same_tables_give_the_same_bytes() -> None:
    first, second = figures(edition_tables()), figures(edition_tables())
    for one, other in zip(first, second, strict=True):
        assert drawing.svg(one, "zh", "../a.html") == drawing.svg(other, "zh", "../a.html")


def test_the_order_of_rows_makes_no_difference() -> None:
    tables = edition_tables()
    turned = {n: Table(n, one.columns, list(one.rows)[::-1]) for n, one in tables.items()}
    for one, other in zip(figures(tables), figures(turned), strict=True):
        assert sorted(sentences(one)) == sorted(sentences(other))


def test_nothing_to_show() -> None:
    assert figures({}) == []
    assert figures(empty(edition_tables())) == []


@pytest.mark.parametrize("missing", sorted(edition_tables()))
def test_a_table_that_is_missing_leaves_out_its_figures_only(missing: str) -> None:
    tables = edition_tables()
    del tables[missing]
    for figure in figures(tables):
        for lang in ("zh", "en"):
            drawing.svg(figure, lang)
    left = {figure.name for figure in figures(tables)}
    needs = {
        "department-load": {"load", "split", "taken-back"},
        "duties": {"actions"},
        "actions": {"actions"},
        "action-profiles": {"profile"},
        "department-categories": {"heatmap"},
        "categories": {"categories"},
        "nodes": {"network"},
        "edges": set(),
    }
    assert left == set(NAMES) - needs[missing]


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}"


@pytest.mark.parametrize(
    "name", [HOSTILE, "长" * 200, "W" * 200, "a\x00b\u202ec\nd\ud800", "]]>", "$schema", "datum.x"]
)
def test_hostile_names(name: str) -> None:
    old = ("公安局", "平安法治", "甲镇")
    for figure in figures(edition_tables({one: f"{name}{k}" for k, one in enumerate(old)})):
        for lang in ("zh", "en"):
            assert_whole(figure, lang)
            drawn = drawing.svg(figure, lang, "../index.html")
            root = etree.fromstring(drawn.encode("utf-8"))
            tags = {etree.QName(node).localname for node in root.iter()}
            assert tags <= {"svg", "g", "path", "rect", "line", "text", "a"}
            for node in root.iter("{http://www.w3.org/2000/svg}a"):
                assert node.get("{http://www.w3.org/1999/xlink}href").startswith("../index.html#")
            longest = max((text for text in root.itertext()), key=lambda text: text_width(text))
            assert text_width(longest) <= 860


def test_departments_of_one_type_are_told_apart_in_english() -> None:
    tables = edition_tables()
    load = tables["department-load"]
    names = load.column_names
    where = names.index("department_type_en")
    rows = [
        tuple("Justice Bureau" if k == where else value for k, value in enumerate(row))
        for row in load.rows
    ]
    tables["department-load"] = Table("department-load", load.columns, rows)
    del tables["nodes"]
    shown = written(figures(tables)[0].spec("en", ""))
    assert {"Justice Bureau (公安局)", "Justice Bureau (司法局)"} <= set(shown)


# --- load and split ----------------------------------------------------------------------------


def test_load(made: dict[str, Figure]) -> None:
    spec = made["load"].spec("zh", "")
    # 4 of the town's 6 duties are 公安局's; at least the 2 of item 1, at most all 6.
    said = "公安局：分摊乡镇配合职责 4 条，占 66.7%（33.3%–100.0%）；配合事项 2 项"
    assert said in sentences(made["load"])
    bars = marks(spec, "rect")
    assert [(bar["value"], bar["start"]) for bar in bars] == [
        (pytest.approx(4 / 6), 0),
        (pytest.approx(2 / 6), 0),
    ]
    ranges = marks(spec, "rule")
    assert [(one["start"], one["value"]) for one in ranges] == [
        (pytest.approx(2 / 6), 1),
        (0, pytest.approx(4 / 6)),
    ]
    # 民政局 has items but no duties of the town: a row without a bar. 水务公司 has no items: no row.
    shown = written(spec)
    assert shown.index("公安局") < shown.index("司法局") < shown.index("民政局")
    assert "水务公司" not in shown
    assert (
        "Justice Bureau: 2 of the town's cooperative duties, 33.3% of them (0.0%–66.7%), in 1 items"
        in sentences(made["load"], "en")
    )


def test_load_without_duties_of_the_town() -> None:
    tables = edition_tables()
    load = tables["department-load"]
    gone = {"share", "share_low", "share_high"}
    rows = [
        tuple(None if n in gone else v for n, v in zip(load.column_names, row, strict=True))
        for row in load.rows
    ]
    tables["department-load"] = Table("department-load", load.columns, rows)
    assert "load" not in {figure.name for figure in figures(tables)}


def test_split(made: dict[str, Figure]) -> None:
    bars = {row["sentence"]: row for row in marks(made["split"].spec("zh", ""), "rect")}
    # The town stands to the left of 0, the department's kinds of duties one behind the other.
    assert bars["公安局：分摊乡镇职责 4 条"]["value"] == -4
    stack = [
        (bars[said]["start"], bars[said]["value"], unquote(bars[said]["href"]))
        for said in (
            "公安局：自身职责 1 条",
            "公安局：共同职责 1 条",
            "公安局：未明主体的职责 1 条",
        )
    ]
    assert stack == [
        (0, 1, "#department/公安局/own"),
        (1, 2, "#department/公安局/joint"),
        (2, 3, "#department/公安局/unattributed"),
    ]
    assert "司法局：自身职责 0 条" not in bars  # nothing to see, nothing to click
    dots = {row["sentence"]: row["value"] for row in marks(made["split"].spec("zh", ""), "point")}
    # 4 / (4 + 1); with the joint and the open duty 4 / (4 + 3).
    assert dots["公安局：倚重度 0.80（0.57–0.80）"] == 0.8
    assert dots["民政局：倚重度 0.00（0.00–0.00）"] == 0


# --- actions and profile -----------------------------------------------------------------------


def test_actions_count_a_joint_duty_once(made: dict[str, Figure]) -> None:
    # The town has 3 report, 2 inspect, 1 organise: 6 actions in its 6 duties. Departments have
    # 2 penalise, 1 inspect (of two together) and 1 pay: 4 actions.
    said = sentences(made["actions"])
    assert "上报：占乡镇动作的 50.0%，3 条职责" in said
    assert "排查巡查：占乡镇动作的 33.3%，2 条职责" in said
    assert "排查巡查：占部门动作的 25.0%，1 条职责" in said
    assert "处罚查处：占部门动作的 50.0%，2 条职责" in said
    assert not any("制定方案" in words or "plan" in words for words in said)  # nobody is named


def test_actions_are_grouped_by_nature(made: dict[str, Figure]) -> None:
    shown = written(made["actions"].spec("en", ""))
    labels = [text for text in shown if text.isalpha() and text not in ("Town", "Departments")]
    order = ["Report", "Inspect", "Pay", "Penalise", "Organise"]
    assert [text for text in labels if text in order] == order
    # Legwork: 5 of the town's 6 actions, 2 of the departments' 4.
    assert {"Legwork", "Authority", "Other", "83.3%", "50.0%"} <= set(shown)


def test_an_action_that_a_side_never_does_leads_nowhere(made: dict[str, Figure]) -> None:
    for row in marks(made["actions"].spec("zh", ""), "point"):
        if row["value"] == 0:
            assert "href" not in row


def test_profile(made: dict[str, Figure]) -> None:
    said = sentences(made["profile"])
    assert "公安局：跑腿类动作，乡镇 75.0%，部门 50.0%" in said
    assert "公安局：动作差异 0.40" in said
    assert not any("民政局" in words for words in said)  # there is nothing to compare


# --- categories --------------------------------------------------------------------------------


def test_heatmap(made: dict[str, Figure]) -> None:
    cells = {row["sentence"]: row for row in marks(made["heatmap"].spec("zh", ""), "rect")}
    assert set(cells) == {
        "公安局，平安法治：2 项",
        "司法局，平安法治：1 项",
        "民政局，民生服务：1 项",
    }
    lightness = {s: sum(int(c["fill"][k : k + 2], 16) for k in (1, 3, 5)) for s, c in cells.items()}
    assert lightness["公安局，平安法治：2 项"] < lightness["司法局，平安法治：1 项"]
    shown = written(made["heatmap"].spec("zh", ""))
    assert shown.count("2") == 2  # in the cell, and as the sum of the row


def test_categories(made: dict[str, Figure]) -> None:
    bars = {row["sentence"]: row for row in marks(made["categories"].spec("zh", ""), "rect")}
    found = {said: (row["start"], row["value"]) for said, row in bars.items()}
    assert found == {
        "平安法治：基本履职 4 项": (0, 4),
        "平安法治：配合履职 2 项": (4, 6),
        "民生服务：配合履职 1 项": (0, 1),
        "民生服务：上级部门收回 3 项": (1, 4),
        "（无类别）：基本履职 1 项": (0, 1),
    }
    assert "平安法治：33.3% 的事项由部门主责或收回" in sentences(made["categories"])


def test_taken_back(made: dict[str, Figure]) -> None:
    bars = {
        row["sentence"]: row["value"] for row in marks(made["taken-back"].spec("zh", ""), "rect")
    }
    assert bars == {
        "民政局：收回事项 2 项": -2,
        "民政局：配合事项 1 项": 1,
        "水务公司：收回事项 1 项": -1,
    }
    # 公安局 and 司法局 have cooperative items and took nothing back.
    assert "另有 2 个部门" in made["taken-back"].caption_zh
    assert "2 more departments" in made["taken-back"].caption_en


# --- network -----------------------------------------------------------------------------------


def lines_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return marks(spec, "rule")


def test_network(made: dict[str, Figure]) -> None:
    spec = made["network"].spec("zh", "")
    (line,) = lines_of(spec)
    assert line["sentence"] == "公安局–司法局：共同对应 1 项（p = 0.5，不显著）"
    assert unquote(line["href"]) == "#pair/公安局/司法局"
    circles = {row["sentence"]: row for row in marks(spec, "point")}
    police = circles["公安局：配合事项 2 项，与 1 个部门共同负责，社群 A"]
    civil = circles["民政局：配合事项 1 项，与 0 个部门共同负责"]
    # Twice the items, twice the area; the ends of the line are the centres of circles.
    assert police["size"] == pytest.approx(2 * civil["size"], rel=1e-3)
    assert (police["x"], police["y"]) in {(line["x"], line["y"]), (line["x2"], line["y2"])}
    assert civil["y"] > police["y"]
    assert "统计显著（没有）" in written(spec)
    assert "没有一对统计显著" in made["network"].caption_zh
    assert written(spec).count("A") == 2


def test_a_significant_tie_is_dark() -> None:
    tables = edition_tables()
    edges = tables["edges"]
    where = edges.column_names.index("significant")
    rows = [(*row[:where], True, *row[where + 1 :]) for row in edges.rows]
    plain = figures(tables)
    marked = figures({**tables, "edges": Table("edges", edges.columns, rows)})
    strokes = []
    for one in (plain, marked):
        spec = next(figure for figure in one if figure.name == "network").spec("zh", "")
        strokes.append(lines_of(spec)[0]["mark"]["stroke"])
    faint, dark = (sum(int(stroke[k : k + 2], 16) for k in (1, 3, 5)) for stroke in strokes)
    assert dark < faint / 3
    spec = next(figure for figure in marked if figure.name == "network").spec("en", "")
    assert "significant" in written(spec)
    assert lines_of(spec)[0]["sentence"].endswith("(p = 0.5, significant)")


def test_a_network_without_ties() -> None:
    tables = edition_tables()
    tables["edges"] = Table("edges", tables["edges"].columns, [])
    network = next(figure for figure in figures(tables) if figure.name == "network")
    spec = network.spec("zh", "")
    assert lines_of(spec) == []
    assert len(marks(spec, "point")) == 3
    assert_whole(network, "zh")


def test_letters_of_communities() -> None:
    rows = [(f"n{k}", f"n{k}", k) for k in range(60)]
    letters = community_letters(list(table("nodes", "id label community", rows)))
    # Community 0 are those that are only named alone; 1 is A, 26 is Z, 27 AA and 53 BA.
    assert "n0" not in letters
    assert [letters[f"n{k}"] for k in (1, 26, 27, 52, 53)] == ["A", "Z", "AA", "AZ", "BA"]
    assert len(set(letters.values())) == 59


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("low", [0, -3, -40.6])
@pytest.mark.parametrize("high", [0.004, 0.155, 1, 13, 102, 38_700])
@pytest.mark.parametrize("count", [4, 8])
def test_ticks_lie_on_the_axis_and_are_round(low: float, high: float, count: int) -> None:
    found = ticks(low, high, count)
    assert 2 <= len(found) <= 2 * count
    assert low <= found[0]
    assert found[-1] <= high + 1e-9
    assert 0 in found
    steps = {round(b - a, 9) for a, b in pairwise(found)}
    assert len(steps) == 1
    (step,) = steps
    assert f"{step:.0e}"[0] in "125"


def test_whole_ticks() -> None:
    assert ticks(0, 1, 8, whole=True) == (0, 1)
    assert ticks(-2, 3, 8, whole=True) == (-2, -1, 0, 1, 2, 3)


def test_numbers_as_text() -> None:
    assert (percent(0), percent(1), percent(0.0306)) == ("0.0%", "100.0%", "3.1%")
    assert (number(4), number(4.0), number(10.53), number(12_345)) == ("4", "4", "10.5", "12,345")
