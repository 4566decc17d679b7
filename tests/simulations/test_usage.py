"""What a day really ran: tasks as scaled, functions with their waiting and cold starts, as a bill takes them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from model.loading import load
from model.sizing import SizedGraph
from pricing.price import price
from simulations.compiling.stage_program import compile_stage
from simulations.distributions import Uniform
from simulations.fluid import task_day
from simulations.instance_pool import InstancePool
from simulations.queueing import mean_wait_servers
from simulations.replications import Window, replicate
from simulations.usage import measure_day

Stage = Callable[..., SizedGraph]
FUNCTION = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 900, "init_ms": 300}
API = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 50}}


@pytest.mark.parametrize("per_hour", [1.0, 6.0, 30.0])
def test_lone_cold_starts_follow_the_closed_form(small_stage: Stage, per_hour: float) -> None:
    """Calls that come alone start cold as often as the gap outlives the idle instance."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 10}], per_hour / 3600)
    until = 12_000 / (per_hour / 3600)
    run = replicate(compile_stage(graph), Window(until, until * 0.1), 3, 1, "compiled")[0]
    expected = InstancePool(per_hour / 3600, 0.0, Uniform(300, 900)).cold_share
    assert run.cold["get"] / run.requests == pytest.approx(expected, abs=0.02)


def test_waiting_inside_a_function_is_counted(small_stage: Stage) -> None:
    """The mean duration holds the wait for the database's CPU, as in M/M/2."""
    parts = {"f": FUNCTION, "db": {"kind": "rds", "instance_class": "db.m5.large"}}
    graph = small_stage(parts, [{"to": "f", "calls": [{"to": "db", "cpu_ms": 100}]}], 18.0)
    measured = measure_day(graph).measured["f"]
    assert measured["duration_ms"] == pytest.approx(100 + 1000 * mean_wait_servers(2, 18.0, 0.1), rel=0.25)
    assert 0 <= measured["cold_start_share"] < 0.05


def test_an_unloaded_function_keeps_its_derived_duration(small_stage: Stage) -> None:
    """A difference that chance explains is not handed to the bill."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "cpu_ms": 50}], 1.0)
    assert "duration_ms" not in measure_day(graph).measured["f"]


def test_constant_load_settles_at_the_target(small_stage: Stage) -> None:
    """Ten vCPU of work at a target of 50 % keep twenty tasks all day, or the one or two more that chance asks for."""
    rule = {"kind": "target_tracking", "metric": "cpu", "target": 50}
    graph = small_stage({"api": {**API, "scaling": rule}}, [{"to": "api", "cpu_ms": 100}], 100.0)
    day = task_day(graph, "api")
    assert set(day.tasks.tolist()) <= {20, 21, 22}
    assert 20 * 730 <= day.task_hours <= 22 * 730
    assert day.overloaded_minutes == 0


@pytest.mark.parametrize("kind", ["target_tracking", "step"])
def test_tasks_follow_the_day(small_stage: Stage, kind: str) -> None:
    """A day with a peak keeps more tasks in the evening than at night, and pays for fewer than the peak's all day."""
    rule = {"kind": kind, "metric": "cpu", "target": 60, "scale_in": 30}
    graph = small_stage(
        {"api": {**API, "scaling": rule}}, [{"to": "api", "cpu_ms": 100}], 40.0, shape="evening", peak_factor=3
    )
    day = task_day(graph, "api")
    at_night, in_the_evening = day.tasks[4 * 60 : 5 * 60].mean(), day.tasks[20 * 60 + 30 : 21 * 60].mean()
    assert at_night < in_the_evening / 3
    assert in_the_evening >= math.ceil(40 * 3 * 0.1)
    assert day.task_hours < in_the_evening * 730


def test_a_service_that_does_not_scale_is_left_to_the_document(small_stage: Stage) -> None:
    """Fixed tasks are no usage of a simulation."""
    graph = small_stage({"api": {**API, "tasks": {"min": 3, "max": 3}}}, [{"to": "api", "cpu_ms": 10}], 1.0)
    assert measure_day(graph).measured == {}
    assert set(task_day(graph, "api").tasks.tolist()) == {3}


def test_a_bill_takes_what_was_measured() -> None:
    """The measured usage of a bundled stage changes its bill, and the bill says that it is simulated."""
    graph = load("tabi-script-serverless").at("production")
    derived = price(graph, draws=0, explain=False)
    simulated = price(graph, draws=0, explain=False, measured=measure_day(graph).measured)
    assert simulated.simulated
    assert not derived.simulated
    assert simulated.total.likely == pytest.approx(derived.total.likely, rel=0.2)


def test_the_day_is_a_function_of_the_seed(small_stage: Stage) -> None:
    """The same seed measures the same day."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 50}], 0.5, shape="evening", peak_factor=3)
    assert measure_day(graph, 4).measured == measure_day(graph, 4).measured
