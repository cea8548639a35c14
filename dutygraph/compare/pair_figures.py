"""The figures of two lists: what is in both, what moved, and how categories and departments differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dutygraph.compare.dumbbell_figures import (
    FIRST,
    SECOND,
    any_item,
    categories,
    short_name,
    types,
)
from dutygraph.compare.view import KINDS, Row, Step
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import INK, SOFT, Figure
from dutygraph.report.lettering import text_width
from dutygraph.report.marks import (
    BASIC,
    DEPARTMENT,
    DEPARTMENT_PALE,
    GRID,
    OPEN,
    WIDTH,
    Mark,
    Panel,
    Sign,
    Style,
    number,
    percent,
    ticks,
)

SECOND_PALE: Final = "#d3e5ea"
"""Colour of what the first list has in another table than the second."""

_CELL: Final = (104.0, 46.0)
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


def shared(step: Step) -> Figure | None:
    """Duties of both lists, and of one alone, by list kind."""
    rows = [row for row in step.of("list-similarity") if any_item(row)]
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


def _shared_spec(step: Step, rows: Sequence[Row], lang: str, base: str) -> Layer:
    chart = Chart(lang, base, len(rows), step=28)
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
    chart.heading(middle - 10, only.format(short_name(step, "a", lang)), "right", 210)
    chart.heading(middle + 10, only.format(short_name(step, "b", lang)), "left", 210)
    here = chart.say("对方列在另一张清单", "the other has it in another table")
    chart.legend(
        Sign(chart.say("共有", "in both"), fill=BASIC),
        Sign(chart.say("不确定", "uncertain"), fill=OPEN),
        Sign(only.format(short_name(step, "a", lang)), fill=FIRST),
        Sign(only.format(short_name(step, "b", lang)), fill=SECOND),
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
    chart.heading(left, f"{short_name(step, 'b', lang)} →", width=400)
    chart.heading(0, f"{short_name(step, 'a', lang)} ↓", width=left)
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
