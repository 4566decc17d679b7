"""When requests come: open arrivals as frozen values that draw sorted times (seconds) from a seed.

Closed loads are not here: clients that think are part of a program (`ProgramBuilder.clients`). All draws are
counter-based and all arithmetic is plain, so the same seed gives the same times on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from simulations import draws

__all__ = [
    "Arrivals",
    "Asking",
    "Bursts",
    "Mixed",
    "Poisson",
    "Profile",
    "Regular",
    "Replay",
    "choose",
    "day",
    "ramp",
    "spike",
    "uniforms",
]

Times = NDArray[np.float64]
_DAY_S = 86_400.0
_PIECE = 8192


class Arrivals(Protocol):
    """A source of arrival times; `problems` says what is impossible about it."""

    def times(self, seed: int) -> Times: ...
    def problems(self) -> list[str]: ...


@runtime_checkable
class Asking(Arrivals, Protocol):
    """Arrivals that also say which endpoint each of them asks for: an index into `names` beside each time."""

    @property
    def names(self) -> tuple[str, ...]: ...
    def drawn(self, seed: int) -> tuple[Times, NDArray[Any]]: ...


def uniforms(seed: int, stream: int, first: int, count: int) -> Times:
    """Numbers `first` to `first + count` of a stream of uniforms in (0, 1), each a hash of its place."""
    start = draws.mix64((draws.mix64((seed * draws.GOLDEN + 3) & draws.MASK) + stream * draws.GOLDEN) & draws.MASK)
    with np.errstate(over="ignore"):
        z = np.uint64(start) + np.arange(first + 1, first + count + 1, dtype=np.uint64) * np.uint64(draws.GOLDEN)
        for _ in range(2):
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(12)).astype(np.float64) + 0.5) * 2.220446049250313e-16


def log_of(x: Times) -> Times:
    """`draws.log` of every element, bit for bit."""
    m, e = np.frexp(x)
    small = m < 0.7071067811865476
    m = np.where(small, m * 2.0, m)
    k = (e - small).astype(np.float64)
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    tail = s * (half + even + odd) + k * 1.90821492927058770002e-10
    return np.asarray(k * 6.93147180369123816490e-01 - ((half - tail) - f), dtype=np.float64)


def _unit_poisson(seed: int, stream: int, most: float) -> Times:
    """A Poisson process of rate one on (0, most), drawn in pieces that fit the cache."""
    pieces: list[Times] = []
    last, drawn = 0.0, 0
    while last < most:
        steps = -log_of(uniforms(seed, stream, drawn, _PIECE))
        steps[0] += last
        pieces.append(np.cumsum(steps))
        last, drawn = float(pieces[-1][-1]), drawn + _PIECE
    every = np.concatenate(pieces) if pieces else np.empty(0)
    return every[: int(np.searchsorted(every, most))]


def _need(holds: bool, problem: str) -> list[str]:
    return [] if holds else [problem]


@dataclass(frozen=True)
class Poisson:
    """Memoryless arrivals at one rate."""

    rate_per_s: float
    duration_s: float

    def times(self, seed: int) -> Times:
        """Sorted times in (0, duration_s)."""
        return _unit_poisson(seed, 0, self.rate_per_s * self.duration_s) / self.rate_per_s

    def problems(self) -> list[str]:
        """What is impossible."""
        return _need(self.rate_per_s > 0, f"rate_per_s {self.rate_per_s} must be above 0") + _need(
            0 <= self.duration_s < math.inf, f"duration_s {self.duration_s} is below 0 or not finite"
        )


@dataclass(frozen=True)
class Regular:
    """One arrival every 1 / rate seconds, the first at one step."""

    rate_per_s: float
    duration_s: float

    def times(self, seed: int) -> Times:
        """Sorted times in (0, duration_s]; the seed changes nothing."""
        return np.arange(1, int(self.rate_per_s * self.duration_s) + 1) / self.rate_per_s

    def problems(self) -> list[str]:
        """What is impossible."""
        return Poisson(self.rate_per_s, self.duration_s).problems()


@dataclass(frozen=True)
class Profile:
    """Poisson arrivals whose rate follows straight lines between (time_s, rate_per_s) points; two points at one time
    are a step.
    """

    points: tuple[tuple[float, float], ...]

    def times(self, seed: int) -> Times:
        """Sorted times within the first and last point, by inversion of the cumulative rate."""
        t = np.array([point[0] for point in self.points], dtype=np.float64)
        r = np.array([point[1] for point in self.points], dtype=np.float64)
        mass = np.concatenate([[0.0], np.cumsum((t[1:] - t[:-1]) * ((r[1:] + r[:-1]) * 0.5))])
        unit = _unit_poisson(seed, 0, float(mass[-1]))
        k = np.searchsorted(mass, unit, side="right") - 1
        rest, width = unit - mass[k], t[k + 1] - t[k]
        slope = np.divide(r[k + 1] - r[k], width, out=np.zeros_like(width), where=width > 0)
        # rest = r x + slope x^2 / 2, solved without cancellation
        root = np.sqrt(np.maximum(r[k] * r[k] + 2.0 * slope * rest, 0.0))
        return np.asarray(np.minimum(t[k] + 2.0 * rest / (r[k] + root), t[k + 1]))

    def problems(self) -> list[str]:
        """What is impossible."""
        times, rates = [p[0] for p in self.points], [p[1] for p in self.points]
        return (
            _need(len(self.points) >= 2, "points: at least two are needed")
            + _need(all(a <= b for a, b in pairwise(times)), "points: times must not fall")
            + _need(all(0 <= rate < math.inf for rate in rates), "points: a rate is below 0 or not finite")
        )


@dataclass(frozen=True)
class Bursts:
    """Poisson arrivals that switch between a quiet and a busy rate after exponential times."""

    quiet_per_s: float
    busy_per_s: float
    quiet_s: float
    busy_s: float
    duration_s: float

    def times(self, seed: int) -> Times:
        """Sorted times in (0, duration_s)."""
        points: list[tuple[float, float]] = []
        now, k = 0.0, 0
        while now < self.duration_s:
            rate, mean = (self.quiet_per_s, self.quiet_s) if k % 2 == 0 else (self.busy_per_s, self.busy_s)
            end = min(now - mean * draws.log(float(uniforms(seed, 1, k, 1)[0])), self.duration_s)
            points += [(now, rate), (end, rate)]
            now, k = end, k + 1
        return Profile(tuple(points)).times(seed)

    def problems(self) -> list[str]:
        """What is impossible."""
        least = min(self.quiet_per_s, self.busy_per_s)
        return (
            _need(least >= 0, f"rate {least} is below 0")
            + _need(min(self.quiet_s, self.busy_s) > 0, "quiet_s and busy_s must be above 0")
            + _need(0 <= self.duration_s < math.inf, f"duration_s {self.duration_s} is below 0 or not finite")
        )


@dataclass(frozen=True)
class Replay:
    """A recorded trace: times in seconds, in order."""

    trace: tuple[float, ...]

    def times(self, seed: int) -> Times:
        """The trace; the seed changes nothing."""
        return np.array(self.trace, dtype=np.float64)

    def problems(self) -> list[str]:
        """What is impossible."""
        trace = np.array(self.trace, dtype=np.float64)
        return _need(bool(np.all(np.diff(trace) >= 0)), "trace: times must not fall") + _need(
            bool(np.all(np.isfinite(trace)) and np.all(trace >= 0)), "trace: a time is below 0 or not finite"
        )


_APART = 1009
"""Seeds of the sources of a mix lie so far apart."""


@dataclass(frozen=True)
class Mixed:
    """Several sources at once, each with the endpoints it asks for and their weights."""

    sources: tuple[tuple[Arrivals, tuple[tuple[str, float], ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The endpoints, source by source."""
        return tuple(name for _, weights in self.sources for name, _ in weights)

    def drawn(self, seed: int) -> tuple[Times, NDArray[Any]]:
        """Sorted times of all sources together, and the index in `names` of what each arrival asks for."""
        times, asked, first = [], [], 0
        for k, (source, weights) in enumerate(self.sources):
            own = source.times(seed * _APART + k)
            times.append(own)
            asked.append(choose([weight for _, weight in weights], len(own), seed * _APART + k) + first)
            first += len(weights)
        if len(times) == 1:
            return times[0], asked[0]
        together = np.concatenate([np.empty(0), *times])
        order = np.argsort(together, kind="stable")
        return together[order], np.concatenate([np.empty(0, np.int16), *asked])[order]

    def times(self, seed: int) -> Times:
        """Sorted times of all sources together."""
        return self.drawn(seed)[0]

    def problems(self) -> list[str]:
        """What is impossible in any source."""
        found = [problem for source, _ in self.sources for problem in source.problems()]
        empty = any(sum(weight for _, weight in weights) <= 0 for _, weights in self.sources)
        return found + _need(not empty, "a source asks for no endpoint")


def ramp(from_per_s: float, to_per_s: float, duration_s: float) -> Profile:
    """A rate that grows in a straight line."""
    return Profile(((0.0, from_per_s), (duration_s, to_per_s)))


def spike(base_per_s: float, times: float, start_s: float, length_s: float, duration_s: float) -> Profile:
    """A base rate multiplied by `times` from `start_s` for `length_s`."""
    end = start_s + length_s
    peak = base_per_s * times
    return Profile(
        (
            (0.0, base_per_s),
            (start_s, base_per_s),
            (start_s, peak),
            (end, peak),
            (end, base_per_s),
            (duration_s, base_per_s),
        )
    )


def day(requests: float, hourly: Sequence[float]) -> Profile:
    """A day of `requests` spread over hours by weight, the rate constant within the hour."""
    step = _DAY_S / len(hourly)
    total = sum(hourly)
    rates = [requests * weight / total / step for weight in hourly]
    return Profile(tuple(point for k, rate in enumerate(rates) for point in ((k * step, rate), ((k + 1) * step, rate))))


def choose(shares: Sequence[float], count: int, seed: int) -> NDArray[Any]:
    """For each of `count` arrivals the index of what it asks for, by share."""
    if len(shares) == 1:
        return np.zeros(count, dtype=np.int16)
    edges = np.cumsum(np.array(shares, dtype=np.float64) / sum(shares))[:-1]
    return np.searchsorted(edges, uniforms(seed, 2, 0, count), side="right").astype(np.int16)
