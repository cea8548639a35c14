"""Action recognition, against judgements by eye (tests/readings/actions.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dutygraph import reference
from dutygraph.actions import find_actions
from dutygraph.model import DutyList, ListKind

READINGS = Path(__file__).parent / "readings" / "actions.yaml"


def judgements() -> list[dict[str, Any]]:
    loaded = yaml.safe_load(READINGS.read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, list) else loaded["actions"]


def actions_of(duty_list: DutyList, judgement: dict[str, Any]) -> set[str]:
    for item in duty_list.items:
        if item.kind is ListKind.COOPERATIVE and item.number == judgement["number"]:
            for duty in item.duties:
                if (duty.side, duty.position) == (judgement["side"], judgement["position"]):
                    assert duty.text == judgement["text"]
                    return {use.action for use in duty.actions}
    raise AssertionError(judgement)


def codes(text: str) -> list[str]:
    return [use.action for use in find_actions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("审核镇级空编情况；", ["review"]),
        ("摸排、登记、上报各级非物质文化遗产项目；", ["inspect", "record", "report"]),
        ("做好农业、畜牧业政策保险的宣传推广；", ["publicise"]),
        ("开展防范和打击传销宣传工作；", ["publicise"]),
        ("对推荐提名的人选进行资格审查；", ["review"]),
        ("将数据汇总上报；", ["report"]),
        ("建立救灾物资储备台账；", ["record"]),
        ("建立动态监测长效机制；", ["organise"]),
        ("依法开展监督检查，查处违法行为。", ["supervise", "penalise"]),
        ("负责登记注册相关法律法规的咨询、解释；", ["accept", "publicise"]),
        ("指导镇级核查人员；", ["train"]),
        ("户籍管理部门。", []),
        ("", []),
    ],
)
def test_rules(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_most_judgements_agree(real_list: DutyList) -> None:
    """Of 40 duties judged by eye: what a careful reader says it does is found, and nothing wrong.

    The rules are plain on purpose; those that they cannot decide stay in the count.
    """
    missed = [
        (j["number"], j["side"], j["position"])
        for j in judgements()
        if set(j["must"]) - (found := actions_of(real_list, j)) or set(j["must_not"]) & found
    ]
    assert len(missed) <= 2, missed


def test_few_duties_have_no_action(real_list: DutyList) -> None:
    duties = [duty for item in real_list.items for duty in item.duties]
    assert sum(not duty.actions for duty in duties) / len(duties) < 0.12


def test_matched_words_stand_where_they_are_said_to(real_list: DutyList) -> None:
    for item in real_list.items:
        for duty in item.duties:
            for use in duty.actions:
                assert duty.text[use.start : use.start + len(use.matched)] == use.matched


def test_lexicon_and_codes_agree() -> None:
    text = (Path(__file__).parents[1] / "ontology" / "codes.ttl").read_text(encoding="utf-8")
    for action in set(reference.lexicon().terms.values()):
        assert f"code:action-{action} " in text


WORDS = sorted(reference.lexicon().terms)


@given(
    st.lists(
        st.sampled_from([*WORDS, "做好", "对", "将", "的", "，", "、", "并", "人员", "。"]),
        max_size=12,
    )
)
def test_any_text_is_read(words: list[str]) -> None:
    text = "".join(words)
    uses = find_actions(text)
    assert [u.start for u in uses] == sorted({u.start for u in uses})
    for use in uses:
        assert text[use.start :].startswith(use.matched)
        assert reference.lexicon().terms[use.matched] == use.action


@given(st.text(max_size=40))
def test_arbitrary_text(text: str) -> None:
    find_actions(text)
