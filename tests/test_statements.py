"""Sentences say what the tables say."""

from __future__ import annotations

import re

import pytest

from dutygraph.report.content import Content, gather
from dutygraph.report.statements import Statement, statements
from dutygraph.store import Embedded


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
