"""How full tasks may be while the targets hold: a closed form as the first guess, the simulator as the judge."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulations.queueing import wait_quantile

Floats = NDArray[np.float64]
FULLEST = 0.98
"""Not tried beyond: an hour's mean hides minutes that are over it."""
RESOLUTION = 0.04
STEP = 0.08
_MOST_TASKS = 100_000


@dataclass(frozen=True)
class Limit:
    """The share of their capacity up to which some numbers of tasks hold the targets, fewest tasks first.

    Between two numbers the one of the fewer tasks counts; empty where no number of tasks holds them.
    """

    rungs: tuple[tuple[int, float], ...]

    @property
    def holds(self) -> bool:
        """Whether some number of tasks holds the targets."""
        return bool(self.rungs)

    def share_of(self, tasks: int) -> float:
        """How full so many tasks may be."""
        fits = [share for least, share in self.rungs if least <= tasks]
        return fits[-1] if fits else self.rungs[0][1]

    def tasks_for(self, loads: Floats) -> Floats:
        """The fewest tasks for each load, given in tasks' worth of work; one where no number holds the targets.

        >>> Limit(((1, 0.5), (4, 0.8))).tasks_for(np.array([0.4, 0.6, 2.0, 8.0])).tolist()
        [1.0, 2.0, 4.0, 10.0]
        """
        if not self.holds:
            return np.ones_like(loads)
        fewest = np.ceil(np.round(loads / self.rungs[0][1], 9))
        for least, share in self.rungs[1:]:
            fewest = np.minimum(fewest, np.maximum(np.ceil(np.round(loads / share, 9)), least))
        return np.asarray(np.clip(fewest, 1, _MOST_TASKS))

    def lowered(self, tasks: int, share: float) -> Limit:
        """With what so many tasks could not hold: neither they nor fewer are filled as far any more."""
        kept = tuple((least, min(own, share) if least <= tasks else own) for least, own in self.rungs)
        return Limit(kept)


def guess(cores: int, service_s: float, slack_s: float, percentile: float) -> float:
    """The closed form: how full one task of so many cores may be while the wait beyond `slack_s` is rare enough.

    An M/M/c queue per task, so a coarse one: balancers spread arrivals more evenly than chance does.
    """
    if service_s <= 0 or slack_s <= 0:
        return FULLEST if service_s <= 0 else RESOLUTION
    low, high = RESOLUTION, FULLEST
    while high - low > RESOLUTION / 4:
        middle = (low + high) / 2
        fits = wait_quantile(cores, middle * cores / service_s, service_s, percentile / 100) <= slack_s
        low, high = (middle, high) if fits else (low, middle)
    return low


def search(holds: Callable[[float], bool], first: float, resolution: float = RESOLUTION) -> float | None:
    """The highest share at which `holds`, to the resolution, beginning at a guess; None where hardly any does."""
    tried: dict[float, bool] = {}

    def at(share: float) -> bool:
        share = round(share, 4)
        if share not in tried:
            tried[share] = holds(share)
        return tried[share]

    low, high = (first, FULLEST) if at(first) else (0.0, first)
    if low == first and low < FULLEST:
        if at(min(first + STEP, FULLEST)):
            low = min(first + STEP, FULLEST)
        else:
            high = min(first + STEP, FULLEST)
    while high - low > resolution + 1e-9 and high > resolution:
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle) else (low, middle)
    return round(low, 4) if low > 0 else None


def rising(rungs: Sequence[tuple[int, float]]) -> Limit:
    """More tasks are never fuller than fewer could be: chance of the search is taken out."""
    found: list[tuple[int, float]] = []
    for least, share in rungs:
        found.append((least, max(share, found[-1][1]) if found else share))
    return Limit(tuple(found)) if all(math.isfinite(share) for _, share in found) else Limit(())
