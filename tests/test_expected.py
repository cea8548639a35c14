"""Every saved query gives its expected result, and the same one on three engines.

The expected results in tests/queries/ are made from the document and the readings by eye
(tests/queries/from_readings.py), not from the program. They hold the columns that can be known so.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dutygraph import query, rdf
from dutygraph.store import Embedded, RdflibStore, Remote
from dutygraph.table import Table

EXPECTED = Path(__file__).parent / "queries"
QUERIES = sorted(query.load_queries())


@pytest.fixture(scope="session")
def with_rdflib(packaged: Embedded) -> RdflibStore:
    return RdflibStore(rdf.to_rdflib(packaged))


def cells(table: Table, columns: list[str]) -> list[list[str]]:
    """Values as the expected files write them."""
    return [
        [
            "" if row[c] is None else f"{row[c]:g}" if isinstance(row[c], float) else str(row[c])
            for c in columns
        ]
        for row in table
    ]


@pytest.mark.parametrize("name", [n for n in QUERIES if n != "actions"])
def test_expected_result(packaged: Embedded, name: str) -> None:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        columns, *rows = list(csv.reader(file))
    found = cells(query.run(packaged, name), columns)
    if any("." in value for row in rows for value in row[4:6]):
        # Six decimals were written by hand; %g gives six digits.
        rows = [[f"{float(v):g}" if _decimal(v) else v for v in row] for row in rows]
    assert found == rows


def _decimal(text: str) -> bool:
    return text.count(".") == 1 and text.replace(".", "").isdigit()


@pytest.mark.parametrize("name", QUERIES)
def test_the_same_on_rdflib(packaged: Embedded, with_rdflib: RdflibStore, name: str) -> None:
    assert query.run(with_rdflib, name).rows == query.run(packaged, name).rows


@pytest.mark.parametrize("name", QUERIES)
def test_the_same_on_an_endpoint(packaged: Embedded, endpoint: str, name: str) -> None:
    assert query.run(Remote(endpoint), name).rows == query.run(packaged, name).rows


def test_actions_add_up(packaged: Embedded) -> None:
    """The actions query counts what the duties query lists."""
    duties = {
        (d["key"], d["side"], d["position"]): (d["party_kind"], str(d["actions"] or ""))
        for d in query.run(packaged, "duties")
    }
    counted: dict[tuple[str, str], int] = {}
    for kind, actions in duties.values():
        for action in actions.split() or [""]:
            counted[str(kind), action] = counted.get((str(kind), action), 0) + 1
    found = {
        (str(r["party_kind"]), str(r["action"])): r["duties"]
        for r in query.run(packaged, "actions")
    }
    assert found == counted
