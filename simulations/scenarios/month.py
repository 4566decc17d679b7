"""What one incident adds to a month's usage, in the fields that a bill takes: before it, and with it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from model.kinds.aurora import Aurora
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.quantity import evaluate
from model.units import HOURS_PER_MONTH
from simulations.compiling.capacity_units import STEP
from simulations.compiling.demand import day_of
from simulations.compiling.stage_program import CompiledStage
from simulations.fluid import task_day
from simulations.scenarios.arms import Arm

__all__ = ["Month", "month_of", "month_rows"]

SECONDS_PER_HOUR = 3600
Month = Mapping[str, Mapping[str, float]]
"""By component and usage field."""


def month_of(stage: CompiledStage, baseline: Sequence[Arm], fault: Sequence[Arm]) -> tuple[Month, Month]:
    """The usage of a usual month, and of one with one such incident: calls, their time, cold starts, task-hours.

    What the incident adds is the mean difference between the arms; the usual month is derived from traffic, with the
    tasks that the scaling rules keep over the mean day.
    """
    before: dict[str, dict[str, float]] = {}
    after: dict[str, dict[str, float]] = {}
    for name in baseline[0].counted:
        component = stage.graph.components[name]
        more = _more(name, baseline, fault)
        if isinstance(component, LambdaFunction):
            before[name] = _usual(stage, name, component)
            after[name] = _with(before[name], more)
        elif isinstance(component, Fargate):
            hours = task_day(stage.graph, name).task_hours
            before[name] = {"task_hours": hours}
            after[name] = {"task_hours": hours + more["task_s"] / SECONDS_PER_HOUR}
        elif isinstance(component, Aurora):
            mean = _mean_acu(stage, name, component)
            instances = float(evaluate(component.writers, stage.graph.likely)) + float(
                evaluate(component.readers, stage.graph.likely)
            )
            added = more["acu_s"] / SECONDS_PER_HOUR / HOURS_PER_MONTH / max(instances, 1.0)
            before[name], after[name] = {"mean_acu": mean}, {"mean_acu": max(mean + added, 0.0)}
        elif "calls" in more:
            calls = float(stage.traffic.load(name).monthly_calls)
            before[name], after[name] = {"monthly_calls": calls}, {"monthly_calls": calls + more["calls"]}
    return before, after


def _more(name: str, baseline: Sequence[Arm], fault: Sequence[Arm]) -> dict[str, float]:
    keys = baseline[0].counted[name]
    return {
        key: sum(hit.counted[name][key] - base.counted[name][key] for base, hit in zip(baseline, fault, strict=True))
        / len(baseline)
        for key in keys
    }


def _usual(stage: CompiledStage, name: str, function: LambdaFunction) -> dict[str, float]:
    load, likely = stage.traffic.load(name), stage.graph.likely
    return {
        "monthly_requests": float(load.monthly_calls),
        "duration_ms": float(load.mean_busy_ms),
        "cold_start_share": float(evaluate(function.cold_start_share, likely)),
        "init_ms": float(evaluate(function.init_ms, likely)),
    }


def _mean_acu(stage: CompiledStage, name: str, cluster: Aurora) -> float:
    """The mean capacity of an instance: as the document states it, else as each hour of the mean day needs it."""
    likely = stage.graph.likely
    if cluster.usage is not None and cluster.usage.mean_acu is not None:
        return float(evaluate(cluster.usage.mean_acu, likely))
    instances = max(float(evaluate(cluster.writers, likely)) + float(evaluate(cluster.readers, likely)), 1.0)
    per_request, bounds = float(evaluate(cluster.acu_per_request_per_s, likely)), cluster.acu
    rates = [stage.hourly.calls_per_s(name, float(factor)) / instances for factor in day_of(stage.graph)]
    needed = [math.ceil(round(rate * per_request / STEP, 6)) * STEP for rate in rates]
    return sum(min(max(acu, bounds.min, STEP), bounds.max) for acu in needed) / len(needed) if bounds else 0.0


def _with(usual: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    """A function's month with the incident's calls, seconds and cold starts added."""
    calls = max(usual["monthly_requests"] + more["calls"], 0.0)
    if not calls:
        return dict(usual)
    cold = max(usual["monthly_requests"] * usual["cold_start_share"] + more["cold"], 0.0)
    init_ms = usual["monthly_requests"] * usual["cold_start_share"] * usual["init_ms"] + more["init_s"] * 1000
    busy_ms = usual["monthly_requests"] * usual["duration_ms"] + more["busy_s"] * 1000
    return {
        "monthly_requests": calls,
        "duration_ms": max(busy_ms / calls, 0.0),
        "cold_start_share": cold / calls,
        "init_ms": max(init_ms / cold, 0.0) if cold else usual["init_ms"],
    }


def month_rows(before: Month, after: Month) -> list[dict[str, Any]]:
    """One row per component and usage field that the incident changes."""
    return [
        {"component": name, "usage": key, "before": value, "after": after[name][key]}
        for name, fields in before.items()
        for key, value in fields.items()
        if after[name][key] != value
    ]
