"""Which departments lean on the town: the load table.

Every function takes tables and returns a table or a number, so it does not matter whether the rows
came from the embedded store, an endpoint or a file. Several towns and editions may stand in one
table; they are kept apart by division code and edition.

Notation, for one edition: I are the cooperative items, D(i) the departments that item i names, T(i)
the town's duties in item i.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from dutygraph.errors import UsageError
from dutygraph.network.editions import EDITION_COLUMNS, Edition, edition_of, names
from dutygraph.table import Column, Table, Value

LOAD_COLUMNS: Final = (
    Column("department", zh="部门", en="canonical name of the department"),
    Column("department_type", zh="部门类型", en="county-independent type"),
    Column("system", zh="系统", en="party, government, …"),
    Column("items", "integer", "items", "配合事项数", "cooperative items that name it"),
    Column(
        "items_fractional",
        "decimal",
        "items",
        "分数计配合事项数",
        "the same, each item shared equally among the departments that it names",
    ),
    Column("town_duties", "integer", "duties", "乡镇职责条数", "duties of the town in its items"),
    Column(
        "town_duties_fractional",
        "decimal",
        "duties",
        "分数计乡镇职责条数",
        "the same, each item's duties shared equally among its departments",
    ),
    Column("own_duties", "integer", "duties", "自身职责条数", "duties attributed to it alone"),
    Column(
        "joint_duties",
        "integer",
        "duties",
        "共同职责条数",
        "duties attributed to it together with others",
    ),
    Column(
        "unattributed_duties",
        "integer",
        "duties",
        "未明主体职责条数",
        "duties of its items for which no party is named",
    ),
    Column(
        "lean", "decimal", "0–1", "倚重度", "how far it leans on the town: 1 = the town does it all"
    ),
    Column("lean_low", "decimal", "0–1", "倚重度下界", "lean, were all open duties its own"),
    Column("lean_high", "decimal", "0–1", "倚重度上界", "lean, were none of them its own"),
    Column("share", "decimal", "0–1", "占比", "its part of the town's cooperative duties"),
    Column("taken_back", "integer", "items", "收回事项数", "reclaimed items that it takes over"),
    Column("net", "integer", "items", "净事项数", "items less taken_back"),
    *EDITION_COLUMNS,
    Column("department_type_en", zh="部门类型（英文）", en="type in English"),
    Column("share_low", "decimal", "0–1", "占比下界", "share, were shared items led by the others"),
    Column("share_high", "decimal", "0–1", "占比上界", "share, were they led by it alone"),
    Column(
        "own_duties_elsewhere",
        "integer",
        "duties",
        "其他事项中的自身职责",
        "own duties in items that do not name it",
    ),
)
"""Columns of `department_load`."""


@dataclass(slots=True)
class _Item:
    departments: tuple[str, ...]
    town: int = 0
    unattributed: int = 0


@dataclass(slots=True)
class _Load:
    items: int = 0
    items_fractional: float = 0.0
    town: int = 0
    town_alone: int = 0
    town_fractional: float = 0.0
    unattributed: int = 0


@dataclass(slots=True)
class _Edition:
    items: dict[str, _Item] = field(default_factory=dict)
    own: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    joint: Counter[str] = field(default_factory=Counter)

    def loads(self) -> dict[str, _Load]:
        """What the items say, by department."""
        out: dict[str, _Load] = defaultdict(_Load)
        for item in self.items.values():
            size = len(item.departments)
            for name in item.departments:
                load = out[name]
                load.items += 1
                load.items_fractional += 1 / size
                load.town += item.town
                load.town_alone += item.town if size == 1 else 0
                load.town_fractional += item.town / size
                load.unattributed += item.unattributed
        return out


def _gather(items: Table, duties: Table) -> dict[Edition, _Edition]:
    """Per edition: its cooperative items, and the duties by department."""
    out: dict[Edition, _Edition] = defaultdict(_Edition)
    for row in items:
        if row["list"] == "cooperative":
            out[edition_of(row)].items[str(row["key"])] = _Item(names(row["departments"]))
    for row in duties:
        edition = out[edition_of(row)]
        item = edition.items.get(str(row["key"]))
        if item is None:
            continue
        if row["party_kind"] == "town":
            item.town += 1
        elif row["party_kind"] == "unattributed":
            item.unattributed += 1
        elif row["attribution"] == "joint":
            edition.joint[str(row["party"])] += 1
        else:
            edition.own[str(row["party"])] += 1
            edition.elsewhere[str(row["party"])] += row["party"] not in item.departments
    return out


def department_load(items: Table, duties: Table, departments: Table) -> Table:
    """How far each department leans on the town.

    For a department d over its items {i : d ∈ D(i)}:

    * items = number of them; items_fractional = Σ 1/|D(i)|
    * town_duties = Σ |T(i)|; town_duties_fractional = Σ |T(i)|/|D(i)|
    * own_duties: duties attributed to d alone, wherever they stand; own_duties_elsewhere of them are
      in items that do not name d; joint_duties and unattributed_duties apart
    * lean = town_duties_fractional / (town_duties_fractional + own_duties)
    * lean_low, lean_high: the same with the joint and unattributed duties counted as its own, or not
    * share = town_duties_fractional / Σ |T(i)| over all items; the shares of an edition in which
      every item names a department add up to 1
    * share_low, share_high: the same with the town's duties of items that name several departments
      counted for the others, or for d alone
    * net = items − taken_back

    Fractional counting follows Waltman & van Eck (2015), "Field-normalized citation impact
    indicators and the choice of an appropriate counting method", J. Informetrics 9(4).

    Args:
        items: table of the saved query ``items``.
        duties: table of ``duties``.
        departments: table of ``departments``.

    Returns:
        A row per edition and department, by town_duties_fractional, largest first; columns are
        `LOAD_COLUMNS`. *lean* and its bounds are None where a department has neither town duties
        nor own duties, *share* and its bounds where the town has no cooperative duties. No rows for
        empty tables.

    Raises:
        UsageError: two departments of an edition have the same name.
    """
    gathered = _gather(items, duties)
    loads = {edition: one.loads() for edition, one in gathered.items()}
    totals = {e: sum(item.town for item in one.items.values()) for e, one in gathered.items()}
    seen: set[tuple[Edition, str]] = set()
    ranked: list[tuple[tuple[Edition, float, float, str], tuple[Value, ...]]] = []
    for row in departments:
        edition = edition_of(row)
        name = str(row["department"])
        if (edition, name) in seen:
            raise UsageError(f"two departments of {' '.join(edition)} have the name {name}")
        seen.add((edition, name))
        one = gathered.get(edition, _Edition())
        load = loads.get(edition, {}).get(name, _Load())
        own, joint = one.own[name], one.joint[name]
        total = totals.get(edition, 0)
        taken = int(row["reclaimed"] or 0)
        values: tuple[Value, ...] = (
            name,
            row["department_type"],
            row["system"],
            load.items,
            load.items_fractional,
            load.town,
            load.town_fractional,
            own,
            joint,
            load.unattributed,
            lean(load.town_fractional, own),
            lean(load.town_fractional, own + joint + load.unattributed),
            lean(load.town_fractional, own),
            load.town_fractional / total if total else None,
            taken,
            load.items - taken,
            row["town"],
            row["division"],
            row["edition"],
            row["department_type_en"],
            load.town_alone / total if total else None,
            load.town / total if total else None,
            one.elsewhere[name],
        )
        ranked.append(((edition, -load.town_fractional, -load.items, name), values))
    ranked.sort(key=lambda pair: pair[0])
    return Table("department-load", LOAD_COLUMNS, [values for _, values in ranked])


def lean(town_duties: float, own_duties: float) -> float | None:
    """Part of the work that the town does: town duties / (town duties + own duties).

    Args:
        town_duties: (fractional) duties of the town in a department's items, ≥ 0.
        own_duties: duties of the department itself, ≥ 0.

    Returns:
        0 (the department does it all) to 1 (the town does it all); None where both are 0.

    >>> lean(3, 1), lean(0, 2), lean(0, 0)
    (0.75, 0.0, None)
    """
    total = town_duties + own_duties
    return town_duties / total if total else None
