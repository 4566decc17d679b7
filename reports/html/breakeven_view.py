"""A break-even as the templates see it: titles of the sides, sentences, rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from reports.html.breakeven_chart import BreakEvenChart, axis_label, breakeven_chart
from studies.amounts import percent
from studies.breakeven.breakeven import BreakEven
from studies.breakeven.crossings import Crossing
from studies.breakeven.surface import SurfaceRow
from studies.breakeven.text import cross_cell, requests_text, shown_points


@dataclass(frozen=True)
class CrossingView:
    """One crossing, numbered as on the plot."""

    number: int
    of: str
    """Which cost crosses."""
    crossing: Crossing
    cheaper: str
    unheld: tuple[str, ...]
    """Sides that do not hold the targets there."""

    @property
    def place(self) -> str:
        return requests_text(self.crossing.likely)

    @property
    def span(self) -> str:
        return f"{requests_text(self.crossing.low)} \N{EN DASH} {requests_text(self.crossing.high)}"

    @property
    def share(self) -> str:
        """How many of the draws cross, where not all do."""
        return "" if self.crossing.share >= 0.995 else percent(self.crossing.share)


@dataclass(frozen=True)
class BreakEvenView:
    """One study of a page."""

    found: BreakEven
    short_titles: Mapping[str, str]

    @property
    def stage_title(self) -> str:
        stage = self.found.sides[0].graph.stage
        return stage.title or stage.name

    @property
    def sides(self) -> tuple[str, str]:
        """What the sides are called."""
        first, second = (self.short_titles[side.name] for side in self.found.sides)
        return first, second

    @cached_property
    def chart(self) -> BreakEvenChart:
        return breakeven_chart(self.found)

    def label(self, requests: float) -> str:
        """On the axis."""
        return axis_label(requests)

    @property
    def crossings(self) -> list[CrossingView]:
        """Those of the whole bills, then those of compute."""
        every = [("whole bills", item) for item in self.found.crossings]
        every += [("compute and the door to it", item) for item in self.found.compute_crossings]
        return [
            CrossingView(number, of, item, self.sides[item.cheaper_beyond], self._unheld(item))
            for number, (of, item) in enumerate(every, start=1)
        ]

    def _unheld(self, crossing: Crossing) -> tuple[str, ...]:
        held = self.found.held_at(crossing)
        return tuple(name for name, holds in zip(self.sides, held, strict=True) if not holds)

    @property
    def everywhere(self) -> str | None:
        """Who is cheaper by the whole bill at every load, where the bills do not cross."""
        if self.found.crossings or not all(side.sizing.holds for side in self.found.sides):
            return None
        first, second = (float(side.costs.total[-1, 0]) for side in self.found.sides)
        return self.sides[0 if first < second else 1]

    @property
    def points(self) -> list[int]:
        """The loads in the table."""
        return shown_points(self.found)

    def requests(self, point: int) -> str:
        return requests_text(float(self.found.loads.requests[point]))

    @property
    def surface(self) -> list[tuple[str, list[tuple[SurfaceRow, str, str]]]]:
        """By dimension: each value with where the bills, and the compute, cross."""
        return [
            (name, [(row, cross_cell(row, False), cross_cell(row, True)) for row in rows])
            for name, rows in groupby(self.found.surface, key=lambda row: row.dimension)
        ]
