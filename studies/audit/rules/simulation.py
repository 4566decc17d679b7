"""Targets against a simulation of the busiest hour: what the stated configuration cannot reach at the stated load."""

from __future__ import annotations

import math
from collections.abc import Iterator

from model.targets import Target
from simulations.compiling.demand import Demand, peak_demand
from simulations.engines.compiled import available
from simulations.verdicts import Verdict, targets_of
from studies.amounts import plain
from studies.audit.case import Case, StageCase
from studies.audit.finding import Finding, Severity, about
from studies.audit.rules import connections, latency
from studies.reasons import Reason
from studies.scaling import Users, at_users, likely_users, users_of
from studies.slowest import slowest_of
from studies.trials import Trial, attempt

NAME = "simulation"
METRICS = ("latency_ms", "error_rate", "connections_ratio")
THROUGHPUT = "throughput_per_s"
_DIGITS = 2


def check(case: Case) -> Iterator[Finding]:
    """Simulated in its busiest hour, each stage holds its targets for all the users that it is meant for.

    Says nothing of what closed forms have shown to fail already, nor of stages without a target for it (closed forms
    have looked at their processors), nor where the compiled engine is not installed.
    """
    if not available():
        return
    known = {(line, stage) for finding in _known(case) for line in finding.lines for stage in finding.stages}
    for stage in case.stages.values():
        asked = {target.metric for target in targets_of(stage.graph).values()}
        if not asked & {*METRICS, THROUGHPUT} or peak_demand(stage.graph).client_per_s <= 0:
            continue
        yield from _held(case, stage, known)
        yield from _throughput(case, stage)


def _known(case: Case) -> Iterator[Finding]:
    """What the rules without a simulation call an error."""
    for finding in (*latency.check(case), *connections.check(case)):
        if finding.severity == "error":
            yield finding


def _held(case: Case, stage: StageCase, known: set[tuple[str, str]]) -> Iterator[Finding]:
    """At the most users of the stage's range; where that fails, at the likely ones."""
    most, likely = users_of(stage.graph).high, likely_users(stage.graph)
    trial = _trial(case, stage, most)
    if trial.holds:
        return
    now = trial if most <= likely else _trial(case, stage, likely)
    failing = {reason.what for reason in now.reasons}
    targets = targets_of(stage.graph)
    verdicts = {verdict.target: verdict for verdict in trial.verdicts} | {
        verdict.target: verdict for verdict in now.verdicts if verdict.target in failing
    }
    for reason in trial.reasons:
        users, severity = (likely, "error") if reason.what in failing else (most, "warning")
        target = targets.get(reason.what)
        if target is None:
            yield _overloaded(stage, reason, severity, users)
        elif target.metric in METRICS and not known & {(line, stage.name) for line in target.lines}:
            yield _missed(stage, target, verdicts[reason.what], severity, users)


def _trial(case: Case, stage: StageCase, users: float) -> Trial:
    graph = stage.graph if users == likely_users(stage.graph) else at_users(stage.graph, Users.exactly(users))
    return attempt(graph, case.seed + 1)


def _missed(stage: StageCase, target: Target, verdict: Verdict, severity: str, users: float) -> Finding:
    unit = " ms" if target.metric == "latency_ms" else ""
    statistic = f"p{target.percentile:g} " if target.percentile is not None else ""
    slowest = slowest_of(stage.graph, target.endpoints) if target.metric == "latency_ms" else None
    return about(
        NAME,
        _severity(severity),
        [target],
        claim=f"The target {verdict.target} holds at {stage.name} for {plain(users)} users",
        stated=f"at most {plain(target.threshold)}{unit}",
        computed=f"{statistic}{_about(verdict.predicted, unit)}",
        calculation="; ".join([_where(stage, users), *([str(slowest)] if slowest is not None else [])]),
        components=[target.component] if target.component else [],
        stages=[stage.name],
    )


def _overloaded(stage: StageCase, reason: Reason, severity: str, users: float) -> Finding:
    component = reason.what.split()[0]
    return about(
        NAME,
        _severity(severity),
        [stage.graph.stage],
        claim=f"{stage.name} carries its busiest hour for {plain(users)} users",
        stated=f"{plain(users)} users",
        computed=reason.sentence.split(":")[0],
        calculation=_where(stage, users),
        components=[component] if component in stage.graph.components else [],
        stages=[stage.name],
    )


def _throughput(case: Case, stage: StageCase) -> Iterator[Finding]:
    """A rate beyond today's: the same mix, sped up until the endpoints that it is promised for reach it."""
    for key, target in targets_of(stage.graph).items():
        if target.metric != THROUGHPUT:
            continue
        demand = _sped_up(stage, target)
        if demand is None:
            continue
        trial = attempt(stage.graph, case.seed + 1, targets_of(stage.graph), demand=demand)
        if not trial.holds:
            yield about(
                NAME,
                "error",
                [target],
                claim=f"The target {key}: {stage.name} takes that rate",
                stated=f"at least {plain(target.threshold)}/s",
                computed=trial.reasons[0].sentence.split(":")[0],
                calculation=f"the mix of {stage.name}, {plain(demand.factor)} times its mean rate, simulated",
                components=[trial.fullest[0]] if trial.fullest and trial.fullest[0] in stage.graph.components else [],
                stages=[stage.name],
            )


def _sped_up(stage: StageCase, target: Target) -> Demand | None:
    """The demand at which the target's endpoints reach its rate; None where they do, or where nobody calls them."""
    demand = peak_demand(stage.graph)
    asked = target.endpoints or tuple(name for name in demand.per_s if name not in demand.background)
    offered = sum(demand.per_s.get(name, 0.0) for name in asked)
    if offered <= 0 or offered >= target.threshold:
        return None
    return peak_demand(stage.graph, target.threshold / offered)


def _severity(word: str) -> Severity:
    return "error" if word == "error" else "warning"


def _where(stage: StageCase, users: float) -> str:
    per_s = peak_demand(stage.graph).client_per_s * users / max(likely_users(stage.graph), 1e-12)
    return f"simulated at {_about(per_s, ' requests a second')}, queues and cold starts included"


def _about(value: float, unit: str) -> str:
    """A simulated figure with two digits: the rest is chance."""
    if not math.isfinite(value):
        return "beyond every time limit"
    if value == 0:
        return f"0{unit}"
    digits = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    return f"about {plain(round(value, digits))}{unit}"
