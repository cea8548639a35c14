"""Two lists, table by table, category by category, department type by department type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph import reference
from dutygraph.compare.bodies import ARROW, labels
from dutygraph.compare.differences import WHOSE_COLUMNS, Matched
from dutygraph.compare.listing import KINDS, Item, ItemId, Listing
from dutygraph.compare.wording import similarity, words_of
from dutygraph.network.load import lean
from dutygraph.table import Column, Table, Value

ABSENT: Final = "absent"
"""List kind, in `moves`, of an item that a list does not have."""

_COUNTED: Final = (
    Column("items_a", "integer", "items", "甲事项数", "items of the first list"),
    Column("items_b", "integer", "items", "乙事项数", "items of the second list"),
    Column("shared", "integer", "duties", "共有", "duties that both have here"),
    Column("uncertain", "integer", "duties", "不确定", "duties that may be the same"),
    Column("only_a", "integer", "duties", "仅甲有", "duties that the second list does not have at all"),
    Column("only_b", "integer", "duties", "仅乙有", "duties that the first list does not have at all"),
    Column("moved_out", "integer", "duties", "移出", "duties that are here in the first and elsewhere in the second"),
    Column("moved_in", "integer", "duties", "移入", "duties that are here in the second and elsewhere in the first"),
    Column("jaccard", "decimal", "0–1", "重合度", "shared / all duties that either has here"),
    Column("jaccard_high", "decimal", "0–1", "重合度上界", "the same, were all uncertain pairs the same duty"),
    Column("overlap", "decimal", "0–1", "重叠系数", "shared / duties here of the list that has fewer"),
)  # fmt: skip

LIST_COLUMNS: Final = (
    Column("list", zh="清单类型", en="all, basic, cooperative or reclaimed; in all, duties count whatever their list"),
    *_COUNTED,
    Column("reworded", "integer", "duties", "改写", "shared duties whose titles differ beside punctuation and names"),
    Column("text_similarity", "decimal", "0–1", "标题相似度", "mean likeness of the titles of shared duties"),
    *WHOSE_COLUMNS,
)  # fmt: skip
"""Columns of `list_similarity`."""


def _load(name: str, zh: str, en: str, kind: str = "decimal", unit: str = "0–1") -> list[Column]:
    return [
        Column(f"{name}_a", kind, unit, f"甲{zh}", f"{en}, first list"),
        Column(f"{name}_b", kind, unit, f"乙{zh}", f"{en}, second list"),
    ]


CATEGORY_COLUMNS: Final = (
    Column("category", zh="事项类别", en="category; empty: items without one"),
    *_COUNTED,
    *_load("basic", "基本履职", "basic items", "integer", "items"),
    *_load("cooperative", "配合履职", "cooperative items", "integer", "items"),
    *_load("reclaimed", "上级部门收回", "reclaimed items", "integer", "items"),
    *_load("town_duties", "乡镇职责条数", "duties of the town", "integer", "duties"),
    *_load("department_duties", "部门职责条数", "duties of departments", "integer", "duties"),
    *_load("unattributed_duties", "未明主体职责条数", "duties for which no party is named", "integer", "duties"),
    *_load("lean", "倚重度", "town duties / (town and department duties)"),
    Column("lean_difference", "decimal", "", "倚重度差", "second less first, −1 to 1"),
    Column("category_en", zh="事项类别（英文）", en="category in English"),
    *WHOSE_COLUMNS,
)  # fmt: skip
"""Columns of `by_category`."""

TYPE_COLUMNS: Final = (
    Column("department_type", zh="部门类型", en="department type; of a department without one its name"),
    *_COUNTED,
    *_load("town_duties", "分数计乡镇职责条数", "town duties, shared equally", "decimal", "duties"),
    *_load("own_duties", "自身职责条数", "duties attributed to it alone", "integer", "duties"),
    *_load("lean", "倚重度", "how far it leans on the town"),
    *_load("lean_low", "倚重度下界", "lean, were all open duties its own"),
    *_load("lean_high", "倚重度上界", "lean, were none of them its own"),
    Column("lean_difference", "decimal", "", "倚重度差", "second less first, −1 to 1"),
    *_load("share", "占比", "its part of the town's cooperative duties"),
    *_load("taken_back", "收回事项数", "reclaimed items that it takes over", "integer", "items"),
    Column("successors", zh="承继", en="old→new, where the second list has a type that has its duties now"),
    Column("department_type_en", zh="部门类型（英文）", en="type in English"),
    Column("system", zh="系统", en="party, government, …"),
    *WHOSE_COLUMNS,
)  # fmt: skip
"""Columns of `by_department_type`."""

MOVE_COLUMNS: Final = (
    Column("list_a", zh="甲清单", en="list kind in the first list; absent: not there; uncertain: an uncertain pair"),
    *(
        Column(kind, "integer", "rows", zh, f"of them {kind} in the second list")
        for kind, zh in (
            ("basic", "乙基本履职"),
            ("cooperative", "乙配合履职"),
            ("reclaimed", "乙上级部门收回"),
            (ABSENT, "乙无"),
            ("uncertain", "不确定"),
        )
    ),
    *WHOSE_COLUMNS,
)  # fmt: skip
"""Columns of `moves`."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Duties of two lists that are in some part of them.

    Attributes:
        items_a, items_b: items there.
        shared: duties with an item there in both.
        uncertain: duties whose items, there in both, only an uncertain pair joins.
        only_a, only_b: duties there in one list that the other does not have at all.
        moved_out, moved_in: duties there in the first (second) list and elsewhere in the other.
        apart: items of uncertain duties, counted each for itself.
    """

    items_a: int
    items_b: int
    shared: int
    uncertain: int
    only_a: int
    only_b: int
    moved_out: int
    moved_in: int
    apart: tuple[int, int]

    @property
    def cells(self) -> tuple[Value, ...]:
        """Values under the common columns of the tables."""
        return (
            self.items_a,
            self.items_b,
            self.shared,
            self.uncertain,
            self.only_a,
            self.only_b,
            self.moved_out,
            self.moved_in,
            self.jaccard,
            self.jaccard_high,
            self.overlap,
        )

    @property
    def _only(self) -> int:
        return self.only_a + self.only_b + self.moved_out + self.moved_in

    @property
    def jaccard(self) -> float | None:
        """Shared duties among all duties there; uncertain ones count as different.

        |A ∩ B| / |A ∪ B|, 0–1; None where neither has a duty there. Source: Jaccard (1912), "The
        Distribution of the Flora in the Alpine Zone", New Phytologist 11(2).
        """
        return _ratio(self.shared, self.shared + self._only + sum(self.apart))

    @property
    def jaccard_high(self) -> float | None:
        """The same, uncertain duties counted as the same."""
        both = self.shared + self.uncertain
        return _ratio(both, both + self._only)

    @property
    def overlap(self) -> float | None:
        """|A ∩ B| / min(|A|, |B|), 0–1; None where one of them has no duty there.

        1 where all duties of the shorter list are in the longer one. Source: Szymkiewicz (1934),
        "Une contribution statistique à la géographie floristique", Acta Societatis Botanicorum
        Poloniae 11(3); Simpson (1960), "Notes on the measurement of faunal resemblance", American
        Journal of Science 258-A.
        """
        a = self.shared + self.only_a + self.moved_out + self.apart[0]
        b = self.shared + self.only_b + self.moved_in + self.apart[1]
        return _ratio(self.shared, min(a, b))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def counts(
    found: Matched, in_a: Callable[[Item], bool], in_b: Callable[[Item], bool] | None = None
) -> Counts:
    """Duties of two lists that are in some part of them, such as a table or a category.

    A duty counts once, however many items make it up, and as shared where one item of each list is
    in that part.

    Args:
        found: the two lists.
        in_a: tells whether an item is in the part.
        in_b: the same for items of the second list, where it is not *in_a*.
    """
    tells = in_a, in_b or in_a
    items = [0, 0]
    kinds: Counter[str] = Counter()
    apart = [0, 0]
    for group in found.groups:
        here = [
            sum(tell(listing.items[one]) for one in ids)
            for tell, listing, ids in zip(
                tells, (found.a, found.b), (group.a, group.b), strict=True
            )
        ]
        items = [items[0] + here[0], items[1] + here[1]]
        if not any(here):
            continue
        if group.shared:
            kinds["shared" if all(here) else "moved_out" if here[0] else "moved_in"] += 1
        elif all(here):
            kinds["uncertain"] += 1
            apart = [apart[0] + here[0], apart[1] + here[1]]
        else:
            # Uncertain, with the other item elsewhere: here it is not the same in any case.
            kinds["only_a" if here[0] else "only_b"] += 1
    return Counts(
        items[0],
        items[1],
        kinds["shared"],
        kinds["uncertain"],
        kinds["only_a"],
        kinds["only_b"],
        kinds["moved_out"],
        kinds["moved_in"],
        (apart[0], apart[1]),
    )


def list_similarity(found: Matched) -> Table:
    """How alike two lists are, all in all and table by table.

    A duty is a group of items that the alignment joins (`dutygraph.compare.alignment.groups`).
    *jaccard* and *overlap* say `Counts`; *text_similarity* is the mean of
    `dutygraph.compare.wording.similarity` over the pairs of items that are the same duty and stand
    there in both lists.

    Returns:
        Rows ``all``, ``basic``, ``cooperative``, ``reclaimed``. A ratio is None where there is
        nothing to compare. Numbers are 0 for two lists without items.
    """
    rows: list[tuple[Value, ...]] = []
    for kind in ("all", *KINDS):

        def here(item: Item, kind: str = kind) -> bool:
            return kind in ("all", item.list)

        counted = counts(found, here)
        reworded, likeness = _texts(found, here)
        rows.append((kind, *counted.cells, reworded, likeness, *found.whose))
    return Table("list-similarity", LIST_COLUMNS, rows)


def _texts(found: Matched, here: Callable[[Item], bool]) -> tuple[int, float | None]:
    """Duties whose titles differ, and the mean likeness of the titles."""
    likeness: list[float] = []
    reworded: set[ItemId] = set()
    first = {item: group.a[0] for group in found.groups for item in group.a}
    for pair in found.pairs:
        a, b = found.a.items[pair.a], found.b.items[pair.b]
        if pair.sure and here(a) and here(b):
            words = words_of(a.title, found.a.own), words_of(b.title, found.b.own)
            likeness.append(similarity(*words))
            if words[0] != words[1]:
                reworded.add(first[pair.a])
    return len(reworded), sum(likeness) / len(likeness) if likeness else None


def by_category(found: Matched) -> Table:
    """How alike two lists are in each category, and how far its departments lean on the town.

    *lean* of a category = duties of the town / (duties of the town + duties of departments), of its
    cooperative items; a joint duty counts once, duties for which nobody is named are left out and
    given apart.

    Returns:
        A row per category that either list has, those with most items first. *lean* is None where
        there are no such duties.
    """
    sides = found.a, found.b
    sizes = Counter(item.category for one in sides for item in one.items.values())
    english = {known.zh: known.en for known in reference.categories().values()}
    rows: list[tuple[Value, ...]] = []
    for category in sorted(sizes, key=lambda name: (-sizes[name], name)):

        def here(item: Item, category: str = category) -> bool:
            return item.category == category

        some = [[item for item in one.items.values() if here(item)] for one in sides]
        cells: list[Value] = []
        for kind in KINDS:
            cells += [sum(item.list == kind for item in items) for items in some]
        town, departments, nobody = (
            [sum(item.duties_of(kind) for item in items) for items in some]
            for kind in ("town", "department", "unattributed")
        )
        leans = [lean(mine, theirs) for mine, theirs in zip(town, departments, strict=True)]
        rows.append(
            (
                category,
                *counts(found, here).cells,
                *cells,
                *town,
                *departments,
                *nobody,
                *leans,
                _difference(*leans),
                english.get(category, ""),
                *found.whose,
            )
        )
    return Table("by-category", CATEGORY_COLUMNS, rows)


def _difference(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else b - a


def by_department_type(
    found: Matched,
    loads: tuple[Table, Table],
    successors: Mapping[str, frozenset[str]] | None = None,
) -> Table:
    """How alike the items of each department type are, and how far it leans on the town.

    Items are the cooperative ones that name the type; a type that was renamed or merged stands in a
    row of its own and says what has its duties now. *town_duties*, *lean* and its bounds, *share*
    and *taken_back* are those of `dutygraph.network.across.type_load`.

    Args:
        found: the two lists.
        loads: table of `type_load` of each.
        successors: types that have the duties of an older type, by keys or by labels.

    Returns:
        A row per type that takes part in either list, those with most items first. *lean* is None
        where a list has no duties of the type.
    """
    rows_of = [{str(row["department_type"]): row for row in load} for load in loads]
    newer = labels(successors or {})
    sizes = {
        kind: sum(int(of[kind]["items"] or 0) for of in rows_of if kind in of)
        for kind in {**rows_of[0], **rows_of[1]}
    }
    rows: list[tuple[Value, ...]] = []
    for kind in sorted(sizes, key=lambda name: (-sizes[name], name)):
        a, b = (of.get(kind, {}) for of in rows_of)
        counted = counts(found, _naming(found.a, kind), _naming(found.b, kind))
        heirs = sorted(newer.get(kind, frozenset()) & rows_of[1].keys()) if not b else []
        about = a or b
        rows.append(
            (
                kind,
                *counted.cells,
                *(one.get("town_duties_fractional", 0.0) for one in (a, b)),
                *(one.get("own_duties", 0) for one in (a, b)),
                *(one.get(name) for name in ("lean", "lean_low", "lean_high") for one in (a, b)),
                _difference(_decimal(a.get("lean")), _decimal(b.get("lean"))),
                *(one.get("share") for one in (a, b)),
                *(one.get("taken_back", 0) for one in (a, b)),
                f"{kind}{ARROW}{'、'.join(heirs)}" if heirs else "",
                about.get("department_type_en"),
                about.get("system"),
                *found.whose,
            )
        )
    return Table("by-department-type", TYPE_COLUMNS, rows)


def _decimal(value: Value) -> float | None:
    return None if value is None else float(value)


def _naming(listing: Listing, kind: str) -> Callable[[Item], bool]:
    return lambda item: item.list == "cooperative" and kind in listing.types_of(item)


def moves(differences: Table) -> Table:
    """From which list to which: the rows of `differences` counted by list kind in both lists.

    Args:
        differences: table of two lists.

    Returns:
        Rows ``basic``, ``cooperative``, ``reclaimed``, ``absent`` (only the second list has it) and
        ``uncertain`` (items of the second list in an uncertain pair). An item that was divided
        counts in a row with each of its parts, so that the numbers are those of the rows. No rows
        for an empty table.
    """
    cells: Counter[tuple[str, str]] = Counter()
    whose: tuple[Value, ...] = ()
    for row in differences:
        whose = tuple(row[column.name] for column in WHOSE_COLUMNS)
        a, b = str(row["list_a"] or ABSENT), str(row["list_b"] or ABSENT)
        if row["kind"] == "uncertain":
            cells[a, "uncertain"] += 1
            cells["uncertain", b] += 1
        else:
            cells[a, b] += 1
    names: Sequence[str] = (*KINDS, ABSENT, "uncertain")
    rows: list[tuple[Value, ...]] = [
        (a, *(cells[a, b] for b in names), *whose) for a in names if whose
    ]
    return Table("moves", MOVE_COLUMNS, rows)
