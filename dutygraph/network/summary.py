"""One number a measure: an edition at a glance, ready to compare with others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from dutygraph.network.categories import LIST_KINDS, balance
from dutygraph.network.centrality import communities, network_of
from dutygraph.network.concentration import effective_number, gini, hhi
from dutygraph.network.editions import by_edition, names, table_of, town_names
from dutygraph.network.profile import (
    AUTHORITY,
    LEGWORK,
    divergence,
    nature_share,
    natures_of,
    share_bounds,
    totals,
)
from dutygraph.table import Column, Table, Value

if TYPE_CHECKING:
    import networkx as nx

MEASURE_COLUMNS: Final = (
    Column("measure", zh="指标", en="measure"),
    Column("value", "decimal", "", "数值", "value; empty where it is not defined"),
    Column("unit", zh="单位", en="unit of the value"),
    Column("low", "decimal", "", "下界", "lower bound, where the document leaves the value open"),
    Column("high", "decimal", "", "上界", "upper bound"),
    Column("zh", zh="说明", en="what it is, in Chinese"),
    Column("en", zh="说明（英文）", en="what it is, in English"),
)


class _Measure(NamedTuple):
    name: str
    unit: str
    zh: str
    en: str


MEASURES: Final = (
    _Measure("items", "items", "全部事项", "items of the three lists"),
    _Measure("basic_items", "items", "基本履职事项", "items that the town does alone"),
    _Measure("cooperative_items", "items", "配合履职事项", "items that departments lead"),
    _Measure("reclaimed_items", "items", "上级部门收回事项", "items that departments took back"),
    _Measure("balance", "0–1", "部门事项占比", "(cooperative + reclaimed) / all items"),
    _Measure("duties", "duties", "配合职责条数", "duties of the cooperative items"),
    _Measure("town_duties", "duties", "乡镇职责条数", "those of the town"),
    _Measure("department_duties", "duties", "部门职责条数", "those of departments"),
    _Measure("joint_duties", "duties", "共同职责条数", "those of departments together"),
    _Measure("unattributed_duties", "duties", "未明主体职责条数", "those without a party"),
    _Measure(
        "town_share",
        "0–1",
        "乡镇职责占比",
        "town duties / all duties; bounds: those without a party are all of departments (as they "
        "stand in their column), or all of the town",
    ),
    _Measure("departments", "departments", "涉及部门数", "departments that cooperative items name"),
    _Measure(
        "departments_per_item",
        "departments",
        "每项涉及部门数",
        "departments that a cooperative item names, on average",
    ),
    _Measure(
        "hhi",
        "0–1",
        "赫芬达尔指数",
        "Herfindahl–Hirschman index of the town's duties, shared out by department",
    ),
    _Measure("gini", "0–1", "基尼系数", "Gini coefficient of the same"),
    _Measure(
        "effective_number",
        "departments",
        "有效部门数",
        "number of equal shares that would be as spread out: exp(entropy)",
    ),
    _Measure(
        "town_legwork",
        "0–1",
        "乡镇跑腿占比",
        "legwork among the town's actions; bounds: with any of the unattributed duties",
    ),
    _Measure(
        "town_authority",
        "0–1",
        "乡镇权力占比",
        "authority among the town's actions; bounds likewise",
    ),
    _Measure(
        "department_legwork",
        "0–1",
        "部门跑腿占比",
        "legwork among the departments' actions; bounds: with any of the unattributed duties",
    ),
    _Measure(
        "department_authority",
        "0–1",
        "部门权力占比",
        "authority among the departments' actions; bounds likewise",
    ),
    _Measure(
        "action_divergence",
        "0–1",
        "动作差异",
        "Jensen–Shannon divergence of the town's and the departments' actions",
    ),
    _Measure("network_nodes", "departments", "网络节点数", "departments in the network"),
    _Measure("network_edges", "pairs", "网络边数", "pairs of departments named together"),
    _Measure("network_density", "0–1", "网络密度", "edges / all pairs of departments"),
    _Measure("network_isolated", "departments", "孤立部门数", "departments only named alone"),
    _Measure(
        "network_largest_component",
        "departments",
        "最大连通分支",
        "departments in the largest connected part",
    ),
    _Measure("network_communities", "communities", "社群数", "communities of two or more"),
    _Measure("network_modularity", "−0.5–1", "模块度", "modularity of these communities"),
    _Measure(
        "significant_pairs",
        "pairs",
        "显著部门对",
        "pairs named together more often than chance at a false discovery rate of 5 %",
    ),
    _Measure(
        "pairs_within_reach",
        "pairs",
        "单凭自身可能显著的部门对",
        "pairs named together that could be significant by themselves, with all items in common",
    ),
    _Measure(
        "taken_back_from", "departments", "收回事项的部门数", "departments that took items back"
    ),
    _Measure(
        "taken_back_and_leading",
        "departments",
        "既收回又需配合的部门数",
        "those of them that lead cooperative items as well",
    ),
)
"""Every measure of `measure_table`, in its order."""


def measure_table(
    lists: Table, load: Table, items: Table, duties: Table, actions: Table, pairs: Table
) -> Table:
    """The measures of each edition, one a row.

    Args:
        lists: table of the saved query ``lists``.
        load: table of `dutygraph.network.load.department_load`.
        items: table of the saved query ``items``.
        duties: table of ``duties``.
        actions: table of ``actions``.
        pairs: table of `dutygraph.network.pairs.pair_table`.

    Returns:
        A row per edition and measure of `MEASURES`, in that order; the value is None where it is not
        defined (no items, no duties, no edges). No rows for empty tables.

    Raises:
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    natures = natures_of(actions)
    towns = town_names(lists)
    of_load, of_items = by_edition(load), by_edition(items)
    of_duties, of_pairs = by_edition(duties), by_edition(pairs)
    networks = network_of(load, pairs)
    rows: list[tuple[Value, ...]] = []
    for edition, (own_lists, *_) in by_edition(lists).items():
        departments = of_load.get(edition, [])
        values: dict[str, tuple[float | None, float | None, float | None]] = {}
        for name, number, *bounds in (
            *_of_lists(own_lists),
            *_of_duties(of_duties.get(edition, []), natures),
            *_of_departments(departments, of_items.get(edition, [])),
            *_of_network(networks.get(edition), of_pairs.get(edition, [])),
        ):
            low, high = bounds or (None, None)
            values[name] = (number, low, high)
        for measure in MEASURES:
            value, lowest, highest = values[measure.name]
            rows.append(
                (
                    measure.name,
                    None if value is None else float(value),
                    measure.unit,
                    lowest,
                    highest,
                    measure.zh,
                    measure.en,
                    towns[edition],
                    *edition,
                )
            )
    return table_of("measures", MEASURE_COLUMNS, rows)


_Found = Iterator[tuple[str, float | None] | tuple[str, float | None, float | None, float | None]]


def _of_lists(row: Mapping[str, Value]) -> _Found:
    numbers = {kind: int(row[kind] or 0) for kind in LIST_KINDS}
    yield "items", sum(numbers.values())
    for kind, number in numbers.items():
        yield f"{kind}_items", number
    yield "balance", balance(row)


def _of_duties(rows: Sequence[Mapping[str, Value]], natures: Mapping[str, str]) -> _Found:
    # A joint duty has a row for each of its parties.
    kinds = {
        (row["key"], row["side"], row["position"]): (row["party_kind"], row["attribution"])
        for row in rows
    }
    number = Counter(kind for kind, _ in kinds.values())
    town, other, unclear = (number[k] for k in ("town", "department", "unattributed"))
    yield "duties", town + other + unclear
    yield "town_duties", town
    yield "department_duties", other
    yield "joint_duties", sum(attribution == "joint" for _, attribution in kinds.values())
    yield "unattributed_duties", unclear
    whole = town + other + unclear
    yield (
        "town_share",
        _ratio(town, whole),
        _ratio(town, whole),
        _ratio(town + unclear, whole),
    )
    sides = {
        kind: {code: n for code, n in counts.items() if code}
        for kind, counts in totals(rows).items()
    }
    for nature in (LEGWORK, AUTHORITY):
        for side in ("town", "department"):
            yield (
                f"{side}_{nature}",
                nature_share(sides[side], natures, nature),
                *share_bounds(sides[side], sides["unattributed"], natures, nature),
            )
    yield "action_divergence", divergence(sides["town"], sides["department"])


def _of_departments(
    rows: Sequence[Mapping[str, Value]], items: Sequence[Mapping[str, Value]]
) -> _Found:
    named = [row for row in rows if row["items"]]
    amounts = [float(row["town_duties_fractional"] or 0) for row in named]
    yield "departments", len(named)
    counts = [len(names(row["departments"])) for row in items if row["list"] == "cooperative"]
    yield "departments_per_item", _ratio(sum(counts), len(counts))
    yield "hhi", hhi(amounts)
    yield "gini", gini(amounts)
    yield "effective_number", effective_number(amounts)
    takers = [row for row in rows if row["taken_back"]]
    yield "taken_back_from", len(takers)
    yield "taken_back_and_leading", sum(bool(row["items"]) for row in takers)


def _of_network(network: nx.Graph | None, pairs: Sequence[Mapping[str, Value]]) -> _Found:
    import networkx as nx

    if network is None:
        network = nx.Graph()
    nodes = network.number_of_nodes()
    parts = [len(part) for part in nx.connected_components(network)]
    groups, modularity = communities(network)
    yield "network_nodes", nodes
    yield "network_edges", network.number_of_edges()
    yield "network_density", nx.density(network) if nodes > 1 else None
    yield "network_isolated", nx.number_of_isolates(network)
    yield "network_largest_component", max(parts, default=0)
    yield "network_communities", len(set(groups.values()) - {0})
    yield "network_modularity", modularity
    yield "significant_pairs", sum(bool(row["significant"]) for row in pairs)
    yield "pairs_within_reach", sum(bool(row["within_reach"]) for row in pairs)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
