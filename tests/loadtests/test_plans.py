"""Plans: the requests of a stage, its journeys, the share of each worker."""

import tracemalloc
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.chance import seeded
from loadtests.journeys import woven
from loadtests.load import Load
from loadtests.mix import mix_of
from loadtests.plan import Journey, Plan, Request
from loadtests.safety import check_caps, check_host, check_target, is_loopback
from loadtests.suite import LEAST_RATE_PER_S, Suite, journeys_of
from model.graph import Architecture
from model.loading import bundled_names, load
from model.problems import BadInput


@pytest.mark.parametrize("name", bundled_names())
def test_every_document_has_a_plan_at_every_stage(name: str) -> None:
    """Each stage has requests whose shares sum to one, with its journeys, at its busiest hour's rate."""
    for stage in load(name).stage_names:
        plan = Suite.of(name).plan(stage)
        shares = [request.share for request in plan.requests] + [journey.share for journey in plan.journeys]
        assert sum(shares) == pytest.approx(1)
        asked = plan.load.rate_per_s * plan.requests_per_arrival
        assert asked == pytest.approx(max(plan.stage_peak_per_s, LEAST_RATE_PER_S))


def test_a_journey_leaves_the_mix_as_it_was() -> None:
    """With journeys woven in, each endpoint is asked as often as without them."""
    graph = load("lexohub").at("target")
    mix = mix_of(graph, standin=True)
    requests, journeys = woven(mix.requests, journeys_of(graph))
    asked: Counter[str] = Counter({request.endpoint: request.share for request in requests})
    for journey in journeys:
        asked.update({step: journey.share * journey.steps.count(step) for step in set(journey.steps)})
    total = sum(asked.values())
    for request in mix.requests:
        assert asked[request.endpoint] / total == pytest.approx(request.share, abs=1e-12)


def test_a_journey_with_an_absent_step_is_dropped() -> None:
    """At a stage without one of its endpoints a journey does not happen."""
    only = (Request(endpoint="a", method="GET", path="/", share=1.0),)
    assert woven(only, (Journey(name="both", steps=("a", "b")),)) == (only, ())


@given(st.integers(1, 5))
def test_workers_together_send_exactly_the_schedule(parts: int) -> None:
    """The parts of all workers, put together, are the schedule of one."""
    requests = tuple(Request(endpoint=name, method="GET", path="/", share=0.5) for name in "ab")
    plan = Plan(source="s", architecture="s", stage="s", against="host", load={"duration_s": 5}, requests=requests)  # type: ignore[arg-type]
    together = sorted(arrival for part in range(parts) for arrival in plan.arrivals(part, parts))
    assert together == list(plan.arrivals())


def test_a_schedule_is_held_in_a_few_bytes_an_arrival() -> None:
    """A long schedule is numbers in arrays from the start, and no list that the garbage collector walks."""
    request = Request(endpoint="e", method="GET", path="/", share=1.0)
    load = Load(rate_per_s=1000, duration_s=100)
    plan = Plan(source="s", architecture="s", stage="s", against="host", load=load, requests=(request,))
    tracemalloc.start()
    try:
        arrivals = plan.arrivals()
        first = next(arrivals)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < 16 * load.expected()
    assert [first, *arrivals] == list(plan.arrivals())


def test_what_cannot_be_called_is_left_out_with_its_reason(small: Architecture) -> None:
    """A schedule is never driven; an endpoint without a path only on the stand-in."""
    graph = small.at("only")
    assert dict(mix_of(graph, standin=True).left_out) == {"nightly": "nobody calls it over HTTP: it is a schedule"}
    assert (
        dict(mix_of(graph, standin=False).left_out)["run_job"] == "'jobs over there' is not a path that can be called"
    )


def test_a_path_is_filled_anew_for_each_request() -> None:
    """Holes and an open query become values; the rest of the path stays."""
    request = Request(endpoint="e", method="GET", path="/a/{id}/b/*?q=", share=1.0)
    filled = request.filled(seeded(1)).path
    assert "{" not in filled
    assert "*" not in filled
    assert filled.startswith("/a/")
    assert not filled.endswith("=")


def test_a_body_has_the_modelled_size() -> None:
    """Two kilobytes of request are two kilobytes of JSON."""
    body = Request(endpoint="e", method="POST", path="/", share=1.0, body_bytes=2048).body()
    assert body is not None
    assert abs(len(body) - 2048) <= 4


def test_a_slow_stage_is_driven_faster_than_it_is(small_file: str) -> None:
    """The rate asked for is kept; without one, a stage below the least rate is raised to it."""
    assert Suite(small_file).plan().load.rate_per_s == pytest.approx(20, rel=0.01)
    assert Suite(small_file).plan(rate_per_s=7).load.rate_per_s == pytest.approx(7)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"shape": "wavy"}, "'wavy' is not a shape of load"),
        ({"duration_s": -1, "warm_up_s": 0}, "duration_s"),
        ({"max_in_flight": 0}, "max_in_flight"),
        ({"stage": "nope"}, "'nope' is not a stage of small"),
        ({"shape": "replay"}, "--shape replay --trace FILE"),
    ],
)
def test_an_impossible_plan_is_refused_with_a_sentence(small_file: str, wishes: dict[str, object], said: str) -> None:
    """What cannot be driven is said before anything is started."""
    with pytest.raises(BadInput, match=said):
        Suite(small_file).plan(**wishes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("http://127.0.0.1:80", True),
        ("http://localhost", True),
        ("http://[::1]", True),
        ("http://10.0.0.1", False),
        ("https://127.0.0.1.example.com", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, here: bool) -> None:
    """An address is this machine's own by its number, not by how its name begins."""
    assert is_loopback(host) == here


def test_another_machine_needs_a_yes_above_a_hundred_per_second(make_plan: Callable[..., Plan]) -> None:
    """At 100 requests per second nobody is asked, above it somebody must confirm; a spike counts at its highest."""
    check_target("https://api.example.com", make_plan(rate_per_s=100), confirmed=False)
    for plan in (make_plan(rate_per_s=101), make_plan(rate_per_s=20, shape="spike")):
        with pytest.raises(BadInput, match="confirm with --yes"):
            check_target("https://api.example.com", plan, confirmed=False)
        check_target("https://api.example.com", plan, confirmed=True)
        check_target("http://127.0.0.1:8000", plan, confirmed=False)


def test_caps_hold_whatever_is_confirmed(make_plan: Callable[..., Plan]) -> None:
    """Beyond the caps a plan is refused, with every cap it breaks."""
    plan = make_plan(rate_per_s=50_000, duration_s=10_000, max_in_flight=100_000)
    with pytest.raises(BadInput, match=r"requests per second.*s are above.*in flight"):
        check_caps(plan)


@pytest.mark.parametrize("host", ["example.com", "ftp://example.com", "https://user:pass@example.com", "http://h/?q=1"])
def test_what_is_no_host_is_refused(host: str) -> None:
    """A host is an http or https address without credentials or query."""
    with pytest.raises(BadInput):
        check_host(host)
