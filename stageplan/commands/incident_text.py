"""An incident as people read it: what is hit, the verdicts, both arms side by side, the way back, the bill."""

from __future__ import annotations

import math
from collections.abc import Mapping

from simulations.scenarios.effects import Effect
from simulations.scenarios.month import month_rows
from simulations.scenarios.play import Incident
from simulations.statistics import Interval
from stageplan.commands.simulation_text import duration, table, verdict_row
from studies.incident import IncidentCost

_TIMES = ("p50_ms", "p95_ms", "p99_ms")
_SPANS = 24


def incident_text(incident: Incident, cost: IncidentCost) -> str:
    """The whole incident for a terminal."""
    course = incident.course
    lines = [
        f"{incident.architecture} {incident.stage}: {incident.scenario.title}",
        f"  busiest hour, {incident.per_s:,.4g} requests/s, with and without it under the same draws: "
        f"{course.runs} run{'s' if course.runs > 1 else ''} each, "
        f"watched {duration(course.ends_s - course.begins_s)} from its begin, seed {incident.seed}, {incident.engine}",
        *(f"  {hit.component}: {hit.what}" for hit in incident.hits),
        f"  {_recovery(incident)}",
        f"  {_lost(incident)}",
        f"  {_bill(cost)}",
        "",
        *table([[*verdict_row(verdict), _before(incident, verdict.target)] for verdict in incident.verdicts]),
        *(f"  not judged  {name}: {why}" for name, why in incident.not_judged.items()),
        "",
        *table([["endpoint", "requests", "failed", "p50 ms", "p95 ms", "p99 ms"], *map(_effect_row, incident.effects)]),
        "  without it -> with it (paired difference and its 95 % interval)",
        "",
        *_timeline(incident),
        *_usage(incident),
        *(f"  {note}" for note in incident.notes),
        f"  assumed: {', '.join(fact.name for fact in incident.facts if fact.assumed) or 'nothing'}",
        f"  digest {incident.digest[:16]}",
    ]
    return "\n".join(lines) + "\n"


def _recovery(incident: Incident) -> str:
    found = incident.recovery
    if not found.felt:
        return "callers do not feel it"
    if not found.over:
        return f"callers still feel it when the watch ends, {duration(found.high_s)} from its begin"
    return f"callers feel it for {found.low_s:,.0f} to {found.high_s:,.0f} s"


def _lost(incident: Incident) -> str:
    if incident.lost_requests < 1:
        return "no request is lost to it"
    missing = (1 - incident.availability) * 100
    return f"{incident.lost_requests:,.0f} requests are lost to it, {missing:.2g} % of a month's"


def _bill(cost: IncidentCost) -> str:
    if abs(cost.added_usd) < 0.005:
        return "it adds less than a cent to the month's bill"
    return f"it adds ${cost.added_usd:,.2f} to the month's bill (${cost.usual_usd:,.2f})"


def _before(incident: Incident, target: str) -> str:
    state = next((v.state for v in incident.baseline_verdicts if v.target == target), None)
    return f"without it {state}" if state else ""


def _effect_row(effect: Effect) -> list[str]:
    before, after = effect.baseline, effect.fault
    failed = f"{before.error_rate:.2%} -> {after.error_rate:.2%}"
    if after.errors:
        failed += f" ({', '.join(f'{cause} {count}' for cause, count in after.errors.items())})"
    times = [_time(before.times_ms, after.times_ms, effect.difference, name) for name in _TIMES]
    return [effect.endpoint, f"{after.requests:,}", failed, *times]


def _time(
    before: Mapping[str, float], after: Mapping[str, float], difference: Mapping[str, Interval], name: str
) -> str:
    text = f"{_ms(before[name])} -> {_ms(after[name])}"
    found = difference.get(name)
    if found is None or not math.isfinite(found.half_width):
        return text
    return f"{text} ({found.mean:+,.1f} ±{found.half_width:,.1f})"


def _ms(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else "-"


def _timeline(incident: Incident) -> list[str]:
    """At most so many spans of the watch: those around the begin, and every few after it."""
    bins = incident.bins
    shown = bins[:: max(1, math.ceil(len(bins) / _SPANS))]
    rows = [["from s", "to s", "requests", "p95 ms without", "with", "failed without", "with", ""]]
    for item in shown:
        rows.append(
            [
                f"{item.from_s:,.0f}",
                f"{item.to_s:,.0f}",
                f"{item.requests:,}",
                _ms(item.baseline_p95_ms),
                _ms(item.fault_p95_ms),
                f"{item.baseline_error_rate:.2%}",
                f"{item.fault_error_rate:.2%}",
                "felt" if item.from_s >= 0 and item.felt else "",
            ]
        )
    return [*table(rows), ""] if shown else []


def _usage(incident: Incident) -> list[str]:
    rows = [
        [row["component"], row["usage"], f"{row['before']:,.6g}", "->", f"{row['after']:,.6g}"]
        for row in month_rows(incident.usual_month, incident.month)
    ]
    return ["  a month's usage, without -> with one such incident", *table(rows), ""] if rows else []
