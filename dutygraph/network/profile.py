"""What the town and the departments do: actions of duties, and how far the two differ."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dutygraph.network.editions import (
    Edition,
    by_edition,
    edition_of,
    names,
    table_of,
    town_names,
)
from dutygraph.table import Column, Table, Value

LEGWORK: Final = "legwork"
AUTHORITY: Final = "authority"

ACTION_COLUMNS: Final = (
    Column("party", zh="主体", en="department, 乡镇, or empty where unattributed"),
    Column("party_kind", zh="主体类型", en="department, town or unattributed"),
    Column("action", zh="职责动作", en="action code; empty: duties in which none was recognised"),
    Column("duties", "integer", "duties", "职责条数", "its duties with this action"),
    Column("share", "decimal", "0–1", "占比", "part of the party's actions; they add up to 1"),
    Column("action_zh", zh="动作名称", en="action in Chinese"),
    Column("action_en", zh="动作名称（英文）", en="action in English"),
    Column("nature", zh="性质", en="legwork, authority or other; empty where none was recognised"),
)

PROFILE_COLUMNS: Final = (
    Column("department", zh="部门", en="canonical name of the department"),
    Column("items", "integer", "items", "配合事项数", "cooperative items that name it"),
    Column("town_duties", "integer", "duties", "乡镇职责条数", "duties of the town in them"),
    Column(
        "department_duties",
        "integer",
        "duties",
        "部门职责条数",
        "its duties in them, alone or together with others",
    ),
    Column("town_legwork", "decimal", "0–1", "乡镇跑腿占比", "legwork among the town's actions"),
    Column(
        "town_authority", "decimal", "0–1", "乡镇权力占比", "authority among the town's actions"
    ),
    Column("department_legwork", "decimal", "0–1", "部门跑腿占比", "legwork among its actions"),
    Column("department_authority", "decimal", "0–1", "部门权力占比", "authority among its actions"),
    Column(
        "divergence",
        "decimal",
        "0–1",
        "动作差异",
        "Jensen–Shannon divergence of the two: 0 they do the same, 1 nothing in common",
    ),
)
BOUND_COLUMNS: Final = (
    Column(
        "department_legwork_low",
        "decimal",
        "0–1",
        "部门跑腿占比下界",
        "department_legwork, were unattributed duties its own where that lowers it",
    ),
    Column(
        "department_legwork_high",
        "decimal",
        "0–1",
        "部门跑腿占比上界",
        "the same, where that raises it",
    ),
    Column(
        "department_authority_low",
        "decimal",
        "0–1",
        "部门权力占比下界",
        "department_authority, were unattributed duties its own where that lowers it",
    ),
    Column(
        "department_authority_high",
        "decimal",
        "0–1",
        "部门权力占比上界",
        "the same, where that raises it",
    ),
)
_KIND_ORDER: Final = {"town": 0, "department": 1, "unattributed": 2}


def _codes(row: Mapping[str, Value]) -> tuple[str, ...]:
    """Actions of a duty; the empty code where none was recognised."""
    return tuple(dict.fromkeys(str(row["actions"] or "").split())) or ("",)


def action_table(duties: Table, actions: Table) -> Table:
    """Who does what: duties per party and action in the cooperative items.

    A duty counts for each of its actions, and a joint duty for each of its parties, as in the saved
    query ``duties``. share is a row's duties over all duties of the party so counted, so that the
    shares of a party add up to 1.

    Args:
        duties: table of the saved query ``duties``.
        actions: table of ``actions``, which holds labels and natures.

    Returns:
        A row per edition, party and action: the town first, then departments by name, then
        unattributed duties; within a party the most frequent action first. No rows for empty tables.
    """
    labels = {
        str(row["action"]): (str(row["action_zh"] or ""), str(row["nature"] or ""))
        for row in actions
    }
    towns = town_names(duties)
    counts: dict[tuple[Edition, str, str], Counter[str]] = defaultdict(Counter)
    for row in duties:
        key = (edition_of(row), str(row["party_kind"]), str(row["party"]))
        counts[key].update(_codes(row))
    rows: list[tuple[Value, ...]] = []
    for edition, kind, party in sorted(
        counts, key=lambda key: (key[0], _KIND_ORDER.get(key[1], 3), key[2])
    ):
        count = counts[edition, kind, party]
        total = sum(count.values())
        for action, number in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])):
            zh, nature = labels.get(action, ("", ""))
            rows.append(
                (
                    party,
                    kind,
                    action,
                    number,
                    number / total,
                    zh,
                    action.replace("-", " "),
                    nature,
                    towns[edition],
                    *edition,
                )
            )
    return table_of("actions", ACTION_COLUMNS, rows)


def action_totals(duties: Table, actions: Table) -> Table:
    """What the town, the departments and nobody in particular do: duties per action.

    A duty counts for each of its actions, and a joint duty once, as in the saved query ``actions``.
    share is a row's duties over all duties of the kind of party so counted.

    Args:
        duties: table of the saved query ``duties``.
        actions: table of ``actions``, which holds labels and natures.

    Returns:
        A row per edition, kind of party and action, the most frequent action first; the shares of a
        kind add up to 1. No rows for empty tables.
    """
    labels = {
        str(row["action"]): (str(row["action_zh"] or ""), str(row["nature"] or ""))
        for row in actions
    }
    towns = town_names(duties)
    rows: list[tuple[Value, ...]] = []
    for edition, its in by_edition(duties).items():
        for kind, count in totals(its).items():
            total = sum(count.values())
            for action, number in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])):
                zh, nature = labels.get(action, ("", ""))
                english = action.replace("-", " ")
                about = (number, number / total, zh, english, nature, towns[edition], *edition)
                rows.append((kind, action, *about))
    return table_of("action-totals", ACTION_COLUMNS[1:], rows)


@dataclass(slots=True)
class _Side:
    duties: int = 0
    actions: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Value]) -> None:
        self.duties += 1
        self.actions.update(code for code in _codes(row) if code)


def nature_share(
    actions: Mapping[str, int], natures: Mapping[str, str], nature: str
) -> float | None:
    """Part of some actions that is of one nature.

    Args:
        actions: number of times by action code.
        natures: nature by action code.
        nature: ``legwork`` (publicise, inspect, report, record …) or ``authority`` (approve,
            penalise, review, supervise …).

    Returns:
        0 to 1; None where there are no actions.

    >>> nature_share({"inspect": 3, "approve": 1}, {"inspect": "legwork"}, "legwork")
    0.75
    """
    total = sum(actions.values())
    if not total:
        return None
    return sum(n for code, n in actions.items() if natures.get(code) == nature) / total


def divergence(one: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    """Jensen–Shannon divergence, in bits, of two distributions given as counts.

    Half the sum of the Kullback–Leibler divergences of each from their mean. Source: Lin (1991),
    "Divergence measures based on the Shannon entropy", IEEE Trans. Information Theory 37(1).

    Returns:
        0 (the same distribution) to 1 (nothing in common); None where one has no counts.

    >>> divergence({"a": 2}, {"a": 5}), divergence({"a": 1}, {"b": 1}), divergence({}, {"a": 1})
    (0.0, 1.0, None)
    """
    first, second = math.fsum(one.values()), math.fsum(other.values())
    if not first or not second:
        return None
    parts: list[float] = []
    for code in sorted({*one, *other}):
        p, q = one.get(code, 0) / first, other.get(code, 0) / second
        middle = (p + q) / 2
        parts += [share / 2 * math.log2(share / middle) for share in (p, q) if share]
    return min(1.0, max(0.0, math.fsum(parts)))


def natures_of(actions: Table) -> dict[str, str]:
    """Nature by action code, from a table of the saved query ``actions``."""
    return {str(row["action"]): str(row["nature"] or "") for row in actions if row["action"]}


def action_profiles(items: Table, duties: Table, actions: Table) -> Table:
    """For each department: what the town does and what it does itself, in the same items.

    Actions count as in `action_table`; duties in which no action was recognised are left out of
    shares and divergence. Joint duties count for each of their departments. The bounds of a
    department's shares take every subset of the unattributed duties of its items as its own.

    Args:
        items: table of the saved query ``items``.
        duties: table of ``duties``.
        actions: table of ``actions``.

    Returns:
        A row per edition and department that is named by a cooperative item, by name. Shares are
        None where there are no actions, divergence where one side has none. No rows for empty
        tables.
    """
    natures = natures_of(actions)
    towns = town_names(items)
    of_edition = by_edition(duties)
    rows: list[tuple[Value, ...]] = []
    for edition, its_items in by_edition(items).items():
        named = {
            str(row["key"]): names(row["departments"])
            for row in its_items
            if row["list"] == "cooperative"
        }
        number = Counter(name for each in named.values() for name in each)
        town: dict[str, _Side] = defaultdict(_Side)
        own: dict[str, _Side] = defaultdict(_Side)
        unclear: dict[str, _Side] = defaultdict(_Side)
        for row in of_edition.get(edition, ()):
            departments = named.get(str(row["key"]), ())
            if row["party_kind"] == "department":
                if row["party"] in departments:
                    own[str(row["party"])].add(row)
            else:
                sides = town if row["party_kind"] == "town" else unclear
                for name in departments:
                    sides[name].add(row)
        for name in sorted(number):
            ours, its = town[name], own[name]
            rows.append(
                (
                    name,
                    number[name],
                    ours.duties,
                    its.duties,
                    nature_share(ours.actions, natures, LEGWORK),
                    nature_share(ours.actions, natures, AUTHORITY),
                    nature_share(its.actions, natures, LEGWORK),
                    nature_share(its.actions, natures, AUTHORITY),
                    divergence(ours.actions, its.actions),
                    towns[edition],
                    *edition,
                    *share_bounds(its.actions, unclear[name].actions, natures, LEGWORK),
                    *share_bounds(its.actions, unclear[name].actions, natures, AUTHORITY),
                )
            )
    table = table_of("action-profiles", PROFILE_COLUMNS, rows)
    return Table(table.name, (*table.columns, *BOUND_COLUMNS), rows)


def share_bounds(
    sure: Mapping[str, int], unclear: Mapping[str, int], natures: Mapping[str, str], nature: str
) -> tuple[float | None, float | None]:
    """Least and greatest share of a nature, were any of the unclear actions added to the sure ones.

    Args:
        sure: number of times by action code, certain to belong to the party.
        unclear: the same, of which any may belong to it.
        natures: nature by action code.
        nature: ``legwork`` or ``authority``.

    Returns:
        Two numbers from 0 to 1; None where there are no actions at all.

    >>> share_bounds({"inspect": 1, "approve": 1}, {"inspect": 2}, {"inspect": "legwork"}, "legwork")
    (0.5, 0.75)
    """

    def count(actions: Mapping[str, int], *, wanted: bool) -> int:
        return sum(n for code, n in actions.items() if (natures.get(code) == nature) is wanted)

    with_it, without = count(sure, wanted=True), count(sure, wanted=False)
    more, less = count(unclear, wanted=True), count(unclear, wanted=False)
    lowest = _ratio(with_it, with_it + without + less)
    highest = _ratio(with_it + more, with_it + more + without)
    if lowest is None or highest is None:
        # Nothing is sure: whatever of the unclear is taken, or nothing at all.
        found = [v for v in (lowest, highest) if v is not None]
        return (min(found), max(found)) if found else (None, None)
    return lowest, highest


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def totals(duties: Iterable[Mapping[str, Value]]) -> dict[str, Counter[str]]:
    """Actions of the town, the departments and the unattributed duties, each duty once.

    Args:
        duties: rows of the saved query ``duties``, of one edition.

    Returns:
        Number of times by action code, by kind of party: town, department, unattributed. Duties in
        which no action was recognised count under the empty code.
    """
    out: dict[str, Counter[str]] = {kind: Counter() for kind in _KIND_ORDER}
    seen: set[tuple[Value, ...]] = set()
    for row in duties:
        place = (row["key"], row["side"], row["position"])
        if place not in seen:  # a joint duty has a row for each of its parties
            seen.add(place)
            out[str(row["party_kind"])].update(_codes(row))
    return out
