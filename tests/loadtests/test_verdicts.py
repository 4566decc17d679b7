"""Held, missed, invalid: no green on nothing."""

import math
from collections.abc import Callable

import pytest

from loadtests.capacity import Trial
from loadtests.files import junit, markdown
from loadtests.histograms import Times
from loadtests.page.render import html
from loadtests.plan import Plan
from loadtests.recording import Recording, read_recording
from loadtests.result_text import result_text
from loadtests.results import LoadTestResult, judged
from loadtests.verdicts import as_json, invalid_because, latency_verdict
from model.targets import Target
from model.verdicts import Verdict, decide

P95 = Target(metric="latency_ms", percentile=95, threshold=2000)
ERRORS = Target(metric="error_rate", threshold=0.05)


def times_of(*groups: tuple[int, float]) -> Times:
    times = Times()
    for count, seconds in groups:
        for _ in range(count):
            times.record(seconds)
    return times


def result_of(plan: Plan, recording: Recording, *verdicts: Verdict) -> LoadTestResult:
    return LoadTestResult(plan, recording, verdicts, {}, tuple(invalid_because(plan, recording)), "")


def test_a_true_p95_of_2010_ms_misses_two_seconds() -> None:
    """Ten milliseconds too slow is missed, not rounded away."""
    verdict = latency_verdict("p95", P95, times_of((940, 0.1), (60, 2.010)))
    assert verdict.state == "missed"
    assert verdict.margin == pytest.approx(-0.005, abs=0.001)


def test_held_means_that_the_whole_interval_is_inside() -> None:
    """A percentile below its threshold with the upper end of its interval is held."""
    verdict = latency_verdict("p95", P95, times_of((1000, 0.1)))
    assert verdict.holds
    assert verdict.low <= verdict.value <= verdict.high <= 2000


def test_between_held_and_missed_more_samples_are_needed() -> None:
    """A value on the good side whose interval reaches over the threshold proves nothing."""
    verdict = latency_verdict("p95", P95, times_of((953, 0.1), (47, 3.0)))
    assert verdict.state == "undecided"
    assert "more samples" in (verdict.why or "")


def test_a_percentile_of_too_few_samples_is_invalid() -> None:
    """Seventy samples have no p95."""
    verdict = latency_verdict("p95", P95, times_of((70, 0.1)))
    assert (verdict.state, verdict.why) == ("undecided", "70 samples; at least 72 are needed")


def test_nothing_measured_is_invalid() -> None:
    """No samples are neither held nor missed, and not a number in JSON is null."""
    verdict = decide("errors", ERRORS, math.nan, 0.0, 1.0, 0)
    assert verdict.state == "undecided"
    told = as_json(verdict)
    assert (told["value"], told["state"]) == (None, "invalid"), "in a load test's words"


@pytest.mark.parametrize(("value", "low", "state"), [(110, 105, "held"), (90, 85, "missed"), (102, 95, "undecided")])
def test_at_least_is_judged_from_the_other_side(value: float, low: float, state: str) -> None:
    """A throughput is held when even the lower end reaches the threshold."""
    target = Target(metric="throughput_per_s", threshold=100, at_most=False)
    assert decide("rate", target, value, low, value + 5, 1000).state == state


def test_a_perfect_run_is_valid(make_plan: Callable[..., Plan], recorded: Callable[..., Recording]) -> None:
    """A run that brought its schedule in time has no reason against it."""
    plan = make_plan()
    assert invalid_because(plan, recorded(plan)) == []


def test_a_run_without_requests_is_invalid(make_plan: Callable[..., Plan]) -> None:
    """Nothing sent is never green."""
    plan = make_plan()
    because = invalid_because(plan, Recording(finished=1))
    assert because[0] == "no samples: no request was sent after the warm-up"
    assert result_of(plan, Recording(finished=1)).exit_code == 4


def test_a_run_of_failures_only_is_invalid(make_plan: Callable[..., Plan]) -> None:
    """All requests failed: there is no latency to judge, and the cause is named."""
    recording = Recording(finished=1)
    recording.error("read", 1.0, "ConnectionRefusedError")
    assert invalid_because(make_plan(), recording)[0] == (
        "no samples: all 1 requests failed (ConnectionRefusedError, 1 times)"
    )


def test_every_way_to_prove_nothing_is_said(make_plan: Callable[..., Plan], recorded: Callable[..., Recording]) -> None:
    """Drops, lag, no CPU left, a lost worker and a short schedule are each a reason, all told at once."""
    plan = make_plan(workers=3)
    recording = recorded(plan)
    recording.finished = 2
    recording.arrivals = 600
    recording.cpu_shares = [0.95]
    recording.drop("read", 1.0)
    for _ in range(100):
        recording.lag.record(0.020)
    text = " | ".join(invalid_because(plan, recording))
    for said in (
        "1 of 3 generators",
        "only 600 of",
        "1 requests were dropped",
        "lag p99 20",
        "95% of a core",
    ):
        assert said in text


def test_a_schedule_short_within_its_poisson_error_is_not_short(
    make_plan: Callable[..., Plan], recorded: Callable[..., Recording]
) -> None:
    """A few arrivals less than planned are chance."""
    plan = make_plan()
    recording = recorded(plan)
    recording.arrivals -= 30
    assert invalid_because(plan, recording) == []


def test_exit_codes(make_plan: Callable[..., Plan], recorded: Callable[..., Recording]) -> None:
    """0 all held, 1 one missed, 4 one undecided, 4 when the run is invalid although one is missed."""
    plan = make_plan()
    recording = recorded(plan)
    held, missed, undecided = (
        decide("errors", ERRORS, value, 0.0, high, 1000) for value, high in ((0.0, 0.01), (0.1, 0.2), (0.04, 0.06))
    )
    assert result_of(plan, recording, held).exit_code == 0
    assert result_of(plan, recording, held, missed, undecided).exit_code == 1
    assert result_of(plan, recording, held, undecided).exit_code == 4
    invalid = result_of(plan, Recording(), missed)
    assert (invalid.exit_code, invalid.valid, invalid.missed) == (4, False, (missed,))


def test_the_warm_up_counts_nowhere(make_plan: Callable[..., Plan], recorded: Callable[..., Recording]) -> None:
    """What was due in the warm-up is in no endpoint, no window, no lag."""
    plan = make_plan(warm_up_s=4)
    recording = recorded(plan)
    after = sum(at_s >= 4 for at_s, _ in plan.arrivals())
    assert recording.arrivals == recording.lag.count == recording.whole().due == after
    assert sum(window.due for window in recording.windows.values()) == after


def test_a_recording_survives_its_way_through_a_message(
    make_plan: Callable[..., Plan], recorded: Callable[..., Recording]
) -> None:
    """What a process tells is what it saw; what is taken is told once; three workers are the sum of three."""
    plan = make_plan()
    told = recorded(plan).message()
    assert read_recording(told).message() == told
    master, worker = Recording(), recorded(plan)
    for _ in range(3):
        master.merge(worker.take())
    assert master.whole().due == recorded(plan).whole().due
    assert master.finished == 1


def test_what_was_not_measured_is_said_in_words(make_plan: Callable[..., Plan], small_file: str) -> None:
    """A host that never answered has no percentile and no interval: no question marks stand for them."""
    plan = make_plan(source=small_file)
    told = judged(plan, Recording(finished=1), targets={"p95": P95})
    for text in (result_text(told), markdown(told), junit(told), html(told)):
        assert "not measured" in text
        assert "?" not in text.replace("<?xml", "").replace("?>", "")


def test_a_run_that_judges_no_target_is_never_green(
    make_plan: Callable[..., Plan], recorded: Callable[..., Recording], small_file: str
) -> None:
    """Whether the stage has no target or the run can judge none, it says why; data to calibrate by need none."""
    plan = make_plan(source=small_file)
    cost = {"cost": Target(metric="monthly_cost_usd", threshold=100)}
    for targets, why in (({}, f"{plan.stage} has no target"), (cost, "it can judge none of cost")):
        told = judged(plan, recorded(plan), targets=targets)
        assert (told.exit_code, told.verdicts) == (4, ())
        assert told.invalid_because == (f"no target was judged: {why} (--openslo FILE gives others)",)
        assert "INVALID" in result_text(told)
    mixed = plan.model_copy(update={"mixes": ((1.0,), (1.0,))})
    assert judged(mixed, recorded(mixed), targets={}).exit_code == 0
    assert judged(plan, recorded(plan), targets={"errors": ERRORS}).exit_code == 0
    trial = Trial.of(judged(plan, recorded(plan), targets={}))
    assert trial.holds, "a search for the knee asks what the service bears"
