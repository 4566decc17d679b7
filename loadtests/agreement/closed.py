"""A closed run beside a closed model: users who think, simulated as such; an open model would overrate their load."""

from __future__ import annotations

from typing import Final

from loadtests.agreement.comparison import Expected, expected, figures_of
from loadtests.plan import Plan
from model.loading import load
from model.problems import BadInput
from model.sizing import SizedGraph
from simulations.compiling.closed_stage import closed_program
from simulations.run import run

RUNS: Final = 10
SETTLE: Final = 5.0
"""Think times that a simulated run takes to settle, at least as long as the plan's own warm-up."""


def simulated_users(graph: SizedGraph, plan: Plan, seed: int = 1, runs: int = RUNS) -> dict[str, Expected]:
    """Percentiles, throughput and failures of all requests together; raise BadInput without users."""
    if plan.users is None:
        raise BadInput("a closed model is for a plan with users")
    shares = {request.endpoint: request.share for request in plan.requests}
    program = closed_program(graph, shares, plan.users, plan.think_s, plan.load_factor)
    warm = max(plan.load.warm_up_s, SETTLE * plan.think_s)
    counted_s = plan.load.duration_s - plan.load.warm_up_s
    every = []
    for k in range(runs):
        result = run(program, None, seed * 1000 + k, until_s=warm + counted_s, warm_up_s=warm)
        failed = int((result.raw.status[result.rows()] > 0).sum())
        every.append(figures_of(result.latencies() * 1000, failed, counted_s))
    return {name: expected([one[name] for one in every]) for name in every[0]}


def predicted_users(plan: Plan) -> dict[str, float | None]:
    """The closed model's figures of a plan, by their names in a result."""
    found = simulated_users(load(plan.source).at(plan.stage), plan)
    return {name: found[name].value for name in found}
