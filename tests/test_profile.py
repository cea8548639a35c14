"""Action profiles, against calculations by hand."""

from __future__ import annotations

import math

import pytest
from hand import ACTIONS, duty, item, table
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.network.profile import (
    action_profiles,
    action_table,
    action_totals,
    divergence,
    nature_share,
    share_bounds,
    totals,
)

ITEMS = table("items", [item("1", "A、B"), item("2", "A")])
DUTIES = table(
    "duties",
    [
        duty("1", "乡镇", "town", actions="inspect report"),
        duty("2", "乡镇", "town", actions="inspect", position=2),
        duty("1", "A", "department", actions="approve"),
        duty("1", "A", "department", "joint", actions="organise", position=2),
        duty("1", "B", "department", "joint", actions="organise", position=2),
        duty("1", "", "unattributed", "unattributed", actions="inspect", position=3),
        duty("2", "A", "department", actions="", position=4),
        duty("2", "C", "department", actions="approve", position=5),
    ],
)


def test_who_does_what() -> None:
    found = {(r["party"], r["action"]): r for r in action_table(DUTIES, ACTIONS)}
    # The town: inspect twice, report once.
    assert found["乡镇", "inspect"]["duties"] == 2
    assert found["乡镇", "inspect"]["share"] == pytest.approx(2 / 3)
    assert found["乡镇", "report"]["action_zh"] == "上报"
    # A: approve, organise (together with B), and one duty in which no action was recognised.
    assert [found["A", code]["share"] for code in ("approve", "organise", "")] == pytest.approx(
        [1 / 3] * 3
    )
    assert found["B", "organise"]["duties"] == 1
    assert found["", "inspect"]["party_kind"] == "unattributed"
    assert next(iter(action_table(DUTIES, ACTIONS)))["party"] == "乡镇"


def test_shares_of_a_party_add_up_to_one() -> None:
    sums: dict[object, float] = {}
    for row in action_table(DUTIES, ACTIONS):
        sums[row["party"]] = sums.get(row["party"], 0) + float(row["share"] or 0)
    assert list(sums.values()) == pytest.approx([1] * 5)


def test_profiles() -> None:
    a, b = action_profiles(ITEMS, DUTIES, ACTIONS)
    # In its items 1 and 2 the town inspects twice and reports: all legwork. A approves once and
    # organises once; the unattributed inspecting may be its own.
    assert (a["department"], a["items"], a["town_duties"], a["department_duties"]) == ("A", 2, 2, 3)
    assert (a["town_legwork"], a["town_authority"]) == (1, 0)
    assert (a["department_legwork"], a["department_authority"]) == (0, 0.5)
    assert (a["department_legwork_low"], a["department_legwork_high"]) == pytest.approx((0, 1 / 3))
    assert (a["department_authority_low"], a["department_authority_high"]) == pytest.approx(
        (1 / 3, 1 / 2)
    )
    assert a["divergence"] == 1  # nothing in common
    # B only organises, with A; the duty of C in item 2, which does not name it, is nobody's here.
    assert (b["town_duties"], b["department_duties"], b["department_authority"]) == (1, 1, 0)


def test_divergence_by_hand() -> None:
    # p = (1/2, 1/2), q = (1, 0), m = (3/4, 1/4):
    # ½[½·log2(2/3) + ½·log2 2] + ½·log2(4/3) = 1/4 + ¼·log2(2/3) + ½·log2(4/3)
    expected = 0.25 + 0.25 * math.log2(2 / 3) + 0.5 * math.log2(4 / 3)
    assert divergence({"a": 1, "b": 1}, {"a": 3}) == pytest.approx(expected)


COUNTS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 50), max_size=4)


@given(COUNTS, COUNTS)
def test_divergence_is_symmetric_and_within_its_range(
    one: dict[str, int], other: dict[str, int]
) -> None:
    found = divergence(one, other)
    if not one or not other:
        assert found is None
        return
    assert found is not None
    assert 0 <= found <= 1
    assert found == pytest.approx(divergence(other, one))
    assert divergence(one, one) == 0


@given(COUNTS, COUNTS)
def test_bounds_hold_the_value(sure: dict[str, int], unclear: dict[str, int]) -> None:
    natures = {"a": "legwork", "b": "authority"}
    low, high = share_bounds(sure, unclear, natures, "legwork")
    for actions in (sure, {k: sure.get(k, 0) + unclear.get(k, 0) for k in {*sure, *unclear}}):
        value = nature_share(actions, natures, "legwork")
        if value is not None:
            assert low is not None
            assert high is not None
            assert low - 1e-12 <= value <= high + 1e-12


def test_a_joint_duty_counts_once_in_the_whole() -> None:
    assert totals(DUTIES)["department"] == {"approve": 2, "organise": 1, "": 1}
    rows = [r for r in action_totals(DUTIES, ACTIONS) if r["party_kind"] == "department"]
    assert [(r["action"], r["duties"], r["share"]) for r in rows] == [
        ("approve", 2, 0.5),
        ("", 1, 0.25),
        ("organise", 1, 0.25),
    ]


def test_empty_tables() -> None:
    nothing = table("duties", [])
    assert len(action_table(nothing, ACTIONS)) == len(action_totals(nothing, ACTIONS)) == 0
    assert len(action_profiles(table("items", []), nothing, ACTIONS)) == 0
    (row,) = action_profiles(table("items", [item("1", "A")]), nothing, ACTIONS)
    assert [row[k] for k in ("town_legwork", "department_legwork", "divergence")] == [None] * 3
