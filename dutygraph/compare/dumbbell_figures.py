"""The figures of two lists that show both values of each category or department type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dutygraph.compare.view import Row, Step
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import Figure
from dutygraph.report.lettering import clean, shorten
from dutygraph.report.marks import (
    DEPARTMENT,
    OPEN,
    TOWN,
    WIDTH,
    Mark,
    Panel,
    Sign,
    Style,
    ticks,
)

FIRST: Final = DEPARTMENT
"""Colour of the first list."""
SECOND: Final = TOWN
"""Colour of the second list."""
MOST_ROWS: Final = 30
"""Categories or department types that a figure shows."""

_LABELS: Final = {"zh": 176.0, "en": 226.0}
_NAMES: Final = 150.0
_NUMBERS: Final = Style(align="right", size=11)


def short_name(step: Step, side: str, lang: str) -> str:
    """Name of one of the lists, cut to the room that it has in a figure."""
    return shorten(clean((step.a if side == "a" else step.b).name(lang)), _NAMES)


def any_item(row: Row) -> bool:
    """True where one of the lists has an item there."""
    return bool(row["items_a"] or row["items_b"])


@dataclass(frozen=True, slots=True)
class _Measure:
    """A pair of columns that a panel shows.

    Attributes:
        name: of the columns, without _a and _b.
        zh, en: its words.
        percent: a part, shown as a percentage.
        digits: behind the point of other numbers.
    """

    name: str
    zh: str
    en: str
    percent: bool = False
    digits: int = 0


def categories(step: Step) -> Figure | None:
    """Items and lean of each category in both lists."""
    rows = sorted(
        (row for row in step.of("by-category") if any_item(row)),
        key=lambda row: (-int(row["items_a"]) - int(row["items_b"]), str(row["category"])),
    )
    if not rows:
        return None
    measures = (
        _Measure("items", "事项数", "Items"),
        _Measure("lean", "倚重度", "Lean", percent=True),
    )
    shown = rows[:MOST_ROWS]
    more_zh, more_en = _left_out(len(rows) - len(shown), "类", "categories")
    return Figure(
        step.called("categories"),
        f"各类别：{step.title('zh')}",
        f"Categories: {step.title('en')}",
        "每行一个类别：事项数，以及倚重度（配合事项中乡镇职责占乡镇与部门职责之和的比例）。圆点为甲，菱形为乙。"
        f"按两份清单的事项总数排列。{more_zh}",
        "A row is a category: its items, and its lean (duties of the town among those of town and departments in "
        "cooperative items). Circle: first list; diamond: second. In order of the items of both."
        + more_en,
        lambda lang, base: _dumbbells(
            step, shown, measures, ("category", "category_en"), lang, base
        ),
    )


def types(step: Step) -> Figure | None:
    """Town duties and lean of each department type in both lists."""
    rows = [row for row in step.of("by-department-type") if any_item(row)]
    rows = sorted(
        rows,
        key=lambda row: (
            -float(row["town_duties_a"] or 0) - float(row["town_duties_b"] or 0),
            str(row["department_type"]),
        ),
    )
    if not rows:
        return None
    measures = (
        _Measure("town_duties", "乡镇职责（条）", "Town duties", digits=1),
        _Measure("lean", "倚重度", "Lean", percent=True),
    )
    shown = rows[:MOST_ROWS]
    more_zh, more_en = _left_out(len(rows) - len(shown), "种部门", "types")
    return Figure(
        step.called("types"),
        f"各类部门：{step.title('zh')}",
        f"Department types: {step.title('en')}",
        "每行一种部门：分摊给它的乡镇配合职责，以及倚重度（1 表示全由乡镇做）。圆点为甲，菱形为乙；没有圆点或菱形的，该清单没有这种部门的职责。"
        f"按两份清单的乡镇职责排列。{more_zh}",
        "A row is a type of department: the town's cooperative duties shared out to it, and its lean (100%: the town "
        "does it all). Circle: first list; diamond: second; where one is missing, that list has no such duties. In order of the "
        "town's duties in both." + more_en,
        lambda lang, base: _dumbbells(
            step, shown, measures, ("department_type", "department_type_en"), lang, base
        ),
    )


def _left_out(count: int, zh: str, en: str) -> tuple[str, str]:
    return (
        (f"另有 {count} {zh}未画。", f" {count} more {en} are not drawn.")
        if count > 0
        else ("", "")
    )


def _dumbbells(
    step: Step,
    rows: Sequence[Row],
    measures: Sequence[_Measure],
    named: tuple[str, str],
    lang: str,
    base: str,
) -> Layer:
    chart = Chart(lang, base, len(rows), step=21)
    left = _LABELS[lang] + 12
    room = (WIDTH - left) / len(measures)
    chart.rules()
    chart.legend(
        Sign(short_name(step, "a", lang), "circle", fill=FIRST, size=90),
        Sign(short_name(step, "b", lang), "diamond", fill=SECOND, size=90),
    )
    anchor = "category" if named[0] == "category" else "type"
    labels = []
    for k, row in enumerate(rows):
        name = str(row[named[0]] or "") or chart.say("（无类别）", "no category")
        if lang == "en":
            name = str(row.get(named[1]) or name)
        labels.append(name)
        link = chart.link(*step.place(anchor, str(row[named[0]] or "")))
        chart.label(k, _LABELS[lang], name, size=11, href=link)
    for j, measure in enumerate(measures):
        _dumbbell_panel(chart, step, rows, labels, measure, left + j * room, room, anchor, named[0])
    return chart.specification(chart.say("两份清单的对照", "Both lists compared"), step.title(lang))


def _dumbbell_panel(
    chart: Chart,
    step: Step,
    rows: Sequence[Row],
    labels: Sequence[str],
    measure: _Measure,
    left: float,
    room: float,
    anchor: str,
    key: str,
) -> None:
    """Both values of each row on one scale, and as numbers at the right."""
    values = [_pair(row, measure.name) for row in rows]
    known = [value for pair in values for value in pair if value is not None]
    most = 1.0 if measure.percent else max(known, default=1.0) or 1.0
    marks = ticks(0, most, 2 if measure.percent else 3)
    panel = Panel(
        left, left + room - 116, -0.03 * most, 1.05 * most, marks, percent=measure.percent
    )
    chart.panel(panel)
    chart.heading(left, chart.say(measure.zh, measure.en), width=panel.right - left)
    ends = left + room - 66, left + room - 22
    chart.heading(ends[0], chart.say("甲", "1st"), "right", 40)
    chart.heading(ends[1], chart.say("乙", "2nd"), "right", 40)
    lines: list[Layer] = []
    marks_of: dict[str, list[Mark]] = {"a": [], "b": []}
    for k, (row, name, pair) in enumerate(zip(rows, labels, values, strict=True)):
        texts = [_shown(value, measure) for value in pair]
        said = (
            f"{name}{chart.say('：', ': ')}{chart.say(measure.zh, measure.en)} "
            f"{texts[0]} → {texts[1]}"
        )
        link = chart.link(*step.place(anchor, str(row[key] or "")))
        y = chart.middle(k)
        if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
            x, x2 = panel.pixel(pair[0]), panel.pixel(pair[1])
            lines.append({"x": round(x, 1), "x2": round(x2, 1), "y": y})
        for side, value, text, end in zip("ab", pair, texts, ends, strict=True):
            if value is not None:
                marks_of[side].append(Mark(k, value, said, link))
            chart.text(end, y, text, _NUMBERS, sentence=said, href=link)
    chart.free(lines, "rule", stroke=OPEN, strokeWidth=3)
    chart.points(panel, marks_of["a"], FIRST, size=105)
    chart.points(panel, marks_of["b"], SECOND, shape="diamond", size=58)


def _pair(row: Row, name: str) -> tuple[float | None, float | None]:
    first, second = (row[f"{name}_{side}"] for side in "ab")
    return _value(first), _value(second)


def _value(value: Any) -> float | None:
    return None if value is None else float(value)


def _shown(value: float | None, measure: _Measure) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if measure.percent else f"{value:,.{measure.digits}f}"
