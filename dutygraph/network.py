"""Which departments lean on the town: measures on the tables of the saved queries.

Every function takes tables and returns a table or a number, so it does not matter whether the rows
came from the embedded store, an endpoint or a file. Several towns and editions may stand in one
table; they are kept apart by division code and edition.

Notation, for one edition: I are the cooperative items, D(i) the departments that item i names, T(i)
the town's duties in item i.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from dutygraph.table import Column, Table, Value

if TYPE_CHECKING:
    import networkx as nx

Edition: TypeAlias = tuple[str, str]
"""Division code and edition."""

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
    Column("town", zh="乡镇", en="town"),
    Column("division", zh="行政区划代码", en="division code of the town"),
    Column("edition", zh="版次", en="edition"),
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
    town_fractional: float = 0.0
    own: int = 0
    joint: int = 0
    unattributed: int = 0


@dataclass(slots=True)
class _Edition:
    items: dict[str, _Item] = field(default_factory=dict)
    own: Counter[str] = field(default_factory=Counter)
    joint: Counter[str] = field(default_factory=Counter)


def _names(joined: Value) -> tuple[str, ...]:
    return tuple(name for name in str(joined or "").split("、") if name)


def _gather(items: Table, duties: Table) -> dict[Edition, _Edition]:
    """Per edition: its cooperative items, and the duties by department."""
    out: dict[Edition, _Edition] = defaultdict(_Edition)
    for row in items:
        if row["list"] == "cooperative":
            edition = out[str(row["division"]), str(row["edition"])]
            edition.items[str(row["key"])] = _Item(_names(row["departments"]))
    for row in duties:
        edition = out[str(row["division"]), str(row["edition"])]
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
    return out


def department_load(items: Table, duties: Table, departments: Table) -> Table:
    """How far each department leans on the town.

    For a department d over its items {i : d ∈ D(i)}:

    * items = number of them; items_fractional = Σ 1/|D(i)|
    * town_duties = Σ |T(i)|; town_duties_fractional = Σ |T(i)|/|D(i)|
    * own_duties: duties attributed to d alone; joint_duties and unattributed_duties apart
    * lean = town_duties_fractional / (town_duties_fractional + own_duties)
    * lean_low, lean_high: the same with the joint and unattributed duties counted as its own, or not
    * share = town_duties_fractional / Σ |T(i)| over all items; the shares of an edition in which
      every item names a department add up to 1
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
        nor own duties, *share* where the town has no cooperative duties. No rows for empty tables.
    """
    gathered = _gather(items, duties)
    rows: list[tuple[Value, ...]] = []
    for row in departments:
        edition = gathered.get((str(row["division"]), str(row["edition"])), _Edition())
        name = str(row["department"])
        load = _load_of(name, edition)
        total = sum(item.town for item in edition.items.values())
        taken = int(row["reclaimed"] or 0)
        rows.append(
            (
                name,
                row["department_type"],
                row["system"],
                load.items,
                load.items_fractional,
                load.town,
                load.town_fractional,
                load.own,
                load.joint,
                load.unattributed,
                lean(load.town_fractional, load.own),
                lean(load.town_fractional, load.own + load.joint + load.unattributed),
                lean(load.town_fractional, load.own),
                load.town_fractional / total if total else None,
                taken,
                load.items - taken,
                row["town"],
                row["division"],
                row["edition"],
            )
        )
    rows.sort(key=_rank)
    return Table("department-load", LOAD_COLUMNS, rows)


def _load_of(name: str, edition: _Edition) -> _Load:
    load = _Load(own=edition.own[name], joint=edition.joint[name])
    for item in edition.items.values():
        if name in item.departments:
            size = len(item.departments)
            load.items += 1
            load.items_fractional += 1 / size
            load.town += item.town
            load.town_fractional += item.town / size
            load.unattributed += item.unattributed
    return load


def _rank(row: Sequence[Value]) -> tuple[str, str, float, float, str]:
    division, edition = str(row[17]), str(row[18])
    return division, edition, -float(row[6] or 0), -float(row[3] or 0), str(row[0])


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


def hhi(shares: Iterable[float]) -> float | None:
    """Herfindahl–Hirschman index of some shares: the sum of their squares after adding up to 1.

    Source: Hirschman (1964), "The Paternity of an Index", American Economic Review 54(5).

    Returns:
        1/n (n equal shares) to 1 (one has all); None for no shares or only zeros.

    >>> hhi([2, 1, 1])
    0.375
    """
    values = [share for share in shares if share]
    total = math.fsum(values)
    return math.fsum((share / total) ** 2 for share in values) if total else None


def gini(shares: Iterable[float]) -> float | None:
    """Gini coefficient of some amounts ≥ 0, zeros included.

    G = Σ (2k − n − 1) x_k / (n Σ x), x sorted upwards, k from 1. Source: Gini (1912),
    "Variabilità e mutabilità".

    Returns:
        0 (all equal) to (n − 1)/n (one has all); None for no amounts or only zeros.

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    values = sorted(shares)
    total = math.fsum(values)
    n = len(values)
    if not total:
        return None
    return math.fsum((2 * k - n - 1) * x for k, x in enumerate(values, 1)) / (n * total)


def effective_number(shares: Iterable[float]) -> float | None:
    """Effective number: the exponential of Shannon's entropy of the shares.

    The number of equal shares that would be as spread out. Source: Hill (1973), "Diversity and
    Evenness", Ecology 54(2), order 1.

    Returns:
        1 (one has all) to n (n equal shares); None for no shares or only zeros.

    >>> effective_number([1, 1, 1, 1])
    4.0
    """
    values = [share for share in shares if share]
    total = math.fsum(values)
    if not total:
        return None
    return math.exp(-math.fsum(x / total * math.log(x / total) for x in values))


def balance(lists: Mapping[str, Value]) -> float | None:
    """Part of an edition's items that departments lead or took back.

    (cooperative + reclaimed) / all items.

    Args:
        lists: a row of the saved query ``lists``.

    Returns:
        0 (all items are the town's own) to 1; None for an edition without items.

    >>> balance({"basic": 2, "cooperative": 1, "reclaimed": 1})
    0.5
    """
    basic, cooperative, reclaimed = (
        int(lists[key] or 0) for key in ("basic", "cooperative", "reclaimed")
    )
    total = basic + cooperative + reclaimed
    return (cooperative + reclaimed) / total if total else None


def concentration(load: Table) -> Table:
    """How much of the town's cooperative duties falls on few departments.

    Args:
        load: table of `department_load`.

    Returns:
        Rows (division, edition, measure, value): ``hhi``, ``gini`` and ``effective_number`` of
        town_duties_fractional over the departments that lead at least one item.
    """
    groups: dict[Edition, list[float]] = defaultdict(list)
    for row in load:
        if row["items"]:
            amount = float(row["town_duties_fractional"] or 0)
            groups[str(row["division"]), str(row["edition"])].append(amount)
    columns = (
        Column("division", zh="行政区划代码", en="division code of the town"),
        Column("edition", zh="版次", en="edition"),
        Column("measure", zh="指标", en="measure"),
        Column("value", "decimal", "", "数值", "value"),
    )
    rows: list[tuple[Value, ...]] = []
    for (division, edition), amounts in sorted(groups.items()):
        rows.append((division, edition, "hhi", hhi(amounts)))
        rows.append((division, edition, "gini", gini(amounts)))
        rows.append((division, edition, "effective_number", effective_number(amounts)))
    return Table("concentration", columns, rows)


def co_responsibility(pairs: Table) -> nx.Graph:
    """The network of departments that are named together, as an undirected networkx graph.

    Args:
        pairs: table of the saved query ``department-pairs``, of one edition.

    Returns:
        Nodes are names of departments; an edge carries ``weight``, the number of items that name
        both. Departments that are only named alone are not in it. An empty table gives an empty
        graph.
    """
    import networkx as nx

    network = nx.Graph()
    for row in pairs:
        network.add_edge(row["department_a"], row["department_b"], weight=row["items"])
    return network
