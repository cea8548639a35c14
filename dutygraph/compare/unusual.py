"""Many towns: what is unusual in each of them, with the items named."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph.compare.alignment import Mapped
from dutygraph.compare.concepts import Instance, Thresholds, Towns, types_of, usual_types
from dutygraph.compare.listing import KINDS, Listing
from dutygraph.network.across import FEWEST_FOR_OUTLIERS, FEWEST_ITEMS, THRESHOLD, robust_z
from dutygraph.network.editions import EDITION_COLUMNS, Edition
from dutygraph.network.load import lean
from dutygraph.table import Column, Table, Value

ITEM_KINDS: Final = ("unique", "rare", "lacks_core", "other_list", "other_departments")
"""Ways in which an item, or the lack of one, is unusual."""

ITEM_COLUMNS: Final = (
    Column("kind", zh="不同之处", en="unique, rare, lacks_core, other_list or other_departments"),
    Column("concept", zh="通用事项", en="key of the concept"),
    Column("label", zh="通用事项名称", en="its label"),
    Column("towns", "integer", "towns", "乡镇数", "towns that have the concept"),
    Column("list", zh="清单类型", en="list kind of the town's item; empty where it has none"),
    Column("number", "integer", "", "序号", "its number"),
    Column("key", zh="标识", en="its key"),
    Column("title", zh="事项名称", en="its title"),
    Column("found", zh="本乡镇", en="what the town has: its list kind, or its department types joined by 、"),
    Column("usual", zh="通常", en="what is usual: the list kind, or the department types"),
    Column("maybe", zh="可能的事项", en="lacks_core: items that may be it after all, list/key joined by blanks"),
    Column("line", "integer", "", "行号", "line of the item in the source"),
    Column("place", zh="位置", en="place of it in the source"),
    *EDITION_COLUMNS,
)  # fmt: skip
"""Columns of `unusual_items`."""

UNUSUAL_COLUMNS: Final = (
    Column("median_jaccard", "decimal", "0–1", "重合度中位数", "median of its Jaccard indices with the other towns"),
    Column("z", "decimal", "", "稳健 z 值", "robust z-score of that median; negative: unlike the others"),
    Column("outlying", "boolean", "", "异常", "|z| is above 3.5"),
    Column("concepts", "integer", "concepts", "通用事项数", "concepts that it has"),
    *(
        Column(kind, "integer", "concepts", zh, en)
        for kind, zh, en in zip(
            ITEM_KINDS,
            ("独有事项", "少见事项", "缺少的核心事项", "清单异于通常", "部门异于通常"),
            (
                "concepts that no other town has",
                "rare concepts that it has",
                "core concepts that it lacks",
                "concepts in another list than usual",
                "concepts with other departments than usual",
            ),
            strict=True,
        )
    ),
    Column("cluster", "integer", "", "聚类", "number of its cluster"),
    *EDITION_COLUMNS,
)  # fmt: skip
"""Columns of `unusual`."""

DEVIATION_COLUMNS: Final = (
    Column("name", zh="名称", en="category, or department type"),
    Column("measure", zh="指标", en="items, town_duties or lean; of categories also basic, cooperative and reclaimed"),
    Column("value", "decimal", "", "数值", "value of the town"),
    Column("median", "decimal", "", "中位数", "median over the towns that have a value"),
    Column("difference", "decimal", "", "差", "value − median"),
    Column("z", "decimal", "", "稳健 z 值", "robust z-score of the town"),
    Column("outlying", "boolean", "", "异常", "|z| is above 3.5"),
    Column("unit", zh="单位", en="unit of value, median and difference"),
    Column("name_en", zh="名称（英文）", en="category or type in English"),
    *EDITION_COLUMNS,
)  # fmt: skip
"""Columns of `category_deviations` and `type_deviations`."""


def unusual_items(
    towns: Towns,
    thresholds: Thresholds | None = None,
    newer: Mapping[str, frozenset[str]] | None = None,
) -> Table:
    """What is unusual in each town, item by item.

    * unique, rare: concepts that it has and few others (`Thresholds.of`)
    * lacks_core: core concepts that none of its items is, neither as a whole nor in part; *maybe*
      names items that the alignment is not sure of
    * other_list: it stands in another list than that of most towns that have the concept
    * other_departments: it names other department types than more than half of those do that have
      the concept with departments

    The last two only for concepts of at least `Thresholds.fewest` towns. Basic items name no
    departments and are never told of for them.

    Args:
        towns: see `dutygraph.compare.concepts.towns_of`.
        thresholds: what core, common and usual mean.
        newer: types, by label, that have the duties of an older one.

    Returns:
        Rows by town, kind and concept. No rows for fewer than two towns.
    """
    limits = thresholds or Thresholds()
    rows: list[tuple[Value, ...]] = []
    if len(towns.lists) < 2:
        return Table("unusual-items", ITEM_COLUMNS, rows)
    about = [_Usual(towns, concept, limits, newer or {}) for concept in towns.labels]
    for listing in towns.lists:
        found = [row for one in about for row in one.rows(listing)]
        found.sort(key=lambda row: (ITEM_KINDS.index(str(row[0])), str(row[1])))
        rows += found
    return Table("unusual-items", ITEM_COLUMNS, rows)


class _Usual:
    """What is usual for one concept."""

    def __init__(
        self, towns: Towns, concept: str, limits: Thresholds, newer: Mapping[str, frozenset[str]]
    ) -> None:
        self.concept = concept
        self.label = towns.labels[concept]
        self.of = towns.instances[concept]
        self.newer = newer
        having = towns.having(concept)
        self.towns = len(having)
        self.grade = limits.of(self.towns, len(towns.lists))
        kinds = Counter(one.item.list for one in having).most_common(2)
        enough = self.towns >= limits.fewest
        tied = len(kinds) == 2 and kinds[0][1] == kinds[1][1]
        self.list = kinds[0][0] if enough and not tied else ""
        with_types = [one for one in having if types_of(one, newer)]
        self.types: tuple[str, ...] = ()
        if len(with_types) >= limits.fewest:
            self.types = usual_types(with_types, newer)

    def rows(self, listing: Listing) -> Iterator[tuple[Value, ...]]:
        one = self.of.get(listing.id, Instance())
        if one.found is None:
            if self.grade == "core":
                maybe = " ".join("/".join(other.item.id) for other in one.maybe)
                yield self._row("lacks_core", listing, None, "", self.list, maybe)
            return
        item = one.found.item
        if self.grade in ("unique", "rare"):
            yield self._row(self.grade, listing, one.found, item.list, "")
        if self.list and item.list != self.list:
            yield self._row("other_list", listing, one.found, item.list, self.list)
        types = types_of(one.found, self.newer)
        if self.types and types and types != set(self.types):
            named, usual = "、".join(sorted(types)), "、".join(self.types)
            yield self._row("other_departments", listing, one.found, named, usual)

    def _row(
        self,
        kind: str,
        listing: Listing,
        found: Mapped | None,
        has: str,
        usual: str,
        maybe: str = "",
    ) -> tuple[Value, ...]:
        item = found.item if found else None
        return (
            kind,
            self.concept,
            self.label,
            self.towns,
            item.list if item else "",
            item.number if item else None,
            item.key if item else None,
            item.title if item else None,
            has,
            usual,
            maybe,
            item.line if item else None,
            item.place if item else None,
            *listing.whose,
        )


def unusual(towns: Towns, items: Table, order: Table) -> Table:
    """How unusual each town is: how unlike the others, and in how many concepts.

    Args:
        towns: see `dutygraph.compare.concepts.towns_of`.
        items: see `unusual_items`.
        order: see `dutygraph.compare.towns.town_order`.

    Returns:
        A row per town, the one most unlike the others first (the lowest median of its Jaccard
        indices). No rows without towns.
    """
    counted = Counter((str(row["division"]), str(row["kind"])) for row in items)
    sizes = Counter(
        one.listing.division for concept in towns.labels for one in towns.having(concept)
    )
    rows: list[tuple[Value, ...]] = [
        (
            row["median_jaccard"],
            row["z"],
            row["outlying"],
            sizes[str(row["division"])],
            *(counted[str(row["division"]), kind] for kind in ITEM_KINDS),
            row["cluster"],
            *(row[column.name] for column in EDITION_COLUMNS),
        )
        for row in order
    ]
    rows.sort(key=lambda row: (float(row[0] or 0.0), str(row[-2])))
    return Table("unusual", UNUSUAL_COLUMNS, rows)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A value of each town that has one."""

    name: str
    measure: str
    unit: str
    name_en: str
    values: Mapping[Edition, float]


def category_deviations(
    lists: Sequence[Listing], english: Mapping[str, str], *, threshold: float = THRESHOLD
) -> Table:
    """How each town's numbers in a category differ from those of the median town.

    Measures: ``items``, ``basic``, ``cooperative``, ``reclaimed`` (items), ``town_duties`` (of its
    cooperative items; these are 0 where a town has none), and ``lean`` = town duties / (town duties
    + duties of departments), of towns with such duties.

    Args:
        lists: one list of each town.
        english: category in English.
        threshold: |z| above which a town is outlying.

    Returns:
        As `type_deviations`.
    """
    names = sorted({item.category for one in lists for item in one.items.values()})
    found = []
    for name in names:
        some = {
            one.id: [item for item in one.items.values() if item.category == name] for one in lists
        }
        numbers: dict[str, dict[Edition, float]] = {"items": {k: len(v) for k, v in some.items()}}
        for kind in KINDS:
            numbers[kind] = {k: sum(i.list == kind for i in v) for k, v in some.items()}
        numbers["town_duties"] = {k: sum(i.duties_of("town") for i in v) for k, v in some.items()}
        leans = {
            k: lean(numbers["town_duties"][k], sum(i.duties_of("department") for i in v))
            for k, v in some.items()
        }
        units = {"town_duties": "duties"}
        found += [
            _Measured(name, measure, units.get(measure, "items"), english.get(name, ""), values)
            for measure, values in numbers.items()
        ]
        valued = {k: value for k, value in leans.items() if value is not None}
        found.append(_Measured(name, "lean", "0–1", english.get(name, ""), valued))
    return _deviations("category-deviations", found, lists, threshold)


def type_deviations(
    load: Table, lists: Sequence[Listing], *, threshold: float = THRESHOLD
) -> Table:
    """How each town's numbers of a department type differ from those of the median town.

    Measures: ``items`` that name the type, ``town_duties`` (shared equally; these are 0 where a town
    does not name it) and ``lean``, of towns in which at least `FEWEST_ITEMS` items name it.

    Args:
        load: table of `dutygraph.network.across.type_load` of these towns.
        lists: one list of each town.
        threshold: |z| above which a town is outlying.

    Returns:
        A row per name, measure and town that has a value: names in order, then measures, then towns
        in theirs. *z* is None for fewer than `FEWEST_FOR_OUTLIERS` values and where more than half
        are the same; none is outlying then. No rows for fewer than two towns.
    """
    editions = [one.id for one in lists]
    rows: dict[str, dict[Edition, Mapping[str, Value]]] = {}
    for row in load:
        edition = str(row["division"]), str(row["edition"])
        rows.setdefault(str(row["department_type"]), {})[edition] = row
    found = []
    for name in sorted(rows):
        of = rows[name]
        english = next(
            (str(r["department_type_en"]) for r in of.values() if r["department_type_en"]), ""
        )
        for measure, column, unit in (
            ("items", "items", "items"),
            ("town_duties", "town_duties_fractional", "duties"),
        ):
            values = {one: float(of[one][column] or 0) if one in of else 0.0 for one in editions}
            found.append(_Measured(name, measure, unit, english, values))
        leans = {
            one: float(row["lean"] or 0)
            for one, row in of.items()
            if row["lean"] is not None and int(row["items"] or 0) >= FEWEST_ITEMS
        }
        found.append(_Measured(name, "lean", "0–1", english, leans))
    return _deviations("type-deviations", found, lists, threshold)


def _deviations(
    name: str, found: Sequence[_Measured], lists: Sequence[Listing], threshold: float
) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in found:
        having = [listing for listing in lists if listing.id in one.values]
        if len(lists) < 2 or not having:
            continue
        values = [one.values[listing.id] for listing in having]
        middle = statistics.median(values)
        scores: Sequence[float | None] = [None] * len(values)
        if len(values) >= FEWEST_FOR_OUTLIERS:
            scores = robust_z(values)
        for listing, value, z in zip(having, values, scores, strict=True):
            rows.append(
                (
                    one.name,
                    one.measure,
                    float(value),
                    float(middle),
                    float(value - middle),
                    z,
                    z is not None and abs(z) > threshold,
                    one.unit,
                    one.name_en,
                    *listing.whose,
                )
            )
    return Table(name, DEVIATION_COLUMNS, rows)
