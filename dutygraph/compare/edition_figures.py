"""The figure of editions: what became of the duties of each town from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dutygraph.compare.view import Row, rows_of, simulated_towns, town_names
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import Figure
from dutygraph.report.marks import (
    BASIC,
    DARK,
    DEPARTMENT,
    OPEN,
    TOWN,
    WIDTH,
    Mark,
    Panel,
    Sign,
    Style,
    number,
    ticks,
)
from dutygraph.table import Table

MOST_STEPS: Final = 40
"""Steps from one edition to the next that the figure shows, those with most changes."""

_LABEL: Final = 190.0
FATES: Final = (
    ("dropped", "取消", "Dropped", DARK),
    ("kept", "保留", "Kept", BASIC),
    ("reworded", "改写", "Reworded", "#7fb3c4"),
    ("moved", "换清单", "Moved", DEPARTMENT),
    ("uncertain", "不确定", "Uncertain", OPEN),
    ("added", "新增", "Added", TOWN),
)
"""What can become of a duty: column, Chinese, English, colour."""


def edition_place(row: Row) -> tuple[str, ...]:
    """Parts of the anchor of a step from one edition to the next."""
    return "edition", str(row["division"]), str(row["edition_a"]), str(row["edition_b"])


def editions(tables: Mapping[str, Table]) -> Figure | None:
    """What became of the duties of each town from edition to edition.

    Args:
        tables: of a comparison, by name: ``editions`` and ``lists`` are used.

    Returns:
        None where there are no steps, or no duties in them.
    """
    rows = rows_of(tables, "editions")
    if not any(row[name] for row in rows for name, *_ in FATES):
        return None
    shown = rows
    if len(rows) > MOST_STEPS:
        changed = sorted(range(len(rows)), key=lambda k: (-_changes(rows[k]), k))[:MOST_STEPS]
        shown = [rows[k] for k in sorted(changed)]
    rest = len(rows) - len(shown)
    more_zh = f"只画变化最多的 {len(shown)} 行，另有 {rest} 行未画。" if rest else ""
    more_en = f" Only the {len(shown)} with most changes are drawn, {rest} are not." if rest else ""
    names = town_names(rows, simulated_towns(tables))
    return Figure(
        "editions",
        "逐版变化：各版次之间的事项去向",
        "From edition to edition: what became of the duties",
        "每行为一个乡镇的相邻两版。零线以左为后一版取消的；以右依次为保留、改写、换清单、不确定和新增的职责。右侧为各数。"
        f"单位：项职责。{more_zh}",
        "A row is two neighbouring editions of a town. Left of zero: dropped by the later one; to the right: kept, reworded, "
        f"moved to another table, uncertain and added duties. The numbers stand at the right. Unit: duties.{more_en}",
        lambda lang, base: _spec(shown, names, lang, base),
    )


def _changes(row: Row) -> int:
    return sum(int(row[name] or 0) for name, *_ in FATES if name != "kept")


def _spec(shown: Sequence[Row], names: Mapping[str, str], lang: str, base: str) -> Layer:
    chart = Chart(lang, base, len(shown), step=26)
    column = 46.0 if lang == "zh" else 64.0
    right = WIDTH - column * len(FATES) - 8
    dropped = max(int(row["dropped"]) for row in shown)
    most = max(sum(int(row[name]) for name, *_ in FATES[1:]) for row in shown)
    low, high = -dropped * 1.15 - 1, most * 1.03 + 1
    panel = Panel(_LABEL + 14, right, low, high, ticks(low, high, 5, whole=True), absolute=True)
    chart.rules()
    chart.panel(panel)
    chart.heading(panel.left, chart.say("职责数", "Duties"))
    chart.legend(*(Sign(chart.say(zh, en.lower()), fill=fill) for _, zh, en, fill in FATES))
    for j, (_, zh, en, _fill) in enumerate(FATES):
        chart.heading(right + column * (j + 1) + 4, chart.say(zh, en), "right", column)
    bars: dict[str, list[Mark]] = {}
    alone = len(names) == 1
    for k, row in enumerate(shown):
        step = f"{row['edition_a']} → {row['edition_b']}"
        town = names[str(row["division"])]
        link = chart.link(*edition_place(row))
        label = step if alone else f"{town} {row['edition_a']}→{row['edition_b']}"
        chart.label(
            k, _LABEL, label, size=12 if alone else 11, sentence=f"{town} {step}", href=link
        )
        start = 0
        for j, (name, zh, en, _fill) in enumerate(FATES):
            value = int(row[name])
            said = f"{town} {step}{chart.say('：', ': ')}{chart.say(zh, en.lower())} {value}"
            if value and name == "dropped":
                bars.setdefault(name, []).append(Mark(k, -value, said, link))
            elif value:
                bars.setdefault(name, []).append(Mark(k, start + value, said, link, start=start))
                start += value
            style = Style("right", size=11)
            x = right + column * (j + 1) + 4
            chart.text(x, chart.middle(k), number(value), style, sentence=said, href=link)
    for name, _, _, fill in FATES:
        if name in bars:
            chart.bars(panel, bars[name], fill, thickness=14)
    return chart.specification(chart.say("逐版变化", "From edition to edition"))
