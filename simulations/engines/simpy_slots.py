"""Slots with a queue, and the counts that every station keeps."""

from __future__ import annotations

import math
from collections import deque

import simpy

from simulations.engines.codes import ACQUIRE_TIMEOUT, DONE, DOWN, OPEN, REJECTED, UNAVAILABLE
from simulations.engines.simpy_clock import after


class Counted:
    """Counts of a station with their integrals over time."""

    def __init__(self, env: simpy.Environment, servers: int, limit: int) -> None:
        self.env, self.servers, self.limit = env, servers, limit
        self.state, self.slow, self.lost = OPEN, 1.0, -math.inf
        self.busy = self.queued = self.peak = self.peak_queue = 0
        self.served = self.rejected = self.timeouts = 0
        self.busy_area = self.queue_area = self.provided = self.work_area = 0.0
        self.changed = self.provided_since = 0.0

    def touch(self) -> None:
        """Brings the integrals up to now; called before a count changes."""
        dt = self.env.now - self.changed
        if dt > 0:
            self.busy_area += self.busy * dt
            self.queue_area += self.queued * dt
            self.changed = self.env.now

    def seen_at(self, at: float) -> dict[str, float]:
        """Counts and integrals as of `at`, without touching anything."""
        dt = max(at - self.changed, 0.0)
        counts = ("servers", "busy", "queued", "served", "rejected", "timeouts")
        return {
            **{name: getattr(self, name) for name in counts},
            "busy_area": self.busy_area + self.busy * dt,
            "queue_area": self.queue_area + self.queued * dt,
            "provided": self.provided + self.servers * (at - self.provided_since),
            "work": self.work_area,
        }

    def waited(self, at: float) -> float:
        """Seconds waited so far by those in the queue."""
        return 0.0

    def _note_provided(self, at: float) -> None:
        self.provided += self.servers * (at - self.provided_since)
        self.provided_since = at

    def occupy(self) -> None:
        """One more is served."""
        self.busy += 1
        self.peak = max(self.peak, self.busy)


class Slots(Counted):
    """Servers with one queue, first come first served."""

    def __init__(self, env: simpy.Environment, servers: int, limit: int) -> None:
        super().__init__(env, servers, limit)
        self.queue: deque[tuple[simpy.Event, float]] = deque()

    def refusal(self) -> int:
        """Why somebody who comes now is turned away, or DONE."""
        if self.state == DOWN or (not self.free() and self.queued >= self.limit):
            self.rejected += 1
            return UNAVAILABLE if self.state == DOWN else REJECTED
        return DONE

    def free(self) -> bool:
        """Whether a slot is free now."""
        return self.busy < self.servers

    def enter(self) -> None:
        """Takes a free slot."""
        self.touch()
        self.occupy()
        self.served += 1

    def wait(self, patience: float) -> simpy.Event:
        """Joins the queue; the event brings (outcome, time of leaving the queue)."""
        self.touch()
        waiter = self.env.event()
        place = (waiter, self.env.now)
        self.queue.append(place)
        self.queued = len(self.queue)
        self.peak_queue = max(self.peak_queue, self.queued)
        if patience < math.inf:
            after(self.env, patience, lambda: self._give_up(place))
        return waiter

    def _give_up(self, place: tuple[simpy.Event, float]) -> None:
        waiter = place[0]
        if not waiter.triggered:
            self.touch()
            self.queue.remove(place)
            self.queued = len(self.queue)
            self.timeouts += 1
            waiter.succeed((ACQUIRE_TIMEOUT, self.env.now))

    def waited(self, at: float) -> float:
        """Seconds waited so far by those in the queue."""
        total = 0.0
        for _, asked in self.queue:
            total += at - asked
        return total

    def leave(self) -> None:
        """Gives a slot back: the head of the queue has it at once."""
        self.touch()
        self.busy -= 1
        self._serve_queue()

    def _serve_queue(self) -> None:
        while self.queue and self.busy < self.servers:
            waiter, _ = self.queue.popleft()
            self.queued = len(self.queue)
            self.occupy()
            self.served += 1
            waiter.succeed((DONE, self.env.now))

    def set_servers(self, servers: int) -> None:
        """More slots serve the queue at once; fewer are not taken from who holds them."""
        self.touch()
        self._note_provided(self.env.now)
        self.servers = servers
        self._serve_queue()

    def set_state(self, state: int) -> None:
        """Open, draining or down; who waits at a station that goes down fails."""
        self.touch()
        self.state = state
        if state == DOWN:
            self.lost = self.env.now
        while state == DOWN and self.queue:
            self.rejected += 1
            self.queue.popleft()[0].succeed((UNAVAILABLE, self.env.now))
            self.queued = len(self.queue)

    def set_slowness(self, factor: float) -> None:
        """Times drawn here from now on take this much longer."""
        self.slow = factor
