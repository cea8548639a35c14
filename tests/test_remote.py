"""A real SPARQL endpoint (the `oxigraph` program from PyPI), and servers that are none.

The saved queries against it are in test_expected.py.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dutygraph import query
from dutygraph.cli import main
from dutygraph.errors import RemoteError, UsageError
from dutygraph.report.content import gather
from dutygraph.store import Embedded, Remote
from dutygraph.validate import editions, validate_edition


def test_select_ask_construct(endpoint: str, packaged: Embedded) -> None:
    remote = Remote(endpoint)
    count = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert remote.select(count) == packaged.select(count)
    assert remote.ask("ASK { GRAPH ?g { ?s ?p ?o } }")
    assert not remote.ask("ASK { ?s ?p ?o }")
    sample = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s a <https://w3id.org/dutygraph/ontology#Town> ; ?p ?o } }"
    assert set(remote.construct(sample)) == set(packaged.construct(sample))


def test_parameters(endpoint: str, packaged: Embedded) -> None:
    which: dict[str, str | int] = {
        "town": "塔吉克阿巴提镇",
        "list": "cooperative",
        "department": "公安局",
    }
    assert (
        query.run(Remote(endpoint), "items", which).rows == query.run(packaged, "items", which).rows
    )


def test_validation_through_an_endpoint(endpoint: str, packaged: Embedded) -> None:
    remote = Remote(endpoint)
    assert editions(remote) == editions(packaged)
    assert validate_edition(remote, "653131101", "2025-07") == validate_edition(
        packaged, "653131101", "2025-07"
    )


def test_command_line(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "lists", "--endpoint", endpoint, "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["basic"], row["cooperative"], row["reclaimed"]) == (121, 102, 43)


def test_the_report_is_the_same_through_an_endpoint(endpoint: str, packaged: Embedded) -> None:
    one, other = gather(Remote(endpoint)), gather(packaged)
    assert one.tables == other.tables
    assert (one.title, one.markings, one.sha256) == (other.title, other.markings, other.sha256)


def test_a_query_that_is_not_valid(endpoint: str) -> None:
    with pytest.raises(UsageError, match="refused"):
        Remote(endpoint).select("SELECT nonsense")


ANSWERS = {
    "/html": (200, "text/html", b"<html>hello</html>"),
    "/error-object": (200, "application/sparql-results+json", b'{"error": "no"}'),
    "/cut-off": (
        200,
        "application/sparql-results+json",
        b'{"head": {"vars": ["s"]}, "results": {"bin',
    ),
    "/not-json": (200, "application/sparql-results+json", b"hello"),
    "/ask-answer": (200, "application/sparql-results+json", b'{"head": {}, "boolean": true}'),
    "/broken": (500, "text/plain", b"out of order"),
    "/missing": (404, "text/plain", b"not here"),
}


@pytest.fixture(scope="module")
def liar() -> Iterator[str]:
    """A server that is no SPARQL endpoint."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, kind, body = ANSWERS[self.path]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.parametrize("path", ANSWERS)
def test_what_is_no_endpoint_gives_one_clear_error(liar: str, path: str) -> None:
    with pytest.raises((RemoteError, UsageError)) as caught:
        Remote(liar + path).select("SELECT ?s WHERE { ?s ?p ?o }")
    assert "\n" not in str(caught.value)


def test_nobody_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "lists", "--endpoint", "http://127.0.0.1:1/"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "127.0.0.1:1" in error


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://example.org/", "example.org"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UsageError):
        Remote(address)
