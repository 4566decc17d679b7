"""Costs over loads: at the stage's own load they are the bill; the variants keep the work the same on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.loading import load
from model.sizing import SizedGraph
from model.traffic import traffic
from pricing.price import price
from pricing.price_table import load_prices
from studies.breakeven.costs import costs_of
from studies.breakeven.fleets import Site24, with_fleet
from studies.breakeven.limits import FULLEST, Limit
from studies.breakeven.loads import loads_between
from studies.breakeven.sizing import NONE, Sizing
from studies.breakeven.variants import (
    DOORS,
    with_cpu,
    with_door,
    with_memory,
    with_peak,
    with_task_size,
    with_waits,
)
from studies.scaling import at_requests

PAIR = ("tabi-script-serverless", "tabi-script-ecs")
STAGES = ("development", "production")
PRICES = load_prices("us-east-1")


def sized(graph: SizedGraph, share: float = FULLEST) -> Sizing:
    return Sizing(graph, Limit(((1, share),)), ((1.0, NONE),), (), holds=True)


def requests(graph: SizedGraph) -> float:
    return float(graph.likely["monthly_requests"])


@pytest.mark.parametrize("name", PAIR)
@pytest.mark.parametrize("stage", STAGES)
def test_at_its_own_load_a_stage_costs_its_bill(name: str, stage: str) -> None:
    """The likely value and every single draw are those of the bill: nothing of it is left out or counted twice."""
    graph = load(name).at(stage)
    base = requests(graph)
    loads = loads_between(base / 10, base * 10, 3, 40, 7)
    found, bill = costs_of(sized(graph), loads, PRICES), price(graph, PRICES, draws=40, seed=7, explain=False)
    drawn = sum(bill.component_draws.values(), start=np.zeros(40))
    assert found.total[1, 0] == pytest.approx(bill.total.likely, rel=1e-9)
    assert found.total[1, 1:] == pytest.approx(drawn, rel=1e-9)
    parts = [
        n for n, item in graph.components.items() if item.category == "compute" or item.kind in ("alb", "api_gateway")
    ]
    assert found.compute[1, 0] == pytest.approx(sum(bill.components[n].likely for n in parts), rel=1e-9)


@pytest.mark.parametrize("name", PAIR)
def test_another_load_costs_what_the_stage_at_that_load_costs(name: str) -> None:
    """The vectorised pass and a graph that serves the other load agree."""
    graph = load(name).at("production")
    loads = loads_between(1e6, 1e8, 3, 0, 0)
    found = costs_of(sized(graph), loads, PRICES)
    for point in (0, 2):
        other = at_requests(graph, float(loads.requests[point]))
        assert float(other.likely["monthly_requests"]) == pytest.approx(loads.requests[point])
        # the bound of ten tasks is lifted in the curve
        lifted = with_fleet(other, {}, {})
        bill = price(lifted, PRICES, draws=0, explain=False)
        assert found.total[point, 0] == pytest.approx(bill.total.likely, rel=1e-9)


def test_tasks_cost_more_where_they_may_be_less_full() -> None:
    """Below the scaling rule's share the targets decide: half the share, twice the tasks."""
    graph = load("tabi-script-ecs").at("production")
    loads = loads_between(1e8, 1e9, 2, 0, 0)
    rule, strict = (costs_of(sized(graph, share), loads, PRICES) for share in (0.9, 0.2))
    assert (strict.tasks["ecs_api"] >= 3 * rule.tasks["ecs_api"]).all()
    assert (strict.compute > rule.compute).all()
    needed = costs_of(sized(graph, 0.9), loads, PRICES, by_rule=False)
    assert (needed.tasks["ecs_api"] < rule.tasks["ecs_api"]).all()


def test_warm_instances_are_paid_where_they_are_kept_and_nowhere_else() -> None:
    """Below the load from which they are needed the function costs what it costs without."""
    graph = load("tabi-script-serverless").at("production")
    loads = loads_between(1e6, 1e8, 3, 5, 0)
    plain = costs_of(sized(graph), loads, PRICES)
    kept = costs_of(Sizing(graph, Limit(((1, 0.9),)), ((1.0, NONE), (5e7, 2.0)), (), holds=True), loads, PRICES)
    assert kept.compute[:2] == pytest.approx(plain.compute[:2], rel=1e-12)
    assert (kept.compute[2] != plain.compute[2]).all()
    assert kept.kept["lambda"][2] > 0
    assert kept.kept["lambda"][0] == 0


def cpu_seconds(graph: SizedGraph, kind: type) -> float:
    found = traffic(graph)
    return (
        sum(float(found.load(n).monthly_cpu_ms) for n, item in graph.components.items() if isinstance(item, kind))
        / 1000
    )


@pytest.mark.parametrize("memory_mb", [256, 512, 1024, 1769, 3008])
def test_memory_changes_how_long_the_same_work_takes(memory_mb: int) -> None:
    """CPU time times the share of a vCPU is the work: it stays; beyond one vCPU nothing gets faster."""
    graph = load("tabi-script-serverless").at("production")
    changed = with_memory(graph, memory_mb)
    shares = [min(mb / 1769, 1.0) for mb in (512, memory_mb)]
    before, after = (cpu_seconds(item, LambdaFunction) for item in (graph, changed))
    assert after * shares[1] == pytest.approx(before * shares[0])


def test_work_waits_and_sizes_change_alone() -> None:
    """Each variant changes what it says and leaves the rest."""
    graph = load("tabi-script-ecs").at("production")
    assert cpu_seconds(with_cpu(graph, 2.0), Fargate) == pytest.approx(2 * cpu_seconds(graph, Fargate))
    waiting = with_waits(graph, 0.0)
    assert cpu_seconds(waiting, Fargate) == pytest.approx(cpu_seconds(graph, Fargate))
    before, after = (float(traffic(item).load("ecs_api").mean_busy_ms) for item in (graph, waiting))
    assert after < before - 120
    service = with_task_size(graph, 2.0, 4.0).components["ecs_api"]
    assert isinstance(service, Fargate)
    assert (service.vcpu, service.memory_gb, service.tasks.min) == (2.0, 4.0, 2)
    flat = Site24.of(with_peak(graph, 1.0)).task_loads("ecs_api")
    assert np.ptp(flat) == pytest.approx(0)


def test_doors_cost_what_their_kind_costs() -> None:
    """REST 3.50 a million, HTTP 1.00, a balancer its hours, a function's own URL nothing."""
    graph = load("tabi-script-serverless").at("development")
    loads = loads_between(1e6, 2e6, 2, 0, 0)
    usd = {door: float(costs_of(sized(with_door(graph, door)), loads, PRICES).door[0, 0]) for door in DOORS}
    assert usd["rest"] == pytest.approx(3.5)
    assert usd["http"] == pytest.approx(1.0)
    assert usd["none"] == 0
    assert 16.42 < usd["alb"] < 25
