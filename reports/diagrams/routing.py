"""Draws lines between cards at right angles, around icons and texts: the cheapest path, line after line.

Lines that share a source, or share a target, may run on one trunk; all others keep apart and cross straight.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from reports.diagrams.geometry import Box, Point
from reports.diagrams.pathfinding import Traffic, cheapest_path, traffic_of
from reports.diagrams.placement import Placement
from reports.diagrams.routegrid import RouteGrid
from reports.diagrams.topology import CardKey, LineKey

PASSES = 3


@dataclass(frozen=True)
class Route:
    """The corners of one line from card to card, ends included; `cells` are the grid's, empty when there was no way."""

    points: tuple[Point, ...]
    cells: tuple[int, ...]
    crossings: int = 0


class Router:
    """Routes the lines of one placement; `labels` are group names to keep off, `around` the groups around each card."""

    def __init__(self, placement: Placement, labels: Iterable[Box], around: Mapping[CardKey, frozenset[str]]):
        self._placement = placement
        self._grid = RouteGrid(placement, labels)
        self._around = around

    def route(self, lines: Iterable[LineKey]) -> dict[LineKey, Route]:
        """A route for every line, shortest first; those that cross others get another chance among all."""
        order = sorted(lines, key=lambda line: (self._distance(line), line))
        routes: dict[LineKey, Route] = {}
        for _ in range(PASSES):
            for line in order:
                route = routes.pop(line, None)
                routes[line] = self._path(line, routes) if route is None or route.crossings else route
        return {line: routes[line] for line in sorted(routes)}

    def _distance(self, line: LineKey) -> float:
        a, b = self._placement.icons[line.source], self._placement.icons[line.target]
        return abs(a[0] - b[0]) + abs(a[1] - b[1])

    def _path(self, line: LineKey, others: Mapping[LineKey, Route]) -> Route:
        """The cheapest path among the routes that are there; straight through everything when there is none."""
        grid = self._grid
        traffic = _traffic(line, others)
        found = cheapest_path(grid, grid.ports[line.source], grid.ports[line.target], traffic, self._foreign(line))
        if found is None:
            return Route((self._placement.icons[line.source], self._placement.icons[line.target]), ())
        first, cells, last = found
        corners = [grid.point(cell) for cell in cells]
        return Route(tuple(straightened([first.end, *corners, last.end])), tuple(cells), traffic.crossed(cells))

    def _foreign(self, line: LineKey) -> set[int]:
        """The cells of groups that hold neither end."""
        own = self._around[line.source] | self._around[line.target]
        return {cell for name, cells in self._grid.regions.items() if name not in own for cell in cells}


def straightened(points: list[Point]) -> list[Point]:
    """Without points in the middle of a straight stretch.

    >>> straightened([(0, 0), (1, 0), (2, 0), (2, 1)])
    [(0, 0), (2, 0), (2, 1)]
    """
    kept = points[:1]
    for point, following in pairwise(points[1:]):
        before = kept[-1]
        if not (before[0] == point[0] == following[0] or before[1] == point[1] == following[1]):
            kept.append(point)
    return [*kept, points[-1]]


def _traffic(line: LineKey, others: Mapping[LineKey, Route]) -> Traffic:
    friends: list[tuple[int, ...]] = []
    strangers: list[tuple[int, ...]] = []
    for other, route in others.items():
        joined = other.source == line.source or other.target == line.target
        (friends if joined and other.dashed == line.dashed else strangers).append(route.cells)
    return traffic_of(friends, strangers)
