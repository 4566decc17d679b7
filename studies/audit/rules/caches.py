"""Cache hit targets against the assumed hit ratios, and against what a time to live allows at the load."""

from __future__ import annotations

from collections.abc import Iterator

from model.claims import Claim
from model.endpoints import Call
from model.quantity import evaluate
from model.targets import Target
from model.units import SECONDS_PER_MONTH
from pricing.bill import Range
from studies.amounts import percent, plain
from studies.audit.case import Case, StageCase, spread
from studies.audit.claim_values import bounds
from studies.audit.finding import Finding, about
from studies.audit.rules.gateway import waited_calls

NAME = "caches"
_SECONDS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0}


def check(case: Case) -> Iterator[Finding]:
    """The assumed hit ratio reaches the target, and so few entries share the load that each is read often enough."""
    for key, target in case.architecture.targets.items():
        if target.metric != "cache_hit_ratio" or target.component is None:
            continue
        for stage in case.stages_of(target.stages):
            if target.component in stage.graph.components:
                yield from _assumed(key, target, stage)
                yield from _lived(case, key, target, stage)


def _calls(target: Target, stage: StageCase) -> Iterator[tuple[str, Call]]:
    for name, endpoint in stage.graph.endpoints.items():
        if not target.endpoints or name in target.endpoints:
            for call in waited_calls(endpoint.calls):
                if call.to == target.component and call.hit_ratio is not None:
                    yield name, call


def _assumed(key: str, target: Target, stage: StageCase) -> Iterator[Finding]:
    for endpoint, call in _calls(target, stage):
        hits = _hits(call, stage)
        if hits.low < target.threshold - 1e-9:
            yield about(
                NAME,
                "warning" if hits.likely < target.threshold else "note",
                [target],
                claim=f"The target {key}: hits of {target.component} in {endpoint} at {stage.name}",
                stated=f"at least {percent(target.threshold)}",
                computed=f"{percent(hits.likely)} ({percent(hits.low)} to {percent(hits.high)})",
                calculation="the assumed hit ratio of the call",
                components=[str(target.component)],
                stages=[stage.name],
            )


def _hits(call: Call, stage: StageCase) -> Range:
    ratio = call.hit_ratio if call.hit_ratio is not None else 0.0
    return spread(evaluate(ratio, stage.graph.likely), evaluate(ratio, stage.drawn_values))


def _lived(case: Case, key: str, target: Target, stage: StageCase) -> Iterator[Finding]:
    """An entry read r times per second and kept T seconds is found r T / (1 + r T) of the time."""
    lives = [claim for claim in case.claims("cache_hit") if target.component in claim.components and _life_s(claim)]
    if not lives or target.threshold >= 1:
        return
    claim = min(lives, key=_life_s)
    calls = sum(float(stage.likely.endpoint_calls[name]) for name, _ in _calls(target, stage)) / SECONDS_PER_MONTH
    entries = calls * _life_s(claim) * (1 - target.threshold) / target.threshold
    users = float(stage.graph.likely["monthly_active_users"])
    if 0 < entries < users:
        yield about(
            NAME,
            "note" if entries >= 0.01 * users else "warning",
            [target, claim],
            claim=f"The target {key} with entries that live {plain(_life_s(claim))} s at {stage.name}",
            stated=f"at least {percent(target.threshold)}",
            computed=f"only while at most {plain(entries)} entries share the load",
            calculation=f"{plain(calls)} reads a second x {plain(_life_s(claim))} s x (1 - h) / h; "
            f"{plain(users)} users are active in a month",
            components=[str(target.component)],
            stages=[stage.name],
        )


def _life_s(claim: Claim) -> float:
    """The time to live that a claim states, in seconds; 0 when it states none."""
    said = bounds(claim)
    unit = claim.unit.split(" ")[0].rstrip(",")
    return said.low * _SECONDS[unit] if said is not None and unit in _SECONDS else 0.0
