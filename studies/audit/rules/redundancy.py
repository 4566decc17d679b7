"""Redundancy that is claimed against redundancy that is configured."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from model.claims import Claim
from studies.audit.case import Case
from studies.audit.finding import Finding, about
from studies.audit.slas import spans_zones

NAME = "redundancy"
REDUNDANT: Final = ("rds", "aurora", "elasticache", "fargate")
_CLAIMED = re.compile(r"multi-az|highly available|high availability", re.IGNORECASE)
_DENIED = re.compile(r"\boff\b|disabled|single", re.IGNORECASE)


def check(case: Case) -> Iterator[Finding]:
    """What is said to span zones has a standby, a reader or a second task at every stage that the claim covers."""
    missing: defaultdict[str, list[tuple[Claim, str]]] = defaultdict(list)
    for claim in case.claims("availability"):
        if not _CLAIMED.search(claim.subject) or _DENIED.search(f"{claim.subject} {claim.text or ''}"):
            continue
        for stage in case.stages_of(claim.stages):
            for name in claim.components:
                component = stage.graph.components.get(name)
                if component is not None and component.kind in REDUNDANT and not spans_zones(component, stage):
                    missing[name].append((claim, stage.name))
    for name, found in missing.items():
        claims = list({claim.id: claim for claim, _ in found}.values())
        stages = list(dict.fromkeys(stage for _, stage in found))
        component = case.stages[stages[0]].graph.components[name]
        yield about(
            NAME,
            "warning",
            claims,
            claim="; ".join(claim.subject for claim in claims),
            stated="more than one zone",
            computed=f"one zone at {', '.join(stages)}",
            calculation=f"{component.label or name}: {stage.size(component)} has no standby, reader or second task",
            components=[name],
            stages=stages,
        )
