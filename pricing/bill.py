"""The bill: usage rated by the price tables, every line traceable to quantity x price x source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.assumptions import Assumption
from pricing.allowances import FreeTier
from pricing.rating import State

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


class Range(NamedTuple):
    """USD a month: the 5th percentile, the value with every assumption at its likely value, the 95th percentile."""

    low: float
    likely: float
    high: float

    def as_json(self) -> dict[str, float]:
        return {"low": round(self.low, 4), "likely": round(self.likely, 4), "high": round(self.high, 4)}


LOW, HIGH = 0.05, 0.95
"""The percentiles of a range."""


def range_of(likely: float, drawn: Iterable[Floats]) -> Range:
    """The range of a sum: its likely value, and the percentiles of its parts added draw by draw."""
    return ranges_of([(likely, drawn)])[0]


def ranges_of(sums: Iterable[tuple[float, Iterable[Floats]]]) -> list[Range]:
    """The ranges of several sums at once; a sum without draws is certain."""
    likely, parts = zip(*((value, [costs for costs in drawn if costs.size]) for value, drawn in sums), strict=True)
    uncertain = [np.sum(costs, axis=0) for costs in parts if costs]
    low, high = quantiles(np.stack(uncertain), (LOW, HIGH)) if uncertain else ((), ())
    bounds = iter(zip(low, high, strict=True))
    return [
        _around(value, *next(bounds)) if costs else Range(value, value, value)
        for value, costs in zip(likely, parts, strict=True)
    ]


def quantiles(rows: Floats, shares: Sequence[float]) -> Floats:
    """The quantile at each share of every row, shape (shares, rows), between neighbours by a straight line.

    As `numpy.quantile`, which imports masked arrays for it: a tenth of what pricing a stage takes.
    """
    places = np.asarray(shares) * (rows.shape[1] - 1)
    below = places.astype(np.intp)
    above = np.minimum(below + 1, rows.shape[1] - 1)
    ordered = np.partition(rows, sorted({*below.tolist(), *above.tolist()}), axis=1)
    lower, upper = ordered[:, below], ordered[:, above]
    return np.asarray((lower + (upper - lower) * (places - below)).T)


def _around(likely: float, low: float, high: float) -> Range:
    return Range(min(float(low), likely), likely, max(float(high), likely))


class Step(NamedTuple):
    """A part of a line on one price tier: `quantity` units at `unit_price` USD each."""

    quantity: float
    unit_price: float


class Line(NamedTuple):
    """One meter of one component."""

    component: str
    label: str
    service: str
    meter: str
    description: str
    quantity: float
    """In `unit`s, the free ones included."""
    free_quantity: float
    unit: str
    unit_price: float | None
    """Of the first tier; None when there is none."""
    steps: tuple[Step, ...]
    """What is billed, tier by tier: the sum of quantity x unit_price is the cost."""
    cost: Range
    state: State
    source: str
    effective_date: str
    confidence: str
    how: str
    """How the quantity was counted, or why there is no cost."""
    implied: bool

    def as_json(self) -> dict[str, Any]:
        """The line as `price --json` prints it."""
        return {
            "component": self.component,
            "service": self.service,
            "meter": self.meter,
            "description": self.description,
            "quantity": self.quantity,
            "free_quantity": self.free_quantity,
            "unit": self.unit,
            "unit_price": self.unit_price,
            "tiers": [{"quantity": step.quantity, "unit_price": step.unit_price} for step in self.steps],
            "cost": round(self.cost.likely, 6),
            "cost_low": round(self.cost.low, 6),
            "cost_high": round(self.cost.high, 6),
            "state": self.state,
            "source": self.source,
            "effective_date": self.effective_date,
            "confidence": self.confidence,
            "how": self.how,
            "implied": self.implied,
        }


class Influence(NamedTuple):
    """What one assumption does to the total: USD a month with it alone at its low and at its high value."""

    name: str
    assumption: Assumption
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """How far the total moves over the assumption's range."""
        return abs(self.at_high - self.at_low)

    def as_json(self) -> dict[str, Any]:
        assumption = self.assumption
        return {
            "name": self.name,
            "low": assumption.low,
            "likely": assumption.likely,
            "high": assumption.high,
            "unit": assumption.unit,
            "why": assumption.why,
            "source": assumption.source,
            "total_at_low": round(self.at_low, 4),
            "total_at_high": round(self.at_high, 4),
        }


@dataclass(frozen=True)
class Bill:
    """The monthly bill of one stage."""

    architecture: str
    stage: str
    region: str
    price_date: str
    free_tier: FreeTier
    lines: tuple[Line, ...]
    total: Range
    components: Mapping[str, Range]
    """Cost by component, those without cost included."""
    services: Mapping[str, Range]
    influences: tuple[Influence, ...]
    """Assumptions, those that move the total most first."""
    draws: int
    seed: int
    median: float | None = None
    """Half of the draws come to less, USD a month: above the likely total where the assumptions lean upwards."""
    simulated: bool = False
    component_draws: Mapping[str, Floats] = field(default_factory=dict, repr=False, compare=False)
    """Cost by component for every draw, shape (draws,)."""

    def range_of(self, components: Iterable[str]) -> Range:
        """What some components cost together."""
        names = list(dict.fromkeys(components))
        likely = sum(line.cost.likely for line in self.lines if line.component in names)
        return range_of(likely, [self.component_draws[name] for name in names if name in self.component_draws])

    @property
    def missing(self) -> tuple[Line, ...]:
        """Lines without a cost that somebody pays for."""
        return tuple(line for line in self.lines if line.state in ("unpriced", "depends on usage"))

    @property
    def lacking(self) -> frozenset[str]:
        """Components and services that have a line without a cost: their sum is 'at least', or not known at all."""
        return frozenset(name for line in self.missing for name in (line.component, line.service))

    @property
    def complete(self) -> bool:
        """Whether nothing is missing from the total; if something is, the total is 'at least'."""
        return not self.missing

    @property
    def implied_usd(self) -> float:
        """What components that the document never mentions add to the total."""
        return sum(line.cost.likely for line in self.lines if line.implied)

    def as_json(self) -> dict[str, Any]:
        """The bill as `price --json` prints it."""
        return {
            "architecture": self.architecture,
            "stage": self.stage,
            "region": self.region,
            "price_date": self.price_date,
            "free_tier": self.free_tier,
            "simulated": self.simulated,
            "total": self.total.as_json(),
            "median": None if self.median is None else round(self.median, 4),
            "complete": self.complete,
            "components": {name: cost.as_json() for name, cost in self.components.items()},
            "services": {name: cost.as_json() for name, cost in self.services.items()},
            "lines": [line.as_json() for line in self.lines],
            "assumptions": [influence.as_json() for influence in self.influences],
            "draws": self.draws,
            "seed": self.seed,
        }

    def frame(self) -> pd.DataFrame:
        """The lines as a table: one row per line, the columns of the JSON."""
        import pandas as pd

        return pd.DataFrame([line.as_json() for line in self.lines]).drop(columns=["tiers"])

    def _repr_html_(self) -> str:
        """Cost by service as a table in a notebook."""
        rows = "".join(
            f"<tr><td>{service}</td><td>{cost.low:,.2f}</td><td>{cost.likely:,.2f}</td><td>{cost.high:,.2f}</td></tr>"
            for service, cost in by_cost(self.services)
        )
        head = "<tr><th>service</th><th>low</th><th>likely</th><th>high</th></tr>"
        least = "" if self.complete else "at least "
        title = f"{self.architecture}, {self.stage}: {least}${self.total.likely:,.2f} a month"
        return f"<h4>{title}</h4><table>{head}{rows}</table>"


def by_cost(costs: Mapping[str, Range]) -> Iterable[tuple[str, Range]]:
    """Names with their costs, dearest first, then by name."""
    return sorted(costs.items(), key=lambda item: (-item[1].likely, item[0]))
