"""Figures with a row a department: load, split, profile, items taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dutygraph.report.chart import Chart
from dutygraph.report.drawing import SOFT, Figure
from dutygraph.report.marks import (
    BASIC,
    DARK,
    DEPARTMENT,
    DEPARTMENT_PALE,
    GRID,
    OPEN,
    RANGE,
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
from dutygraph.report.names import Names
from dutygraph.table import Table

Row = Mapping[str, Any]

LABELS: Final = {"zh": 214.0, "en": 276.0}
"""Where the names of rows end, in pixels."""
LABEL_SIZES: Final = {"zh": 12.0, "en": 11.0}
"""Their font sizes."""
_NUMBERS: Final = Style(align="right")


def load(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """Departments ranked by their part of the town's cooperative duties, with its bounds."""
    rows = [r for r in _ranked(tables) if r["items"] and r["share"] is not None]
    if not rows:
        return None
    return Figure(
        "load",
        "部门负荷：乡镇的配合职责来自哪些部门",
        "Load: which departments the town's cooperative duties come from",
        "每行一个部门。条形：该部门在乡镇全部配合职责中的占比；一个事项列有几个部门时，乡镇职责平均分给各部门。"
        "细线：占比的上下界，即多部门事项的乡镇职责全归其他部门（下界）或全归本部门（上界）。"
        "右侧依次为占比、分摊的乡镇职责（条）和配合事项（项）。",
        "A row is a department. Bar: its share of all the town's duties in cooperative items; where an "
        "item names several departments, the town's duties in it are shared equally among them. Thin "
        "line: bounds of the share, were the duties of shared items all the others' (lower) or all its "
        "own (upper). At the right: share, the town's duties so shared out, and cooperative items.",
        lambda lang, base: _load_spec(rows, names, lang, base),
    )


def _ranked(tables: Mapping[str, Table]) -> list[Row]:
    """Rows of the load table, the greatest load first."""
    if "department-load" not in tables:
        return []
    return sorted(
        tables["department-load"],
        key=lambda r: (
            -float(r["town_duties_fractional"] or 0),
            -int(r["items"] or 0),
            str(r["department"]),
        ),
    )


def _label(chart: Chart, names: Names, k: int, department: str) -> str:
    """Name a row; returns the name in the chart's language."""
    name = names.department(department, chart.lang)
    link = chart.link("department", department)
    chart.label(k, LABELS[chart.lang], name, size=LABEL_SIZES[chart.lang], href=link)
    return name


def _load_spec(rows: Sequence[Row], names: Names, lang: str, base: str) -> dict[str, Any]:
    chart = Chart(lang, base, len(rows))
    highest = max(float(r["share_high"] or r["share"]) for r in rows) or 1.0
    left = LABELS[lang] + 10
    panel = Panel(left, WIDTH - 190, 0, highest * 1.02, ticks(0, highest, 6), percent=True)
    chart.rules()
    chart.panel(panel)
    chart.heading(
        left, chart.say("占乡镇配合职责", "Share of the town's cooperative duties"), width=300
    )
    for x, zh, en in (
        (WIDTH - 130, "占比", "Share"),
        (WIDTH - 62, "乡镇职责", "Town's duties"),
        (WIDTH, "配合事项", "Items"),
    ):
        chart.heading(x, chart.say(zh, en), "right", 62)
    chart.legend(
        Sign(chart.say("占比", "share"), fill=TOWN),
        Sign(chart.say("上下界", "bounds"), RANGE, stroke=DARK),
    )
    bars, ranges = [], []
    for k, row in enumerate(rows):
        department = str(row["department"])
        name = _label(chart, names, k, department)
        share, duties = float(row["share"]), float(row["town_duties_fractional"] or 0)
        low, high = float(row["share_low"] or 0), float(row["share_high"] or 0)
        said = chart.say(
            f"{name}：分摊乡镇配合职责 {number(duties)} 条，占 {percent(share)}"
            f"（{percent(low)}–{percent(high)}）；配合事项 {row['items']} 项",
            f"{name}: {number(duties)} of the town's cooperative duties, {percent(share)} of them "
            f"({percent(low)}–{percent(high)}), in {row['items']} items",
        )
        town = chart.link("department", department, "town")
        if share:
            bars.append(Mark(k, share, said, town))
        if high > low:
            ranges.append(Mark(k, high, said, town, start=low))
        y = chart.middle(k)
        chart.text(WIDTH - 130, y, percent(share), _NUMBERS, sentence=said, href=town)
        chart.text(WIDTH - 62, y, f"{duties:,.1f}", _NUMBERS, sentence=said, href=town)
        items = chart.link("department", department, "items")
        chart.text(WIDTH, y, number(row["items"]), _NUMBERS, sentence=said, href=items)
    chart.bars(panel, bars, TOWN)
    chart.ranges(panel, ranges)
    return chart.specification(
        chart.say("各部门在乡镇配合职责中的占比", "Share of the town's duties by department"),
        names.subtitle(),
    )


def split(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """Duties of the town against those of the department, and how far it leans on the town."""
    rows = [r for r in _ranked(tables) if r["items"]]
    if not any(_parts(row) for row in rows):
        return None
    return Figure(
        "split",
        "职责划分与倚重度：乡镇做多少，部门做多少",
        "Split and lean: what the town does and what the department does",
        "每行一个部门，单位：条。左：其配合事项中乡镇的职责（多部门事项平均分摊）；右：部门自身职责、"
        "与其他部门共同的职责、未写明主体的职责（后两种在有关部门各计一次）。"
        "圆点：倚重度 = 乡镇职责 ÷（乡镇职责 + 自身职责），1 表示全由乡镇做；"
        "细线：倚重度的上下界，下界把共同和未明主体的职责都算作部门自身职责，上界都不算。",
        "A row is a department; unit: duties. Left: the town's duties in its cooperative items (shared "
        "equally where an item names several departments). Right: duties of the department alone, "
        "duties it has together with others, and duties for which no party is named (these two count "
        "for each department concerned). Dot: lean = the town's duties ÷ (the town's duties + its own); "
        "1 means that the town does it all. Thin line: bounds of the lean, with joint and unnamed "
        "duties all counted as its own (lower) or none of them (upper).",
        lambda lang, base: _split_spec(rows, names, lang, base),
    )


_PARTS: Final = (
    ("own_duties", "own", "自身职责", "own duties"),
    ("joint_duties", "joint", "共同职责", "joint duties"),
    ("unattributed_duties", "unattributed", "未明主体的职责", "duties without a named party"),
)


def _parts(row: Row) -> float:
    """All duties that a row shows."""
    shown = ("town_duties_fractional", *(column for column, *_ in _PARTS))
    return sum(float(row[column] or 0) for column in shown)


def _split_spec(rows: Sequence[Row], names: Names, lang: str, base: str) -> dict[str, Any]:
    chart = Chart(lang, base, len(rows))
    town_most = max(float(r["town_duties_fractional"] or 0) for r in rows) or 1.0
    own_most = max(sum(int(r[c] or 0) for c, *_ in _PARTS) for r in rows) or 1.0
    left = LABELS[lang] + 10
    low, high = -town_most * 1.13, own_most * 1.08
    duties = Panel(left, 604, low, high, ticks(low, high, 8, whole=True), absolute=True)
    leans = Panel(640, WIDTH - 44, 0, 1, (0, 0.25, 0.5, 0.75, 1))
    chart.rules()
    chart.panel(duties)
    chart.panel(leans, zero=None)
    zero = duties.pixel(0)
    chart.heading(zero - 8, chart.say("← 乡镇", "← town"), "right")
    chart.heading(zero + 8, chart.say("部门 →", "department →"))
    chart.heading(640, chart.say("倚重度", "Lean"))
    chart.legend(
        Sign(chart.say("乡镇职责", "town's duties"), fill=TOWN),
        Sign(chart.say("自身", "own"), fill=DEPARTMENT),
        Sign(chart.say("共同", "joint"), fill=DEPARTMENT_PALE, stroke=DEPARTMENT),
        Sign(chart.say("未明主体", "no party named"), fill=OPEN),
        Sign(chart.say("倚重度", "lean"), "circle", fill=DARK, size=80),
        Sign(chart.say("上下界", "bounds"), RANGE, stroke=DARK),
    )
    bars: dict[str, list[Mark]] = {"town": [], **{part: [] for _, part, *_ in _PARTS}}
    dots, ranges = [], []
    beside = Style("right", SOFT, 11), Style("left", SOFT, 11)
    for k, row in enumerate(rows):
        department = str(row["department"])
        name = _label(chart, names, k, department)
        town = float(row["town_duties_fractional"] or 0)
        if town:
            said = chart.say(
                f"{name}：分摊乡镇职责 {number(town)} 条",
                f"{name}: {number(town)} duties of the town",
            )
            link = chart.link("department", department, "town")
            bars["town"].append(Mark(k, -town, said, link))
            x = duties.pixel(-town) - 4
            chart.text(x, chart.middle(k), f"{town:.1f}", beside[0], sentence=said, href=link)
        at = 0
        for column, part, zh, en in _PARTS:
            count = int(row[column] or 0)
            if count:
                said = chart.say(f"{name}：{zh} {count} 条", f"{name}: {count} {en}")
                link = chart.link("department", department, part)
                bars[part].append(Mark(k, at + count, said, link, start=at))
            at += count
        if at:
            said = chart.say(f"{name}：以上合计 {at} 条", f"{name}: {at} of these duties")
            chart.text(duties.pixel(at) + 4, chart.middle(k), str(at), beside[1], sentence=said)
        if row["lean"] is not None:
            lean, low, high = row["lean"], row["lean_low"], row["lean_high"]
            said = chart.say(
                f"{name}：倚重度 {lean:.2f}（{low:.2f}–{high:.2f}）",
                f"{name}: lean {lean:.2f} ({low:.2f}–{high:.2f})",
            )
            link = chart.link("department", department)
            dots.append(Mark(k, lean, said, link))
            if high > low:
                ranges.append(Mark(k, high, said, link, start=low))
            chart.text(WIDTH, chart.middle(k), f"{lean:.2f}", _NUMBERS, sentence=said, href=link)
    chart.bars(duties, bars["town"], TOWN)
    chart.bars(duties, bars["own"], DEPARTMENT)
    chart.bars(duties, bars["joint"], DEPARTMENT_PALE, stroke=DEPARTMENT)
    chart.bars(duties, bars["unattributed"], OPEN)
    chart.ranges(leans, ranges)
    chart.points(leans, dots, DARK)
    return chart.specification(
        chart.say("各部门的职责划分与倚重度", "Split of duties and lean by department"),
        names.subtitle(),
    )


def profile(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """What town and department do in the same items: legwork, authority, and how far they differ."""
    if "action-profiles" not in tables:
        return None
    rows = [r for r in tables["action-profiles"] if r["divergence"] is not None]
    rows.sort(
        key=lambda r: (-int(r["items"] or 0), -float(r["divergence"] or 0), str(r["department"]))
    )
    if not rows:
        return None
    return Figure(
        "profile",
        "动作构成：同样的事项中，乡镇和部门各做什么",
        "Action profiles: what town and department do in the same items",
        "每行一个部门，配合事项多的在前。左、中：在其配合事项中，跑腿类动作（宣传、排查、上报、建档等）"
        "和权力类动作（审核、审批、处罚、监督等）各占乡镇（圆点）和部门（菱形）全部动作的比例；"
        "细线：未写明主体的职责若归部门，部门比例的上下界。"
        "右：两者动作构成的差异（JS 散度），0 为相同，1 为毫无共同之处。事项少的部门，数值仅供参考。",
        "A row is a department, those with most cooperative items first. Left and middle: legwork "
        "(publicise, inspect, report, record …) and authority (review, approve, penalise, supervise …) "
        "as a part of all actions of the town (circle) and of the department (diamond) in its "
        "cooperative items; thin line: bounds of the department's part, were duties without a named "
        "party its own. Right: how far the two differ (Jensen–Shannon divergence): 0 they do the same, "
        "1 they have nothing in common. For departments with few items the numbers say little.",
        lambda lang, base: _profile_spec(rows, names, lang, base),
    )


_NATURES: Final = (("legwork", "跑腿类动作", "legwork"), ("authority", "权力类动作", "authority"))


def _profile_spec(rows: Sequence[Row], names: Names, lang: str, base: str) -> dict[str, Any]:
    chart = Chart(lang, base, len(rows))
    left = LABELS[lang] + 16
    each = (WIDTH - 112 - left - 2 * 38) / 5
    half = (0, 0.5, 1)
    panels = (
        Panel(left, left + 2 * each, 0, 1, half, percent=True),
        Panel(left + 2 * each + 38, left + 4 * each + 38, 0, 1, half, percent=True),
    )
    bar = Panel(left + 4 * each + 76, WIDTH - 84, 0, 1, half)
    chart.rules()
    for panel, (_, zh, en) in zip(panels, _NATURES, strict=True):
        chart.panel(panel)
        chart.heading(panel.left, chart.say(f"{zh}占比", f"{en.capitalize()}, part of actions"))
    chart.panel(bar)
    chart.heading(bar.left, chart.say("动作差异", "Divergence"))
    chart.heading(WIDTH, chart.say("配合事项", "Items"), "right", 60)
    chart.legend(
        Sign(chart.say("乡镇", "town"), "circle", fill=TOWN, size=95),
        Sign(chart.say("部门", "department"), "diamond", fill=DEPARTMENT, stroke=DARK, size=52),
        Sign(
            chart.say("部门比例的上下界", "bounds of the department's part"),
            RANGE,
            stroke=DARK,
        ),
        Sign(chart.say("动作差异", "divergence"), fill=BASIC),
    )
    differ = []
    marks: dict[tuple[str, str], list[Mark]] = {
        (nature, kind): [] for nature, *_ in _NATURES for kind in ("link", "range", "town", "own")
    }
    for k, row in enumerate(rows):
        department = str(row["department"])
        name = _label(chart, names, k, department)
        for nature, zh, en in _NATURES:
            _profile_marks(chart, marks, nature, (zh, en), k, row, name)
        value = float(row["divergence"])
        said = chart.say(f"{name}：动作差异 {value:.2f}", f"{name}: divergence {value:.2f}")
        link = chart.link("department", department)
        if value:
            differ.append(Mark(k, value, said, link))
        chart.text(WIDTH - 44, chart.middle(k), f"{value:.2f}", _NUMBERS, sentence=said, href=link)
        items = chart.say(f"{name}：配合事项 {row['items']} 项", f"{name}: {row['items']} items")
        link = chart.link("department", department, "items")
        chart.text(
            WIDTH, chart.middle(k), number(row["items"]), _NUMBERS, sentence=items, href=link
        )
    for panel, (nature, *_) in zip(panels, _NATURES, strict=True):
        chart.bars(panel, marks[nature, "link"], GRID, thickness=5)
        chart.ranges(panel, marks[nature, "range"])
        # The diamond is smaller: where both have the same value, the circle shows around it.
        chart.points(panel, marks[nature, "town"], TOWN, size=95)
        chart.points(panel, marks[nature, "own"], DEPARTMENT, shape="diamond", stroke=DARK, size=52)
    chart.bars(bar, differ, BASIC)
    return chart.specification(
        chart.say(
            "乡镇与部门在同样事项中的动作构成", "Actions of town and departments in the same items"
        ),
        names.subtitle(),
    )


def _profile_marks(
    chart: Chart,
    marks: dict[tuple[str, str], list[Mark]],
    nature: str,
    words: tuple[str, str],
    k: int,
    row: Row,
    name: str,
) -> None:
    """The marks of one row in the panel of one nature of actions."""
    department = str(row["department"])
    town, own = row[f"town_{nature}"], row[f"department_{nature}"]
    low, high = row.get(f"department_{nature}_low"), row.get(f"department_{nature}_high")
    zh, en = words
    if town is not None and own is not None:
        said = chart.say(
            f"{name}：{zh}，乡镇 {percent(town)}，部门 {percent(own)}",
            f"{name}: {en}, town {percent(town)}, department {percent(own)}",
        )
        link = chart.link("department", department)
        if town != own:
            marks[nature, "link"].append(Mark(k, max(town, own), said, link, start=min(town, own)))
    if town is not None:
        said = chart.say(
            f"{name}的配合事项：{zh}占乡镇动作的 {percent(town)}",
            f"{name}, its cooperative items: {en} is {percent(town)} of the town's actions",
        )
        marks[nature, "town"].append(
            Mark(k, town, said, chart.link("department", department, "town"))
        )
    if own is not None:
        said = chart.say(
            f"{name}：{zh}占部门动作的 {percent(own)}",
            f"{name}: {en} is {percent(own)} of its own actions",
        )
        link = chart.link("department", department, "own")
        if low is not None and high is not None and high > low:
            said += chart.say(
                f"（{percent(low)}–{percent(high)}）", f" ({percent(low)}–{percent(high)})"
            )
            marks[nature, "range"].append(Mark(k, high, said, link, start=low))
        marks[nature, "own"].append(Mark(k, own, said, link))


def taken_back(tables: Mapping[str, Table], names: Names) -> Figure | None:
    """Items that departments took back against those in which the town still helps them."""
    rows = [r for r in _ranked(tables) if r["taken_back"]]
    rows.sort(key=lambda r: (-int(r["taken_back"]), -int(r["items"] or 0), str(r["department"])))
    if not rows:
        return None
    others = sum(1 for r in _ranked(tables) if r["items"] and not r["taken_back"])
    return Figure(
        "taken-back",
        "收回与留下：部门收回多少事项，还留多少由乡镇配合",
        "Taken back and left: items departments took over, and those still with the town",
        "每行一个收回了事项的部门，单位：项。左：上级部门收回的事项；右：仍由乡镇配合的事项。"
        f"另有 {others} 个部门有配合事项而没有收回任何事项，未列出。",
        "A row is a department that took items back; unit: items. Left: items that it took back; right: "
        f"cooperative items in which the town still helps it. {others} more departments have cooperative "
        "items and took none back; they are not shown.",
        lambda lang, base: _taken_back_spec(rows, names, lang, base),
    )


def _taken_back_spec(rows: Sequence[Row], names: Names, lang: str, base: str) -> dict[str, Any]:
    chart = Chart(lang, base, len(rows), step=22)
    back = max(int(r["taken_back"]) for r in rows)
    left_over = max(int(r["items"] or 0) for r in rows)
    low, high = -back * 1.08, max(1, left_over) * 1.08
    panel = Panel(
        LABELS[lang] + 16, WIDTH, low, high, ticks(low, high, 8, whole=True), absolute=True
    )
    chart.rules()
    chart.panel(panel)
    zero = panel.pixel(0)
    chart.heading(zero - 8, chart.say("← 收回的事项", "← taken back"), "right")
    chart.heading(zero + 8, chart.say("仍由乡镇配合的事项 →", "still with the town's help →"))
    bars: tuple[list[Mark], list[Mark]] = ([], [])
    for k, row in enumerate(rows):
        department = str(row["department"])
        name = _label(chart, names, k, department)
        for side, column, part, zh, en in (
            (0, "taken_back", "reclaimed", "收回事项", "items taken back"),
            (1, "items", "items", "配合事项", "cooperative items"),
        ):
            count = int(row[column] or 0)
            if not count:
                continue
            said = chart.say(f"{name}：{zh} {count} 项", f"{name}: {count} {en}")
            link = chart.link("department", department, part)
            value = count if side else -count
            bars[side].append(Mark(k, value, said, link))
            style = Style(align="left" if side else "right")
            x = panel.pixel(value) + (4 if side else -4)
            chart.text(x, chart.middle(k), str(count), style, sentence=said, href=link)
    chart.bars(panel, bars[0], DEPARTMENT, thickness=13)
    chart.bars(panel, bars[1], TOWN, thickness=13)
    return chart.specification(
        chart.say(
            "部门收回的事项与仍由乡镇配合的事项", "Items taken back and cooperative items left"
        ),
        names.subtitle(),
    )
