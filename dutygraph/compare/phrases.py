"""Words that the sentences of a comparison share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from dutygraph.table import Table, Value

LIST_NAMES: Final = {
    "basic": ("基本履职", "basic"),
    "cooperative": ("配合履职", "cooperative"),
    "reclaimed": ("上级部门收回", "reclaimed"),
}
"""List kinds in Chinese and English."""
SHOWN: Final = 3
"""Things that a sentence names at most."""


class Names:
    """Names of the lists, long enough to tell them apart."""

    def __init__(self, lists: Table) -> None:
        self._divisions = Counter(str(row["division"]) for row in lists)
        towns = {(str(row["town"]), str(row["division"])) for row in lists}
        self._names = Counter(town for town, _ in towns)

    def town(self, town: Value, division: Value) -> str:
        """Name of a town, with its code where another one has the same name."""
        return f"{town}（{division}）" if self._names[str(town)] > 1 else str(town)

    def of(self, row: Mapping[str, Value], side: str) -> tuple[str, str]:
        """Name of a list, with its edition where the town has several: Chinese and English."""
        division, edition = row[f"division_{side}"], row[f"edition_{side}"]
        town = self.town(row[f"town_{side}"], division)
        if self._divisions[str(division)] > 1:
            return f"{town} {edition} 版", f"{town} {edition}"
        return town, town


def number(value: Value) -> float:
    """A cell that holds a number; 0 for an empty one."""
    return float(value or 0)


def whole(value: Value) -> int:
    """A cell that holds a whole number; 0 for an empty one."""
    return int(value or 0)


def plural(number: float, one: str) -> str:
    """A number with its noun: 1 item, 2 items."""
    return f"{number:,.0f} {one}" + ("" if number == 1 else "s")
