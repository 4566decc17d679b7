"""Operating points measured on AWS Lambda (tests/cases/lambda_operating_points.csv), simulated with one keep-alive for
all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulations.distributions import Distribution, constant
from simulations.known.functions import serverless_point
from simulations.statistics import Interval, interval

__all__ = ["KEEP_ALIVE", "OperatingPoint", "mean_error", "operating_point"]

KEEP_ALIVE = constant(600.0)
"""An instance idle for ten minutes goes: the setting with which the published simulator was run on these points
(pacslab/simfaas, exp.csv). It was published before this project and not chosen by looking at the measurements.
"""


@dataclass(frozen=True)
class OperatingPoint:
    """One rate measured on AWS Lambda, beside the published simulator and this one."""

    rate_per_s: float
    measured_cold: float
    """Cold-start probability."""
    measured_cold_error: float
    """Its standard error, as the data give it."""
    simulated_cold: Interval
    published_cold: float
    measured_instances: float
    """Mean number of instances, idle ones included."""
    simulated_instances: Interval
    published_instances: float


def operating_point(
    row: Mapping[str, str], requests: int, replications: int, seed: int = 1, keep_alive: Distribution = KEEP_ALIVE
) -> OperatingPoint:
    """Simulates one row of the table with its own rate and mean times; `requests` arrivals in each replication."""
    rate = float(row["arrival_rate_per_s"])
    warm_s, cold_s = float(row["warm_mean_ms"]) / 1e3, float(row["cold_mean_ms"]) / 1e3
    found = [
        serverless_point(rate, warm_s, cold_s, keep_alive, requests, seed + number) for number in range(replications)
    ]
    return OperatingPoint(
        rate,
        float(row["measured_cold_start_probability"]),
        float(row["measured_cold_start_probability_se"]),
        interval([values["cold_start_prob"] for values in found]),
        float(row["simfaas_cold_start_probability"]),
        float(row["measured_mean_instances"]),
        interval([values["mean_instances"] for values in found]),
        float(row["simfaas_mean_instances"]),
    )


def mean_error(pairs: Iterable[tuple[float, float]]) -> float:
    """The mean absolute relative error of (simulated, measured) pairs.

    >>> round(mean_error([(1.1, 1.0), (0.8, 1.0)]), 3)
    0.15
    """
    errors = [abs(simulated / measured - 1) for simulated, measured in pairs]
    return sum(errors) / len(errors)
