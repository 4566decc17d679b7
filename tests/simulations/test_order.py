"""The order contract, as timetables of who ends when."""

from __future__ import annotations

import pytest

from simulations.arrivals import Replay
from simulations.builder import ProgramBuilder
from simulations.distributions import constant
from simulations.engines.interface import EndlessInstant
from simulations.run import ENGINES, StuckRequests, run


@pytest.mark.parametrize("engine", ENGINES)
def test_an_arrival_precedes_a_release_of_the_same_instant(engine: str) -> None:
    """With one place in the queue, who comes at the instant a slot is freed is turned away: arrivals come first."""
    build = ProgramBuilder()
    desk = build.station("desk", 1, queue=1)
    with build.endpoint("get"):
        build.serve(desk, constant(2.0))
    result = run(build.build(), Replay((0.0, 1.0, 2.0, 4.0)), engine=engine)
    assert result.raw.status.tolist() == [0, 0, 1, 0]
    assert result.raw.end.tolist() == [2.0, 4.0, 2.0, 6.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_release_gives_the_slot_to_the_head_of_the_queue(engine: str) -> None:
    """The head waiter has the slot at the release: one who asks again at that instant goes to the tail."""
    build = ProgramBuilder()
    desk = build.station("desk", 1)
    with build.endpoint("get"), build.repeat(times=2):
        build.serve(desk, constant(1.0))
    result = run(build.build(), Replay((0.0, 0.0)), engine=engine)
    assert result.raw.end.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_deadline_and_a_release_of_one_instant_go_by_sequence(engine: str) -> None:
    """The holder's end was scheduled before the waiter's deadline, so the waiter has the slot; scheduled later, the
    deadline wins.
    """
    build = ProgramBuilder()
    desk = build.station("desk", 1)
    with build.endpoint("get"), build.hold(desk, timeout_s=1.0):
        build.delay(constant(2.0))
    assert run(build.build(), Replay((0.0, 1.0)), engine=engine).raw.status.tolist() == [0, 0]
    assert run(build.build(), Replay((0.0, 0.5)), engine=engine).raw.status.tolist() == [0, 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_work_below_a_deadline_goes_on(engine: str) -> None:
    """A caller that gives up does not free what its call holds: the next one still waits for it."""
    build = ProgramBuilder()
    desk = build.station("desk", 1)
    with build.endpoint("get"), build.call(timeout_s=1.0):
        build.serve(desk, constant(3.0))
    result = run(build.build(), Replay((0.0, 2.5)), engine=engine)
    assert result.statuses() == {"done": 0, "deadline": 2}
    assert result.raw.end.tolist() == [1.0, 3.5]
    assert result.raw.final.busy_area.tolist() == [6.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_message_comes_back_and_dies(engine: str) -> None:
    """A message that fails is received again at each visibility timeout, and is a dead letter after the last."""
    build = ProgramBuilder()
    workers = build.station("workers", 1)
    with build.endpoint("post"):
        build.send("mail")
    with build.flow("mail"), build.received(workers, visibility_s=10.0, max_receives=3):
        build.delay(constant(1.0))
        build.fail("bounced")
    result = run(build.build(), Replay((0.0,)), engine=engine)
    assert result.statuses("mail") == {"done": 0, "dead letter": 1}
    assert result.raw.end.tolist() == [0.0, 30.0]
    assert result.raw.retries.tolist() == [0, 2]
    assert result.raw.final.busy_area.tolist() == [3.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_circuit_opens_tries_and_closes(engine: str) -> None:
    """Two failures open it, calls fail at once, one trial after the pause decides."""
    build = ProgramBuilder()
    breaker = build.breaker("partner", failures=2, open_s=5.0)
    lock = build.station("partner", 1, queue=0)
    with build.endpoint("get"), build.guarded(breaker), build.hold(lock):
        build.delay(constant(1.2))
    times = (0.0, 0.1, 0.2, 0.3, 5.3, 5.4, 6.6)
    result = run(build.build(), Replay(times), engine=engine)
    causes = [result.program.causes[status] for status in result.raw.status]
    assert causes == ["done", "rejected", "rejected", "circuit open", "done", "circuit open", "done"]


@pytest.mark.parametrize("engine", ENGINES)
def test_newest_idle_instance_serves(engine: str) -> None:
    """With two idle instances the one idle for less serves, so that the other expires."""
    build = ProgramBuilder()
    function = build.function("f", init=constant(1.0), keep_alive=constant(10.0))
    with build.endpoint("get"), build.invoke(function):
        build.delay(constant(1.0))
    result = run(build.build(), Replay((0.0, 0.5, 5.0, 14.0, 14.1, 40.0)), engine=engine)
    assert result.raw.cold.tolist() == [1, 1, 0, 0, 1, 1]
    assert result.raw.final.idle_area.tolist() == pytest.approx([2.5 + 8.0 + 10.0 + 10.0 + 10.0 + 0.0])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_circle_of_holds_is_refused_loudly(engine: str) -> None:
    """When nothing is left to happen and somebody waits, the run fails and names the stations."""
    build = ProgramBuilder()
    desk = build.station("desk", 0)
    with build.endpoint("get"):
        build.serve(desk, constant(1.0))
    with pytest.raises(StuckRequests, match="wait for ever at desk"):
        run(build.build(), Replay((0.0,)), engine=engine)


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_time_that_stands_still_is_refused(engine: str) -> None:
    """Closed clients that fail at once and ask again at once would never end: the run says so."""
    build = ProgramBuilder()
    with build.clients("staff", 1, think=constant(0.0)):
        build.fail("down")
    with pytest.raises(EndlessInstant, match="time stands still at 0 s"):
        run(build.build(), until_s=1.0, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_backoff_doubles_up_to_its_most(engine: str) -> None:
    """Without jitter the pauses are 1, 2, 3 (capped), and a request that fails throughout ends with the last cause."""
    build = ProgramBuilder()
    with build.endpoint("get"), build.retry(4, backoff_s=1.0, most_s=3.0, jitter=False):
        build.fail("down")
    result = run(build.build(), Replay((0.0,)), engine=engine)
    assert result.raw.end.tolist() == [6.0]
    assert result.errors() == {"down": 1}
