"""A forecast as a curve: places in percent of the plot's width and height, so that it fits any screen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studies.forecast import Forecast
from studies.forecast_month import Month

LABELLED = 4
"""Months with a label on the axis, the first and the last among them."""
GRIDLINES = 4
"""At most."""


@dataclass(frozen=True)
class Gridline:
    """An amount on the axis of dollars."""

    usd: float
    y: float


@dataclass(frozen=True)
class MonthLabel:
    """A month on the axis of time."""

    month: Month
    x: float
    anchor: str
    """Which end of the text stands there, so that none leaves the plot."""


@dataclass(frozen=True)
class Handover:
    """Where a stage begins."""

    number: int
    stage: str
    month: Month
    x: float


@dataclass(frozen=True)
class GrowthChart:
    """The likely cost as a line within its range; x and y run from 0 to 100, y downwards."""

    line: str
    band: str
    gridlines: tuple[Gridline, ...]
    labels: tuple[MonthLabel, ...]
    handovers: tuple[Handover, ...]


def growth_chart(forecast: Forecast) -> GrowthChart:
    """The curve of a forecast on axes from month 1 and from zero dollars."""
    months = forecast.months
    top = max(month.cost.high for month in months) * 1.04 or 1.0

    def x(month: Month) -> float:
        return 100 * (month.number - 1) / max(len(months) - 1, 1)

    def y(usd: float) -> float:
        return 100 * (1 - usd / top)

    upper = [(x(month), y(month.cost.high)) for month in months]
    lower = [(x(month), y(month.cost.low)) for month in reversed(months)]
    return GrowthChart(
        _points((x(month), y(month.cost.likely)) for month in months),
        _points([*upper, *lower]),
        tuple(Gridline(usd, y(usd)) for usd in gridlines(top)),
        tuple(MonthLabel(month, x(month), _anchor(month, months)) for month in _labelled(months)),
        tuple(
            Handover(place, stage, months[number - 1], x(months[number - 1]))
            for place, (number, stage) in enumerate(forecast.handovers, start=1)
        ),
    )


def gridlines(top: float) -> tuple[float, ...]:
    """Round amounts above zero and up to `top`: multiples of one, two or five times a power of ten.

    >>> gridlines(2300), gridlines(44), gridlines(0.5)
    ((1000.0, 2000.0), (20.0, 40.0), (0.2, 0.4))
    """
    power = 10.0 ** (math.floor(math.log10(top)) - 1)
    step = next(step * power for step in (1, 2, 5, 10, 20, 50) if top / (step * power) <= GRIDLINES)
    return tuple(round(step * count, 10) for count in range(1, int(top / step) + 1))


def _labelled(months: Sequence[Month]) -> list[Month]:
    places = {round((len(months) - 1) * part / (LABELLED - 1)) for part in range(LABELLED)}
    return [months[place] for place in sorted(places)]


def _anchor(month: Month, months: Sequence[Month]) -> str:
    return {months[0].number: "start", months[-1].number: "end"}.get(month.number, "middle")


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in places)
