"""Candidates, their scores, and the one-to-one assignment that is worth most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dutygraph.align.evidence import Profile, evidence, title_similarity
from dutygraph.align.libraries import need
from dutygraph.align.settings import Model

if TYPE_CHECKING:
    from dutygraph.align.evidence import Indices, Numbers

NEAREST: Final = 8
"""Others that an item is compared with: those whose titles are nearest."""
_FLOOR: Final = 0.1
_BLOCK: Final = 512
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs that were compared.

    Attributes:
        rows, columns: the pairs; sorted, each once.
        titles: cosine of the titles.
        evidence: matrix of pairs × `settings.EVIDENCE`.
        log_odds: log-odds of the score.
    """

    rows: Indices
    columns: Indices
    titles: Numbers
    evidence: Numbers
    log_odds: Numbers

    def __len__(self) -> int:
        return len(self.rows)


def compare(
    items: Profile,
    others: Profile,
    model: Model,
    *,
    both_ways: bool = False,
    also: Sequence[tuple[int, int]] = (),
) -> Candidates:
    """Compare each item with the others whose titles are nearest, or the same as one of a member.

    Args:
        items: items.
        others: items or concepts.
        model: how evidence becomes a score.
        both_ways: also compare each of the others with the items that are nearest to it, so that it
            does not matter which side is which.
        also: pairs that are compared in any case.

    Returns:
        The pairs; none where a side is empty.
    """
    numpy = need("numpy")
    parts = []
    if len(items) and len(others):
        columns_of = _nearest(others, items) if both_ways else None
        for first in range(0, len(items), _BLOCK):
            block = items.rows(range(first, min(first + _BLOCK, len(items))))
            similar = title_similarity(block, others)
            wanted = _top(similar)
            wanted |= (block.matrices["names"] @ others.matrices["names"].T).toarray() > 0
            if columns_of is not None:
                inside = (columns_of[1] >= first) & (columns_of[1] < first + len(block))
                wanted[columns_of[1][inside] - first, columns_of[0][inside]] = True
            for row, column in also:
                if first <= row < first + len(block):
                    wanted[row - first, column] = True
            rows, columns = numpy.nonzero(wanted)
            found = evidence(block, others, similar, rows, columns)
            parts.append((rows + first, columns, similar[rows, columns], found))
    if not parts:
        none = numpy.zeros(0, int)
        parts = [(none, none, numpy.zeros(0), numpy.zeros((0, len(model.weights))))]
    rows, columns, titles, found = (numpy.concatenate(part) for part in zip(*parts, strict=True))
    weights = numpy.array(model.weights)
    # One sum a pair, in the order of the evidence: a matrix product may differ with its size.
    log_odds = numpy.full(len(rows), model.intercept)
    for place, weight in enumerate(weights):
        log_odds = log_odds + weight * found[:, place]
    return Candidates(rows, columns, titles, found, numpy.round(log_odds, _DIGITS))


def _nearest(items: Profile, others: Profile) -> tuple[Indices, Indices]:
    numpy = need("numpy")
    found: list[tuple[Indices, Indices]] = []
    for first in range(0, len(items), _BLOCK):
        block = items.rows(range(first, min(first + _BLOCK, len(items))))
        rows, columns = numpy.nonzero(_top(title_similarity(block, others)))
        found.append((rows + first, columns))
    rows, columns = (numpy.concatenate(part) for part in zip(*found, strict=True))
    return rows, columns


def _top(similar: Numbers) -> Any:
    """Which cells are among the `NEAREST` of their row, ties included, and above the floor."""
    numpy = need("numpy")
    width = similar.shape[1]
    if width <= NEAREST:
        return similar >= _FLOOR
    least = numpy.partition(similar, width - NEAREST, axis=1)[:, width - NEAREST]
    return (similar >= least[:, None]) & (similar >= _FLOOR)


def assign(
    rows: Sequence[int] | Indices,
    columns: Sequence[int] | Indices,
    worth: Sequence[float] | Numbers,
) -> list[int]:
    """The one-to-one assignment that is worth most.

    Source: Kuhn (1955), "The Hungarian method for the assignment problem", Naval Research Logistics
    Quarterly 2; solved for each connected part of the candidates on its own.

    Args:
        rows: row of each candidate.
        columns: column of each; a pair stands once.
        worth: what each is worth; those of 0 or less are never chosen.

    Returns:
        Places of the chosen candidates, rising; no row and no column stands in two of them. Empty
        where there are none.
    """
    numpy, sparse = need("numpy"), need("scipy.sparse")
    value = numpy.asarray(worth, dtype=float)
    good = numpy.nonzero(value > 0)[0]
    if not len(good):
        return []
    all_rows, all_columns = numpy.asarray(rows), numpy.asarray(columns)
    _, r = numpy.unique(all_rows[good], return_inverse=True)
    _, c = numpy.unique(all_columns[good], return_inverse=True)
    n = int(r.max()) + 1
    size = n + int(c.max()) + 1
    links = sparse.coo_array((numpy.ones(len(good)), (r, c + n)), shape=(size, size))
    graph = need("scipy.sparse.csgraph")
    count, part = graph.connected_components(links, directed=False)
    of_part: list[list[int]] = [[] for _ in range(count)]
    for place, where in enumerate(part[r].tolist()):
        of_part[where].append(place)
    chosen: list[int] = []
    for places in of_part:
        if len(places) == 1:
            chosen.append(int(good[places[0]]))
        elif places:
            chosen += [int(good[place]) for place in _solve(r, c, value[good], places)]
    return sorted(chosen)


def _solve(r: Indices, c: Indices, value: Numbers, places: Sequence[int]) -> list[int]:
    numpy, optimize = need("numpy"), need("scipy.optimize")
    index = numpy.array(places)
    own_rows, i = numpy.unique(r[index], return_inverse=True)
    own_columns, j = numpy.unique(c[index], return_inverse=True)
    table = numpy.zeros((len(own_rows), len(own_columns)))
    table[i, j] = value[index]
    where = {(int(a), int(b)): place for a, b, place in zip(i, j, places, strict=True)}
    first, second = optimize.linear_sum_assignment(table, maximize=True)
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return [where[pair] for pair in pairs if table[pair] > 0]
