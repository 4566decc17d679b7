"""A closed load obeys the laws of closed queues; a recorded one is replayed as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.loading import load
from model.problems import BadDocument, BadInput
from model.sizing import SizedGraph
from simulations.closed import simulate_users
from simulations.run import ENGINES
from simulations.traces import read_trace, simulate_trace

Stage = Callable[..., SizedGraph]
API = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 1}}


def machine_repair(users: int, think_s: float, service_s: float) -> float:
    """Throughput of one exponential server and users who think: M/M/1 with a finite population, exactly."""
    weights, weight = [1.0], 1.0
    for k in range(users):
        weight *= (users - k) * service_s / think_s
        weights.append(weight)
    return (1 - weights[0] / sum(weights)) / service_s


@pytest.mark.parametrize("users", [1, 5, 30])
def test_users_slow_themselves_down(small_stage: Stage, users: int) -> None:
    """One task under 1, 5 and 30 users who think for a second answers as the machine-repair formula says."""
    graph = small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], 1.0)
    result = simulate_users(graph, users, 1.0, most_requests=40_000)
    expected = machine_repair(users, 1.0, 0.1)
    assert result.per_s == pytest.approx(expected, rel=0.04)
    response_ms = (users / expected - 1.0) * 1000
    assert result.endpoint("get").mean_ms.value == pytest.approx(response_ms, rel=0.07)
    assert not result.unstable
    assert result.load == f"{users} users who think for 1 s"


def test_users_ask_by_share_and_machines_keep_their_pace() -> None:
    """On a document, people's endpoints share the users out; health checks come at their own rate."""
    graph = load("socialclub").at("staging")
    result = simulate_users(graph, 40, 10.0, most_requests=20_000, replications=4)
    rates = {found.endpoint: found.requests for found in result.endpoints}
    assert rates["read_messages"] > rates["redeem"] > 0
    checks = rates["check_api"] / (4 * (result.until_s - result.warm_up_s))
    assert checks == pytest.approx(graph_rate(graph, "check_api"), rel=0.2)


def test_users_who_wait_for_a_database_find_warm_functions(small_stage: Stage) -> None:
    """Four hundred users fill a database, and most of them wait inside the function before it: that many instances are
    long there, and hardly a request starts another.
    """
    parts = {
        "f": {"kind": "lambda", "memory_mb": 1769, "timeout_s": 900, "init_ms": 300},
        "db": {"kind": "rds", "instance_class": "db.m5.large"},
    }
    graph = small_stage(parts, [{"to": "f", "calls": [{"to": "db", "cpu_ms": 100}]}], 19.0)
    result = simulate_users(graph, 400, 5.0, most_requests=80_000)
    [function] = [component for component in result.components if component.component == "f"]
    assert function.fullest.busy > 200
    assert function.cold_share is not None
    assert function.cold_share.value < 3e-4


def graph_rate(graph: SizedGraph, endpoint: str) -> float:
    """The stage's own rate of an endpoint."""
    from simulations.compiling.demand import demand_at

    return demand_at(graph, 1.0).per_s[endpoint]


@pytest.mark.parametrize(("users", "think_s", "rule"), [(0, 1.0, "0 users: not between"), (3, 0.0, "not above 0")])
def test_impossible_users_are_refused(small_stage: Stage, users: int, think_s: float, rule: str) -> None:
    """No users, or no time to think, is a sentence."""
    with pytest.raises(BadInput, match=rule):
        simulate_users(small_stage({"api": API}, [{"to": "api", "cpu_ms": 1}], 1.0), users, think_s)


def trace_of(graph: SizedGraph, folder: Path, text: str) -> Any:
    path = folder / "trace.csv"
    path.write_text(text, encoding="utf-8")
    return read_trace(path, graph)


def test_a_trace_is_replayed_as_it_was(small_stage: Stage, tmp_path: Path) -> None:
    """Every replication has the recorded moments, counted from the first, whatever order the file has."""
    graph = small_stage({"api": API}, [{"to": "api", "cpu_ms": 10}], 1.0)
    moments = np.round(np.cumsum(np.random.default_rng(1).exponential(0.2, 400)), 3) + 1000
    shuffled = np.random.default_rng(2).permutation(moments)
    trace = trace_of(graph, tmp_path, "time,endpoint\n" + "".join(f"{at:.3f},get\n" for at in shuffled))
    result = simulate_trace(graph, trace, replications=3)
    for run in result.runs:
        np.testing.assert_allclose(run.result.raw.start, moments - moments[0], atol=1e-9)
    assert len({run.digest for run in result.runs}) == 3
    assert result.load == "400 requests as recorded in trace.csv"
    digests = {simulate_trace(graph, trace, 5, engine, replications=1).digest for engine in ENGINES}
    assert len(digests) == 1


def test_a_trace_without_endpoints_follows_the_shares(tmp_path: Path) -> None:
    """ISO times; rows that name no endpoint are spread over those that people call; schedules come besides."""
    graph = load("socialclub").at("production")
    rows = "".join(f"2026-03-01T10:{k // 60:02d}:{k % 60:02d}.5\n" for k in range(1200))
    result = simulate_trace(graph, trace_of(graph, tmp_path, "timestamp\n" + rows), replications=2)
    counts = {found.endpoint: found.requests for found in result.endpoints}
    assert counts["read_messages"] > counts["place_order"] > 0
    people = sum(counts.values()) - sum(counts[name] for name in ("check_api", "check_frontend", "health_check"))
    assert people == pytest.approx(2400, abs=120)


def test_services_scale_along_a_trace(small_stage: Stage, tmp_path: Path) -> None:
    """A quiet trace with a busy end makes the rule add tasks by then."""
    rule = {"kind": "step", "metric": "cpu", "target": 60, "scale_in": 20, "start_s": 20}
    api = {**API, "tasks": {"min": 1, "max": 8}, "scaling": rule}
    graph = small_stage({"api": api}, [{"to": "api", "cpu_ms": 200}], 1.0)
    quiet, busy = [2.0 * k for k in range(300)], [600 + 0.1 * k for k in range(6000)]
    result = simulate_trace(graph, trace_of(graph, tmp_path, "time\n" + "\n".join(map(str, quiet + busy))))
    scaled = result.runs[0].result.scaled
    assert max(decision.tasks for decision in scaled if decision.at_s > 600) >= 3


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("when\n1\n", "line 1: has no column time"),
        ("time\n", "has no rows"),
        ("time\n1\nsoon\nnan\n", r"(?s)2 problems.*line 3: 'soon' is not a time.*line 4: 'nan'"),
        ("time,endpoint\n1,gett\n", r"line 2: 'gett' is not an endpoint that clients call .did you mean 'get'"),
    ],
)
def test_a_bad_trace_is_refused_with_its_lines(small_stage: Stage, tmp_path: Path, text: str, rule: str) -> None:
    """Every problem with its line, and nothing run."""
    graph = small_stage({"api": API}, [{"to": "api", "cpu_ms": 10}], 1.0)
    with pytest.raises(BadDocument, match=rule):
        trace_of(graph, tmp_path, text)
    with pytest.raises(BadInput, match=r"absent\.csv"):
        read_trace(tmp_path / "absent.csv", graph)
