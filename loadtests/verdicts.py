"""Verdicts: each target held, missed or not to be told; and what makes a whole run prove nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from loadtests.histograms import Times
from loadtests.intervals import Interval, count_interval, least_samples, mean_interval, wilson
from loadtests.plan import Plan
from loadtests.recording import Recording
from model.sizing import SizedGraph
from model.targets import Target
from model.verdicts import Verdict, decide

UNDECIDED: Final = "invalid"

MOST_LAG_MS: Final = 5.0
MOST_CPU: Final = 0.9
SHORT_BY: Final = 3.0
"""Standard deviations of a Poisson count by which a run may fall short of its plan."""

NOT_SENT: Final = "not sent: "
"""Begins the cause of a request that could not be sent: it is an error, and the run proves nothing."""

NOT_FROM_OUTSIDE: Final = {
    "availability": "a load test of minutes cannot show it; the error rate stands beside it",
    "monthly_cost_usd": "a load test measures no cost",
    "recovery_time_s": "nothing fails in this test",
    "recovery_point_s": "nothing fails in this test",
    "concurrent_users": "an open loop has a rate, not users; drive it with --users",
}


def said(verdict: Verdict) -> str:
    """The state in a load test's words: what is not decided is invalid, and never green."""
    return UNDECIDED if verdict.state == "undecided" else verdict.state


def as_json(verdict: Verdict) -> dict[str, Any]:
    """With the names of both the load test's and the simulator's verdicts."""
    told = verdict.as_json("measured")
    return told | {"value": told["measured"], "state": said(verdict), "held": verdict.holds}


def judge(
    graph: SizedGraph,
    targets: Mapping[str, Target],
    plan: Plan,
    recording: Recording,
    figures: Mapping[str, Any],
) -> tuple[list[Verdict], dict[str, str]]:
    """The verdicts on the targets of a stage, and the targets that such a run cannot judge, each with the reason.

    `figures` are the stand-in's own, by component; empty for a deployment.
    """
    verdicts: list[Verdict] = []
    not_judged: dict[str, str] = {}
    for name, target in targets.items():
        if target.stages and graph.stage.name not in target.stages:
            continue
        reason = _reason_not_to_judge(target, plan, graph, figures)
        if reason is not None:
            not_judged[name] = reason
        else:
            verdicts.append(_judged(name, target, plan, recording, figures))
    return verdicts, not_judged


def _reason_not_to_judge(target: Target, plan: Plan, graph: SizedGraph, figures: Mapping[str, Any]) -> str | None:
    if target.metric in NOT_FROM_OUTSIDE and not (target.metric == "concurrent_users" and plan.users):
        return NOT_FROM_OUTSIDE[target.metric]
    if target.component is not None:
        if target.component not in graph.components:
            return f"{target.component} is not there at this stage"
        if target.component not in figures:
            return (
                f"it is seen inside {target.component}, not by a client"
                if plan.against == "host"
                else f"nothing reached {target.component}"
            )
        if target.metric == "connections_ratio" and figures[target.component].get("limit") is None:
            return f"the limit of {target.component} is not known"
    driven = {request.endpoint for request in plan.requests}
    if target.endpoints and not driven & set(target.endpoints):
        return "none of its endpoints is driven at this stage"
    return None


def _judged(name: str, target: Target, plan: Plan, recording: Recording, figures: Mapping[str, Any]) -> Verdict:
    seen = recording.whole(target.endpoints)
    figure = figures.get(target.component or "", {})
    counted_s = plan.load.duration_s - plan.load.warm_up_s
    match target.metric:
        case "latency_ms":
            times = _times(figure["times"]) if target.component is not None else seen.times
            return latency_verdict(name, target, times)
        case "error_rate":
            return _share_verdict(name, target, seen.failed, seen.ended)
        case "cache_hit_ratio":
            return _share_verdict(name, target, figure["hits"], figure["hits"] + figure["misses"])
        case "connections_ratio":
            most = figure["most_in_use"] / figure["limit"]
            return _decided(name, target, most, (most, most), figure["calls"])
        case "concurrent_users":
            users = float(plan.users or 0)
            return _decided(name, target, users, (users, users), seen.times.count)
        case _:
            verdict = _throughput(name, target, seen.times.count, counted_s)
            offered = seen.due / counted_s
            if not verdict.holds and offered < target.threshold:
                why = f"only {offered:.4g}/s were offered: ask for more with --rate"
                return replace(verdict, state="undecided", why=why)
            return verdict


def latency_verdict(name: str, target: Target, times: Times) -> Verdict:
    """A percentile by order statistics, or the mean; undecided when there are too few samples for an upper end."""
    if target.percentile is None:
        interval: Interval | None = mean_interval(times.mean_ms, times.deviation_ms, times.count)
        value, needed = times.mean_ms, 30
    else:
        value, interval = times.percentile_ms(target.percentile), times.interval_ms(target.percentile)
        needed = least_samples(target.percentile / 100)
    if interval is None or times.count < needed:
        why = f"{times.count} samples; at least {needed} are needed"
        return _decided(name, target, value, (math.nan, math.nan), times.count, why)
    return _decided(name, target, value, interval, times.count)


def _share_verdict(name: str, target: Target, successes: int, trials: int) -> Verdict:
    share = successes / trials if trials else math.nan
    return _decided(name, target, share, wilson(successes, trials), trials)


def _throughput(name: str, target: Target, count: int, seconds: float) -> Verdict:
    low, high = count_interval(count)
    return _decided(name, target, count / seconds, (low / seconds, high / seconds), count)


def _decided(name: str, target: Target, value: float, interval: Interval, samples: int, undecided: str = "") -> Verdict:
    return decide(name, target, value, *interval, samples, undecided=undecided)


def invalid_because(plan: Plan, recording: Recording) -> list[str]:
    """Why a whole run proves nothing; empty when it does."""
    return service_gave_way(plan, recording) + generator_failed(plan, recording)


def judged_nothing(plan: Plan, verdicts: Sequence[Verdict], not_judged: Mapping[str, str]) -> list[str]:
    """That a run has no target to judge, and so no verdict that could be green; empty when it has one.

    A run with mixes that differ is no test but data to calibrate by, and needs none.
    """
    if verdicts or plan.mixes:
        return []
    why = f"it can judge none of {', '.join(not_judged)}" if not_judged else f"{plan.stage} has no target"
    return [f"no target was judged: {why} (--openslo FILE gives others)"]


def service_gave_way(plan: Plan, recording: Recording) -> list[str]:
    """Reasons that a service without an answer gives: nothing to judge, an abort, no room for more in flight."""
    seen = recording.whole()
    found = [recording.aborted] if recording.aborted else []
    if not seen.ended:
        found.append("no samples: no request was sent after the warm-up")
    elif not seen.times.count:
        found.append(f"no samples: all {seen.ended} requests failed ({_most(recording)})")
    if seen.dropped:
        found.append(f"{seen.dropped} requests were dropped: {plan.max_in_flight} were in flight (--max-in-flight)")
    return found


def generator_failed(plan: Plan, recording: Recording) -> list[str]:
    """Reasons that lie with the generator or its machine: they say nothing of the service."""
    found = []
    if recording.finished < plan.workers:
        found.append(
            f"{plan.workers - recording.finished} of {plan.workers} generators did not come to the end of their part"
        )
    found += [] if plan.users or recording.aborted else _short(plan, recording)
    found += [f"{count} requests were {cause}" for cause, count in _not_sent(recording)]
    lag = recording.lag.percentile_ms(99)
    if lag > MOST_LAG_MS:
        found.append(f"the generator was late: lag p99 {lag:.1f} ms (at most {MOST_LAG_MS:g} ms)")
    shares = recording.cpu_shares
    if shares and sum(shares) / len(shares) > MOST_CPU:
        share = sum(shares) / len(shares)
        found.append(f"the generator had no CPU left: {share:.0%} of a core (at most {MOST_CPU:.0%})")
    return found


def _short(plan: Plan, recording: Recording) -> list[str]:
    """Fewer arrivals than the schedule has, by more than its Poisson error."""
    planned = int(np.count_nonzero(plan.load.times(plan.seed) >= plan.load.warm_up_s))
    if recording.arrivals >= planned - SHORT_BY * math.sqrt(planned):
        return []
    return [f"only {recording.arrivals} of {planned} planned arrivals were brought"]


def _not_sent(recording: Recording) -> list[tuple[str, int]]:
    return [(cause, count) for cause, count in recording.whole().errors.items() if cause.startswith(NOT_SENT)]


def _most(recording: Recording) -> str:
    cause, count = max(recording.whole().errors.items(), key=lambda item: item[1], default=("dropped", 0))
    return f"{cause}, {count} times"


def _times(text: str) -> Times:
    times = Times()
    times.merge(text)
    return times
