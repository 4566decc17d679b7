"""What a mean day really ran, for the bill: time in functions with their waiting, cold starts, tasks as scaled.

The day is 24 windows of full events, one for each hour at that hour's rate, weighed by what arrives in the hour; an
hour with few requests is simulated for longer, so that every window has enough. Tasks come from a minute-by-minute
pass of the scaling rules over the whole day (`simulations.fluid`). Functions that are called too rarely for a window
to hold many calls get their cold starts from the closed form for lone calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.kinds.fargate import Fargate
from model.sizing import SizedGraph
from model.traffic import traffic
from model.units import SECONDS_PER_MONTH
from simulations.compiling.compilation import Conditions
from simulations.compiling.demand import day_of, demand_at
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.distributions import Distribution, Uniform
from simulations.fluid import TaskDay, task_day
from simulations.program import Code
from simulations.replications import Replication, Window, replicate, window_for
from simulations.results import percentile

__all__ = ["DayUsage", "lone_cold_share", "measure_day"]

HOURS_PER_DAY = 24

REQUESTS_PER_HOUR = 1500
LEAST_S = 10.0
FEW_CALLS = 50
"""Calls of a function in a window from which its cold starts are counted rather than computed."""
_CERTAIN = 4.0
"""Standard deviations by which calls must differ from the plan's to count as retries."""


@dataclass
class _Function:
    """What a component's functions did, added up over the hours as calls per second."""

    calls: float = 0.0
    planned: float = 0.0
    """What the call plans alone would make."""
    counted: int = 0
    """Calls that the windows held."""
    busy_s: float = 0.0
    """In the handler; of the counted calls in an hour, weighed by rate in a day."""
    cold: float = 0.0
    init_s: float = 0.0
    """Of all cold starts together."""
    timed: float = 0.0
    """Rate of the hours whose windows held any."""


@dataclass(frozen=True)
class DayUsage:
    """A mean day as it ran; `measured` by component and usage field, as a bill takes it."""

    measured: Mapping[str, Mapping[str, float]]
    tasks: Mapping[str, TaskDay]
    hours: tuple[Mapping[str, Any], ...] = ()
    """By hour: requests per second, tasks, p95 in milliseconds, errors, share of cold starts."""

    def rows(self) -> tuple[dict[str, Any], ...]:
        """One row per component and usage field."""
        return tuple(
            {"component": name, "usage": item, "quantity": quantity}
            for name, items in self.measured.items()
            for item, quantity in items.items()
        )


def measure_day(
    graph: SizedGraph,
    seed: int = 1,
    engine: str = "compiled",
    overrides: Mapping[str, float] | None = None,
    progress: Callable[[float], None] | None = None,
) -> DayUsage:
    """The usage of a stage's mean day. Raises BadInput when nothing arrives."""
    totals: dict[str, _Function] = {}
    hours: list[Mapping[str, Any]] = []
    tasks = {name: task_day(graph, name) for name, c in graph.components.items() if isinstance(c, Fargate)}
    for hour, factor in enumerate(day_of(graph)):
        row, functions = _hour(graph, float(factor), seed * HOURS_PER_DAY + hour, engine, overrides)
        at_end = {name: int(day.tasks[60 * hour + 59]) for name, day in tasks.items()}
        hours.append({"hour": hour, **row, "tasks": at_end})
        for name, part in functions.items():
            _add(totals.setdefault(name, _Function()), part)
        if progress is not None:
            progress((hour + 1) / HOURS_PER_DAY)
    means = traffic(graph)
    measured: dict[str, dict[str, float]] = {
        name: _usage(part, float(means.load(name).mean_busy_ms)) for name, part in totals.items()
    }
    measured |= {name: {"task_hours": day.task_hours} for name, day in tasks.items() if _scales(graph, name)}
    return DayUsage({name: items for name, items in measured.items() if items}, tasks, tuple(hours))


def _scales(graph: SizedGraph, name: str) -> bool:
    service = graph.components[name]
    return isinstance(service, Fargate) and service.scaling.kind != "none" and service.tasks.min < service.tasks.max


def _hour(
    graph: SizedGraph, factor: float, seed: int, engine: str, overrides: Mapping[str, float] | None
) -> tuple[Mapping[str, Any], dict[str, _Function]]:
    """One hour's window: what to show of it, and what the functions did per second."""
    demand = demand_at(graph, factor)
    if demand.total_per_s <= 0:
        return {"per_s": 0.0, "p95_ms": None, "error_share": 0.0, "cold_share": 0.0}, {}
    stage = compile_stage(graph, demand, Conditions(), overrides)
    window = window_for(stage, REQUESTS_PER_HOUR, LEAST_S)
    run = replicate(stage, window, seed, 1, engine)[0]
    failed = sum(sum(causes.values()) for causes in run.errors.values())
    p95_ms = percentile(np.concatenate([np.empty(0), *run.latencies_ms.values()]), 95)
    row = {
        "per_s": stage.demand.client_per_s,
        "p95_ms": p95_ms if math.isfinite(p95_ms) else None,
        "error_share": failed / max(run.requests, 1),
        "cold_share": sum(run.cold.values()) / max(run.requests, 1),
    }
    return row, {name: _function(stage, run, window, name, labels) for name, labels in stage.functions.items()}


def _function(stage: CompiledStage, run: Replication, window: Window, name: str, labels: tuple[str, ...]) -> _Function:
    """Calls per second as planned for the hour, times and cold starts as counted in the window."""
    program, raw = run.result.program, run.result.raw
    numbers = {program.function(label) for label in labels}
    sites = [pc for pc, op in enumerate(program.ops) if op.code is Code.SERVE and op.station in numbers]
    passes, refused = int(raw.op_passes[sites].sum()), int((raw.op_tries - raw.op_passes)[sites].sum())
    planned = stage.hourly.calls_per_s(name, stage.demand.factor)
    expected = planned * window.full_load_s
    repeats = int(raw.retries.sum()) > 0 or refused > 0
    differs = repeats and abs(passes - expected) > _CERTAIN * math.sqrt(expected)
    calls = passes / window.full_load_s if differs else planned
    first = program.functions[min(numbers)]
    seen = next(place for place in run.places if place.place.component == name)
    few = seen.passed < FEW_CALLS * len(labels)
    share = lone_cold_share(first.keep_alive, planned / len(labels)) if few else seen.cold / seen.passed
    waited_s = float(raw.op_wait[sites].sum())
    starts = sum(int(raw.final.cold[number]) for number in numbers)
    init_s = waited_s / starts if starts else first.init.mean + first.first_run.mean
    busy_s = max(float(raw.op_hold[sites].sum()) - waited_s, 0.0)
    return _Function(calls, planned, passes, busy_s, calls * share, calls * share * init_s)


def lone_cold_share(keep_alive: Distribution, calls_per_s: float) -> float:
    """Cold starts of calls that come alone, at random, and find an idle instance that lives for a uniform time:
    the chance that the gap is longer, E[exp(-rate x life)].
    """
    if not isinstance(keep_alive, Uniform):
        return math.exp(-calls_per_s * keep_alive.mean)
    span = (keep_alive.high - keep_alive.low) * calls_per_s
    first = math.exp(-calls_per_s * keep_alive.low)
    return first * -math.expm1(-span) / span if span > 1e-12 else first


def _add(total: _Function, part: _Function) -> None:
    """Adds an hour: rates as means of the day, counted times weighed by the rate that they stand for."""
    total.calls += part.calls / HOURS_PER_DAY
    total.planned += part.planned / HOURS_PER_DAY
    total.cold += part.cold / HOURS_PER_DAY
    total.init_s += part.init_s / HOURS_PER_DAY
    total.counted += part.counted
    if part.counted:
        total.timed += part.calls
        total.busy_s += part.busy_s / part.counted * part.calls


def _usage(total: _Function, derived_ms: float) -> dict[str, float]:
    """The fields of a function's usage that the run counted; a time that chance alone explains stays derived."""
    if not total.calls:
        return {}
    found = {"cold_start_share": total.cold / total.calls}
    if total.cold:
        found["init_ms"] = total.init_s / total.cold * 1000
    if total.timed:
        duration_ms = total.busy_s / total.timed * 1000
        if abs(duration_ms - derived_ms) > _CERTAIN * derived_ms / math.sqrt(total.counted):
            found["duration_ms"] = duration_ms
    if total.calls != total.planned:
        found["monthly_requests"] = total.calls * SECONDS_PER_MONTH
    return found
