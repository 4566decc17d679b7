"""What was measured of functions and of services over time: cold starts, tasks wanted and running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studies.held_back import late

Array = NDArray[np.float64]
DAY_S = 86_400.0
MINUTE_S = 60.0


@dataclass(frozen=True)
class FunctionSeries:
    """One function's calls and cold starts, interval by interval; arrays of one length, in order of time."""

    component: str
    period_s: float
    start_s: Array
    """From the midnight that the first day begins with."""
    calls: Array
    cold: Array
    init_ms: Array
    """Mean initialisation of the interval's cold starts; nan without any."""
    held_ms: float
    """Mean time of a call without its initialisation."""
    told_by: str
    """Where the cold starts were counted."""


@dataclass(frozen=True)
class Deployed:
    """The scaling of a service as the account has it; what it does not tell is None."""

    least: int | None = None
    most: int | None = None
    target: float | None = None
    """Percent of the CPU, of a target-tracking rule."""


@dataclass(frozen=True)
class ServiceSeries:
    """One service of tasks, minute by minute; arrays of one length, in order of time."""

    component: str
    start_s: Array
    """From the midnight that the first day begins with."""
    running: Array
    """Mean of the minute."""
    wanted: Array
    """Last of the minute; nan where nothing counts it."""
    cpu: Array
    """Busy share of the running tasks' CPUs."""
    deployed: Deployed = field(default_factory=Deployed)


def fitted_and_held_back(start_s: Array) -> tuple[list[int], list[int]]:
    """The days with data, those to fit by and those held back: every third, as mixes are."""
    days: Sequence[int] = list(dict.fromkeys((start_s // DAY_S).astype(int).tolist()))
    held = late(days)
    return [day for day, back in zip(days, held, strict=True) if not back], [
        day for day, back in zip(days, held, strict=True) if back
    ]


def of_days(start_s: Array, days: Sequence[int]) -> NDArray[np.bool_]:
    """Which intervals lie in some days."""
    return np.isin((start_s // DAY_S).astype(int), days)
