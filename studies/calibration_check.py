"""Simulating mixes held back from a calibration: response times with the document's values and with the fitted ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from model.problems import BadInput
from model.sizing import SizedGraph, patched
from simulations.compiling.demand import Demand, demand_at
from simulations.stage import simulate
from studies.calibration import Calibration
from studies.calibration_data import Interval, mixes

LEAST_REQUESTS: Final = 30
"""Of an endpoint in the interval: fewer say little of its mean."""
REQUESTS: Final = 60_000
REPLICATIONS: Final = 5
PRECISION: Final = 0.1


@dataclass(frozen=True)
class Predicted:
    """One endpoint under one mix held back, mean response in milliseconds."""

    mix: str
    endpoint: str
    requests: float
    measured_ms: float
    before_ms: float
    after_ms: float

    @property
    def error_before(self) -> float:
        return abs(self.before_ms - self.measured_ms) / self.measured_ms

    @property
    def error_after(self) -> float:
        return abs(self.after_ms - self.measured_ms) / self.measured_ms


def check(graph: SizedGraph, calibration: Calibration, seed: int = 1) -> list[Predicted]:
    """Every mix held back, simulated before and after; endpoints too rare to tell are left out.

    A mix that the document's values cannot serve (its queue grows) has an infinite prediction.
    """
    after = calibrated(graph, calibration)
    told: list[Predicted] = []
    for mix in mixes(calibration.split.held_back):
        means = [_means(one, mix, calibration, seed) for one in (graph, after)]
        for endpoint, measured in sorted(mix.response_ms.items()):
            count = mix.throughput_per_s.get(endpoint, 0.0) * mix.seconds
            if measured > 0 and count >= LEAST_REQUESTS and all(endpoint in one for one in means):
                told.append(Predicted(mix.mix, endpoint, count, measured, *(one[endpoint] for one in means)))
    return told


def calibrated(graph: SizedGraph, calibration: Calibration) -> SizedGraph:
    """The stage with the fitted numbers."""
    sized = {name: patched(graph.components[name], fields) for name, fields in calibration.resize.items()}
    return replace(
        graph,
        assumptions={**graph.assumptions, **calibration.assumptions},
        components={**graph.components, **sized},
    )


def demand_of(graph: SizedGraph, interval: Interval, factor: float | None = None) -> Demand:
    """What arrived in an interval; scaled services are sized for `factor` times the month's mean."""
    mean = demand_at(graph, 1.0)
    arrived = {name: float(interval.throughput_per_s.get(name, 0.0)) for name in graph.endpoints}
    if factor is None:
        factor = sum(arrived.values()) / mean.total_per_s if mean.total_per_s else 1.0
    return Demand(factor, arrived, mean.background)


def _means(graph: SizedGraph, mix: Interval, calibration: Calibration, seed: int) -> dict[str, float]:
    demand = demand_of(graph, mix, calibration.measurements.factor)
    if not demand.total_per_s:
        raise BadInput(f"nothing was done in {mix.mix or 'an interval held back'}")
    found = simulate(graph, seed, demand=demand, replications=REPLICATIONS, precision=PRECISION, most_requests=REQUESTS)
    return {one.endpoint: float("inf") if one.unstable else one.mean_ms.value for one in found.endpoints}
