"""How unequally something is spread: concentration measures."""

from __future__ import annotations

import math
from collections.abc import Iterable


def hhi(shares: Iterable[float]) -> float | None:
    """Herfindahl–Hirschman index of some shares: the sum of their squares after adding up to 1.

    Source: Hirschman (1964), "The Paternity of an Index", American Economic Review 54(5).

    Returns:
        1/n (n equal shares) to 1 (one has all); None for no shares or only zeros.

    >>> hhi([2, 1, 1])
    0.375
    """
    values = [share for share in shares if share]
    total = math.fsum(values)
    return math.fsum((share / total) ** 2 for share in values) if total else None


def gini(shares: Iterable[float]) -> float | None:
    """Gini coefficient of some amounts ≥ 0, zeros included.

    G = Σ (2k − n − 1) x_k / (n Σ x), x sorted upwards, k from 1. Source: Gini (1912),
    "Variabilità e mutabilità".

    Returns:
        0 (all equal) to (n − 1)/n (one has all); None for no amounts or only zeros.

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    values = sorted(shares)
    total = math.fsum(values)
    n = len(values)
    if not total:
        return None
    return math.fsum((2 * k - n - 1) * x for k, x in enumerate(values, 1)) / (n * total)


def effective_number(shares: Iterable[float]) -> float | None:
    """Effective number: the exponential of Shannon's entropy of the shares.

    The number of equal shares that would be as spread out. Source: Hill (1973), "Diversity and
    Evenness", Ecology 54(2), order 1.

    Returns:
        1 (one has all) to n (n equal shares); None for no shares or only zeros.

    >>> effective_number([1, 1, 1, 1])
    4.0
    """
    values = [share for share in shares if share]
    total = math.fsum(values)
    if not total:
        return None
    return math.exp(-math.fsum(x / total * math.log(x / total) for x in values))
