"""Where everything stands: the middle of each icon, a box around each group."""

from dataclasses import dataclass
from functools import cached_property

from reports.diagrams.cardshape import MIDDLE, CardShape, icon_box, text_box
from reports.diagrams.geometry import Box, Point, hull
from reports.diagrams.topology import CardKey


@dataclass(frozen=True)
class Placement:
    """The middle of each icon, each group's box, and the room each card's texts need; points from the top left."""

    icons: dict[CardKey, Point]
    groups: dict[str, Box]
    shapes: dict[CardKey, CardShape]

    @cached_property
    def cards(self) -> dict[CardKey, Box]:
        """Each card's box."""
        return {key: _card_box(middle, self.shapes[key]) for key, middle in self.icons.items()}

    @cached_property
    def extent(self) -> Box:
        """Around everything."""
        return hull([*self.cards.values(), *self.groups.values()])

    @cached_property
    def icon_boxes(self) -> dict[CardKey, Box]:
        """Each icon's square."""
        return {key: icon_box(middle) for key, middle in self.icons.items()}

    @cached_property
    def text_boxes(self) -> dict[CardKey, Box]:
        """Each card's text block."""
        return {key: text_box(middle, self.shapes[key]) for key, middle in self.icons.items()}


def _card_box(middle: Point, shape: CardShape) -> Box:
    x, y = middle
    return Box(x - shape.width / 2, y - MIDDLE, x + shape.width / 2, y - MIDDLE + shape.height)
