"""How sure it is that an item belongs to its group, and what else it is to other groups."""

from __future__ import annotations

from collections.abc import Sequence

from dutygraph.align.clusters import Clusters, Edition, Group
from dutygraph.align.evidence import Profile
from dutygraph.align.links import COMPUTED, DECIDED, DIGITS, EXACT, Link, is_same_title
from dutygraph.align.matching import Candidates, compare
from dutygraph.align.parts import Titles, find_parts
from dutygraph.align.settings import Settings, sigmoid
from dutygraph.align.wording import title_key


class Anchors:
    """Links between items and groups; `Link.a` is the row of an item, `Link.b` the place of a group.

    Args:
        clusters: groups that were found.
        settings: weights and thresholds.
    """

    def __init__(self, clusters: Clusters, settings: Settings) -> None:
        self.clusters = clusters
        self.settings = settings
        self.groups = clusters.groups
        self.place = {id(group): place for place, group in enumerate(self.groups)}
        self._sums = clusters.sums(self.groups)
        self._label_rows = [_label_row(clusters, group) for group in self.groups]
        self._labels = clusters.profile.rows(self._label_rows)
        self._label_titles = Titles(self._labels, [group.label for group in self.groups])

    def find(self) -> list[Link]:
        """The links: for each item that to its own group, then the others."""
        out: list[Link] = []
        for edition, rows in self.clusters.lists.items():
            own = [self.place[id(self.clusters.of_row[row])] for row in rows]
            items = self.clusters.profile.rows(rows)
            others = self._sums.add(self._of(edition), -1.0)
            found = compare(items, others, self.settings.concept, also=list(enumerate(own)))
            main = self._main(rows, own, others, found)
            parts = self._parts(edition, rows, own, items)
            doubtful = self._doubtful(edition, rows, own, found)
            held = {link.a for link in parts}
            out += [*main, *parts, *(link for link in doubtful if link.a not in held)]
        return sorted(out, key=lambda link: link.a)  # stable: the own group stays first

    def _of(self, edition: Edition) -> Profile:
        groups = [
            [group.members[edition]] if edition in group.members else [] for group in self.groups
        ]
        return self.clusters.profile.gather(groups, [])

    def _alone(self, place: int) -> bool:
        group = self.groups[place]
        return not group.seeds and len(group.members) == 1

    def _main(
        self, rows: Sequence[int], own: Sequence[int], others: Profile, found: Candidates
    ) -> list[Link]:
        """The link of each item to its own group, judged by the other members alone."""
        model = self.settings.concept
        odds = {
            (row, column): value
            for row, column, value in zip(
                found.rows.tolist(), found.columns.tolist(), found.log_odds.tolist(), strict=True
            )
        }
        out = []
        for number, (row, place) in enumerate(zip(rows, own, strict=True)):
            group, key = self.groups[place], self.clusters.rows[row].title_key
            exact = is_same_title(key, title_key(group.label)) or not key
            relation, how = ("exact", EXACT) if exact else ("reworded", COMPUTED)
            score, confidence = 1.0, 1.0  # alone, it is the concept
            if others.totals["members"][place] > 0:
                score = round(sigmoid(odds[number, place]), DIGITS)
                confidence = round(model.confidence(odds[number, place]), DIGITS)
            if row in self.clusters.fixed:
                confidence, how = 1.0, DECIDED
            out.append(Link(row, place, relation, score, confidence, how))
        return out

    def _doubtful(
        self, edition: Edition, rows: Sequence[int], own: Sequence[int], found: Candidates
    ) -> list[Link]:
        """For an item alone in its group, the group that it might belong to after all."""
        model = self.settings.concept
        best: dict[int, tuple[float, int]] = {}
        for number, place, value in zip(
            found.rows.tolist(), found.columns.tolist(), found.log_odds.tolist(), strict=True
        ):
            group = self.groups[place]
            if place == own[number] or not self._alone(own[number]) or edition in group.members:
                continue
            if rows[number] in self.clusters.fixed or self.clusters.forbidden(rows[number], group):
                continue
            if model.confidence(value) >= model.review:
                best[number] = max(best.get(number, (value, -place)), (value, -place))
        return [
            Link(
                rows[number],
                -place,
                "uncertain",
                round(sigmoid(value), DIGITS),
                round(model.confidence(value), DIGITS),
                COMPUTED,
            )
            for number, (value, place) in sorted(best.items())
        ]

    def _parts(
        self, edition: Edition, rows: Sequence[int], own: Sequence[int], items: Profile
    ) -> list[Link]:
        """Duties that were merged or divided: labels and titles of which one holds the other."""
        found = compare(items, self._labels, self.settings.concept)
        pairs = zip(found.rows.tolist(), found.columns.tolist(), strict=True)
        candidates = [
            (number, place, n)
            for n, (number, place) in enumerate(pairs)
            if place != own[number]
            and not self.clusters.forbidden(rows[number], self.groups[place])
        ]
        odds = found.log_odds
        candidates.sort(key=lambda one: (-float(odds[one[2]]), one))
        sure = {n: place for n, place in enumerate(own) if not self._alone(place)}
        parts = find_parts(
            Titles(items, [self.clusters.rows[row].title for row in rows]),
            self._label_titles,
            candidates,
            found.evidence,
            (sure, {place: number for number, place in enumerate(own)}),
            self.settings,
            anchored=True,
        )
        return [
            Link(
                rows[part.row],
                part.column,
                part.relation,
                round(sigmoid(float(odds[part.place])), DIGITS),
                self.settings.part_confidence,
                COMPUTED,
            )
            for part in parts
        ]


def _label_row(clusters: Clusters, group: Group) -> int:
    """A row whose title is the label of a group."""
    key = title_key(group.label)
    rows = group.rows
    return next((row for row in rows if clusters.rows[row].title_key == key), rows[0])
