"""Latency targets against the time that an answer takes before any queue: what no capacity can mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.endpoints import Call
from model.kinds.lambda_function import LambdaFunction
from model.targets import Target
from pricing.bill import Range
from studies.amounts import percent, plain, span
from studies.audit.case import Case, StageCase, spread
from studies.audit.finding import SEVERITIES, Finding, Severity, about
from studies.audit.rules.gateway import waited_calls

NAME = "latency"
SHOWN = 4
"""Endpoints named in one finding, the slowest ones."""


@dataclass(frozen=True)
class _Slow:
    """An endpoint or component that is slower than a target allows."""

    name: str
    severity: Severity
    time_ms: float
    computed: str
    why: str


def check(case: Case) -> Iterator[Finding]:
    """The mean unloaded time is below the threshold, and cold starts are rarer than the percentile allows."""
    for key, target in case.architecture.targets.items():
        if target.metric != "latency_ms":
            continue
        for stage in case.stages_of(target.stages):
            slow = list(_slow(target, stage))
            for severity in SEVERITIES:
                found = sorted((item for item in slow if item.severity == severity), key=lambda item: -item.time_ms)
                if found:
                    yield _finding(key, target, stage, severity, found)


def _slow(target: Target, stage: StageCase) -> Iterator[_Slow]:
    if target.component is not None:
        if target.component in stage.graph.components and float(stage.likely.load(target.component).monthly_calls) > 0:
            load, drawn = stage.likely.load(target.component), stage.drawn.load(target.component)
            yield from _unloaded(target, target.component, spread(load.mean_busy_ms, drawn.mean_busy_ms))
        return
    for name in stage.graph.endpoints:
        if name in target.endpoints if target.endpoints else is_asked(stage, name):
            time = spread(stage.likely.endpoint_ms[name], stage.drawn.endpoint_ms[name])
            found = [*_unloaded(target, name, time), *_cold(target, stage, name, time)]
            yield from found[:1]


def is_asked(stage: StageCase, name: str) -> bool:
    """Whether a person waits for the endpoint's answer."""
    endpoint = stage.graph.endpoints[name]
    return stage.graph.components[endpoint.client].category == "client" and endpoint.method not in ("SCHEDULE", "EVENT")


def _unloaded(target: Target, name: str, time: Range) -> Iterator[_Slow]:
    """The mean against the threshold; a median may be below the mean, so that it proves less against one."""
    if time.high <= target.threshold:
        return
    median = target.percentile is not None and target.percentile <= 50
    certain = time.likely > target.threshold
    severity: Severity = "error" if certain and not median else "warning" if certain or not median else "note"
    computed = f"{name} {plain(time.likely)} ms on average ({span(time.low, time.high)})"
    yield _Slow(
        name, severity, time.likely, computed, "the times along the call plan, before any queueing or cold start"
    )


def _cold(target: Target, stage: StageCase, name: str, time: Range) -> Iterator[_Slow]:
    """Cold starts that are more frequent than the share of answers that may be slower than the percentile."""
    if target.percentile is None:
        return
    slower = 1 - target.percentile / 100
    for call in waited_calls(stage.graph.endpoints[name].calls):
        function = stage.graph.components[call.to]
        if not isinstance(function, LambdaFunction) or not _always(call):
            continue
        share, init_ms = stage.value(function.cold_start_share), stage.value(function.init_ms)
        if share > slower and time.likely + init_ms > target.threshold:
            computed = f"{name} about {plain(time.likely + init_ms)} ms after a cold start"
            why = f"{percent(share)} of {call.to} start cold in {plain(init_ms)} ms; {percent(slower)} may be slower"
            yield _Slow(name, "warning", time.likely + init_ms, computed, why)
            return


def _always(call: Call) -> bool:
    return isinstance(call.probability, float) and call.probability >= 1


def _finding(key: str, target: Target, stage: StageCase, severity: Severity, slow: list[_Slow]) -> Finding:
    statistic = f"p{target.percentile:g}" if target.percentile is not None else "mean"
    more = [f"and {len(slow) - SHOWN} more"] if len(slow) > SHOWN else []
    return about(
        NAME,
        severity,
        [target],
        claim=f"The target {key} ({statistic}) at {stage.name}",
        stated=f"at most {plain(target.threshold)} ms",
        computed="; ".join([*(item.computed for item in slow[:SHOWN]), *more]),
        calculation="; ".join(dict.fromkeys(item.why for item in slow)),
        components=[target.component] if target.component else (),
        stages=[stage.name],
    )
