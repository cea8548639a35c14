"""What the lists are about: items per category, and departments per category."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from dutygraph import reference
from dutygraph.network.editions import (
    Edition,
    by_edition,
    edition_of,
    names,
    table_of,
    town_names,
)
from dutygraph.table import Column, Table, Value

LIST_KINDS: Final = ("basic", "cooperative", "reclaimed")

CATEGORY_COLUMNS: Final = (
    Column("category", zh="事项类别", en="category"),
    Column("basic", "integer", "items", "基本履职", "items that the town does alone"),
    Column("cooperative", "integer", "items", "配合履职", "items that departments lead"),
    Column("reclaimed", "integer", "items", "上级部门收回", "items that departments took back"),
    Column("balance", "decimal", "0–1", "部门事项占比", "(cooperative + reclaimed) / all items"),
    Column("category_en", zh="事项类别（英文）", en="category in English"),
)

DEPARTMENT_CATEGORY_COLUMNS: Final = (
    Column("department", zh="部门", en="canonical name of the department"),
    Column("category", zh="事项类别", en="category"),
    Column("items", "integer", "items", "配合事项数", "cooperative items that name it"),
    Column("items_fractional", "decimal", "items", "分数计配合事项数", "the same, shared equally"),
    Column(
        "town_duties_fractional",
        "decimal",
        "duties",
        "分数计乡镇职责条数",
        "the town's duties in them, shared equally",
    ),
    Column("share", "decimal", "0–1", "占比", "part of the department's items"),
    Column("item_keys", zh="事项序号", en="keys of the items, joined by blanks"),
)


def balance(lists: Mapping[str, Value]) -> float | None:
    """Part of an edition's items, or of a category's, that departments lead or took back.

    (cooperative + reclaimed) / all items.

    Args:
        lists: a mapping with the numbers ``basic``, ``cooperative`` and ``reclaimed``, such as a
            row of the saved query ``lists``.

    Returns:
        0 (all items are the town's own) to 1; None where there are no items.

    >>> balance({"basic": 2, "cooperative": 1, "reclaimed": 1})
    0.5
    """
    basic, cooperative, reclaimed = (int(lists[key] or 0) for key in LIST_KINDS)
    total = basic + cooperative + reclaimed
    return (cooperative + reclaimed) / total if total else None


def category_name(printed: Value) -> str:
    """The label of a printed category, as the saved query ``categories`` gives it.

    A category that the reference data do not know keeps its printed form.

    >>> category_name("应急管理"), category_name("别的"), category_name(None)
    ('应急管理及消防', '别的', '')
    """
    known = reference.category_of(str(printed or ""))
    return known.zh if known else str(printed or "")


def category_table(categories: Table) -> Table:
    """Items per category in the three lists.

    Args:
        categories: table of the saved query ``categories``.

    Returns:
        A row per edition and category, the largest first; items without a category stand under the
        empty one. No rows for an empty table.
    """
    towns = town_names(categories)
    counts: dict[Edition, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    english: dict[str, str] = {}
    for row in categories:
        category = str(row["category"] or "")
        english[category] = str(row["category_en"] or "")
        counts[edition_of(row)][category][str(row["list"])] += int(row["items"] or 0)
    rows: list[tuple[Value, ...]] = []
    for edition in sorted(counts):
        of_category = counts[edition]
        for category in sorted(of_category, key=lambda c: (-sum(of_category[c].values()), c)):
            numbers = {kind: of_category[category][kind] for kind in LIST_KINDS}
            rows.append(
                (
                    category,
                    *numbers.values(),
                    balance(numbers),
                    english[category],
                    towns[edition],
                    *edition,
                )
            )
    return table_of("categories", CATEGORY_COLUMNS, rows)


def department_categories(items: Table, duties: Table) -> Table:
    """Which categories a department's cooperative items belong to.

    Args:
        items: table of the saved query ``items``.
        duties: table of ``duties``.

    Returns:
        A row per edition, department and category that it is named in: departments by number of
        items, categories by number of items. The shares of a department add up to 1. No rows for
        empty tables.
    """
    towns = town_names(items)
    town_duties: Counter[tuple[Edition, str]] = Counter(
        (edition_of(row), str(row["key"])) for row in duties if row["party_kind"] == "town"
    )
    rows: list[tuple[Value, ...]] = []
    for edition, its_items in by_edition(items).items():
        keys: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        parts: dict[str, Counter[str]] = defaultdict(Counter)
        duty_parts: dict[tuple[str, str], float] = defaultdict(float)
        fractions: dict[tuple[str, str], float] = defaultdict(float)
        for row in its_items:
            if row["list"] != "cooperative":
                continue
            departments = names(row["departments"])
            category, key = category_name(row["category"]), str(row["key"])
            for name in departments:
                keys[name][category].append(key)
                parts[name][category] += 1
                fractions[name, category] += 1 / len(departments)
                duty_parts[name, category] += town_duties[edition, key] / len(departments)
        for name in sorted(parts, key=lambda n: (-sum(parts[n].values()), n)):
            total = sum(parts[name].values())
            for category, number in sorted(parts[name].items(), key=lambda p: (-p[1], p[0])):
                rows.append(
                    (
                        name,
                        category,
                        number,
                        fractions[name, category],
                        duty_parts[name, category],
                        number / total,
                        " ".join(keys[name][category]),
                        towns[edition],
                        *edition,
                    )
                )
    return table_of("department-categories", DEPARTMENT_CATEGORY_COLUMNS, rows)
