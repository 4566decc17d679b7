"""Aurora Serverless v2: capacity units that follow the load, and the CPUs that they are worth."""

from __future__ import annotations

import math

from model.kinds.aurora import Aurora
from simulations.compiling.compilation import Compilation
from simulations.control import AcuScaling

__all__ = ["follow_load"]

STEP = 0.5
"""Capacity changes in steps of half a unit. Source: Aurora user guide, Serverless v2."""


def follow_load(at: Compilation, name: str, cluster: Aurora, stations: tuple[str, ...]) -> None:
    """Lets the CPUs of every instance of a cluster follow its load, from the capacity that the hour settles on."""
    if cluster.acu is None:
        return
    instances = max(at.value(cluster.writers) + at.value(cluster.readers), 1.0)
    per_acu = at.parameters.value("aurora_vcpu_per_acu")
    busy = at.parameters.value("aurora_busy_share")
    per_request = at.value(cluster.acu_per_request_per_s)
    factor = at.demand.factor
    needed = max(
        at.hourly.cores(name, factor) / instances / (per_acu * busy),
        at.hourly.calls_per_s(name, factor) / instances * per_request,
    )
    least = max(cluster.acu.min, STEP)
    begins = min(max(math.ceil(round(needed / STEP, 6)) * STEP, least), cluster.acu.max)
    for station in stations:
        at.policies.append(
            AcuScaling(
                station,
                name,
                least,
                cluster.acu.max,
                begins,
                per_acu,
                busy,
                per_request,
                period_s=max(at.value(cluster.scale_s), 1.0),
                growth=at.parameters.value("aurora_growth"),
                shrink=at.parameters.value("aurora_shrink"),
            )
        )
    at.note(f"{name}: {begins:g} capacity units in this hour, from there they follow its load")
