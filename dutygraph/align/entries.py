"""Items of many lists with what is known of them, from the tables of the saved queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from dutygraph import reference
from dutygraph.align.wording import title_key
from dutygraph.network.editions import names
from dutygraph.table import Table, Value
from dutygraph.vocab import fold

KINDS: Final = ("basic", "cooperative", "reclaimed")
"""The three tables of a list, in their order."""

Identity: TypeAlias = tuple[str, str, str, str]
"""Division, edition, list kind and key of an item."""
SameDepartment: TypeAlias = Mapping[str, str | frozenset[str]]
"""Key of the type, or types, that have the duties of an older type now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item and what is known of it.

    Attributes:
        town, division, edition: whose it is.
        kind: list kind, one of `KINDS`.
        number: number in its table; None where it has none.
        key: key in its table.
        title: as printed.
        title_key: key of the title (`wording.title_key`).
        category: key of the category, or its folded name where it is not known; empty: none.
        departments: keys of the types of its departments, or folded names of those without one.
        duties: texts of its duties, or how a reclaimed item is done; empty: none.
    """

    town: str
    division: str
    edition: str
    kind: str
    number: int | None
    key: str
    title: str
    title_key: str
    category: str
    departments: frozenset[str]
    duties: str

    @property
    def identity(self) -> Identity:
        """Division, edition, list kind and key."""
        return self.division, self.edition, self.kind, self.key

    @property
    def of_edition(self) -> tuple[str, str]:
        """Division and edition."""
        return self.division, self.edition


def entries(
    items: Table,
    *,
    departments: Table | None = None,
    duties: Table | None = None,
    reclaimed: Table | None = None,
    same_department: SameDepartment | None = None,
) -> list[Entry]:
    """The items of a table, each with what other tables say of it.

    Args:
        items: table of the saved query ``items``.
        departments: table of ``departments``, for the types; without it, names are compared.
        duties: table of ``duties``, for the texts of the duties.
        reclaimed: table of ``reclaimed``, for how reclaimed items are done.
        same_department: newer type, or types, by an older one, so that departments that were
            renamed or merged are compared as one (`dutygraph.changes.successors`).

    Returns:
        The items by division, edition, list kind, number and key, whatever the order of the rows.
        Empty for an empty table.
    """
    types = _types(departments, same_department or {})
    texts = _texts(duties, reclaimed)
    found = [_entry(row, types, texts) for row in items]
    return sorted(found, key=lambda e: (e.division, e.edition, *_place(e)))


def _place(entry: Entry) -> tuple[int, str, bool, int, str]:
    kind = KINDS.index(entry.kind) if entry.kind in KINDS else len(KINDS)
    return kind, entry.kind, entry.number is None, entry.number or 0, entry.key


def _entry(
    row: Mapping[str, Value],
    types: Mapping[tuple[str, str, str], frozenset[str]],
    texts: Mapping[Identity, str],
) -> Entry:
    division, edition, kind = str(row["division"]), str(row["edition"]), str(row["list"])
    number, title = row["number"], str(row["title"] or "")
    key = str(row["key"])
    named: set[str] = set()
    for name in names(row["departments"]):
        named |= types.get((division, edition, name)) or {fold(name)}
    return Entry(
        town=str(row["town"] or ""),
        division=division,
        edition=edition,
        kind=kind,
        number=None if number is None else int(number),
        key=key,
        title=title,
        title_key=title_key(title),
        category=_category(str(row["category"] or "")),
        departments=frozenset(named),
        duties=texts.get((division, edition, kind, key), ""),
    )


def _category(printed: str) -> str:
    known = reference.category_of(printed) if printed else None
    return known.key if known else fold(printed)


@cache
def _type_keys() -> Mapping[str, str]:
    """Key of a department type by its Chinese label, as the saved query gives it."""
    return {kind.zh: kind.key for kind in reference.department_types().values()}


def _types(
    departments: Table | None, same: SameDepartment
) -> dict[tuple[str, str, str], frozenset[str]]:
    out: dict[tuple[str, str, str], frozenset[str]] = {}
    for row in departments or ():
        label = str(row["department_type"] or "")
        if not label:
            continue
        key = _type_keys().get(label, label)
        newer = same.get(key, key)
        found = frozenset([newer]) if isinstance(newer, str) else frozenset(newer)
        out[str(row["division"]), str(row["edition"]), str(row["department"])] = found
    return out


def _texts(duties: Table | None, reclaimed: Table | None) -> dict[Identity, str]:
    parts: dict[Identity, list[tuple[str, int, str]]] = defaultdict(list)
    for row in duties or ():
        where = (*_of(row), str(row["list"]), str(row["key"]))
        place = row["position"]
        parts[where].append((str(row["side"]), int(place or 0), str(row["text"] or "")))
    for row in reclaimed or ():
        where = (*_of(row), "reclaimed", str(row["key"]))
        parts[where].append(("method", 0, str(row["method"] or "")))
    # A duty of several parties stands in a row for each, and so does a method.
    return {w: fold("".join(p[-1] for p in sorted(set(found)))) for w, found in parts.items()}


def _of(row: Mapping[str, Value]) -> tuple[str, str]:
    return str(row["division"]), str(row["edition"])


def by_edition(found: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    """Entries by division and edition, in their order."""
    out: dict[tuple[str, str], list[Entry]] = {}
    for entry in found:
        out.setdefault(entry.of_edition, []).append(entry)
    return dict(sorted(out.items()))
