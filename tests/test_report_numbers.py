"""The report's tables against numbers worked out by hand (tests/readings/report.yaml), and sums."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dutygraph import query
from dutygraph.report.content import gather
from dutygraph.store import Embedded
from dutygraph.table import Table

READINGS = Path(__file__).parent / "readings"
Row = dict[str, Any]


@cache
def reading(name: str) -> Any:
    return yaml.safe_load((READINGS / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables(packaged: Embedded) -> dict[str, Table]:
    return gather(packaged).tables


@pytest.fixture(scope="module")
def duties(packaged: Embedded) -> list[Row]:
    """A row per cooperative duty and party; a joint duty has a row for each of its parties."""
    return [row for row in query.run(packaged, "duties") if row["list"] == "cooperative"]


@pytest.fixture(scope="module")
def named(packaged: Embedded) -> dict[str, list[str]]:
    """Departments that each cooperative item names, by its key."""
    return {
        str(row["key"]): str(row["departments"]).split("、")
        for row in query.run(packaged, "items")
        if row["list"] == "cooperative"
    }


ENTRIES: list[Row] = reading("report")
NUMBERS = [(entry, column) for entry in ENTRIES for column in entry.get("values", ())]


def name(entry: Row) -> str:
    parts = entry["key"].values()
    return "-".join(
        [entry["table"], *("-".join(p) if isinstance(p, list) else p or "none" for p in parts)]
    )


def ends(row: Row, tables: dict[str, Table]) -> set[str]:
    """The two departments of a pair or an edge."""
    if "source" not in row:
        return {row["department_a"], row["department_b"]}
    labels = {node["id"]: str(node["label"]) for node in tables["nodes"]}
    return {labels[row["source"]], labels[row["target"]]}


def find(tables: dict[str, Table], entry: Row) -> list[Row]:
    key = dict(entry["key"])
    pair = key.pop("departments", None)
    return [
        row
        for row in tables[entry["table"]]
        if all((row[column] or "") == value for column, value in key.items())
        and (pair is None or ends(row, tables) == set(pair))
    ]


@pytest.mark.parametrize(
    ("entry", "column"), NUMBERS, ids=[f"{name(entry)}-{column}" for entry, column in NUMBERS]
)
def test_number(tables: dict[str, Table], entry: Row, column: str) -> None:
    (row,) = find(tables, entry)
    expected = entry["values"][column]["value"]
    if isinstance(expected, str) and re.fullmatch(r"\d+/\d+", expected):
        expected = float(Fraction(expected))
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        digits = entry["values"][column].get("digits")
        rel = 10.0 ** (1 - digits) / 2 if digits else 1e-9
        expected = pytest.approx(expected, rel=rel, abs=1e-12)
        assert row[column] is not None
        assert not isinstance(row[column], bool)
    assert row[column] == expected


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if "rows" in e], ids=lambda entry: name(entry)
)
def test_no_such_row(tables: dict[str, Table], entry: Row) -> None:
    assert len(find(tables, entry)) == entry["rows"]


# The reading itself


def test_the_reading_covers_every_table_and_states_its_grounds() -> None:
    assert min(Counter(entry["table"] for entry, _ in NUMBERS).values()) >= 5
    for entry, column in NUMBERS:
        if entry["table"] != "categories":
            assert "how" in entry["values"][column], (name(entry), column)


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if "items" in e], ids=lambda entry: name(entry)
)
def test_items_of_the_reading_are_those_of_the_cooperative_reading(entry: Row) -> None:
    cooperative = reading("cooperative")
    key = entry["key"]
    if "party" in key:  # where it has duties
        found = [
            number
            for number, item in cooperative.items()
            if any(key["party"] in duty["party"] for duty in item["duties"])
        ]
    else:
        wanted = set(key.get("departments", ())) or {key.get("department", key.get("label"))}
        found = [n for n, item in cooperative.items() if wanted <= set(item["departments"])]
    assert found == entry["items"]


# Sums over whole tables


def total(table: Table, column: str) -> float:
    return math.fsum(row[column] or 0 for row in table)  # type: ignore[misc]


def measure(tables: dict[str, Table], wanted: str) -> Any:
    (row,) = [row for row in tables["measures"] if row["measure"] == wanted]
    return row["value"]


def test_fractions_of_departments_add_up(tables: dict[str, Table]) -> None:
    load = tables["department-load"]
    # Every one of the 102 cooperative items names a department; the town has 340 duties in them.
    assert total(load, "items_fractional") == pytest.approx(102)
    assert total(load, "town_duties_fractional") == pytest.approx(340)
    assert total(load, "share") == pytest.approx(1)
    # The 74 items with one department hold 243 of them. Those with several hold 97; counted for
    # each of their departments, 2·11 + 3·3 + 2·4 + … = 290.
    assert total(load, "share_low") == pytest.approx(243 / 340)
    assert total(load, "share_high") == pytest.approx((243 + 290) / 340)


def test_bounds_hold(tables: dict[str, Table]) -> None:
    for row in tables["department-load"]:
        values: Row = row
        assert values["share_low"] <= values["share"] + 1e-12, row["department"]
        assert values["share"] <= values["share_high"] + 1e-12, row["department"]
        if values["lean"] is not None:
            assert 0 <= values["lean_low"] <= values["lean"] <= values["lean_high"] <= 1
        assert values["net"] == values["items"] - values["taken_back"]


def test_load_against_the_rows_of_the_duties(
    tables: dict[str, Table], duties: list[Row], named: dict[str, list[str]]
) -> None:
    town: Counter[str] = Counter()
    unattributed: Counter[str] = Counter()
    by_party: Counter[tuple[str, str]] = Counter()
    for duty in duties:
        if duty["party_kind"] == "department":
            by_party[duty["party"], duty["attribution"]] += 1
            continue
        counter = town if duty["party_kind"] == "town" else unattributed
        counter.update(named[duty["key"]])
    seen = set()
    for row in tables["department-load"]:
        department = str(row["department"])
        seen.add(department)
        assert row["own_duties"] == by_party[department, "sole"], department
        assert row["joint_duties"] == by_party[department, "joint"], department
        assert row["town_duties"] == town[department], department
        assert row["unattributed_duties"] == unattributed[department], department
    assert seen >= {party for party, _ in by_party}
    assert seen >= {department for names in named.values() for department in names}


def test_actions_of_a_party_add_up(tables: dict[str, Table], duties: list[Row]) -> None:
    """A duty counts for each of its actions, and for the empty one where it has none."""
    counted: Counter[tuple[str, str]] = Counter()
    for duty in duties:
        for action in dict.fromkeys(str(duty["actions"] or "").split()) or [""]:
            counted[duty["party"] or "", action] += 1
    found = {(str(r["party"] or ""), str(r["action"] or "")): r for r in tables["actions"]}
    assert {key: row["duties"] for key, row in found.items()} == counted
    assert len(found) == len(tables["actions"])
    shares: dict[str, list[Any]] = defaultdict(list)
    sums: Counter[str] = Counter()
    for (party, _), number in counted.items():
        sums[party] += number
    for key, row in found.items():
        shares[key[0]].append(row["share"])
        assert row["share"] == pytest.approx(counted[key] / sums[key[0]])
    for party, values in shares.items():
        assert math.fsum(values) == pytest.approx(1), party


def test_categories_add_up(tables: dict[str, Table]) -> None:
    categories = tables["categories"]
    assert len(categories) == 22  # 20 of the basic list, 商贸流通 and 教育培训监管
    assert total(categories, "basic") == 121
    assert total(categories, "cooperative") == 102
    assert total(categories, "reclaimed") == 43


def test_network_adds_up(tables: dict[str, Table]) -> None:
    edges = {frozenset(ends(row, tables)): row for row in tables["edges"]}
    pairs = {frozenset(ends(row, tables)): row for row in tables["department-pairs"]}
    assert edges.keys() == pairs.keys()
    assert len(edges) == len(tables["edges"])
    assert len(pairs) == len(tables["department-pairs"])
    for pair, edge in edges.items():
        assert edge["weight"] == edge["items"] == pairs[pair]["items"]
        assert str(edge["item_keys"]) == str(pairs[pair]["item_keys"])
        assert len(str(edge["item_keys"]).split()) == edge["weight"]
    # Pairs by item: 13 items name two departments, 9 three, 3 four; 90, 25, 57 five, six, eight.
    assert total(tables["edges"], "weight") == 13 + 9 * 3 + 3 * 6 + 10 + 15 + 28
    # An item with n > 1 departments gives its n(n−1)/2 pairs 1/(n−1) each, n/2 in all. The 28 such
    # items name 13·2 + 9·3 + 3·4 + 5 + 6 + 8 = 84 departments.
    assert total(tables["edges"], "weight_newman") == pytest.approx(84 / 2)
    degree: Counter[str] = Counter()
    strength: Counter[str] = Counter()
    for pair, edge in edges.items():
        for department in pair:
            degree[department] += 1
            strength[department] += int(edge["weight"] or 0)
    nodes = tables["nodes"]
    for node in nodes:
        assert node["degree"] == degree[str(node["label"])], node["label"]
        assert node["strength"] == strength[str(node["label"])], node["label"]
    assert {str(node["label"]) for node in nodes} >= set(degree)
    assert measure(tables, "network_nodes") == len(nodes)
    assert measure(tables, "network_edges") == len(edges)
    assert measure(tables, "network_isolated") == sum(node["degree"] == 0 for node in nodes)


def test_no_pair_is_significant(tables: dict[str, Table]) -> None:
    """See the note on q_value in the reading: all of them are 1."""
    for row in tables["department-pairs"]:
        assert row["significant"] is False
        assert row["q_value"] == pytest.approx(1)
        assert 0 < float(row["p_value"] or 0) <= 1


def test_nodes_say_what_the_load_table_says(tables: dict[str, Table]) -> None:
    load = {row["department"]: row for row in tables["department-load"]}
    for node in tables["nodes"]:
        row = load[node["label"]]
        for column in ("items", "town_duties", "own_duties", "lean", "share", "net"):
            assert node[column] == row[column], (node["label"], column)
