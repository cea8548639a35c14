"""The figures of a comparison: what stands in its tables, to be seen at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dutygraph.compare.concept_figures import concept_figures
from dutygraph.compare.deviation_figures import deviation_figures
from dutygraph.compare.edition_figures import editions
from dutygraph.compare.pair_figures import pair_figures
from dutygraph.compare.town_figures import town_figures
from dutygraph.compare.view import simulated_towns, steps_in
from dutygraph.report.drawing import Figure
from dutygraph.table import Table

if TYPE_CHECKING:
    from dutygraph.compare.comparison import Comparison

MOST_STEPS: Final = 6
"""Pairs of lists that are shown in full on one page; of more, each has a page of its own."""


def comparison_figures(comparison: Comparison) -> list[Figure]:
    """The figures of a comparison, in the order in which they are to be read.

    Nothing is drawn yet: `dutygraph.report.drawing` does that.

    Args:
        comparison: what was compared.

    Returns:
        See `figures_of`.
    """
    return figures_of(comparison.tables)


def figures_of(tables: Mapping[str, Table]) -> list[Figure]:
    """The figures of the tables of a comparison.

    Args:
        tables: by name; those that are missing give no figures.

    Returns:
        editions, matrix, unusual, category-deviations, type-deviations, classes, presence and spread;
        then for each pair of lists shared, moves, categories and types, with its number behind the
        name where there are several; none of these where there are more than `MOST_STEPS`. Those
        with nothing to show are left out.
    """
    found = [figure for figure in (editions(tables),) if figure is not None]
    found += town_figures(tables) + deviation_figures(tables) + concept_figures(tables)
    if simulated_towns(tables):
        found = [_noted(figure) for figure in found]
    steps = steps_in(tables)
    if len(steps) <= MOST_STEPS:
        for step in steps:
            found += pair_figures(step)
    return found


def _noted(figure: Figure) -> Figure:
    """The figure with an explanation of the mark of simulated towns."""
    return replace(
        figure,
        caption_zh=f"{figure.caption_zh}带 * 的是模拟数据。",
        caption_en=f"{figure.caption_en} Towns with * are simulated.",
    )
