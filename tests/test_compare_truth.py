"""The comparison finds what the simulator did, given the true alignment."""

from __future__ import annotations

from typing import Any

import pytest

from dutygraph.compare.aligning import given
from dutygraph.compare.comparison import compare_tables
from dutygraph.compare.listing import Listing, listings
from dutygraph.compare.wording import similarity, words_of
from dutygraph.reference import department_types
from dutygraph.simulate import Corpus, simulate
from dutygraph.table import Column, Table, Value

SEED = 11
NAMES = "division_a edition_a list_a key_a division_b edition_b list_b key_b relation confidence".split()
_PARTS = {"divided": "narrower", "merged": "broader"}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return simulate(towns=2, seed=SEED, editions=3)


@pytest.fixture(scope="module")
def events(corpus: Corpus) -> list[dict[str, Any]]:
    return list(corpus.truth_table("events"))


@pytest.fixture(scope="module")
def by_town(corpus: Corpus, events: list[dict[str, Any]]) -> dict[str, dict[str, Table]]:
    """The comparison of each town's editions."""
    pairs: dict[tuple[str, ...], str] = {}
    for event in events:
        if event["key_from"] and event["key_to"]:
            ends = [event["division"], event["edition_from"], event["list_from"], event["key_from"]]
            ends += [event["division"], event["edition_to"], event["list_to"], event["key_to"]]
            relation = _PARTS.get(event["change"], "")
            pairs[tuple(ends)] = relation or pairs.get(tuple(ends), "exact")
    # The pairs of one step a table, as the alignment gives them.
    steps: dict[tuple[str, ...], list[tuple[Value, ...]]] = {}
    for ends, relation in pairs.items():
        steps.setdefault((*ends[:2], ends[5]), []).append((*ends, relation, 1.0))
    columns = tuple(Column(name) for name in NAMES)
    alignment = given([Table("pairs", columns, rows) for rows in steps.values()])
    tables = corpus.tables()
    out = {}
    for division in sorted({one.division for one in listings(tables)}):
        some = [one for one in listings(tables) if one.division == division]
        out[division] = compare_tables(tables, some, alignment)
    return out


def rows_of(by_town: dict[str, dict[str, Table]], event: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of the differences that are about an event."""
    wanted = {
        "edition_a": event["edition_from"],
        "list_a": event["list_from"] or None,
        "key_a": event["key_from"] or None,
        "edition_b": event["edition_to"],
        "list_b": event["list_to"] or None,
        "key_b": event["key_to"] or None,
    }
    table = by_town[event["division"]]["differences"]
    return [row for row in table if all(row[name] == value for name, value in wanted.items())]


def test_every_event_is_a_row(
    events: list[dict[str, Any]], by_town: dict[str, dict[str, Table]]
) -> None:
    kinds = {"added": "only_b", "dropped": "only_a"}
    assert {event["change"] for event in events} >= {
        "kept",
        "reworded",
        "moved",
        "added",
        "dropped",
    }
    for event in events:
        (row,) = rows_of(by_town, event)
        assert row["kind"] == kinds.get(event["change"], "shared"), event
        if event["change"] == "moved":
            assert row["moved"] is True
        elif event["change"] == "reworded":
            assert row["reworded"] is True
        elif event["change"] == "category":
            assert row["category_changed"] is True


def test_departments_that_came_and_went(
    events: list[dict[str, Any]], by_town: dict[str, dict[str, Table]]
) -> None:
    found = [event for event in events if event["change"] == "departments"]
    assert len(found) >= 5
    for event in found:
        (row,) = rows_of(by_town, event)
        sign, key = event["detail"][0], event["detail"][1:]
        changed = row["departments_added" if sign == "+" else "departments_removed"]
        kind = department_types()[key]
        forms = {kind.zh, *(name for name, _ in kind.names)}
        # A party body keeps 县委 before its name.
        assert any(name.endswith(tuple(forms)) for name in changed.split("、")), event


def test_splits_that_changed(
    events: list[dict[str, Any]], by_town: dict[str, dict[str, Table]]
) -> None:
    found = [event for event in events if event["change"] == "split"]
    assert len(found) >= 5
    for event in found:
        (row,) = rows_of(by_town, event)
        assert row["split_changed"] is True, event
        kind = "party" if event["detail"].startswith("given to") else "only_a"
        text = event["detail"].partition(": ")[2]
        duties = [
            duty
            for duty in by_town[event["division"]]["duty-differences"]
            if duty["edition_a"] == event["edition_from"]
            and event["key_from"] in duty["key_a"].split()
        ]
        # A printed duty names the department and ends in ；, so it is only much like the truth.
        assert any(
            duty["kind"] == kind and similarity(words_of(str(duty["text_a"])), words_of(text)) > 0.7
            for duty in duties
        ), event


def test_items_that_came_back(
    events: list[dict[str, Any]], by_town: dict[str, dict[str, Table]]
) -> None:
    """Every item that the simulator moved from the reclaimed table returned, and no other one."""
    wanted = {
        (
            e["division"],
            e["edition_from"],
            e["key_from"],
            e["edition_to"],
            e["list_to"],
            e["key_to"],
        )
        for e in events
        if e["list_from"] == "reclaimed" and e["list_to"] in ("cooperative", "basic")
    }
    found = {
        tuple(row[n] for n in ("division", "edition", "key", "edition_to", "list_to", "key_to"))
        for tables in by_town.values()
        for row in tables["rebounds"]
        if row["kind"] == "returned"
    }
    assert found == wanted
    assert wanted


def test_numbers_of_a_step_add_up(by_town: dict[str, dict[str, Table]]) -> None:
    for tables in by_town.values():
        assert len(tables["editions"]) == 2
        for row in tables["editions"]:
            shared = row["kept"] + row["reworded"] + row["moved"]
            whole = shared + row["added"] + row["dropped"] + row["uncertain"]
            assert row["jaccard"] == pytest.approx(shared / whole)
            similar = next(
                one
                for one in tables["list-similarity"]
                if one["list"] == "all" and one["edition_a"] == row["edition_a"]
            )
            assert similar["shared"] == shared


def test_towns_by_true_concepts() -> None:
    corpus = simulate(towns=6, seed=SEED)
    items = corpus.truth_table("items")
    columns = tuple(
        Column(name)
        for name in "division edition list key concept label relation confidence".split()
    )
    rows: list[tuple[Value, ...]] = [
        (r["division"], r["edition"], r["list"], r["key"], r["concept"], r["concept"], "exact", 1.0)
        for r in items
    ]
    tables = corpus.tables()
    some: list[Listing] = listings(tables)
    found = compare_tables(tables, some, given(Table("mappings", columns, rows)))
    towns: dict[str, set[str]] = {}
    for item in items:
        towns.setdefault(str(item["concept"]), set()).add(str(item["division"]))
    assert {r["concept"]: r["towns"] for r in found["concepts"]} == {
        concept: len(of) for concept, of in towns.items()
    }
    for row in found["town-matrix"]:
        a, b = ({c for c, of in towns.items() if row[f"division_{side}"] in of} for side in "ab")
        assert row["jaccard"] == pytest.approx(len(a & b) / len(a | b))
