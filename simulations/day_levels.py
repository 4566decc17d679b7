"""The levels of a day: stretches with much the same load and the same tasks; one window of events stands for each.

Loads that differ by at most a quarter and by no more than a fiftieth of the day's highest share a window at their mean:
what is counted of calls follows the load in a straight line, so that their mean is theirs, and waits bend too little
within so narrow a band for it to show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.kinds.fargate import Fargate
from model.sizing import SizedGraph
from simulations.compiling.demand import HourlyLoad
from simulations.fluid import MINUTES, TaskDay, minute_factors

__all__ = ["SATURATED", "Level", "levels_of"]

APART, APART_OF_HIGHEST = 0.25, 0.02
"""How far the loads of one level may lie apart: over the lowest of them, and over the highest of the day."""
SATURATED = 0.95
"""Of the open tasks' CPU: beyond, a window has no steady state, and what piles up comes from the minutes."""


@dataclass(frozen=True)
class Level:
    """One load, or neighbouring ones, with one number of tasks of each service."""

    factors: NDArray[np.float64]
    """The rate of each of its minutes over the month's mean one."""
    tasks: Mapping[str, int]
    minutes: NDArray[np.int64]
    """Those of the day, in order."""
    scale: float
    """Part of the load that a window can show in balance."""
    delay_s: NDArray[np.float64]
    """What piled-up work adds in each of the minutes."""

    @property
    def factor(self) -> float:
        """The mean rate over the month's mean one."""
        return math.fsum(self.factors) / len(self.factors)

    @property
    def share(self) -> float:
        """Of the day."""
        return len(self.minutes) / MINUTES


def levels_of(graph: SizedGraph, tasks: Mapping[str, TaskDay]) -> tuple[Level, ...]:
    """The levels in the order in which the day reaches them."""
    factors, hourly = minute_factors(graph), HourlyLoad.of(graph)
    states: dict[tuple[int, ...], dict[float, list[int]]] = {}
    for minute in range(MINUTES):
        counts = tuple(max(int(day.ready[minute]), 1) for day in tasks.values())
        states.setdefault(counts, {}).setdefault(float(factors[minute]), []).append(minute)
    found = [
        _level(graph, hourly, tasks, dict(zip(tasks, counts, strict=True)), factors, minutes)
        for counts, by_load in states.items()
        for minutes in _neighbours(by_load, APART_OF_HIGHEST * float(factors.max()))
    ]
    return tuple(sorted(found, key=lambda level: int(level.minutes[0])))


def _neighbours(by_load: Mapping[float, list[int]], most: float) -> Iterator[NDArray[np.int64]]:
    """The minutes of loads that share a level, in order."""
    together: list[int] = []
    lowest = min(by_load)
    for load in sorted(by_load):
        if load - lowest > min(APART * lowest, most):
            yield np.array(sorted(together), np.int64)
            together, lowest = [], load
        together += by_load[load]
    yield np.array(sorted(together), np.int64)


def _level(
    graph: SizedGraph,
    hourly: HourlyLoad,
    days: Mapping[str, TaskDay],
    counts: Mapping[str, int],
    factors: NDArray[np.float64],
    minutes: NDArray[np.int64],
) -> Level:
    delay = sum((day.delay_s[minutes] for day in days.values()), start=np.zeros(len(minutes)))
    level = Level(factors[minutes], counts, minutes, 1.0, delay)
    used = [hourly.cores(name, level.factor) / (count * _vcpu(graph, name)) for name, count in counts.items()]
    fullest = max(used, default=0.0)
    return replace(level, scale=min(1.0, SATURATED / fullest)) if fullest > 0 else level


def _vcpu(graph: SizedGraph, name: str) -> float:
    service = graph.components[name]
    assert isinstance(service, Fargate)  # noqa: S101 - days are made of services only
    return service.vcpu
