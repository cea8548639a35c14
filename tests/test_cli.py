"""The command line: help, errors of one line, exit codes, formats, languages, files and pipes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import click
import openpyxl
import pyarrow.parquet as pq
import pyoxigraph
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from dutygraph.__about__ import __version__
from dutygraph.cli import cli, main
from dutygraph.query import load_queries
from dutygraph.store import Embedded
from dutygraph.vocab import DCTERMS, DG, REFERENCE_GRAPH, SH

EDITION = "https://w3id.org/dutygraph/id/list/653131101/2025-07"
COMMANDS = sorted(cli.commands)
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
TOWN_QUERY = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s a <https://w3id.org/dutygraph/ontology#Town> ; ?p ?o } }"


class Run:
    """Runs a command in this process and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str | Path, code: int = 0) -> str:
        """Run a command, insist on its exit code, and return what it wrote."""
        assert main([str(argument) for argument in arguments]) == code
        self.out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.err
        return self.out

    def refused(self, *arguments: str | Path) -> str:
        """Run a command that is to fail, and return its one line of complaint."""
        self(*arguments, code=2)
        assert self.out == ""
        (line,) = self.err.splitlines()
        assert line.startswith("dutygraph: ")
        return line.removeprefix("dutygraph: ")


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, packaged: Embedded
) -> Run:
    # Reading the packaged graphs anew for each command would take most of the time.
    monkeypatch.setattr("dutygraph.store.open_packaged", lambda: Embedded(packaged._open_store))
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Run(capsys)


@pytest.fixture(scope="module")
def graph_file() -> Path:
    """The graph of the real edition, as it ships."""
    return Path(__file__).resolve().parent.parent / "data" / "graph" / "653131101-2025-07.trig"


@pytest.fixture(scope="module")
def store(packaged: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store folder with the packaged graphs."""
    folder = tmp_path_factory.mktemp("cli") / "store"
    with Embedded.create(folder) as opened:
        for graph in packaged.graphs():
            opened.replace(graph, packaged.graph(graph))
    return folder


def program(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run the program in a process of its own."""
    command = [sys.executable, "-m", "dutygraph", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def csv_rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


# Help


def test_the_commands_are_there() -> None:
    assert set(COMMANDS) >= {"build", "export", "queries", "query", "report", "sparql", "validate"}


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run: Run, name: str, option: str) -> None:
    text = run(name, option)
    assert text.startswith(f"Usage: dutygraph {name} ")
    command = cli.commands[name]
    assert command.help
    assert command.help.split("\n")[0].rstrip().endswith((".", ":"))
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert max(parameter.opts, key=len) in text


def test_help_and_version(run: Run) -> None:
    text = run("--help")
    for name in COMMANDS:
        assert f"\n  {name} " in text
    assert run("--version") == f"dutygraph, version {__version__}\n"
    assert run("-V") == f"dutygraph, version {__version__}\n"


def test_the_module_is_the_program() -> None:
    done = program("--version")
    assert (done.returncode, done.stdout.decode().split()[-1]) == (0, __version__)
    failed = program("nope")
    assert failed.returncode == 2
    assert failed.stdout == b""
    assert failed.stderr.decode().count("\n") == 1


def test_without_arguments_the_help_can_be_read(run: Run) -> None:
    main([])
    said = run.capsys.readouterr()
    assert len((said.out + said.err).splitlines()) > 5


# Errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("nope", "No such command 'nope'"),
        ("--nope", "No such option"),
        ("build --nope", "No such option"),
        ("build none.txt -o out", "none.txt: no such file"),
        ("build none.txt", "nowhere to put the graphs"),
        ("build none.txt --lang de -o out", "'de' is not one of 'zh', 'en'"),
        ("validate none.txt", "none.txt: no such file"),
        ("validate none.trig", "none.trig: cannot be read"),
        ("validate --store none", "none: no such store folder"),
        ("validate --town 1", "unknown edition '1' (known: 653131101 2025-07)"),
        ("validate --edition 1999-01", "unknown edition '1999-01'"),
        ("queries nope", "unknown query 'nope' (known: actions"),
        ("queries ../queries/items", "unknown query '../queries/items'"),
        ("query", "Missing argument 'NAME'"),
        ("query nope", "unknown query 'nope'"),
        ("query items --nope 1", "unknown parameter or option '--nope' (parameters: --town"),
        ("query items extra", "unknown parameter or option 'extra'"),
        ("query items -x", "unknown parameter or option '-x'"),
        ("query items --town", "--town needs a value"),
        ("query items -p town", "'town' is no parameter (NAME=VALUE)"),
        ("query items -p nope=1", "has no parameter 'nope'"),
        ("query items --town nope", "unknown town 'nope'"),
        ("query items --list nope", "unknown list 'nope' (known: basic, cooperative, reclaimed)"),
        ("query items --number x", "must be a whole number"),
        ("query items --format xlsx", "xlsx is a binary format (give -o FILE)"),
        ("query items --format parquet", "parquet is a binary format"),
        ("query items -o none/x.csv", "none/x.csv: cannot be written"),
        ("query items -o none/x.xlsx", "none/x.xlsx: cannot be written"),
        ("query items -o none/x.parquet", "none/x.parquet: cannot be written"),
        ("query items --store none", "none: no such store folder"),
        ("query items --store a --endpoint http://b", "exclude each other"),
        ("query items --endpoint file:///etc/passwd", "is no endpoint address"),
        ("sparql", "Missing argument 'QUERY'"),
        ("sparql none.rq", "none.rq: no such file"),
        ("sparql nonsense", "not valid SPARQL"),
        ("sparql SELECT", "not valid SPARQL"),
        ("sparql DROP", "not valid SPARQL"),
        ("export --town nope", "unknown edition 'nope'"),
        ("export -o none/x.trig", "none/x.trig: cannot be written"),
        ("report --town nope", "unknown town 'nope'"),
    ],
)
def test_an_error_is_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert says in run.refused(*arguments.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "lists", "--format", "nope"],
        ["query", "lists", "--format", "CSV"],
        ["query", "lists", "--format", "turtle"],
        ["validate", "--format", "nope"],
        ["validate", "--format", "csv"],
        ["export", "--format", "nope"],
        ["export", "--format", "csv"],
        ["sparql", COUNT, "--format", "nope"],
        ["sparql", COUNT, "--format", "turtle"],
        ["sparql", COUNT, "--format", "xlsx"],
        ["sparql", "ASK {}", "--format", "turtle"],
        ["sparql", TOWN_QUERY, "--format", "csv"],
        ["sparql", TOWN_QUERY, "--format", "trig"],
    ],
)
def test_unknown_formats(run: Run, arguments: list[str]) -> None:
    said = run.refused(*arguments)
    assert f"unknown format '{arguments[-1]}' (known: " in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "\udcff"],
        ["query", "items", "-p", "department=\udcff"],
        ["query", "items", "--town", "\udcff"],
        ["sparql", "SELECT ('\udcff' AS ?x) {}"],
        ["build", "\udcff.txt", "-o", "out"],
        ["validate", "--town", "\udcff"],
    ],
)
def test_arguments_that_are_no_text(run: Run, arguments: list[str]) -> None:
    """Bytes of an argument that are no UTF-8 come as lone surrogates."""
    run.refused(*arguments)


def test_an_error_speaks_of_many_lines_in_one(run: Run) -> None:
    assert "\n" not in run.refused("sparql", "SELECT *\nWHERE {\n  nonsense\n}\n")


# Saved queries


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_queries_are_listed_and_explained(run: Run, name: str) -> None:
    saved = load_queries()[name]
    (line,) = (line for line in run("queries").splitlines() if line.split()[0] == name)
    assert line.endswith(saved.question_en)
    text = run("queries", name, "--lang", "zh")
    assert saved.question_zh in text
    for parameter in saved.parameters.values():
        assert parameter.zh in text
    assert [line.split(":")[0].strip() for line in text.split("列\n")[1].splitlines()] == [
        column.name for column in saved.columns
    ]
    assert run("queries", name, "--text") == saved.text


@pytest.mark.parametrize(
    "given",
    [
        ["-p", "list=cooperative", "-p", "department=公安局"],
        ["--param", "list=cooperative", "--param=department=公安局"],
        ["--list", "cooperative", "--department", "公安局"],
        ["--list=cooperative", "--department=公安局"],
        ["-p", "list=cooperative", "--department", "公安局"],
        ["--list", "cooperative", "--format", "csv", "--department", "公安局", "--edition", ""],
    ],
)
def test_parameters_in_every_way(run: Run, given: list[str]) -> None:
    header, *rows = csv_rows(run("query", "items", *given))
    place = {name: index for index, name in enumerate(header)}
    # Counted in the document: cooperative rows that name the county's 公安局.
    assert {row[place["list"]] for row in rows} == {"cooperative"}
    assert all("公安局" in row[place["departments"]].split("、") for row in rows)
    assert (
        rows
        == csv_rows(run("query", "items", "--list", "cooperative", "-p", "department=公安局"))[1:]
    )


def test_a_value_with_an_equals_sign_is_kept(run: Run) -> None:
    assert "unknown town 'a=b'" in run.refused("query", "items", "-p", "town=a=b")
    assert "unknown town 'a=b'" in run.refused("query", "items", "--town=a=b")
    assert "unknown town '--list'" in run.refused("query", "items", "--town", "--list")


def test_own_queries(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(load_queries()["lists"].text, encoding="utf-8")
    assert run("query", "mine", "--queries", tmp_path) == run("query", "lists")
    assert "unknown query 'lists' (known: mine)" in run.refused(
        "query", "lists", "--queries", tmp_path
    )


def test_formats_of_a_query(run: Run) -> None:
    text = run("query", "categories", "--format", "csv")
    header, *rows = csv_rows(text)
    assert header[:5] == ["town", "edition", "list", "category", "items"]
    assert sum(int(row[4]) for row in rows) == 266
    assert run("query", "categories") == text  # no terminal here
    assert run("query", "categories", "--format", "tsv").splitlines()[0] == "\t".join(header)
    records = json.loads(run("query", "categories", "--format", "json"))
    assert [list(map(str, record.values())) for record in records] == rows
    table = run("query", "categories", "--format", "table")
    assert table.splitlines()[-1] == f"({len(rows)} rows)"
    assert run("query", "categories", "--bom") == "\ufeff" + text
    assert run("query", "categories", "--excel") == text


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.json", "a.table", "a.txt", "a", "a.CSV"])
def test_output_to_a_text_file(run: Run, tmp_path: Path, name: str) -> None:
    suffix = Path(name).suffix.lower()[1:]
    expected = run("query", "lists", "--format", suffix if suffix not in ("", "txt") else "csv")
    path = tmp_path / name
    path.write_text("what was there before, and longer than what comes now" * 50, encoding="utf-8")
    assert run("query", "lists", "-o", path) == ""
    assert path.read_bytes() == expected.encode("utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_output_to_a_binary_file(run: Run, tmp_path: Path) -> None:
    rows = json.loads(run("query", "claims", "--format", "json"))
    for path in (tmp_path / "a.xlsx", tmp_path / "a.parquet"):
        assert run("query", "claims", "-o", path) == ""
    assert run("query", "claims", "-o", tmp_path / "b.bin", "--format", "parquet") == ""
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == rows
    assert (tmp_path / "b.bin").read_bytes() == (tmp_path / "a.parquet").read_bytes()
    header, *cells = openpyxl.load_workbook(tmp_path / "a.xlsx").active.values
    assert [dict(zip(header, row, strict=True)) for row in cells] == rows


def test_the_format_goes_before_the_name(run: Run, tmp_path: Path) -> None:
    run("query", "lists", "-o", tmp_path / "a.csv", "--format", "json")
    assert json.loads((tmp_path / "a.csv").read_text(encoding="utf-8"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_output_to_a_pipe(run: Run, tmp_path: Path) -> None:
    expected = run("query", "lists").encode("utf-8")
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        run("query", "lists", "-o", path)
        assert path.is_fifo()
        assert os.read(reader, 100_000) == expected
    finally:
        os.close(reader)


# SPARQL


def test_sparql_from_argument_file_and_standard_input(
    run: Run, tmp_path: Path, packaged: Embedded
) -> None:
    expected = f"n\n{len(packaged)}\n"
    assert run("sparql", COUNT) == expected
    path = tmp_path / "count.rq"
    path.write_text("# a comment\nPREFIX dg: <http://example.org/#>\n" + COUNT, encoding="utf-8")
    assert run("sparql", path) == expected
    piped = program("sparql", "-", input=COUNT.encode())
    assert (piped.returncode, piped.stdout.decode(), piped.stderr) == (0, expected, b"")


@pytest.mark.parametrize("data", [b"SELECT \xff", "选择 SELECT".encode("gb18030"), b"\x00", b""])
def test_standard_input_that_is_no_query(data: bytes) -> None:
    done = program("sparql", "-", input=data, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"dutygraph: ")
    assert done.stderr.count(b"\n") == 1


def test_standard_input_that_is_no_text() -> None:
    settings = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    done = program("sparql", "-", input=b"SELECT \xff", env=settings)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1


def test_a_query_file_that_is_no_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.rq"
    path.write_bytes(b"SELECT \xff")
    assert "cannot be read" in run.refused("sparql", path)
    (tmp_path / "folder.rq").mkdir()
    assert "cannot be read" in run.refused("sparql", tmp_path / "folder.rq")


def test_ask(run: Run) -> None:
    yes, no = "ASK { GRAPH ?g { ?s ?p ?o } }", "ask { ?s ?p ?o }"
    for chosen in ("csv", "table"):
        assert run("sparql", yes, "--format", chosen) == "true\n"
        assert run("sparql", no, "--format", chosen) == "false\n"
    assert json.loads(run("sparql", yes, "--format", "json")) == {"head": {}, "boolean": True}


SELECT = """
SELECT ?iri ?plain ?zh ?number ?none (1 = 1 AS ?yes) (1.5 AS ?decimal) WHERE {
  VALUES (?iri ?plain ?zh ?number ?none) {
    (<http://example.org/a> "a,b" "好"@zh 7 UNDEF) (<http://example.org/b> "" ""@zh -1 UNDEF)
  }
}
ORDER BY ?iri
"""


def test_select_in_every_format(run: Run) -> None:
    assert run("sparql", SELECT) == (
        "iri,plain,zh,number,none,yes,decimal\n"
        'http://example.org/a,"a,b",好,7,,true,1.5\n'
        "http://example.org/b,,,-1,,true,1.5\n"
    )
    assert run("sparql", SELECT, "--format", "tsv").splitlines()[1].split("\t")[1] == "a,b"
    assert run("sparql", SELECT, "--format", "table").endswith("(2 rows)\n")
    result = json.loads(run("sparql", SELECT, "--format", "json"))
    assert result["head"]["vars"] == ["iri", "plain", "zh", "number", "none", "yes", "decimal"]
    first = result["results"]["bindings"][0]
    assert first["iri"] == {"type": "uri", "value": "http://example.org/a"}
    assert first["plain"] == {"type": "literal", "value": "a,b"}
    assert first["zh"] == {"type": "literal", "value": "好", "xml:lang": "zh"}
    assert first["number"]["datatype"].endswith("#integer")
    assert "none" not in first


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "jsonld"])
def test_construct_in_every_format(run: Run, packaged: Embedded, name: str) -> None:
    text = run("sparql", TOWN_QUERY, "--format", name)
    found = {quad.triple for quad in pyoxigraph.parse(text, format=RDF[name])}
    assert found == set(packaged.construct(TOWN_QUERY))
    assert found


def test_describe(run: Run, packaged: Embedded) -> None:
    text = "DESCRIBE ?s WHERE { GRAPH ?g { ?s a <https://w3id.org/dutygraph/ontology#Town> } }"
    found = {quad.triple for quad in pyoxigraph.parse(run("sparql", text), format=RdfFormat.TURTLE)}
    assert found == set(packaged.construct(text))


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:a> <a:a> 1 }", "DROP ALL", "LOAD <http://127.0.0.1:9/>", "CLEAR ALL"]
)
def test_nothing_can_be_changed(run: Run, store: Path, text: str) -> None:
    before = run("sparql", COUNT, "--store", store)
    run.refused("sparql", text, "--store", store)
    run.refused("sparql", f"SELECT * {{}} ; {text}", "--store", store)
    assert run("sparql", COUNT, "--store", store) == before


# Export


RDF = {
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def exported(run: Run, path: Path, name: str, *options: str) -> set[Quad]:
    """Quads of an export to a file; triples where the format has no graph names."""
    run("export", "--format", name, "-o", path, *options)
    return set(pyoxigraph.parse(path.read_bytes(), format=RDF[name]))


@pytest.mark.parametrize("name", RDF)
def test_export_holds_everything(run: Run, tmp_path: Path, packaged: Embedded, name: str) -> None:
    found = exported(run, tmp_path / "x", name)
    if RDF[name].supports_datasets:
        assert found == set(packaged)
    else:
        assert {quad.triple for quad in found} == {quad.triple for quad in packaged}


@pytest.mark.parametrize(
    ("options", "graphs"),
    [
        ([], {EDITION, REFERENCE_GRAPH}),
        (["--no-reference"], {EDITION}),
        (["--town", "653131101", "--edition", "2025-07"], {EDITION, REFERENCE_GRAPH}),
    ],
)
def test_export_of_some_graphs(
    run: Run, tmp_path: Path, packaged: Embedded, options: list[str], graphs: set[str]
) -> None:
    found = exported(run, tmp_path / "x", "nquads", *options)
    assert found == {q for q in packaged if q.graph_name.value in graphs}
    assert {str(quad.graph_name).strip("<>") for quad in found} == graphs


def test_export_is_the_same_in_every_process() -> None:
    one, two = (
        program("export", "--no-reference", env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in "12"
    )
    assert one.stdout == two.stdout
    assert (one.returncode, one.stderr) == (0, b"")


def test_export_is_read_by_other_libraries(run: Run) -> None:
    text = run("export", "--format", "turtle", "--no-reference")
    triples = {quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE)}
    assert len(rdflib.Graph().parse(data=text, format="turtle")) == len(triples)
    xml = run("export", "--format", "rdfxml", "--no-reference")
    assert ET.fromstring(xml).tag.endswith("}RDF")  # noqa: S314 - it is ours


# Validation


def test_validate_as_text(run: Run) -> None:
    *lines, summary = run("validate", "--lang", "en").splitlines()
    assert summary.startswith(f"{EDITION}: violation 0, warning ")
    kinds = [line.split(":")[0] for line in lines if not line.startswith("    ")]
    assert set(kinds) == {"warning", "note"}
    assert summary.endswith(f"warning {kinds.count('warning')}, note {kinds.count('note')}")
    assert kinds == sorted(kinds, key=["violation", "warning", "note"].index)


def test_validate_as_json(run: Run) -> None:
    chinese, english = (
        json.loads(run("validate", "--format", "json", "--lang", lang)) for lang in ("zh", "en")
    )
    for zh, en in zip(chinese, english, strict=True):
        assert list(zh)[:6] == ["severity", "code", "message", "source", "line", "quote"]
        assert zh["severity"] in ("violation", "warning", "info")
        assert zh["edition"] == EDITION
        assert zh["source"]
        assert isinstance(zh["line"], int)
        assert zh["message"] == zh["message_zh"]
        assert en["message"] == en["message_en"]
        assert {**zh, "message": ""} == {**en, "message": ""}
    # Read by eye: line 416 has 单位 and 个人.
    residue = [
        (r["line"], r["list"], r["item"]) for r in english if r["code"] == "conversion-residue"
    ]
    assert (416, "reclaimed", "40") in residue
    summary = run("validate", "--lang", "en").splitlines()[-1]
    assert f"warning {sum(r['severity'] == 'warning' for r in english)}," in summary


def test_validate_as_turtle(run: Run) -> None:
    text = run("validate", "--format", "turtle")
    graph = rdflib.Graph().parse(data=text, format="turtle")
    sh = rdflib.Namespace(SH.base)
    (report,) = graph.subjects(rdflib.RDF.type, sh.ValidationReport)
    # SHACL: data conform only where there is no result, of whatever severity.
    assert graph.value(report, sh.conforms) == rdflib.Literal(False)
    number = len(json.loads(run("validate", "--format", "json")))
    assert len(list(graph.objects(report, sh.result))) == number > 0


def faulty(source: Path, drop: Callable[[Quad], bool]) -> list[Quad]:
    """The quads of a graph file without some of them."""
    quads = list(pyoxigraph.parse(path=str(source), format=RdfFormat.TRIG))
    kept = [quad for quad in quads if not drop(quad)]
    assert len(kept) < len(quads)
    return kept


def save(quads: Iterable[Quad], path: Path) -> Path:
    """Save quads in the format that the name of the file tells."""
    rdf_format = {
        ".trig": RdfFormat.TRIG,
        ".nq": RdfFormat.N_QUADS,
        ".ttl": RdfFormat.TURTLE,
        ".nt": RdfFormat.N_TRIPLES,
    }[path.suffix]
    statements = quads if rdf_format.supports_datasets else [quad.triple for quad in quads]
    path.write_bytes(pyoxigraph.serialize(statements, format=rdf_format) or b"")
    return path


ITEM = "https://w3id.org/dutygraph/id/item/653131101/2025-07/cooperative/57"


@pytest.mark.parametrize("suffix", [".trig", ".ttl"])
def test_a_faulty_graph_exits_1(run: Run, tmp_path: Path, graph_file: Path, suffix: str) -> None:
    def title_of_57(quad: Quad) -> bool:
        return quad.subject == NamedNode(ITEM) and quad.predicate.value == DCTERMS.title

    path = save(faulty(graph_file, title_of_57), tmp_path / f"x{suffix}")
    text = run("validate", path, "--lang", "en", code=1)
    assert text.startswith("violation: line ")
    assert "cooperative 57" in text
    results = json.loads(run("validate", path, "--format", "json", code=1))
    worst = [result for result in results if result["severity"] == "violation"]
    assert {(r["list"], r["item"]) for r in worst} == {("cooperative", "57")}
    assert all(r["code"] and r["message_zh"] and r["message_en"] and r["line"] for r in worst)
    if suffix == ".ttl":
        assert "sh:conforms false" in run("validate", path, "--format", "turtle", code=1)


def test_a_good_graph_exits_0(run: Run, tmp_path: Path, graph_file: Path) -> None:
    from_file = run("validate", graph_file)
    assert from_file == run("validate")
    quads = pyoxigraph.parse(path=str(graph_file), format=RdfFormat.TRIG)
    assert run("validate", save(quads, tmp_path / "x.ttl")) == from_file


def test_a_document_is_validated(run: Run, real_document: Path) -> None:
    expected = run("validate")
    assert run("validate", real_document) == expected
    assert run("validate", real_document.parent) == expected


def test_a_store_is_validated(run: Run, store: Path) -> None:
    assert run("validate", "--store", store) == run("validate")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.trig", b"", "holds no edition"),
        ("x.trig", b"nonsense", "is not valid RDF"),
        ("x.trig", b"\xff\xfe", "is not valid RDF"),
        ("x.nq", b"PK\x03\x04", "is not valid RDF"),
        ("x.ttl", b"<a:b> <a:c> 1 .", "describes 0 duty lists"),
        ("x.rdf", b"<rdf/>", "no table of a duty list"),
        ("x.json", b"{}", "no table of a duty list"),
    ],
)
def test_what_cannot_be_validated(
    run: Run, tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert says in run.refused("validate", tmp_path / name)


def test_a_graph_without_a_duty_list_is_no_edition(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.trig").write_text('<a:g> { <a:b> <a:c> "d" }', encoding="utf-8")
    run("validate", tmp_path / "x.trig", code=2)


# Building


def test_build_into_folder_and_store(
    run: Run, tmp_path: Path, real_document: Path, graph_file: Path
) -> None:
    out, folder = tmp_path / "out", tmp_path / "store"
    said = run("build", real_document, "-o", out, "--store", folder)
    assert said.splitlines() == [
        str(out / graph_file.name),
        str(out / "reference.trig"),
        str(folder),
    ]
    assert run("query", "lists", "--store", folder) == run("query", "lists")
    assert run("export", "--store", folder) == run("export")
    assert {path.name for path in out.iterdir()} == {graph_file.name, "reference.trig"}


def test_an_edition_replaces_itself_and_no_other(
    run: Run, tmp_path: Path, real_document: Path
) -> None:
    folder = tmp_path / "store"
    run("build", real_document, "--store", folder)
    document = tmp_path / "list.txt"
    lines = real_document.read_text(encoding="utf-8").splitlines()
    document.write_text("\n".join(lines[:-1]), encoding="utf-8")
    run("build", document, "--store", folder, "--edition", "2024-01")
    with Embedded.open(folder) as opened:
        graphs = {name: opened.graph(name) for name in opened.graphs()}
    other = EDITION.replace("2025-07", "2024-01")
    assert set(graphs) == {EDITION, other, REFERENCE_GRAPH}
    assert [row[2:6] for row in csv_rows(run("query", "lists", "--store", folder))[1:]] == [
        ["2024-01", "121", "102", "42"],
        ["2025-07", "121", "102", "43"],
    ]
    document.write_text("\n".join(lines), encoding="utf-8")
    run("build", document, "--store", folder, "--edition", "2024-01")
    with Embedded.open(folder) as opened:
        assert opened.graph(EDITION) == graphs[EDITION]
        assert opened.graph(other) != graphs[other]
        assert len(opened.graph(other)) == len(graphs[EDITION])
    run("validate", "--store", folder, "--edition", "2024-01")
    assert run.out.startswith(("warning", "note"))
    assert EDITION not in run.out


def test_build_check(run: Run, tmp_path: Path, real_document: Path, graph_file: Path) -> None:
    out = tmp_path / "out"
    run("build", real_document, "-o", out, "--check", code=1)
    assert run.err.count("is not current") == 2
    assert not out.exists()
    run("build", real_document, "-o", out)
    run("build", real_document, "-o", out, "--check")
    (out / graph_file.name).write_bytes((out / graph_file.name).read_bytes() + b"\n")
    run("build", real_document, "-o", out, "--check", code=1)
    assert run.err.count("is not current") == 1


def test_build_strict_is_content_with_warnings(
    run: Run, tmp_path: Path, real_document: Path
) -> None:
    run("build", real_document, "-o", tmp_path / "out", "--strict", "--lang", "en")
    assert "0 violations" in run.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "nowhere to put the graphs"),
        (["-o", "list.txt"], "cannot be made"),
        (["-o", "list.txt/below"], "cannot be made"),
        (["--store", "list.txt"], "is a file, not a store folder"),
        (["--store", "."], "is not empty and not a dutygraph store"),
    ],
)
def test_build_into_what_is_no_folder(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    real_document: Path,
    options: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    text = real_document.read_bytes()
    Path("list.txt").write_bytes(text)
    run("build", "list.txt", *options, code=2)
    assert run.err.splitlines()[-1].startswith("dutygraph: ")
    assert says in run.err.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["list.txt"]
    assert Path("list.txt").read_bytes() == text


def test_build_writes_all_or_nothing(run: Run, tmp_path: Path, real_document: Path) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "mine").touch()
    run("build", real_document, "-o", tmp_path / "out", "--store", tmp_path / "foreign", code=2)
    assert not (tmp_path / "out").exists()


def test_build_of_one_edition_twice(run: Run, tmp_path: Path, real_document: Path) -> None:
    run("build", real_document, real_document, "-o", tmp_path / "out", code=2)
    first, *_, last = run.err.splitlines()
    assert first == (
        f"dutygraph: {real_document}: holds the same list as {real_document} (left out)"
    )
    assert last == "1 of 2 documents read; 1 left out: 1 there already"
    assert len(list((tmp_path / "out").iterdir())) == 2
    said = run.refused(
        "build", real_document, real_document, "--edition", "2024", "-o", tmp_path / "o"
    )
    assert "are for one document" in said


def test_build_from_standard_input(tmp_path: Path, real_document: Path, graph_file: Path) -> None:
    done = program("build", "-", "-o", tmp_path, input=real_document.read_bytes())
    assert done.returncode == 0
    assert (tmp_path / graph_file.name).is_file()
    for bad in (b"", b"\xff\xfe\x00", b"nonsense"):
        failed = program("build", "-", "-o", tmp_path / "none", input=bad)
        assert (failed.returncode, failed.stdout, failed.stderr.count(b"\n")) == (2, b"", 1)
        assert failed.stderr.startswith(b"dutygraph: standard input: ")
        assert not (tmp_path / "none").exists()


# Languages


def test_languages(run: Run, tmp_path: Path, real_document: Path) -> None:
    run("build", real_document, "-o", tmp_path / "out", "--lang", "zh")
    assert "266 项（基本 121、配合 102、收回 43）" in run.err
    run("build", real_document, "-o", tmp_path / "out", "--lang", "en")
    assert "266 items (121 basic, 102 cooperative, 43 reclaimed)" in run.err
    zh, en = (run("validate", "--lang", lang) for lang in ("zh", "en"))
    assert zh.splitlines()[-1].startswith(f"{EDITION}: 违规 0")
    assert len(zh.splitlines()) == len(en.splitlines())
    assert "请" in zh
    assert "请" not in "".join(line for line in en.splitlines() if not line.startswith("    "))


@pytest.mark.parametrize(
    ("settings", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_TW.UTF-8"}, True),
        ({"LC_ALL": "zh_CN.GB18030", "LANG": "de_DE.UTF-8"}, True),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, False),
    ],
)
def test_the_locale_gives_the_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], chinese: bool
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert ("参数" in run("queries", "items")) == chinese
    assert "参数" in run("queries", "items", "--lang", "zh")
    assert "parameters" in run("queries", "items", "--lang", "en")


@pytest.mark.parametrize("locale", ["C", "POSIX", "zh_CN.GB18030", "C.UTF-8"])
def test_output_is_utf8_whatever_the_locale(locale: str) -> None:
    plain = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LC_", "LANG", "PYTHON"))
    }
    done = program(
        "query",
        "lists",
        env={**plain, "LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0
    assert "塔吉克阿巴提镇" in done.stdout.decode("utf-8")


# Pipes and folders


PIPED = [["export"], ["query", "lists"], ["validate"]]


@cache
def cut_short(*arguments: str) -> tuple[int, bytes]:
    """Exit code and complaints of a program whose reader goes away at once."""
    command = [sys.executable, "-m", "dutygraph", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    return process.returncode, said


@pytest.mark.parametrize("arguments", PIPED, ids=" ".join)
def test_a_reader_that_goes_away_hears_nothing(arguments: list[str]) -> None:
    assert cut_short(*arguments)[1] == b""


@pytest.mark.parametrize("arguments", PIPED, ids=" ".join)
def test_a_reader_that_goes_away_is_no_failure(arguments: list[str]) -> None:
    assert cut_short(*arguments)[0] == 0


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no full device here")
@pytest.mark.parametrize("arguments", [["export"], ["query", "duties"]], ids=" ".join)
def test_a_full_disk(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "dutygraph", *arguments]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1


def test_works_in_any_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, real_document: Path
) -> None:
    here = tmp_path / "目录 with blanks"
    here.mkdir()
    monkeypatch.chdir(here)
    Path("清单.txt").write_bytes(real_document.read_bytes())
    run("build", "清单.txt", "-o", "out", "--store", "store")
    run("query", "lists", "--store", "store", "-o", "lists.csv")
    run("validate", "out/653131101-2025-07.trig")
    run("export", "--no-reference", "-o", "all.trig")
    run("report", "--store", "store", "-o", "report")
    run("queries")
    run("sparql", COUNT)
    assert {path.name for path in here.iterdir()} == {
        "清单.txt", "out", "store", "lists.csv", "all.trig", "report",
    }  # fmt: skip


def test_the_program_works_in_any_folder(tmp_path: Path) -> None:
    done = program("query", "lists", "-o", "lists.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "lists.csv").is_file()


def test_relative_names_are_shown_as_given(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    Path("sub/empty.txt").touch()
    assert run.refused("build", "sub/empty.txt", "-o", "out") == "sub/empty.txt: the file is empty"


def test_a_graph_of_ours_is_what_the_graph_file_holds(run: Run, graph_file: Path) -> None:
    quads = set(pyoxigraph.parse(path=str(graph_file), format=RdfFormat.TRIG))
    digest = {q.object for q in quads if q.predicate.value == DG.sha256}
    (value,) = digest
    assert isinstance(value, Literal)
    assert len(value.value) == 64
    assert {str(q.graph_name).strip("<>") for q in quads} == {EDITION}
    run("export", "--no-reference")
    assert run.out.encode("utf-8") == graph_file.read_bytes()
