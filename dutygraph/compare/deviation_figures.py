"""The figures of how categories and department types of each town differ from the median town."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph.compare.town_figures import ordered_towns
from dutygraph.compare.view import Row, rows_of
from dutygraph.network.across import THRESHOLD
from dutygraph.report.chart import Chart, Layer
from dutygraph.report.drawing import INK, Figure
from dutygraph.report.lettering import clean
from dutygraph.report.marks import DARK, OPEN, WIDTH, Sign, Style, number
from dutygraph.report.matrix_figures import town_names as names_above
from dutygraph.table import Table

MOST_COLUMNS: Final = 50
"""Towns that a figure shows, so that their names have room."""
MOST_NAMES: Final = 30
"""Categories or department types that a figure shows."""

_NUMBERS: Final = Style(align="right", size=11)
_PALE: Final = (0xF4, 0xF6, 0xF8)
_ABOVE: Final = (0xC4, 0x72, 0x12)
_BELOW: Final = (0x1F, 0x6F, 0x8B)


@dataclass(frozen=True, slots=True)
class Deviations:
    """What a figure of deviations shows.

    Attributes:
        name: of its table, and of itself.
        measure: that of the table which it shows.
        place: first part of the anchor of a row.
        what_zh, what_en: what its rows are.
        value_zh, value_en: what is measured.
    """

    name: str
    measure: str
    place: str
    what_zh: str
    what_en: str
    value_zh: str
    value_en: str


DEVIATIONS: Final = (
    Deviations(
        "category-deviations",
        "items",
        "deviation-category",
        "各类别",
        "Categories",
        "事项数",
        "items",
    ),
    Deviations(
        "type-deviations",
        "town_duties",
        "deviation-type",
        "各类部门",
        "Department types",
        "分摊的乡镇职责（条）",
        "town duties shared out",
    ),
)


def deviation_figures(tables: Mapping[str, Table]) -> list[Figure]:
    """How categories and department types of each town differ from the median town.

    Args:
        tables: of a comparison, by name: ``category-deviations``, ``type-deviations``, ``town-order``
            and ``lists`` are used.

    Returns:
        category-deviations and type-deviations; those in which no town differs are left out.
    """
    made = (_deviation(tables, one) for one in DEVIATIONS)
    return [figure for figure in made if figure is not None]


def _deviation(tables: Mapping[str, Table], about: Deviations) -> Figure | None:
    rows = [row for row in rows_of(tables, about.name) if row["measure"] == about.measure]
    towns = ordered_towns(tables)
    if not any(row["difference"] for row in rows) or len(towns) < 2:
        return None
    size = {str(row["name"]): float(row["median"]) for row in rows}
    kept = sorted(size, key=lambda name: (-size[name], name))[:MOST_NAMES]
    columns = list(towns)
    some_zh = some_en = ""
    if len(columns) > MOST_COLUMNS:
        worst = dict.fromkeys(columns, 0.0)
        for row in rows:
            division = str(row["division"])
            worst[division] = max(worst.get(division, 0.0), abs(float(row["z"] or 0)))
        chosen = set(sorted(columns, key=lambda one: (-worst[one], one))[:MOST_COLUMNS])
        columns = [one for one in columns if one in chosen]
        some_zh = f"只画最异常的 {MOST_COLUMNS} 个乡镇。"
        some_en = f" Only the {MOST_COLUMNS} towns that are farthest out are drawn."
    rest = len(size) - len(kept)
    more_zh = f"只画中位数最大的 {len(kept)} 行，另有 {rest} 行未画。" if rest else ""
    more_en = (
        f" Only the {len(kept)} rows with the largest medians are drawn, {rest} are not."
        if rest
        else ""
    )
    return Figure(
        about.name,
        f"{about.what_zh}：各乡镇与中位数之差",
        f"{about.what_en}: difference of each town from the median",
        f"每格为一个乡镇的{about.value_zh}减去各乡镇的中位数：橙色较多，蓝色较少，越深差得越多；黑框为异常（稳健 |z| > {THRESHOLD:g}）。"
        f"右侧为中位数。{more_zh}{some_zh}",
        f"A cell is a town's {about.value_en} less the median of the towns: orange is more, blue is less, the deeper the "
        f"farther; framed: outlying (robust |z| > {THRESHOLD:g}). At the right: the median.{more_en}{some_en}",
        lambda lang, base: _deviation_spec(rows, kept, columns, towns, about, lang, base),
    )


def _deviation_spec(
    rows: Sequence[Row],
    kept: Sequence[str],
    columns: Sequence[str],
    towns: Mapping[str, str],
    about: Deviations,
    lang: str,
    base: str,
) -> Layer:
    step = 19.0
    chart = Chart(lang, base, len(kept), step=step)
    left = {"zh": 180.0, "en": 230.0}[lang]
    start = left + 8
    wide = min(46.0, (WIDTH - start - 44) / len(columns))
    end = start + wide * len(columns)
    top = names_above(chart, [(one, towns[one]) for one in columns], start, wide)
    names = {str(row["name"]): row for row in rows}
    of = {(str(row["name"]), str(row["division"])): row for row in rows}
    shown = [of[name, one] for name in kept for one in columns if (name, one) in of]
    most, cut = _scale([abs(float(row["difference"])) for row in shown])
    ends = (
        (f"≤ −{number(most)}", f"≥ +{number(most)}")
        if cut
        else (f"−{number(most)}", f"+{number(most)}")
    )
    for part, words in ((-1.0, ends[0]), (0.0, "0"), (1.0, ends[1])):
        chart.legend(Sign(words, fill=_diverging(part), stroke=OPEN))
    chart.legend(Sign(chart.say("异常", "outlying"), stroke=DARK))
    cells: list[Layer] = []
    framed: list[Layer] = []
    for k, name in enumerate(kept):
        label = name or chart.say("（无类别）", "no category")
        if lang == "en":
            label = str(names[name].get("name_en") or label)
        chart.label(k, left, label, size=11, href=chart.link(about.place, name))
        median = float(names[name]["median"])
        chart.text(end + 40, chart.middle(k), number(round(median, 1)), _NUMBERS)
        for j, one in enumerate(columns):
            row = of.get((name, one))
            if row is None:
                continue
            difference = float(row["difference"])
            said = clean(
                f"{towns[one]} · {label}{chart.say('：', ': ')}{number(round(float(row['value']), 1))}"
                f"{chart.say('，中位数 ', ', median ')}{number(round(median, 1))}"
            )
            box: Layer = {
                "x": round(start + j * wide, 2),
                "x2": round(start + (j + 1) * wide, 2),
                "y": k * step,
                "y2": (k + 1) * step,
                "sentence": said,
                "href": chart.link(about.place, name),
            }
            cells.append(box | {"fill": _diverging(difference / most)})
            if row["outlying"]:
                framed.append(box)
            if wide >= 28 and difference:
                text = f"{number(round(difference, 1))}".replace("-", "−")
                ink = "white" if abs(difference) / most > 0.7 else INK
                style = Style("center", ink, 10)
                chart.text(start + (j + 0.5) * wide, chart.middle(k), text, style, sentence=said)
    edge = {"stroke": "white", "strokeWidth": 0.6} if wide >= 8 else {}
    chart.free(cells, "rect", fill="field:fill", **edge)
    chart.free(framed, "rect", fill="transparent", stroke=DARK, strokeWidth=1.6)
    return chart.specification(chart.say("与中位数之差", "Difference from the median"), top=top)


def _scale(distances: Sequence[float]) -> tuple[float, bool]:
    """The distance that gets the deepest colour, and whether some are farther.

    A few that are much farther than all others would leave these without colour.

    >>> _scale([0.0] + [1.0] * 98 + [2.0, 40.0]), _scale([0.0]), _scale([3.0])
    ((2.0, True), (1.0, False), (3.0, False))
    """
    some = sorted(value for value in distances if value)
    if not some:
        return 1.0, False
    most = some[min(len(some) - 1, int(len(some) * 0.985))]
    return round(most, 1) or some[-1], some[-1] > most


def _diverging(part: float) -> str:
    """A colour for −1 (blue) over 0 (nearly white) to 1 (orange).

    >>> _diverging(-1), _diverging(0), _diverging(1)
    ('#1f6f8b', '#f4f6f8', '#c47212')
    """
    far = _ABOVE if part > 0 else _BELOW
    part = min(1.0, abs(part))
    return "#" + "".join(
        f"{round(one + (other - one) * part):02x}" for one, other in zip(_PALE, far, strict=True)
    )
