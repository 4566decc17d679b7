"""Resources whose bill others published: every quantity and every total that they printed."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pricing.bill import Bill
from pricing.commitments import commitments_for

CASES = json.loads((Path(__file__).parents[1] / "cases" / "cost_published_estimates.json").read_text())
PAGE_CENT = 0.00501
"""An estimate prints cents: each of its figures is rounded to half of one."""


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_published_estimate_is_reproduced(case: dict[str, Any], bill_of: Callable[..., Bill]) -> None:
    """Quantities are exact, each cost is right to the cent, the total to the case's tolerance."""
    bill = bill_of(case["component"])
    quantities: defaultdict[str, float] = defaultdict(float)
    costs: defaultdict[str, float] = defaultdict(float)
    for line in bill.lines:
        quantities[line.meter] += line.quantity
        costs[line.meter] += line.cost.likely
    for meter in case.get("reserved_meters", ()):
        (offer,) = (item for item in commitments_for(meter, "us-east-1") if item.term_years == 1)
        costs[meter] = offer.monthly_usd(costs[meter], round(quantities[meter] / 730)).low
    for line in case["lines"]:
        assert quantities[line["meter"]] == pytest.approx(line["quantity"], rel=1e-4 if line["quantity"] < 1 else 1e-9)
        assert costs[line["meter"]] == pytest.approx(line["cost"], abs=max(PAGE_CENT, case["tolerance"]), rel=1e-9)
    assert sum(costs.values()) == pytest.approx(case["total"], abs=case["tolerance"])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_an_estimate_leaves_open_is_shown_as_depending_on_usage(
    case: dict[str, Any], bill_of: Callable[..., Bill]
) -> None:
    """Exactly the meters that nobody states a quantity for have a unit price and no cost."""
    open_lines = [line for line in bill_of(case["component"]).lines if line.state == "depends on usage"]
    assert sorted(line.meter for line in open_lines) == sorted(case.get("depends_on_usage", ()))
    assert all(line.unit_price is not None and line.cost.likely == 0 for line in open_lines)
