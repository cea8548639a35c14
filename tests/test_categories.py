"""Items per category, against counts by hand."""

from __future__ import annotations

import pytest
from hand import HERE, duty, item, table

from dutygraph.network.categories import balance, category_table, department_categories
from dutygraph.table import Value


def category(name: str, kind: str, items: int) -> dict[str, Value]:
    return {**HERE, "category": name, "category_en": f"{name}!", "list": kind, "items": items}


def test_balance() -> None:
    assert balance({"basic": 121, "cooperative": 102, "reclaimed": 43}) == pytest.approx(145 / 266)
    assert balance({"basic": 0, "cooperative": 0, "reclaimed": 0}) is None


def test_categories_across_the_lists() -> None:
    found = category_table(
        table(
            "categories",
            [
                category("甲", "basic", 1),
                category("乙", "basic", 3),
                category("乙", "cooperative", 2),
                category("乙", "reclaimed", 1),
            ],
        )
    )
    first, second = found
    assert [first[k] for k in ("category", "basic", "cooperative", "reclaimed")] == ["乙", 3, 2, 1]
    assert first["balance"] == 0.5
    assert first["category_en"] == "乙!"
    assert (second["category"], second["balance"], second["town"]) == ("甲", 0, "T")


def test_departments_by_category() -> None:
    items = table(
        "items",
        [
            item("1", "A、B", category="应急管理"),
            item("2", "A", category="应急管理及消防"),
            item("3", "A", category="别的"),
            item("4", "A", "reclaimed", category="别的"),
        ],
    )
    duties = table("duties", [duty("1", "乡镇", "town"), duty("3", "乡镇", "town")])
    rows = list(department_categories(items, duties))
    # 应急管理 is printed for 应急管理及消防: one category, of items 1 (shared) and 2.
    assert [(r["department"], r["category"], r["items"]) for r in rows] == [
        ("A", "应急管理及消防", 2),
        ("A", "别的", 1),
        ("B", "应急管理及消防", 1),
    ]
    assert [r["items_fractional"] for r in rows] == [1.5, 1, 0.5]
    assert [r["town_duties_fractional"] for r in rows] == [0.5, 1, 0.5]
    assert [r["share"] for r in rows] == pytest.approx([2 / 3, 1 / 3, 1])
    assert [r["item_keys"] for r in rows] == ["1 2", "3", "1"]


def test_empty_tables() -> None:
    assert len(category_table(table("categories", []))) == 0
    assert len(department_categories(table("items", []), table("duties", []))) == 0
