"""What a SimPy request meets: slots with a queue, a shared processor, instances of a function, a balancer, a bucket,
a circuit.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import Any

import simpy

from simulations import draws
from simulations.engines.interface import falls_to
from simulations.program import Function, Policy

DONE, REJECTED, ACQUIRE_TIMEOUT, DEADLINE, THROTTLED, CIRCUIT_OPEN, UNAVAILABLE, ABORTED = range(8)
OPEN, DRAINING, DOWN = range(3)


def after(env: simpy.Environment, delay: float, act: Any) -> None:
    """Calls `act` when `delay` has passed."""
    env.timeout(delay).callbacks.append(lambda _: act())


class Clock(simpy.Environment):
    """An environment that can be stopped exactly: SimPy's `run(until)` adds a difference and may miss by a bit."""

    def run_before(self, until: float) -> None:
        """Runs every event before `until` and stands at `until` then."""
        while self.peek() < until:
            self.step()
        if until < math.inf:
            self._now = max(self._now, until)


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


@dataclass
class Instance:
    """One environment of a function; number -1 is any of the provisioned."""

    number: int
    created: float = 0.0
    death: float = math.inf
    idle_since: float = 0.0
    expiry: float = 0.0
    fresh: bool = False


class Instances:
    """A serverless function: the newest idle instance, else a provisioned one first of all, else a cold start, else a
    throttle.
    """

    def __init__(
        self,
        env: simpy.Environment,
        function: Function,
        times: list[tuple[int, float, float, float]],
        table: list[float],
    ) -> None:
        self.env, self.limit, self.table = env, function.limit, table
        self.times = dict(zip(("init", "first_run", "keep_alive", "max_age"), times, strict=True))
        self.prewarmed = function.provisioned
        self.stack: list[Instance] = []
        self.known: dict[int, Instance] = {}
        self.bucket = Bucket(env, function.scale_per_s, function.scale_burst)
        self.running = self.peak = self.invoked = self.cold = self.throttled = self.retired = 0
        self.running_area = self.idle_area = self.changed = 0.0
        self.numbers = count()

    def take(self, bits: int) -> Instance | None:
        """An instance, `fresh` if it has to start; none when the limit or the scaling rate is reached."""
        instance = self._find(bits) if self.running < self.limit else None
        if instance is None:
            self.throttled += 1
            return None
        self._touch()
        self.running += 1
        self.peak = max(self.peak, self.running)
        self.invoked += 1
        self.cold += instance.fresh
        return instance

    def _find(self, bits: int) -> Instance | None:
        now = self.env.now
        if self.prewarmed > 0:
            self.prewarmed -= 1
            return Instance(-1)
        while self.stack:
            instance = self.stack.pop()
            self.idle_area += min(now, instance.expiry) - instance.idle_since
            if instance.expiry > now:
                return instance
            self.retired += 1
            del self.known[instance.number]
        if not self.bucket.take():
            return None
        third = draws.mix64((draws.mix64((bits + draws.SECOND) & draws.MASK) + draws.SECOND) & draws.MASK)
        instance = Instance(next(self.numbers), now, now + self._draw("max_age", third), fresh=True)
        self.known[instance.number] = instance
        return instance

    def cold_delay(self, bits: int) -> float:
        """Init, then the slower first run of the handler."""
        return self._draw("init", bits) + self._draw("first_run", draws.mix64((bits + draws.SECOND) & draws.MASK))

    def _draw(self, name: str, bits: int) -> float:
        return draws.sample(*self.times[name], self.table, bits)

    def give_back(self, number: int, bits: int) -> None:
        """The instance is idle for a drawn keep-alive, unless its age ends it before."""
        self._touch()
        self.running -= 1
        if number < 0:
            self.prewarmed += 1
            return
        instance, now = self.known[number], self.env.now
        instance.idle_since = now
        instance.expiry = max(min(now + self._draw("keep_alive", bits), instance.death), now)
        self.stack.append(instance)

    def forget(self, share: float) -> None:
        """Idle instances are gone: all, or a share spread evenly from the newest on."""
        for number, instance in enumerate(reversed(self.stack)):
            if falls_to(number, share):
                instance.expiry = min(instance.expiry, self.env.now)

    def _touch(self) -> None:
        self.running_area += self.running * (self.env.now - self.changed)
        self.changed = self.env.now

    def seen_at(self, at: float) -> dict[str, float]:
        """Counts and integrals as of `at`, without touching anything."""
        area = self.idle_area
        for instance in reversed(self.stack):
            area += min(instance.expiry, at) - instance.idle_since
        expired = sum(instance.expiry <= at for instance in self.stack)
        return {
            "running": self.running,
            "running_area": self.running_area + self.running * (at - self.changed),
            "idle": len(self.stack) - expired,
            "idle_area": area,
            "gone": self.retired + expired,
            "invoked": self.invoked,
            "cold": self.cold,
            "throttled": self.throttled,
        }


class Balancer:
    """Chooses a task that is not draining, by its number."""

    def __init__(self, tasks: list[Slots | Processor], policy: Policy) -> None:
        self.tasks, self.policy, self.turn = tasks, policy, 0

    def choose(self, u: float) -> int | None:
        """Round robin; or the fewest outstanding, ties to the next in turn; or by the number `u` in (0, 1)."""
        size = len(self.tasks)
        in_turn = [(self.turn + k) % size for k in range(size)]
        candidates = [k for k in in_turn if self.tasks[k].state != DRAINING]
        if not candidates:
            return None
        if self.policy is Policy.RANDOM:
            chosen = sorted(candidates)[int(u * len(candidates))]
        elif self.policy is Policy.LEAST_OUTSTANDING:
            chosen = min(candidates, key=lambda k: self.tasks[k].busy)
        else:
            chosen = candidates[0]
        self.turn = (chosen + 1) % size
        return chosen


class Bucket:
    """Tokens refilled at a rate up to a most."""

    def __init__(self, env: simpy.Environment, per_s: float, burst: float) -> None:
        self.env, self.per_s, self.burst = env, per_s, burst
        self.level, self.filled = burst, 0.0
        self.refused = 0

    def take(self) -> bool:
        """Takes one token if there is one."""
        level = min(self.level + self.per_s * (self.env.now - self.filled), self.burst)
        self.filled = self.env.now
        enough = level >= 1.0
        self.level = level - 1.0 if enough else level
        self.refused += not enough
        return enough


class Circuit:
    """Closed, open until a time, or on trial with one call."""

    def __init__(self, env: simpy.Environment, failures: int, open_s: float) -> None:
        self.env, self.most, self.open_s = env, failures, open_s
        self.state, self.failures, self.until = "closed", 0, 0.0

    def refusal(self) -> int:
        """CIRCUIT_OPEN, or DONE for passage."""
        if self.state == "open" and self.env.now >= self.until:
            self.state = "trial"
            return DONE
        return DONE if self.state == "closed" else CIRCUIT_OPEN

    def report(self, went_well: bool) -> None:
        """A success closes the circuit, enough failures in a row (or one on trial) open it."""
        if went_well:
            if self.state != "open":
                self.state, self.failures = "closed", 0
            return
        self.failures += 1
        if self.state == "trial" or (self.state == "closed" and self.failures >= self.most):
            self.state, self.until = "open", self.env.now + self.open_s


class Join:
    """What waits for the branches of a fork, or for its deadline."""

    def __init__(self, env: simpy.Environment, branches: int) -> None:
        self.event = env.event()
        self.pending, self.cause = branches, DONE

    def expect(self, env: simpy.Environment, deadline: float) -> None:
        """Waits no longer than this."""
        if deadline < math.inf:
            after(env, deadline, lambda: self._settle(DEADLINE))

    def finish(self, status: int) -> None:
        """One branch has ended."""
        if not self.event.triggered:
            self.pending -= 1
            self.cause = status or self.cause
            if self.pending == 0:
                self._settle(self.cause)

    def _settle(self, outcome: int) -> None:
        if not self.event.triggered:
            self.event.succeed(outcome)
