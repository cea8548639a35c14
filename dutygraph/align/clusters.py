"""Items of many lists → groups that are one duty, a member of each list at most.

Known concepts come first. Lists are placed one after the other: each assigns its items one to one to
the groups so far, and what fits none begins a group of its own. Then all lists are placed again, each
against what the others say, and groups that no list tells apart are joined. An item is always
compared with the average of a group, so that chains of neighbours do not melt together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from dutygraph.align.entries import Entry, by_edition
from dutygraph.align.evidence import Profile, label_of, profile
from dutygraph.align.links import chance, is_same_title
from dutygraph.align.matching import Candidates, assign, compare
from dutygraph.align.settings import Settings
from dutygraph.align.wording import most_common, title_key

Edition: TypeAlias = tuple[str, str]

_PASSES: Final = 2
"""How often all lists are placed again after the first time."""
# Two groups are joined if at most this share of the smaller one's lists has both.
_IN_BOTH: Final = 0.1
_SAME_TITLE: Final = 1_000.0
_ANY: Final = 1e-7


@dataclass(slots=True)
class Group:
    """Items that are one duty.

    Attributes:
        label: title that stands for it; for a known concept its own.
        seeds: rows of the titles of a known concept.
        members: row of its item by edition.
        known: place among the known concepts; None for a new one.
    """

    label: str
    seeds: tuple[int, ...] = ()
    members: dict[Edition, int] = field(default_factory=dict)
    known: int | None = None

    @property
    def rows(self) -> list[int]:
        """Rows of its titles and items."""
        return [*self.seeds, *(self.members[edition] for edition in sorted(self.members))]


@dataclass(slots=True)
class Rules:
    """What was decided on rows, by place of a known concept or by row.

    Attributes:
        concept: known concept that an item belongs to.
        not_concept: known concepts that an item does not belong to.
        together: rows of items that are one duty, in sets.
        apart: pairs of rows of items that are not.
    """

    concept: dict[int, int] = field(default_factory=dict)
    not_concept: set[tuple[int, int]] = field(default_factory=set)
    together: list[list[int]] = field(default_factory=list)
    apart: set[tuple[int, int]] = field(default_factory=set)


class Clusters:
    """The groups of some items while they are found.

    Attributes:
        rows: the items, then the titles of known concepts.
        profile: of the rows.
        lists: rows of each list.
        groups: the groups.
        of_row: group of each item.
        fixed: rows of items that stand where a decision wants them.
        unmet: rows of items that a decision wants where another one stands for good.

    Args:
        items: the items (`entries.entries`); they come first among the rows.
        seeds: titles of known concepts as items of no list, which follow.
        known: for each known concept, its label and the places of its titles among the seeds.
        settings: weights and thresholds.
        rules: what was decided.
    """

    def __init__(
        self,
        items: Sequence[Entry],
        seeds: Sequence[Entry],
        known: Sequence[tuple[str, Sequence[int]]],
        settings: Settings,
        rules: Rules,
    ) -> None:
        self.rows: list[Entry] = [*items, *seeds]
        self.profile = profile(self.rows)
        self.model = settings.concept
        self.rules = rules
        self.groups = [
            Group(label, tuple(len(items) + seed for seed in titles), known=place)
            for place, (label, titles) in enumerate(known)
        ]
        self.of_row: dict[int, Group] = {}
        self.fixed: set[int] = set()
        self.unmet: list[int] = []
        place = {entry.identity: row for row, entry in enumerate(items)}
        self.lists: dict[Edition, list[int]] = {
            edition: [place[entry.identity] for entry in own]
            for edition, own in by_edition(items).items()
        }

    # the whole

    def run(self) -> None:
        """Find the groups."""
        for row, known in sorted(self.rules.concept.items()):
            if not self._fix(row, self.groups[known]):
                self.unmet.append(row)
        order = self._order()
        self.place(order)
        for number in range(_PASSES):
            self._join()
            if number == 0:
                self._put_together()
            self.place(order)

    def _order(self) -> list[Edition]:
        """Lists whose titles are the most usual first: they are the best to begin with."""
        items = [row for rows in self.lists.values() for row in rows]
        usual = Counter(self.rows[row].title_key for row in items)
        common = {
            edition: sum(usual[self.rows[row].title_key] for row in rows) / len(rows)
            for edition, rows in self.lists.items()
        }
        return sorted(self.lists, key=lambda edition: (-common[edition], edition))

    # groups

    def _fix(self, row: int, group: Group) -> bool:
        """Put an item where a decision wants it; False where another one stands there for good."""
        edition = self.rows[row].of_edition
        other = group.members.get(edition)
        if other is not None and other != row and other in self.fixed:
            return False
        if other is not None and other != row:
            self._leave(other)
        self._leave(row)
        group.members[edition] = row
        self.of_row[row] = group
        self.fixed.add(row)
        return True

    def _leave(self, row: int) -> None:
        group = self.of_row.pop(row, None)
        if group is not None:
            del group.members[self.rows[row].of_edition]

    def _enter(self, row: int, group: Group) -> None:
        group.members[self.rows[row].of_edition] = row
        self.of_row[row] = group

    def _found(self, row: int) -> Group:
        """A new group of one item."""
        group = Group(self.rows[row].title)
        self.groups.append(group)
        self._enter(row, group)
        return group

    def _tidy(self) -> None:
        """Drop empty groups, and let each new one be called as most of its items are."""
        self.groups = [group for group in self.groups if group.members or group.known is not None]
        for group in self.groups:
            if group.known is None:
                group.label = most_common(self.rows[row].title for row in group.rows)

    def sums(self, groups: Sequence[Group]) -> Profile:
        """Profile of groups, a row each."""
        labels = [label_of(group.label) for group in groups]
        return self.profile.gather([group.rows for group in groups], labels)

    # placing

    def place(self, order: Iterable[Edition]) -> None:
        """Place the items of some lists anew, one list after the other.

        Args:
            order: the lists.
        """
        self._tidy()
        sums = self.sums(self.groups)
        for edition in order:
            sums = self._place(edition, sums)
        self._tidy()

    def _place(self, edition: Edition, sums: Profile) -> Profile:
        """Place the items of a list anew, against what the other lists say.

        Returns:
            The sums of all groups afterwards.
        """
        rows = self.lists[edition]
        others = sums.add(self._own(edition), -1.0)
        free = [row for row in rows if row not in self.fixed]
        taken = {
            place
            for place, group in enumerate(self.groups)
            if group.members.get(edition) in self.fixed
        }
        for row in free:
            self._leave(row)
        found = compare(self.profile.rows(free), others, self.model)
        usable, worth = self._worth(found, free, taken)
        for one in assign(found.rows[usable], found.columns[usable], worth):
            place = usable[one]
            self._enter(free[int(found.rows[place])], self.groups[int(found.columns[place])])
        new = [row for row in free if row not in self.of_row]
        for row in new:
            self._found(row)
        if new:
            others = others.append(self.sums([Group(g.label) for g in self.groups[-len(new) :]]))
        return others.add(self._own(edition))

    def _own(self, edition: Edition) -> Profile:
        """What a list adds to the sums."""
        groups = [
            [group.members[edition]] if edition in group.members else [] for group in self.groups
        ]
        return self.profile.gather(groups, [])

    def _worth(
        self, found: Candidates, free: Sequence[int], taken: set[int]
    ) -> tuple[list[int], list[float]]:
        """Candidates that may be chosen, and what they are worth: log-odds above the threshold."""
        least = self.model.log_odds_of(self.model.accept)
        labels = [title_key(group.label) for group in self.groups]
        usable: list[int] = []
        worth: list[float] = []
        columns, rows = found.columns.tolist(), found.rows.tolist()
        for place, value in enumerate((found.log_odds - least).tolist()):
            row, column = free[rows[place]], columns[place]
            if column in taken or self.forbidden(row, self.groups[column]):
                continue
            entry = self.rows[row]
            if is_same_title(entry.title_key, labels[column]):
                value = max(value, 0.0) + _SAME_TITLE
            if value > 0:
                usable.append(place)
                worth.append(value + _ANY * chance(entry.identity, (labels[column],)))
        return usable, worth

    def forbidden(self, row: int, group: Group) -> bool:
        """Whether a decision keeps an item out of a group."""
        if group.known is not None and (row, group.known) in self.rules.not_concept:
            return True
        if not self.rules.apart:
            return False
        return any((row, other) in self.rules.apart for other in group.members.values())

    # joining, and decisions on items

    def _join(self) -> None:
        """Join groups that are alike and that no list tells apart."""
        self._tidy()
        sums = self.sums(self.groups)
        found = compare(sums.averages(), sums, self.model)
        least = self.model.log_odds_of(self.model.accept)
        order = sorted(range(len(found)), key=lambda place: (-float(found.log_odds[place]), place))
        joined: set[int] = set()
        for place in order:
            one, other = int(found.rows[place]), int(found.columns[place])
            if float(found.log_odds[place]) <= least:
                break
            if one == other or one in joined or other in joined:
                continue
            if self.may_join(self.groups[one], self.groups[other]):
                self._join_two(self.groups[one], self.groups[other])
                joined |= {one, other}

    def may_join(self, one: Group, other: Group) -> bool:
        """Whether two groups may be one: not where lists have an item of both, which tells them
        apart, and not against a decision.
        """
        if one.known is not None and other.known is not None:
            return False
        if not one.members or not other.members:
            small = 1
        else:
            small = min(len(one.members), len(other.members))
        if len(one.members.keys() & other.members.keys()) > _IN_BOTH * small:
            return False
        known = one if one.known is not None else other
        moved = other if known is one else one
        if any(row in self.fixed for row in moved.members.values()):
            return False
        return not any(self.forbidden(row, known) for row in moved.members.values())

    def _join_two(self, one: Group, other: Group) -> None:
        known = one if one.known is not None or len(one.members) >= len(other.members) else other
        if other.known is not None:
            known = other
        moved = other if known is one else one
        for edition, row in list(moved.members.items()):
            self._leave(row)
            if edition not in known.members:
                self._enter(row, known)
            else:
                self._found(row)

    def _put_together(self) -> None:
        """Bring items together that were decided to be one duty."""
        for together in self.rules.together:
            groups = [self.of_row[row] for row in together]
            decided = [self.of_row[row] for row in together if row in self.fixed]
            best = min(
                decided or groups,
                key=lambda g: (-sum(g is other for other in groups), -len(g.members), g.label),
            )
            self.unmet += [row for row in together if not self._fix(row, best)]
