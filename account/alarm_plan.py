"""The alarms that a document promises for a stage: from its alarm claims first, then from its targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from account import alarm_metrics as metrics
from account.alarm_metrics import Watch, Watcher
from account.alarms import PERIOD_S, PERIODS, Alarm, AlarmPlan
from model.claims import Claim
from model.endpoints import Call, Choice, Endpoint, Parallel, Step
from model.sizing import SizedGraph
from model.targets import Target

_SUBJECTS: Final[tuple[tuple[str, str], ...]] = (
    (r"\bcpu\b", "cpu"),
    (r"\bmemory\b", "memory"),
    (r"error[- ]rate", "error-rate"),
    (r"\bconnections?\b", "connections"),
    (r"\bunhealthy\b", "unhealthy"),
    (r"\bstorage\b", "storage"),
    (r"\berrors\b.*\bthreshold\b", "errors"),
)
"""What a claim's subject speaks of."""
_PART_OF_ANOTHER: Final = re.compile(r"evaluation periods?$")
_WATCHERS: Final[Mapping[str, Watcher]] = {
    "cpu": metrics.cpu,
    "memory": metrics.memory,
    "error-rate": metrics.error_rate,
    "connections": metrics.connections,
    "unhealthy": metrics.unhealthy,
    "storage": metrics.storage,
    "errors": metrics.errors,
}
_AT_ENTRY: Final = ("error-rate", "errors")
_NO_METRIC: Final[Mapping[str, str]] = {
    "throughput_per_s": "a load below a throughput is no fault: a load test shows it",
    "concurrent_users": "users at once are no metric of the account",
    "availability": "it is a sum over a month: the error rate is what is watched",
    "recovery_time_s": "it is measured by an exercise",
    "recovery_point_s": "it is set by the backups",
    "monthly_cost_usd": "'stageplan budgets push' watches it",
}


@dataclass(frozen=True)
class _Wish:
    """Something to watch on one component, by one source."""

    source: str
    what: str
    component: str
    watch: Watch | str
    text: str
    period_s: int = PERIOD_S
    periods: int = PERIODS


def alarm_plan(graph: SizedGraph) -> AlarmPlan:
    """The alarms of a stage. A target that a claim already watches on the same component makes no second alarm."""
    alarms: dict[tuple[str, str, float], Alarm] = {}
    not_made: dict[str, str] = {}
    for wish in (*_of_claims(graph), *_of_targets(graph)):
        if isinstance(wish.watch, str):
            not_made[wish.source] = wish.watch
            continue
        key = (wish.what, wish.component, wish.watch.threshold)
        if key not in alarms:
            alarms[key] = _alarm(wish, wish.watch, {alarm.name for alarm in alarms.values()})
    return AlarmPlan(graph.architecture.name, graph.stage.name, tuple(alarms.values()), not_made)


def _alarm(wish: _Wish, watch: Watch, taken: set[str]) -> Alarm:
    base = f"{wish.component}-{wish.what}".replace("_", "-")
    name = next(one for one in (base, *(f"{base}-{number}" for number in range(2, 99))) if one not in taken)
    return Alarm(
        name=name,
        description=" ".join(part for part in (wish.text, f"({watch.note})" if watch.note else "") if part),
        metrics=watch.metrics,
        expression=watch.expression,
        threshold=watch.threshold,
        comparison=watch.comparison,
        period_s=wish.period_s,
        periods=wish.periods,
    )


def _of_claims(graph: SizedGraph) -> Iterator[_Wish]:
    stage = graph.stage.name
    claims = [claim for claim in graph.architecture.claims if claim.kind == "alarm"]
    claims = [claim for claim in claims if not claim.stages or stage in claim.stages or _follows(graph, claim)]
    for claim in claims:
        subject = claim.subject.casefold()
        if _PART_OF_ANOTHER.search(subject):
            continue
        what = next((name for pattern, name in _SUBJECTS if re.search(pattern, subject)), None)
        if what is None or claim.low is None:
            yield _Wish(claim.id, "", "", f"{claim.subject}: no metric is known for it", "")
            continue
        period_s, periods = _timing(claim, claims)
        text = f"{claim.subject} of {graph.architecture.document.title}, {claim.id}"
        for name in _places(graph, claim, what):
            watch = _WATCHERS[what](graph, name, claim.low) if name else _absent(graph, claim, what)
            yield _Wish(claim.id, what, name, watch, text, period_s, periods)


def _follows(graph: SizedGraph, claim: Claim) -> bool:
    """Whether the stage builds on one that the claim speaks of."""
    from model.sizing import lineage

    return any(step.name in claim.stages for step in lineage(graph.architecture, graph.stage))


def _timing(claim: Claim, claims: Iterable[Claim]) -> tuple[int, int]:
    """The period and the number of periods that the claims about the same components state beside this one."""
    period_s, periods = PERIOD_S, PERIODS
    for other in claims:
        subject = other.subject.casefold()
        if other.components != claim.components or other.low is None:
            continue
        if subject.endswith("evaluation period") and other.unit.startswith("minute"):
            period_s = round(other.low * 60)
        elif subject.endswith("evaluation periods"):
            periods = round(other.low)
    return period_s, periods


def _places(graph: SizedGraph, claim: Claim, what: str) -> list[str]:
    """The components to watch; one empty name when the stage has none."""
    if what in _AT_ENTRY:
        return entries(graph) or [""]
    return [name for name in claim.components if name in graph.components] or [""]


def _absent(graph: SizedGraph, claim: Claim, what: str) -> str:
    if what in _AT_ENTRY:
        return f"{graph.stage.name} has neither a load balancer nor an API whose errors are counted"
    return f"{', '.join(claim.components) or 'its component'} is not there at {graph.stage.name}"


def entries(graph: SizedGraph) -> list[str]:
    """The components where requests come in and are counted, in the order of the document."""
    return [name for name, component in graph.components.items() if metrics.is_entry(component)]


def _of_targets(graph: SizedGraph) -> Iterator[_Wish]:
    for name, target in graph.architecture.targets.items():
        if target.stages and graph.stage.name not in target.stages:
            continue
        text = f"Target {name} of {graph.architecture.document.title}"
        for what, component, watch in _target_watches(graph, target):
            yield _Wish(f"target {name}", what, component, watch, text)


def _target_watches(graph: SizedGraph, target: Target) -> Iterator[tuple[str, str, Watch | str]]:
    """(what, component, how) for one target."""
    if target.metric in _NO_METRIC:
        yield "", "", _NO_METRIC[target.metric]
        return
    if target.component is not None and target.component not in graph.components:
        yield "", "", f"{target.component} is not there at {graph.stage.name}"
        return
    if target.metric == "error_rate":
        for name in entries(graph):
            yield "error-rate", name, metrics.error_rate(graph, name, 100 * target.threshold)
        if not entries(graph):
            yield "", "", f"{graph.stage.name} has neither a load balancer nor an API whose errors are counted"
    elif target.metric == "latency_ms":
        yield from _latency_watches(graph, target)
    elif target.component is None:
        yield "", "", "no component is named for it"
    elif target.metric == "connections_ratio":
        found = metrics.connections(graph, target.component, 100 * target.threshold)
        yield "connections", target.component, found
    else:
        yield "hit-ratio", target.component, metrics.hit_ratio(graph, target.component, 100 * target.threshold)


def _latency_watches(graph: SizedGraph, target: Target) -> Iterator[tuple[str, str, Watch | str]]:
    """On the component, else on the functions that serve these endpoints alone, else on an entry that serves no other.

    The metrics of an entry do not tell endpoints apart.
    """
    statistic = f"p{target.percentile:g}" if target.percentile is not None else "Average"
    what = f"latency-{statistic.casefold()}"
    if target.component is not None:
        yield what, target.component, metrics.latency(graph, target.component, target.threshold, statistic)
        return
    wanted = {name for name in target.endpoints if name in graph.endpoints} or set(graph.endpoints)
    others = {name: end for name, end in graph.endpoints.items() if name not in wanted and end.method != "EVENT"}
    for kind in ("lambda", "entry"):
        found = [name for name in _called(graph, wanted) if _is(graph, name, kind) and not _serves(others, name)]
        for name in found:
            yield what, name, metrics.latency(graph, name, target.threshold, statistic)
        if found:
            return
    yield "", "", "no metric of the account tells these endpoints from the others"


def _is(graph: SizedGraph, name: str, kind: str) -> bool:
    component = graph.components[name]
    return metrics.is_entry(component) if kind == "entry" else component.kind == kind


def _called(graph: SizedGraph, endpoints: Iterable[str]) -> list[str]:
    """What the endpoints' plans hold on to while the client waits, in the order of the document."""
    held = {name for endpoint in endpoints for name in _held(graph.endpoints[endpoint].calls)}
    return [name for name in graph.components if name in held]


def _serves(endpoints: Mapping[str, Endpoint], name: str) -> bool:
    return any(name in set(_held(endpoint.calls)) for endpoint in endpoints.values())


def _held(steps: Iterable[Step]) -> Iterator[str]:
    """The components of some steps that the caller waits for."""
    for step in steps:
        match step:
            case Call():
                if not step.asynchronous:
                    yield step.to
                    yield from _held((*step.calls, *step.on_miss))
            case Parallel():
                yield from (name for branch in step.parallel for name in _held(branch))
            case Choice():
                yield from (name for way in step.choice for name in _held(way.calls))
