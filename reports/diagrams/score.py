"""How good a placement is before any line is routed, low is good: straight lines from icon to icon stand for routes."""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
import numpy.typing as npt

from reports.diagrams.cardshape import GRID, ICON, MIDDLE
from reports.diagrams.picture import ancestors
from reports.diagrams.placement import Placement
from reports.diagrams.topology import Topology

Array = npt.NDArray[np.float64]
INSET = 2 * GRID
SLIDE = 1.6
"""Width over height of the page that a picture should fill."""


@dataclass(frozen=True)
class Score:
    """What is counted, and the height of the slide that holds the picture against the least it could be."""

    crossings: int
    over_cards: int
    through_groups: int
    backward: int
    misplaced: int
    tight: int
    bent: int
    length: float
    size: float

    @property
    def total(self) -> float:
        """The weighted sum that the search makes small."""
        return (
            9 * self.crossings
            + 9 * self.over_cards
            + 3 * self.through_groups
            + 9 * self.backward
            + 25 * self.misplaced
            + 6 * self.tight
            + 3 * self.bent
            + 3 * self.length
            + 140 * self.size
        )


class Judge:
    """Scores placements of one topology; what does not depend on places is worked out once."""

    def __init__(self, topology: Topology):
        self.lines = [line for line in topology.lines if line.source != line.target]
        self.keys = list(topology.cards)
        self.names = [name for name, group in topology.groups.items()]
        self._ends = {
            name: group.style
            for name, group in topology.groups.items()
            if group.style in ("clients", "external") and not group.parent
        }
        index = {key: number for number, key in enumerate(self.keys)}
        self._sources = np.array([index[line.source] for line in self.lines], dtype=int)
        self._targets = np.array([index[line.target] for line in self.lines], dtype=int)
        labels = [topology.labels.get(line, (0.0, 0.0))[0] for line in self.lines]
        self._label_room = np.array([width + ICON + 24 if width else 0.0 for width in labels], dtype=float)
        columns = np.arange(len(self.keys))
        self._foreign_cards = (columns != self._sources[:, None]) & (columns != self._targets[:, None])
        around = [set(ancestors(key[1], topology.parents)) for key in self.keys]
        self._foreign_groups = np.array(
            [
                [name not in around[a] and name not in around[b] for name in self.names]
                for a, b in zip(self._sources, self._targets, strict=True)
            ],
            dtype=bool,
        ).reshape(len(self.lines), len(self.names))
        joined = (self._sources[:, None] == self._sources) | (self._targets[:, None] == self._targets)
        self._pairs = ~joined & (np.arange(len(self.lines))[:, None] < np.arange(len(self.lines)))
        self._card_sides = np.array(
            [(-shape.width / 2, -MIDDLE, shape.width / 2, shape.height - MIDDLE) for shape in topology.cards.values()]
        ).reshape(-1, 4)
        self._room = float(sum((shape.width + 40) * (shape.height + 20) for shape in topology.cards.values()))

    @cached_property
    def _ideal(self) -> float:
        return sqrt(max(self._room, 1.0) * 1.25 / SLIDE)

    def judge(self, placement: Placement) -> Score:
        """Scores one placement."""
        icons = np.array([placement.icons[key] for key in self.keys], dtype=float).reshape(-1, 2)
        start, end = icons[self._sources], icons[self._targets]
        cards = np.concatenate([icons, icons], axis=1) + self._card_sides
        groups = _sides([placement.groups[name] for name in self.names])
        steps = np.abs(end - start)
        extent = placement.extent
        return Score(
            crossings=int((_cross(start, end) & self._pairs).sum()),
            over_cards=int((_meet(start, end, cards) & self._foreign_cards).sum()),
            through_groups=int((_meet(start, end, groups) & self._foreign_groups).sum()),
            backward=int((end[:, 0] < start[:, 0]).sum()),
            misplaced=self._misplaced(placement),
            tight=int(((steps[:, 1] == 0) & (steps[:, 0] < self._label_room)).sum()),
            bent=int((steps.min(axis=1) > 0).sum()) if len(self.lines) else 0,
            length=float(steps.sum()) / self._ideal,
            size=max(extent.width / SLIDE, extent.height) / self._ideal,
        )

    def _misplaced(self, placement: Placement) -> int:
        """How many cards of clients have others before them, and of external services others behind them."""
        extent = placement.extent
        count = 0
        for name, edge in self._ends.items():
            box = placement.groups[name]
            if edge == "clients":
                count += box.left > extent.left + INSET and box.top > extent.top + INSET
            else:
                count += box.right < extent.right - INSET and box.bottom < extent.bottom - INSET
        return count


def _sides(boxes: list) -> Array:  # type: ignore[type-arg]
    return np.array([(box.left, box.top, box.right, box.bottom) for box in boxes], dtype=float).reshape(-1, 4)


def _cross(start: Array, end: Array) -> npt.NDArray[np.bool_]:
    """For each pair of segments, whether they cross inside both."""
    first = _side(start[:, None], end[:, None], start[None]) * _side(start[:, None], end[:, None], end[None])
    apart = first < 0
    return apart & apart.T


def _side(a: Array, b: Array, point: Array) -> Array:
    return (b[..., 0] - a[..., 0]) * (point[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (point[..., 0] - a[..., 0])


def _meet(start: Array, end: Array, boxes: Array) -> npt.NDArray[np.bool_]:
    """For each segment and box, whether the segment runs through the inside of the box."""
    enter = np.zeros((len(start), len(boxes)))
    leave = np.ones((len(start), len(boxes)))
    inside = np.ones((len(start), len(boxes)), dtype=bool)
    for axis in (0, 1):
        origin = start[:, axis, None]
        delta = (end[:, axis] - start[:, axis])[:, None]
        low, high = boxes[None, :, axis], boxes[None, :, axis + 2]
        still = delta == 0
        step = np.where(still, 1.0, delta)
        near, far = (low - origin) / step, (high - origin) / step
        enter = np.where(still, enter, np.maximum(enter, np.minimum(near, far)))
        leave = np.where(still, leave, np.minimum(leave, np.maximum(near, far)))
        inside &= ~still | ((low < origin) & (origin < high))
    return inside & (enter < leave)
