"""The scaling rules of a stage's services as policies that an engine runs beside the events."""

from __future__ import annotations

import math
from dataclasses import replace

from model.kinds.fargate import Fargate
from model.quantity import evaluate
from model.sizing import SizedGraph
from simulations.compiling.stage_program import CompiledStage
from simulations.compiling.tasks import workers_of
from simulations.control import Fleet, Metric, StepScaling, TargetTracking

__all__ = ["METRICS", "scaling_policies", "scaling_policy", "unit_of"]

METRICS = {
    "cpu": Metric.UTILISATION,
    "memory": Metric.UTILISATION,
    "requests_per_task": Metric.PER_TASK,
    "backlog_per_task": Metric.BACKLOG,
}
_PERCENT = 100.0


def unit_of(metric: Metric) -> float:
    """What a document's number of this metric is divided by: utilisations stand there in percent."""
    return _PERCENT if metric is Metric.UTILISATION else 1.0


def scaling_policies(stage: CompiledStage) -> list[TargetTracking | StepScaling]:
    """The rules of all services that the stage's plans reach."""
    stations = {station.name for station in stage.program.stations}
    found = []
    for name in stage.tasks:
        policy = scaling_policy(stage.graph, name)
        if policy is not None:
            queue = workers_of(name) if workers_of(name) in stations else ""
            found.append(replace(policy, fleet=replace(policy.fleet, queue=queue)))
    return found


def scaling_policy(graph: SizedGraph, name: str) -> TargetTracking | StepScaling | None:
    """The rule of a service, as it looks at its tasks' CPUs, memory, requests or backlog; None for what never scales.

    A rule on memory needs `memory_per_request_mb`: without it no task's memory ever moves.
    """
    service = graph.components[name]
    if not isinstance(service, Fargate) or service.scaling.kind == "none" or service.tasks.min == service.tasks.max:
        return None
    scaling = service.scaling
    metric = METRICS[scaling.metric]
    resource = {"cpu": "cpu", "memory": "memory"}.get(scaling.metric, "")
    if resource == "memory" and float(evaluate(service.memory_per_request_mb, graph.likely)) <= 0:
        return None
    unit = unit_of(metric)
    target, start_s = (float(evaluate(q, graph.likely)) for q in (scaling.target, scaling.start_s))
    target /= unit
    fleet = Fleet(name, service.tasks.min, service.tasks.max, resource, start_s=start_s)
    out_s, in_s = scaling.out_cooldown_s, scaling.in_cooldown_s
    if scaling.kind == "target_tracking":
        return TargetTracking(fleet, metric, target, cooldown_out_s=out_s, cooldown_in_s=in_s)
    lower = float(evaluate(scaling.scale_in, graph.likely)) / unit if scaling.scale_in is not None else 0.0
    steps = ((-math.inf, -1), (lower - target, 0), (0.0, 1))
    return StepScaling(fleet, metric, target, steps, cooldown_out_s=out_s, cooldown_in_s=in_s)
