"""Synthetic towns: sound, marked, reproducible, and with what was planted in them."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import towns
from pyoxigraph import NamedNode

from dutygraph import graph
from dutygraph.model import Attribution, DutyList, Item, ListKind, Side
from dutygraph.network import across, nestedness, similarity
from dutygraph.network.editions import table_of
from dutygraph.network.load import department_load
from dutygraph.query import load_queries, run
from dutygraph.reference import divisions
from dutygraph.store import Embedded
from dutygraph.table import Column, Table, Value
from dutygraph.validate import validate_list
from dutygraph.vocab import ID, SYNTHETIC_ID

TOWNS = 30
NOTHING = dict.fromkeys(
    "drop_items reword_titles move_items add_departments remove_departments drop_duties "
    "unattribute_duties join_duties".split(),
    0.0,
)


@pytest.fixture(scope="module")
def lists(real_list: DutyList) -> list[DutyList]:
    return list(towns.synthetic_towns(real_list, TOWNS))


@pytest.fixture(scope="module")
def store(lists: list[DutyList]) -> Iterator[Embedded]:
    quads = (quad for one in lists for quad in graph.quads(one))
    with Embedded.in_memory(quads) as store:
        store.replace(ID["reference"], graph.reference_quads())
        yield store


@pytest.fixture(scope="module")
def tables(store: Embedded) -> dict[str, Table]:
    return {name: run(store, name) for name in load_queries()}


@pytest.fixture(scope="module")
def types(tables: dict[str, Table]) -> Table:
    load = department_load(*(tables[name] for name in ("items", "duties", "departments")))
    return across.type_load(load, tables["items"], tables["duties"])


def only(real: DutyList, n: int = 3, **rates: float) -> list[DutyList]:
    """Towns in which nothing happens but what the rates say."""
    chances = {**NOTHING, **rates}
    made = towns.synthetic_towns(real, n, towns.SEED, outlier=None, pair=None, **chances)
    return list(made)


def cooperative(one: DutyList) -> list[Item]:
    return [item for item in one.items if item.kind is ListKind.COOPERATIVE]


# What a town is


def test_the_same_seed_gives_the_same_towns(real_list: DutyList, lists: list[DutyList]) -> None:
    assert list(towns.synthetic_towns(real_list, 8)) == lists[:8]
    other = list(towns.synthetic_towns(real_list, 2, towns.SEED + 1))
    assert other[0].town == lists[0].town
    assert other[0].items != lists[0].items
    assert lists[0].items != lists[1].items


def test_everything_is_marked_as_simulated(lists: list[DutyList]) -> None:
    for number, one in enumerate(lists, 1):
        assert one.synthetic
        assert one.town.name == f"模拟{number:03d}乡"
        assert "模拟数据" in one.title
        assert one.markings == ("模拟数据",)
        assert one.town.code not in divisions().divisions
        assert (one.town.code, one.town.scheme) == (str(653131900 + number), "")
    real = (ID["division"], ID["identifier"], ID["software"])
    for quad in graph.quads(lists[6]):
        assert isinstance(quad.graph_name, NamedNode)
        assert quad.graph_name.value.startswith(SYNTHETIC_ID.base)
        assert isinstance(quad.subject, NamedNode)
        assert quad.subject.value.startswith((SYNTHETIC_ID.base, *real))


def test_towns_are_valid(lists: list[DutyList]) -> None:
    # Not even a warning; the planted outlier is among them.
    assert [result for one in lists[:8] for result in validate_list(one)] == []


def test_items_duties_and_splits_agree(lists: list[DutyList]) -> None:
    for one in lists:
        numbers = {kind: [i.number for i in one.items if i.kind is kind] for kind in ListKind}
        assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
        assert [item.place.line for item in one.items] == list(range(2, len(one.items) + 2))
        for item in one.items:
            assert item.key == str(item.number)
            parties = {s.department: set(s.duties) for s in item.splits}
            for side in Side:
                positions = [duty.position for duty in item.duties if duty.side is side]
                assert positions == list(range(1, len(positions) + 1))
            for duty in item.duties:
                carriers = {
                    d for d, carried in parties.items() if (duty.side, duty.position) in carried
                }
                assert carriers == ({None} if duty.side is Side.TOWN else set(duty.parties))
                several = min(len(duty.parties), 2) if duty.side is Side.DEPARTMENT else 1
                assert list(Attribution)[(2, 0, 1)[several]] is duty.attribution
            if item.kind is ListKind.COOPERATIVE:
                assert {duty.side for duty in item.duties} == set(Side)
            named = {split.department for split in item.splits if split.named} - {None}
            assert named == set(item.departments)
            assert bool(named) == (item.kind is not ListKind.BASIC)


# What each rate does


def test_without_rates_a_town_is_the_real_list_under_another_name(real_list: DutyList) -> None:
    (one,) = only(real_list, 1)
    same = [
        (i.kind, i.number, i.category, i.title, i.departments, i.method) for i in real_list.items
    ]
    assert [
        (i.kind, i.number, i.category, i.title, i.departments, i.method) for i in one.items
    ] == same
    for made, item in zip(one.items, real_list.items, strict=True):
        kept = [(d.side, d.text, d.parties, d.attribution, d.actions) for d in item.duties]
        assert [(d.side, d.text, d.parties, d.attribution, d.actions) for d in made.duties] == kept
        assert [replace(s, catch_all="") for s in item.splits] == list(made.splits)


def test_items_are_dropped_at_the_rate(real_list: DutyList) -> None:
    made = only(real_list, 40, drop_items=0.2)
    sizes = [len(one.items) / len(real_list.items) for one in made]
    # Each town drops between 4 % and 36 %; the mean of 40 towns has a standard error of 1.6 %.
    assert 0.75 < math.fsum(sizes) / len(sizes) < 0.85
    assert min(sizes) < 0.74
    assert max(sizes) > 0.86


def test_titles_are_reworded(real_list: DutyList) -> None:
    for one in only(real_list, reword_titles=0.5):
        changed = [
            (item.title, made.title)
            for item, made in zip(real_list.items, one.items, strict=True)
            if item.title != made.title
        ]
        # 266 titles, so half of them ± 4 standard errors of 8
        assert abs(len(changed) - 133) < 33
        assert all(made for _, made in changed)


def test_items_move_with_what_their_new_list_has(real_list: DutyList) -> None:
    for one in only(real_list, move_items=0.3):
        assert len(one.items) == len(real_list.items)
        assert Counter(i.kind for i in one.items) != Counter(i.kind for i in real_list.items)
        for item in one.items:
            assert bool(item.duties) == (item.kind is ListKind.COOPERATIVE)
            assert bool(item.method) == (item.kind is ListKind.RECLAIMED)
        assert validate_list(one) == []


def test_departments_come_and_go(real_list: DutyList) -> None:
    before = Counter(len(item.departments) for item in cooperative(real_list))
    (more,) = only(real_list, 1, add_departments=0.9)
    (less,) = only(real_list, 1, remove_departments=0.9)
    assert sum(len(i.departments) for i in cooperative(more)) > 1.4 * sum(
        size * count for size, count in before.items()
    )
    # Items with two departments are left with one, in nine of ten cases.
    assert Counter(len(i.departments) for i in cooperative(less))[1] > before[1] + before[2] / 2
    assert validate_list(more) == validate_list(less) == []


def test_duties_are_dropped_and_attributed_otherwise(real_list: DutyList) -> None:
    def count(one: DutyList) -> Counter[str]:
        duties = [duty for item in one.items for duty in item.duties]
        return Counter([d.attribution for d in duties] + [str(d.side) for d in duties])

    before = count(real_list)
    (fewer,) = only(real_list, 1, drop_duties=0.5)
    (unclear,) = only(real_list, 1, unattribute_duties=0.5)
    (joint,) = only(real_list, 1, join_duties=0.5)
    assert count(fewer)["town"] < 0.75 * before["town"]
    assert count(unclear)["unattributed"] > before["unattributed"] + 40
    assert count(joint)["joint"] > before["joint"] + 40
    assert count(unclear)["town"] == count(joint)["town"] == before["town"]
    assert [r for one in (fewer, unclear, joint) for r in validate_list(one)] == []


def test_rates_and_names_that_cannot_be(real_list: DutyList) -> None:
    with pytest.raises(ValueError, match="drop_items is a chance from 0 to below 1"):
        only(real_list, drop_items=1.0)
    with pytest.raises(ValueError, match="plant_pair is a chance"):
        only(real_list, plant_pair=-0.1)
    with pytest.raises(ValueError, match="does not name 公安局 and 海事局"):
        list(towns.synthetic_towns(real_list, 1, pair=("公安局", "海事局")))
    for n in (-1, 68_100):
        with pytest.raises(ValueError, match="have no codes"):
            list(towns.synthetic_towns(real_list, n))
    assert list(towns.synthetic_towns(real_list, 0)) == []


# The towns in a store


def test_every_saved_query_answers_for_every_town(tables: dict[str, Table]) -> None:
    # Queries about an alignment have no rows where there is none.
    aligned = {"concepts", "concept-lists", "moved", "rebounds"}
    assert len(tables) == 10 + len(aligned)
    for name, table in tables.items():
        if name in aligned:
            assert len(table) == 0, name
        else:
            assert len(set(table.column("division"))) == TOWNS, name


def test_lists_have_the_items_that_they_were_made_with(
    lists: list[DutyList], tables: dict[str, Table]
) -> None:
    for one, row in zip(lists, tables["lists"], strict=True):
        counts = Counter(str(item.kind) for item in one.items)
        assert {kind: row[kind] for kind in counts} == counts
        assert row["division"] == one.town.code
    assert len(tables["items"]) == sum(len(one.items) for one in lists)
    assert all(row["agrees"] for row in tables["claims"])
    assert len(tables["claims"]) == 4 * TOWNS


def test_sums_over_types_are_those_of_the_town(
    lists: list[DutyList], tables: dict[str, Table], types: Table
) -> None:
    for one in lists:
        rows = [row for row in types if row["division"] == one.town.code]
        sums = {
            name: math.fsum(float(row[name] or 0) for row in rows)
            for name in "share items_fractional town_duties_fractional own_duties".split()
        }
        duties = Counter(
            (duty.side, duty.attribution) for item in one.items for duty in item.duties
        )
        # Every cooperative item names a department, so nothing is lost.
        assert sums["share"] == pytest.approx(1)
        assert sums["items_fractional"] == pytest.approx(len(cooperative(one)))
        town = duties[Side.TOWN, Attribution.SOLE]
        assert sums["town_duties_fractional"] == pytest.approx(town)
        assert sums["own_duties"] == duties[Side.DEPARTMENT, Attribution.SOLE]


# What is planted


def measures(tables: dict[str, Table]) -> Table:
    """Items, town duties per cooperative item and the town's share of legwork, by town."""
    town_duties = Counter(r["division"] for r in tables["duties"] if r["party_kind"] == "town")
    actions: Counter[tuple[Value, Value]] = Counter()
    for row in tables["actions"]:
        if row["party_kind"] == "town" and row["action"]:
            actions[row["division"], row["nature"]] += int(row["duties"] or 0)
    rows: list[tuple[Value, ...]] = []
    for row in tables["lists"]:
        code = row["division"]
        kinds = {kind: int(row[kind] or 0) for kind in ("basic", "cooperative", "reclaimed")}
        all_actions = sum(count for (division, _), count in actions.items() if division == code)
        for measure, value, unit in (
            ("items", sum(kinds.values()), "items"),
            ("duties_per_item", town_duties[code] / kinds["cooperative"], "duties"),
            ("legwork", actions[code, "legwork"] / all_actions, "0–1"),
        ):
            rows.append((measure, value, unit, "", "", row["town"], code, row["edition"]))
    return table_of("measures", [Column(n) for n in "measure value unit zh en".split()], rows)


def test_the_planted_town_is_found(tables: dict[str, Table], types: Table) -> None:
    found = across.outliers(measures(tables), types)
    outlying = Counter(row["town"] for row in found if row["outlying"])
    planted = f"模拟{towns.OUTLIER:03d}乡"
    assert outlying.most_common(1)[0][0] == planted
    z = {row["measure"]: float(row["z"] or 0) for row in found if row["town"] == planted}
    assert z["items"] < -3.5
    assert z["duties_per_item"] > 3.5
    assert z["legwork"] > 3.5
    # More town duties in the same items: the departments lean more.
    leans = [score for measure, score in z.items() if str(measure).startswith("lean:")]
    assert sum(score > 0 for score in leans) > 0.75 * len(leans)
    own = [row for row in found if not str(row["measure"]).startswith("lean:")]
    assert {row["town"] for row in own if row["outlying"]} == {planted}


def test_no_town_stands_out_where_none_is_planted(real_list: DutyList) -> None:
    plain = list(towns.synthetic_towns(real_list, 8, outlier=None))
    (planted,) = list(towns.synthetic_towns(real_list, 8))[6:7]
    duties = [sum(d.side is Side.TOWN for i in one.items for d in i.duties) for one in plain]
    items = [len(cooperative(one)) for one in plain]
    each = [count / number for count, number in zip(duties, items, strict=True)]
    assert max(each) < 1.2 * min(each)
    more = sum(d.side is Side.TOWN for i in planted.items for d in i.duties)
    assert more / len(cooperative(planted)) == pytest.approx(2 * each[6], rel=0.25)
    assert len(planted.items) < 0.7 * len(plain[6].items)


def test_the_planted_pair_is_named_together(real_list: DutyList, lists: list[DutyList]) -> None:
    def together(made: list[DutyList]) -> tuple[int, float]:
        """Items that name both, and as many as chance would let them share."""
        seen, expected = 0, 0.0
        for one in made:
            named = [{d.name for d in item.departments} for item in cooperative(one)]
            first, second = (sum(name in each for each in named) for name in towns.PAIR)
            seen += sum(set(towns.PAIR) <= each for each in named)
            expected += first * second / len(named)
        return seen, expected

    assert together([real_list])[0] == 0
    seen, expected = together(lists)
    assert seen > 7 * expected
    assert seen > 5 * len(lists)
    seen, expected = together(list(towns.synthetic_towns(real_list, 10, pair=None)))
    assert seen < 10


def test_towns_are_alike_and_short_lists_are_not(tables: dict[str, Table], types: Table) -> None:
    pairs = similarity.similarity(tables["items"])
    assert len(pairs) == TOWNS * (TOWNS - 1) // 2
    assert all(0 < float(row["jaccard"] or 0) < float(row["cosine"] or 0) < 1 for row in pairs)
    order = similarity.clusters(pairs)
    assert sorted(order) == tables["lists"].column("division")
    planted = str(653131900 + towns.OUTLIER)
    assert planted in (order[0], order[-1])
    assert similarity.medoid(pairs) != planted
    last = {row["division"]: row["column_rank"] for row in nestedness.presence(types)}
    assert last[planted] == TOWNS


# For benchmarks


def test_write_store(
    tmp_path: Path, lists: list[DutyList], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    monkeypatch.setattr(sys, "argv", ["towns.py", str(folder), "2"])
    towns.main()
    with Embedded.open(folder) as store:
        assert store.graph(graph.list_iri(lists[0])) == graph.quads(lists[0])
        assert run(store, "lists").column("town") == ["模拟001乡", "模拟002乡"]
