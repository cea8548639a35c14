"""Networks as files that other programs read: GraphML, GEXF, CX2, node-link JSON and CSV.

Each format writes down what `dutygraph.network.plain` makes of a graph, so all say the same, and the
same graph gives the same bytes. A node's ``label`` is what the program displays (its identifier
where it has none), an edge's ``weight`` is what the program takes for its weight.

The XML is written here and not by networkx, whose writers declare one attribute twice, write True
where XML says true, stamp today's date, and number the keys of GraphML d0, d1, …, of which Gephi
takes d3 for the label of a node and d7 for that of an edge.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from dutygraph.__about__ import __version__
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.files import write_whole
from dutygraph.network.plain import TYPES, Part, clean, plain_graph
from dutygraph.table import Column, Table, Value, to_csv

if TYPE_CHECKING:
    import networkx as nx

FORMATS: Final[Mapping[str, str]] = {
    "graphml": ".graphml",
    "gexf": ".gexf",
    "cx2": ".cx2",
    "json": ".json",
    "nodes": "-nodes.csv",
    "edges": "-edges.csv",
}
"""Formats of a network, and what the name of such a file ends in."""

Positions: TypeAlias = Mapping[Any, tuple[float, float]]
"""Place of each node: x to the right, y upwards, in units of about a pixel."""
Sizes: TypeAlias = Mapping[Any, float]
"""Size of each node as Gephi measures it: 0 or more; 10 is common."""
Colours: TypeAlias = Mapping[Any, str]
"""Colour of each node, as ``#rrggbb``."""

_COLOUR: Final = re.compile("#" + "([0-9a-fA-F]{2})" * 3)
_GRAPHML: Final = {
    "xmlns": "http://graphml.graphdrawing.org/xmlns",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://graphml.graphdrawing.org/xmlns "
    "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
}
_GEXF: Final = {
    "xmlns": "http://gexf.net/1.3",
    "xmlns:viz": "http://gexf.net/1.3/viz",
    "version": "1.3",
}
# Cytoscape and NDEx then display the name of a node whatever their own style is.
_CX2_STYLE: Final = {
    "default": {"network": {}, "node": {}, "edge": {}},
    "nodeMapping": {"NODE_LABEL": {"type": "PASSTHROUGH", "definition": {"attribute": "name"}}},
    "edgeMapping": {},
}


def _text(value: Value) -> str:
    """A value as XML Schema writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _element(
    name: str, attributes: Mapping[str, str], content: str | Iterable[str] | None = None
) -> list[str]:
    """An XML element in lines: with text, with the lines of its children, or with nothing."""
    head = f"<{name}" + "".join(f" {key}={quoteattr(v)}" for key, v in attributes.items())
    if isinstance(content, str):
        # A parser would read a bare CR as LF.
        return [f"{head}>{escape(content, {chr(13): '&#13;'})}</{name}>"]
    lines = [f"  {line}" for line in content or ()]
    return [f"{head}>", *lines, f"</{name}>"] if lines else [f"{head}/>"]


def _xml(lines: Iterable[str]) -> bytes:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *lines, ""]).encode()


def _json(value: Any, *, sort_keys: bool = False) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=sort_keys)
    return (text + "\n").encode()


def to_graphml(graph: nx.Graph) -> bytes:
    """GraphML, for igraph (R and Python), Gephi, Cytoscape, yEd, networkx and others.

    Attributes of the graph are written too. An empty graph gives a graph without elements.

    Args:
        graph: a graph that `dutygraph.network.plain.plain_graph` takes: networkx, without parallel
            edges, with plain attributes.

    Raises:
        UsageError: it is no such graph.

    Source: Brandes et al. (2002), "GraphML Progress Report", Graph Drawing, LNCS 2265.
    """
    plain = plain_graph(graph)
    keys: list[str] = []
    data: dict[str, list[list[str]]] = {}
    for kind, part in (("graph", plain.graph), ("node", plain.nodes), ("edge", plain.edges)):
        ids = {name: f"{kind}{number}" for number, name in enumerate(part.types)}
        for name, of in part.types.items():
            of = "int" if of == "integer" else of
            declared = {"id": ids[name], "for": kind, "attr.name": name, "attr.type": of}
            keys += _element("key", declared)
        data[kind] = [
            [x for name, v in row.items() for x in _element("data", {"key": ids[name]}, _text(v))]
            for row in part.rows
        ]
    content = data["graph"][0]
    for identifier, lines in zip(plain.ids.values(), data["node"], strict=True):
        content += _element("node", {"id": identifier}, lines)
    for (source, target), lines in zip(plain.ends, data["edge"], strict=True):
        content += _element("edge", {"source": source, "target": target}, lines)
    direction = {"edgedefault": "directed" if plain.directed else "undirected"}
    return _xml(_element("graphml", _GRAPHML, [*keys, *_element("graph", direction, content)]))


def to_gexf(
    graph: nx.Graph,
    positions: Positions | None = None,
    sizes: Sizes | None = None,
    colours: Colours | None = None,
) -> bytes:
    """GEXF 1.3, for Gephi, Gephi Lite, graphology (sigma.js) and networkx.

    The format has no place for attributes of the graph; they stand in its description.

    Args:
        graph: as for `to_graphml`.
        positions: of nodes; a node without one, or with one that is not finite, is not placed.
        sizes: of nodes, where given.
        colours: of nodes, where given.

    Raises:
        UsageError: as `to_graphml`; or a size is less than 0, or a colour is none.

    Source: GEXF Working Group, "GEXF 1.3 Primer", gexf.net.
    """
    plain = plain_graph(graph)
    about = "; ".join(f"{name}: {_text(v)}" for name, v in plain.graph.rows[0].items())
    meta = _element("creator", {}, f"dutygraph {__version__}")
    if about:
        meta += _element("description", {}, about)
    node_keys, node_values = _gexf_part("node", plain.nodes.without("label"))
    nodes: list[str] = []
    described = zip(plain.ids.items(), plain.labels, node_values, strict=True)
    for (node, identifier), label, lines in described:
        lines += _viz(node, identifier, positions or {}, sizes or {}, colours or {})
        nodes += _element("node", {"id": identifier, "label": label}, lines)
    edge_keys, edge_values = _gexf_part("edge", plain.edges.without("label", "weight"))
    edges: list[str] = []
    linked = zip(plain.ends, plain.edges.rows, edge_values, strict=True)
    for number, ((source, target), row, lines) in enumerate(linked):
        attributes = {"id": str(number), "source": source, "target": target}
        attributes |= {name: _text(row[name]) for name in ("label", "weight") if name in row}
        edges += _element("edge", attributes, lines)
    mode = {
        "defaultedgetype": "directed" if plain.directed else "undirected",
        "idtype": "string",
        "mode": "static",
    }
    content = [*node_keys, *edge_keys, *_element("nodes", {}, nodes), *_element("edges", {}, edges)]
    return _xml(
        _element("gexf", _GEXF, [*_element("meta", {}, meta), *_element("graph", mode, content)])
    )


def _gexf_part(kind: str, part: Part) -> tuple[list[str], list[list[str]]]:
    """The declarations of attributes, and their values by row."""
    # Numbers, because graphology reads titles only where identifiers are numbers.
    ids = {name: str(number) for number, name in enumerate(part.types)}
    declared: list[str] = []
    for name, of in part.types.items():
        declared += _element("attribute", {"id": ids[name], "title": name, "type": of})
    values: list[list[str]] = []
    for row in part.rows:
        lines: list[str] = []
        for name, value in row.items():
            lines += _element("attvalue", {"for": ids[name], "value": _text(value)})
        values.append(_element("attvalues", {}, lines) if lines else [])
    return (_element("attributes", {"class": kind}, declared) if declared else []), values


def _viz(
    node: Any, identifier: str, positions: Positions, sizes: Sizes, colours: Colours
) -> list[str]:
    lines: list[str] = []
    if node in colours:
        match = _COLOUR.fullmatch(colours[node])
        if match is None:
            raise UsageError(f"colour {colours[node]!r} of node {identifier!r} is not #rrggbb")
        channels = (str(int(channel, 16)) for channel in match.groups())
        lines += _element("viz:color", dict(zip("rgb", channels, strict=True)))
    x, y = _xy(node, positions)
    if x is not None:
        lines += _element("viz:position", {"x": str(x), "y": str(y)})
    if node in sizes and math.isfinite(sizes[node]):
        if sizes[node] < 0:
            raise UsageError(f"size {sizes[node]} of node {identifier!r} is less than 0")
        lines += _element("viz:size", {"value": str(float(sizes[node]))})
    return lines


def _xy(node: Any, positions: Positions | None) -> tuple[float, float] | tuple[None, None]:
    if not positions or node not in positions:
        return None, None
    x, y = (float(number) for number in positions[node])
    return (x, y) if math.isfinite(x) and math.isfinite(y) else (None, None)


def to_cx2(graph: nx.Graph, name: str, positions: Positions | None = None) -> bytes:
    """CX2 2.0, for Cytoscape, Cytoscape Web and NDEx.

    ``name`` of a node is its label, ``represents`` its identifier. The format does not know edges
    without direction; the attribute ``directed`` of the network says what they are.

    Args:
        graph: as for `to_graphml`.
        name: title of the network.
        positions: of all nodes, or None. CX2 counts y downwards, so its sign is turned.

    Raises:
        UsageError: as `to_graphml`; or some nodes have a finite position and others none, which
            the format does not allow.

    Source: "Cytoscape Exchange Format Specification (Version 2)", cytoscape.org, 2025-07-22.
    """
    plain = plain_graph(graph)
    others = plain.nodes.without("label")
    own = plain.graph.without("name")
    number = {identifier: count for count, identifier in enumerate(plain.ids.values(), 1)}
    nodes: list[dict[str, Any]] = []
    for (node, key), label, row in zip(plain.ids.items(), plain.labels, others.rows, strict=True):
        x, y = _xy(node, positions)
        place = {} if y is None else {"x": x, "y": 0.0 - y}
        nodes.append({"id": number[key], **place, "v": {"name": label, "represents": key, **row}})
    if len({"x" in node for node in nodes}) > 1:
        raise UsageError("CX2 needs positions of all nodes or of none")
    links = zip(plain.ends, plain.edges.rows, strict=True)
    edges = [
        {"id": count, "s": number[source], "t": number[target], "v": row}
        for count, ((source, target), row) in enumerate(links, 1)
    ]
    declared = {
        "networkAttributes": {"name": "string", "directed": "boolean", **own.types},
        "nodes": {"name": "string", "represents": "string", **others.types},
        "edges": plain.edges.types,
    }
    types = {k: {n: {"d": of} for n, of in part.items()} for k, part in declared.items() if part}
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [types],
        "networkAttributes": [{"name": clean(name), "directed": plain.directed, **own.rows[0]}],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_CX2_STYLE],
    }
    counts = [{"name": key, "elementCount": len(value)} for key, value in aspects.items()]
    return _json(
        [
            {"CXVersion": "2.0", "hasFragments": False},
            {"metaData": counts},
            *({key: value} for key, value in aspects.items()),
            {"status": [{"error": "", "success": True}]},
        ]
    )


def to_node_link(graph: nx.Graph) -> bytes:
    """Node-link JSON, as ``networkx.node_link_graph(data, edges="edges")`` and D3 read it.

    Keys are sorted; the list of edges is named ``edges``.

    Args:
        graph: as for `to_graphml`.

    Raises:
        UsageError: as `to_graphml`.
    """
    plain = plain_graph(graph)
    nodes = zip(plain.ids.values(), plain.nodes.rows, strict=True)
    edges = zip(plain.ends, plain.edges.rows, strict=True)
    return _json(
        {
            "directed": plain.directed,
            "multigraph": False,
            "graph": plain.graph.rows[0],
            "nodes": [{"id": identifier, **row} for identifier, row in nodes],
            "edges": [{"source": ends[0], "target": ends[1], **row} for ends, row in edges],
        },
        sort_keys=True,
    )


def to_node_csv(graph: nx.Graph) -> bytes:
    """The nodes as CSV: Id, Label, then their other attributes, as Gephi's spreadsheet import asks.

    A cell is empty where a node has no value. Fractions have ten digits.

    Args:
        graph: as for `to_graphml`.

    Raises:
        UsageError: as `to_graphml`.
    """
    plain = plain_graph(graph)
    first = list(zip(plain.ids.values(), plain.labels, strict=True))
    return _csv("nodes", (Column("Id"), Column("Label")), first, plain.nodes.without("label"))


def to_edge_csv(graph: nx.Graph) -> bytes:
    """The edges as CSV: Source, Target, Type, Weight, then their other attributes, as for Gephi.

    Type is Directed or Undirected, for all edges the same. A cell is empty where an edge has no
    value; without a weight Gephi takes 1. Fractions have ten digits.

    Args:
        graph: as for `to_graphml`.

    Raises:
        UsageError: as `to_graphml`.
    """
    plain = plain_graph(graph)
    direction = "Directed" if plain.directed else "Undirected"
    weight = Column("Weight", TYPES[plain.edges.types.get("weight", "double")])
    first = [
        (*ends, direction, row.get("weight"))
        for ends, row in zip(plain.ends, plain.edges.rows, strict=True)
    ]
    columns = (Column("Source"), Column("Target"), Column("Type"), weight)
    return _csv("edges", columns, first, plain.edges.without("weight"))


def _csv(name: str, columns: Iterable[Column], first: list[Any], part: Part) -> bytes:
    """Some columns, then all attributes: also those without a value, so that the files of two
    networks of one kind have the same columns.
    """
    others = (Column(n, TYPES[part.types.get(n, "string")]) for n in part.names)
    rows = [
        (*cells, *(row.get(n) for n in part.names))
        for cells, row in zip(first, part.rows, strict=True)
    ]
    return to_csv(Table(name, (*columns, *others), rows)).encode()


def _render(
    graph: nx.Graph,
    file_format: str,
    title: str,
    positions: Positions | None,
    sizes: Sizes | None,
    colours: Colours | None,
) -> bytes:
    if file_format == "gexf":
        return to_gexf(graph, positions, sizes, colours)
    if file_format == "cx2":
        return to_cx2(graph, title, positions)
    others = {
        "graphml": to_graphml,
        "json": to_node_link,
        "nodes": to_node_csv,
        "edges": to_edge_csv,
    }
    if file_format not in others:
        raise UnknownNameError("network format", file_format, FORMATS)
    return others[file_format](graph)


def write_format(
    graph: nx.Graph,
    path: str | os.PathLike[str],
    file_format: str,
    *,
    title: str = "",
    positions: Positions | None = None,
    sizes: Sizes | None = None,
    colours: Colours | None = None,
) -> None:
    """Write a network in one format.

    Args:
        graph: as for `to_graphml`.
        path: the file; it is replaced if it exists.
        file_format: one of `FORMATS`.
        title: title of the network in CX2; else the name of the file without its ending.
        positions: of nodes, which only GEXF and CX2 have.
        sizes: of nodes, which only GEXF has.
        colours: of nodes, which only GEXF has.

    Raises:
        UnknownNameError: there is no such format.
        UsageError: the graph cannot be written, as `to_graphml`, `to_gexf` and `to_cx2` say.
        DutyGraphError: the file cannot be written.
    """
    target = Path(path)
    name = title or target.stem
    write_whole(target, _render(graph, file_format, name, positions, sizes, colours))


def write_network(
    graph: nx.Graph,
    name: str,
    folder: str | os.PathLike[str],
    *,
    title: str = "",
    positions: Positions | None = None,
    sizes: Sizes | None = None,
    colours: Colours | None = None,
) -> list[Path]:
    """Write a network in all `FORMATS`: NAME.graphml, .gexf, .cx2, .json, -nodes.csv, -edges.csv.

    Args:
        graph: as for `to_graphml`.
        name: what the names of the files begin with.
        folder: where; it must exist. Files of the same names are replaced.
        title: title of the network in CX2; else *name*.
        positions: of nodes, which only GEXF and CX2 have.
        sizes: of nodes, which only GEXF has.
        colours: of nodes, which only GEXF has.

    Returns:
        The files, in the order of `FORMATS`.

    Raises:
        UsageError: *name* is no name of a file, or the graph cannot be written, as `to_graphml`, `to_gexf` and `to_cx2` say;
            no file is then written.
        DutyGraphError: a file cannot be written.
    """
    if not name or Path(name).name != name:
        raise UsageError(f"{name!r} is no name of a file")
    contents = [_render(graph, key, title or name, positions, sizes, colours) for key in FORMATS]
    paths = [Path(folder) / f"{name}{ending}" for ending in FORMATS.values()]
    for path, content in zip(paths, contents, strict=True):
        write_whole(path, content)
    return paths
