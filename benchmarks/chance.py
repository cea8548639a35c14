"""Random networks of departments and items, planted ties, and the tests that judge them.

For the benchmark `significance`; see there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dutygraph.network import significance as tested
from dutygraph.network.nestedness import null_matrices
from dutygraph.network.pairs import pair_table
from dutygraph.query import load_query
from dutygraph.table import Table as Items
from dutygraph.table import Value

Cells: TypeAlias = NDArray[np.bool_]
Pair: TypeAlias = tuple[str, str]

SEED: Final = 20_250_701
CONFIGURATION, HYPERGEOMETRIC, EXACT_SIZES = TESTS = (
    "configuration model",
    "hypergeometric",
    "exact item sizes",
)
_EVERY: Final = 4  # matrices of the chain per draw
_TRIES: Final = 100


@dataclass(frozen=True, slots=True)
class Network:
    """Departments × items, and how many draws to make of it."""

    name: str
    cells: Cells
    draws: int
    planted: Sequence[int] = ()  # numbers of common items to plant
    pairs: int = 5  # that get them

    def null(self, draws: int, seed: int) -> Iterator[Cells]:
        """Random networks with the same degrees."""
        chain = null_matrices(self.cells, draws * _EVERY, seed)
        return islice(chain, _EVERY - 1, None, _EVERY)


def simulated(departments: int, items: int, sizes: Sequence[int], spread: float) -> Cells:
    """A network with items of random sizes; *spread* is that of the departments' log weights."""
    random = np.random.default_rng(SEED)
    weights = np.exp(random.normal(0, spread, departments))
    cells = np.zeros((departments, items), dtype=bool)
    for item in range(items):
        size = random.choice(sizes)
        cells[random.choice(departments, size, False, weights / weights.sum()), item] = True
    return cells[cells.any(axis=1)]


def names_of(pair: tuple[int, int]) -> Pair:
    return f"D{pair[0]:03}", f"D{pair[1]:03}"


def pair_of(row: Mapping[str, Value]) -> Pair:
    return str(row["department_a"]), str(row["department_b"])


def items_table(cells: Cells) -> Items:
    """The network as a table of the saved query ``items``."""
    columns = load_query("items").columns
    fixed: dict[str, Value] = {
        "town": "合成",
        "division": "0",
        "edition": "0",
        "list": "cooperative",
    }
    rows = []
    for item, column in enumerate(cells.T):
        named = "、".join(f"D{number:03}" for number in np.flatnonzero(column))
        row = {**fixed, "key": str(item), "number": item, "departments": named}
        rows.append(tuple(row.get(each.name) for each in columns))
    return Items("items", columns, rows)


def planted_pairs(degrees: NDArray[np.int_], number: int) -> list[tuple[int, int]]:
    """Disjoint pairs of the departments whose degrees are nearest to 12."""
    nearest = sorted(range(len(degrees)), key=lambda each: (abs(int(degrees[each]) - 12), each))
    chosen = nearest[: 2 * number]
    return list(zip(chosen[::2], chosen[1::2], strict=True))


def plant(
    cells: Cells, pairs: Sequence[tuple[int, int]], common: int, random: np.random.Generator
) -> Cells:
    """The network with at least so many common items of each pair; all degrees are kept.

    Raises:
        RuntimeError: it has too few items of two or more departments.
    """
    for _ in range(_TRIES):
        out = cells.copy()
        # Item by item, one pair after the other, so that no pair is left with what others spared.
        wanted = list(pairs) * common
        taken: set[int] = set()
        for item in random.permutation(np.flatnonzero(out.sum(axis=0) > 1)):
            for pair in wanted:
                if _name_both(out, pair, int(item), taken, random):
                    wanted.remove(pair)
                    taken.add(int(item))
                    break
        if not wanted:
            return out
    raise RuntimeError(f"there is no room for {common} common items of {len(pairs)} pairs")


def _name_both(
    cells: Cells, pair: tuple[int, int], item: int, taken: set[int], random: np.random.Generator
) -> bool:
    """Change an item so that it names both, in exchange for others of their items."""
    before = cells.copy()
    for each in pair:
        if cells[each, item]:
            continue
        leaving = int(random.choice([d for d in np.flatnonzero(cells[:, item]) if d not in pair]))
        others = [
            other
            for other in np.flatnonzero(cells[each] & ~cells[leaving])
            if int(other) not in taken
        ]
        if not others:
            cells[:] = before
            return False
        other = random.choice(others)
        cells[each, other], cells[leaving, other] = False, True
        cells[leaving, item], cells[each, item] = False, True
    return True


class Judge:
    """p-values of all pairs of a network, and of all networks with the same degrees."""

    def __init__(self, cells: Cells) -> None:
        self.size, self.items = cells.shape
        self.degrees = cells.sum(axis=1)
        self.sizes = cells.sum(axis=0)
        self.pairs = list(combinations(range(self.size), 2))
        self.model = tested.configuration_model(cells.astype(int).tolist())
        self.exact = ExactSizes(self.degrees, self.sizes)
        self._known: dict[tuple[str, int, int, int], float] = {}

    def p_value(self, test: str, pair: tuple[int, int], together: int) -> float:
        """Chance of at least so many common items; it depends on the two degrees alone."""
        low, high = sorted(int(self.degrees[each]) for each in pair)
        key = (test, low, high, together)
        if key not in self._known:
            if test == HYPERGEOMETRIC:
                found = tested.hypergeometric(self.items, low, high, together)[0]
            else:
                found = tested.tail(self.chances(test, pair), together)
            self._known[key] = found
        return self._known[key]

    def chances(self, test: str, pair: tuple[int, int]) -> list[float]:
        """How likely each item is to name both."""
        if test == CONFIGURATION:
            return list(self.model[pair[0]] * self.model[pair[1]])
        of_size = self.exact.both(*pair)
        return [of_size[int(size)] for size in self.sizes]

    def p_values(self, cells: Cells, test: str) -> dict[Pair, float]:
        """Of the pairs with a common item."""
        ones = cells.astype(int)
        common = ones @ ones.T
        return {
            names_of(pair): self.p_value(test, pair, int(common[pair]))
            for pair in self.pairs
            if common[pair]
        }

    def significant(self, p_values: Mapping[Pair, float]) -> set[Pair]:
        """Pairs that are significant among all pairs of the network."""
        q_values = tested.false_discovery(p_values, len(self.pairs))
        return {pair for pair, q in q_values.items() if q <= tested.FALSE_DISCOVERY_RATE}

    def count(self, draws: Iterable[Cells]) -> Counts:
        """What all tests say of draws with the degrees of the network."""
        counts = Counts(len(self.pairs))
        for cells in draws:
            for test in TESTS:
                p_values = self.p_values(cells, test)
                counts.add(test, p_values, self.significant(p_values))
        return counts

    def check(self, cells: Cells) -> None:
        """Raise where the p-values or the verdicts are not those of the package."""
        ours = self.p_values(cells, CONFIGURATION)
        found = {pair_of(row): row for row in pair_table(items_table(cells))}
        theirs = {pair: float(row["p_value"] or 0) for pair, row in found.items()}
        if ours.keys() != theirs.keys() or not np.allclose(
            list(ours.values()), [theirs[pair] for pair in ours], rtol=1e-6, atol=1e-12
        ):
            raise RuntimeError("the p-values are not those of pair_table")
        if self.significant(ours) != {pair for pair, row in found.items() if row["significant"]}:
            raise RuntimeError("the significant pairs are not those of pair_table")


class Counts:
    """What the tests said of many draws."""

    LIMITS: Final = (0.05, 0.01, 0.001, 0.0001)

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs
        self.significant: dict[str, list[int]] = {}
        self._small: dict[str, list[NDArray[np.int_]]] = {}

    def add(self, test: str, p_values: Mapping[Pair, float], significant: set[Pair]) -> None:
        """One draw, and what one test says of it."""
        self.significant.setdefault(test, []).append(len(significant))
        values = np.array(list(p_values.values()))
        self._small.setdefault(test, []).append(
            np.array([(values <= limit).sum() for limit in self.LIMITS])
        )

    def any_part(self, test: str) -> float:
        """Part of the draws with any significant pair."""
        return float(np.mean(np.array(self.significant[test]) > 0))

    def small(self, test: str) -> list[float]:
        """Part of all pairs with p-values within each limit."""
        return [float(part) for part in np.mean(self._small[test], axis=0) / self.pairs]


class ExactSizes:
    """Every item names exactly as many departments as it does; departments keep their average.

    The chance of a set of departments is the product of their weights, over the sum of such products
    of all sets of that size; the weights are fitted to the degrees.
    """

    def __init__(self, degrees: NDArray[np.int_], sizes: NDArray[np.int_]) -> None:
        self._sizes, numbers = np.unique(sizes, return_counts=True)
        self._top = int(self._sizes.max())
        self._weights = degrees / degrees.mean()
        for _ in range(10_000):
            self._weights /= np.exp(np.log(self._weights).mean())
            self._all = self._sums(self._weights)
            less_one = np.array(
                [self._sums(np.delete(self._weights, each)) for each in range(len(degrees))]
            )
            parts = less_one[:, self._sizes - 1] / self._all[self._sizes]
            expected = self._weights * (parts @ numbers)
            if np.abs(expected - degrees).max() < 1e-9:
                return
            self._weights *= degrees / expected
        raise RuntimeError("the weights of the departments do not settle")

    def _sums(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Elementary symmetric polynomials of the degrees 0 to the largest size."""
        sums = np.zeros(self._top + 1)
        sums[0] = 1
        for weight in weights:
            sums[1:] = sums[1:] + weight * sums[:-1]
        return sums

    def both(self, first: int, second: int) -> dict[int, float]:
        """Chance that an item names both, by its size."""
        product = self._weights[first] * self._weights[second]
        others = self._sums(np.delete(self._weights, [first, second]))
        return {
            int(size): float(product * others[size - 2] / self._all[size]) if size > 1 else 0.0
            for size in self._sizes
        }
