"""`DutyList` → quads: identity, stability, traceability."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import URIRef

from dutygraph import graph, rdf, reference
from dutygraph.build import find_sources, read_document, read_editions, stale_graphs
from dutygraph.errors import UsageError
from dutygraph.model import DutyList
from dutygraph.parse.layout import clean
from dutygraph.store import Embedded
from dutygraph.vocab import DG, OA, RDF, REFERENCE_GRAPH, SH

ROOT = Path(__file__).resolve().parent.parent
LIST = "https://w3id.org/dutygraph/id/list/653131101/2025-07"


def values(quads: list[Quad], predicate: str) -> dict[str, str]:
    return {
        q.subject.value: q.object.value  # type: ignore[union-attr]
        for q in quads
        if q.predicate == NamedNode(predicate)
    }


def test_one_named_graph_without_blank_nodes(real_list: DutyList) -> None:
    quads = graph.quads(real_list)
    assert {q.graph_name for q in quads} == {NamedNode(LIST)}
    assert not [
        q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)
    ]
    assert sorted(set(map(str, quads))) == [str(q) for q in quads]


def test_readable_iris(real_list: DutyList) -> None:
    subjects = {q.subject.value for q in graph.quads(real_list)}  # type: ignore[union-attr]
    base = "https://w3id.org/dutygraph/id/"
    for path in (
        "town/653131101",
        "list/653131101/2025-07",
        "item/653131101/2025-07/cooperative/57",
        "duty/653131101/2025-07/cooperative/57/town/5",
        "participation/653131101/2025-07/cooperative/57/畜牧兽医局",
        "department/653131/农业农村局",
        "department/653128/岳普湖县供电公司",
        "division/650000",
    ):
        assert base + path in subjects


def test_graph_files_are_current() -> None:
    editions = list(read_editions(find_sources([ROOT / "data" / "sources"])))
    assert stale_graphs(editions, ROOT / "data" / "graph") == []


def test_the_same_bytes_in_another_process(real_document: Path, real_list: DutyList) -> None:
    code = (
        "import sys; from dutygraph import graph, rdf; from dutygraph.build import read_document;"
        "sys.stdout.buffer.write(rdf.to_bytes(graph.quads(read_document(sys.argv[1]))))"
    )
    command = [sys.executable, "-c", code, str(real_document)]
    runs = {
        subprocess.run(
            command, capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {rdf.to_bytes(graph.quads(real_list))}


def test_every_duty_can_be_traced_to_its_words(real_list: DutyList, real_document: Path) -> None:
    lines = real_document.read_text(encoding="utf-8").split("\n")
    quads = graph.quads(real_list)
    text, line = values(quads, "http://purl.org/dc/terms/description"), values(quads, DG.line)
    start, end = values(quads, OA.start), values(quads, OA.end)
    duties = [
        q.subject.value  # type: ignore[union-attr]
        for q in quads
        if q.predicate == NamedNode(RDF.type) and q.object == NamedNode(DG.Duty)
    ]
    assert len(duties) == sum(len(item.duties) for item in real_list.items)
    for duty in duties:
        source = lines[int(line[duty]) - 1][int(start[duty]) : int(end[duty])]
        assert " ".join(clean(source).text.split()) == " ".join(text[duty].split())


def test_every_item_stands_on_its_line(real_list: DutyList, real_document: Path) -> None:
    lines = real_document.read_text(encoding="utf-8").split("\n")
    for item in real_list.items:
        assert item.place.line is not None
        cells = lines[item.place.line - 1].split("\t")
        assert cells[0] == str(item.number)
        assert cells[1:3] == [item.category, item.title]


def test_every_severity_is_that_of_shacl(real_list: DutyList) -> None:
    severities = set(values(graph.quads(real_list), DG.severity).values())
    assert severities <= {SH.Violation, SH.Warning, SH.Info}


def test_reference_graph() -> None:
    quads = graph.reference_quads()
    assert {q.graph_name for q in quads} == {NamedNode(REFERENCE_GRAPH)}
    subjects = {q.subject.value for q in quads}  # type: ignore[union-attr]
    for key in reference.department_types():
        assert f"https://w3id.org/dutygraph/id/department-type/{key}" in subjects
    for system in reference.SYSTEMS:
        assert f"https://w3id.org/dutygraph/code/system-{system}" in subjects


def test_other_formats_hold_the_same_triples(real_list: DutyList) -> None:
    quads = graph.quads(real_list)
    triples = {q.triple for q in quads}
    for name, rdf_format in rdf.FORMATS.items():
        found = list(parse(rdf.to_bytes(quads, name), format=rdf_format))
        assert {q.triple for q in found} == triples, name


def test_a_file_without_graph_names_is_put_into_its_edition(
    real_list: DutyList, tmp_path: Path
) -> None:
    path = tmp_path / "edition.ttl"
    path.write_bytes(rdf.to_bytes(graph.quads(real_list), "turtle"))
    assert set(rdf.read_graph_file(path)) == set(graph.quads(real_list))


def test_rdflib_view(real_list: DutyList) -> None:
    dataset = rdf.to_rdflib(graph.quads(real_list))
    assert [str(name.identifier) for name in dataset.graphs() if len(name)] == [LIST]
    assert len(dataset.graph(LIST)) == len(graph.quads(real_list))


def test_rdflib_view_of_a_store(real_list: DutyList) -> None:
    with Embedded.in_memory(graph.quads(real_list)) as store:
        assert len(store.as_rdflib().graph(URIRef(LIST))) == len(store)


def test_titles_are_chinese_literals(real_list: DutyList) -> None:
    for quad in graph.quads(real_list):
        if quad.predicate.value == "http://purl.org/dc/terms/title":
            assert isinstance(quad.object, Literal)
            assert quad.object.language == "zh"
    assert RdfFormat.TRIG.supports_datasets


def test_a_folder_of_several_documents_is_no_document(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "metadata.yaml").write_text("file: list.txt\n", encoding="utf-8")
        (folder / "list.txt").write_text("1", encoding="utf-8")
    with pytest.raises(UsageError, match="holds 2 documents"):
        read_document(tmp_path)
