"""The figures of many towns: few and many of them, outliers, and matrices."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import altair
import pytest
from figure_tables import across_tables, empty, marks, table
from lxml import etree
from test_figures import CHINESE, HOSTILE, assert_whole, sentences, written

from dutygraph.report import across_figures as module
from dutygraph.report import drawing, matrix_figures
from dutygraph.report.across_figures import across_figures
from dutygraph.report.drawing import Figure
from dutygraph.table import Table

NAMES = ["type-lean", "outliers", "nestedness", "similarity"]


def made(towns: int = 6) -> dict[str, Figure]:
    return {figure.name: figure for figure in across_figures(across_tables(towns))}


@pytest.mark.parametrize("towns", [2, 6, 45, 70, 230])
def test_each_figure_is_whole_for_few_and_many_towns(towns: int) -> None:
    figures = made(towns)
    assert list(figures) == NAMES
    for figure in figures.values():
        for lang in ("zh", "en"):
            assert_whole(figure, lang)
            drawn = drawing.svg(figure, lang)
            root = etree.fromstring(drawn.encode("utf-8"))
            assert float(root.get("width")) <= 870
            assert len(drawn) < 700_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_figure_is_valid(lang: str) -> None:
    for towns in (6, 70):
        for figure in made(towns).values():
            altair.LayerChart.from_dict(figure.spec(lang, ""))


def test_the_converter_has_nothing_to_warn_of(capfd: pytest.CaptureFixture[str]) -> None:
    import vl_convert

    for towns in (6, 70):
        for figure in made(towns).values():
            vl_convert.vegalite_to_svg(figure.spec("zh", ""), show_warnings=True)
    assert capfd.readouterr() == ("", "")


def test_words_and_links() -> None:
    for towns in (6, 70):
        for figure in made(towns).values():
            assert CHINESE.search(figure.title_zh)
            assert CHINESE.search(figure.caption_zh)
            for text in (figure.title_en, figure.caption_en):
                assert not CHINESE.search(text)
            for text in (figure.caption_zh, figure.caption_en):
                assert "{" not in text
                assert "None" not in text
            assert all(sentences(figure))
            for row in marks(figure.spec("en", "../index.html")):
                if "href" in row:
                    assert re.fullmatch(r"\.\./index\.html#(type|town)/[\w%]+", row["href"])


def test_nothing_to_show() -> None:
    assert across_figures({}) == []
    assert across_figures(empty(across_tables())) == []


def test_the_same_tables_give_the_same_bytes() -> None:
    for one, other in zip(made().values(), made().values(), strict=True):
        assert drawing.svg(one, "en") == drawing.svg(other, "en")


def test_hostile_names() -> None:
    old = "模拟001乡"
    tables = {
        name: Table(
            name,
            one.columns,
            [tuple(HOSTILE * 3 if v in (old, "公安局") else v for v in row) for row in one.rows],
        )
        for name, one in across_tables().items()
    }
    for figure in across_figures(tables):
        for lang in ("zh", "en"):
            assert_whole(figure, lang)
            root = etree.fromstring(drawing.svg(figure, lang).encode("utf-8"))
            tags = {etree.QName(node).localname for node in root.iter()}
            assert tags <= {"svg", "g", "path", "rect", "line", "text", "a"}


def test_type_lean() -> None:
    figure = made()["type-lean"]
    said = sentences(figure)
    assert "公安局：倚重度均值 0.60，6 个乡镇，95% 区间 0.50–0.70" in said
    assert "民政局：倚重度均值 0.90，2 个乡镇" in said  # too few for an interval
    spec = figure.spec("zh", "")
    assert [row["value"] for row in marks(spec, "point")] == [0.9, 0.6]  # the highest first
    (interval,) = marks(spec, "rule")
    assert (interval["start"], interval["value"]) == (0.5, 0.7)
    assert "空局" not in written(spec)  # no town gives it a value
    assert unquote(interval["href"]) == "#type/公安局"


def test_type_lean_shows_the_types_of_most_towns() -> None:
    columns = "department_type department_type_en system measure towns mean sd median low high unit"
    rows = [
        (f"局{k}", f"Bureau {k}", "", "lean", 100 - k, 0.5, None, 0.5, None, None, "0–1")
        for k in range(module.MOST_TYPES + 5)
    ]
    (figure,) = across_figures({"type-summary": table("type-summary", columns, rows)})
    shown = written(figure.spec("zh", ""))
    assert f"局{module.MOST_TYPES - 1}" in shown
    assert f"局{module.MOST_TYPES}" not in shown
    assert "另有 5 种未列" in figure.caption_zh
    assert "5 are not" in figure.caption_en


def diamonds(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in marks(spec, "point") if row["mark"]["shape"] == "diamond"]


def test_outliers() -> None:
    figure = made()["outliers"]
    spec = figure.spec("zh", "")
    far = {row["sentence"]: row["value"] for row in diamonds(spec)}
    assert far == {
        "模拟006乡：全部事项 500，中位数 202，z = 9.5": 8,  # at the edge
        "模拟006乡：公安局倚重度 0.1，中位数 0.6，z = -4.0": -4,
    }
    shown = written(spec)
    assert {"模拟006乡", "+9.5", "−4.0", "公安局倚重度"} <= set(shown)
    assert "民政局倚重度" not in shown  # no town stands out
    assert "都一样" not in shown  # no z
    circles = [row for row in marks(spec, "point") if row["mark"]["shape"] == "circle"]
    assert len(circles) == 10  # five usual towns in two measures
    assert unquote(circles[0]["href"]).startswith("#town/65313")
    assert "Items" in written(figure.spec("en", ""))


def test_outliers_of_many_towns_are_points_over_a_bar() -> None:
    # 99 usual towns have z from −0.2 to 9.6 in steps of 0.1; those up to 3.5 are usual: 38 of them.
    # The middle 90 % leaves out one (38 // 20) at either end.
    spec = made(100)["outliers"].spec("zh", "")
    assert {row["mark"]["shape"] for row in marks(spec, "point")} == {"diamond"}
    (bar,) = [row for row in marks(spec, "rect") if row["sentence"].startswith("全部事项")]
    assert bar["start"] == pytest.approx(-0.1)
    assert bar["value"] == pytest.approx(3.4)
    assert len([d for d in diamonds(spec) if "全部事项" in d["sentence"]]) == module.MOST_FAR


def test_nestedness() -> None:
    figure = made()["nestedness"]
    cells = marks(figure.spec("zh", ""), "rect")
    said = [cell["sentence"] for cell in cells]
    assert said[:2] == ["模拟001乡：涉及公安局", "模拟002乡：涉及公安局"]
    assert len(said) == 6 + 5  # the last town names only one of the two types
    assert "模拟006乡：涉及民政局" not in said
    assert "民政局：6 个乡镇中有 5 个涉及" in sentences(figure)
    assert unquote(cells[0]["href"]) == "#town/653130001"


def test_nestedness_of_very_many_towns(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = made(230)["nestedness"]
    assert f"230 个乡镇中按次序等距取 {matrix_figures.MOST_COLUMNS} 个" in figure.caption_zh
    monkeypatch.setattr(matrix_figures, "_CELLS", 1)
    cells = marks(made(6)["nestedness"].spec("en", ""), "rect")
    # Neighbouring cells are one, as wide as six and as five of them.
    assert [cell["sentence"] for cell in cells] == [
        "Public Security Bureau: named by 6 of 6 towns",
        "Civil Affairs Bureau: named by 5 of 6 towns",
    ]
    wide = [cell["x2"] - cell["x"] for cell in cells]
    assert wide[0] / wide[1] == pytest.approx(6 / 5)


def test_runs_of_cells() -> None:
    flags = [True, True, False, True, False]
    assert matrix_figures._runs(flags, merged=True) == [(0, 2), (3, 4)]
    assert matrix_figures._runs(flags, merged=False) == [(0, 1), (1, 2), (3, 4)]
    assert matrix_figures._runs([], merged=True) == []


def test_similarity_is_a_matrix_for_few_towns() -> None:
    spec = made()["similarity"].spec("zh", "")
    cells = marks(spec, "rect")
    assert len(cells) == 2 * 15  # two measures of the pairs of six towns
    below = [cell for cell in cells if "标题重合度" in cell["sentence"]]
    above = [cell for cell in cells if "措辞相似度" in cell["sentence"]]
    assert len(below) == len(above) == 15
    edge = below[0]["x2"] - below[0]["x"]
    left = min(cell["x"] for cell in cells)
    for cell in below:
        assert cell["y"] / edge > (cell["x"] - left) / edge + 0.5
    for cell in above:
        assert cell["y"] / edge < (cell["x"] - left) / edge + 0.5
    # The first town is less like the others than these among themselves, so it stands at an end.
    names = [text for text in written(spec) if text.startswith("模拟")]
    assert "模拟001乡" in (names[0], names[5])
    pale = {cell["fill"] for cell in below if "模拟001乡" in cell["sentence"]}
    dark = {cell["fill"] for cell in below if "模拟001乡" not in cell["sentence"]}
    assert pale == {"#e4eff3"}
    assert dark == {"#0d4a5e"}


def test_similarity_is_a_histogram_for_many_towns() -> None:
    # 70 towns are 70·69/2 = 2415 pairs, of which 69 with the first town.
    said = sentences(made(70)["similarity"])
    assert "标题重合度 0.25–0.30：69 对，占 2.9%" in said
    assert "标题重合度 0.50–0.55：2346 对，占 97.1%" in said
    assert "措辞相似度 0.95–1.00：2346 对，占 97.1%" in said
