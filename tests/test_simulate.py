"""Simulated towns: the same each time, as many items as published, and a truth that agrees with itself."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import fields
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutygraph import reference
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.numerals import to_int
from dutygraph.parse.towns import find_town
from dutygraph.query import load_queries
from dutygraph.simulate import Rates, simulate
from dutygraph.simulate.concepts import pool
from dutygraph.simulate.lexicon import LISTS, lexicon
from dutygraph.simulate.numbers import han
from dutygraph.simulate.offices import canonical, changes, offices
from dutygraph.simulate.places import place
from dutygraph.simulate.rates import AVERAGES
from dutygraph.simulate.truth import QUERIES, TRUTH
from dutygraph.simulate.wording import reworded_duty, reworded_title
from dutygraph.table import to_csv

NO_FAULTS = Rates(faults=0)


@pytest.fixture(scope="module")
def towns() -> Any:
    return simulate(60, seed=1, rates=NO_FAULTS)


@pytest.fixture(scope="module")
def tables(towns: Any) -> Any:
    return towns.tables()


@pytest.fixture(scope="module")
def editions() -> Any:
    return simulate(6, seed=3, editions=3, rates=NO_FAULTS)


def test_same_seed_same_towns_in_another_process() -> None:
    script = (
        "from dutygraph.simulate import simulate\n"
        "from dutygraph.table import to_csv\n"
        "import sys\n"
        "corpus = simulate(2, seed=9, editions=2)\n"
        "sys.stdout.write(''.join(to_csv(corpus.truth_table(n)) for n in ('items', 'events', 'faults')))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    corpus = simulate(2, seed=9, editions=2)
    here = "".join(to_csv(corpus.truth_table(n)) for n in ("items", "events", "faults"))
    assert outputs == {here.encode("utf-8")}


def test_another_seed_gives_other_towns() -> None:
    first, second = (simulate(1, seed=seed).truth_table("items").column("title") for seed in (1, 2))
    assert first != second


def test_more_towns_do_not_change_the_first_ones(towns: Any) -> None:
    few = simulate(3, seed=1, rates=NO_FAULTS).truth_table("items").rows
    assert towns.truth_table("items").rows[: len(few)] == few


def test_averages_are_the_published_ones(tables: Any) -> None:
    # 117, 99 and 124 items on average in the whole country. A mean of 60 towns lies within 3.5
    # standard errors of that in all but one of some two thousand samples.
    for which, average in AVERAGES.items():
        counts = tables["lists"].column(which)
        error = statistics.stdev(counts) / len(counts) ** 0.5
        assert abs(statistics.mean(counts) - average) < 3.5 * error


def test_sizes_of_towns_spread(tables: Any) -> None:
    # The default spread is 0.12 of the average; the draw of each concept adds to it.
    for which, average in AVERAGES.items():
        counts = tables["lists"].column(which)
        assert 0.08 * average < statistics.stdev(counts) < 0.25 * average


def test_rates_that_take_items_away_leave_the_averages() -> None:
    rates = Rates(faults=0, dropped=0.3, merged=0.1, divided=0.1, moved=0.1)
    lists = simulate(60, seed=4, rates=rates).tables()["lists"]
    for which, average in AVERAGES.items():
        counts = lists.column(which)
        error = statistics.stdev(counts) / len(counts) ** 0.5
        # merging is allowed for only roughly: it needs a next item in the category
        assert abs(statistics.mean(counts) - average) < 3.5 * error + 0.02 * average


def test_tables_have_the_columns_of_the_saved_queries(tables: Any) -> None:
    queries = load_queries()
    assert tuple(tables) == QUERIES
    for name, table in tables.items():
        assert table.columns == queries[name].columns
        assert len(table) > 0


def test_tables_agree_with_each_other(tables: Any) -> None:
    items = tables["items"].to_pandas()
    counted = items.groupby(["division", "list"]).size()
    for row in tables["lists"]:
        for which in LISTS:
            assert counted[row["division"], which] == row[which]
    named = Counter()
    parts = defaultdict(float)
    taken = Counter()
    for row in tables["items"]:
        names = row["departments"].split("、") if row["departments"] else []
        for name in names:
            if row["list"] == "cooperative":
                named[row["division"], name] += 1
                parts[row["division"], name] += 1 / len(names)
            else:
                taken[row["division"], name] += 1
    for row in tables["departments"]:
        key = row["division"], row["department"]
        assert (row["items"], row["reclaimed"]) == (named[key], taken[key])
        assert row["items_fractional"] == pytest.approx(parts[key], abs=1e-6)
        assert row["reviewed"], row["department"]


def test_every_department_is_known_to_the_reference_data(tables: Any) -> None:
    for row in tables["departments"]:
        assert row["department_type"] in {k.zh for k in reference.department_types().values()}


def test_numbers_run_from_one_without_faults(towns: Any) -> None:
    seen = defaultdict(list)
    for row in towns.truth_table("items"):
        seen[row["document"], row["list"]].append((row["number"], row["key"]))
    assert len(seen) == 180
    for numbers in seen.values():
        assert numbers == [(n, str(n)) for n in range(1, len(numbers) + 1)]


def test_truth_of_items_names_concepts_that_exist(towns: Any) -> None:
    known = {row["concept"]: row for row in towns.truth_table("concepts")}
    assert set(known) == set(pool().concepts)
    for row in towns.truth_table("items"):
        keys = row["concept"].split()
        assert 1 <= len(keys) <= 2
        assert set(keys) <= set(known)
        changes = row["change"].split()
        if not changes and len(keys) == 1:
            # Nothing was changed, so the item is the concept in the words of its town.
            concept = pool().concepts[keys[0]]
            assert row["list"] == concept.which
            words = {concept.title.replace("{t}", w) for w in ("镇", "乡", "街道", "苏木")}
            assert row["title"] in words
        if "merged" in changes:
            assert len(keys) == 2
        if "divided" in changes:
            assert known[keys[0]]["broader"] == keys[0].split(".")[0]


def test_duties_of_truth_are_positions_in_a_row(towns: Any) -> None:
    cooperative = {
        (r["document"], r["key"]): r["departments"].split("、")
        for r in towns.truth_table("items")
        if r["list"] == "cooperative"
    }
    seen = defaultdict(list)
    for row in towns.truth_table("duties"):
        item = row["document"], row["key"]
        assert row["list"] == "cooperative"
        seen[item, row["side"]].append(row["position"])
        parties = row["parties"].split("、") if row["parties"] else []
        assert set(parties) <= set(cooperative[item])
        assert bool(parties) == (row["side"] == "department")
        assert "{" not in row["text"]
        assert len(row["text"]) >= 5
    for positions in seen.values():
        assert positions == list(range(1, len(positions) + 1))
    assert {(item, side) for item in cooperative for side in ("department", "town")} == set(seen)


def test_towns_are_invented_and_readable(towns: Any) -> None:
    listed = {d.name for d in reference.divisions() if d.level == "town"}
    names = []
    for where in towns.places():
        assert where.name not in listed
        assert find_town(where.chain).code == where.division
        assert where.division.startswith("x-")
        names.append(where.name)
    assert len(set(names)) == len(names)


def test_no_two_of_many_towns_have_one_name() -> None:
    words = lexicon().towns
    more = len(words[0]) * len(words[1]) + 3  # more than there are pairs of characters
    from dutygraph.simulate.places import _name

    assert len({_name(1, number) for number in range(1, more)}) == more - 1


def test_towns_of_a_county_have_the_same_departments() -> None:
    first, second = place(5, 1), place(5, 2)
    assert first.county == second.county
    assert first.name != second.name
    keys = reference.department_types()
    one, two = (offices(5, where, 2025, 0.5) for where in (first, second))
    assert [one.name(key) for key in keys] == [two.name(key) for key in keys]


def test_counties_differ_in_their_departments() -> None:
    keys = ("housing", "urban-management", "health", "culture-tourism", "commerce", "industry")
    made = set()
    for number in range(1, 81, 4):
        bodies = offices(5, place(5, number), 2025, 0.5)
        made.add(tuple(bodies.name(key) for key in keys))
    assert len(made) > 10


def test_names_of_departments_by_level() -> None:
    levels = {}
    for number in range(1, 200, 4):
        where = place(7, number)
        levels.setdefault(where.level, where)
    assert {"县", "市", "区"} <= set(levels)
    for level, where in levels.items():
        bodies = offices(7, where, 2025, 0.0)
        assert bodies.name("organisation") == f"{level}委组织部"
        assert bodies.printed("organisation", "bare") == f"{level}委组织部"
        assert bodies.printed("finance", "generic") == f"{level}财政局"
        assert bodies.printed("finance", "full") == f"{where.county.name}财政局"
        assert bodies.printed("finance", "bare") == "财政局"
        assert where.county.name in bodies.name("ecology")


def test_older_names_are_canonical_as_the_reference_data_have_them() -> None:
    # 国土资源局 is another form of 自然资源局 there; 农业农村局 an official name; 甲乙局 unknown.
    assert canonical("国土资源局") == "自然资源局"
    assert canonical("农业农村局") == "农业农村局"
    assert canonical("甲乙局") == "甲乙局"


def test_concepts_are_many_and_their_titles_differ() -> None:
    concepts = [c for c in pool().concepts.values() if not c.broader]
    counts = Counter(c.which for c in concepts)
    assert sum(counts.values()) >= 900
    assert counts["basic"] >= 260
    assert counts["cooperative"] >= 230
    assert counts["reclaimed"] >= 290
    titles = [c.title for c in concepts]
    assert len(set(titles)) == len(titles)
    assert all(4 <= len(title) <= 80 for title in titles)
    assert sum(c.hard for c in concepts) >= 60
    for concept in concepts:
        assert 1 <= len(concept.types) <= 4
        assert {c.side for c in concept.clauses} == {"department", "town"}
        assert {t for c in concept.clauses for t in c.types} == set(concept.types)


def test_near_neighbours_are_other_duties() -> None:
    # What makes them differ: the work, the object, the amount, the step.
    by_title = {c.title: c for c in pool().concepts.values()}
    for one, other in (
        ("农村危房改造", "农村危房排查"),
        ("农村危房排查", "城镇危房排查"),
        ("临时救助金5000元以上审批", "临时救助金5000元以下审批"),
        ("孤儿基本生活费申请", "孤儿基本生活费发放"),
        ("小型水库除险加固", "大中型水库除险加固"),
    ):
        assert by_title[one].key != by_title[other].key
        assert by_title[one].which == by_title[other].which


def test_real_titles_say_nothing_of_their_place() -> None:
    for concept in pool().concepts.values():
        text = concept.title + concept.method + "".join(c.text for c in concept.clauses)
        assert not any(name in text for name in ("塔什库尔干", "塔吉克", "新疆", "喀什", "<"))


@given(st.integers(0, 10_000), st.integers(0, 1_000))
def test_a_reworded_title_is_no_other_concept(index: Any, seed: Any) -> None:
    random = Random(seed)  # noqa: S311 - the seed makes it repeatable
    concepts = list(pool().concepts.values())
    concept = concepts[index % len(concepts)]
    new = reworded_title(concept.title, random)
    titles = {c.title for c in concepts}
    assert new == concept.title or new not in titles
    assert new.count("{t}") == concept.title.count("{t}")
    clause = random.choice(concept.clauses)
    assert reworded_duty(clause.text, random).count("{lead}") == clause.text.count("{lead}")


def test_most_titles_can_be_reworded() -> None:
    chosen = Random(1)  # noqa: S311 - the seed makes it repeatable
    concepts = [c for c in pool().concepts.values() if not c.broader]
    same = [c.title for c in concepts if reworded_title(c.title, chosen) == c.title]
    assert len(same) < 0.1 * len(concepts)


@given(st.integers(1, 9999))
def test_han_numerals_are_read_back(number: Any) -> None:
    assert to_int(han(number)) == number


# Editions.


def test_editions_are_of_successive_dates(editions: Any) -> None:
    dates = defaultdict(list)
    for row in editions.truth_table("lists"):
        dates[row["division"]].append(row["edition"])
    for found in dates.values():
        assert found == sorted(found)
        assert [date[:4] for date in found] == ["2018", "2024", "2025"]


def test_one_edition_is_of_2025_and_further_ones_follow(editions: Any) -> None:
    assert simulate(1, editions=1).truth_table("lists").column("edition")[0].startswith("2025")
    years = [e[:4] for e in simulate(1, editions=5).truth_table("lists").column("edition")]
    assert years == ["2018", "2024", "2025", "2026", "2027"]


def check_events(corpus: Any) -> Any:
    """Events and items of successive editions say the same. Returns how often each change is."""
    items = {}
    uses = defaultdict(list)
    for row in corpus.truth_table("items"):
        items[row["division"], row["edition"], row["list"], row["key"]] = row
        uses[row["division"]].append(row["edition"])
    before, after = defaultdict(list), defaultdict(list)
    counts = Counter()
    for event in corpus.truth_table("events"):
        where = event["division"]
        old = new = None
        if event["key_from"] is not None:
            key = where, event["edition_from"], event["list_from"], event["key_from"]
            old = items[key]
            before[key].append(event)
        if event["key_to"] is not None:
            key = where, event["edition_to"], event["list_to"], event["key_to"]
            new = items[key]
            after[key].append(event)
        counts[event["change"]] += 1
        check_event(event, old, new)
    for division, dates in uses.items():
        for first, second in pairwise(sorted(set(dates))):
            for key in items:
                if key[:2] == (division, first):
                    assert before[key], key
                elif key[:2] == (division, second):
                    assert after[key], key
    for found in after.values():
        if any(event["change"] == "merged" for event in found):
            assert len(found) == 2
    for found in before.values():
        if any(event["change"] == "divided" for event in found):
            assert len(found) == 2
    return counts


def check_event(event: Any, old: Any, new: Any) -> None:
    change = event["change"]
    assert (old is None) == (change == "added")
    assert (new is None) == (change == "dropped")
    if change == "kept":
        # A reform may have renamed departments, and a basic list may leave out its categories.
        for column in ("list", "title", "concept"):
            assert old[column] == new[column]
        assert old["category"] == new["category"] or "" in (old["category"], new["category"])
        assert new["change"] == ""
    if change == "moved":
        assert old["list"] != new["list"]
        assert event["detail"] == f"{old['list']} to {new['list']}"
    if change == "reworded":
        assert old["title"] != new["title"]
    if change == "category":
        before, _, after = event["detail"].partition(" to ")
        assert before != after
        assert old["category"] != new["category"] or old["category"] == ""
    if change == "merged":
        assert set(old["concept"].split()) < set(new["concept"].split())
    if change == "divided":
        assert new["concept"].split(".")[0] == old["concept"]
    if old is not None and new is not None and change not in ("merged", "divided"):
        assert old["concept"] == new["concept"] == event["concept"]


def test_events_agree_with_both_editions(editions: Any) -> None:
    counts = check_events(editions)
    assert set(counts) >= {
        "kept",
        "reworded",
        "moved",
        "merged",
        "divided",
        "dropped",
        "added",
        "departments",
        "split",
    }
    assert counts["kept"] > sum(counts.values()) / 2


def test_departments_change_between_editions(editions: Any) -> None:
    named = defaultdict(set)
    for row in editions.truth_table("items"):
        named[row["division"], row["edition"]] |= set(row["departments"].split("、"))
    found = editions.truth_table("department-changes").records()
    assert {row["kind"] for row in found} == {"rename", "merger"}
    dates = sorted({edition for _, edition in named})
    for row in found:
        assert row["old"] != row["new"]
        earlier = [d for d in dates if (row["division"], d) in named and d < row["edition"]]
        assert canonical(row["old"]) in named[row["division"], earlier[-1]]


def test_without_reforms_departments_stay() -> None:
    corpus = simulate(4, seed=3, editions=3, rates=Rates(reforms=0, faults=0))
    assert len(corpus.truth_table("department-changes")) == 0
    assert all(changes(3, where, 2018, 2025, 0.0) == [] for where in corpus.places())


RATES = st.fixed_dictionaries(
    {
        name: st.sampled_from([0.0, 0.02, 0.2, 0.6, 1.0])
        for name in (
            "reworded_titles",
            "reworded_duties",
            "other_category",
            "moved",
            "merged",
            "divided",
            "dropped",
            "local",
            "other_departments",
            "other_split",
            "edition_reworded",
            "edition_moved",
            "edition_merged",
            "edition_divided",
            "edition_dropped",
            "edition_added",
            "edition_departments",
            "edition_split",
            "edition_duties",
            "edition_category",
            "reforms",
            "phased",
            "joint",
            "nested",
            "abbreviated",
            "catch_all",
            "other_numbers",
        )
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**31), RATES)
def test_invariants_hold_for_any_rates(seed: Any, rates: Any) -> None:
    corpus = simulate(1, seed=seed, editions=2, rates=Rates(**rates, faults=0))
    check_events(corpus)
    keys = set()
    for row in corpus.truth_table("items"):
        key = row["document"], row["list"], row["key"]
        assert key not in keys
        keys.add(key)
        assert row["key"] == str(row["number"])
        assert row["title"]
        assert (row["departments"] == "") == (row["list"] == "basic")
    items = {(d, k) for d, which, k in keys if which == "cooperative"}
    duties = {(r["document"], r["key"]) for r in corpus.truth_table("duties")}
    assert duties == items


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**31), st.sampled_from([0.1, 0.5, 1.0]))
def test_planted_faults_leave_keys_unique(seed: Any, faults: Any) -> None:
    corpus = simulate(1, seed=seed, rates=Rates(faults=faults))
    keys = [(r["document"], r["list"], r["key"]) for r in corpus.truth_table("items")]
    assert len(set(keys)) == len(keys)
    for row in corpus.truth_table("faults"):
        if row["key"]:
            assert (row["document"], row["list"], row["key"]) in keys


# What is asked for wrongly.


def test_what_cannot_be_simulated() -> None:
    with pytest.raises(UsageError, match="at least one town"):
        simulate(0)
    with pytest.raises(UsageError, match="editions"):
        simulate(1, editions=0)
    with pytest.raises(UsageError, match="moved must be"):
        Rates(moved=1.5)
    with pytest.raises(UnknownNameError, match="truth table"):
        simulate(1).truth_table("nothing")
    with pytest.raises(UnknownNameError, match="format"):
        simulate(1).truth_table("items", "doc")


def test_rates_from_texts() -> None:
    assert Rates.named(["moved=0.5", "other-split=0"]) == Rates(moved=0.5, other_split=0)
    with pytest.raises(UnknownNameError, match="rate"):
        Rates.named(["speed=1"])
    for bad in ("moved", "moved=", "moved=much"):
        with pytest.raises(UsageError, match="is no rate"):
            Rates.named([bad])
    with pytest.raises(UsageError, match="from 0 to 1"):
        Rates.named(["moved=nan"])


def test_truth_tables_have_their_columns(editions: Any) -> None:
    for name, columns in TRUTH.items():
        assert editions.truth_table(name).column_names == columns


def test_everything_is_documented() -> None:
    from pathlib import Path

    from dutygraph.simulate.faults import FAULTS
    from dutygraph.simulate.styles import _CHOICES

    text = (Path(__file__).parent.parent / "docs" / "simulation.md").read_text(encoding="utf-8")
    defaults = Rates()
    for one in fields(Rates):
        assert f"| `{one.name}` | {getattr(defaults, one.name):g} |" in text
    for name in (*FAULTS, *_CHOICES):
        assert f"| `{name}` |" in text
    for name, columns in TRUTH.items():
        assert f"| {name}.csv | {', '.join(columns)} |" in text
