"""Finds ontology/, shapes/, queries/ and data/, in a checkout or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dutygraph.errors import DutyGraphError

FOLDERS: Final = ("ontology", "shapes", "queries", "data")

_PACKAGE: Final = Path(__file__).resolve().parent


def root() -> Path:
    """Folder that holds the resource folders.

    In a wheel they are inside the package (pyproject.toml puts them into ``dutygraph/_resources``);
    in a checkout they stand beside it.

    Raises:
        DutyGraphError: neither place has them.
    """
    for candidate in (_PACKAGE / "_resources", _PACKAGE.parent):
        if (candidate / "queries").is_dir() and (candidate / "data").is_dir():
            return candidate
    raise DutyGraphError(
        "the package's data files are missing", where=str(_PACKAGE), hint="install it again"
    )


def folder(name: str) -> Path:
    """One of the resource folders (see `FOLDERS`)."""
    return root() / name


def files(name: str, pattern: str) -> tuple[Path, ...]:
    """Files of a resource folder that match a glob pattern, sorted by path."""
    return tuple(sorted(folder(name).glob(pattern)))


def checkout() -> Path | None:
    """Root of the source checkout that the package runs from; None in an installed wheel."""
    parent = _PACKAGE.parent
    return parent if (parent / "pyproject.toml").is_file() and root() == parent else None
