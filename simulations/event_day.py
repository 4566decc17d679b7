"""A whole day request by request with its scaling rules at work: what the levels of `simulations.usage` are held to.

Only for rates that events can keep up with. Schedules that keep their own pace have the share of the mean hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.kinds.fargate import Fargate
from model.sizing import SizedGraph
from model.units import HOURS_PER_MONTH
from simulations.arrivals import Profile
from simulations.compiling.demand import day_of, demand_at
from simulations.compiling.scaling import scaling_policies
from simulations.compiling.stage_program import compile_stage
from simulations.fluid import MINUTES, task_day
from simulations.resized import with_open_tasks
from simulations.results import Result, percentile
from simulations.run import run

__all__ = ["EventDay", "event_day"]

_HOUR_S = 3600.0


@dataclass(frozen=True)
class EventDay:
    """A day of full events."""

    result: Result
    tasks: Mapping[str, NDArray[np.int64]]
    """Paid for at the end of each minute, by service, shape (1440,)."""

    def task_hours(self, name: str) -> float:
        """Of a month."""
        return float(self.tasks[name].mean()) * HOURS_PER_MONTH

    def percentile_ms(self, q: float, hour: int | None = None) -> float:
        """Of all requests that were done, or of those that came in one hour."""
        raw = self.result.raw
        chosen = self.result.rows() & (raw.status == 0)
        if hour is not None:
            chosen &= (raw.start >= hour * _HOUR_S) & (raw.start < (hour + 1) * _HOUR_S)
        return percentile((raw.end[chosen] - raw.start[chosen]) * 1000, q)


def event_day(graph: SizedGraph, seed: int = 1, engine: str = "compiled") -> EventDay:
    """The day from midnight, its services and functions as the night before left them."""
    names = [name for name, c in graph.components.items() if isinstance(c, Fargate)]
    at_midnight = {name: max(int(task_day(graph, name, seed).ready[0]), 1) for name in names}
    factors = [float(factor) for factor in day_of(graph)]
    rates = [demand_at(graph, factor).total_per_s for factor in factors]
    compiled = compile_stage(graph, demand_at(graph, 1.0))
    pools = compile_stage(graph, demand_at(graph, factors[0])).pools
    stage = with_open_tasks(replace(compiled, pools=pools), at_midnight)
    points = [(_HOUR_S * (hour + end), rate) for hour, rate in enumerate(rates) for end in (0, 1)]
    result = run(
        stage.settled(seed),
        Profile(tuple(points)),
        seed,
        engine,
        until_s=24 * _HOUR_S,
        controllers=[*stage.policies, *scaling_policies(stage)],
    )
    return EventDay(result, {name: _by_minute(result, name, at_midnight[name]) for name in names})


def _by_minute(result: Result, name: str, first: int) -> NDArray[np.int64]:
    tasks = np.full(MINUTES, first, dtype=np.int64)
    for decision in result.scaled:
        if decision.fleet == name:
            tasks[min(round(decision.at_s / 60), MINUTES) :] = decision.tasks
    return tasks
