"""What a side costs at every load and draw: the whole bill, its compute, its front door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.quantity import Num
from pricing.allowances import FreeTier
from pricing.price_table import PriceTable
from pricing.rating import rate_usage
from pricing.usage import usage
from studies.breakeven.fleets import (
    KEPT,
    SERVED,
    Site24,
    functions_of,
    services_of,
    task_hours,
    tasks_by_hour,
    with_fleet,
)
from studies.breakeven.loads import Loads
from studies.breakeven.sizing import Sizing

Floats = NDArray[np.float64]
DOORS = ("api_gateway", "alb", "nlb")
"""Kinds that a request passes on its way to code: which one is needed hangs on where the code runs."""


@dataclass(frozen=True)
class Costs:
    """USD a month by load and draw, shape (points, 1 + draws); the likely values in column 0."""

    total: Floats
    compute: Floats
    """Functions, tasks, machines, with the gateways and balancers that lead to them."""
    door: Floats
    """Of that, gateways and balancers."""
    tasks: Mapping[str, Floats]
    """Tasks of each service in the busiest hour, likely, shape (points,)."""
    mean_tasks: Mapping[str, Floats]
    """Over the day."""
    kept: Mapping[str, Floats]
    """Instances of each function kept warm, likely, shape (points,)."""
    complete: bool
    """No line is without a price."""


def costs_of(
    sizing: Sizing, loads: Loads, prices: PriceTable, free_tier: FreeTier = "always", by_rule: bool = True
) -> Costs:
    """All loads and draws in one pass. Without `by_rule` only the tasks that the targets need are run."""
    graph = sizing.graph
    values = loads.values(graph)
    day = Site24.of(graph, values)
    tasks = {name: tasks_by_hour(day, name, sizing.limit, by_rule) for name in services_of(graph)}
    spare = loads.each(sizing.spare(loads.requests))
    kept = {name: day.kept_warm(name, spare) for name in functions_of(graph)} if (spare >= 0).any() else {}
    sized = with_fleet(graph, {}, dict.fromkeys(kept))
    known: dict[str, Num] = {
        **values,
        **{f"{KEPT}{name}": count for name, count in kept.items()},
        **{f"{SERVED}{name}": (count > 0).astype(np.float64) for name, count in kept.items()},
    }
    measured = {name: {"task_hours": task_hours(hours)} for name, hours in tasks.items()}
    total, compute, door = (np.zeros(loads.shape) for _ in range(3))
    complete = True
    for item in rate_usage(usage(sized, known, measured), prices, free_tier):
        component, cost = graph.components[item.component], loads.grid(item.cost)
        complete = complete and item.state != "unpriced"
        total = total + cost
        if component.category == "compute" or component.kind in DOORS:
            compute = compute + cost
        if component.kind in DOORS:
            door = door + cost
    return Costs(
        total,
        compute,
        door,
        {name: loads.grid(hours.max(axis=0))[:, 0] for name, hours in tasks.items()},
        {name: loads.grid(hours.mean(axis=0))[:, 0] for name, hours in tasks.items()},
        {name: loads.grid(count)[:, 0] for name, count in kept.items()},
        complete,
    )
