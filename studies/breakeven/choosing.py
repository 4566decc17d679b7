"""Which architectures of a document are its serverless and its container answer to the same work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from model.graph import Architecture
from model.sizing import SizedGraph
from model.traffic import traffic
from studies.breakeven.targets import called, served
from studies.counterparts import counterparts

RunsOn = Literal["functions", "tasks", "neither"]


def runs_on(graph: SizedGraph) -> RunsOn:
    """Where most calls of the endpoints that people wait for run: functions, tasks, or neither."""
    calls = traffic(graph).endpoint_calls
    weights = {"lambda": 0.0, "fargate": 0.0}
    for name in served(graph):
        kinds = {graph.components[call.to].kind for call in called(graph.endpoints[name].calls)}
        for kind in weights.keys() & kinds:
            weights[kind] += float(calls[name])
    if not any(weights.values()):
        return "neither"
    return "functions" if weights["lambda"] > weights["fargate"] else "tasks"


def serverless_and_containers(group: Sequence[Architecture]) -> tuple[Architecture, Architecture, list[str]] | None:
    """The first such pair with the stages at which both do the same work, in the order of the document."""
    kinds = {item.name: runs_on(item.at(item.stage_names[-1])) for item in group}
    for functions in (item for item in group if kinds[item.name] == "functions"):
        for tasks in (item for item in group if kinds[item.name] == "tasks"):
            stages = [found[functions.name] for found in counterparts([functions, tasks])]
            if stages and functions.region == tasks.region:
                return functions, tasks, stages
    return None
