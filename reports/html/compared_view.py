"""A comparison as the templates see it: titles of the sides, and every difference on an axis with its zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.graph import Architecture
from pricing.bill import Range
from studies.compare import Comparison, Side


@dataclass(frozen=True)
class DifferenceBar:
    """A difference and its range: percent of the width of an axis that all differences of a comparison share."""

    zero: float
    low: float
    likely: float
    high: float


@dataclass(frozen=True)
class Difference:
    """One side less the first."""

    usd: Range
    chance_cheaper: float
    bar: DifferenceBar


@dataclass(frozen=True)
class SideView:
    """One architecture of a comparison."""

    title: str
    stage_title: str
    side: Side
    only: tuple[str, ...]
    """Services that it alone needs."""
    difference: Difference | None
    """None for the first side, which the others are compared with."""


@dataclass(frozen=True)
class ComparedView:
    """One comparison of a page."""

    comparison: Comparison
    architectures: Mapping[str, Architecture]

    @property
    def title(self) -> str:
        """The stage of the first side."""
        return self.sides[0].stage_title

    @property
    def sides(self) -> tuple[SideView, ...]:
        """The first side, then the others with their differences to it."""
        found = self.comparison
        bars = difference_bars(found.differences)
        differences = [None, *map(Difference, found.differences, found.chances_cheaper, bars)]
        return tuple(map(self._side, found.sides, found.only, differences))

    def _side(self, side: Side, only: tuple[str, ...], difference: Difference | None) -> SideView:
        stage = side.graph.stage
        return SideView(self.architectures[side.name].title, stage.title or stage.name, side, only, difference)

    @property
    def services(self) -> dict[str, tuple[Range | None, ...]]:
        """The services that cost something on any side."""
        return {
            name: costs for name, costs in self.comparison.services.items() if any(cost and cost.high for cost in costs)
        }


def difference_bars(differences: tuple[Range, ...]) -> list[DifferenceBar]:
    """The differences on one axis that holds zero and a little room at both ends."""
    low = min([0.0, *(usd.low for usd in differences)])
    high = max([0.0, *(usd.high for usd in differences)])
    room = 0.04 * (high - low) or 1.0
    scale = 100 / (high - low + 2 * room)

    def x(usd: float) -> float:
        return (usd - low + room) * scale

    return [DifferenceBar(x(0.0), x(usd.low), x(usd.likely), x(usd.high)) for usd in differences]
