"""Fixtures that many tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dutygraph.build import read_document
from dutygraph.model import DutyList
from dutygraph.store import Embedded, open_packaged

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_document() -> Path:
    """The one real document."""
    return ROOT / "data" / "sources" / "653131101-2025-07" / "list.txt"


@pytest.fixture(scope="session")
def real_list(real_document: Path) -> DutyList:
    """The real document as the program reads it."""
    return read_document(real_document)


@pytest.fixture(scope="session")
def packaged() -> Iterator[Embedded]:
    """The graphs that ship with the package."""
    with open_packaged() as store:
        yield store
