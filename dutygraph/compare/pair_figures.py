"""The figures of two lists: what is in both, what moved, and how categories and departments differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dutygraph.compare.view import KINDS, Row, Step
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import INK, SOFT, Figure
from dutygraph.report.lettering import clean, shorten, text_width
from dutygraph.report.marks import (
    BASIC,
    DEPARTMENT,
    DEPARTMENT_PALE,
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
    ticks,
)

FIRST: Final = DEPARTMENT
"""Colour of the first list."""
SECOND: Final = TOWN
"""Colour of the second list."""
SECOND_PALE: Final = "#d3e5ea"
MOST_ROWS: Final = 30
"""Categories or department types that a figure shows."""

_LABELS: Final = {"zh": 176.0, "en": 226.0}
_NAMES: Final = 150.0
_CELL: Final = (104.0, 46.0)
_NUMBERS: Final = Style(align="right", size=11)
_KIND_NAMES: Final = {
    **{key: (zh, en.capitalize()) for key, zh, en, _ in KINDS},
    "all": ("全部", "All"),
    "absent": ("没有", "not there"),
    "uncertain": ("不确定", "uncertain"),
}


def kind_name(kind: str, lang: str) -> str:
    """What a list kind is called in a figure; itself where it is unknown."""
    return _KIND_NAMES.get(kind, (kind, kind))[0 if lang == "zh" else 1]


def pair_figures(step: Step) -> list[Figure]:
    """The figures of two lists.

    Args:
        step: the lists; rows of ``list-similarity``, ``moves``, ``by-category`` and
            ``by-department-type`` are used.

    Returns:
        shared, moves, categories and types; those without rows, or with nothing to show, are left
        out.
    """
    made = (shared(step), moves(step), categories(step), types(step))
    return [figure for figure in made if figure is not None]


def _short(step: Step, side: str, lang: str) -> str:
    return shorten(clean((step.a if side == "a" else step.b).name(lang)), _NAMES)


def shared(step: Step) -> Figure | None:
    """Duties of both lists, and of one alone, by list kind."""
    rows = [row for row in step.of("list-similarity") if _any(row)]
    if not rows or not any(row["shared"] or row["only_a"] or row["only_b"] for row in rows):
        return None
    return Figure(
        step.called("shared"),
        f"共有与独有：{step.title('zh')}",
        f"In both and in one alone: {step.title('en')}",
        "左：两份清单共有的职责（条形末端的浅灰为不确定的），其右为重合度（共有的占两者全部的比例）。右：向左为甲有而乙没有的，向右为乙有而甲没有的；"
        "浅色为对方有、但列在另一张清单的。单位：项职责。点击数字可看背后的事项。",
        "Left: duties of both lists (pale grey at the end: uncertain ones); beside it the overlap, their part of all "
        "duties of either. Right: to the left what only the first list has, to the right what only the second has; "
        "pale: the other one has it too, but in another table. Unit: duties. Click a number to see the items.",
        lambda lang, base: _shared_spec(step, rows, lang, base),
    )


def _any(row: Row) -> bool:
    return bool(row["items_a"] or row["items_b"])


def _shared_spec(step: Step, rows: Sequence[Row], lang: str, base: str) -> Layer:
    chart = Chart(lang, base, len(rows), step=28)
    both = Panel(118, 306, 0, 1, ())
    apart = Panel(410, WIDTH, -1, 1, ())
    most = max(int(row["shared"]) + int(row["uncertain"]) for row in rows) or 1
    both = Panel(118, 290, 0, most * 1.35, ticks(0, most, 3, whole=True))
    far = max(
        int(row[f"only_{side}"]) + int(row[moved])
        for row in rows
        for side, moved in (("a", "moved_out"), ("b", "moved_in"))
    )
    far = max(far, 1)
    marks = ticks(-far, far, 6, whole=True)
    apart = Panel(396, WIDTH, -far * 1.45, far * 1.45, marks, absolute=True)
    chart.rules()
    chart.panel(both)
    chart.panel(apart)
    chart.heading(both.left, chart.say("两者共有", "In both"))
    chart.heading(364, chart.say("重合度", "Overlap"), "right", 70)
    middle = apart.pixel(0)
    only = chart.say("仅{}有", "only {}")
    chart.heading(middle - 10, only.format(_short(step, "a", lang)), "right", 210)
    chart.heading(middle + 10, only.format(_short(step, "b", lang)), "left", 210)
    here = chart.say("对方列在另一张清单", "the other has it in another table")
    chart.legend(
        Sign(chart.say("共有", "in both"), fill=BASIC),
        Sign(chart.say("不确定", "uncertain"), fill=OPEN),
        Sign(only.format(_short(step, "a", lang)), fill=FIRST),
        Sign(only.format(_short(step, "b", lang)), fill=SECOND),
        Sign(here, fill=DEPARTMENT_PALE, stroke=FIRST),
        Sign(here, fill=SECOND_PALE, stroke=SECOND),
    )
    bars: dict[str, list[Mark]] = {}
    for k, row in enumerate(rows):
        kind = str(row["list"])
        y = chart.middle(k)
        chart.text(0, y, kind_name(kind, lang), sentence=kind_name(kind, lang))
        common, unsure = int(row["shared"]), int(row["uncertain"])
        _segment(chart, step, bars, k, kind, "shared", 0, common)
        _segment(chart, step, bars, k, kind, "uncertain", common, unsure)
        _numbered(chart, step, both, k, kind, (("shared", common), ("uncertain", unsure)), 1)
        if row["jaccard"] is not None:
            chart.text(364, y, percent(float(row["jaccard"])), Style(align="right"))
        for side, moved, sign in (("a", "moved_out", -1), ("b", "moved_in", 1)):
            alone, elsewhere = int(row[f"only_{side}"]), int(row[moved])
            name = f"only_{side}"
            _segment(chart, step, bars, k, kind, name, 0, sign * alone)
            _segment(chart, step, bars, k, kind, moved, sign * alone, sign * elsewhere)
            parts = ((name, alone), (moved, elsewhere))
            _numbered(chart, step, apart, k, kind, parts, sign)
    for name, panel, fill, stroke in (
        ("shared", both, BASIC, None),
        ("uncertain", both, OPEN, None),
        ("only_a", apart, FIRST, None),
        ("only_b", apart, SECOND, None),
        ("moved_out", apart, DEPARTMENT_PALE, FIRST),
        ("moved_in", apart, SECOND_PALE, SECOND),
    ):
        if bars.get(name):
            chart.bars(panel, bars[name], fill, stroke=stroke, thickness=14)
    return chart.specification(
        chart.say("两份清单共有与独有的职责", "Duties of both lists and of one alone"),
    )


_SAID: Final = {
    "shared": ("两者共有 {} 项", "{} in both"),
    "uncertain": ("{} 项不确定", "{} uncertain"),
    "only_a": ("仅甲有 {} 项", "{} only in the first list"),
    "only_b": ("仅乙有 {} 项", "{} only in the second list"),
    "moved_out": (
        "{} 项甲列在此、乙列在别处",
        "{} here in the first list, elsewhere in the second",
    ),
    "moved_in": ("{} 项乙列在此、甲列在别处", "{} here in the second list, elsewhere in the first"),
}


def _said(chart: Chart, kind: str, part: str, value: int) -> str:
    words = _SAID[part][0 if chart.lang == "zh" else 1].format(value)
    return f"{kind_name(kind, chart.lang)}{chart.say('：', ': ')}{words}"


def _segment(
    chart: Chart,
    step: Step,
    bars: dict[str, list[Mark]],
    k: int,
    kind: str,
    part: str,
    start: int,
    value: int,
) -> None:
    if value:
        said = _said(chart, kind, part, abs(value))
        link = chart.link(*step.place("list", kind, part))
        bars.setdefault(part, []).append(Mark(k, start + value, said, link, start=start))


def _numbered(
    chart: Chart,
    step: Step,
    panel: Panel,
    k: int,
    kind: str,
    parts: Sequence[tuple[str, int]],
    sign: int,
) -> None:
    """The numbers of a bar behind its end: the first, and the second behind a plus sign."""
    end = panel.pixel(sign * sum(value for _, value in parts)) + sign * 5
    (first, value), (second, more) = parts
    texts = [(first, number(value))]
    if more:
        plus = f"+ {number(more)}" if sign > 0 else f"{number(more)} +"
        texts.append((second, plus))
    for part, text in texts:
        style = Style("left" if sign > 0 else "right", size=11)
        said = _said(chart, kind, part, value if part == first else more)
        shown = value if part == first else more
        link = chart.link(*step.place("list", kind, part)) if shown else ""
        chart.text(end, chart.middle(k), text, style, sentence=said, href=link)
        end += sign * (text_width(text, 11) + 3)


def moves(step: Step) -> Figure | None:
    """Which list each item stands in, in the first list and in the second."""
    counts = {
        (str(row["list_a"]), name): int(row[name] or 0)
        for row in step.of("moves")
        for name in ("basic", "cooperative", "reclaimed", "absent", "uncertain")
    }
    if not any(counts.values()):
        return None
    moved = sum(
        count for (a, b), count in counts.items() if a != b and not {a, b} & {"absent", "uncertain"}
    )
    moved_zh = f"深橙色为换了清单的（共 {moved} 对）" if moved else "没有换清单的事项"
    moved_en = (
        f"deep orange: items in another table ({moved} in all)"
        if moved
        else "no item stands in another table"
    )
    return Figure(
        step.called("moves"),
        f"事项在两份清单中的位置：{step.title('zh')}",
        f"Where items stand in both lists: {step.title('en')}",
        f"行为在{step.a.zh}中的清单，列为在{step.b.zh}中的清单；灰色为同一清单，{moved_zh}，浅色为只有一方有的。"
        "单位：对事项，拆分的事项与每一部分各计一对。点击数字可看这些事项。",
        f"Rows: the table in which items stand in {step.a.en}; columns: that in {step.b.en}. Grey: the same table; "
        f"{moved_en}; pale: only one of them has it. Unit: pairs of items, a divided item once with each part. "
        "Click a number to see them.",
        lambda lang, base: _moves_spec(step, counts, lang, base),
    )


def _moves_spec(step: Step, counts: Mapping[tuple[str, str], int], lang: str, base: str) -> Layer:
    kinds = ["basic", "cooperative", "reclaimed", "absent"]
    if any(count for pair, count in counts.items() if "uncertain" in pair):
        kinds.append("uncertain")
    wide, high = _CELL
    left = 178.0
    chart = Chart(lang, base, len(kinds), step=high, width=max(560.0, left + wide * len(kinds)))
    chart.heading(left, f"{_short(step, 'b', lang)} →", width=400)
    chart.heading(0, f"{_short(step, 'a', lang)} ↓", width=left)
    cells: list[Layer] = []
    for k, a in enumerate(kinds):
        chart.text(0, chart.middle(k), kind_name(a, lang), Style(colour=SOFT))
        for j, b in enumerate(kinds):
            x = left + j * wide
            if not k:
                chart.text(x + wide / 2, -10, kind_name(b, lang), Style("center", SOFT))
            if {a, b} <= {"absent", "uncertain"}:
                continue
            count = counts.get((a, b), 0)
            fill, ink, words = _moved_look(a, b)
            said = _moved_words(chart, step, a, b, count)
            link = chart.link(*step.place("moves", a, b)) if count else ""
            if count:
                cells.append(
                    {"x": x + 1, "x2": x + wide - 1, "y": k * high + 1, "y2": (k + 1) * high - 1}
                    | {"fill": fill, "sentence": said, "href": link}
                )
            style = Style("center", ink if count else OPEN, 16 if words and count else 13)
            chart.text(
                x + wide / 2, chart.middle(k), number(count), style, sentence=said, href=link
            )
    frame = [
        {"x": left, "x2": left + wide * len(kinds), "y": k * high} for k in range(len(kinds) + 1)
    ]
    chart.free(frame, "rule", stroke=GRID, strokeWidth=1)
    chart.free(cells, "rect", fill="field:fill")
    return chart.specification(
        chart.say("事项在两份清单中的位置", "Where items stand in both lists"),
        step.title(lang),
        top=22,
    )


def _moved_look(a: str, b: str) -> tuple[str, str, bool]:
    """Colour of a cell and of its number, and whether it is a move."""
    if a == b:
        return GRID, INK, False
    if "uncertain" in (a, b):
        return "#f1f3f5", SOFT, False
    if b == "absent":
        return DEPARTMENT_PALE, INK, False
    if a == "absent":
        return SECOND_PALE, INK, False
    return DEPARTMENT, INK, True


def _moved_words(chart: Chart, step: Step, a: str, b: str, count: int) -> str:
    names = [kind_name(one, chart.lang).lower() for one in (a, b)]
    if "uncertain" in (a, b):
        return chart.say(
            f"{names[0]}→{names[1]}：{count} 项，不确定", f"{names[0]} → {names[1]}: {count}"
        )
    return chart.say(
        f"{step.a.zh}：{names[0]}，{step.b.zh}：{names[1]}：{count} 对",
        f"{step.a.en}: {names[0]}, {step.b.en}: {names[1]}: {count}",
    )


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
        (row for row in step.of("by-category") if _any(row)),
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
    rows = [row for row in step.of("by-department-type") if _any(row)]
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
        Sign(_short(step, "a", lang), "circle", fill=FIRST, size=90),
        Sign(_short(step, "b", lang), "diamond", fill=SECOND, size=90),
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
    chart.points(panel, marks_of["b"], SECOND, shape="diamond", size=46)


def _pair(row: Row, name: str) -> tuple[float | None, float | None]:
    first, second = (row[f"{name}_{side}"] for side in "ab")
    return _value(first), _value(second)


def _value(value: Any) -> float | None:
    return None if value is None else float(value)


def _shown(value: float | None, measure: _Measure) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if measure.percent else f"{value:,.{measure.digits}f}"
