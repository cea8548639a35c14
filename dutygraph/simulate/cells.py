"""The text of cells: departments, duties under their headings, receiving departments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dutygraph.simulate.numbers import duty_number
from dutygraph.simulate.printing import NUMBERED, DutyText, ItemText
from dutygraph.simulate.styles import Style

_BREAKS: Final = {"line": "\n", "blank": " ", "nothing": ""}


def departments_cell(item: ItemText, style: Style) -> str:
    """The department column of an item."""
    names = [one.printed for one in item.named]
    if len(names) > 1 and item.which == "cooperative":
        if style.roles == "labels":
            return f"牵头部门：{names[0]}\n配合部门：{_joined(names[1:], style)}{item.catch_all}"
        if style.roles == "note":
            names[0] += "（牵头）"
    return _joined(names, style) + item.catch_all


def role_cells(item: ItemText, style: Style) -> tuple[str, str]:
    """The columns of the leading department and of the others."""
    names = [one.printed for one in item.named]
    return "".join(names[:1]), _joined(names[1:], style) + item.catch_all


def _joined(names: Sequence[str], style: Style) -> str:
    return ("\n" if style.separator == "line" else style.separator).join(names)


def duties_cell(item: ItemText, side: str, style: Style) -> str:
    """The duties of one side, as the cell prints them."""
    between = _BREAKS[style.breaks]
    pieces = []
    phased = False
    for number, (heading, duties) in enumerate(_blocks(item, side), 1):
        text = between.join(_numbered(item, side, duties))
        pieces.append(_headed(item, heading, number, text, duties, style))
        phased |= bool(duties[0].phase)
    return (between or ("\n" if phased else "")).join(pieces)  # a phase stands on a line of its own


def _blocks(item: ItemText, side: str) -> Iterator[tuple[str, list[DutyText]]]:
    """Heading and duties of each block: runs of duties with the same parties and phase."""
    block: list[DutyText] = []
    for duty in item.side(side):
        if block and (duty.parties, duty.phase) != (block[0].parties, block[0].phase):
            yield _heading(item, side, block[0]), block
            block = []
        block.append(duty)
    if block:
        yield _heading(item, side, block[0]), block


def _heading(item: ItemText, side: str, duty: DutyText) -> str:
    if duty.phase:
        return duty.phase
    if side == "town" or not item.headed:
        return ""
    return "、".join(duty.headings)


def _headed(
    item: ItemText,
    heading: str,
    number: int,
    text: str,
    duties: Sequence[DutyText],
    style: Style,
) -> str:
    """A block with its heading."""
    if not heading:
        return text
    between = _BREAKS[style.breaks]
    if duties[0].phase:
        # Behind a phase comes white space or a number; else it would be a label of its text.
        return f"{heading}：{between or ('' if item.form != 'none' else chr(10))}{text}"
    if style.headings == "numbered":
        return f"{number}.{heading}{style.heading_words}：{text}"
    if style.headings == "role" and item.form != "none":
        leads = duties[0].parties[:1] == item.departments[:1]
        return f"{'牵头部门' if leads else '配合部门'}：{heading}{between or ' '}{text}"
    return f"{heading}{style.heading_words}：{between}{text}"


def _numbered(item: ItemText, side: str, duties: Sequence[DutyText]) -> Iterator[str]:
    """The duties of a block with their numbers, right or wrong ones."""
    form = item.form
    fault = item.number_fault if side == "town" and form in NUMBERED else ""
    shift = 0
    for number, duty in enumerate(duties, 1):
        if number == 2:
            if fault == "skipped":
                shift = 1
            elif fault == "repeated":
                shift = -1
            elif fault == "empty":
                yield duty_number(number, form) + "\n"
                shift = 1
        yield duty_number(number + shift, form) + duty.text


def receiving_cell(item: ItemText, style: Style) -> str:
    """Receiving departments and method in one cell."""
    return f"承接部门：{departments_cell(item, style)}\n工作方式：{item.method}"


def tagged(text: str) -> str:
    """A cell with the layout tags that a conversion left in it."""
    return "".join(f"<p>{line}</p>" for line in text.split("\n")) if text else text
