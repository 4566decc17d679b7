"""Which assumption would explain a difference: moved to what value, within or outside of its range, the rest likely.

One assumption at a time. The cost is computed on a grid over the range of each assumption in one vectorised pass, and
only when no value of the range closes the gap, for that assumption on a wider grid beyond it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.assumptions import Assumption
from model.quantity import Num
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.metering.site import DependsOnUsage, Metered
from pricing.price_table import PriceTable
from pricing.rating import rate_usage
from pricing.usage import usage

Floats = NDArray[np.float64]
GRID: Final = 33
"""Values of each assumption within its range; beyond it as many again on either side."""
BEYOND: Final = 20.0
"""How many times the high, or which part of the low, a value may be before it explains nothing."""
CLOSED: Final = 0.02
"""A gap of which less than this share is left is closed."""
SHOWN: Final = 3


@dataclass(frozen=True)
class Explanation:
    """One assumption at the value that comes nearest to what was billed."""

    assumption: str
    unit: str
    low: float
    likely: float
    high: float
    value: float
    """The value nearest to the likely one among those that do equally well."""
    value_from: float
    value_to: float
    """How far it may go down and up without opening the gap again."""
    predicted: float
    """USD a month with this value."""
    closed_share: float
    """The part of the gap that it closes, at most 1."""

    @property
    def within(self) -> bool:
        """Inside of the assumption's own range."""
        return self.low <= self.value <= self.high

    def as_json(self) -> dict[str, Any]:
        return {
            "assumption": self.assumption,
            "unit": self.unit,
            "low": self.low,
            "likely": self.likely,
            "high": self.high,
            "value": float(f"{self.value:.6g}"),
            "value_from": float(f"{self.value_from:.6g}"),
            "value_to": float(f"{self.value_to:.6g}"),
            "within": self.within,
            "predicted": round(self.predicted, 4),
            "closed_share": round(self.closed_share, 4),
        }


Costs = Mapping[str, Floats]
"""USD a month by meter, one for each value of the assumptions."""


class Model:
    """The costs of a stage by meter at any values of its assumptions."""

    def __init__(self, graph: SizedGraph, table: PriceTable, free_tier: FreeTier) -> None:
        self.graph, self.table, self.free_tier = graph, table, free_tier
        self._within: dict[str, tuple[Floats, Costs]] | None = None
        self._beyond: dict[str, tuple[Floats, Costs]] = {}

    def within(self) -> Mapping[str, tuple[Floats, Costs]]:
        """By assumption: values over its range, and the costs at them."""
        if self._within is None:
            grids = {name: _grid(item) for name, item in self.graph.assumptions.items() if item.high > item.low}
            width = sum(grid.size for grid in grids.values())
            columns: dict[str, Num] = {
                name: np.full(width, item.likely) for name, item in self.graph.assumptions.items()
            }
            places, start = {}, 0
            for name, grid in grids.items():
                places[name] = slice(start, start + grid.size)
                column = columns[name]
                if isinstance(column, np.ndarray):
                    column[places[name]] = grid
                start += grid.size
            costs = self._costs(columns, width) if width else {}
            self._within = {
                name: (grid, {meter: cost[places[name]] for meter, cost in costs.items()})
                for name, grid in grids.items()
            }
        return self._within

    def beyond(self, name: str) -> tuple[Floats, Costs]:
        """Values below and above the range of one assumption, and the costs; none where the model has no answer."""
        if name not in self._beyond:
            grid = _wider(self.graph.assumptions[name])
            columns: dict[str, Num] = {
                other: np.full(grid.size, item.likely) for other, item in self.graph.assumptions.items()
            }
            columns[name] = grid
            try:
                self._beyond[name] = (grid, self._costs(columns, grid.size)) if grid.size else (grid, {})
            except (ValueError, ArithmeticError):
                self._beyond[name] = np.empty(0), {}
        return self._beyond[name]

    def _costs(self, columns: Mapping[str, Num], width: int) -> Costs:
        found: defaultdict[str, Floats] = defaultdict(lambda: np.zeros(width))
        with np.errstate(all="ignore"):  # beyond a range a formula may divide by nothing; that is no cost, and raises
            counted = usage(self.graph, self.graph.values(columns))
            for rated in rate_usage(counted, self.table, self.free_tier):
                item = rated.usage
                meter = item.meter if isinstance(item, Metered | DependsOnUsage) else item.what
                found[meter] = found[meter] + rated.cost
        return found


def explanations(model: Model, meters: Iterable[str], predicted: float, billed: float) -> tuple[Explanation, ...]:
    """The assumptions that bring the cost of some meters from `predicted` to `billed`, best first: at most three.

    First those that close the gap within their range, by how little they move; then those that do so beyond it; then
    those that close a part of it.
    """
    names = tuple(meters)
    gap = billed - predicted
    if abs(gap) < 0.005:
        return ()
    found = []
    for name, (grid, costs) in model.within().items():
        total = _sum(names, costs, grid.size)
        if np.ptp(total) < 1e-9:
            continue
        assumption = model.graph.assumptions[name]
        best = _nearest(name, assumption, grid, total, predicted, billed)
        if best.closed_share < 1 - CLOSED:
            grid, costs = model.beyond(name)
            if grid.size:
                wider = _nearest(name, assumption, grid, _sum(names, costs, grid.size), predicted, billed)
                best = wider if wider.closed_share >= 1 - CLOSED else best
        if best.closed_share > 0.05:
            found.append(best)
    return tuple(sorted(found, key=_rank)[:SHOWN])


def _rank(item: Explanation) -> tuple[bool, bool, float, float, str]:
    span = item.high - item.low or abs(item.likely) or 1.0
    closes = item.closed_share >= 1 - CLOSED
    moved = abs(item.value - item.likely) / span
    return not closes, not item.within, 0.0 if closes else -item.closed_share, moved, item.assumption


def _nearest(
    name: str, assumption: Assumption, grid: Floats, total: Floats, predicted: float, billed: float
) -> Explanation:
    """The value whose cost is nearest to the billed one; between two values of the grid by a straight line."""
    crossed = _crossings(grid, total, billed)
    if assumption.whole:
        crossed = np.unique(np.rint(crossed))
    values = np.unique(np.concatenate((grid, crossed)))
    costs = np.interp(values, grid, total)
    off = np.abs(costs - billed)
    order = np.lexsort((np.abs(values - assumption.likely), np.round(off, 6)))
    at = int(order[0])
    gap = abs(billed - predicted)
    low, high = _stretch(off <= max(off[at], CLOSED * gap), at)
    return Explanation(
        assumption=name,
        unit=assumption.unit,
        low=assumption.low,
        likely=assumption.likely,
        high=assumption.high,
        value=float(values[at]),
        value_from=float(values[low]),
        value_to=float(values[high]),
        predicted=float(costs[at]),
        closed_share=max(0.0, 1 - float(off[at]) / gap),
    )


def _stretch(good: NDArray[np.bool_], at: int) -> tuple[int, int]:
    """The first and the last place of the unbroken run of good ones around a place."""
    bad = np.flatnonzero(~good)
    below, above = bad[bad < at], bad[bad > at]
    return (int(below[-1]) + 1 if below.size else 0), (int(above[0]) - 1 if above.size else good.size - 1)


def _crossings(grid: Floats, total: Floats, billed: float) -> Floats:
    """Where the line through the grid passes the billed cost."""
    below, above = total[:-1] - billed, total[1:] - billed
    passed = below * above < 0
    step = np.divide(below, below - above, out=np.zeros_like(below), where=passed)
    crossings: Floats = (grid[:-1] + np.diff(grid) * step)[passed]
    return crossings


def _sum(names: Iterable[str], costs: Costs, width: int) -> Floats:
    return sum((costs[name] for name in names if name in costs), start=np.zeros(width))


def _grid(assumption: Assumption) -> Floats:
    return _typed(assumption, np.linspace(assumption.low, assumption.high, GRID))


def _wider(assumption: Assumption) -> Floats:
    """Values on both sides of the range; a share stays one."""
    most = 1.0 if assumption.high <= 1 and "share" in assumption.unit else assumption.high * BEYOND
    least = assumption.low / BEYOND if assumption.low > 0 else assumption.low
    parts = []
    if assumption.low > 0:
        parts.append(np.geomspace(least, assumption.low, GRID))
    if most > assumption.high > 0:
        parts.append(np.geomspace(assumption.high, most, GRID))
    return _typed(assumption, np.concatenate(parts)) if parts else np.empty(0)


def _typed(assumption: Assumption, values: Floats) -> Floats:
    return np.unique(np.rint(values)) if assumption.whole else values
