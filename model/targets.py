"""Targets: what the document promises of latency, throughput, errors, availability, cost."""

from typing import Literal

from pydantic import Field

from model.base import Name, Stated

Metric = Literal[
    "latency_ms",
    "throughput_per_s",
    "error_rate",
    "availability",
    "cache_hit_ratio",
    "connections_ratio",
    "monthly_cost_usd",
    "concurrent_users",
    "recovery_time_s",
    "recovery_point_s",
]


class Target(Stated):
    """One service-level objective: a metric, a threshold, and which side of it is good."""

    metric: Metric
    threshold: float = Field(ge=0)
    """In the metric's unit; ratios between 0 and 1."""
    at_most: bool = True
    """Good is at or below the threshold; False: at or above."""
    percentile: float | None = Field(default=None, gt=0, lt=100)
    """For latencies: 95 means p95; absent: the mean."""
    component: Name | None = None
    endpoints: tuple[Name, ...] = ()
    """The endpoints it is promised for; all when empty."""
    stages: tuple[Name, ...] = ()
    """The stages it is promised for; all when empty."""
