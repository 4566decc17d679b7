"""What the model says of a plan: unloaded means, and the simulator's percentiles at the same load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from loadtests.plan import Plan
from model.loading import load
from model.problems import StageplanError
from model.traffic import traffic

if TYPE_CHECKING:
    from simulations.capacity import CapacityResult

Predicted = Mapping[str, Mapping[str, float | None]]
"""By endpoint: figures by name, in milliseconds."""

EVERY: Final = "every request"
"""The name of what a closed model says: of all endpoints together."""
REPLICATIONS: Final = 5
PRECISION: Final = 0.1
MOST_REQUESTS: Final = 100_000
STEADY: Final = ("poisson", "constant")
"""Loads with one rate: the simulator's answer is that of a steady hour."""


def unloaded(plan: Plan) -> Predicted:
    """Mean times without queueing or cold starts."""
    times = traffic(load(plan.source).at(plan.stage)).endpoint_ms
    return {request.endpoint: {"unloaded_mean_ms": float(times[request.endpoint])} for request in plan.requests}


def simulated_capacity(plan: Plan) -> CapacityResult | None:
    """The simulator's own search on the plan's stage; None where it is not installed or finds nothing to search."""
    try:
        from simulations.capacity import capacity

        return capacity(load(plan.source).at(plan.stage))
    except (ImportError, StageplanError):
        return None


def closed(plan: Plan) -> Predicted:
    """The closed model's figures of all requests together; nothing where the simulator is not installed."""
    try:
        from loadtests.agreement.closed import predicted_users

        return {EVERY: predicted_users(plan)}
    except (ImportError, StageplanError):
        return {}


def simulated(plan: Plan) -> Predicted:
    """Percentiles of the simulator at the plan's rate, beside the unloaded means.

    The same program as the stand-in's, under open Poisson arrivals; for users, under a closed model, all endpoints
    together. Empty beyond the means for a load without one rate, and where the simulator is not installed or the stage
    is not stable.
    """
    means: dict[str, Mapping[str, float | None]] = dict(unloaded(plan))
    if plan.users:
        return {**means, **closed(plan)}
    if plan.load.shape not in STEADY:
        return means
    try:
        from simulations.compiling.demand import day_of, demand_at
        from simulations.stage import simulate

        graph = load(plan.source).at(plan.stage)
        demand = demand_at(graph, float(day_of(graph).max()), plan.scale)
        found = simulate(
            graph,
            plan.seed,
            demand=demand,
            replications=REPLICATIONS,
            precision=PRECISION,
            most_requests=MOST_REQUESTS,
        )
    except (ImportError, StageplanError):
        return means
    percentiles: dict[str, dict[str, Any]] = {
        row["endpoint"]: {f"p{p}_ms": row[f"p{p}_ms"] for p in (50, 95, 99)} | {"mean_ms": row["mean_ms"]}
        for row in (endpoint.as_json() for endpoint in found.endpoints)
    }
    return {name: {**mean, **percentiles.get(name, {})} for name, mean in means.items()}
