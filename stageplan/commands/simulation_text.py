"""A simulated stage as people read it: the verdicts first, then endpoints, what is full, what is assumed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from model.verdicts import Verdict
from simulations.capacity import CapacityResult
from simulations.estimates import Estimate
from simulations.stage_result import EndpointResult, StageResult
from simulations.usage import DayUsage

_UNITS = {"latency_ms": "ms", "throughput_per_s": "/s"}
_RATIOS = ("error_rate", "cache_hit_ratio", "connections_ratio")
_SHOWN_PLACES = 6
_SHOWN_PARTS = 6


def result_text(result: StageResult) -> str:
    """The whole result for a terminal."""
    lines = [
        f"{result.architecture} {result.stage}: {result.load}, {result.per_s:,.4g} requests/s",
        f"  {result.requests:,} requests in {result.replications} replications of {duration(result.until_s)} "
        f"(warm-up {duration(result.warm_up_s)}), seed {result.seed}, {result.engine}, {result.wall_s:.1f} s",
        *_warnings(result),
        "",
        *table([verdict_row(verdict) for verdict in result.verdicts]),
        *(f"  not judged  {name}: {why}" for name, why in result.not_judged.items()),
        "",
        *table(
            [
                ["endpoint", "requests", "errors", "cold", "p50 ms", "p95 ms", "p99 ms"],
                *(_endpoint_row(endpoint) for endpoint in result.endpoints),
            ]
        ),
        "",
        *table([["component", "limit", "in use", "of", "utilisation", "wait ms", "refused"], *_place_rows(result)]),
        *_where_the_time_goes(result),
        *_first_to_give_way(result),
        *(f"  {note}" for note in result.notes),
        f"  assumed: {', '.join(fact.name for fact in result.facts if fact.assumed) or 'nothing'}",
        f"  digest {result.digest[:16]}",
    ]
    return "\n".join(lines) + "\n"


def capacity_text(found: CapacityResult) -> str:
    """One sentence."""
    return f"  {found.stage} {found.sentence()}\n"


def day_text(day: DayUsage) -> str:
    """What the day did, in two or three lines."""
    lines = [
        f"  the day: {day.per_s.min():,.3g} to {day.per_s.max():,.4g} requests/s, p95 "
        f"{day.latency_ms.get('', {}).get(95, math.nan):,.1f} ms over all of it, "
        f"at most {day.waiting.max():,.3g} waiting"
    ]
    for name, item in day.tasks.items():
        late = f", too few in {item.overloaded_minutes} minutes" if item.overloaded_minutes else ""
        lines.append(
            f"  {name}: {item.tasks.min()} to {item.tasks.max()} tasks, {item.task_hours:,.0f} h a month{late}"
        )
    return "\n".join(lines) + "\n"


def _where_the_time_goes(result: StageResult) -> list[str]:
    """The components that take most of all requests' time, weighed by how many requests there are."""
    weights = {endpoint.endpoint: endpoint.requests for endpoint in result.endpoints}
    sums: dict[str, float] = {}
    for part in result.times:
        name = part.component if part.what == "work" else f"{part.component} ({part.what})"
        sums[name] = sums.get(name, 0.0) + part.mean_ms * weights[part.endpoint]
    whole = sum(sums.values())
    most = sorted(sums, key=lambda name: (-sums[name], name))[:_SHOWN_PARTS]
    return [f"  time goes to: {', '.join(f'{name} {sums[name] / whole:.0%}' for name in most)}"] if whole else []


def _first_to_give_way(result: StageResult) -> list[str]:
    first = result.first_to_saturate
    return (
        [f"  nearest to its limit: {first.place.component}, {first.place.what}, at {first.pressure:.1%}"]
        if first
        else []
    )


def _warnings(result: StageResult) -> list[str]:
    found = []
    if result.unstable:
        names = ", ".join(sorted(name for name in result.unstable if name)) or "messages"
        found.append(f"  UNSTABLE: the queue grows by {result.growth_per_s:,.1f} per second ({names})")
    if result.partial:
        found.append("  PARTIAL: interrupted; the figures are those of the replications that were complete")
    if result.capped:
        found.append(
            f"  p95 is not known within {result.precision:.0%}: the bound on requests was reached (--requests)"
        )
    return found


def verdict_row(verdict: Verdict) -> list[str]:
    """State, target, metric, figure with its interval, threshold, margin or what to know of the figure."""
    name = f"p{verdict.percentile:g}" if verdict.percentile is not None else verdict.metric.partition("_")[0]
    value = _shown(verdict, verdict.predicted)
    if verdict.low != verdict.high:
        value += f" ({_shown(verdict, verdict.low)} to {_shown(verdict, verdict.high)})"
    target = f"{'at most' if verdict.at_most else 'at least'} {_shown(verdict, verdict.threshold)}"
    state = "held" if verdict.holds else verdict.state.upper()
    return [state, verdict.target, name, value, target, verdict.why or f"margin {verdict.margin:+.0%}"]


def _shown(verdict: Verdict, value: float) -> str:
    if not math.isfinite(value):
        return "-"
    if verdict.metric in _RATIOS:
        return f"{value:.2%}"
    return f"{value:,.4g} {_UNITS.get(verdict.metric, '')}".strip()


def _endpoint_row(endpoint: EndpointResult) -> list[str]:
    times = [_time(estimate) for estimate in (endpoint.p50_ms, endpoint.p95_ms, endpoint.p99_ms)]
    if endpoint.unstable:
        times = ["unstable"] * len(times)
    causes = ", ".join(f"{cause} {count}" for cause, count in sorted(endpoint.errors.items()))
    return [endpoint.endpoint, f"{endpoint.requests:,}", causes or "0", _share(endpoint.cold_share), *times]


def _share(estimate: Estimate) -> str:
    if not math.isfinite(estimate.value):
        return "-"
    return f"{estimate.value:.2%} ({estimate.low:.2%} to {estimate.high:.2%})"


def _time(estimate: Estimate) -> str:
    if not math.isfinite(estimate.value):
        return "-"
    if not math.isfinite(estimate.high):
        return f"{estimate.value:,.1f} (few)"
    return f"{estimate.value:,.1f} ±{(estimate.high - estimate.low) / 2:,.1f}"


def _place_rows(result: StageResult) -> list[list[str]]:
    places = [(place.pressure, component, place) for component in result.components for place in component.places]
    fullest = sorted(places, key=lambda item: (-item[0], item[1].component, item[2].place.what))
    rows = []
    for _, component, place in fullest[:_SHOWN_PLACES]:
        tasks = f" ({component.tasks} tasks)" if component.tasks is not None else ""
        rows.append(
            [
                component.component + tasks,
                place.place.what,
                f"{place.busy:,.3g}",
                f"{place.slots:,.4g}",
                f"{place.utilisation:.1%}",
                f"{place.wait_ms:,.2f}",
                f"{place.refused:,}",
            ]
        )
    return rows


def duration(seconds: float) -> str:
    """Seconds in the unit that reads best."""
    for size, name in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.1f} {name}"
    return f"{seconds:,.0f} s"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned lines."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
