"""Places in the network, against textbook graphs."""

from __future__ import annotations

import networkx as nx
import pytest
from hand import department, item, table

from dutygraph.network.centrality import (
    centrality,
    communities,
    edge_table,
    hubs,
    network_of,
    node_table,
)
from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table


def weighted(graph: nx.Graph, weight: int = 1) -> nx.Graph:
    nx.set_edge_attributes(graph, weight, "weight")
    return nx.relabel_nodes(graph, {n: f"n{n}" for n in graph})


def test_a_star() -> None:
    found = centrality(weighted(nx.star_graph(4), 2))
    # All shortest paths between leaves pass through the middle.
    assert (found.degree["n0"], found.strength["n0"], found.betweenness["n0"]) == (4, 8, 1)
    assert found.betweenness["n1"] == 0
    # Leading eigenvector of a star with 4 leaves: middle 1, leaves 1/√4.
    assert found.eigenvector["n0"] == pytest.approx(1)
    assert found.eigenvector["n1"] == pytest.approx(0.5)


def test_a_path() -> None:
    found = centrality(weighted(nx.path_graph(4)))
    # The second of four is between (1,3) and (1,4): 2 of 3 pairs of others.
    assert found.betweenness["n1"] == pytest.approx(2 / 3)


def test_a_circle_makes_all_equal() -> None:
    found = centrality(weighted(nx.cycle_graph(5)))
    assert list(found.pagerank.values()) == pytest.approx([0.2] * 5)
    assert list(found.eigenvector.values()) == pytest.approx([1] * 5)


def test_two_parts_and_a_lone_node() -> None:
    graph = weighted(nx.disjoint_union(nx.complete_graph(3), nx.path_graph(2)))
    graph.add_node("alone")
    found = centrality(graph)
    assert found.eigenvector == pytest.approx(
        {"n0": 1, "n1": 1, "n2": 1, "n3": 0, "n4": 0, "alone": 0}
    )
    assert found.degree["alone"] == 0
    assert sum(found.pagerank.values()) == pytest.approx(1)


def test_igraph_and_networkx_agree() -> None:
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        (f"{a}", f"{b}", 1 + a % 3) for a, b in nx.karate_club_graph().edges
    )
    found = centrality(graph)
    assert found.betweenness == pytest.approx(nx.betweenness_centrality(graph))
    other = nx.eigenvector_centrality(graph, weight="weight", max_iter=5000, tol=1e-12)
    top = max(other.values())
    assert found.eigenvector == pytest.approx({n: v / top for n, v in other.items()}, abs=1e-8)


@pytest.mark.parametrize("nodes", [0, 1, 3])
def test_no_edges(nodes: int) -> None:
    found = centrality(nx.empty_graph(nodes))
    assert list(found.betweenness.values()) == [0] * nodes
    assert list(found.eigenvector.values()) == [0] * nodes
    assert list(found.pagerank.values()) == pytest.approx(
        [1 / 3] * 3 if nodes == 3 else [1] * nodes
    )


def test_hubs_by_hand() -> None:
    # Departments × items A = [[1,1],[1,0]]; A·Aᵀ = [[2,1],[1,1]], whose leading eigenvector is
    # (golden ratio, 1).
    golden = (1 + 5**0.5) / 2
    found = hubs({"1": ["A", "B"], "2": ["A"]})
    assert found == pytest.approx({"A": 1, "B": 1 / golden})
    assert hubs({}) == {}
    assert hubs({"1": []}) == {}
    assert hubs({"1": ["A", "B"], "2": ["C"]})["C"] == 0


def test_two_triangles_are_two_communities() -> None:
    graph = nx.disjoint_union(nx.complete_graph(3), nx.complete_graph(4))
    graph.add_edge(0, 3)
    graph = weighted(graph)
    graph.add_node("alone")
    groups, modularity = communities(graph)
    # The larger is the first; Newman's modularity: (3 + 6)/10 − (7/20)² − (13/20)².
    assert {n for n, g in groups.items() if g == 1} == {"n3", "n4", "n5", "n6"}
    assert {n for n, g in groups.items() if g == 2} == {"n0", "n1", "n2"}
    assert groups["alone"] == 0
    assert modularity == pytest.approx(0.9 - 0.35**2 - 0.65**2)
    assert communities(nx.empty_graph(2)) == ({0: 0, 1: 0}, None)


def test_communities_do_not_depend_on_the_order_of_edges() -> None:
    edges = [(f"{a}", f"{b}", 1) for a, b in nx.karate_club_graph().edges]
    one, other = nx.Graph(), nx.Graph()
    one.add_weighted_edges_from(edges)
    other.add_weighted_edges_from(reversed(edges))
    assert communities(one) == (
        {n: communities(other)[0][n] for n in one},
        communities(other)[1],
    )


ITEMS = table(
    "items",
    [
        item("1", "A、B", category="应急管理及消防"),
        item("2", "A", category="不知道的"),
        item("3", "C", category="应急管理及消防"),
        item("4", "A", category="应急管理"),
    ],
)
DEPARTMENTS = table("departments", [department(name) for name in "ABCD"])


def test_nodes_and_edges() -> None:
    load = department_load(ITEMS, table("duties", []), DEPARTMENTS)
    pairs = pair_table(ITEMS)
    nodes = {r["id"]: r for r in node_table(load, pairs, ITEMS)}
    assert set(nodes) == {"A", "B", "C"}  # D is named by no cooperative item
    a = nodes["A"]
    assert (a["degree"], a["strength"], a["label_en"]) == (1, 1, "A bureau")
    assert a["category_emergency_fire"] == pytest.approx(2 / 3)
    assert a["category_other"] == pytest.approx(1 / 3)
    assert (nodes["C"]["degree"], nodes["C"]["community"]) == (0, 0)
    (edge,) = edge_table(pairs)
    assert (edge["source"], edge["target"], edge["weight"], edge["item_keys"]) == ("A", "B", 1, "1")
    (graph,) = network_of(load, pairs).values()
    assert sorted(graph) == ["A", "B", "C"]
    assert graph["A"]["B"]["weight"] == 1


def test_no_departments() -> None:
    nothing = table("items", [])
    load = department_load(nothing, table("duties", []), table("departments", []))
    assert len(node_table(load, pair_table(nothing), nothing)) == 0
    assert len(edge_table(pair_table(nothing))) == 0
