"""Tables as networkx graphs: whole, flat and of one edition."""

from __future__ import annotations

import pytest
from hand import HERE, department, duty, item, table

from dutygraph.errors import UsageError
from dutygraph.network.centrality import edge_table, node_table
from dutygraph.network.graphs import department_items, department_network
from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table
from dutygraph.table import Table

ITEMS = table("items", [item("1", "A、B"), item("2", "A"), item("3", "A", "reclaimed")])
DUTIES = table(
    "duties",
    [
        duty("1", "乡镇", "town"),
        duty("1", "A", "department"),
        duty("1", "B", "department", "joint", position=2),
        duty("1", "A", "department", "joint", position=2),
        duty("2", "", "unattributed", "unattributed"),
    ],
)
DEPARTMENTS = table("departments", [department("A"), department("B")])


def tables() -> tuple[Table, Table]:
    load = department_load(ITEMS, DUTIES, DEPARTMENTS)
    pairs = pair_table(ITEMS)
    return node_table(load, pairs, ITEMS), edge_table(pairs)


def test_departments() -> None:
    graph = department_network(*tables())
    assert sorted(graph) == ["A", "B"]
    assert graph.nodes["A"]["items"] == 2
    assert graph["A"]["B"]["items"] == 1
    for _, attributes in (*graph.nodes.data(), *((0, e) for *_, e in graph.edges.data())):
        assert all(isinstance(v, str | int | float | bool) for v in attributes.values())


def test_departments_and_items() -> None:
    graph = department_items(ITEMS, DUTIES, tables()[0])
    assert sorted(graph) == ["A", "B", "item/1", "item/2"]
    one = graph.nodes["item/1"]
    assert (one["bipartite"], one["town_duties"], one["departments"], one["line"]) == (1, 1, 2, 101)
    assert graph.nodes["item/2"]["unattributed_duties"] == 1
    assert dict(graph["A"]["item/1"]) == {"weight": 0.5, "own_duties": 1, "joint_duties": 1}
    assert dict(graph["B"]["item/1"]) == {"weight": 0.5, "own_duties": 0, "joint_duties": 1}
    assert graph["A"]["item/2"]["weight"] == 1


def test_two_editions_are_no_network() -> None:
    other = table("items", [item("1", "A、B"), {**item("1", "A"), **HERE, "edition": "2024"}])
    with pytest.raises(UsageError, match="1 2024, 1 2025"):
        department_items(other, DUTIES, tables()[0])


def test_nothing() -> None:
    nodes, edges = tables()
    empty = department_network(Table("nodes", nodes.columns, []), Table("edges", edges.columns, []))
    assert empty.number_of_nodes() == 0
