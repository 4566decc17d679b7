"""The stand-in: an architecture's paths, waits and limits behind real HTTP."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
import yaml
from starlette.routing import Match

from loadtests.mix import mix_of
from loadtests.standin.app import StandIn
from loadtests.standin.callplans import PlanMaker
from loadtests.standin.limits import compiled, limits_of
from loadtests.standin.process import Running, StandInNotStarted, stand_in
from loadtests.standin.routes import served
from loadtests.standin.stations import Failed
from loadtests.standin.walk import Walker
from model.graph import Architecture
from model.loading import bundled_names, load, read

WITH_CPUS = ("fargate", "app_runner", "ec2", "rds", "aurora", "opensearch")
CASES = [(name, stage) for name in bundled_names() for stage in load(name).stage_names]


def walked(architecture: Architecture, endpoint: str, times: int = 1) -> float:
    """Seconds that as many requests at once take on the plan's own clock."""
    graph = architecture.at("only")
    maker = PlanMaker(graph)
    plan = next(one.plan for one in served(graph, maker) if one.name == endpoint)

    async def walk() -> float:
        walker, at = Walker(1), asyncio.get_running_loop().time()
        ends = await asyncio.gather(*(walker.steps(plan, at) for _ in range(times)))
        await walker.close()
        return max(ends) - at

    return asyncio.run(walk())


def changed(raw: dict[str, Any], **calls: Any) -> Architecture:
    """The small document with other calls of `read`."""
    raw["endpoints"]["read"]["calls"][0] |= calls
    return read(yaml.safe_dump(raw), "small.yaml")


def test_waits_in_sequence_add_up(small: Architecture) -> None:
    """Five milliseconds and two below are seven, however coarse the timers are."""
    assert walked(small, "read") == pytest.approx(0.007, abs=1e-9)


def test_parallel_waits_take_the_longest(small: Architecture) -> None:
    """One millisecond, then eight beside three, is nine."""
    assert walked(small, "write") == pytest.approx(0.009, abs=1e-9)


def test_a_pool_of_two_connections_serves_two_at_once(small: Architecture) -> None:
    """Four writes that come together find two connections of a task: the last is done after two queries."""
    assert walked(small, "write", times=4) == pytest.approx(0.001 + 2 * 0.008, abs=1e-9)


def test_cpu_time_queues_for_the_tasks_cpu(raw: dict[str, Any]) -> None:
    """With one CPU the work of five requests that come together is done one after another."""
    architecture = changed(raw, cpu_ms=10)
    graph = architecture.at("only")
    maker = PlanMaker(graph)
    plan = next(one.plan for one in served(graph, maker) if one.name == "read")

    async def walk() -> tuple[float, float]:
        at = asyncio.get_running_loop().time()
        ends = await asyncio.gather(*(Walker(k).steps(plan, at) for k in range(5)))
        return max(ends) - at, sum(copy.cpus.busy_s for copy in maker.places["api"].copies if copy.cpus)

    longest, busy = asyncio.run(walk())
    assert longest == pytest.approx(busy + 0.007, abs=1e-6)


def test_a_timeout_fails_the_caller_in_time(raw: dict[str, Any]) -> None:
    """A call of five milliseconds with a limit of three fails at three with the status of a gateway."""
    with pytest.raises(Failed, match="api timed out") as failed:
        walked(changed(raw, timeout_ms=3), "read")
    assert failed.value.status == 504


def test_a_miss_calls_what_lies_behind_the_cache(raw: dict[str, Any]) -> None:
    """With a hit ratio of zero the caller goes to the database itself."""
    behind = [{"to": "database", "time_ms": 20, "distribution": "constant"}]
    cache = {"to": "cache", "time_ms": 2, "distribution": "constant", "hit_ratio": 0.0, "on_miss": behind}
    assert walked(changed(raw, calls=[cache]), "read") == pytest.approx(0.027, abs=1e-9)


def test_a_retry_waits_its_backoff_and_tries_again(raw: dict[str, Any]) -> None:
    """Three attempts of three milliseconds with pauses of 10 and 20 ms fail no sooner than after 39."""
    began = time.monotonic()
    retry = {"attempts": 3, "backoff_ms": 10, "jitter": False}
    with pytest.raises(Failed) as failed:
        walked(changed(raw, timeout_ms=3, retry=retry), "read")
    assert failed.value.cause == "api timed out"
    assert time.monotonic() - began >= 0.039


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_every_driven_request_finds_its_endpoint(name: str, stage: str) -> None:
    """Each request of a plan is routed, and its answer bears its endpoint's name, at every stage of every document."""
    graph = load(name).at(stage)
    standing = StandIn(graph, 1)
    routes = standing.application().routes
    for request in mix_of(graph, standin=True).requests:
        path = request.path.partition("?")[0].replace("*", "x").replace("{", "").replace("}", "")
        scope = {"type": "http", "method": request.method, "path": path, "root_path": ""}
        assert any(route.matches(scope)[0] is Match.FULL for route in routes), request
        assert json.loads(standing.answers[request.endpoint])["endpoint"] == request.endpoint


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_every_component_has_its_limits(name: str, stage: str) -> None:
    """Tasks, CPUs and connections are positive wherever there are any, and what computes has CPUs."""
    graph = load(name).at(stage)
    program = compiled(graph)
    for component in program.traffic.loads:
        limits = limits_of(component, program)
        assert limits.tasks >= 1
        assert limits.cpu_stretch >= 1
        assert limits.connections is None or limits.connections > 0
        assert limits.cpus > 0 or graph.components[component].kind not in WITH_CPUS


@pytest.fixture(scope="module")
def standing(small_file: str) -> Iterator[Running]:
    """The small architecture, answering."""
    with stand_in(small_file, "only") as running:
        yield running


def ask(
    standing: Running, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    """One request; status, headers, JSON."""
    connection = HTTPConnection(standing.url.partition("//")[2], timeout=10)
    try:
        connection.request(method, path, body, {key.replace("_", "-"): value for key, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, json.loads(text)
    finally:
        connection.close()


def test_every_answer_names_the_stand_in(standing: Running) -> None:
    """Header and body say that this is not a deployment."""
    status, headers, body = ask(standing, "GET", "/items/7")
    assert status == 200
    assert headers["x-stand-in"] == "stand-in of small at only: modelled waits, not a deployment"
    assert (body["stand_in"], body["endpoint"]) == ("small", "read")


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/nowhere", None, {}, 404),
        ("DELETE", "/items/7", None, {}, 405),
        ("POST", "/items", b"", {}, 400),
        ("POST", "/items", b"{", {}, 400),
        ("POST", "/items", b"[1]", {}, 400),
        ("POST", "/items", b"[" * 50_000, {}, 400),
        ("POST", "/items", b"a=1", {"content_type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/items", b"{}" + b" " * 70_000, {}, 413),
        ("POST", "/items", b'{"a": 1}', {"content_type": "application/json; charset=utf-8"}, 200),
    ],
)
def test_a_bad_request_is_told_so(
    standing: Running, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    """What is unknown, malformed or too large gets a 4xx that says why, in JSON."""
    found, answer_headers, answer = ask(standing, method, path, body, **headers)
    assert found == status
    assert "x-stand-in" in answer_headers
    assert ("error" in answer) == (status >= 400)


def test_an_endpoint_without_a_path_answers_under_its_name(standing: Running) -> None:
    """What a document describes in words is served under a path made of its name."""
    assert ask(standing, "POST", "/run-job", b"{}")[2]["endpoint"] == "run_job"


def test_it_describes_itself(standing: Running) -> None:
    """OpenAPI names every path with its parameters, and health and figures answer."""
    description = ask(standing, "GET", "/openapi.json")[2]
    assert set(description["paths"]) == {"/items/{id}", "/items", "/run-job"}
    assert description["paths"]["/items/{id}"]["get"]["parameters"][0]["name"] == "id"
    assert ask(standing, "GET", "/health")[2]["status"] == "up"
    assert standing.figures()["api"]["calls"] >= 1


def test_metrics_are_in_the_form_that_prometheus_reads(standing: Running) -> None:
    """Each metric has its help, its type and a line per component that was called."""
    ask(standing, "GET", "/items/7")
    connection = HTTPConnection(standing.url.partition("//")[2], timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    assert "# TYPE stand_in_calls_total counter" in text
    assert 'stand_in_calls_total{architecture="small",component="api"}' in text


def test_nothing_is_left_behind(small_file: str) -> None:
    """The process is gone after its block, also when the block fails."""
    with pytest.raises(RuntimeError, match="on purpose"), stand_in(small_file, "only") as running:
        raise RuntimeError("on purpose")
    assert is_gone(running.pid)


def test_a_stand_in_that_cannot_start_says_why(small_file: str) -> None:
    """A stage that does not exist comes back as its own sentence."""
    with pytest.raises(StandInNotStarted, match="'nope' is not a stage of small"), stand_in(small_file, "nope"):
        pass


def is_gone(pid: int) -> bool:
    """Whether a process has ended within five seconds."""
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
