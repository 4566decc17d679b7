"""What simulating a stage came to: endpoints, components, verdicts, and on what all of it rests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.verdicts import Verdict
from simulations.compiling.facts import Fact
from simulations.compiling.stage_program import CompiledStage
from simulations.estimates import Estimate, mean_of, percentile_of, share_over
from simulations.observing import Observed
from simulations.program import UNLIMITED
from simulations.replications import Replication
from simulations.results import percentile
from simulations.time_shares import TimeShare

__all__ = ["QUANTILES", "ComponentResult", "EndpointResult", "StageResult", "components_of", "endpoint_results"]

PERCENTILES = (50, 95, 99)
QUANTILES = (1, 2, *range(5, 96, 5), 96, 97, 98, 99, 99.5, 99.9)
"""Percentiles that draw a distribution."""


@dataclass(frozen=True)
class EndpointResult:
    """One endpoint: times in milliseconds; nan where nothing was done or the queue grows."""

    endpoint: str
    requests: int
    per_s: float
    errors: dict[str, int]
    """By cause."""
    cold_share: Estimate
    """Requests that met a cold start, over all."""
    p50_ms: Estimate
    p95_ms: Estimate
    p99_ms: Estimate
    mean_ms: Estimate
    unstable: bool
    quantiles_ms: tuple[float, ...] = ()
    """At QUANTILES, of all replications together; none where nothing was done or the queue grows."""

    def as_json(self) -> dict[str, Any]:
        """Plain values; what is not a number is null."""
        times = {"p50_ms": self.p50_ms, "p95_ms": self.p95_ms, "p99_ms": self.p99_ms, "mean_ms": self.mean_ms}
        return {
            "endpoint": self.endpoint,
            "requests": self.requests,
            "per_s": self.per_s,
            "errors": sum(self.errors.values()),
            "errors_by_cause": dict(sorted(self.errors.items())),
            "cold_share": self.cold_share.value,
            **{name: _finite(estimate.value) for name, estimate in times.items()},
            "ci": {
                name: [_finite(estimate.low), _finite(estimate.high)]
                for name, estimate in {**times, "cold_share": self.cold_share}.items()
            },
            "unstable": self.unstable,
        }


@dataclass(frozen=True)
class ComponentResult:
    """One component with the places where requests meet a limit in it."""

    component: str
    places: tuple[Observed, ...]
    tasks: int | None = None
    """Open tasks."""

    @property
    def fullest(self) -> Observed:
        """The place nearest to its limit."""
        return max(self.places, key=lambda place: place.pressure)

    @property
    def utilisation(self) -> float:
        """Of the fullest place."""
        return self.fullest.utilisation

    @property
    def cold_share(self) -> Estimate | None:
        """Cold starts over invocations (nan where there were no invocations); None for what is no function."""
        seen = next((place for place in self.places if place.place.kind == "function"), None)
        return share_over(seen.counts) if seen is not None else None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        cold = self.cold_share
        return {
            "component": self.component,
            "utilisation": self.utilisation,
            "limited_by": self.fullest.place.what,
            "tasks": self.tasks,
            "cold_share": None if cold is None else _finite(cold.value),
            "ci": {} if cold is None else {"cold_share": [_finite(cold.low), _finite(cold.high)]},
            "places": [_place_json(place) for place in self.places],
        }


def _place_json(seen: Observed) -> dict[str, Any]:
    return {
        "what": seen.place.what,
        "limit": seen.slots if seen.slots < UNLIMITED else None,
        "in_use": seen.busy,
        "utilisation": seen.utilisation,
        "pressure": seen.pressure,
        "peak": seen.peak,
        "queue": seen.queue,
        "wait_ms": seen.wait_ms,
        "passed": seen.passed,
        "refused": seen.refused,
    }


@dataclass(frozen=True)
class StageResult:
    """A simulated stage, read only; equal for equal input, but for `wall_s`."""

    architecture: str
    stage: str
    engine: str
    seed: int
    digest: str
    requests: int
    """Of clients, after the warm-up, over all replications."""
    wall_s: float
    per_s: float
    """Requests of clients per second."""
    factor: float
    """Their rate over the month's mean."""
    replications: int
    until_s: float
    """Simulated seconds of each replication."""
    warm_up_s: float
    precision: float
    precise: bool
    """Whether the wanted precision was reached."""
    capped: bool
    """Whether the bound on requests ended it before."""
    unstable: frozenset[str]
    growth_per_s: float
    """How many more are on the way every second, where unstable."""
    endpoints: tuple[EndpointResult, ...]
    components: tuple[ComponentResult, ...]
    verdicts: tuple[Verdict, ...]
    not_judged: dict[str, str]
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    partial: bool = False
    """Whether the user stopped it before it was complete."""
    times: tuple[TimeShare, ...] = ()
    """Where the time of each endpoint goes."""
    load: str = "busiest hour"
    """What arrived, in words."""
    usage: tuple[dict[str, Any], ...] = ()
    compiled: CompiledStage | None = field(default=None, repr=False, compare=False)
    runs: tuple[Replication, ...] = field(default=(), repr=False, compare=False)

    @property
    def held(self) -> bool:
        """Whether no target is missed and nothing is unstable."""
        return not self.unstable and all(verdict.state != "missed" for verdict in self.verdicts)

    @property
    def first_to_saturate(self) -> Observed | None:
        """The place nearest to its limit, all tasks that may be there counted; None where nothing has a limit."""
        places = [place for component in self.components for place in component.places if place.pressure > 0]
        return max(places, key=lambda place: place.pressure, default=None)

    @property
    def bare(self) -> StageResult:
        """The figures alone, without the runs that they come from: small enough to keep and to send."""
        return replace(self, compiled=None, runs=())

    def endpoint(self, name: str) -> EndpointResult:
        """The endpoint of that name."""
        return next(endpoint for endpoint in self.endpoints if endpoint.endpoint == name)

    def as_json(self) -> dict[str, Any]:
        """The object of `stageplan simulate --json`."""
        first = self.first_to_saturate
        return {
            "architecture": self.architecture,
            "stage": self.stage,
            "engine": self.engine,
            "load": self.load,
            "seed": self.seed,
            "digest": self.digest,
            "requests": self.requests,
            "wall_s": self.wall_s,
            "per_s": self.per_s,
            "replications": self.replications,
            "simulated_s": self.until_s,
            "warm_up_s": self.warm_up_s,
            "precision": self.precision,
            "precise": self.precise,
            "capped": self.capped,
            "partial": self.partial,
            "unstable": sorted(name for name in self.unstable if name),
            "growth_per_s": self.growth_per_s,
            "endpoints": [endpoint.as_json() for endpoint in self.endpoints],
            "components": [component.as_json() for component in self.components],
            "first_to_saturate": None
            if first is None
            else {"component": first.place.component, "what": first.place.what, "pressure": first.pressure},
            "time": [vars(share) for share in self.times],
            "usage": list(self.usage),
            "verdicts": [verdict.as_json() for verdict in self.verdicts],
            "not_judged": [{"target": name, "why": why} for name, why in self.not_judged.items()],
            "assumptions": [fact.as_json() for fact in self.facts],
            "notes": list(self.notes),
        }


def endpoint_results(
    stage: CompiledStage, runs: Sequence[Replication], unstable: frozenset[str]
) -> tuple[EndpointResult, ...]:
    """Every endpoint that somebody waits for."""
    return tuple(_endpoint(stage, runs, name, name in unstable) for name in stage.answered)


def _endpoint(stage: CompiledStage, runs: Sequence[Replication], name: str, unstable: bool) -> EndpointResult:
    values = [run.latencies_ms[name] for run in runs]
    errors: dict[str, int] = {}
    for run in runs:
        for cause, count in run.errors[name].items():
            errors[cause] = errors.get(cause, 0) + count
    requests = sum(len(v) for v in values) + sum(errors.values())
    none = Estimate(math.nan, math.nan, math.nan, requests)
    p50, p95, p99 = (none if unstable else percentile_of(values, q) for q in PERCENTILES)
    cold = [(run.cold[name], len(run.latencies_ms[name]) + sum(run.errors[name].values())) for run in runs]
    return EndpointResult(
        name,
        requests,
        stage.demand.per_s[name],
        errors,
        share_over(cold),
        p50,
        p95,
        p99,
        none if unstable else mean_of(values),
        unstable,
        () if unstable else _quantiles(np.concatenate(values)),
    )


def _quantiles(values_ms: np.ndarray) -> tuple[float, ...]:
    ordered = np.sort(values_ms)
    return tuple(percentile(ordered, q) for q in QUANTILES) if len(ordered) else ()


def components_of(stage: CompiledStage, places: Sequence[Observed]) -> tuple[ComponentResult, ...]:
    """The components that have a limit, in the order in which plans reach them."""
    names = dict.fromkeys(place.place.component for place in places)
    return tuple(
        ComponentResult(name, tuple(place for place in places if place.place.component == name), stage.tasks.get(name))
        for name in names
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
