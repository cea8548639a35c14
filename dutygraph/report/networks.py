"""The networks of a report, with the places of their nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dutygraph import query
from dutygraph.errors import UnknownNameError
from dutygraph.network.across import type_load, type_town_edges
from dutygraph.network.centrality import edge_table, node_table
from dutygraph.network.export import Colours, Positions, Sizes
from dutygraph.network.graphs import department_items, department_network, type_town_network
from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table
from dutygraph.report.across import stack
from dutygraph.report.content import Chosen, is_synthetic
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
    asked = [_tables(store, one) for one in (chosen if kind == "types-towns" else chosen[:1])]
    whole = {name: stack(name, [tables[name] for tables in asked]) for name in asked[0]}
    items, duties = whole["items"], whole["duties"]
    load = department_load(items, duties, whole["departments"])
    if kind == "types-towns":
        return Placed(type_town_network(type_town_edges(type_load(load, items, duties))))
    pairs = pair_table(items)
    whole |= {"nodes": node_table(load, pairs, items), "edges": edge_table(pairs)}
    synthetic = is_synthetic(store, chosen[0])
    return dict(zip(KINDS, town_networks(whole, lang, synthetic=synthetic), strict=False))[kind]


def _tables(store: Store, chosen: Chosen) -> dict[str, Table]:
    which: dict[str, str | int] = {"town": chosen.division, "edition": chosen.edition}
    return {name: query.run(store, name, which) for name in ("items", "duties", "departments")}
