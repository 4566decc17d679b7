"""The room a card takes: an icon, then its name, its size and its cost, each on lines of known height."""

from dataclasses import dataclass
from math import ceil

from reports.diagrams.geometry import Box, Point
from reports.diagrams.metrics import Font, text_width, wrap
from reports.diagrams.picture import Card

GRID = 10
"""Middles of icons and all lines lie on this grid, in points; borders lie between its lines."""
ICON = 56
MIDDLE = 40
"""From the top of a card to the middle of its icon."""
TEXT_TOP = 72
"""From the top of a card to the top of its text."""
NAME, SIZE, COST, TAG = Font(12, bold=True), Font(10), Font(11, bold=True), Font(8.5)
NAME_LINE, SIZE_LINE, COST_LINE = 14.5, 12.5, 14.0
TEXT_WIDTH = 124
"""Where names and sizes wrap, in points."""


@dataclass(frozen=True)
class CardText:
    """The wrapped lines under an icon."""

    name: tuple[str, ...]
    size: tuple[str, ...]
    cost: tuple[str, ...]

    @property
    def rows(self) -> list[tuple[str, Font, float]]:
        """Each line with its font and its height in points, from the top."""
        return [
            *((line, NAME, NAME_LINE) for line in self.name),
            *((line, SIZE, SIZE_LINE) for line in self.size),
            *((line, COST, COST_LINE) for line in self.cost),
        ]


@dataclass(frozen=True)
class CardShape:
    """Width and height of the text block, in points: the most that any stage needs."""

    text_width: float
    text_height: float

    @property
    def width(self) -> int:
        """Width of the whole card, an even number of grid steps."""
        return ceil(max(MIDDLE * 2, self.text_width + 4) / (2 * GRID)) * 2 * GRID

    @property
    def height(self) -> int:
        """Height of the whole card, a whole number of grid steps."""
        return ceil((TEXT_TOP + self.text_height + 2) / GRID) * GRID


def card_text(card: Card) -> CardText:
    """The card's texts, wrapped and shortened to fit."""
    return CardText(
        wrap(card.name, NAME, TEXT_WIDTH, 2), wrap(card.size, SIZE, TEXT_WIDTH, 2), wrap(card.cost, COST, TEXT_WIDTH, 1)
    )


def shape_of(card: Card) -> CardShape:
    """The room that the card's texts need."""
    rows = card_text(card).rows
    width = max((text_width(line, font) for line, font, _ in rows), default=0.0)
    return CardShape(width, sum(height for _, _, height in rows))


def widest(first: CardShape, second: CardShape) -> CardShape:
    """Room enough for both."""
    return CardShape(max(first.text_width, second.text_width), max(first.text_height, second.text_height))


def icon_box(middle: Point) -> Box:
    """The icon's square, by its middle."""
    x, y = middle
    return Box(x - ICON / 2, y - ICON / 2, x + ICON / 2, y + ICON / 2)


def text_box(middle: Point, shape: CardShape) -> Box:
    """The block of text under the icon, by the icon's middle."""
    x, y = middle
    top = y - MIDDLE + TEXT_TOP
    return Box(x - shape.text_width / 2, top, x + shape.text_width / 2, top + shape.text_height)
