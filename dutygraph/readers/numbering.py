"""Automatic numbers of Word paragraphs, as Word prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dutygraph.readers.counting import number_format
from dutygraph.readers.ooxml import W, truth

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEVELS: Final = 9
_PLACE: Final = re.compile(r"%([1-9])")
_DEEPEST_STYLE: Final = 20


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    """A list definition: its levels, and the count that all lists based on it share."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Instance:
    """A list in the text: its definition, and what it changes of it."""

    base: _List
    starts: dict[int, int]
    levels: dict[int, _Level]
    started: set[int] = field(default_factory=set)

    def first(self, at: int, level: _Level | None) -> int:
        """First number of a level."""
        return self.starts.get(at, level.start if level else 1)


class Numbering:
    """The automatic numbers of a document, to be asked paragraph by paragraph in order.

    Args:
        numbering: root of the numbering part; None where the document has none.
        styles: root of the styles part; None where the document has none.

    Source:
        ISO/IEC 29500-1, 17.9 (Numbering).
    """

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        self._styles: dict[str, _Element] = {}
        self._default = ""
        if styles is not None:
            for style in styles.iter(f"{W}style"):
                identity = _val(style, "styleId")
                self._styles[identity] = style
                if style.get(f"{W}type") == "paragraph" and truth(style.get(f"{W}default", "0")):
                    self._default = identity
        self._instances: dict[str, _Instance] = {}
        self._of_style: dict[tuple[str, str], int] = {}
        if numbering is not None:
            self._load(numbering)

    def _load(self, root: _Element) -> None:
        abstract = {_val(one, "abstractNumId"): one for one in root.iter(f"{W}abstractNum")}
        linked = {
            _val(link, "val"): one
            for one in abstract.values()
            if (link := one.find(f"{W}styleLink")) is not None
        }
        lists: dict[int, _List] = {}
        for num in root.iter(f"{W}num"):
            identity = _val(num, "numId")
            link = num.find(f"{W}abstractNumId")
            definition = abstract.get(_val(link, "val")) if link is not None else None
            if definition is None:
                continue
            # A list of a list style is defined where that style is.
            style = definition.find(f"{W}numStyleLink")
            if style is not None:
                definition = linked.get(_val(style, "val"), definition)
            base = lists.setdefault(id(definition), _List(_levels(definition)))
            starts: dict[int, int] = {}
            levels: dict[int, _Level] = {}
            for override in num.iter(f"{W}lvlOverride"):
                level = _int(override.get(f"{W}ilvl"), 0)
                levels.update(_levels(override))
                start = override.find(f"{W}startOverride")
                if start is not None:
                    starts[level] = _int(start.get(f"{W}val"), 1)
            self._instances[identity] = _Instance(base, starts, levels)
            for one in definition.iter(f"{W}lvl"):
                style = one.find(f"{W}pStyle")
                if style is not None:
                    at = _int(one.get(f"{W}ilvl"), 0)
                    self._of_style.setdefault((_val(style, "val"), identity), at)

    def label(self, paragraph: _Element) -> str:
        """Number that Word prints before a paragraph, with the space behind it; counts it.

        A tab behind the number becomes a space. Empty for a paragraph without a number, and for a
        bullet.
        """
        found = self._list_of(paragraph)
        if found is None:
            return ""
        instance, at = found
        levels = {**instance.base.levels, **instance.levels}
        level = levels.get(at)
        if level is None:
            return ""
        counts = instance.base.counts
        for above in range(at):  # a level that was skipped counts as begun
            counts.setdefault(above, instance.first(above, levels.get(above)))
        if at in instance.starts and at not in instance.started:
            counts[at] = instance.starts[at]
        elif at in counts:
            counts[at] += 1
        else:
            counts[at] = level.start
        instance.started.add(at)
        for deeper in range(at + 1, _LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            # A level begins anew behind any higher one, unless it names the one it waits for.
            if deeper in counts and (restart is None or 0 <= at < restart):
                del counts[deeper]
                instance.started.discard(deeper)
        if level.style == "bullet":
            return ""

        def printed(place: re.Match[str]) -> str:
            other = int(place[1]) - 1
            of = levels.get(other, _Level())
            number = counts.get(other, instance.first(other, of))
            style = "decimal" if level.legal and of.style != "none" else of.style
            return number_format(style, number)

        text = _PLACE.sub(printed, level.text)
        if not text or level.suffix == "nothing":
            return text
        return f"{text} "

    def _list_of(self, paragraph: _Element) -> tuple[_Instance, int] | None:
        """List that a paragraph belongs to, and its level there."""
        properties = paragraph.find(f"{W}pPr")
        style = self._default
        number: str | None = None
        at: int | None = None
        if properties is not None:
            named = properties.find(f"{W}pStyle")
            style = _val(named, "val") if named is not None else style
            number, at = _number(properties)
        if number is None:
            number, inherited = self._number_of_style(style)
            at = inherited if at is None else at
        if number is None or number == "0":
            return None
        instance = self._instances.get(number)
        if instance is None:
            return None
        if at is None:
            at = self._of_style.get((style, number), 0)
        return instance, at

    def _number_of_style(self, style: str) -> tuple[str | None, int | None]:
        name: str | None = style
        first: int | None = None
        for _ in range(_DEEPEST_STYLE):
            element = self._styles.get(name or "")
            if element is None:
                break
            properties = element.find(f"{W}pPr")
            if properties is not None:
                number, at = _number(properties)
                first = at if first is None else first
                if number is not None:
                    # The level is that whose style this is; the one that is stated counts less.
                    return number, self._of_style.get((style, number), first)
            based = element.find(f"{W}basedOn")
            name = _val(based, "val") if based is not None else None
        return None, None


def _number(properties: _Element) -> tuple[str | None, int | None]:
    """List and level that paragraph properties name; None for what they do not."""
    holder = properties.find(f"{W}numPr")
    if holder is None:
        return None, None
    number, level = holder.find(f"{W}numId"), holder.find(f"{W}ilvl")
    return (
        _val(number, "val") if number is not None else None,
        _int(level.get(f"{W}val"), 0) if level is not None else None,
    )


def _levels(holder: _Element) -> dict[int, _Level]:
    out: dict[int, _Level] = {}
    for level in holder.iter(f"{W}lvl"):
        found = {child.tag.removeprefix(W): child for child in level if isinstance(child.tag, str)}

        def value(name: str, default: str = "", found: dict[str, _Element] = found) -> str:
            child = found.get(name)
            return default if child is None else str(child.get(f"{W}val", default))

        restart = found.get("lvlRestart")
        style = value("numFmt", "decimal")
        out[_int(level.get(f"{W}ilvl"), 0)] = _Level(
            start=_int(value("start"), 0),
            style=style,
            text=value("lvlText"),
            suffix=value("suff", "tab"),
            restart=None if restart is None else _int(restart.get(f"{W}val"), 0),
            legal="isLgl" in found and truth(found["isLgl"].get(f"{W}val")),
        )
    return out


def _val(element: _Element, name: str) -> str:
    return str(element.get(f"{W}{name}", ""))


def _int(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"[+-]?\d{1,9}", value) else default
