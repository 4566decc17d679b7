"""One comparison: a stage's stand-in and the simulator under the very same arrivals, figure by figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loadtests.plan import Plan
from loadtests.recording import Recording
from loadtests.standin.jumping import Walked, walked
from model.sizing import SizedGraph
from simulations.compiling.demand import Demand, day_of, demand_at
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.observing import observe
from simulations.results import Result, percentile
from simulations.run import run
from simulations.statistics import student_t
from studies.calibration_data import Interval, pooled

PERCENTILES: Final = (50, 95, 99)
RUNS: Final = 30
"""Simulations of the same arrivals, each with other service times."""

Figures = Mapping[str, float]
"""By name: `p50_ms`, `p95_ms`, `p99_ms`, `throughput_per_s`, `error_share`, `utilisation of C`."""


@dataclass(frozen=True)
class Expected:
    """What the simulator says of one run with these arrivals: the mean, and where 95 % of single runs lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Again:
    """Arrivals that are known, each with the endpoint that it asks for; the seed changes nothing."""

    names: tuple[str, ...]
    known: tuple[tuple[float, str], ...]

    def drawn(self, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
        """Times, and the number of each one's endpoint among `names`."""
        numbers = {name: k for k, name in enumerate(self.names)}
        return self.times(seed), np.array([numbers[name] for _, name in self.known], np.int16)

    def times(self, seed: int) -> NDArray[np.float64]:
        return np.array([at_s for at_s, _ in self.known])

    def problems(self) -> list[str]:
        return []


def arrivals_of(plan: Plan) -> list[tuple[float, str]]:
    """(second, endpoint) of every request; raise ValueError for journeys, which wait for answers."""
    if plan.journeys:
        raise ValueError("journeys have no arrivals that are known before")
    items = plan.items()
    return [(at_s, items[number].steps[0].endpoint) for at_s, number in plan.arrivals()]


def driven(graph: SizedGraph, plan: Plan) -> Demand:
    """What the plan brings, nothing beside it; services are sized as the stand-in sizes them."""
    whole = demand_at(graph, float(day_of(graph).max()), plan.scale)
    rates = {request.endpoint: plan.load.rate_per_s * request.share for request in plan.requests}
    return Demand(whole.factor, {name: rates.get(name, 0.0) for name in graph.endpoints}, whole.background)


def simulated(graph: SizedGraph, plan: Plan, seed: int = 1, runs: int = RUNS) -> dict[str, Expected]:
    """The figures of many simulated runs of the plan's arrivals."""
    stage = compile_stage(graph, driven(graph, plan))
    arrivals = arrivals_of(plan)
    again = Again(tuple(graph.endpoints), tuple(arrivals))
    every = [_simulated(stage, plan, again, seed * 1000 + k) for k in range(runs)]
    return {name: expected([one[name] for one in every]) for name in every[0]}


def _simulated(stage: CompiledStage, plan: Plan, again: Again, seed: int) -> dict[str, float]:
    start, end = plan.load.warm_up_s, plan.load.duration_s
    result = run(stage.program, again, seed, warm_up_s=start, interval_s=end)
    rows = result.rows()
    done = result.raw.status[rows] == 0
    figures = figures_of(result.latencies() * 1000, int((~done).sum()), end - start)
    return figures | _cpu_use(stage, result, end)


def _cpu_use(stage: CompiledStage, result: Result, until_s: float) -> dict[str, float]:
    """Busy share of each component's CPUs, copies and replicas together."""
    busy: dict[str, float] = {}
    slots: dict[str, float] = {}
    for seen in observe(stage, result, until_s):
        if seen.place.kind == "station" and seen.place.what.endswith("cpu"):
            name = seen.place.component
            busy[name] = busy.get(name, 0.0) + seen.busy
            slots[name] = slots.get(name, 0.0) + seen.slots
    return {f"utilisation of {name}": busy[name] / slots[name] for name in busy}


def walked_figures(graph: SizedGraph, plan: Plan) -> dict[str, float]:
    """The stand-in's own code without HTTP and without a machine, on a clock that jumps."""
    start, end = plan.load.warm_up_s, plan.load.duration_s
    seen: Walked = walked(graph, plan.seed, plan.scale, arrivals_of(plan))
    answers = [took for rows in seen.answers.values() for at, took in rows if at >= start]
    failed = sum(at >= start for rows in seen.failures.values() for at in rows)
    return figures_of(np.array(answers) * 1000, failed, end - start)


def measured_figures(plan: Plan, recording: Recording, intervals: Sequence[Interval]) -> dict[str, float]:
    """What the generator read over HTTP, and the use of CPUs that the stand-in counted meanwhile."""
    whole = recording.whole()
    counted_s = plan.load.duration_s - plan.load.warm_up_s
    figures = {f"p{p}_ms": whole.times.percentile_ms(p) for p in PERCENTILES}
    figures["throughput_per_s"] = whole.times.count / counted_s
    figures["error_share"] = whole.failed / whole.ended if whole.ended else math.nan
    use = pooled(intervals).utilisation
    return figures | {f"utilisation of {name}": value for name, value in use.items()}


def figures_of(latencies_ms: np.ndarray, failed: int, seconds: float) -> dict[str, float]:
    """Percentiles of the successes, their rate, and the share of failures."""
    figures = {f"p{p}_ms": percentile(latencies_ms, p) for p in PERCENTILES}
    figures["throughput_per_s"] = len(latencies_ms) / seconds
    figures["error_share"] = failed / max(failed + len(latencies_ms), 1)
    return figures


def expected(values: Sequence[float]) -> Expected:
    """The mean, and the 95 % prediction interval of one run more."""
    mean = float(np.mean(values))
    half = student_t(len(values) - 1) * float(np.std(values, ddof=1)) * math.sqrt(1 + 1 / len(values))
    return Expected(mean, max(mean - half, 0.0), mean + half)
