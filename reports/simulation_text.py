"""Figures of a simulation as people read them: times, estimates with intervals, verdicts, sentences on what holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from reports.formats import count, number, words
from simulations.capacity import CapacityResult
from simulations.estimates import Estimate
from simulations.missed import missed_clause
from simulations.stage_result import StageResult
from simulations.verdicts import Verdict

_RATIOS = ("error_rate", "cache_hit_ratio", "connections_ratio", "availability")
_DASH = "\N{EN DASH}"


def time_ms(value: float) -> str:
    """Milliseconds with their unit, seconds from ten thousand on; a dash for none.

    >>> time_ms(4.26), time_ms(251.7), time_ms(57_000), time_ms(1e-6), time_ms(float("nan"))
    ('4.3 ms', '252 ms', '57.0 s', '<0.001 ms', '–')
    """
    if not math.isfinite(value):
        return _DASH
    if 0 < value < 0.001:
        return "<0.001 ms"
    if value >= 10_000:
        return f"{value / 1000:,.1f} s"
    return f"{value:,.0f} ms" if value >= 10 else f"{value:.2g} ms"


def interval_ms(found: Estimate) -> str:
    """The 95 % interval of a time; says where the samples do not bound it.

    >>> interval_ms(Estimate(100, 95, 106, 900)), interval_ms(Estimate(100, 95, float("inf"), 9))
    ('95 – 106 ms', 'from 95 ms: few requests')
    """
    if not math.isfinite(found.value):
        return ""
    if not math.isfinite(found.high):
        return f"from {time_ms(found.low)}: few requests" if found.low > 0 else "few requests"
    if max(found.high, found.low) >= 10_000:
        return f"{found.low / 1000:,.1f} {_DASH} {found.high / 1000:,.1f} s"
    digits = 0 if found.high >= 10 else 1
    return f"{max(found.low, 0.0):,.{digits}f} {_DASH} {found.high:,.{digits}f} ms"


def interval_share(found: Estimate) -> str:
    """The 95 % interval of a share.

    >>> interval_share(Estimate(0.01, 0.004, 0.025, 900))
    '0.4\xa0% – 2.5\xa0%'
    """
    return f"{share(found.low)} {_DASH} {share(found.high)}" if math.isfinite(found.value) else ""


def share(value: float) -> str:
    """A share of 0 to 1 in percent, small ones with their digits.

    >>> share(0.256), share(0.00042), share(0), share(0.9991), share(2e-9)
    ('25.6\xa0%', '0.042\xa0%', '0\xa0%', '99.9\xa0%', '<0.001\xa0%')
    """
    if abs(value) < 1e-12:
        return "0\N{NO-BREAK SPACE}%"
    if abs(value) < 1e-5:
        return "<0.001\N{NO-BREAK SPACE}%"
    if abs(value) < 0.001:
        return f"{100 * value:.2g}\N{NO-BREAK SPACE}%"
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def rate(per_s: float) -> str:
    """Requests a second.

    >>> rate(1021.123), rate(0.0073)
    ('1,021/s', '0.0073/s')
    """
    return f"{per_s:,.0f}/s" if per_s >= 100 else f"{number(float(f'{per_s:.3g}'))}/s"


def verdict_figure(verdict: Verdict, value: float) -> str:
    """A figure of a verdict in the unit of its metric."""
    if not math.isfinite(value):
        return _DASH
    if verdict.metric in _RATIOS:
        return share(value)
    if verdict.metric == "latency_ms":
        return time_ms(value)
    return rate(value) if verdict.metric == "throughput_per_s" else number(value)


def verdict_interval(verdict: Verdict) -> str:
    """Its 95 % interval, or nothing where it has none."""
    if verdict.low == verdict.high or not math.isfinite(verdict.predicted):
        return ""
    if not math.isfinite(verdict.high):
        return f"from {verdict_figure(verdict, verdict.low)}: few requests" if verdict.low > 0 else "few requests"
    return f"{verdict_figure(verdict, max(verdict.low, 0.0))} {_DASH} {verdict_figure(verdict, verdict.high)}"


def margin(verdict: Verdict) -> str:
    """Room to the threshold as a share of it, signed; none to a throughput, which the workload gives."""
    if not math.isfinite(verdict.margin) or (verdict.metric == "throughput_per_s" and verdict.holds):
        return _DASH
    return f"{verdict.margin:+.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def states(result: StageResult) -> str:
    """How many targets are held, missed and not decided.

    A stage whose queue grows says so first.
    """
    counts = {state: sum(v.state == state for v in result.verdicts) for state in ("held", "missed", "undecided")}
    said = [f"{times} {state}" for state, times in counts.items() if times]
    if result.unstable:
        said.insert(0, f"unstable: the queue grows by {result.growth_per_s:,.1f} a second")
    return ", ".join(said) or "no target to judge"


def in_short(result: StageResult, found: CapacityResult) -> str:
    """`3 held, 1 missed (generation); holds its other targets until 3,400 users`: what a reader must not miss."""
    missed = [words(verdict.target) for verdict in result.verdicts if verdict.state == "missed"]
    until = f"{count(found.users)} users" if found.users else f"{rate(found.per_s)} in the busiest hour"
    holds = f"{found.verb} until {until}" if found.scale else f"{found.verb} at no load"
    named = f" ({', '.join(missed)})" if missed else ""
    return f"{states(result)}{named}; {holds}"


def holds_until(found: CapacityResult, label: Callable[[str], str]) -> str:
    """`holds until 3,400 users (120/s in the busiest hour, 2.3 times its own); then the connections of ... run out`.

    Targets that are missed at any load are named, and what holds are then the others.
    """
    times = f"{number(float(f'{found.scale:.3g}'))} times its own"
    load = f"{rate(found.per_s)} in the busiest hour, {times}"
    only = "only " if found.scale < 1 else ""
    until = f"{count(found.users)} users ({load})" if found.users else load
    return found.told(f"{only}until {until}", label, words)


def missed(targets: Sequence[str]) -> str:
    """`generation is missed at any load`; empty for no target."""
    return missed_clause(targets, words)


def errors_text(causes: Mapping[str, int]) -> str:
    """Errors by cause, the most frequent first; `0` for none."""
    ordered = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{cause} {times:,}" for cause, times in ordered if times) or "0"
