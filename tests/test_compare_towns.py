"""Many towns by concepts, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from compared import Row, Written, lists, mappings
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.compare.alignment import concepts_of
from dutygraph.compare.concepts import (
    Thresholds,
    Towns,
    concept_table,
    entropy,
    most,
    presence,
    towns_of,
    usual_types,
)
from dutygraph.compare.towns import silhouettes, town_matrix, town_order
from dutygraph.compare.unusual import (
    category_deviations,
    type_deviations,
    unusual,
    unusual_items,
)
from dutygraph.errors import UsageError

COMMON = [Row("b1", "党建"), Row("c1", "防火", "生态环保", "林业局")]
TOWNS = [
    Written(
        "甲",
        "1",
        "2024",
        [*COMMON, Row("c2", "防汛", "生态环保", "水利局")],
        {"林业局": "林业和草原局"},
    ),
    Written(
        "乙",
        "2",
        "2024",
        [*COMMON, Row("c2", "防汛", "生态环保", "水利局")],
        {"林业局": "林业和草原局"},
    ),
    Written(
        "丙",
        "3",
        "2024",
        [*COMMON, Row("c2", "防汛", "生态环保", "应急局")],
        {"林业局": "林业和草原局"},
    ),
    Written(
        "丁", "4", "2024", [Row("b1", "防火", "生态环保"), Row("r1", "养犬", "社会管理", "公安局")]
    ),
]
MAPPED = mappings(
    *((town, "b1 P exact") for town in TOWNS[:3]),
    *((town, "c1 F exact") for town in TOWNS[:3]),
    *((town, "c2 W reworded") for town in TOWNS[:3]),
    (TOWNS[3], "b1 F broader"),
    (TOWNS[3], "r1 D exact"),
    (TOWNS[3], "r1 P uncertain"),
)


@pytest.fixture
def towns() -> Towns:
    some = lists(*TOWNS)
    return towns_of(concepts_of(MAPPED, some), some)


def test_presence(towns: Towns) -> None:
    table = list(presence(towns))
    assert len(table) == 4 * 4
    cells = {
        (r["concept"], r["town"]): (r["list"], r["key"], r["items"], r["maybe"]) for r in table
    }
    assert cells["F", "甲"] == ("cooperative", "1", "cooperative/1", "")
    assert cells["F", "丁"] == ("basic", "1", "basic/1", "")  # in part: the concept is broader
    assert cells["W", "丁"] == ("", None, "", "")
    assert cells["P", "丁"] == ("", None, "", "reclaimed/1")


def test_concepts(towns: Towns) -> None:
    table = {r["concept"]: r for r in concept_table(towns, Thresholds(core=0.75))}
    assert list(table) == ["F", "P", "W", "D"]  # of 4, 3, 3 and 1 towns
    fire = table["F"]
    assert (fire["towns"], fire["share"], fire["class"]) == (4, 1.0, "core")
    assert (fire["usual_list"], fire["other_list_share"]) == ("cooperative", 0.25)
    # −(3/4 log₂ 3/4 + 1/4 log₂ 1/4)
    assert fire["entropy"] == pytest.approx(0.8112781)
    assert (fire["basic"], fire["cooperative"], fire["reclaimed"]) == (1, 3, 0)
    assert (fire["category"], fire["department_types"]) == ("生态环保", "林业和草原局")
    assert (table["P"]["class"], table["P"]["maybe"], table["P"]["entropy"]) == ("core", 1, 0.0)
    assert table["W"]["department_types"] == "水利局"  # two of three
    assert (table["D"]["class"], table["D"]["share"]) == ("unique", 0.25)
    assert table["D"]["other_list_share"] == 0.0


def test_thresholds() -> None:
    limits = Thresholds()
    assert [limits.of(number, 20) for number in (20, 18, 17, 5, 4, 1)] == [
        "core", "core", "common", "common", "rare", "unique",
    ]  # fmt: skip
    assert limits.of(1, 1) == "core"
    assert limits.of(0, 0) == "rare"
    for wrong in ({"core": 0.2}, {"core": 1.1}, {"common": 0.0}, {"fewest": 0}):
        with pytest.raises(UsageError, match="0 < common"):
            Thresholds(**wrong)  # type: ignore[arg-type]


def test_matrix(towns: Towns) -> None:
    table = {(r["division_a"], r["division_b"]): r for r in town_matrix(towns)}
    assert len(table) == 6
    same, other = table["1", "2"], table["1", "4"]
    assert (same["jaccard"], same["list_agreement"], same["jaccard_list"]) == (1.0, 1.0, 1.0)
    # 甲 has P, F, W, 丁 has F, D: F is common, in another list
    assert (other["concepts_a"], other["concepts_b"], other["shared"]) == (3, 2, 1)
    assert (other["jaccard"], other["overlap"]) == (1 / 4, 1 / 2)
    assert (other["list_agreement"], other["jaccard_list"]) == (0.0, 0.0)


def test_order_and_clusters(towns: Towns) -> None:
    """Three towns are the same and one is not: silhouettes 1, 1, 1 and 0, mean 0.75, in two clusters."""
    table = list(town_order(towns, town_matrix(towns)))
    assert [r["order"] for r in table] == [1, 2, 3, 4]
    cluster = {r["town"]: r["cluster"] for r in table}
    assert cluster["甲"] == cluster["乙"] == cluster["丙"] != cluster["丁"]
    assert {r["town"]: r["silhouette"] for r in table} == {"甲": 1, "乙": 1, "丙": 1, "丁": 0}
    assert {r["town"]: r["median_jaccard"] for r in table} == {
        "甲": 1,
        "乙": 1,
        "丙": 1,
        "丁": 0.25,
    }
    assert all(r["z"] is None and not r["outlying"] for r in table)  # too few towns to judge
    assert table[0]["cluster"] == 1


def test_one_town_and_none() -> None:
    some = lists(TOWNS[0])
    alone = towns_of(concepts_of(MAPPED, some), some)
    matrix = town_matrix(alone)
    assert len(matrix) == 0
    (row,) = town_order(alone, matrix)
    assert (row["order"], row["cluster"], row["median_jaccard"]) == (1, 1, None)
    assert len(unusual_items(alone)) == 0
    assert len(category_deviations(some, {})) == 0
    empty = towns_of(concepts_of(MAPPED, []), [])
    assert len(presence(empty)) == len(concept_table(empty)) == len(town_order(empty, matrix)) == 0


def test_two_towns_are_one_cluster() -> None:
    some = lists(TOWNS[0], TOWNS[3])
    two = towns_of(concepts_of(MAPPED, some), some)
    assert [r["cluster"] for r in town_order(two, town_matrix(two))] == [1, 1]


def test_a_town_with_two_editions() -> None:
    some = lists(TOWNS[0], Written("甲", "1", "2025", COMMON))
    with pytest.raises(UsageError, match="several editions"):
        towns_of(concepts_of(MAPPED, some), some)


def test_unusual_items(towns: Towns) -> None:
    table = unusual_items(towns, Thresholds(core=0.75))
    told = [(r["town"], r["kind"], r["concept"], r["key"], r["found"], r["usual"]) for r in table]
    assert told == [
        ("丙", "other_departments", "W", "2", "应急局", "水利局"),
        ("丁", "unique", "D", "1", "reclaimed", ""),
        ("丁", "lacks_core", "P", None, "", "basic"),
        ("丁", "lacks_core", "W", None, "", "cooperative"),
        ("丁", "other_list", "F", "1", "basic", "cooperative"),
    ]
    lacking = next(r for r in table if r["concept"] == "P")
    assert (lacking["maybe"], lacking["label"]) == ("reclaimed/1", "label P")
    moved = next(r for r in table if r["kind"] == "other_list")
    assert (moved["title"], moved["line"], moved["towns"]) == ("防火", 101, 4)
    numbers = list(unusual(towns, table, town_order(towns, town_matrix(towns))))
    assert numbers[0]["town"] == "丁"
    names = "concepts unique rare lacks_core other_list other_departments".split()
    assert [numbers[0][name] for name in names] == [2, 1, 0, 2, 1, 0]
    third = next(r for r in numbers if r["town"] == "丙")
    assert [third[name] for name in names] == [3, 0, 0, 0, 0, 1]


def test_too_few_towns_make_nothing_usual(towns: Towns) -> None:
    kinds = {r["kind"] for r in unusual_items(towns, Thresholds(core=0.75, fewest=5))}
    assert kinds == {"unique", "lacks_core"}


def test_a_merged_type_is_no_other_department() -> None:
    towns = [
        Written(str(n), str(n), "2024", [Row("c1", "一", departments=name)])
        for n, name in enumerate(["农业农村局", "农业农村局", "乡村振兴局"])
    ]
    some = lists(*towns)
    of = towns_of(concepts_of(mappings(*((t, "c1 K exact") for t in towns)), some), some)
    newer = {"乡村振兴局": frozenset({"农业农村局"})}
    assert [r["kind"] for r in unusual_items(of, newer=newer)] == []
    assert [r["kind"] for r in unusual_items(of)] == ["other_departments"]
    assert usual_types(of.having("K"), newer) == ("农业农村局",)


def test_who_stands_out() -> None:
    """Nine towns have seven to ten of the same ten concepts, the tenth has none of them."""
    shared = [f"K{n}" for n in range(10)]

    def town(number: int, concepts: list[str]) -> tuple[Written, list[str]]:
        rows = [Row(f"b{n}", one) for n, one in enumerate(concepts, 1)]
        return Written(f"T{number}", f"{number:02}", "2024", rows), concepts

    some = [town(n, shared[: 10 - n % 4]) for n in range(9)] + [town(9, ["X"])]
    table = mappings(
        *((one, f"b{n} {c} exact") for one, concepts in some for n, c in enumerate(concepts, 1))
    )
    found = lists(*(one for one, _ in some))
    towns = towns_of(concepts_of(table, found), found)
    order = {r["town"]: r for r in town_order(towns, town_matrix(towns))}
    assert order["T9"]["median_jaccard"] == 0.0
    assert order["T9"]["outlying"] is True
    assert order["T9"]["z"] < -3.5
    assert not any(order[f"T{n}"]["outlying"] for n in range(9))


def test_deviations_from_the_median_town() -> None:
    def rows(number: int, duties: int) -> list[Row]:
        some = (("公安局", "查处"), *[("乡镇", f"上报{n}") for n in range(duties)])
        return [Row(f"c{n}", f"事{n}", "平安法治", "公安局", some) for n in range(1, number + 1)]

    found = lists(
        Written("甲", "1", "2024", rows(1, 1)),
        Written("乙", "2", "2024", rows(2, 1)),
        Written("丙", "3", "2024", [Row("b1", "别的", "民生服务")]),
    )
    table = {
        (r["name"], r["measure"], r["town"]): r
        for r in category_deviations(found, {"平安法治": "safety"})
    }
    items = table["平安法治", "items", "乙"]
    assert (items["value"], items["median"], items["difference"]) == (2.0, 1.0, 1.0)
    assert (items["unit"], items["name_en"], items["z"], items["outlying"]) == (
        "items",
        "safety",
        None,
        False,
    )
    assert table["平安法治", "items", "丙"]["difference"] == -1.0
    assert table["平安法治", "lean", "甲"]["value"] == 0.5
    assert ("平安法治", "lean", "丙") not in table  # it has no such duties
    assert table["平安法治", "town_duties", "乙"]["value"] == 2.0
    assert table["民生服务", "basic", "丙"]["difference"] == 1.0


def test_deviations_of_types() -> None:
    from compared import tables

    from dutygraph.compare.comparison import _loads

    def rows(number: int) -> list[Row]:
        some = (("公安局", "查处"), ("乡镇", "上报"))
        return [Row(f"c{n}", f"事{n}", "平安法治", "公安局", some) for n in range(1, number + 1)]

    towns = [Written(str(n), str(n), "2024", rows(n)) for n in (1, 3, 4)]
    towns.append(Written("5", "5", "2024", [Row("b1", "别的")]))
    found = lists(*towns)
    loads = _loads(tables(*towns), [one.id for one in found])
    first = loads[found[0].id]
    stacked = type(first)(
        first.name, first.columns, [row for one in found for row in loads[one.id].rows]
    )
    table = {(r["measure"], r["town"]): r for r in type_deviations(stacked, found)}
    assert [table["items", town]["difference"] for town in "1345"] == [-1.0, 1.0, 2.0, -2.0]
    assert table["items", "1"]["median"] == 2.0  # of 1, 3, 4 and 0
    assert {town for measure, town in table if measure == "lean"} == {
        "3",
        "4",
    }  # three items at least


@pytest.mark.parametrize(
    ("counts", "value"),
    [([], 0.0), ([5], 0.0), ([0, 2], 0.0), ([1, 1], 1.0), ([1, 1, 1], math.log2(3))],
)
def test_entropy(counts: list[int], value: float) -> None:
    assert entropy(counts) == pytest.approx(value)


@given(st.lists(st.integers(0, 50), max_size=6))
def test_entropy_is_in_its_range(counts: list[int]) -> None:
    some = [count for count in counts if count]
    assert 0 <= entropy(counts) <= math.log2(len(some) or 1) + 1e-9


def test_most() -> None:
    assert most([]) == ""
    assert most(["a"]) == "a"
    assert most(["a", "b", "b"]) == "b"
    assert most(["a", "b"]) == ""


def test_silhouettes_by_hand() -> None:
    """Things at 0, 1 and 10 in the clusters {0, 1} and {10}: (10 − 1)/10, (9 − 1)/9, and 0 alone."""
    places = np.array([0.0, 1.0, 10.0])
    apart: Any = abs(places[:, None] - places[None, :])
    assert silhouettes(apart, [1, 1, 2]) == pytest.approx([0.9, 8 / 9, 0.0])
    assert silhouettes(np.zeros((2, 2)), [1, 2]) == [0.0, 0.0]
