"""Departments of two lists, made comparable: by type across towns, by name across editions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dutygraph import reference
from dutygraph.compare.listing import Item, Listing

ARROW = "→"
"""Stands between the old and the new name of a department."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """How the departments of a first list are found in a second one.

    Attributes:
        by_name: True for two editions of one town: departments are compared by name and a new name
            is no new department; False for two towns: by type, as each county has its own names.
        names_a, names_b: departments of each list, as they are compared, by printed name.
        renamed: the new ones by a department of the first list that the second no longer has.
    """

    by_name: bool
    names_a: Mapping[str, str]
    names_b: Mapping[str, str]
    renamed: Mapping[str, frozenset[str]]

    def of_a(self, printed: Iterable[str]) -> dict[str, None]:
        """Departments of the first list as they are compared, each once, in their order."""
        return dict.fromkeys(self.names_a.get(name, name) for name in printed)

    def of_b(self, printed: Iterable[str]) -> dict[str, None]:
        """Departments of the second list, likewise."""
        return dict.fromkeys(self.names_b.get(name, name) for name in printed)

    def now(self, department: str, among: Iterable[str] = ()) -> frozenset[str]:
        """What a department of the first list is in the second.

        Args:
            department: as it is compared.
            among: departments of the second list; where the department became several, those of
                them that are here go before the others.
        """
        found = self.renamed.get(department, frozenset([department]))
        return found & frozenset(among) or found


@dataclass(frozen=True, slots=True)
class Change:
    """How the departments of an item of two lists differ.

    Attributes:
        added: departments of the second list that the first does not name, as they are compared.
        removed: departments of the first list that the second does not name.
        renamed: department of the first list and what it is in the second, ``old→new``.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()


def labels(successors: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Successors by the Chinese label of a type instead of its key.

    Args:
        successors: as `dutygraph.changes.successors` gives them; labels may stand in them too.
    """
    types = reference.department_types()

    def label(key: str) -> str:
        return types[key].zh if key in types else key

    return {label(old): frozenset(map(label, new)) for old, new in successors.items()}


def bodies(a: Listing, b: Listing, successors: Mapping[str, frozenset[str]]) -> Bodies:
    """How to compare the departments of two lists.

    Two editions of one town: a department that only the first list names was renamed or merged
    where a department that only the second names has its type, or where the second names one whose
    type succeeds its own. Two towns: departments are types; a type that the second town does not
    name is its successor there.

    Args:
        a: the first list.
        b: the second list.
        successors: types that have the duties of an older type, by keys or by labels.
    """
    by_name = a.division == b.division
    newer = labels(successors)
    if by_name:
        names_a, names_b = {name: name for name in a.types}, {name: name for name in b.types}
    else:
        names_a, names_b = dict(a.types), dict(b.types)
    here, there = set(names_a.values()), set(names_b.values())
    # The type of what is compared: of a name its type, of a type itself.
    type_a = a.types if by_name else {kind: kind for kind in here}
    type_b = b.types if by_name else {kind: kind for kind in there}
    renamed: dict[str, frozenset[str]] = {}
    for old in sorted(here - there):
        same = frozenset(new for new in there - here if type_b[new] == type_a[old])
        heirs = newer.get(type_a[old], frozenset())
        found = same or frozenset(new for new in there if type_b[new] in heirs)
        if found:
            renamed[old] = found
    return Bodies(by_name, names_a, names_b, renamed)


def department_change(
    found: Bodies,
    a: Item,
    b: Item,
    *,
    others_a: Iterable[Item] = (),
    others_b: Iterable[Item] = (),
) -> Change:
    """How the departments of two items that are one duty differ.

    Args:
        found: see `bodies`.
        a: item of the first list.
        b: item of the second list.
        others_a: further items of the first list that are parts of the same duty: what they name is
            not added.
        others_b: such items of the second list: what they name is not removed.
    """
    before, after = found.of_a(a.departments), found.of_b(b.departments)
    all_after = dict(after)
    for item in others_b:
        all_after |= found.of_b(item.departments)
    all_before: dict[str, None] = dict(before)
    for item in others_a:
        all_before |= found.of_a(item.departments)
    known = {new for old in all_before for new in found.now(old, all_after)}
    removed = tuple(old for old in before if not found.now(old, all_after) & set(all_after))
    renamed = tuple(
        old + ARROW + "、".join(sorted(found.now(old, all_after) & set(all_after)))
        for old in before
        if old in found.renamed and old not in removed
    )
    return Change(tuple(new for new in after if new not in known), removed, renamed)
