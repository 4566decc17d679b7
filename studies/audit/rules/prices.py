"""Stated unit prices against the price tables, at the document's date and today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pricing.price_table import PriceTable, Rate
from studies.amounts import plain
from studies.audit.case import Case
from studies.audit.claim_values import bounds, stated
from studies.audit.finding import Finding, about

NAME = "prices"
TOLERANCE = 0.01
"""Of the price: what rounding in a text may hide."""

_ENDED: Final = re.compile(r"^(?P<meter>.+)\.before_(?P<year>\d{4})(?:_(?P<month>\d\d))?$")
_PER: Final = re.compile(r"per (?P<count>million|thousand|1,?000|[\d.]+)?")
_COUNTS: Final = {"million": 1e6, "thousand": 1e3, "1000": 1e3, "1,000": 1e3}


def check(case: Case) -> Iterator[Finding]:
    """A unit price is the provider's at the document's date; one that has changed since is noted."""
    for claim in case.claims("price"):
        said = bounds(claim)
        if said is None or claim.meter is None or claim.meter not in case.prices:
            continue
        each = said.low / _per(claim.unit)
        today = case.prices.rate(claim.meter)
        then = rate_then(case.prices, claim.meter, case.date)
        if _among(each, then) and _among(each, today):
            continue
        old = [rate for rate in earlier(case.prices, claim.meter) if _among(each, rate)]
        right_then = _among(each, then) or (case.date is None and bool(old))
        rate = today if right_then else then
        yield about(
            NAME,
            "note" if right_then else "error",
            [claim],
            claim=claim.subject,
            stated=stated(claim),
            computed=f"{plain(rate.unit_prices[0] * _per(claim.unit))} {claim.unit}",
            calculation=_explained(right_then, case.date, today, then),
            components=claim.components,
            stages=claim.stages,
        )


def rate_then(prices: PriceTable, meter: str, date: str | None) -> Rate:
    """The rate of a meter at a date (year, month or day); today's when the date is not known."""
    found = [rate for rate in earlier(prices, meter) if date is not None and date < _ended(rate)]
    return min(found, key=_ended) if found else prices.rate(meter)


def earlier(prices: PriceTable, meter: str) -> list[Rate]:
    """The prices that a meter had before, which the tables keep as `.before_...`."""
    return [prices.rate(name) for name in prices if (match := _ENDED.match(name)) and match["meter"] == meter]


def _ended(rate: Rate) -> str:
    match = _ENDED.match(rate.meter)
    return f"{match['year']}-{match['month'] or '01'}" if match else "9999"


def _per(unit: str) -> float:
    """How many base units a stated price is for: `USD per million calls` is for 1,000,000."""
    match = _PER.search(unit)
    if match is None or match["count"] is None:
        return 1.0
    return _COUNTS.get(match["count"]) or float(match["count"])


def _among(each: float, rate: Rate) -> bool:
    """Whether a price per base unit is one of the rate's tiers."""
    return any(abs(each - price) <= TOLERANCE * price for price in rate.unit_prices)


def _explained(right_then: bool, date: str | None, today: Rate, then: Rate) -> str:
    rate = today if right_then else then
    head = "right when it was written; today's" if right_then else f"the price{f' of {date}' if date else ''}"
    each = f"{rate.usd_per_unit:.10g} USD per {rate.unit}"
    return f"{head} is {each} ({rate.meter}, {rate.effective_date}: {rate.source})"
