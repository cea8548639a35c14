"""The alignment as the comparison uses it: which items of two lists, or of many, are the same duty.

It takes the tables of `dutygraph.align` (or of anybody who keeps to their columns) and makes nothing
up: which items are the same is decided there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from dutygraph.compare.listing import Item, ItemId, Listing
from dutygraph.compare.wording import similarity, words_of
from dutygraph.errors import UsageError
from dutygraph.table import Table, Value

SAME: Final = ("exact", "reworded")
"""Relations by which two items are one duty as a whole."""
SURE: Final = (*SAME, "broader", "narrower")
"""Relations that make two items the same duty, as a whole or in part, the strongest first.
``broader`` says that the second one is the broader one, as skos:broadMatch does."""
UNCERTAIN: Final = "uncertain"
"""Relation that shows two items to a reader, who may find them to be the same."""
NONE: Final = "none"
RELATIONS: Final = (*SURE, UNCERTAIN, NONE)

PAIR_COLUMNS: Final = tuple(
    f"{name}_{side}" for side in "ab" for name in ("division", "edition", "list", "key")
)
"""Columns by which a table of pairs is known, beside relation and confidence."""
MAPPING_COLUMNS: Final = ("division", "edition", "list", "key", "concept", "relation")
"""Columns by which a table of mappings is known."""

_INVERSE: Final = {"broader": "narrower", "narrower": "broader"}

Identity: TypeAlias = tuple[str, str, str, str]
"""Division, edition, list kind and key of an item."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that the alignment says something of.

    Attributes:
        a, b: the items, of the first and of the second list.
        relation: what b is to a: one of `SURE`, or `UNCERTAIN`.
        score: how alike they are; None where the alignment does not say.
        confidence: how sure it is, 0–1; None likewise.
        justification: how it was found; empty likewise.
    """

    a: ItemId
    b: ItemId
    relation: str
    score: float | None = None
    confidence: float | None = None
    justification: str = ""

    @property
    def sure(self) -> bool:
        """True where they are the same duty."""
        return self.relation in SURE


@dataclass(frozen=True, slots=True)
class Group:
    """Items of two lists that are one duty, or one item alone.

    Attributes:
        a: items of the first list, in its order; empty where only the second has it.
        b: items of the second list.
        sure: False where both sides have items and only an uncertain pair joins them.
    """

    a: tuple[ItemId, ...]
    b: tuple[ItemId, ...]
    sure: bool = True

    @property
    def shared(self) -> bool:
        """True for a duty of both lists."""
        return bool(self.a and self.b) and self.sure


def _number(value: Value) -> float | None:
    return None if value is None or value == "" else float(value)


def _identity(row: Mapping[str, Value], side: str = "") -> Identity | None:
    """The item of a row; None where the row has none there."""
    if not row[f"key{side}"]:
        return None
    division, edition, kind, key = (
        str(row[f"{name}{side}"]) for name in ("division", "edition", "list", "key")
    )
    return division, edition, kind, key


def check_relation(relation: str) -> str:
    """The relation, if it is one.

    Raises:
        UsageError: it is none of `RELATIONS`.
    """
    if relation not in RELATIONS:
        raise UsageError(
            f"the alignment has the relation {relation!r}", hint="known: " + ", ".join(RELATIONS)
        )
    return relation


def pairs_between(table: Table, a: Listing, b: Listing) -> list[Pair]:
    """Rows of a table of pairs that are about two lists.

    Args:
        table: pairs of any lists; a row may name *b* first, its relation is turned round then.
        a: the first list.
        b: the second list.

    Returns:
        Their pairs in the order of the items of *a*, those of *b* and the strength of the relation.
        Empty where the table has none.

    Raises:
        UsageError: a row names an item that the list does not have, a relation that there is not,
            or a pair stands twice.
    """
    found: dict[tuple[ItemId, ItemId], Pair] = {}
    for row in table:
        relation = check_relation(str(row["relation"]))
        sides = _identity(row, "_a"), _identity(row, "_b")
        for one, listing in ((side, listing) for side in sides for listing in (a, b)):
            if one is not None and one[:2] == listing.id:
                _check_known(one, listing)
        if relation == NONE or None in sides:
            continue
        first, second = sides
        if first is None or second is None or {first[:2], second[:2]} != {a.id, b.id}:
            continue
        if first[:2] != a.id:
            first, second, relation = second, first, _INVERSE.get(relation, relation)
        key = first[2:], second[2:]
        if key in found:
            raise UsageError(f"the pair {'/'.join(first)} and {'/'.join(second)} stands twice")
        numbers = _number(row.get("score")), _number(row["confidence"])
        found[key] = Pair(*key, relation, *numbers, str(row.get("justification") or ""))
    return _ordered(found.values(), a, b)


def _check_known(identity: Identity, listing: Listing) -> None:
    if identity[2:] not in listing.items:
        raise UsageError(
            f"the alignment names the item {'/'.join(identity)}, which the list does not have",
            hint="align the lists as they are now",
        )


def _ordered(pairs: Iterable[Pair], a: Listing, b: Listing) -> list[Pair]:
    place_a = {item: number for number, item in enumerate(a.items)}
    place_b = {item: number for number, item in enumerate(b.items)}
    return sorted(pairs, key=lambda pair: (place_a[pair.a], place_b[pair.b]))


def groups(a: Listing, b: Listing, pairs: Sequence[Pair]) -> list[Group]:
    """The duties of two lists: items that sure pairs join, then items that only uncertain ones join.

    Items that pairs join into a chain are one duty: an item that was divided, and its parts. An
    uncertain pair joins only items that no sure pair has joined to the other list.

    Args:
        a: the first list.
        b: the second list.
        pairs: see `pairs_between`.

    Returns:
        Each item of both lists stands in just one group: those with items of *a* in its order, then
        those of *b* alone. Empty for two empty lists.
    """
    links: dict[tuple[str, ItemId], list[tuple[str, ItemId]]] = {}
    joined: set[tuple[str, ItemId]] = set()
    for wanted in (True, False):
        some = [pair for pair in pairs if pair.sure is wanted]
        if not wanted:
            some = [p for p in some if not {("a", p.a), ("b", p.b)} & joined]
        for pair in some:
            ends = ("a", pair.a), ("b", pair.b)
            links.setdefault(ends[0], []).append(ends[1])
            links.setdefault(ends[1], []).append(ends[0])
            if wanted:
                joined |= set(ends)
    out: list[Group] = []
    seen: set[tuple[str, ItemId]] = set()
    for start in [*(("a", item) for item in a.items), *(("b", item) for item in b.items)]:
        if start in seen:
            continue
        reached = _reached(start, links)
        seen |= reached
        out.append(
            Group(
                tuple(item for item in a.items if ("a", item) in reached),
                tuple(item for item in b.items if ("b", item) in reached),
                len(reached) == 1 or bool(reached & joined),
            )
        )
    return out


def _reached(
    start: tuple[str, ItemId], links: Mapping[tuple[str, ItemId], list[tuple[str, ItemId]]]
) -> set[tuple[str, ItemId]]:
    reached = {start}
    ahead = [start]
    while ahead:
        for node in links.get(ahead.pop(), ()):
            if node not in reached:
                reached.add(node)
                ahead.append(node)
    return reached


@dataclass(frozen=True, slots=True)
class Mapped:
    """An item as one of the instances of a concept.

    Attributes:
        listing: whose it is.
        item: the item.
        concept: key of the concept.
        relation: what the concept is to the item: one of `SURE`, or `UNCERTAIN`.
        score, confidence: 0–1; None where the alignment does not say.
    """

    listing: Listing
    item: Item
    concept: str
    relation: str
    score: float | None
    confidence: float | None

    @property
    def sure(self) -> bool:
        """True where it is the concept's duty."""
        return self.relation in SURE

    @property
    def rank(self) -> tuple[int, float]:
        """The less, the surer."""
        return RELATIONS.index(self.relation), -(self.confidence or 0.0)


@dataclass(frozen=True, slots=True)
class Concepts:
    """The duties of many lists.

    Attributes:
        labels: by key of the concept, in the order of the keys.
        instances: by key of the concept; the surest first within a list.
    """

    labels: Mapping[str, str]
    instances: Mapping[str, Sequence[Mapped]]


def concepts_of(table: Table, lists: Sequence[Listing]) -> Concepts:
    """Concepts of a table of mappings that have an item in some lists.

    An item that the table does not map, or maps with the relation ``none``, is a concept of its own
    with the key ``own:<division>/<edition>/<list>/<key>`` and its title as label.

    Args:
        table: mappings; rows of other lists are left out.
        lists: the lists.

    Raises:
        UsageError: a row names an item that its list does not have, a relation that there is not,
            or one item and concept twice.
    """
    by_id = {one.id: one for one in lists}
    labels: dict[str, str] = {}
    found: dict[str, list[Mapped]] = {}
    mapped: set[Identity] = set()
    seen: set[tuple[Identity, str]] = set()
    for row in table:
        relation = check_relation(str(row["relation"]))
        identity, concept = _identity(row), str(row["concept"] or "")
        listing = by_id.get(identity[:2]) if identity else None
        if identity is None or listing is None:
            continue
        _check_known(identity, listing)
        if not concept or relation == NONE:
            continue
        if (identity, concept) in seen:
            raise UsageError(f"the item {'/'.join(identity)} is mapped to {concept} twice")
        seen.add((identity, concept))
        if relation != UNCERTAIN:
            mapped.add(identity)
        labels[concept] = str(row.get("label") or labels.get(concept) or concept)
        item = listing.items[identity[2:]]
        numbers = _number(row.get("score")), _number(row.get("confidence"))
        found.setdefault(concept, []).append(Mapped(listing, item, concept, relation, *numbers))
    for listing in lists:
        for item in listing.items.values():
            if (*listing.id, *item.id) not in mapped:
                key = "own:" + "/".join((*listing.id, *item.id))
                labels[key] = item.title
                found[key] = [Mapped(listing, item, key, SURE[0], None, None)]
    order = {one.id: number for number, one in enumerate(lists)}
    for some in found.values():
        some.sort(key=lambda one: (order[one.listing.id], *one.rank, one.item.id))
    keys = sorted(found)
    return Concepts({key: labels[key] for key in keys}, {key: found[key] for key in keys})


def pairs_from(concepts: Concepts, a: Listing, b: Listing) -> list[Pair]:
    """Pairs of two lists that follow from what their items are mapped to.

    Items that are the same concept are paired one to one, the most alike first; one that is left
    over is a part of the item of the other side that is most like it. An item that a concept is a
    part of is *narrower* as seen from that concept's item, and so on; two parts of one concept, and
    two items that only share a part, are no pair. A pair is uncertain where one of the mappings is,
    *exact* where the words are the same (`words_of`), else *reworded*. Score and confidence are the
    smaller ones of the two mappings.

    Returns:
        Pairs in the order of the items. Empty where no concept has items of both.
    """
    out: dict[tuple[ItemId, ItemId], Pair] = {}
    for some in concepts.instances.values():
        ones = [one for one in some if one.listing.id == a.id]
        others = [one for one in some if one.listing.id == b.id]
        for one, other, relation in (*_same(ones, others), *_partly(ones, others)):
            pair = Pair(
                one.item.id,
                other.item.id,
                relation,
                _least(one.score, other.score),
                _least(one.confidence, other.confidence),
            )
            known = out.get((pair.a, pair.b))
            if known is None or RELATIONS.index(relation) < RELATIONS.index(known.relation):
                out[pair.a, pair.b] = pair
    return _ordered(out.values(), a, b)


def _same(ones: Sequence[Mapped], others: Sequence[Mapped]) -> Iterator[tuple[Mapped, Mapped, str]]:
    """Pairs of instances that are the concept, or may be it."""
    left = [one for one in ones if one.relation in (*SAME, UNCERTAIN)]
    right = [one for one in others if one.relation in (*SAME, UNCERTAIN)]
    likeness = {
        (i, j): similarity(_words(one), _words(other))
        for i, one in enumerate(left)
        for j, other in enumerate(right)
    }
    ranked = sorted(
        likeness, key=lambda ij: (not (left[ij[0]].sure and right[ij[1]].sure), -likeness[ij], ij)
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    for i, j in ranked:
        if i in taken[0] or j in taken[1]:
            continue
        taken[0].add(i)
        taken[1].add(j)
        if not (left[i].sure and right[j].sure):
            yield left[i], right[j], UNCERTAIN
        else:
            yield left[i], right[j], "exact" if likeness[i, j] == 1 else "reworded"
    for i, j in ranked:  # the most alike partner of each that is left
        sure = left[i].sure and right[j].sure
        if i not in taken[0]:
            taken[0].add(i)
            yield left[i], right[j], "broader" if sure else UNCERTAIN
        elif j not in taken[1]:
            taken[1].add(j)
            yield left[i], right[j], "narrower" if sure else UNCERTAIN


def _partly(
    ones: Sequence[Mapped], others: Sequence[Mapped]
) -> Iterator[tuple[Mapped, Mapped, str]]:
    """Pairs of which at least one is broader or narrower than the concept."""
    for one in ones:
        for other in others:
            first, second = one.relation, _INVERSE.get(other.relation, other.relation)
            if first in SAME and second in _INVERSE:
                yield one, other, second
            elif first in _INVERSE and second in (*SAME, first):
                yield one, other, first


def _words(one: Mapped) -> str:
    return words_of(one.item.title, one.listing.own)


def _least(a: float | None, b: float | None) -> float | None:
    known = [value for value in (a, b) if value is not None]
    return min(known) if known else None
