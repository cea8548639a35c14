"""One list as it is compared: its items with their duties and departments, from tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from dutygraph.compare.wording import own_names
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.network.categories import category_name
from dutygraph.network.editions import Edition, edition_of, names
from dutygraph.table import Table, Value

KINDS: Final = ("basic", "cooperative", "reclaimed")
"""List kinds, in the order of the document."""

ItemId: TypeAlias = tuple[str, str]
"""List kind and key of an item: what it is in its list."""


def edition_order(edition: str) -> tuple[bool, str]:
    """Key that puts editions in order of time; an undated one comes first.

    >>> sorted(["2025-07", "undated", "2024"], key=edition_order)
    ['undated', '2024', '2025-07']
    """
    return edition[:1].isdigit(), edition


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of an item.

    Attributes:
        item: whose it is.
        side: column, ``department`` or ``town``.
        position: place in the column, from 1.
        text: as printed.
        party_kind: ``town``, ``department`` or ``unattributed``.
        parties: departments that carry it; empty for the town's and for unattributed ones.
        actions: codes, joined by blanks.
        line, place: in the source.
    """

    item: ItemId
    side: str
    position: int
    text: str
    party_kind: str
    parties: tuple[str, ...]
    actions: str
    line: int | None
    place: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list.

    Attributes:
        list, key: what it is in its list.
        number: as counted.
        title: as printed.
        category: label of its category (see `dutygraph.network.categories.category_name`).
        departments: names, in printed order.
        line, place: in the source.
        duties: of both columns; only cooperative items have any.
        method: how a reclaimed item is now done.
    """

    list: str
    key: str
    number: int | None
    title: str
    category: str
    departments: tuple[str, ...]
    line: int | None
    place: str
    duties: tuple[Duty, ...] = ()
    method: str = ""

    @property
    def id(self) -> ItemId:
        """List kind and key."""
        return self.list, self.key

    def duties_of(self, kind: str) -> int:
        """Number of its duties of a kind of party."""
        return sum(duty.party_kind == kind for duty in self.duties)


@dataclass(frozen=True, slots=True)
class Listing:
    """One edition of one town's list.

    Attributes:
        town: name of the town.
        division: its code.
        edition: the edition.
        items: in the order of lists and numbers.
        types: label of the type by name of a department; the name itself where it has none.
        types_en: label of the type in English by that in Chinese.
        own: names of its town and county, as `dutygraph.compare.wording.words_of` wants them.
        synthetic: the list was made by a program.
    """

    town: str
    division: str
    edition: str
    items: Mapping[ItemId, Item]
    types: Mapping[str, str] = field(default_factory=dict)
    types_en: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    synthetic: bool = False

    @property
    def id(self) -> Edition:
        """Division code and edition."""
        return self.division, self.edition

    @property
    def whose(self) -> tuple[str, str, str]:
        """Town, division and edition, as tables show them."""
        return self.town, self.division, self.edition

    def types_of(self, item: Item) -> frozenset[str]:
        """Department types that an item names; of a department without a type its name."""
        return frozenset(self.types.get(name, name) for name in item.departments)


def listings(
    tables: Mapping[str, Table],
    wanted: Sequence[Edition] | None = None,
    *,
    places: Mapping[Edition, Iterable[str]] | None = None,
) -> list[Listing]:
    """The lists that tables hold.

    Args:
        tables: of the saved queries ``items``, ``duties``, ``departments``, ``reclaimed`` and, where
            it is there, ``lists``.
        wanted: division and edition of each list, in the order of the result; all of them, by
            division and edition, where it is left out.
        places: names of a list's county and the divisions above it, which are no difference.

    Raises:
        UnknownNameError: a list that is wanted has no items.
        UsageError: a list is wanted twice, or an item stands twice in a list.
    """
    rows: dict[Edition, dict[str, list[dict[str, Value]]]] = {}
    for name in ("items", "duties", "departments", "reclaimed", "lists"):
        for row in tables.get(name, ()):
            rows.setdefault(edition_of(row), {}).setdefault(name, []).append(row)
    known = sorted(edition for edition, of in rows.items() if of.get("items"))
    chosen = list(known if wanted is None else wanted)
    for edition in chosen:
        if edition not in known:
            raise UnknownNameError("list", "@".join(edition), ["@".join(one) for one in known])
        if chosen.count(edition) > 1:
            raise UsageError(f"the same list twice: {'@'.join(edition)}", hint="name two lists")
    return [_listing(edition, rows[edition], (places or {}).get(edition, ())) for edition in chosen]


def _listing(
    edition: Edition, rows: Mapping[str, list[dict[str, Value]]], places: Iterable[str]
) -> Listing:
    duties = _duties(rows.get("duties", ()))
    methods = {str(row["key"]): str(row["method"] or "") for row in rows.get("reclaimed", ())}
    items: dict[ItemId, Item] = {}
    for row in sorted(rows["items"], key=_place):
        item = _item(row, duties, methods)
        if item.id in items:
            raise UsageError(
                f"the {item.list} item {item.key} stands twice", where="@".join(edition)
            )
        items[item.id] = item
    departments = rows.get("departments", ())
    types = {
        str(r["department"]): str(r["department_type"] or r["department"]) for r in departments
    }
    town = str(rows["items"][0]["town"])
    return Listing(
        town,
        *edition,
        items,
        types,
        {types[str(r["department"])]: str(r.get("department_type_en") or "") for r in departments},
        own_names([town, *places]),
        any(bool(row.get("synthetic")) for row in rows.get("lists", ())),
    )


def _place(row: Mapping[str, Value]) -> tuple[int, int, str]:
    kind = str(row["list"])
    order = KINDS.index(kind) if kind in KINDS else len(KINDS)
    return order, int(row["number"] or 0), str(row["key"])


def _item(
    row: Mapping[str, Value], duties: Mapping[ItemId, tuple[Duty, ...]], methods: Mapping[str, str]
) -> Item:
    kind, key = str(row["list"]), str(row["key"])
    return Item(
        kind,
        key,
        _whole(row["number"]),
        str(row["title"] or ""),
        category_name(row["category"]),
        names(row["departments"]),
        _whole(row["line"]),
        str(row.get("place") or ""),
        duties.get((kind, key), ()),
        methods.get(key, "") if kind == "reclaimed" else "",
    )


def _whole(value: Value) -> int | None:
    return None if value is None else int(value)


def _duties(rows: Iterable[Mapping[str, Value]]) -> dict[ItemId, tuple[Duty, ...]]:
    """Duties by item, each once: a joint one stands in a row for each of its parties."""
    found: dict[tuple[ItemId, str, int], list[Mapping[str, Value]]] = {}
    for row in rows:
        item = str(row["list"]), str(row["key"])
        found.setdefault((item, str(row["side"]), int(row["position"] or 0)), []).append(row)
    out: dict[ItemId, list[Duty]] = {}
    for (item, side, position), same in sorted(found.items(), key=lambda pair: pair[0]):
        first = same[0]
        kind = str(first["party_kind"])
        parties = {str(row["party"]) for row in same} if kind == "department" else set()
        out.setdefault(item, []).append(
            Duty(
                item,
                side,
                position,
                str(first["text"] or ""),
                kind,
                tuple(sorted(parties)),
                str(first["actions"] or ""),
                _whole(first["line"]),
                str(first.get("place") or ""),
            )
        )
    return {item: tuple(duties) for item, duties in out.items()}
