"""Tables as networkx graphs, with complete attributes that any program can read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dutygraph.errors import UsageError
from dutygraph.network.editions import EDITION_COLUMNS, edition_of, names
from dutygraph.network.pinyin import pinyin
from dutygraph.table import Table, Value

if TYPE_CHECKING:
    import networkx as nx


def _one_edition(*tables: Table) -> dict[str, Value]:
    """Whose network it is, as attributes of the graph; nothing for empty tables."""
    editions = {edition_of(row) for table in tables for row in table}
    if len(editions) > 1:
        known = ", ".join(" ".join(edition) for edition in sorted(editions))
        raise UsageError(f"a network of one edition was asked for, of {known}")
    row = next((row for table in tables for row in table), {})
    return {column.name: row[column.name] for column in EDITION_COLUMNS if row}


def _flat(row: Mapping[str, Value], *without: str) -> dict[str, Value]:
    """Attributes of a node or an edge: those that have a value."""
    return {k: v for k, v in row.items() if v is not None and k not in without}


def department_network(nodes: Table, edges: Table) -> nx.Graph:
    """Departments that are named together, as an undirected networkx graph.

    Args:
        nodes: table of `dutygraph.network.centrality.node_table`, of one edition.
        edges: table of `dutygraph.network.centrality.edge_table`, of the same.

    Returns:
        A node is a department's name with the columns of *nodes* as attributes, an edge carries the
        columns of *edges*; ``weight`` is the number of common items. Departments that are only named
        alone are nodes without edges. Attributes without a value are left out. Empty tables give an
        empty graph.

    Raises:
        UsageError: the tables hold more than one edition.
    """
    import networkx as nx

    network = nx.Graph(name="departments", **_one_edition(nodes, edges))
    for row in nodes:
        network.add_node(row["id"], **_flat(row, "id"))
    for row in edges:
        network.add_edge(row["source"], row["target"], **_flat(row, "source", "target"))
    return network


def department_items(items: Table, duties: Table, nodes: Table) -> nx.Graph:
    """The bipartite network of departments and the cooperative items that name them.

    Args:
        items: table of the saved query ``items``, of one edition.
        duties: table of ``duties``.
        nodes: table of `dutygraph.network.centrality.node_table`.

    Returns:
        An undirected networkx graph. Departments have ``kind`` department, ``bipartite`` 0 and the
        columns of *nodes*; items have ``kind`` item, ``bipartite`` 1, their title, category, line and
        numbers of duties, and the identifier ``item/<key>``. An edge carries ``weight`` (1 divided
        by the number of departments of the item) and the department's own and joint duties in it.
        Empty tables give an empty graph.

    Raises:
        UsageError: the tables hold more than one edition.
    """
    import networkx as nx

    network = nx.Graph(name="departments-items", **_one_edition(items, duties, nodes))
    for row in nodes:
        network.add_node(row["id"], **_flat(row, "id"), kind="department", bipartite=0)
    duties_of: dict[Value, list[dict[str, Value]]] = defaultdict(list)
    for duty in duties:
        duties_of[duty["key"]].append(duty)
    for row in items:
        if row["list"] != "cooperative":
            continue
        its = duties_of[row["key"]]
        departments = names(row["departments"])
        identifier = f"item/{row['key']}"
        network.add_node(
            identifier,
            label=f"{row['number']} {row['title']}",
            label_en=f"item {row['key']}",
            label_pinyin=f"{row['number']} {pinyin(str(row['title']))}",
            kind="item",
            bipartite=1,
            category=str(row["category"] or ""),
            departments=len(departments),
            town_duties=sum(duty["party_kind"] == "town" for duty in its),
            unattributed_duties=sum(duty["party_kind"] == "unattributed" for duty in its),
            **_flat({"line": row["line"], "place": row["place"]}),
        )
        for name in departments:
            own = [duty for duty in its if duty["party"] == name]
            network.add_edge(
                name,
                identifier,
                weight=1 / len(departments),
                own_duties=sum(duty["attribution"] == "sole" for duty in own),
                joint_duties=sum(duty["attribution"] == "joint" for duty in own),
            )
    return network


def type_town_network(edges: Table) -> nx.Graph:
    """The bipartite network of department types and towns.

    Args:
        edges: table of `dutygraph.network.across.type_town_edges`, of many towns.

    Returns:
        An undirected networkx graph. Types have ``kind`` type and ``bipartite`` 0 and are named by
        their label, towns have ``kind`` town and ``bipartite`` 1 and are named ``town/<code>``; an
        edge carries ``weight`` (cooperative items) and the table's further numbers. An empty table
        gives an empty graph.
    """
    import networkx as nx

    network = nx.Graph(name="types-towns", towns=len({row["division"] for row in edges}))
    towns = Counter(str(row["department_type"]) for row in edges)
    for row in edges:
        name, town = str(row["department_type"]), f"town/{row['division']}"
        if name not in network:
            english = str(row.get("department_type_en") or "")
            network.add_node(
                name,
                label=name,
                label_en=english or pinyin(name),
                label_pinyin=pinyin(name),
                kind="type",
                bipartite=0,
                system=str(row.get("system") or ""),
                towns=towns[name],
            )
        if town not in network:
            label = str(row["town"])
            network.add_node(
                town,
                label=label,
                label_en=pinyin(label),
                label_pinyin=pinyin(label),
                kind="town",
                bipartite=1,
                division=str(row["division"]),
            )
        numbers = {k: v for k, v in row.items() if isinstance(v, int | float)}
        network.add_edge(name, town, weight=row["items"], **numbers)
    return network
