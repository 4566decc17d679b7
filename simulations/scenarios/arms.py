"""The two arms of a scenario: the hour as it is and the hour with the fault, run side by side under common random
numbers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations.arrivals import Arrivals
from simulations.compiling.breakable import switch_of
from simulations.compiling.scaling import scaling_policies
from simulations.compiling.stage_program import CompiledStage
from simulations.control import AcuScaling
from simulations.engines.interface import Snapshot
from simulations.observing import observe
from simulations.program import Code, Program
from simulations.replications import Replication
from simulations.results import Result
from simulations.run import Controller, ControllerPlan, Timed, run
from simulations.scenarios.course import Course
from simulations.scenarios.hits import Hit

__all__ = ["Arm", "Watched", "changes_of", "policies_of", "run_arm"]

Array = NDArray[Any]
_SEEDS_APART = 1_000_003


@dataclass(frozen=True)
class Watched:
    """One endpoint in one run: a row per request that began while it was watched; seconds from the fault's begin."""

    start_s: Array
    latency_ms: Array
    status: Array

    def since_begin(self) -> Watched:
        """The requests that ended after the fault's begin: those under way then too."""
        rows = self.start_s + self.latency_ms / 1000 >= 0
        return Watched(self.start_s[rows], self.latency_ms[rows], self.status[rows])


@dataclass(frozen=True)
class Arm:
    """What is kept of one run."""

    watched: Mapping[str, Watched]
    judged: Replication
    """From the fault's begin on, as verdicts read it."""
    counted: Mapping[str, Mapping[str, float]]
    """By component: what it did in the whole run."""
    digest: str


@dataclass(frozen=True)
class _Reset:
    """A scaling rule that is set back to a size at a time."""

    plan: Any
    at_s: float
    size: float

    @property
    def period_s(self) -> float:
        return float(self.plan.period_s)

    @property
    def component(self) -> str:
        return str(self.plan.component)

    def start(self, program: Program) -> Controller:
        """A life of the rule, and its one accident."""
        return _ResetLife(self, self.plan.start(program))


@dataclass
class _ResetLife:
    reset: _Reset
    life: Any
    done: bool = False

    @property
    def scaled(self) -> Sequence[Any]:
        return self.life.scaled  # type: ignore[no-any-return]

    @property
    def opening(self) -> Sequence[Timed]:
        return self.life.opening  # type: ignore[no-any-return]

    def act(self, before: Snapshot, now: Snapshot) -> list[Timed]:
        """As the rule acts; at the first look after the time, the size is set back."""
        if not self.done and now.at >= self.reset.at_s:
            self.done = True
            return list(self.life.reset(self.reset.size, now.at))
        return list(self.life.act(before, now))


def policies_of(stage: CompiledStage, hits: Sequence[Hit], begins_s: float) -> list[ControllerPlan]:
    """The stage's scaling rules, set back where a hit says so."""
    fewest = {hit.component: hit.fewest for hit in hits if hit.fewest is not None}
    return [
        _Reset(policy, begins_s, fewest[policy.component]) if policy.component in fewest else policy
        for policy in (*scaling_policies(stage), *stage.policies)
    ]


def changes_of(stage: CompiledStage, hits: Sequence[Hit], begins_s: float) -> list[Timed]:
    """What the hits change, as a run takes it."""
    return [act.timed(stage.program, begins_s) for hit in hits for act in hit.acts]


def run_arm(
    stage: CompiledStage,
    course: Course,
    arrivals: Arrivals,
    hits: Sequence[Hit],
    names: Sequence[str],
    seed: int,
    engine: str,
    told: Callable[[], None],
) -> list[Arm]:
    """Every run of one arm; no hits is the hour as it is. `names`: the components that the fault's arm hits."""
    changes = changes_of(stage, hits, course.begins_s)
    policies = policies_of(stage, hits, course.begins_s)

    def one(k: int) -> Arm:
        own = seed * _SEEDS_APART + k
        result = run(
            stage.settled(own),
            arrivals,
            own,
            engine,
            warm_up_s=course.begins_s,
            interval_s=course.ends_s,
            changes=changes,
            controllers=policies,
        )
        told()
        return _kept(stage, course, result, names)

    if engine != "compiled":
        return [one(k) for k in range(course.runs)]
    first = one(0)  # compiles, or loads what is compiled, once
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as threads:
        return [first, *threads.map(one, range(1, course.runs))]


def _kept(stage: CompiledStage, course: Course, result: Result, names: Sequence[str]) -> Arm:
    raw = result.raw
    numbers = {entry.name: k for k, entry in enumerate(result.program.entries)}
    watched = {}
    for name in stage.answered:
        rows = np.flatnonzero((raw.flow == numbers[name]) & (raw.start >= course.watched_s))
        took_ms = (raw.end[rows] - raw.start[rows]) * 1000
        watched[name] = Watched(raw.start[rows] - course.begins_s, took_ms, raw.status[rows])
    judged = _judged(stage, course, result, watched)
    return Arm(watched, judged, _counted(stage, course, result, names), result.digest)


def _judged(stage: CompiledStage, course: Course, result: Result, watched: Mapping[str, Watched]) -> Replication:
    latencies, errors, requests = {}, {}, 0
    for name, seen in watched.items():
        since = seen.since_begin()
        latencies[name] = since.latency_ms[since.status == 0]
        causes, counts = np.unique(since.status[since.status > 0], return_counts=True)
        errors[name] = {result.program.causes[c]: int(n) for c, n in zip(causes, counts, strict=True)}
        requests += len(since.status)
    return Replication(
        latencies,
        errors,
        dict.fromkeys(watched, 0),
        {},
        observe(stage, result, course.ends_s),
        frozenset(),
        0.0,
        result.digest,
        requests,
        requests,
        _without_rows(result),
    )


def _without_rows(result: Result) -> Result:
    """The run without a row per request, which a long one has millions of."""
    rows = ("start", "end", "flow", "status", "cold", "retries")
    bare: dict[str, Any] = {name: getattr(result.raw, name)[:0].copy() for name in rows}
    return replace(result, timeline=(), raw=replace(result.raw, **bare))


def _counted(
    stage: CompiledStage, course: Course, result: Result, hit: Sequence[str]
) -> Mapping[str, Mapping[str, float]]:
    """What functions, services and what stands behind a switch did."""
    counted = {name: _function(result, labels) for name, labels in stage.functions.items()}
    counted |= {name: {"task_s": _task_seconds(stage, result, name, course.ends_s)} for name in stage.tasks}
    for policy in stage.policies:
        if isinstance(policy, AcuScaling):
            acu_s = _seconds(result, policy.station, policy.begins, course.ends_s)
            counted.setdefault(policy.component, {"acu_s": 0.0})
            counted[policy.component] = {"acu_s": counted[policy.component]["acu_s"] + acu_s}
    stations = [station.name for station in result.program.stations]
    for name in hit:
        if switch_of(name) in stations:
            row = stations.index(switch_of(name))
            calls = int(result.raw.final.served[row] + result.raw.final.rejected[row])
            counted.setdefault(name, {"calls": float(calls)})
    return counted


def _function(result: Result, labels: Sequence[str]) -> dict[str, float]:
    rows = [result.program.function(label) for label in labels]
    sites = [pc for pc, op in enumerate(result.program.ops) if op.code is Code.SERVE and op.station in rows]
    init_s, held_s = float(result.raw.op_wait[sites].sum()), float(result.raw.op_hold[sites].sum())
    return {
        "calls": float(result.raw.op_passes[sites].sum()),
        "busy_s": held_s - init_s,
        "cold": float(np.asarray(result.raw.final.cold)[rows].sum()),
        "init_s": init_s,
    }


def _task_seconds(stage: CompiledStage, result: Result, name: str, ends_s: float) -> float:
    """Seconds of all tasks paid for, from the decision to start one to the decision to take it."""
    return _seconds(result, name, float(stage.tasks[name]), ends_s)


def _seconds(result: Result, scaled: str, begins: float, ends_s: float) -> float:
    """The integral of a size that policies decide."""
    total, since, size = 0.0, 0.0, begins
    for decision in result.scaled:
        if decision.fleet == scaled and decision.at_s < ends_s:
            total += size * (decision.at_s - since)
            since, size = decision.at_s, decision.tasks
    return total + size * (ends_s - since)
