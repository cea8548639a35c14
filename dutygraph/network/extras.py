"""Optional libraries: loaded where they are used, with a clear word where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from dutygraph.errors import DutyGraphError


def need(module: str, extra: str = "network") -> Any:
    """A module of an optional part of the package.

    Args:
        module: name of the module to import.
        extra: part of the package that brings it (``pip install 'dutygraph[extra]'``).

    Raises:
        DutyGraphError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise DutyGraphError(
            f"this needs the package {module.partition('.')[0]}",
            hint=f"pip install 'dutygraph[{extra}]'",
        ) from error
