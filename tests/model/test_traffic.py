"""Traffic: visit counts worked out by hand, and laws that hold for any plan."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.assumptions import drawn_values
from model.graph import Architecture
from model.traffic import traffic

Load = Callable[[dict[str, Any]], Architecture]


def test_visit_counts_follow_the_plan(small: dict[str, Any], load_raw: Load) -> None:
    """6,000 requests: 4,500 reads, 80 % of them answered by the cache; 1,500 writes straight to the database."""
    loads = traffic(load_raw(small).at("first")).loads
    assert loads["api"].monthly_calls == pytest.approx(6000)
    assert loads["cache"].monthly_calls == pytest.approx(4500)
    assert loads["database"].monthly_calls == pytest.approx(4500 * 0.2 + 1500)
    assert loads["database"].of("write") == pytest.approx(1500)
    assert loads["database"].of("read") == pytest.approx(900)


def test_a_caller_is_busy_while_it_waits(small: dict[str, Any], load_raw: Load) -> None:
    """Busy time is own time plus what is waited for: a read 10 + 1 + 0.2 x 5, a write 20 + 8."""
    result = traffic(load_raw(small).at("first"))
    assert result.endpoint_ms["read"] == pytest.approx(12)
    assert result.endpoint_ms["write"] == pytest.approx(28)
    assert result.load("api").mean_busy_ms == pytest.approx((4500 * 12 + 1500 * 28) / 6000)
    assert result.load("api").mean_cpu_ms == pytest.approx((4500 * 10 + 1500 * 20) / 6000)


def test_nobody_waits_for_what_is_asynchronous(small: dict[str, Any], load_raw: Load) -> None:
    """An asynchronous call and a queue's delivery load their targets, not the caller's time."""
    small["components"]["queue"] = {"kind": "sqs"}
    small["components"]["worker"] = {"kind": "lambda"}
    small["connections"] += [
        {"from": "api", "to": "queue", "kind": "event"},
        {"from": "queue", "to": "worker", "kind": "event"},
    ]
    small["endpoints"]["write"]["calls"][0]["calls"].append(
        {"to": "queue", "time_ms": 4, "delivers": [{"to": "worker", "time_ms": 900}]}
    )
    result = traffic(load_raw(small).at("first"))
    assert result.endpoint_ms["write"] == pytest.approx(32)
    assert result.load("worker").monthly_calls == pytest.approx(1500)
    assert result.load("worker").mean_busy_ms == pytest.approx(900)
    small["endpoints"]["write"]["calls"][0]["calls"][1]["asynchronous"] = True
    assert traffic(load_raw(small).at("first")).endpoint_ms["write"] == pytest.approx(28)


def test_parallel_branches_cost_the_slowest_and_a_choice_its_mean(small: dict[str, Any], load_raw: Load) -> None:
    """Fork and join waits for the longest branch; a choice takes one branch by its probability."""
    branches = [[{"to": "cache", "time_ms": 3}], [{"to": "database", "time_ms": 11}]]
    small["endpoints"]["read"]["calls"][0]["calls"] = [{"parallel": branches}]
    small["endpoints"]["write"]["calls"][0]["calls"] = [
        {
            "choice": [
                {"probability": 0.25, "calls": [{"to": "database", "time_ms": 40}]},
                {"probability": 0.75, "calls": []},
            ]
        }
    ]
    result = traffic(load_raw(small).at("first"))
    assert result.endpoint_ms["read"] == pytest.approx(10 + 11)
    assert result.endpoint_ms["write"] == pytest.approx(20 + 10)
    assert result.load("database").monthly_calls == pytest.approx(4500 + 0.25 * 1500)


def test_bytes_are_counted_on_every_connection(small: dict[str, Any], load_raw: Load) -> None:
    """A flow carries calls times payload in each direction."""
    small["endpoints"]["write"]["calls"][0] |= {"request_kb": 2048, "response_kb": 512}
    flow = traffic(load_raw(small).at("first")).flows["web", "api"]
    assert flow.request_gb == pytest.approx((1500 * 2048 + 4500) / 1024**2)
    assert flow.response_gb == pytest.approx((1500 * 512 + 4500) / 1024**2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(factor=st.floats(0.1, 50))
def test_traffic_is_proportional_to_the_requests(small: dict[str, Any], load_raw: Load, factor: float) -> None:
    """k times the requests are k times the calls everywhere, and the same times."""
    small["workload"]["monthly_requests"] = 6000
    one = traffic(load_raw(small).at("first"))
    small["workload"]["monthly_requests"] = 6000 * factor
    more = traffic(load_raw(small).at("first"))
    for name, load in one.loads.items():
        assert more.loads[name].monthly_calls == pytest.approx(load.monthly_calls * factor)
    assert more.endpoint_ms == pytest.approx(one.endpoint_ms)


def test_draws_give_what_each_draw_alone_gives(small: dict[str, Any], load_raw: Load) -> None:
    """Arrays of assumptions pass through the plans element by element."""
    graph = load_raw(small).at("first")
    drawn = drawn_values(graph.assumptions, seed=1, draws=5)
    together = traffic(graph, graph.values(drawn)).load("database").monthly_calls
    alone = [
        traffic(graph, graph.values({"users": float(users)})).load("database").monthly_calls for users in drawn["users"]
    ]
    assert np.allclose(together, alone)
