"""A comparison on a terminal: what differs, in few columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutygraph.compare.comparison import Comparison
from dutygraph.table import Column, Table, Value

_COLUMNS: Final = (
    Column("kind", zh="异同", en="shared, uncertain, only_a or only_b"),
    Column("item", zh="事项", en="list kind and key in the first list, and → in the second"),
    Column("title", zh="事项名称", en="title; [-taken out-] {+put in+}"),
    Column("changes", zh="变化", en="what differs"),
)
_STEP: Final = Column("step", zh="版次", en="the two lists")
_UNUSUAL: Final = (
    "town median_jaccard z unique rare lacks_core other_list other_departments cluster division"
).split()
_WORDS: Final = {
    "list": ("换清单", "list"),
    "words": ("改写", "words"),
    "category": ("类别", "category"),
    "departments": ("部门", "departments"),
    "split": ("分工", "split"),
    "rebound": ("回流", "rebound"),
}


def overview(comparison: Comparison) -> Table:
    """The main table of a comparison, cut down to what a terminal can show.

    Two lists, and steps from edition to edition: the rows of ``differences`` that differ in anything.
    Many towns: the table ``unusual`` with its numbers alone.

    Args:
        comparison: what was compared.

    Returns:
        No rows where nothing differs.
    """
    found = comparison.tables[comparison.main]
    if comparison.main != "differences":
        places = [found.column_names.index(name) for name in _UNUSUAL]
        rows = [tuple(row[place] for place in places) for row in found.rows]
        return Table(found.name, tuple(found.columns[place] for place in places), rows)
    zh = comparison.lang == "zh"
    shown: list[tuple[Value, ...]] = []
    for row in found:
        changes = _changes(row, zh=zh)
        if changes or row["kind"] != "shared":
            title = row["diff"] or row["title_a"] or row["title_b"]
            shown.append((_step(row), row["kind"], _ends(row), title, changes))
    steps = {row[0] for row in shown}
    if len(steps) > 1:
        return Table(found.name, (_STEP, *_COLUMNS), shown)
    return Table(found.name, _COLUMNS, [row[1:] for row in shown])


def _step(row: Mapping[str, Value]) -> str:
    names = [f"{row[f'town_{side}']} {row[f'edition_{side}']}" for side in "ab"]
    return (
        f"{names[0]} → {row['edition_b'] if row['division_a'] == row['division_b'] else names[1]}"
    )


def _ends(row: Mapping[str, Value]) -> str:
    """``cooperative 57 → basic 3``, ``cooperative 57 → 59``, or one item alone."""
    ends = [f"{row[f'list_{side}']} {row[f'key_{side}']}" for side in "ab" if row[f"key_{side}"]]
    if len(ends) == 2 and row["list_a"] == row["list_b"]:
        ends[1] = str(row["key_b"])
    return " → ".join(dict.fromkeys(ends))


def _changes(row: Mapping[str, Value], *, zh: bool) -> str:
    """What differs between the two items of a row, in few words."""
    departments = [
        *(f"+{name}" for name in str(row["departments_added"] or "").split("、") if name),
        *(f"−{name}" for name in str(row["departments_removed"] or "").split("、") if name),
        *(name for name in str(row["departments_renamed"] or "").split("、") if name),
    ]
    told = (
        ("list", bool(row["moved"]), ""),
        ("words", bool(row["reworded"]), ""),
        ("category", bool(row["category_changed"]), f"{row['category_a']}→{row['category_b']}"),
        ("departments", bool(departments), " ".join(departments)),
        ("split", bool(row["split_changed"]), str(row["split_detail"] or "")),
        ("rebound", bool(row["rebound"]), str(row["rebound"] or "")),
    )
    parts = []
    for name, differs, detail in told:
        if differs:
            word = _WORDS[name][0 if zh else 1]
            parts.append(
                f"{word}（{detail}）" if detail and zh else f"{word} ({detail})" if detail else word
            )
    return "；".join(parts) if zh else "; ".join(parts)
