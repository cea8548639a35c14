"""Many editions from the one real document: copies of it that are given different editions.

The copies have the same text, so they say nothing about how documents differ in size or wording.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from measure import ROOT

if TYPE_CHECKING:
    from dutygraph.build import SourceFile

SOURCE: Final = ROOT / "data" / "sources" / "653131101-2025-07"


def copies(number: int) -> Iterator[SourceFile]:
    """The document so many times, as editions from 2001-01 on, one a month."""
    from dutygraph.build import find_sources

    (source,) = find_sources([SOURCE])
    for index in range(number):
        edition = f"{2001 + index // 12}-{1 + index % 12:02d}"
        yield replace(source, given=replace(source.given, edition=edition))
