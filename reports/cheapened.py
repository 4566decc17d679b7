"""The least cost of a document: its first architecture with anything to choose, at the stage of the most users."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from model.graph import Architecture
from reports.studied import Settings
from simulations.engines.compiled import available
from studies.cheapest.menus import SEARCHED
from studies.cheapest.result import Cheapest
from studies.cheapest.study import cheapest
from studies.scaling import likely_users

FASTER = 3
"""Configurations that are faster and dearer, at most."""


def cheapened(
    group: Sequence[Architecture], settings: Settings, progress: Callable[[str], None] = lambda step: None
) -> Iterator[Cheapest]:
    """One study at most: a few seconds. None where nothing can be chosen, or without the compiled engine."""
    if not available():
        return
    for architecture in group:
        users = {name: likely_users(architecture.at(name)) for name in architecture.stage_names}
        stage = max(reversed(architecture.stage_names), key=lambda name: users[name])
        components = architecture.at(stage).components.values()
        if users[stage] <= 0 or not any(isinstance(component, SEARCHED) for component in components):
            continue
        progress(f"least cost of {architecture.name} {stage}")
        yield cheapest(
            architecture,
            users[stage],
            stage,
            free_tier=settings.free_tier,
            prices_date=settings.prices_date,
            seed=settings.seed + 1,
            front=FASTER,
        )
        return
