"""Workload: arrivals per month, who makes them, and their shape over the day."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

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
"""Activity by hour of the day, relative to the busiest hour: assumed shapes, which the peak factor completes."""


def _some_activity(weights: tuple[float, ...]) -> tuple[float, ...]:
    if not max(weights) > 0:
        raise ValueError("a day without any activity: at least one of the 24 weights is above 0")
    return weights


class Workload(Stated):
    """What arrives in a month, before it is sized for."""

    monthly_active_users: Quantity = 0.0
    monthly_requests: Quantity = 0.0
    """Requests shared out over the endpoints by their `share`."""
    peak_factor: Quantity = 1.0
    """Requests per second in the busiest hour over those of the month's mean: 1 to 24."""
    shape: (
        Literal["flat", "office_hours", "evening"]
        | Annotated[
            tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...],
            Field(min_length=24, max_length=24),
            AfterValidator(_some_activity),
        ]
    ) = "flat"
    """Course of the day: a named shape or 24 hourly weights."""


def hourly_factors(workload: Workload, peak_factor: Num) -> NDArray[np.float64]:
    """Rate of each hour over the mean rate, shape (24,) or (24, draws): mean 1, busiest hour = peak_factor.

    A peak lower than the shape's own flattens the whole day; a higher one is what comes on top in the busiest hour,
    taken from the other hours in proportion, so that no hour goes dark for the sake of the peak.
    """
    natural = _natural(workload.shape)
    peak = np.asarray(peak_factor, dtype=np.float64)
    highest, busiest = natural.max(), natural.argmax()
    day = natural.reshape(24, *(1,) * peak.ndim)
    kept = (24 - np.maximum(peak, highest)) / (24 - highest) if highest < 24 else np.ones_like(peak)
    above = kept * day
    above[busiest] += 24 * (1 - kept)
    flattened = 1 + np.minimum(peak - 1, highest - 1) / (highest - 1) * (day - 1) if highest > 1 else day
    return np.asarray(np.where(peak < highest, flattened, above))


@lru_cache(maxsize=64)
def _natural(shape: str | tuple[float, ...]) -> NDArray[np.float64]:
    """The shape over its mean, shape (24,)."""
    weights = np.asarray(SHAPES[shape] if isinstance(shape, str) else shape)
    return np.asarray(weights / weights.mean())
