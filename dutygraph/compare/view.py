"""A comparison as its page and its figures see it: list by list, and from numbers to rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from dutygraph.network.editions import names
from dutygraph.table import Table

Row: TypeAlias = Mapping[str, Any]
Tell: TypeAlias = Callable[[Row], bool]

KINDS: Final = (
    ("basic", "基本履职", "basic", "基"),
    ("cooperative", "配合履职", "cooperative", "配"),
    ("reclaimed", "上级部门收回", "reclaimed", "收"),
)
"""List kinds: key, Chinese, English, one Chinese character."""
STEP_TABLES: Final = (
    "list-similarity",
    "moves",
    "differences",
    "duty-differences",
    "by-category",
    "by-department-type",
)
"""Tables whose rows are about two lists."""
PARTS: Final = (
    ("items_a", "甲的事项", "items of the first list"),
    ("items_b", "乙的事项", "items of the second list"),
    ("shared", "共有", "in both"),
    ("uncertain", "不确定", "uncertain"),
    ("only_a", "仅甲有", "only in the first list"),
    ("only_b", "仅乙有", "only in the second list"),
    ("moved_out", "甲有，乙列在别处", "here in the first list, elsewhere in the second"),
    ("moved_in", "乙有，甲列在别处", "here in the second list, elsewhere in the first"),
    ("town_a", "甲的乡镇职责", "duties of the town, first list"),
    ("town_b", "乙的乡镇职责", "duties of the town, second list"),
    ("taken_back_a", "甲收回的事项", "items taken back, first list"),
    ("taken_back_b", "乙收回的事项", "items taken back, second list"),
)
"""What of a part of two lists can be looked up, in Chinese and English."""

_MARK: Final = ("（模拟）", " (simulated)")


def rows_of(tables: Mapping[str, Table], name: str) -> list[dict[str, Any]]:
    """Rows of a table; none where there is no such table."""
    return list(tables[name]) if name in tables else []


@dataclass(frozen=True, slots=True)
class Side:
    """One of two lists.

    Attributes:
        town, division, edition: whose it is.
        zh, en: a short name that tells it from the other one, and says whether it is simulated.
        synthetic: a program made it.
    """

    town: str
    division: str
    edition: str
    zh: str
    en: str
    synthetic: bool = False

    def name(self, lang: str) -> str:
        """The short name in a language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Step:
    """Two lists that were compared item by item.

    Attributes:
        number: from 1, where there are several such pairs; 0 for the only one.
        a, b: the lists.
        rows: rows about them, by table.
    """

    number: int
    a: Side
    b: Side
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    @property
    def editions(self) -> bool:
        """True for two editions of one town."""
        return self.a.division == self.b.division

    def place(self, *parts: str) -> tuple[str, ...]:
        """Parts of the anchor of something about these two lists."""
        return ("step", str(self.number), *parts) if self.number else parts

    def called(self, figure: str) -> str:
        """Name of a figure about these two lists."""
        return f"{figure}-{self.number}" if self.number else figure

    def of(self, table: str) -> Sequence[Row]:
        """Rows of a table about them."""
        return self.rows.get(table, ())

    def title(self, lang: str) -> str:
        """Names of both lists."""
        if self.editions:
            return f"{self.a.town} {self.a.edition} → {self.b.edition}"
        both = self.a.name(lang), self.b.name(lang)
        return (" 与 " if lang == "zh" else " and ").join(both)


def step_key(row: Row) -> tuple[str, ...]:
    """Which two lists a row is about: division and edition of both."""
    return tuple(str(row[f"{name}_{side}"]) for side in "ab" for name in ("division", "edition"))


def steps_in(tables: Mapping[str, Table]) -> list[Step]:
    """The pairs of lists that tables of a comparison are about.

    Args:
        tables: of a comparison, by name; `STEP_TABLES` are used, and ``lists`` for who is simulated.

    Returns:
        The pairs in the order in which they come up; none without rows about two lists.
    """
    found: dict[tuple[str, ...], dict[str, list[Row]]] = {}
    for name in STEP_TABLES:
        for row in rows_of(tables, name):
            found.setdefault(step_key(row), {}).setdefault(name, []).append(row)
    simulated = {
        (str(row["division"]), str(row["edition"]))
        for row in rows_of(tables, "lists")
        if row.get("synthetic")
    }
    out = []
    for number, rows in enumerate(found.values(), 1):
        first = next(iter(rows.values()))[0]
        a, b = _sides(first, simulated)
        out.append(Step(number if len(found) > 1 else 0, a, b, rows))
    return out


def _sides(row: Row, simulated: Iterable[tuple[str, str]]) -> tuple[Side, Side]:
    known = set(simulated)
    whose = [[str(row[f"{n}_{side}"]) for n in ("town", "division", "edition")] for side in "ab"]
    (town_a, division_a, _), (town_b, division_b, _) = whose
    sides = []
    for town, division, edition in whose:
        if division_a == division_b:
            zh, en = f"{edition} 版", edition
        else:
            zh = en = f"{town}（{division}）" if town_a == town_b else town
        synthetic = (division, edition) in known
        mark = _MARK if synthetic else ("", "")
        sides.append(Side(town, division, edition, zh + mark[0], en + mark[1], synthetic))
    return sides[0], sides[1]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are about one duty.

    Attributes:
        rows: their places in the table of differences.
        shared: the duty is in both lists, for certain.
    """

    rows: tuple[int, ...]
    shared: bool


def item_of(row: Row, side: str) -> tuple[str, str] | None:
    """List kind and key of the item of one side of a row; None where that side has none."""
    key = row.get(f"key_{side}")
    return (str(row[f"list_{side}"]), str(key)) if key else None


def groups_in(differences: Sequence[Row]) -> list[Group]:
    """The duties of two lists, put together again from their rows.

    Rows that have an item in common are about one duty, as an item that was divided has a row with
    each of its parts.

    Args:
        differences: rows of the table about two lists.

    Returns:
        Each row stands in just one group, in the order of the first row of each.
    """
    group_at: dict[tuple[str, tuple[str, str]], int] = {}
    rows_at: dict[int, list[int]] = {}
    for number, row in enumerate(differences):
        ends = [(side, item) for side in "ab" if (item := item_of(row, side))]
        met = sorted({group_at[end] for end in ends if end in group_at})
        here = met[0] if met else number
        rows_at.setdefault(here, []).append(number)
        for other in met[1:]:
            rows_at[here] += rows_at.pop(other)
            for end, at in group_at.items():
                if at == other:
                    group_at[end] = here
        group_at.update(dict.fromkeys(ends, here))
    return [
        Group(tuple(sorted(rows)), any(differences[one]["kind"] == "shared" for one in rows))
        for _, rows in sorted(rows_at.items())
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows that a number rests on.

    Attributes:
        total: the number.
        rows: places in the table of differences, each with how often it counts where that is not
            once.
    """

    total: float = 0
    rows: tuple[tuple[int, int], ...] = ()


def entries(
    differences: Sequence[Row], groups: Sequence[Group], in_a: Tell, in_b: Tell
) -> dict[str, Entry]:
    """What the numbers about a part of two lists rest on, by the names of `PARTS`.

    They are counted as `dutygraph.compare.lists.counts` counts them: a duty once, however many items
    make it up.

    Args:
        differences: rows of the table about two lists.
        groups: their duties (`groups_in`).
        in_a: tells whether the item of the first list is in the part.
        in_b: the same for the second list.

    Returns:
        Only parts that have rows.
    """
    tells = {"a": in_a, "b": in_b}
    totals: Counter[str] = Counter()
    found: dict[str, list[tuple[int, int]]] = {}
    for group in groups:
        here: dict[str, dict[tuple[str, str], int]] = {"a": {}, "b": {}}
        for number in group.rows:
            row = differences[number]
            for side, tell in tells.items():
                item = item_of(row, side)
                if item and tell(row):
                    here[side].setdefault(item, number)
        for side, items in here.items():
            totals[f"items_{side}"] += len(items)
            found.setdefault(f"items_{side}", []).extend((number, 1) for number in items.values())
            for number in items.values():
                duties = int(differences[number][f"town_duties_{side}"] or 0)
                totals[f"town_{side}"] += duties
                if duties:
                    found.setdefault(f"town_{side}", []).append((number, duties))
        name = _kind(differences, group, has_a=bool(here["a"]), has_b=bool(here["b"]))
        if name:
            totals[name] += 1
            found.setdefault(name, []).extend((number, 1) for number in group.rows)
    return {name: Entry(totals[name], tuple(rows)) for name, rows in found.items() if rows}


def _kind(differences: Sequence[Row], group: Group, *, has_a: bool, has_b: bool) -> str:
    """What a duty is in a part of two lists; empty where it is not there."""
    if not (has_a or has_b):
        return ""
    if group.shared:
        return "shared" if has_a and has_b else "moved_out" if has_a else "moved_in"
    if has_a and has_b:
        return "uncertain"
    return "only_a" if has_a else "only_b"


def named(row: Row, column: str) -> tuple[str, ...]:
    """Names that a cell joins; none where the table has no such column."""
    return names(row.get(column))


def town_names(rows: Iterable[Row], simulated: Iterable[str] = ()) -> dict[str, str]:
    """Names of towns by their code: with it where two are called the same, with * where simulated.

    Args:
        rows: with town and division.
        simulated: codes of simulated towns.
    """
    towns = {str(row["division"]): str(row["town"]) for row in rows}
    often = Counter(towns.values())
    marked = set(simulated)
    return {
        division: (f"{town}（{division}）" if often[town] > 1 else town)
        + ("*" if division in marked else "")
        for division, town in towns.items()
    }


def concept_places(tables: Mapping[str, Table]) -> dict[str, tuple[str, str]]:
    """Parts of the anchor of each duty of many towns, by its key: short, as a page has thousands."""
    return {
        str(row["concept"]): ("concept", str(number))
        for number, row in enumerate(rows_of(tables, "concepts"), 1)
    }


def pair_place(number: int) -> tuple[str, str]:
    """Parts of the anchor of a row of the table of pairs of towns, by its place there."""
    return "pair", str(number + 1)


def simulated_towns(tables: Mapping[str, Table]) -> set[str]:
    """Codes of towns with a simulated list."""
    return {str(row["division"]) for row in rows_of(tables, "lists") if row.get("synthetic")}
