"""The figures of many towns that are matrices: nestedness and likeness of lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dutygraph.network.similarity import clusters
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.department_figures import LABELS
from dutygraph.report.drawing import INK, SOFT, Figure
from dutygraph.report.lettering import clean, shorten, text_width
from dutygraph.report.marks import (
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
from dutygraph.table import Table

Row = Mapping[str, Any]

MOST_COLUMNS: Final = 200
"""Towns that nestedness shows; of more, so many at equal distances."""
MOST_MATRIX: Final = 60
"""Towns up to which similarity is a matrix; beyond, it is a histogram."""

_NUMBERS: Final = Style(align="right")
_CELLS: Final = 3000  # of a matrix, above which neighbouring cells are drawn as one


def _rows(tables: Mapping[str, Table], name: str) -> list[dict[str, Any]]:
    return list(tables[name]) if name in tables else []


def nestedness(tables: Mapping[str, Table]) -> Figure | None:
    """Which towns name which department types, both ordered by how many."""
    rows = _rows(tables, "presence")
    kinds = list(dict.fromkeys(str(row["department_type"]) for row in rows))
    towns = {str(row["division"]): str(row["town"]) for row in rows}
    present = {(str(r["department_type"]), str(r["division"])) for r in rows if r["present"]}
    if not present or len(towns) < 2:
        return None
    english = {
        str(r["department_type"]): str(r["department_type_en"] or "")
        for r in _rows(tables, "type-summary")
    }
    shown = list(towns)
    if len(shown) > MOST_COLUMNS:
        shown = [shown[k * len(shown) // MOST_COLUMNS] for k in range(MOST_COLUMNS)]
    some_zh = (
        f"{len(towns)} 个乡镇中按次序等距取 {len(shown)} 个。" if len(shown) < len(towns) else ""
    )
    some_en = (
        f" Of {len(towns)} towns {len(shown)} are shown, at equal distances in this order."
        if len(shown) < len(towns)
        else ""
    )
    return Figure(
        "nestedness",
        "嵌套结构：哪些乡镇的清单涉及哪些部门类型",
        "Nestedness: which towns' lists name which department types",
        "行为部门类型（涉及乡镇多的在上），列为乡镇（涉及部门类型多的在左）；深色格表示该乡镇的配合事项"
        "涉及该类部门。若深色集中在左上，则短清单涉及的部门类型长清单也都涉及（嵌套）。"
        f"右侧为涉及的乡镇数。{some_zh}",
        "Rows are department types (named by most towns first), columns are towns (those that name most "
        "types first); a dark cell: a cooperative item of the town names the type. Where the dark cells "
        "fill the upper left corner, long lists name all that short ones name (nested). At the right: "
        f"number of towns.{some_en}",
        lambda lang, base: _nested_spec(kinds, shown, towns, present, english, lang, base),
    )


def _nested_spec(
    kinds: Sequence[str],
    shown: Sequence[str],
    towns: Mapping[str, str],
    present: set[tuple[str, str]],
    english: Mapping[str, str],
    lang: str,
    base: str,
) -> Layer:
    step = 17.0
    chart = Chart(lang, base, len(kinds), step=step)
    left = LABELS[lang] + 8
    wide = min(26.0, (WIDTH - left - 50) / len(shown))
    chart.rules()
    top = town_names(chart, [(d, towns[d]) for d in shown], left, wide) if wide >= 13 else 4.0
    counts = Counter(kind for kind, _ in present)
    merged = len(kinds) * len(shown) > _CELLS
    cells: list[Layer] = []
    for k, kind in enumerate(kinds):
        name = kind if lang == "zh" else english.get(kind) or kind
        said = chart.say(
            f"{name}：{len(towns)} 个乡镇中有 {counts[kind]} 个涉及",
            f"{name}: named by {counts[kind]} of {len(towns)} towns",
        )
        link = chart.link("type", kind)
        chart.label(k, LABELS[lang], name, size=11, sentence=said, href=link)
        right = left + wide * len(shown) + 34
        text = str(counts[kind])
        chart.text(right, chart.middle(k), text, Style("right", size=11), sentence=said, href=link)
        for begin, end in _runs([(kind, d) in present for d in shown], merged=merged):
            if not merged:
                town = towns[shown[begin]]
                said = chart.say(f"{town}：涉及{name}", f"{town} names {name}")
                link = chart.link("town", shown[begin])
            x, x2 = left + begin * wide, left + end * wide
            cells.append(
                {"x": round(x, 2), "x2": round(x2, 2), "y": k * step + 1, "y2": (k + 1) * step - 1}
                | {"sentence": clean(said), "href": link}
            )
    edge = {"stroke": "white", "strokeWidth": 1} if wide >= 6 else {}
    chart.free(cells, "rect", fill=TOWN, **edge)
    return chart.specification(
        chart.say("部门类型与乡镇的有无矩阵", "Presence of department types in towns"), top=top
    )


def _runs(flags: Sequence[bool], *, merged: bool) -> list[tuple[int, int]]:
    """Begin and end of cells that are set: each alone, or neighbours as one.

    >>> _runs([True, True, False, True], merged=True)
    [(0, 2), (3, 4)]
    """
    out: list[tuple[int, int]] = []
    for k, flag in enumerate(flags):
        if not flag:
            continue
        if merged and out and out[-1][1] == k:
            out[-1] = (out[-1][0], k + 1)
        else:
            out.append((k, k + 1))
    return out


def town_names(chart: Chart, towns: Sequence[tuple[str, str]], left: float, wide: float) -> float:
    """Names of towns above their columns, upright, each with a link to its place.

    Args:
        chart: where.
        towns: division code and name of each.
        left: where the first column begins, in pixels.
        wide: width of a column.

    Returns:
        How far up they reach.
    """
    highest = 0.0
    for k, (division, town) in enumerate(towns):
        name = shorten(clean(town), 110, 11)
        highest = max(highest, 6 + text_width(name, 11))
        chart.text(
            left + (k + 0.5) * wide,
            -6,
            name,
            Style("left", SOFT, 11, angle=270),
            sentence=town,
            href=chart.link("town", division),
        )
    return highest


def similarity(tables: Mapping[str, Table]) -> Figure | None:
    """How alike the lists of towns are: a matrix of pairs, or their distribution."""
    rows = _rows(tables, "similarity")
    if not rows:
        return None
    towns = {str(row[f"division_{end}"]): str(row[f"town_{end}"]) for row in rows for end in "ab"}
    words_zh = (
        "标题重合度 = 两份清单共有的事项标题 ÷ 两者全部标题；措辞相似度 = 标题字符二元组的余弦。"
    )
    words_en = (
        "Overlap of titles = titles of both lists ÷ titles of either (Jaccard); likeness of wording = "
        "cosine of the titles' character bigrams."
    )
    if len(towns) > MOST_MATRIX:
        return Figure(
            "similarity",
            "清单相似度：乡镇两两之间",
            "Likeness of lists: all pairs of towns",
            f"{len(towns)} 个乡镇两两之间相似度的分布，条形为乡镇对数。{words_zh}1 表示两份清单相同。",
            f"Distribution of the likeness of the pairs of {len(towns)} towns; bars are numbers of pairs. "
            f"{words_en} 1 means that two lists are the same.",
            lambda lang, base: _histogram_spec(rows, lang, base),
        )
    order = clusters(tables["similarity"])
    return Figure(
        "similarity",
        "清单相似度：乡镇两两之间",
        "Likeness of lists: all pairs of towns",
        f"每格一对乡镇，颜色越深越相似。对角线左下为标题重合度，右上为措辞相似度。{words_zh}"
        "相似的乡镇排在一起（平均连接聚类）。",
        "A cell is a pair of towns, the darker the more alike. Below the diagonal: overlap of titles; "
        f"above: likeness of wording. {words_en} Similar towns stand together (average linkage).",
        lambda lang, base: _matrix_spec(rows, order, towns, lang, base),
    )


_LIKENESS: Final = (
    ("jaccard", "标题重合度", "overlap of titles"),
    ("cosine", "措辞相似度", "likeness of wording"),
)


def _matrix_spec(
    rows: Sequence[Row], order: Sequence[str], towns: Mapping[str, str], lang: str, base: str
) -> Layer:
    left = min(130.0, max(text_width(clean(name), 11) for name in towns.values()) + 4)
    wide = min(30.0, (WIDTH - left - 8) / len(order))
    chart = Chart(lang, base, len(order), step=wide, width=max(560.0, left + 8 + wide * len(order)))
    place = {division: k for k, division in enumerate(order)}
    top = town_names(chart, [(d, towns[d]) for d in order], left + 8, wide)
    for k, division in enumerate(order):
        link = chart.link("town", division)
        chart.label(k, left, towns[division], size=11, href=link)
    cells: list[Layer] = []
    diagonal = [
        {"x": left + 8 + k * wide, "x2": left + 8 + (k + 1) * wide}
        | {"y": k * wide, "y2": (k + 1) * wide}
        for k in range(len(order))
    ]
    chart.free(diagonal, "rect", fill=GRID)
    for measure, zh, en in _LIKENESS:
        values = [float(row[measure]) for row in rows if row[measure] is not None]
        if not values:
            continue
        low, high = min(values), max(values)
        words = chart.say(zh, en)
        where = (
            chart.say("左下：", "below: ")
            if measure == "jaccard"
            else chart.say("右上：", "above: ")
        )
        for part, value in ((0.0, low), (1.0, high)):
            chart.legend(Sign(f"{where}{words} {value:.2f}", fill=shade(part), stroke=OPEN))
        for row in rows:
            if row[measure] is None:
                continue
            value = float(row[measure])
            a, b = str(row["division_a"]), str(row["division_b"])
            column, line = sorted((place[a], place[b]), reverse=measure == "cosine")
            part = (value - low) / (high - low) if high > low else 1.0
            said = f"{row['town_a']}–{row['town_b']}{chart.say('：', ': ')}{words} {value:.2f}"
            x, y = left + 8 + column * wide, line * wide
            cells.append(
                {"x": round(x, 2), "x2": round(x + wide, 2)}
                | {"y": round(y, 2), "y2": round(y + wide, 2)}
                | {"fill": shade(part), "sentence": clean(said)}
            )
            if wide >= 24:
                style = Style("center", "white" if part > 0.6 else INK, 11)
                text = f"{value:.2f}".removeprefix("0")
                chart.text(x + wide / 2, y + wide / 2, text, style, sentence=said)
    edge = {"stroke": "white", "strokeWidth": 0.6} if wide >= 8 else {}
    chart.free(cells, "rect", fill="field:fill", **edge)
    return chart.specification(chart.say("乡镇清单两两相似度", "Likeness of towns' lists"), top=top)


def _histogram_spec(rows: Sequence[Row], lang: str, base: str) -> Layer:
    bins = 20
    chart = Chart(lang, base, bins, step=19)
    half = (WIDTH - 90 - 60) / 2
    chart.rules()
    for k in range(bins):
        low, high = (bins - 1 - k) / bins, (bins - k) / bins
        chart.text(76, chart.middle(k), f"{low:.2f}–{high:.2f}", _NUMBERS)
    for side, (measure, zh, en) in enumerate(_LIKENESS):
        values = [float(row[measure]) for row in rows if row[measure] is not None]
        counts = Counter(min(bins - 1, int(value * bins + 1e-9)) for value in values)
        most = max(counts.values(), default=1)
        left = 90 + side * (half + 60)
        panel = Panel(left, left + half, 0, most * 1.15, ticks(0, most, 4, whole=True))
        chart.panel(panel)
        words = chart.say(zh, en)
        chart.heading(
            left, chart.say(f"{words}：乡镇对数", f"{words.capitalize()}: pairs"), width=half
        )
        bars = []
        for index, count in counts.items():
            part = percent(count / len(values))
            said = chart.say(
                f"{words} {index / bins:.2f}–{(index + 1) / bins:.2f}：{count} 对，占 {part}",
                f"{words} {index / bins:.2f}–{(index + 1) / bins:.2f}: {count} pairs, {part}",
            )
            bars.append(Mark(bins - 1 - index, count, said))
            beside = Style(colour=SOFT, size=11)
            y = chart.middle(bins - 1 - index)
            chart.text(panel.pixel(count) + 4, y, number(count), beside, sentence=said)
        chart.bars(panel, sorted(bars, key=lambda bar: bar.row), (TOWN, DEPARTMENT)[side])
    return chart.specification(chart.say("乡镇清单相似度的分布", "Distribution of likeness"))
