"""The networks of a report, with the places of their nodes."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dutygraph import query
from dutygraph.errors import UnknownNameError
from dutygraph.network.across import type_load, type_town_edges
from dutygraph.network.centrality import edge_table, node_table
from dutygraph.network.editions import edition_of
from dutygraph.network.export import Colours, Positions, Sizes
from dutygraph.network.graphs import department_items, department_network, type_town_network
from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table
from dutygraph.report.content import Chosen
from dutygraph.report.layout import positions, radius_of
from dutygraph.report.network_figure import community_colours
from dutygraph.store import Store
from dutygraph.table import Table

if TYPE_CHECKING:
    import networkx as nx

KINDS: Final = ("departments", "departments-items", "types-towns")
"""Networks that there are: the first two of one town, the last of all towns."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A network as programs that draw it should begin.

    Attributes:
        graph: the network; its attribute ``name`` is the name of its files.
        positions: of nodes, x to the right and y upwards, in pixels; None where it has none.
        sizes: of nodes: diameters in pixels.
        colours: of nodes: departments by community.
    """

    graph: nx.Graph
    positions: Positions | None = None
    sizes: Sizes | None = None
    colours: Colours | None = None


def town_networks(
    tables: Mapping[str, Table], lang: str = "zh", *, synthetic: bool = False
) -> list[Placed]:
    """The networks of one edition: ``departments`` and ``departments-items``.

    Args:
        tables: by name: ``nodes``, ``edges``, ``items`` and ``duties``.
        lang: language of the labels for which the places leave room.
        synthetic: the list is simulated; the networks say so.
    """
    nodes, edges = tables["nodes"], tables["edges"]
    rows = list(nodes)
    # Pixels of a page count downwards.
    places = {node: (x, -y) for node, (x, y) in positions(rows, list(edges), lang).items()}
    most = max((float(row["items"] or 0) for row in rows), default=0)
    sizes = {row["id"]: 2 * radius_of(float(row["items"] or 0), most) for row in rows}
    colours = community_colours(rows)
    out = [
        Placed(department_network(nodes, edges), places, sizes, colours),
        Placed(department_items(tables["items"], tables["duties"], nodes), None, sizes, colours),
    ]
    for one in out:
        one.graph.graph["synthetic"] = synthetic
        if synthetic:  # CSV has no place for what is said of the whole network
            for _, node in one.graph.nodes.data():
                node["synthetic"] = True
    return out


def network_of(store: Store, kind: str, chosen: Sequence[Chosen], *, lang: str = "zh") -> Placed:
    """One network from a store.

    Args:
        store: where to ask.
        kind: one of `KINDS`.
        chosen: editions, one a town; the first is taken for a network of one town.
        lang: language of the labels for which the places leave room.

    Raises:
        UnknownNameError: there is no such network.
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    if kind not in KINDS:
        raise UnknownNameError("network", kind, KINDS)
    if kind == "types-towns":
        whole = _tables(store, chosen)
        load = department_load(whole["items"], whole["duties"], whole["departments"])
        types = type_load(load, whole["items"], whole["duties"])
        simulated = {str(row["division"]) for row in whole["lists"] if row["synthetic"]}
        return towns_network(types, simulated)
    whole = _tables(store, chosen[:1])
    items, duties = whole["items"], whole["duties"]
    load = department_load(items, duties, whole["departments"])
    pairs = pair_table(items)
    whole |= {"nodes": node_table(load, pairs, items), "edges": edge_table(pairs)}
    synthetic = any(row["synthetic"] for row in whole["lists"])
    return dict(zip(KINDS, town_networks(whole, lang, synthetic=synthetic), strict=False))[kind]


def towns_network(types: Table, simulated: Container[str] = ()) -> Placed:
    """The network of department types and towns.

    Args:
        types: table of `dutygraph.network.across.type_load`, one edition of each town.
        simulated: division codes of towns whose lists are simulated; the network says so.
    """
    graph = type_town_network(type_town_edges(types))
    towns = [node for _, node in graph.nodes.data() if node["kind"] == "town"]
    for node in towns:
        node["synthetic"] = node["division"] in simulated
    graph.graph["synthetic"] = any(node["synthetic"] for node in towns)
    return Placed(graph)


def _tables(store: Store, chosen: Sequence[Chosen]) -> dict[str, Table]:
    """What networks are made from, of the chosen editions: each query asked once."""
    wanted = {(one.division, one.edition) for one in chosen}
    which: dict[str, str | int] = {}
    if len(chosen) == 1:
        which = {"town": chosen[0].division, "edition": chosen[0].edition}
    out = {}
    for name in ("lists", "items", "duties", "departments"):
        table = query.run(store, name, {} if name == "lists" else which)
        rows = [tuple(row.values()) for row in table if edition_of(row) in wanted]
        out[name] = Table(name, table.columns, rows)
    return out
