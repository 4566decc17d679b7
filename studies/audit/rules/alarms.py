"""Alarm thresholds against targets and scaling thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.claims import Claim
from model.kinds.fargate import Fargate
from model.targets import Metric
from studies.amounts import percent
from studies.audit.case import Case
from studies.audit.claim_values import bounds, stated
from studies.audit.finding import Finding, about

NAME = "alarms"
_METRICS: Final[tuple[tuple[str, Metric], ...]] = (
    ("error rate", "error_rate"),
    ("connections", "connections_ratio"),
)
_SCALED: Final = ("cpu", "memory")


def check(case: Case) -> Iterator[Finding]:
    """An alarm is raised before a target is missed, and after scaling had its chance."""
    for claim in case.claims("alarm"):
        said = bounds(claim)
        if said is None or not claim.unit.startswith("percent"):
            continue
        threshold = (claim.low if claim.low is not None else said.high) / 100
        yield from _targets(case, claim, threshold)
        yield from _scaling(case, claim, threshold)
    yield from _bands(case)


def _targets(case: Case, claim: Claim, threshold: float) -> Iterator[Finding]:
    subject = claim.subject.lower()
    for words, metric in _METRICS:
        for key, target in case.architecture.targets.items():
            if words in subject and target.metric == metric and target.at_most and threshold > target.threshold:
                yield about(
                    NAME,
                    "warning",
                    [claim, target],
                    claim=f"The alarm on {subject} watches over the target {key}",
                    stated=f"above {percent(threshold)}",
                    computed=f"at most {percent(target.threshold)}",
                    calculation="between the target and the threshold the target is missed and nobody is told",
                    components=claim.components,
                    stages=claim.stages,
                )


def _scaling(case: Case, claim: Claim, threshold: float) -> Iterator[Finding]:
    """The component's own scaling, and the thresholds that the document states for it."""
    metric = next((word for word in _SCALED if word in claim.subject.lower()), None)
    if metric is None:
        return
    for stage in case.stages_of(claim.stages):
        for name in claim.components:
            item = stage.graph.components.get(name)
            if not isinstance(item, Fargate) or item.scaling.kind == "none" or item.scaling.metric != metric:
                continue
            goal = stage.value(item.scaling.target) / 100
            if goal >= threshold:
                yield about(
                    NAME,
                    "error",
                    [claim, item],
                    claim=f"The {metric} alarm of {name} at {stage.name}",
                    stated=stated(claim),
                    computed=f"above the scaling target of {percent(goal)}",
                    calculation="the alarm fires in normal running, before scaling has done anything",
                    components=[name],
                    stages=[stage.name],
                )
                return


def _bands(case: Case) -> Iterator[Finding]:
    """Scaling out happens above scaling in, and below the alarm of the same metric."""
    rules = [claim for claim in case.claims("scaling_rule") if claim.unit.startswith("percent")]
    alarms = [claim for claim in case.claims("alarm") if claim.unit.startswith("percent")]
    for metric in _SCALED:
        ups = [claim for claim in rules if metric in claim.subject.lower() and claim.comparator in (">", ">=")]
        downs = [claim for claim in rules if metric in claim.subject.lower() and claim.comparator in ("<", "<=")]
        over = [claim for claim in alarms if metric in claim.subject.lower()]
        for up in ups:
            for down in (claim for claim in downs if claim.components == up.components and _value(claim) >= _value(up)):
                yield _contrary([up, down], metric, "scale in below where it scales out")
            for alarm in (claim for claim in over if claim.components == up.components and _value(claim) <= _value(up)):
                yield _contrary([up, alarm], metric, "an alarm above where it scales out")


def _value(claim: Claim) -> float:
    return float(claim.low if claim.low is not None else claim.high or 0.0)


def _contrary(claims: list[Claim], metric: str, wanted: str) -> Finding:
    return about(
        NAME,
        "error",
        claims,
        claim="; ".join(claim.subject for claim in claims),
        stated=" and ".join(stated(claim) for claim in claims),
        computed=wanted,
        calculation=f"both thresholds are of {metric} on the same component",
        components=claims[0].components,
        stages=claims[0].stages,
    )
