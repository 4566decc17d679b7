"""What a stage's budget in the account should be: its amount and its alerts, from the document's own claims."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from model.kinds.account import Budgets
from model.problems import BadInput
from model.sizing import SizedGraph
from pricing.bill import Bill

MOST_ALERTS: Final = 5
"""Notifications of one budget (AWS Budgets quotas)."""
OWN_ALERTS: Final = (0.8, 1.0)
"""Shares of the amount, where the document names no alert."""


@dataclass(frozen=True)
class BudgetPlan:
    """A monthly cost budget of a stage, USD, with where its numbers come from."""

    name: str
    amount_usd: float
    amount_why: str
    alerts_usd: tuple[float, ...]
    """Rising; an alert is sent when the actual cost of the month goes above."""
    alerts_why: str
    tags: tuple[tuple[str, str], ...] = ()
    """Only what carries one of these cost allocation tags."""


def budget_plan(
    graph: SizedGraph,
    bill: Bill,
    *,
    amount_usd: float | None = None,
    alerts_usd: Sequence[float] = (),
    tags: Iterable[tuple[str, str]] = (),
) -> BudgetPlan:
    """The budget of a stage: as asked for, else as the document claims, else by the stage's own bill.

    Raises BadInput for an amount or an alert that is no amount, and for more than five alerts.
    """
    amount, amount_why = (amount_usd, "as asked for") if amount_usd is not None else _amount(graph, bill)
    alerts, alerts_why = (tuple(alerts_usd), "as asked for") if alerts_usd else _alerts(graph, amount)
    problems = [
        f"{what} {value:g} is not an amount above 0"
        for what, values in (("--amount", [amount]), ("--alert", alerts))
        for value in values
        if not 0 < value < math.inf
    ]
    if len(set(alerts)) > MOST_ALERTS:
        problems.append(f"--alert: {len(set(alerts))} alerts are more than the {MOST_ALERTS} of one budget")
    if problems:
        raise BadInput("\n".join(problems))
    name = f"stageplan {graph.architecture.name} {graph.stage.name}"
    return BudgetPlan(name, amount, amount_why, tuple(sorted(set(alerts))), alerts_why, tuple(tags))


def _amount(graph: SizedGraph, bill: Bill) -> tuple[float, str]:
    """The lowest ceiling that the document states for the stage, else its highest alert, else the bill."""
    stage = graph.stage.name
    ceilings = [
        (target.threshold, f"target {name} of the document")
        for name, target in graph.architecture.targets.items()
        if target.metric == "monthly_cost_usd" and (not target.stages or stage in target.stages)
    ]
    ceilings += [
        (claim.high if claim.high is not None else claim.low or 0.0, f"claim {claim.id} of the document")
        for claim in graph.architecture.claims
        if claim.kind == "cost_target" and _speaks_of(claim.stages, stage) and claim.unit.startswith("USD/month")
    ]
    if ceilings:
        return min(ceilings)
    claimed, why = _claimed_alerts(graph)
    if claimed:
        return max(claimed), why
    own = sum(line.cost.likely for line in bill.lines if graph.components[line.component].provider == "aws")
    return float(max(1, math.ceil(own))), "the provider's part of the stage's bill: the document states no budget"


def _alerts(graph: SizedGraph, amount: float) -> tuple[tuple[float, ...], str]:
    claimed, why = _claimed_alerts(graph)
    if claimed:
        return claimed, why
    shares = " and ".join(f"{share:.0%}" for share in OWN_ALERTS)
    return tuple(round(amount * share, 2) for share in OWN_ALERTS), f"{shares} of the amount: the document states none"


def _claimed_alerts(graph: SizedGraph) -> tuple[tuple[float, ...], str]:
    """The alerts that the document's claims state, else those of a budget that it draws."""
    claims = [
        claim
        for claim in graph.architecture.claims
        if claim.kind == "budget_alert" and claim.low is not None and _speaks_of(claim.stages, graph.stage.name)
    ]
    if claims:
        ids = ", ".join(claim.id for claim in claims)
        return tuple(claim.low for claim in claims if claim.low is not None), f"claims {ids} of the document"
    for name, component in graph.components.items():
        if isinstance(component, Budgets) and component.alert_usd:
            return component.alert_usd, f"component {name} of the document"
    return (), ""


def _speaks_of(stages: Sequence[str], stage: str) -> bool:
    return not stages or stage in stages
