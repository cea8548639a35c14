"""What the page shows of many towns: the towns, their duties, and what is unusual in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dutygraph.compare.concept_figures import CLASSES, listed, spread_rows
from dutygraph.compare.deviation_figures import DEVIATIONS
from dutygraph.compare.town_figures import MOST_MATRIX, ordered_towns
from dutygraph.compare.view import (
    KINDS,
    Row,
    concept_places,
    pair_place,
    rows_of,
    simulated_towns,
    town_names,
)
from dutygraph.report.anchors import anchor
from dutygraph.table import Table

UNUSUAL: Final = (
    ("unique", "独有的事项", "duties that no other town has"),
    ("rare", "少见的事项", "rare duties that it has"),
    ("lacks_core", "缺少的核心事项", "core duties that it lacks"),
    ("other_list", "清单异于通常", "in another table than usual"),
    ("other_departments", "部门异于通常", "with other departments than usual"),
)
"""Ways in which a town is unusual: column, Chinese, English."""
MOST_UNUSUAL: Final = 20_000
"""Unusual items that the page names; of more, only so many of each town and kind that this is kept."""
MOST_DEVIATIONS: Final = 40
"""Deviations that the page lists in a table."""
_MEASURES: Final = {
    "items": ("事项数", "items"),
    "basic": ("基本履职事项", "basic items"),
    "cooperative": ("配合履职事项", "cooperative items"),
    "reclaimed": ("收回事项", "reclaimed items"),
    "town_duties": ("乡镇职责", "town duties"),
    "lean": ("倚重度", "lean"),
}


def towns_context(tables: Mapping[str, Table]) -> dict[str, Any] | None:
    """What the page shows of many towns.

    Args:
        tables: of a comparison, by name.

    Returns:
        None where there are no tables about many towns.
    """
    if not any(rows_of(tables, name) for name in ("concepts", "unusual", "town-order")):
        return None
    towns = _towns(tables)
    concepts = _concepts(tables)
    pairs = rows_of(tables, "town-matrix")
    shown = pairs if len(towns) <= MOST_MATRIX else []
    places = concept_places(tables)
    return {
        "towns": towns,
        "clusters": len({town["cluster"] for town in towns if town["cluster"] is not None}),
        "places": {str(one["concept"]): one["place"] for one in concepts},
        "classes": _classes(tables, concepts),
        "spread": [row | {"place": places[str(row["concept"])]} for row in spread_rows(tables)],
        "pairs": [row | {"id": anchor(*pair_place(number))} for number, row in enumerate(shown)],
        "all_pairs": len(pairs),
        "unusual": UNUSUAL,
        "deviations": [
            {
                "zh": one.what_zh,
                "en": one.what_en,
                "name": one.name,
                **_deviations(rows_of(tables, one.name), one.place, one.measure),
            }
            for one in DEVIATIONS
        ],
        "measures": _MEASURES,
    }


def _towns(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """The towns, those most unlike the others first, with what is unusual in them."""
    about = {(str(row["division"]), str(row["edition"])): row for row in rows_of(tables, "lists")}
    rows = rows_of(tables, "unusual") or rows_of(tables, "town-order")
    items: dict[tuple[str, str], list[Row]] = {}
    for row in rows_of(tables, "unusual-items"):
        items.setdefault((str(row["division"]), str(row["kind"])), []).append(row)
    every = sum(map(len, items.values()))
    most = every if every <= MOST_UNUSUAL else max(1, MOST_UNUSUAL // max(1, len(items)))
    names = town_names(rows)
    simulated = simulated_towns(tables)
    out = []
    for row in rows:
        division = str(row["division"])
        whole = about.get((division, str(row["edition"])), {})
        kinds = [
            {
                "key": key,
                "zh": zh,
                "en": en,
                "id": anchor("town", division, key),
                "place": ("town", division, key),
                "count": int(row.get(key) or 0),
                "items": items.get((division, key), [])[:most],
            }
            for key, zh, en in UNUSUAL
        ]
        out.append(
            {
                **{key: whole.get(key) for key in ("items", "basic", "cooperative", "reclaimed")},
                **row,
                "name": names[division],
                "id": anchor("town", division),
                "synthetic": division in simulated,
                "kinds": kinds,
                "cluster": row.get("cluster"),
            }
        )
    return out


def _concepts(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """Duties with the towns that have them, by list kind."""
    rows = listed(tables)
    towns = ordered_towns(tables) or town_names(
        rows_of(tables, "presence"), simulated_towns(tables)
    )
    order = {division: place for place, division in enumerate(towns)}
    places = concept_places(tables)
    found: dict[str, list[Row]] = {str(row["concept"]): [] for row in rows}
    for row in rows_of(tables, "presence"):
        if str(row["concept"]) in found:
            found[str(row["concept"])].append(row)
    out = []
    for row in rows:
        of = sorted(found[str(row["concept"])], key=lambda one: order.get(str(one["division"]), 0))
        lists = [
            {
                "kind": key,
                "towns": [
                    {
                        "name": towns.get(str(one["division"]), str(one["town"])),
                        "number": one["number"] if one["number"] is not None else one["key"],
                        "title": one["title"] if one["title"] != row["label"] else "",
                        "relation": one["relation"],
                        "place": one.get("place") or "",
                    }
                    for one in of
                    if one["list"] == key
                ],
            }
            for key, *_ in KINDS
        ]
        out.append(
            {
                **row,
                "id": anchor(*places[str(row["concept"])]),
                "place": places[str(row["concept"])],
                "lists": [one for one in lists if one["towns"]],
                "perhaps": [
                    towns[str(one["division"])] for one in of if not one["list"] and one["maybe"]
                ],
            }
        )
    return out


def _classes(
    tables: Mapping[str, Table], concepts: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Duties by how common they are."""
    every = rows_of(tables, "concepts")
    out = []
    for key, zh, en in CLASSES:
        rows = [one for one in concepts if one["class"] == key]
        count = sum(one["class"] == key for one in every)
        out.append(
            {
                "key": key,
                "zh": zh,
                "en": en,
                "id": anchor("class", key),
                "count": count,
                "rows": rows,
            }
        )
    return out


def _deviations(rows: Sequence[Row], place: str, measure: str) -> dict[str, Any]:
    """Deviations that stand out, and all values of one measure by category or type."""
    judged = sum(row["z"] is not None for row in rows)
    if judged:
        far = [row for row in rows if row["outlying"]]
        far.sort(key=lambda row: (-abs(float(row["z"])), str(row["name"]), str(row["division"])))
    else:
        far = [row for row in rows if row["measure"] == measure and row["difference"]]
        far.sort(
            key=lambda row: (-abs(float(row["difference"])), str(row["name"]), str(row["division"]))
        )
    names: dict[str, list[Row]] = {}
    for row in rows:
        if row["measure"] == measure:
            names.setdefault(str(row["name"]), []).append(row)
    return {
        "judged": judged,
        "far": far[:MOST_DEVIATIONS],
        "all_far": len(far),
        "measure": measure,
        "names": [
            {
                "id": anchor(place, name),
                "place": (place, name),
                "name": name,
                "en": found[0].get("name_en") or name,
                "median": found[0]["median"],
                "rows": found,
            }
            for name, found in names.items()
        ],
        "place": place,
    }
