"""What is said to be within a free allowance against the use that the stage makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from pricing.price_table import Rate
from studies.amounts import dollars, plain
from studies.audit.case import Case, StageCase
from studies.audit.claim_values import stated
from studies.audit.finding import Finding, about

NAME = "allowance_use"
LEAST_USD = 0.05


def check(case: Case) -> Iterator[Finding]:
    """Where a stage counts on an allowance, its use of the whole pool stays below it."""
    for claim in case.claims("free_tier"):
        if claim.meter is None or claim.meter not in case.prices or not claim.stages:
            continue
        rate = case.prices.rate(claim.meter)
        for stage in case.stages_of(claim.stages):
            used, cost = _used(stage, rate)
            if rate.free_kind != "none" and used > rate.free_quantity and cost >= LEAST_USD:
                yield about(
                    NAME,
                    "warning",
                    [claim],
                    claim=f"{claim.subject} ({stage.name})",
                    stated=stated(claim),
                    computed=f"{plain(used)} {rate.base_unit} used, {plain(rate.free_quantity)} free",
                    calculation=f"all components on {rate.pool} together; the rest costs {dollars(cost)} a month",
                    components=claim.components,
                    stages=[stage.name],
                )


def _used(stage: StageCase, rate: Rate) -> tuple[float, float]:
    """(base units, USD beyond the allowance) of everything that draws on the rate's pool."""
    pool = {name: other for name in stage.prices if (other := stage.prices.rate(name)).pool == rate.pool}
    lines = [line for line in stage.first_year_bill.lines if line.meter in pool]
    return sum(line.quantity * pool[line.meter].per for line in lines), sum(line.cost.likely for line in lines)
