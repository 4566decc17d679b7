"""Section 5: what nobody has measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pricing.price_table import load_prices

from .tables import percent, table

REGIONS: Final = ("us-east-1", "eu-west-1")
LIMITS: Final = {
    "Latency of a deployed system": "No architecture here was deployed. Predicted percentiles rest on assumed service "
    "times; section 2 shows that the queueing is right, not that the times are.",
    "Real bills": "No invoice was compared with a prediction. Taxes, support plans, credits and private prices are "
    "outside the model.",
    "From traffic to usage": "Requests per user, payloads, log volume, capacity units and cache hits are derived or "
    "assumed; the published estimates state usage outright. This is where a real bill would most likely differ.",
    "Today's prices": "No price was read from the provider's billing interface. The tables bear their dates and are as "
    "old as their sources.",
    "Autoscaling, bursts, faults, burstable credits": "Modelled after the provider's documentation; no outside "
    "measurement was found to compare with.",
    "Growth, availability, commitments": "Arithmetic on stated or assumed rates, held by hand-worked tests alone. One "
    "Savings Plan appears in section 1.",
    "Load tests": "Section 6 measures the stand-in and no deployment: what `stageplan loadtest` finds of a host of "
    "yours is yours to know.",
}


def limits_section() -> Iterable[str]:
    """Its paragraphs and tables."""
    yield "## 5. What is not measured"
    yield "\n".join(f"- **{what}.** {why}" for what, why in LIMITS.items())
    yield "### Regions"
    yield (
        "Section 1 is us-east-1; section 3 does not know its region. eu-west-1 holds fewer prices, none of them "
        "compared with anything:"
    )
    yield table(("region", "meters of its own with a price", "of those of us-east-1"), _regions())
    yield "A meter without a price in its region is shown as unpriced; it is never taken from another region."


def _regions() -> Iterable[tuple[str, ...]]:
    """Meters that are priced by region; global ones hold everywhere."""
    meters = {
        name: {rate.meter for rate in load_prices(name).rates.values() if rate.region == name} for name in REGIONS
    }
    first = meters[REGIONS[0]]
    for name in REGIONS:
        yield (name, str(len(meters[name])), percent(len(meters[name] & first) / len(first)))
