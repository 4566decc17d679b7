"""Replications of one compiled stage: how long each must be, running them side by side, what they have in common."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations.arrivals import Arrivals, Profile
from simulations.compiling.stage_program import CompiledStage
from simulations.control import AcuScaling, CpuCredits
from simulations.estimates import percentile_of
from simulations.observing import Observed, observe
from simulations.results import Result
from simulations.run import ControllerPlan, run
from simulations.statistics import unstable

__all__ = ["Feed", "Interrupted", "Replication", "Window", "enough", "replicate", "rise_of", "window_for"]

Array = NDArray[Any]
LOOKS = 64
"""At the functions in one run, evenly spaced."""
LEAST_LOAD = 1.0
"""Calls of a function at once below which its number in a run tells nothing."""
PILOT_REQUESTS = 2000
"""Of one replication of the pilot run."""
LEAST_S = 30.0
MOST_OF_ONE = 10_000
"""Requests of a replication that is lengthened to `LEAST_S`."""
SETTLE_S = 900.0
"""Wanted warm-up of a stage with functions: the longest idle life of an instance. Where a run is shorter, it rests on
the instances with which it begins.
"""
MOST_S = 1e8
"""Beyond, microseconds are lost in the clock."""
MOST_PER_REQUEST = 10
"""Arrivals of all kinds for each request of a client, at most: at night there may be schedules and hardly a client."""
MOST_PERIODS = 2000
"""Looks of a policy in one replication, at most: where runs last longer, requests are too rare for it to matter."""
RAMP_SHARE, RAMP_S = 0.8, 6.0
"""Part of the warm-up in which the load rises, and its seconds at most: caches are empty at first. It must be short
beside the life of an idle instance, which would go while there is little to do.
"""
WARM_SHARE, MOST_WARM_SHARE = 0.1, 0.25
IMPORTANT_SHARE = 0.02
"""An endpoint with at least this share of the requests must reach the wanted precision too."""


class Interrupted(KeyboardInterrupt):
    """The user stopped: with the replications that were complete by then."""

    def __init__(self, runs: Sequence[Replication]) -> None:
        self.runs = list(runs)
        super().__init__()


def rise_of(warm_up_s: float) -> float:
    """How long the load rises in a warm-up."""
    return min(RAMP_SHARE * warm_up_s, RAMP_S)


@dataclass(frozen=True)
class Window:
    """How long a replication lasts, and how much of its beginning is left out."""

    until_s: float
    warm_up_s: float

    @property
    def rise_s(self) -> float:
        """Until the full rate is reached."""
        return rise_of(self.warm_up_s)

    @property
    def full_load_s(self) -> float:
        """Seconds at the full rate that bring as many requests as the whole with its rise."""
        return self.until_s - self.rise_s / 2


@dataclass(frozen=True)
class Feed:
    """Another load than the stage's own rate: what arrives, when it ends, and which rules scale meanwhile."""

    arrivals: Arrivals | None
    until_s: float | None = None
    controllers: tuple[ControllerPlan, ...] = ()


@dataclass(frozen=True)
class Replication:
    """What is kept of one run."""

    latencies_ms: dict[str, Array]
    """By endpoint: of the requests that were done."""
    errors: dict[str, dict[str, int]]
    """By endpoint and cause."""
    cold: dict[str, int]
    """By endpoint: requests that met a cold start."""
    running: dict[str, Array]
    """By function: calls that ran at once, at regular times after the warm-up."""
    places: list[Observed]
    growing: frozenset[str]
    """Endpoints whose number on the way grows for certain; "" for the whole."""
    growth_per_s: float
    digest: str
    requests: int
    attempts: int
    result: Result


def window_for(
    stage: CompiledStage, requests: int, least_s: float = LEAST_S, most_requests: int = MOST_OF_ONE
) -> Window:
    """A replication of about so many requests: longer at a low rate, never a higher rate.

    At least `least_s` and three of the slowest answers, as far as that is not more than `most_requests`.
    """
    slowest_s = max((float(ms) for ms in stage.traffic.endpoint_ms.values()), default=0.0) / 1000
    total = stage.demand.total_per_s
    rate = max(stage.demand.client_per_s, total / MOST_PER_REQUEST)
    until = min(max(requests / rate, min(max(least_s, 3 * slowest_s), most_requests / rate)), MOST_S)
    settle = SETTLE_S if stage.functions else 0.0
    warm = min(max(WARM_SHARE * until, settle), MOST_WARM_SHARE * until)
    return Window(until, warm)


def replicate(
    stage: CompiledStage,
    window: Window,
    seed: int,
    count: int,
    engine: str,
    progress: Callable[[float], None] | None = None,
    feed: Feed | None = None,
) -> list[Replication]:
    """`count` independent replications; side by side where the engine lets go of the interpreter. Each begins with the
    idle instances that the load keeps.

    `feed` replaces the arrivals at the stage's own rate. Raises Interrupted with what is complete at Ctrl-C.
    """
    done = 0

    def one(k: int) -> Replication:
        nonlocal done
        replication = _run(stage, window, seed * 1_000_003 + k, engine, feed)
        done += 1
        if progress is not None:
            progress(done / count)
        return replication

    if engine != "compiled" or count == 1:
        return _one_by_one(one, count)
    first = one(0)  # compiles, or loads what is compiled, once
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as threads:
        futures = [threads.submit(one, k) for k in range(1, count)]
        try:
            return [first, *(future.result() for future in futures)]
        except KeyboardInterrupt:
            threads.shutdown(cancel_futures=True)
            done_runs = [first, *(future.result() for future in futures if not future.cancelled())]
            raise Interrupted(done_runs) from None


def _one_by_one(one: Callable[[int], Replication], count: int) -> list[Replication]:
    runs: list[Replication] = []
    try:
        for k in range(count):
            runs.append(one(k))
    except KeyboardInterrupt:
        raise Interrupted(runs) from None
    return runs


def _run(stage: CompiledStage, window: Window, seed: int, engine: str, feed: Feed | None) -> Replication:
    looked_at = any(pool.load >= LEAST_LOAD for pool in stage.pools.values())
    looks_s = [k * window.until_s / LOOKS for k in range(1, LOOKS + 1)] if looked_at else []
    given = feed or Feed(_arrivals(stage.demand.total_per_s, window))
    result = run(
        stage.settled(seed),
        given.arrivals,
        seed,
        engine,
        until_s=given.until_s,
        warm_up_s=window.warm_up_s,
        interval_s=window.until_s,
        most_samples=1,
        looks_s=[look_s for look_s in looks_s if look_s >= window.warm_up_s],
        controllers=[*(_seldom(policy, window.until_s) for policy in stage.policies), *given.controllers],
    )
    return _kept(stage, result, window)


def _seldom(policy: AcuScaling | CpuCredits, until_s: float) -> AcuScaling | CpuCredits:
    """A policy that looks no more than `MOST_PERIODS` times, and still sets the size at which a run begins."""
    return replace(policy, period_s=max(policy.period_s, until_s / MOST_PERIODS))


def _arrivals(per_s: float, window: Window) -> Profile:
    """Poisson arrivals that rise to the full rate within the warm-up."""
    return Profile(((0.0, 0.0), (window.rise_s, per_s), (window.until_s, per_s)))


def _kept(stage: CompiledStage, result: Result, window: Window) -> Replication:
    raw, program = result.raw, result.program
    numbers = {entry.name: k for k, entry in enumerate(program.entries)}
    counted = raw.start >= window.warm_up_s
    latencies, errors, cold = {}, {}, {}
    requests = attempts = 0
    for name in stage.answered:
        rows = np.flatnonzero(counted & (raw.flow == numbers[name]))
        status = raw.status[rows]
        done = rows[status == 0]
        latencies[name] = (raw.end[done] - raw.start[done]) * 1000
        causes, counts = np.unique(status[status > 0], return_counts=True)
        errors[name] = {program.causes[c]: int(n) for c, n in zip(causes, counts, strict=True)}
        cold[name] = int((raw.cold[rows] > 0).sum())
        requests += len(rows)
        attempts += len(rows) + int(raw.retries[rows].sum())
    growing, growth = _growth(stage, result, window, numbers)
    return Replication(
        latencies,
        errors,
        cold,
        {name: result.running[:, program.function(name)] for name in stage.pools},
        observe(stage, result, window.until_s),
        growing,
        growth,
        result.digest,
        requests,
        attempts,
        result,
    )


def _growth(
    stage: CompiledStage, result: Result, window: Window, numbers: dict[str, int]
) -> tuple[frozenset[str], float]:
    """Which endpoints pile up; only looked at where the whole does."""
    raw = result.raw
    known = raw.flow >= 0
    whole = unstable(raw.start[known], raw.end[known], window.until_s)
    if whole is None:
        return frozenset(), 0.0
    growing = {""}
    for name in stage.answered:
        rows = raw.flow == numbers[name]
        if rows.any() and unstable(raw.start[rows], raw.end[rows], window.until_s) is not None:
            growing.add(name)
    return frozenset(growing), whole.mean


def enough(replications: Sequence[Replication], precision: float) -> float:
    """How many times the requests it would take for p95 (of all, and of each important endpoint) to be known within
    `precision` of its value.
    """
    together = [np.concatenate([r.latencies_ms[name] for name in r.latencies_ms]) for r in replications]
    wanted = _times(together, precision)
    total = sum(len(values) for values in together)
    for name in replications[0].latencies_ms:
        own = [r.latencies_ms[name] for r in replications]
        if sum(len(values) for values in own) >= IMPORTANT_SHARE * total > 0:
            wanted = max(wanted, _times(own, precision))
    return wanted


def _times(values: Sequence[Array], precision: float) -> float:
    found = percentile_of(values, 95)
    relative = found.relative
    return (relative / precision) ** 2 if math.isfinite(relative) else 4.0
