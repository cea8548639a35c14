"""Findings of an edition: recorded ones and those of shapes, placed in the source."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from dutygraph import graph, rdf
from dutygraph.cli import main
from dutygraph.errors import UnknownNameError
from dutygraph.model import DutyList, Severity
from dutygraph.shacl import has_fast_engine, run_fast, run_pyshacl
from dutygraph.store import Embedded
from dutygraph.validate import (
    Result,
    counts,
    report_turtle,
    validate_edition,
    validate_list,
    validate_quads,
    worst,
)
from dutygraph.vocab import DCTERMS, DG

ITEM = "https://w3id.org/dutygraph/id/item/653131101/2025-07/cooperative/57"
DUTY = "https://w3id.org/dutygraph/id/duty/653131101/2025-07/cooperative/57/town/2"


def without(quads: list[Quad], subject: str, predicate: str) -> list[Quad]:
    return [
        q for q in quads if (q.subject, q.predicate) != (NamedNode(subject), NamedNode(predicate))
    ]


def of_shapes(results: list[Result]) -> list[Result]:
    return [r for r in results if r.shape]


def test_the_real_edition(real_list: DutyList) -> None:
    results = validate_list(real_list)
    assert of_shapes(results) == []
    assert len(results) == len(real_list.findings)
    assert worst(results) is Severity.WARNING
    assert counts(results)[Severity.VIOLATION] == 0
    assert {r.code for r in results} == {f.code for f in real_list.findings}


def test_every_finding_says_where_in_two_languages(real_list: DutyList) -> None:
    for result in validate_list(real_list):
        assert result.line
        assert result.quote
        assert result.message_zh != result.message_en
        assert result.message("zh") == result.message_zh
        assert result.source == "https://w3id.org/dutygraph/id/source/653131101/2025-07"


@pytest.mark.parametrize(
    ("subject", "predicate", "code", "quote"),
    [
        (ITEM, DCTERMS.title, "ItemTitle", ""),
        (DUTY, DG.side, "DutySide", "负责落实上级关于气、水、土壤"),
    ],
)
def test_a_fault_is_placed_in_the_source(
    real_list: DutyList, subject: str, predicate: str, code: str, quote: str
) -> None:
    quads = without(graph.quads(real_list), subject, predicate)
    faults = [r for r in of_shapes(validate_quads(quads)) if r.code == code]
    (fault,) = faults
    # Row 57 of the cooperative table stands on line 295.
    assert (fault.line, fault.item, fault.list_kind) == (295, "57", "cooperative")
    assert fault.quote.startswith(quote)
    assert fault.severity is Severity.VIOLATION


def test_a_fault_of_the_whole_list_names_the_culprit(real_list: DutyList) -> None:
    quads = [
        Quad(q.subject, q.predicate, Literal("56"), q.graph_name)
        if q.subject == NamedNode(ITEM) and q.predicate == NamedNode(DCTERMS.identifier)
        else q
        for q in graph.quads(real_list)
    ]
    found = [r for r in of_shapes(validate_quads(quads)) if r.code in ("ListKey", "ItemKey")]
    assert found
    assert {r.line for r in found} <= {294, 295}


@pytest.mark.skipif(not has_fast_engine(), reason="the package shacl has no wheel here")
def test_both_engines_say_the_same_of_the_real_edition(real_list: DutyList) -> None:
    quads = without(graph.quads(real_list), ITEM, DCTERMS.title)
    data = rdf.ntriples([*quads, *graph.reference_quads()])
    fast, reference = run_fast(data), run_pyshacl(data)
    assert fast
    assert [(r.focus, r.shape, r.severity, r.messages) for r in fast] == [
        (r.focus, r.shape, r.severity, r.messages) for r in reference
    ]


def test_the_report_is_turtle_and_as_shacl_has_it(real_list: DutyList) -> None:
    results = validate_quads(without(graph.quads(real_list), ITEM, DCTERMS.title))
    text = report_turtle(results)
    triples = list(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE))
    sh = "http://www.w3.org/ns/shacl#"
    assert sum(t.predicate.value == sh + "result" for t in triples) == len(results)
    (conforms,) = [t.object for t in triples if t.predicate.value == sh + "conforms"]
    assert isinstance(conforms, Literal)
    assert conforms.value == "false"
    assert "sh:conforms true" in report_turtle([])


def test_an_edition_that_is_not_there(packaged: Embedded) -> None:
    with pytest.raises(UnknownNameError, match="653131101 2025-07"):
        validate_edition(packaged, "653131101", "1999")


def test_exit_codes(
    real_list: DutyList, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.trig", tmp_path / "bad.trig"
    quads = graph.quads(real_list)
    good.write_bytes(rdf.to_bytes(quads))
    bad.write_bytes(rdf.to_bytes(without(quads, ITEM, DCTERMS.title)))
    assert main(["validate", str(good)]) == 0
    capsys.readouterr()
    assert main(["validate", str(bad), "--format", "json"]) == 1
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["severity"], first["code"], first["line"]) == ("violation", "ItemTitle", 295)


def test_an_edition_under_another_tool_version_is_still_valid(real_list: DutyList) -> None:
    other = replace(real_list, edition="2026-01")
    assert of_shapes(validate_list(other)) == []
