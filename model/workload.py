"""Workload: arrivals per month, who makes them, and their shape over the day."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from model.base import Stated
from model.quantity import Num, Quantity

SHAPES: Final[dict[str, tuple[float, ...]]] = {
    "flat": (1.0,) * 24,
    "office_hours": (
        *(0.08, 0.06, 0.05, 0.05, 0.06, 0.10, 0.20, 0.40, 0.75, 0.95, 1.00, 0.95),
        *(0.80, 0.90, 0.98, 0.95, 0.85, 0.65, 0.45, 0.35, 0.30, 0.25, 0.18, 0.12),
    ),
    "evening": (
        *(0.25, 0.15, 0.10, 0.07, 0.06, 0.08, 0.15, 0.25, 0.30, 0.32, 0.35, 0.40),
        *(0.45, 0.42, 0.40, 0.42, 0.50, 0.62, 0.78, 0.92, 1.00, 0.95, 0.75, 0.45),
    ),
}
"""Activity by hour of the day, relative to the busiest hour: assumed shapes, steepened to the peak factor."""


class Workload(Stated):
    """What arrives in a month, before it is sized for."""

    monthly_active_users: Quantity = 0.0
    monthly_requests: Quantity = 0.0
    """Requests shared out over the endpoints by their `share`."""
    peak_factor: Quantity = 1.0
    """Requests per second in the busiest hour over those of the month's mean: 1 to 24."""
    shape: (
        Literal["flat", "office_hours", "evening"]
        | Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=24, max_length=24)]
    ) = "flat"
    """Course of the day: a named shape or 24 hourly weights."""


def hourly_factors(workload: Workload, peak_factor: Num) -> NDArray[np.float64]:
    """Rate of each hour over the mean rate, shape (24,) or (24, draws): mean 1, busiest hour = peak_factor.

    The shape is raised to the power that makes its busiest hour `peak_factor` times its mean.
    """
    relative, powers, peaks = _steepened(workload.shape)
    if workload.shape == "flat" or np.ptp(relative) == 0:
        return np.ones((24, *np.shape(peak_factor)))
    power = np.interp(np.asarray(peak_factor, dtype=np.float64), peaks, powers)
    steep = relative.reshape(24, *(1,) * np.ndim(power)) ** power
    return np.asarray(steep / steep.mean(axis=0))


@lru_cache(maxsize=64)
def _steepened(shape: str | tuple[float, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The shape relative to its busiest hour, shape (24,); powers, and the peak factor that each gives it."""
    weights = np.asarray(SHAPES[shape] if isinstance(shape, str) else shape)
    relative = np.maximum(weights / weights.max(), 1e-9)
    powers = np.concatenate(([0.0], np.geomspace(0.01, 1000, 400)))
    return relative, powers, 1 / (relative[:, None] ** powers).mean(axis=0)
