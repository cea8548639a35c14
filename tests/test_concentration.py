"""Concentration measures, against calculations by hand."""

from __future__ import annotations

import math

import pytest

from dutygraph.network import concentration


@pytest.mark.parametrize(
    ("amounts", "hhi", "gini", "effective"),
    [
        ([], None, None, None),
        ([0, 0], None, None, None),
        ([5], 1.0, 0.0, 1.0),
        ([1, 1, 1, 1], 0.25, 0.0, 4.0),
        ([0, 0, 0, 4], 1.0, 0.75, 1.0),
        # 2, 1, 1 of 4: 4/16 + 1/16 + 1/16; Gini (−2·1 + 0·1 + 2·2)/(3·4); exp(½ln2 + ½ln4) = 2√2
        ([2, 1, 1], 0.375, 1 / 6, 2 * math.sqrt(2)),
    ],
)
def test_concentration(
    amounts: list[float], hhi: float | None, gini: float | None, effective: float | None
) -> None:
    for found, expected in (
        (concentration.hhi(amounts), hhi),
        (concentration.gini(amounts), gini),
        (concentration.effective_number(amounts), effective),
    ):
        assert found == (None if expected is None else pytest.approx(expected))
