"""Nodes and edges of the co-responsibility network: centralities and communities."""

from __future__ import annotations

import random
import warnings
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dutygraph import reference
from dutygraph.network.editions import EDITION_COLUMNS, Edition, by_edition, names
from dutygraph.network.extras import need
from dutygraph.network.load import LOAD_COLUMNS
from dutygraph.network.pinyin import pinyin
from dutygraph.table import Column, Table, Value

if TYPE_CHECKING:
    import networkx as nx

SEED: Final = 20250701
"""Seed of the search for communities, and of the vectors that eigenvector methods start with."""

_LOAD = {column.name: column for column in LOAD_COLUMNS}
_FROM_LOAD: Final = (
    "department_type",
    "department_type_en",
    "system",
    "items",
    "items_fractional",
    "town_duties",
    "town_duties_fractional",
    "own_duties",
    "joint_duties",
    "unattributed_duties",
    "lean",
    "lean_low",
    "lean_high",
    "share",
    "taken_back",
    "net",
)
NODE_COLUMNS: Final = (
    Column("id", zh="标识", en="identifier: the department's name"),
    Column("label", zh="部门", en="canonical name of the department"),
    Column("label_en", zh="英文名", en="its type in English, else the name in pinyin"),
    Column("label_pinyin", zh="拼音", en="its name in pinyin"),
    *(_LOAD[name] for name in _FROM_LOAD),
    Column("degree", "integer", "departments", "度", "departments named together with it"),
    Column("strength", "integer", "items", "强度", "common items, added up over them"),
    Column("betweenness", "decimal", "0–1", "中介中心性", "part of the shortest paths through it"),
    Column("eigenvector", "decimal", "0–1", "特征向量中心性", "tied to well-tied departments"),
    Column("pagerank", "decimal", "0–1", "PageRank", "weighted PageRank; adds up to 1"),
    Column("hub", "decimal", "0–1", "枢纽值", "hub score among departments and items (HITS)"),
    Column("community", "integer", "", "社群", "community, 1 the largest; 0: named alone only"),
)
"""Columns of `node_table` before those of categories and the edition."""

EDGE_COLUMNS: Final = (
    Column("source", zh="部门甲", en="department"),
    Column("target", zh="部门乙", en="department"),
    Column("weight", "decimal", "items", "权重", "cooperative items that name both"),
    Column("items", "integer", "items", "共同事项数", "the same"),
    Column("weight_newman", "decimal", "", "Newman 权重", "see department-pairs"),
    Column("weight_hypergeometric", "decimal", "", "超几何权重", "see department-pairs"),
    Column("p_value", "decimal", "0–1", "p 值", "see department-pairs"),
    Column("q_value", "decimal", "0–1", "q 值", "see department-pairs"),
    Column("significant", "boolean", "", "显著", "see department-pairs"),
    Column("item_keys", zh="事项序号", en="keys of the items, joined by blanks"),
)


@dataclass(frozen=True, slots=True)
class Centrality:
    """Places of the departments in one network, by name.

    Attributes:
        degree: number of neighbours.
        strength: sum of the weights of its edges.
        betweenness: part of the shortest paths (in steps) between two others that pass through it,
            0 to 1. Source: Freeman (1977), "A Set of Measures of Centrality Based on Betweenness",
            Sociometry 40(1).
        eigenvector: entry of the leading eigenvector of the weights of the largest connected part,
            the largest 1; 0 outside that part. Source: Bonacich (1987), "Power and Centrality", American
            Journal of Sociology 92(5).
        pagerank: weighted PageRank with damping 0.85; they add up to 1. Source: Page, Brin, Motwani
            & Winograd (1999), "The PageRank Citation Ranking".
    """

    degree: Mapping[str, int]
    strength: Mapping[str, int]
    betweenness: Mapping[str, float]
    eigenvector: Mapping[str, float]
    pagerank: Mapping[str, float]


def centrality(network: nx.Graph) -> Centrality:
    """Centralities of a weighted undirected network.

    Betweenness and eigenvector centrality are computed with igraph (networkx needs 75 times as long
    for the betweenness of some thousand nodes), the others with networkx.

    Args:
        network: a networkx graph whose edges carry ``weight`` > 0.

    Returns:
        Values by node; all are 0 in a network without edges, but pagerank is 1/n. Empty mappings for
        an empty network.

    Raises:
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    import networkx as nx

    nodes = list(network)
    none = dict.fromkeys(nodes, 0.0)
    between, eigen = none, none
    if network.number_of_edges():
        twin, _ = _igraph(network)
        pairs = (len(nodes) - 1) * (len(nodes) - 2) / 2
        between = {
            n: b / pairs if pairs else 0.0
            for n, b in zip(nodes, twin.betweenness(directed=False), strict=True)
        }
        # Between parts that are not connected the entries say nothing: the largest part only.
        (largest, *_) = sorted(twin.connected_components(), key=lambda part: (-len(part), part))
        part = twin.induced_subgraph(largest)
        with _seeded(SEED):
            scores = part.eigenvector_centrality(weights="weight")
        eigen = none | {nodes[n]: _clean(s) for n, s in zip(largest, scores, strict=True)}
    return Centrality(
        degree=dict(network.degree()),
        strength={n: int(s) for n, s in network.degree(weight="weight")},
        betweenness=between,
        eigenvector=eigen,
        pagerank=nx.pagerank(network, tol=1e-10, max_iter=1000) if nodes else {},
    )


def hubs(items: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Hub scores of departments in the network of departments and items (HITS).

    A department scores high that is named by items which name other departments that score high.
    Edges run from departments to items; undirected, the scores of the two kinds of node would not be
    defined apart. Source: Kleinberg (1999), "Authoritative Sources in a Hyperlinked Environment",
    Journal of the ACM 46(5).

    Args:
        items: departments that each item names, by item.

    Returns:
        0 to 1, the largest 1, by department; 0 outside the largest connected part. Empty where no
        item names a department.

    Raises:
        DutyGraphError: the package igraph is not installed.

    >>> hubs({"1": ["A", "B"], "2": ["A"], "3": ["C"]})["A"]
    1.0
    """
    departments = sorted({name for each in items.values() for name in each})
    if not departments:
        return {}
    place = {name: number for number, name in enumerate(departments)}
    edges = [
        (place[name], len(departments) + number)
        for number, each in enumerate(items.values())
        for name in each
    ]
    graph = need("igraph").Graph(n=len(departments) + len(items), edges=edges, directed=True)
    parts = graph.connected_components(mode="weak")
    (largest, *_) = sorted(parts, key=lambda part: (-len(part), part))
    with warnings.catch_warnings(), _seeded(SEED):
        # Items point nowhere, so that their hub scores are 0; igraph warns of so many zeros.
        warnings.simplefilter("ignore", RuntimeWarning)
        found = graph.induced_subgraph(largest).hub_score()
    scores = dict(zip(largest, found, strict=True))
    return {name: _clean(scores.get(number, 0.0)) for name, number in place.items()}


def communities(network: nx.Graph, *, seed: int = SEED) -> tuple[dict[str, int], float | None]:
    """Groups of departments that are named together more often than their weights let expect.

    Leiden algorithm, modularity, weighted, run until nothing improves. Sources: Traag, Waltman & van
    Eck (2019), "From Louvain to Leiden", Scientific Reports 9, 5233; Newman (2006), "Modularity and
    community structure in networks", PNAS 103(23).

    Args:
        network: a networkx graph whose edges carry ``weight`` > 0.
        seed: of the search; the same seed gives the same groups.

    Returns:
        The community of each node, 1 for the largest (ties by the first name), 0 for a node without
        edges; and the modularity (−0.5 to 1), None for a network without edges.

    Raises:
        DutyGraphError: the package igraph is not installed.
    """
    tied = network.subgraph([node for node, degree in network.degree() if degree])
    groups = dict.fromkeys(network, 0)
    if not tied.number_of_edges():
        return groups, None
    # In the order of names: the result must not depend on how the network was built.
    ordered = sorted(tied)
    twin, weights = _igraph(tied, ordered)
    with _seeded(seed):
        found = twin.community_leiden(
            objective_function="modularity", weights=weights, n_iterations=-1
        )
    members = [sorted(ordered[index] for index in group) for group in found if group]
    members.sort(key=lambda group: (-len(group), group))
    for number, group in enumerate(members, 1):
        groups.update(dict.fromkeys(group, number))
    return groups, float(twin.modularity(found.membership, weights=weights))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Random numbers of igraph from a seed, and afterwards from Python's generator."""
    igraph = need("igraph")
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def _igraph(network: nx.Graph, order: Sequence[Hashable] = ()) -> tuple[Any, list[float]]:
    """The network for igraph, with the weights of its edges."""
    place = {node: number for number, node in enumerate(order or network)}
    edges = sorted(
        (*sorted((place[a], place[b])), weight) for a, b, weight in network.edges(data="weight")
    )
    graph = need("igraph").Graph(n=len(place), edges=[edge[:2] for edge in edges])
    weights = [float(edge[2]) for edge in edges]
    graph.es["weight"] = weights
    return graph, weights


def _clean(value: float) -> float:
    """Without the last digits, in which runs and processors may differ, and without −0."""
    return max(0.0, round(float(value), 9))


def edge_table(pairs: Table) -> Table:
    """Edges of the co-responsibility network.

    Args:
        pairs: table of `dutygraph.network.pairs.pair_table`.

    Returns:
        The same rows under the names that network programs expect. No rows for an empty table.
    """
    rows: list[tuple[Value, ...]] = [
        (
            row["department_a"],
            row["department_b"],
            float(row["items"] or 0),
            *(row[column.name] for column in EDGE_COLUMNS[3:]),
            *(row[column.name] for column in EDITION_COLUMNS),
        )
        for row in pairs
    ]
    return Table("edges", (*EDGE_COLUMNS, *EDITION_COLUMNS), rows)


def node_table(load: Table, pairs: Table, items: Table) -> Table:
    """Nodes of the co-responsibility network: departments that a cooperative item names.

    Args:
        load: table of `dutygraph.network.load.department_load`.
        pairs: table of `dutygraph.network.pairs.pair_table`.
        items: table of the saved query ``items``.

    Returns:
        A row per edition and department, in the order of *load*: `NODE_COLUMNS`, then for each
        category of cooperative items ``category_<key>``, its part of the department's items. No rows
        for empty tables.

    Raises:
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    its_items = {
        edition: [row for row in rows if row["list"] == "cooperative"]
        for edition, rows in by_edition(items).items()
    }
    its_pairs = by_edition(pairs)
    categories = _category_columns(row for rows in its_items.values() for row in rows)
    rows: list[tuple[Value, ...]] = []
    for edition, departments in by_edition(load).items():
        named = [row for row in departments if row["items"]]
        network = _network(named, its_pairs.get(edition, []))
        places = centrality(network)
        groups, _ = communities(network)
        here = its_items.get(edition, [])
        hub = hubs({str(row["key"]): names(row["departments"]) for row in here})
        parts = _category_parts(here)
        for row in named:
            name = str(row["department"])
            own = parts[name]
            total = sum(own.values())
            rows.append(
                (
                    name,
                    name,
                    row["department_type_en"] or pinyin(name),
                    pinyin(name),
                    *(row[column] for column in _FROM_LOAD),
                    places.degree[name],
                    places.strength[name],
                    places.betweenness[name],
                    places.eigenvector[name],
                    places.pagerank[name],
                    hub.get(name, 0.0),
                    groups[name],
                    *(own[column] / total if total else 0.0 for column in categories),
                    *(row[column.name] for column in EDITION_COLUMNS),
                )
            )
    shares = tuple(Column(key, "decimal", "0–1", *labels) for key, labels in categories.items())
    return Table("nodes", (*NODE_COLUMNS, *shares, *EDITION_COLUMNS), rows)


def _network(
    departments: Sequence[Mapping[str, Value]], pairs: Sequence[Mapping[str, Value]]
) -> nx.Graph:
    import networkx as nx

    network = nx.Graph()
    network.add_nodes_from(str(row["department"]) for row in departments)
    for row in pairs:
        network.add_edge(row["department_a"], row["department_b"], weight=row["items"])
    return network


def _category_key(printed: Value) -> str:
    known = reference.category_of(str(printed or ""))
    return "category_" + (known.key if known else "other").replace("-", "_")


def _category_columns(rows: Iterator[Mapping[str, Value]]) -> dict[str, tuple[str, str]]:
    """Columns of the categories that occur, with their labels, in order of key."""
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        known = reference.category_of(str(row["category"] or ""))
        label = (known.zh, known.en) if known else ("其他类别", "categories that are not known")
        found[_category_key(row["category"])] = label
    return {
        key: (f"{zh}占比", f"part of its items: {en}") for key, (zh, en) in sorted(found.items())
    }


def _category_parts(rows: Sequence[Mapping[str, Value]]) -> dict[str, dict[str, int]]:
    """Items per department and category column."""
    out: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for name in names(row["departments"]):
            out[name][_category_key(row["category"])] += 1
    return out


def network_of(load: Table, pairs: Table) -> dict[Edition, nx.Graph]:
    """The plain co-responsibility network of each edition: names and weights only.

    Args:
        load: table of `dutygraph.network.load.department_load`.
        pairs: table of `dutygraph.network.pairs.pair_table`.

    Returns:
        An undirected networkx graph by edition; departments that a cooperative item names are its
        nodes, the number of common items the ``weight`` of its edges.
    """
    its_pairs = by_edition(pairs)
    return {
        edition: _network([row for row in rows if row["items"]], its_pairs.get(edition, []))
        for edition, rows in by_edition(load).items()
    }
