"""Whole documents in other styles than the real one. All of them are simulated."""

from __future__ import annotations

from dutygraph.model import DutyList, Item, ListKind, Side
from dutygraph.parse.document import Given, parse_document
from dutygraph.readers.text import read_text

SUBDISTRICT = """\
江苏省示例市滨湖区示例街道履职事项清单
（2025年版）
二〇二五年六月

前 言
本清单为模拟文本。清单共包括履职事项12项，其中基本履职事项5项、配合履职事项4项、上级部门收回事项3项。
基本履职事项清单包括党的建设、民生服务等2个类别，共5项。

一、基本履职事项清单
序号\t事项名称
一、党的建设（3项）
1\t加强党的建设
2\t落实民主集中制
3\t开展主题党日活动
二、民生服务（2项）
4\t做好就业服务
5\t做好老年人服务

二、配合履职事项清单（共5项）
序号\t事项类别\t履职事项\t对应上级部门/关联单位\t上级部门职责\t街道配合职责
1\t平安法治\t消防安全检查\t牵头部门：区消防救援大队 配合部门：区应急管理局、区住房和城乡建设局\t\
1.区消防救援大队：负责消防监督检查，查处消防违法行为；2.区应急管理局：综合协调；3.区住房和城乡建设局：指导物业消防。\t\
（1）开展消防宣传；（2）排查隐患，发现问题及时上报。
2\t\t反诈宣传\t市公安局滨湖分局\t一是制定方案；二是组织培训；三是打击犯罪。\t①开展宣传②上报线索
3\t城乡建设\t违法建设治理\t区城市管理局，区自然资源和规划局\t\
区城市管理局：（1）依法拆除违法建设。（2）建立台账。区自然资源和规划局：（1）认定违法建设；\t1、日常巡查；2、劝阻并上报；
4\t城乡建设\t燃气安全\t区住建局等部门\t区住建局牵头，区城管局、区市场监管局等部门按职责分工负责燃气安全监管。\t配合开展入户检查

三、上级部门收回事项清单
序号\t事项类别\t事项名称\t承接部门\t工作方式
1\t社会保障\t工伤认定调查\t区人力资源和社会保障局\t由区人社局开展工伤认定。
2\t社会保障\t养老待遇核查\t区人社局\t通过数据比对开展。
3\t卫生健康\t计生药具发放\t区卫生健康委员会\t由区卫健委统一发放。
"""


def read(text: str, **given: str) -> DutyList:
    return parse_document(read_text(text.encode("utf-8"), "list.txt"), Given(**given))


def item(duty_list: DutyList, kind: ListKind, number: int) -> Item:
    return next(i for i in duty_list.items if i.kind is kind and i.number == number)


def split(found: Item) -> list[tuple[str, str]]:
    """Party and text of each duty."""
    return [
        ("乡镇" if d.side is Side.TOWN else "、".join(p.name for p in d.parties), d.text)
        for d in found.duties
    ]


def codes(duty_list: DutyList) -> set[str]:
    return {finding.code for finding in duty_list.findings}


def test_cover_of_a_subdistrict() -> None:
    found = read(SUBDISTRICT)
    assert (found.town.name, found.edition) == ("示例街道", "2025-06")
    assert [d.name for d in found.town.parents] == ["滨湖区", "示例市", "江苏省"]
    assert found.synthetic  # it says so; then no table need list its town
    assert "division-unlisted" not in codes(found)


def test_categories_on_lines_of_their_own() -> None:
    basic = [i.category for i in read(SUBDISTRICT).items if i.kind is ListKind.BASIC]
    assert basic == ["党的建设"] * 3 + ["民生服务"] * 2


def test_departments_that_lead_and_departments_that_assist() -> None:
    found = item(read(SUBDISTRICT), ListKind.COOPERATIVE, 1)
    assert [d.name for d in found.departments] == ["消防救援大队", "应急管理局", "住房和城乡建设局"]
    roles = {s.department.name: s.role for s in found.splits if s.department}
    assert roles == {"消防救援大队": "lead", "应急管理局": "assist", "住房和城乡建设局": "assist"}


def test_a_party_at_the_head_of_each_entry() -> None:
    assert split(item(read(SUBDISTRICT), ListKind.COOPERATIVE, 1)) == [
        ("消防救援大队", "负责消防监督检查，查处消防违法行为；"),
        ("应急管理局", "综合协调；"),
        ("住房和城乡建设局", "指导物业消防。"),
        ("乡镇", "开展消防宣传；"),
        ("乡镇", "排查隐患，发现问题及时上报。"),
    ]


def test_other_numbers_and_a_body_of_the_city() -> None:
    found = item(read(SUBDISTRICT), ListKind.COOPERATIVE, 2)
    assert found.category == "平安法治"
    assert [(d.name, d.type, d.reviewed) for d in found.departments] == [
        ("市公安局滨湖分局", "public-security", True)
    ]
    assert split(found) == [
        ("市公安局滨湖分局", "制定方案；"),
        ("市公安局滨湖分局", "组织培训；"),
        ("市公安局滨湖分局", "打击犯罪。"),
        ("乡镇", "开展宣传"),
        ("乡镇", "上报线索"),
    ]


def test_numbers_that_begin_anew_under_each_party() -> None:
    assert split(item(read(SUBDISTRICT), ListKind.COOPERATIVE, 3)) == [
        ("城市管理局", "依法拆除违法建设。"),
        ("城市管理局", "建立台账。"),
        ("自然资源和规划局", "认定违法建设；"),
        ("乡镇", "日常巡查；"),
        ("乡镇", "劝阻并上报；"),
    ]


def test_a_catch_all_is_a_mark_and_no_name() -> None:
    found = item(read(SUBDISTRICT), ListKind.COOPERATIVE, 4)
    assert [d.name for d in found.departments] == ["住房和城乡建设局"]
    assert found.catch_all == "等部门"
    assert split(found)[-1] == ("乡镇", "配合开展入户检查")


def test_two_columns_for_reclaimed_items() -> None:
    found = item(read(SUBDISTRICT), ListKind.RECLAIMED, 3)
    assert [d.name for d in found.departments] == ["卫生健康委员会"]
    assert found.method == "由区卫健委统一发放。"


def test_claims_of_the_introduction_and_of_a_title() -> None:
    claims = {(c.subject, c.claimed, c.counted, c.part) for c in read(SUBDISTRICT).claims}
    assert claims == {
        ("all items", 12, 12, "introduction"),
        ("basic items", 5, 5, "introduction"),
        ("cooperative items", 4, 4, "introduction"),
        ("reclaimed items", 3, 3, "introduction"),
        ("basic categories", 2, 2, "introduction"),
        ("cooperative items", 5, 4, "title"),
    }


def test_what_the_caller_knows_goes_before_the_cover() -> None:
    found = read(SUBDISTRICT, division="653131101", edition="2024", title="模拟")
    assert (found.town.name, found.edition, found.title) == ("塔吉克阿巴提镇", "2024", "模拟")


def test_a_list_of_one_table() -> None:
    head, _, rest = SUBDISTRICT.partition("二、配合履职事项清单")
    assert rest
    found = read(head)
    assert {i.kind for i in found.items} == {ListKind.BASIC}
    missing = [f for f in found.findings if f.code == "table-missing"]
    assert [f.list_kind for f in missing] == [ListKind.COOPERATIVE, ListKind.RECLAIMED]


def test_a_number_that_is_there_twice_is_two_items() -> None:
    found = read(SUBDISTRICT.replace("\n2\t落实", "\n1\t落实"))
    assert [i.key for i in found.items[:3]] == ["1", "1-2", "3"]
    assert {"item-number-repeated", "item-number-skipped"} <= codes(found)


def test_findings_are_in_the_order_of_the_document() -> None:
    lines = [f.place.line or 0 for f in read(SUBDISTRICT).findings]
    assert lines == sorted(lines)
