"""Synthetic towns for tests and benchmarks: variations on a real list, always marked as simulated.

They have the make-up of the real list (categories, departments, splits) and differ from it and from
each other in ways that are known, so that a test can say what a measure has to find. They are no
sample of real towns: nothing about China follows from them.

    python tests/towns.py FOLDER N      # a store folder of N towns
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final, NamedTuple

from dutygraph.actions import find_actions
from dutygraph.build import Edition, SourceFile, load_into, read_document
from dutygraph.model import (
    Attribution,
    Claim,
    Department,
    Division,
    Duty,
    DutyList,
    Item,
    ListKind,
    Place,
    Side,
    Source,
    Split,
)
from dutygraph.store import Embedded

SEED: Final = 2025
OUTLIER: Final = 7
"""Number of the town that is planted to stand out: half the items, and twice the town's duties in
each, of which all that are added are legwork."""
PAIR: Final = ("民政局", "卫生健康委员会")
"""Departments that are planted to be named together; the real list never does so."""
REAL: Final = Path(__file__).resolve().parent.parent / "data/sources/653131101-2025-07/list.txt"

# Codes 653131901 and on: no town of county 653131 has such a one, and 653132 to 653199 are no
# counties. 653201 is one.
_FIRST_CODE: Final = 653_131_900
_LAST_CODE: Final = 653_199_999
_OUTLIER_DROPS: Final = 0.5

_OTHER_WORDS: Final = (
    ("开展", "深入开展"),
    ("做好", "抓好"),
    ("加强", "强化"),
    ("负责", "承担"),
    ("工作", "有关工作"),
    ("宣传", "宣讲"),
    ("管理", "日常管理"),
    ("服务", "服务保障"),
)
_DEPARTMENT_DUTIES: Final = ("制定工作方案；", "负责职责范围内的监督管理和业务指导。")
_TOWN_DUTIES: Final = ("开展政策宣传；", "协助做好排查工作。")
_LEGWORK: Final = ("开展日常巡查；", "对发现的问题及时上报；", "做好入户宣传；", "建立台账；")


@dataclass(frozen=True, slots=True)
class Rates:
    """How far a town departs from the real list; each is a chance from 0 to below 1.

    Attributes:
        drop_items: an item is left out; each town takes between a fifth and nine fifths of it.
        reword_titles: a title is worded otherwise.
        move_items: an item stands in another list.
        add_departments: a cooperative item names one more department, which gets a duty.
        remove_departments: a cooperative item with several departments names one less.
        drop_duties: a duty is left out; never the last one of a column.
        unattribute_duties: in an item with several departments, nobody is said to carry a duty.
        join_duties: there, two departments carry a duty together.
        plant_pair: an item that names one department of the planted pair names the other one too.
    """

    drop_items: float = 0.12
    reword_titles: float = 0.15
    move_items: float = 0.04
    add_departments: float = 0.06
    remove_departments: float = 0.06
    drop_duties: float = 0.05
    unattribute_duties: float = 0.06
    join_duties: float = 0.06
    plant_pair: float = 0.9

    def __post_init__(self) -> None:
        for one in fields(self):
            if not 0 <= getattr(self, one.name) < 1:
                raise ValueError(f"{one.name} is a chance from 0 to below 1")


class _Known(NamedTuple):
    """A department of the real list, with a printed name and the number of its items."""

    department: Department
    surface: str
    items: int


@dataclass(slots=True)
class _Draft:
    """An item while it is changed."""

    item: Item
    kind: ListKind
    title: str
    departments: list[Department]
    surfaces: dict[Department, tuple[str, ...]]
    duties: list[Duty]
    method: str

    def side(self, side: Side) -> list[Duty]:
        return [duty for duty in self.duties if duty.side is side]

    def name(self, known: _Known) -> None:
        """Name a department for the item."""
        self.departments.append(known.department)
        self.surfaces.setdefault(known.department, (known.surface,))


def synthetic_towns(
    real: DutyList,
    n: int,
    seed: int = SEED,
    *,
    outlier: int | None = OUTLIER,
    pair: tuple[str, str] | None = PAIR,
    **rates: float,
) -> Iterator[DutyList]:
    """Make up towns from a real list.

    Each town follows from the seed and its number alone: more towns do not change the first ones.

    Args:
        real: the list to vary.
        n: number of towns, at most 68,099.
        seed: start of the random numbers.
        outlier: number of the town that stands out, from 1; None for no such town.
        pair: names of the departments to be named together, both of the real list; None for none.
        **rates: other chances than those of `Rates`.

    Yields:
        Lists with ``synthetic`` set, 653131901 模拟001乡 and on; their findings are empty, their
        claims agree with their tables, and lines count a made-up source with an item a line.

    Raises:
        ValueError: a rate is no chance, the pair is not in the real list, or n is too large.
    """
    chances = Rates(**rates)
    if not 0 <= n <= _LAST_CODE - _FIRST_CODE:
        raise ValueError(f"{n} towns have no codes")
    known = _known(real)
    planted = [one for name in pair or () for one in known if one.department.name == name]
    if pair and len(planted) != 2:
        raise ValueError(f"the list does not name {' and '.join(pair)}")
    for number in range(1, n + 1):
        # A simulation, no secret.
        chance = random.Random(f"{seed}/{number}")  # noqa: S311
        maker = _Maker(real, number, chance, chances, known, planted, number == outlier)
        yield maker.make()


def write_store(folder: str | Path, n: int, seed: int = SEED) -> None:
    """Write a store folder of synthetic towns, made from the real list of the package.

    Args:
        folder: a new or empty folder, or a store that gets these towns too.
        n: number of towns.
        seed: start of the random numbers.
    """
    towns = synthetic_towns(read_document(REAL), n, seed)
    with Embedded.create(folder) as store:
        load_into(store, (Edition(SourceFile(Path(t.source.name)), t) for t in towns))


def _known(real: DutyList) -> list[_Known]:
    counts = Counter(d for i in real.items if i.kind is ListKind.COOPERATIVE for d in i.departments)
    surfaces: dict[Department, str] = {}
    for item in real.items:
        for split in item.splits:
            if split.department is not None and split.surfaces:
                surfaces.setdefault(split.department, split.surfaces[0])
    return [_Known(d, surfaces[d], counts[d]) for d in sorted(counts, key=lambda d: d.name)]


@dataclass(slots=True)
class _Maker:
    """Makes one town."""

    real: DutyList
    number: int
    random: random.Random
    rates: Rates
    known: Sequence[_Known]
    pair: Sequence[_Known]
    outlier: bool

    def make(self) -> DutyList:
        code, name = str(_FIRST_CODE + self.number), f"模拟{self.number:03d}乡"
        # No scheme: nobody coded these divisions.
        town = Division(
            code, name, "town", "", self.real.town.parents, f"Simulated Town {self.number:03d}"
        )
        items = _numbered(self._drafts())
        text = "\n".join(
            "\t".join([item.kind, item.title, item.method, *(duty.text for duty in item.duties)])
            for item in items
        )
        return replace(
            self.real,
            town=town,
            title=f"模拟数据：{name}履职事项清单",
            source=Source(
                f"synthetic-{code}.txt", hashlib.sha256(text.encode("utf-8")).hexdigest()
            ),
            items=items,
            claims=_claims(items),
            findings=(),
            markings=("模拟数据",),
            introduction=("本清单为模拟数据，由程序改写而成，不是任何乡镇的清单。",),
            synthetic=True,
        )

    def _happens(self, rate: float) -> bool:
        return self.random.random() < rate

    def _drafts(self) -> Iterator[_Draft]:
        drops = self.rates.drop_items * self.random.uniform(0.2, 1.8)
        if self.outlier:
            drops = _OUTLIER_DROPS
        for item in self.real.items:
            if self._happens(drops):
                continue
            draft = _Draft(
                item,
                item.kind,
                item.title,
                list(item.departments),
                {s.department: s.surfaces for s in item.splits if s.department is not None},
                list(item.duties),
                item.method,
            )
            if self._happens(self.rates.reword_titles):
                draft.title = self._reworded(item.title)
            if self._happens(self.rates.move_items):
                self._move(draft)
            if draft.kind is ListKind.COOPERATIVE:
                self._change_departments(draft)
                self._change_duties(draft)
            yield draft

    def _reworded(self, title: str) -> str:
        fitting = [words for words in _OTHER_WORDS if words[0] in title]
        if not fitting:
            return f"{title}（试行）"
        return title.replace(*self.random.choice(fitting), 1)

    def _move(self, draft: _Draft) -> None:
        """Put an item into another list, with what an item has there."""
        draft.kind = self.random.choice([kind for kind in ListKind if kind is not draft.kind])
        if draft.kind is ListKind.BASIC:
            return
        if not draft.departments:
            draft.name(self._another(draft))
        if draft.kind is ListKind.RECLAIMED:
            who = "、".join(draft.surfaces[d][0] for d in draft.departments)
            draft.method = f"由{who}负责组织实施。"
        else:
            lead = (draft.departments[0],)
            draft.duties = [
                *(_duty(Side.DEPARTMENT, text, lead) for text in _DEPARTMENT_DUTIES),
                *(_duty(Side.TOWN, text) for text in _TOWN_DUTIES),
            ]

    def _another(self, draft: _Draft) -> _Known:
        """A department that the item does not name, by the number of items that it has."""
        others = [one for one in self.known if one.department not in draft.departments]
        return self.random.choices(others, [one.items for one in others])[0]

    def _change_departments(self, draft: _Draft) -> None:
        if len(draft.departments) > 1 and self._happens(self.rates.remove_departments):
            self._remove(draft, self.random.choice(draft.departments))
        if self._happens(self.rates.add_departments):
            self._add(draft, self._another(draft))
        named = [one for one in self.pair if one.department in draft.departments]
        if len(named) == 1 and self._happens(self.rates.plant_pair):
            self._add(draft, next(one for one in self.pair if one not in named))

    def _add(self, draft: _Draft, known: _Known) -> None:
        draft.name(known)
        text = self.random.choice(_DEPARTMENT_DUTIES)
        draft.duties.append(_duty(Side.DEPARTMENT, text, (known.department,)))

    def _remove(self, draft: _Draft, department: Department) -> None:
        """Take a department out of an item: its duties go, joint ones stay with the others."""
        draft.departments.remove(department)
        left = []
        for duty in draft.duties:
            others = tuple(party for party in duty.parties if party != department)
            if others or not duty.parties:
                left.append(_carried_by(duty, others) if others else duty)
        if not any(duty.side is Side.DEPARTMENT for duty in left):
            heir = (draft.departments[0],)
            left += [_carried_by(duty, heir) for duty in draft.side(Side.DEPARTMENT)]
        draft.duties = left

    def _change_duties(self, draft: _Draft) -> None:
        for side in Side:
            for duty in draft.side(side):
                if len(draft.side(side)) > 1 and self._happens(self.rates.drop_duties):
                    draft.duties.remove(duty)
        if len(draft.departments) > 1:
            draft.duties = [self._attributed(draft, duty) for duty in draft.duties]
        if self.outlier:
            draft.duties += [
                _duty(Side.TOWN, _LEGWORK[number % len(_LEGWORK)])
                for number, _ in enumerate(draft.side(Side.TOWN))
            ]

    def _attributed(self, draft: _Draft, duty: Duty) -> Duty:
        if duty.side is Side.TOWN or duty.attribution is not Attribution.SOLE:
            return duty
        if self._happens(self.rates.unattribute_duties):
            return replace(duty, parties=(), attribution=Attribution.UNATTRIBUTED)
        if self._happens(self.rates.join_duties):
            others = [one for one in draft.departments if one not in duty.parties]
            return _carried_by(duty, (*duty.parties, self.random.choice(others)))
        return duty


def _duty(side: Side, text: str, parties: tuple[Department, ...] = ()) -> Duty:
    return Duty(side, 0, 0, text, parties=parties, actions=find_actions(text))


def _carried_by(duty: Duty, parties: tuple[Department, ...]) -> Duty:
    attribution = Attribution.JOINT if len(parties) > 1 else Attribution.SOLE
    return replace(duty, parties=parties, attribution=attribution, subject=None)


def _numbered(drafts: Iterable[_Draft]) -> tuple[Item, ...]:
    """The items, list by list, numbered anew; the first line is that of the claims."""
    by_kind: dict[ListKind, list[_Draft]] = {kind: [] for kind in ListKind}
    for draft in drafts:
        by_kind[draft.kind].append(draft)
    items: list[Item] = []
    for kind in ListKind:
        for number, draft in enumerate(by_kind[kind], 1):
            items.append(_finished(draft, number, Place(line=len(items) + 2)))
    return tuple(items)


def _finished(draft: _Draft, number: int, place: Place) -> Item:
    basic, cooperative = (draft.kind is k for k in (ListKind.BASIC, ListKind.COOPERATIVE))
    departments = () if basic else tuple(draft.departments)
    duties = _placed(draft.duties, place) if cooperative else ()
    return replace(
        draft.item,
        kind=draft.kind,
        number=number,
        key=str(number),
        printed_number=str(number),
        title=draft.title,
        place=place,
        departments=departments,
        catch_all="" if basic else draft.item.catch_all,
        splits=tuple(_splits(draft, departments, duties)),
        duties=duties,
        method=draft.method if draft.kind is ListKind.RECLAIMED else "",
    )


def _placed(duties: Iterable[Duty], place: Place) -> tuple[Duty, ...]:
    """Duties in the order of the columns, numbered anew in their column and block."""
    positions: Counter[Side] = Counter()
    orders: Counter[tuple[object, ...]] = Counter()
    out = []
    for duty in sorted(duties, key=lambda duty: list(Side).index(duty.side)):
        block = (duty.side, duty.parties, duty.phase)
        positions[duty.side] += 1
        orders[block] += 1
        out.append(
            replace(
                duty,
                position=positions[duty.side],
                order=orders[block],
                number=f"{orders[block]}.",
                place=place,
                start=None,  # there is no line of text to count in
                end=None,
            )
        )
    return tuple(out)


def _splits(
    draft: _Draft, departments: Sequence[Department], duties: Sequence[Duty]
) -> Iterator[Split]:
    if draft.kind is ListKind.BASIC:
        yield Split(None, "lead", True)
        return
    roles = {split.department: split.role for split in draft.item.splits}
    cooperative = draft.kind is ListKind.COOPERATIVE
    heads = [party for duty in duties for party in duty.parties]
    for department in dict.fromkeys((*departments, *heads)):
        role = roles.get(department, "lead")
        yield Split(
            department,
            ("lead" if role == "take-over" else role) if cooperative else "take-over",
            department in departments,
            draft.surfaces[department],
            tuple((duty.side, duty.position) for duty in duties if department in duty.parties),
        )
    if cooperative:
        carried = tuple((d.side, d.position) for d in duties if d.side is Side.TOWN)
        yield Split(None, "assist", True, duties=carried)


def _claims(items: Sequence[Item]) -> tuple[Claim, ...]:
    counts = Counter(item.kind for item in items)
    stated = [("all items", "履职事项", len(items))]
    for kind, words in zip(ListKind, ("基本履职", "配合履职", "上级部门收回"), strict=True):
        stated.append((f"{kind} items", f"{words}事项", counts[kind]))
    return tuple(
        Claim(subject, number, number, Place(line=1), "introduction", f"{words} {number} 项")
        for subject, words, number in stated
    )


def main() -> None:
    """Write a store folder of synthetic towns."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("n", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    write_store(given.folder, given.n, given.seed)


if __name__ == "__main__":
    main()
