"""Two lists, of two towns or two editions: which item of one is which of the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutygraph.align.decided import decided_pairs
from dutygraph.align.decisions import NONE, Decisions
from dutygraph.align.entries import Entry, SameDepartment, entries
from dutygraph.align.evidence import profile
from dutygraph.align.links import COMPUTED, DIGITS, EXACT, SAME, SHORT, Link, chance, is_same_title
from dutygraph.align.matching import Candidates, assign, compare
from dutygraph.align.parts import Titles, find_parts
from dutygraph.align.settings import Model, Settings, settings, sigmoid
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.table import Column, Table, Value

_SIDE: Final = (
    ("town", "string", "乡镇", "town"),
    ("division", "string", "行政区划代码", "division code of the town"),
    ("edition", "string", "版次", "edition"),
    ("list", "string", "清单类型", "list kind"),
    ("number", "integer", "序号", "number of the item"),
    ("key", "string", "标识", "key of the item in its list"),
    ("title", "string", "事项名称", "title as printed"),
)
PAIR_COLUMNS: Final = (
    *(
        Column(f"{name}_{side}", kind, "", f"{zh}（{sign}）", f"{en}, list {side.upper()}")
        for side, sign in (("a", "甲"), ("b", "乙"))
        for name, kind, zh, en in _SIDE
    ),
    Column(
        "relation",
        zh="关系",
        en="exact, reworded, broader (the item of list B is the broader one), narrower, uncertain "
        "or none",
    ),
    Column("score", "decimal", "0–1", "得分", "score of the evidence"),
    Column("confidence", "decimal", "0–1", "置信度", "calibrated probability that it is right"),
    Column("justification", zh="依据", en="how it was found, a term of SEMAPV"),
)
"""Columns of `align_pair`."""

# Titles that are the same go together before any others.
_SAME_TITLE: Final = 1_000.0
# Among equals the nearest place in its table is chosen, and then anything, but always the same.
_PLACE: Final = 1e-4
_ANY: Final = 1e-7


def align_pair(
    items: Table,
    a: tuple[str, str],
    b: tuple[str, str],
    *,
    departments: Table | None = None,
    duties: Table | None = None,
    reclaimed: Table | None = None,
    same_department: SameDepartment | None = None,
    decisions: Decisions = NONE,
    chosen: Settings | None = None,
) -> Table:
    """Align two lists, of two towns or two editions of one.

    Items are assigned one to one so that the log-odds of all pairs together are greatest; which list
    is called A does not matter. Items with the same title (`wording.title_key`) go together first.
    An item may stand in another table of the other list.

    * exact: the titles are the same.
    * reworded: the same duty in other words, with a confidence of at least ``accept``.
    * broader, narrower: the item of B is broader, or narrower: one holds the title of the other.
      These rows stand beside the one-to-one pairs where duties were merged or divided.
    * uncertain: a pair with a confidence of at least ``review``, for a person to decide.
    * none: an item without a pair, the other side empty.

    Args:
        items: table of the saved query ``items``, with both lists and any others.
        a: division and edition of one list.
        b: of the other one.
        departments: table of ``departments``, for their types.
        duties: table of ``duties``, for their texts.
        reclaimed: table of ``reclaimed``, for how reclaimed items are done.
        same_department: newer type, or types, by an older one (`entries.entries`).
        decisions: a researcher's decisions, which come first.
        chosen: weights and thresholds; those of data/reference/alignment.yaml where left out.

    Returns:
        A row per pair, in the order of the items of A; then the items of B that have none.

    Raises:
        UnknownNameError: the table has no items of one of the lists.
        UsageError: the two lists are one.
        DutyGraphError: scikit-learn or scipy is not installed.
    """
    if a == b:
        raise UsageError("a list cannot be aligned with itself", where=" ".join(a))
    found = entries(
        _of_lists(items, (a, b)),
        departments=departments and _of_lists(departments, (a, b)),
        duties=duties and _of_lists(duties, (a, b)),
        reclaimed=reclaimed and _of_lists(reclaimed, (a, b)),
        same_department=same_department,
    )
    sides = [[entry for entry in found if entry.of_edition == one] for one in (a, b)]
    for one, side in zip((a, b), sides, strict=True):
        if not side:
            known = sorted({f"{row['division']} {row['edition']}" for row in items})
            raise UnknownNameError("list", " ".join(one), known)
    links = align_entries(sides[0], sides[1], decisions=decisions, chosen=chosen)
    return pair_table(sides[0], sides[1], links)


def _of_lists(table: Table, editions: Sequence[tuple[str, str]]) -> Table:
    division, edition = (table.column_names.index(name) for name in ("division", "edition"))
    rows = [row for row in table.rows if (row[division], row[edition]) in editions]
    return Table(table.name, table.columns, rows)


def align_entries(
    a: Sequence[Entry],
    b: Sequence[Entry],
    *,
    decisions: Decisions = NONE,
    chosen: Settings | None = None,
) -> list[Link]:
    """Links between the items of two lists; as `align_pair`, for entries.

    Args:
        a: the items of one list (`entries.entries`); may be empty.
        b: those of the other one.
        decisions: a researcher's decisions.
        chosen: weights and thresholds.

    Returns:
        The links by the places of A and B.
    """
    using = chosen or settings()
    both = profile([*a, *b])
    left, right = both.rows(range(len(a))), both.rows(range(len(a), len(both)))
    found = compare(left, right, using.pair, both_ways=True)
    decided = decided_pairs(a, b, decisions)
    rows, columns = found.rows.tolist(), found.columns.tolist()
    usable = [
        place for place, pair in enumerate(zip(rows, columns, strict=True)) if decided.free(*pair)
    ]
    worth = _worth(a, b, found, usable, using.pair)
    chosen_ones = assign(found.rows[usable], found.columns[usable], worth)
    pairs = [_link(found, usable[one], a, b, using.pair) for one in chosen_ones]
    certain = [link for link in pairs if link.relation in SAME]
    partners = [*((link.a, link.b) for link in certain), *decided.same]
    order = sorted(
        usable,
        key=lambda place: (
            -float(found.log_odds[place]),
            chance(a[rows[place]].identity, b[columns[place]].identity),
        ),
    )
    parts = [
        Link(p.row, p.column, p.relation, _score(found, p.place), using.part_confidence, COMPUTED)
        for p in find_parts(
            Titles(left, [entry.title for entry in a]),
            Titles(right, [entry.title for entry in b]),
            [(rows[place], columns[place], place) for place in order],
            found.evidence,
            (dict(partners), {column: row for row, column in partners}),
            using,
        )
    ]
    doubtful = [
        link
        for link in pairs
        if link.relation not in SAME
        and not any(link.a == part.a or link.b == part.b for part in parts)
    ]
    scores = {pair: _score(found, n) for n, pair in enumerate(zip(rows, columns, strict=True))}
    links = [*certain, *parts, *doubtful, *decided.links(a, b, scores)]
    return sorted(links, key=lambda link: (link.a, link.b))


def _score(found: Candidates, place: int) -> float:
    return round(sigmoid(float(found.log_odds[place])), DIGITS)


def _link(
    found: Candidates, place: int, a: Sequence[Entry], b: Sequence[Entry], model: Model
) -> Link:
    row, column = int(found.rows[place]), int(found.columns[place])
    confidence = round(model.confidence(float(found.log_odds[place])), DIGITS)
    same = is_same_title(a[row].title_key, b[column].title_key)
    likely = "reworded" if confidence >= model.accept else "uncertain"
    relation, how = ("exact", EXACT) if same else (likely, COMPUTED)
    return Link(row, column, relation, _score(found, place), confidence, how)


def _worth(
    a: Sequence[Entry],
    b: Sequence[Entry],
    found: Candidates,
    usable: Sequence[int],
    model: Model,
) -> list[float]:
    """What each usable candidate is worth: its log-odds above the threshold for review."""
    least = model.log_odds_of(model.review)
    places = _places(a), _places(b)
    out: list[float] = []
    for place in usable:
        row, column = int(found.rows[place]), int(found.columns[place])
        worth = float(found.log_odds[place]) - least
        if is_same_title(a[row].title_key, b[column].title_key):
            worth = max(worth, 0.0) + _SAME_TITLE
        if worth > 0:
            apart = places[0][row] - places[1][column]
            worth += _PLACE * (1.0 - apart * apart)
            worth += _ANY * chance(a[row].identity, b[column].identity)
        out.append(worth)
    return out


def _places(found: Sequence[Entry]) -> list[float]:
    """Place of each item in its table, from 0 (the first) to below 1."""
    counts: dict[str, int] = {}
    numbers = []
    for entry in found:
        numbers.append(counts.get(entry.kind, 0))
        counts[entry.kind] = numbers[-1] + 1
    return [number / counts[e.kind] for number, e in zip(numbers, found, strict=True)]


def pair_table(a: Sequence[Entry], b: Sequence[Entry], links: Sequence[Link]) -> Table:
    """The table ``pairs`` of two lists and the links between them, see `align_pair`."""
    rows: list[tuple[Value, ...]] = []
    nothing: tuple[Value, ...] = (None,) * len(_SIDE)
    for place, entry in enumerate(a):
        own = [link for link in links if link.a == place]
        for link in own:
            end = (link.relation, link.score, link.confidence, SHORT[link.justification])
            rows.append((*_side(entry), *_side(b[link.b]), *end))
        if not own:
            rows.append((*_side(entry), *nothing, "none", None, None, None))
    linked = {link.b for link in links}
    for place, entry in enumerate(b):
        if place not in linked:
            rows.append((*nothing, *_side(entry), "none", None, None, None))
    return Table("pairs", PAIR_COLUMNS, rows)


def _side(entry: Entry) -> tuple[Value, ...]:
    return (
        entry.town,
        entry.division,
        entry.edition,
        entry.kind,
        entry.number,
        entry.key,
        entry.title,
    )
