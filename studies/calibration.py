"""Calibration: service times, hit ratios, the day, cold starts and scaling, from what a running stage showed.

Utilisation law: the CPUs that a component keeps busy are the sum over endpoints of throughput times CPU time per
request. Little's law says the same of times: calls at once are throughput times time held. Both are linear in the
document's service times, so that several mixes tell them apart by non-negative least squares. Every third mix is held
back, and the error is that on what was held back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from model.assumptions import Assumption
from model.problems import BadInput
from model.quantity import Formula
from model.sizing import SizedGraph, merged
from simulations.estimates import share_of
from studies.calibration_cold import ColdFit, fit_cold_starts
from studies.calibration_data import Interval, Measurements, Split, mixes, pooled, split
from studies.calibration_demands import Demands, calls_in, service_times, slopes
from studies.calibration_fit import Factor, Row, fitted
from studies.calibration_scaling import ScalingFit, fit_scaling
from studies.calibration_settings import placed, rounded

LIGHT: Final = 0.6
"""Utilisation above which a time held is waiting as much as service: such intervals tell no times."""
LEAST_CALLS: Final = 30
"""Of a component in a mix held back: fewer say little of its means."""
HOURS: Final = 24


@dataclass(frozen=True)
class FigureError:
    """One kind of figure of one component on the intervals held back: mean error relative to the measured."""

    component: str
    what: str
    """`cpu`: busy CPUs; `held`: mean time of a call in it."""
    before: float
    """With the document's values."""
    after: float
    mixes: int


@dataclass(frozen=True)
class HitRatio:
    """What a cache showed: hits over lookups, with its 95 % interval, and the assumption that it sets."""

    components: tuple[str, ...]
    assumption: str
    value: float
    low: float
    high: float
    lookups: float


@dataclass(frozen=True)
class Calibration:
    """What the measurements say of a stage's assumptions."""

    measurements: Measurements
    split: Split
    factors: tuple[Factor, ...]
    hit_ratios: tuple[HitRatio, ...]
    assumptions: Mapping[str, Assumption]
    """Those that the data tell, ready to be laid over the document's."""
    shape: tuple[float, ...] | None
    """24 hourly weights, where the data span a day."""
    peak_factor: float | None
    errors: tuple[FigureError, ...]
    not_told: Mapping[str, str]
    """What the data cannot tell, with the reason."""
    cold: tuple[ColdFit, ...] = ()
    scaling: tuple[ScalingFit, ...] = ()
    resize: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Fields of components that read a new assumption, or a count, by component."""

    @property
    def error_before(self) -> float:
        """Mean over the figures held back; nan when there are none."""
        return _mean([one.before for one in self.errors])

    @property
    def error_after(self) -> float:
        return _mean([one.after for one in self.errors])


def calibrate(graph: SizedGraph, measurements: Measurements, seed: int = 1) -> Calibration:
    """Fit a stage's numbers to measurements; raise BadInput when they are of another stage.

    `seed` is that of the simulations that find the idle life of functions.
    """
    problems = unusable(graph, measurements)
    if problems:
        raise BadInput("\n".join([f"{len(problems)} problem(s) in the measurements", *(f"  {p}" for p in problems)]))
    parts = split(measurements.intervals)
    ratios, not_told = hit_ratios(graph, parts.fitted)
    not_told |= measurements.not_told
    found = {ratio.assumption: ratio.value for ratio in ratios}
    names = service_times(graph)
    factors = _factors(graph, parts.fitted, names, found)
    likely = {name: one.likely for name, one in graph.assumptions.items()}
    for factor in factors:
        if factor.told:
            found |= {name: likely[name] * factor.value for name in factor.names}
    shape, peak, why = day_shape(measurements)
    if why:
        not_told["the day's shape"] = why
    not_told |= _reasons(names, factors)
    cold = tuple(fit_cold_starts(graph, one, seed) for one in measurements.functions)
    scaling = tuple(fit_scaling(graph, one) for one in measurements.services)
    settings = [*(one for fit in cold for one in fit.settings), *(one for fit in scaling for one in fit.settings)]
    places = placed(graph, settings, _source(measurements))
    not_told |= places.not_placed
    not_told |= {f"idle life of {one.component}": one.why_not for one in cold if one.why_not}
    not_told |= {name: reason for fit in scaling for name, reason in fit.not_told}
    return Calibration(
        measurements=measurements,
        split=parts,
        factors=tuple(factors),
        hit_ratios=tuple(ratios),
        assumptions=dict(
            sorted((_assumptions(graph, measurements, factors, ratios) | dict(places.assumptions)).items())
        ),
        shape=shape,
        peak_factor=peak,
        errors=tuple(errors(graph, parts.held_back, names, found)),
        not_told=not_told,
        cold=cold,
        scaling=scaling,
        resize=_with_bounds(places.resize, scaling),
    )


def _with_bounds(
    resize: Mapping[str, Mapping[str, Any]], scaling: Sequence[ScalingFit]
) -> dict[str, Mapping[str, Any]]:
    """Fields of components, with the bounds of task counts that the account told."""
    bounds = {fit.component: {"tasks": fit.bounds} for fit in scaling if fit.bounds}
    return merged(resize, bounds)


def unusable(graph: SizedGraph, measurements: Measurements) -> list[str]:
    """What in the measurements does not belong to the stage."""
    found = []
    if measurements.architecture != graph.architecture.name:
        found.append(f"they are of {measurements.architecture}, not of {graph.architecture.name}")
    if measurements.stage != graph.stage.name:
        found.append(f"they were taken at stage {measurements.stage}, not at {graph.stage.name}")
    if not measurements.intervals and not measurements.functions and not measurements.services:
        found.append("they hold no interval")
    strange = {name for one in measurements.intervals for name in one.throughput_per_s} - set(graph.endpoints)
    found += [f"{name} is not an endpoint of this stage" for name in sorted(strange)]
    return found


def _factors(
    graph: SizedGraph, intervals: Sequence[Interval], names: tuple[str, ...], found: Mapping[str, float]
) -> list[Factor]:
    """Factors by CPU first, where it was measured; the other times then from the times held."""
    demands = Demands.of(graph, names, found)
    by_cpu = fitted(list(rows(demands, intervals, "cpu")), names)
    told = {name: factor.value for factor in by_cpu if factor.told for name in factor.names}
    known = np.array([told.get(name, 0.0) for name in names])
    free = np.array([name not in told for name in names])
    light = [
        replace(row, fixed=row.fixed + float(row.moved @ known), moved=row.moved * free)
        for row in rows(demands, intervals, "held")
    ]
    by_time = fitted(light, names)
    return [factor for factor in by_cpu if factor.told] + by_time


def rows(demands: Demands, intervals: Iterable[Interval], what: str) -> Iterable[Row]:
    """The measured figures of a kind with what the model makes of them."""
    for interval in intervals:
        measured = interval.busy_cpus if what == "cpu" else interval.held_ms
        for component, value in measured.items():
            if what == "held" and any(
                interval.utilisation.get(one, 0.0) > LIGHT for one in demands.below.get(component, ())
            ):
                continue
            row = (demands.cpus if what == "cpu" else demands.held_ms)(interval, component)
            if np.isfinite(row).all() and row.any():
                fixed, moved = slopes(row)
                yield Row(what, component, value, fixed, moved, demands.calls(interval, component))


def errors(
    graph: SizedGraph, intervals: Sequence[Interval], names: tuple[str, ...], found: Mapping[str, float]
) -> list[FigureError]:
    """Relative errors of the laws on mixes that no fit has seen, by component and figure; rare calls are left out."""
    intervals = mixes(intervals)
    before, after = Demands.of(graph, names), Demands.of(graph, names, found)
    told: list[FigureError] = []
    for what in ("cpu", "held"):
        pairs: dict[str, list[tuple[float, float]]] = {}
        for old, new in zip(rows(before, intervals, what), rows(after, intervals, what), strict=True):
            if old.measured > 0 and old.weight >= LEAST_CALLS:
                far = [abs(row.fixed + row.moved.sum() - row.measured) / row.measured for row in (old, new)]
                pairs.setdefault(old.component, []).append((float(far[0]), float(far[1])))
        told += [
            FigureError(component, what, _mean([a for a, _ in seen]), _mean([b for _, b in seen]), len(seen))
            for component, seen in sorted(pairs.items())
        ]
    return told


def hit_ratios(graph: SizedGraph, intervals: Sequence[Interval]) -> tuple[list[HitRatio], dict[str, str]]:
    """Measured hit ratios that set an assumption; and those that the document computes from something else."""
    seen = pooled(intervals).cache_hits
    read: dict[str, set[str]] = {}
    computed: dict[str, str] = {}
    for endpoint in graph.endpoints.values():
        for call in calls_in(endpoint.calls):
            if call.hit_ratio is None or call.to not in seen:
                continue
            if isinstance(call.hit_ratio, Formula) and call.hit_ratio.text in graph.assumptions:
                read.setdefault(call.hit_ratio.text, set()).add(call.to)
            else:
                computed[call.to] = str(call.hit_ratio)
    told = {}
    for component, text in computed.items():
        hits, lookups = seen[component]
        if lookups:
            told[f"hit ratio of {component}"] = (
                f"{hits / lookups:.3f} was measured; the document has {text}, which no one assumption sets"
            )
    ratios = []
    for name, components in sorted(read.items()):
        usable = sorted(components - set(computed))
        hits, lookups = (sum(seen[one][k] for one in usable) for k in (0, 1))
        if lookups >= 1:
            spread = share_of(round(hits), round(lookups))
            ratios.append(HitRatio(tuple(usable), name, hits / lookups, spread.low, spread.high, lookups))
    return ratios, told


def day_shape(measurements: Measurements) -> tuple[tuple[float, ...] | None, float | None, str]:
    """Mean rate by hour of the day, its peak over the mean; or why there is none."""
    if not measurements.has_hours:
        return None, None, "the measurements say nothing of the hour of the day"
    seconds, requests = [0.0] * HOURS, [0.0] * HOURS
    for one in measurements.intervals:
        hour = int(one.start_s // 3600) % HOURS
        seconds[hour] += one.seconds
        requests[hour] += sum(one.throughput_per_s.values()) * one.seconds
    if not all(seconds):
        return None, None, f"{sum(not s for s in seconds)} hours of the day were not measured"
    rates = [count / length for count, length in zip(requests, seconds, strict=True)]
    mean = sum(rates) / HOURS
    if mean <= 0:
        return None, None, "nothing arrived"
    return tuple(rate / max(rates) for rate in rates), max(rates) / mean, ""


def _assumptions(
    graph: SizedGraph, measurements: Measurements, factors: Sequence[Factor], ratios: Sequence[HitRatio]
) -> dict[str, Assumption]:
    told: dict[str, Assumption] = {}
    for factor in factors:
        if not factor.told:
            continue
        shared = f" (one factor for {', '.join(factor.names)}: the data do not part them)" if factor.names[1:] else ""
        why = f"Fitted to {factor.rows} measured figures{shared}; the document had {{}}."
        for name in factor.names:
            old = graph.assumptions[name]
            low, likely, high = (rounded(old.likely * share) for share in (factor.low, factor.value, factor.high))
            told[name] = Assumption(
                low=low,
                likely=likely,
                high=high,
                unit=old.unit,
                why=why.format(rounded(old.likely)),
                source=_source(measurements),
            )
    for ratio in ratios:
        old = graph.assumptions[ratio.assumption]
        told[ratio.assumption] = Assumption(
            low=rounded(ratio.low),
            likely=rounded(ratio.value),
            high=rounded(ratio.high),
            unit=old.unit,
            why=f"Hits over {ratio.lookups:.0f} lookups of {', '.join(ratio.components)}; "
            f"the document had {old.likely:g}.",
            source=_source(measurements),
        )
    return dict(sorted(told.items()))


def _source(measurements: Measurements) -> str:
    return f"{measurements.source}, {measurements.date}"


def _reasons(names: Sequence[str], factors: Sequence[Factor]) -> dict[str, str]:
    known = {name: factor for factor in factors for name in factor.names}
    told = {}
    for name in names:
        factor = known.get(name)
        if factor is None:
            told[name] = "no measured figure depends on it"
        elif not factor.told:
            told[name] = f"the data leave it between {factor.low:.2f} and {factor.high:.2f} times the document's"
    return told


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
