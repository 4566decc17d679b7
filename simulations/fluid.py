"""A day minute by minute without events: how many tasks a scaling rule keeps as the load comes and goes, what piles up
while they are too few, and what a burstable processor has left.

The rules are those of the engine (`simulations.control`); what they look at is the load over the tasks, with the chance
that so many calls of so different work have in a minute: a rule that acts on the highest of noisy minutes keeps more
tasks than one that saw the mean. Two days are run and the second is counted, so that the morning begins with the
night's tasks.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.kinds.fargate import Fargate
from model.sizing import SizedGraph
from model.units import HOURS_PER_MONTH
from simulations.arrivals import uniforms
from simulations.compiling.demand import HourlyLoad, day_of
from simulations.compiling.facts import Parameters
from simulations.compiling.scaling import scaling_policy, unit_of
from simulations.compiling.tasks import scaling_metric
from simulations.control import Decider, StepScaling, TargetTracking

__all__ = ["MINUTES", "TaskDay", "minute_factors", "task_day"]

MINUTES = 1440
_MINUTE_S = 60.0
_STREAM = 11
"""Of the draws: no other part of a run uses it."""


@dataclass(frozen=True)
class TaskDay:
    """Tasks of one service over the mean day; arrays by minute, shape (1440,)."""

    component: str
    tasks: NDArray[np.int64]
    """Paid for: those that still start are among them."""
    overloaded_minutes: int
    """In which the open tasks had more CPU work than CPU."""
    ready: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Open to requests."""
    delay_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """Mean time in the minute until the work that piled up before would be done."""
    waiting: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """Calls that wait at the end of the minute because more came than the tasks can do."""

    @property
    def task_hours(self) -> float:
        """Of a month."""
        return float(self.tasks.mean()) * HOURS_PER_MONTH


def minute_factors(graph: SizedGraph) -> NDArray[np.float64]:
    """The rate of each minute of the day over the mean one, shape (1440,)."""
    return np.repeat(day_of(graph), MINUTES // 24)


def task_day(graph: SizedGraph, name: str, seed: int = 1) -> TaskDay:
    """The tasks of a service as its scaling rule follows the stage's day; the seed draws the chance of each minute."""
    service = graph.components[name]
    if not isinstance(service, Fargate):
        raise TypeError(f"{name} is not a service of tasks")
    factors = day_of(graph)
    hourly = HourlyLoad.of(graph)
    alone = [scaling_metric(hourly, name, service, float(factor), graph.likely) for factor in factors]
    cores = [hourly.cores(name, float(factor)) / service.vcpu for factor in factors]
    calls = [hourly.calls_per_s(name, float(factor)) for factor in factors]
    policy = scaling_policy(graph, name)
    unit = unit_of(policy.metric) if policy is not None else 1.0
    scaled = _Tasks(policy) if policy is not None else None
    by_cpu = service.scaling.metric == "cpu"
    chance = _chance(graph, calls, seed, spread=by_cpu)
    least = max(service.tasks.min, 1 if policy is None else service.tasks.min)
    paid, ready = (np.full(2 * MINUTES, least, dtype=np.int64) for _ in range(2))
    delay, waiting = (np.zeros(2 * MINUTES) for _ in range(2))
    overloaded, left = 0, 0.0
    for minute in range(2 * MINUTES):
        hour = minute % MINUTES // 60
        open_now = scaled.open_at(minute * _MINUTE_S) if scaled is not None else least
        before, left = left, max(left + (cores[hour] - open_now) * _MINUTE_S, 0.0)
        if scaled is not None:
            shown = alone[hour] / unit * chance[minute]
            if by_cpu:
                shown = min(shown + before / _MINUTE_S, float(open_now))
            paid[minute] = scaled.minute((minute + 1) * _MINUTE_S, shown)
        ready[minute] = open_now
        delay[minute] = (before + left) / 2 / open_now if open_now else 0.0
        waiting[minute] = left / cores[hour] * calls[hour] if cores[hour] > 0 else 0.0
        overloaded += minute >= MINUTES and cores[hour] > open_now
    day = slice(MINUTES, 2 * MINUTES)
    return TaskDay(name, paid[day], overloaded, ready[day], delay[day], waiting[day])


def _chance(graph: SizedGraph, calls_per_s: list[float], seed: int, *, spread: bool) -> NDArray[np.float64]:
    """What each minute of two days has of its mean: a count of calls at random, `spread` for the work they bring too.

    Normal, as the sum of twelve uniforms: plain arithmetic is the same on every machine.
    """
    work = 1 + Parameters.of(graph).value("cpu_scv") if spread else 1.0
    normal = uniforms(seed, _STREAM, 0, 12 * 2 * MINUTES).reshape(2 * MINUTES, 12).sum(axis=1) - 6
    calls = np.tile(np.repeat(np.array(calls_per_s) * _MINUTE_S, 60), 2)
    deviation = np.sqrt(work / np.maximum(calls, 1.0))
    return np.asarray(np.maximum(1 + normal * np.minimum(deviation, 1.0), 0.0), dtype=np.float64)


class _Tasks:
    """The tasks of a service under its policy: those paid for, and those that have started."""

    def __init__(self, policy: TargetTracking | StepScaling) -> None:
        self.start_s, self.ready = policy.fleet.start_s, policy.fleet.least
        self.decider = Decider(policy, self.ready)
        self.starting: deque[tuple[float, int]] = deque()

    def open_at(self, at_s: float) -> int:
        """The tasks that take requests from then on."""
        while self.starting and self.starting[0][0] <= at_s:
            self.ready = self.starting.popleft()[1]
        return self.ready

    def minute(self, at_s: float, shown: float) -> int:
        """The tasks paid for after a minute that ends at `at_s`, in which the tasks together showed `shown`."""
        had = self.decider.tasks
        tasks = self.decider.decide(at_s, shown)
        if tasks > had:
            self.starting.append((at_s + self.start_s, tasks))
        elif tasks < had:
            self.ready = tasks
        return tasks
