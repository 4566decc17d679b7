"""Where calls wait, on a clock of their own: a call knows the moment it has got to, however late the process woke.

Timers of a process are a millisecond coarse. Were each hop to begin when its process woke, ten hops would be ten
milliseconds slow; so a hop begins at the moment the one before it should have ended, and only the sleeping is coarse.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import deque
from dataclasses import dataclass, field

from loadtests.standin.waits import Wait
from simulations.program import Function


class Failed(Exception):
    """A call that did not succeed: why, when, and the status its caller's client sees."""

    def __init__(self, cause: str, at: float, status: int = 503) -> None:
        super().__init__(cause)
        self.cause = cause
        self.at = at
        self.status = status


async def until(at: float) -> None:
    """Sleep until a moment of the loop's clock, if it is still to come."""
    delay = at - asyncio.get_running_loop().time()
    if delay > 0:
        await asyncio.sleep(delay)


@dataclass
class Cpus:
    """Processors with one queue in order of arrival: since the work is known on arrival, so is its end."""

    count: int
    free: list[float] = field(default_factory=list)
    busy_s: float = 0.0

    def serve(self, at: float, work_s: float) -> float:
        """The moment at which work that arrives at `at` is done."""
        start = max(at, heapq.heappop(self.free)) if len(self.free) >= self.count else at
        heapq.heappush(self.free, start + work_s)
        self.busy_s += work_s
        return start + work_s


@dataclass
class Slots:
    """A limited number of slots with one queue in order of arrival: connections of a pool."""

    count: int
    in_use: int = 0
    most_in_use: int = 0
    waiting: deque[asyncio.Future[float]] = field(default_factory=deque)

    async def take(self, at: float) -> float:
        """Wait for a slot; return the moment at which it is held."""
        if self.in_use < self.count:
            self.in_use += 1
            self.most_in_use = max(self.most_in_use, self.in_use)
            return at
        turn: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            return max(at, await turn)
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(turn.result())
            raise

    def give(self, at: float) -> None:
        """Give a slot back at `at`: to whoever waits longest, else to nobody."""
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(at)
                return
        self.in_use -= 1


@dataclass
class Bucket:
    """A rate limit: `burst` at once, `per_s` refilled."""

    per_s: float
    burst: float
    tokens: float = -1.0
    filled_at: float = 0.0

    def pass_at(self, at: float) -> None:
        """Take a token; raise Failed when there is none."""
        if self.tokens < 0:
            self.tokens, self.filled_at = self.burst, at
        self.tokens = min(self.burst, self.tokens + max(at - self.filled_at, 0.0) * self.per_s)
        self.filled_at = max(at, self.filled_at)
        if self.tokens < 1:
            raise Failed("throttled", at, 429)
        self.tokens -= 1


@dataclass
class Instances:
    """A serverless function's instances: one request each, the newest idle one first, a new one when none is idle."""

    function: Function
    chance: random.Random
    scale_out: Bucket
    idle: list[float] = field(default_factory=list)
    """Moments until which instances idle, the newest last."""
    running: int = 0
    cold_starts: int = 0
    most_running: int = 0

    def __post_init__(self) -> None:
        self.init, self.first_run, self.keep_alive = (
            Wait(times) for times in (self.function.init, self.function.first_run, self.function.keep_alive)
        )

    @classmethod
    def of(cls, function: Function, chance: random.Random) -> Instances:
        """The instances of one of the simulator's functions; the provisioned ones are there from the start."""
        bucket = Bucket(function.scale_per_s, function.scale_burst)
        return cls(function, chance, bucket, [float("inf")] * function.provisioned)

    def take(self, at: float) -> float:
        """Hold an instance; return the moment at which its handler begins. Raise Failed when throttled."""
        if self.running >= self.function.limit:
            raise Failed("throttled", at, 429)
        spare = len(self.idle) + self.running - self.function.provisioned
        self.idle = [until for k, until in enumerate(self.idle) if until >= at or k >= spare]
        begins = at
        if self.idle:
            self.idle.pop()
        else:
            self.scale_out.pass_at(at)
            self.cold_starts += 1
            begins += self.init.drawn(self.chance) + self.first_run.drawn(self.chance)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        return begins

    def give(self, at: float) -> None:
        """The handler has answered; the instance idles for its time."""
        self.running -= 1
        self.idle.append(at + self.keep_alive.drawn(self.chance))
