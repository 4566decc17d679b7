"""The stand-in's counters read every few seconds beside a run, and the intervals that they give."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from loadtests.plan import Plan
from loadtests.standin.process import Running, StandInLost
from studies.calibration_data import Interval

EVERY_S: Final = 2.0
LEAST_EVERY_S: Final = 0.25
READINGS_A_MIX: Final = 3

Counters = Mapping[str, Any]


@dataclass(frozen=True)
class Sample:
    """One reading, at a moment of the machine's monotonic clock."""

    at: float
    counters: Counters


@dataclass
class Sampler:
    """Reads until told to stop; a stand-in that no longer answers ends the readings."""

    standing: Running
    every_s: float
    samples: list[Sample] = field(default_factory=list)
    _end: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        due = time.monotonic()
        while not self._end.is_set() and self.read():
            due += self.every_s
            self._end.wait(max(due - time.monotonic(), 0.0))

    def read(self) -> bool:
        """Take one reading; tell whether there was one."""
        try:
            counters = self.standing.counters()
        except StandInLost:
            return False
        self.samples.append(Sample(time.monotonic(), counters))
        return True

    def stop(self) -> None:
        self._end.set()


def every_s(plan: Plan) -> float:
    """Seconds between readings, few enough that each mix has an interval of its own."""
    part_s = (plan.load.duration_s - plan.load.warm_up_s) / max(len(plan.mixes), 1)
    return max(min(EVERY_S, part_s / READINGS_A_MIX), LEAST_EVERY_S)


@contextmanager
def sampled(standing: Running, every_s: float = EVERY_S) -> Iterator[Sampler]:
    """Read a stand-in's counters around a block, with one reading more at its end."""
    sampler = Sampler(standing, every_s)
    thread = threading.Thread(target=sampler.run, daemon=True)
    thread.start()
    try:
        yield sampler
    finally:
        sampler.stop()
        thread.join(timeout=10)
        sampler.read()


def intervals_of(plan: Plan, began: float, samples: Sequence[Sample]) -> tuple[Interval, ...]:
    """What happened between the readings that lie within the part of a run that counts, one mix at a time.

    `began` is the run's begin on the same clock.
    """
    start, end = plan.load.warm_up_s, plan.load.duration_s
    within = [(sample.at - began, sample.counters) for sample in samples if start <= sample.at - began <= end]
    return tuple(
        interval(first, later, mix=f"mix {plan.mix_at(at)}" if plan.mixes else "", start_s=at)
        for (at, first), (until, later) in pairwise(within)
        if plan.mix_at(at) == plan.mix_at(until)
    )


def interval(first: Counters, later: Counters, mix: str = "", start_s: float = 0.0) -> Interval:
    """The means between two readings of counters."""
    seconds = float(later["at_s"] - first["at_s"])
    ended = {name: _grown(first["endpoints"].get(name, {}), now) for name, now in later["endpoints"].items()}
    grown = {name: _grown(first["components"].get(name, {}), now) for name, now in later["components"].items()}
    return Interval(
        seconds=seconds,
        throughput_per_s={name: one["answered"] / seconds for name, one in ended.items() if one["answered"]},
        busy_cpus={name: one["cpu_s"] / seconds for name, one in grown.items() if "cpu_s" in one},
        held_ms={name: one["held_s"] / one["calls"] * 1000 for name, one in grown.items() if one["calls"]},
        response_ms={name: one["answer_s"] / one["answered"] * 1000 for name, one in ended.items() if one["answered"]},
        cache_hits={
            name: (one["hits"], one["hits"] + one["misses"])
            for name, one in grown.items()
            if one["hits"] + one["misses"]
        },
        utilisation={
            name: one.get("busy_s", one["cpu_s"]) / seconds / later["components"][name]["slots"]
            for name, one in grown.items()
            if "cpu_s" in one
        },
        mix=mix,
        start_s=start_s,
    )


def _grown(first: Mapping[str, float], later: Mapping[str, float]) -> dict[str, float]:
    return {name: value - first.get(name, 0.0) for name, value in later.items() if name != "slots"}
