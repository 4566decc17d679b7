"""Commitments along a forecast: what each would cost and save over its term, and from how many months on it pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.units import HOURS_PER_MONTH
from pricing.bill import Bill
from pricing.commitments import Band, Commitment, Hourly, commitments_for
from pricing.price_table import PriceTable


@dataclass(frozen=True)
class Offer:
    """One commitment taken in the month in which its meter first stands on the bill."""

    commitment: Commitment
    from_month: int
    months_used: int
    """Within the forecast, and at most the term."""
    on_demand_usd_per_month: float
    """Of what is used in every one of those months: the part that can be promised."""
    committed_usd_per_month: Band
    upfront_usd: Band

    @property
    def breakeven_months(self) -> float:
        """Months of use from which on the whole term costs less than paying by the hour."""
        likely = sum(self.committed_usd_per_month) / 2
        return self.commitment.term_months * likely / self.on_demand_usd_per_month

    @property
    def pays(self) -> bool:
        """Whether the forecast uses it long enough, at the smaller discount."""
        term = self.commitment.term_months * self.committed_usd_per_month.high
        return self.months_used * self.on_demand_usd_per_month > term

    @property
    def saved_usd(self) -> Band:
        """Over the months used within the forecast, against on-demand; negative when it does not pay."""
        term = self.commitment.term_months
        used = self.months_used * self.on_demand_usd_per_month
        low, high = (used - term * usd for usd in (self.committed_usd_per_month.high, self.committed_usd_per_month.low))
        return Band(low, high)

    def as_json(self) -> dict[str, Any]:
        return {
            "commitment": self.commitment.name,
            "kind": self.commitment.kind,
            "term_months": self.commitment.term_months,
            "from_month": self.from_month,
            "months_used": self.months_used,
            "on_demand_usd_per_month": round(self.on_demand_usd_per_month, 2),
            "committed_usd_per_month": [round(usd, 2) for usd in self.committed_usd_per_month],
            "upfront_usd": [round(usd, 2) for usd in self.upfront_usd],
            "breakeven_months": round(self.breakeven_months, 1),
            "pays": self.pays,
            "saved_usd": [round(usd, 2) for usd in self.saved_usd],
            "confidence": self.commitment.confidence,
            "source": self.commitment.source,
        }


def offers(bills: Sequence[Bill], prices: PriceTable) -> tuple[Offer, ...]:
    """Every commitment that a forecast's bills could use, the most saving first."""
    monthly = [_by_meter(bill) for bill in bills]
    names: dict[str, tuple[Commitment, list[str]]] = {}
    for meter in sorted({meter for month in monthly for meter in month}):
        for item in commitments_for(meter, prices.region, prices.date):
            names.setdefault(item.name, (item, []))[1].append(meter)
    found = [_offer(item, meters, monthly, prices) for item, meters in names.values()]
    return tuple(sorted((item for item in found if item is not None), key=lambda item: -item.saved_usd.low))


def _by_meter(bill: Bill) -> Mapping[str, float]:
    """USD by meter, at the likely values."""
    costs: defaultdict[str, float] = defaultdict(float)
    for line in bill.lines:
        costs[line.meter] += line.cost.likely
    return costs


def _offer(
    item: Commitment, meters: Sequence[str], monthly: Sequence[Mapping[str, float]], prices: PriceTable
) -> Offer | None:
    """Taken when its meter first appears, for the use that lasts: the least of the months until it ends."""
    used = [sum(month.get(meter, 0.0) for meter in meters) for month in monthly]
    first = next((number for number, usd in enumerate(used) if usd > 0), None)
    if first is None:
        return None
    term = used[first : first + item.term_months]
    lasting = term[: next((place for place, usd in enumerate(term) if usd <= 0), len(term))]
    steady = min(lasting)
    count = 1
    if isinstance(item.terms, Hourly):
        each = prices.rate(meters[0]).usd_per_unit * HOURS_PER_MONTH
        count = int(steady / each + 1e-6)
        steady = count * each
    if count == 0 or steady <= 0:
        return None
    return Offer(
        item, first + 1, len(lasting), steady, item.monthly_usd(steady, count), item.upfront_usd(steady, count)
    )
