"""A closed load: so many users who wait for each answer and think before they ask again, so that they slow themselves
down when the stage is slow.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from model.problems import BadInput
from model.sizing import SizedGraph
from model.traffic import traffic
from simulations.arrivals import Mixed, Profile
from simulations.compiling.compilation import Conditions, Users
from simulations.compiling.demand import asked_by_people, demand_at
from simulations.compiling.facts import Parameters
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.replications import (
    LEAST_S,
    MOST_WARM_SHARE,
    SETTLE_S,
    WARM_SHARE,
    Feed,
    Replication,
    Window,
    enough,
    replicate,
)
from simulations.settling import FEW, looked_at
from simulations.stage import MOST_REQUESTS, PRECISION, REPLICATIONS, result_of
from simulations.stage_result import StageResult

__all__ = ["THINK", "simulate_users"]

THINK = "user_think_s"
"""The fact that holds the time between an answer and the next request, where the caller does not say it."""
MOST_USERS = 1_000_000


def simulate_users(
    graph: SizedGraph,
    users: int,
    think_s: float | None = None,
    seed: int = 1,
    engine: str = "compiled",
    *,
    overrides: Mapping[str, float] | None = None,
    replications: int = REPLICATIONS,
    precision: float = PRECISION,
    most_requests: int = MOST_REQUESTS,
    progress: Callable[[float], None] | None = None,
) -> StageResult:
    """A stage under `users` at once, with as many tasks as the rate would settle on at which they would ask if nothing
    queued.

    Raises BadInput for impossible users or times, or where no client calls.
    """
    began = time.perf_counter()
    facts = Parameters.of(graph, overrides)
    think_s = facts.value(THINK) if think_s is None else think_s
    _check(users, think_s)
    stage = _compiled(graph, Users(users, think_s), overrides)
    window = _window(stage, most_requests // replications, users, think_s)
    stage = looked_at(stage, lambda seen: _runs(seen, window, seed, min(FEW, replications), engine))
    runs = _runs(stage, window, seed, replications, engine, progress)
    stage = _as_measured(stage, window, runs)
    wanted = enough(runs, precision)
    result = result_of(stage, window, runs, seed, engine, wanted, wanted > 1, precision, began)
    known = {fact.name: fact for fact in result.facts} | facts.used
    return replace(
        result,
        load=f"{users:,} users who think for {think_s:g} s",
        facts=tuple(known[name] for name in sorted(known)),
    )


def _check(users: int, think_s: float) -> None:
    if not 1 <= users <= MOST_USERS:
        raise BadInput(f"{users} users: not between 1 and {MOST_USERS:,}")
    if not 0 < think_s < math.inf:
        raise BadInput(f"a time to think of {think_s:g} s is not above 0 and finite")


def _compiled(graph: SizedGraph, users: Users, overrides: Mapping[str, float] | None) -> CompiledStage:
    mean, asked, unloaded_ms = demand_at(graph, 1.0), asked_by_people(graph), traffic(graph).endpoint_ms
    asked_per_s = sum(mean.per_s[name] for name in asked)
    if asked_per_s <= 0:
        raise BadInput(f"{graph.architecture.name} {graph.stage.name}: no client calls, users have nothing to ask for")
    unloaded_s = sum(float(unloaded_ms[name]) / 1000 * mean.per_s[name] for name in asked) / asked_per_s
    demand = demand_at(graph, 1.0, users.count / (users.think_s + unloaded_s) / asked_per_s)
    return compile_stage(graph, demand, Conditions(), overrides, users=users)


def _window(stage: CompiledStage, requests: int, users: int, think_s: float) -> Window:
    """Long enough for every user to ask several times, and for so many requests as far as the rate allows it."""
    rate = stage.demand.client_per_s
    least_s = max(LEAST_S, 10 * users / rate, 10 * think_s)
    until = max(min(requests, 20_000) / rate, min(least_s, requests / rate))
    settle = SETTLE_S if stage.functions else 0.0
    return Window(until, min(max(WARM_SHARE * until, settle), MOST_WARM_SHARE * until))


def _runs(
    stage: CompiledStage,
    window: Window,
    seed: int,
    count: int,
    engine: str,
    progress: Callable[[float], None] | None = None,
) -> list[Replication]:
    people = asked_by_people(stage.graph)
    steady = {name: rate for name, rate in stage.demand.per_s.items() if name not in people and rate > 0}
    total = sum(steady.values())
    flat = Profile(((0.0, total), (window.until_s, total)))
    arrivals = Mixed(((flat, tuple(steady.items())),)) if steady else None
    return replicate(stage, window, seed, count, engine, progress, Feed(arrivals, window.until_s))


def _as_measured(stage: CompiledStage, window: Window, runs: Sequence[Replication]) -> CompiledStage:
    """The stage with the rates at which its users really asked."""
    seconds = (window.until_s - window.warm_up_s) * len(runs)
    asked = {
        name: sum(len(run.latencies_ms[name]) + sum(run.errors[name].values()) for run in runs) / seconds
        for name in stage.answered
    }
    return replace(stage, demand=replace(stage.demand, per_s={**stage.demand.per_s, **asked}))
