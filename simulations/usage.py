"""What a mean day really ran, for the bill: time in functions with their waiting, cold starts, tasks as scaled.

A pass without events runs the scaling rules minute by minute (`simulations.fluid`). Each stretch of the day with much
the same load and the same tasks is then a window of full events, weighed by its minutes, at any rate: a window holds a
bounded number of requests, for longer at a low rate and shorter at a high one. Functions that start cold too rarely for
a window to count get their cold starts from the instances that they keep at the level. To those come the instances that
start when one level follows a lower one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.kinds.fargate import Fargate
from model.problems import BadInput
from model.sizing import SizedGraph
from model.traffic import traffic
from simulations.compiling.demand import demand_at
from simulations.day_levels import levels_of
from simulations.day_windows import DayWindow, percentiles_of, show
from simulations.fluid import MINUTES, TaskDay, task_day
from simulations.function_usage import FunctionUsage, usage_fields

__all__ = ["REQUESTS", "DayUsage", "measure_day"]

HOURS_PER_DAY = 24
_DAY_S = 86_400.0
REQUESTS = 24_000
"""Of all windows together, shared out by how many requests a level has in the day."""
LEAST_REQUESTS = 300
"""Of a window."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DayUsage:
    """A mean day as it ran; `measured` by component and usage field, as a bill takes it."""

    measured: Mapping[str, Mapping[str, float]]
    tasks: Mapping[str, TaskDay]
    hours: tuple[Mapping[str, Any], ...] = ()
    """By hour: requests per second, tasks at its end, p95 in milliseconds, shares of errors and cold starts,
    calls that wait."""
    per_s: Floats = field(default_factory=lambda: np.zeros(MINUTES))
    """Requests of clients per second, by minute, shape (1440,)."""
    waiting: Floats = field(default_factory=lambda: np.zeros(MINUTES))
    """Calls that wait for something, by minute: in the windows' queues, and what piled up."""
    latency_ms: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    """By endpoint ("" for all together): the 50th, 95th and 99th percentile over the day."""
    windows: int = 0
    requests: int = 0
    """Simulated in all windows."""

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
    *,
    requests: int = REQUESTS,
) -> DayUsage:
    """The usage of a stage's mean day from windows of about `requests` in all. Raises BadInput when nothing arrives."""
    tasks = {name: task_day(graph, name, seed) for name, c in graph.components.items() if isinstance(c, Fargate)}
    levels = levels_of(graph, tasks)
    rates = [demand_at(graph, level.factor).client_per_s for level in levels]
    total = sum(rate * level.share for rate, level in zip(rates, levels, strict=True))
    if total <= 0 and not any(demand_at(graph, level.factor).total_per_s > 0 for level in levels):
        raise BadInput(f"{graph.architecture.name} {graph.stage.name}: nothing arrives, there is nothing to simulate")
    done = 0

    def window(number: int) -> DayWindow:
        nonlocal done
        share = rates[number] * levels[number].share / total if total > 0 else 0.0
        wanted = max(round(requests * share), LEAST_REQUESTS)
        found_now = show(graph, levels[number], wanted, seed * MINUTES + number, engine, overrides)
        done += 1
        if progress is not None:
            progress(done / len(levels))
        return found_now

    found = [window(0), *_side_by_side(window, range(1, len(levels)), engine)]
    return _day(graph, tasks, found)


def _side_by_side(show: Callable[[int], DayWindow], numbers: Sequence[int], engine: str) -> Iterable[DayWindow]:
    if engine != "compiled":
        return [show(number) for number in numbers]
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as threads:
        return list(threads.map(show, numbers))


def _day(graph: SizedGraph, tasks: Mapping[str, TaskDay], found: Sequence[DayWindow]) -> DayUsage:
    """The day that the levels add up to."""
    totals: dict[str, FunctionUsage] = {}
    waiting = sum((day.waiting for day in tasks.values()), start=np.zeros(MINUTES))
    for shown in found:
        waiting[shown.level.minutes] += shown.waiting
        for name, part in shown.functions.items():
            totals.setdefault(name, FunctionUsage()).add(part, shown.level.share)
    for name, part in totals.items():
        part.start(_risen(name, found), _DAY_S)
    means = traffic(graph)
    measured: dict[str, dict[str, float]] = {
        name: usage_fields(part, float(means.load(name).mean_busy_ms)) for name, part in totals.items()
    }
    measured |= {name: {"task_hours": day.task_hours} for name, day in tasks.items() if _scales(graph, name)}
    names = {name for shown in found for name in shown.latencies_ms}
    return DayUsage(
        {name: items for name, items in measured.items() if items},
        tasks,
        tuple(_hour(hour, tasks, found, waiting) for hour in range(HOURS_PER_DAY)),
        _by_minute(found),
        waiting,
        {name: percentiles_of(found, name) for name in ("", *sorted(names))},
        len(found),
        sum(shown.requests for shown in found),
    )


def _risen(name: str, found: Sequence[DayWindow]) -> float:
    """Instances of a component that start in a day because its load rises: those of each level beyond the one before
    it, the night following the evening.
    """
    kept = np.zeros(MINUTES)
    for shown in found:
        kept[shown.level.minutes] = shown.instances.get(name, 0.0)
    return float(np.maximum(kept - np.roll(kept, 1), 0.0).sum())


def _by_minute(found: Sequence[DayWindow]) -> Floats:
    rates = np.zeros(MINUTES)
    for shown in found:
        rates[shown.level.minutes] = shown.per_s
    return rates


def _hour(hour: int, tasks: Mapping[str, TaskDay], found: Sequence[DayWindow], waiting: Floats) -> Mapping[str, Any]:
    """What to show of one hour."""
    weights = {id(shown): float(shown.per_s[shown.level.minutes // 60 == hour].sum()) for shown in found}
    whole = sum(weights.values())

    def share(of: Callable[[DayWindow], int]) -> float:
        parts = (weights.get(id(s), 0.0) * of(s) / max(s.requests, 1) for s in found)
        return sum(parts) / whole if whole > 0 else 0.0

    return {
        "hour": hour,
        "per_s": whole / 60,
        "p95_ms": percentiles_of(found, "", hour).get(95),
        "error_share": share(lambda shown: shown.failed),
        "cold_share": share(lambda shown: shown.cold),
        "waiting": float(waiting[60 * hour : 60 * hour + 60].mean()),
        "tasks": {name: int(day.tasks[60 * hour + 59]) for name, day in tasks.items()},
    }


def _scales(graph: SizedGraph, name: str) -> bool:
    service = graph.components[name]
    return isinstance(service, Fargate) and service.scaling.kind != "none" and service.tasks.min < service.tasks.max
