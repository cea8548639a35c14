"""What figures draw with: colours, axes, marks, signs, and numbers as text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from dutygraph.report.drawing import INK
from dutygraph.report.lettering import SIZE

WIDTH: Final = 836.0
"""Width of what a figure holds, in pixels; with its edges it is 860 wide."""
TOWN: Final = "#1f6f8b"
DEPARTMENT: Final = "#d08c34"
DEPARTMENT_PALE: Final = "#f6e6cf"
OPEN: Final = "#b9c2cc"
BASIC: Final = "#8fa3b8"
GRID: Final = "#e3e8ed"
DARK: Final = "#3b4654"
"""Colour of ranges and of what lies over bars."""
RANGE: Final = "M-1,0H1M-1,-.4V.4M1,-.4V.4"
"""Shape of the sign of a range."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the width with an axis of its own.

    Attributes:
        left: where it begins, in pixels.
        right: where it ends.
        low: value at the left end.
        high: value at the right end.
        ticks: values that are marked.
        percent: the values are parts, shown as percentages.
        absolute: negative values are shown without their sign.
    """

    left: float
    right: float
    low: float
    high: float
    ticks: tuple[float, ...]
    percent: bool = False
    absolute: bool = False

    def pixel(self, value: float) -> float:
        """Where a value stands."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in a row.

    Attributes:
        row: number of the row, from 0.
        value: where it is, or where it ends.
        start: where it begins, for bars and ranges.
        sentence: what it says, for readers of tooltips and of screens.
        href: where a click leads; empty for nowhere.
    """

    row: int
    value: float
    sentence: str
    href: str = ""
    start: float = 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks."""

    align: str = "left"
    colour: str = INK
    size: float = SIZE
    angle: int = 0
    halo: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of the legend: its shape (a Vega symbol or path), its colours and what it means."""

    text: str
    shape: str = "square"
    fill: str | None = None
    stroke: str | None = None
    size: float = 130.0


def ticks(low: float, high: float, count: int = 5, *, whole: bool = False) -> tuple[float, ...]:
    """Round values from *low* to *high*: steps of 1, 2 or 5 times a power of ten.

    Args:
        low: least value.
        high: greatest value, above *low*.
        count: about so many.
        whole: only whole numbers.

    >>> ticks(0, 10), ticks(0, 0.23), ticks(-3, 2, whole=True)
    ((0.0, 2.0, 4.0, 6.0, 8.0, 10.0), (0.0, 0.05, 0.1, 0.15, 0.2), (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0))
    """
    rough = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.75)
    if whole:
        step = max(1.0, step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(k * step, 10) for k in range(first, last + 1))


def percent(value: float) -> str:
    """A part as a percentage.

    >>> percent(0.1234)
    '12.3%'
    """
    return f"{value:.1%}"


def number(value: float) -> str:
    """A number with at most one digit behind the point.

    >>> number(3.0), number(41.96), number(1234)
    ('3', '42.0', '1,234')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def shade(part: float) -> str:
    """A colour for a part of the most there is: pale for little, dark for much.

    >>> shade(0), shade(1)
    ('#e4eff3', '#0d4a5e')
    """
    pale, dark = (0xE4, 0xEF, 0xF3), (0x0D, 0x4A, 0x5E)
    return "#" + "".join(
        f"{round(one + (other - one) * part):02x}" for one, other in zip(pale, dark, strict=True)
    )
