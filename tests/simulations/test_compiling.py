"""A stage compiles to what queueing theory says of it, station by station."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.caching import hit_share
from model.problems import BadInput, UnknownName
from model.sizing import SizedGraph
from model.traffic import traffic
from simulations.arrivals import Poisson
from simulations.compiling.compilation import Conditions
from simulations.compiling.facts import Parameters, load_facts
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.estimates import mean_of, share_of
from simulations.queueing import erlang_b, mean_wait_servers
from simulations.replications import Window, replicate
from simulations.run import ENGINES
from simulations.run import run as simulated

Stage = Callable[..., SizedGraph]
WARM = Conditions(cold_starts=False)
API = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 1}}
FUNCTION = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 900}


def means_agree(stage: CompiledStage, expected_ms: float, requests: int = 12_000) -> None:
    """The mean of `get` over ten replications is within four standard errors of the expected one."""
    until = requests / stage.demand.total_per_s
    runs = replicate(stage, Window(until, until * 0.1), 3, 10, "compiled")
    found = mean_of([run.latencies_ms["get"] for run in runs])
    assert abs(found.value - expected_ms) <= 4 * (found.high - found.value) / 2.26


def errors(stage: CompiledStage, requests: int = 12_000) -> tuple[int, int]:
    """Failed and all requests of one long run."""
    until = requests / stage.demand.total_per_s
    run = replicate(stage, Window(until, until * 0.1), 3, 1, "compiled")[0]
    return sum(run.errors["get"].values()), run.requests


@pytest.mark.parametrize(("scv", "mean_ms"), [(1.0, 500.0), (0.0, 300.0)], ids=["M/M/1", "M/D/1"])
@pytest.mark.parametrize(("vcpu", "cpu_ms"), [(1, 100), (0.5, 50)], ids=["one vCPU", "half a vCPU"])
def test_one_task_is_one_server(small_stage: Stage, scv: float, mean_ms: float, vcpu: float, cpu_ms: float) -> None:
    """A task of one vCPU at 80 % is M/M/1 or M/D/1; half a vCPU is a server that is half as fast."""
    graph = small_stage({"api": {**API, "vcpu": vcpu}}, [{"to": "api", "cpu_ms": cpu_ms}], 8.0)
    means_agree(compile_stage(graph, overrides={"cpu_scv": scv}), mean_ms)


def test_waiting_does_not_hold_the_cpu(small_stage: Stage) -> None:
    """A task at 50 % of its CPU waits long for others and still answers as M/M/1 plus that wait."""
    graph = small_stage({"api": API}, [{"to": "api", "cpu_ms": 50, "time_ms": 2000}], 10.0)
    means_agree(compile_stage(graph), 2000 + 100.0)


def test_a_function_at_its_limit_loses_as_erlang_b_says(small_stage: Stage) -> None:
    """A function with ten instances and a load of eight refuses the share that Erlang B gives."""
    graph = small_stage({"f": {**FUNCTION, "reserved_concurrency": 10}}, [{"to": "f", "time_ms": 1000}], 8.0)
    failed, requests = errors(compile_stage(graph, conditions=WARM), 40_000)
    assert share_of(failed, requests).value == pytest.approx(erlang_b(10, 8.0), abs=0.012)


def test_the_account_limits_all_functions_together(small_stage: Stage) -> None:
    """Two functions that are held at the same time share the account's concurrency."""
    calls = [{"to": "f", "calls": [{"to": "g", "time_ms": 1000}]}]
    stage = compile_stage(
        small_stage({"f": FUNCTION, "g": FUNCTION}, calls, 8.0), None, WARM, {"lambda_account_concurrency": 8}
    )
    failed, requests = errors(stage)
    assert failed > 0.3 * requests


def test_a_connection_pool_is_one_queue(small_stage: Stage) -> None:
    """Two connections of a task at 80 % make callers wait as in M/M/2."""
    parts = {
        "api": {**API, "vcpu": 4, "memory_gb": 8, "connection_pool": 2},
        "db": {"kind": "rds", "instance_class": "db.m5.large"},
    }
    query = {"to": "db", "time_ms": 100, "distribution": "exponential"}
    graph = small_stage(parts, [{"to": "api", "calls": [query]}], 16.0)
    means_agree(compile_stage(graph), 100 + 1000 * mean_wait_servers(2, 16.0, 0.1))


def test_a_database_has_the_cpus_of_its_class(small_stage: Stage) -> None:
    """A class of two vCPU at 80 % is M/M/2."""
    parts = {"f": FUNCTION, "db": {"kind": "rds", "instance_class": "db.m5.large"}}
    graph = small_stage(parts, [{"to": "f", "calls": [{"to": "db", "cpu_ms": 100}]}], 16.0)
    means_agree(compile_stage(graph, conditions=WARM), 100 + 1000 * mean_wait_servers(2, 16.0, 0.1))


def test_a_database_out_of_connections_refuses(small_stage: Stage) -> None:
    """Callers without a pool are refused beyond max_connections, as Erlang B says."""
    parts = {"f": FUNCTION, "db": {"kind": "rds", "instance_class": "db.m5.large", "max_connections": 5}}
    graph = small_stage(parts, [{"to": "f", "calls": [{"to": "db", "time_ms": 1000}]}], 4.0)
    failed, requests = errors(compile_stage(graph, conditions=WARM), 40_000)
    assert failed / requests == pytest.approx(erlang_b(5, 4.0), abs=0.012)


def test_the_slower_branch_decides(small_stage: Stage) -> None:
    """Two equal exponential branches take one and a half times one of them."""
    branch = [{"to": "s3", "time_ms": 100, "distribution": "exponential"}]
    graph = small_stage({"s3": {"kind": "s3"}}, [{"parallel": [branch, branch]}], 5.0)
    means_agree(compile_stage(graph), 150.0)


def test_a_cache_saves_what_it_hits(small_stage: Stage) -> None:
    """With three hits of four, a quarter of the requests goes on to the store."""
    parts = {"cache": {"kind": "elasticache", "node_class": "cache.t3.micro"}, "s3": {"kind": "s3"}}
    calls = [{"to": "cache", "time_ms": 1, "hit_ratio": 0.75, "on_miss": [{"to": "s3", "time_ms": 20}]}]
    means_agree(compile_stage(small_stage(parts, calls, 5.0)), 1 + 0.25 * 20)


def test_a_fleet_starts_with_the_tasks_that_its_rule_settles_on(small_stage: Stage) -> None:
    """8 vCPU of work at a target of 50 % take 16 tasks of one vCPU, and never more than the bounds."""
    rule = {"kind": "target_tracking", "metric": "cpu", "target": 50}
    for most, wanted in ((40, 16), (10, 10)):
        api = {**API, "tasks": {"min": 2, "max": most}, "scaling": rule}
        stage = compile_stage(small_stage({"api": api}, [{"to": "api", "cpu_ms": 100}], 80.0))
        assert stage.tasks["api"] == wanted


def test_time_limits_and_attempts(small_stage: Stage) -> None:
    """A call that always takes too long fails at its limit, after all its attempts."""
    call = {
        "to": "x",
        "time_ms": 100,
        "distribution": "constant",
        "timeout_ms": 50,
        "retry": {"attempts": 3, "backoff_ms": 0, "jitter": False},
    }
    stage = compile_stage(small_stage({"x": {"kind": "external_api"}}, [call], 1.0))
    run = replicate(stage, Window(200.0, 0.0), 3, 1, "compiled")[0]
    assert run.errors["get"] == {"deadline": run.requests}
    assert run.attempts == 3 * run.requests


def test_a_gateway_answers_429_beyond_its_rate(small_stage: Stage) -> None:
    """A gateway with half the rate refuses half of the requests."""
    gateway = {"kind": "api_gateway", "requests_per_s": 5, "burst": 5}
    graph = small_stage({"gate": gateway, "s3": {"kind": "s3"}}, [{"to": "gate", "calls": [{"to": "s3"}]}], 10.0)
    failed, requests = errors(compile_stage(graph))
    assert failed / requests == pytest.approx(0.5, abs=0.03)


def test_a_queue_hands_every_message_to_a_worker(small_stage: Stage) -> None:
    """Nobody waits for what a queue delivers, and every message is worked on once."""
    work = {"to": "f", "time_ms": 5000}
    queue = {"to": "sqs", "time_ms": 10, "distribution": "constant", "delivers": [work]}
    stage = compile_stage(small_stage({"sqs": {"kind": "sqs"}, "f": FUNCTION}, [queue], 2.0), conditions=WARM)
    run = replicate(stage, Window(500.0, 0.0), 3, 1, "compiled")[0]
    worker = next(place for place in run.places if place.place.component == "f")
    assert run.latencies_ms["get"].mean() == pytest.approx(10.0)
    assert worker.busy == pytest.approx(2.0 * 5.0, rel=0.2)
    assert int(run.result.raw.op_passes.max()) >= run.requests


def test_several_functions_do_not_share_instances(small_stage: Stage) -> None:
    """A component that stands for two functions gives each its own instances."""
    stage = compile_stage(small_stage({"f": {**FUNCTION, "functions": 2}}, [{"to": "f", "time_ms": 10}], 1.0))
    assert stage.functions["f"] == ("f[0]", "f[1]")


def test_every_fact_has_a_range_and_a_source() -> None:
    """No number of the simulator is without a range, a unit where it has one, a source and a meaning."""
    for fact in load_facts().values():
        assert fact.low <= fact.value <= fact.high
        assert fact.source
        assert fact.what
        assert fact.confidence in ("high", "medium", "low")


def test_facts_can_be_replaced(small_stage: Stage) -> None:
    """An override wins, is listed with the stage, and an unknown name is refused with the nearest."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 10}], 1.0)
    stage = compile_stage(graph, overrides={"lambda_sandbox_ms": 7.0})
    assert {fact.name: fact.value for fact in stage.facts}["lambda_sandbox_ms"] == 7.0
    with pytest.raises(UnknownName, match="lambda_sandbox_ms"):
        Parameters.of(graph, {"lambda_sandbox_m": 7.0})


def test_a_stage_without_arrivals_is_refused(small_stage: Stage) -> None:
    """Nothing to simulate is said in a sentence."""
    graph = small_stage({"f": FUNCTION}, [{"to": "f", "time_ms": 10}], 0.0)
    with pytest.raises(BadInput, match="nothing arrives"):
        compile_stage(graph)


def test_cold_starts_follow_the_document(small_stage: Stage) -> None:
    """Calls an hour apart all start cold and take the stated initialisation besides."""
    function: dict[str, Any] = {**FUNCTION, "init_ms": 800}
    graph = small_stage({"f": function}, [{"to": "f", "time_ms": 100}], 1 / 36_000)
    stage = compile_stage(graph)
    run = replicate(stage, Window(2000 * 36_000.0, 0.0), 3, 1, "compiled")[0]
    assert run.cold["get"] / run.requests > 0.97
    assert run.latencies_ms["get"].mean() == pytest.approx(903.5, rel=0.03)


def test_a_time_to_live_says_what_a_cache_hits(small_stage: Stage) -> None:
    """Keys asked for alike often and kept for `ttl_s` hit as the closed form says, in traffic and in the run."""
    parts = {"cache": {"kind": "elasticache", "node_class": "cache.t3.micro", "ttl_s": 30}, "s3": {"kind": "s3"}}
    calls = [{"to": "cache", "time_ms": 1, "keys": 100, "on_miss": [{"to": "s3", "time_ms": 20}]}]
    graph = small_stage(parts, calls, 10.0)
    assert hit_share(10.0, 100, 30) == 0.75
    assert traffic(graph).load("s3").calls_per_s == pytest.approx(2.5)
    means_agree(compile_stage(graph), 1 + 0.25 * 20)


def test_keys_need_a_time_to_live(small_stage: Stage) -> None:
    """A cache that does not say how long it keeps things cannot be asked for keys."""
    parts = {"cache": {"kind": "elasticache", "node_class": "cache.t3.micro"}}
    with pytest.raises(BadInput, match=r"calls\[0\].keys: 'cache' has no ttl_s"):
        small_stage(parts, [{"to": "cache", "keys": 100}], 1.0)


def test_a_breaker_spares_a_caller_the_wait(small_stage: Stage) -> None:
    """A partner that never answers in time costs its limit until the circuit opens, then nothing for a while."""
    call = {"to": "x", "time_ms": 5000, "timeout_ms": 100, "breaker": {"failures": 5, "open_s": 10}}
    stage = compile_stage(small_stage({"x": {"kind": "external_api"}}, [call], 10.0))
    run = replicate(stage, Window(1000.0, 0.0), 3, 1, "compiled")[0]
    assert run.errors["get"]["circuit open"] > 0.95 * run.requests
    assert run.errors["get"]["deadline"] == pytest.approx(1000 / 10, rel=0.15)


def test_engines_agree_on_caches_and_breakers_of_documents(small_stage: Stage) -> None:
    """The same result in every engine."""
    parts = {"cache": {"kind": "cloudfront", "ttl_s": 2}, "x": {"kind": "external_api"}}
    partner = {
        "to": "x",
        "time_ms": 200,
        "timeout_ms": 300,
        "breaker": {"failures": 2, "open_s": 3},
        "retry": {"attempts": 3, "backoff_ms": 50},
    }
    stage = compile_stage(small_stage(parts, [{"to": "cache", "keys": 8, "calls": [partner]}], 4.0))
    digests = {simulated(stage.program, Poisson(4.0, 120.0), 5, engine).digest for engine in ENGINES}
    assert len(digests) == 1


@pytest.mark.parametrize(
    "kind", ["stripe", "mapbox", "twilio", "sendgrid", "clerk", "openai", "bedrock", "external_api"]
)
def test_providers_answer_429_beyond_their_rate(small_stage: Stage, kind: str) -> None:
    """An external service with half the rate refuses half of the calls, whoever provides it."""
    more = {"model": "claude_3_haiku"} if kind == "bedrock" else {}
    graph = small_stage({"x": {"kind": kind, "requests_per_s": 5, **more}}, [{"to": "x", "time_ms": 1}], 10.0)
    run = replicate(compile_stage(graph), Window(400.0, 40.0), 3, 1, "compiled")[0]
    assert run.errors["get"]["throttled"] / run.requests == pytest.approx(0.5, abs=0.05)
