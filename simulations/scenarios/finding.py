"""Which components of a stage a scenario hits: the one it names, or what its kind of fault finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from model.component import Component
from model.endpoints import Call, Choice, Parallel, Step
from model.kinds.app_runner import AppRunner
from model.kinds.aurora import Aurora
from model.kinds.ec2 import Ec2
from model.kinds.elasticache import ElastiCache
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.kinds.opensearch import OpenSearch
from model.kinds.rds import Rds
from model.kinds.supabase import Supabase
from model.problems import BadInput, UnknownName
from model.sizing import SizedGraph
from model.traffic import traffic
from simulations.compiling.demand import BACKGROUND
from simulations.scenarios.scenario import (
    ColdMorning,
    DatabaseFailover,
    ExternalDown,
    ExternalSlow,
    Scenario,
    TaskLost,
    ViralSpike,
    ZoneLost,
)

__all__ = ["components_hit", "is_fleet"]


_PLATFORMS = ("supabase", "vercel")
"""External services that the architecture itself runs on: hit when named, or when there is no other."""


@dataclass(frozen=True)
class _Prey:
    """What a kind of fault can hit."""

    what: str
    fits: Callable[[Component], bool]
    all_of_them: bool = False


def is_fleet(component: Component) -> bool:
    """Whether it is a service of tasks or machines."""
    return isinstance(component, (Fargate, AppRunner, Ec2))


def _is_database(component: Component) -> bool:
    return isinstance(component, (Rds, Aurora)) or _is_project(component)


def _is_project(component: Component) -> bool:
    return isinstance(component, Supabase) and component.part in ("project", "database")


def _is_external(component: Component) -> bool:
    return component.category == "external" or component.kind == "bedrock"


def _is_zonal(component: Component) -> bool:
    single_search = isinstance(component, OpenSearch) and component.nodes == 1
    return is_fleet(component) or single_search or isinstance(component, (LambdaFunction, Rds, Aurora, ElastiCache))


def _cools(component: Component) -> bool:
    scales = (
        isinstance(component, Fargate)
        and component.scaling.kind != "none"
        and component.tasks.min != (component.tasks.max)
    )
    serverless = isinstance(component, Aurora) and component.serverless
    return isinstance(component, LambdaFunction) or scales or serverless


_PREY: dict[type[Scenario], _Prey] = {
    TaskLost: _Prey("a service of tasks or machines", is_fleet),
    ZoneLost: _Prey("anything that stands in a zone", _is_zonal, all_of_them=True),
    DatabaseFailover: _Prey("a database with a primary", _is_database),
    ExternalSlow: _Prey("an external service", _is_external),
    ExternalDown: _Prey("an external service", _is_external),
    ColdMorning: _Prey("a function, or anything that scales with the day", _cools, all_of_them=True),
}


def components_hit(scenario: Scenario, graph: SizedGraph) -> tuple[str, ...]:
    """The components that the scenario hits, in the graph's order; none for a surge of requests.

    Raise UnknownName for a component that the stage does not have, BadInput where the scenario cannot apply.
    """
    where = f"{graph.architecture.name} {graph.stage.name}"
    name = scenario.component
    if name is not None and name not in graph.components:
        raise UnknownName(f"a component of {where}", name, graph.components)
    if isinstance(scenario, ViralSpike):
        if name is not None:
            raise BadInput(f"{scenario.scenario} hits no single component: leave '{name}' out")
        return ()
    prey, loads = _PREY[type(scenario)], traffic(graph).loads
    calls = {other: float(load.monthly_calls) for other, load in loads.items()}
    fitting = [other for other, part in graph.components.items() if prey.fits(part) and calls.get(other, 0.0) > 0]
    if name is not None and name not in fitting:
        raise BadInput(_why_not(scenario, name, graph, prey, fitting))
    if not fitting:
        raise BadInput(f"{scenario.scenario} cannot apply to {where}: no call plan reaches {prey.what}")
    if name is not None:
        return (name,)
    if prey.all_of_them:
        return tuple(fitting)
    waited = _waited_for(graph)
    external = prey.fits is _is_external
    return (
        max(
            fitting,
            key=lambda other: (
                not (external and graph.components[other].kind in _PLATFORMS),
                waited.get(other, 0.0),
                calls[other],
            ),
        ),
    )


def _waited_for(graph: SizedGraph) -> dict[str, float]:
    """By component: monthly calls for which a client waits."""
    answered = {name: plan for name, plan in graph.endpoints.items() if plan.method not in BACKGROUND}
    waits = {name: plan.model_copy(update={"calls": _without_later(plan.calls)}) for name, plan in answered.items()}
    return {name: float(load.monthly_calls) for name, load in traffic(replace(graph, endpoints=waits)).loads.items()}


def _without_later(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps without what nobody waits for."""
    found: list[Step] = []
    for step in steps:
        match step:
            case Parallel(parallel=branches):
                found.append(step.model_copy(update={"parallel": tuple(map(_without_later, branches))}))
            case Choice(choice=ways):
                kept = tuple(way.model_copy(update={"calls": _without_later(way.calls)}) for way in ways)
                found.append(step.model_copy(update={"choice": kept}))
            case Call(asynchronous=False):
                parts = {"calls": _without_later(step.calls), "on_miss": _without_later(step.on_miss), "delivers": ()}
                found.append(step.model_copy(update=parts))
    return tuple(found)


def _why_not(scenario: Scenario, name: str, graph: SizedGraph, prey: _Prey, fitting: list[str]) -> str:
    component = graph.components[name]
    can = f" (it can hit: {', '.join(fitting)})" if fitting else ""
    if prey.fits(component):
        return f"{scenario.scenario} cannot hit '{name}': no call plan of {graph.stage.name} reaches it{can}"
    return f"{scenario.scenario} cannot hit '{name}' ({component.service}): it needs {prey.what}{can}"
