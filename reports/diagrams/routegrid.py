"""The grid that lines run on: where they may not, where they would rather not, and where they meet cards."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.diagrams.cardshape import GRID, ICON, MIDDLE
from reports.diagrams.geometry import Box, Point
from reports.diagrams.placement import Placement
from reports.diagrams.topology import CardKey

EAST, SOUTH, WEST, NORTH = range(4)
EDGE = 5
"""Grid steps around the picture in which lines may run."""
ON_LABEL, NEAR_CARD, NEAR_BORDER = 6.0, 0.35, 0.3
"""What a step costs more on a group's name, beside a card, along a border; a step elsewhere costs 1."""
OFF_MIDDLE = 0.8
SPREAD = (0, -1, 1, -2, 2)
"""Where on a side a line may meet a card, in grid steps from the middle."""


@dataclass(frozen=True)
class Port:
    """A place where lines meet a card: the grid cell outside, the side, and the very end at the card."""

    cell: int
    side: int
    end: Point
    cost: float


class RouteGrid:
    """The grid of one placement; cells are numbered row by row."""

    def __init__(self, placement: Placement, labels: Iterable[Box]):
        self.placement = placement
        extent = placement.extent
        self.left = int(extent.left // GRID) - EDGE
        self.top = int(extent.top // GRID) - EDGE
        self.width = int(extent.right // GRID) + EDGE + 2 - self.left
        self.height = int(extent.bottom // GRID) + EDGE + 2 - self.top
        self.blocked = bytearray(self.width * self.height)
        self.cost = [1.0] * (self.width * self.height)
        self._close_border()
        self._raise_costs(labels)
        for box in placement.icon_boxes.values():
            self._block(box.grown(6))
        for box in placement.text_boxes.values():
            self._block(box.grown(3))
        self.regions = {name: frozenset(self._cells(box)) for name, box in placement.groups.items()}
        self.ports = {key: self._ports(key) for key in placement.icons}

    def point(self, cell: int) -> Point:
        """Where a cell lies."""
        return float((cell % self.width + self.left) * GRID), float((cell // self.width + self.top) * GRID)

    def _raise_costs(self, labels: Iterable[Box]) -> None:
        for box in [*self.placement.icon_boxes.values(), *self.placement.text_boxes.values()]:
            self._raise(box.grown(GRID + 3), NEAR_CARD)
        for box in self.placement.groups.values():
            for side in _borders(box):
                self._raise(side.grown(GRID / 2 + 1), NEAR_BORDER)
        for box in labels:
            self._raise(box.grown(4), ON_LABEL)

    def _cell(self, x: float, y: float) -> int:
        return (round(y / GRID) - self.top) * self.width + round(x / GRID) - self.left

    def _cells(self, box: Box) -> Iterable[int]:
        """The grid points inside a box."""
        first_x, last_x = -int(-box.left // GRID), int(box.right // GRID)
        for y in range(-int(-box.top // GRID), int(box.bottom // GRID) + 1):
            for x in range(first_x, last_x + 1):
                if self.left <= x < self.left + self.width and self.top <= y < self.top + self.height:
                    yield (y - self.top) * self.width + x - self.left

    def _block(self, box: Box) -> None:
        for cell in self._cells(box):
            self.blocked[cell] = 1

    def _raise(self, box: Box, by: float) -> None:
        for cell in self._cells(box):
            self.cost[cell] = max(self.cost[cell], 1.0 + by)

    def _close_border(self) -> None:
        for x in range(self.width):
            self.blocked[x] = self.blocked[x + (self.height - 1) * self.width] = 1
        for y in range(self.height):
            self.blocked[y * self.width] = self.blocked[(y + 1) * self.width - 1] = 1

    def _ports(self, key: CardKey) -> list[Port]:
        x, y = self.placement.icons[key]
        text = self.placement.text_boxes[key]
        low = max(text.bottom, y + ICON / 2)
        foot = -int(-(low + 4) // GRID) * GRID
        near = ICON / 2 + 3
        ports = []
        for step in SPREAD:
            shift, cost = step * GRID, abs(step) * OFF_MIDDLE
            ports += [
                Port(self._cell(x + MIDDLE, y + shift), EAST, (x + near, y + shift), cost),
                Port(self._cell(x - MIDDLE, y + shift), WEST, (x - near, y + shift), cost),
                Port(self._cell(x + shift, y - MIDDLE), NORTH, (x + shift, y - near), cost),
                Port(self._cell(x + shift, foot), SOUTH, (x + shift, low + 3), cost),
            ]
        return ports


def _borders(box: Box) -> list[Box]:
    """The four sides of a box, as boxes without area."""
    return [
        Box(box.left, box.top, box.right, box.top),
        Box(box.left, box.bottom, box.right, box.bottom),
        Box(box.left, box.top, box.left, box.bottom),
        Box(box.right, box.top, box.right, box.bottom),
    ]
