"""Options: what one component may be instead, and a stage with some of them in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from model.component import Component
from model.endpoints import Branch, Call, Choice, Endpoint, Parallel, Step
from model.kinds.lambda_function import MB_PER_VCPU, LambdaFunction
from model.quantity import Formula
from model.sizing import SizedGraph, patched, present

SPOT_GONE = "on-demand tasks alone"


@dataclass(frozen=True)
class Option:
    """One configuration of one component."""

    component: str
    label: str
    patch: Mapping[str, Any] = field(default_factory=dict)
    """Fields as the option has them; none of them for the component as documented."""
    removed: bool = False
    """Whether the stage does without the component."""
    lost_patch: Mapping[str, Any] = field(default_factory=dict)
    """Fields in the worst hour that the option must survive: without its Spot tasks."""

    @property
    def documented(self) -> bool:
        return not self.patch and not self.removed

    def of(self, component: Component, *, worst: bool = False) -> Component:
        """The component as the option has it; `worst` without what the provider may take back."""
        changes = {**self.patch, **(self.lost_patch if worst else {})}
        return patched(component, changes) if changes else component


def applied(graph: SizedGraph, options: Iterable[Option], *, worst: bool = False) -> SizedGraph:
    """The stage with these options in place of what it has.

    A function with other memory needs CPU time in inverse proportion, up to one whole vCPU: a request is taken to
    use one thread. What an absent cache would have answered, its callers' other calls do.
    """
    chosen = [option for option in options if not option.documented]
    components, endpoints = dict(graph.components), dict(graph.endpoints)
    for option in chosen:
        if option.removed:
            del components[option.component]
            continue
        old = components[option.component]
        new = components[option.component] = option.of(old, worst=worst)
        if isinstance(old, LambdaFunction) and isinstance(new, LambdaFunction) and old.memory_mb != new.memory_mb:
            endpoints = slowed(endpoints, option.component, cpu_speed(old.memory_mb) / cpu_speed(new.memory_mb))
    connections = graph.connections
    if any(option.removed for option in chosen):
        connections = tuple(e for e in connections if e.source in components and e.target in components)
        endpoints = {
            name: endpoint.model_copy(update={"calls": present(endpoint.calls, components)})
            for name, endpoint in endpoints.items()
        }
    return replace(graph, components=components, connections=connections, endpoints=endpoints)


def cpu_speed(memory_mb: float) -> float:
    """The speed of one thread in a function of that memory; one at a whole vCPU and above.

    >>> cpu_speed(1769), cpu_speed(3008), round(cpu_speed(512), 3)
    (1.0, 1.0, 0.289)
    """
    return min(memory_mb / MB_PER_VCPU, 1.0)


def slowed(endpoints: Mapping[str, Endpoint], component: str, factor: float) -> dict[str, Endpoint]:
    """The endpoints with the CPU time of calls to one component times `factor`."""
    return {
        name: endpoint.model_copy(update={"calls": _slowed(endpoint.calls, component, factor)})
        for name, endpoint in endpoints.items()
    }


def _slowed(steps: tuple[Step, ...], component: str, factor: float) -> tuple[Step, ...]:
    return tuple(_slowed_step(step, component, factor) for step in steps)


def _slowed_step(step: Step, component: str, factor: float) -> Step:
    match step:
        case Parallel(parallel=branches):
            return Parallel.model_construct(parallel=tuple(_slowed(way, component, factor) for way in branches))
        case Choice(choice=branches):
            return Choice.model_construct(choice=tuple(_slowed_branch(way, component, factor) for way in branches))
        case Call():
            below = {key: _slowed(getattr(step, key), component, factor) for key in ("calls", "on_miss", "delivers")}
            own = {"cpu_ms": _times(step.cpu_ms, factor)} if step.to == component else {}
            return step.model_copy(update={**below, **own})


def _slowed_branch(branch: Branch, component: str, factor: float) -> Branch:
    return branch.model_copy(update={"calls": _slowed(branch.calls, component, factor)})


def _times(quantity: float | Formula, factor: float) -> float | Formula:
    return quantity * factor if isinstance(quantity, float) else Formula.parse(f"({quantity}) * {factor!r}")
