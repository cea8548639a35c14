"""Items while they are made: what a town's list holds, before it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Final

from dutygraph import reference
from dutygraph.simulate.concepts import Clause, Concept, pool, task
from dutygraph.simulate.lexicon import LISTS, lexicon
from dutygraph.simulate.wording import reworded_duty, reworded_title

MOVES: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "basic": (("cooperative", 7), ("reclaimed", 3)),
    "cooperative": (("basic", 5), ("reclaimed", 5)),
    "reclaimed": (("cooperative", 7), ("basic", 3)),
}
"""Where a duty goes that stands in another list, with weights: most go to the cooperative one."""

_MOST_TYPES: Final = 6


@dataclass(slots=True)
class Draft:
    """An item of one town.

    Attributes:
        uid: identifies it within its town over all editions.
        which: list that it stands in.
        category: canonical category that it stands under.
        title: its title; ``{t}`` may stand in it.
        concepts: keys of the concepts that it holds.
        types: department types, the leading one first.
        clauses: duties, of departments and of the town.
        method: how it is done by the departments.
        rank: place within its category.
        changes: how it departs from its concepts.
    """

    uid: int
    which: str
    category: str
    title: str
    concepts: tuple[str, ...]
    types: tuple[str, ...]
    clauses: tuple[Clause, ...]
    method: str
    rank: float
    changes: list[str] = field(default_factory=list)

    def copy(self) -> Draft:
        """The same item, to be changed in the next edition."""
        return replace(self, changes=list(self.changes))

    def mark(self, change: str) -> None:
        """Note a change once."""
        if change not in self.changes:
            self.changes.append(change)

    def side(self, side: str) -> list[Clause]:
        """The duties of one side."""
        return [clause for clause in self.clauses if clause.side == side]


def drafted(concept: Concept, uid: int, rank: float) -> Draft:
    """An item that holds one concept as it is."""
    return Draft(
        uid,
        concept.which,
        concept.category,
        concept.title,
        (concept.key,),
        concept.types,
        concept.clauses,
        concept.method,
        rank,
    )


@cache
def category_order() -> dict[str, int]:
    """Place of each category in a list."""
    return {category.zh: place for place, category in enumerate(reference.categories().values())}


def in_order(drafts: Sequence[Draft]) -> list[Draft]:
    """Items by list, category and rank."""
    order = category_order()
    return sorted(drafts, key=lambda d: (LISTS.index(d.which), order[d.category], d.rank, d.uid))


def reword(draft: Draft, random: Random) -> bool:
    """Word the title otherwise; False where nothing fits."""
    new = reworded_title(draft.title, random)
    if new == draft.title:
        return False
    draft.title = new
    draft.mark("reworded")
    return True


def reword_duty(draft: Draft, random: Random) -> bool:
    """Word one duty otherwise; False where nothing fits."""
    index = random.randrange(len(draft.clauses))
    clause = draft.clauses[index]
    text = reworded_duty(clause.text, random)
    if text == clause.text:
        return False
    draft.clauses = (
        *draft.clauses[:index],
        replace(clause, text=text),
        *draft.clauses[index + 1 :],
    )
    draft.mark("duties")
    return True


def move(draft: Draft, random: Random) -> None:
    """Put an item into another list."""
    weights = dict(MOVES[draft.which])
    draft.which = random.choices(list(weights), list(weights.values()))[0]
    draft.mark("moved")


def refile(draft: Draft, random: Random) -> None:
    """Put an item under another category."""
    draft.category = random.choice(lexicon().neighbours[draft.category])
    draft.mark("category")


def merged(first: Draft, second: Draft, uid: int) -> Draft:
    """One item that holds what two hold."""
    types = tuple(dict.fromkeys((*first.types, *second.types)))
    clauses = [
        *first.side("department"),
        *second.side("department"),
        *first.side("town"),
        *second.side("town"),
    ]
    whole = Draft(
        uid,
        first.which,
        first.category,
        f"{first.title}，{second.title}",
        (*first.concepts, *second.concepts),
        types,
        tuple(clauses),
        first.method,
        first.rank,
    )
    whole.mark("merged")
    return whole


def is_whole(draft: Draft) -> bool:
    """True for an item that holds one whole concept, and so can be divided."""
    return len(draft.concepts) == 1 and "." not in draft.concepts[0]


def divided(draft: Draft, uids: tuple[int, int]) -> tuple[Draft, Draft]:
    """Two items that hold the parts of one."""
    parts = pool().parts(draft.concepts[0])
    out = []
    for uid, part, rank in zip(uids, parts, (draft.rank, draft.rank + 1e-9), strict=True):
        one = drafted(part, uid, rank)
        one.which, one.category = draft.which, draft.category
        one.mark("divided")
        out.append(one)
    return out[0], out[1]


def change_departments(draft: Draft, random: Random, others: Sequence[str]) -> str:
    """Name one department more or less.

    Args:
        draft: the item.
        random: decides.
        others: department types that may be added.

    Returns:
        ``+`` or ``-`` and the type; empty where nothing can be changed.
    """
    fewer = len(draft.types) > 1 and random.random() < 0.5
    if fewer:
        gone = draft.types[-1]
        left = tuple(
            replace(clause, types=tuple(t for t in clause.types if t != gone))
            for clause in draft.clauses
            if clause.types != (gone,)
        )
        if not any(clause.side == "department" for clause in left):
            return ""
        draft.types, draft.clauses = draft.types[:-1], left
        draft.mark("departments")
        return f"-{gone}"
    free = [key for key in others if key not in draft.types]
    if not free or len(draft.types) >= _MOST_TYPES:
        return ""
    new = random.choice(free)
    about = task(draft.title.split("，")[0])
    text = random.choice(lexicon().kinds["general"]["other"]).replace("{o}", about)
    departments, town = draft.side("department"), draft.side("town")
    draft.types = (*draft.types, new)
    draft.clauses = (*departments, Clause("department", (new,), "", text), *town)
    draft.mark("departments")
    return f"+{new}"


def change_split(draft: Draft, random: Random) -> str:
    """Leave a duty out, or give it to another department of the item.

    Returns:
        What was done, in words; empty where nothing can be changed.
    """
    index = random.randrange(len(draft.clauses))
    clause = draft.clauses[index]
    same = [c for c in draft.clauses if c.side == clause.side and c.types == clause.types]
    if clause.side == "department" and len(draft.types) > 1 and len(same) > 1:
        heir = random.choice([key for key in draft.types if key not in clause.types] or [""])
        if heir:
            others = [c for i, c in enumerate(draft.clauses) if i != index]
            place = max(i for i, c in enumerate(others) if c.side == "department") + 1
            moved = replace(clause, types=(heir,))
            draft.clauses = (*others[:place], moved, *others[place:])
            draft.mark("split")
            return f"given to {heir}: {clause.text}"
    if len(same) > 1 and len(draft.side(clause.side)) > 1:
        draft.clauses = tuple(c for i, c in enumerate(draft.clauses) if i != index)
        draft.mark("split")
        return f"left out: {clause.text}"
    return ""


def into_phases(draft: Draft, random: Random) -> bool:
    """Put the duties of an item with one department under two phases."""
    sides = [draft.side("department"), draft.side("town")]
    if len(draft.types) > 1 or any(len(side) < 2 for side in sides):
        return False
    early, late = random.choice(lexicon().phases)
    draft.clauses = tuple(
        replace(clause, phase=early if place < (len(side) + 1) // 2 else late)
        for side in sides
        for place, clause in enumerate(side)
    )
    return True


def join(draft: Draft, random: Random) -> bool:
    """Let the first duty of a further department be carried together with the leading one."""
    if len(draft.types) < 2:
        return False
    other = random.choice(draft.types[1:])
    for index, clause in enumerate(draft.clauses):
        if clause.types == (other,):
            joint = replace(clause, types=(draft.types[0], other))
            rest = [c for i, c in enumerate(draft.clauses) if i != index]
            if not any(c.types == (other,) for c in rest) and len(rest) < 2:
                return False
            draft.clauses = (joint, *rest)
            return True
    return False
