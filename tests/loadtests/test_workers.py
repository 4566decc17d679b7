"""Many workers: one schedule, and what is lost when a worker dies in the middle of it."""

import os
import signal
import time

import psutil
import pytest

from loadtests.generator import Generator, generator
from loadtests.recording import Recording
from loadtests.results import LoadTestResult, judged
from loadtests.standin.process import Running, stand_in
from loadtests.suite import Suite

RATE_PER_S = 90.0
REPORT_S = 3.0
"""Workers tell their master every three seconds: what a dead one saw since is lost with it."""


def killed_one(started: Generator, standing: Running) -> int:
    """Wait until all workers send, then kill one of them; its process id."""
    latest = time.monotonic() + 40
    while time.monotonic() < latest:
        if standing.counters()["endpoints"].get("read", {}).get("answered", 0) > RATE_PER_S:
            break
        time.sleep(0.1)
    workers = psutil.Process(started.pid).children()
    assert len(workers) == 3
    os.kill(workers[1].pid, signal.SIGKILL)
    return workers[1].pid


@pytest.fixture(scope="module")
def run(small_file: str) -> tuple[LoadTestResult, int]:
    """A run of a master and three workers of which one is killed, and what the server itself had answered."""
    plan = Suite(small_file).plan(rate_per_s=RATE_PER_S, duration_s=12, warm_up_s=0, workers=3)
    with stand_in(plan.source, plan.stage) as standing, generator(plan, standing.url) as started:
        killed_one(started, standing)
        recording = started.finished()
        counted = standing.counters()["endpoints"]
        figures = standing.figures()
    return judged(plan, recording, standing.url, figures), sum(int(one["answered"]) for one in counted.values())


def test_the_run_ends_and_says_what_was_lost(run: tuple[LoadTestResult, int]) -> None:
    result, _ = run
    assert result.exit_code == 4
    text = " | ".join(result.invalid_because)
    assert "1 of 3 generators did not come to the end of their part" in text
    assert "planned arrivals were brought" in text


def test_its_counts_agree_with_the_servers_own(run: tuple[LoadTestResult, int]) -> None:
    """Nothing is told that the server did not answer; what is missing is at most what one worker saw untold."""
    result, answered = run
    told = result.recording.whole().times.count
    untold = RATE_PER_S / 3 * (REPORT_S + 1.0)
    assert told <= answered <= told + 2 * untold


def test_the_survivors_sent_their_parts_to_the_end(run: tuple[LoadTestResult, int]) -> None:
    """Two thirds of the schedule at least, all of it due after the kill brought by two workers."""
    result, _ = run
    recording: Recording = result.recording
    planned = len(list(result.plan.arrivals()))
    assert recording.finished == 2
    assert 2 / 3 * planned * 0.97 <= recording.arrivals < planned
