"""Many lists: each item is anchored to a duty concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph import reference
from dutygraph.align.anchors import Anchors
from dutygraph.align.clusters import Clusters, Edition, Group, Rules
from dutygraph.align.decisions import NONE, Decision, Decisions, concept_iri
from dutygraph.align.entries import KINDS, Entry, Identity, SameDepartment, entries
from dutygraph.align.known import (
    ALTERNATIVES,
    BETWEEN,
    CONCEPT_COLUMNS,
    Known,
    known_concepts,
)
from dutygraph.align.links import DECIDED, SHORT, Link
from dutygraph.align.settings import Settings, settings
from dutygraph.align.wording import title_key
from dutygraph.table import Column, Table, Value

MAPPING_COLUMNS: Final = (
    Column("town", zh="乡镇", en="town"),
    Column("division", zh="行政区划代码", en="division code of the town"),
    Column("edition", zh="版次", en="edition"),
    Column("list", zh="清单类型", en="list kind"),
    Column("number", "integer", zh="序号", en="number of the item"),
    Column("key", zh="标识", en="key of the item in its list"),
    Column("title", zh="事项名称", en="title as printed"),
    Column("concept", zh="通用事项", en="IRI of the duty concept"),
    Column("label", zh="通用事项名称", en="label of the concept"),
    Column(
        "relation",
        zh="关系",
        en="exact or reworded: the item is this duty; broader: the concept is the broader one; "
        "narrower; uncertain",
    ),
    Column("score", "decimal", "0–1", "得分", "score of the evidence"),
    Column("confidence", "decimal", "0–1", "置信度", "calibrated probability that it is right"),
    Column("justification", zh="依据", en="how it was found, a term of SEMAPV"),
)
"""Columns of the mappings of an alignment."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Items and the concepts that they are anchored to.

    Attributes:
        mappings: a row per item and concept, see `MAPPING_COLUMNS`; each item has exactly one row
            ``exact`` or ``reworded``, which stands first.
        concepts: the concepts, see `known.CONCEPT_COLUMNS`.
        decided: the decision behind a decided row of *mappings*, by item and concept.
        synthetic: editions that are simulated.
        problems: a line for each decision that could not be used.
    """

    mappings: Table
    concepts: Table
    decided: Mapping[tuple[Identity, str], Decision]
    synthetic: frozenset[Edition]
    problems: tuple[str, ...] = ()


def align_concepts(
    items: Table,
    *,
    departments: Table | None = None,
    duties: Table | None = None,
    reclaimed: Table | None = None,
    known: Table | None = None,
    synthetic: Collection[Edition] = (),
    same_department: SameDepartment | None = None,
    decisions: Decisions = NONE,
    chosen: Settings | None = None,
) -> Alignment:
    """Anchor each item of any number of lists to a duty concept.

    Items are assigned to known concepts first; what finds none forms new ones (see `clusters`). A
    concept has at most one item of an edition. A new concept is called as most of its items are,
    and its IRI is minted from that name; a known one keeps both.

    An item is ``exact`` where its title is the concept's label, else ``reworded``. Further rows say
    that a concept is ``broader`` or ``narrower`` than the item (duties that were merged or divided),
    or that an item alone in its concept might belong to another one (``uncertain``).

    The order of the rows does not matter. Which lists there are does: new concepts are found from
    all of them together, so one more list may change them. Give the concepts of the last run as
    *known* to keep them.

    Args:
        items: table of the saved query ``items``, of any number of editions.
        departments: table of ``departments``, for their types.
        duties: table of ``duties``, for their texts.
        reclaimed: table of ``reclaimed``, for how reclaimed items are done.
        same_department: newer type, or types, by an older one (`entries.entries`).
        known: known concepts (see `known.known_concepts`).
        synthetic: division and edition of the lists that are simulated; a concept that only such
            lists have gets an IRI of the namespace of simulated things.
        decisions: a researcher's decisions (`decisions.resolve`), which come first; those on other
            items or concepts are not used.
        chosen: weights and thresholds; those of data/reference/alignment.yaml where left out.

    Returns:
        The alignment; without items, the known concepts alone.

    Raises:
        UsageError: the table of known concepts is wrong.
        DutyGraphError: scikit-learn or scipy is not installed.
    """
    found = entries(
        items,
        departments=departments,
        duties=duties,
        reclaimed=reclaimed,
        same_department=same_department,
    )
    using = chosen or settings()
    concepts = known_concepts(known, decisions.labels)
    seeds = [seed for concept in concepts for seed in concept.seeds()]
    titles: list[tuple[str, Sequence[int]]] = []
    for concept in concepts:
        first = titles[-1][1][-1] + 1 if titles else 0
        titles.append((concept.label, range(first, first + len(concept.titles))))
    clusters = Clusters(found, seeds, titles, using, _rules(found, concepts, decisions))
    clusters.run()
    links = Anchors(clusters, using).find()
    iris = _iris(clusters, concepts, frozenset(synthetic))
    unmet = [
        f"{' '.join(found[row].identity)}: by another decision its concept has an item of this "
        "edition already; the decision is left out"
        for row in clusters.unmet
    ]
    mappings, decided = _mappings(clusters, links, iris, decisions)
    return Alignment(
        mappings,
        _concepts(clusters, iris, concepts),
        decided,
        frozenset(synthetic),
        (*decisions.problems, *unmet),
    )


def _rules(found: Sequence[Entry], concepts: Sequence[Known], decisions: Decisions) -> Rules:
    rows = {entry.identity: row for row, entry in enumerate(found)}
    places = {concept.iri: place for place, concept in enumerate(concepts)}
    rules = Rules()
    sets: dict[int, list[int]] = {}
    for decision in decisions.found:
        row = rows.get(decision.item)
        if row is None:
            continue
        if decision.other is None:
            place = places.get(decision.concept)
            if place is None:
                continue
            if decision.same:
                rules.concept[row] = place
            else:
                rules.not_concept.add((row, place))
            continue
        other = rows.get(decision.other)
        if other is None:
            continue
        if decision.same:
            joined = sorted({*sets.get(row, [row]), *sets.get(other, [other])})
            sets.update(dict.fromkeys(joined, joined))
        else:
            rules.apart |= {(row, other), (other, row)}
    rules.together = [several for first, several in sorted(sets.items()) if several[0] == first]
    return rules


def _iris(
    clusters: Clusters, concepts: Sequence[Known], synthetic: frozenset[Edition]
) -> list[str]:
    """IRI of each group: that of the known concept, else minted from its label."""
    taken = {concept.iri for concept in concepts}
    out: dict[int, str] = {}
    for place in sorted(range(len(clusters.groups)), key=lambda p: _rank(clusters, p)):
        group = clusters.groups[place]
        if group.known is not None:
            out[place] = concepts[group.known].iri
            continue
        simulated = bool(group.members) and group.members.keys() <= synthetic
        number = 1
        while (iri := concept_iri(group.label, synthetic=simulated, number=number)) in taken:
            number += 1
        taken.add(iri)
        out[place] = iri
    return [out[place] for place in range(len(clusters.groups))]


def _rank(clusters: Clusters, place: int) -> tuple[int, int, str, list[Identity]]:
    """Order of the concepts: by list, then those of many lists first."""
    group = clusters.groups[place]
    kind = _kind(clusters, group)
    number = KINDS.index(kind) if kind in KINDS else len(KINDS)
    members = [clusters.rows[row].identity for row in group.rows]
    return number, -len(group.members), group.label, members


def _kind(clusters: Clusters, group: Group) -> str:
    members = group.members.values() or group.seeds
    counts = Counter(clusters.rows[row].kind for row in members)
    return min(counts, key=lambda kind: (-counts[kind], KINDS.index(kind) if kind in KINDS else 9))


def _category(clusters: Clusters, group: Group) -> str:
    """The category of most items, as the reference data spell it."""
    members = group.members.values() or group.seeds
    counts = Counter(clusters.rows[row].category for row in members)
    key = min(counts, key=lambda key: (-counts[key], key))
    known = reference.categories().get(key)
    return known.zh if known else key


def _concepts(clusters: Clusters, iris: Sequence[str], concepts: Sequence[Known]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for place in sorted(range(len(clusters.groups)), key=lambda p: _rank(clusters, p)):
        group = clusters.groups[place]
        rows.append(
            (
                iris[place],
                group.label,
                _kind(clusters, group),
                _category(clusters, group),
                len({division for division, _ in group.members}),
                len(group.members),
                group.known is not None,
                BETWEEN.join(_alternatives(clusters, group)),
            )
        )
    return Table("concepts", CONCEPT_COLUMNS, rows)


def _alternatives(clusters: Clusters, group: Group) -> list[str]:
    """Other titles of a concept, the most frequent first; those of a known one are kept."""
    counts = Counter(clusters.rows[row].title for row in group.members.values())
    kept = [clusters.rows[row].title for row in group.seeds]
    others = sorted(counts, key=lambda title: (-counts[title], title))
    seen = {"", title_key(group.label)}
    out = []
    for title in (*kept, *others):
        if title_key(title) not in seen and BETWEEN.strip() not in title:
            seen.add(title_key(title))
            out.append(title)
    return out[:ALTERNATIVES]


def _mappings(
    clusters: Clusters, links: Sequence[Link], iris: Sequence[str], decisions: Decisions
) -> tuple[Table, dict[tuple[Identity, str], Decision]]:
    labels = {iri: group.label for iri, group in zip(iris, clusters.groups, strict=True)}
    said = {(d.item, d.concept): d for d in decisions.found if d.other is None}
    by_items: dict[Identity, Decision] = {}
    for decision in decisions.found:
        if decision.other is not None and decision.same:
            by_items.setdefault(decision.item, decision)
            by_items.setdefault(decision.other, decision)
    decided: dict[tuple[Identity, str], Decision] = {}
    rows: list[tuple[Value, ...]] = []
    of_row: dict[int, list[Link]] = {}
    for link in links:
        of_row.setdefault(link.a, []).append(link)
    for row, own in sorted(of_row.items()):
        entry = clusters.rows[row]
        head = (
            entry.town,
            entry.division,
            entry.edition,
            entry.kind,
            entry.number,
            entry.key,
            entry.title,
        )
        for link in own:
            iri = iris[link.b]
            confidence = link.confidence
            if link.justification == DECIDED:
                by = said.get((entry.identity, iri)) or by_items[entry.identity]
                decided[entry.identity, iri] = by
                confidence = 1.0 if by.record.confidence is None else by.record.confidence
            end = (link.relation, link.score, confidence, SHORT[link.justification])
            rows.append((*head, iri, labels[iri], *end))
        for (item, iri), decision in said.items():
            if item == entry.identity and decision.relation:
                decided[item, iri] = decision
                given = decision.record.confidence
                end = (decision.relation, None, 1.0 if given is None else given, SHORT[DECIDED])
                rows.append((*head, iri, labels[iri], *end))
    return Table("alignment", MAPPING_COLUMNS, rows), decided
