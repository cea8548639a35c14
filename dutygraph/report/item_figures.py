"""Figures about items and their duties: actions, categories, departments by category."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dutygraph.network.categories import LIST_KINDS
from dutygraph.network.profile import AUTHORITY, LEGWORK, totals
from dutygraph.report.chart import Chart
from dutygraph.report.department_figures import LABEL_SIZES, LABELS
from dutygraph.report.drawing import INK, SOFT, Figure
from dutygraph.report.lettering import SIZE, clean, text_width, wrap
from dutygraph.report.marks import (
    BASIC,
    DARK,
    DEPARTMENT,
    DEPARTMENT_PALE,
    GRID,
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
from dutygraph.report.names import Names
from dutygraph.table import Table

Row = Mapping[str, Any]

_NUMBERS: Final = Style(align="right")


def actions(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """Who does what: actions of the town and of departments as parts of all their actions."""
    if "duties" not in tables or "actions" not in tables:
        return None
    counts = {
        kind: Counter({code: number for code, number in found.items() if code})
        for kind, found in totals(tables["duties"]).items()
    }
    labels = {
        str(row["action"]): (
            str(row["action_zh"] or row["action"]),
            str(row["action_en"] or row["action"]),
            str(row["nature"] or ""),
        )
        for row in tables["actions"]
        if row["action"]
    }
    if not counts["town"] and not counts["department"]:
        return None
    return Figure(
        "actions",
        "谁做什么：乡镇和部门的职责动作",
        "Who does what: actions of the town and of the departments",
        "每行一种动作，按性质分组。圆点：该动作占乡镇全部动作的比例；菱形：占部门全部动作的比例。"
        "一条职责含几种动作就计几次，未识别出动作和未写明主体的职责不计入。"
        "右侧为含该动作的乡镇职责和部门职责（条），各组首行为该组所占比例。",
        "A row is an action, grouped by nature. Circle: its part of all actions of the town; diamond: "
        "of all actions of the departments. A duty counts for each of its actions; duties without a "
        "recognised action or without a named party are left out. At the right: duties of the town and "
        "of departments with this action, and in the first line of a group the part of the group.",
        lambda lang, base: _actions_spec(counts, labels, names, lang, base),
    )


_NATURES: Final = (
    (LEGWORK, "跑腿类", "Legwork"),
    (AUTHORITY, "权力类", "Authority"),
    ("other", "其他", "Other"),
)


def _actions_spec(
    counts: Mapping[str, Counter[str]],
    labels: Mapping[str, tuple[str, str, str]],
    names: Names,
    lang: str,
    base: str,
) -> dict[str, Any]:
    town, own = counts["town"], counts["department"]
    all_town, all_own = town.total() or 1, own.total() or 1
    groups: dict[str, list[str]] = defaultdict(list)
    for code in sorted({*town, *own}, key=lambda c: (-town[c] / all_town, -own[c], c)):
        nature = labels.get(code, ("", "", ""))[2]
        groups[nature if nature in (LEGWORK, AUTHORITY) else "other"].append(code)
    shown = [(words, groups[words[0]]) for words in _NATURES if groups[words[0]]]
    chart = Chart(lang, base, sum(len(codes) + 1 for _, codes in shown), step=21)
    left = 170 if lang == "en" else 130
    highest = max(
        *(n / all_town for n in town.values()), *(n / all_own for n in own.values()), 0.01
    )
    panel = Panel(left + 14, WIDTH - 160, 0, highest * 1.03, ticks(0, highest, 8), percent=True)
    chart.rules()
    chart.panel(panel)
    chart.heading(panel.left, chart.say("占全部动作的比例", "Part of all actions"))
    chart.heading(WIDTH - 92, chart.say("乡镇", "Town"), "right")
    chart.heading(WIDTH, chart.say("部门", "Departments"), "right")
    chart.legend(
        Sign(chart.say("乡镇", "town"), "circle", fill=TOWN, size=95),
        Sign(chart.say("部门", "departments"), "diamond", fill=DEPARTMENT, stroke=DARK, size=70),
    )
    links, circles, diamonds = [], [], []
    k = 0
    for (_, zh, en), codes in shown:
        name = chart.say(zh, en)
        chart.text(left, chart.middle(k) + 1, name, Style("right", SOFT, 13))
        for x, side, total in ((WIDTH - 92, town, all_town), (WIDTH, own, all_own)):
            part = percent(sum(side[code] for code in codes) / total)
            chart.text(
                x, chart.middle(k) + 1, part, Style("right", SOFT), sentence=f"{name} {part}"
            )
        for code in codes:
            k += 1
            zh_action, en_action, _ = labels.get(code, (code, code, ""))
            name = chart.say(zh_action, en_action.capitalize())
            chart.label(k, left, name)
            values = (town[code] / all_town, own[code] / all_own)
            said = (
                chart.say(
                    f"{name}：占乡镇动作的 {percent(values[0])}，{town[code]} 条职责",
                    f"{name}: {percent(values[0])} of the town's actions, {town[code]} duties",
                ),
                chart.say(
                    f"{name}：占部门动作的 {percent(values[1])}，{own[code]} 条职责",
                    f"{name}: {percent(values[1])} of the departments' actions, {own[code]} duties",
                ),
            )
            # A place in the page for what is not there would lead nowhere.
            to_town = chart.link("action", "town", code) if town[code] else ""
            to_own = chart.link("action", "department", code) if own[code] else ""
            circles.append(Mark(k, values[0], said[0], to_town))
            diamonds.append(Mark(k, values[1], said[1], to_own))
            both = " / ".join(said)
            links.append(Mark(k, max(values), both, start=min(values)))
            y = chart.middle(k)
            chart.text(WIDTH - 92, y, str(town[code]), _NUMBERS, sentence=said[0], href=to_town)
            chart.text(WIDTH, y, str(own[code]), _NUMBERS, sentence=said[1], href=to_own)
        k += 1
    chart.bars(panel, [m for m in links if m.value > m.start], GRID, thickness=5)
    chart.points(panel, circles, TOWN, size=110)
    chart.points(panel, diamonds, DEPARTMENT, shape="diamond", stroke=DARK, size=62)
    return chart.specification(
        chart.say("乡镇和部门的职责动作", "Actions of the town and of the departments"),
        names.subtitle(),
    )


_LISTS: Final = (
    ("basic", "基本履职", "basic: the town alone"),
    ("cooperative", "配合履职", "cooperative: departments lead"),
    ("reclaimed", "上级部门收回", "reclaimed by departments"),
)


def categories(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """Items per category, those of the three lists one behind the other."""
    rows = list(tables["categories"]) if "categories" in tables else []
    rows.sort(key=lambda r: (-_all_items(r), str(r["category"] or "")))
    rows = [row for row in rows if _all_items(row)]
    if not rows:
        return None
    return Figure(
        "categories",
        "三张清单的事项类别",
        "Categories of the three lists",
        "每行一个事项类别，单位：项。各段依次为基本履职（乡镇自己做）、配合履职（部门主责、乡镇配合）、"
        "上级部门收回的事项；右侧为合计，以及由部门主责或收回的事项所占比例。",
        "A row is a category; unit: items. Segments: basic items (the town does them alone), cooperative "
        "items (a department leads, the town helps), and items that departments took back. At the right: "
        "all items, and the part of them that departments lead or took back.",
        lambda lang, base: _categories_spec(rows, names, lang, base),
    )


def _all_items(row: Row) -> int:
    return sum(int(row[kind] or 0) for kind in LIST_KINDS)


def _categories_spec(rows: Sequence[Row], names: Names, lang: str, base: str) -> dict[str, Any]:
    chart = Chart(lang, base, len(rows), step=23)
    most = max(_all_items(row) for row in rows)
    left = 120 if lang == "zh" else 236
    panel = Panel(left + 12, WIDTH - 150, 0, most * 1.01, ticks(0, most, 8, whole=True))
    chart.rules()
    chart.panel(panel)
    chart.heading(panel.left, chart.say("事项（项）", "Items"))
    chart.heading(WIDTH - 92, chart.say("合计", "All"), "right", 60)
    chart.heading(WIDTH, chart.say("部门占比", "Departments"), "right")
    looks: dict[str, tuple[str, str | None, str]] = {
        "basic": (BASIC, None, INK),
        "cooperative": (TOWN, None, "white"),
        "reclaimed": (DEPARTMENT_PALE, DEPARTMENT, INK),
    }
    chart.legend(
        *(Sign(chart.say(zh, en), fill=looks[k][0], stroke=looks[k][1]) for k, zh, en in _LISTS)
    )
    bars: dict[str, list[Mark]] = {kind: [] for kind in LIST_KINDS}
    for k, row in enumerate(rows):
        category = str(row["category"] or "")
        name = names.category(category, lang)
        chart.label(k, left, name, size=LABEL_SIZES[lang])
        at = 0
        for kind, zh, en in _LISTS:
            count = int(row[kind] or 0)
            if not count:
                continue
            said = chart.say(
                f"{name}：{zh} {count} 项", f"{name}: {count} {en.partition(':')[0]} items"
            )
            link = chart.link("category", category, kind)
            bars[kind].append(Mark(k, at + count, said, link, start=at))
            inside = panel.pixel(at + count) - panel.pixel(at) > text_width(str(count)) + 2
            if inside:
                x = (panel.pixel(at) + panel.pixel(at + count)) / 2
                style = Style("center", looks[kind][2], 11)
                chart.text(x, chart.middle(k), str(count), style, sentence=said, href=link)
            at += count
        chart.text(WIDTH - 92, chart.middle(k), number(at), _NUMBERS)
        said = chart.say(
            f"{name}：{percent(float(row['balance'] or 0))} 的事项由部门主责或收回",
            f"{name}: departments lead or took back {percent(float(row['balance'] or 0))} of the items",
        )
        part = f"{float(row['balance'] or 0):.0%}"
        chart.text(WIDTH, chart.middle(k), part, _NUMBERS, sentence=said)
    for kind in LIST_KINDS:
        chart.bars(panel, bars[kind], looks[kind][0], stroke=looks[kind][1], thickness=15)
    return chart.specification(
        chart.say("三张清单各类别的事项数", "Items per category in the three lists"),
        names.subtitle(),
    )


def heatmap(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """Cooperative items by department and category, as a table with shades."""
    rows = list(tables["department-categories"]) if "department-categories" in tables else []
    rows = [row for row in rows if row["items"]]
    if not rows:
        return None
    return Figure(
        "heatmap",
        "部门与事项类别：哪些部门在哪些类别要乡镇配合",
        "Departments and categories: where departments have the town's help",
        "行为部门，列为事项类别，格中数字为该部门在该类别的配合事项数（项），颜色越深越多；"
        "空格表示没有。列有几个部门的事项在各部门各计一次。部门按其最主要的类别排列。",
        "Rows are departments, columns are categories; a cell holds the department's cooperative items "
        "in the category, the darker the more; an empty cell means none. An item that names several "
        "departments counts for each. Departments stand by their main category.",
        lambda lang, base: _heatmap_spec(rows, names, lang, base),
    )


def _heatmap_spec(rows: Sequence[Row], names: Names, lang: str, base: str) -> dict[str, Any]:
    cells = {(str(r["department"]), str(r["category"] or "")): int(r["items"]) for r in rows}
    of_category: Counter[str] = Counter()
    of_department: Counter[str] = Counter()
    for (department, category), items in cells.items():
        of_category[category] += items
        of_department[department] += items
    columns = sorted(of_category, key=lambda c: (-of_category[c], c))
    place = {category: k for k, category in enumerate(columns)}
    main: dict[str, int] = {}
    for department in of_department:
        its = [c for c in columns if (department, c) in cells]
        main[department] = place[max(its, key=lambda c: (cells[department, c], -place[c]))]
    departments = sorted(of_department, key=lambda d: (main[d], -of_department[d], d))
    most = max(cells.values())
    left, total = LABELS[lang] + 8, 40.0
    wide = max(22.0, (WIDTH - left - total) / len(columns))
    wide = min(wide, 60.0)
    chart = Chart(lang, base, len(departments), step=21, width=left + total + wide * len(columns))
    grid = [
        {"x": left + k * wide, "y": 0, "x2": left + k * wide, "y2": chart.height}
        for k in range(len(columns) + 1)
    ]
    chart.rules()
    chart.free(grid, "rule", stroke=GRID, strokeWidth=0.7)
    top = _column_names(chart, names, columns, left, wide)
    squares = []
    for k, department in enumerate(departments):
        name = names.department(department, lang)
        link = chart.link("department", department)
        chart.label(k, LABELS[lang], name, size=LABEL_SIZES[lang], href=link)
        for category in columns:
            items = cells.get((department, category), 0)
            if not items:
                continue
            called = names.category(category, lang)
            said = chart.say(f"{name}，{called}：{items} 项", f"{name}, {called}: {items} items")
            link = chart.link("cell", department, category)
            x = left + place[category] * wide
            colour = shade(items / most)
            squares.append(
                {"x": x, "x2": x + wide, "y": k * 21.0, "y2": k * 21.0 + 21.0}
                | {"fill": colour, "sentence": clean(said), "href": link}
            )
            ink = "white" if items / most > 0.6 else INK
            chart.text(
                x + wide / 2,
                chart.middle(k),
                str(items),
                Style("center", ink),
                sentence=said,
                href=link,
            )
        items = of_department[department]
        said = chart.say(f"{name}：{items} 项", f"{name}: {items} items")
        link = chart.link("department", department, "items")
        chart.text(chart.width, chart.middle(k), str(items), _NUMBERS, sentence=said, href=link)
    chart.free(squares, "rect", fill="field:fill", stroke="white", strokeWidth=1)
    chart.text(chart.width, -12, chart.say("合计", "All"), Style("right", SOFT))
    return chart.specification(
        chart.say("各部门在各类别的配合事项数", "Cooperative items by department and category"),
        names.subtitle(),
        top=top,
    )


def _column_names(
    chart: Chart, names: Names, columns: Sequence[str], left: float, wide: float
) -> float:
    """Names of columns: Chinese in short lines, English upright; returns how far up they reach."""
    highest = 0.0
    for k, category in enumerate(columns):
        name = names.category(category, chart.lang)
        middle = left + (k + 0.5) * wide
        link = chart.link("category", category, "cooperative")
        if chart.lang == "zh":
            lines = wrap(name, max(SIZE, wide - 4), SIZE, 6)
            for n, line in enumerate(reversed(lines)):
                chart.text(
                    middle, -12 - n * 15, line, Style("center", SOFT), sentence=name, href=link
                )
            highest = max(highest, 12 + len(lines) * 15.0)
        else:
            lines = wrap(name, 150, 11, 2 if wide < 40 else 3)
            for n, line in enumerate(lines):
                x = middle + (n - (len(lines) - 1) / 2) * 13
                style = Style("left", SOFT, 11, angle=270)
                chart.text(x, -6, line, style, sentence=name, href=link)
            highest = max(highest, 6 + max(text_width(line, 11) for line in lines))
    return highest
