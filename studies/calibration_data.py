"""What was measured of a running stage, wherever it came from: a load test, an account's metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from studies.calibration_series import FunctionSeries, ServiceSeries
from studies.held_back import late


@dataclass(frozen=True)
class Interval:
    """A stretch of time under one mix of requests: means over it. What was not measured is left out."""

    seconds: float
    throughput_per_s: Mapping[str, float]
    """Requests done per second, by endpoint of the model."""
    busy_cpus: Mapping[str, float] = field(default_factory=dict)
    """By component: CPU seconds used per second, all its copies together (utilisation times CPUs)."""
    held_ms: Mapping[str, float] = field(default_factory=dict)
    """By component: mean time from a call's arrival to its answer, what it calls itself included."""
    response_ms: Mapping[str, float] = field(default_factory=dict)
    """Mean, by endpoint."""
    cache_hits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """By component: hits, and lookups."""
    utilisation: Mapping[str, float] = field(default_factory=dict)
    """By component: the busy share of its CPUs; where it is high, times in it are not service alone."""
    mix: str = ""
    """Intervals of one label are held back from a fit together; each by itself when empty."""
    start_s: float = 0.0
    """From midnight, where the hour of the day means something; else from the start."""


@dataclass(frozen=True)
class Measurements:
    """Intervals of one stage, and where they come from."""

    architecture: str
    stage: str
    source: str
    """A sentence for whoever reads the numbers later."""
    date: str
    """YYYY-MM-DD."""
    intervals: tuple[Interval, ...]
    has_hours: bool = False
    """Whether `start_s` counts from midnight of a day."""
    functions: tuple[FunctionSeries, ...] = ()
    services: tuple[ServiceSeries, ...] = ()
    not_told: Mapping[str, str] = field(default_factory=dict)
    """What could not be measured, with the reason."""
    factor: float | None = None
    """The load over the month's mean that scaled services were sized for; found from the throughput when absent."""


@dataclass(frozen=True)
class Split:
    """Intervals to fit by, and intervals to judge the fit by."""

    fitted: tuple[Interval, ...]
    held_back: tuple[Interval, ...]


def split(intervals: Sequence[Interval]) -> Split:
    """Hold back every third mix as a whole, the last of each three; nothing when there are fewer than three.

    >>> [one.mix for one in split([Interval(1, {}, mix=m) for m in "aabbccd"]).held_back]
    ['c', 'c']
    """
    labels = [one.mix or f"interval {number}" for number, one in enumerate(intervals)]
    back = late(labels)
    return Split(
        tuple(one for one, held in zip(intervals, back, strict=True) if not held),
        tuple(one for one, held in zip(intervals, back, strict=True) if held),
    )


def pooled(intervals: Iterable[Interval]) -> Interval:
    """Several intervals as one: means by their seconds, hits and lookups added."""
    parts = list(intervals)
    seconds = sum(part.seconds for part in parts)
    hits: dict[str, tuple[float, float]] = {}
    for part in parts:
        for name, (found, asked) in part.cache_hits.items():
            before = hits.get(name, (0.0, 0.0))
            hits[name] = (before[0] + found, before[1] + asked)
    rates = _mean(
        [(part.throughput_per_s, dict.fromkeys(part.throughput_per_s, part.seconds)) for part in parts], seconds
    )
    return Interval(
        seconds=seconds,
        throughput_per_s=rates,
        busy_cpus=_mean([(part.busy_cpus, dict.fromkeys(part.busy_cpus, part.seconds)) for part in parts]),
        held_ms=_mean([(part.held_ms, dict.fromkeys(part.held_ms, part.seconds)) for part in parts]),
        response_ms=_mean([(part.response_ms, _counts(part)) for part in parts]),
        cache_hits=hits,
        utilisation=_mean([(part.utilisation, dict.fromkeys(part.utilisation, part.seconds)) for part in parts]),
        mix=parts[0].mix if parts else "",
    )


def mixes(intervals: Sequence[Interval]) -> list[Interval]:
    """The intervals pooled by their mix."""
    labels = list(dict.fromkeys(one.mix for one in intervals if one.mix))
    alone = [one for one in intervals if not one.mix]
    return [pooled(one for one in intervals if one.mix == label) for label in labels] + alone


def _counts(part: Interval) -> dict[str, float]:
    return {name: part.throughput_per_s.get(name, 0.0) * part.seconds for name in part.response_ms}


def _mean(parts: list[tuple[Mapping[str, float], Mapping[str, float]]], total: float | None = None) -> dict[str, float]:
    """Weighted means by name; over `total`, or over the weights of the parts that have the name."""
    sums: dict[str, float] = {}
    weights: dict[str, float] = {}
    for values, weight in parts:
        for name, value in values.items():
            sums[name] = sums.get(name, 0.0) + value * weight[name]
            weights[name] = weights.get(name, 0.0) + weight[name]
    return {name: value / (total or weights[name]) for name, value in sums.items() if total or weights[name]}
