"""The figures of duties in many towns: how common they are, who has them, and in which list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dutygraph.compare.pair_figures import kind_name
from dutygraph.compare.view import (
    KINDS,
    Row,
    concept_places,
    rows_of,
    simulated_towns,
    town_names,
)
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import SOFT, Figure
from dutygraph.report.lettering import clean
from dutygraph.report.marks import (
    BASIC,
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
    ticks,
)
from dutygraph.report.matrix_figures import town_names as names_above
from dutygraph.table import Table

MOST_CONCEPTS: Final = 80
"""Duties that presence shows."""
MOST_SPREAD: Final = 30
"""Duties that spread shows."""
MOST_COLUMNS: Final = 200
"""Towns that presence shows; of more, so many at equal distances."""
MOST_ON_PAGE: Final = 3000
"""Duties that the page lists, those of most towns; figures show no others, so that their links lead
somewhere."""
COLOURS: Final = {"basic": BASIC, "cooperative": TOWN, "reclaimed": DEPARTMENT}
"""Colour of each list kind."""

_LABEL: Final = 300.0
_CELLS: Final = 3000  # above which neighbouring cells are drawn as one
_NUMBERS: Final = Style(align="right", size=11)
CLASSES: Final = (
    ("core", "核心", "core"),
    ("common", "较普遍", "common"),
    ("rare", "少见", "rare"),
    ("unique", "仅一个乡镇有", "one town alone"),
)
"""How common a duty is: key, Chinese, English."""


def concept_figures(tables: Mapping[str, Table]) -> list[Figure]:
    """The figures of the duties of many towns.

    Args:
        tables: of a comparison, by name: ``concepts``, ``presence``, ``town-order`` and ``lists`` are
            used.

    Returns:
        classes, presence and spread; those without their table or with nothing to show are left out.
    """
    made = (classes(tables), presence(tables), spread(tables))
    return [figure for figure in made if figure is not None]


def listed(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """The duties that the page lists: those of most towns, at most `MOST_ON_PAGE`."""
    return rows_of(tables, "concepts")[:MOST_ON_PAGE]


def classes(tables: Mapping[str, Table]) -> Figure | None:
    """How many duties are core, common, rare or of one town alone, by their usual list."""
    rows = rows_of(tables, "concepts")
    if not rows:
        return None
    counts = Counter((str(row["class"]), str(row["usual_list"] or "")) for row in rows)
    return Figure(
        "classes",
        "通用事项有多普遍",
        "How common the duties are",
        "每行一种普遍程度，条形为通用事项数，颜色为多数乡镇所列的清单（浅灰：没有一张清单占多数）。点击可看这些事项。",
        "A row is how common duties are; bars are numbers of duties, coloured by the table in which most of their "
        "towns have them (pale grey: no table has most). Click to see them.",
        lambda lang, base: _classes_spec(counts, lang, base),
    )


def _classes_spec(counts: Mapping[tuple[str, str], int], lang: str, base: str) -> Layer:
    chart = Chart(lang, base, len(CLASSES), step=28)
    totals = {
        key: sum(n for (name, _), n in counts.items() if name == key) for key, _, _ in CLASSES
    }
    most = max(totals.values()) or 1
    panel = Panel(130, WIDTH - 60, 0, most * 1.02, ticks(0, most, 5, whole=True))
    chart.rules()
    chart.panel(panel)
    chart.heading(130, chart.say("通用事项数", "Duties"))
    chart.heading(WIDTH, chart.say("合计", "All"), "right", 60)
    chart.legend(*(Sign(kind_name(kind, lang), fill=fill) for kind, fill in COLOURS.items()))
    chart.legend(Sign(chart.say("没有多数", "no table has most"), fill=OPEN))
    bars: dict[str, list[Mark]] = {}
    for k, (key, zh, en) in enumerate(CLASSES):
        link = chart.link("class", key)
        name = chart.say(zh, en.capitalize())
        chart.label(k, 118, name, href=link)
        start = 0
        for kind in (*COLOURS, ""):
            value = counts.get((key, kind), 0)
            if value:
                words = (
                    kind_name(kind, lang) if kind else chart.say("没有多数", "no table has most")
                )
                said = f"{name} · {words}{chart.say('：', ': ')}{value}"
                bars.setdefault(kind, []).append(Mark(k, start + value, said, link, start=start))
            start += value
        text = number(totals[key])
        chart.text(
            WIDTH, chart.middle(k), text, Style("right"), sentence=f"{name} {text}", href=link
        )
    for kind, marks in bars.items():
        chart.bars(panel, marks, COLOURS.get(kind, OPEN), thickness=14)
    return chart.specification(chart.say("通用事项的普遍程度", "How common the duties are"))


def variety(row: Row, towns: int) -> float:
    """How differently towns have a duty: 1 − Σ p², over its three lists and not having it.

    It is the chance that two towns drawn at random (with replacement) differ. Source: Simpson
    (1949), "Measurement of Diversity", Nature 163.

    Args:
        row: of the table ``concepts``.
        towns: number of all towns.

    Returns:
        0 (all the same) to 0.75; 0 without towns.
    """
    if not towns:
        return 0.0
    having = [int(row[kind] or 0) for kind, *_ in KINDS]
    return 1 - sum((n / towns) ** 2 for n in (*having, towns - sum(having)))


def presence(tables: Mapping[str, Table]) -> Figure | None:
    """Which towns have which duties, and in which list; those that vary most."""
    order = _order(tables)
    rows = listed(tables)
    cells = {
        (str(row["concept"]), str(row["division"])): row for row in rows_of(tables, "presence")
    }
    if len(order) < 2 or not rows or not cells:
        return None
    ranked = sorted(
        (k for k, row in enumerate(rows) if variety(row, len(order)) > 0),
        key=lambda k: (-round(variety(rows[k], len(order)), 9), k),
    )
    shown = [rows[k] for k in sorted(ranked[:MOST_CONCEPTS])]
    if not shown:
        return None
    every = rows_of(tables, "concepts")
    places = concept_places(tables)
    same = sum(int(row["towns"]) == len(order) and not variety(row, len(order)) for row in every)
    columns = list(order)
    if len(columns) > MOST_COLUMNS:
        columns = [columns[k * len(order) // MOST_COLUMNS] for k in range(MOST_COLUMNS)]
    some_zh = (
        f"{len(order)} 个乡镇中等距取 {len(columns)} 个。" if len(columns) < len(order) else ""
    )
    some_en = (
        f" Of {len(order)} towns {len(columns)} are shown, at equal distances."
        if len(columns) < len(order)
        else ""
    )
    more_zh = "差别最大的" if len(ranked) > len(shown) else "有差别的"
    more_en = f"the {len(shown)} that vary most" if len(ranked) > len(shown) else "those that vary"
    return Figure(
        "presence",
        "哪些乡镇有哪些事项，列在哪张清单",
        "Which towns have which duties, and in which table",
        f"行为通用事项（{more_zh} {len(shown)} 项，涉及乡镇多的在上），列为乡镇（相似的相邻）；颜色为所列清单，空白为没有，小点为不确定。"
        f"所有乡镇都有且都在同一清单的核心事项 {same} 项、其余 {len(every) - same - len(shown)} 项未画，见下表。右侧为有此事项的乡镇数。{some_zh}",
        f"Rows are duties ({more_en}; those of most towns first), columns are towns (similar ones are neighbours); the "
        f"colour is the table, blank: the town has none, a small dot: uncertain. Not drawn are {same} core duties that all towns have in "
        f"the same table, and {len(every) - same - len(shown)} others: see the table below. At the right: number of towns.{some_en}",
        lambda lang, base: _presence_spec(shown, places, columns, order, cells, lang, base),
    )


def _order(tables: Mapping[str, Table]) -> dict[str, str]:
    """Names of the towns by code, similar ones next to each other."""
    rows = rows_of(tables, "town-order")
    rows.sort(key=lambda row: int(row["order"]))
    return town_names(rows or rows_of(tables, "presence"), simulated_towns(tables))


def _presence_spec(
    shown: Sequence[Row],
    places: Mapping[str, tuple[str, str]],
    columns: Sequence[str],
    towns: Mapping[str, str],
    cells: Mapping[tuple[str, str], Row],
    lang: str,
    base: str,
) -> Layer:
    step = 17.0
    chart = Chart(lang, base, len(shown), step=step)
    left = _LABEL + 8
    wide = min(46.0, (WIDTH - left - 40) / len(columns))
    right = left + wide * len(columns)
    chart.rules()
    top = 4.0
    if wide >= 12:
        top = names_above(chart, [(one, towns[one]) for one in columns], left, wide)
    chart.legend(*(Sign(kind_name(kind, lang), fill=fill) for kind, fill in COLOURS.items()))
    chart.legend(Sign(chart.say("不确定", "uncertain"), "circle", fill=OPEN, size=30))
    merged = len(shown) * len(columns) > _CELLS
    boxes: list[Layer] = []
    dots: list[Layer] = []
    for k, concept in enumerate(shown):
        key, label = str(concept["concept"]), clean(concept["label"])
        link = chart.link(*places[key])
        said = chart.say(
            f"{label}：{concept['towns']} 个乡镇有", f"{label}: {concept['towns']} towns have it"
        )
        chart.label(k, _LABEL, label, size=11, sentence=said, href=link)
        chart.text(
            right + 32,
            chart.middle(k),
            number(concept["towns"]),
            _NUMBERS,
            sentence=said,
            href=link,
        )
        kinds = [str(cells.get((key, one), {}).get("list") or "") for one in columns]
        for begin, end in _runs(kinds, merged=merged):
            words = kind_name(kinds[begin], lang)
            town = towns[columns[begin]] if end == begin + 1 else ""
            said = f"{town} {label}{chart.say('：', ': ')}{words}".strip()
            boxes.append(
                {"x": round(left + begin * wide, 2), "x2": round(left + end * wide, 2)}
                | {"y": k * step + 1, "y2": (k + 1) * step - 1}
                | {"fill": COLOURS.get(kinds[begin], OPEN), "sentence": clean(said), "href": link}
            )
        for j, one in enumerate(columns):
            if not kinds[j] and cells.get((key, one), {}).get("maybe"):
                said = clean(f"{towns[one]} {label}{chart.say('：不确定', ': uncertain')}")
                dots.append(
                    {"x": round(left + (j + 0.5) * wide, 2), "y": chart.middle(k)}
                    | {"sentence": said, "href": link}
                )
    edge = {"stroke": "white", "strokeWidth": 1} if wide >= 6 else {}
    chart.free(boxes, "rect", fill="field:fill", **edge)
    chart.free(
        dots, "point", shape="circle", fill=OPEN, stroke=OPEN, size=min(30.0, wide * 3), opacity=1
    )
    return chart.specification(chart.say("通用事项与乡镇", "Duties and towns"), top=top)


def _runs(kinds: Sequence[str], *, merged: bool) -> list[tuple[int, int]]:
    """Begin and end of cells that hold something: each alone, or equal neighbours as one.

    >>> _runs(["a", "a", "", "b"], merged=True)
    [(0, 2), (3, 4)]
    """
    out: list[tuple[int, int]] = []
    for k, kind in enumerate(kinds):
        if not kind:
            continue
        if merged and out and out[-1][1] == k and kinds[k - 1] == kind:
            out[-1] = (out[-1][0], k + 1)
        else:
            out.append((k, k + 1))
    return out


def spread_rows(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """Duties that stand in different lists, those first on which towns agree least."""
    rows = [row for row in listed(tables) if float(row["entropy"] or 0) > 0]
    return sorted(
        rows, key=lambda row: (-float(row["entropy"]), -int(row["towns"]), str(row["concept"]))
    )


def spread(tables: Mapping[str, Table]) -> Figure | None:
    """Duties that stand in different lists of different towns."""
    rows = spread_rows(tables)
    if not rows:
        return None
    shown = rows[:MOST_SPREAD]
    places = concept_places(tables)
    more_zh = f"另有 {len(rows) - len(shown)} 项未画。" if len(rows) > len(shown) else ""
    more_en = f" {len(rows) - len(shown)} more are not drawn." if len(rows) > len(shown) else ""
    return Figure(
        "spread",
        "在各乡镇不属同一清单的事项",
        "Duties that stand in different tables",
        f"每行一项通用事项，条形为把它列在各清单的乡镇数，右侧为清单类型的熵（比特；1.58 为三张清单各占三分之一）。分歧最大的在上。{more_zh}",
        "A row is a duty; bars are numbers of towns that have it in each table; at the right the entropy of the tables "
        f"(bits; 1.58: a third of the towns each). Those on which towns agree least come first.{more_en}",
        lambda lang, base: _spread_spec(shown, places, lang, base),
    )


def _spread_spec(
    shown: Sequence[Row], places: Mapping[str, tuple[str, str]], lang: str, base: str
) -> Layer:
    chart = Chart(lang, base, len(shown), step=20)
    most = max(int(row["towns"]) for row in shown)
    panel = Panel(_LABEL + 12, WIDTH - 100, 0, most * 1.02, ticks(0, most, 5, whole=True))
    chart.rules()
    chart.panel(panel)
    chart.heading(panel.left, chart.say("乡镇数", "Towns"))
    chart.heading(WIDTH - 52, chart.say("乡镇", "Towns"), "right", 50)
    chart.heading(WIDTH, chart.say("熵", "Entropy"), "right", 52)
    chart.legend(*(Sign(kind_name(kind, lang), fill=fill) for kind, fill in COLOURS.items()))
    bars: dict[str, list[Mark]] = {}
    for k, row in enumerate(shown):
        label = clean(row["label"])
        link = chart.link(*places[str(row["concept"])])
        parts = [(kind, int(row[kind] or 0)) for kind in COLOURS]
        said = f"{label}{chart.say('：', ': ')}" + chart.say("、", ", ").join(
            f"{kind_name(kind, lang)} {value}" for kind, value in parts if value
        )
        chart.label(k, _LABEL, label, size=11, sentence=said, href=link)
        start = 0
        for kind, value in parts:
            if value:
                bars.setdefault(kind, []).append(Mark(k, start + value, said, link, start=start))
            start += value
        y = chart.middle(k)
        chart.text(WIDTH - 52, y, number(row["towns"]), _NUMBERS, sentence=said, href=link)
        chart.text(
            WIDTH,
            y,
            f"{float(row['entropy']):.2f}",
            Style("right", SOFT, 11),
            sentence=said,
            href=link,
        )
    for kind, marks in bars.items():
        chart.bars(panel, marks, COLOURS[kind], stroke=GRID)
    return chart.specification(chart.say("不属同一清单的事项", "Duties in different tables"))
