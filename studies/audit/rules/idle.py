"""Claims of an idle cost against what stays on the bill when nobody comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from model.kinds.aurora import Aurora
from model.sizing import SizedGraph
from pricing.bill import Bill, by_cost
from pricing.metering.site import Measured
from pricing.price import price
from studies.amounts import dollars, dollars_a_month
from studies.audit.case import Case, StageCase
from studies.audit.claim_values import Bounds, stated, usd_per_month
from studies.audit.finding import Finding, about
from studies.audit.rules.cost_lines import LEAST_USD, judge

NAME = "idle"


def check(case: Case) -> Iterator[Finding]:
    """What is said to cost nothing (or little) when unused costs that with no traffic at all."""
    for claim in case.claims("cost_line"):
        said = usd_per_month(claim)
        if said is None or "idle" not in claim.subject.lower():
            continue
        for stage in case.stages_of(claim.stages):
            names = [name for name in claim.components if name in stage.graph.components]
            bill = idle_bill(stage)
            ours = bill.range_of(names) if names else bill.total
            severity = judge(Bounds(*said), ours)
            if severity is not None:
                dearest = [item for item in by_cost(bill.components) if item[1].likely >= LEAST_USD]
                standing = ", ".join(f"{name} {dollars(cost.likely)}" for name, cost in dearest)
                yield about(
                    NAME,
                    severity,
                    [claim],
                    claim=f"{claim.subject} ({stage.name})",
                    stated=stated(claim),
                    computed=dollars_a_month(ours.low, ours.likely, ours.high),
                    calculation=f"the bill without any request, whole stage {dollars(bill.total.likely)}: {standing}",
                    components=names,
                    stages=[stage.name],
                )


def idle_bill(stage: StageCase) -> Bill:
    """The bill of a stage that nobody uses: no users, no requests, no schedules."""
    graph = without_traffic(stage.graph)
    return price(graph, stage.prices, draws=stage.draws, seed=stage.seed, measured=_smallest(graph))


def _smallest(graph: SizedGraph) -> Measured:
    """What scales with the load at its lowest: the smallest capacity of a serverless database."""
    return {
        name: {"mean_acu": item.acu.min}
        for name, item in graph.components.items()
        if isinstance(item, Aurora) and item.acu is not None
    }


def without_traffic(graph: SizedGraph) -> SizedGraph:
    """The graph with an empty workload and no endpoints."""
    nobody = graph.workload.model_copy(update={"monthly_active_users": 0.0, "monthly_requests": 0.0})
    return replace(graph, workload=nobody, endpoints={})
