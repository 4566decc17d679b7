"""The cost cases priced: one bill per case, beside the quantities and totals that others published."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.loading import read
from pricing.allowances import FreeTier
from pricing.bill import Bill, Line
from pricing.commitments import commitments_for, load_commitments
from pricing.price import price

from .cases import Case


@dataclass(frozen=True)
class Deviation:
    """One case: what was published and what we find."""

    case: str
    service: str
    quantities: int
    """How many it states."""
    wrong_quantities: int
    expected_usd: float
    found_usd: float
    tolerance_usd: float
    own_source: bool
    """Whether the prices that it needs were read from the same kind of publication."""
    states_usage: bool

    @property
    def off_usd(self) -> float:
        """How far the total is off."""
        return abs(self.found_usd - self.expected_usd)

    @property
    def off_share(self) -> float:
        """The same over the published total; 0 when both are nothing."""
        return self.off_usd / self.expected_usd if self.expected_usd else 0.0

    @property
    def holds(self) -> bool:
        """Whether the total is within the tolerance."""
        return self.off_usd <= self.tolerance_usd + 1e-9


def estimate(case: Case) -> Deviation:
    """A published estimate: quantity and cost by meter, with no free allowance."""
    bill = bare_bill(case["component"])
    quantities: defaultdict[str, float] = defaultdict(float)
    costs: defaultdict[str, float] = defaultdict(float)
    for line in bill.lines:
        quantities[line.meter] += line.quantity
        costs[line.meter] += line.cost.likely
    for meter in case.get("reserved_meters", ()):
        (offer,) = (item for item in commitments_for(meter, "us-east-1") if item.term_years == 1)
        costs[meter] = offer.monthly_usd(costs[meter], round(quantities[meter] / 730)).low
    stated = {line["meter"] for line in case["lines"]}
    return Deviation(
        case["id"],
        case["service"],
        len(case["lines"]),
        sum(not _same(quantities[line["meter"]], line["quantity"]) for line in case["lines"]),
        case["total"],
        sum(costs.values()),
        case["tolerance"],
        all(_first_source(line).startswith("infracost/") for line in bill.lines if line.meter in stated),
        "usage" in case["component"],
    )


def example(case: Case) -> Deviation:
    """A worked example: allowances count on the meters for which it counts them; it states a total alone."""
    free, full = (bare_bill(case["component"], free_tier) for free_tier in ("always", "none"))
    costs: defaultdict[str, float] = defaultdict(float)
    for with_free, without in zip(free.lines, full.lines, strict=True):
        line = with_free if without.meter in case["free_meters"] else without
        costs[line.meter] += line.cost.likely
    if "committed" in case:
        promise = case["committed"]
        (offer,) = (item for item in load_commitments() if item.name == promise["commitment"])
        costs[promise["meter"]] = offer.monthly_usd(costs[promise["meter"]], promise["count"]).low
    sources = [_first_source(line) for line in full.lines if line.cost.likely > 0]
    own = any(word in source for source in sources for word in ("worked examples", "Guidance", "Calculator"))
    service = full.lines[0].service
    return Deviation(case["id"], service, 0, 0, case["total"], sum(costs.values()), 0.01, own, True)


def bare_bill(component: Mapping[str, Any], free_tier: FreeTier = "none") -> Bill:
    """The bill of one component that stands alone."""
    document = {
        "architecture": "alone",
        "title": "One component",
        "document": {"title": "One component", "id": "alone"},
        "components": {"it": component},
        "stages": [{"name": "now"}],
    }
    return price(read(json.dumps(document)).at("now"), free_tier=free_tier, draws=0)


def adjusted_totals() -> dict[str, tuple[float, str]]:
    """The estimates whose published total is known to be wrong: the total as printed, and why it was changed."""
    with (Path(__file__).parent / "adjusted_totals.csv").open(newline="") as file:
        return {row["id"]: (float(row["published_total"]), row["why"]) for row in csv.DictReader(file)}


def _same(found: float, stated: float) -> bool:
    """Equal, or to a printed quantity's four digits when it is less than one unit."""
    return abs(found - stated) <= (1e-4 if stated < 1 else 1e-9) * abs(stated)


def _first_source(line: Line) -> str:
    return line.source.split(";")[0].strip()
