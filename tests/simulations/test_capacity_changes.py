"""Processors that change while a run goes on: CPU credits and capacity units, in documents and in every engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.sizing import SizedGraph
from simulations.arrivals import Poisson, Profile, Regular
from simulations.builder import ProgramBuilder
from simulations.compiling.compilation import Conditions
from simulations.compiling.scaling import scaling_policies
from simulations.compiling.stage_program import compile_stage
from simulations.control import AcuScaling, CpuCredits
from simulations.distributions import constant, exponential
from simulations.replications import Window, replicate
from simulations.results import Result
from simulations.run import ENGINES, ControllerPlan, run

Stage = Callable[..., SizedGraph]
FUNCTION = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 900}
ACU = AcuScaling("cpu", "db", 0.5, 16.0, 0.5, 0.25, 0.7, 0.025)
WARM = Conditions(cold_starts=False)


@settings(deadline=None)
@given(
    capacity=st.integers(1, 32).map(lambda n: n / 2),
    busy=st.floats(0, 8),
    rate=st.floats(0, 1000),
    queued=st.booleans(),
)
def test_capacity_moves_in_bounded_steps(capacity: float, busy: float, rate: float, queued: bool) -> None:
    """Half units within the range; at most doubled, or half a unit more; at most a tenth less, or half a unit."""
    found = ACU.wanted(capacity, busy, rate, queued)
    assert found * 2 == int(found * 2)
    assert ACU.least <= found <= ACU.most
    assert found <= max(2 * capacity, capacity + 0.5)
    assert found >= min(capacity - 0.5, math.ceil(1.8 * capacity) / 2)
    content = busy <= 0.25 * 0.7 * capacity and rate * 0.025 <= capacity and not queued
    assert found <= capacity or not content
    assert found >= capacity or content


def database(policies: list[ControllerPlan], ties: bool, engine: str) -> Result:
    """Four CPUs that a policy resizes, with a surge of requests in the middle."""
    build = ProgramBuilder("database")
    cpu = build.station("cpu", 4)
    with build.endpoint("get"), build.retry(2), build.hold(build.station("connections", 40, queue=5)):
        build.serve(cpu, constant(0.25) if ties else exponential(0.25))
    surge = Profile(((0.0, 1.0), (60.0, 1.0), (60.0, 12.0), (150.0, 12.0), (150.0, 1.0), (400.0, 1.0)))
    arrivals = Regular(4.0, 300.0) if ties else surge
    return run(build.build(), arrivals, 7, engine, interval_s=10.0, controllers=policies)


@pytest.mark.parametrize("ties", [True, False], ids=["ties", "drawn"])
@pytest.mark.parametrize("policy", [ACU, CpuCredits("cpu", 24.0, 100.0, 1.0)], ids=["units", "credits"])
def test_engines_agree_on_processors_that_change(policy: ControllerPlan, ties: bool) -> None:
    """The same decisions at the same times, and the same result request by request."""
    first, *others = (database([policy], ties, engine) for engine in ENGINES)
    assert first.scaled
    for other in others:
        assert other.digest == first.digest
        assert other.scaled == first.scaled
        np.testing.assert_array_equal(other.raw.end, first.raw.end)


def test_capacity_units_follow_a_surge_up_and_down() -> None:
    """A surge is met within a minute of steps that double at most; after it capacity is given back, step by step."""
    scaled = database([ACU], False, "interpreter").scaled
    sizes = [decision.tasks for decision in scaled]
    top = max(sizes)
    assert next(decision.at_s for decision in scaled if decision.tasks == top) <= 150
    assert top >= 12 * 0.25 / 0.25 / 0.7 * 0.8
    assert sizes[-1] < top / 2


def busy_database(small_stage: Stage, database: dict[str, Any], per_s: float, cpu_ms: float, **load: Any) -> SizedGraph:
    calls = [{"to": "f", "calls": [{"to": "db", "cpu_ms": cpu_ms}]}]
    return small_stage({"f": FUNCTION, "db": database}, calls, per_s, **load)


def mean_ms(graph: SizedGraph, overrides: dict[str, float], until_s: float = 3600.0) -> float:
    stage = compile_stage(graph, conditions=WARM, overrides=overrides)
    return float(replicate(stage, Window(until_s, until_s / 4), 3, 1, "compiled")[0].latencies_ms["get"].mean())


def test_a_burstable_class_falls_to_its_baseline_only_where_it_does(small_stage: Stage) -> None:
    """T2 without credits is as slow as its baseline; T3 runs on and pays, unless it is told not to."""
    slow = {"kind": "rds", "instance_class": "db.t2.micro"}
    fast = {"kind": "rds", "instance_class": "db.t3.micro"}
    constant_cpu = {"cpu_scv": 0.0}
    assert mean_ms(busy_database(small_stage, slow, 0.05, 500), constant_cpu) == pytest.approx(500, rel=0.03)
    assert mean_ms(busy_database(small_stage, slow, 0.19, 500), constant_cpu) == pytest.approx(500, rel=0.1)
    drained = busy_database(small_stage, slow, 0.5, 300)
    assert [policy.at_start for policy in compile_stage(drained).policies if isinstance(policy, CpuCredits)] == [0]
    assert mean_ms(drained, constant_cpu) > 2000
    assert compile_stage(busy_database(small_stage, fast, 0.5, 300)).policies == ()
    assert mean_ms(busy_database(small_stage, fast, 0.5, 300), constant_cpu) < 400
    throttled = compile_stage(busy_database(small_stage, fast, 0.5, 300), overrides={"burstable_unlimited": 0.0})
    assert [type(policy) for policy in throttled.policies] == [CpuCredits]


def test_credits_of_the_night_are_there_in_the_morning(small_stage: Stage) -> None:
    """A day whose mean is below the baseline begins its busiest hour with credits that the quiet hours earned."""
    slow = {"kind": "rds", "instance_class": "db.t2.micro"}
    day = {"shape": "office_hours", "peak_factor": 3}
    graph = busy_database(small_stage, slow, 0.16, 500, **day)
    (policy,) = compile_stage(graph).policies
    assert isinstance(policy, CpuCredits)
    assert 0 < policy.at_start < policy.most


@pytest.mark.parametrize(("acu", "slower"), [({"min": 0.5, "max": 16}, 8), ({"min": 4, "max": 4}, 1)])
def test_capacity_units_are_worth_their_cpus(small_stage: Stage, acu: dict[str, float], slower: float) -> None:
    """Half a unit is an eighth of a CPU: a light query takes eight times as long as on four units."""
    graph = busy_database(small_stage, {"kind": "aurora", "acu": acu}, 0.05, 20)
    assert mean_ms(graph, {"cpu_scv": 0.0}, 20_000.0) == pytest.approx(20 * slower, rel=0.03)


def test_long_quiet_runs_look_seldom(small_stage: Stage) -> None:
    """A run of months at a call an hour keeps its half unit, and is not slowed down by a look every 15 seconds."""
    graph = busy_database(small_stage, {"kind": "aurora", "acu": {"min": 0.5, "max": 16}}, 1 / 3600, 20)
    stage = compile_stage(graph, conditions=WARM, overrides={"cpu_scv": 0.0})
    found = replicate(stage, Window(2e7, 0.0), 3, 1, "compiled")[0]
    assert found.latencies_ms["get"].mean() == pytest.approx(160, rel=0.01)


def test_a_cluster_begins_with_what_its_hour_needs(small_stage: Stage) -> None:
    """Four busy CPUs ask for 23 units at 70 %; readers scale as the writer does."""
    graph = busy_database(small_stage, {"kind": "aurora", "acu": {"min": 0.5, "max": 64}, "readers": 1}, 80.0, 100)
    policies = compile_stage(graph).policies
    assert [policy.begins for policy in policies if isinstance(policy, AcuScaling)] == [23.0, 23.0]
    assert [policy.station for policy in policies] == ["db.cpu", "db.readers[0].cpu"]


def test_machines_have_the_credits_of_their_type(small_stage: Stage) -> None:
    """Every EC2 machine of a T2 type has credits of its own; a T3 type is charged instead."""
    for name, count in (("t2.micro", 2), ("t3.micro", 0)):
        machines = {"kind": "ec2", "instance_type": name, "count": 2}
        graph = small_stage({"m": machines}, [{"to": "m", "cpu_ms": 10}], 1.0)
        assert len(compile_stage(graph).policies) == count


def test_tasks_on_a_queue_scale_on_its_backlog(small_stage: Stage) -> None:
    """A document's backlog rule sees the messages that wait, and opens workers and tasks together."""
    rule = {"kind": "step", "metric": "backlog_per_task", "target": 2, "start_s": 10, "out_cooldown_s": 0}
    worker = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 6}, "scaling": rule}
    parts = {"queue": {"kind": "sqs", "visibility_timeout_s": 900}, "worker": worker}
    calls = [
        {"to": "queue", "op": "write", "delivers": [{"to": "worker", "time_ms": 1000, "distribution": "constant"}]}
    ]
    stage = compile_stage(small_stage(parts, calls, 1.0))
    (policy,) = scaling_policies(stage)
    assert policy.fleet.queue == "worker.workers"
    results = [
        run(stage.program, Poisson(3.0, 600.0), 1, engine, controllers=[policy]) for engine in ("interpreter", "simpy")
    ]
    assert max(decision.tasks for decision in results[0].scaled) >= 3
    assert len({result.digest for result in results}) == 1
