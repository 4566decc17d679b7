"""Worked examples of the provider's pricing pages, calculator exports and guidance tables."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pricing.bill import Bill
from pricing.commitments import load_commitments

CASES = json.loads((Path(__file__).parents[1] / "cases" / "cost_worked_examples.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_example_comes_out_to_the_cent(case: dict[str, Any], bill_of: Callable[..., Bill]) -> None:
    """The total is that of the example; allowances count on the meters for which the example counts them."""
    with_allowances = bill_of(case["component"], free_tier="always")
    without = bill_of(case["component"], free_tier="none")
    costs: dict[str, float] = {}
    for free, full in zip(with_allowances.lines, without.lines, strict=True):
        line = free if full.meter in case["free_meters"] else full
        costs[line.meter] = costs.get(line.meter, 0.0) + line.cost.likely
    if "committed" in case:
        promise = case["committed"]
        (offer,) = (item for item in load_commitments() if item.name == promise["commitment"])
        costs[promise["meter"]] = offer.monthly_usd(costs[promise["meter"]], promise["count"]).low
    assert sum(costs.values()) == pytest.approx(case["total"], abs=0.01)
    assert set(case["free_meters"]) <= set(costs)
    assert all(line.state != "unpriced" for line in without.lines)
