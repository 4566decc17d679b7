"""Every bundled stage compiles, runs the same in all engines, and unloaded takes what its call plans add up to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.endpoints import Call, Choice, Parallel, Step
from model.kinds.fargate import Fargate
from model.loading import bundled_names, load
from model.quantity import evaluate
from model.sizing import SizedGraph
from model.traffic import traffic
from simulations.arrivals import Poisson
from simulations.compiling.compilation import Conditions
from simulations.compiling.demand import Demand
from simulations.compiling.stage_program import compile_stage
from simulations.run import ENGINES, run

STAGES = [(name, stage) for name in bundled_names() for stage in load(name).stage_names]
REQUESTS = 400
"""Of each endpoint."""


def as_slow_as_its_tasks(graph: SizedGraph) -> SizedGraph:
    """The graph with CPU times on a part of a vCPU as they pass there."""

    def slowed(step: Step) -> Any:
        match step:
            case Parallel(parallel=branches):
                return step.model_copy(update={"parallel": tuple(tuple(map(slowed, branch)) for branch in branches)})
            case Choice(choice=branches):
                ways = (way.model_copy(update={"calls": tuple(map(slowed, way.calls))}) for way in branches)
                return step.model_copy(update={"choice": tuple(ways)})
            case Call():
                component = graph.components[step.to]
                factor = max(1.0, 1 / component.vcpu) if isinstance(component, Fargate) else 1.0
                parts = {part: tuple(map(slowed, getattr(step, part))) for part in ("calls", "on_miss", "delivers")}
                cpu_ms = float(evaluate(step.cpu_ms, graph.likely)) * factor
                return step.model_copy(update={**parts, "cpu_ms": cpu_ms})

    endpoints = {
        name: endpoint.model_copy(update={"calls": tuple(map(slowed, endpoint.calls))})
        for name, endpoint in graph.endpoints.items()
    }
    return replace(graph, endpoints=endpoints)


def has_parallel(steps: tuple[Step, ...]) -> bool:
    return any(
        isinstance(step, Parallel)
        or (isinstance(step, Call) and has_parallel((*step.calls, *step.on_miss)))
        or (isinstance(step, Choice) and any(has_parallel(way.calls) for way in step.choice))
        for step in steps
    )


@pytest.mark.parametrize("varied", [False, True], ids=["constant", "varied"])
@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_unloaded_the_mean_is_what_the_plan_adds_up_to(name: str, stage: str, varied: bool) -> None:
    """At very low load, without cold starts and time limits, every endpoint takes the traffic's unloaded mean;
    where branches run in parallel, at least that.
    """
    graph = load(name).at(stage)
    expected = traffic(as_slow_as_its_tasks(graph)).endpoint_ms
    demand = Demand(1e-9, dict.fromkeys(graph.endpoints, 1e-4), frozenset())
    compiled = compile_stage(graph, demand, Conditions(cold_starts=False, timeouts=False, variation=varied))
    arrivals = Poisson(demand.total_per_s, REQUESTS * len(graph.endpoints) / demand.total_per_s)
    result = run(compiled.program, arrivals, 11)
    assert all(identity.holds for identity in result.identities())
    for endpoint, plan in graph.endpoints.items():
        times = result.latencies(endpoint) * 1000
        wanted = float(expected[endpoint])
        room = 5 * float(times.std()) / np.sqrt(len(times)) + 1e-6 * wanted + 0.002
        assert times.mean() > wanted - room, endpoint
        assert times.mean() < wanted + room or has_parallel(plan.calls), endpoint


@pytest.mark.parametrize("name", bundled_names())
def test_engines_agree_on_compiled_stages(name: str) -> None:
    """The busiest hour of an architecture's last stage is the same request by request in all engines."""
    architecture = load(name)
    stage = compile_stage(architecture.at(architecture.stage_names[-1]))
    rate = stage.demand.total_per_s
    results = [run(stage.program, Poisson(rate, 150 / rate), 5, engine) for engine in ENGINES]
    assert len({result.digest for result in results}) == 1
    for result in results[1:]:
        np.testing.assert_array_equal(result.raw.end, results[0].raw.end)
