"""The figures of one edition: what stands in its tables, to be seen at a glance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dutygraph.report import department_figures, item_figures, network_figure
from dutygraph.report.drawing import Figure
from dutygraph.report.names import Names, names_of
from dutygraph.table import Table

_FIGURES: Final[tuple[Callable[[Mapping[str, Table], Names], Figure | None], ...]] = (
    department_figures.load,
    department_figures.split,
    item_figures.actions,
    department_figures.profile,
    item_figures.heatmap,
    network_figure.network,
    department_figures.taken_back,
    item_figures.categories,
)


def figures(tables: Mapping[str, Table]) -> list[Figure]:
    """The figures of one edition, in the order in which they are to be read.

    Nothing is drawn yet: `dutygraph.report.drawing` does that.

    Args:
        tables: of the edition, by name: ``department-load``, ``duties``, ``actions``,
            ``action-profiles``, ``department-categories``, ``nodes``, ``edges`` and ``categories``
            are used.

    Returns:
        load, split, actions, profile, heatmap, network, taken-back and categories; those without
        their table or with nothing to show are left out, so that empty tables give an empty list.
    """
    names = names_of(tables)
    made = (make(tables, names) for make in _FIGURES)
    return [figure for figure in made if figure is not None]
