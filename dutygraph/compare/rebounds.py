"""Work that was taken back and is the town's again, or never ceased to be.

Two kinds: ``returned``, an item that departments took back in one edition and that a later edition
of the same town has as cooperation, or as the town's own; and ``method``, a reclaimed item whose
method still leaves work to the town (`dutygraph.compare.leftover`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph.compare.alignment import SURE, UNCERTAIN, Concepts, Mapped
from dutygraph.compare.differences import Matched
from dutygraph.compare.leftover import IMPLIED, left_to_town
from dutygraph.compare.listing import Item, ItemId, Listing, edition_order
from dutygraph.table import Column, Table, Value

KINDS: Final = ("returned", "method")

REBOUND_COLUMNS: Final = (
    Column("kind", zh="回流类型", en="returned (in a later edition) or method (it leaves work to the town)"),
    Column("town", zh="乡镇", en="town"),
    Column("division", zh="行政区划代码", en="its division code"),
    Column("edition", zh="版次", en="edition in which the item is reclaimed"),
    Column("number", "integer", "", "序号", "number of the reclaimed item"),
    Column("key", zh="标识", en="its key"),
    Column("title", zh="事项名称", en="its title"),
    Column("departments", zh="承接部门", en="departments that took it over, joined by 、"),
    Column("line", "integer", "", "行号", "its line in the source"),
    Column("place", zh="位置", en="its place in the source"),
    Column("edition_to", zh="回流版次", en="returned: edition in which it is the town's again"),
    Column("list_to", zh="回流清单", en="returned: list kind there, cooperative or basic"),
    Column("number_to", "integer", "", "回流序号", "returned: number there"),
    Column("key_to", zh="回流标识", en="returned: key there"),
    Column("title_to", zh="回流事项名称", en="returned: title there"),
    Column("departments_to", zh="回流部门", en="returned: departments there"),
    Column("line_to", "integer", "", "回流行号", "returned: line there"),
    Column("place_to", zh="回流位置", en="returned: place there"),
    Column("editions_between", "integer", "editions", "相隔版次", "returned: editions between the two that were compared"),
    Column("quote", zh="原文", en="method: the words that leave work to the town; returned: the method as it was"),
    Column("rule", zh="判定规则", en="method: subject, directed, together, relative or implied; returned: pair or concept"),
    Column("actions", zh="职责动作", en="method: action codes of what is left, joined by blanks"),
    Column("certain", "boolean", "", "确定", "false where it is read between the lines: rule implied, an uncertain or a partial relation"),
    Column("relation", zh="对应关系", en="returned: relation of the two items"),
    Column("confidence", "decimal", "0–1", "置信度", "returned: confidence of the alignment"),
)  # fmt: skip
"""Columns of `rebounds`."""

_AGAIN: Final = ("cooperative", "basic")


@dataclass(frozen=True, slots=True)
class _Return:
    """A reclaimed item and the one that came back."""

    before: Listing
    old: Item
    after: Listing
    new: Item
    rule: str
    relation: str
    confidence: float | None

    @property
    def key(self) -> tuple[str, str, ItemId, str, ItemId]:
        """What makes two findings one."""
        return (
            self.before.division,
            self.before.edition,
            self.old.id,
            self.after.edition,
            self.new.id,
        )


def rebounds(
    lists: Sequence[Listing], steps: Iterable[Matched] = (), concepts: Concepts | None = None
) -> Table:
    """Work that was taken back and is the town's again, or never ceased to be.

    ``returned`` follows an item from edition to edition: over the pairs of neighbouring editions,
    and where concepts are given also over an edition that did not have it. An item that the earlier
    edition has as cooperation beside the reclaimed one did not return. Uncertain pairs count, and
    say so.

    Args:
        lists: whose methods are read.
        steps: pairs of neighbouring editions of one town; pairs of two towns give no returns.
        concepts: of all lists.

    Returns:
        Returns first, by division, edition and number, then methods in the order of the lists; a
        row per clause that leaves work to the town. No rows where there is neither.
    """
    compared: dict[str, list[str]] = {}
    for one in sorted(lists, key=lambda one: (one.division, edition_order(one.edition))):
        compared.setdefault(one.division, []).append(one.edition)
    found: dict[tuple[str, str, ItemId, str, ItemId], _Return] = {}
    for back in (*_over_steps(steps), *_over_concepts(concepts)):
        known = found.get(back.key)
        if known is None or (known.relation == UNCERTAIN and back.relation in SURE):
            found[back.key] = back
    order = {one.id: number for number, one in enumerate(lists)}
    returned = sorted(
        found.values(),
        key=lambda one: (
            order.get(one.before.id, len(order)),
            list(one.before.items).index(one.old.id),
            edition_order(one.after.edition),
            list(one.after.items).index(one.new.id),
        ),
    )
    rows = [_returned_row(one, compared[one.before.division]) for one in returned]
    rows += [row for one in lists for row in _method_rows(one)]
    return Table("rebounds", REBOUND_COLUMNS, rows)


def _over_steps(steps: Iterable[Matched]) -> Iterator[_Return]:
    """Reclaimed items of an edition that the next one has in another list."""
    for step in steps:
        if step.a.division != step.b.division:
            continue
        already = {
            item
            for group in step.groups
            if group.shared and any(one[0] in _AGAIN for one in group.a)
            for item in group.a
        }
        for pair in step.pairs:
            if pair.a[0] == "reclaimed" and pair.b[0] in _AGAIN and pair.a not in already:
                old, new = step.a.items[pair.a], step.b.items[pair.b]
                yield _Return(step.a, old, step.b, new, "pair", pair.relation, pair.confidence)


def _over_concepts(concepts: Concepts | None) -> Iterator[_Return]:
    """Reclaimed items whose concept a later edition of the same town has in another list."""
    for some in (concepts.instances if concepts else {}).values():
        by_town: dict[str, list[Mapped]] = {}
        for one in some:
            by_town.setdefault(one.listing.division, []).append(one)
        for town in by_town.values():
            town.sort(key=lambda one: edition_order(one.listing.edition))
            for one in town:
                if one.item.list == "reclaimed" and one.sure:
                    yield from _later(one, town)


def _later(one: Mapped, town: Sequence[Mapped]) -> Iterator[_Return]:
    """Instances in the next edition after it that has the concept."""
    here = [other for other in town if other.listing.id == one.listing.id and other.sure]
    if any(other.item.list in _AGAIN for other in here):
        return
    after = [
        other
        for other in town
        if other.sure and edition_order(other.listing.edition) > edition_order(one.listing.edition)
    ]
    for other in after:
        if other.listing.id == after[0].listing.id and other.item.list in _AGAIN:
            weaker = max(one.relation, other.relation, key=SURE.index)
            known = [v for v in (one.confidence, other.confidence) if v is not None]
            yield _Return(
                one.listing,
                one.item,
                other.listing,
                other.item,
                "concept",
                weaker,
                min(known, default=None),
            )


def _returned_row(one: _Return, compared: Sequence[str]) -> tuple[Value, ...]:
    old, new = one.old, one.new
    between = compared.index(one.after.edition) - compared.index(one.before.edition) - 1
    return (
        "returned",
        *one.before.whose,
        old.number,
        old.key,
        old.title,
        "、".join(old.departments),
        old.line,
        old.place,
        one.after.edition,
        new.list,
        new.number,
        new.key,
        new.title,
        "、".join(new.departments),
        new.line,
        new.place,
        between,
        old.method,
        one.rule,
        "",
        one.relation in SURE[:2],
        one.relation,
        one.confidence,
    )


def _method_rows(listing: Listing) -> Iterator[tuple[Value, ...]]:
    for item in listing.items.values():
        if item.list != "reclaimed":
            continue
        for one in left_to_town(item.method, listing.town):
            yield (
                "method",
                *listing.whose,
                item.number,
                item.key,
                item.title,
                "、".join(item.departments),
                item.line,
                item.place,
                *(None,) * 9,
                one.quote,
                one.rule,
                " ".join(one.actions),
                one.rule != IMPLIED,
                "",
                None,
            )


def by_row(found: Matched, table: Table) -> dict[tuple[ItemId | None, ItemId | None], str]:
    """The rebounds of the rows of a table of differences.

    Args:
        found: the two lists.
        table: see `rebounds`.

    Returns:
        By the items of a row: ``returned`` where the first edition took back what the second has
        as the town's, ``method_a`` and ``method_b`` where the method of a reclaimed item of that
        side leaves work to the town; several joined by blanks.
    """
    returns = {
        (str(row["key"]), (str(row["list_to"]), str(row["key_to"])))
        for row in table
        if row["kind"] == "returned"
        and (row["division"], row["edition"]) == found.a.id
        and row["edition_to"] == found.b.edition
        and found.a.division == found.b.division
    }
    methods = {
        ((str(row["division"]), str(row["edition"])), str(row["key"]))
        for row in table
        if row["kind"] == "method"
    }
    ends: list[tuple[ItemId | None, ItemId | None]] = [(pair.a, pair.b) for pair in found.pairs]
    ends += [(item, None) for item in found.a.items] + [(None, item) for item in found.b.items]
    out = {}
    for a, b in ends:
        marks = []
        if a and b and a[0] == "reclaimed" and (a[1], b) in returns:
            marks.append("returned")
        for mark, item, listing in (("method_a", a, found.a), ("method_b", b, found.b)):
            if item and item[0] == "reclaimed" and (listing.id, item[1]) in methods:
                marks.append(mark)
        if marks:
            out[a, b] = " ".join(marks)
    return out
