"""What a run, or ten, prove: warm-up, intervals, run length, saturation, paired differences, histograms that merge.

A percentile over replications is the mean of each replication's percentile with Student's t; percentiles are never
averaged otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Histogram",
    "Interval",
    "Length",
    "batch_means",
    "drop_share",
    "growth_per_s",
    "interval",
    "mser5",
    "paired",
    "run_to_width",
    "student_t",
    "unstable",
]

Array = NDArray[Any]


@dataclass(frozen=True)
class Interval:
    """A mean and the half-width of its 95 % interval, from `count` independent values."""

    mean: float
    half_width: float
    count: int

    @property
    def low(self) -> float:
        """The lower end."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """The upper end."""
        return self.mean + self.half_width

    @property
    def relative(self) -> float:
        """The half-width over the mean."""
        return self.half_width / abs(self.mean) if self.mean else math.inf

    def covers(self, value: float) -> bool:
        """Whether the value lies inside."""
        return self.low <= value <= self.high


@cache
def student_t(degrees: int, level: float = 0.95) -> float:
    """The two-sided quantile of Student's t, by bisection of its distribution (regularised incomplete beta)."""
    wanted = 1 - level
    low, high = 0.0, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        x = degrees / (degrees + middle * middle)
        low, high = (middle, high) if _incomplete_beta(degrees / 2, 0.5, x) > wanted else (low, middle)
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta by its continued fraction (Abramowitz and Stegun 26.5.8, Lentz's method)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    f, c, d = 1.0, 1.0, 0.0
    for i in range(400):
        m = i // 2
        if i == 0:
            term = 1.0
        elif i % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 + term * d
        d = 1 / (d if abs(d) > tiny else tiny)
        c = 1 + term / (c if abs(c) > tiny else tiny)
        f *= c * d
        if abs(1 - c * d) < 1e-14:
            break
    return front * (f - 1)


def interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """The mean of independent values, one a replication, with Student's t."""
    data = np.asarray(values, dtype=np.float64)
    n = len(data)
    if n < 2:
        return Interval(float(data.mean()) if n else math.nan, math.inf, n)
    return Interval(float(data.mean()), student_t(n - 1, level) * float(data.std(ddof=1)) / math.sqrt(n), n)


def batch_means(values: Array, batches: int = 20, level: float = 0.95) -> Interval:
    """The mean of one long run with its interval from at least twenty batches in order."""
    if batches < 20:
        raise ValueError(f"batches {batches} is below 20")
    size = len(values) // batches
    if size == 0:
        return Interval(float(np.mean(values)) if len(values) else math.nan, math.inf, len(values))
    means = np.asarray(values[len(values) - size * batches :]).reshape(batches, size).mean(axis=1)
    return interval(means.tolist(), level)


def paired(first: Sequence[float], second: Sequence[float], level: float = 0.95) -> Interval:
    """Second minus first, replication by replication under common random numbers."""
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} replications do not pair")
    return interval((np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)).tolist(), level)


def drop_share(values: Array, share: float = 0.1) -> int:
    """How many of the first values a plain share removes."""
    return int(len(values) * share)


def mser5(values: Array) -> int:
    """How many of the first values to drop: the cut (at most half) that gives the rest the least standard error, in
    batches of five (White 1997, MSER-5).
    """
    batches = len(values) // 5
    if batches < 4:
        return 0
    means = np.asarray(values[: batches * 5], dtype=np.float64).reshape(batches, 5).mean(axis=1)
    left = np.arange(batches, 0, -1)
    sums = np.cumsum(means[::-1])[::-1]
    squares = np.cumsum((means * means)[::-1])[::-1]
    spread = (squares - sums * sums / left) / (left.astype(np.float64) ** 2)
    return int(np.argmin(spread[: batches // 2 + 1])) * 5


@dataclass(frozen=True)
class Length:
    """What it took to reach a half-width: the interval, replications, and whether the cap ended it."""

    interval: Interval
    values: tuple[float, ...]
    capped: bool


def run_to_width(replicate: Callable[[int], float], relative: float, first: int = 10, most: int = 200) -> Length:
    """Adds replications (numbered from 0) until the interval is `relative` of the mean, or `most` are run.

    Looks again only after each quarter more, so that the stop is not a lucky one.
    """
    values = [replicate(k) for k in range(min(first, most))]
    while interval(values).relative > relative and len(values) < most:
        wanted = min(most, max(len(values) + 1, len(values) * 5 // 4))
        values += [replicate(k) for k in range(len(values), wanted)]
    reached = interval(values)
    return Length(reached, tuple(values), reached.relative > relative)


def growth_per_s(times: Array, in_system: Array) -> Interval:
    """How fast a number in system grows: the slope of the second half, with its interval from twenty pieces."""
    half = len(times) // 2
    t, n = np.asarray(times[half:], np.float64), np.asarray(in_system[half:], np.float64)
    pieces = min(20, len(t) // 2)
    if pieces < 2:
        return Interval(math.nan, math.inf, pieces)
    edges = np.linspace(0, len(t) - 1, pieces + 1).astype(int)
    return interval((np.diff(n[edges]) / np.diff(t[edges])).tolist())


def unstable(arrived: Array, ended: Array, until: float) -> Interval | None:
    """The growth of the number on the way, per second, if it grows for certain and the run ends near its highest;
    else None.

    `arrived` and `ended` are times (nan for not ended) of a run cut at `until`.
    """
    grid = np.linspace(0, until, 401)[1:]
    gone = np.sort(ended[~np.isnan(ended)])
    inside = np.searchsorted(np.sort(arrived), grid, side="right") - np.searchsorted(gone, grid, side="right")
    growth = growth_per_s(grid, inside)
    steady = inside[-40:].mean() > 1.5 * inside[160:200].mean() and inside[-40:].mean() > 0.75 * inside.max()
    return growth if growth.low > 0 and steady else None


@dataclass(frozen=True)
class Histogram:
    """Counts in bins that grow by half a per cent: merges exactly, gives percentiles within that. Zero and below
    share bin zero.
    """

    counts: tuple[tuple[int, int], ...]
    """(bin, count), sorted."""

    GROWTH = 1.005

    @classmethod
    def of(cls, values: Array) -> Histogram:
        """The histogram of the values."""
        data = np.asarray(values, dtype=np.float64)
        positive = data > 0
        bins = np.full(len(data), -(1 << 30), dtype=np.int64)
        bins[positive] = np.floor(np.log(data[positive]) / math.log(cls.GROWTH)).astype(np.int64)
        found, counts = np.unique(bins, return_counts=True)
        return cls(tuple(zip(found.tolist(), counts.tolist(), strict=True)))

    @property
    def total(self) -> int:
        """How many values."""
        return sum(n for _, n in self.counts)

    def percentile(self, q: float) -> float:
        """The nearest-rank percentile, as the middle of its bin."""
        rank = max(1, math.ceil(q / 100 * self.total))
        seen = 0
        for place, n in self.counts:
            seen += n
            if seen >= rank:
                return 0.0 if place <= -(1 << 30) else float(self.GROWTH ** (place + 0.5))
        return math.nan

    @classmethod
    def merged(cls, several: Iterable[Histogram]) -> Histogram:
        """All of them together."""
        whole: dict[int, int] = {}
        for histogram in several:
            for place, n in histogram.counts:
                whole[place] = whole.get(place, 0) + n
        return cls(tuple(sorted(whole.items())))
