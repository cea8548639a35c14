"""The figures of many towns: whose lists are alike, who is unusual, and in what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from dutygraph.compare.view import Row, pair_place, rows_of, simulated_towns, town_names
from dutygraph.network.across import THRESHOLD
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import INK, SOFT, Figure
from dutygraph.report.lettering import clean, text_width
from dutygraph.report.marks import (
    BASIC,
    DARK,
    DEPARTMENT,
    GRID,
    OPEN,
    TOWN,
    WIDTH,
    Mark,
    Panel,
    Sign,
    Style,
    number,
    percent,
    shade,
    ticks,
)
from dutygraph.report.matrix_figures import town_names as names_above
from dutygraph.table import Table

MOST_MATRIX: Final = 60
"""Towns up to which likeness is a matrix; beyond, it is a histogram."""
MOST_TOWNS: Final = 40
"""Towns that unusual shows, those most unlike the others."""

_NUMBERS: Final = Style(align="right", size=11)
_LIKENESS: Final = (
    ("jaccard", "重合度", "overlap"),
    ("list_agreement", "清单一致率", "agreement of tables"),
)
_UNUSUAL: Final = (
    ("unique", "独有", "Unique"),
    ("rare", "少见", "Rare"),
    ("lacks_core", "缺核心", "Lacks core"),
    ("other_list", "异列", "Other table"),
    ("other_departments", "部门不同", "Other dept."),
)


def town_figures(tables: Mapping[str, Table]) -> list[Figure]:
    """The figures of many towns.

    Args:
        tables: of a comparison, by name: ``town-matrix``, ``town-order``, ``unusual`` and ``lists``
            are used.

    Returns:
        matrix and unusual; those without their table or with nothing to show are left out.
    """
    made = (matrix(tables), unusual(tables))
    return [figure for figure in made if figure is not None]


def ordered_towns(tables: Mapping[str, Table]) -> dict[str, str]:
    """Names of the towns by code, in the order in which similar ones are neighbours."""
    rows = sorted(rows_of(tables, "town-order"), key=lambda row: int(row["order"]))
    return town_names(rows, simulated_towns(tables))


def matrix(tables: Mapping[str, Table]) -> Figure | None:
    """How alike the lists of towns are: a matrix of pairs with clusters, or their distribution."""
    rows: list[Row] = [
        row | {"place": pair_place(number)}
        for number, row in enumerate(rows_of(tables, "town-matrix"))
        if row["jaccard"] is not None
    ]
    towns = ordered_towns(tables)
    if not rows or len(towns) < 2:
        return None
    words_zh = "重合度 = 两个乡镇共有的通用事项 ÷ 两者全部的；清单一致率 = 共有的事项中列在同一清单的比例。"
    words_en = (
        "Overlap = duties of both towns ÷ duties of either; agreement of tables = of the duties of both, the part "
        "that stands in the same table."
    )
    if len(towns) > MOST_MATRIX:
        return Figure(
            "matrix",
            "清单的相似度：乡镇两两之间",
            "How alike the lists are: all pairs of towns",
            f"{len(towns)} 个乡镇两两之间的分布，条形为乡镇对数。{words_zh}",
            f"Distribution over the pairs of {len(towns)} towns; bars are numbers of pairs. {words_en}",
            lambda lang, base: _histogram_spec(rows, lang, base),
        )
    clusters = {str(row["division"]): int(row["cluster"]) for row in rows_of(tables, "town-order")}
    groups = len(set(clusters.values()))
    groups_zh = (
        f"左侧色条和数字为聚类（共 {groups} 类），白线分开各类。"
        if groups > 1
        else "没有明显的聚类。"
    )
    groups_en = (
        f"Bars and numbers at the edge: clusters ({groups}), set apart by white lines."
        if groups > 1
        else "There are no clear clusters."
    )
    return Figure(
        "matrix",
        "清单的相似度：乡镇两两之间",
        "How alike the lists are: all pairs of towns",
        f"每格一对乡镇，颜色越深越相似；对角线左下为重合度，右上为清单一致率。{words_zh}相似的乡镇排在一起（平均连接聚类）。{groups_zh}",
        "A cell is a pair of towns, the darker the more alike; below the diagonal overlap, above it agreement of tables. "
        f"{words_en} Similar towns stand together (average linkage). {groups_en}",
        lambda lang, base: _matrix_spec(rows, towns, clusters, lang, base),
    )


def _matrix_spec(
    rows: Sequence[Row],
    towns: Mapping[str, str],
    clusters: Mapping[str, int],
    lang: str,
    base: str,
) -> Layer:
    order = list(towns)
    several = len(set(clusters.values())) > 1
    left = min(130.0, max(text_width(clean(name), 11) for name in towns.values()) + 4)
    start = left + (26 if several else 8)
    wide = min(44.0, (WIDTH - start - 4) / len(order))
    width = max(560.0, start + wide * len(order))
    chart = Chart(lang, base, len(order), step=wide, width=width)
    place = {division: k for k, division in enumerate(order)}
    shown = names_above(chart, [(one, towns[one]) for one in order], start, wide)
    for k, division in enumerate(order):
        link = chart.link("town", division)
        chart.label(k, left, towns[division], size=11 if wide >= 11 else 9, href=link)
    same = [
        {"x": start + k * wide, "x2": start + (k + 1) * wide, "y": k * wide, "y2": (k + 1) * wide}
        for k in range(len(order))
    ]
    chart.free(same, "rect", fill=GRID)
    cells: list[Layer] = []
    for measure, zh, en in _LIKENESS:
        values = [float(row[measure]) for row in rows if row[measure] is not None]
        if not values:
            continue
        low, high = min(values), max(values)
        words = chart.say(zh, en)
        below = measure == "jaccard"
        where = chart.say("左下：", "below: ") if below else chart.say("右上：", "above: ")
        ends = ((0.0, low), (1.0, high)) if high > low else ((1.0, high),)
        for part, value in ends:
            chart.legend(Sign(f"{where}{words} {value:.0%}", fill=shade(part), stroke=OPEN))
        for row in rows:
            if row[measure] is None:
                continue
            value = float(row[measure])
            a, b = str(row["division_a"]), str(row["division_b"])
            column, line = sorted((place[a], place[b]), reverse=not below)
            part = (value - low) / (high - low) if high > low else 1.0
            said = clean(f"{towns[a]}–{towns[b]}{chart.say('：', ': ')}{words} {percent(value)}")
            x, y = start + column * wide, line * wide
            link = chart.link(*row["place"])
            cells.append(
                {"x": round(x, 2), "x2": round(x + wide, 2)}
                | {"y": round(y, 2), "y2": round(y + wide, 2)}
                | {"fill": shade(part), "sentence": said, "href": link}
            )
            if wide >= 24:
                style = Style("center", "white" if part > 0.55 else INK, 11)
                text = f"{value * 100:.0f}"
                chart.text(x + wide / 2, y + wide / 2, text, style, sentence=said, href=link)
    edge = {"stroke": "white", "strokeWidth": 0.6} if wide >= 8 else {}
    chart.free(cells, "rect", fill="field:fill", **edge)
    if several:
        _mark_clusters(chart, [clusters[one] for one in order], left, start, wide)
    return chart.specification(
        chart.say("乡镇清单两两相似度", "Likeness of towns' lists"), top=shown
    )


def _mark_clusters(
    chart: Chart, numbers: Sequence[int], left: float, start: float, wide: float
) -> None:
    """Bars with the number of each cluster beside the rows, and lines between clusters."""
    bars: list[Layer] = []
    lines: list[Layer] = []
    end = start + wide * len(numbers)
    begin = 0
    for k in range(1, len(numbers) + 1):
        if k < len(numbers) and numbers[k] == numbers[begin]:
            continue
        said = chart.say(f"聚类 {numbers[begin]}", f"cluster {numbers[begin]}")
        bars.append(
            {"x": start - 6, "x2": start - 2, "y": begin * wide + 1, "y2": k * wide - 1}
            | {"sentence": said, "fill": (DARK, BASIC)[numbers[begin] % 2]}
        )
        middle = (begin + k) / 2 * wide
        style = Style("center", SOFT, 10)
        chart.text((left + start) / 2 - 1, middle, str(numbers[begin]), style, sentence=said)
        if k < len(numbers):
            edge = k * wide
            lines.append({"x": start, "x2": end, "y": edge, "y2": edge})
            lines.append({"x": start + edge, "x2": start + edge, "y": 0, "y2": chart.height})
        begin = k
    chart.free(bars, "rect", fill="field:fill")
    chart.free(lines, "rule", stroke="white", strokeWidth=3)


def _histogram_spec(rows: Sequence[Row], lang: str, base: str) -> Layer:
    bins = 20
    chart = Chart(lang, base, bins, step=19)
    half = (WIDTH - 90 - 60) / 2
    chart.rules()
    for k in range(bins):
        low, high = (bins - 1 - k) / bins, (bins - k) / bins
        chart.text(80, chart.middle(k), f"{low:.0%}–{high:.0%}", _NUMBERS)
    for side, (measure, zh, en) in enumerate(_LIKENESS):
        values = [float(row[measure]) for row in rows if row[measure] is not None]
        counts = Counter(min(bins - 1, int(value * bins + 1e-9)) for value in values)
        most = max(counts.values(), default=1)
        left = 90 + side * (half + 60)
        panel = Panel(left, left + half, 0, most * 1.18, ticks(0, most, 4, whole=True))
        chart.panel(panel)
        words = chart.say(zh, en)
        heading = chart.say(f"{words}：乡镇对数", f"{words.capitalize()}: pairs")
        chart.heading(left, heading, width=half)
        bars = []
        for index, count in counts.items():
            said = chart.say(
                f"{words} {index / bins:.0%}–{(index + 1) / bins:.0%}：{count} 对",
                f"{words} {index / bins:.0%}–{(index + 1) / bins:.0%}: {count} pairs",
            )
            bars.append(Mark(bins - 1 - index, count, said))
            y = chart.middle(bins - 1 - index)
            style = Style(colour=SOFT, size=11)
            chart.text(panel.pixel(count) + 4, y, number(count), style, sentence=said)
        chart.bars(panel, sorted(bars, key=lambda bar: bar.row), (TOWN, DEPARTMENT)[side])
    return chart.specification(chart.say("乡镇清单相似度的分布", "Distribution of likeness"))


def unusual(tables: Mapping[str, Table]) -> Figure | None:
    """Which towns are unlike the others, and in how many duties."""
    rows = rows_of(tables, "unusual")
    if len(rows) < 2 or not any(row[name] for row in rows for name, _, _ in _UNUSUAL):
        return None
    shown = rows[:MOST_TOWNS]
    rest = len(rows) - len(shown)
    more_zh = f"只画最不同的 {len(shown)} 个乡镇，另有 {rest} 个未画。" if rest else ""
    more_en = (
        f" Only the {len(shown)} most unlike the others are drawn, {rest} are not." if rest else ""
    )
    return Figure(
        "unusual",
        "哪些乡镇与众不同，不同在哪里",
        "Which towns are unlike the others, and in what",
        "每行一个乡镇，最不同的在上。左：与其他乡镇重合度的中位数，深色菱形为异常（稳健 |z| > "
        f"{THRESHOLD:g}）。右：独有的、少见的、缺少的核心事项、清单异于通常、部门异于通常的通用事项数。{more_zh}",
        "A row is a town, the one most unlike the others first. Left: median of its overlaps with the others; a dark "
        f"diamond is outlying (robust |z| > {THRESHOLD:g}). Right: duties that it alone has, rare ones, core ones that it lacks, those in another "
        f"table than usual, those with other departments than usual.{more_en}",
        lambda lang, base: _unusual_spec(
            shown, town_names(rows, simulated_towns(tables)), lang, base
        ),
    )


def _unusual_spec(shown: Sequence[Row], towns: Mapping[str, str], lang: str, base: str) -> Layer:
    chart = Chart(lang, base, len(shown), step=20)
    label = 130.0
    middle = [float(row["median_jaccard"] or 0) for row in shown]
    low, high = min(middle), max(middle)
    edge = max(0.02, (high - low) * 0.08)
    low, high = max(0.0, low - edge), min(1.0, high + edge)
    left = Panel(label + 14, label + 154, low, high, ticks(low, high, 3), percent=True)
    chart.rules()
    chart.panel(left, zero=None)
    chart.heading(left.left, chart.say("重合度中位数", "Median overlap"), width=140)
    usual: list[Mark] = []
    outlying: list[Mark] = []
    for k, row in enumerate(shown):
        town = towns[str(row["division"])]
        link = chart.link("town", str(row["division"]))
        chart.label(k, label, town, size=11, href=link)
        value = float(row["median_jaccard"] or 0)
        said = chart.say(f"{town}：重合度中位数 {value:.1%}", f"{town}: median overlap {value:.1%}")
        if row["z"] is not None:
            said += f", z = {float(row['z']):.1f}"
        (outlying if row["outlying"] else usual).append(Mark(k, value, said, link))
        y = chart.middle(k)
        chart.text(left.right + 46, y, f"{value:.0%}", _NUMBERS, sentence=said, href=link)
    chart.points(left, usual, TOWN)
    chart.points(left, outlying, DARK, shape="diamond", size=90)
    begin = left.right + 66
    room = (WIDTH - begin) / len(_UNUSUAL)
    for j, (name, zh, en) in enumerate(_UNUSUAL):
        most = max(int(row[name]) for row in shown) or 1
        x = begin + j * room
        panel = Panel(x, x + room - 44, 0, most, ())
        chart.panel(panel)
        chart.heading(x, chart.say(zh, en), width=room - 8)
        bars = []
        for k, row in enumerate(shown):
            value = int(row[name])
            town = towns[str(row["division"])]
            said = f"{town}{chart.say('：', ': ')}{chart.say(zh, en.lower())} {value}"
            link = chart.link("town", str(row["division"]), name) if value else ""
            if value:
                bars.append(Mark(k, value, said, link))
            style = Style(colour=INK if value else OPEN, size=11)
            chart.text(
                panel.pixel(value) + 4, chart.middle(k), str(value), style, sentence=said, href=link
            )
        chart.bars(panel, bars, (BASIC, DEPARTMENT)[j % 2], thickness=11)
    return chart.specification(chart.say("与众不同的乡镇", "Unlike the others"))
