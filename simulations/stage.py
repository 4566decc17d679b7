"""Simulating a stage: its busiest hour, in as many and as long replications as the wanted precision takes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from model.sizing import SizedGraph
from simulations.compiling.compilation import Conditions
from simulations.compiling.demand import Demand
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.observing import pooled
from simulations.replications import (
    LEAST_S,
    MOST_OF_ONE,
    PILOT_REQUESTS,
    Interrupted,
    Replication,
    Window,
    enough,
    replicate,
    window_for,
)
from simulations.settling import FEW, as_measured, may_differ
from simulations.stage_result import StageResult, components_of, endpoint_results
from simulations.time_shares import time_shares
from simulations.verdicts import judge

__all__ = ["MOST_REQUESTS", "PRECISION", "REPLICATIONS", "result_of", "simulate"]

REPLICATIONS = 10
PRECISION = 0.05
"""Wanted half-width of p95 over its value."""
MOST_REQUESTS = 400_000
"""Requests of all replications together, at most."""
_SPARE = 1.2
"""The pilot's estimate of the length is itself uncertain."""
_LEAST_GROWTH = 2.0
_FEWEST = 3
"""Replications that an interrupted run must have to say anything."""
_WORTH_A_PILOT = 2
"""Times the pilot's length that a replication must be allowed for a pilot to save anything."""
_BUSY = 0.9
"""A queue grows for certain only where something is this busy; else it is chance."""


def simulate(
    graph: SizedGraph,
    seed: int = 1,
    engine: str = "compiled",
    *,
    demand: Demand | None = None,
    conditions: Conditions = Conditions(),  # noqa: B008 - frozen
    overrides: Mapping[str, float] | None = None,
    replications: int = REPLICATIONS,
    precision: float = PRECISION,
    most_requests: int = MOST_REQUESTS,
    least_s: float = LEAST_S,
    strict: bool = False,
    progress: Callable[[float], None] | None = None,
) -> StageResult:
    """A stage at `demand` (its busiest hour when absent): latency, errors, utilisation, verdicts.

    Pilot runs tell how many instances its functions keep and how many requests `precision` takes; `most_requests`
    bounds them, and the result says when that bound was reached. Every replication lasts `least_s` of simulated time
    where that is not too many requests; `strict` keeps to the bound there too, with fewer replications than asked for
    where it is below one request for each.
    `overrides` replace facts of the simulator by name. Raises BadInput when nothing arrives. Ctrl-C ends it with what
    is complete, marked partial.
    """
    began = time.perf_counter()
    stage = compile_stage(graph, demand, conditions, overrides)
    if strict:
        replications = max(min(replications, most_requests), 1)
    each = max(most_requests // replications, 1)
    most_of_one = min(each, MOST_OF_ONE) if strict else MOST_OF_ONE
    asked = PILOT_REQUESTS if each > _WORTH_A_PILOT * PILOT_REQUESTS else each
    planned, looked_at = stage, False  # twice, as `settling.looked_at` does; the second time counts requests too
    before: tuple[Window, list[Replication]] | None = None
    while True:
        window = window_for(stage, asked, least_s, most_of_one)
        try:
            if not looked_at and may_differ(planned):
                few = replicate(planned, window, seed, min(FEW, replications), engine)
                stage = as_measured(planned, few)
            runs = replicate(stage, window, seed, replications, engine, progress)
        except Interrupted as stopped:
            window, runs = _kept((window, stopped.runs), before)
            found = result_of(stage, window, runs, seed, engine, enough(runs, precision), False, precision, began)
            return replace(found, partial=True)
        before, used = (window, runs), stage
        if not looked_at:
            stage, looked_at = as_measured(planned, runs), True
        wanted = enough(runs, precision)
        longer = wanted > 1 and asked < each
        if not longer and stage.pools == used.pools:
            break
        if longer:
            counted = max(sum(run.requests for run in runs) // replications, 1)
            asked = int(min(counted * max(wanted * _SPARE, _LEAST_GROWTH), each))
    return result_of(stage, window, runs, seed, engine, wanted, asked >= each, precision, began)


def _kept(
    now: tuple[Window, list[Replication]], before: tuple[Window, list[Replication]] | None
) -> tuple[Window, list[Replication]]:
    """Of two sets of replications the one with more requests; stops where neither has enough for an interval."""
    sets = [item for item in (now, before) if item is not None and len(item[1]) >= _FEWEST]
    if not sets:
        raise KeyboardInterrupt
    return max(sets, key=lambda item: sum(run.requests for run in item[1]))


def result_of(
    stage: CompiledStage,
    window: Window,
    runs: Sequence[Replication],
    seed: int,
    engine: str,
    short_of: float,
    capped: bool,
    precision: float,
    began: float,
) -> StageResult:
    """What the replications of a stage came to; `short_of` is how many times longer the wanted precision takes."""
    places = pooled([run.places for run in runs])
    unstable = _unstable(runs) if any(place.pressure > _BUSY for place in places) else frozenset()
    verdicts, not_judged = judge(stage, runs, places, unstable)
    growing = [run.growth_per_s for run in runs if "" in run.growing]
    return StageResult(
        architecture=stage.graph.architecture.name,
        stage=stage.graph.stage.name,
        engine=engine,
        seed=seed,
        digest=_digest(stage, runs),
        requests=sum(run.requests for run in runs),
        wall_s=time.perf_counter() - began,
        per_s=stage.demand.client_per_s,
        factor=stage.demand.factor,
        replications=len(runs),
        until_s=window.until_s,
        warm_up_s=window.warm_up_s,
        precision=precision,
        precise=short_of <= 1,
        capped=capped and short_of > 1,
        unstable=unstable,
        growth_per_s=sum(growing) / len(growing) if unstable else 0.0,
        endpoints=endpoint_results(stage, runs, unstable),
        components=components_of(stage, places),
        verdicts=tuple(verdicts),
        not_judged=not_judged,
        facts=stage.facts,
        notes=stage.notes,
        times=time_shares(stage, [run.result for run in runs]),
        compiled=stage,
        runs=tuple(runs),
    )


def _unstable(runs: Sequence[Replication]) -> frozenset[str]:
    """Whatever grows in most of the replications."""
    names = {name for run in runs for name in run.growing}
    return frozenset(name for name in names if 2 * sum(name in run.growing for run in runs) > len(runs))


def _digest(stage: CompiledStage, runs: Sequence[Replication]) -> str:
    """sha256 over the digests of the replications: the same input gives the same anywhere, whatever the engine."""
    whole = hashlib.sha256(stage.program.name.encode())
    for run in runs:
        whole.update(run.digest.encode())
    return whole.hexdigest()
