"""A stage under a closed load: users who ask, wait for the answer, think, and ask again."""

from __future__ import annotations

from collections.abc import Mapping

from model.sizing import SizedGraph
from model.traffic import traffic
from simulations.builder import ProgramBuilder
from simulations.compiling.compilation import Compilation, Conditions
from simulations.compiling.demand import Demand, HourlyLoad
from simulations.compiling.facts import Parameters
from simulations.compiling.plans import Plans
from simulations.distributions import constant, exponential
from simulations.program import Program

__all__ = ["USERS", "closed_program"]

USERS = "users"
"""The flow of all of them."""


def closed_program(
    graph: SizedGraph, shares: Mapping[str, float], users: int, think_s: float, factor: float = 1.0
) -> Program:
    """The program of a stage whose only load are `users`, each with its own exponential thinking.

    Every request is for one of the endpoints by `shares`; scaled services are sized for `factor` times the month's
    mean.
    """
    none = dict.fromkeys(graph.endpoints, 0.0)
    at = Compilation(
        graph,
        Demand(factor, none, frozenset()),
        traffic(graph),
        HourlyLoad.of(graph),
        Parameters.of(graph),
        Conditions(),
        ProgramBuilder(f"{graph.architecture.name} {graph.stage.name}, {users} users"),
    )
    plans = Plans(at)
    total = sum(shares.values())
    names = [name for name, share in shares.items() if share > 0]
    with at.build.clients(USERS, users, exponential(think_s) if think_s > 0 else constant(0.0)):
        if len(names) == 1:
            plans.steps(graph.endpoints[names[0]].calls, graph.endpoints[names[0]].client, names[0])
        else:
            with at.build.choice(*(shares[name] / total for name in names)) as chosen:
                for name in names:
                    with chosen.way():
                        plans.steps(graph.endpoints[name].calls, graph.endpoints[name].client, name)
    plans.messages()
    return at.build.build()
