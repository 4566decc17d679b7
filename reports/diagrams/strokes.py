"""The lines of one picture as SVG paths: rounded corners, an arrowhead each, what several lines share drawn once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, dist

from reports.diagrams.cardshape import GRID
from reports.diagrams.geometry import Point
from reports.diagrams.routing import Route, straightened
from reports.diagrams.topology import LineKey

RADIUS = 7.0
HEAD_LENGTH, HEAD_WIDTH = 7.0, 3.2
_Step = tuple[Point, Point]


@dataclass(frozen=True)
class Stroke:
    """A line's path data, without what another line has drawn before, and its arrowhead's."""

    line: LineKey
    path: str
    head: str


def strokes_of(routes: Mapping[LineKey, Route], lines: Iterable[LineKey]) -> list[Stroke]:
    """The strokes of the given lines, in order."""
    drawn: dict[bool, set[_Step]] = {False: set(), True: set()}
    strokes = []
    for line in sorted(lines):
        points = list(routes[line].points)
        head = arrow_head(points)
        points[-1] = _pulled_back(points)
        path = " ".join(rounded(part) for part in _undrawn(points, drawn[line.dashed]))
        strokes.append(Stroke(line, path, head))
    return strokes


def rounded(points: list[Point]) -> str:
    """Path data along the points with rounded corners."""
    parts = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(RADIUS, dist(before, corner) / 2, dist(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{_pair(start)}Q{_pair(corner)} {_pair(end)}")
    parts.append(f"L{_pair(points[-1])}")
    return "".join(parts)


def arrow_head(points: list[Point]) -> str:
    """Path data of a filled triangle at the end of the points."""
    tip = points[-1]
    base = _towards(tip, points[-2], HEAD_LENGTH)
    x, y = (base[0] - tip[0]) / HEAD_LENGTH * HEAD_WIDTH, (base[1] - tip[1]) / HEAD_LENGTH * HEAD_WIDTH
    corners = (tip, (base[0] - y, base[1] + x), (base[0] + y, base[1] - x))
    return "M" + "L".join(_pair(corner) for corner in corners) + "Z"


def number(value: float) -> str:
    """At most two decimals, no trailing zeros, never '-0'.

    >>> number(3.0), number(-0.001), number(2.456)
    ('3', '0', '2.46')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _undrawn(points: list[Point], drawn: set[_Step]) -> list[list[Point]]:
    """The stretches of a line that no other has drawn, each begun one step early so that corners join."""
    steps = list(pairwise(_fine(points)))
    fresh = [_key(step) not in drawn for step in steps]
    wanted = [new or any(fresh[max(index - 1, 0) : index + 2]) for index, new in enumerate(fresh)]
    drawn.update(_key(step) for step in steps)
    parts: list[list[Point]] = []
    for index, step in enumerate(steps):
        if not wanted[index]:
            continue
        if not index or not wanted[index - 1]:
            parts.append([step[0]])
        parts[-1].append(step[1])
    return [straightened(part) for part in parts]


def _key(step: _Step) -> _Step:
    return min(step), max(step)


def _fine(points: list[Point]) -> list[Point]:
    """The points with every grid point between them; slanting stretches stay whole."""
    fine = points[:1]
    for a, b in pairwise(points):
        axis = 0 if a[1] == b[1] else 1
        if a[1 - axis] == b[1 - axis]:
            low, high = sorted((a[axis], b[axis]))
            between = [value for value in range(ceil(low / GRID) * GRID, ceil(high / GRID) * GRID, GRID) if value > low]
            if a[axis] > b[axis]:
                between.reverse()
            fine += [(float(value), a[1]) if axis == 0 else (a[0], float(value)) for value in between]
        fine.append(b)
    return fine


def _pulled_back(points: list[Point]) -> Point:
    """A little before the tip, so that the stroke ends inside the arrowhead."""
    return _towards(points[-1], points[-2], HEAD_LENGTH - 1)


def _towards(start: Point, end: Point, length: float) -> Point:
    """The point at a distance from the start in the direction of the end; the start itself when both are one."""
    whole = dist(start, end)
    if not whole:
        return start
    return start[0] + (end[0] - start[0]) * length / whole, start[1] + (end[1] - start[1]) * length / whole
