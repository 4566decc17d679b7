"""Figures with their 95 % intervals: percentiles over replications or by order statistics, shares by Wilson."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations.results import percentile
from simulations.statistics import interval

__all__ = ["Estimate", "mean_of", "percentile_of", "share_of", "share_over"]

Array = NDArray[Any]
_Z = 1.959963984540054
_BEYOND = 5
"""Values of a replication that must lie beyond a percentile for it to be an estimate by itself."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval; infinite ends where the samples do not bound it, nan where there are none."""

    value: float
    low: float
    high: float
    samples: int

    @property
    def relative(self) -> float:
        """The half-width over the value; infinite when unbounded."""
        return (self.high - self.low) / 2 / abs(self.value) if self.value else math.inf


def percentile_of(replications: Sequence[Array], q: float) -> Estimate:
    """The percentile (q in 0..100): the mean of the replications' own with Student's t where each has enough values;
    else the percentile of all values together between two order statistics.
    """
    least = min((len(values) for values in replications), default=0)
    count = sum(len(values) for values in replications)
    if len(replications) > 1 and least * min(q, 100 - q) / 100 >= _BEYOND:
        own = [percentile(values, q) for values in replications]
        if all(math.isfinite(value) for value in own):
            found = interval(own)
            return Estimate(found.mean, found.low, found.high, count)
    if count == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    values = np.sort(np.concatenate(list(replications)))
    spread = _Z * math.sqrt(count * q / 100 * (1 - q / 100))
    first, last = math.floor(count * q / 100 - spread), math.ceil(count * q / 100 + spread) + 1
    low = float(values[first - 1]) if first >= 1 else 0.0
    high = float(values[last - 1]) if last <= count else math.inf
    return Estimate(percentile(values, q), low, high, count)


def mean_of(replications: Sequence[Array]) -> Estimate:
    """The mean over replications with Student's t; over all values where some replication has none."""
    count = sum(len(values) for values in replications)
    if count == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    filled = len(replications) > 1 and min(len(values) for values in replications) >= _BEYOND
    values = [float(v.mean()) for v in replications] if filled else np.concatenate(list(replications)).tolist()
    found = interval(values)
    return Estimate(found.mean, found.low, found.high, count)


def share_over(counts: Sequence[tuple[int, int]]) -> Estimate:
    """A share over replications, of (successes, trials) each: what comes in clumps varies more between them than
    Wilson's interval knows, and what is rare may not have come at all, so that the wider of both ends counts.
    """
    together = share_of(sum(one for one, _ in counts), sum(trials for _, trials in counts))
    own = [one / trials for one, trials in counts if trials]
    if len(own) < len(counts) or len(own) < 2:
        return together
    if not any(own):
        return together
    apart = interval(own)
    return replace(together, low=max(min(together.low, apart.low), 0.0), high=min(max(together.high, apart.high), 1.0))


def share_of(successes: int, trials: int) -> Estimate:
    """A share by Wilson's interval."""
    if trials == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    share, z2 = successes / trials, _Z * _Z
    middle = (share + z2 / 2 / trials) / (1 + z2 / trials)
    half = _Z / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / 4 / trials**2)
    return Estimate(share, min(max(0.0, middle - half), share), max(min(1.0, middle + half), share), trials)
