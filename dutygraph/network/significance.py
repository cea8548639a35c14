"""Is it chance that two departments are named together? Null models and their p-values."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from dutygraph.errors import UsageError
from dutygraph.network.extras import need

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float64]

FALSE_DISCOVERY_RATE: Final = 0.05
"""Part of the pairs called significant that may be chance."""


def configuration_model(incidence: Sequence[Sequence[int]]) -> Matrix:
    """Bipartite configuration model: how likely a department is to be named by an item.

    The distribution of greatest entropy over all department–item networks in which every department
    has, on average, its number of items, and every item its number of departments. Solved by the
    package bicm. Source: Saracco, Di Clemente, Gabrielli & Squartini (2015), "Randomizing bipartite
    networks", Scientific Reports 5, 10595.

    Args:
        incidence: departments × items; 1 where the item names the department, else 0.

    Returns:
        Probabilities, departments × items. Rows and columns add up to the degrees. An empty matrix
        for an empty one.

    Raises:
        DutyGraphError: the package bicm is not installed.
    """
    numpy = need("numpy")
    given = numpy.array(incidence, dtype=int)
    if not given.size:
        return numpy.zeros(given.shape)  # type: ignore[no-any-return]
    with warnings.catch_warnings():
        # numba says so much about how it compiles bicm.
        warnings.simplefilter("ignore")
        bicm = need("bicm")
        with contextlib.redirect_stdout(io.StringIO()):
            model = bicm.BipartiteGraph()
            model.set_biadjacency_matrix(given)
            model.solve_tool(verbose=False)
            solved = model.get_bicm_matrix()
    return numpy.clip(solved, 0.0, 1.0)  # type: ignore[no-any-return]


def tail(probabilities: Sequence[float], count: int) -> float:
    """P(X ≥ count) of a sum of independent yes-or-no events (Poisson binomial distribution).

    Args:
        probabilities: of each event, 0 to 1.
        count: what was seen.

    Returns:
        0 to 1; 1 for a count of 0 or less, also where there are no events.

    >>> tail([0.5, 0.5], 1), tail([0.5, 0.5], 2), tail([], 0)
    (0.75, 0.25, 1.0)
    """
    if count <= 0:
        return 1.0
    if count > len(probabilities):
        return 0.0
    numpy, stats = need("numpy"), need("scipy.stats")
    # A sum, not 1 − P(X < count), which would lose the small values that matter.
    terms = stats.poisson_binom.pmf(
        numpy.arange(count, len(probabilities) + 1), numpy.asarray(probabilities, dtype=float)
    )
    return min(1.0, max(0.0, math.fsum(terms)))


def hypergeometric(items: int, first: int, second: int, together: int) -> tuple[float, float]:
    """Chance of an overlap, were each department's items drawn at random.

    P(X ≥ together) where *second* items are drawn without return from *items* of which *first* are
    marked. Source: Tumminello, Miccichè, Lillo, Piilo & Mantegna (2011), "Statistically Validated
    Networks in Bipartite Complex Systems", PLoS ONE 6(3).

    Args:
        items: number of all items.
        first: items of one department, 0 to *items*.
        second: items of the other.
        together: items of both, ≥ 0.

    Returns:
        The p-value and its weight −log₁₀ p ≥ 0 (infinite where the overlap is impossible).

    Raises:
        UsageError: *first* or *second* are not within 0 and *items*.
    """
    if not 0 <= min(first, second) <= max(first, second) <= items:
        raise UsageError(f"{first} and {second} items of {items} cannot be")
    if together <= 0:
        return 1.0, 0.0
    log_p = float(need("scipy.stats").hypergeom.logsf(together - 1, items, first, second))
    log_p = min(0.0, log_p)
    return math.exp(log_p), -log_p / math.log(10) or 0.0


def false_discovery(
    p_values: Mapping[tuple[str, str], float], tests: int
) -> dict[tuple[str, str], float]:
    """q-values that control the false discovery rate over a family of tests.

    Source: Benjamini & Hochberg (1995), "Controlling the False Discovery Rate", J. R. Stat. Soc. B
    57(1).

    Args:
        p_values: by pair; pairs of the family that are missing count with p = 1.
        tests: size of the family, at least the number of p-values.

    Returns:
        q-value by pair, 0 to 1; calling all pairs with q ≤ 0.05 significant keeps the expected part
        of false ones among them to 5 % where the tests are independent or depend on each other
        positively (for networks of departments see benchmarks/results/significance.md). Empty for
        no pairs.

    Raises:
        UsageError: *tests* is smaller than the number of p-values.
    """
    if tests < len(p_values):
        raise UsageError(f"{tests} tests cannot have {len(p_values)} p-values")
    if not p_values:
        return {}
    known = list(p_values.values())
    padded = [*known, *[1.0] * (tests - len(known))]
    adjusted = need("scipy.stats").false_discovery_control(padded, method="bh")
    return {pair: float(q) for pair, q in zip(p_values, adjusted, strict=False)}
