"""The open loop: arrivals come when they are due, whatever the answers do; who finds no place in flight is a drop."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

import gevent
from gevent.pool import Pool

from loadtests.alarm import Alarm
from loadtests.chance import seeded
from loadtests.plan import Item, Plan
from loadtests.recording import Recording
from loadtests.sending import Sender
from loadtests.sessions import Sessions

YOUNG_OBJECTS: Final = 5_000
"""So many more objects come before the garbage collector looks: hardly ever in a steady run, whose requests leave no
cycles, where Python's own hundreds have it look several times a second. Where thousands are in flight a look at so many
takes some milliseconds; more would hold up who is due."""


class Driver:
    """What open and closed loops share: the clock, the places in flight, the end."""

    def __init__(self, plan: Plan, sender: Sender, recording: Recording) -> None:
        self.plan = plan
        self.sender = sender
        self.recording = recording
        self.sessions = Sessions(plan, sender, recording)
        self.places = Pool(plan.users or plan.max_in_flight)
        self.think = seeded(plan.seed, "thinking")
        self.begin = 0.0

    def run(self, part: int = 0, parts: int = 1) -> None:
        """Drive this worker's part of the plan to its end; what is still in flight after the timeout is cut off."""
        self.draw(part, parts)
        self.sessions.begin()
        thresholds = gc.get_threshold()
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS, *thresholds[1:])
        beside: list[gevent.Greenlet[..., None]] = [
            gevent.spawn(watch_cpu, self.recording),
            gevent.spawn(self.sessions.keep_fresh),
        ]
        self.begin = time.perf_counter()
        self.recording.began = time.monotonic()
        try:
            self.drive()
            self.places.join(timeout=self.plan.timeout_s)
            self.recording.aborted = self.sender.stop_reason
            self.places.kill(timeout=1.0)
            self.recording.finished += 1
        finally:
            self.places.kill(block=False)
            gevent.killall(beside, block=False)
            gc.set_threshold(*thresholds)
            gc.unfreeze()

    def draw(self, part: int, parts: int) -> None:
        """Draw what this worker's part of the plan needs of chance, before the clock starts."""
        raise NotImplementedError

    def drive(self) -> None:
        """Bring the requests to their places."""
        raise NotImplementedError

    def serve(self, item: Item, at_s: float) -> None:
        """One arrival: its first request is due `at_s` into the run, each further one a think time after an answer.

        What would come after the end of the run is not sent.
        """
        user = self.sessions.user(item)
        for k, request in enumerate(item.steps):
            if k:
                at_s = time.perf_counter() - self.begin + pause(self.think, item.think_s)
                if at_s > self.plan.load.duration_s:
                    return
                self.wait_until(at_s)
                self.recording.due(request.endpoint, at_s)
            if not self.sender.send(request, self.begin + at_s, at_s, user):
                return

    def wait_until(self, at_s: float, sleep: Callable[[float], None] = gevent.sleep) -> float:
        """Sleep until a time of the run, and always let others work; return how late it is."""
        sleep(max(at_s - (time.perf_counter() - self.begin), 0.0))
        return max(time.perf_counter() - self.begin - at_s, 0.0)


class OpenLoop(Driver):
    """Arrivals by the plan's schedule."""

    def draw(self, part: int, parts: int) -> None:
        self.arrivals = self.plan.arrivals(part, parts)

    def drive(self) -> None:
        with closing(Alarm()) as alarm:
            self.follow(alarm)

    def follow(self, alarm: Alarm) -> None:
        """Bring each arrival to its place when the alarm goes off."""
        items = self.plan.items()
        for at_s, number in self.arrivals:
            lag_s = self.wait_until(at_s, alarm.sleep)
            if self.sender.stop_reason:
                return
            self.recording.arrival(at_s, lag_s)
            first = items[number].steps[0]
            self.recording.due(first.endpoint, at_s)
            if self.places.full():
                self.sender.drop(first, at_s)
            else:
                self.places.spawn(self.serve, items[number], at_s)
                self.recording.most_in_flight = max(self.recording.most_in_flight, len(self.places))


class ClosedLoop(Driver):
    """Users that ask, wait for the answer, think, and ask again: a load that slows down with the service."""

    def draw(self, part: int, parts: int) -> None:
        self.chances = [seeded(self.plan.seed, number) for number in range(part, self.plan.users or 0, parts)]

    def drive(self) -> None:
        for chance in self.chances:
            self.places.spawn(self.user, chance)
        self.recording.most_in_flight = len(self.places)
        while len(self.places) and not self.sender.stop_reason:
            gevent.sleep(0.1)

    def user(self, chance: random.Random) -> None:
        """One user from the beginning to the end of the run."""
        shares = [request.share for request in self.plan.requests]
        items = self.plan.items()[: len(shares)]
        at_s = pause(chance, self.plan.think_s)
        while at_s < self.plan.load.duration_s and not self.sender.stop_reason:
            lag_s = self.wait_until(at_s)
            item = chance.choices(items, shares)[0]
            request = item.steps[0]
            self.recording.arrival(at_s, lag_s)
            self.recording.due(request.endpoint, at_s)
            self.sender.send(request, self.begin + at_s, at_s, self.sessions.user(item))
            at_s = time.perf_counter() - self.begin + pause(chance, self.plan.think_s)


def pause(chance: random.Random, mean_s: float) -> float:
    """An exponential think time."""
    return chance.expovariate(1 / mean_s) if mean_s else 0.0


def watch_cpu(recording: Recording) -> None:
    """Note each second how much of one core this process took."""
    while True:
        cpu, wall = time.process_time(), time.perf_counter()
        gevent.sleep(1.0)
        recording.cpu_shares.append((time.process_time() - cpu) / (time.perf_counter() - wall))
