"""Memory that a component is not taken below: what the document's own stages get by with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from model.catalog.instances import instance_classes
from model.component import Component
from model.graph import Architecture
from model.kinds.aurora import Aurora
from model.kinds.elasticache import ElastiCache
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.kinds.opensearch import OpenSearch
from model.kinds.rds import Rds
from model.problems import UnknownName
from model.units import MB_PER_GB
from studies.scaling import likely_users

GB_PER_ACU = 2.0
"""Source: Amazon Aurora user guide, Aurora Serverless v2."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Floor:
    """The least memory of one node, task or function, and why."""

    gb: float
    why: str


def memory_gb(component: Component) -> float | None:
    """Of one node, task or function; None where none is bought."""
    match component:
        case LambdaFunction():
            return component.memory_mb / MB_PER_GB
        case Fargate():
            return component.memory_gb
        case Rds():
            return instance_classes("rds")[component.instance_class].memory_gb
        case Aurora(instance_class=str(name)):
            return instance_classes("aurora")[name].memory_gb
        case Aurora() if component.acu is not None:
            return component.acu.max * GB_PER_ACU
        case ElastiCache(node_class=str(name)):
            return instance_classes("elasticache")[name].memory_gb
        case OpenSearch():
            return instance_classes("opensearch")[component.instance_class].memory_gb
        case _:
            return None


def floors_of(architecture: Architecture, users: float, stated: Mapping[str, float] | None = None) -> dict[str, Floor]:
    """The floor of every component at `users`; `stated` gigabytes replace it. Raise UnknownName for no component.

    Code needs the same memory for few users and for many: the least that any stage of the document gives a task or a
    function. Data grow with the users: the least per user that any stage gives a database or a cache.
    """
    sized = list(_sized(architecture))
    for name in stated or {}:
        if name not in {component for component, *_ in sized}:
            raise UnknownName("a component with memory", name, tuple(dict.fromkeys(c for c, *_ in sized)))
    found: dict[str, Floor] = {}
    for name, stage, active, gb, code in sized:
        if code:
            floor = Floor(gb, f"the least that any stage gives it ({gb:g} GB at {stage})")
        elif active > 0:
            needed = gb / active * users
            floor = Floor(
                needed, f"the least per user that any stage gives it ({gb:g} GB for {active:,.0f} at {stage})"
            )
        else:
            continue
        if name not in found or floor.gb < found[name].gb - _ROUNDING:
            found[name] = floor
    return found | {name: Floor(gb, "as asked for") for name, gb in (stated or {}).items()}


def _sized(architecture: Architecture) -> Iterator[tuple[str, str, float, float, bool]]:
    """(component, stage, users, memory, whether it holds code rather than data)."""
    for stage in architecture.stage_names:
        graph = architecture.at(stage)
        users = likely_users(graph)
        for name, component in graph.components.items():
            gb = memory_gb(component)
            if gb is not None:
                yield name, stage, users, gb, isinstance(component, LambdaFunction | Fargate)
