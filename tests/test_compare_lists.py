"""Two lists table by table, category by category, type by type, and from edition to edition."""

from __future__ import annotations

from typing import Any

import pytest
from compared import Row, Written, lists, match, tables
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.compare.comparison import _loads
from dutygraph.compare.differences import differences
from dutygraph.compare.lists import by_category, by_department_type, counts, list_similarity, moves
from dutygraph.compare.rebounds import rebounds
from dutygraph.compare.steps import editions, fate

A = Written(
    "甲乡",
    "1",
    "2024",
    [
        Row("b1", "一", "党的建设"),
        Row("b2", "二", "党的建设"),
        Row("b3", "三", "民生服务"),
        Row(
            "c1",
            "四",
            "民生服务",
            "公安局",
            (("公安局", "查处"), ("乡镇", "上报"), ("乡镇", "宣传")),
        ),
        Row("c2", "五", "民生服务", "公安局", (("", "检查"), ("乡镇", "巡查"))),
        Row("r1", "六", "党的建设", "民政局"),
    ],
    {"公安局": "公安局", "民政局": "民政局"},
)
B = Written(
    "乙乡",
    "2",
    "2024",
    [
        Row("b1", "一", "党的建设"),
        Row("b2", "二改", "党的建设"),
        Row("c1", "三", "民生服务", "民政局", (("民政局", "审核"), ("乡镇", "初审"))),
        Row(
            "c2",
            "四",
            "社会管理",
            "公安局",
            (("公安局", "查处"), ("公安局", "立案"), ("公安局", "处罚"), ("乡镇", "上报")),
        ),
        Row("c3", "七", "民生服务", "公安局"),
        Row("r1", "八", "党的建设", "民政局"),
    ],
    {"公安局": "公安局", "民政局": "民政局"},
)
# 五 of A and 七 of B may be the same; 六 and 八 are in one list alone.
PAIRS = ("b1 b1 exact", "b2 b2 reworded", "b3 c1 exact", "c1 c2 exact", "c2 c3 uncertain")


@pytest.fixture
def found() -> Any:
    return match(A, B, *PAIRS)


def test_lists_by_hand(found: Any) -> None:
    table = {str(row["list"]): row for row in list_similarity(found)}
    whole = table["all"]
    names = "items_a items_b shared uncertain only_a only_b moved_out moved_in".split()
    assert [whole[name] for name in names] == [6, 6, 4, 1, 1, 1, 0, 0]
    # 4 of 4 shared + 六 + 八 + 五 + 七; were the uncertain pair one duty, 5 of 7.
    assert whole["jaccard"] == pytest.approx(4 / 8)
    assert whole["jaccard_high"] == pytest.approx(5 / 7)
    assert whole["overlap"] == pytest.approx(4 / 6)
    assert whole["reworded"] == 1
    # 一 三 四 are the same, 二 and 二改 have 2·1 of 3 characters in common
    assert whole["text_similarity"] == pytest.approx((3 + 2 / 3) / 4)
    basic = table["basic"]
    assert [basic[name] for name in names] == [3, 2, 2, 0, 0, 0, 1, 0]
    assert (basic["jaccard"], basic["overlap"]) == (pytest.approx(2 / 3), 1.0)
    cooperative = table["cooperative"]
    assert [cooperative[name] for name in names] == [2, 3, 1, 1, 0, 0, 0, 1]
    assert cooperative["jaccard"] == pytest.approx(1 / 4)  # 四, 三, 五, 七
    assert cooperative["jaccard_high"] == pytest.approx(2 / 3)
    assert cooperative["overlap"] == pytest.approx(1 / 2)
    reclaimed = table["reclaimed"]
    assert [reclaimed[name] for name in names] == [1, 1, 0, 0, 1, 1, 0, 0]
    assert (reclaimed["jaccard"], reclaimed["text_similarity"]) == (0.0, None)


def test_a_list_that_neither_has() -> None:
    a = Written("T", "1", "2023", [Row("b1", "一")])
    b = Written("T", "1", "2024", [Row("b1", "一")])
    row = next(r for r in list_similarity(match(a, b)) if r["list"] == "reclaimed")
    assert (row["items_a"], row["jaccard"], row["jaccard_high"], row["overlap"]) == (
        0,
        None,
        None,
        None,
    )


def test_categories_by_hand(found: Any) -> None:
    table = {str(row["category"]): row for row in by_category(found)}
    assert list(table) == [
        "党的建设",
        "民生服务",
        "社会管理",
    ]  # 6, 5 and 1 items; by name among equals
    wellbeing = table["民生服务"]
    assert (wellbeing["items_a"], wellbeing["items_b"]) == (3, 2)
    # 三 is shared, 四 went to another category, 五 and 七 are uncertain
    assert (wellbeing["shared"], wellbeing["uncertain"], wellbeing["moved_out"]) == (1, 1, 1)
    assert (wellbeing["basic_a"], wellbeing["cooperative_a"], wellbeing["cooperative_b"]) == (
        1,
        2,
        2,
    )
    assert (wellbeing["town_duties_a"], wellbeing["town_duties_b"]) == (3, 1)
    assert (wellbeing["department_duties_a"], wellbeing["unattributed_duties_a"]) == (1, 1)
    assert (wellbeing["lean_a"], wellbeing["lean_b"]) == (3 / 4, 1 / 2)
    assert wellbeing["lean_difference"] == -1 / 4
    assert wellbeing["category_en"] == "Services for people's wellbeing"
    assert table["党的建设"]["lean_a"] is None
    assert table["党的建设"]["lean_difference"] is None


def test_department_types_by_hand(found: Any) -> None:
    some = tables(A, B)
    loads = _loads(some, [("1", "2024"), ("2", "2024")])
    table = {
        str(row["department_type"]): row
        for row in by_department_type(found, (loads["1", "2024"], loads["2", "2024"]))
    }
    police = table["公安局"]
    assert (police["items_a"], police["items_b"], police["shared"], police["uncertain"]) == (
        2,
        2,
        1,
        1,
    )
    assert (police["town_duties_a"], police["town_duties_b"]) == (3.0, 1.0)
    assert (police["own_duties_a"], police["own_duties_b"]) == (1, 3)
    assert (police["lean_a"], police["lean_b"]) == (3 / 4, 1 / 4)
    assert police["lean_low_a"] == 3 / 5  # with the duty for which nobody is named
    assert police["lean_difference"] == -1 / 2
    civil = table["民政局"]
    assert (civil["items_a"], civil["items_b"], civil["moved_in"]) == (0, 1, 1)  # 三 is basic in A
    assert (civil["taken_back_a"], civil["taken_back_b"]) == (1, 1)
    assert civil["lean_a"] is None


def test_a_type_that_was_merged_says_so() -> None:
    a = Written(
        "T", "1", "2023", [Row("c1", "一", departments="乡村振兴局")], {"乡村振兴局": "乡村振兴局"}
    )
    b = Written(
        "T", "1", "2024", [Row("c1", "一", departments="农业农村局")], {"农业农村局": "农业农村局"}
    )
    found = match(a, b, "c1 c1 exact")
    loads = _loads(tables(a, b), [found.a.id, found.b.id])
    table = by_department_type(
        found,
        (loads[found.a.id], loads[found.b.id]),
        {"rural-revitalisation": frozenset({"agriculture-rural"})},
    )
    assert {row["department_type"]: row["successors"] for row in table} == {
        "乡村振兴局": "乡村振兴局→农业农村局",
        "农业农村局": "",
    }


def test_moves_by_hand(found: Any) -> None:
    table = moves(differences(found))
    matrix = {row["list_a"]: tuple(row.values())[1:6] for row in table}
    assert matrix == {
        "basic": (2, 1, 0, 0, 0),
        "cooperative": (0, 1, 0, 0, 1),
        "reclaimed": (0, 0, 0, 1, 0),
        "absent": (0, 0, 1, 0, 0),
        "uncertain": (0, 1, 0, 0, 0),
    }


def test_fates_add_up(found: Any) -> None:
    fates = [fate(found, group) for group in found.groups]
    assert sorted(fates) == ["added", "dropped", "kept", "kept", "moved", "reworded", "uncertain"]


def test_editions_by_hand() -> None:
    a = Written(
        "T",
        "1",
        "2023",
        [
            Row("b1", "一"),
            Row("b2", "二和三"),
            Row("c1", "四", "民生服务", "甲局", (("乡镇", "上报线索"),)),
            Row("c2", "五"),
            Row("c3", "六"),
            Row("r1", "七", departments="甲局"),
            Row("r2", "八", departments="甲局"),
        ],
    )
    b = Written(
        "T",
        "1",
        "2024",
        [
            Row("b1", "一"),
            Row("b2", "二"),
            Row("b3", "三"),
            Row("c1", "四", "社会管理", "乙局", (("乡镇", "上报线索"), ("乡镇", "入户宣传"))),
            Row("c2", "五和六"),
            Row("c3", "七", departments="甲局"),
            Row("c4", "九"),
        ],
    )
    found = match(
        a, b, "b1 b1 exact", "b2 b2 narrower", "b2 b3 narrower", "c1 c1 exact", "c2 c2 broader", "c3 c2 broader", "r1 c3 exact"
    )  # fmt: skip
    back = rebounds([found.a, found.b], [found])
    (row,) = editions([(found, differences(found))], back)
    names = "kept reworded moved added dropped uncertain divided merged".split()
    # kept: 一, 四; reworded: 二和三 (divided) and 五, 六 (merged); moved: 七; 九 is new, 八 gone.
    assert [row[name] for name in names] == [2, 2, 1, 1, 1, 0, 1, 1]
    assert (row["category_changed"], row["departments_changed"], row["split_changed"]) == (1, 1, 1)
    assert (row["town_duties_a"], row["town_duties_b"], row["returned"]) == (1, 2, 1)
    assert row["jaccard"] == pytest.approx(5 / 7)
    assert (row["edition_a"], row["edition_b"], row["items_a"], row["items_b"]) == (
        "2023",
        "2024",
        7,
        7,
    )


ITEM = st.sampled_from(["b1", "b2", "c1", "r1"])


@given(
    st.lists(
        st.tuples(ITEM, ITEM, st.sampled_from(["exact", "reworded", "broader", "uncertain"])),
        unique_by=lambda row: row[:2],
        max_size=6,
    )
)
def test_counts_add_up(rows: list[tuple[str, str, str]]) -> None:
    """Whatever is aligned: ratios are in their range, turning the lists round changes no ratio, and
    every item is in one part.
    """
    some = [Row(name, name) for name in ("b1", "b2", "c1", "r1")]
    a, b = Written("T", "1", "2023", some), Written("U", "2", "2023", some)
    found = match(a, b, *(" ".join(row) for row in rows))
    turned = match(b, a, *(f"{y} {x} {relation}" for x, y, relation in rows))
    for kind in ("all", "basic"):
        one = counts(found, lambda item, kind=kind: kind in ("all", item.list))
        other = counts(turned, lambda item, kind=kind: kind in ("all", item.list))
        assert (one.jaccard, one.jaccard_high, one.overlap) == (
            other.jaccard,
            other.jaccard_high,
            other.overlap,
        )
        assert 0 <= (one.jaccard or 0) <= (one.jaccard_high or 0) <= 1
        assert 0 <= (one.overlap or 0) <= 1
        assert (one.jaccard or 0) <= (one.overlap or 0)


def test_listings_keep_what_is_printed() -> None:
    (a,) = lists(A)
    assert [item.id for item in a.items.values()][:3] == [
        ("basic", "1"),
        ("basic", "2"),
        ("basic", "3"),
    ]
    assert a.types_of(a.items["cooperative", "1"]) == {"公安局"}
    assert a.items["cooperative", "1"].duties_of("town") == 2
