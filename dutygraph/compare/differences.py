"""What two lists have in common and where they differ, item by item and duty by duty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dutygraph.compare.alignment import Group, Pair, groups
from dutygraph.compare.bodies import Bodies, department_change
from dutygraph.compare.duties import DutyPair, Split, match_duties, split_of
from dutygraph.compare.listing import Duty, Item, ItemId, Listing
from dutygraph.compare.wording import as_json, plain, segments, similarity, words_of
from dutygraph.table import Column, Table, Value

KINDS: Final = ("shared", "uncertain", "only_a", "only_b")
"""Kinds of rows of `differences`."""
DUTY_KINDS: Final = ("only_a", "only_b", "party", "reworded")
"""Kinds of rows of `duty_differences`."""


def _both(
    name: str, kind: str, zh: str, en: str, unit: str = "", sides: str = "ab"
) -> Iterator[Column]:
    for side in sides:
        first = side == "a"
        zh_side, en_side = ("甲", "first list") if first else ("乙", "second list")
        yield Column(f"{name}_{side}", kind, unit, f"{zh_side}{zh}", f"{en}, {en_side}")


def _side(side: str) -> Iterator[Column]:
    """Columns of an item of one side."""
    for column in (
        ("list", "string", "清单类型", "list kind"),
        ("number", "integer", "序号", "number"),
        ("key", "string", "标识", "key in its list"),
        ("title", "string", "事项名称", "title as printed"),
        ("category", "string", "事项类别", "category"),
        ("departments", "string", "部门", "departments named, joined by 、"),
        ("types", "string", "部门类型", "their department types, joined by 、"),
        ("line", "integer", "行号", "line of the source"),
        ("place", "string", "位置", "place in the source"),
    ):
        yield from _both(*column, sides=side)


WHOSE_COLUMNS: Final = (
    Column("town_a", zh="甲乡镇", en="town of the first list"),
    Column("division_a", zh="甲区划代码", en="its division code"),
    Column("edition_a", zh="甲版次", en="edition of the first list"),
    Column("town_b", zh="乙乡镇", en="town of the second list"),
    Column("division_b", zh="乙区划代码", en="its division code"),
    Column("edition_b", zh="乙版次", en="edition of the second list"),
)
"""The last columns of a table about two lists."""

DIFFERENCE_COLUMNS: Final = (
    Column("kind", zh="异同", en="shared, uncertain, only_a or only_b"),
    Column("relation", zh="对应关系", en="exact, reworded, broader (the second is the whole), narrower, uncertain; empty for one alone"),
    Column("score", "decimal", "0–1", "相似得分", "score of the alignment"),
    Column("confidence", "decimal", "0–1", "置信度", "confidence of the alignment"),
    Column("justification", zh="对应依据", en="how the pair was found; semapv:ManualMappingCuration: decided by a person"),
    *_side("a"),
    *_side("b"),
    Column("moved", "boolean", "", "换清单", "it stands in another list; empty for one alone"),
    Column("category_changed", "boolean", "", "换类别", "it stands in another category"),
    Column("departments_added", zh="新增部门", en="departments (across towns: types) that only the second names, joined by 、"),
    Column("departments_removed", zh="减少部门", en="departments that only the first names"),
    Column("departments_renamed", zh="部门更名合并", en="old→new of departments that were renamed or merged"),
    Column("split_changed", "boolean", "", "分工变化", "duties came, went or changed hands; empty unless both are cooperative"),
    Column("split_detail", zh="分工变化明细", en="duties that came and went, per party"),
    *_both("town_duties", "integer", "乡镇职责条数", "duties of the town", "duties"),
    *_both("department_duties", "integer", "部门职责条数", "duties of the departments' column", "duties"),
    Column("reworded", "boolean", "", "改写", "the titles differ beside punctuation and the names of town and county"),
    Column("similarity", "decimal", "0–1", "标题相似度", "likeness of the titles, character by character"),
    Column("diff", zh="标题改动", en="the titles as one: [-taken out-] {+put in+}"),
    Column("segments", zh="标题改动（JSON）", en="the same as a JSON list of [equal | delete | insert, text]"),
    Column("rebound", zh="回流", en="returned, method_a, method_b: taken back and yet work of the town, joined by blanks"),
    Column("maybe", zh="可能对应", en="items of the other list that an uncertain pair ties to one alone, list/key joined by blanks"),
    *WHOSE_COLUMNS,
)  # fmt: skip
"""Columns of `differences`."""

DUTY_COLUMNS: Final = (
    Column("kind", zh="异同", en="only_a, only_b, party (another party carries it) or reworded"),
    *_both("key", "string", "标识", "key of the cooperative item"),
    *_both("number", "integer", "序号", "its number"),
    *_both("title", "string", "事项名称", "its title"),
    *_both("party", "string", "主体", "departments as printed, 乡镇, or empty where nobody is named"),
    *_both("party_kind", "string", "主体类型", "town, department or unattributed"),
    *_both("text", "string", "职责", "text of the duty"),
    *_both("actions", "string", "职责动作", "action codes, joined by blanks"),
    *_both("side", "string", "所在栏", "column of the duty: department or town"),
    *_both("position", "integer", "栏内次序", "place in its column"),
    *_both("line", "integer", "行号", "line of the source"),
    *_both("place", "string", "位置", "place in the source"),
    Column("reworded", "boolean", "", "改写", "the texts differ beside punctuation and names; empty for one alone"),
    Column("similarity", "decimal", "0–1", "相似度", "likeness of the texts; empty for one alone"),
    Column("diff", zh="改动", en="the texts as one: [-taken out-] {+put in+}"),
    Column("segments", zh="改动（JSON）", en="the same as a JSON list of [equal | delete | insert, text]"),
    *WHOSE_COLUMNS,
)  # fmt: skip
"""Columns of `duty_differences`."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Two lists with all that was found to be the same in them.

    Attributes:
        a, b: the lists.
        pairs: what the alignment says, sure and uncertain.
        groups: the duties (see `dutygraph.compare.alignment.groups`).
        bodies: how departments are compared.
        duties: of the cooperative items of each group, by its place in *groups*; only of those
            that have such items on both sides.
    """

    a: Listing
    b: Listing
    pairs: Sequence[Pair]
    groups: Sequence[Group]
    bodies: Bodies
    duties: Mapping[int, Sequence[DutyPair]] = field(default_factory=dict)

    @property
    def whose(self) -> tuple[str, ...]:
        """Town, division and edition of both."""
        return (*self.a.whose, *self.b.whose)


def matched(a: Listing, b: Listing, pairs: Sequence[Pair], bodies: Bodies) -> Matched:
    """Two lists, their duties matched within the items that are the same.

    Args:
        a: the first list; of two editions of a town the earlier one.
        b: the second list.
        pairs: of their items (`dutygraph.compare.alignment.pairs_between`).
        bodies: of their departments.
    """
    found = groups(a, b, pairs)
    duties = {}
    for place, group in enumerate(found):
        sides = _cooperative(a, group.a), _cooperative(b, group.b)
        if group.shared and all(sides):
            duties[place] = match_duties(a, b, *sides, bodies)
    return Matched(a, b, pairs, found, bodies, duties)


def _cooperative(listing: Listing, ids: Sequence[ItemId]) -> list[Item]:
    return [listing.items[one] for one in ids if one[0] == "cooperative"]


def differences(
    found: Matched, rebounds: Mapping[tuple[ItemId | None, ItemId | None], str] | None = None
) -> Table:
    """What is the same in two lists and how it differs: a row per pair of items, and per item alone.

    An item that was divided stands in a row with each of its parts; what one part lacks and another
    has is no difference. A difference of departments or duties is never told of an uncertain pair.

    * *moved*: the two stand in lists of different kinds.
    * *split_changed*: see `dutygraph.compare.duties.Split`; counted over all parts of a duty, and so
      the same in each of its rows.
    * *department_duties*: attributed or not.

    Args:
        found: the two lists.
        rebounds: kinds of rebounds by the items of a row
            (`dutygraph.compare.rebounds.by_row`).

    Returns:
        Rows in the order of the first list, then the items of the second alone. No rows for two
        lists without items.
    """
    rows: list[tuple[Value, ...]] = []
    marks = rebounds or {}
    by_item = {item: place for place, group in enumerate(found.groups) for item in group.a}
    by_item_b = {item: place for place, group in enumerate(found.groups) for item in group.b}
    shown: set[tuple[str, ItemId]] = set()
    told: set[tuple[ItemId, ItemId]] = set()
    for pair in found.pairs:
        place = by_item[pair.a]
        if by_item_b[pair.b] != place or pair.sure != found.groups[place].sure:
            continue  # an uncertain pair beside a sure one
        shown |= {("a", pair.a), ("b", pair.b)}
        told.add((pair.a, pair.b))
        rows.append(_row(found, place, pair, marks.get((pair.a, pair.b), "")))
    beside = [pair for pair in found.pairs if (pair.a, pair.b) not in told]
    for item in found.a.items.values():
        if ("a", item.id) not in shown:
            maybe = [pair.b for pair in beside if pair.a == item.id]
            rows.append(_alone(found, item, None, marks.get((item.id, None), ""), maybe))
    for item in found.b.items.values():
        if ("b", item.id) not in shown:
            maybe = [pair.a for pair in beside if pair.b == item.id]
            rows.append(_alone(found, None, item, marks.get((None, item.id), ""), maybe))
    order = {item: number for number, item in enumerate(found.a.items)}
    place_of_a = [column.name for column in DIFFERENCE_COLUMNS].index("list_a")
    rows.sort(
        key=lambda row: order.get((str(row[place_of_a]), str(row[place_of_a + 2])), len(order))
    )
    return Table("differences", DIFFERENCE_COLUMNS, rows)


def _item_cells(item: Item | None, listing: Listing) -> tuple[Value, ...]:
    if item is None:
        return (None,) * 9
    return (
        item.list,
        item.number,
        item.key,
        item.title,
        item.category,
        "、".join(item.departments),
        "、".join(sorted(listing.types_of(item))),
        item.line,
        item.place,
    )


def _counts(a: Item | None, b: Item | None) -> tuple[Value, ...]:
    """Duties of the town and of the departments, of cooperative items."""
    towns, others = [], []
    for item in (a, b):
        counted = item is not None and item.list == "cooperative"
        town = item.duties_of("town") if item is not None and counted else None
        towns.append(town)
        others.append(len(item.duties) - (town or 0) if item is not None and counted else None)
    return (*towns, *others)


def _row(found: Matched, place: int, pair: Pair, rebound: str) -> tuple[Value, ...]:
    a, b = found.a.items[pair.a], found.b.items[pair.b]
    title_a, title_b = words_of(a.title, found.a.own), words_of(b.title, found.b.own)
    changes = segments(a.title, b.title)
    return (
        "shared" if pair.sure else "uncertain",
        pair.relation,
        pair.score,
        pair.confidence,
        pair.justification,
        *_item_cells(a, found.a),
        *_item_cells(b, found.b),
        a.list != b.list,
        a.category != b.category,
        *_departments(found, pair, a, b),
        *_split(found, place, pair, a, b),
        *_counts(a, b),
        title_a != title_b,
        similarity(title_a, title_b),
        plain(changes),
        as_json(changes),
        rebound,
        "",
        *found.whose,
    )


def _departments(found: Matched, pair: Pair, a: Item, b: Item) -> tuple[Value, ...]:
    if not pair.sure or not (a.departments or b.departments):
        return ("", "", "")
    if not (a.list != "basic" and b.list != "basic"):
        return ("", "", "")  # a basic item names none, so that all would be new
    change = department_change(
        found.bodies,
        a,
        b,
        others_a=[found.a.items[p.a] for p in found.pairs if p.sure and p.b == pair.b],
        others_b=[found.b.items[p.b] for p in found.pairs if p.sure and p.a == pair.a],
    )
    return "、".join(change.added), "、".join(change.removed), "、".join(change.renamed)


def _split(found: Matched, place: int, pair: Pair, a: Item, b: Item) -> tuple[Value, ...]:
    if not pair.sure or {a.list, b.list} != {"cooperative"}:
        return (None, "")
    split: Split = split_of(found.duties[place], found.bodies)
    return split.changed, split.detail


def _alone(
    found: Matched, a: Item | None, b: Item | None, rebound: str, maybe: Sequence[ItemId]
) -> tuple[Value, ...]:
    return (
        "only_b" if a is None else "only_a",
        "",
        None,
        None,
        "",
        *_item_cells(a, found.a),
        *_item_cells(b, found.b),
        None,
        None,
        "",
        "",
        "",
        None,
        "",
        *_counts(a, b),
        None,
        None,
        "",
        "",
        rebound,
        " ".join("/".join(one) for one in maybe),
        *found.whose,
    )


def duty_differences(found: Matched) -> Table:
    """Duties that only one of two lists has, that another party carries, or that were reworded.

    Of items that are cooperative in both lists; how duties are matched says
    `dutygraph.compare.duties.match_duties`. Duties that are the same in words and party are no rows.

    Returns:
        Rows by item, in the order of the first list; of a duty that only one list has, the other
        side names the items in which it was looked for (keys and titles joined by blanks). No rows
        where no cooperative item is shared.
    """
    rows: list[tuple[Value, ...]] = []
    for place, pairs in found.duties.items():
        group = found.groups[place]
        others = _cooperative(found.a, group.a), _cooperative(found.b, group.b)
        rows += [_duty_row(found, pair, *others) for pair in pairs if pair.kind != "same"]
    return Table("duty-differences", DUTY_COLUMNS, rows)


def _duty_row(
    found: Matched, pair: DutyPair, items_a: Sequence[Item], items_b: Sequence[Item]
) -> tuple[Value, ...]:
    cells_a = _duty_cells(found.a, pair.a, items_a)
    cells_b = _duty_cells(found.b, pair.b, items_b)
    changes = segments(pair.a.text, pair.b.text) if pair.a and pair.b else []
    both = pair.a is not None and pair.b is not None
    return (
        pair.kind,
        *(cell for cells in zip(cells_a, cells_b, strict=True) for cell in cells),
        pair.reworded if both else None,
        pair.similarity,
        plain(changes) if both else "",
        as_json(changes) if both else "",
        *found.whose,
    )


def _duty_cells(listing: Listing, duty: Duty | None, items: Sequence[Item]) -> tuple[Value, ...]:
    if duty is None:
        keys = " ".join(item.key for item in items)
        number = items[0].number if len(items) == 1 else None
        return (keys, number, " ".join(item.title for item in items), *(None,) * 8)
    item = listing.items[duty.item]
    party = "乡镇" if duty.party_kind == "town" else "、".join(duty.parties)
    return (
        item.key,
        item.number,
        item.title,
        party,
        duty.party_kind,
        duty.text,
        duty.actions,
        duty.side,
        duty.position,
        duty.line,
        duty.place,
    )
