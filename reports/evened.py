"""The break-even of a document that has both a serverless and a container answer, at every stage that both have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.graph import Architecture
from reports.studied import Settings
from studies.breakeven.breakeven import BreakEven, breakeven
from studies.breakeven.choosing import serverless_and_containers
from studies.breakeven.pair import usable_engine
from studies.counterparts import counterparts

EVENED_DRAWS = 200
"""At most: each is priced at every load."""


def evened(group: Sequence[Architecture], settings: Settings) -> Iterator[BreakEven]:
    """One study per stage; what moves the crossing is looked at for the last one.

    Where only the interpreter can simulate, the last stage alone and without what moves it: a report must not take
    minutes.
    """
    pair = serverless_and_containers(group)
    if pair is None:
        return
    functions, tasks, stages = pair
    fast = usable_engine() == "compiled"
    for found in counterparts([functions, tasks]):
        stage = found[functions.name]
        if not fast and stage != stages[-1]:
            continue
        yield breakeven(
            [functions, tasks],
            [stage, found[tasks.name]],
            draws=min(settings.draws, EVENED_DRAWS),
            seed=settings.seed,
            free_tier=settings.free_tier,
            prices_date=settings.prices_date,
            with_surface=fast and stage == stages[-1],
        )
