"""What a document says, item by item, with every printed form decided: the truth of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final

from dutygraph.simulate.chance import chance
from dutygraph.simulate.drafts import Draft
from dutygraph.simulate.editions import EditionPlan
from dutygraph.simulate.lexicon import LISTS, lexicon
from dutygraph.simulate.offices import Offices, offices
from dutygraph.simulate.places import Place
from dutygraph.simulate.rates import Rates
from dutygraph.simulate.styles import Style, other_numbers, style

NUMBERED: Final = ("1.", "1. ", "1、", "（1）")
"""Numbers of duties that stand for themselves whatever is around them: a reader can tell what is
wrong with them, and what stands inside an entry.
"""

_MARKS: Final = "；。"
_OTHER_SPELLING: Final = 0.12
"""Chance that a county writes a category in another way. Assumed."""


@dataclass(slots=True)
class Named:
    """A department as an item names it.

    Attributes:
        type: its type.
        name: canonical name.
        printed: name in the department column.
        heading: name before its duties.
    """

    type: str
    name: str
    printed: str
    heading: str


@dataclass(slots=True)
class DutyText:
    """A duty as it is printed.

    Attributes:
        side: ``department`` or ``town``.
        position: place in its cell, from 1.
        parties: canonical names of the departments that carry it; empty for the town.
        headings: their names as the heading prints them.
        phase: its phase, or empty.
        text: with its final punctuation, without its number.
    """

    side: str
    position: int
    parties: tuple[str, ...]
    headings: tuple[str, ...]
    phase: str
    text: str


@dataclass(slots=True)
class ItemText:
    """An item as it is printed.

    Attributes:
        uid: of its draft.
        which, number, category, title: as printed; the number as an integer.
        key: identifies it in its list: the number, with ``-2`` … behind a repeated one.
        named: departments, in printed order; empty in the basic list.
        duties: of both sides, departments first; cooperative list only.
        method: reclaimed list only.
        concepts, changes: of its draft.
        catch_all: what stands behind the departments (等部门), or empty.
        headed: the departments' duties stand under headings.
        form: how its duties are numbered.
        tags, cut: layout tags are left in its cells; its row ends behind the title.
        broken: its row goes on in a second line.
        number_fault: what is wrong with the printed numbers of its duties: ``skipped``,
            ``repeated``, ``empty`` or nothing.
        control: a control character stands in its title.
    """

    uid: int
    which: str
    number: int
    key: str
    category: str
    title: str
    named: list[Named]
    duties: list[DutyText]
    method: str
    concepts: tuple[str, ...]
    changes: tuple[str, ...]
    catch_all: str = ""
    headed: bool = False
    form: str = "none"
    tags: bool = False
    cut: bool = False
    broken: bool = False
    number_fault: str = ""
    control: bool = False

    @property
    def departments(self) -> tuple[str, ...]:
        """Canonical names of its departments."""
        return tuple(one.name for one in self.named)

    def side(self, side: str) -> list[DutyText]:
        """Its duties of one side."""
        return [duty for duty in self.duties if duty.side == side]


@dataclass(slots=True)
class ListText:
    """A document's content.

    Attributes:
        place: the town.
        plan: the edition.
        offices: the departments of its county.
        style: how it is printed.
        items: of all lists, in the order of `LISTS`.
        spellings: how the county writes each category.
    """

    place: Place
    plan: EditionPlan
    offices: Offices
    style: Style
    items: list[ItemText]
    spellings: dict[str, str] = field(default_factory=dict)

    @property
    def document(self) -> str:
        """Identifier of the document, and name of its folder."""
        return document_name(self.place.number, self.plan.order)

    @property
    def title(self) -> str:
        """Title of the document."""
        return f"{self.place.chain}履职事项清单（模拟）"

    def of(self, which: str) -> list[ItemText]:
        """Items of one list."""
        return [item for item in self.items if item.which == which]


def document_name(number: int, order: int) -> str:
    """Identifier of a document: number of its town and of its edition.

    >>> document_name(7, 2)
    'sim-00007-2'
    """
    return f"sim-{number:05}-{order}"


def printed_list(seed: int, place: Place, plan: EditionPlan, rates: Rates) -> ListText:
    """The content of a document, without planted faults.

    Args:
        seed: of the corpus.
        place: the town.
        plan: the edition.
        rates: chances of short names and catch-alls.
    """
    random = chance(seed, "print", place.number, plan.order)
    bodies = offices(seed, place, plan.year, rates.reforms)
    look = style(seed, place, plan.order)
    out = ListText(place, plan, bodies, look, [], _spellings(seed, place.county.code))
    printer = _Printer(place, bodies, look, rates, random, set())
    plain = look.basic_category == "no" and look.category != "section"
    for which in LISTS:
        drafts = [draft for draft in plan.drafts if draft.which == which]
        for number, draft in enumerate(drafts, 1):
            category = out.spellings.get(draft.category, draft.category)
            if plain and which == "basic":
                category = ""  # the document does not say it
            out.items.append(printer.item(draft, number, category))
    return out


@cache
def _spellings_of(seed: int, county: str) -> tuple[tuple[str, str], ...]:
    out = []
    for category, others in lexicon().spellings.items():
        random = chance(seed, "spelling", county, category)
        if random.random() < _OTHER_SPELLING:
            out.append((category, random.choice(others)))
    return tuple(out)


def _spellings(seed: int, county: str) -> dict[str, str]:
    return dict(_spellings_of(seed, county))


def _nest(item: ItemText) -> None:
    """Make one duty of the town's first two of a block, which it then counts as ① and ②."""
    own = item.side("town")
    if len(own) < 3 or own[0].phase != own[1].phase:
        return
    first, second = own[:2]
    mark = second.text[-1] if second.text[-1] in _MARKS else ""
    first.text = f"做好以下工作：①{first.text.rstrip(_MARKS)}；②{second.text.rstrip(_MARKS)}{mark}"
    item.duties = [duty for duty in item.duties if duty is not second]
    for position, duty in enumerate(item.side("town"), 1):
        duty.position = position


@dataclass(slots=True)
class _Printer:
    """Prints the items of one document.

    Attributes:
        seen: official names that a department column has printed in full: before that, no short
            form of them may stand, for nobody could tell what it means.
    """

    place: Place
    offices: Offices
    style: Style
    rates: Rates
    random: Random
    seen: set[str]

    def item(self, draft: Draft, number: int, category: str) -> ItemText:
        named = self._named(draft)
        cooperative = draft.which == "cooperative"
        item = ItemText(
            uid=draft.uid,
            which=draft.which,
            number=number,
            key=str(number),
            category=category,
            title=draft.title.replace("{t}", self.place.word),
            named=named if draft.which != "basic" else [],
            duties=list(self._duties(draft, named)) if cooperative else [],
            method=self._method(draft, named) if draft.which == "reclaimed" else "",
            concepts=draft.concepts,
            changes=tuple(draft.changes),
            headed=cooperative and len(named) > 1,
            form=self.style.duty_numbers,
        )
        if cooperative:
            self._vary(item)
        return item

    def _vary(self, item: ItemText) -> None:
        """What an item may have of its own: numbers, a catch-all, duties inside a duty."""
        random, rates = self.random, self.rates
        if len(item.named) > 1 and random.random() < rates.catch_all:
            item.catch_all = random.choice(lexicon().catch_alls)
        if random.random() < rates.other_numbers:
            item.form = other_numbers(self.style, random)
        if random.random() < rates.nested and item.form in NUMBERED:
            _nest(item)

    def _named(self, draft: Draft) -> list[Named]:
        out: dict[str, Named] = {}
        for key in draft.types:
            name = self.offices.name(key)
            if name not in out:
                out[name] = self._one(key, name, in_column=draft.which != "basic")
        return list(out.values())

    def _one(self, key: str, name: str, *, in_column: bool) -> Named:
        whole = self.offices.printed(key, self.style.prefix)
        shorts = self.offices.shorts(key)
        printed = heading = whole
        if shorts and in_column and name in self.seen:
            short = self.offices.printed(key, self.style.prefix, short=self.random.choice(shorts))
            if self.random.random() < self.rates.abbreviated:
                printed = short
            if self.random.random() < self.rates.abbreviated:
                heading = short
        if in_column:
            self.seen.add(name)
        return Named(key, name, printed, heading)

    def _text(self, text: str, named: Sequence[Named]) -> str:
        every = "、".join(one.printed for one in named)
        return (
            text.replace("{lead}", named[0].printed)
            .replace("{all}", every)
            .replace("{t}", self.place.word)
        )

    def _method(self, draft: Draft, named: Sequence[Named]) -> str:
        text = self._text(draft.method, named)
        return text if self.style.ends == "open" else f"{text}。"

    def _duties(self, draft: Draft, named: Sequence[Named]) -> Iterable[DutyText]:
        by_name = {one.name: one for one in named}
        for side in ("department", "town"):
            blocks: dict[tuple[str, tuple[str, ...]], list[str]] = {}
            clauses = draft.side(side)
            phases = list(dict.fromkeys(clause.phase for clause in clauses))
            for clause in sorted(clauses, key=lambda one: phases.index(one.phase)):
                names = tuple(dict.fromkeys(self.offices.name(key) for key in clause.types))
                blocks.setdefault((clause.phase, names), []).append(clause.text)
            position = 0
            for number, ((phase, names), texts) in enumerate(blocks.items(), 1):
                for place, text in enumerate(texts, 1):
                    position += 1
                    last = place == len(texts)
                    open_end = last and number == len(blocks) and self.style.ends == "open"
                    mark = "" if open_end else "。" if last else "；"
                    yield DutyText(
                        side,
                        position,
                        names,
                        tuple(by_name[name].heading for name in names if name in by_name),
                        phase,
                        self._text(text, named) + mark,
                    )
