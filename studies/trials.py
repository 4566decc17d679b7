"""Trying a configuration: a short simulation of its busiest hour, always with the same random numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from model.sizing import SizedGraph
from model.verdicts import Verdict
from simulations.compiling.demand import Demand
from simulations.estimates import Estimate, percentile_of
from simulations.objections import MOST_FAILED, objections
from simulations.stage import simulate
from simulations.stage_result import StageResult
from studies.amounts import percent, plain
from studies.reasons import Reason

JUDGED: Final = ("latency_ms", "error_rate", "throughput_per_s", "connections_ratio", "cache_hit_ratio")
"""Targets that a simulation can find missed."""
QUICK: Final = {"replications": 4, "precision": 0.1, "most_requests": 32_000, "least_s": 10.0}
ROUGH: Final = {"replications": 3, "precision": 1.0, "most_requests": 9_000, "least_s": 5.0}
SURE: Final = {"replications": 10, "precision": 0.05, "most_requests": 120_000}
_UNITS = {"latency_ms": "ms", "throughput_per_s": "/s"}


@dataclass(frozen=True)
class Trial:
    """What a configuration showed."""

    reasons: tuple[Reason, ...]
    """Against it; none when it holds."""
    p95_ms: Estimate
    """Of all requests of clients together."""
    verdicts: tuple[Verdict, ...]
    not_judged: dict[str, str]
    pressure: float
    """Of the place nearest to its limit."""
    fullest: tuple[str, str] | None
    """That place: component and resource."""

    @property
    def holds(self) -> bool:
        return not self.reasons

    @property
    def missed(self) -> dict[str, Reason]:
        """The reasons that are targets, by name."""
        return {reason.what: reason for reason in self.reasons if reason.cause == "target"}

    def without(self, targets: Collection[str]) -> Trial:
        """The same trial with some targets set aside."""
        kept = (reason for reason in self.reasons if reason.cause != "target" or reason.what not in targets)
        return replace(self, reasons=tuple(kept))


def attempt(
    graph: SizedGraph,
    seed: int,
    aside: Iterable[str] = (),
    *,
    effort: Mapping[str, float] = QUICK,
    demand: Demand | None = None,
) -> Trial:
    """The trial of a stage as it is sized; targets in `aside` are not asked for."""
    result = simulate(graph, seed, demand=demand, **effort)  # type: ignore[arg-type]
    first = result.first_to_saturate
    return Trial(
        tuple(_reasons(result, frozenset(aside))),
        _p95(result),
        result.verdicts,
        dict(result.not_judged),
        first.pressure if first is not None else 0.0,
        (first.place.component, first.place.what) if first is not None else None,
    )


def _p95(result: StageResult) -> Estimate:
    if "" in result.unstable:
        return Estimate(math.inf, math.inf, math.inf, result.requests)
    runs = [np.concatenate([np.empty(0), *run.latencies_ms.values()]) for run in result.runs]
    return percentile_of(runs, 95)


def _reasons(result: StageResult, aside: frozenset[str]) -> list[Reason]:
    against = objections(result, JUDGED, aside)
    found = [_missed(verdict) for verdict in against.missed]
    if against.growth_per_s is not None:
        first = result.first_to_saturate
        where = f"{first.place.component} {first.place.what}" if first is not None else "a queue"
        found.append(
            Reason("unstable", where, f"{where} is full: {against.growth_per_s:,.1f} more wait every second")
        )  # fmt: skip
    if against.failed_share is not None:
        share = against.failed_share
        sentence = f"{percent(share)} of the requests fail, {percent(MOST_FAILED)} are tolerated where no target says"
        found.append(Reason("target", "failed requests", sentence, share / MOST_FAILED - 1))
    return found


def _missed(verdict: Verdict) -> Reason:
    statistic = f"p{verdict.percentile:g} " if verdict.percentile is not None else ""
    side = "at most" if verdict.at_most else "at least"
    shown = plain(verdict.predicted) if math.isfinite(verdict.predicted) else "without end"
    unit = _UNITS.get(verdict.metric, "")
    sentence = f"{verdict.target}: {statistic}{shown} {unit}, {side} {plain(verdict.threshold)} is promised"
    by = -verdict.margin if math.isfinite(verdict.margin) else None
    return Reason("target", verdict.target, " ".join(sentence.split()).replace(" ,", ","), by)
