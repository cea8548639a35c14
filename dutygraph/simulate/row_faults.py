"""Faults of rows, of their numbers and of the departments that they name."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dutygraph.simulate.introduction import counted
from dutygraph.simulate.lexicon import LISTS
from dutygraph.simulate.planting import Planter, is_phased, last_of_town
from dutygraph.simulate.printing import ItemText, Named

_LONG: Final = 16  # a row whose texts are shorter is not compared with others
_MISPRINTS: Final = (("管理局", "管里局"), ("委员会", "委负会"), ("局", "屈局"), ("部", "剖部"))


# Rows and their numbers. These come first: they change the keys by which the others are recorded.


def _unnumbered(planter: Planter, least: int) -> list[ItemText]:
    """Items of a list whose numbers are right so far; empty where there is no such list."""
    wrong = {one.which for one in planter.faulty.planted if one.finding.startswith("item-number")}
    free = [which for which in LISTS if which not in wrong]
    items = planter.faulty.content.of(planter.random.choice(free)) if free else []
    return items if len(items) >= least else []


def number_skipped(planter: Planter) -> None:
    """A number of a list is left out."""
    items = _unnumbered(planter, 4)
    if not items:
        return
    start = planter.random.randrange(2, len(items) - 1)
    for item in items[start:]:
        _renumber(item, item.number + 1)
    planter.note("number-skipped", "item-number-skipped", items[start])


def number_repeated(planter: Planter) -> None:
    """A number of a list stands twice."""
    items = _unnumbered(planter, 4)
    if not items:
        return
    start = planter.random.randrange(2, len(items) - 1)
    for item in items[start:]:
        _renumber(item, item.number - 1)
    items[start].key = f"{items[start].number}-2"
    planter.note("number-repeated", "item-number-repeated", items[start])


def numbers_swapped(planter: Planter) -> None:
    """Two successive numbers stand the wrong way round."""
    items = _unnumbered(planter, 5)
    if not items:
        return
    place = planter.random.randrange(1, len(items) - 2)
    first, second, third = items[place : place + 3]
    numbers = first.number, second.number
    _renumber(first, numbers[1])
    _renumber(second, numbers[0])
    planter.note("numbers-swapped", "item-number-skipped", first)
    planter.note("numbers-swapped", "item-number-restarted", second)
    planter.note("numbers-swapped", "item-number-skipped", third)


def _renumber(item: ItemText, number: int) -> None:
    item.number = number
    item.key = str(number)


def row_repeated(planter: Planter) -> None:
    """A row stands again under the next number, at the end of its list."""
    which = planter.random.choice(("cooperative", "reclaimed"))

    def fits(item: ItemText) -> bool:
        texts = [item.title, item.method, *("".join(d.text for d in item.duties),)]
        return any(len(text) >= _LONG for text in texts) and not item.cut

    item = planter.items(which, fits)
    if item is None:
        return
    items = planter.faulty.content.items
    last = planter.faulty.content.of(which)[-1]
    again = replace(
        item,
        number=last.number + 1,
        key=str(last.number + 1),
        category=last.category,
        named=[replace(one) for one in item.named],
        duties=[replace(duty) for duty in item.duties],
    )
    items.insert(items.index(last) + 1, again)
    planter.note("row-repeated", "row-repeats-row", again, item.title)


def rows_lost(planter: Planter) -> None:
    """The last rows of a list are gone, while the document goes on to count them."""
    which = planter.random.choice(LISTS)
    content = planter.faulty.content
    lost = content.of(which)[-planter.random.randrange(2, 5) :]
    if len(content.of(which)) < 10:
        return
    before = counted(content)
    content.items = [item for item in content.items if not any(item is one for one in lost)]
    planter.faulty.counts.update(
        {"all items": before["all items"], f"{which} items": before[f"{which} items"]}
    )
    planter.note("rows-lost", "list-incomplete")
    planter.note("rows-lost", "claim-mismatch", quote=str(before[f"{which} items"]))


def row_cut(planter: Planter) -> None:
    """The last row of the document ends behind its title."""
    content = planter.faulty.content
    which = content.style.list_order[-1]
    item = content.of(which)[-1] if content.of(which) else None
    if item is None or which == "basic" or id(item) in planter.used:
        return
    item.cut = True
    item.named, item.duties, item.method = [], [], ""
    planter.note("row-cut", "row-cut", item, item.title)


def row_broken(planter: Planter) -> None:
    """A row goes on in a second line, as at the end of a page."""
    if planter.faulty.content.style.remarks == "yes":
        return  # the last cell, which is broken, is empty
    item = planter.items("cooperative", lambda one: last_of_town(one) is not None)
    if item is not None:
        item.broken = True
        planter.note("row-broken", "row-continued", item, item.title)


# Departments.


def department_not_listed(planter: Planter) -> None:
    """A department heads duties of an item whose department column does not name it."""

    def fits(item: ItemText) -> bool:
        sole = {d.parties[0] for d in item.side("department") if len(d.parties) == 1}
        return item.headed and len(item.named) > 2 and item.named[-1].name in sole

    item = planter.items("cooperative", fits)
    if item is not None:
        gone = item.named.pop()
        item.catch_all = ""
        planter.note("department-not-listed", "department-not-listed", item, gone.heading)


def department_without_duties(planter: Planter) -> None:
    """The department column of an item names a department that has no duties there."""
    content = planter.faulty.content
    bodies = content.offices
    keys = ("finance", "audit", "statistics", "justice", "petitions")

    def fits(item: ItemText) -> bool:
        return item.headed and not item.catch_all

    item = planter.items("cooperative", fits)
    if item is None:
        return
    free = [key for key in keys if bodies.name(key) not in item.departments]
    if not free:
        return
    key = planter.random.choice(free)
    printed = bodies.printed(key, content.style.prefix)
    item.named.append(Named(key, bodies.name(key), printed, printed))
    planter.note("department-without-duties", "department-without-duties", item, printed)


def departments_missing(planter: Planter) -> None:
    """The department cell of an item is empty, so nobody is said to carry its duties."""
    item = planter.items("cooperative", lambda one: len(one.named) == 1 and not one.cut)
    if item is None:
        return
    item.named = []
    for duty in item.side("department"):
        duty.parties = duty.headings = ()
    planter.note("departments-missing", "departments-missing", item, item.title)


def duties_unattributed(planter: Planter) -> None:
    """An item names several departments, and no heading says whose the duties are."""
    item = planter.items("cooperative", lambda one: one.headed and not is_phased(one))
    if item is None:
        return
    item.headed = False
    own = item.side("department")
    for duty in own:
        duty.parties = duty.headings = ()
    for place, duty in enumerate(own, 1):
        closing = "。" if place == len(own) and duty.text.endswith("。") else "；"
        if duty.text.endswith(("。", "；")) and (place < len(own) or closing == "。"):
            duty.text = duty.text[:-1] + closing
    planter.note("duties-unattributed", "duties-unattributed", item, own[0].text)


def department_misspelt(planter: Planter) -> None:
    """The name of a department is misprinted, so nobody knows it."""
    content = planter.faulty.content

    def fits(item: ItemText) -> bool:
        if len(item.named) != 1 or not _misprinted(item.named[0].name):
            return False
        one = item.named[0]
        return one.printed == content.offices.printed(one.type, content.style.prefix)

    item = planter.items("reclaimed", fits)
    if item is None:
        return
    one = item.named[0]
    wrong = _misprinted(one.printed)
    item.method = item.method.replace(one.printed, wrong)
    item.named = [Named("", _misprinted(one.name), wrong, wrong)]
    planter.note("department-misspelt", "department-unreviewed", item, wrong)
    if content.style.prefix == "full" and wrong in item.method and wrong.endswith(("局", "委员会")):
        # With its county's name it shows in running text too.
        planter.note("department-misspelt", "department-name-unknown", item, wrong)


def _misprinted(name: str) -> str:
    if "生态环境" in name or "分局" in name or name.endswith("委"):
        return ""
    for right, wrong in _MISPRINTS:
        if name.endswith(right):
            return name.removesuffix(right) + wrong
    return ""


def method_of_others(planter: Planter) -> None:
    """The method is written by department and names one that does not receive the item."""
    content = planter.faulty.content
    bodies = content.offices

    def fits(item: ItemText) -> bool:
        return len(item.named) == 1 and bool(item.method) and item.named[0].type != ""

    item = planter.items("reclaimed", fits)
    if item is None:
        return
    keys = ("public-security", "finance", "justice")
    key = next(key for key in keys if bodies.name(key) not in item.departments)
    other = bodies.printed(key, content.style.prefix)
    own = item.named[0].printed
    item.method = f"{own}：负责组织实施和监督检查。{other}：负责配合做好相关保障。"
    planter.note("method-of-others", "method-names-other-department", item, other)
