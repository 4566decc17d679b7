"""What a user wants to know of a stage in one value: its busiest hour, its day, and how much more it can take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.sizing import SizedGraph
from simulations.capacity import CapacityResult, capacity
from simulations.stage import simulate
from simulations.stage_result import StageResult
from simulations.usage import DayUsage, measure_day

__all__ = ["FIRST_SEED", "PEAK_REQUESTS", "TRIAL_REQUESTS", "Outlook", "look"]

FIRST_SEED = 1
"""What `stageplan simulate` begins with; a report or a bill adds its own seed, so that all three agree."""
PEAK_REQUESTS = 40_000
"""Of the busiest hour, all replications together."""
TRIAL_REQUESTS = 9_000
"""Of one load that is tried for the capacity."""


@dataclass(frozen=True)
class Outlook:
    """A stage as simulated, without the runs themselves."""

    result: StageResult
    day: DayUsage
    capacity: CapacityResult


def look(
    graph: SizedGraph, seed: int = 1, engine: str = "compiled", overrides: Mapping[str, float] | None = None
) -> Outlook:
    """The outlook of a stage from bounded numbers of requests, the same on every machine; intervals tell what they are
    worth. Raises BadInput when nothing arrives.
    """
    return Outlook(
        simulate(graph, seed, engine, overrides=overrides, most_requests=PEAK_REQUESTS).bare,
        measure_day(graph, seed, engine, overrides),
        capacity(graph, seed, engine, overrides, trial_requests=TRIAL_REQUESTS),
    )
