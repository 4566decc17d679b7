"""AWS App Runner: memory while provisioned, CPU and memory while active."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.kinds.app_runner import AppRunner
from model.units import HOURS_PER_MONTH
from pricing.metering.by_hour import Floats, by_hour, monthly_sum
from pricing.metering.rounding import plain
from pricing.metering.site import Metered, Site, Usage


def meter_app_runner(site: Site[AppRunner]) -> Iterator[Usage]:
    """Instances that serve requests pay vCPU and memory; those kept warm pay memory alone.

    Source: AWS App Runner pricing page.
    """
    service = site.component
    if site.is_stated("active_vcpu_hours"):
        active = site.usage("active_vcpu_hours", 0.0) / service.vcpu
        idle = plain(np.maximum(service.instances.min * HOURS_PER_MONTH - np.asarray(active), 0.0))
    else:
        hourly = hourly_active(site)
        active = monthly_sum(hourly)
        idle = monthly_sum(np.maximum(service.instances.min - hourly, 0.0))
    yield Metered("apprunner.active.vcpu", active * service.vcpu)
    yield Metered("apprunner.active.gb", active * service.memory_gb)
    yield Metered("apprunner.provisioned.gb", idle * service.memory_gb)


def hourly_active(site: Site[AppRunner]) -> Floats:
    """Active instances in each hour: below one, the share of time with a request; else as many as the load needs."""
    service, load = site.component, site.load
    in_service = by_hour(site, load.calls_per_s * load.mean_busy_ms / 1000)
    cores = by_hour(site, load.calls_per_s * load.mean_cpu_ms / 1000)
    needed = np.maximum(in_service / service.concurrency, cores / service.vcpu)
    counted = np.where(in_service < 1, np.maximum(in_service, needed), np.maximum(np.ceil(needed), 1.0))
    return np.asarray(np.minimum(counted, service.instances.max))
