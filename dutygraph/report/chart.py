"""A chart that is put together from rows, panels with an axis, bars, ranges, points and texts.

It becomes a Vega-Lite specification of fixed size in which everything has its place in advance. So
it does not depend on the fonts of a machine, and nothing is cut off. x is data in a `Panel` and pixels
elsewhere; y is always pixels, 0 at the upper edge of the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

from dutygraph.report.anchors import href
from dutygraph.report.drawing import FONTS, SOFT
from dutygraph.report.lettering import LINE, SIZE, clean, shorten, text_width, wrap
from dutygraph.report.marks import DARK, GRID, WIDTH, Mark, Panel, Sign, Style

Layer: TypeAlias = dict[str, Any]
"""A part of a Vega-Lite specification."""

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
"""Version of Vega-Lite; nothing is read from this address."""
_SMALL: Final = 11.0
_EDGE: Final = 12.0
_HEADING_FROM: Final = 20.0  # above the rows: the labels of the axis come first
_LINE: Final = SIZE * LINE


class Chart:
    """A chart that is put together layer by layer; later layers lie over earlier ones."""

    def __init__(
        self,
        lang: str,
        base: str,
        rows: int = 0,
        *,
        step: float = 20.0,
        height: float = 0.0,
        width: float = WIDTH,
    ) -> None:
        """A chart of *rows* rows, each *step* pixels high, or of some *height* without rows."""
        self.lang = lang
        self.base = base
        self.step = step
        self.height = height or rows * step
        self.width = width
        self._layers: list[Layer] = []
        self._texts: dict[tuple[Style, bool], list[Layer]] = defaultdict(list)
        self._signs: list[Sign] = []
        self._headings: list[tuple[float, list[str], str]] = []

    def say(self, zh: str, en: str) -> str:
        """One of two texts, by language."""
        return zh if self.lang == "zh" else en

    def link(self, *parts: str) -> str:
        """The address of a place in the page."""
        return self.base + href(*parts)

    def middle(self, row: float) -> float:
        """Height (y) of the middle of a row."""
        return (row + 0.5) * self.step

    def text(
        self,
        x: float,
        y: float,
        text: str,
        style: Style | None = None,
        *,
        sentence: str = "",
        href: str = "",
    ) -> None:
        """A text whose anchor is at x and whose middle is at y."""
        if text:
            row = {"x": _round(x), "y": _round(y), "text": clean(text)}
            row |= {"sentence": clean(sentence or text)} | ({"href": href} if href else {})
            self._texts[style or Style(), bool(href)].append(row)

    def label(
        self,
        row: float,
        right: float,
        text: str,
        *,
        size: float = SIZE,
        sentence: str = "",
        href: str = "",
    ) -> None:
        """The name of a row, which ends at *right*; what does not fit is cut off."""
        name = clean(text)
        style = Style(align="right", size=size)
        shown = shorten(name, right, size)
        self.text(right, self.middle(row), shown, style, sentence=sentence or name, href=href)

    def heading(self, x: float, text: str, align: str = "left", width: float = 200.0) -> None:
        """Words above the rows, such as the name of a panel or of a column of numbers."""
        room = {"left": self.width - x, "right": x}.get(align, width)
        self._headings.append((x, wrap(text, min(width, room), SIZE, 3), align))

    def legend(self, *signs: Sign) -> None:
        """Signs to be explained above the chart."""
        self._signs += signs

    def rules(self) -> None:
        """Faint lines between the rows."""
        lines = [
            {"x": 0, "x2": self.width, "y": k * self.step}
            for k in range(round(self.height / self.step) + 1)
        ]
        self.free(lines, "rule", stroke=GRID, strokeWidth=0.7)

    def panel(self, panel: Panel, *, zero: float | None = 0.0) -> None:
        """Axis and grid of a panel, with a line at *zero*."""
        axis: Layer = {
            "orient": "top",
            "values": list(panel.ticks),
            "format": ".0%" if panel.percent else ",.2~f",
            "title": None,
        }
        if panel.absolute:
            axis["labelExpr"] = "replace(datum.label, '−', '')"
        self._add(
            [{"value": panel.low if zero is None else zero}],
            {"type": "rule", "stroke": DARK, "strokeWidth": 0 if zero is None else 1},
            {
                "x": _x("value", panel, axis),
                "y": {"value": 0},
                "y2": {"value": self.height},
            },
        )

    def bars(
        self,
        panel: Panel,
        marks: Iterable[Mark],
        fill: str,
        *,
        stroke: str | None = None,
        thickness: float = 12.0,
    ) -> None:
        """Bars from start to value."""
        mark: Layer = {"type": "rect", "fill": fill}
        if stroke:
            mark |= {"stroke": stroke, "strokeWidth": 1}
        for values in self._rows(marks, half=thickness / 2):
            self._add(values, mark, _between(panel) | {"y2": {"field": "y2"}})

    def ranges(self, panel: Panel, marks: Iterable[Mark], colour: str = DARK) -> None:
        """Lines from start to value with a stop at either end, to be seen on dark bars too."""
        for values in self._rows(marks):
            bare = [{key: row[key] for key in ("y", "start", "value")} for row in values]
            line: Layer = {"type": "rule", "stroke": "white", "strokeWidth": 3.5, "opacity": 0.7}
            self._add(bare, line, _between(panel))
            line = {"type": "rule", "stroke": colour, "strokeWidth": 1.5}
            self._add(values, line, _between(panel))
            ends = [
                {"y": row["y"], "value": row[end]} for row in values for end in ("start", "value")
            ]
            stop = {"type": "point", "shape": "M0,-1V1", "size": 30, "opacity": 1}
            self._add(
                ends,
                stop | {"stroke": colour, "strokeWidth": 1.5},
                {"x": _x("value", panel), "y": _pixel("y")},
            )

    def points(
        self,
        panel: Panel,
        marks: Iterable[Mark],
        fill: str,
        *,
        shape: str = "circle",
        stroke: str = "white",
        size: float = 80.0,
    ) -> None:
        """Signs at value."""
        mark = {"type": "point", "shape": shape, "fill": fill, "stroke": stroke, "size": size}
        for values in self._rows(marks):
            self._add(
                values,
                mark | {"strokeWidth": 1, "opacity": 1},
                {"x": _x("value", panel), "y": _pixel("y")},
            )

    def free(self, values: Sequence[Layer], kind: str, **how: Any) -> None:
        """Marks in pixels.

        Args:
            values: their data: x and y, x2 and y2 for the other end of lines and rectangles; with a
                ``sentence`` all or none, and so with ``href``.
            kind: of mark: rect, rule or point.
            **how: properties of the mark; ``field:NAME`` takes it from the data.
        """
        if not values:
            return
        mark: Layer = {"type": kind}
        encoding: Layer = {"x": _pixel("x"), "y": _pixel("y")}
        encoding |= {key: {"field": key} for key in ("x2", "y2") if key in values[0]}
        for key, value in how.items():
            if isinstance(value, str) and value.startswith("field:"):
                kind_of_data = "quantitative" if key in ("strokeWidth", "size") else "nominal"
                field = {"field": value.removeprefix("field:"), "type": kind_of_data}
                encoding[key] = field | {"scale": None, "legend": None}
            else:
                mark[key] = value
        self._add(values, mark, encoding)

    def specification(self, description: str, subtitle: str = "", *, top: float = 4.0) -> Layer:
        """The whole as a Vega-Lite specification.

        Args:
            description: what the chart shows, for readers of screens.
            subtitle: whose it is, for the title of a file.
            top: how far texts reach above the rows, headings and legend apart.
        """
        lines = max((len(texts) for _, texts, _ in self._headings), default=0)
        top = max(top, _HEADING_FROM + lines * _LINE if lines else 0.0)
        for x, texts, align in self._headings:
            for k, text in enumerate(reversed(texts)):
                style = Style(align=align, colour=SOFT)
                self.text(x, -_HEADING_FROM - (k + 0.5) * _LINE + 2, text, style)
        top = self._place_signs(top)
        self._place_texts()
        independent = {"x": "independent", "y": "independent"}
        return {
            "$schema": SCHEMA,
            "description": clean(description),
            "usermeta": {"subtitle": clean(subtitle)},
            "background": "white",
            "autosize": "none",
            "padding": {"left": _EDGE, "right": _EDGE, "top": _round(top + 6), "bottom": 10},
            "width": _round(self.width),
            "height": _round(self.height),
            "resolve": {"scale": independent, "axis": independent},
            "layer": self._layers,
            "config": {
                "font": FONTS,
                "view": {"stroke": None},
                "axis": {
                    "aria": False,
                    "domain": False,
                    "ticks": False,
                    "gridColor": GRID,
                    "labelColor": SOFT,
                    "labelFontSize": _SMALL,
                    "labelFlush": False,
                    "labelOverlap": False,
                    "labelPadding": 4,
                },
            },
        }

    def _place_signs(self, top: float) -> float:
        """Lines of signs above everything else; returns how far up they reach."""
        if not self._signs:
            return top
        lines: list[list[tuple[float, Sign]]] = [[]]
        x = 0.0
        for sign in self._signs:
            wide = 20 + text_width(sign.text) + 18
            if x and x + wide > self.width:
                lines.append([])
                x = 0.0
            lines[-1].append((x, sign))
            x += wide
        top += 4
        signs = []
        for k, line in enumerate(reversed(lines)):
            y = -top - (k + 0.5) * 20
            for x, sign in line:
                signs.append(
                    {
                        "x": x + 8,
                        "y": y,
                        "shape": sign.shape,
                        "fill": sign.fill or "transparent",
                        "stroke": sign.stroke or sign.fill or "transparent",
                        "size": sign.size,
                    }
                )
                self.text(x + 20, y, sign.text, Style(colour=SOFT))
        fields = {key: f"field:{key}" for key in ("shape", "fill", "stroke", "size")}
        self.free(signs, "point", strokeWidth=1.5, opacity=1, **fields)
        return top + 20 * len(lines)

    def _place_texts(self) -> None:
        for (style, _), values in self._texts.items():
            if style.halo:
                bare = [{key: row[key] for key in ("x", "y", "text")} for row in values]
                self._lettered(bare, style, stroke="white", strokeWidth=3)
            self._lettered(values, style)

    def _lettered(self, values: Sequence[Layer], style: Style, **how: Any) -> None:
        mark = {
            "type": "text",
            "align": style.align,
            "baseline": "middle",
            "fill": style.colour,
            "fontSize": style.size,
            "angle": style.angle,
        }
        text = {"field": "text", "type": "nominal"}
        self._add(values, mark | how, {"x": _pixel("x"), "y": _pixel("y"), "text": text})

    def _rows(self, marks: Iterable[Mark], *, half: float = 0.0) -> list[list[Layer]]:
        """Data of marks, those with a link and those without one apart."""
        out: dict[bool, list[Layer]] = {True: [], False: []}
        for mark in marks:
            middle = self.middle(mark.row)
            row: Layer = {"y": _round(middle - half), "start": mark.start, "value": mark.value}
            row["sentence"] = clean(mark.sentence)
            row |= {"y2": _round(middle + half)} if half else {}
            row |= {"href": mark.href} if mark.href else {}
            out[bool(mark.href)].append(row)
        return [values for values in out.values() if values]

    def _add(self, values: Sequence[Layer], mark: Layer, encoding: Layer) -> None:
        """A layer; its sentences and links where the data have them."""
        said = "sentence" in values[0]
        mark = mark | {} if said else mark | {"aria": False}
        encoding = dict(encoding)
        for channel, field in (("description", "sentence"), ("href", "href")):
            if field in values[0]:
                encoding[channel] = {"field": field, "type": "nominal"}
        self._layers.append({"data": {"values": list(values)}, "mark": mark, "encoding": encoding})


def _pixel(field: str) -> Layer:
    """A position that is given in pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def _x(field: str, panel: Panel, axis: Layer | None = None) -> Layer:
    """A position in a panel."""
    scale = {
        "domain": [panel.low, panel.high],
        "range": [_round(panel.left), _round(panel.right)],
        "nice": False,
        "zero": False,
    }
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _between(panel: Panel) -> Layer:
    """From start to value in a panel."""
    return {"x": _x("start", panel), "x2": {"field": "value"}, "y": _pixel("y")}


def _round(value: float) -> float:
    """Pixels to a tenth."""
    return round(value, 1)
