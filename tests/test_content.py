"""What a report is about: the choice of editions, and their tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand import store_of

from dutygraph import graph
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.model import DutyList
from dutygraph.report.content import Content, choose, gather
from dutygraph.store import Embedded


@pytest.fixture(scope="module")
def content(packaged: Embedded) -> Content:
    return gather(packaged)


def another(real_list: DutyList, code: str = "653131102", name: str = "另一镇") -> DutyList:
    return replace(real_list, town=replace(real_list.town, code=code, name=name))


FIXED = {
    "department-load": (
        "department department_type system items items_fractional town_duties "
        "town_duties_fractional own_duties joint_duties unattributed_duties lean lean_low lean_high "
        "share taken_back net"
    ),
    "department-pairs": (
        "department_a department_b items weight_newman p_value q_value significant"
    ),
    "actions": "party party_kind action duties share",
    "categories": "category basic cooperative reclaimed balance",
    "measures": "measure value unit",
}


@pytest.mark.parametrize("name", FIXED)
def test_columns_that_others_rely_on(content: Content, name: str) -> None:
    expected = FIXED[name].split()
    assert list(content.tables[name].column_names[: len(expected)]) == expected


def test_every_table_says_whose_it_is(content: Content) -> None:
    for table in content.tables.values():
        assert {"town", "division", "edition"} <= set(table.column_names), table.name
        assert {(r["division"], r["edition"]) for r in table} <= {("653131101", "2025-07")}


def test_the_real_document(content: Content) -> None:
    assert (content.town, content.division, content.edition) == (
        "塔吉克阿巴提镇",
        "653131101",
        "2025-07",
    )
    assert not content.synthetic
    assert set(content.markings) == {"内部", "公布版"}
    assert len(content.tables["department-load"]) == 41
    assert len(content.tables["items"]) == 266


def test_an_unknown_town(packaged: Embedded) -> None:
    with pytest.raises(UnknownNameError, match="653131101"):
        gather(packaged, town="昆山市周庄镇")
    with pytest.raises(UnknownNameError, match="2025-07"):
        gather(packaged, edition="1999-01")


def test_the_newest_of_two_editions_is_taken_and_said_so(real_list: DutyList) -> None:
    with store_of(real_list, replace(real_list, edition="2026-01")) as store:
        content = gather(store)
        assert gather(store, edition="2025-07").edition == "2025-07"
    assert (content.edition, content.other_editions) == ("2026-01", ("2025-07",))


def test_an_undated_list_is_not_the_newest(real_list: DutyList) -> None:
    with store_of(real_list, replace(real_list, edition="undated")) as store:
        (chosen,) = choose(store)
    assert (chosen.edition, chosen.others) == ("2025-07", ("undated",))


def test_several_towns(real_list: DutyList) -> None:
    with store_of(real_list, another(real_list)) as store:
        assert [one.division for one in choose(store)] == ["653131101", "653131102"]
        assert [one.town for one in choose(store, towns=["另一镇"])] == ["另一镇"]
        assert len(choose(store, towns=["653131102", "塔吉克阿巴提镇", "另一镇"])) == 2
        with pytest.raises(UnknownNameError, match="653131102 另一镇"):
            gather(store)
        assert gather(store, town="653131102").town == "另一镇"


def test_an_edition_that_only_some_towns_have(real_list: DutyList) -> None:
    with store_of(real_list, replace(another(real_list), edition="2026-01")) as store:
        assert [one.division for one in choose(store, edition="2026-01")] == ["653131102"]
        with pytest.raises(UnknownNameError, match="2025-07, 2026-01"):
            choose(store, edition="1999")


def test_a_name_of_two_towns(real_list: DutyList) -> None:
    with (
        store_of(real_list, another(real_list, name=real_list.town.name)) as store,
        pytest.raises(UnknownNameError, match="653131102"),
    ):
        choose(store, towns=[real_list.town.name])


def test_an_empty_store() -> None:
    with (
        Embedded.in_memory(list(graph.reference_quads())) as store,
        pytest.raises(UsageError, match="no duty list"),
    ):
        choose(store)


def test_a_list_without_items(real_list: DutyList) -> None:
    with (
        store_of(replace(real_list, items=(), claims=(), findings=())) as store,
        pytest.raises(UsageError, match="no duty list with items"),
    ):
        choose(store)


def test_a_real_and_a_simulated_list_of_one_town_and_date(real_list: DutyList) -> None:
    with (
        store_of(real_list, replace(real_list, synthetic=True)) as store,
        pytest.raises(UsageError, match="two lists of 653131101"),
    ):
        choose(store)


def test_a_town_that_was_asked_for_lacks_the_edition(real_list: DutyList) -> None:
    with (
        store_of(real_list, replace(another(real_list), edition="2026-01")) as store,
        pytest.raises(UnknownNameError, match="2025-07"),
    ):
        choose(store, towns=["653131101", "653131102"], edition="2026-01")
