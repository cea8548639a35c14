"""Null models and p-values, against calculations by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutygraph.errors import UsageError
from dutygraph.network.significance import (
    configuration_model,
    false_discovery,
    hypergeometric,
    tail,
)


def test_the_configuration_model_by_hand() -> None:
    # By symmetry every department of two, and every item of two, is as likely: ½ in all cells.
    even = configuration_model([[1, 0], [0, 1]])
    assert even.ravel().tolist() == pytest.approx([0.5] * 4)
    # A department that every item names is named for certain; the other two share what is left.
    found = configuration_model([[1, 1, 1], [1, 0, 0], [0, 1, 0]])
    assert found[0].tolist() == pytest.approx([1, 1, 1])
    assert found[1].tolist() == pytest.approx([0.5, 0.5, 0])


@pytest.mark.parametrize("cells", [[], [[]], [[1]], [[1, 1, 1]], [[1], [1]], [[0, 0], [0, 1]]])
def test_small_matrices(cells: list[list[int]]) -> None:
    found = configuration_model(cells)
    assert found.tolist() == [[float(cell) for cell in row] for row in cells]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 1), min_size=width, max_size=width), min_size=1, max_size=6
        )
    )
)
def test_degrees_are_kept(cells: list[list[int]]) -> None:
    found = configuration_model(cells)
    assert [sum(row) for row in found.tolist()] == pytest.approx(
        [sum(row) for row in cells], abs=1e-4
    )
    columns = list(zip(*cells, strict=True))
    assert found.sum(axis=0).tolist() == pytest.approx([sum(c) for c in columns], abs=1e-4)


def test_tail_by_hand() -> None:
    # Three events of 1/2, 1/3, 1/4: P(X ≥ 2) = all three + each two of them.
    p, q, r = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
    exactly_two = p * q * (1 - r) + p * (1 - q) * r + (1 - p) * q * r
    assert tail([0.5, 1 / 3, 0.25], 2) == pytest.approx(float(p * q * r + exactly_two))
    assert tail([0.5, 0.5], 3) == 0
    assert tail([0.5], 0) == 1


def test_a_small_tail_keeps_its_digits() -> None:
    # Thirty events of 1/10, all of which happen.
    assert tail([0.1] * 30, 30) == pytest.approx(1e-30)


def test_hypergeometric_by_hand() -> None:
    # 4 items, both departments have 2; P(≥ 2) = C(2,2)·C(2,0)/C(4,2) = 1/6.
    p, weight = hypergeometric(4, 2, 2, 2)
    assert p == pytest.approx(1 / 6)
    assert weight == pytest.approx(math.log10(6))
    assert hypergeometric(4, 2, 2, 0) == (1, 0)
    assert hypergeometric(3, 1, 1, 2) == (0, math.inf)
    with pytest.raises(UsageError, match="5 and 1 items of 4"):
        hypergeometric(4, 5, 1, 1)


def test_false_discovery_by_hand() -> None:
    # Of 10 tests: q(1) = 0.001·10/1; q(2) = min(0.01·10/2, q(3)); q(3) = 0.012·10/3.
    found = false_discovery({("a", "b"): 0.01, ("a", "c"): 0.001, ("b", "c"): 0.012}, 10)
    assert found["a", "c"] == pytest.approx(0.01)
    assert found["a", "b"] == pytest.approx(0.04)
    assert found["b", "c"] == pytest.approx(0.04)
    assert false_discovery({}, 5) == {}
    with pytest.raises(UsageError, match="1 tests"):
        false_discovery({("a", "b"): 0.1, ("a", "c"): 0.1}, 1)
