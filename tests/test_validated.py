"""The validated projection on random networks: no ties where all is chance, and planted ones found.

A small version of benchmarks/significance.py. Seeds are fixed, so a verdict never changes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

import numpy as np
import pytest
from hand import item, table
from numpy.typing import NDArray

from dutygraph import query
from dutygraph.network.editions import names
from dutygraph.network.nestedness import null_matrices
from dutygraph.network.pairs import pair_table
from dutygraph.network.significance import FALSE_DISCOVERY_RATE, false_discovery
from dutygraph.store import Embedded
from dutygraph.table import Value

Cells: TypeAlias = NDArray[np.bool_]
Row: TypeAlias = dict[str, Value]

SEED = 7
DRAWS = 24
# Were the false discovery rate 5 %, more than 3 of 24 draws would have a false tie once in 34 times.
MOST = 3


@pytest.fixture(scope="module")
def real_cells(packaged: Embedded) -> Cells:
    """Departments × cooperative items of the real document."""
    each = [
        names(row["departments"])
        for row in query.run(packaged, "items")
        if row["list"] == "cooperative"
    ]
    departments = sorted({name for named in each for name in named})
    return np.array([[name in named for named in each] for name in departments])


def simulated(departments: int, sizes: Sequence[int]) -> Cells:
    """Departments × items; an item of each size, its departments drawn with weights that rise from 1."""
    random = np.random.default_rng(SEED)
    weights = np.arange(1, departments + 1) / (departments * (departments + 1) / 2)
    cells = np.zeros((departments, len(sizes)), dtype=bool)
    for number, size in enumerate(sizes):
        cells[random.choice(departments, size, replace=False, p=weights), number] = True
    return cells


def chance(cells: Cells, draws: int) -> Iterator[Cells]:
    """Random networks with the same degrees; every other matrix of the chain."""
    return islice(null_matrices(cells, 2 * draws, SEED), 1, None, 2)


def pairs(cells: Cells) -> dict[tuple[str, str], Row]:
    """The rows of the table of pairs."""
    rows = [
        item(str(number), "、".join(f"D{each:02}" for each in np.flatnonzero(column)))
        for number, column in enumerate(cells.T)
    ]
    found = pair_table(table("items", rows))
    return {(str(row["department_a"]), str(row["department_b"])): row for row in found}


def significant(rows: Mapping[tuple[str, str], Row]) -> set[tuple[str, str]]:
    return {pair for pair, row in rows.items() if row["significant"]}


def test_chance_with_the_degrees_of_the_real_document(real_cells: Cells) -> None:
    size = len(real_cells)
    with_any = 0
    p_values: list[float] = []
    for cells in chance(real_cells, DRAWS):
        rows = pairs(cells)
        with_any += bool(significant(rows))
        p_values += [float(row["p_value"] or 0) for row in rows.values()]
    # Where every pair is chance, each draw with a significant pair is a false discovery.
    assert with_any <= MOST
    # Pairs without a common item have p = 1. A p-value of chance is at most α in no more than the
    # part α of all pairs; some must be small, or the test could never find anything.
    tests = DRAWS * size * (size - 1) // 2
    for limit in (0.05, 0.01):
        assert sum(p <= limit for p in p_values) <= limit * tests
    assert min(p_values) < 0.05


def test_chance_where_some_items_name_many() -> None:
    # Items of ten of the 14 departments tie all departments to all others. The configuration model
    # knows that; the hypergeometric test, which knows the departments' degrees only, does not.
    base = simulated(14, [1] * 30 + [2] * 15 + [10] * 15)
    draws = 12
    with_any = misled = 0
    for cells in chance(base, draws):
        rows = pairs(cells)
        with_any += bool(significant(rows))
        random = {pair: float(row["p_hypergeometric"] or 0) for pair, row in rows.items()}
        q_values = false_discovery(random, 14 * 13 // 2)
        misled += any(q <= FALSE_DISCOVERY_RATE for q in q_values.values())
    assert with_any <= 2  # at 5 %, more come up once in 50 times
    assert misled > draws // 2


def test_planted_ties_are_found_and_little_else() -> None:
    # 24 departments, 120 items; degrees 1 to about 17. D08 to D17 have about 8 items each.
    base = simulated(24, [1] * 80 + [2] * 25 + [3] * 15)
    planted = {(f"D{a:02}", f"D{a + 1:02}") for a in range(8, 18, 2)}
    power: dict[int, list[float]] = {0: [], 3: [], 12: []}
    false_parts = []
    for cells in chance(base, 4):
        for common, parts in power.items():
            # So many further items that name the two departments of a planted tie and no other.
            further = np.zeros((len(cells), common * len(planted)), dtype=bool)
            for number in range(further.shape[1]):
                first = 8 + 2 * (number % len(planted))
                further[[first, first + 1], number] = True
            found = significant(pairs(np.hstack([cells, further])))
            parts.append(len(found & planted) / len(planted))
            false_parts.append(len(found - planted) / max(1, len(found)))
    assert np.mean(power[12]) >= 0.9
    assert np.mean(power[3]) < np.mean(power[12])
    assert np.mean(power[0]) == 0
    assert np.mean(false_parts) <= FALSE_DISCOVERY_RATE


def test_q_values_count_all_pairs() -> None:
    # Benjamini–Hochberg by its definition, over the 12·11/2 pairs and not only over those that are
    # named together: q(i) is the least p(j)·66/j of all j ≥ i, at most 1.
    cells = simulated(12, [1] * 20 + [2] * 10)
    cells[[2, 3]] |= np.arange(30) < 9
    rows = sorted(pairs(cells).values(), key=lambda row: float(row["p_value"] or 0))
    assert 1 < len(rows) < 66
    bounds = [float(row["p_value"] or 0) * 66 / (place + 1) for place, row in enumerate(rows)]
    for place, row in enumerate(rows):
        assert row["q_value"] == pytest.approx(min(1.0, *bounds[place:]))
    assert float(rows[0]["q_value"] or 0) < 1
