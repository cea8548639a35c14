"""Sentences say what the tables say."""

from __future__ import annotations

import re

import pytest

from dutygraph.report.content import Content, gather
from dutygraph.report.statements import Statement, holders, several, statements
from dutygraph.store import Embedded
from dutygraph.table import Value


@pytest.fixture(scope="module")
def content(packaged: Embedded) -> Content:
    return gather(packaged)


@pytest.fixture(scope="module")
def found(content: Content) -> list[Statement]:
    return statements(content.tables)


def saying(found: list[Statement], words: str) -> Statement:
    (one,) = (s for s in found if words in s.zh)
    return one


def test_numbers_counted_in_the_document(found: list[Statement]) -> None:
    lists = saying(found, "清单共")
    assert [float(n) for n in re.findall(r"[\d.]+", lists.zh)] == [266, 121, 102, 43, 54.5]
    assert "266 items" in lists.en
    split = saying(found, "没有写明主体")
    # 340, 412 and 15 duties: 340/767 and 355/767.
    assert [float(n) for n in re.findall(r"[\d.]+", split.zh)] == [767, 340, 44.3, 412, 15, 46.3]
    pairs = saying(found, "连成")
    assert "31 个部门" in pairs.zh
    assert "89 对" in pairs.zh
    assert pairs.anchor == "pair/公安局/市场监督管理局"
    assert "3 个与表中不符" in saying(found, "自述").zh


def test_a_shared_first_place_names_all(found: list[Statement]) -> None:
    # 水利局 and 人力资源和社会保障局 took back six items each.
    taken = saying(found, "收回最多")
    assert "水利局、人力资源和社会保障局（各 6 项）" in taken.zh
    assert "(6 each)" in taken.en


def test_an_order_that_is_open_is_said_to_be(found: list[Statement]) -> None:
    # 应急管理局 has lean 0.53, or 0.49 with its open duties; 农业农村局 has 0.49 for certain.
    lean = saying(found, "倚重度最高")
    assert "应急管理局（0.53，0.49–0.53）、农业农村局（0.49，0.49–0.49）（范围相互重叠" in lean.zh
    assert "their bounds overlap" in lean.en


def test_both_languages_give_the_same_numbers(found: list[Statement]) -> None:
    for one in found:
        zh, en = (re.findall(r"\d+(?:\.\d+)?", text) for text in (one.zh, one.en))
        missing = set(zh) - set(en)
        # Chinese writes small numbers as words less often than English does.
        assert missing <= {"5"}, (missing, one.en)


def test_rows_exist(content: Content, found: list[Statement]) -> None:
    for one in found:
        table = content.tables[one.table]
        cells = {str(value) for row in table.rows for value in row}
        for key in one.rows:
            assert set(key.split("–")) <= cells, (one.table, key)


def test_the_table_of_statements(content: Content, found: list[Statement]) -> None:
    rows = list(content.tables["statements"])
    assert [row["zh"] for row in rows] == [one.zh for one in found]
    assert [row["order"] for row in rows] == list(range(1, len(found) + 1))
    assert {row["division"] for row in rows} == {"653131101"}


def row(name: str, lean: tuple[float, float, float], taken: int = 0) -> dict[str, Value]:
    return {
        "department": name,
        "department_type_en": "",
        "items": 3,
        "lean": lean[0],
        "lean_low": lean[1],
        "lean_high": lean[2],
        "taken_back": taken,
    }


def test_holders_and_words() -> None:
    rows = [row("甲", (1, 0.2, 1), 2), row("乙", (0.5, 0.5, 0.5), 2), row("丙", (0.1, 0.1, 0.1))]
    assert [r["department"] for r in holders(rows, "taken_back")] == ["甲", "乙"]
    assert several(["a"] * 6, "个部门", "departments") == ("6 个部门", "6 departments")
