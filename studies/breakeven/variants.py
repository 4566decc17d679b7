"""What moves the crossing: the same pair with another memory, wait, CPU time, gateway, day, task size or scaling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from model.component import Component
from model.endpoints import Call, Choice, Endpoint, Parallel, Step
from model.kinds.api_gateway import ApiGateway, ApiGatewayUsage
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import MB_PER_VCPU, LambdaFunction
from model.kinds.load_balancer import LoadBalancer
from model.quantity import Formula
from model.sizing import SizedGraph
from model.workload import Workload

MEMORIES_MB = (256, 512, 1024, 1769)
WAITS = (0.0, 0.5, 2.0)
"""Times the time that code spends waiting."""
CPUS = (0.5, 2.0)
TASK_SIZES = ((0.25, 0.5), (0.5, 1.0), (1.0, 2.0), (2.0, 4.0))
PEAKS = (1.0, 3.0, 6.0, 10.0)
DOORS = ("rest", "http", "alb", "none")

Change = Callable[[SizedGraph], SizedGraph]
_FREE = ApiGatewayUsage(monthly_requests=0.0)


@dataclass(frozen=True)
class Variant:
    """The pair with one thing changed, on whichever side has it."""

    dimension: str
    value: str
    change: Change
    by_rule: bool = True


def variants(graphs: Sequence[SizedGraph]) -> Iterator[Variant]:
    """What is tried one by one; what neither side has is left out."""
    everything = [item for graph in graphs for item in graph.components.values()]
    if any(isinstance(item, LambdaFunction) for item in everything):
        for size in MEMORIES_MB:
            yield Variant("function memory", f"{size:,} MB", lambda graph, size=size: with_memory(graph, size))  # type: ignore[misc]
    for times in WAITS:
        yield Variant("waiting in code", _times(times), lambda graph, times=times: with_waits(graph, times))  # type: ignore[misc]
    for times in CPUS:
        yield Variant("CPU per request", _times(times), lambda graph, times=times: with_cpu(graph, times))  # type: ignore[misc]
    if any(isinstance(item, ApiGateway) for item in everything):
        for door in DOORS:
            yield Variant("gateway", door, lambda graph, door=door: with_door(graph, door))  # type: ignore[misc]
    for peak in PEAKS:
        label = "flat day" if peak == 1 else f"peak {peak:g} times the mean"
        yield Variant("daily shape", label, lambda graph, peak=peak: with_peak(graph, peak))  # type: ignore[misc]
    if any(isinstance(item, Fargate) for item in everything):
        for vcpu, memory_gb in TASK_SIZES:
            label = f"{vcpu:g} vCPU, {memory_gb:g} GB"
            yield Variant(
                "task size",
                label,
                lambda graph, vcpu=vcpu, memory_gb=memory_gb: with_task_size(graph, vcpu, memory_gb),  # type: ignore[misc]
            )
        yield Variant("scaling", "only the tasks that the targets need", lambda graph: graph, by_rule=False)


def _times(factor: float) -> str:
    return "none" if factor == 0 else f"x {factor:g}"


def with_memory(graph: SizedGraph, memory_mb: int) -> SizedGraph:
    """Functions of another memory: code takes as much longer as it gets less of a vCPU, and one vCPU is all it uses."""
    functions = {name: item for name, item in graph.components.items() if isinstance(item, LambdaFunction)}
    slower = {name: vcpu_share(item.memory_mb) / vcpu_share(memory_mb) for name, item in functions.items()}
    sized = {name: item.model_copy(update={"memory_mb": memory_mb}) for name, item in functions.items()}
    changed = _with_calls(graph, lambda call: {"cpu_ms": _scaled(call.cpu_ms, slower.get(call.to, 1.0))})
    return replace(changed, components={**graph.components, **sized})


def vcpu_share(memory_mb: float) -> float:
    """Of one vCPU that single-threaded code gets: in proportion to memory, one from 1,769 MB on.

    >>> round(vcpu_share(256), 4), vcpu_share(3008)
    (0.1447, 1.0)
    """
    return min(memory_mb / MB_PER_VCPU, 1.0)


def with_cpu(graph: SizedGraph, times: float) -> SizedGraph:
    """Code that needs more or less CPU time, wherever it runs."""
    return _with_calls(graph, lambda call: {"cpu_ms": _scaled(call.cpu_ms, times)} if _is_code(graph, call) else {})


def with_waits(graph: SizedGraph, times: float) -> SizedGraph:
    """Code that waits for longer or shorter: its own time without CPU, and the times of all that it calls."""

    def change(call: Call, inside: bool) -> dict[str, Any]:
        return {"time_ms": _scaled(call.time_ms, times)} if inside or _is_code(graph, call) else {}

    endpoints = {
        name: item.model_copy(update={"calls": _changed(item.calls, change, graph, inside=False)})
        for name, item in graph.endpoints.items()
    }
    return replace(graph, endpoints=endpoints)


def with_door(graph: SizedGraph, door: str) -> SizedGraph:
    """Another way in where API Gateway stands: `rest`, `http`, `alb`, or `none` (a function's own URL, free)."""
    doors = {name: _door(item, door) for name, item in graph.components.items() if isinstance(item, ApiGateway)}
    return replace(graph, components={**graph.components, **doors})


def _door(gateway: ApiGateway, door: str) -> Component:
    match door:
        case "rest":
            return gateway.model_copy(update={"api": "rest"})
        case "http":
            return gateway.model_copy(update={"api": "http", "cache_gb": None})
        case "alb":
            return LoadBalancer(kind="alb", label=gateway.label, group=gateway.group)
        case _:
            return gateway.model_copy(update={"api": "http", "cache_gb": None, "usage": _FREE})


def with_peak(graph: SizedGraph, peak: float) -> SizedGraph:
    """A day whose busiest hour has so many times the mean rate, of the stage's own course."""
    shape = "flat" if peak == 1 else graph.workload.shape if graph.workload.shape != "flat" else "evening"
    workload: Workload = graph.workload.model_copy(update={"peak_factor": peak, "shape": shape})
    return replace(graph, workload=workload)


def with_task_size(graph: SizedGraph, vcpu: float, memory_gb: float) -> SizedGraph:
    """Tasks of another size; the bounds of their number stay."""
    sized = {
        name: item.model_copy(update={"vcpu": vcpu, "memory_gb": memory_gb})
        for name, item in graph.components.items()
        if isinstance(item, Fargate)
    }
    return replace(graph, components={**graph.components, **sized})


def _with_calls(graph: SizedGraph, change: Callable[[Call], Mapping[str, Any]]) -> SizedGraph:
    endpoints: dict[str, Endpoint] = {
        name: item.model_copy(update={"calls": _changed(item.calls, lambda call, _: change(call), graph, inside=False)})
        for name, item in graph.endpoints.items()
    }
    return replace(graph, endpoints=endpoints)


def _changed(
    steps: Sequence[Step], change: Callable[[Call, bool], Mapping[str, Any]], graph: SizedGraph, inside: bool
) -> tuple[Step, ...]:
    """The plan with every call changed; `inside` says that code of one's own waits for it."""
    found: list[Step] = []
    for step in steps:
        match step:
            case Parallel(parallel=branches):
                each = tuple(_changed(branch, change, graph, inside) for branch in branches)
                found.append(step.model_copy(update={"parallel": each}))
            case Choice(choice=branches):
                ways = tuple(
                    way.model_copy(update={"calls": _changed(way.calls, change, graph, inside)}) for way in branches
                )
                found.append(step.model_copy(update={"choice": ways}))
            case Call():
                below = inside or _is_code(graph, step)
                plans = {
                    "calls": _changed(step.calls, change, graph, below),
                    "on_miss": _changed(step.on_miss, change, graph, inside),
                    "delivers": _changed(step.delivers, change, graph, inside=False),
                }
                found.append(step.model_copy(update={**change(step, inside), **plans}))
    return tuple(found)


def _is_code(graph: SizedGraph, call: Call) -> bool:
    return graph.components[call.to].category == "compute"


def _scaled(quantity: float | Formula, times: float) -> float | Formula:
    if isinstance(quantity, Formula):
        return quantity if times == 1 else Formula.parse(f"({quantity}) * {times!r}")
    return quantity * times
