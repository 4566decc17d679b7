"""Elastic Load Balancing: hours, and capacity units as the largest of their dimensions in each hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from model.kinds.load_balancer import LoadBalancer
from model.units import HOURS_PER_MONTH
from pricing.metering.by_hour import Floats, by_hour, monthly_sum
from pricing.metering.rounding import above
from pricing.metering.site import DependsOnUsage, Metered, Site, Usage


@dataclass(frozen=True)
class CapacityUnit:
    """What one unit holds."""

    new_connections_per_s: float
    active_connections: float
    gb_per_hour: float
    rule_evaluations_per_s: float | None


ALB_UNIT: Final = CapacityUnit(25, 3_000, 1.0, 1_000)
NLB_UNIT: Final = CapacityUnit(800, 100_000, 1.0, None)
LAMBDA_GB_PER_HOUR: Final = 0.4
"""An application load balancer's unit holds less when its targets are Lambda functions."""
FREE_RULES: Final = 10


def meter_load_balancer(site: Site[LoadBalancer]) -> Iterator[Usage]:
    """Hours of every balancer, and capacity units: per hour the largest of four dimensions, over the day's course.

    New connections per second / 25, active connections / 3,000, GB per hour / 1 (0.4 for Lambda targets), rule
    evaluations per second beyond ten free rules / 1,000; for a network load balancer 800, 100,000 and 1 GB of TCP.
    A classic load balancer pays by the gigabyte instead.
    Source: Elastic Load Balancing pricing page.
    """
    balancer = site.component
    yield Metered(f"{balancer.kind}.hours", site.value(balancer.count) * HOURS_PER_MONTH)
    if balancer.kind == "clb":
        yield from _processed(site)
    elif site.is_stated("capacity_units"):
        yield Metered(f"{balancer.kind}.lcu", site.usage("capacity_units", 0.0) * HOURS_PER_MONTH)
    else:
        yield Metered(f"{balancer.kind}.lcu", monthly_sum(hourly_units(site)), "the largest dimension of each hour")


def _processed(site: Site[LoadBalancer]) -> Iterator[Usage]:
    """The gigabytes that a classic balancer passes on, in both directions; it has no capacity units."""
    if site.is_called or site.is_stated("monthly_processed_gb"):
        passed = site.load.request_gb + site.load.response_gb
        yield Metered("clb.gb", site.usage("monthly_processed_gb", passed))
    else:
        yield DependsOnUsage("clb.gb", "the gigabytes that it passes on are not stated")


def hourly_units(site: Site[LoadBalancer]) -> Floats:
    """Capacity units used in each hour of the mean day: (24,), or (24, draws)."""
    balancer, load = site.component, site.load
    unit = ALB_UNIT if balancer.kind == "alb" else NLB_UNIT
    opened = site.usage("new_connections_per_s", load.calls_per_s / site.value(balancer.requests_per_connection))
    active = site.usage("active_connections", opened * site.value(balancer.connection_s))
    processed = site.usage("processed_gb_per_hour", (load.request_gb + load.response_gb) / HOURS_PER_MONTH)
    means = [
        opened / unit.new_connections_per_s,
        active / unit.active_connections,
        processed / _gb_per_hour(site, unit),
    ]
    if unit.rule_evaluations_per_s is not None:
        derived = load.calls_per_s * above(site.value(balancer.rules), FREE_RULES)
        means.append(site.usage("rule_evaluations_per_s", derived) / unit.rule_evaluations_per_s)
    return cast(Floats, np.maximum.reduce(np.broadcast_arrays(*(by_hour(site, mean) for mean in means))))


def _gb_per_hour(site: Site[LoadBalancer], unit: CapacityUnit) -> float:
    targets = [target.kind for _, target, _ in site.neighbours_out()]
    only_functions = bool(targets) and all(kind == "lambda" for kind in targets)
    return LAMBDA_GB_PER_HOUR if only_functions and site.component.kind == "alb" else unit.gb_per_hour
