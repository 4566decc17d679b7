"""Cost ceilings against the bill, with the chance that it goes over."""

from __future__ import annotations

from collections.abc import Iterator

from studies.amounts import dollars, dollars_a_month, percent
from studies.audit.case import Case
from studies.audit.finding import Finding, about
from studies.budget import chance_above

NAME = "cost_targets"
UNLIKELY = 0.1
"""A chance below this is no finding."""


def check(case: Case) -> Iterator[Finding]:
    """The bill of every stage stays below the ceiling that the document sets."""
    for key, target in case.architecture.targets.items():
        if target.metric != "monthly_cost_usd":
            continue
        for stage in case.stages_of(target.stages):
            total = stage.bill.total
            chance = chance_above(stage.bill, target.threshold)
            if total.likely <= target.threshold and chance < UNLIKELY:
                continue
            span = dollars_a_month(total.low, total.likely, total.high)
            dearest = sorted(stage.bill.components.items(), key=lambda item: -item[1].likely)[:5]
            yield about(
                NAME,
                "error" if total.likely > target.threshold else "warning",
                [target],
                claim=f"The target {key}: the whole bill of {stage.name}",
                stated=f"at most {dollars(target.threshold)} a month",
                computed=f"{span}; above it with {percent(chance)}",
                calculation=", ".join(f"{name} {dollars(cost.likely)}" for name, cost in dearest),
                stages=[stage.name],
            )
