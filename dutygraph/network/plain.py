"""A networkx graph made plain: identifiers, edges and typed attributes that every format can hold.

All files of a network are written from this, so they say the same. An attribute is declared once for
all nodes or all edges; where one has an integer and another a fraction, all are fractions. What is
None, NaN or infinite is left out of that node or edge. Fractions that are nearer to 0 than 2.2e-308
are 0. Characters that XML 1.0 cannot hold become U+FFFD. Nodes stand in the order of the graph,
edges in the order of their nodes, attributes in the order in which they first appear.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dutygraph.errors import UsageError
from dutygraph.table import Value

if TYPE_CHECKING:
    import networkx as nx

TYPES: Final[Mapping[str, str]] = {
    "boolean": "boolean",
    "integer": "integer",
    "long": "integer",
    "double": "decimal",
    "string": "string",
}
"""Types of attributes (an integer has 32 bits, a long and a double 64) and of a table's columns."""

# Surrogates can stand in Python's text, but in no file.
_NOT_IN_XML: Final = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd"
)
# What a format says of a node, an edge or a graph in its own way. CX2 takes name, represents and
# directed, Gephi type and kind, the others the rest.
_RESERVED: Final = {
    "node": {"id", "name", "represents"},
    "edge": {"id", "source", "target", "type", "kind"},
    "graph": {"directed"},
}
_NUMBERS: Final = ("integer", "long", "double")


@dataclass(frozen=True, slots=True)
class Part:
    """Attributes of all nodes, of all edges, or of the graph.

    Attributes:
        names: of all attributes, in the order in which they first appear.
        types: one of `TYPES` for each attribute that has a value somewhere, in the same order.
        rows: name and value of each node or edge, without what has no value.
    """

    names: tuple[str, ...]
    types: dict[str, str]
    rows: list[dict[str, Value]]

    def without(self, *names: str) -> Part:
        """The same but for some attributes."""
        return Part(
            tuple(name for name in self.names if name not in names),
            {name: kind for name, kind in self.types.items() if name not in names},
            [{k: v for k, v in row.items() if k not in names} for row in self.rows],
        )


@dataclass(frozen=True, slots=True)
class PlainGraph:
    """A graph as every format needs it.

    Attributes:
        directed: whether its edges are.
        ids: identifier of each node of the graph, in order.
        labels: what a program displays for each node: its ``label``, else its identifier.
        ends: identifiers of the source and target of each edge; where edges have no direction, the
            source is the node that comes first.
        nodes, edges: their attributes, row by row in the same order.
        graph: attributes of the graph, in one row.
    """

    directed: bool
    ids: dict[Any, str]
    labels: list[str]
    ends: list[tuple[str, str]]
    nodes: Part
    edges: Part
    graph: Part


def clean(text: str) -> str:
    r"""Text that XML 1.0 can hold, and so every format.

    >>> clean("a\x00b") == "a\ufffdb"
    True
    """
    return text.translate(_NOT_IN_XML)


def plain_graph(graph: nx.Graph) -> PlainGraph:
    """A graph made plain.

    Args:
        graph: an undirected or directed networkx graph without parallel edges. Attributes of its
            nodes and edges and its own are text, numbers, true or false, or None.

    Raises:
        UsageError: it has parallel edges, two nodes of one identifier, an attribute that is no
            plain value, that has no one type, or whose name a format uses for itself.
    """
    if graph.is_multigraph():
        raise UsageError("a graph with parallel edges cannot be written as a network file")
    ids = {node: clean(str(node)) for node in graph}
    if len(set(ids.values())) < len(ids) or "" in ids.values():
        raise UsageError("nodes of a network need identifiers that differ and are not empty")
    place = {node: number for number, node in enumerate(ids)}
    edges = [
        ((place[u], place[v]), data)
        if graph.is_directed()
        else ((min(place[u], place[v]), max(place[u], place[v])), data)
        for u, v, data in graph.edges(data=True)
    ]
    edges.sort(key=lambda edge: edge[0])
    texts = list(ids.values())
    ends = [(texts[source], texts[target]) for (source, target), _ in edges]
    nodes = _part("node", texts, [graph.nodes[node] for node in ids])
    links = _part("edge", [" – ".join(pair) for pair in ends], [data for _, data in edges])
    for kind, part in (("node", nodes), ("edge", links)):
        if part.types.get("label", "string") != "string":
            raise UsageError(f"attribute 'label' of the {kind}s is not text")
    if links.types.get("weight", "double") not in _NUMBERS:
        raise UsageError("attribute 'weight' of the edges is not a number")
    return PlainGraph(
        directed=graph.is_directed(),
        ids=ids,
        labels=[str(row.get("label") or i) for i, row in zip(texts, nodes.rows, strict=True)],
        ends=ends,
        nodes=nodes,
        edges=links,
        graph=_part("graph", [""], [graph.graph]),
    )


def _part(kind: str, places: Sequence[str], data: Sequence[Mapping[Any, Any]]) -> Part:
    names: dict[str, str] = {}  # without capitals → as written; Gephi does not tell them apart
    rows: list[dict[str, Value]] = []
    for place, attributes in zip(places, data, strict=True):
        row: dict[str, Value] = {}
        for key, value in attributes.items():
            name = _name(kind, key)
            if names.setdefault(name.casefold(), name) != name or name in row:
                raise UsageError(
                    f"two attributes of the {kind}s are both named {name!r}, but for capitals",
                    hint="rename one",
                )
            row[name] = _value(kind, place, name, value)
        rows.append({name: value for name, value in row.items() if value is not None})
    types: dict[str, str] = {}
    for name in names.values():
        values = [row[name] for row in rows if name in row]
        if values:
            types[name] = _type(kind, name, values)
    for row in rows:
        row.update((n, float(v)) for n, v in row.items() if types[n] == "double" and v is not None)
    return Part(tuple(names.values()), types, rows)


def _name(kind: str, key: object) -> str:
    if not isinstance(key, str) or not key:
        raise UsageError(f"the name of {kind} attribute {key!r} is not text", hint="rename it")
    if key.casefold() in _RESERVED[kind]:
        raise UsageError(
            f"{kind} attribute {key!r} has a name that the formats use themselves",
            hint="rename it",
        )
    return clean(key)


def _value(kind: str, place: str, name: str, value: Any) -> Value:
    if getattr(value, "ndim", None) == 0:
        value = value.item()  # a number of numpy
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        # One subnormal number, and igraph refuses the whole file: "double overflow".
        return float(value) if abs(value) >= sys.float_info.min else 0.0
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return int(value)
    whose = f"{kind} {place!r}" if place else f"the {kind}"
    what = "a number of more than 64 bits" if isinstance(value, int) else type(value).__name__
    raise UsageError(
        f"attribute {name!r} of {whose} is {what}",
        hint="an attribute is text, a number, true or false, or None",
    )


def _type(kind: str, name: str, values: Sequence[Value]) -> str:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "boolean"
    if kinds == {str}:
        return "string"
    if kinds == {int}:
        small = all(isinstance(value, int) and -(2**31) <= value < 2**31 for value in values)
        return "integer" if small else "long"
    if kinds <= {int, float}:
        return "double"
    found = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise UsageError(
        f"attribute {name!r} of the {kind}s has values of different types: {found}",
        hint="make them all text, or all numbers",
    )
