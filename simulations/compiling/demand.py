"""What arrives at a stage per second in one hour of the day, endpoint by endpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.endpoints import Endpoint
from model.sizing import SizedGraph
from model.traffic import Traffic, endpoint_arrivals, traffic
from model.units import SECONDS_PER_MONTH
from model.workload import hourly_factors

__all__ = ["BACKGROUND", "Demand", "HourlyLoad", "asked_by_people", "day_of", "demand_at", "follows_day", "peak_demand"]

BACKGROUND = ("SCHEDULE", "EVENT")
"""Methods of endpoints that nobody waits for: they load the stage and stand in no latency table."""


@dataclass(frozen=True)
class Demand:
    """Arrivals per second by endpoint."""

    factor: float
    """The hour's rate over the mean one, times the scale of the load."""
    per_s: dict[str, float]
    background: frozenset[str]

    @property
    def total_per_s(self) -> float:
        """All arrivals, background ones too."""
        return sum(self.per_s.values())

    @property
    def client_per_s(self) -> float:
        """Arrivals that somebody waits for."""
        return sum(rate for name, rate in self.per_s.items() if name not in self.background)


def day_of(graph: SizedGraph) -> NDArray[np.float64]:
    """The rate of each hour over the mean one, shape (24,)."""
    return hourly_factors(graph.workload, float(graph.likely["peak_factor"]))


def demand_at(graph: SizedGraph, hour_factor: float, scale: float = 1.0) -> Demand:
    """Arrivals in an hour of `hour_factor` times the mean rate; `scale` multiplies what clients do.

    Schedules and health checks keep their own pace: they follow neither the day nor the scale.
    """
    arrivals = endpoint_arrivals(graph, graph.likely)
    per_s = {
        name: float(calls)
        / SECONDS_PER_MONTH
        * (hour_factor * scale if follows_day(graph, graph.endpoints[name]) else 1.0)
        for name, calls in arrivals.items()
    }
    background = frozenset(name for name, endpoint in graph.endpoints.items() if endpoint.method in BACKGROUND)
    return Demand(hour_factor * scale, per_s, background)


def peak_demand(graph: SizedGraph, scale: float = 1.0) -> Demand:
    """Arrivals in the busiest hour."""
    return demand_at(graph, float(day_of(graph).max()), scale)


@dataclass(frozen=True)
class HourlyLoad:
    """What the components have to do in any hour: a part that follows the day and a part that keeps its pace."""

    following: Traffic
    steady: Traffic

    @classmethod
    def of(cls, graph: SizedGraph) -> HourlyLoad:
        """The mean traffic of a stage, taken apart."""
        parts = [
            {name: item for name, item in graph.endpoints.items() if follows_day(graph, item) is follows}
            for follows in (True, False)
        ]
        following, steady = (traffic(replace(graph, endpoints=part)) for part in parts)
        return cls(following, steady)

    def calls_per_s(self, name: str, factor: float) -> float:
        """Calls of a component."""
        return self._sum(name, "monthly_calls", factor) / SECONDS_PER_MONTH

    def cores(self, name: str, factor: float) -> float:
        """CPU seconds that a component uses in a second."""
        return self._sum(name, "monthly_cpu_ms", factor) / SECONDS_PER_MONTH / 1000

    def in_service(self, name: str, factor: float) -> float:
        """Calls in service at once, by Little's law, without queueing."""
        return self._sum(name, "monthly_busy_ms", factor) / SECONDS_PER_MONTH / 1000

    def _sum(self, name: str, field: str, factor: float) -> float:
        varying, steady = (float(getattr(part.load(name), field)) for part in (self.following, self.steady))
        return varying * factor + steady


def asked_by_people(graph: SizedGraph) -> tuple[str, ...]:
    """The endpoints that users themselves call: no schedules, no health checks, no events."""
    return tuple(
        name
        for name, endpoint in graph.endpoints.items()
        if endpoint.method not in BACKGROUND and follows_day(graph, endpoint)
    )


def follows_day(graph: SizedGraph, endpoint: Endpoint) -> bool:
    """Whether the endpoint's calls come with the day's users: those of clients, and events that clients cause."""
    return endpoint.method == "EVENT" or graph.components[endpoint.client].category in ("client", "external")
