"""The machine beside a run: how late a process wakes, what the host steals, what else is running."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psutil

PROBE_S: Final = 0.001
STALL_S: Final = 0.010
"""A wake-up later than this is a stall."""
STALLED_SHARE: Final = 0.01
"""Stalled for a hundredth of a window, the slowest hundredth of its requests, its p99, may be the machine's."""
MOST_STEAL: Final = 0.05
MOST_OTHER: Final = 0.25


@dataclass(frozen=True)
class Second:
    """One second of the machine; shares of all its CPUs."""

    at: float
    """End, on the monotonic clock."""
    stalled_s: float
    longest_stall_s: float
    steal: float
    other: float
    """CPU used by processes that are not of this test."""


@dataclass
class Watch:
    """A probe that runs in a thread until it is stopped."""

    pids: list[int] = field(default_factory=list)
    seconds: list[Second] = field(default_factory=list)
    _end: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Sleep a millisecond at a time, and note each second how late that was and who used the CPUs."""
        before = self._cpu()
        while not self._end.is_set():
            stalled, longest = self._probe_a_second()
            now = self._cpu()
            total, steal, busy, ours = (b - a for a, b in zip(before, now, strict=True))
            before = now
            if total > 0:
                other = min(max(busy - max(ours, 0.0), 0.0) / total, 1.0)
                self.seconds.append(Second(time.monotonic(), stalled, longest, steal / total, other))

    def _probe_a_second(self) -> tuple[float, float]:
        stalled = longest = 0.0
        end = time.monotonic() + 1.0
        while (began := time.monotonic()) < end and not self._end.is_set():
            time.sleep(PROBE_S)
            late = time.monotonic() - began - PROBE_S
            if late > STALL_S:
                stalled += late
                longest = max(longest, late)
        return stalled, longest

    def _cpu(self) -> tuple[float, float, float, float]:
        """CPU seconds since boot: all, stolen, busy, and those of this test."""
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        steal = float(getattr(times, "steal", 0.0))
        guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
        total = sum(times) - guests
        return total, steal, total - idle - steal, sum(_cpu_of(pid) for pid in (*self.pids, psutil.Process().pid))

    def stop(self) -> None:
        self._end.set()


def _cpu_of(pid: int) -> float:
    """CPU seconds of a process and its children, ended ones included; 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return float(sum(sum(member.cpu_times()[:4]) for member in family))
    except psutil.Error:
        return 0.0


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch the machine around a block; add to `pids` the processes that belong to the test."""
    watch = Watch()
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.stop()
        thread.join(timeout=5)


def contamination(seconds: Sequence[Second], start: float, end: float) -> str | None:
    """Why the figures between two moments may be the machine's and not the service's; None when nothing was seen."""
    within = [second for second in seconds if start < second.at <= end + 1.0]
    if not within:
        return None
    stalled, length = sum(second.stalled_s for second in within), float(len(within))
    steal = sum(second.steal for second in within) / length
    other = sum(second.other for second in within) / length
    if stalled > STALLED_SHARE * length:
        longest = max(second.longest_stall_s for second in within)
        return f"the machine stalled for {stalled * 1000:.0f} ms (longest {longest * 1000:.0f} ms)"
    if steal > MOST_STEAL:
        return f"the host took {steal:.0%} of the CPUs"
    if other > MOST_OTHER:
        return f"other processes took {other:.0%} of the CPUs"
    return None
