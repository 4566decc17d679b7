"""How a side has to be sized at any load to hold the targets: found and confirmed by simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.sizing import SizedGraph
from model.traffic import traffic
from studies.breakeven.fleets import Site24, functions_of, services_of
from studies.breakeven.limits import FULLEST, RESOLUTION, STEP, Limit, guess, rising, search
from studies.breakeven.targets import called
from studies.breakeven.trials import Bench, Trial
from studies.scaling import at_requests

Floats = NDArray[np.float64]
SPARES = (1.0, 2.0, 3.0)
"""Instances kept warm beyond the mean in use, in square roots of it: what is tried, the least first."""
NONE = -1.0
"""No instance is kept warm."""
LIGHT = 0.05
"""How full tasks are where what is missed does not come from the load."""
_MANY = 4
"""Times the fewest tasks: the second number at which the limit is sought."""


@dataclass(frozen=True)
class Sizing:
    """What holds the targets on one side."""

    graph: SizedGraph
    limit: Limit
    """How full its tasks may be."""
    spares: tuple[tuple[float, float], ...]
    """(requests a month, instances kept warm beyond the mean as square roots of it) from each simulated load on."""
    trials: tuple[Trial, ...]
    """The simulated loads as they were confirmed, or as they failed."""
    holds: bool
    """At light load: where it does not, nothing that is sized here helps."""

    def spare(self, requests: Floats) -> Floats:
        """Of each load, the one of the nearest simulated load below."""
        starts = np.array([start for start, _ in self.spares])
        levels = np.array([level for _, level in self.spares])
        return np.asarray(levels[np.clip(np.searchsorted(starts, requests, side="right") - 1, 0, None)])

    def tasks_at_peak(self, monthly_requests: float) -> dict[str, int]:
        """The fewest tasks that hold the targets in the busiest hour, at least the stage's minimum."""
        return _tasks(self.graph, monthly_requests, self.limit)

    def trial_at(self, monthly_requests: float) -> Trial | None:
        """The simulation of that load, where there was one."""
        return next((item for item in self.trials if item.monthly_requests == monthly_requests), None)


def size(bench: Bench, simulated: Sequence[float]) -> Sizing:
    """Size one side for the loads `simulated`, rising: at each it is shown that it holds, or that it does not."""
    light = _held(bench, simulated[0], _tasks(bench.graph, simulated[0], Limit(((1, LIGHT),))))
    if not light.holds:
        return Sizing(bench.graph, Limit(()), ((simulated[0], NONE),), (light,), holds=False)
    limit = limit_of(bench, light) if services_of(bench.graph) else Limit(((1, FULLEST),))
    if not limit.holds:
        return Sizing(bench.graph, limit, ((simulated[0], NONE),), (light,), holds=False)
    trials = []
    for load in simulated:
        trial, limit = _confirmed(bench, load, limit)
        trials.append(trial)
    spares = tuple((item.monthly_requests, _spare(bench.graph, item)) for item in trials)
    return Sizing(bench.graph, limit, spares, tuple(trials), holds=True)


def tried_at(bench: Bench, sizing: Sizing, loads: Sequence[float]) -> Sizing:
    """The sizing with simulations of further loads, as it sizes them."""
    if not sizing.holds:
        return sizing
    more = [_confirmed(bench, load, sizing.limit)[0] for load in loads if sizing.trial_at(load) is None]
    every = sorted([*sizing.trials, *more], key=lambda trial: trial.monthly_requests)
    return replace(sizing, trials=tuple(every))


def limit_of(bench: Bench, light: Trial, times: Sequence[int] = (1, _MANY)) -> Limit:
    """How full the tasks may be, for so many times the fewest tasks of the stage."""
    graph = bench.graph
    loads = {name: float(Site24.of(graph).task_loads(name).max()) for name in services_of(graph)}
    name = max(loads, key=lambda item: loads[item])
    if loads[name] <= 0:
        return Limit(((1, FULLEST),))
    base, fewest = float(graph.likely["monthly_requests"]), max(services_of(graph)[name].tasks.min, 1)
    first = first_guess(bench, light, name)
    rungs: list[tuple[int, float]] = []
    for tasks in (fewest * factor for factor in times):

        def holds(share: float, tasks: int = tasks) -> bool:
            load = share * tasks / loads[name] * base
            others = _tasks(graph, load, Limit(((1, share),)), bounded=False)
            return bench.trial(load, {**others, name: tasks}, light.kept).holds

        found = search(holds, first, STEP if rungs else RESOLUTION)
        if found is None:
            return Limit(())
        rungs.append((tasks, found))
        first = found
    return rising(rungs)


def first_guess(bench: Bench, light: Trial, name: str) -> float:
    """The closed form for one service: what the targets leave for waiting beyond the time at light load."""
    service, load = services_of(bench.graph)[name], traffic(bench.graph).load(name)
    cores = max(1, int(service.vcpu))
    service_s = float(load.mean_cpu_ms) / 1000 * max(1.0, 1 / service.vcpu)
    shares = [
        guess(cores, service_s, (target.threshold - light.latencies_ms[key]) / 1000, float(target.percentile or 50))
        for key, target in bench.targets.items()
    ]
    return min(shares)


def _confirmed(bench: Bench, load: float, limit: Limit) -> tuple[Trial, Limit]:
    """The load simulated with the tasks that the limit asks for; with more, and a lower limit, until it holds."""
    tasks = _tasks(bench.graph, load, limit)
    trial = _held(bench, load, tasks)
    for _ in range(3):
        if trial.holds or not tasks:
            break
        more = {name: count + max(1, count // 20) for name, count in tasks.items()}
        trial = _held(bench, load, more)
        for name, count in more.items():
            share = float(Site24.of(at_requests(bench.graph, load)).task_loads(name).max()) / count
            limit = limit.lowered(tasks[name], math.floor(share * 1000) / 1000)
        tasks = more
    return trial, limit


def _held(bench: Bench, load: float, tasks: Mapping[str, int]) -> Trial:
    """The load with no instance kept warm; where cold starts break a target, with as few as hold it."""
    trial = first = bench.trial(load, tasks, {})
    if trial.holds or trial.cold_share == 0:
        return trial
    for spare in SPARES:
        trial = bench.trial(load, tasks, _kept(bench, load, spare))
        if trial.holds:
            return trial
    return first


def _kept(bench: Bench, load: float, spare: float) -> dict[str, float]:
    day = Site24.of(at_requests(bench.graph, load))
    return {name: float(day.kept_warm(name, spare)) for name in judged_functions(bench)}


def judged_functions(bench: Bench) -> list[str]:
    """The functions on the way of the endpoints that a target is set for."""
    endpoints = {name for target in bench.targets.values() for name in target.endpoints}
    on_the_way = {call.to for name in endpoints for call in called(bench.graph.endpoints[name].calls)}
    return [name for name in functions_of(bench.graph) if name in on_the_way]


def _spare(graph: SizedGraph, trial: Trial) -> float:
    if not any(trial.kept.values()):
        return NONE
    day = Site24.of(at_requests(graph, trial.monthly_requests))
    return next(
        spare for spare in SPARES if all(float(day.kept_warm(name, spare)) == kept for name, kept in trial.kept.items())
    )


def _tasks(graph: SizedGraph, load: float, limit: Limit, bounded: bool = True) -> dict[str, int]:
    day = Site24.of(at_requests(graph, load))
    return {
        name: max(int(limit.tasks_for(day.task_loads(name).max(keepdims=True))[0]), service.tasks.min if bounded else 1)
        for name, service in services_of(graph).items()
    }
