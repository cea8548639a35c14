"""What a hostile file is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dutygraph.readers.process import ReadLimits


@dataclass(frozen=True)
class Hostile:
    """A hostile or broken file, and what must come of it.

    Attributes:
        make: makes it, given the address of the trap.
        expect: class of the error; ``reads`` where it must be read; ``any`` where both an error and
            a reading will do, as long as nothing is lost silently.
        says: pattern that the message must hold; for a reading, the code of an anomaly, or its
            beginning.
        why: what is hostile about it.
        text: must stand in what is read.
        absent: must not stand in what is read.
        limits: for reading it.
    """

    make: Callable[..., bytes]
    expect: str
    says: str
    why: str
    text: str = ""
    absent: str = ""
    limits: ReadLimits = ReadLimits()
