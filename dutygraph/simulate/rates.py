"""How far simulated towns and editions depart from each other, each as a chance from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

from dutygraph.errors import UnknownNameError, UsageError

AVERAGES: Final[Mapping[str, float]] = {"basic": 117.0, "cooperative": 99.0, "reclaimed": 124.0}
"""Items of each list in an average town, as published for the whole country (340 in all)."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Chances of what may differ; the defaults are assumptions unless a source is named.

    Between towns:

    Attributes:
        reworded_titles: a title is worded otherwise than the concept's. Assumed: neighbouring
            counties copy, others write anew.
        reworded_duties: a duty is worded otherwise than the concept's. Assumed.
        other_category: an item stands under another category than the concept's. Assumed.
        moved: an item stands in another list than the concept's. Assumed.
        merged: an item takes in the next one of its list and category. Assumed.
        divided: an item is divided into two. Assumed.
        dropped: a town leaves out a duty that it would have. Towns then have more of the other
            duties, so that the averages stay. Assumed.
        local: a town has each of the seven duties of its specialities. Assumed.
        other_departments: an item names one department more or less than the concept. Assumed.
        other_split: a duty is left out, or carried by another department of the item. Assumed.
        spread: standard deviation of the size of towns, as a share of the average. Assumed; the
            national averages come without one.

    Between editions of a town, for each item unless said otherwise:

        edition_reworded: its title is worded otherwise.
        edition_duties: one of its duties is worded otherwise.
        edition_category: it goes to another category.
        edition_moved: it goes to another list.
        edition_merged: it takes in the next one.
        edition_divided: it is divided.
        edition_dropped: it is dropped.
        edition_added: a new item comes, for each item of the list before.
        edition_departments: it names one department more or less.
        edition_split: a duty of it is left out, added or carried by another department.
        reforms: the county makes a change of departments that is due, times that change's own
            chance. All assumed: no two editions of a real list are known to the simulator.

    In the documents:

        abbreviated: a department is printed in a short form where it has one. In the real list 14
            of the 214 names printed in an item are.
        joint: duties of two departments of an item stand under one heading. Assumed; the real list
            has one such duty among 767.
        phased: duties of an item with one department stand under phases. In the real list those of
            4 of 102 items do.
        catch_all: the departments of an item with several end in 等部门 or the like. Assumed.
        other_numbers: the duties of an item are numbered in another way than those of the rest.
            Assumed; the real list mixes two ways.
        nested: two duties of the town stand in one entry that numbers them ① and ②. Assumed.
        faults: a document has a planted fault of each kind. Assumed.
    """

    reworded_titles: float = 0.45
    reworded_duties: float = 0.30
    other_category: float = 0.06
    moved: float = 0.03
    merged: float = 0.03
    divided: float = 0.02
    dropped: float = 0.05
    local: float = 0.5
    other_departments: float = 0.08
    other_split: float = 0.06
    spread: float = 0.12
    edition_reworded: float = 0.08
    edition_duties: float = 0.06
    edition_category: float = 0.01
    edition_moved: float = 0.02
    edition_merged: float = 0.015
    edition_divided: float = 0.01
    edition_dropped: float = 0.03
    edition_added: float = 0.03
    edition_departments: float = 0.03
    edition_split: float = 0.03
    reforms: float = 0.9
    abbreviated: float = 0.07
    joint: float = 0.03
    phased: float = 0.04
    catch_all: float = 0.03
    other_numbers: float = 0.05
    nested: float = 0.02
    faults: float = 0.05

    def __post_init__(self) -> None:
        for one in fields(self):
            if not 0 <= getattr(self, one.name) <= 1:
                raise UsageError(f"the rate {one.name} must be from 0 to 1")

    @classmethod
    def named(cls, given: Iterable[str]) -> Rates:
        """Rates from texts such as ``moved=0.1``.

        Raises:
            UnknownNameError: there is no such rate.
            UsageError: a text is no name and number, or the number is no chance.
        """
        known = [one.name for one in fields(cls)]
        chosen: dict[str, float] = {}
        for text in given:
            name, mark, number = text.partition("=")
            name = name.strip().replace("-", "_")
            if name not in known:
                raise UnknownNameError("rate", name, known)
            try:
                chosen[name] = float(number)
            except ValueError:
                mark = ""
            if not mark:
                raise UsageError(f"{text!r} is no rate", hint="for example moved=0.1")
        return cls(**chosen)
