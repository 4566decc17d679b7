"""Functions at work at once against the account's limit."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.lambda_function import LambdaFunction
from model.units import SECONDS_PER_MONTH
from studies.amounts import plain, span
from studies.audit.case import Case, StageCase, spread
from studies.audit.claim_values import bounds, stated
from studies.audit.finding import Finding, about
from studies.audit.limits import LAMBDA_CONCURRENCY
from studies.audit.load import peak_instances

NAME = "concurrency"


def check(case: Case) -> Iterator[Finding]:
    """Rate x duration of all functions stays within the account's limit, and no claim counts on more than that."""
    for stage in case.stages.values():
        yield from _account(stage)
        yield from _reserved(stage)
    for claim in case.architecture.claims:
        said = bounds(claim)
        if "concurrent executions" in claim.unit and said is not None and said.high > LAMBDA_CONCURRENCY:
            yield about(
                NAME,
                "warning",
                [claim],
                claim=claim.subject,
                stated=stated(claim),
                computed=f"{LAMBDA_CONCURRENCY:,} until a raise is granted",
                calculation="concurrent executions of an account in a region (AWS Lambda quotas)",
                components=claim.components,
                stages=claim.stages,
            )


def _functions(stage: StageCase) -> dict[str, LambdaFunction]:
    return {name: item for name, item in stage.graph.components.items() if isinstance(item, LambdaFunction)}


def _account(stage: StageCase) -> Iterator[Finding]:
    names = list(_functions(stage))
    if not names:
        return
    per_s = 1000.0 * SECONDS_PER_MONTH
    likely = sum(stage.likely.load(name).monthly_busy_ms for name in names) / per_s * stage.peak_factor
    drawn = sum(stage.drawn.load(name).monthly_busy_ms for name in names) / per_s * stage.drawn_peak_factor
    needed = spread(likely, drawn)
    if needed.high > LAMBDA_CONCURRENCY:
        yield about(
            NAME,
            "error" if needed.likely > LAMBDA_CONCURRENCY else "warning",
            [stage.graph.stage],
            claim=f"The functions of {stage.name} run within the account's limit",
            stated=f"{LAMBDA_CONCURRENCY:,} at once",
            computed=f"{plain(needed.likely)} at the peak ({span(needed.low, needed.high)})",
            calculation="calls per second in the busiest hour x time per call, over all functions",
            components=names,
            stages=[stage.name],
        )


def _reserved(stage: StageCase) -> Iterator[Finding]:
    for name, function in _functions(stage).items():
        limit = function.reserved_concurrency
        needed = peak_instances(stage, name)
        if limit is not None and needed.high > limit:
            yield about(
                NAME,
                "error" if needed.likely > limit else "warning",
                [function],
                claim=f"{function.label or name} is limited to {limit} instances",
                stated=f"{limit} at once",
                computed=f"{plain(needed.likely)} at the peak ({span(needed.low, needed.high)})",
                calculation="calls per second in the busiest hour x time per call",
                components=[name],
                stages=[stage.name],
            )
