"""What a service's tasks tell of its scaling, minute by minute: the target of its rule and the start time of a task.

Target: a rule that tracks the CPU leaves the tasks alone while the CPU stays near its target, and when it acts it asks
for as many tasks as would bring the CPU there. Every steady minute and every change so bounds the target; the estimate
is the middle of the values that agree with the most of them, its interval their range. A rule that the account tells
is taken as it is. Start time: the area between tasks wanted and tasks running after each scale-out, over the tasks
added, is the time that each took; the interval is Student's t over the scale-outs with the minute's resolution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.kinds.fargate import Fargate
from model.sizing import SizedGraph, patched
from simulations.compiling.scaling import scaling_policy, unit_of
from simulations.control import Decider, Metric, TargetTracking
from simulations.statistics import student_t
from studies.calibration_series import MINUTE_S, Array, ServiceSeries, fitted_and_held_back, of_days
from studies.calibration_settings import Setting

TARGETS: Final = np.round(np.arange(0.05, 1.0005, 0.001), 3)
"""Values that are looked at."""
OUT_MINUTES, IN_MINUTES, BELOW = 3, 15, 0.9
"""A rule adds tasks after so many minutes above the target, takes some after so many below nine tenths of it."""
DELAY_MINUTES: Final = 3
"""By which a change may come after the minutes that it answers to."""
AGREEING: Final = 0.995
"""Share of the best agreement with which a target is still among the likely ones."""
WIDEST: Final = 0.15
"""Half of the interval over the target, above which it is not told."""
LEAST_OUTS: Final = 3
_RESOLUTION_S: Final = MINUTE_S / math.sqrt(12)
_LONGEST_S: Final = 1800.0
"""A start that takes longer is none: the tasks fail, or the region is full."""


@dataclass(frozen=True)
class Replayed:
    """Means over the days held back: measured, and by the rule before and after on the same busy CPUs."""

    what: str
    measured: float
    before: float
    after: float


@dataclass(frozen=True)
class ScalingFit:
    """What a service's minutes tell; what is None is in `not_told`, with the reason."""

    component: str
    target_percent: tuple[float, float, float] | None
    target_why: str
    start_s: tuple[float, float, float] | None
    outs: int
    """Scale-outs whose start was seen."""
    least: int | None
    most: int | None
    held_back: tuple[Replayed, ...]
    not_told: tuple[tuple[str, str], ...] = ()

    @property
    def settings(self) -> Iterator[Setting]:
        """What it sets in the document."""
        if self.target_percent is not None:
            yield Setting(self.component, ("scaling", "target"), *self.target_percent, "percent", self.target_why)
        if self.start_s is not None:
            why = f"Area between tasks wanted and running over {self.outs} scale-outs, until RUNNING."
            yield Setting(self.component, ("scaling", "start_s"), *self.start_s, "s", why)

    @property
    def bounds(self) -> dict[str, int]:
        """Bounds of the task count as the account has them."""
        known = {"min": self.least, "max": self.most}
        return {name: value for name, value in known.items() if value is not None}


def fit_scaling(graph: SizedGraph, seen: ServiceSeries) -> ScalingFit:
    """The target, the start time and the bounds of a service."""
    fitted, held = fitted_and_held_back(seen.start_s)
    part, rest = _of(seen, fitted), _of(seen, held)
    not_told: list[tuple[str, str]] = []
    target, why = _target(graph, part, not_told)
    start, outs = _start(part, seen.component, not_told)
    found = ScalingFit(
        seen.component, target, why, start, outs, seen.deployed.least, seen.deployed.most, (), tuple(not_told)
    )
    return replace(found, held_back=tuple(_held_back(graph, rest, found)))


def _target(
    graph: SizedGraph, seen: ServiceSeries, not_told: list[tuple[str, str]]
) -> tuple[tuple[float, float, float] | None, str]:
    service = graph.components[seen.component]
    name = f"scaling target of {seen.component}"
    if not isinstance(service, Fargate) or (service.scaling.kind, service.scaling.metric) != (
        "target_tracking", "cpu",
    ):  # fmt: skip
        not_told.append((name, "its rule in the document does not track the CPU"))
        return None, ""
    deployed = seen.deployed
    least = deployed.least if deployed.least is not None else service.tasks.min
    most = deployed.most if deployed.most is not None else service.tasks.max
    estimate = estimated_target(seen, least, most)
    shown = f"; the minutes say {estimate.low:.1%} to {estimate.high:.1%}" if estimate is not None else ""
    if deployed.target is not None:
        return (deployed.target,) * 3, f"The rule as the account has it{shown}."
    if estimate is None:
        not_told.append((name, "no minute shows it: the tasks stood at a bound all the time"))
        return None, ""
    middle = (estimate.low + estimate.high) / 2
    if (estimate.high - estimate.low) / 2 > WIDEST * middle:
        not_told.append((name, f"the minutes leave it between {estimate.low:.0%} and {estimate.high:.0%}"))
        return None, ""
    why = f"{estimate.agreement:.1%} of {estimate.bounds} steady minutes and changes of the task count agree with it."
    percent = unit_of(Metric.UTILISATION)
    return (estimate.low * percent, middle * percent, estimate.high * percent), why


@dataclass(frozen=True)
class Agreed:
    """Targets that agree with the most bounds, as shares of the CPU."""

    low: float
    high: float
    agreement: float
    bounds: int


def estimated_target(seen: ServiceSeries, least: int, most: int) -> Agreed | None:
    """The targets that agree best with a service's minutes; None when too little bounds them from both sides."""
    bounds = list(_bounds(seen, least, most))
    changes = [pair for pair, change in bounds if change]
    steady = [pair for pair, change in bounds if not change]
    if not any(low > 0 for low, _ in changes + steady) or not any(high < math.inf for _, high in changes + steady):
        return None
    parts = [_agreement(group) for group in (changes, steady) if group]
    score = np.sum(parts, axis=0) / len(parts)
    chosen = np.flatnonzero(score >= AGREEING * score.max())
    return Agreed(float(TARGETS[chosen[0]]), float(TARGETS[chosen[-1]]), float(score.max()), len(bounds))


def _agreement(bounds: Sequence[tuple[float, float]]) -> Array:
    low, high = (np.array(side) for side in zip(*bounds, strict=True))
    inside: NDArray[np.bool_] = (low[:, None] <= TARGETS) & (high[:, None] >= TARGETS)
    share: Array = inside.mean(axis=0, dtype=np.float64)
    return share


def _bounds(seen: ServiceSeries, least: int, most: int) -> Iterator[tuple[tuple[float, float], bool]]:
    """What each minute says of the target: the lowest and highest that fit it, and whether the tasks changed."""
    counted = not np.isnan(seen.wanted).all()
    tasks, cpu = seen.wanted if counted else np.rint(seen.running), seen.cpu
    calm = 0
    for k in range(IN_MINUTES, len(tasks)):
        before, now = tasks[k - 1], tasks[k]
        known = not math.isnan(before) and not math.isnan(now) and seen.start_s[k] - seen.start_s[k - 1] == MINUTE_S
        if not known:
            calm = 0
        elif now != before:
            calm = 0
            recent = cpu[k - DELAY_MINUTES : k]
            if counted and before > 0 and np.isfinite(recent).all():
                low = 0.0 if now >= most else float(recent.min()) * before / now
                high = math.inf if now <= max(least, 1) else float(recent.max()) * before / (now - 1)
                yield (low, min(high, float(recent.max())) if now > before else high), True
        else:
            calm += 1
            settled = calm > IN_MINUTES and abs(seen.running[k] - now) < 0.5
            window = cpu[k - IN_MINUTES + 1 : k + 1]
            if settled and np.isfinite(window).all():
                low = float(window[-OUT_MINUTES:].min()) if now < most else 0.0
                high = math.inf
                if now > max(least, 1):
                    high = max(float(window.max()) / BELOW, float(window[-1]) * now / (now - 1))
                yield (low, high), False


def _start(
    seen: ServiceSeries, name: str, not_told: list[tuple[str, str]]
) -> tuple[tuple[float, float, float] | None, int]:
    if np.isnan(seen.wanted).all():
        not_told.append(
            (f"start time of a task of {name}", "nothing counts the tasks wanted: Container Insights is off")
        )
        return None, 0
    found = starts_s(seen)
    if len(found) < LEAST_OUTS:
        why = f"{len(found)} scale-outs were seen from start to end (at least {LEAST_OUTS})"
        not_told.append((f"start time of a task of {name}", why))
        return None, len(found)
    mean, spread = float(np.mean(found)), float(np.std(found, ddof=1))
    half = student_t(len(found) - 1, 0.95) * math.hypot(spread, _RESOLUTION_S) / math.sqrt(len(found))
    return (max(mean - half, 0.0), mean, mean + half), len(found)


def starts_s(seen: ServiceSeries) -> list[float]:
    """Seconds that each scale-out took until the tasks wanted were running."""
    found: list[float] = []
    k = 1
    while k < len(seen.wanted):
        added = seen.wanted[k] - seen.wanted[k - 1]
        next_minute = seen.start_s[k] - seen.start_s[k - 1] == MINUTE_S
        if next_minute and added > 0 and abs(seen.running[k - 1] - seen.wanted[k - 1]) < 0.5:
            end, area = k, 0.0
            while end < len(seen.wanted) and seen.wanted[end] == seen.wanted[k] and seen.running[end] < seen.wanted[k]:
                area += float(seen.wanted[k] - max(seen.running[end], seen.wanted[k - 1])) * MINUTE_S
                end += 1
            whole = end < len(seen.wanted) and seen.wanted[end] == seen.wanted[k]
            if whole and area / added < _LONGEST_S:
                found.append(area / float(added))
            k = end
        k += 1
    return found


def resized(graph: SizedGraph, fit: ScalingFit) -> SizedGraph:
    """The stage with a service scaled as the fit says."""
    scaling: dict[str, Any] = {one.path[-1]: one.value for one in fit.settings}
    changes = {"scaling": scaling, "tasks": fit.bounds}
    service = patched(graph.components[fit.component], {name: part for name, part in changes.items() if part})
    return replace(graph, components={**graph.components, fit.component: service})


def _held_back(graph: SizedGraph, seen: ServiceSeries, fit: ScalingFit) -> Iterator[Replayed]:
    """Tasks and start times on days that no fit has seen."""
    if not len(seen.start_s):
        return
    after = resized(graph, fit)
    shown = seen.wanted if not np.isnan(seen.wanted).all() else seen.running
    sides = [replayed_tasks(one, seen) for one in (graph, after)]
    if all(side is not None for side in sides):
        before_mean, after_mean = (float(np.nanmean(side)) for side in sides if side is not None)
        yield Replayed("tasks in the mean", float(np.nanmean(shown)), before_mean, after_mean)
        differences = [float(np.nanmean(np.abs(side - shown))) for side in sides if side is not None]
        yield Replayed("tasks off, mean of the minutes", 0.0, *differences)
    starts = starts_s(seen)
    policies = [scaling_policy(one, fit.component) for one in (graph, after)]
    if starts and policies[0] is not None and policies[1] is not None:
        yield Replayed("start of a task, s", float(np.mean(starts)), *(one.fleet.start_s for one in policies if one))


def replayed_tasks(graph: SizedGraph, seen: ServiceSeries) -> Array | None:
    """The tasks that a stage's rule keeps on the busy CPUs of a service's minutes; None for another kind of rule."""
    policy, service = scaling_policy(graph, seen.component), graph.components[seen.component]
    if policy is None and isinstance(service, Fargate):
        return np.full(len(seen.start_s), float(service.tasks.min))
    if not isinstance(policy, TargetTracking) or policy.fleet.resource != "cpu":
        return None
    first = seen.wanted[0] if not math.isnan(seen.wanted[0]) else seen.running[0]
    decider = Decider(policy, round(min(max(first, policy.fleet.least), policy.fleet.most)))
    busy = np.nan_to_num(seen.running * seen.cpu)
    kept = [decider.tasks]
    kept += [decider.decide(float(at), float(shown)) for at, shown in zip(seen.start_s + MINUTE_S, busy, strict=True)]
    return np.array(kept[:-1], dtype=np.float64)


def _of(seen: ServiceSeries, days: list[int]) -> ServiceSeries:
    rows = of_days(seen.start_s, days)
    return replace(seen, **{name: getattr(seen, name)[rows] for name in ("start_s", "running", "wanted", "cpu")})
