"""A sized stage in one hour of its day, as a program that the engines run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.problems import BadInput
from model.sizing import SizedGraph
from model.traffic import Traffic, traffic
from simulations.builder import ProgramBuilder
from simulations.compiling.compilation import Compilation, Conditions, Place, Users
from simulations.compiling.demand import Demand, HourlyLoad, asked_by_people, peak_demand
from simulations.compiling.facts import Fact, Parameters
from simulations.compiling.plans import Plans
from simulations.compiling.pools import pools_of
from simulations.control import AcuScaling, CpuCredits
from simulations.distributions import Distribution
from simulations.instance_pool import InstancePool
from simulations.program import Program

__all__ = ["CompiledStage", "compile_stage"]


@dataclass(frozen=True)
class CompiledStage:
    """A program with what is needed to read its results in the words of the stage."""

    graph: SizedGraph
    program: Program
    demand: Demand
    traffic: Traffic
    hourly: HourlyLoad
    places: tuple[Place, ...]
    functions: Mapping[str, tuple[str, ...]]
    """Component to the functions of the program that stand for it."""
    tasks: Mapping[str, int]
    """Component to the tasks that are open at first."""
    own_times: Mapping[str, tuple[Distribution, ...]]
    """Component without a queue to the times that its calls draw: the very objects that the ops hold."""
    facts: tuple[Fact, ...]
    """What no document states and this program uses."""
    policies: tuple[AcuScaling | CpuCredits, ...]
    """What the provider changes by itself while a run goes on."""
    notes: tuple[str, ...]
    pools: Mapping[str, InstancePool] = field(default_factory=dict)
    """Function of the program to what its instances are like under this load."""

    def settled(self, seed: int) -> Program:
        """The program in the middle of its load: every function with idle instances as it has them in steady state,
        drawn by the seed.
        """
        if not self.pools:
            return self.program
        names = (function.name for function in self.program.functions)
        return self.program.with_idle([self.pools[name].idle_s(seed, number) for number, name in enumerate(names)])

    @property
    def answered(self) -> tuple[str, ...]:
        """The endpoints that somebody waits for, in the document's order."""
        return tuple(name for name in self.graph.endpoints if name not in self.demand.background)


def compile_stage(
    graph: SizedGraph,
    demand: Demand | None = None,
    conditions: Conditions = Conditions(),  # noqa: B008 - frozen
    overrides: Mapping[str, float] | None = None,
    breakable: frozenset[str] = frozenset(),
    users: Users | None = None,
) -> CompiledStage:
    """The program of a stage at `demand` (its busiest hour when absent), every assumption at its likely value.

    `overrides` replace facts of the simulator by name; `breakable` components can be hit by a fault; `users` of a
    closed load take the place of people's arrivals. Raises BadInput when nothing arrives.
    """
    demand = demand or peak_demand(graph)
    if demand.total_per_s <= 0:
        raise BadInput(f"{graph.architecture.name} {graph.stage.name}: nothing arrives, there is nothing to simulate")
    at = Compilation(
        graph,
        demand,
        traffic(graph),
        HourlyLoad.of(graph),
        Parameters.of(graph, overrides),
        conditions,
        ProgramBuilder(f"{graph.architecture.name} {graph.stage.name}"),
        breakable,
    )
    plans = Plans(at)
    people = asked_by_people(graph) if users is not None else ()
    for name, endpoint in graph.endpoints.items():
        if name not in people:
            plans.endpoint(name, endpoint, demand.per_s[name])
    if users is not None:
        plans.users(users, {name: demand.per_s[name] for name in people})
    plans.messages()
    program = at.build.build()
    return CompiledStage(
        graph,
        program,
        demand,
        at.traffic,
        at.hourly,
        tuple(at.places),
        {name: tuple(labels) for name, labels in at.functions.items()},
        dict(at.tasks),
        {name: tuple(times) for name, times in at.own_times.items()},
        tuple(at.parameters.used[name] for name in sorted(at.parameters.used)),
        tuple(at.policies),
        tuple(at.notes),
        pools_of(at, program),
    )
