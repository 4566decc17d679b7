"""Finds a place for the text on each line: beside it, off cards, other lines, borders and other texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from typing import Literal

from reports.diagrams.geometry import Box, Point
from reports.diagrams.placement import Placement
from reports.diagrams.routing import Route
from reports.diagrams.topology import LABEL_LINE, LineKey, Room

Anchor = Literal["start", "middle", "end"]
_ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)


@dataclass(frozen=True)
class Spot:
    """Where a label stands: a baseline's anchor point, which of its lines has that baseline, and the room it takes."""

    x: float
    y: float
    anchor: Anchor
    grows: Literal["up", "both", "down"]
    box: Box

    def baselines(self, count: int) -> list[float]:
        """The baseline of each of so many lines."""
        before = {"up": count - 1, "both": (count - 1) / 2, "down": 0}[self.grows]
        return [self.y + (index - before) * LABEL_LINE for index in range(count)]


@dataclass(frozen=True)
class _Choice:
    spot: Spot
    at: Point
    cost: float


def place_labels(
    placement: Placement, routes: Mapping[LineKey, Route], rooms: Mapping[LineKey, Room], names: Iterable[Box]
) -> dict[LineKey, Spot]:
    """A spot for every line with a label, widest first; `names` are the boxes of group labels."""
    solid = [*placement.icon_boxes.values(), *placement.text_boxes.values(), *names]
    strokes = {line: [_thin(a, b) for a, b in pairwise(route.points)] for line, route in routes.items()}
    borders = [_thin(a, b) for box in placement.groups.values() for a, b in _sides(box)]
    spots: dict[LineKey, Spot] = {}
    for line in sorted(rooms, key=lambda line: (-rooms[line][0], line)):
        others = [stroke for other, thin in strokes.items() if other != line for stroke in thin]
        ground = _Ground(solid, others, strokes[line], borders)
        choices = _choices(list(pairwise(routes[line].points)), *rooms[line])
        best = min(choices, key=lambda choice: choice.cost + ground.trouble(choice))
        spots[line] = best.spot
        solid.append(best.spot.box)
    return spots


def _choices(strokes: list[tuple[Point, Point]], width: float, height: float) -> list[_Choice]:
    """Places beside every stretch of the line; long stretches and their middles are better."""
    choices = []
    for a, b in strokes:
        length = dist(a, b)
        flat = a[1] == b[1]
        short = max(0.0, (width if flat else height) + 14 - length) * (1.0 if flat else 0.6)
        for share in _ALONG:
            x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
            cost = short + abs(share - 0.5) * 8 + (0 if flat else 4)
            at = (x, y)
            if flat:
                above = _box(x - width / 2, y - 2 - height, width, height)
                below = _box(x - width / 2, y + 2, width, height)
                choices.append(_Choice(Spot(x, y - 4, "middle", "up", above), at, cost))
                choices.append(_Choice(Spot(x, y + 11.5, "middle", "down", below), at, cost + 3))
            else:
                right = _box(x + 4, y - height / 2, width, height)
                left = _box(x - 4 - width, y - height / 2, width, height)
                choices.append(_Choice(Spot(x + 5, y + 3.5, "start", "both", right), at, cost))
                choices.append(_Choice(Spot(x - 5, y + 3.5, "end", "both", left), at, cost + 2))
    return choices


@dataclass(frozen=True)
class _Ground:
    """What a label should not cover, seen from one line."""

    solid: list[Box]
    others: list[Box]
    own: list[Box]
    borders: list[Box]

    def trouble(self, choice: _Choice) -> float:
        """What the label would cover: texts and icons count most, then lines, then borders; and a trunk of several."""
        box, at = choice.spot.box, choice.at
        near = box.grown(3)
        covered = sum(near.overlap(other) for other in self.solid if _meet(other, near))
        cost = covered * 2 + (80 if covered else 0)
        cost += sum(45 if _meet(stroke, box) else 9 for stroke in self.others if _meet(stroke, near))
        cost += sum(45 for stroke in self.own if _meet(stroke, box))
        cost += sum(40 for border in self.borders if _meet(border, box))
        return cost + (20 if any(_meet(stroke, Box(*at, *at).grown(1)) for stroke in self.others) else 0)


def _meet(stroke: Box, box: Box) -> bool:
    return stroke.left < box.right and stroke.right > box.left and stroke.top < box.bottom and stroke.bottom > box.top


def _thin(a: Point, b: Point) -> Box:
    """A straight stretch as a box without area."""
    return Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))


def _box(left: float, top: float, width: float, height: float) -> Box:
    return Box(left, top, left + width, top + height)


def _sides(box: Box) -> list[tuple[Point, Point]]:
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    return list(pairwise([*corners, corners[0]]))
