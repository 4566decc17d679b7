"""What a scenario changes for the callers: both arms side by side, paired differences, and the way back over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations.results import percentile
from simulations.scenarios.arms import Arm, Watched
from simulations.scenarios.course import Course
from simulations.statistics import Interval, paired

__all__ = ["EVERYTHING", "Bin", "Effect", "Recovery", "bins_of", "effect_of", "recovery_of"]

Array = NDArray[Any]
EVERYTHING = "all endpoints"
PERCENTILES = (50, 95, 99)
REQUESTS_PER_BIN = 60
LEAST_BIN_S, MOST_BINS = 5.0, 200
SLOWER = 1.1
"""A request is slow beyond so many times the p95 without the fault."""
MORE_ERRORS, FEW_ERRORS = 0.01, 2
"""More failed requests than without the fault: as a share of a span's requests and as a count, both to be passed."""
SURE = 3.0
"""Standard errors by which more than one request in twenty must be slow."""


@dataclass(frozen=True)
class Figures:
    """One arm's requests from the fault's begin on, all runs together; times are nan where nothing was done."""

    requests: int
    errors: Mapping[str, int]
    error_rate: float
    times_ms: Mapping[str, float]
    """By name: p50_ms, p95_ms, p99_ms, mean_ms."""

    def as_json(self) -> dict[str, Any]:
        """Plain values; what is not a number is null."""
        times = {name: _finite(value) for name, value in self.times_ms.items()}
        return {"requests": self.requests, "error_rate": self.error_rate, "errors_by_cause": dict(self.errors), **times}


@dataclass(frozen=True)
class Effect:
    """One endpoint, or all of them together: both arms and the paired differences (fault less baseline)."""

    endpoint: str
    baseline: Figures
    fault: Figures
    difference: Mapping[str, Interval]
    """Of error_rate and the times, over runs with the same draws; infinite half-widths where runs are too small."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        found = {
            name: {"mean": _finite(d.mean), "low": _finite(d.low), "high": _finite(d.high)}
            for name, d in self.difference.items()
        }
        return {
            "endpoint": self.endpoint,
            "baseline": self.baseline.as_json(),
            "fault": self.fault.as_json(),
            "difference": found,
        }


def effect_of(name: str, causes: Sequence[str], baseline: Sequence[Arm], fault: Sequence[Arm]) -> Effect:
    """The effect on an endpoint, or on EVERYTHING."""
    arms = [[_rows(arm, name).since_begin() for arm in side] for side in (baseline, fault)]
    own = [[_measures(seen) for seen in side] for side in arms]
    difference = {
        key: paired([first[key] for first in own[0]], [second[key] for second in own[1]])
        for key in own[0][0]
        if all(math.isfinite(m[key]) for side in own for m in side)
    }
    before, after = (_figures(side, causes) for side in arms)
    return Effect(name, before, after, difference)


def _rows(arm: Arm, name: str) -> Watched:
    if name != EVERYTHING:
        return arm.watched[name]
    parts = list(arm.watched.values())
    columns = ([getattr(part, key) for part in parts] for key in ("start_s", "latency_ms", "status"))
    return Watched(*(np.concatenate([np.empty(0), *column]) for column in columns))


def _measures(seen: Watched) -> dict[str, float]:
    done = seen.latency_ms[seen.status == 0]
    failed = float((seen.status > 0).mean()) if len(seen.status) else math.nan
    mean = float(done.mean()) if len(done) else math.nan
    return {"error_rate": failed, **{f"p{q}_ms": percentile(done, q) for q in PERCENTILES}, "mean_ms": mean}


def _figures(side: Sequence[Watched], causes: Sequence[str]) -> Figures:
    status = np.concatenate([np.empty(0), *(seen.status for seen in side)]).astype(np.int64)
    whole = Watched(status, np.concatenate([np.empty(0), *(seen.latency_ms for seen in side)]), status)
    found = _measures(whole)
    failed, counts = np.unique(status[status > 0], return_counts=True)
    errors = {causes[c]: int(n) for c, n in zip(failed, counts, strict=True)}
    rate = found.pop("error_rate")
    return Figures(len(status), dict(sorted(errors.items())), 0.0 if math.isnan(rate) else rate, found)


@dataclass(frozen=True)
class Bin:
    """A span of time, all runs and endpoints together, both arms."""

    from_s: float
    """From the fault's begin; negative before it."""
    to_s: float
    requests: int
    baseline_p95_ms: float
    fault_p95_ms: float
    baseline_error_rate: float
    fault_error_rate: float
    slow_share: float
    """Of the fault's requests: slower by a tenth than the p95 of the same span and of the whole baseline."""

    @property
    def felt(self) -> bool:
        """Whether callers feel the fault in this span: more fail, or more than one in twenty are slow."""
        more = (self.fault_error_rate - self.baseline_error_rate) * self.requests
        if more >= max(FEW_ERRORS, MORE_ERRORS * self.requests):
            return True
        return self.slow_share > 0.05 + SURE * math.sqrt(0.05 * 0.95 / max(self.requests, 1))

    def as_json(self) -> dict[str, Any]:
        """Plain values; what is not a number is null."""
        return {name: _finite(value) for name, value in vars(self).items()}


def bins_of(course: Course, baseline: Sequence[Arm], fault: Sequence[Arm], usual_p95_ms: float) -> list[Bin]:
    """The watched time in spans that hold enough requests each."""
    first, last = course.watched_s - course.begins_s, course.ends_s - course.begins_s
    sides = [_pooled(arms) for arms in (baseline, fault)]
    rate = len(sides[0].status) / (last - first)
    width = max(LEAST_BIN_S, REQUESTS_PER_BIN / rate if rate else last, (last - first) / MOST_BINS)
    before = max(int(-first / width), 1)
    edges = [first + (-first) * k / before for k in range(before)]
    edges += [min(k * width, last) for k in range(math.ceil(last / width) + 1)]
    found = []
    for low, high in pairwise(edges):
        if high > low:
            base, hit = (_between(side, low, high) for side in sides)
            found.append(_bin(low, high, base, hit, usual_p95_ms))
    return found


def _pooled(arms: Sequence[Arm]) -> Watched:
    rows = [_rows(arm, EVERYTHING) for arm in arms]
    start = np.concatenate([row.start_s for row in rows])
    order = np.argsort(start, kind="stable")
    took, status = (np.concatenate([getattr(row, key) for row in rows])[order] for key in ("latency_ms", "status"))
    return Watched(start[order], took, status)


def _between(side: Watched, low: float, high: float) -> Watched:
    first, last = np.searchsorted(side.start_s, [low, high])
    return Watched(side.start_s[first:last], side.latency_ms[first:last], side.status[first:last])


def _bin(low: float, high: float, base: Watched, hit: Watched, usual_p95_ms: float) -> Bin:
    usual, took = (seen.latency_ms[seen.status == 0] for seen in (base, hit))
    own_p95_ms = percentile(usual, 95)
    slow_ms = SLOWER * max(own_p95_ms if math.isfinite(own_p95_ms) else 0.0, usual_p95_ms)
    slow = float((took > slow_ms).mean()) if len(took) else 0.0
    return Bin(low, high, len(hit.status), own_p95_ms, percentile(took, 95), _failed(base), _failed(hit), slow)


def _failed(seen: Watched) -> float:
    return float((seen.status > 0).mean()) if len(seen.status) else 0.0


@dataclass(frozen=True)
class Recovery:
    """When callers last felt the fault, in seconds from its begin; `over` is False where they still do at the end."""

    low_s: float
    high_s: float
    over: bool
    felt: bool
    """Whether they felt it at all."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        known = self.over and self.felt
        return {
            "felt": self.felt,
            "over": self.over,
            "recovery_s": self.high_s if known else (0.0 if not self.felt else None),
            "low_s": self.low_s,
            "high_s": self.high_s if self.over else None,
        }


def recovery_of(bins: Sequence[Bin]) -> Recovery:
    """The last span in which callers feel the fault."""
    watched = [item for item in bins if item.from_s >= 0]
    felt = [k for k, item in enumerate(watched) if item.felt]
    if not felt:
        return Recovery(0.0, 0.0, True, False)
    last = watched[felt[-1]]
    return Recovery(last.from_s, last.to_s, felt[-1] < len(watched) - 1, True)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
