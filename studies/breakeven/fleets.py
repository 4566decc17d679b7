"""What has to be sized on one side: tasks by their CPU and memory, functions by the instances kept warm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.quantity import Formula, Num, Values
from model.sizing import SizedGraph, patched
from model.traffic import Traffic, traffic
from model.units import HOURS_PER_MONTH, MB_PER_GB
from pricing.metering.by_hour import by_hour
from pricing.metering.fargate import scaled_tasks
from pricing.metering.site import Site
from studies.breakeven.limits import Limit

Floats = NDArray[np.float64]


def services_of(graph: SizedGraph) -> dict[str, Fargate]:
    """The services of tasks, by name."""
    return {name: item for name, item in graph.components.items() if isinstance(item, Fargate)}


def functions_of(graph: SizedGraph) -> dict[str, LambdaFunction]:
    """The functions that the traffic reaches, by name."""
    loads = traffic(graph)
    return {
        name: item
        for name, item in graph.components.items()
        if isinstance(item, LambdaFunction) and float(loads.load(name).monthly_calls) > 0
    }


@dataclass(frozen=True)
class Site24:
    """A side's traffic at some values, asked hour by hour of the mean day: shape (24,) or (24, columns)."""

    graph: SizedGraph
    values: Values
    traffic: Traffic

    @classmethod
    def of(cls, graph: SizedGraph, values: Values | None = None) -> Site24:
        known = graph.likely if values is None else values
        return cls(graph, known, traffic(graph, known))

    def site(self, name: str) -> Site[Any]:
        return Site(name, self.graph.components[name], self.graph, self.traffic, self.values)

    def service(self, name: str) -> Fargate:
        return services_of(self.graph)[name]

    def in_service(self, name: str) -> Floats:
        """Calls in service at once, without queueing."""
        site = self.site(name)
        return by_hour(site, site.load.calls_per_s * site.load.mean_busy_ms / 1000)

    def task_loads(self, name: str) -> Floats:
        """Tasks' worth of work: of CPU, or of memory where a task's memory would be full before."""
        site, service = self.site(name), self.service(name)
        cpu = by_hour(site, site.load.calls_per_s * site.load.mean_cpu_ms / 1000 / service.vcpu)
        held_gb = self.in_service(name) * site.value(service.memory_per_request_mb) / MB_PER_GB
        return np.asarray(np.maximum(cpu, held_gb / service.memory_gb))

    def ruled_tasks(self, name: str) -> Floats:
        """Tasks that the service's own scaling rule keeps, before its bounds; nothing where it has no rule."""
        service = self.service(name)
        if service.scaling.kind == "none":
            return np.zeros(24)
        return np.asarray(np.ceil(np.round(scaled_tasks(self.site(name)), 6)))

    def kept_warm(self, name: str, spare: Num) -> Floats:
        """Instances kept initialised for the busiest hour: the mean in use, and `spare` times its square root."""
        mean = self.in_service(name).max(axis=0)
        return np.asarray(np.where(np.asarray(spare) >= 0, np.ceil(mean + spare * np.sqrt(mean)), 0.0))


def tasks_by_hour(day: Site24, name: str, limit: Limit, by_rule: bool = True) -> Floats:
    """Tasks of each hour: as many as the targets need, and as many as the scaling rule keeps where that is more."""
    service = day.service(name)
    needed = limit.tasks_for(day.task_loads(name))
    ruled = day.ruled_tasks(name) if by_rule else np.zeros(24)
    if ruled.ndim < needed.ndim:
        ruled = ruled.reshape(24, *(1,) * (needed.ndim - 1))
    return np.asarray(np.maximum(np.maximum(needed, ruled), max(service.tasks.min, 0)))


def task_hours(tasks: Floats) -> Floats:
    """Of a month."""
    return np.asarray(tasks.mean(axis=0) * HOURS_PER_MONTH)


KEPT, SERVED = "breakeven_kept_", "breakeven_served_"
"""Begin the names under which a function's provisioned concurrency, and the share that it serves, are read."""


def with_fleet(graph: SizedGraph, tasks: Mapping[str, int], kept: Mapping[str, float | None]) -> SizedGraph:
    """The graph with exactly so many tasks, and so many instances kept warm (None: read from the values)."""
    components = dict(graph.components)
    for name, count in tasks.items():
        fixed = {"tasks": {"min": count, "max": count}, "scaling": {"kind": "none"}}
        components[name] = patched(components[name], fixed)
    for name, warm in kept.items():
        concurrency = Formula.parse(f"{KEPT}{name}") if warm is None else warm
        served = Formula.parse(f"{SERVED}{name}") if warm is None else 1.0
        fields = {"provisioned_concurrency": concurrency, "provisioned_share": served}
        components[name] = components[name].model_copy(update=fields)
    return replace(graph, components=components)
