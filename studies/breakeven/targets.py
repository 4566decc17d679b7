"""Equal targets: the same latency promises for both sides, on the endpoints that both answer with code of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from model.endpoints import Call, Choice, Parallel, Step
from model.problems import BadInput
from model.sizing import SizedGraph
from model.targets import Target
from model.traffic import traffic
from simulations.compiling.demand import BACKGROUND
from simulations.verdicts import targets_of

Origin = Literal["stated", "asked for", "assumed"]
LEAST_SHARED, LEAST_JUDGED = 0.5, 0.1
"""Of the calls: that a pair must have in common, and that a stated target must be for."""
P95_MS = 500.0
"""Assumed where neither document states a percentile that both can hold: people notice a delay from about half a
second on."""


@dataclass(frozen=True)
class EqualTargets:
    """What both sides have to hold."""

    targets: dict[str, Target]
    origin: Origin
    """Who sets them: the documents, the caller, or nobody, so that we do."""
    left_out: tuple[str, ...]
    """Endpoints that no number of tasks would bring under the target: their waiting alone is longer."""

    def sentences(self) -> list[str]:
        """Each target in words."""
        return [
            f"p{target.percentile:g} of {_endpoints(target)} at most {target.threshold:,.0f} ms"
            for target in self.targets.values()
        ]


def _endpoints(target: Target) -> str:
    count = len(target.endpoints)
    return target.endpoints[0] if count == 1 else f"{count} endpoints together"


def served(graph: SizedGraph) -> tuple[str, ...]:
    """The endpoints that somebody waits for and that pass through a function, a task or a machine."""
    return tuple(
        name
        for name, endpoint in graph.endpoints.items()
        if endpoint.method not in BACKGROUND and _reaches_code(graph, called(endpoint.calls))
    )


def called(steps: Sequence[Step], delivered: bool = False) -> list[Call]:
    """Every call of a plan, those of its callees too; with `delivered` also what nobody waits for."""
    found: list[Call] = []
    for step in steps:
        match step:
            case Parallel(parallel=branches):
                found += [call for branch in branches for call in called(branch, delivered)]
            case Choice(choice=branches):
                found += [call for way in branches for call in called(way.calls, delivered)]
            case Call():
                below = (*step.calls, *step.on_miss, *(step.delivers if delivered else ()))
                found += [step, *called(below, delivered)]
    return found


def _reaches_code(graph: SizedGraph, calls: Sequence[Call]) -> bool:
    return any(graph.components[call.to].category == "compute" for call in calls)


def stated_targets(graphs: Sequence[SizedGraph]) -> dict[str, Target]:
    """The latency percentiles that the documents state for endpoints which both serve; the stricter of one name.

    One for hardly any of the calls is no target for the pair.
    """
    shared = shared_endpoints(graphs)
    found: dict[str, Target] = {}
    for graph in graphs:
        for name, target in targets_of(graph).items():
            if target.metric != "latency_ms" or target.percentile is None or target.component is not None:
                continue
            endpoints = tuple(item for item in target.endpoints or shared if item in shared)
            if share_of_calls(graph, endpoints, shared) < LEAST_JUDGED:
                continue
            if endpoints and (name not in found or target.threshold < found[name].threshold):
                found[name] = target.model_copy(update={"endpoints": endpoints, "stages": ()})
    return found


def one_target(graphs: Sequence[SizedGraph], threshold_ms: float, origin: Origin) -> EqualTargets:
    """The 95th percentile over all endpoints that both serve, those left out whose mean alone is longer on some side.

    Raise BadInput when none remains.
    """
    shared = shared_endpoints(graphs)
    means = [traffic(graph).endpoint_ms for graph in graphs]
    kept = tuple(name for name in shared if all(float(mean[name]) <= threshold_ms for mean in means))
    if not kept:
        names = " and ".join(graph.architecture.name for graph in graphs)
        raise BadInput(f"{names}: no endpoint that both serve takes less than {threshold_ms:g} ms without any load")
    target = Target(metric="latency_ms", threshold=threshold_ms, percentile=95, endpoints=kept)
    left = tuple(name for name in shared if name not in kept)
    return EqualTargets({"p95": target}, origin, left)


def shared_endpoints(graphs: Sequence[SizedGraph]) -> tuple[str, ...]:
    """What both answer, and what reaches code of its own on some side.

    Raise BadInput where that is less than half of the calls that reach code on a side: not the same work.
    """
    answered = [_answered(graph) for graph in graphs]
    code = {name for graph in graphs for name in served(graph)}
    shared = tuple(name for name in graphs[0].endpoints if name in code and all(name in own for own in answered))
    for graph in graphs:
        own = served(graph)
        if own and share_of_calls(graph, [name for name in shared if name in own], own) < LEAST_SHARED:
            names = " and ".join(item.architecture.name for item in graphs)
            raise BadInput(f"{names}: the endpoints that both serve are less than half of the calls: not the same work")
    return shared


def share_of_calls(graph: SizedGraph, some: Sequence[str], of: Sequence[str]) -> float:
    """The calls of some endpoints over those of others; 0 where there are none."""
    calls = traffic(graph).endpoint_calls
    total = sum(float(calls[name]) for name in of)
    return sum(float(calls[name]) for name in some) / total if total else 0.0


def _answered(graph: SizedGraph) -> set[str]:
    return {name for name, endpoint in graph.endpoints.items() if endpoint.method not in BACKGROUND}


def with_targets(graph: SizedGraph, targets: dict[str, Target]) -> SizedGraph:
    """The graph with these targets in place of its own, and without what neither counts among the requests nor
    reaches its own code.
    """
    judged = {name for target in targets.values() for name in target.endpoints}
    kept = {
        name: endpoint
        for name, endpoint in graph.endpoints.items()
        if name in judged or endpoint.share is not None or _reaches_code(graph, called(endpoint.calls, delivered=True))
    }
    architecture = graph.architecture.model_copy(update={"targets": targets})
    return replace(graph, architecture=architecture, endpoints=kept)
