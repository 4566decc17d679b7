"""Stated availability against what the providers promise for everything that an answer needs."""

from __future__ import annotations

import math
from collections.abc import Iterator

from model.base import Stated
from studies.amounts import percent
from studies.audit.case import Case, StageCase
from studies.audit.claim_values import bounds
from studies.audit.finding import Finding, about
from studies.audit.rules.gateway import waited_calls
from studies.audit.rules.latency import is_asked
from studies.audit.slas import Sla, sla_of

NAME = "availability"
MINUTES_PER_MONTH = 730 * 60


def check(case: Case) -> Iterator[Finding]:
    """The product of the promises along the call plan is no less than the availability that is stated."""
    for key, target in case.architecture.targets.items():
        if target.metric == "availability":
            for stage in case.stages_of(target.stages):
                yield from _compare(stage, target, f"The target {key}", target.threshold, target.component)
    covered = {line for target in case.architecture.targets.values() for line in target.lines}
    for claim in case.claims("availability"):
        said = bounds(claim)
        if said is None or not claim.unit.startswith("percent") or covered & set(claim.lines):
            continue
        for stage in case.stages_of(claim.stages):
            component = claim.components[0] if claim.components else None
            yield from _compare(stage, claim, claim.subject, said.low / 100, component)


def _compare(stage: StageCase, fact: Stated, what: str, wanted: float, component: str | None) -> Iterator[Finding]:
    if component is not None and component not in stage.graph.components:
        return
    chain = _single(stage, component) if component is not None else weakest_chain(stage)
    if not chain:
        return
    composite = math.prod(sla.share for _, sla in chain)
    if composite < wanted - 1e-9:
        minutes, allowed = ((1 - share) * MINUTES_PER_MONTH for share in (composite, wanted))
        yield about(
            NAME,
            "error" if component is None else "warning",
            [fact],
            claim=f"{what}: availability at {stage.name}",
            stated=percent(wanted),
            computed=f"{percent(composite)} promised, {minutes:.0f} minutes a month ({allowed:.0f} allowed)",
            calculation=" x ".join(f"{name} {percent(sla.share)}" for name, sla in chain),
            components=[component] if component is not None else (),
            stages=[stage.name],
        )


def _single(stage: StageCase, name: str) -> list[tuple[str, Sla]]:
    sla = sla_of(stage.graph.components[name], stage)
    return [(name, sla)] if sla is not None else []


def weakest_chain(stage: StageCase) -> list[tuple[str, Sla]]:
    """The promises along the plan of the endpoint that depends on most."""
    chains = [_chain(stage, key) for key in stage.graph.endpoints if is_asked(stage, key)]
    return min(chains, key=lambda chain: math.prod(sla.share for _, sla in chain), default=[])


def _chain(stage: StageCase, key: str) -> list[tuple[str, Sla]]:
    names = dict.fromkeys(call.to for call in waited_calls(stage.graph.endpoints[key].calls))
    promised = ((name, sla_of(stage.graph.components[name], stage)) for name in names)
    return [(name, sla) for name, sla in promised if sla is not None]
