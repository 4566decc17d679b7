"""The levels of a day: stretches with the same load and the same tasks; one window of events stands for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.kinds.fargate import Fargate
from model.sizing import SizedGraph
from simulations.compiling.demand import HourlyLoad
from simulations.fluid import MINUTES, TaskDay, minute_factors

__all__ = ["SATURATED", "Level", "levels_of"]

SATURATED = 0.95
"""Of the open tasks' CPU: beyond, a window has no steady state, and what piles up comes from the minutes."""


@dataclass(frozen=True)
class Level:
    """One load with one number of tasks of each service."""

    factor: float
    """The rate over the month's mean one."""
    tasks: Mapping[str, int]
    minutes: NDArray[np.int64]
    """Those of the day, in order."""
    scale: float
    """Part of the load that a window can show in balance."""
    delay_s: NDArray[np.float64]
    """What piled-up work adds in each of the minutes."""

    @property
    def share(self) -> float:
        """Of the day."""
        return len(self.minutes) / MINUTES


def levels_of(graph: SizedGraph, tasks: Mapping[str, TaskDay]) -> tuple[Level, ...]:
    """The levels in the order in which the day reaches them."""
    factors, hourly = minute_factors(graph), HourlyLoad.of(graph)
    names = list(tasks)
    states: dict[tuple[float, ...], list[int]] = {}
    for minute in range(MINUTES):
        state = (float(factors[minute]), *(max(int(tasks[name].ready[minute]), 1) for name in names))
        states.setdefault(state, []).append(minute)
    return tuple(_level(graph, hourly, tasks, state, minutes) for state, minutes in states.items())


def _level(
    graph: SizedGraph,
    hourly: HourlyLoad,
    days: Mapping[str, TaskDay],
    state: tuple[float, ...],
    minutes: list[int],
) -> Level:
    factor, counts = state[0], dict(zip(days, (int(count) for count in state[1:]), strict=True))
    at = np.array(minutes, dtype=np.int64)
    used = [hourly.cores(name, factor) / (count * _vcpu(graph, name)) for name, count in counts.items()]
    fullest = max(used, default=0.0)
    delay = sum((days[name].delay_s[at] for name in days), start=np.zeros(len(at)))
    return Level(factor, counts, at, min(1.0, SATURATED / fullest) if fullest > 0 else 1.0, delay)


def _vcpu(graph: SizedGraph, name: str) -> float:
    service = graph.components[name]
    assert isinstance(service, Fargate)  # noqa: S101 - days are made of services only
    return service.vcpu
