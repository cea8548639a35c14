"""Differences of two lists, item by item and duty by duty, by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from compared import Row, Written, lists, match

from dutygraph.compare.bodies import bodies, department_change
from dutygraph.compare.differences import differences, duty_differences
from dutygraph.compare.duties import match_duties, split_of
from dutygraph.compare.rebounds import by_row, rebounds

Record = dict[str, Any]


def rows(table: Any) -> list[Record]:
    return list(table)


BEFORE = Written(
    "光明镇",
    "1",
    "2023-05",
    [
        Row("b1", "开展农村危房排查", "城乡建设"),
        Row("b2", "宣传政策", "民生服务"),
        Row(
            "c1",
            "消防检查",
            "应急管理",
            "消防大队、乡村振兴局",
            (
                ("消防大队", "制定方案"),
                ("消防大队", "组织开展检查"),
                ("乡镇", "宣传消防知识"),
                ("乡镇", "配合检查"),
            ),
        ),
        Row("c2", "植树造林", "生态环保", "林业局", (("林业局", "提供苗木"), ("乡镇", "组织栽植"))),
        Row("r1", "违建处罚", "城乡建设", "住建局", method="由住建局负责。"),
    ],
    {
        "消防大队": "消防救援局",
        "乡村振兴局": "乡村振兴局",
        "林业局": "林业和草原局",
        "住建局": "住房和城乡建设局",
    },
)
AFTER = Written(
    "光明镇",
    "1",
    "2025-07",
    [
        Row("b1", "开展城乡危房排查", "城乡建设"),
        Row(
            "c1",
            "消防检查",
            "应急管理",
            "消防救援局、农业农村局、公安局",
            (
                ("消防救援局", "制定方案"),
                ("消防救援局", "宣传消防知识"),
                ("乡镇", "积极配合检查工作"),
                ("公安局", "维护秩序"),
            ),
        ),
        Row("c2", "违建处罚", "城乡建设", "住建局", (("乡镇", "上报线索"),)),
        Row("c3", "防溺水", "平安法治", "教育局"),
        Row("c4", "春季植树造林", "生态环保", "林业局"),
    ],
    {
        "消防救援局": "消防救援局",
        "农业农村局": "农业农村局",
        "林业局": "林业和草原局",
        "住建局": "住房和城乡建设局",
    },
)
SUCCESSORS = {
    "rural-revitalisation": frozenset({"agriculture-rural"})
}  # keys of the reference data


@pytest.fixture
def found() -> Any:
    return match(
        BEFORE,
        AFTER,
        "b1 b1 reworded",
        "c1 c1 exact",
        "r1 c2 exact",
        "c2 c4 uncertain",
        "- c3 none",
        successors=SUCCESSORS,
    )


def test_rows_lead_to_both_sources(found: Any) -> None:
    table = differences(found)
    ends = [(r["kind"], r["list_a"], r["key_a"], r["list_b"], r["key_b"]) for r in rows(table)]
    assert ends == [
        ("shared", "basic", "1", "basic", "1"),
        ("only_a", "basic", "2", None, None),
        ("shared", "cooperative", "1", "cooperative", "1"),
        ("uncertain", "cooperative", "2", "cooperative", "4"),
        ("shared", "reclaimed", "1", "cooperative", "2"),
        ("only_b", None, None, "cooperative", "3"),
    ]
    last = rows(table)[-1]
    assert (last["line_b"], last["place_b"], last["number_b"]) == (103, "line 103", 3)
    assert (last["line_a"], last["title_a"], last["moved"], last["reworded"]) == (None,) * 4
    assert (last["town_a"], last["edition_a"], last["edition_b"]) == (
        "光明镇",
        "2023-05",
        "2025-07",
    )


def test_words(found: Any) -> None:
    first = rows(differences(found))[0]
    assert first["reworded"] is True
    assert first["diff"] == "开展[-农村-]{+城乡+}危房排查"
    assert json.loads(first["segments"])[1] == ["delete", "农村"]
    assert first["similarity"] == pytest.approx(12 / 16)  # 6 of 8 and 8 characters stay


def test_moved_and_categories(found: Any) -> None:
    by_key = {(r["list_a"], r["key_a"]): r for r in rows(differences(found))}
    taken = by_key["reclaimed", "1"]
    assert (taken["moved"], taken["category_changed"]) == (True, False)
    assert taken["split_changed"] is None  # not cooperative in both
    assert (taken["town_duties_a"], taken["town_duties_b"]) == (None, 1)
    assert by_key["cooperative", "1"]["moved"] is False


def test_departments_of_two_editions(found: Any) -> None:
    """消防大队 is 消防救援局 under its new name (one type); 乡村振兴局 went into 农业农村局."""
    row = next(
        r for r in rows(differences(found)) if r["key_a"] == "1" and r["list_a"] == "cooperative"
    )
    assert row["departments_added"] == "公安局"
    assert row["departments_removed"] == ""
    assert row["departments_renamed"] == "消防大队→消防救援局、乡村振兴局→农业农村局"
    unsure = next(r for r in rows(differences(found)) if r["kind"] == "uncertain")
    assert (unsure["departments_added"], unsure["split_changed"]) == ("", None)


def test_split(found: Any) -> None:
    """制定方案 stays (another name is no other party), 组织开展检查 is gone, 宣传消防知识 went to the
    department, 配合检查 was reworded (8/12 of the characters stay), 维护秩序 is new.
    """
    row = next(
        r for r in rows(differences(found)) if r["key_a"] == "1" and r["list_a"] == "cooperative"
    )
    assert row["split_changed"] is True
    assert row["split_detail"] == "乡镇 −1、公安局 +1、消防大队 −1、消防救援局 +1"
    assert (row["town_duties_a"], row["town_duties_b"]) == (2, 1)
    assert (row["department_duties_a"], row["department_duties_b"]) == (2, 3)
    duties = rows(duty_differences(found))
    assert [(d["kind"], d["text_a"], d["text_b"]) for d in duties] == [
        ("only_a", "组织开展检查", None),
        ("party", "宣传消防知识", "宣传消防知识"),
        ("reworded", "配合检查", "积极配合检查工作"),
        ("only_b", None, "维护秩序"),
    ]
    handed, reworded, new = duties[1], duties[2], duties[3]
    assert (handed["party_a"], handed["party_b"], handed["reworded"]) == (
        "乡镇",
        "消防救援局",
        False,
    )
    assert reworded["similarity"] == pytest.approx(8 / 12)
    assert reworded["diff"] == "{+积极+}配合检查{+工作+}"
    assert (new["key_a"], new["key_b"], new["position_b"], new["line_b"]) == ("1", "1", 3, 101)


def test_rebounds_in_rows(found: Any) -> None:
    table = rebounds([found.a, found.b], [found])
    marked = differences(found, by_row(found, table))
    assert [(r["key_a"], r["rebound"]) for r in rows(marked) if r["rebound"]] == [("1", "returned")]


def test_nothing_differs_from_itself_under_another_date() -> None:
    later = Written(BEFORE.town, "1", "2024", BEFORE.rows, BEFORE.types)
    found = match(BEFORE, later, *(f"{row.id} {row.id} exact" for row in BEFORE.rows))
    for row in rows(differences(found)):
        assert row["kind"] == "shared"
        flags = ("moved", "category_changed", "split_changed", "reworded", "departments_added")
        assert not any(row[flag] for flag in flags)
        assert not row["departments_removed"]
    assert len(duty_differences(found)) == 0


TOWN_A = Written(
    "光明镇",
    "1",
    "2024",
    [
        Row(
            "c1",
            "防火",
            "生态环保",
            "光明县林业局、乡村振兴局",
            (("光明县林业局", "报光明镇备案"),),
        )
    ],
    {"光明县林业局": "林业和草原局", "乡村振兴局": "乡村振兴局"},
)
TOWN_B = Written(
    "和平乡",
    "2",
    "2024",
    [
        Row(
            "c1",
            "防火",
            "应急管理",
            "和平县林草局、农业农村局、公安局",
            (("和平县林草局", "报和平乡备案"),),
        )
    ],
    {"和平县林草局": "林业和草原局", "农业农村局": "农业农村局"},
)


def test_two_towns_are_compared_by_type() -> None:
    """The counties' names for one type are no difference; nor are the towns' own names in a text."""
    found = match(TOWN_A, TOWN_B, "c1 c1 exact", successors=SUCCESSORS)
    (row,) = rows(differences(found))
    assert row["departments_added"] == "公安局"
    assert row["departments_removed"] == ""
    assert row["departments_renamed"] == "乡村振兴局→农业农村局"
    assert row["category_changed"] is True
    assert row["split_changed"] is False
    assert len(duty_differences(found)) == 0


def test_without_successors_a_merged_department_is_another_one() -> None:
    (row,) = rows(differences(match(TOWN_A, TOWN_B, "c1 c1 exact")))
    assert row["departments_added"] == "农业农村局、公安局"  # in printed order
    assert row["departments_removed"] == "乡村振兴局"


def test_a_name_that_is_still_there_was_not_renamed() -> None:
    """Both power companies have one type, and the old one still stands elsewhere in the new list."""
    types = {"东供电公司": "供电公司", "西供电公司": "供电公司"}
    a = Written(
        "T", "1", "2023", [Row("c1", "一", departments="东供电公司")], {"东供电公司": "供电公司"}
    )
    b = Written(
        "T",
        "1",
        "2024",
        [Row("c1", "一", departments="西供电公司"), Row("c2", "二", departments="东供电公司")],
        types,
    )
    (row, _) = rows(differences(match(a, b, "c1 c1 exact")))
    assert row["departments_added"] == "西供电公司"
    assert row["departments_removed"] == "东供电公司"
    assert row["departments_renamed"] == ""


def test_parts_of_a_divided_item() -> None:
    """What one part names or does and another does not is no difference of either."""
    a = Written(
        "T",
        "1",
        "2023",
        [
            Row(
                "c1",
                "防火和防汛",
                departments="甲局、乙局",
                duties=(("甲局", "巡护山林"), ("乙局", "检查堤坝"), ("乡镇", "上报险情")),
            )
        ],
    )
    b = Written(
        "T",
        "1",
        "2024",
        [
            Row("c1", "防火", departments="甲局", duties=(("甲局", "巡护山林"),)),
            Row("c2", "防汛", departments="乙局、丙局", duties=(("乙局", "检查堤坝"),)),
        ],
    )
    found = match(a, b, "c1 c1 narrower", "c1 c2 narrower")
    table = rows(differences(found))
    assert [(r["key_b"], r["departments_added"], r["departments_removed"]) for r in table] == [
        ("1", "", ""),
        ("2", "丙局", ""),
    ]
    assert [r["split_detail"] for r in table] == ["乡镇 −1", "乡镇 −1"]
    (lost,) = rows(duty_differences(found))
    assert (lost["kind"], lost["text_a"], lost["key_b"], lost["title_b"]) == (
        "only_a",
        "上报险情",
        "1 2",
        "防火 防汛",
    )


def test_an_uncertain_pair_beside_a_sure_one_is_named() -> None:
    a = Written("T", "1", "2023", [Row("c1", "一")])
    b = Written("T", "1", "2024", [Row("c1", "一"), Row("c2", "二")])
    table = rows(differences(match(a, b, "c1 c1 exact", "c1 c2 uncertain")))
    assert [(r["kind"], r["key_b"], r["maybe"]) for r in table] == [
        ("shared", "1", ""),
        ("only_b", "2", "cooperative/1"),
    ]


def test_duties_nobody_is_named_for() -> None:
    """Where one document is silent on who does it, no other party is claimed; only the town's column
    is always the town's.
    """
    a = Written(
        "T",
        "1",
        "2023",
        [Row("c1", "一", departments="甲局", duties=(("", "制定方案"), ("", "发布通告")))],
    )
    b = Written(
        "T",
        "1",
        "2024",
        [Row("c1", "一", departments="甲局", duties=(("甲局", "制定方案"), ("乡镇", "发布通告")))],
    )
    found = match(a, b, "c1 c1 exact")
    (row,) = rows(duty_differences(found))
    assert (row["kind"], row["text_a"], row["party_a"], row["party_b"]) == (
        "party",
        "发布通告",
        "",
        "乡镇",
    )
    (item,) = rows(differences(found))
    assert item["split_detail"] == "乡镇 +1、未明 −1"


def test_joint_duties_count_once_and_for_each_party() -> None:
    a = Written("T", "1", "2023", [Row("c1", "一", duties=(("甲局+乙局", "联合执法"),))])
    b = Written("T", "1", "2024", [Row("c1", "一", duties=(("甲局", "联合执法"),))])
    found = match(a, b, "c1 c1 exact")
    (duty,) = rows(duty_differences(found))
    assert (duty["kind"], duty["party_a"], duty["party_b"]) == ("party", "乙局、甲局", "甲局")
    (item,) = rows(differences(found))
    assert item["split_detail"] == "乙局 −1"
    assert (item["department_duties_a"], item["department_duties_b"]) == (1, 1)


def test_the_same_words_go_together_before_the_same_party() -> None:
    """The town's 开展危房排查 went to the department, though the department has a longer one already."""
    a = Written(
        "T",
        "1",
        "2023",
        [Row("c1", "一", duties=(("甲局", "开展危房排查指导"), ("乡镇", "开展危房排查")))],
    )
    b = Written("T", "1", "2024", [Row("c1", "一", duties=(("甲局", "开展危房排查"),))])
    first, second = lists(a, b)
    found = bodies(first, second, {})
    items = list(first.items.values()), list(second.items.values())
    some = match_duties(first, second, *items, found)
    assert [(one.kind, one.a.text if one.a else "") for one in some] == [
        ("only_a", "开展危房排查指导"),
        ("party", "开展危房排查"),
    ]
    assert split_of(some, found).detail == "乡镇 −1、甲局 +1−1"


def test_no_duties() -> None:
    first, second = lists(TOWN_A, TOWN_B)
    assert match_duties(first, second, [], [], bodies(first, second, {})) == []
    split = split_of([], bodies(first, second, {}))
    assert (split.changed, split.detail) == (False, "")


def test_department_change_of_items_without_departments() -> None:
    first, second = lists(BEFORE, AFTER)
    found = bodies(first, second, {})
    a, b = first.items["basic", "1"], second.items["basic", "1"]
    change = department_change(found, a, b)
    assert (change.added, change.removed, change.renamed) == ((), (), ())
