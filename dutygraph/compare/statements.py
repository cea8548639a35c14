"""What a comparison says, in words: each sentence with its number and the rows that it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from dutygraph.compare.listing import KINDS, edition_order
from dutygraph.compare.pair_statements import of_pair
from dutygraph.compare.phrases import LIST_NAMES, SHOWN, Names, plural, whole
from dutygraph.compare.town_statements import of_concepts, of_towns
from dutygraph.report.statements import Statement, listed
from dutygraph.table import Table, Value

_MOST_STEPS: Final = 3
"""Steps from edition to edition of which more is said than what became of the duties."""


def statements(tables: Mapping[str, Table]) -> list[Statement]:
    """What the tables of a comparison say, the most general first.

    Args:
        tables: of a comparison, by name; those that are not there say nothing.

    Returns:
        A statement for each thing that the numbers allow to be said.
    """
    empty: list[Mapping[str, Value]] = []
    out: list[Statement] = []
    names = Names(tables["lists"])
    for step in tables.get("editions", empty):
        out += _step(step, names)
    if "differences" in tables:
        by_step: dict[tuple[str, ...], dict[str, list[Mapping[str, Value]]]] = {}
        for name in _OF_STEP:
            for row in tables[name]:
                by_step.setdefault(_step_of(row), {}).setdefault(name, []).append(row)
        editions = "editions" in tables
        if len(by_step) > _MOST_STEPS:  # the table of editions tells of so many
            by_step = {}
        for rows in by_step.values():
            some = {name: rows.get(name, []) for name in _OF_STEP}
            out += of_pair(some, names, editions=editions)
    if "concepts" in tables:
        out += of_concepts(tables)
        out += of_towns(tables, names)
    out += _rebounds(tables["rebounds"], names, _newest(tables["lists"]))
    return out


_OF_STEP: Final = ("differences", "duty-differences", "list-similarity", "by-department-type")


def _step_of(row: Mapping[str, Value]) -> tuple[str, ...]:
    return tuple(str(row[f"{name}_{side}"]) for side in "ab" for name in ("division", "edition"))


def _step(row: Mapping[str, Value], names: Names) -> Iterator[Statement]:
    town = names.town(row["town"], row["division"])
    kept, reworded, moved, added, dropped, unsure = (
        whole(row[name]) for name in ("kept", "reworded", "moved", "added", "dropped", "uncertain")
    )
    before, after = row["edition_a"], row["edition_b"]
    unsure_zh = f"；另有 {unsure} 项不能确定是否同一事项" if unsure else ""
    unsure_en = f"; of {unsure} it is not certain whether they are the same" if unsure else ""
    yield Statement(
        f"{town}：从 {before} 版（{row['items_a']} 项）到 {after} 版（{row['items_b']} 项），原样保留 {kept} 项、"
        f"改写 {reworded} 项、换清单 {moved} 项、新增 {added} 项、取消 {dropped} 项{unsure_zh}。",
        f"{town}: from {before} ({plural(whole(row['items_a']), 'item')}) to {after} "
        f"({plural(whole(row['items_b']), 'item')}), {kept} duties were kept as they were, {reworded} "
        f"reworded, {moved} moved to another list, {added} added and {dropped} dropped{unsure_en}.",
        kept + reworded + moved,
        "editions",
        (str(row["division"]), str(before), str(after)),
        "editions",
    )


def _newest(lists: Table) -> set[tuple[str, str]]:
    """The newest list of each town."""
    out: dict[str, str] = {}
    for row in lists:
        division, edition = str(row["division"]), str(row["edition"])
        out[division] = max(out.get(division, ""), edition, key=edition_order)
    return set(out.items())


def _rebounds(
    found: Table, names: Names, newest: Collection[tuple[str, str]]
) -> Iterator[Statement]:
    returned = [row for row in found if row["kind"] == "returned"]
    if returned:
        certain = sum(bool(row["certain"]) for row in returned)
        kinds = Counter(str(row["list_to"]) for row in returned)
        yield Statement(
            f"{len(returned)} 项已收回的事项在后来的版次里又成为乡镇的工作（其中确定的 {certain} 项）：转为"
            + "、".join(
                f"{LIST_NAMES[kind][0]} {kinds[kind]} 项" for kind in sorted(kinds, key=KINDS.index)
            )
            + "。",
            f"{plural(len(returned), 'item')} that had been taken back became work of the town again in a later "
            f"edition ({certain} for certain): "
            + listed([f"{LIST_NAMES[k][1]} {kinds[k]}" for k in sorted(kinds, key=KINDS.index)])
            + ".",
            len(returned),
            "rebounds",
            ("returned",),
            "rebounds",
        )
    items: dict[tuple[str, str], dict[str, bool]] = {}
    towns: dict[tuple[str, str], str] = {}
    for row in found:
        whose = str(row["division"]), str(row["edition"])
        if row["kind"] == "method" and whose in newest:
            towns[whose] = names.town(row["town"], row["division"])
            of = items.setdefault(whose, {})
            of[str(row["key"])] = of.get(str(row["key"]), False) or bool(row["certain"])
    if not items:
        return
    total = sum(map(len, items.values()))
    certain = sum(sum(of.values()) for of in items.values())
    ranked = sorted(items, key=lambda whose: (-len(items[whose]), whose))
    parts = [f"{towns[whose]} {whose[1]}" for whose in ranked[:SHOWN]]
    more_zh = f" 等 {len(ranked)} 份清单" if len(ranked) > SHOWN else ""
    more_en = f" and {len(ranked) - SHOWN} more lists" if len(ranked) > SHOWN else ""
    numbers = [len(items[whose]) for whose in ranked[:SHOWN]]
    yield Statement(
        f"{total} 项收回事项的工作方式仍给乡镇留有工作（其中 {certain} 项写明由乡镇做）："
        + "、".join(f"{part} {number} 项" for part, number in zip(parts, numbers, strict=True))
        + f"{more_zh}。",
        f"The method of {plural(total, 'reclaimed item')} still leaves work to the town ({certain} of them say so "
        "outright): "
        + listed([f"{part} {number}" for part, number in zip(parts, numbers, strict=True)])
        + f"{more_en}.",
        total,
        "rebounds",
        ("method",),
        "rebounds",
    )
