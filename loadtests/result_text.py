"""A load test's result as people read it: the verdicts first, and never a stand-in that could pass for a deployment."""

from __future__ import annotations

from collections.abc import Sequence

from loadtests.predicted import EVERY
from loadtests.results import LoadTestResult, figures_of
from loadtests.verdicts import said
from model.verdicts import Verdict

LEAST_FOR_P95 = 20
LEAST_FOR_P99 = 100
"""Answers from which on the nearest rank of a percentile is no longer the slowest."""
_UNITS = {"latency_ms": "ms", "throughput_per_s": "/s"}
_RATIOS = ("error_rate", "cache_hit_ratio", "connections_ratio")


def result_text(result: LoadTestResult) -> str:
    """The whole result for a terminal."""
    plan, seen = result.plan, result.recording.whole()
    kind = f"STAND-IN ({behind(result)}, not a deployment)" if plan.against == "standin" else result.host
    offered, answered = seen.due / result.counted_s, seen.times.count / result.counted_s
    lines = [
        f"{plan.architecture} {plan.stage}: {kind}",
        f"  {offered:.4g} requests/s offered, {answered:.4g}/s answered in {result.counted_s:g} s; "
        f"{seen.failed} of {seen.ended} failed; seed {plan.seed}",
        *([f"  {plan.load_and_peak}"] if plan.load_and_peak else []),
        *table([_row(verdict) for verdict in result.verdicts]),
        *(f"  not judged  {name}: {why}" for name, why in result.not_judged.items()),
        *table(_endpoint_rows(result)),
        *(f"  {words}" for words in few_requests(result)),
        *_closed(result),
        *_prelude(result),
        *(f"  INVALID: {why}" for why in result.invalid_because),
        *_contaminated(result),
        f"  {conclusion(result)}",
    ]
    return "\n".join(lines) + "\n"


def behind(result: LoadTestResult) -> str:
    """What stands behind a stand-in."""
    return "modelled, with PostgreSQL and Redis of this machine" if result.plan.real else "modelled"


def conclusion(result: LoadTestResult) -> str:
    """One sentence: what was held, missed, undecided; what proves nothing."""
    states = [said(verdict) for verdict in result.verdicts]
    if not states:
        counts = "no target was judged"
    else:
        counts = ", ".join(
            f"{states.count(state)} {state}" for state in ("held", "missed", "invalid") if state in states
        )
    return f"{counts}{'' if result.valid else '; the run is INVALID and proves nothing'}"


def _row(verdict: Verdict) -> list[str]:
    """One verdict: state, name, value, interval, target, margin."""
    name = f"p{verdict.percentile:g}" if verdict.percentile is not None else verdict.metric.partition("_")[0]
    value = shown(verdict, verdict.value)
    if verdict.value == verdict.value:
        value += f" ({interval(verdict)})"
    target = f"{'at most' if verdict.at_most else 'at least'} {shown(verdict, verdict.threshold)}"
    last = verdict.why or f"margin {verdict.margin:+.0%}"
    return [said(verdict).upper() if not verdict.holds else "held", verdict.target, name, value, target, last]


def interval(verdict: Verdict) -> str:
    """The ends of its interval; nothing where they are not known."""
    known = verdict.low == verdict.low and verdict.high == verdict.high
    return f"{shown(verdict, verdict.low)} to {shown(verdict, verdict.high)}" if known else "no interval"


def shown(verdict: Verdict, value: float) -> str:
    """A value in its metric's unit."""
    if value != value:
        return "not measured"
    if verdict.metric in _RATIOS:
        return f"{value:.3%}"
    return f"{value:.4g} {_UNITS.get(verdict.metric, '')}".rstrip()


def _endpoint_rows(result: LoadTestResult) -> list[list[str]]:
    rows = [
        [
            "endpoint",
            "requests",
            "errors",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "predicted p50",
            "predicted p95",
            "predicted p99",
            "unloaded mean",
        ]
    ]
    for name, seen in sorted(result.recording.endpoints.items()):
        figures = figures_of(seen)
        told = result.predicted.get(name, {})
        foretold = [told.get(key) for key in ("p50_ms", "p95_ms", "p99_ms", "unloaded_mean_ms")]
        numbers = [figures["p50_ms"], figures["p95_ms"], figures["p99_ms"], *foretold]
        rows.append(
            [
                name,
                str(figures["requests"]),
                str(figures["errors"]),
                *("-" if n is None else f"{n:.4g}" for n in numbers),
            ]
        )
    return rows


def few_requests(result: LoadTestResult) -> list[str]:
    """What the percentiles of an endpoint with few successes are; nothing where each has enough."""
    counts = [seen.times.count for seen in result.recording.endpoints.values()]
    if not any(0 < count < LEAST_FOR_P99 for count in counts):
        return []
    return [f"of fewer than {LEAST_FOR_P99} answers the p99 is the slowest one, of fewer than {LEAST_FOR_P95} the p95"]


def _closed(result: LoadTestResult) -> list[str]:
    """Measured beside the closed model, for users."""
    told = result.predicted.get(EVERY)
    if told is None:
        return []
    seen = result.recording.whole()
    measured = {f"p{p}_ms": seen.times.percentile_ms(p) for p in (50, 95, 99)}
    rate = seen.times.count / result.counted_s
    pairs = [f"{name[:3]} {measured[name]:.4g} ms ({told[name]:.4g})" for name in measured]
    return [
        f"  {result.plan.users} users, measured (closed model): {rate:.4g}/s ({told['throughput_per_s']:.4g}), "
        + ", ".join(pairs)
    ]


def _prelude(result: LoadTestResult) -> list[str]:
    """What was sent to make users ready, and is in no figure above."""
    recording = result.recording
    if not recording.prelude and not recording.prelude_errors:
        return []
    sent = ", ".join(f"{count} {name}" for name, count in sorted(recording.prelude.items())) or "nothing"
    failed = ", ".join(f"{count} {cause}" for cause, count in sorted(recording.prelude_errors.items()))
    return [f"  to make users ready, in no figure: {sent}{f'; failed: {failed}' if failed else ''}"]


def _contaminated(result: LoadTestResult) -> list[str]:
    windows = [window for window in result.as_json()["windows"] if window["contaminated"]]
    return [f"  disturbed from {window['start_s']:g} s: {window['contaminated']}" for window in windows]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with aligned columns."""
    if not rows:
        return []
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
