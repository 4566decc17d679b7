"""Components that cost money but stand in no cost table of the document."""

from __future__ import annotations

from collections.abc import Iterator

from model.component import Component
from studies.amounts import dollar_spread, dollars, dollars_a_month, percent
from studies.audit.case import Case, StageCase
from studies.audit.claim_values import usd_per_month
from studies.audit.finding import Finding, Severity, about

NAME = "unlisted"
LEAST_USD = 0.5
LARGE_SHARE = 0.05
"""Of the stage's bill: from here on an omission is a warning."""


def check(case: Case) -> Iterator[Finding]:
    """Everything that the stage's bill holds has a cost line, what is implied by the design as well."""
    stages = [stage for stage in case.stages.values() if _has_table(case, stage)]
    names = dict.fromkeys(name for stage in stages for name in stage.graph.components)
    for name in names:
        missing = [stage for stage in stages if _is_missing(case, stage, name)]
        if missing:
            yield _finding(name, missing)
    for stage in case.stages.values():
        if not _has_table(case, stage) and stages and stage.bill.total.likely >= 1:
            yield _no_table(stage)


def _has_table(case: Case, stage: StageCase) -> bool:
    """Whether the document prices the components of this stage."""
    return any(
        claim.components and (not claim.stages or stage.name in claim.stages) and usd_per_month(claim) is not None
        for claim in case.claims("cost_line")
    )


def _is_missing(case: Case, stage: StageCase, name: str) -> bool:
    """Costs something, has no line at this stage or an earlier one, and is not said to be free here."""
    cost = stage.bill.components.get(name)
    if cost is None or cost.likely < LEAST_USD:
        return False
    until = set(list(case.stages)[: list(case.stages).index(stage.name) + 1])
    costed = (claim for claim in case.claims("cost_line", "cost_total") if name in claim.components)
    free = (claim for claim in case.claims("free_tier") if name in claim.components)
    return not any(not claim.stages or until & set(claim.stages) for claim in costed) and not any(
        stage.name in claim.stages for claim in free
    )


def _finding(name: str, stages: list[StageCase]) -> Finding:
    shares = {stage.name: stage.bill.components[name].likely / stage.bill.total.likely for stage in stages}
    largest = max(shares, key=lambda stage: shares[stage])
    severity: Severity = "warning" if shares[largest] >= LARGE_SHARE else "note"
    component = stages[0].graph.components[name]
    figures = ", ".join(_figure(stage, name) for stage in stages)
    return about(
        NAME,
        severity,
        [component],
        claim=_what(name, component),
        stated="no cost line",
        computed=f"{figures} a month",
        calculation="; ".join([f"{percent(shares[largest])} of the bill of {largest}", *filter(None, [component.why])]),
        components=[name],
        stages=shares,
    )


def _figure(stage: StageCase, name: str) -> str:
    cost = stage.bill.components[name]
    spread = dollar_spread(cost.low, cost.high)
    return f"{stage.name} {dollars(cost.likely)}{f' ({spread})' if spread else ''}"


def _what(name: str, component: Component) -> str:
    how = "is needed by the design and never mentioned" if component.implied else "is named or drawn"
    return f"{component.label or name} ({component.service}) {how}, and has no cost line"


def _no_table(stage: StageCase) -> Finding:
    total = stage.bill.total
    return about(
        NAME,
        "note",
        [stage.graph.stage],
        claim=f"The stage {stage.name} has no cost table",
        stated="no cost",
        computed=dollars_a_month(total.low, total.likely, total.high),
        calculation="the whole bill of the stage",
        stages=[stage.name],
    )
