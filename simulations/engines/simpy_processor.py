"""A processor that all its jobs share."""

from __future__ import annotations

import heapq
from itertools import count

import simpy

from simulations.engines.codes import DONE, DOWN, REJECTED, UNAVAILABLE
from simulations.engines.simpy_clock import after
from simulations.engines.simpy_slots import Counted


class Processor(Counted):
    """Servers that all jobs share: every job runs at once, at its part of the speed.

    Jobs are ordered by virtual time, the work that each job present since the start would have had.
    """

    def __init__(self, env: simpy.Environment, servers: int, limit: int) -> None:
        super().__init__(env, servers, limit)
        self.jobs: list[tuple[float, int, simpy.Event]] = []
        self.virtual = 0.0
        self.moved = 0.0
        self.order = count()
        self.plan = 0

    def rate(self) -> float:
        """How fast each job runs."""
        part = self.servers / self.busy if self.busy > self.servers else 1.0
        return part / self.slow

    def refusal(self) -> int:
        """Why somebody who comes now is turned away, or DONE."""
        if self.state == DOWN or self.busy >= self.servers + self.limit:
            self.rejected += 1
            return UNAVAILABLE if self.state == DOWN else REJECTED
        return DONE

    def work(self, amount: float) -> simpy.Event:
        """Adds a job; the event comes when it is done."""
        self.touch()
        self._move()
        done = self.env.event()
        heapq.heappush(self.jobs, (self.virtual + amount, next(self.order), done))
        self.busy = len(self.jobs)
        self.peak = max(self.peak, self.busy)
        self._plan_next()
        return done

    def _move(self) -> None:
        dt = self.env.now - self.moved
        if self.busy == 0:
            self.virtual = 0.0
        else:
            self.virtual += dt * self.rate()
            self.work_area += dt * min(self.busy, self.servers)
        self.moved = self.env.now

    def _plan_next(self) -> None:
        self.plan += 1
        plan, rate = self.plan, self.rate()
        if self.jobs and rate > 0:
            left = (self.jobs[0][0] - self.virtual) / rate
            after(self.env, max(left, 0.0), lambda: self._finish(plan))

    def _finish(self, plan: int) -> None:
        if plan == self.plan:
            self.touch()
            self.work_area += (self.env.now - self.moved) * min(self.busy, self.servers)
            self.moved = self.env.now
            self.virtual, _, done = heapq.heappop(self.jobs)
            self.busy = len(self.jobs)
            self.served += 1
            done.succeed()
            self._plan_next()

    def set_servers(self, servers: int) -> None:
        """What was done till now counts at the old speed."""
        self.touch()
        self._note_provided(self.env.now)
        self._move()
        self.servers = servers
        self._plan_next()

    def set_state(self, state: int) -> None:
        """Open, draining or down; jobs that run go on."""
        self.touch()
        self.state = state

    def set_slowness(self, factor: float) -> None:
        """What was done till now counts at the old speed."""
        self.touch()
        self._move()
        self.slow = factor
        self._plan_next()

    def seen_at(self, at: float) -> dict[str, float]:
        """Also the work of the servers that run now."""
        running = min(self.busy, self.servers) * max(at - self.moved, 0.0)
        return {**super().seen_at(at), "work": self.work_area + running}
