"""Many towns: how alike their lists are by concepts, in which order and which clusters."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

from dutygraph.compare.concepts import Towns
from dutygraph.network.across import FEWEST_FOR_OUTLIERS, THRESHOLD, robust_z
from dutygraph.network.editions import EDITION_COLUMNS, Edition
from dutygraph.network.extras import need
from dutygraph.network.similarity import clusters
from dutygraph.table import Column, Table, Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float64]

MOST_CLUSTERS: Final = 12
"""Clusters that are tried at most."""
LEAST_STRUCTURE: Final = 0.25
"""Mean silhouette width up to which all towns are one cluster (Kaufman & Rousseeuw)."""
_DIGITS: Final = 12

MATRIX_COLUMNS: Final = (
    Column("division_a", zh="乡镇甲代码", en="town whose division code sorts first"),
    Column("town_a", zh="乡镇甲", en="its name"),
    Column("edition_a", zh="乡镇甲版次", en="its edition"),
    Column("division_b", zh="乡镇乙代码", en="the other town"),
    Column("town_b", zh="乡镇乙", en="its name"),
    Column("edition_b", zh="乡镇乙版次", en="its edition"),
    Column("concepts_a", "integer", "concepts", "甲通用事项数", "concepts of the first"),
    Column("concepts_b", "integer", "concepts", "乙通用事项数", "concepts of the second"),
    Column("shared", "integer", "concepts", "共有", "concepts of both"),
    Column("jaccard", "decimal", "0–1", "重合度", "shared / concepts of either"),
    Column("overlap", "decimal", "0–1", "重叠系数", "shared / concepts of the one that has fewer"),
    Column("list_agreement", "decimal", "0–1", "清单一致率", "part of the shared that stand in the same list"),
    Column("jaccard_list", "decimal", "0–1", "同列重合度", "shared and in the same list / concepts of either"),
)  # fmt: skip
"""Columns of `town_matrix`."""

ORDER_COLUMNS: Final = (
    Column("order", "integer", "", "次序", "place in an order in which similar towns are neighbours, from 1"),
    Column("cluster", "integer", "", "聚类", "number of the cluster, from 1, in that order"),
    Column("silhouette", "decimal", "", "轮廓值", "how well it fits its cluster, −1 to 1"),
    Column("median_jaccard", "decimal", "0–1", "重合度中位数", "median of its Jaccard indices with the others"),
    Column("z", "decimal", "", "稳健 z 值", "robust z-score of that median; negative: unlike the others"),
    Column("outlying", "boolean", "", "异常", "|z| is above 3.5"),
    *EDITION_COLUMNS,
)  # fmt: skip
"""Columns of `town_order`."""


def town_matrix(towns: Towns) -> Table:
    """How alike the lists of each two towns are, by concepts.

    * jaccard = |A ∩ B| / |A ∪ B|, A and B being the concepts of the towns, as a whole or in part.
      Source: Jaccard (1912), New Phytologist 11(2).
    * overlap = |A ∩ B| / min(|A|, |B|) (Szymkiewicz 1934; Simpson 1960)
    * list_agreement: of the concepts in A ∩ B the part whose surest items stand in lists of one kind
    * jaccard_list: jaccard with only such concepts counted as shared

    Returns:
        A row per pair of towns, by division codes. A ratio is None where there is nothing to
        compare. No rows for fewer than two towns.
    """
    lists = sorted(towns.lists, key=lambda one: one.id)
    kinds: dict[Edition, dict[str, str]] = {one.id: {} for one in lists}
    for concept in towns.labels:
        for found in towns.having(concept):
            kinds[found.listing.id][concept] = found.item.list
    rows: list[tuple[Value, ...]] = []
    for first, second in combinations(lists, 2):
        a, b = kinds[first.id], kinds[second.id]
        shared = a.keys() & b.keys()
        same = sum(a[concept] == b[concept] for concept in shared)
        either = len(a) + len(b) - len(shared)
        rows.append(
            (
                *(first.division, first.town, first.edition),
                *(second.division, second.town, second.edition),
                len(a),
                len(b),
                len(shared),
                _ratio(len(shared), either),
                _ratio(len(shared), min(len(a), len(b))),
                _ratio(same, len(shared)),
                _ratio(same, either),
            )
        )
    return Table("town-matrix", MATRIX_COLUMNS, rows)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def town_order(towns: Towns, matrix: Table, *, threshold: float = THRESHOLD) -> Table:
    """An order of the towns in which similar ones are neighbours, clusters, and who stands out.

    * order: `dutygraph.network.similarity.clusters` of the Jaccard indices (average linkage, the
      shortest of the orders that its tree allows)
    * cluster: the same tree, cut into 2 to `MOST_CLUSTERS` clusters, whichever number has the
      largest mean silhouette; one cluster where that is not above `LEAST_STRUCTURE`, and for fewer
      than three towns. Sources: Rousseeuw (1987), "Silhouettes", J. Computational and Applied
      Mathematics 20; Kaufman & Rousseeuw (1990), Finding Groups in Data.
    * silhouette = (b − a)/max(a, b), a being the mean distance 1 − jaccard to the own cluster, b to
      the nearest other one; 0 for a town alone in its cluster, None where there is one cluster
    * z: robust z-score (`dutygraph.network.across.robust_z`) of the median of its Jaccard indices

    Args:
        towns: see `dutygraph.compare.concepts.towns_of`.
        matrix: see `town_matrix`.
        threshold: |z| above which a town is outlying.

    Returns:
        A row per town in the order. *median_jaccard* is None for a town alone; *z* is None for fewer
        than `FEWEST_FOR_OUTLIERS` towns and where more than half have the same median. No rows
        without towns.

    Raises:
        DutyGraphError: scipy is not installed.
    """
    by_division = {one.division: one for one in towns.lists}
    if len(by_division) < 2:
        rows: list[tuple[Value, ...]] = [
            (1, 1, None, None, None, False, *one.whose) for one in towns.lists
        ]
        return Table("town-order", ORDER_COLUMNS, rows)
    order = clusters(matrix, measure="jaccard")
    values: dict[str, list[float]] = {division: [] for division in order}
    likeness: dict[tuple[str, str], float] = {}
    for row in matrix:
        a, b, value = str(row["division_a"]), str(row["division_b"]), float(row["jaccard"] or 0.0)
        likeness[a, b] = likeness[b, a] = value
        values[a].append(value)
        values[b].append(value)
    medians = {division: statistics.median(some) for division, some in values.items()}
    scores: dict[str, float | None] = dict.fromkeys(order)
    if len(order) >= FEWEST_FOR_OUTLIERS:
        scores = dict(zip(order, robust_z([medians[one] for one in order]), strict=True))
    numbers, widths = _clusters(order, likeness)
    rows = []
    for place, division in enumerate(order, 1):
        z = scores[division]
        outlying = z is not None and abs(z) > threshold
        rows.append(
            (
                place,
                numbers[division],
                widths.get(division),
                medians[division],
                z,
                outlying,
                *by_division[division].whose,
            )
        )
    return Table("town-order", ORDER_COLUMNS, rows)


def _clusters(
    order: Sequence[str], likeness: Mapping[tuple[str, str], float]
) -> tuple[dict[str, int], dict[str, float]]:
    """Cluster of each town, numbered in the order, and its silhouette."""
    one = dict.fromkeys(order, 1), dict[str, float]()
    if len(order) < 3:
        return one
    numpy = need("numpy")
    hierarchy, distance = need("scipy.cluster.hierarchy"), need("scipy.spatial.distance")
    codes = sorted(order)
    apart: Matrix = numpy.zeros((len(codes), len(codes)))
    for i, a in enumerate(codes):
        for j, b in enumerate(codes):
            if i != j:
                apart[i, j] = 1.0 - likeness[a, b]
    tree = hierarchy.linkage(distance.squareform(apart, checks=False), "average")
    best, chosen, widths = LEAST_STRUCTURE, None, None
    for number in range(2, min(MOST_CLUSTERS, len(codes) - 1) + 1):
        labels = hierarchy.fcluster(tree, number, "maxclust")
        if len(set(labels.tolist())) < 2:
            continue
        found = silhouettes(apart, labels.tolist())
        mean = round(sum(found) / len(found), _DIGITS)
        if mean > best:
            best, chosen, widths = mean, labels.tolist(), found
    if chosen is None or widths is None:
        return one
    label = dict(zip(codes, chosen, strict=True))
    numbers: dict[int, int] = {}
    for code in order:
        numbers.setdefault(label[code], len(numbers) + 1)
    return {code: numbers[label[code]] for code in order}, dict(zip(codes, widths, strict=True))


def silhouettes(apart: Matrix, labels: Sequence[int]) -> list[float]:
    """Silhouette of each thing: (b − a)/max(a, b).

    Args:
        apart: symmetric matrix of distances.
        labels: cluster of each thing; at least two clusters.

    Returns:
        −1 (it belongs to another cluster) to 1; 0 for a thing alone in its cluster, and where a and
        b are 0.
    """
    numpy = need("numpy")
    every = numpy.asarray(labels)
    out = []
    for place, label in enumerate(labels):
        own = every == label
        own[place] = False
        if not own.any():
            out.append(0.0)
            continue
        inside = float(apart[place][own].mean())
        nearest = min(
            float(apart[place][every == other].mean()) for other in set(labels) if other != label
        )
        larger = max(inside, nearest)
        out.append((nearest - inside) / larger if larger else 0.0)
    return out
