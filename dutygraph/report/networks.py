"""The networks of a report, with the places of their nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dutygraph import query
from dutygraph.errors import UnknownNameError
from dutygraph.network.across import type_load, type_town_edges
from dutygraph.network.centrality import edge_table, node_table
from dutygraph.network.graphs import department_items, department_network, type_town_network
from dutygraph.network.load import department_load
from dutygraph.network.pairs import pair_table
from dutygraph.report.across import stack
from dutygraph.report.content import Chosen, is_synthetic
from dutygraph.report.layout import positions
from dutygraph.store import Store
from dutygraph.table import Table

if TYPE_CHECKING:
    import networkx as nx

Positions: TypeAlias = Mapping[Any, tuple[float, float]]

KINDS: Final = ("departments", "departments-items", "types-towns")
"""Networks that there are: the first two of one town, the last of all towns."""


def town_networks(
    tables: Mapping[str, Table], lang: str = "zh", *, synthetic: bool = False
) -> list[tuple[nx.Graph, Positions | None]]:
    """The networks of one edition: ``departments`` and ``departments-items``.

    Args:
        tables: by name: ``nodes``, ``edges``, ``items`` and ``duties``.
        lang: language of the labels for which the places leave room.
        synthetic: the list is simulated; the networks say so.

    Returns:
        Each network with the places of its nodes in pixels, or None where it has none.
    """
    nodes, edges = tables["nodes"], tables["edges"]
    places = positions(list(nodes), list(edges), lang)
    out: list[tuple[nx.Graph, Positions | None]] = [
        (department_network(nodes, edges), places),
        (department_items(tables["items"], tables["duties"], nodes), None),
    ]
    for network, _ in out:
        network.graph["synthetic"] = synthetic
    return out


def network_of(
    store: Store, kind: str, chosen: Sequence[Chosen], *, lang: str = "zh"
) -> tuple[nx.Graph, Positions | None]:
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
        return type_town_network(type_town_edges(type_load(load, items, duties))), None
    pairs = pair_table(items)
    whole |= {"nodes": node_table(load, pairs, items), "edges": edge_table(pairs)}
    synthetic = is_synthetic(store, chosen[0])
    return dict(zip(KINDS, town_networks(whole, lang, synthetic=synthetic), strict=False))[kind]


def _tables(store: Store, chosen: Chosen) -> dict[str, Table]:
    which: dict[str, str | int] = {"town": chosen.division, "edition": chosen.edition}
    return {name: query.run(store, name, which) for name in ("items", "duties", "departments")}
