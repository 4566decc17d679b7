"""The window of full events that stands for one level of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.sizing import SizedGraph
from simulations.compiling.compilation import Conditions
from simulations.compiling.demand import demand_at
from simulations.compiling.stage_program import compile_stage
from simulations.day_levels import Level
from simulations.function_usage import FunctionUsage, function_usage
from simulations.replications import replicate, window_for
from simulations.resized import with_open_tasks
from simulations.settling import as_measured

__all__ = ["DayWindow", "percentiles_of", "show"]

LEAST_S = 10.0
SHORT_S = 1.0
"""Of a window whatever its rate, as far as `MOST_REQUESTS` go."""
MOST_REQUESTS = 150_000
PERCENTILES = (50, 95, 99)
_DELAYED = 200
"""Latencies that stand for a minute in which work piled up."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DayWindow:
    """What one level's window showed."""

    level: Level
    per_s: Floats
    """Requests of clients per second in each minute of the level."""
    latencies_ms: Mapping[str, Floats]
    requests: int
    failed: int
    cold: int
    waiting: float
    functions: Mapping[str, FunctionUsage]
    instances: Mapping[str, float]
    """By component with functions: how many it keeps at the level, at work or idle."""


def show(
    graph: SizedGraph, level: Level, requests: int, seed: int, engine: str, overrides: Mapping[str, float] | None
) -> DayWindow:
    """A level's window: latencies, and what the functions did per second at its full load."""
    rates = {float(factor): demand_at(graph, float(factor)).client_per_s for factor in np.unique(level.factors)}
    per_s = np.array([rates[float(factor)] for factor in level.factors])
    demand = demand_at(graph, level.factor, level.scale)
    if demand.total_per_s <= 0:
        return DayWindow(level, per_s, {}, 0, 0, 0, 0.0, {}, {})
    stage = with_open_tasks(compile_stage(graph, demand, Conditions(), overrides), level.tasks)
    window = window_for(stage, max(requests, min(round(SHORT_S * per_s.mean()), MOST_REQUESTS)), LEAST_S)
    run = replicate(stage, window, seed, 1, engine)[0]
    measured = as_measured(stage, [run])
    if measured is not stage:
        stage, run = measured, replicate(measured, window, seed, 1, engine)[0]
    return DayWindow(
        level,
        per_s,
        run.latencies_ms,
        run.requests,
        sum(sum(causes.values()) for causes in run.errors.values()),
        sum(run.cold.values()),
        sum(place.queue for place in run.places),
        {name: function_usage(stage, run, window, name, level.factor) for name in stage.functions},
        {name: sum(stage.pools[label].instances for label in labels) for name, labels in stage.functions.items()},
    )


def percentiles_of(found: Sequence[DayWindow], endpoint: str, hour: int | None = None) -> dict[int, float]:
    """Percentiles over the day or an hour of it: each window's latencies weighed by the requests they stand for."""
    values, weights = [np.empty(0)], [np.empty(0)]
    for shown in found:
        names = [endpoint] if endpoint else list(shown.latencies_ms)
        every = np.concatenate([np.empty(0), *(shown.latencies_ms.get(name, np.empty(0)) for name in names)])
        minutes = shown.level.minutes
        chosen = np.ones(len(minutes), bool) if hour is None else minutes // 60 == hour
        if not len(every) or not chosen.any():
            continue
        stand_for = shown.per_s[chosen] * len(every) / max(sum(map(len, shown.latencies_ms.values())), 1)
        delays = shown.level.delay_s[chosen]
        values.append(every)
        weights.append(np.full(len(every), float(stand_for[delays <= 0].sum()) / len(every)))
        few = every[:: max(len(every) // _DELAYED, 1)]
        for delay, weight in zip(delays[delays > 0], stand_for[delays > 0], strict=True):
            values.append(few + delay * 1000)
            weights.append(np.full(len(few), weight / len(few)))
    together, heavy = np.concatenate(values), np.concatenate(weights)
    order = np.argsort(together, kind="stable")
    climb = np.cumsum(heavy[order])
    if not len(climb) or climb[-1] <= 0:
        return {}
    last = len(climb) - 1
    places = {q: min(int(np.searchsorted(climb, climb[-1] * q / 100 * (1 - 1e-12))), last) for q in PERCENTILES}
    return {q: float(together[order[place]]) for q, place in places.items()}
