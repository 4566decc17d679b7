"""Where the time goes: the parts are what the components were told to take, and add up to the latency."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.loading import load
from model.sizing import SizedGraph
from simulations.queueing import mean_wait_servers
from simulations.stage import simulate
from simulations.stage_result import QUANTILES, StageResult

Stage = Callable[..., SizedGraph]


def parts(result: StageResult, endpoint: str) -> dict[tuple[str, str], float]:
    return {(s.component, s.what): s.mean_ms for s in result.times if s.endpoint == endpoint}


def test_work_waiting_and_cold_starts_are_told_apart(small_stage: Stage) -> None:
    """A function's own time, the database's CPU and the wait for it (M/M/2) are shares of their components."""
    components = {
        "gate": {"kind": "api_gateway"},
        "f": {"kind": "lambda", "memory_mb": 1769, "timeout_s": 900, "init_ms": 300},
        "db": {"kind": "rds", "instance_class": "db.m5.large"},
    }
    below = [{"to": "f", "time_ms": 20, "calls": [{"to": "db", "cpu_ms": 100}]}]
    graph = small_stage(components, [{"to": "gate", "time_ms": 7, "calls": below}], 14.0)
    found = parts(simulate(graph, overrides={"cpu_scv": 1.0}, most_requests=100_000), "get")
    assert found["gate", "work"] == pytest.approx(7, rel=0.05)
    assert found["f", "work"] == pytest.approx(20, rel=0.05)
    assert found["db", "work"] == pytest.approx(100, rel=0.05)
    assert found["db", "waiting"] == pytest.approx(1000 * mean_wait_servers(2, 14.0, 0.1), rel=0.2)
    assert found["f", "cold start"] > 0
    assert set(found) == {("gate", "work"), ("f", "work"), ("db", "work"), ("db", "waiting"), ("f", "cold start")}


@pytest.mark.parametrize(("name", "stage"), [("vertical-vibing", "stage4"), ("socialclub", "production")])
def test_the_parts_add_up_to_the_latency(name: str, stage: str) -> None:
    """In a bundled stage every important endpoint's parts are its mean latency, and every part is a component's."""
    graph = load(name).at(stage)
    result = simulate(graph, most_requests=40_000)
    assert {share.component for share in result.times} <= {*graph.components, "account"}
    for endpoint in result.endpoints:
        if endpoint.requests > 2000:
            assert sum(parts(result, endpoint.endpoint).values()) == pytest.approx(endpoint.mean_ms.value, rel=0.06)


def test_a_distribution_is_drawn_by_its_quantiles() -> None:
    """The quantiles rise, meet the percentiles of the table, and survive without the runs."""
    result = simulate(load("vertical-vibing").at("stage4"), most_requests=20_000)
    for endpoint in result.bare.endpoints:
        assert list(endpoint.quantiles_ms) == sorted(endpoint.quantiles_ms)
        if endpoint.requests > 2000:
            at = dict(zip(QUANTILES, endpoint.quantiles_ms, strict=True))
            assert at[95] == pytest.approx(endpoint.p95_ms.value, rel=0.05)
    assert result.bare.runs == ()
    assert result.bare.as_json() == result.as_json()
