"""Many towns: which duties they have, in which list, and how common each duty is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph.compare.alignment import Concepts, Mapped
from dutygraph.compare.listing import KINDS, Listing
from dutygraph.errors import UsageError
from dutygraph.network.editions import EDITION_COLUMNS, Edition
from dutygraph.table import Column, Table, Value

CLASSES: Final = ("core", "common", "rare", "unique")
"""How common a concept is."""

PRESENCE_COLUMNS: Final = (
    Column("concept", zh="通用事项", en="key of the concept"),
    Column("label", zh="通用事项名称", en="its label"),
    Column("list", zh="清单类型", en="list kind of the item that is it most surely; empty: the town lacks it"),
    Column("key", zh="标识", en="key of that item"),
    Column("number", "integer", "", "序号", "number of that item"),
    Column("title", zh="事项名称", en="title of that item"),
    Column("relation", zh="对应关系", en="what the concept is to that item: exact, reworded, broader or narrower"),
    Column("confidence", "decimal", "0–1", "置信度", "confidence of the alignment"),
    Column("items", zh="全部事项", en="all items that are it, as a whole or in part, list/key joined by blanks"),
    Column("maybe", zh="可能的事项", en="items that are it uncertainly, list/key joined by blanks"),
    *EDITION_COLUMNS,
)  # fmt: skip
"""Columns of `presence`."""

CONCEPT_COLUMNS: Final = (
    Column("concept", zh="通用事项", en="key of the concept"),
    Column("label", zh="通用事项名称", en="its label"),
    Column("towns", "integer", "towns", "乡镇数", "towns that have it"),
    Column("share", "decimal", "0–1", "乡镇占比", "part of all towns that have it"),
    Column("class", zh="普遍程度", en="core, common, rare or unique"),
    Column("usual_list", zh="通常清单", en="list kind of most of its towns; empty where several are as frequent"),
    Column("other_list_share", "decimal", "0–1", "异列占比", "part of its towns that have it in another list than usual"),
    Column("entropy", "decimal", "bit", "清单类型熵", "entropy of its list kinds, 0 to log₂ 3"),
    *(
        Column(kind, "integer", "towns", zh, f"towns that have it in the {kind} list")
        for kind, zh in zip(KINDS, ("基本履职", "配合履职", "上级部门收回"), strict=True)
    ),
    Column("category", zh="事项类别", en="category of most of its items"),
    Column("department_types", zh="通常部门类型", en="types that more than half of the towns name that have it with departments, joined by 、"),
    Column("maybe", "integer", "towns", "不确定", "towns that may have it"),
)  # fmt: skip
"""Columns of `concept_table`."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How common a concept has to be.

    Attributes:
        core: least share of the towns of a core concept.
        common: least share of a common one; below it is rare.
        fewest: towns that must have a concept before anything is called usual for it.
    """

    core: float = 0.9
    common: float = 0.25
    fewest: int = 3

    def __post_init__(self) -> None:
        if not 0 < self.common <= self.core <= 1 or self.fewest < 1:
            raise UsageError(
                "the thresholds must be 0 < common ≤ core ≤ 1 and at least one town",
                where=f"core {self.core}, common {self.common}, fewest {self.fewest}",
            )

    def of(self, towns: int, of: int) -> str:
        """Class of a concept that *towns* of *of* towns have.

        A concept of one town alone is unique, where there are at least two towns.
        """
        if towns == 1 and of > 1:
            return "unique"
        share = towns / of if of else 0.0
        return "core" if share >= self.core else "common" if share >= self.common else "rare"


@dataclass(frozen=True, slots=True)
class Instance:
    """A concept in one town.

    Attributes:
        found: the item that is it most surely; None where the town has none.
        items: all items that are it, as a whole or in part.
        maybe: items that may be it.
    """

    found: Mapped | None = None
    items: tuple[Mapped, ...] = ()
    maybe: tuple[Mapped, ...] = ()


@dataclass(frozen=True, slots=True)
class Towns:
    """Concepts by town.

    Attributes:
        lists: one list of each town.
        labels: by concept; concepts that no town has are left out.
        instances: by concept and list.
    """

    lists: tuple[Listing, ...]
    labels: Mapping[str, str]
    instances: Mapping[str, Mapping[Edition, Instance]]

    def having(self, concept: str) -> list[Mapped]:
        """The item of each town that has the concept, in the order of the towns."""
        of = self.instances[concept]
        found = (of[one.id].found for one in self.lists if one.id in of)
        return [one for one in found if one is not None]


def towns_of(concepts: Concepts, lists: Sequence[Listing]) -> Towns:
    """Concepts by town.

    Args:
        concepts: see `dutygraph.compare.alignment.concepts_of`.
        lists: one list of each town.

    Raises:
        UsageError: a town stands with several editions.
    """
    divisions = [one.division for one in lists]
    for one in lists:
        if divisions.count(one.division) > 1:
            raise UsageError(
                f"the town {one.division} comes with several editions",
                hint="keep one edition of each town",
            )
    wanted = {one.id for one in lists}
    instances: dict[str, dict[Edition, Instance]] = {}
    for concept, some in concepts.instances.items():
        by_list: dict[Edition, list[Mapped]] = {}
        for mapped in some:
            if mapped.listing.id in wanted:
                by_list.setdefault(mapped.listing.id, []).append(mapped)
        of = {edition: _instance(found) for edition, found in by_list.items()}
        if any(one.found for one in of.values()):
            instances[concept] = of
    return Towns(tuple(lists), {key: concepts.labels[key] for key in instances}, instances)


def _instance(found: Sequence[Mapped]) -> Instance:
    sure = tuple(sorted((one for one in found if one.sure), key=lambda one: one.rank))
    return Instance(sure[0] if sure else None, sure, tuple(one for one in found if not one.sure))


def _names(found: Iterable[Mapped]) -> str:
    return " ".join("/".join(one.item.id) for one in found)


def presence(towns: Towns) -> Table:
    """Which concept which town has, in which list.

    A town has a concept where one of its items is mapped to it as *exact* or *reworded*, and in
    part where one is *broader* or *narrower*; uncertain items are only named.

    Returns:
        A row per concept and town, present or not, by concept and in the order of the towns. No
        rows without towns.
    """
    rows: list[tuple[Value, ...]] = []
    for concept, label in towns.labels.items():
        for listing in towns.lists:
            one = towns.instances[concept].get(listing.id, Instance())
            cells: tuple[Value, ...] = ("", None, None, None, "", None)
            if one.found:
                item = one.found.item
                cells = (
                    item.list,
                    item.key,
                    item.number,
                    item.title,
                    one.found.relation,
                    one.found.confidence,
                )
            rows.append(
                (concept, label, *cells, _names(one.items), _names(one.maybe), *listing.whose)
            )
    return Table("presence", PRESENCE_COLUMNS, rows)


def entropy(counts: Iterable[int]) -> float:
    """Entropy of a distribution in bits: −Σ p log₂ p.

    Source: Shannon (1948), "A Mathematical Theory of Communication", Bell System Technical Journal
    27.

    Args:
        counts: numbers, ≥ 0.

    Returns:
        0 (all in one) to log₂ of how many there are; 0 where there is nothing.

    >>> entropy([1, 1]), entropy([3, 0]), entropy([])
    (1.0, 0.0, 0.0)
    """
    some = [count for count in counts if count]
    total = sum(some)
    return abs(-math.fsum(n / total * math.log2(n / total) for n in some)) if len(some) > 1 else 0.0


def most(values: Iterable[str]) -> str:
    """The value that comes up most often; empty where several do, and where there is none.

    >>> most(["a", "b", "a"]), most(["a", "b"])
    ('a', '')
    """
    counted = Counter(values).most_common(2)
    if not counted or (len(counted) == 2 and counted[0][1] == counted[1][1]):
        return ""
    return counted[0][0]


def usual_types(having: Iterable[Mapped], newer: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Department types that more than half of the towns name that have a concept with departments.

    Args:
        having: the item of each town that has the concept.
        newer: types, by label, that have the duties of an older one; where that is one type, it is
            taken instead.
    """
    named = [found for one in having if (found := types_of(one, newer))]
    counted = Counter(kind for found in named for kind in found)
    return tuple(sorted(kind for kind, number in counted.items() if 2 * number > len(named)))


def types_of(one: Mapped, newer: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Department types of an instance, those that were renamed or merged under their new name."""
    out = set()
    for kind in one.listing.types_of(one.item):
        heirs = newer.get(kind, frozenset())
        out.add(next(iter(heirs)) if len(heirs) == 1 else kind)
    return frozenset(out)


def concept_table(
    towns: Towns,
    thresholds: Thresholds | None = None,
    newer: Mapping[str, frozenset[str]] | None = None,
) -> Table:
    """How common each concept is, and in which list it usually stands.

    * share = towns that have it / all towns; class: see `Thresholds.of`
    * usual_list: the list kind of most towns that have it; each town counts with its surest item
    * other_list_share = towns with another list kind / towns that have it
    * entropy of the list kinds, see `entropy`

    Args:
        towns: see `towns_of`.
        thresholds: what core, common and usual mean.
        newer: see `usual_types`.

    Returns:
        A row per concept, those of most towns first, then by concept. *other_list_share* is None
        where no list is usual. No rows without towns.
    """
    limits = thresholds or Thresholds()
    rows: list[tuple[Value, ...]] = []
    for concept, label in towns.labels.items():
        having = towns.having(concept)
        kinds = Counter(one.item.list for one in having)
        usual = most(one.item.list for one in having)
        maybe = sum(
            1 for one in towns.instances[concept].values() if one.maybe and one.found is None
        )
        rows.append(
            (
                concept,
                label,
                len(having),
                len(having) / len(towns.lists),
                limits.of(len(having), len(towns.lists)),
                usual,
                1 - kinds[usual] / len(having) if usual else None,
                entropy(kinds.values()),
                *(kinds[kind] for kind in KINDS),
                most(one.item.category for one in having),
                "、".join(usual_types(having, newer or {})),
                maybe,
            )
        )
    rows.sort(key=lambda row: (-int(row[2] or 0), str(row[0])))
    return Table("concepts", CONCEPT_COLUMNS, rows)
