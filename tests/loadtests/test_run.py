"""Whole load tests, short, on the loopback address."""

import csv
import io
import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from loadtests.capacity import find_capacity
from loadtests.files import result_files
from loadtests.generator import generator
from loadtests.plan import Plan, Request
from loadtests.recording import Recording
from loadtests.result_text import result_text
from loadtests.results import LoadTestResult, judged
from loadtests.run import run
from loadtests.suite import Suite
from model.loading import bundled_names
from model.problems import BadInput
from tests.loadtests.serving import always, serving

LOADTESTS = Path(__file__).parents[2] / "loadtests"


@pytest.fixture(scope="module")
def result(small_file: str) -> LoadTestResult:
    """The small architecture's stand-in, driven for two seconds."""
    return run(Suite(small_file).plan(rate_per_s=60, duration_s=2, warm_up_s=0.5, seed=4))


def test_a_whole_test_runs_without_a_host(result: LoadTestResult) -> None:
    """All that was planned was sent and answered by the stand-in, and its own count agrees."""
    seen = result.recording.whole()
    planned = sum(at_s >= 0.5 for at_s, _ in result.plan.arrivals())
    assert seen.due == planned == seen.times.count
    assert result.figures["api"]["calls"] + result.figures.get("jobs", {"calls": 0})["calls"] >= planned


def test_targets_are_judged_from_what_was_measured(result: LoadTestResult) -> None:
    """Errors, hits and connections are judged, the availability is not, and says why."""
    states = {verdict.target: verdict.state for verdict in result.verdicts}
    assert states["errors"] == "held"
    assert states["connections"] == "held"
    assert result.not_judged == {
        "always_there": "a load test of minutes cannot show it; the error rate stands beside it"
    }


def test_latency_counts_at_least_the_modelled_time(result: LoadTestResult) -> None:
    """No answer is faster than the plan's waits."""
    assert result.recording.endpoints["read"].times.percentile_ms(0) >= 6.9
    assert result.predicted["read"]["unloaded_mean_ms"] == pytest.approx(7)


def test_the_stand_in_never_passes_for_a_deployment(result: LoadTestResult) -> None:
    """Text, JSON, Markdown and JUnit name it."""
    files = result_files(result)
    assert "STAND-IN" in result_text(result)
    assert json.loads(files["loadtest.json"])["against"] == "standin"
    assert "a stand-in" in files["loadtest.md"]
    assert "standin" in files["loadtest.junit.xml"]


def test_the_json_has_what_programs_read(result: LoadTestResult) -> None:
    """The fixed names are there, with numbers or null."""
    answer = json.loads(json.dumps(result.as_json(), allow_nan=False))
    for name in (
        "architecture",
        "stage",
        "against",
        "host",
        "endpoints",
        "verdicts",
        "valid",
        "invalid_because",
        "seed",
    ):
        assert name in answer
    for name in ("offered_per_s", "achieved_per_s", "planned_per_s", "errors", "windows", "generator", "components"):
        assert name in answer
    assert set(answer["verdicts"][0]) >= {
        "target", "percentile", "threshold", "value", "low", "high", "held", "samples", "measured", "holds",
    }  # fmt: skip
    assert {row["endpoint"] for row in answer["endpoints"]} == set(result.recording.endpoints)


def test_the_files_say_the_same(result: LoadTestResult) -> None:
    """JUnit counts a case per target and one for the run; the CSV has a row per endpoint."""
    files = result_files(result)
    suite = ElementTree.fromstring(files["loadtest.junit.xml"])  # noqa: S314 - our own text
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests", 0)) == len(result.verdicts) + len(result.not_judged) + 1
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures", -1)) == len(result.missed)
    rows = list(csv.DictReader(io.StringIO(files["loadtest-endpoints.csv"])))
    assert {row["endpoint"] for row in rows} == set(result.recording.endpoints)
    assert {"p99_ms", "predicted_p99_ms"} <= rows[0].keys()
    assert all(float(value) >= 0 for row in rows for name, value in row.items() if name != "endpoint" and value)


@pytest.mark.parametrize(("duration_s", "told"), [(0.5, True), (10, False)])
def test_a_percentile_that_is_only_the_slowest_answer_is_said_to_be(
    make_plan: Callable[..., Plan],
    recorded: Callable[[Plan], Recording],
    small_file: str,
    duration_s: float,
    told: bool,
) -> None:
    """Fifty answers have no p99 of their own, a thousand have."""
    plan = make_plan(source=small_file, duration_s=duration_s)
    shown = judged(plan, recorded(plan))
    words = "of fewer than 100 answers the p99 is the slowest one"
    assert (words in result_text(shown)) == told
    assert (words.capitalize() in result_files(shown)["loadtest.md"]) == told


def test_nobody_there_is_invalid_and_stops_itself(small_file: str) -> None:
    """Against a port where nothing listens every request fails; the run ends early, says so, and is never green."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    plan = Suite(small_file).plan(rate_per_s=200, duration_s=20, warm_up_s=0, host=f"http://127.0.0.1:{port}")
    result = run(plan, f"http://127.0.0.1:{port}")
    assert result.exit_code == 4
    assert any("more than 50% of the last requests failed" in why for why in result.invalid_because)
    assert any("all" in why and "failed" in why for why in result.invalid_because)
    assert result.recording.whole().ended < 1000


def test_errors_of_the_service_miss_its_target(make_plan: Callable[..., Plan], small_file: str) -> None:
    """A host that answers 503 misses its error rate; a run may be missed and invalid."""
    with serving(always(503)) as (host, _):
        plan = make_plan(source=small_file, rate_per_s=60, duration_s=1.5, most_error_share=1.0)
        result = run(plan, host)
    assert {verdict.target for verdict in result.missed} == {"errors"}
    assert result.recording.whole().errors["HTTP 503"] == result.recording.whole().ended
    assert not result.valid


def test_credentials_go_to_the_host_and_nowhere_else(make_plan: Callable[..., Plan]) -> None:
    """The header is sent; a redirect to another host is not followed, and is an error that names it."""
    with serving(always()) as (elsewhere, asked_there):
        target = elsewhere.replace("127.0.0.1", "localhost")
        with serving(always(302, {"Location": f"{target}/items"})) as (host, asked):
            plan = make_plan(
                rate_per_s=50, duration_s=0.6, requests=(Request(endpoint="r", method="GET", path="/items", share=1.0),)
            )
            with generator(plan, host, auth_header="Authorization: Bearer secret") as started:
                recording = started.finished()
    assert {request.headers["authorization"] for request in asked} == {"Bearer secret"}
    assert all("x-stand-in-endpoint" not in request.headers for request in asked)
    assert asked_there == []
    assert all(cause.startswith(f"redirected to {target}") for cause in recording.whole().errors)


def test_a_full_generator_drops_and_says_so(make_plan: Callable[..., Plan], small_file: str) -> None:
    """With one place in flight, requests that find it taken are drops: errors that make the run invalid."""
    plan = make_plan(
        source=small_file, against="standin", rate_per_s=400, duration_s=1, max_in_flight=1, most_error_share=1.0
    )
    result = run(plan)
    seen = result.recording.whole()
    assert 0 < seen.dropped < seen.due
    assert seen.times.count + seen.failed == seen.due
    assert any("were dropped" in why for why in result.invalid_because)


def test_closed_users_wait_for_their_answers(make_plan: Callable[..., Plan], small_file: str) -> None:
    """Three users have never more than three requests in flight, and each answer is waited for."""
    plan = make_plan(source=small_file, against="standin", users=3, think_s=0.01, duration_s=1)
    result = run(plan)
    assert result.recording.most_in_flight == 3
    assert 0 < result.recording.whole().times.count < 3 * 1 / 0.007


def test_two_processes_send_one_schedule(small_file: str) -> None:
    """Two workers send exactly what one would, and the merged count agrees with the stand-in's own."""
    plan = Suite(small_file).plan(rate_per_s=60, duration_s=1, warm_up_s=0, workers=2)
    result = run(plan)
    assert result.recording.finished == 2
    assert result.recording.whole().due == len(list(plan.arrivals()))
    assert result.recording.whole().times.count == result.recording.whole().due


def test_a_refused_plan_starts_nothing(small_file: str) -> None:
    """Another machine without a yes is refused before anything is sent."""
    host = "https://api.example.com"
    with pytest.raises(BadInput, match="confirm with --yes"):
        run(Suite(small_file).plan(rate_per_s=500, host=host), host)


def test_a_stand_in_that_does_not_start_is_invalid(small_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has not come up in time makes the result invalid: it says why, and its exit code is 4."""
    monkeypatch.setattr("loadtests.standin.process.START_S", 0.0)
    result = run(Suite(small_file).plan())
    assert result.exit_code == 4
    assert result.invalid_because[0].startswith("the stand-in did not start")


def test_every_document_has_its_suite() -> None:
    """For each architecture there is a file that plain Locust runs."""
    for name in bundled_names():
        text = (LOADTESTS / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
        assert f'Generator = locust_user("{name}")' in text


def test_plain_locust_runs_a_suite() -> None:
    """`locust -f` on a document's file drives the stand-in, prints the verdicts and sets the exit code."""
    command = [
        sys.executable,
        "-m",
        "locust",
        "-f",
        str(LOADTESTS / "vertical_vibing.py"),
        "--headless",
        "--only-summary",
    ]
    options = ["--stage", "stage4", "--rate", "60", "--duration", "1", "--warm-up", "0.5"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, check=False)
    assert "vertical-vibing stage4: STAND-IN" in done.stdout
    assert done.returncode in (0, 4), done.stderr
    assert ("INVALID" in done.stdout) == (done.returncode == 4)


def test_the_web_interface_starts_runs_one_after_another() -> None:
    """Started from Locust's page, with the host left empty or as it was, a suite drives its stand-in each time."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    page = f"http://127.0.0.1:{port}"
    options = ["--web-host", "127.0.0.1", "--web-port", str(port), "--stage", "stage4"]
    command = [sys.executable, "-m", "locust", "-f", str(LOADTESTS / "vertical_vibing.py"), *options]
    form = {"user_count": 1, "spawn_rate": 1, "rate": 60, "duration": 1, "warm_up": 0.5, "stage": "stage4"}
    form |= {"shape": "poisson", "seed": 1, "max_in_flight": 500, "parts": 1}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for more in ({"host": ""}, {}):
            assert asked_until(page, "/swarm", form | more, lambda told: told.get("success") is True)
            stats = asked_until(page, "/stats/requests", None, lambda told: told["state"] == "stopped")
            assert stats["stats"][-1]["num_requests"] > 30
            assert stats["fail_ratio"] == 0
    finally:
        process.terminate()
        said = process.communicate(timeout=30)[0]
    assert "vertical-vibing stage4: STAND-IN" in said


def asked_until(page: str, path: str, form: dict[str, Any] | None, enough: Callable[[Any], bool]) -> Any:
    """What a page of Locust answers once it is enough, asked again until then; a form is sent."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    latest, told = time.monotonic() + 40, None
    while time.monotonic() < latest:
        try:
            with urllib.request.urlopen(page + path, data, timeout=10) as answer:  # noqa: S310 - loopback
                told = json.load(answer)
            if enough(told):
                return told
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"{path}: {told}")


def test_the_capacity_lies_between_what_held_and_what_broke(
    make_plan: Callable[..., Plan], recorded: Callable[..., Recording], small_file: str
) -> None:
    """A service that turns slow above 130 requests per second has its knee found there, within five percent."""
    tried: list[float] = []

    def drive(plan: Plan) -> LoadTestResult:
        tried.append(plan.load.rate_per_s)
        recording = recorded(plan, 0.02 if plan.load.rate_per_s <= 130 else 0.9)
        return judged(plan, recording)

    found = find_capacity(make_plan(source=small_file), drive, 5000)
    assert found.held_per_s is not None
    assert found.broke_per_s is not None
    assert found.held_per_s <= 130 < found.broke_per_s <= found.held_per_s * 1.06
    assert "fast" in found.broken_by
    assert len(tried) == len(found.trials) <= 12


def test_a_generator_that_fails_ends_the_search_and_breaks_nothing(
    make_plan: Callable[..., Plan], recorded: Callable[..., Recording], small_file: str
) -> None:
    """A rate that the generator cannot bring is tried again, and is never taken for the service's knee."""

    def drive(plan: Plan) -> LoadTestResult:
        recording = recorded(plan)
        for _ in range(recording.lag.count if plan.load.rate_per_s > 150 else 0):
            recording.lag.record(0.050)
        return judged(plan, recording)

    found = find_capacity(make_plan(source=small_file), drive, 5000)
    assert found.held_per_s == pytest.approx(100)
    assert found.broke_per_s is None
    assert [trial.holds for trial in found.trials] == [True, True, None, None, None]
    assert "nothing is known: the generator was late" in found.text()
