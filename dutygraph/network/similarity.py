"""How alike the lists of two towns are: whether they were written from one template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dutygraph.errors import UsageError
from dutygraph.network.across import check_one_edition
from dutygraph.network.editions import edition_of, town_names
from dutygraph.network.extras import need
from dutygraph.table import Column, Table, Value
from dutygraph.vocab import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float64]

_KINDS: Final = ("basic", "cooperative", "reclaimed")
# What is beyond comes from the order of additions and not from the lists.
_DIGITS: Final = 12

SIMILARITY_COLUMNS: Final = (
    Column("division_a", zh="乡镇甲代码", en="town whose division code sorts first"),
    Column("town_a", zh="乡镇甲", en="its name"),
    Column("edition_a", zh="乡镇甲版次", en="its edition"),
    Column("division_b", zh="乡镇乙代码", en="the other town"),
    Column("town_b", zh="乡镇乙", en="its name"),
    Column("edition_b", zh="乡镇乙版次", en="its edition"),
    Column("jaccard", "decimal", "0–1", "标题重合度", "titles of both among the titles of either"),
    Column("jaccard_basic", "decimal", "0–1", "基本履职标题重合度", "the same, basic list"),
    Column("jaccard_cooperative", "decimal", "0–1", "配合履职标题重合度", "cooperative list"),
    Column("jaccard_reclaimed", "decimal", "0–1", "收回事项标题重合度", "reclaimed list"),
    Column("cosine", "decimal", "0–1", "措辞相似度", "cosine of the titles' weighted bigrams"),
)
"""Columns of `similarity`."""


def similarity(items: Table) -> Table:
    """Template similarity: how alike the lists of each pair of towns are.

    * jaccard = |A ∩ B| / |A ∪ B|, where A and B are the titles of the two towns, folded
      (`dutygraph.vocab.fold`), a title of another list kind being another title; and the same for
      each list kind alone. Source: Jaccard (1912), "The Distribution of the Flora in the Alpine
      Zone", New Phytologist 11(2).
    * cosine: all titles of a town are one document of character bigrams (within a title; a title of
      one character counts as itself). A bigram weighs its number there times its inverse document
      frequency ln((1 + n)/(1 + towns that have it)) + 1, n being the number of towns; the cosine of
      the two vectors. It sees titles that are alike but not equal. Source: Salton & Buckley (1988),
      "Term-weighting approaches in automatic text retrieval", Information Processing & Management
      24(5); smoothed, so that it is defined for two towns and never 0.

    Both are symmetric, 1 for equal lists and 0 for lists that have nothing in common.

    Args:
        items: table of the saved query ``items``, one edition of each town.

    Returns:
        A row per pair of towns, by division codes. A value is None where neither town has a title
        in that list, 0 where one has none. No rows for fewer than two towns.

    Raises:
        UsageError: a town stands with several editions.
        DutyGraphError: scipy is not installed.
    """
    check_one_edition(items)
    numpy = need("numpy")
    editions = sorted({edition_of(row) for row in items})
    names = town_names(items)
    place = {edition: number for number, edition in enumerate(editions)}
    sets: dict[str, list[set[str]]] = {kind: [set() for _ in editions] for kind in _KINDS}
    words: list[Counter[str]] = [Counter() for _ in editions]
    for row in items:
        title, town = fold(str(row["title"] or "")), place[edition_of(row)]
        kind = str(row["list"])
        if title and kind in sets:
            sets[kind][town].add(title)
            words[town].update(_bigrams(title))
    if len(editions) < 2:
        return Table("similarity", SIMILARITY_COLUMNS, [])
    parts = [_shared(sets[kind]) for kind in _KINDS]
    # A title of another kind is another title, so what is shared and what either has add up.
    whole = tuple(numpy.sum(matrices, axis=0) for matrices in zip(*parts, strict=True))
    matrices = [*(_ratio(*part) for part in (whole, *parts)), _cosine(words)]
    first, second = numpy.triu_indices(len(editions), 1)
    columns = [numpy.round(matrix[first, second], _DIGITS).tolist() for matrix in matrices]
    ends = [(edition[0], names[edition], edition[1]) for edition in editions]
    rows: list[tuple[Value, ...]] = [
        (*ends[a], *ends[b], *(None if value != value else value for value in values))  # NaN: none
        for a, b, *values in zip(first.tolist(), second.tolist(), *columns, strict=True)
    ]
    return Table("similarity", SIMILARITY_COLUMNS, rows)


@lru_cache(maxsize=50_000)
def _bigrams(title: str) -> tuple[str, ...]:
    return tuple(title[i : i + 2] for i in range(len(title) - 1)) or (title,)


def _incidence(documents: Sequence[Mapping[str, int]]) -> Any:
    """Sparse matrix of towns × words. The words are sorted, so that sums have one order."""
    numpy, sparse = need("numpy"), need("scipy.sparse")
    place = {w: n for n, w in enumerate(sorted({w for each in documents for w in each}))}
    columns = [place[word] for each in documents for word in each]
    values = [number for each in documents for number in each.values()]
    ends = numpy.cumsum([0, *map(len, documents)])
    matrix = sparse.csr_array(
        (numpy.array(values, dtype=float), numpy.array(columns, dtype=int), ends),
        shape=(len(documents), len(place)),
    )
    matrix.sort_indices()
    return matrix


def _shared(titles: Sequence[Iterable[str]]) -> tuple[Matrix, Matrix]:
    """Titles that two towns share, and titles that either has."""
    incidence = _incidence([dict.fromkeys(each, 1) for each in titles])
    shared = (incidence @ incidence.T).toarray()
    sizes = shared.diagonal()
    return shared, sizes[:, None] + sizes[None, :] - shared


def _ratio(shared: Matrix, either: Matrix) -> Matrix:
    """Jaccard index; NaN where neither has anything."""
    numpy = need("numpy")
    out: Matrix = numpy.full(shared.shape, numpy.nan)
    numpy.divide(shared, either, out=out, where=either > 0)
    return out


def _cosine(documents: Sequence[Mapping[str, int]]) -> Matrix:
    numpy = need("numpy")
    counts = _incidence(documents)
    towns = numpy.bincount(counts.indices, minlength=counts.shape[1])
    counts.data *= (numpy.log((1 + len(documents)) / (1 + towns)) + 1)[counts.indices]
    dots = (counts @ counts.T).toarray()
    lengths = numpy.sqrt(dots.diagonal())
    scale = numpy.outer(lengths, lengths)
    out: Matrix = numpy.zeros(dots.shape)
    numpy.divide(dots, scale, out=out, where=scale > 0)
    out[numpy.add.outer(lengths, lengths) == 0] = numpy.nan
    return out


def _square(pairs: Table, measure: str) -> tuple[list[str], Matrix]:
    """Division codes, sorted, and their full matrix of similarities, 1 on the diagonal.

    Raises:
        UsageError: a pair of towns is missing or stands twice.
        UnknownNameError: there is no such measure.
    """
    numpy = need("numpy")
    first, second = pairs.column("division_a"), pairs.column("division_b")
    codes = sorted({str(code) for code in (*first, *second)})
    place = {code: number for number, code in enumerate(codes)}
    matrix = numpy.full((len(codes), len(codes)), numpy.nan)
    seen: set[tuple[int, int]] = set()
    for a, b, value in zip(first, second, pairs.column(measure), strict=True):
        i, j = sorted((place[str(a)], place[str(b)]))
        if i == j or (i, j) in seen:
            raise UsageError(f"the pair {a} and {b} stands twice or is none")
        seen.add((i, j))
        matrix[i, j] = matrix[j, i] = 0.0 if value is None else float(value)
    if len(seen) != len(codes) * (len(codes) - 1) // 2:
        raise UsageError("the similarities of some pairs of towns are missing")
    numpy.fill_diagonal(matrix, 1.0)
    return codes, matrix


def clusters(pairs: Table, *, measure: str = "cosine") -> list[str]:
    """An order of the towns in which similar ones stand side by side.

    Average linkage of the distances 1 − similarity, and of the orders that its tree allows the one
    with the shortest way from neighbour to neighbour. Sources: Sokal & Michener (1958), University
    of Kansas Science Bulletin 38; Bar-Joseph, Gifford & Jaakkola (2001), "Fast optimal leaf
    ordering for hierarchical clustering", Bioinformatics 17(S1).

    Args:
        pairs: table of `similarity`, with every pair of its towns.
        measure: column of it; a value of None counts as 0.

    Returns:
        Division codes. Of the two directions, that whose first code sorts before its last one.
        Empty for an empty table.

    Raises:
        UsageError: a pair is missing or stands twice.
        UnknownNameError: there is no such measure.
        DutyGraphError: scipy is not installed.
    """
    codes, matrix = _square(pairs, measure)
    if len(codes) < 2:
        return codes
    hierarchy, distance = need("scipy.cluster.hierarchy"), need("scipy.spatial.distance")
    apart = 1.0 - matrix
    tree = hierarchy.linkage(distance.squareform(apart, checks=False), "average")
    order = [codes[leaf] for leaf in _shortest_order(tree[:, :2].astype(int).tolist(), apart)]
    return order if order[0] < order[-1] else order[::-1]


def _shortest_order(tree: Sequence[tuple[int, int]], apart: Matrix) -> list[int]:
    """Of the orders of leaves that a binary tree allows, one with the shortest way.

    For a node and two of its leaves, one of each branch, the shortest way through all its leaves
    from the one to the other follows from those of the branches. scipy's own optimal ordering finds
    the length of that way but returns another one (scipy issue 11227).

    Args:
        tree: the two branches of each inner node; leaves have the numbers from 0, inner nodes those
            that follow.
        apart: distances of the leaves, symmetric.
    """
    numpy = need("numpy")
    leaves = [numpy.array([leaf]) for leaf in range(len(apart))]
    ways: dict[int, Matrix] = {}  # from a leaf of the first branch to one of the second

    def through(node: int) -> Matrix:
        """Lengths of the ways between all leaves of a node; infinite within a branch."""
        if node not in ways:
            return numpy.zeros((1, 1))  # type: ignore[no-any-return]
        ways_there, size = ways[node], len(ways[node])
        whole: Matrix = numpy.full((sum(ways_there.shape),) * 2, numpy.inf)
        whole[:size, size:], whole[size:, :size] = ways_there, ways_there.T
        return whole

    def joined(first: Matrix, second: Matrix) -> Matrix:
        return numpy.array([(row[:, None] + second).min(axis=0) for row in first])  # type: ignore[no-any-return]

    for one, other in tree:
        bridge = apart[numpy.ix_(leaves[one], leaves[other])]
        ways[len(leaves)] = joined(joined(through(one), bridge), through(other))
        leaves.append(numpy.concatenate([leaves[one], leaves[other]]))

    root = len(leaves) - 1
    ends = numpy.unravel_index(ways[root].argmin(), ways[root].shape)
    # A node with the places of its first and its last leaf among its leaves.
    open_nodes = [(root, int(ends[0]), int(ends[1]) + len(ways[root]))]
    order = []
    while open_nodes:
        node, first, last = open_nodes.pop()
        if node not in ways:
            order.append(node)
            continue
        one, other = tree[node - len(apart)]
        size = len(ways[node])
        if first < size:
            last -= size
        else:
            one, other, first = other, one, first - size
        bridge = apart[numpy.ix_(leaves[one], leaves[other])]
        length = through(one)[first][:, None] + bridge + through(other)[:, last][None, :]
        end, start = numpy.unravel_index(length.argmin(), length.shape)
        open_nodes += [(other, int(start), last), (one, first, int(end))]
    return order


def medoid(pairs: Table, *, measure: str = "cosine") -> str | None:
    """The town with the most typical list: the highest mean similarity to the other towns.

    Source: Kaufman & Rousseeuw (1990), Finding Groups in Data, chapter 2.

    Args:
        pairs: table of `similarity`, with every pair of its towns.
        measure: column of it; a value of None counts as 0.

    Returns:
        Its division code; of several, the one that sorts first. None for an empty table.

    Raises:
        UsageError: a pair is missing or stands twice.
        UnknownNameError: there is no such measure.
    """
    codes, matrix = _square(pairs, measure)
    if not codes:
        return None
    means = [round(float(mean), _DIGITS) for mean in matrix.mean(axis=1)]
    return codes[means.index(max(means))]
