"""What an incident costs: nothing when nothing happens, and what the provider charges for what it adds."""

from __future__ import annotations

import pytest

from model.loading import load
from pricing.price import price
from pricing.price_table import load_prices
from simulations.scenarios.loading import load_scenario, read_scenario
from simulations.scenarios.play import play
from studies.incident import incident_cost

PRICES = load_prices("us-east-1")


def test_a_fault_that_changes_no_usage_costs_nothing() -> None:
    """A fault of no length leaves the bill as it is, to the cent."""
    nothing = read_scenario("scenario: none\ntitle: None\nfault: external_slow\nlasts_s: 0\nafter_s: 10")
    cost = incident_cost(play(load("writlix").at("steady"), nothing, runs=1), PRICES)
    assert cost.added_usd == 0
    assert cost.usual_usd > 50


def test_a_surge_costs_its_requests() -> None:
    """A tenfold hour adds its requests to whatever is charged by request, as a month with so many more would."""
    graph = load("tabi-script-serverless").at("development")
    scenario = load_scenario("viral_spike").model_copy(update={"after_s": 60.0})
    incident = play(graph, scenario, runs=1)
    cost = incident_cost(incident, PRICES)
    assert incident.more_requests == pytest.approx(9 * (600 - 30) * incident.per_s, rel=0.05)
    share = incident.more_requests / float(graph.likely["monthly_requests"])
    usual = price(graph, PRICES, draws=0).total.likely
    assert 0.3 * share * usual < cost.added_usd < 1.5 * share * usual
    assert cost.as_json()["added_usd"] == cost.added_usd
