"""The network of departments that are responsible together, drawn with every label readable."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from string import ascii_uppercase
from typing import Any, Final

from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import INK, SOFT, Figure
from dutygraph.report.layout import LABEL_SIZE, Arrangement, arrange
from dutygraph.report.lettering import LINE, clean
from dutygraph.report.marks import Sign, Style, number
from dutygraph.report.names import Names
from dutygraph.table import Table

Row = Mapping[str, Any]

# Colours of Okabe & Ito (2008), https://jfly.uni-koeln.de/color/, with a third of white so that a
# letter can be read on them. Beyond the seventh community the letter alone tells them apart.
_COLOURS: Final = ("#91cef1", "#efc159", "#59c0a4", "#f5ed84", "#dea8c6", "#e49659", "#59a3cd")
_ALONE: Final = "#e3e8ed"
_FAINT: Final = "#c5cdd6"
_LETTER: Final = 11.0


def network(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """Departments as nodes, joined where an item names both."""
    nodes = list(tables["nodes"]) if "nodes" in tables else []
    edges = list(tables["edges"]) if "edges" in tables else []
    if not nodes:
        return None
    tied = {str(row[end]) for row in edges for end in ("source", "target")}
    significant = sum(bool(row["significant"]) for row in edges)
    alone = sum(str(row["id"]) not in tied for row in nodes)

    @cache
    def arranged(lang: str) -> Arrangement:
        called = [{**row, "label_en": names.department(str(row["label"]), "en")} for row in nodes]
        return arrange(called, edges, lang)

    found_zh = (
        f"其中 {significant} 对统计显著（深色）"
        if significant
        else "没有一对统计显著，所以没有深色连线"
    )
    found_en = (
        f"{significant} of these ties are significant (dark)"
        if significant
        else "none of these ties is significant, so no line is dark"
    )
    return Figure(
        "network",
        "共同负责网络：哪些部门对应同一配合事项",
        "Network: departments that are responsible for the same items",
        "圆：部门，面积与配合事项数成正比；颜色和字母表示社群（联系较密的一组部门）。"
        f"连线：两个部门共同对应的事项，共 {len(edges)} 对，线越粗事项越多；深色线表示共同事项显著多于"
        f"随机（二部配置模型，错误发现率 5%），{found_zh}。下方：只单独对应事项的 {alone} 个部门。",
        "Circle: a department, its area in proportion to its cooperative items; colour and letter tell "
        "the community (departments with many ties among them). Line: items that name both departments, "
        f"{len(edges)} pairs, the thicker the more; dark where these are significantly more than by chance "
        f"(bipartite configuration model, false discovery rate 5%): {found_en}. Below: {alone} departments "
        "that are only named alone.",
        lambda lang, base: _network_spec(nodes, edges, arranged(lang), names, lang, base),
    )


def community_letters(nodes: Sequence[Row]) -> dict[str, str]:
    """Letter of the community of each node that is in one; the first letter for the first community.

    After Z comes AA. Nodes without a community (0) have no letter.
    """
    communities = sorted({int(row["community"] or 0) for row in nodes} - {0})
    letters = {}
    for k, community in enumerate(communities):
        again, letter = divmod(k, 26)
        letters[community] = (ascii_uppercase[again - 1] if again else "") + ascii_uppercase[letter]
    return {
        str(row["id"]): letters[int(row["community"])]
        for row in nodes
        if int(row["community"] or 0) in letters
    }


def community_colours(nodes: Sequence[Row]) -> dict[str, str]:
    """Colour of each node as the figure draws it: by community.

    Args:
        nodes: rows of the table ``nodes``: id, community.

    Returns:
        ``#rrggbb`` by id.
    """
    letters = community_letters(nodes)
    return {str(row["id"]): _colour(letters.get(str(row["id"]), "")) for row in nodes}


def _colour(letter: str) -> str:
    """Colour of a community; one that comes after all colours have been used is pale grey."""
    k = ascii_uppercase.find(letter) if len(letter) == 1 else -1
    if not letter:
        return _ALONE
    return _COLOURS[k] if 0 <= k < len(_COLOURS) else _FAINT


def _network_spec(
    nodes: Sequence[Row],
    edges: Sequence[Row],
    arranged: Arrangement,
    names: Names,
    lang: str,
    base: str,
) -> dict[str, Any]:
    chart = Chart(lang, base, height=arranged.height, width=arranged.width)
    letters = community_letters(nodes)
    most = max((int(row["items"] or 0) for row in edges), default=0)
    _explain(chart, nodes, edges, letters)
    # Dark lines over faint ones.
    for dark in (False, True):
        lines = [
            _line(chart, names, row, arranged)
            for row in sorted(edges, key=lambda r: int(r["items"] or 0))
            if bool(row["significant"]) is dark
            and str(row["source"]) in arranged.places
            and str(row["target"]) in arranged.places
        ]
        colour = INK if dark else _FAINT
        chart.free(lines, "rule", stroke=colour, strokeWidth="field:width", strokeCap="round")
    if arranged.alone_from is not None and most:
        words = chart.say("只单独对应事项的部门", "Departments that are only named alone")
        y = arranged.alone_from + 14
        chart.free([{"x": 0, "x2": chart.width, "y": y - 14, "y2": y - 14}], "rule", stroke=_FAINT)
        chart.text(0, y, words, Style(colour=SOFT))
    circles = []
    for row in nodes:
        place = arranged.places[str(row["id"])]
        name = names.department(str(row["label"]), lang)
        letter = letters.get(str(row["id"]), "")
        said = _said(chart, name, row, letter)
        link = chart.link("department", str(row["label"]))
        circles.append(
            {
                "x": place.x,
                "y": place.y,
                "size": round(math.pi * place.radius**2, 1),
                "fill": _colour(letter),
                "sentence": clean(said),
                "href": link,
            }
        )
        style = Style("center", INK, _LETTER)
        chart.text(place.x, place.y + 0.5, letter, style, sentence=said, href=link)
        for k, line in enumerate(place.lines):
            y = place.label.y + (k + 0.5) * LABEL_SIZE * LINE
            chart.text(place.x, y, line, Style("center", halo=True), sentence=said, href=link)
    chart.free(
        circles,
        "point",
        shape="circle",
        size="field:size",
        fill="field:fill",
        stroke=INK,
        strokeWidth=0.8,
        opacity=1,
    )
    return chart.specification(
        chart.say("部门共同负责网络", "Network of departments that are responsible together"),
        names.subtitle(),
    )


def _line(chart: Chart, names: Names, row: Row, arranged: Arrangement) -> Layer:
    ends = sorted((str(row["source"]), str(row["target"])))
    one, other = (names.department(end, chart.lang) for end in ends)
    items = int(row["items"] or 0)
    said = chart.say(
        f"{one}–{other}：共同对应 {items} 项", f"{one} – {other}: {items} items together"
    )
    if row["p_value"] is not None:
        chance = f"p = {float(row['p_value']):.2g}"
        known = (
            chart.say("，显著", ", significant")
            if row["significant"]
            else chart.say("，不显著", ", not significant")
        )
        said += chart.say(f"（{chance}{known}）", f" ({chance}{known})")
    start, end = (arranged.places[str(row[key])] for key in ("source", "target"))
    return {
        "x": start.x,
        "y": start.y,
        "x2": end.x,
        "y2": end.y,
        "width": _thickness(items),
        "sentence": clean(said),
        "href": chart.link("pair", *ends),
    }


def _thickness(items: int) -> float:
    """Width of a line in pixels: 1.2 for one item, 1.2 more for each further one, at most 9."""
    return min(9.0, round(1.2 * max(1, items), 1))


def _said(chart: Chart, name: str, row: Row, letter: str) -> str:
    items, degree = int(row["items"] or 0), int(row["degree"] or 0)
    zh = f"{name}：配合事项 {items} 项，与 {degree} 个部门共同负责"
    en = f"{name}: {items} items, responsible together with {degree} departments"
    if letter:
        zh, en = f"{zh}，社群 {letter}", f"{en}, community {letter}"
    return chart.say(zh, en)


def _explain(
    chart: Chart, nodes: Sequence[Row], edges: Sequence[Row], letters: Mapping[str, str]
) -> None:
    """The legend: sizes, lines, and communities with their numbers of departments."""
    signs = [
        Sign(chart.say("圆面积：配合事项数", "area: cooperative items"), "circle", _ALONE, INK)
    ]
    widths = sorted({int(row["items"] or 0) for row in edges})
    for items in dict.fromkeys(widths[:1] + widths[-1:]):
        thick = _thickness(items) / 10
        signs.append(
            Sign(
                chart.say(f"共同 {items} 项", f"{number(items)} together"),
                f"M-1,{-thick / 2}H1V{thick / 2}H-1Z",
                _FAINT,
                size=320,
            )
        )
    if edges:
        thick = _thickness(1) / 10
        shape = f"M-1,{-thick / 2}H1V{thick / 2}H-1Z"
        some = any(row["significant"] for row in edges)
        words = chart.say(
            "统计显著" if some else "统计显著（没有）",
            "significant" if some else "significant (none)",
        )
        signs.append(Sign(words, shape, INK, size=320))
    sizes = Counter(letters.values())
    for letter in sorted(sizes, key=lambda one: (len(one), one)):
        words = chart.say(
            f"{letter}：{sizes[letter]} 个部门", f"{letter}: {sizes[letter]} departments"
        )
        signs.append(Sign(words, "circle", _colour(letter), INK))
    chart.legend(*signs)
