"""Database connections that the callers open against those that the database takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.component import Component
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.targets import Target
from pricing.bill import Range
from studies.amounts import percent, plain, span
from studies.audit.case import Case, StageCase
from studies.audit.finding import Finding, Severity, about
from studies.audit.limits import DRIVER_POOL, LAMBDA_CONCURRENCY
from studies.audit.load import connection_limit, peak_instances

NAME = "connections"
DATABASES = ("rds", "aurora", "supabase")


@dataclass(frozen=True)
class Demand:
    """Connections that one caller opens: in the busiest hour, and when it scales as far as it may."""

    caller: str
    peak: Range
    most: float
    how: str


def check(case: Case) -> Iterator[Finding]:
    """The callers' pools fit into max_connections at the peak and when everything has scaled out."""
    for stage in case.stages.values():
        for name, component in stage.of_kind(*DATABASES).items():
            limit = connection_limit(component, stage)
            demands = list(_demands(stage, name))
            if limit is None or not demands:
                continue
            yield from _against_limit(stage, name, component, limit, demands)
            yield from _against_targets(case, stage, name, limit, demands)


def _demands(stage: StageCase, database: str) -> Iterator[Demand]:
    for caller, flow in stage.likely.into(database):
        component = stage.graph.components.get(caller)
        if float(flow.monthly_calls) <= 0:
            continue
        if isinstance(component, LambdaFunction):
            most = component.reserved_concurrency or LAMBDA_CONCURRENCY
            peak = peak_instances(stage, caller)
            yield Demand(
                caller, peak, most, f"{caller}: one per instance, {plain(peak.likely)} at once, {most:,} at most"
            )
        elif isinstance(component, Fargate):
            pool = component.connection_pool or DRIVER_POOL
            most = pool * component.tasks.max
            yield Demand(caller, Range(most, most, most), most, f"{caller}: {component.tasks.max} tasks x {pool}")


def _against_limit(
    stage: StageCase, name: str, component: Component, limit: float, demands: list[Demand]
) -> Iterator[Finding]:
    peak, most = _sum(demands), _most(stage, demands)
    if peak.high <= limit and most <= limit:
        return
    severity: Severity = "error" if peak.likely > limit else "warning" if peak.high > limit else "note"
    computed = f"{plain(peak.likely)} at the peak ({span(peak.low, peak.high)}), {most:,.0f} when scaled out"
    yield about(
        NAME,
        severity,
        [component],
        claim=f"{component.label or name} takes {limit:,.0f} connections at {stage.name} ({stage.size(component)})",
        stated=f"{limit:,.0f} connections",
        computed=computed,
        calculation="; ".join(item.how for item in demands) + "; nothing pools them between",
        components=[name, *(item.caller for item in demands)],
        stages=[stage.name],
    )


def _against_targets(case: Case, stage: StageCase, name: str, limit: float, demands: list[Demand]) -> Iterator[Finding]:
    for key, target in case.architecture.targets.items():
        covers = target.metric == "connections_ratio" and target.component in (None, name)
        if not covers or (target.stages and stage.name not in target.stages):
            continue
        peak = _sum(demands)
        if peak.high > target.threshold * limit:
            yield _missed(key, target, stage, name, limit, peak, demands)


def _missed(
    key: str, target: Target, stage: StageCase, name: str, limit: float, peak: Range, demands: list[Demand]
) -> Finding:
    return about(
        NAME,
        "error" if peak.likely > target.threshold * limit else "warning",
        [target],
        claim=f"The target {key}: connections of {name} at {stage.name}",
        stated=f"at most {percent(target.threshold)} of {limit:,.0f}",
        computed=f"{percent(peak.likely / limit)} at the peak (up to {percent(peak.high / limit)})",
        calculation="; ".join(item.how for item in demands),
        components=[name],
        stages=[stage.name],
    )


def _sum(demands: list[Demand]) -> Range:
    return Range(*(sum(getattr(item.peak, end) for item in demands) for end in ("low", "likely", "high")))


def _most(stage: StageCase, demands: list[Demand]) -> float:
    """All callers scaled out; functions without a reservation share the account's limit."""
    free = [item for item in demands if _is_unreserved(stage.graph.components[item.caller])]
    fixed = sum(item.most for item in demands if item not in free)
    return fixed + (LAMBDA_CONCURRENCY if free else 0)


def _is_unreserved(component: Component) -> bool:
    return isinstance(component, LambdaFunction) and component.reserved_concurrency is None
