"""Network files, read back by other programs' readers: igraph, networkx, ndex2, lxml, csv, pandas."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from ndex2.cx2 import CX2NetworkXFactory, RawCX2NetworkFactory

from dutygraph import __version__
from dutygraph.errors import DutyGraphError, UnknownNameError
from dutygraph.network import export
from dutygraph.network.export import FORMATS

Rows: TypeAlias = dict[Any, dict[str, Any]]

# The production Char of XML 1.0 (fifth edition, section 2.2), turned round.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WRITERS: dict[str, Callable[[nx.Graph], bytes]] = {
    "graphml": export.to_graphml,
    "gexf": export.to_gexf,
    "cx2": lambda graph: export.to_cx2(graph, "network"),
    "json": export.to_node_link,
    "nodes": export.to_node_csv,
    "edges": export.to_edge_csv,
}
GEXF = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"


def small() -> nx.Graph:
    """Three departments, one of them alone; every type of value, and values that are missing."""
    graph = nx.Graph(name="departments", town="塔镇", synthetic=True)
    graph.add_node(
        "公安局", label="公安局", label_en="Public Security", items=7, lean=1, hub=True, note=None
    )
    graph.add_node(
        "司法局", label="司法局", items=2**40, lean=0.5, hub=False, note='a < b & "c"\x00'
    )
    graph.add_node("县<委>", lean=math.nan, note="")
    graph.add_edge(
        "司法局", "公安局", weight=5, significant=True, p_value=1e-300, keys="57 94\r\n97"
    )
    return graph


# --- what a file must hold -------------------------------------------------------------------------


def cleaned(value: Any) -> Any:
    if isinstance(value, float) and abs(value) < 2.0**-1022:  # the smallest normal double
        return 0.0
    return NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value


def kept(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes without what has no value, and without what no file can hold."""
    return {
        cleaned(name): cleaned(value)
        for name, value in attributes.items()
        if value is not None and not (isinstance(value, float) and not math.isfinite(value))
    }


def expected(graph: nx.Graph) -> tuple[Rows, Rows]:
    nodes = {cleaned(node): kept(data) for node, data in graph.nodes(data=True)}
    order = list(graph)
    edges = {}
    for u, v, data in graph.edges(data=True):
        ends = (u, v) if graph.is_directed() else sorted((u, v), key=order.index)
        edges[cleaned(ends[0]), cleaned(ends[1])] = kept(data)
    return nodes, edges


def labelled(nodes: Rows) -> Rows:
    """Where a format displays a label, a node without one displays its identifier."""
    return {node: {**row, "label": row.get("label") or node} for node, row in nodes.items()}


def assert_same(found: tuple[Rows, Rows], wanted: tuple[Rows, Rows]) -> None:
    assert list(found[0]) == list(wanted[0])  # nodes in their order
    for rows, others in zip(found, wanted, strict=True):
        assert rows == others
        for key, row in rows.items():
            for name, value in row.items():  # True == 1, but not here
                assert isinstance(value, bool) == isinstance(others[key][name], bool)


def of_networkx(graph: nx.Graph) -> tuple[Rows, Rows]:
    return dict(graph.nodes(data=True)), {(u, v): d for u, v, d in graph.edges(data=True)}


# --- readers ---------------------------------------------------------------------------------------


def check_graphml_networkx(graph: nx.Graph, content: bytes) -> None:
    read = nx.read_graphml(io.BytesIO(content))
    assert read.is_directed() == graph.is_directed()
    assert_same(of_networkx(read), expected(graph))
    assert kept(graph.graph) == {
        k: v for k, v in read.graph.items() if k not in ("node_default", "edge_default")
    }


def igraph_text(text: str) -> str:
    """Text of an XML attribute as igraph 1.0 has it: also of its own files it reads & so."""
    return text.replace("&", "&#38;")


def check_graphml_igraph(graph: nx.Graph, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".graphml") as file:
        file.write(content)
        file.flush()
        read = igraph.Graph.Read_GraphML(file.name)
    nodes, edges = expected(graph)
    edges = {(igraph_text(u), igraph_text(v)): row for (u, v), row in edges.items()}
    assert read.is_directed() == graph.is_directed()
    assert (read.vcount(), read.ecount()) == (len(nodes), len(edges))
    names = {igraph_text(name) for row in nodes.values() for name in row}
    assert set(read.vs.attributes()) == names | {"id"}
    names = {igraph_text(name) for row in edges.values() for name in row}
    assert set(read.es.attributes()) == names
    for vertex, (node, row) in zip(read.vs, nodes.items(), strict=True):
        found = vertex.attributes()
        assert found.pop("id") == igraph_text(node)
        assert_igraph(found, row)
    for edge in read.es:
        ends = tuple(read.vs[number]["id"] for number in edge.tuple)
        assert_igraph(edge.attributes(), edges[ends] if ends in edges else edges[ends[::-1]])


def assert_igraph(found: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    """In igraph all numbers are doubles, and there is always a value, also for what is missing."""
    wanted = {igraph_text(name): value for name, value in row.items()}
    for name, value in found.items():
        if name not in wanted:
            assert value in ("", False) or math.isnan(value)
        elif isinstance(wanted[name], bool | str):
            assert type(value) is type(wanted[name])
            assert value == wanted[name]
        else:
            assert value == float(wanted[name])


def check_gexf_networkx(graph: nx.Graph, content: bytes) -> None:
    read = nx.read_gexf(io.BytesIO(content), version="1.3")
    assert read.is_directed() == graph.is_directed()
    nodes, edges = of_networkx(read)
    assert {row.pop("id") for row in edges.values()} == {str(i) for i in range(len(edges))}
    assert_same(
        ({n: {k: v for k, v in row.items() if k != "viz"} for n, row in nodes.items()}, edges),
        (labelled(expected(graph)[0]), expected(graph)[1]),
    )


ATTRIBUTE_VALUE = {
    "integer": lambda text: -(2**31) <= int(text) < 2**31,
    "long": lambda text: -(2**63) <= int(text) < 2**63,
    "double": lambda text: math.isfinite(float(text)),
    "boolean": lambda text: text in ("true", "false"),
    "string": lambda text: True,
}


def check_gexf_structure(graph: nx.Graph, content: bytes) -> None:
    """What the schema of GEXF 1.3 asks of a static graph (gexf.rng, data.rng, viz.rng)."""
    root = etree.fromstring(content)
    assert (root.tag, dict(root.attrib)) == (f"{GEXF}gexf", {"version": "1.3"})
    meta, body = root
    assert meta.attrib == {}  # above all no date
    assert [e.text for e in meta.iter(f"{GEXF}creator")] == [f"dutygraph {__version__}"]
    assert set(body.attrib) == {"defaultedgetype", "idtype", "mode"}
    order = [etree.QName(child).localname for child in body]
    assert order in [["attributes"] * n + ["nodes", "edges"] for n in range(3)]
    declared: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
    for attributes in body.iterchildren(f"{GEXF}attributes"):
        assert set(attributes.attrib) == {"class"}
        for attribute in attributes:
            assert set(attribute.attrib) == {"id", "title", "type"}
            types = declared[attributes.get("class")]
            assert attribute.get("id") not in types
            types[attribute.get("id")] = attribute.get("type")
    ids = [node.get("id") for node in body.find(f"{GEXF}nodes")]
    assert len(set(ids)) == len(ids) == len(graph)
    edges = body.find(f"{GEXF}edges")
    assert len({edge.get("id") for edge in edges}) == len(edges) == graph.number_of_edges()
    for element in [*body.find(f"{GEXF}nodes"), *edges]:
        kind = etree.QName(element).localname
        if kind == "edge":
            assert set(element.attrib) <= {"id", "source", "target", "label", "weight"}
            assert {element.get("source"), element.get("target")} <= set(ids)
            assert math.isfinite(float(element.get("weight", "1")))
        else:
            assert set(element.attrib) == {"id", "label"}
        values = element.findall(f"{GEXF}attvalues/{GEXF}attvalue")
        assert len({value.get("for") for value in values}) == len(values)
        for value in values:
            assert set(value.attrib) == {"for", "value"}
            assert ATTRIBUTE_VALUE[declared[kind][value.get("for")]](value.get("value"))
        assert len(element.findall(f"{GEXF}attvalues")) == bool(values)
        for drawn in element.iterchildren(f"{VIZ}*"):
            assert etree.QName(drawn).localname in ("color", "position", "size")
            assert all(math.isfinite(float(number)) for number in drawn.attrib.values())


def check_cx2_ndex2(graph: nx.Graph, content: bytes) -> None:
    raw = json.loads(content)
    read = RawCX2NetworkFactory().get_cx2network(raw)
    nodes, edges = expected(graph)
    found_nodes: Rows = {}
    names = {}
    for identifier, node in read.get_nodes().items():
        row = dict(node["v"])
        names[identifier] = row.pop("represents")
        found_nodes[names[identifier]] = {**row, "label": row.pop("name")}
    found_edges = {(names[e["s"]], names[e["t"]]): e["v"] for e in read.get_edges().values()}
    assert_same(
        (
            {n: {k: v for k, v in r.items() if k != "name"} for n, r in found_nodes.items()},
            found_edges,
        ),
        (labelled(nodes), edges),
    )
    attributes = read.get_network_attributes()
    assert attributes == {
        **kept(graph.graph), "name": "network", "directed": graph.is_directed()
    }  # fmt: skip
    # What the specification asks: the order of aspects, counts that are true, types that fit.
    keys = [next(iter(aspect)) for aspect in raw]
    assert keys[:3] == ["CXVersion", "metaData", "attributeDeclarations"]
    assert raw[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert raw[-1] == {"status": [{"error": "", "success": True}]}
    counts = {entry["name"]: entry["elementCount"] for entry in raw[1]["metaData"]}
    assert counts == {key: len(raw[keys.index(key)][key]) for key in keys[2:-1]}
    types = raw[2]["attributeDeclarations"][0]
    for aspect in ("nodes", "edges"):
        for element in raw[keys.index(aspect)][aspect]:
            assert set(element["v"]) <= set(types.get(aspect, {}))
            assert "id" not in element["v"]
            for name, value in element["v"].items():
                assert type(value) in CX2_TYPES[types[aspect][name]["d"]]


CX2_TYPES = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (float,),
}


def check_node_link_networkx(graph: nx.Graph, content: bytes) -> None:
    data = json.loads(content)
    read = nx.node_link_graph(data, edges="edges")
    assert read.is_directed() == graph.is_directed()
    assert not read.is_multigraph()
    assert_same(of_networkx(read), expected(graph))
    assert read.graph == kept(graph.graph)
    assert json.loads(content) == nx.node_link_data(read, edges="edges")


def cell(value: Any) -> str | None:
    """A value as a cell has it; None for a fraction, which has ten digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if isinstance(value, float) else str(value)


def assert_cells(row: Mapping[str, str], wanted: Mapping[str, Any]) -> None:
    for name, text in row.items():
        value = wanted.get(name, "")
        if isinstance(value, int | float) and not isinstance(value, bool):
            assert float(text) == pytest.approx(value, rel=1e-9, abs=0)
        else:
            assert text == cell(value)
    assert set(wanted) <= set(row)


def check_node_csv(graph: nx.Graph, content: bytes) -> None:
    reader = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert reader.fieldnames is not None
    assert reader.fieldnames[:2] == ["Id", "Label"]
    rows = list(reader)
    nodes = labelled(expected(graph)[0])
    assert [row.pop("Id") for row in rows] == list(nodes)
    for row, wanted in zip(rows, nodes.values(), strict=True):
        assert_cells({"label": row.pop("Label"), **row}, wanted)


def check_edge_csv(graph: nx.Graph, content: bytes) -> None:
    reader = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert reader.fieldnames is not None
    assert reader.fieldnames[:4] == ["Source", "Target", "Type", "Weight"]
    edges = expected(graph)[1]
    rows = list(reader)
    assert {row["Type"] for row in rows} <= {"Directed" if graph.is_directed() else "Undirected"}
    assert {(row["Source"], row["Target"]) for row in rows} == set(edges)
    assert len(rows) == len(edges)
    for row in rows:
        wanted = edges[row.pop("Source"), row.pop("Target")]
        row.pop("Type")
        assert_cells({"weight": row.pop("Weight"), **row}, wanted)


CHECKS = [
    ("graphml", check_graphml_networkx),
    ("graphml", check_graphml_igraph),
    ("gexf", check_gexf_networkx),
    ("gexf", check_gexf_structure),
    ("cx2", check_cx2_ndex2),
    ("json", check_node_link_networkx),
    ("nodes", check_node_csv),
    ("edges", check_edge_csv),
]
every_reader = pytest.mark.parametrize(
    ("file_format", "check"), CHECKS, ids=[check.__name__[6:] for _, check in CHECKS]
)


# --- round trips -----------------------------------------------------------------------------------


def single() -> nx.Graph:
    graph = nx.DiGraph()
    graph.add_node("n", label="一", value=0)
    return graph


def isolated() -> nx.Graph:
    return nx.empty_graph(["b", "a", "c"])


def extreme() -> nx.Graph:
    """The largest and smallest numbers of each type."""
    graph = nx.Graph()
    graph.add_node("a", i=2**31 - 1, j=2**63 - 1, x=sys.float_info.min, y=-0.0, z=1e-5)
    graph.add_node("b", i=-(2**31), j=-(2**63), x=1e300, y=5e-324, z=0.1 + 0.2)
    return graph


def circle() -> nx.Graph:
    """Directed, both ways, and an edge from a node to itself."""
    graph = nx.DiGraph([("b", "a"), ("a", "b"), ("a", "a")])
    graph["a"]["a"]["label"] = "self"
    graph["b"]["a"]["weight"] = 0.1 + 0.2
    return graph


@every_reader
@pytest.mark.parametrize("make", [small, nx.Graph, nx.DiGraph, single, isolated, circle, extreme])
def test_another_program_reads_the_same(
    file_format: str, check: Callable[[nx.Graph, bytes], None], make: Callable[[], nx.Graph]
) -> None:
    graph = make()
    check(graph, WRITERS[file_format](graph))


FOR_ANY_CHARACTER = st.text(st.characters(), max_size=8)  # surrogates and controls too
NAMES = st.sampled_from(["权重", "a<b & \"c'", "x", "label", "weight", "ctl\x01"]) | st.text(
    st.characters(codec="utf-8"), min_size=1, max_size=5
)
# networkx's GEXF reader takes these for its own, whatever declares them.
READER_TAKES = {"viz", "pid", "start", "end", "spells", "parents", "slices", "networkx_key", "key"}
RESERVED = {"id", "name", "represents", "source", "target", "type", "kind", "directed"}
VALUES: list[st.SearchStrategy[Any]] = [
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**63), 2**63 - 1),
    # Ten digits, which the tables have, would round the largest doubles up to infinity.
    st.floats(-1e300, 1e300) | st.sampled_from([math.nan, math.inf]) | st.integers(-9, 9),
    FOR_ANY_CHARACTER,
]


@st.composite
def columns(draw: st.DrawFn) -> dict[str, st.SearchStrategy[Any]]:
    """Names of attributes with a strategy for their values, all of one type."""
    names = draw(st.lists(NAMES, max_size=5, unique_by=lambda name: cleaned(name).casefold()))
    out: dict[str, st.SearchStrategy[Any]] = {}
    for name in names:
        if name.casefold() not in RESERVED | READER_TAKES:
            values = (
                FOR_ANY_CHARACTER if name.casefold() == "label" else draw(st.sampled_from(VALUES))
            )
            if name.casefold() == "weight":
                values = VALUES[3]
            out[name] = st.none() | values
    return out


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    graph = draw(st.sampled_from([nx.Graph, nx.DiGraph]))()
    identifiers = st.text(st.characters(), min_size=1, max_size=4)
    ids = draw(st.lists(identifiers, max_size=6, unique_by=cleaned))
    of_nodes, of_edges = draw(columns()), draw(columns())
    for node in ids:
        graph.add_node(node, **draw(st.fixed_dictionaries({}, optional=of_nodes)))
    if ids:
        ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids))
        for source, target in draw(st.lists(ends, max_size=8)):
            data = draw(st.fixed_dictionaries({}, optional=of_edges))
            graph.remove_edges_from([(source, target)])
            graph.add_edge(source, target, **data)
    return graph


@every_reader
@given(graph=graphs())
@settings(max_examples=60)
def test_any_flat_graph_is_read_back(
    file_format: str, check: Callable[[nx.Graph, bytes], None], graph: nx.Graph
) -> None:
    check(graph, WRITERS[file_format](graph))


def test_tables_make_the_same_igraph() -> None:
    graph = small()
    nodes, edges = (
        pd.read_csv(io.BytesIO(write(graph))) for write in (export.to_node_csv, export.to_edge_csv)
    )
    read = igraph.Graph.DataFrame(edges, directed=False, vertices=nodes, use_vids=False)
    assert (read.vcount(), read.ecount()) == (3, 1)
    assert read.vs["name"] == ["公安局", "司法局", "县<委>"]
    assert read.vs["Label"] == ["公安局", "司法局", "县<委>"]
    assert read.vs["hub"][:2] == [True, False]
    assert read.es[0]["Weight"] == 5
    assert read.es[0]["keys"] == "57 94\r\n97"


def test_cytoscape_reader_of_ndex2_makes_the_same_graph() -> None:
    network = RawCX2NetworkFactory().get_cx2network(json.loads(export.to_cx2(small(), "部门")))
    read = CX2NetworkXFactory().get_graph(network, networkx_graph=nx.DiGraph())
    assert read.graph["name"] == "部门"
    assert [row["name"] for _, row in read.nodes(data=True)] == ["公安局", "司法局", "县<委>"]
    assert [(u, v, row["weight"]) for u, v, row in read.edges(data=True)] == [(1, 2, 5)]


# --- single rules ----------------------------------------------------------------------------------


def test_graphml_in_full() -> None:
    graph = nx.DiGraph(town="塔镇")
    graph.add_node("a", label="公安局", lean=1, hub=True)
    graph.add_node("b", lean=0.5)
    graph.add_edge("a", "b", weight=2)
    assert (
        export.to_graphml(graph).decode()
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
  <key id="graph0" for="graph" attr.name="town" attr.type="string"/>
  <key id="node0" for="node" attr.name="label" attr.type="string"/>
  <key id="node1" for="node" attr.name="lean" attr.type="double"/>
  <key id="node2" for="node" attr.name="hub" attr.type="boolean"/>
  <key id="edge0" for="edge" attr.name="weight" attr.type="int"/>
  <graph edgedefault="directed">
    <data key="graph0">塔镇</data>
    <node id="a">
      <data key="node0">公安局</data>
      <data key="node1">1.0</data>
      <data key="node2">true</data>
    </node>
    <node id="b">
      <data key="node1">0.5</data>
    </node>
    <edge source="a" target="b">
      <data key="edge0">2</data>
    </edge>
  </graph>
</graphml>
"""
    )


def test_types_are_the_same_for_all() -> None:
    """One name, one type: integers beside a fraction are fractions; beyond 32 bits they are long."""
    graph = nx.Graph()
    graph.add_node("a", mixed=1, small=-(2**31), large=0, nothing=None, yes=False)
    graph.add_node("b", mixed=0.5, small=2**31 - 1, large=2**31, nothing=math.inf)
    root = etree.fromstring(export.to_graphml(graph))
    keys = {k.get("attr.name"): k.get("attr.type") for k in root.iter("{*}key")}
    assert keys == {"mixed": "double", "small": "int", "large": "long", "yes": "boolean"}
    gexf = etree.fromstring(export.to_gexf(graph))
    titles = {k.get("title"): k.get("type") for k in gexf.iter("{*}attribute")}
    assert titles == {"mixed": "double", "small": "integer", "large": "long", "yes": "boolean"}
    declared = json.loads(export.to_cx2(graph, ""))[2]["attributeDeclarations"][0]["nodes"]
    assert {k: v["d"] for k, v in declared.items() if k in titles} == titles
    # A table keeps a column without values, so that all tables of a kind have the same columns.
    assert export.to_node_csv(graph).decode() == (
        "Id,Label,mixed,small,large,nothing,yes\n"
        "a,a,1,-2147483648,0,,false\n"
        "b,b,0.5,2147483647,2147483648,,\n"
    )


def test_a_subnormal_number_does_not_spoil_the_file() -> None:
    """A p-value may be so small; igraph then refuses to read anything."""
    graph = nx.Graph([("a", "b", {"p_value": 1e-320, "q_value": 1e-300})])
    content = export.to_graphml(graph)
    check_graphml_igraph(graph, content)
    assert nx.read_graphml(io.BytesIO(content))["a"]["b"] == {"p_value": 0, "q_value": 1e-300}


def test_numbers_of_numpy_are_numbers() -> None:
    graph = nx.Graph()
    graph.add_node("a", i=np.int64(3), f=np.float64(0.5), b=np.bool_(True), none=np.float32("nan"))
    nodes = json.loads(export.to_node_link(graph))["nodes"]
    assert nodes == [{"id": "a", "i": 3, "f": 0.5, "b": True}]
    assert nodes[0]["b"] is True


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_network_gives_the_same_bytes(file_format: str) -> None:
    """However its edges were put in, and from whichever end."""
    one, other = nx.Graph(), nx.Graph()
    for graph in (one, other):
        graph.add_nodes_from("cab")
    one.add_edges_from([("c", "a", {"w": 1, "v": 2}), ("a", "b", {"w": 2}), ("c", "b", {"w": 3})])
    other.add_edges_from([("b", "c", {"w": 3}), ("b", "a", {"w": 2}), ("a", "c", {"w": 1, "v": 2})])
    assert WRITERS[file_format](one) == WRITERS[file_format](other)
    found = json.loads(export.to_node_link(other))
    assert [node["id"] for node in found["nodes"]] == list("cab")
    assert [e["source"] + e["target"] for e in found["edges"]] == ["ca", "cb", "ab"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_writing_does_not_change_the_graph(file_format: str) -> None:
    graph, same = small(), small()
    graph.graph["id"] = same.graph["id"] = "kept"  # networkx's own writer of GraphML takes it out
    WRITERS[file_format](graph)
    assert graph.graph == same.graph
    assert str(graph.nodes(data=True)) == str(same.nodes(data=True))
    assert str(graph.edges(data=True)) == str(same.edges(data=True))


def test_positions_sizes_and_colours_in_gexf() -> None:
    graph = nx.empty_graph(["a", "b", "c"])
    content = export.to_gexf(
        graph,
        positions={"a": (1, -2.5), "b": (math.nan, 0)},
        sizes={"a": np.float64(4), "b": math.inf},
        colours={"b": "#00ffA0"},
    )
    check_gexf_structure(graph, content)
    read = nx.read_gexf(io.BytesIO(content))
    assert read.nodes["a"]["viz"] == {"position": {"x": 1, "y": -2.5, "z": 0}, "size": 4}
    assert read.nodes["b"]["viz"] == {"color": {"r": 0, "g": 255, "b": 160, "a": 1}}
    assert "viz" not in read.nodes["c"]


def test_positions_in_cx2_count_downwards() -> None:
    graph = nx.Graph([("a", "b")])
    raw = json.loads(export.to_cx2(graph, "", {"a": (1, 2), "b": (0, 0)}))
    nodes = next(aspect["nodes"] for aspect in raw if "nodes" in aspect)
    assert [(node["x"], node["y"]) for node in nodes] == [(1, -2), (0, 0)]
    with pytest.raises(DutyGraphError, match="positions of all nodes or of none"):
        export.to_cx2(graph, "", {"a": (1, 2)})
    with pytest.raises(DutyGraphError, match="positions of all nodes or of none"):
        export.to_cx2(graph, "", {"a": (1, 2), "b": (math.nan, 0)})


def test_cytoscape_displays_the_label() -> None:
    raw = json.loads(export.to_cx2(small(), "x"))
    (style,) = next(aspect["visualProperties"] for aspect in raw if "visualProperties" in aspect)
    assert style["nodeMapping"]["NODE_LABEL"]["definition"]["attribute"] == "name"


def test_the_description_in_gexf_holds_the_attributes_of_the_graph() -> None:
    root = etree.fromstring(export.to_gexf(small()))
    assert root.findtext(f"{GEXF}meta/{GEXF}description") == (
        "name: departments; town: 塔镇; synthetic: true"
    )


# --- bad input -------------------------------------------------------------------------------------


def node(**attributes: Any) -> nx.Graph:
    graph = nx.Graph()
    graph.add_node("公安局", **attributes)
    return graph


def nodes(*values: Any, name: str = "x") -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from((str(number), {name: value}) for number, value in enumerate(values))
    return graph


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (node(items=[1, 2]), r"attribute 'items' of node '公安局' is list"),
        (node(items={"a": 1}), r"attribute 'items' of node '公安局' is dict"),
        (node(items=np.zeros(2)), r"attribute 'items' of node '公安局' is ndarray"),
        (node(items=2**63), r"attribute 'items' of node '公安局' is a number of more than 64 bits"),
        (nx.Graph([("a", "b", {"keys": ("57",)})]), r"attribute 'keys' of edge 'a – b' is tuple"),
        (nx.Graph(towns=["T"]), r"attribute 'towns' of the graph is list"),
        (nodes(1, "1"), r"attribute 'x' of the nodes has values of different types: int, str"),
        (nodes(True, 1), r"attribute 'x' of the nodes has values of different types: bool, int"),
        (nodes(1, name="label"), r"attribute 'label' of the nodes is not text"),
        (nx.Graph([("a", "b", {"weight": "5"})]), r"'weight' of the edges is not a number"),
        (nx.Graph([("a", "b", {"weight": True})]), r"'weight' of the edges is not a number"),
        (nx.Graph([("a", "b", {"Type": "x"})]), r"edge attribute 'Type' has a name"),
        (node(ID="x"), r"node attribute 'ID' has a name"),
        (nx.Graph(directed="no"), r"graph attribute 'directed' has a name"),
        (node(items=1, Items=2), r"two attributes of the nodes are both named 'Items'"),
        (node(**{"a\x00": 1, "a\x01": 2}), r"two attributes of the nodes are both named"),
        (node(**{"": 1}), r"the name of node attribute '' is not text"),
        (nx.empty_graph(["1", 1]), r"identifiers that differ and are not empty"),
        (nx.empty_graph(["a\x00", "a\x01"]), r"identifiers that differ and are not empty"),
        (nx.empty_graph([""]), r"identifiers that differ and are not empty"),
        (nx.MultiGraph([("a", "b"), ("a", "b")]), r"parallel edges"),
    ],
)
def test_what_cannot_be_written(file_format: str, graph: nx.Graph, message: str) -> None:
    with pytest.raises(DutyGraphError, match=message):
        WRITERS[file_format](graph)


def test_a_name_that_is_no_text() -> None:
    graph = nx.Graph()
    graph.add_node("a")
    graph.nodes["a"][1] = "x"
    with pytest.raises(DutyGraphError, match="the name of node attribute 1 is not text"):
        export.to_graphml(graph)


@pytest.mark.parametrize("colour", ["red", "#fff", "#gggggg", "#0000000", "#000000\n"])
def test_a_colour_that_is_none(colour: str) -> None:
    with pytest.raises(DutyGraphError, match="is not #rrggbb"):
        export.to_gexf(node(), colours={"公安局": colour})


def test_a_size_below_nothing() -> None:
    with pytest.raises(DutyGraphError, match="size -1 of node '公安局' is less than 0"):
        export.to_gexf(node(), sizes={"公安局": -1})


# --- files -----------------------------------------------------------------------------------------


def test_a_network_in_all_formats(tmp_path: Path) -> None:
    graph = small()
    positions = {node: (number, 1.0) for number, node in enumerate(graph)}
    drawing: dict[str, Any] = {"positions": positions, "sizes": {"公安局": 3.0}}
    files = export.write_network(graph, "net", tmp_path, title="部门", **drawing)
    assert [path.name for path in files] == [
        "net.graphml",
        "net.gexf",
        "net.cx2",
        "net.json",
        "net-nodes.csv",
        "net-edges.csv",
    ]
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert [path.read_bytes() for path in files] == [
        export.to_graphml(graph),
        export.to_gexf(graph, **drawing),
        export.to_cx2(graph, "部门", positions),
        export.to_node_link(graph),
        export.to_node_csv(graph),
        export.to_edge_csv(graph),
    ]
    for (file_format, ending), path in zip(FORMATS.items(), files, strict=True):
        other = tmp_path / f"other{ending}"
        export.write_format(graph, other, file_format, title="部门", **drawing)
        assert other.read_bytes() == path.read_bytes()


def test_without_a_title_the_file_names_the_network(tmp_path: Path) -> None:
    export.write_network(small(), "net", tmp_path)
    export.write_format(small(), tmp_path / "one.cx2", "cx2")
    assert (tmp_path / "net.cx2").read_bytes() == export.to_cx2(small(), "net")
    assert (tmp_path / "one.cx2").read_bytes() == export.to_cx2(small(), "one")


def test_a_format_that_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown network format 'pajek'.*known: graphml"):
        export.write_format(small(), tmp_path / "x", "pajek")


@pytest.mark.parametrize("name", ["", ".", "a/b", "/a"])
def test_a_name_that_is_no_name_of_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(DutyGraphError, match="is no name of a file"):
        export.write_network(small(), name, tmp_path)


def test_what_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(DutyGraphError, match="positions of all nodes"):
        export.write_network(small(), "net", tmp_path, positions={"公安局": (0, 0)})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DutyGraphError, match="cannot be written"):
        export.write_network(small(), "net", tmp_path / "missing")
