"""Editions of a town, one after the other: what was kept, reworded, moved, added and dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from dutygraph.compare.alignment import Group
from dutygraph.compare.differences import Matched
from dutygraph.compare.lists import counts
from dutygraph.compare.wording import words_of
from dutygraph.table import Column, Table, Value

FATES: Final = ("kept", "reworded", "moved", "added", "dropped", "uncertain")
"""What can become of a duty."""

STEP_COLUMNS: Final = (
    Column("town", zh="乡镇", en="town"),
    Column("division", zh="行政区划代码", en="its division code"),
    Column("edition_a", zh="前一版次", en="earlier edition"),
    Column("edition_b", zh="后一版次", en="later edition"),
    Column("items_a", "integer", "items", "前一版事项数", "items of the earlier edition"),
    Column("items_b", "integer", "items", "后一版事项数", "items of the later edition"),
    Column("kept", "integer", "duties", "保留", "in the same list, worded the same"),
    Column("reworded", "integer", "duties", "改写", "in the same list, worded otherwise"),
    Column("moved", "integer", "duties", "换清单", "in another list, whatever the words"),
    Column("added", "integer", "duties", "新增", "only in the later edition"),
    Column("dropped", "integer", "duties", "取消", "only in the earlier edition"),
    Column("uncertain", "integer", "duties", "不确定", "may be the same"),
    Column("divided", "integer", "duties", "拆分", "of the kept, reworded and moved: more items than before"),
    Column("merged", "integer", "duties", "合并", "of these: fewer items than before"),
    Column("category_changed", "integer", "rows", "换类别", "rows of differences in another category"),
    Column("departments_changed", "integer", "rows", "部门变化", "rows with departments added or removed"),
    Column("departments_renamed", "integer", "rows", "部门更名", "rows with departments renamed or merged"),
    Column("split_changed", "integer", "duties", "分工变化", "cooperative in both, split otherwise"),
    Column("town_duties_a", "integer", "duties", "前一版乡镇职责", "duties of the town in cooperative items, earlier"),
    Column("town_duties_b", "integer", "duties", "后一版乡镇职责", "the same, later"),
    Column("returned", "integer", "items", "回流", "items taken back in the earlier edition and the town's in the later"),
    Column("jaccard", "decimal", "0–1", "重合度", "duties of both / duties of either"),
)  # fmt: skip
"""Columns of `editions`."""


def fate(found: Matched, group: Group) -> str:
    """What became of a duty: one of `FATES`."""
    if not group.a:
        return "added"
    if not group.b:
        return "dropped"
    if not group.sure:
        return "uncertain"
    if not {item[0] for item in group.a} & {item[0] for item in group.b}:
        return "moved"
    before = sorted(words_of(found.a.items[item].title, found.a.own) for item in group.a)
    after = sorted(words_of(found.b.items[item].title, found.b.own) for item in group.b)
    return "kept" if before == after else "reworded"


def editions(steps: Iterable[tuple[Matched, Table]], rebounds: Table) -> Table:
    """What became of the duties of each town from edition to edition.

    A duty is a group of items that the alignment joins (`dutygraph.compare.alignment.groups`);
    each has one fate, so that kept + reworded + moved + added + dropped + uncertain are all of
    them. *jaccard* counts them whatever their list (`dutygraph.compare.lists.Counts.jaccard`).

    Args:
        steps: neighbouring editions of towns, each with its table of differences.
        rebounds: see `dutygraph.compare.rebounds.rebounds`.

    Returns:
        A row per step, in their order. *jaccard* is None for two empty lists. No rows without
        steps.
    """
    rows: list[tuple[Value, ...]] = []
    for found, differences in steps:
        fates = Counter(fate(found, group) for group in found.groups)
        shared = [group for group in found.groups if group.shared]
        returned = {
            row["key"]
            for row in rebounds
            if row["kind"] == "returned"
            and (row["division"], row["edition"]) == found.a.id
            and row["edition_to"] == found.b.edition
        }
        duties_of = [
            sum(item.duties_of("town") for item in one.items.values()) for one in (found.a, found.b)
        ]
        changed = sum(
            any(pair.kind not in ("same", "reworded") for pair in pairs)
            for pairs in found.duties.values()
        )
        rows.append(
            (
                found.a.town,
                found.a.division,
                found.a.edition,
                found.b.edition,
                len(found.a.items),
                len(found.b.items),
                *(fates[one] for one in FATES),
                sum(len(group.a) < len(group.b) for group in shared),
                sum(len(group.a) > len(group.b) for group in shared),
                sum(
                    bool(row["category_changed"]) for row in differences if row["kind"] == "shared"
                ),
                sum(
                    bool(row["departments_added"] or row["departments_removed"])
                    for row in differences
                ),
                sum(bool(row["departments_renamed"]) for row in differences),
                changed,
                *duties_of,
                len(returned),
                counts(found, lambda _: True).jaccard,
            )
        )
    return Table("editions", STEP_COLUMNS, rows)
