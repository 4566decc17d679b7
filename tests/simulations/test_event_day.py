"""A day as levels against the same day request by request, and a day at a rate that events cannot keep up with."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from model.sizing import SizedGraph
from simulations.compiling.stage_program import compile_stage
from simulations.day_levels import APART, APART_OF_HIGHEST, levels_of
from simulations.event_day import event_day
from simulations.fluid import minute_factors, task_day
from simulations.resized import with_open_tasks
from simulations.usage import measure_day

Stage = Callable[..., SizedGraph]
RULE = {"kind": "target_tracking", "metric": "cpu", "target": 50}
API = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 2, "max": 60}, "scaling": RULE}


def test_levels_cost_and_answer_as_the_whole_day_of_events_does(small_stage: Stage) -> None:
    """Task-hours within 1 % and p95 within 5 % of 860,000 requests run one by one with the scaling rule at work."""
    calls = [{"to": "api", "cpu_ms": 60, "time_ms": 20}]
    graph = small_stage({"api": API}, calls, 10.0, shape="office_hours", peak_factor=2)
    whole, levels = event_day(graph), measure_day(graph, requests=60_000)
    assert len(whole.result.raw.start) > 800_000
    assert levels.requests < 70_000
    assert levels.tasks["api"].task_hours == pytest.approx(whole.task_hours("api"), rel=0.01)
    for percentile in (50, 95):
        assert levels.latency_ms[""][percentile] == pytest.approx(whole.percentile_ms(percentile), rel=0.05)
    assert all(identity.holds for identity in whole.result.identities())


def test_every_minute_belongs_to_one_level_of_loads_close_together(small_stage: Stage) -> None:
    """Neighbouring loads share a window only within the stated distance and with the same tasks, and keep their own
    rate.
    """
    graph = small_stage({"api": API}, [{"to": "api", "cpu_ms": 60}], 20.0, shape="office_hours", peak_factor=6)
    tasks, factors = {"api": task_day(graph, "api")}, minute_factors(graph)
    levels = levels_of(graph, tasks)
    assert sorted(minute for level in levels for minute in level.minutes.tolist()) == list(range(1440))
    for level in levels:
        assert level.factors.tolist() == factors[level.minutes].tolist()
        assert level.factor == pytest.approx(level.factors.mean())
        lowest, widest = level.factors.min(), np.ptp(level.factors)
        assert widest <= min(APART * lowest, APART_OF_HIGHEST * factors.max()) * (1 + 1e-12)
        assert set(np.maximum(tasks["api"].ready[level.minutes], 1)) == {level.tasks["api"]}
    assert any(np.ptp(level.factors) > 0 for level in levels)
    day = measure_day(graph)
    assert [hour["per_s"] for hour in day.hours] == pytest.approx(20 * factors[::60])
    assert day.per_s == pytest.approx(20 * factors)


def test_a_hundred_thousand_requests_a_second_take_seconds(small_stage: Stage) -> None:
    """A day that peaks at 100,000 requests a second is measured from bounded windows, with the fleet it needs."""
    big = {**API, "vcpu": 4, "memory_gb": 8, "tasks": {"min": 20, "max": 3000}}
    calls = [{"to": "api", "cpu_ms": 20, "time_ms": 5}]
    graph = small_stage({"api": big}, calls, 100_000 / 3, shape="evening", peak_factor=3)
    began = time.process_time()
    day = measure_day(graph)
    assert time.process_time() - began < 40  # 20 s on two cores
    assert day.per_s.max() == pytest.approx(100_000, rel=1e-3)
    assert day.requests < 10_000_000
    assert day.tasks["api"].tasks.max() == pytest.approx(100_000 * 0.02 / 4 / 0.5, rel=0.05)
    assert 15 < day.latency_ms[""][50] < 60


def test_work_that_piles_up_delays_whoever_comes_after(small_stage: Stage) -> None:
    """Where the tasks are too few for an hour, calls wait longer and longer, and the day says how many."""
    one = {**API, "tasks": {"min": 1, "max": 1}}
    graph = small_stage({"api": one}, [{"to": "api", "cpu_ms": 100}], 6.0, shape="evening", peak_factor=3)
    day = measure_day(graph, requests=5000)
    busiest = int(day.per_s.argmax()) // 60
    assert day.tasks["api"].overloaded_minutes > 0
    assert day.hours[busiest]["p95_ms"] > 100 * 1000
    assert day.waiting.max() > 1000
    assert day.waiting[60 * 4] < 10


def test_a_fleet_is_opened_as_far_as_it_has_scaled(small_stage: Stage) -> None:
    """Other open tasks change the group and its places, never beyond what the fleet may have."""
    stage = compile_stage(small_stage({"api": API}, [{"to": "api", "cpu_ms": 60}], 10.0))
    resized = with_open_tasks(stage, {"api": 7, "nothing": 3})
    assert [group.open for group in resized.program.groups] == [7]
    assert [len(place.names) for place in resized.places] == [7]
    assert with_open_tasks(stage, {"api": 999}).program.groups[0].open == 60
    assert with_open_tasks(stage, dict(stage.tasks)) is stage
