"""Users who think: the closed model against exact mean-value analysis, and the stand-in against the closed model."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import yaml

from loadtests.agreement.closed import predicted_users, simulated_users
from loadtests.plan import Plan, Request
from loadtests.predicted import EVERY, simulated
from loadtests.recording import Recording
from loadtests.result_text import result_text
from loadtests.results import judged
from loadtests.standin.jumping import walked_users
from model.loading import read
from model.problems import BadInput
from model.sizing import SizedGraph

USERS, THINK_S, SERVICE_S = 15, 1.0, 0.05


@pytest.fixture
def one_cpu(raw: dict[str, Any]) -> SizedGraph:
    """One task of one CPU, 50 ms exponential: with thinking users a model that mean-value analysis solves exactly."""
    raw["endpoints"] = {"read": {**raw["endpoints"]["read"], "share": 1, "calls": [{"to": "api", "cpu_ms": 50}]}}
    raw["targets"] = {}
    raw["connections"] = [edge for edge in raw["connections"] if edge["to"] == "api"]
    raw["components"] = {name: raw["components"][name] for name in ("web", "api")}
    return read(yaml.safe_dump(raw)).at("only")


def exact(users: int, think_s: float, service_s: float) -> tuple[float, float]:
    """Throughput and mean response by mean-value analysis of one queue and one delay (Reiser and Lavenberg 1980)."""
    queue = rate = response = 0.0
    for count in range(1, users + 1):
        response = service_s * (1 + queue)
        rate = count / (think_s + response)
        queue = rate * response
    return rate, response


@pytest.fixture
def plan(make_plan: Callable[..., Plan]) -> Plan:
    request = Request(endpoint="read", method="GET", path="/items/1", share=1.0)
    return make_plan(against="standin", users=USERS, think_s=THINK_S, duration_s=310, warm_up_s=10, requests=(request,))


def test_the_closed_model_is_the_exact_one(one_cpu: SizedGraph, plan: Plan) -> None:
    found = simulated_users(one_cpu, plan, runs=12)["throughput_per_s"]
    rate, _ = exact(USERS, THINK_S, SERVICE_S)
    assert found.value == pytest.approx(rate, rel=0.02)
    assert found.low < rate < found.high


def test_the_stand_ins_users_are_those_of_the_closed_model(one_cpu: SizedGraph, plan: Plan) -> None:
    """Throughput and mean response of users on the stand-in's own code, without HTTP, against the exact figures."""
    seen = walked_users(one_cpu, 3, 1.0, {"read": 1.0}, USERS, THINK_S, 1500.0)
    took = np.array([seconds for at, seconds in seen.answers["read"] if at >= 10])
    rate, response = exact(USERS, THINK_S, SERVICE_S)
    assert len(took) / 1490 == pytest.approx(rate, rel=0.02)
    assert took.mean() == pytest.approx(response, rel=0.06)
    predicted = simulated_users(one_cpu, plan, runs=12)
    assert np.percentile(took * 1000, 95) == pytest.approx(predicted["p95_ms"].value, rel=0.1)


def test_an_open_model_of_the_same_rate_would_wait_longer(one_cpu: SizedGraph) -> None:
    """Why the two are not compared: the exact closed response is below that of an open queue at the same rate."""
    rate, response = exact(USERS, THINK_S, SERVICE_S)
    assert response < 0.8 * SERVICE_S / (1 - rate * SERVICE_S)


def test_a_run_with_users_is_shown_beside_the_closed_model(
    make_plan: Callable[..., Plan], recorded: Callable[..., Recording], small_file: str
) -> None:
    shares = {"read": 0.7, "write": 0.3}
    requests = tuple(Request(endpoint=n, method="GET", path="/items", share=s) for n, s in shares.items())
    plan = make_plan(source=small_file, against="standin", users=4, think_s=0.5, duration_s=20, requests=requests)
    predicted = simulated(plan)
    assert set(predicted) == {"read", "write", EVERY}
    assert predicted[EVERY]["throughput_per_s"] == pytest.approx(4 / (0.5 + 0.0076), rel=0.1)
    assert predicted[EVERY] == predicted_users(plan)
    result = judged(plan, recorded(plan), predicted=predicted)
    assert "4 users, measured (closed model): " in result_text(result)
    assert result.as_json()["all"]["predicted"]["p50_ms"] == pytest.approx(7, abs=1.0)


def test_a_closed_model_needs_users(make_plan: Callable[..., Plan], small: Any) -> None:
    with pytest.raises(BadInput, match="a plan with users"):
        simulated_users(small.at("only"), make_plan())
