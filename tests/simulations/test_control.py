"""Scaling acts on periods, starts tasks late, drains them, and does the same in every engine."""

from __future__ import annotations

import pytest

from simulations.arrivals import Poisson, Profile, Regular
from simulations.builder import ProgramBuilder
from simulations.control import CpuCredits, Fleet, Metric, StepScaling, TargetTracking
from simulations.distributions import constant, exponential
from simulations.program import Policy, Program
from simulations.run import ENGINES, run


def service(tasks: int, most: int) -> Program:
    build = ProgramBuilder("service")
    api = build.group("api", tasks, most_tasks=most, policy=Policy.LEAST_OUTSTANDING, cpu=1)
    with build.endpoint("get"), build.balanced(api) as task:
        build.serve(task["cpu"], exponential(0.2))
    return build.build()


CPU = Fleet("api", least=1, most=8, resource="cpu", start_s=45.0)


def test_target_tracking_waits_three_periods_and_the_start() -> None:
    """Load that asks for four tasks at 60 % gives them after three minutes and a start, not before."""
    policy = TargetTracking(CPU, Metric.UTILISATION, 0.6)
    result = run(service(2, 8), Poisson(12.0, 900.0), seed=1, until_s=900.0, interval_s=15.0, controllers=[policy])
    first = result.scaled[0]
    assert (first.at_s, first.tasks) == (180.0, 4)
    at = {snapshot.at: snapshot for snapshot in result.timeline}
    assert at[225.0].served[2] == 0
    assert at[240.0].served[2] > 0


def test_target_tracking_takes_tasks_after_fifteen_periods() -> None:
    """When the load falls, tasks leave after fifteen quiet minutes, and nobody is lost."""
    policy = TargetTracking(CPU, Metric.UTILISATION, 0.6)
    load = Profile(((0.0, 12.0), (600.0, 12.0), (600.0, 2.0), (3000.0, 2.0)))
    result = run(service(4, 8), load, seed=1, interval_s=60.0, controllers=[policy])
    ins = [s for s in result.scaled if s.tasks < 4]
    assert ins
    assert ins[0].at_s >= 600.0 + 15 * 60.0
    assert result.errors() == {}


def test_a_backlog_scales_from_zero() -> None:
    """Workers at zero get a task when something waits, in one period."""
    build = ProgramBuilder("workers")
    workers = build.station("workers", 0)
    with build.endpoint("post"):
        build.send("job")
    with build.flow("job"):
        build.serve(workers, constant(1.0))
    fleet = Fleet("workers", least=0, most=5, slots_per_task=2, start_s=30.0)
    policy = StepScaling(fleet, Metric.BACKLOG, 0.0, ((0.5, 1),), cooldown_out_s=0.0)
    result = run(build.build(), Regular(1.0, 100.0), seed=1, until_s=600.0, controllers=[policy])
    assert result.scaled[0].tasks == 1
    assert result.statuses("job") == {"done": 100}


def test_credits_run_out_and_come_back() -> None:
    """A processor of one core that earns six credits an hour runs at a tenth once its start is spent."""
    build = ProgramBuilder("burst")
    cpu = build.station("cpu", 1)
    with build.endpoint("get"):
        build.serve(cpu, constant(0.5))
    plan = CpuCredits("cpu", earned_per_hour=6.0, most=144.0, at_start=5.0)
    result = run(build.build(), Regular(1.0, 900.0), seed=1, until_s=900.0, controllers=[plan])
    slowed = result.scaled[0].at_s
    assert slowed == pytest.approx(5.0 / (0.5 - 0.1) * 60, abs=60)
    late = result.latencies()[int(slowed) :]
    assert late.max() > 10


@pytest.mark.parametrize("metric", [Metric.UTILISATION, Metric.PER_TASK])
def test_engines_scale_alike(metric: Metric) -> None:
    """The same decisions at the same times, and the same requests, in every engine."""
    policy = TargetTracking(CPU, metric, 0.6 if metric is Metric.UTILISATION else 150.0, periods_in=3)
    load = Profile(((0.0, 1.0), (400.0, 12.0), (800.0, 1.0), (1200.0, 1.0)))
    results = [run(service(1, 8), load, 1, engine, controllers=[policy]) for engine in ENGINES]
    assert len({result.digest for result in results}) == 1
    assert results[0].scaled == results[1].scaled == results[2].scaled
    assert len(results[0].scaled) >= 2
