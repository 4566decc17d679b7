"""A break-even as two curves: dollars over requests, and how much dearer the first side is; places in percent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pricing.bill import HIGH, LOW
from reports.html.growth_chart import gridlines
from studies.breakeven.breakeven import BreakEven
from studies.breakeven.text import requests_text

Floats = NDArray[np.float64]
LEAST_USD = 1.0
"""Where the axis of dollars begins: less is nothing to decide by."""


@dataclass(frozen=True)
class Grid:
    """A value on an axis."""

    value: float
    place: float


@dataclass(frozen=True)
class Curve:
    """A cost as a line within its range."""

    side: int
    whole: bool
    """The whole bill, or compute and its door."""
    line: str
    band: str


@dataclass(frozen=True)
class Mark:
    """A crossing on the axis of requests, numbered as in the text."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class BreakEvenChart:
    """x and y run from 0 to 100, y downwards; both axes of the curves are logarithmic."""

    curves: tuple[Curve, ...]
    usd: tuple[Grid, ...]
    requests: tuple[Grid, ...]
    marks: tuple[Mark, ...]
    """Crossings, those of the whole bills first."""
    gap_line: str
    gap_band: str
    gap: tuple[Grid, ...]
    """Shares by which the first side is dearer, on the axis of the lower plot."""
    zero: float


def breakeven_chart(found: BreakEven) -> BreakEvenChart:
    """The curves of a study."""
    requests = found.loads.requests
    costs = [(place, whole, side.costs.total if whole else side.costs.compute)
             for whole in (True, False) for place, side in enumerate(found.sides)]  # fmt: skip
    top = max(float(np.quantile(cost, HIGH, axis=1).max()) for _, _, cost in costs) * 1.2
    scale = _Log(LEAST_USD, top)
    across = _Log(float(requests[0]), float(requests[-1]))
    xs = [100 - across.y(float(value)) for value in requests]
    marks = [
        Mark(number, 100 - across.y(item.likely), scale.y(item.usd_per_month))
        for number, item in enumerate((*found.crossings, *found.compute_crossings), start=1)
    ]
    return BreakEvenChart(
        tuple(Curve(place, whole, *_curve(xs, cost, scale)) for place, whole, cost in costs),
        tuple(Grid(value, scale.y(value)) for value in decades(LEAST_USD, top)),
        tuple(Grid(value, 100 - across.y(value)) for value in decades(float(requests[0]), float(requests[-1]))),
        tuple(marks),
        *_gap(found, xs),
    )


@dataclass(frozen=True)
class _Log:
    low: float
    high: float

    def y(self, value: float) -> float:
        """From 100 at the low end to 0 at the high end."""
        share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return 100 * (1 - share)


def decades(low: float, high: float) -> list[float]:
    """Powers of ten within a range.

    >>> decades(50, 20_000)
    [100.0, 1000.0, 10000.0]
    """
    first, last = math.ceil(round(math.log10(low), 9)), math.floor(round(math.log10(high), 9))
    return [10.0**power for power in range(first, last + 1)]


def _curve(xs: Sequence[float], cost: Floats, scale: _Log) -> tuple[str, str]:
    low, high = (np.quantile(cost[:, 1:], share, axis=1) if cost.shape[1] > 1 else cost[:, 0] for share in (LOW, HIGH))
    upper = [(x, scale.y(float(usd))) for x, usd in zip(xs, high, strict=True)]
    lower = [(x, scale.y(float(usd))) for x, usd in zip(xs, low, strict=True)]
    line = [(x, scale.y(float(usd))) for x, usd in zip(xs, cost[:, 0], strict=True) if usd >= scale.low]
    return points(line), points([*upper, *reversed(lower)])


def _gap(found: BreakEven, xs: Sequence[float]) -> tuple[str, str, tuple[Grid, ...], float]:
    """How much dearer the first side's whole bill is, as a share of the second's, within its range."""
    first, second = (side.costs.total for side in found.sides)
    share = (first - second) / np.maximum(second, 1e-9)
    drawn = share[:, 1:] if share.shape[1] > 1 else share
    low, high = np.quantile(drawn, LOW, axis=1), np.quantile(drawn, HIGH, axis=1)
    bottom, top = (
        min(0.0, float(low.min()), float(share[:, 0].min())),
        max(0.0, float(high.max()), float(share[:, 0].max())),
    )
    room = 0.08 * (top - bottom) or 0.01
    bottom, top = bottom - room, top + room

    def y(value: float) -> float:
        return 100 * (top - value) / (top - bottom)

    band = [*((x, y(float(v))) for x, v in zip(xs, high, strict=True)),
            *reversed([(x, y(float(v))) for x, v in zip(xs, low, strict=True)])]  # fmt: skip
    ticks = [*(-value for value in gridlines(-bottom)), *gridlines(top)] if bottom < 0 < top else []
    least = max((abs(value) for value in ticks), default=0.0) / 4
    grid = tuple(Grid(value, y(value)) for value in sorted(ticks) if abs(value) >= least)
    return points([(x, y(float(v))) for x, v in zip(xs, share[:, 0], strict=True)]), points(band), grid, y(0.0)


def points(places: Sequence[tuple[float, float]]) -> str:
    """As an SVG polyline takes them."""
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in places)


def axis_label(requests: float) -> str:
    """Requests on an axis.

    >>> axis_label(1e6), axis_label(1e5), axis_label(1e9)
    ('1m', '100k', '1b')
    """
    for size, letter in ((1e9, "b"), (1e6, "m"), (1e3, "k")):
        if requests >= size:
            return f"{requests / size:g}{letter}"
    return requests_text(requests)
