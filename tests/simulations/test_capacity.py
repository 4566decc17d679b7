"""The highest load that holds, against the load at which a formula says that it breaks."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from model.sizing import SizedGraph
from simulations.capacity import LIGHT, capacity
from simulations.compiling.demand import peak_demand
from simulations.stage import simulate

Stage = Callable[..., SizedGraph]
API = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 1}}


def test_a_latency_target_breaks_where_the_formula_says(small_stage: Stage) -> None:
    """p95 of an M/M/1 with 100 ms is one second at a utilisation of 1 - ln(20) / 10: 7.0 requests a second."""
    target = {"metric": "latency_ms", "percentile": 95, "threshold": 1000}
    graph = small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], 2.0, {"fast": target})
    found = capacity(graph)
    assert found.per_s == pytest.approx(10 * (1 - math.log(20) / 10), rel=0.08)
    assert found.users == pytest.approx(100 * found.scale)
    assert found.broken_by == ("fast",)
    assert found.gives_way is not None
    assert (found.gives_way.component, found.gives_way.what) == ("api", "cpu")
    assert found.sentence(str.upper).endswith("then the CPU of API is full (fast)")


def test_without_targets_the_queue_that_grows_ends_it(small_stage: Stage) -> None:
    """A task that can serve ten a second holds until about ten."""
    found = capacity(small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], 2.0))
    assert 8.5 < found.per_s < 11.5
    assert any("unstable" in why for why in found.broken_by)


def test_functions_break_at_their_concurrency(small_stage: Stage) -> None:
    """A function with twenty instances of a second each turns away one in a hundred at a load of twelve."""
    function = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 60, "reserved_concurrency": 20}
    found = capacity(small_stage({"f": function}, [{"to": "f", "time_ms": 1000}], 1.0))
    assert found.per_s == pytest.approx(12.03, rel=0.1)  # Erlang B: 20 servers lose 1 % at a load of 12.03
    assert found.gives_way is not None
    assert found.gives_way.component == "f"


def test_an_overloaded_stage_says_what_it_could_take(small_stage: Stage) -> None:
    """A stage that is overloaded today holds at a part of it."""
    found = capacity(small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], 20.0))
    assert found.scale < 1
    assert 8.0 < found.per_s < 11.5


def test_what_no_load_holds_is_set_aside(small_stage: Stage) -> None:
    """A target that is missed by a lone request is named, and the search goes on without it."""
    hopeless = {"metric": "latency_ms", "percentile": 50, "threshold": 10}
    easy = {"metric": "latency_ms", "percentile": 50, "threshold": 60_000}
    targets = {"hopeless": hopeless, "easy": easy}
    found = capacity(small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], 5.0, targets))
    assert found.missed_at_any_load == ("hopeless",)
    assert found.per_s > 8
    assert found.sentence().startswith("holds its other targets until ")
    assert found.sentence().endswith("; hopeless is missed at any load")


def test_a_stage_without_other_targets_keeps_up(small_stage: Stage) -> None:
    """Where the only target is missed at any load, there are no others to hold, only requests to keep up with."""
    target = {"metric": "latency_ms", "percentile": 50, "threshold": 10}
    found = capacity(small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], 5.0, {"hopeless": target}))
    assert found.per_s > 8
    assert found.sentence().startswith("keeps up until ")
    assert found.sentence().endswith("; hopeless is missed at any load")


def test_what_only_a_light_load_misses_is_not_missed_at_any(small_stage: Stage) -> None:
    """With minutes between requests nearly all meet a cold start; at the stage's own load hardly any does."""
    function = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 60, "reserved_concurrency": 20}
    target = {"metric": "latency_ms", "percentile": 50, "threshold": 110}
    graph = small_stage({"f": function}, [{"to": "f", "time_ms": 100}], 0.1, {"warm": target})
    (lightest,) = (v for v in simulate(graph, demand=peak_demand(graph, LIGHT)).verdicts if v.target == "warm")
    found = capacity(graph)
    assert lightest.state == "missed"
    assert found.scale > 1
    assert found.missed_at_any_load == ()


def test_the_same_seed_finds_the_same(small_stage: Stage) -> None:
    """A search is a function of the stage and the seed."""
    graph = small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], 5.0)
    assert capacity(graph, 3) == capacity(graph, 3)


def test_what_fails_at_any_load_takes_none(small_stage: Stage) -> None:
    """A function that is ended by its timeout before it can answer holds at no load, however light."""
    function = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 1}
    found = capacity(small_stage({"f": function}, [{"to": "f", "time_ms": 60_000}], 1.0))
    assert (found.scale, found.per_s, found.users) == (0.0, 0.0, 0.0)
    assert found.broken_by == ("100% of the requests fail",)
    assert found.sentence() == "holds at no load, however light: 100% of the requests fail"
