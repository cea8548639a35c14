"""Figures as SVG and PNG: true links, whole texts, no need of fonts or of a network."""

from __future__ import annotations

import builtins
import importlib.util
import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import dutygraph.report.drawing as drawing
from dutygraph.errors import DutyGraphError
from dutygraph.report.anchors import anchor, href, page_of
from dutygraph.report.chart import Chart
from dutygraph.report.drawing import FONTS, Figure
from dutygraph.report.marks import Mark, Panel, Style

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
HAS_PACKAGE = importlib.util.find_spec("pylopdf_fonts_zh_cn") is not None


def spec(lang: str, base: str) -> dict[str, Any]:
    """Two bars, the first with a link."""
    chart = Chart(lang, base, 2)
    panel = Panel(100, 500, 0, 10, (0, 5, 10))
    chart.panel(panel)
    link = chart.link("department", "公安局 1", "town")
    said = chart.say("公安局：5 条，占 50%", 'Police: 5 duties, "50%"')
    chart.bars(
        panel, [Mark(0, 5, said, link), Mark(1, 2, chart.say("司法局", "Justice"))], "#1f6f8b"
    )
    chart.label(0, 95, chart.say("公安局", "Police"), sentence=said, href=link)
    chart.text(520, 10, "a < b & c > d", Style(halo=True))
    chart.text(520, 30, "[x] $& \\1")
    return chart.specification(chart.say("说明", "description"), "甲镇 2025-01")


FIGURE = Figure("test", "标题 <甲>", 'A "title"', "说明。", "A caption.", spec)


def parse(text: str) -> Any:
    return etree.fromstring(text.encode("utf-8"))


def texts(root: Any) -> list[str]:
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def links(root: Any) -> list[str]:
    return [node.get(LINK) for node in root.iter(f"{SVG}a")]


def size(root: Any) -> tuple[float, float]:
    return float(root.get("width")), float(root.get("height"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_inline_figure(lang: str) -> None:
    drawn = drawing.svg(FIGURE, lang)
    root = parse(drawn)
    assert root.get("aria-label") == FIGURE.title(lang)
    assert FIGURE.title(lang) not in texts(root)  # the page prints it
    assert links(root) == ["#department/%E5%85%AC%E5%AE%89%E5%B1%80%25201/town"] * 2
    assert "vega.github.io" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/", "")
    assert size(root)[0] == 860


def test_a_figure_of_its_own_has_a_title_and_says_whose_it_is() -> None:
    inline, alone = (parse(drawing.svg(FIGURE, "en", base)) for base in ("", "../index.html"))
    assert texts(alone)[-2:] == ['A "title"', "甲镇 2025-01"]
    assert links(alone) == ["../index.html#department/%E5%85%AC%E5%AE%89%E5%B1%80%25201/town"] * 2
    assert size(alone)[1] > size(inline)[1]


def test_the_title_lies_inside_the_picture() -> None:
    root = parse(drawing.svg(FIGURE, "en", "../index.html"))
    (outer,) = (node for node in root if node.tag == f"{SVG}g")
    top = float(re.findall(r"[\d.]+", outer.get("transform"))[1])
    places = [
        float(re.findall(r"-?[\d.]+", node.get("transform"))[1])
        for node in root.iter(f"{SVG}text")
        if node.text in ('A "title"', "甲镇 2025-01")
    ]
    assert len(places) == 2
    assert all(top + place > 12 for place in places)  # a line of 16 px needs so much above its foot


def test_every_mark_says_what_it_is() -> None:
    root = parse(drawing.svg(FIGURE, "en"))
    said = [n.get("aria-label") for n in root.iter() if n.get("aria-label")]
    assert said.count('Police: 5 duties, "50%"') == 2  # the bar and the label
    assert "Justice" in said
    assert "rect mark" not in etree.tostring(root, encoding="unicode")


def test_texts_are_the_same_as_if_the_converter_had_written_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_back = drawing.svg(FIGURE, "en")
    monkeypatch.setattr(drawing, "_EMPTY_TEXT", re.compile(r"(never)!"))
    assert drawing.svg(FIGURE, "en") == put_back
    assert {"a < b & c > d", "[x] $& \\1", "Police", "0", "5", "10"} <= set(texts(parse(put_back)))


def test_the_same_figure_twice_is_the_same() -> None:
    assert drawing.svg(FIGURE, "zh") == drawing.svg(FIGURE, "zh")
    assert drawing.png(FIGURE, "zh") == drawing.png(FIGURE, "zh")


def test_the_converter_has_nothing_to_warn_of(capfd: pytest.CaptureFixture[str]) -> None:
    import vl_convert

    vl_convert.vegalite_to_svg(spec("zh", ""), show_warnings=True)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("scale", [1, 2])
def test_png(scale: int) -> None:
    picture = drawing.png(FIGURE, "zh", scale=scale)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    expected = size(parse(drawing.svg(FIGURE, "zh", "x")))
    # A part of a pixel is a pixel; the title is the same with and without a base.
    assert abs(width - scale * expected[0]) <= 1
    assert abs(height - scale * expected[1]) <= scale


def test_fonts_are_named_once() -> None:
    root = parse(drawing.svg(FIGURE, "zh"))
    assert root.get("font-family") == FONTS
    assert all(node.get("font-family") is None for node in root.iter() if node is not root)
    assert min(float(n.get("font-size").removesuffix("px")) for n in root.iter(f"{SVG}text")) >= 11


def test_a_notebook_gets_an_altair_chart() -> None:
    import altair

    chart = drawing.notebook_chart(FIGURE, "en")
    assert isinstance(chart, altair.LayerChart)
    assert chart.to_dict()["usermeta"] == {"subtitle": "甲镇 2025-01"}


# --- fonts -------------------------------------------------------------------------------------


@pytest.mark.skipif(not HAS_PACKAGE, reason="the fonts are not installed")
def test_the_font_package_is_enough() -> None:
    assert drawing.chinese_font()


def test_two_characters_that_look_the_same_are_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_picture_of", lambda char: b"box")
    assert not drawing.chinese_font()
    monkeypatch.setattr(drawing, "_picture_of", lambda char: char.encode())
    assert drawing.chinese_font()


def run_without_fonts(code: str, folder: Path) -> str:
    """Run code where fontconfig knows no font at all."""
    (folder / "none").mkdir(exist_ok=True)
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{folder / 'none'}</dir></fontconfig>",
        encoding="utf-8",
    )
    environment = {
        **os.environ,
        "FONTCONFIG_FILE": str(config),
        "HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parent),
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout.strip()


NO_PACKAGE = "import sys; sys.modules['pylopdf_fonts_zh_cn'] = None\n"
ASK = "from dutygraph.report import drawing; print(drawing.chinese_font())"
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="fontconfig finds the fonts on Linux")


@ON_LINUX
def test_a_machine_without_a_chinese_font(tmp_path: Path) -> None:
    assert run_without_fonts(NO_PACKAGE + ASK, tmp_path) == "False"


@ON_LINUX
@pytest.mark.skipif(not HAS_PACKAGE, reason="the fonts are not installed")
def test_the_font_package_is_enough_on_a_machine_without_fonts(tmp_path: Path) -> None:
    assert run_without_fonts(ASK, tmp_path) == "True"


@ON_LINUX
def test_svg_does_not_depend_on_fonts(tmp_path: Path) -> None:
    code = NO_PACKAGE + (
        "from test_drawing import FIGURE; from dutygraph.report import drawing\n"
        "sys.stdout.write(drawing.svg(FIGURE, 'zh', 'a.html'))"
    )
    assert run_without_fonts(code, tmp_path) == drawing.svg(FIGURE, "zh", "a.html")


def test_the_hint_is_one_line_that_says_what_to_install() -> None:
    for lang in ("zh", "en"):
        hint = drawing.font_hint(lang)
        assert "\n" not in hint
        assert "pip install 'dutygraph[fonts]'" in hint
        assert "fonts-noto-cjk" in hint
        assert "SVG" in hint


def test_without_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def no_converter(name: str, *args: Any, **how: Any) -> Any:
        if name == "vl_convert":
            raise ImportError(name)
        return real_import(name, *args, **how)

    monkeypatch.delitem(sys.modules, "vl_convert", raising=False)
    monkeypatch.setattr(builtins, "__import__", no_converter)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    for use in (lambda: drawing.svg(FIGURE, "zh"), lambda: drawing.png(FIGURE, "zh")):
        with pytest.raises(DutyGraphError, match="vl_convert") as caught:
            use()
        assert caught.value.hint == "pip install 'dutygraph[report]'"


def test_importing_the_figures_loads_no_library() -> None:
    code = (
        "import sys; import dutygraph.report.figures, dutygraph.report.across_figures;"
        "print(' '.join(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"altair", "vl_convert", "numpy", "scipy", "igraph", "networkx"}.isdisjoint(loaded)


# --- anchors -----------------------------------------------------------------------------------


def test_anchors() -> None:
    assert anchor("pair", "公安局", "司法局") == "pair/公安局/司法局"
    assert anchor("cell", "a b", "c\u3000d\n") == "cell/a%20b/c%E3%80%80d%0A"
    assert anchor("x\x00y") == "x%00y"
    # Different parts make different places.
    assert anchor("cell", "a b", "c") != anchor("cell", "a_b", "c")
    assert anchor("cell", "a/b", "c") != anchor("cell", "a", "b/c")
    assert anchor("a%20b") != anchor("a b")
    assert href("cell", "a b") == "#cell/a%2520b"
    assert href("town", "653131101") == "#town/653131101"
    # A name cannot end the attribute, nor make another address of it.
    assert href("department", '"><script>?#%') == "#department/%22%3E%3Cscript%3E%3F%23%2525"
    assert href("javascript:alert(1)").startswith("#")
    assert href("\ud800") == "#%3F"


def test_names_of_pages_stay_in_their_folder() -> None:
    assert page_of("653131101") == "653131101.html"
    for code in ("../x", "..", ".", "a/b", "/etc/passwd", "a\\b", "x" * 300, "\x00", ""):
        name = page_of(code)
        assert "/" not in name
        assert "\\" not in name
        assert not name.startswith("..")
        assert len(name) <= 110
    assert page_of("x" * 300) != page_of("x" * 301)
