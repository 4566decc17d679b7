"""The course of a mean day: what is scaled or metered by the hour is counted hour by hour, then summed up."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.quantity import Num
from model.units import HOURS_PER_MONTH
from model.workload import hourly_factors
from pricing.metering.rounding import plain
from pricing.metering.site import Site

Floats = NDArray[np.float64]


def by_hour(site: Site[Any], mean: Num) -> Floats:
    """A mean rate by hour of the day as the workload's shape and peak have it: (24,), or (24, draws)."""
    factors = hourly_factors(site.graph.workload, site.values["peak_factor"])
    arrays = [value.shape for value in (*site.values.values(), mean) if isinstance(value, np.ndarray)]
    draws = np.broadcast_shapes(*arrays)
    shape = (24, *(1,) * (len(draws) + 1 - factors.ndim), *factors.shape[1:])
    return np.asarray(factors.reshape(shape) * np.asarray(mean), dtype=np.float64)


def monthly_sum(hourly: Floats) -> Num:
    """The month's sum of an hourly quantity: the mean day over 730 hours."""
    return plain(hourly.mean(axis=0) * HOURS_PER_MONTH)
