"""Faults of the texts of cells, and of what the document says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dutygraph.simulate.introduction import counted
from dutygraph.simulate.lexicon import LISTS, lexicon
from dutygraph.simulate.planting import Planter, is_phased, last_of_town
from dutygraph.simulate.printing import NUMBERED, ItemText

_AND: Final = re.compile(r"(?<=[\u4e00-\u9fff])[和及](?=[\u4e00-\u9fff])")


# Texts.


def method_missing(planter: Planter) -> None:
    """A reclaimed item does not say how it is done now."""
    item = planter.items("reclaimed", lambda one: bool(one.method))
    if item is not None:
        item.method = ""
        planter.note("method-missing", "method-missing", item, item.title)


def label_repeated(planter: Planter) -> None:
    """The label 工作方式 stands twice in a cell."""
    if planter.faulty.content.style.receiving != "one":
        return
    item = planter.items("reclaimed", lambda one: bool(one.method))
    if item is not None:
        item.method = f"工作方式：{item.method}"
        planter.note("label-repeated", "method-label-repeated", item)


def town_duties_missing(planter: Planter) -> None:
    """The town's cell of an item is empty."""
    item = planter.items("cooperative", lambda one: bool(one.side("town")) and not one.cut)
    if item is not None:
        item.duties = item.side("department")
        planter.note("duties-missing", "duties-missing", item, item.title)


def residue(planter: Planter) -> None:
    """A word of another language is left over from a conversion."""

    def fits(item: ItemText) -> bool:
        return any(_AND.search(duty.text) for duty in item.duties)

    item = planter.items("cooperative", fits)
    if item is None:
        return
    duty = planter.random.choice([d for d in item.duties if _AND.search(d.text)])
    duty.text = _AND.sub(" and ", duty.text, count=1)
    planter.note("conversion-residue", "conversion-residue", item, "and")


def tags(planter: Planter) -> None:
    """Layout tags are left in the cells of a row."""
    item = planter.items("cooperative", lambda one: len(one.duties) > 2)
    if item is not None:
        item.tags = True
        planter.note("layout-tags", "layout-tags", item, item.title)


def unfinished(planter: Planter) -> None:
    """The last duty of a cell breaks off in the middle."""
    if planter.faulty.content.style.ends == "open":
        return  # no cell of the document ends in a full stop, so nobody could tell
    item = planter.items("cooperative", lambda one: last_of_town(one) is not None)
    last = last_of_town(item) if item else None
    if item is None or last is None:
        return
    text = last.text.rstrip("。；")
    last.text = text[: max(6, len(text) * 2 // 3)].rstrip("，、。；：“（")
    planter.note("unfinished", "text-unfinished", item, last.text[-24:])


def ends_in_separator(planter: Planter) -> None:
    """The last duty of a cell ends in ； as if another one followed."""
    if planter.faulty.content.style.ends == "open":
        return
    item = planter.items("cooperative", lambda one: last_of_town(one) is not None)
    last = last_of_town(item) if item else None
    if item is not None and last is not None:
        last.text = last.text.rstrip("。；") + "；"
        planter.note("ends-in-separator", "text-ends-in-separator", item, last.text[-24:])


def duty_number(fault: str, finding: str) -> Callable[[Planter], None]:
    """A planter of a wrong number in the town's cell of an item."""

    def make(planter: Planter) -> None:
        """A number of the town's duties is skipped, stands twice, or has no text behind it."""
        item = planter.items(
            "cooperative",
            lambda one: one.form in NUMBERED and len(one.side("town")) >= 3 and not is_phased(one),
        )
        if item is not None:
            item.number_fault = fault
            planter.note(f"duty-number-{fault}", finding, item)

    return make


def invisible(planter: Planter) -> None:
    """A character that cannot be seen stands in a title."""
    item = planter.items("cooperative", lambda one: len(one.title) > 6)
    if item is not None:
        item.title = f"{item.title[:3]}\u200b{item.title[3:]}"
        planter.note("invisible-character", "invisible-character", quote="U+200B")


def control(planter: Planter) -> None:
    """A control character stands in a title."""
    item = planter.items("basic", lambda one: len(one.title) > 6)
    if item is not None:
        item.control = True
        planter.note("control-character", "control-character", quote="U+0007")


def title_missing(planter: Planter) -> None:
    """An item has no title."""
    item = planter.items("reclaimed", lambda one: bool(one.title))
    if item is not None:
        item.title = ""
        planter.note("title-missing", "row-without-title", item)


# What the document says of itself.


def category_misprinted(planter: Planter) -> None:
    """A category is misprinted in one row, so nobody knows it."""
    which = planter.random.choice(LISTS)
    item = planter.items(which, lambda one: len(one.category) >= 4)
    if item is None:
        return
    item.category = f"{item.category[:-1]}没"
    planter.note("category-misprinted", "category-unknown", item, item.category)


def category_spelt(planter: Planter) -> None:
    """The introduction spells a category otherwise than the tables."""
    spelt = lexicon().spellings
    used = {item.category for item in planter.faulty.content.items}
    printed = sorted(used & set(spelt))
    printed = [c for c in printed if not used & set(spelt[c])]
    if not printed:
        return
    category = planter.random.choice(printed)
    other = planter.random.choice(spelt[category])
    planter.faulty.stated[category] = other
    planter.note("category-spelt", "category-spelt-differently", quote=other)


def claim(planter: Planter) -> None:
    """The introduction states another number of items than the tables have."""
    right = counted(planter.faulty.content)
    # A list whose rows were lost is counted wrongly already.
    subjects = [f"{which} items" for which in LISTS]
    free = [one for one in subjects if one not in planter.faulty.counts and right[one] > 4]
    if not free:
        return
    subject = planter.random.choice(free)
    wrong = right[subject] - planter.random.randrange(1, 4)
    planter.faulty.misstated[subject] = wrong
    planter.note("claim", "claim-mismatch", quote=str(wrong))
    planter.note("claim", "claims-contradict")


def claim_departments(planter: Planter) -> None:
    """The introduction states another number of departments than the table names."""
    right = counted(planter.faulty.content)
    subject = f"{planter.random.choice(('cooperative', 'reclaimed'))} departments"
    wrong = right[subject] + planter.random.choice((-2, -1, 1, 2))
    if wrong < 1:
        return
    planter.faulty.misstated[subject] = wrong
    planter.note("claim-departments", "claim-mismatch", quote=str(wrong))
