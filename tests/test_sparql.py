"""A user's own SPARQL: what is refused, and the standard result format."""

from __future__ import annotations

import json

import pytest

from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.sparql import MAX_DEPTH, check, construct, export, query_kind, results_json
from dutygraph.store import Embedded

CALLS = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<http://127.0.0.1:9/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o . FILTER EXISTS { SERVICE ?e { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p ?o MINUS {SERVICE<http://127.0.0.1:9/>{?s ?p ?o}} }",
    "SELECT * { ?s ?p ?o } # x\nVALUES ?x { 1 } SERVICE <http://127.0.0.1:9/> {}",
]
BENIGN = [
    'SELECT * { ?s ?p "SERVICE <x> {}" }',
    "SELECT * { ?s ?p ?service }",
    "SELECT * { ?s <http://example.org/SERVICE> ?o }",
    "SELECT * { ?s ?p ?o } # SERVICE <x>",
    "PREFIX service: <http://example.org/> SELECT * { ?s service:x ?o }",
    "PREFIX ex: <http://example.org/> SELECT * { ?s ex:SERVICE ?o }",
]


@pytest.mark.parametrize("query", CALLS)
def test_no_query_calls_another_server(query: str) -> None:
    with pytest.raises(UsageError, match="SERVICE"):
        check(query)


@pytest.mark.parametrize("query", BENIGN)
def test_the_word_itself_is_no_call(query: str, packaged: Embedded) -> None:
    check(query)
    packaged.select(query)


def test_nesting_is_limited_before_the_engine_sees_it() -> None:
    check("ASK " + "{" * MAX_DEPTH + "}" * MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 10 * MAX_DEPTH, 3000):
        with pytest.raises(UsageError, match="deeper"):
            check("ASK " + "{" * depth + "}" * depth)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("select * {}", "SELECT"),
        ("# comment\nPREFIX a: <b> ASK {}", "ASK"),
        ("BASE <x> PREFIX : <y>\nCONSTRUCT WHERE {}", "CONSTRUCT"),
        ("DESCRIBE <x>", "DESCRIBE"),
    ],
)
def test_kinds(query: str, kind: str) -> None:
    assert query_kind(query) == kind


@pytest.mark.parametrize("query", ["", "DROP ALL", "INSERT DATA {}", "LOAD <x>", "hello"])
def test_no_update_is_a_query(query: str) -> None:
    with pytest.raises(UsageError):
        query_kind(query)


def test_standard_json(packaged: Embedded) -> None:
    query = 'SELECT ?a ?b ?c ?d { VALUES (?a ?b ?c ?d) { (<http://x/> "y"@zh 1 UNDEF) } }'
    found = json.loads(results_json(packaged, query, "SELECT"))
    assert found["head"] == {"vars": ["a", "b", "c", "d"]}
    assert found["results"]["bindings"] == [
        {
            "a": {"type": "uri", "value": "http://x/"},
            "b": {"type": "literal", "value": "y", "xml:lang": "zh"},
            "c": {
                "type": "literal",
                "value": "1",
                "datatype": "http://www.w3.org/2001/XMLSchema#integer",
            },
        }
    ]
    assert json.loads(results_json(packaged, "ASK {}", "ASK")) == {"head": {}, "boolean": True}


def test_construct(packaged: Embedded) -> None:
    text = "CONSTRUCT { <http://x/> <http://y/> 1 } WHERE {}"
    assert construct(packaged, text, "ntriples").startswith("<http://x/> <http://y/>")
    with pytest.raises(UnknownNameError, match="turtle"):
        construct(packaged, text, "csv")


def test_export_of_what_is_not_there(packaged: Embedded) -> None:
    with pytest.raises(UnknownNameError, match="653131101 2025-07"):
        export(packaged, "trig", town="1")
    with pytest.raises(UnknownNameError, match="trig"):
        export(packaged, "pdf")
