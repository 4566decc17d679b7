"""What a function's instances are like in steady state, and that a short run which begins with them shows what a long
one shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.loading import load
from model.sizing import SizedGraph
from simulations.arrivals import Poisson
from simulations.batched_calls import Batch
from simulations.builder import ProgramBuilder
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.distributions import Constant, Uniform, constant, exponential
from simulations.event_day import event_day
from simulations.instance_pool import InstancePool
from simulations.replications import Replication, Window, replicate, window_for
from simulations.run import run
from simulations.settling import as_measured
from simulations.stage import simulate
from simulations.usage import measure_day

Stage = Callable[..., SizedGraph]
KEPT = "lambda_keep_alive_min"
FUNCTION = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 900, "init_ms": 300}


def _counts(runs: list[Replication]) -> tuple[int, int]:
    """Cold starts and all starts after the warm-up."""
    places = [place for run in runs for place in run.places if place.place.kind == "function"]
    return sum(place.cold for place in places), sum(place.passed for place in places)


def _long(stage: CompiledStage, lives_s: float, lives: int) -> tuple[int, int]:
    """The same in one run of many idle lives after three of warm-up, from no instance on."""
    cold = replace(stage, pools={})
    return _counts(replicate(cold, Window((3 + lives) * lives_s, 3 * lives_s), 77, 1, "compiled"))


@pytest.mark.parametrize(
    ("per_s", "busy_ms", "kept_min", "lives", "windows"),
    [(0.02, 5000, None, 4000, 20), (1.0, 1000, None, 900, 150), (100.0, 250, 1.0, 300, 400)],
)
def test_a_short_window_shows_the_cold_starts_of_a_long_run(
    small_stage: Stage, per_s: float, busy_ms: float, kept_min: float | None, lives: int, windows: int
) -> None:
    """Over many seeds the share agrees with that after several idle lives, within four standard errors of both and a
    tenth for the closed form; from no instance on it is far above.
    """
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": busy_ms}], per_s)
    stage = compile_stage(graph, overrides={KEPT: kept_min} if kept_min else None)
    window = window_for(stage, 2000)
    shown, calls = _counts(replicate(stage, window, 5, windows, "compiled"))
    cold, started = _long(stage, 60 * (kept_min or 10.0), lives)
    assert cold > 100
    spread = 4 * math.sqrt(shown / calls**2 + cold / started**2)
    assert abs(shown / calls - cold / started) <= spread + 0.1 * cold / started
    assert stage.pools["f"].cold_share == pytest.approx(cold / started, abs=4 * math.sqrt(cold) / started, rel=0.1)
    if window.until_s < 600:
        without, begun = _counts(replicate(replace(stage, pools={}), window, 5, 10, "compiled"))
        assert without / begun > 3 * cold / started


@pytest.mark.parametrize("engine", ["interpreter", "simpy"])
def test_engines_begin_alike(small_stage: Stage, engine: str) -> None:
    """A stage that begins with idle instances gives the same digest in every engine."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 200}], 20.0)
    stage = compile_stage(graph)
    assert stage.settled(1_000_003).functions[0].idle_s
    window = Window(20.0, 5.0)
    first, other = (replicate(stage, window, 1, 1, name)[0] for name in ("compiled", engine))
    assert first.digest == other.digest
    assert sum(first.cold.values()) < 3


def test_another_seed_begins_with_other_instances(small_stage: Stage) -> None:
    """The same seed draws the same instances, to the last bit."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 200}], 20.0)
    first, again, other = (compile_stage(graph).settled(seed).functions[0].idle_s for seed in (3, 3, 4))
    assert first == again
    assert first != other


@settings(max_examples=80, deadline=None)
@given(
    per_s=st.floats(1e-6, 1e4),
    busy_s=st.floats(1e-4, 10.0),
    limit=st.sampled_from([0, 1, 5, 40]),
    provisioned=st.sampled_from([0, 1, 7]),
    spread=st.sampled_from([1.0, 2.5]),
    seed=st.integers(0, 1000),
)
def test_no_more_instances_than_allowed(
    per_s: float, busy_s: float, limit: int, provisioned: int, spread: float, seed: int
) -> None:
    """Idle and provisioned instances stay within the limit, each lives for some time and no longer than an idle life;
    a share is a share.
    """
    pool = InstancePool(per_s, busy_s, Uniform(300, 900), limit, provisioned, spread)
    idle = pool.idle_s(seed, 0)
    assert len(idle) <= max(limit - provisioned, 0)
    assert all(0 < left_s <= 900 for left_s in idle)
    assert 0 <= pool.cold_share <= 1
    assert 0 <= pool.instances <= max(limit - provisioned, 0)


def test_idle_life_of_nothing_keeps_no_instance() -> None:
    """Every call starts cold."""
    pool = InstancePool(10.0, 0.2, Constant(0.0))
    assert pool.idle_s(1, 0) == ()
    assert pool.cold_share == pytest.approx(1.0)


def test_instances_that_live_for_ever_start_no_more(small_stage: Stage) -> None:
    """In steady state there are as many as ever ran at once: a window has no cold start."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 500}], 50.0)
    stage = compile_stage(graph, overrides={KEPT: 1e9})
    cold, calls = _counts(replicate(stage, window_for(stage, 2000), 1, 20, "compiled"))
    assert calls > 29_000
    assert cold == 0


@given(per_s=st.floats(1e-7, 1e-2))
def test_lone_calls_start_cold_when_the_gap_outlives_an_instance(per_s: float) -> None:
    """Calls that take no time: E[exp(-rate x life)] of a uniform life."""
    span = 600 * per_s
    expected = math.exp(-300 * per_s) * -math.expm1(-span) / span
    assert InstancePool(per_s, 0.0, Uniform(300, 900)).cold_share == pytest.approx(expected, rel=1e-6)


def test_at_the_limit_every_instance_is_kept() -> None:
    """A load far beyond the limit uses all of them all the time."""
    pool = InstancePool(100.0, 1.0, Uniform(300, 900), limit=10)
    assert len(pool.idle_s(1, 0)) == 10
    assert pool.cold_share < 1e-9
    assert pool.instances == pytest.approx(10)


def test_batches_keep_as_many_instances_as_come_at_once() -> None:
    """Ten calls at once every hundred seconds: history by history and engine agree on instances and cold starts."""
    keep = Uniform(100, 300)
    pool = InstancePool(0.12, 2.0, keep, batches=(Batch(0.01, 10.0), Batch(0.02, 1.0)))
    build = ProgramBuilder("batches")
    function = build.function("f", init=constant(0.0), keep_alive=keep)
    for name, share, calls in (("ten", 1, 10), ("one", 2, 1)):
        with build.endpoint(name, share), build.parallel() as together:
            for _ in range(calls):
                with together.branch(), build.invoke(function):
                    build.delay(exponential(2.0))
    result = run(build.build(), Poisson(0.03, 400_000.0), 9, warm_up_s=1000.0, until_s=400_000.0)
    assert pool.instances == pytest.approx(result.instances("f"), rel=0.05)
    assert np.mean([len(pool.idle_s(seed, 0)) for seed in range(60)]) == pytest.approx(result.instances("f"), rel=0.1)
    assert pool.cold_share == pytest.approx(result.cold_starts("f"), rel=0.25)
    assert len(replace(pool, batches=()).idle_s(1, 0)) < 8


def test_functions_that_wait_together_keep_more_instances(small_stage: Stage) -> None:
    """Behind a busy database more calls run at once, and vary more, than without its queue; a short run then shows
    no more cold starts than a long one.
    """
    parts = {"f": FUNCTION, "db": {"kind": "rds", "instance_class": "db.m5.large"}}
    graph = small_stage(parts, [{"to": "f", "calls": [{"to": "db", "cpu_ms": 20}]}], 80.0)
    stage = compile_stage(graph)
    window = window_for(stage, 2000)
    measured = as_measured(stage, replicate(stage, window, 1, 10, "compiled"))
    before, after = stage.pools["f"], measured.pools["f"]
    assert after.spread > 1.3
    assert after.load > 1.3 * before.load
    assert after.instances > 1.5 * before.instances
    assert as_measured(measured, replicate(measured, window, 2, 10, "compiled")).pools["f"].instances == pytest.approx(
        after.instances, rel=0.35
    )
    cold, started = _long(stage, 600.0, 20)
    shown = simulate(graph, 3).components[0].cold_share
    assert shown is not None
    assert shown.value < 10 * cold / started


def test_an_unloaded_function_is_left_as_planned(small_stage: Stage) -> None:
    """Chance alone changes nothing."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 100}], 50.0)
    stage = compile_stage(graph)
    assert as_measured(stage, replicate(stage, window_for(stage, 2000), 1, 10, "compiled")) is stage


def test_a_run_that_still_fills_tells_nothing_of_its_functions(small_stage: Stage) -> None:
    """Nine thousand calls a second of a second each: in the second of a pilot their number only rises. The function
    keeps the instances as planned, and throttles nobody.
    """
    function = {**FUNCTION, "reserved_concurrency": 20_000}
    graph = small_stage({"f": function}, [{"to": "f", "time_ms": 1000}], 9000.0)
    result = simulate(graph, 1, most_requests=40_000)
    assert result.compiled is not None
    assert result.compiled.pools == compile_stage(graph).pools
    assert result.endpoint("get").errors == {}
    assert result.endpoint("get").cold_share.value < 1e-3


def test_the_account_holds_functions_down() -> None:
    """What the account's concurrency turns away starts no instance: together no more run than it allows."""
    graph = load("lexohub").at("target")
    usual = compile_stage(graph)
    tight = compile_stage(graph, overrides={"lambda_account_concurrency": 10})
    assert sum(pool.load for pool in usual.pools.values()) > 20
    assert sum(pool.load for pool in tight.pools.values()) <= 10
    assert all(len(function.idle_s) <= 10 for function in tight.settled(1).functions)


def test_a_day_counts_the_cold_starts_of_its_rises(small_stage: Stage) -> None:
    """Cold starts of a day with a peak, as in the same day request by request: those of the morning too."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 2000}], 5.0, shape="office_hours", peak_factor=3)
    days = [event_day(graph, seed).result.raw.final for seed in (1, 2, 3)]
    whole = sum(int(day.cold[0]) for day in days) / sum(int(day.invoked[0]) for day in days)
    assert measure_day(graph).measured["f"]["cold_start_share"] == pytest.approx(whole, rel=0.15)
