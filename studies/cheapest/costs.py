"""What an option costs: the bill at the likely values, and with one-year promises for the part that is steady."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from model.kinds.fargate import Fargate
from model.sizing import SizedGraph
from model.units import HOURS_PER_MONTH
from model.workload import Workload, hourly_factors
from pricing.allowances import FreeTier
from pricing.commitments import Commitment, Hourly, commitments_for
from pricing.price_table import PriceTable
from pricing.rating import rate_usage
from pricing.usage import usage

TERM_YEARS = 1
_INSTANCES = ("rds.", "aurora.", "elasticache.", "ec2.", "opensearch.")
_WHOLE = 1e-6


@dataclass(frozen=True)
class Promise:
    """A commitment of one year with what it saves a month, at the smaller discount."""

    commitment: Commitment
    meter: str
    on_demand_usd: float
    """Of the part that is used in every hour."""
    saved_usd: float

    def as_json(self) -> dict[str, Any]:
        return {
            "commitment": self.commitment.name,
            "meter": self.meter,
            "on_demand_usd_per_month": round(self.on_demand_usd, 2),
            "saved_usd_per_month": round(self.saved_usd, 2),
            "confidence": self.commitment.confidence,
        }


@dataclass(frozen=True)
class Cost:
    """USD a month."""

    on_demand_usd: float
    promises: tuple[Promise, ...]
    unpriced: frozenset[str]
    """Meters without a price."""
    list_usd: float
    """On demand without allowances and tiers: what decides between options that the allowances make free."""

    @property
    def usd(self) -> float:
        """With the promises."""
        return self.on_demand_usd - sum(promise.saved_usd for promise in self.promises)


def cost_of(graph: SizedGraph, prices: PriceTable, free_tier: FreeTier = "always", *, commit: bool = True) -> Cost:
    """A stage's month; with `commit` the promises that save most for each meter, for the steady part of its use."""
    rated = rate_usage(usage(graph), prices, free_tier)
    total = sum(float(item.cost) for item in rated)
    unpriced = frozenset(getattr(item.usage, "meter", "") for item in rated if item.state == "unpriced")
    steady: defaultdict[str, float] = defaultdict(float)
    if commit:
        for item in rated:
            meter = getattr(item.usage, "meter", "")
            if item.state == "priced" and meter:
                steady[meter] += float(item.cost) * _steady_share(graph, item.component, meter, float(item.quantity))
    found = (_promise(meter, usd, prices) for meter, usd in sorted(steady.items()) if usd > 0)
    listed = sum(float(item.quantity) * item.rate.unit_prices[0] for item in rated if item.rate is not None)
    return Cost(total, tuple(promise for promise in found if promise is not None), unpriced, listed)


def _steady_share(graph: SizedGraph, component: str, meter: str, quantity: float) -> float:
    """The part of a meter that every hour of the day uses."""
    if meter.startswith(_INSTANCES) or meter.startswith("lambda.provisioned."):
        return 1.0
    service = graph.components[component]
    if isinstance(service, Fargate) and quantity > 0 and meter.startswith(("fargate.vcpu", "fargate.gb")):
        spot = float(service.spot_share(graph.likely)) if callable(service.spot_share) else service.spot_share
        each = service.vcpu if ".vcpu." in meter else service.memory_gb
        return min(service.tasks.min * (1 - spot) * each * HOURS_PER_MONTH / quantity, 1.0)
    if meter.startswith("lambda.duration"):
        shape = graph.workload.shape
        return _quietest(shape, float(graph.likely["peak_factor"]))
    return 0.0


@cache
def _quietest(shape: str | tuple[float, ...], peak_factor: float) -> float:
    """The rate of the quietest hour over the mean one."""
    return float(hourly_factors(Workload.model_validate({"shape": shape}), peak_factor).min())


def _promise(meter: str, usd: float, prices: PriceTable) -> Promise | None:
    offers = [item for item in commitments_for(meter, prices.region, prices.date) if item.term_years == TERM_YEARS]
    found = [promise for item in offers if (promise := _taken(item, meter, usd, prices)).saved_usd > 0]
    return max(found, key=lambda promise: (promise.saved_usd, promise.commitment.name), default=None)


def _taken(item: Commitment, meter: str, usd: float, prices: PriceTable) -> Promise:
    """As many instances as run all the time, or the steady use of a plan."""
    count = 1
    if isinstance(item.terms, Hourly):
        each = prices.rate(meter).usd_per_unit * HOURS_PER_MONTH
        count = int(usd / each + _WHOLE)
        usd = count * each
    saved = usd - item.monthly_usd(usd, count).high if count else 0.0
    return Promise(item, meter, usd, saved)
