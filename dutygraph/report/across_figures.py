"""The figures of many towns: what is usual, who stands out, whose lists are alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dutygraph.network.across import THRESHOLD
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.department_figures import LABEL_SIZES, LABELS
from dutygraph.report.drawing import Figure
from dutygraph.report.lettering import clean, shorten, text_width
from dutygraph.report.marks import (
    BASIC,
    DARK,
    OPEN,
    RANGE,
    TOWN,
    WIDTH,
    Mark,
    Panel,
    Sign,
    Style,
    number,
    ticks,
)
from dutygraph.report.matrix_figures import nestedness, similarity
from dutygraph.table import Table

Row = Mapping[str, Any]

MOST_TYPES: Final = 30
"""Department types that type-lean shows."""
MOST_LEANS: Final = 20
"""Department types in which a town stands out that outliers shows, beside the measures."""
MOST_FAR: Final = 30
"""Outlying towns that outliers shows for a measure."""
MOST_POINTS: Final = 40
"""Towns up to which outliers shows a point for each; beyond, a bar stands for the usual ones."""

_NUMBERS: Final = Style(align="right")
_FAR: Final = 8.0  # |z| from which a point stands at the edge


def across_figures(tables: Mapping[str, Table]) -> list[Figure]:
    """The figures of many towns.

    Args:
        tables: by name: ``type-summary``, ``outliers``, ``presence`` and ``similarity`` are used.

    Returns:
        type-lean, outliers, nestedness and similarity; those without their table or with nothing to
        show are left out.

    Raises:
        UsageError: the similarities of some pairs of towns are missing.
        DutyGraphError: scipy, which orders the towns of similarity, is not installed.
    """
    made = (_type_lean(tables), _outliers(tables), nestedness(tables), similarity(tables))
    return [figure for figure in made if figure is not None]


def _rows(tables: Mapping[str, Table], name: str) -> list[dict[str, Any]]:
    return list(tables[name]) if name in tables else []


def _type_lean(tables: Mapping[str, Table]) -> Figure | None:
    rows = [r for r in _rows(tables, "type-summary") if r["measure"] == "lean"]
    rows = [r for r in rows if r["mean"] is not None]
    bounds = {
        (r["department_type"], r["measure"]): r["mean"]
        for r in _rows(tables, "type-summary")
        if r["measure"] in ("lean_low", "lean_high")
    }
    rows = [
        {
            **r,
            "least": bounds.get((r["department_type"], "lean_low")),
            "most": bounds.get((r["department_type"], "lean_high")),
        }
        for r in rows
    ]
    rows.sort(key=lambda r: (-int(r["towns"]), -float(r["mean"]), str(r["department_type"])))
    left_out = len(rows) - MOST_TYPES
    rows = sorted(
        rows[:MOST_TYPES],
        key=lambda r: (-float(r["mean"]), -int(r["towns"]), str(r["department_type"])),
    )
    if not rows:
        return None
    more_zh = f"只列乡镇最多的 {MOST_TYPES} 种，另有 {left_out} 种未列。" if left_out > 0 else ""
    more_en = (
        f" Only the {MOST_TYPES} types named by most towns are shown, {left_out} are not."
        if left_out > 0
        else ""
    )
    return Figure(
        "type-lean",
        "各类部门对乡镇的倚重度",
        "Lean by department type",
        "每行一种部门。圆点：各乡镇倚重度的均值（1 表示全由乡镇做）；细线：均值的 95% 自助法区间，"
        f"乡镇太少时没有；浅色条：共同的和未明主体的职责都算部门自身的，或都不算时的均值。右侧为均值和涉及的乡镇数。{more_zh}",
        "A row is a type of department. Dot: mean of its lean over the towns (1: the town does it all); "
        "thin line: 95% bootstrap interval of the mean, none where the towns are too few; pale bar: the "
        "mean, were joint and unattributed duties the department's own, or not. At the right: "
        f"mean and number of towns.{more_en}",
        lambda lang, base: _type_lean_spec(rows, lang, base),
    )


def _type_name(row: Row, lang: str) -> str:
    name = str(row["department_type"])
    return name if lang == "zh" else str(row.get("department_type_en") or name)


def _type_lean_spec(rows: Sequence[Row], lang: str, base: str) -> Layer:
    chart = Chart(lang, base, len(rows), step=21)
    panel = Panel(LABELS[lang] + 14, WIDTH - 130, 0, 1, (0, 0.25, 0.5, 0.75, 1))
    chart.rules()
    chart.panel(panel)
    chart.heading(panel.left, chart.say("倚重度均值", "Mean lean"))
    chart.heading(WIDTH - 64, chart.say("均值", "Mean"), "right", 60)
    chart.heading(WIDTH, chart.say("乡镇数", "Towns"), "right", 60)
    chart.legend(
        Sign(chart.say("均值", "mean"), "circle", fill=TOWN, size=90),
        Sign(chart.say("95% 区间", "95% interval"), RANGE, stroke=DARK),
        Sign(chart.say("上下界", "bounds"), "square", fill=OPEN),
    )
    dots, ranges, open_ranges = [], [], []
    for k, row in enumerate(rows):
        name = _type_name(row, lang)
        link = chart.link("type", str(row["department_type"]))
        mean, low, high = float(row["mean"]), row["low"], row["high"]
        said = chart.say(
            f"{name}：倚重度均值 {mean:.2f}，{row['towns']} 个乡镇",
            f"{name}: mean lean {mean:.2f}, {row['towns']} towns",
        )
        if low is not None and high is not None:
            said += chart.say(
                f"，95% 区间 {low:.2f}–{high:.2f}", f", 95% interval {low:.2f}–{high:.2f}"
            )
            if high > low:
                ranges.append(Mark(k, high, said, link, start=low))
        least, most = row["least"], row["most"]
        if least is not None and most is not None and most > least:
            said += chart.say(
                f"，上下界 {least:.2f}–{most:.2f}", f", bounds {least:.2f}–{most:.2f}"
            )
            open_ranges.append(Mark(k, most, said, link, start=least))
        dots.append(Mark(k, mean, said, link))
        y = chart.middle(k)
        chart.label(k, LABELS[lang], name, size=LABEL_SIZES[lang], sentence=said, href=link)
        chart.text(WIDTH - 64, y, f"{mean:.2f}", _NUMBERS, sentence=said, href=link)
        chart.text(WIDTH, y, number(row["towns"]), _NUMBERS, sentence=said, href=link)
    chart.bars(panel, open_ranges, OPEN, thickness=9)
    chart.ranges(panel, ranges)
    chart.points(panel, dots, TOWN)
    return chart.specification(chart.say("各类部门的倚重度", "Lean by department type"))


def _outliers(tables: Mapping[str, Table]) -> Figure | None:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(tables, "outliers"):
        if row["z"] is not None:
            groups[str(row["measure"])].append(row)
    far = {m: max(abs(float(row["z"])) for row in rows) for m, rows in groups.items()}
    leans = [m for m in groups if m.startswith("lean:") and far[m] > THRESHOLD]
    kept = set(sorted(leans, key=lambda m: (-far[m], m))[:MOST_LEANS])
    shown = [(m, rows) for m, rows in groups.items() if not m.startswith("lean:") or m in kept]
    if not shown:
        return None
    towns = max(len(rows) for _, rows in shown)
    each = towns <= MOST_POINTS
    usual_zh = "每点一个乡镇" if each else "横条为中间 90% 的乡镇，点为异常乡镇"
    usual_en = (
        "a point is a town"
        if each
        else "a bar is the middle 90% of the towns, a point an outlying town"
    )
    return Figure(
        "outliers",
        "哪些乡镇与众不同",
        "Which towns stand out",
        f"每行一个指标，{usual_zh}，位置是稳健 z 值（偏离中位数多少个稳健标准差）。"
        f"虚线 ±{THRESHOLD:g} 之外为异常（深色菱形）；超过 ±{_FAR:g} 的点画在边上。"
        f"每个指标至多画 {MOST_FAR} 个异常乡镇。"
        f"右侧为最异常的乡镇及其 z 值。倚重度只列出现异常乡镇的部门类型，至多 {MOST_LEANS} 种。",
        f"A row is a measure, {usual_en}; its place is the robust z-score (robust standard deviations "
        f"from the median). Beyond the dashed lines at ±{THRESHOLD:g} a town is outlying (dark diamond); "
        f"points beyond ±{_FAR:g} stand at the edge. At most {MOST_FAR} outlying towns are drawn for a "
        "measure. At the right: the town that is farthest out, and its z. Of the leans, only types in "
        f"which a town is outlying are shown, at most {MOST_LEANS}.",
        lambda lang, base: _outliers_spec(shown, lang, base, each=each),
    )


def _outliers_spec(
    shown: Sequence[tuple[str, Sequence[Row]]], lang: str, base: str, *, each: bool
) -> Layer:
    chart = Chart(lang, base, len(shown))
    panel = Panel(
        LABELS[lang] + 14, WIDTH - 160, -_FAR * 1.03, _FAR * 1.03, ticks(-_FAR, _FAR, 8, whole=True)
    )
    chart.rules()
    chart.panel(panel)
    chart.heading(panel.left, chart.say("稳健 z 值", "Robust z-score"))
    chart.heading(WIDTH - 150, chart.say("最异常的乡镇", "Farthest out"))
    chart.legend(
        Sign(chart.say("乡镇", "town"), "circle", fill=BASIC, size=50)
        if each
        else Sign(chart.say("中间 90% 的乡镇", "the middle 90% of the towns"), fill=BASIC),
        Sign(chart.say("异常乡镇", "outlying town"), "diamond", fill=DARK, size=80),
    )
    edges = [
        {"x": panel.pixel(z), "x2": panel.pixel(z), "y": 0, "y2": chart.height}
        for z in (-THRESHOLD, THRESHOLD)
    ]
    chart.free(edges, "rule", stroke=DARK, strokeDash=[3, 3], strokeWidth=1)
    usual, bars, outlying = [], [], []
    for k, (measure, rows) in enumerate(shown):
        ranked = sorted(rows, key=lambda r: (-abs(float(r["z"])), str(r["division"])))
        words = str(ranked[0][lang] or measure)
        name = _measure_name(measure, words, lang)
        chart.label(k, LABELS[lang], name, size=LABEL_SIZES[lang], sentence=words)
        out = [row for row in ranked if abs(float(row["z"])) > THRESHOLD]
        rest = sorted(float(row["z"]) for row in ranked[len(out) :])
        outlying += [_town_mark(chart, k, name, row) for row in out[:MOST_FAR]]
        if each:
            usual += [_town_mark(chart, k, name, row) for row in ranked[len(out) :]]
        elif rest:
            low, high = rest[len(rest) // 20], rest[-1 - len(rest) // 20]
            said = chart.say(
                f"{name}：中间 90% 的乡镇 z 值在 {low:.1f} 至 {high:.1f} 之间",
                f"{name}: the middle 90% of the towns have z from {low:.1f} to {high:.1f}",
            )
            bars.append(Mark(k, high, said, start=low))
        if out:
            farthest = _town_mark(chart, k, name, out[0])
            text = f"{float(out[0]['z']):+.1f}".replace("-", "−")
            room = 150 - text_width(text) - 8
            town = shorten(clean(out[0]["town"]), room)
            y = chart.middle(k)
            for x, words, style in ((WIDTH - 150, town, Style()), (WIDTH, text, _NUMBERS)):
                chart.text(x, y, words, style, sentence=farthest.sentence, href=farthest.href)
    chart.bars(panel, [bar for bar in bars if bar.value > bar.start], BASIC, thickness=6)
    chart.points(panel, usual, BASIC, size=34)
    chart.points(panel, outlying, DARK, shape="diamond", size=60)
    return chart.specification(chart.say("各指标的异常乡镇", "Outlying towns by measure"))


def _measure_name(measure: str, words: str, lang: str) -> str:
    """A short name: the English words of a measure define it and are too long."""
    if lang == "zh":
        return words.partition("；")[0]
    if measure == "hhi":
        return "HHI"
    name = words if measure.startswith("lean:") else measure.replace("_", " ")
    return name[:1].upper() + name[1:]


def _town_mark(chart: Chart, k: int, name: str, row: Row) -> Mark:
    z, value, middle = float(row["z"]), float(row["value"]), float(row["median"])
    town = str(row["town"])
    said = chart.say(
        f"{town}：{name} {value:.4g}，中位数 {middle:.4g}，z = {z:.1f}",
        f"{town}: {name} {value:.4g}, median {middle:.4g}, z = {z:.1f}",
    )
    return Mark(k, max(-_FAR, min(_FAR, z)), said, chart.link("town", str(row["division"])))
