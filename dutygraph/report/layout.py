"""Where the departments of a network stand in its picture, so that every label can be read."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dutygraph.report.lettering import LINE, Box, clean, text_width, wrap

WIDTH: Final = 836.0
"""Width of the frame in pixels."""
LABEL_SIZE: Final = 12.0
"""Font size of a node's label in pixels."""
LABEL_GAP: Final = 2.0
"""Between a node and its label, in pixels."""
HEADING: Final = 26.0
"""Height of the heading above the nodes that stand alone, in pixels."""

_SEED: Final = 20250701
_STARTS: Final = 6
_SWEEPS: Final = 120
# Inner steps of the stress layout that a large network may take: some seconds of plain Python.
_WORK: Final = 6_000_000
_GAP: Final = 7.0
_MARGIN: Final = 6.0
# Part of the frame that nodes and labels fill at first. English labels are so large that a looser
# frame would be higher than a page.
_DENSITY: Final = {"zh": 0.34, "en": 0.46}
_RADIUS_OF_ONE: Final = 8.0
_LARGEST_RADIUS: Final = 40.0
_LABEL_WIDTH: Final = {"zh": 110.0, "en": 132.0}
_LABEL_LINES: Final = 3
_GROWTHS: Final = 10
_PUSHES: Final = 300
_PUSH_WORK: Final = 5_000_000
# A network has a dense core and a thin rim. Places that follow half the distance and half the order
# give the core the room that its labels need.
_BY_RANK: Final = 0.6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands.

    Attributes:
        x, y: centre of its circle.
        radius: of the circle; its area grows with the number of items.
        lines: of its label, which stands under the circle.
        alone: the node has no edges and stands in the rows below the network.
    """

    x: float
    y: float
    radius: float
    lines: tuple[str, ...]
    alone: bool

    @property
    def circle(self) -> Box:
        """The square around the circle."""
        return Box(self.x - self.radius, self.y - self.radius, 2 * self.radius, 2 * self.radius)

    @property
    def label(self) -> Box:
        """The box of the label."""
        width = max(text_width(line, LABEL_SIZE) for line in self.lines)
        height = len(self.lines) * LABEL_SIZE * LINE
        return Box(self.x - width / 2, self.y + self.radius + LABEL_GAP, width, height)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A network in a frame.

    Attributes:
        places: by node.
        width, height: of the frame, in pixels.
        alone_from: upper edge of the rows of nodes without edges; None where there are none.
    """

    places: Mapping[str, Place]
    width: float
    height: float
    alone_from: float | None


@dataclass(slots=True)
class _Unit:
    """A node with its label, as one rectangle to be moved about."""

    id: str
    radius: float
    lines: tuple[str, ...]
    width: float
    height: float
    x: float = 0.0  # centre of the rectangle
    y: float = 0.0

    def place(self, *, alone: bool) -> Place:
        top = self.y - self.height / 2
        return Place(round(self.x, 1), round(top + self.radius, 1), self.radius, self.lines, alone)


def positions(
    nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]], lang: str = "zh"
) -> dict[str, tuple[float, float]]:
    """Centres of the nodes of the department network, in pixels, y downwards.

    Args:
        nodes: rows of the table ``nodes``: id, label, label_en, label_pinyin, items.
        edges: rows of ``edges``: source, target.
        lang: language of the labels that have to fit, ``zh`` or ``en``.

    Returns:
        x and y by node; the same for the same rows in whatever order. Empty for no nodes.
    """
    arranged = arrange(nodes, edges, lang)
    return {name: (place.x, place.y) for name, place in arranged.places.items()}


def label_of(node: Mapping[str, Any], lang: str) -> str:
    """The label of a row of ``nodes``: in English its English one, else its transcription."""
    chinese = clean(node.get("label") or node["id"])
    if lang == "zh":
        return chinese
    return clean(node.get("label_en") or node.get("label_pinyin") or chinese)


def radius_of(items: float, most: float) -> float:
    """Radius of a node, in pixels, so that its area is in proportion to its items.

    Args:
        items: of the node; one without any is drawn as if it had one.
        most: items of the node that has most, which makes all smaller where it would be too large.

    >>> radius_of(4, 4) / radius_of(1, 4), radius_of(400, 400)
    (2.0, 40.0)
    """
    unit = min(_RADIUS_OF_ONE, _LARGEST_RADIUS / math.sqrt(max(most, 1)))
    return unit * math.sqrt(max(items, 1))


def arrange(
    nodes: Iterable[Mapping[str, Any]],
    edges: Iterable[Mapping[str, Any]],
    lang: str = "zh",
    width: float = WIDTH,
) -> Arrangement:
    """Place the network so that no label overlaps another one or another node.

    The connected part is laid out by stress majorisation, in which the distance of two nodes is the
    length of the shortest path (Gansner, Koren & North 2005, "Graph Drawing by Stress
    Majorization", GD 2004); then overlapping rectangles of node and label are pushed apart, and the
    frame grows in height until all have room. Nodes without edges stand in rows below.

    Args:
        nodes: rows of the table ``nodes``.
        edges: rows of ``edges``; an edge to itself or to an unknown node is left out.
        lang: language of the labels.
        width: of the frame.

    Returns:
        The places, the same for the same rows in whatever order; no places and height 0 for no
        nodes.
    """
    rows = sorted(nodes, key=lambda row: (-float(row.get("items") or 0), str(row["id"])))
    most = max((float(row.get("items") or 0) for row in rows), default=0.0)
    units = {str(row["id"]): _unit(row, lang, most) for row in rows}
    near: dict[str, set[str]] = {name: set() for name in units}
    for row in edges:
        one, other = str(row["source"]), str(row["target"])
        if one != other and one in near and other in near:
            near[one].add(other)
            near[other].add(one)
    parts = _components(units, near)
    alone = [unit for part in parts if len(part) == 1 for unit in part]
    tied = [part for part in parts if len(part) > 1]
    height = _beside(tied, near, width, _DENSITY[lang])
    places = {unit.id: unit.place(alone=False) for unit in units.values()}
    alone_from = height if alone else None
    if alone:
        height = _in_rows(alone, width, height + (HEADING if height else 0))
        places |= {unit.id: unit.place(alone=True) for unit in alone}
    return Arrangement(places, width, height, alone_from)


def _components(units: Mapping[str, _Unit], near: Mapping[str, set[str]]) -> list[list[_Unit]]:
    """The connected parts, those of most nodes first; nodes in the order of *units*."""
    left = dict.fromkeys(units)
    out: list[list[_Unit]] = []
    while left:
        found = set(_steps(next(iter(left)), near))
        out.append([units[name] for name in units if name in found])
        left = {name: None for name in left if name not in found}
    return sorted(out, key=len, reverse=True)


def _beside(
    parts: Sequence[Sequence[_Unit]], near: Mapping[str, set[str]], width: float, density: float
) -> float:
    """Lay out each connected part: the first at the left, the others in a column at its right.

    Returns the height of it all.
    """
    if not parts:
        return 0.0
    column = max((_natural_width(part, width, density, 1) for part in parts[1:]), default=0.0)
    main = width - column
    if main < width / 2:  # no small parts at all: one below the other
        column, main = width, width
    _place_by_stress(parts[0], near)
    wide = _natural_width(parts[0], main, density, 2)
    height = _separate(parts[0], wide, density)
    _move(parts[0], (main - wide) / 2, 0)
    top = height if main == width else 0.0
    for part in parts[1:]:
        _place_by_stress(part, near)
        tall = _separate(part, column, density)
        _move(part, width - column, top)
        top += tall
    return max(height, top)


def _natural_width(part: Sequence[_Unit], width: float, density: float, proportion: float) -> float:
    """Width of a frame for a part that is *proportion* times as wide as high, if there is room."""
    area = sum(unit.width * unit.height for unit in part) / density
    widest = max(unit.width for unit in part) + 2 * _MARGIN
    return min(width, max(widest, math.sqrt(area * proportion)))


def _move(units: Sequence[_Unit], right: float, down: float) -> None:
    for unit in units:
        unit.x += right
        unit.y += down


def _unit(row: Mapping[str, Any], lang: str, most: float) -> _Unit:
    lines = tuple(wrap(label_of(row, lang), _LABEL_WIDTH[lang], LABEL_SIZE, _LABEL_LINES))
    radius = radius_of(float(row.get("items") or 0), most)
    wide = max(text_width(line, LABEL_SIZE) for line in lines)
    tall = 2 * radius + LABEL_GAP + len(lines) * LABEL_SIZE * LINE
    return _Unit(str(row["id"]), radius, lines, max(2 * radius, wide) + _GAP, tall + _GAP)


def _place_by_stress(units: Sequence[_Unit], near: Mapping[str, set[str]]) -> None:
    """Give the units centres without regard to their size, the longest extent across."""
    n = len(units)
    steps = [_steps(unit.id, near) for unit in units]
    distance = [[float(row[unit.id]) for unit in units] for row in steps]
    sweeps = max(5, min(_SWEEPS, _WORK // (n * n * _STARTS)))
    source = random.Random(_SEED)  # noqa: S311 - starting points of a layout, no secret
    best: list[list[float]] = []
    least = math.inf
    for start in range(_STARTS):
        order = list(range(n))
        if start:
            source.shuffle(order)
        angles = {node: 2 * math.pi * k / n for k, node in enumerate(order)}
        points = [[math.cos(angles[i]) * n / 6, math.sin(angles[i]) * n / 6] for i in range(n)]
        stress = _lower_stress(points, distance, sweeps)
        if stress < least - 1e-9:
            best, least = points, stress
    for unit, (x, y) in zip(units, _turned(best), strict=True):
        unit.x, unit.y = x, y


def _steps(name: str, near: Mapping[str, set[str]]) -> dict[str, int]:
    """Nodes that can be reached from one, with the number of edges between."""
    steps = {name: 0}
    queue = deque([name])
    while queue:
        here = queue.popleft()
        for other in sorted(near[here]):
            if other not in steps:
                steps[other] = steps[here] + 1
                queue.append(other)
    return steps


def _lower_stress(
    points: list[list[float]], distance: Sequence[Sequence[float]], sweeps: int
) -> float:
    """Move each point in turn to where its distances suit it best; returns the stress left."""
    n = len(points)
    for _ in range(sweeps):
        moved = 0.0
        for i in range(n):
            x, y = points[i]
            sum_x = sum_y = total = 0.0
            for j in range(n):
                if i == j:
                    continue
                wanted = distance[i][j]
                weight = 1 / (wanted * wanted)
                dx, dy = x - points[j][0], y - points[j][1]
                length = math.hypot(dx, dy) or 1e-9
                sum_x += weight * (points[j][0] + wanted * dx / length)
                sum_y += weight * (points[j][1] + wanted * dy / length)
                total += weight
            if total:
                moved = max(moved, abs(sum_x / total - x), abs(sum_y / total - y))
                points[i] = [sum_x / total, sum_y / total]
        if moved < 1e-3:
            break
    return math.fsum(
        (math.dist(points[i], points[j]) / distance[i][j] - 1) ** 2
        for i in range(n)
        for j in range(i)
    )


def _turned(points: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The points turned about their centre so that they spread most from left to right."""
    n = len(points)
    mean_x = math.fsum(p[0] for p in points) / n
    mean_y = math.fsum(p[1] for p in points) / n
    moved = [(p[0] - mean_x, p[1] - mean_y) for p in points]
    xx = math.fsum(x * x for x, _ in moved)
    yy = math.fsum(y * y for _, y in moved)
    xy = math.fsum(x * y for x, y in moved)
    angle = math.atan2(2 * xy, xx - yy) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    return [(x * cos + y * sin, y * cos - x * sin) for x, y in moved]


def _separate(units: Sequence[_Unit], width: float, density: float) -> float:
    """Spread the units over a frame in which none overlaps another; returns its height."""
    area = sum(unit.width * unit.height for unit in units)
    tallest = max(unit.height for unit in units)
    height = max(area / density / width, tallest + 2 * _MARGIN)
    start = [(unit.x, unit.y) for unit in units]
    for _ in range(_GROWTHS):
        _fit(units, start, width, height)
        if _push(units, width, height):
            return height
        height *= 1.15
    # Rows always fit. Only very many nodes in a narrow frame come here.
    return _in_rows(sorted(units, key=lambda unit: (unit.y, unit.x)), width, 0.0)


def _fit(
    units: Sequence[_Unit], start: Sequence[tuple[float, float]], width: float, height: float
) -> None:
    """Stretch the starting points over the frame."""
    for axis, size in ((0, width), (1, height)):
        values = [point[axis] for point in start]
        low, high = min(values), max(values)
        order = sorted(range(len(units)), key=lambda i: (values[i], i))
        rank = {i: place / max(1, len(units) - 1) for place, i in enumerate(order)}
        for i, unit in enumerate(units):
            extent = unit.width if axis == 0 else unit.height
            linear = (values[i] - low) / (high - low) if high - low > 1e-6 else 0.5
            part = (1 - _BY_RANK) * linear + _BY_RANK * rank[i]
            centre = _MARGIN + extent / 2 + part * (size - 2 * _MARGIN - extent)
            if axis == 0:
                unit.x = centre
            else:
                unit.y = centre


def _push(units: Sequence[_Unit], width: float, height: float) -> bool:
    """Move overlapping units apart, each half the way; True where none overlaps in the end."""
    for _ in range(max(40, min(_PUSHES, _PUSH_WORK // len(units) ** 2))):
        clear = True
        for i, one in enumerate(units):
            for other in units[i + 1 :]:
                dx, dy = other.x - one.x, other.y - one.y
                over_x = (one.width + other.width) / 2 - abs(dx)
                over_y = (one.height + other.height) / 2 - abs(dy)
                if over_x <= 0.01 or over_y <= 0.01:
                    continue
                clear = False
                if over_x < over_y:
                    step = math.copysign(over_x / 2 + 0.05, dx)
                    one.x -= step
                    other.x += step
                else:
                    step = math.copysign(over_y / 2 + 0.05, dy)
                    one.y -= step
                    other.y += step
        if clear:
            return True
        for unit in units:
            half_x, half_y = unit.width / 2 + _MARGIN, unit.height / 2 + _MARGIN
            unit.x = min(max(unit.x, half_x), width - half_x)
            unit.y = min(max(unit.y, half_y), height - half_y)
    return False


def _in_rows(units: Sequence[_Unit], width: float, top: float) -> float:
    """Place the units in rows of equal columns from *top* on; returns where they end."""
    column = max(unit.width for unit in units)
    columns = max(1, min(len(units), int((width - 2 * _MARGIN) // column)))
    step = (width - 2 * _MARGIN) / columns
    y = top + _MARGIN
    for begin in range(0, len(units), columns):
        row = units[begin : begin + columns]
        deepest = max(unit.radius for unit in row)
        for k, unit in enumerate(row):
            unit.x = _MARGIN + step * (k + 0.5)
            unit.y = y + deepest - unit.radius + unit.height / 2
        y += max(deepest - unit.radius + unit.height for unit in row)
    return y + _MARGIN
