"""AWS Fargate: vCPU-hours and GB-hours of tasks, with their Spot share, and storage above 20 GB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from model.quantity import some_positive
from model.units import HOURS_PER_MONTH, MB_PER_GB
from pricing.metering.by_hour import Floats, by_hour, monthly_sum
from pricing.metering.site import Metered, Site, Unpriced, Usage

if TYPE_CHECKING:
    from model.kinds.fargate import Fargate

FREE_STORAGE_GB: Final = 20
_SECONDS_PER_MINUTE: Final = 60


def meter_fargate(site: Site[Fargate]) -> Iterator[Usage]:
    """vCPU and memory of each task by the hour, by architecture; ephemeral storage beyond 20 GB.

    Windows tasks pay other rates and a licence, for which there are no prices here.
    Source: AWS Fargate pricing page.
    """
    service = site.component
    hours = task_hours(site)
    if service.os == "windows":
        yield Unpriced("Windows tasks", "Windows rates and the licence fee per vCPU are not in the price tables")
    else:
        spot = site.value(service.spot_share)
        yield from _compute(service, hours * (1 - spot), "fargate")
        if some_positive(spot):
            yield from _compute(service, hours * spot, "fargate.spot")
    extra_gb = service.ephemeral_storage_gb - FREE_STORAGE_GB
    if extra_gb > 0:
        yield Metered("fargate.ephemeral", hours * extra_gb)


def _compute(service: Fargate, hours: Any, meter: str) -> Iterator[Usage]:
    yield Metered(f"{meter}.vcpu.{service.architecture}", hours * service.vcpu)
    yield Metered(f"{meter}.gb.{service.architecture}", hours * service.memory_gb)


def task_hours(site: Site[Fargate]) -> Any:
    """Hours of all tasks in a month: as stated or measured, else as the scaling rule follows the mean day."""
    if site.is_stated("task_hours"):
        return site.usage("task_hours", 0.0)
    tasks = site.component.tasks
    if site.component.scaling.kind == "none" or tasks.min == tasks.max:
        return float(tasks.min * HOURS_PER_MONTH)
    wanted = np.ceil(np.round(scaled_tasks(site), 6))
    return monthly_sum(np.clip(wanted, tasks.min, tasks.max))


def scaled_tasks(site: Site[Fargate]) -> Floats:
    """Tasks in each hour that keep the scaling metric at its target; the minimum remains where none is known.

    `requests_per_task` is the load balancer's count per target and minute; a worker on a queue does one job at a time.
    """
    service, load = site.component, site.load
    target = site.value(service.scaling.target)
    in_service = load.calls_per_s * load.mean_busy_ms / 1000
    match service.scaling.metric:
        case "cpu":
            return by_hour(site, load.calls_per_s * load.mean_cpu_ms / 1000 / (service.vcpu * target / 100))
        case "memory":
            held_gb = in_service * site.value(service.memory_per_request_mb) / MB_PER_GB
            return by_hour(site, held_gb / (service.memory_gb * target / 100))
        case "requests_per_task":
            return by_hour(site, load.calls_per_s * _SECONDS_PER_MINUTE / target)
        case "backlog_per_task":
            return by_hour(site, in_service)
