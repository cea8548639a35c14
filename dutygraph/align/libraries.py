"""The libraries of ``dutygraph[align]``: scikit-learn and scipy, loaded where they are used."""

from __future__ import annotations

from typing import Any

from dutygraph.network import extras


def need(module: str) -> Any:
    """A module of a library that the alignment needs.

    Args:
        module: name of the module.

    Raises:
        DutyGraphError: it is not installed.
    """
    return extras.need(module, "align")
