"""Work that a method leaves to the town: by rule, and in the real document as read by eye."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.compare.leftover import RULES, left_to_town
from dutygraph.model import DutyList

TOWN = "光明镇"


@pytest.mark.parametrize(
    ("method", "rule", "actions"),
    [
        ("乡镇继续做好此项工作的宣传动员", "subject", ("publicise",)),
        ("由县民政局牵头，乡镇配合做好排查", "subject", ("cooperate", "inspect")),
        ("由县公安局派出所和乡镇共同开展排查", "subject", ("inspect",)),
        ("县农业农村局牵头乡镇协助上报", "subject", ("cooperate", "report")),
        ("由县城管局负责，属地乡镇（街道）做好协助配合", "subject", ("cooperate",)),
        ("由镇政府继续受理申请", "subject", ("accept",)),
        ("光明镇配合做好宣传", "subject", ("cooperate", "publicise")),
        ("乡镇：负责宣传", "subject", ("publicise",)),
        ("街道办事处协助开展", "subject", ()),
        ("指导乡镇开展排查整治", "directed", ("inspect",)),
        ("督促各乡镇落实主体责任", "directed", ()),
        ("由县民政局会同乡镇开展核查", "together", ("inspect",)),
        ("对乡镇上报的名单进行审核", "relative", ("report",)),
        ("根据镇级报送或巡查发现的违法线索", "relative", ("report", "inspect")),
    ],
)
def test_work_is_left(method: str, rule: str, actions: tuple[str, ...]) -> None:
    (found,) = left_to_town(method, TOWN)
    assert (found.rule, found.actions) == (rule, actions)
    assert method[found.start :].startswith(found.quote)


@pytest.mark.parametrize(
    "method",
    [
        "",
        "不再由乡镇承担",
        "镇级不在承担",  # a misprint of the real document
        "乡镇不再承担此项工作",
        "取消乡镇对违法行为的处罚，由县局负责",
        "无需乡镇配合",
        "取消政务App关注量考核，不再对街道下达指标",
        "由县局组织专业力量开展检查，不再要求镇实施",
        "由县局按照权限办理许可，街道不再初审",
        "由统计局自行统计分析产值指标，不再对镇考核排名",
        "原由乡镇负责，现由县局负责",
        "由乡镇承担改为由县局承担",
        "对乡镇进行考核",
        "乡镇考核的结果进行通报",
        "对乡镇干部进行培训",
        "向乡镇通报检查结果",
        "深入乡镇开展检查",
        "深入镇村道路检查",
        "下发至乡镇",
        "负责城镇居民的登记",
        "农村集镇管理",
        "加强乡镇企业监管",
        "乡镇卫生院配合开展随访",  # another body
        "街道两侧巡查由县局负责",
        "乡镇人民政府辖区内的检查由县局负责",
        "配合县直部门开展",  # who does is not said, and nothing before it relieves the town
        "取消镇对接送工作。配合县直部门开展",  # another sentence
    ],
)
def test_nothing_is_left(method: str) -> None:
    assert left_to_town(method, TOWN) == []


def test_what_stands_between_the_lines_is_marked() -> None:
    method = "取消镇对返乡学生接送工作，配合协助县直各部门开展此项工作。"
    (found,) = left_to_town(method, TOWN)
    assert found.rule == "implied"
    assert found.quote == method.rstrip("。")
    assert found.actions == ("cooperate",)


def test_each_clause_counts_once() -> None:
    method = "由县局负责。乡镇负责宣传；各乡镇、街道配合排查，镇级上报线索。"
    assert [one.quote for one in left_to_town(method)] == [
        "乡镇负责宣传",
        "各乡镇、街道配合排查",
        "镇级上报线索",
    ]


def test_the_real_document(real_list: DutyList) -> None:
    """All 43 methods were read by eye: 15 says it outright, 21 uses what the town supplies, 9 leaves
    open who is to help. 1, 6, 12, 16, 23 to 25 and 32 mention the town or a village and deny it, or
    mean a place.
    """
    found = {
        item.key: left_to_town(item.method, real_list.town.name)
        for item in real_list.items
        if item.kind == "reclaimed"
    }
    assert {key: [one.rule for one in some] for key, some in found.items() if some} == {
        "9": ["implied"],
        "15": ["subject"],
        "21": ["relative"],
    }
    assert found["15"][0].quote == "乡镇继续做好此项工作的宣传动员"


@given(st.text(alphabet="乡镇由对不再，。负责上报的县局开展取消 ", max_size=40))
def test_quotes_stand_in_the_method(method: str) -> None:
    for one in left_to_town(method, "镇"):
        assert one.rule in RULES
        assert one.quote
        assert method[one.start :].startswith(one.quote)
