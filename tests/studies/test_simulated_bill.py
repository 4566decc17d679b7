"""The simulated bill beside the derived one: every difference has its line and its reason."""

from __future__ import annotations

import json

import pytest

from model.loading import load, read
from model.units import HOURS_PER_MONTH, SECONDS_PER_MONTH
from pricing.price import price
from simulations.usage import measure_day
from studies.diff import LEAST_USD
from studies.simulated_bill import SimulatedBill, simulated_bill


def both(name: str, stage: str) -> SimulatedBill:
    graph = load(name).at(stage)
    day = measure_day(graph, requests=5000)
    derived = price(graph, draws=0, explain=False)
    return simulated_bill(graph, derived, price(graph, draws=0, explain=False, measured=day.measured), day)


@pytest.mark.parametrize(("name", "stage"), [("lexohub", "target"), ("tabi-script-serverless", "production")])
def test_the_lines_add_up_to_the_difference(name: str, stage: str) -> None:
    """What the lines differ by is what the totals differ by, within what is too small to be a line."""
    found = both(name, stage)
    assert sum(line.usd for line in found.lines) == pytest.approx(found.usd, abs=LEAST_USD * len(found.derived.lines))
    assert [abs(line.usd) for line in found.lines] == sorted((abs(line.usd) for line in found.lines), reverse=True)
    assert all(line.why and abs(line.usd) >= LEAST_USD for line in found.lines)


def test_a_line_says_why_it_differs() -> None:
    """A function is billed for its waiting and its cold starts, and the line gives both beside what was derived."""
    found = both("lexohub", "target")
    api = next(line for line in found.lines if line.component == "lambda_api")
    assert "ms a call with its waiting" in api.why or "start cold of" in api.why
    assert api.derived_quantity != api.simulated_quantity


def test_scaled_tasks_are_counted_in_hours() -> None:
    """A service that follows an evening's peak is billed for the tasks it kept, not for those of the mean load."""
    rule = {"kind": "target_tracking", "metric": "cpu", "target": 60}
    api = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 50}, "scaling": rule}
    document = {
        "architecture": "small",
        "title": "A small stage",
        "components": {"web": {"kind": "web_client"}, "api": api},
        "connections": [{"from": "web", "to": "api", "kind": "request"}],
        "workload": {
            "monthly_active_users": 100,
            "monthly_requests": 40 * SECONDS_PER_MONTH,
            "shape": "evening",
            "peak_factor": 3,
        },
        "endpoints": {"get": {"client": "web", "share": 1, "calls": [{"to": "api", "cpu_ms": 100}]}},
        "stages": [{"name": "only"}],
    }
    graph = read(json.dumps(document)).at("only")
    day = measure_day(graph, requests=3000)
    derived = price(graph, draws=0, explain=False)
    found = simulated_bill(graph, derived, price(graph, draws=0, explain=False, measured=day.measured), day)
    hours = day.measured["api"]["task_hours"]
    line = next(line for line in found.lines if line.component == "api" and "tasks on average" in line.why)
    assert line.why.startswith(f"{hours / HOURS_PER_MONTH:,.2f} tasks on average as scaled over the day, 1 to ")
    assert line.simulated_quantity / line.derived_quantity == pytest.approx(
        hours / HOURS_PER_MONTH / (line.derived_quantity / HOURS_PER_MONTH), rel=1e-6
    )
    assert found.as_json()["usd"] == round(found.usd, 4)
