"""Sleeps that end on time: never early, and others work meanwhile."""

import os
import selectors
import time

import gevent
import pytest

from loadtests.alarm import Alarm
from loadtests.clock import FineSelector, fine_loop


@pytest.mark.parametrize("seconds", [0.0105, 0.0003, 0.0, -1.0])
def test_an_alarm_never_goes_off_early(seconds: float) -> None:
    """It has waited at least as long as it was told, and whoever was ready has worked before it comes back."""
    alarm, worked = Alarm(), []
    gevent.spawn(worked.append, 1)
    began = time.perf_counter()
    alarm.sleep(seconds)
    assert time.perf_counter() - began >= seconds
    assert worked == [1]
    alarm.close()


def test_an_alarm_goes_off_again_and_again_and_is_given_back() -> None:
    """One timer serves every sleep; closed, it leaves no descriptor behind, and sleeping still works."""
    gevent.sleep(0)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    alarm = Alarm()
    began = time.perf_counter()
    for _ in range(20):
        alarm.sleep(0.0007)
    assert time.perf_counter() - began >= 20 * 0.0007
    alarm.close()
    alarm.close()
    assert before == 0 or len(os.listdir("/proc/self/fd")) == before
    alarm.sleep(0.001)


def test_an_alarm_that_is_cut_short_can_be_set_anew() -> None:
    """A greenlet that is killed in its sleep leaves a timer that the next sleep sets again."""
    alarm = Alarm()
    sleeper = gevent.spawn(alarm.sleep, 30)
    gevent.sleep(0)
    sleeper.kill()
    began = time.perf_counter()
    alarm.sleep(0.002)
    assert 0.002 <= time.perf_counter() - began < 30
    alarm.close()


def test_a_fine_loop_never_wakes_early() -> None:
    """A timer of the loop is called no sooner than it was asked for."""
    loop = fine_loop()
    began, called = loop.time(), []
    loop.call_later(0.0123, lambda: (called.append(loop.time() - began), loop.stop()))
    loop.run_forever()
    loop.close()
    assert called[0] >= 0.0123 - time.get_clock_info("monotonic").resolution


def test_what_is_ready_ends_the_wait() -> None:
    """Something to read comes back at once and not after the timeout; nothing to read comes back empty after it."""
    read, write = os.pipe()
    with FineSelector() as selector:
        selector.register(read, selectors.EVENT_READ)
        began = time.monotonic()
        assert selector.select(0.0021) == []
        assert time.monotonic() - began >= 0.0021
        os.write(write, b"x")
        assert [key.fd for key, _ in selector.select(60)] == [read]
        assert time.monotonic() - began < 60
    os.close(read)
    os.close(write)
