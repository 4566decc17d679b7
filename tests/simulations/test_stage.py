"""Simulating a stage: precision, saturation, verdicts, the same answer every time."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest

from model.loading import bundled_names, load
from model.sizing import SizedGraph
from reports.simulation_text import margin, verdict_interval
from simulations.estimates import mean_of, percentile_of, share_of, share_over
from simulations.queueing import sojourn_quantile
from simulations.stage import simulate
from simulations.usage import measure_day
from simulations.verdicts import NOT_JUDGED, targets_of
from stageplan.commands.simulation_text import verdict_row

Stage = Callable[..., SizedGraph]
API = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 1}}
SLOW = {"metric": "latency_ms", "percentile": 95, "threshold": 1000}


def one_task(small_stage: Stage, per_s: float, **targets: dict[str, object]) -> SizedGraph:
    return small_stage({"api": API}, [{"to": "api", "cpu_ms": 100}], per_s, targets)


def test_percentiles_of_one_task_are_those_of_one_server(small_stage: Stage) -> None:
    """At 60 % p50, p95 and p99 of an M/M/1 lie in or near their intervals, and the interval is as narrow as asked."""
    result = simulate(one_task(small_stage, 6.0), seed=5)
    get = result.endpoint("get")
    for estimate, q in ((get.p50_ms, 0.5), (get.p95_ms, 0.95), (get.p99_ms, 0.99)):
        exact = 1000 * sojourn_quantile(1, 6.0, 0.1, q)
        assert abs(estimate.value - exact) < 2 * (estimate.high - estimate.value)
    assert result.precise
    assert get.p95_ms.relative <= result.precision
    assert result.components[0].utilisation == pytest.approx(0.6, abs=0.02)


def test_the_same_input_gives_the_same_answer(small_stage: Stage) -> None:
    """Two runs differ in nothing but the time they took; another seed gives another digest."""
    graph = one_task(small_stage, 6.0)
    first, again, other = (simulate(graph, seed=seed, most_requests=20_000) for seed in (1, 1, 2))
    answers = [json.dumps({**result.as_json(), "wall_s": 0}) for result in (first, again)]
    assert answers[0] == answers[1]
    assert first.digest != other.digest


def test_every_engine_gives_the_same_digest(small_stage: Stage) -> None:
    """The interpreter and SimPy give the digest of the compiled engine."""
    graph = one_task(small_stage, 6.0)
    digests = {
        simulate(graph, 1, engine, replications=2, most_requests=400).digest
        for engine in ("compiled", "interpreter", "simpy")
    }
    assert len(digests) == 1


def test_saturation_is_said_and_not_measured(small_stage: Stage) -> None:
    """Above its capacity a task is unstable: no percentile, the growth per second, and no target held."""
    result = simulate(one_task(small_stage, 13.0, fast=SLOW), most_requests=40_000)
    assert "get" in result.unstable
    assert result.growth_per_s == pytest.approx(3.0, rel=0.3)
    assert math.isnan(result.endpoint("get").p95_ms.value)
    assert not result.held
    assert result.as_json()["endpoints"][0]["p95_ms"] is None
    assert "NaN" not in json.dumps(result.as_json())
    assert [verdict.state for verdict in result.verdicts] == ["missed"]


def test_a_low_rate_is_simulated_for_longer() -> None:
    """The smallest bundled stage, a request in some minutes, still gives thousands of requests."""
    result = simulate(load("vertical-vibing").at("development"))
    assert result.per_s < 0.02
    assert result.requests > 15_000
    assert result.until_s > 86_400


def test_a_bound_on_requests_is_reported(small_stage: Stage) -> None:
    """When the bound ends the run before the precision is reached, the result says so."""
    result = simulate(one_task(small_stage, 9.5), most_requests=5_000)
    assert result.capped
    assert not result.precise


@pytest.mark.parametrize(("threshold", "state"), [(2000, "held"), (500, "missed")])
def test_held_means_the_upper_end_is_inside(small_stage: Stage, threshold: float, state: str) -> None:
    """A target is held when its whole interval is on the good side, missed when the figure is not."""
    graph = one_task(small_stage, 6.0, fast={**SLOW, "threshold": threshold})
    verdict = simulate(graph, most_requests=40_000).verdicts[0]
    assert verdict.state == state
    assert verdict.holds == (verdict.high <= threshold)


def test_an_interval_across_the_target_is_undecided(small_stage: Stage) -> None:
    """Where the interval reaches across the threshold, the run cannot tell."""
    first = simulate(one_task(small_stage, 6.0), most_requests=20_000).endpoint("get").p95_ms
    between = (first.value + first.high) / 2
    result = simulate(one_task(small_stage, 6.0, fast={**SLOW, "threshold": between}), most_requests=20_000)
    assert [verdict.state for verdict in result.verdicts] == ["undecided"]


def test_requests_cut_off_count_as_slow(small_stage: Stage) -> None:
    """A percentile target is missed when more than its share is cut off at a time limit, fast as the others are."""
    call = {"to": "x", "time_ms": 100, "distribution": "exponential", "timeout_ms": 200}
    target = {"metric": "latency_ms", "percentile": 95, "threshold": 250}
    graph = small_stage({"x": {"kind": "external_api"}}, [call], 10.0, {"fast": target})
    result = simulate(graph, most_requests=20_000)
    assert result.endpoint("get").p99_ms.value <= 200
    assert not result.verdicts[0].holds


@pytest.mark.parametrize("name", bundled_names())
def test_every_target_is_judged_or_says_why_not(name: str) -> None:
    """Each target of a bundled architecture's last stage has a verdict, or a reason why it has none."""
    architecture = load(name)
    graph = architecture.at(architecture.stage_names[-1])
    result = simulate(graph, replications=3, most_requests=9_000, least_s=5.0)
    judged = {verdict.target for verdict in result.verdicts}
    assert judged | set(result.not_judged) == set(targets_of(graph))
    assert not judged & set(result.not_judged)
    assert all(result.not_judged.values())
    assert not result.unstable
    for target in targets_of(graph).values():
        assert target.metric in NOT_JUDGED or target.component or judged


def test_background_work_stands_in_no_table() -> None:
    """Schedules and events load the stage and are not among its endpoints."""
    graph = load("writlix").at("steady")
    result = simulate(graph, replications=2, most_requests=2_000)
    names = {endpoint.endpoint for endpoint in result.endpoints}
    assert "content_list" in names
    assert not names & {"schedule_run", "social_scheduled"}


def test_intervals_cover_what_they_should() -> None:
    """The interval of a percentile covers the exact one in about 95 of 100 samples, pooled or by replication."""
    draw = np.random.default_rng(7)
    exact, hits = math.log(20), {True: 0, False: 0}
    for _ in range(200):
        for replicated in hits:
            samples = [draw.exponential(size=400) for _ in range(10)] if replicated else [draw.exponential(size=300)]
            found = percentile_of(samples, 95)
            hits[replicated] += found.low <= exact <= found.high
    assert all(180 <= count <= 200 for count in hits.values())


def test_few_samples_bound_nothing() -> None:
    """Without enough values there is no upper end, and without any there is no figure."""
    assert percentile_of([np.array([1.0, 2.0, 3.0])], 99).high == math.inf
    assert math.isnan(percentile_of([np.empty(0)], 50).value)
    assert math.isnan(mean_of([np.empty(0)]).value)
    assert share_of(0, 1000).high == pytest.approx(0.0038, abs=0.0002)


@pytest.mark.parametrize(("asked", "said"), [(4.0, "as many arrive as it asks for"), (2.0, "4/s arrive")])
def test_a_throughput_is_an_input_held_while_nothing_is_lost(small_stage: Stage, asked: float, said: str) -> None:
    """What arrives is the workload's: the verdict says so, with no interval and no margin."""
    target = {"metric": "throughput_per_s", "threshold": asked, "at_most": False}
    (verdict,) = simulate(one_task(small_stage, 4.0, rate=target), most_requests=20_000).verdicts
    assert (verdict.state, verdict.predicted) == ("held", pytest.approx(4.0))
    assert verdict.why == f"{said}, by the workload, and none is lost"
    assert verdict_row(verdict)[3:] == ["4 /s", f"at least {asked:g} /s", verdict.why]
    assert (verdict_interval(verdict), margin(verdict)) == ("", "\N{EN DASH}")


def test_a_throughput_that_loses_requests_is_missed_with_an_interval(small_stage: Stage) -> None:
    """A function with one instance turns away what comes while it works: fewer are done than arrive."""
    function = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 60, "reserved_concurrency": 1}
    target = {"metric": "throughput_per_s", "threshold": 2.0, "at_most": False}
    graph = small_stage({"f": function}, [{"to": "f", "time_ms": 500}], 2.0, {"rate": target})
    (verdict,) = simulate(graph, most_requests=20_000).verdicts
    assert verdict.state == "missed"
    assert verdict.low < verdict.predicted == pytest.approx(1.0, rel=0.1)  # Erlang B: half of a load of 1 is lost
    assert verdict_interval(verdict)


@pytest.mark.parametrize("most", [1, 25, 3000])
def test_the_bound_on_requests_is_kept(most: int) -> None:
    """Where it is strict, no more are simulated than chance explains, and what so few cannot say is left open."""
    result = simulate(load("lexohub").at("target"), most_requests=most, strict=True)
    assert result.requests <= most + 4 * most**0.5
    assert result.replications == min(most, 10)
    assert result.capped
    assert next(verdict for verdict in result.verdicts if verdict.metric == "error_rate").state == "undecided"
    assert all(item.cold_share is None or item.cold_share.samples <= 2 * most for item in result.components)


def test_shares_of_cold_starts_carry_their_interval() -> None:
    """A worker that was called a few times in the busiest hour says how little that tells; the whole day, whose nights
    let instances go, has no smaller share.
    """
    graph = load("lexohub").at("target")
    told = simulate(graph, 1).as_json()
    usage = measure_day(graph, 1).measured
    for component in told["components"]:
        assert (component["cold_share"] is None) == (not component["ci"] or component["ci"]["cold_share"][0] is None)
    for name in ("lambda_pdf_worker", "lambda_generate_pdf"):
        component = next(item for item in told["components"] if item["component"] == name)
        low, high = component["ci"]["cold_share"]
        assert low <= component["cold_share"] <= high
        assert low <= usage[name]["cold_start_share"]
        assert component["cold_share"] < 0.1
    for endpoint in told["endpoints"]:
        low, high = endpoint["ci"]["cold_share"]
        if endpoint["requests"]:
            assert low <= endpoint["cold_share"] <= high


@pytest.mark.parametrize(("per_run", "least"), [(0, 1e-3), (3, 1e-3)])
def test_an_interval_of_a_rare_share_is_as_wide_as_clumps_are(per_run: int, least: float) -> None:
    """None seen in a thousand may still be three; all in one of ten runs is less certain than spread over them."""
    even = share_over([(per_run, 1000)] * 10)
    clumped = share_over([(10 * per_run, 1000), *[(0, 1000)] * 9])
    assert even.high - even.low > least / 4
    assert clumped.value == even.value
    assert clumped.high >= even.high
    assert clumped.low <= even.low
