"""What is painted on the pages of a PDF: characters with their places, and straight rules.

pdfminer.six interprets the file. It is used below the level of pdfplumber, which makes a dictionary of
fifteen values of each character and needs twice the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Final

from dutygraph.errors import DutyGraphError, TooLargeError, UnreadableError
from dutygraph.readers.pdf_file import AGAIN, open_pages

MAX_MARKS: Final = 100_000
"""Most characters of a page, and most pieces of rules."""

UNMAPPED: Final = "\ufffd"
"""Stands for a character whose font does not say which it is."""

_FULL_WIDTH: Final = 0.9
_EAST: Final = "\u2e80"
_THIN: Final = 3.0
_STRAIGHT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Char:
    """One character; y grows downwards.

    Attributes:
        text: what it stands for; several characters for a ligature.
        x0: left end.
        x1: right end, to which the next character may follow.
        y: of its baseline.
        em: size of its font in points.
    """

    text: str
    x0: float
    x1: float
    y: float
    em: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight horizontal or vertical line.

    Attributes:
        at: y of a horizontal rule, x of a vertical one.
        begin: its left or upper end.
        end: its right or lower end.
    """

    at: float
    begin: float
    end: float


@dataclass(slots=True)
class PageMarks:
    """What is painted on one page, turned so that its text is upright.

    Attributes:
        number: of the page, from 1.
        top: y of its upper edge.
        bottom: y of its lower edge.
        width: its width.
        chars: its upright characters, in the order in which they are painted.
        turned: characters in another direction, such as a watermark.
        across: horizontal rules.
        down: vertical rules.
        painted: there is anything on it that is no text.
    """

    number: int
    top: float
    bottom: float
    width: float
    chars: list[Char] = field(default_factory=list)
    turned: list[Char] = field(default_factory=list)
    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    painted: bool = False


@dataclass(slots=True)
class _Raw:
    """What is painted, in the coordinates of the page."""

    chars: dict[int | None, list[tuple[str, float, float, float, float, float]]] = field(
        default_factory=dict
    )
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    count: int = 0
    painted: bool = False


def read_marks(data: bytes, name: str) -> Iterator[PageMarks]:
    """What is painted on each page of a PDF, page by page.

    Args:
        data: the file.
        name: its name, for messages.

    Raises:
        UnsupportedError: it is encrypted.
        TooLargeError: it unpacks to more than the limits, or has too many pages or marks.
        UnreadableError: it is cut short or damaged.
    """
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

    resources = PDFResourceManager(caching=True)
    device = _device_class()(resources)
    interpreter = PDFPageInterpreter(resources, device)
    where = name
    try:
        for number, page in enumerate(open_pages(data, name), 1):
            where = device.where = f"{name}, page {number}"
            interpreter.process_page(page)
            yield _upright(device.raw, number, *device.size)
            where = name
    except (DutyGraphError, MemoryError):
        raise
    except RecursionError:
        raise UnreadableError(
            "is a damaged PDF file: it is nested too deeply", where=where, hint=AGAIN
        ) from None
    except Exception as error:  # pdfminer raises whatever Python does where a file is damaged
        text = " ".join(str(error).split())[:200]
        name_of_error = type(error).__name__
        raise UnreadableError(
            f"is a damaged PDF file: {text or name_of_error}", where=where, hint=AGAIN
        ) from error


@cache
def _device_class() -> Any:
    """A device of pdfminer that collects characters and rules."""
    from pdfminer.cmapdb import CMap, IdentityCMap
    from pdfminer.cmapdb import IdentityUnicodeMap as identity  # noqa: N813 - compared, not called
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdffont import PDFUnicodeNotDefined

    class Device(PDFTextDevice):  # type: ignore[misc]
        """Takes what the interpreter paints."""

        raw = _Raw()
        size = (0.0, 0.0)
        where = ""

        def begin_page(self, page: Any, ctm: Any) -> None:
            x0, y0, x1, y1 = page.mediabox
            width, height = abs(x1 - x0), abs(y1 - y0)
            self.size = (height, width) if page.rotate in (90, 270) else (width, height)
            self.raw = _Raw()
            del ctm

        def count(self) -> None:
            self.raw.count += 1
            if self.raw.count > MAX_MARKS:
                raise TooLargeError(
                    f"has more than {MAX_MARKS:,} characters and lines",
                    where=self.where,
                    hint="split it",
                )

        def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
            cmap = getattr(textstate.font, "cmap", None)
            if cmap is not None and type(cmap) is CMap and not cmap.code2cid:
                # The CMap is not known. pdfminer would drop the text; mostly a code has two bytes.
                textstate.font.cmap = IdentityCMap(WMode=0)
            super().render_string(textstate, seq, ncs, graphicstate)

        def render_char(
            self,
            matrix: Any,
            font: Any,
            fontsize: float,
            scaling: float,
            rise: float,
            cid: int,
            ncs: Any,
            graphicstate: Any,
        ) -> float:
            del ncs, graphicstate
            try:
                text = font.to_unichr(cid)
            except PDFUnicodeNotDefined:
                text = UNMAPPED
            width = font.char_width(cid)
            if width > _FULL_WIDTH and text < _EAST and type(font.unicode_map) is identity:
                # The font's table of characters is lost, and pdfminer takes glyph numbers for it.
                text = UNMAPPED
            advance = float(width * fontsize * scaling)
            a, b, c, d, e, f = matrix
            x, y = e + c * rise, f + d * rise
            length = math.hypot(a, b)
            em = math.hypot(c, d) * abs(fontsize)
            if not length or not em or not text:
                return advance
            ux, uy = a / length, b / length
            reach = advance * length
            if font.is_vertical():
                # The origin is above the middle of the glyph, and the next one is below it.
                x, y = x - ux * em / 2 + uy * em * 0.88, y - uy * em / 2 - ux * em * 0.88
                reach = em
            self.count()
            turn: int | None = round(math.degrees(math.atan2(uy, ux))) % 360
            if turn not in (0, 90, 180, 270):
                turn = None
            self.raw.chars.setdefault(turn, []).append((text, x, y, ux * reach, uy * reach, em))
            return advance

        def render_image(self, name: str, stream: Any) -> None:
            del name, stream
            self.raw.painted = True

        def paint_path(
            self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
        ) -> None:
            del graphicstate, evenodd
            self.raw.painted = True
            for points, closed in _subpaths(path, self.ctm):
                if stroke or _is_thin(points):
                    if stroke and closed:
                        points = [*points, points[0]]
                    for (x0, y0), (x1, y1) in pairwise(points):
                        if abs(x0 - x1) <= _STRAIGHT or abs(y0 - y1) <= _STRAIGHT:
                            self.count()
                            self.raw.lines.append((x0, y0, x1, y1))
                            if not stroke:
                                self._widen(points)
                                break

        def _widen(self, points: list[tuple[float, float]]) -> None:
            """Replace a side of a thin filled shape by its middle line."""
            x0, x1 = min(x for x, _ in points), max(x for x, _ in points)
            y0, y1 = min(y for _, y in points), max(y for _, y in points)
            if x1 - x0 >= y1 - y0:
                self.raw.lines[-1] = (x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
            else:
                self.raw.lines[-1] = ((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)

    return Device


def _subpaths(
    path: Sequence[Any], ctm: tuple[float, ...]
) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """Points of each part of a path, on the page, and whether it is closed; curves are left out."""
    a, b, c, d, e, f = ctm
    points: list[tuple[float, float]] = []
    closed = curved = False
    for operator, *numbers in path:
        if operator == "m" and points:
            if not curved:
                yield points, closed
            points, closed, curved = [], False, False
        if operator in ("m", "l"):
            x, y = float(numbers[0]), float(numbers[1])
            points.append((a * x + c * y + e, b * x + d * y + f))
        elif operator == "h":
            closed = True
        else:
            curved = True
    if points and not curved:
        yield points, closed


def _is_thin(points: list[tuple[float, float]]) -> bool:
    """True for a filled shape that is so thin that it looks like a line."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN


def _upright(raw: _Raw, number: int, width: float, height: float) -> PageMarks:
    """The marks, turned so that most characters stand upright, with y downwards."""
    turns = [turn for turn in raw.chars if turn is not None]
    main = max(turns, key=lambda turn: (len(raw.chars[turn]), -turn), default=0)
    ux, uy = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[main]

    def turn(x: float, y: float) -> tuple[float, float]:
        return x * ux + y * uy, x * uy - y * ux

    corners = [turn(x, y) for x in (0.0, width) for y in (0.0, height)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    page = PageMarks(number, min(ys), max(ys), max(xs) - min(xs), painted=raw.painted)
    for direction, chars in raw.chars.items():
        for text, x, y, dx, dy, em in chars:
            x0, base = turn(x, y)
            if direction == main:
                page.chars.append(Char(text, x0, x0 + math.hypot(dx, dy), base, em))
            else:
                page.turned.append(Char(text, x0, x0 + em, base, em))
    for x0, y0, x1, y1 in raw.lines:
        (left, upper), (right, lower) = turn(x0, y0), turn(x1, y1)
        if abs(right - left) >= abs(lower - upper):
            page.across.append(Rule((upper + lower) / 2, min(left, right), max(left, right)))
        else:
            page.down.append(Rule((left + right) / 2, min(upper, lower), max(upper, lower)))
    return page
