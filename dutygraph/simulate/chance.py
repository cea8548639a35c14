"""Random numbers that follow from a seed and from what they are for, and from nothing else."""

from __future__ import annotations

import random


def chance(*parts: object) -> random.Random:
    """A generator of its own for each purpose, so that one decision does not shift another.

    >>> chance(1, "town", 7).random() == chance(1, "town", 7).random()
    True
    """
    # A simulation, no secret. Seeding with a text hashes it with SHA-512.
    return random.Random("/".join(map(str, parts)))  # noqa: S311
