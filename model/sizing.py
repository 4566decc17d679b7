"""The graph of one stage: what is there, how it is sized, what it serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from model.assumptions import Assumption, likely_values
from model.caching import with_hit_ratios
from model.component import Component
from model.connections import Connection
from model.endpoints import Branch, Call, Choice, Endpoint, Parallel, Step
from model.quantity import Formula, Num, Values, evaluate
from model.stages import Stage
from model.workload import Workload

if TYPE_CHECKING:
    from model.graph import Architecture


@dataclass(frozen=True)
class SizedGraph:
    """One architecture at one stage: components present and sized, active connections, plans without absent parts."""

    architecture: Architecture
    stage: Stage
    components: Mapping[str, Component]
    connections: tuple[Connection, ...]
    endpoints: Mapping[str, Endpoint]
    workload: Workload
    assumptions: Mapping[str, Assumption]

    @cached_property
    def likely(self) -> dict[str, Num]:
        """The values that formulas read: every assumption at its likely value, and the workload's totals."""
        return self.values(likely_values(self.assumptions))

    def values(self, assumed: Values) -> dict[str, Num]:
        """`assumed` with the workload's own quantities added, which formulas may read by name."""
        known = dict(assumed)
        for name in WORKLOAD_NAMES:
            known[name] = evaluate(getattr(self.workload, name), known)
        return known

    def connection(self, source: str, target: str) -> Connection | None:
        """The first active connection between two components."""
        return self._by_ends.get((source, target))

    @cached_property
    def _by_ends(self) -> dict[tuple[str, str], Connection]:
        return {(edge.source, edge.target): edge for edge in reversed(self.connections)}


WORKLOAD_NAMES = ("monthly_active_users", "monthly_requests", "peak_factor")
"""Quantities of the workload that any formula may read, in the order in which they may build on each other."""


def size_at(architecture: Architecture, stage: Stage) -> SizedGraph:
    """The sized graph of a stage of a checked architecture."""
    components = components_at(architecture, stage)
    chain = lineage(architecture, stage)
    workload = architecture.workload
    assumptions = dict(architecture.assumptions)
    for step in chain:
        workload = patched_workload(workload, step.workload)
        assumptions.update(step.assumptions)
    return with_hit_ratios(
        SizedGraph(
            architecture=architecture,
            stage=stage,
            components=components,
            connections=tuple(edge for edge in architecture.connections if _is_active(edge, stage, components)),
            endpoints=dict(_endpoints_at(architecture, stage, components)),
            workload=workload,
            assumptions=assumptions,
        )
    )


def _is_active(edge: Connection, stage: Stage, components: Mapping[str, Component]) -> bool:
    present_here = not edge.stages or stage.name in edge.stages
    return present_here and edge.source in components and edge.target in components


def lineage(architecture: Architecture, stage: Stage) -> list[Stage]:
    """The stages that a stage builds on, oldest first, itself last."""
    chain = [stage]
    while chain[0].builds_on is not None:
        chain.insert(0, architecture.stage(chain[0].builds_on))
    return chain


def components_at(architecture: Architecture, stage: Stage) -> dict[str, Component]:
    """The components of a stage, sized."""
    components = dict(architecture.components)
    for step in lineage(architecture, stage):
        for name in step.remove:
            del components[name]
        components.update(step.add)
        for name, patch in step.components.items():
            components[name] = patched(components[name], patch)
    return components


def patched(component: Component, patch: Mapping[str, Any]) -> Component:
    """The component with some fields set anew; raises ValidationError as the kind does."""
    return type(component).model_validate(merged(component.model_dump(exclude_unset=True), patch))


def patched_workload(workload: Workload, patch: Mapping[str, Any]) -> Workload:
    """The workload with some fields set anew."""
    return Workload.model_validate(merged(workload.model_dump(exclude_unset=True), patch)) if patch else workload


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `patch` laid over it, mappings merged field by field.

    >>> merged({"tasks": {"min": 1, "max": 2}, "vcpu": 1}, {"tasks": {"max": 4}})
    {'tasks': {'min': 1, 'max': 4}, 'vcpu': 1}
    """
    result = dict(base)
    for key, value in patch.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping) and key not in _WHOLE
        result[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result


_WHOLE = frozenset({"classes", "models", "viewers"})
"""Fields that are a distribution: a stage replaces them as a whole."""


def _endpoints_at(
    architecture: Architecture, stage: Stage, components: Mapping[str, Component]
) -> Iterator[tuple[str, Endpoint]]:
    for name, endpoint in architecture.endpoints.items():
        if (endpoint.stages and stage.name not in endpoint.stages) or endpoint.client not in components:
            continue
        calls = present(endpoint.calls, components)
        if calls:
            yield name, endpoint.model_copy(update={"calls": calls})


def present(steps: tuple[Step, ...], components: Mapping[str, Component]) -> tuple[Step, ...]:
    """The plan without absent components: what an absent one would have called, its caller calls itself.

    An absent cache misses always; what an absent queue would have delivered does not happen.
    """
    if _called(steps) <= components.keys():
        return steps
    return tuple(kept for step in steps for kept in _present(step, components))


def _called(steps: Iterable[Step]) -> set[str]:
    """The components that a plan names."""
    named: set[str] = set()
    for step in steps:
        if isinstance(step, Call):
            named.add(step.to)
            named |= _called((*step.calls, *step.on_miss, *step.delivers))
        else:
            branches = step.parallel if isinstance(step, Parallel) else [branch.calls for branch in step.choice]
            named |= _called(chain.from_iterable(branches))
    return named


def _present(step: Step, components: Mapping[str, Component]) -> Iterator[Step]:
    match step:
        case Parallel(parallel=branches):
            kept = tuple(plan for plan in (present(branch, components) for branch in branches) if plan)
            if len(kept) > 1:
                yield Parallel.model_construct(parallel=kept)
            elif kept:
                yield from kept[0]
        case Choice(choice=branches):
            yield Choice.model_construct(
                choice=tuple(
                    branch.model_copy(update={"calls": present(branch.calls, components)}) for branch in branches
                )
            )
        case Call() if step.to in components:
            yield step.model_copy(
                update={
                    "calls": present(step.calls, components),
                    "on_miss": present(step.on_miss, components),
                    "delivers": present(step.delivers, components),
                }
            )
        case Call():
            for child in present((*step.calls, *step.on_miss), components):
                yield _scaled(child, step)


def _scaled(child: Step, parent: Call) -> Step:
    """A step that takes its absent parent's place, as often as the parent would have been called."""
    if parent.probability == 1.0 and parent.count == 1.0:
        return child
    if isinstance(child, Call):
        return child.model_copy(
            update={
                "probability": _times(parent.probability, child.probability),
                "count": _times(parent.count, child.count),
            }
        )
    branch = Branch.model_construct(probability=parent.probability, calls=(child,))
    rest = Branch.model_construct(probability=_minus_from_one(parent.probability), calls=())
    return Choice.model_construct(choice=(branch, rest))


def _times(left: float | Formula, right: float | Formula) -> float | Formula:
    if isinstance(left, float) and isinstance(right, float):
        return left * right
    return Formula.parse(f"({left}) * ({right})")


def _minus_from_one(quantity: float | Formula) -> float | Formula:
    return 1 - quantity if isinstance(quantity, float) else Formula.parse(f"1 - ({quantity})")


def settled(component: Component, values: Values) -> Component:
    """The component with every formula replaced by its value, as it is shown to people."""
    return _settled(component, values)  # type: ignore[no-any-return]


def _settled(value: Any, values: Values) -> Any:
    match value:
        case Formula():
            return float(value(values))
        case BaseModel():
            changes = {name: _settled(getattr(value, name), values) for name in type(value).model_fields}
            return value.model_copy(update=changes)
        case dict():
            return {key: _settled(item, values) for key, item in value.items()}
        case tuple():
            return tuple(_settled(item, values) for item in value)
        case _:
            return value
