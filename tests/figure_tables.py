"""Small tables of a made-up edition and of made-up towns, worked out by hand, for the figures' tests.

The edition has three cooperative items:

====  ================  ==========  ===========================================
item  departments       town        departments
====  ================  ==========  ===========================================
1     公安局            2 duties    1 of 公安局
2     公安局、司法局     4 duties    1 of both together, 1 without a named party
3     民政局            none        3 of 民政局
====  ================  ==========  ===========================================

so the town has 6 duties, 2 + 4/2 = 4 of them for 公安局 and 4/2 = 2 for 司法局. 民政局 took back two
items, 水务公司, which no cooperative item names, one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dutygraph.table import Column, Table, Value

EDITION = ("甲镇", "653000101", "2025-01")
_WHOSE = ("town", "division", "edition")


def table(name: str, columns: str, rows: Sequence[Sequence[Value]], *whose: Value) -> Table:
    """A table whose last columns are town, division and edition, where *whose* gives them."""
    names = (*columns.split(), *(_WHOSE if whose else ()))
    return Table(name, tuple(map(Column, names)), [(*row, *whose) for row in rows])


def edition_tables(rename: dict[str, str] | None = None) -> dict[str, Table]:
    """The tables of the edition; *rename* gives departments, categories and the town other names."""
    new = rename or {}

    def n(name: str) -> str:
        return new.get(name, name)

    whose = (n(EDITION[0]), *EDITION[1:])
    load_columns = (
        "department department_type system items items_fractional town_duties "
        "town_duties_fractional own_duties joint_duties unattributed_duties lean lean_low lean_high "
        "share taken_back net town division edition department_type_en share_low share_high"
    )
    police, justice, civil, water = "公安局", "司法局", "民政局", "水务公司"
    load: list[tuple[Value, ...]] = [
        (n(police), police, "government", 2, 1.5, 6, 4.0, 1, 1, 1, 0.8, 4 / 7, 0.8, 4 / 6, 0, 2),
        (n(justice), justice, "government", 1, 0.5, 4, 2.0, 0, 1, 1, 1.0, 0.5, 1.0, 2 / 6, 0, 1),
        (n(civil), civil, "government", 1, 1.0, 0, 0.0, 3, 0, 0, 0.0, 0.0, 0.0, 0.0, 2, -1),
        (n(water), "", "enterprise", 0, 0.0, 0, 0.0, 0, 0, 0, None, None, None, 0.0, 1, -1),
    ]
    bounds: list[tuple[Value, ...]] = [
        ("Public Security Bureau", 2 / 6, 1.0),
        ("Justice Bureau", 0.0, 4 / 6),
        ("Civil Affairs Bureau", 0.0, 0.0),
        ("", 0.0, 0.0),
    ]
    load = [(*row, *whose, *more) for row, more in zip(load, bounds, strict=True)]
    duties = [
        # key, side, position, party_kind, party, actions
        ("1", "town", 1, "town", "乡镇", "report"),
        ("1", "town", 2, "town", "乡镇", "report inspect"),
        ("1", "department", 1, "department", n(police), "penalise"),
        ("2", "town", 1, "town", "乡镇", "inspect"),
        ("2", "town", 2, "town", "乡镇", ""),
        ("2", "town", 3, "town", "乡镇", "report"),
        ("2", "town", 4, "town", "乡镇", "organise"),
        # One duty with two parties: it has a row for each of them.
        ("2", "department", 1, "department", n(police), "inspect"),
        ("2", "department", 1, "department", n(justice), "inspect"),
        ("2", "department", 2, "unattributed", "", "plan"),
        ("3", "department", 1, "department", n(civil), "pay"),
        ("3", "department", 2, "department", n(civil), "penalise"),
        ("3", "department", 3, "department", n(civil), ""),
    ]
    actions = [
        ("report", "上报", "report", "legwork"),
        ("inspect", "排查巡查", "inspect", "legwork"),
        ("penalise", "处罚查处", "penalise", "authority"),
        ("organise", "组织实施", "organise", "other"),
        ("pay", "发放", "pay", "legwork"),
        ("", "", "", ""),
    ]
    return {
        "department-load": table("department-load", load_columns, load),
        "duties": table("duties", "key side position party_kind party actions", duties, *whose),
        "actions": table("actions", "action action_zh action_en nature", actions, *whose),
        "action-profiles": table(
            "action-profiles",
            "department items town_legwork town_authority department_legwork "
            "department_authority divergence",
            [
                (n(police), 2, 0.75, 0.0, 0.5, 0.5, 0.4),
                (n(justice), 1, 0.5, 0.0, 1.0, 0.0, 0.2),
                (n(civil), 1, None, None, 0.5, 0.5, None),  # the town does nothing there
            ],
            *whose,
        ),
        "department-categories": table(
            "department-categories",
            "department category items",
            [
                (n(police), n("平安法治"), 2),
                (n(justice), n("平安法治"), 1),
                (n(civil), n("民生服务"), 1),
            ],
            *whose,
        ),
        "categories": table(
            "categories",
            "category basic cooperative reclaimed balance category_en",
            [
                (n("平安法治"), 4, 2, 0, 2 / 6, "Public safety"),
                (n("民生服务"), 0, 1, 3, 1.0, "Services for people's wellbeing"),
                ("", 1, 0, 0, 0.0, ""),
            ],
            *whose,
        ),
        "nodes": table(
            "nodes",
            "id label label_en label_pinyin items degree community",
            [
                (n(police), n(police), "Public Security Bureau", "Gong an ju", 2, 1, 1),
                (n(justice), n(justice), "Justice Bureau", "Si fa ju", 1, 1, 1),
                (n(civil), n(civil), "Civil Affairs Bureau", "Min zheng ju", 1, 0, 0),
            ],
            *whose,
        ),
        "edges": table(
            "edges",
            "source target weight items p_value q_value significant item_keys",
            [(*sorted((n(police), n(justice))), 1.0, 1, 0.5, 1.0, False, "2")],
            *whose,
        ),
    }


def across_tables(towns: int = 6) -> dict[str, Table]:
    """Tables of towns 1 to *towns*; the last one is outlying and names only one type of two."""
    codes = [(f"模拟{k:03d}乡", f"65313{k:04d}", "2025-01") for k in range(1, towns + 1)]
    summary = [
        # type, type_en, system, measure, towns, mean, sd, median, low, high, unit
        ("公安局", "Public Security Bureau", "government", "lean", towns, 0.6, 0.1, 0.6, 0.5, 0.7),
        ("民政局", "Civil Affairs Bureau", "government", "lean", 2, 0.9, 0.1, 0.9, None, None),
        ("公安局", "Public Security Bureau", "government", "items", towns, 7.0, 1.0, 7.0, 6.0, 8.0),
        ("空局", "", "government", "lean", 0, None, None, None, None, None),
    ]
    outliers: list[tuple[Value, ...]] = []
    for k, whose in enumerate(codes):
        far = k == len(codes) - 1
        value, z = (500.0, 9.5) if far else (200.0 + k, k / 10 - 0.2)
        lean, lean_z = (0.1, -4.0) if far else (0.6, 0.0)
        outliers += [
            ("items", value, 202.0, z, far, "items", "全部事项", "items of all lists", *whose),
            ("lean:公安局", lean, 0.6, lean_z, far, "0–1", "公安局倚重度", "lean of PSB", *whose),
            ("lean:民政局", 0.9, 0.9, 0.5, False, "0–1", "民政局倚重度", "lean of Civil", *whose),
            ("same", 1.0, 1.0, None, False, "", "都一样", "the same everywhere", *whose),
        ]
    presence: list[tuple[Value, ...]] = [
        (kind, *whose, kind == "公安局" or k < len(codes) - 1)
        for kind in ("公安局", "民政局")
        for k, whose in enumerate(codes)
    ]
    similarity: list[tuple[Value, ...]] = [
        (b[1], b[0], b[2], a[1], a[0], a[2], *((0.25, 0.92) if i == 0 else (0.5, 0.96)))
        for i, b in enumerate(codes)
        for a in codes[i + 1 :]
    ]
    return {
        "type-summary": table(
            "type-summary",
            "department_type department_type_en system measure towns mean sd median low high unit",
            [(*row, "0–1") for row in summary],
        ),
        "outliers": table(
            "outliers",
            "measure value median z outlying unit zh en town division edition",
            outliers,
        ),
        "presence": table("presence", "department_type town division edition present", presence),
        "similarity": table(
            "similarity",
            "division_a town_a edition_a division_b town_b edition_b jaccard cosine",
            similarity,
        ),
    }


def empty(tables: dict[str, Table]) -> dict[str, Table]:
    """The same tables without rows."""
    return {name: Table(name, one.columns, []) for name, one in tables.items()}


def marks(spec: dict[str, Any], kind: str = "") -> list[dict[str, Any]]:
    """Data of the marks of a specification that say something, of one kind or of all."""
    return [
        {**row, "mark": layer["mark"]}
        for layer in spec["layer"]
        if kind in ("", layer["mark"]["type"])
        for row in layer["data"]["values"]
        if "sentence" in row
    ]
