"""A serverless function and its instances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count

import simpy

from simulations import draws
from simulations.engines.interface import falls_to
from simulations.engines.simpy_gates import Bucket
from simulations.program import Function


@dataclass
class Instance:
    """One environment of a function; a provisioned one has a number below 0 and never dies."""

    number: int
    created: float = 0.0
    death: float = math.inf
    since: float = 0.0
    """When it became idle or busy."""
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
        self.spare = [Instance(-1 - k) for k in range(function.provisioned)]
        self.numbers = count()
        oldest = function.max_age.mean
        self.stack = [
            Instance(next(self.numbers), death=oldest, expiry=min(left_s, oldest)) for left_s in function.idle_s
        ]
        self.busy: dict[int, Instance] = {}
        self.bucket = Bucket(env, function.scale_per_s, function.scale_burst)
        self.running = self.peak = self.invoked = self.cold = self.warm = self.throttled = self.retired = 0
        self.running_area = self.idle_area = self.spare_area = self.lived = self.changed = 0.0

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
        self.warm += not instance.fresh
        instance.since = self.env.now
        self.busy[instance.number] = instance
        return instance

    def _find(self, bits: int) -> Instance | None:
        now = self.env.now
        if self.spare:
            instance = self.spare.pop()
            self.spare_area += now - instance.since
            return instance
        while self.stack:
            instance = self.stack.pop()
            self.idle_area += min(now, instance.expiry) - instance.since
            if instance.expiry > now:
                return instance
            self.retired += 1
            self.lived += instance.expiry - instance.created
        if not self.bucket.take():
            return None
        third = draws.mix64((draws.mix64((bits + draws.SECOND) & draws.MASK) + draws.SECOND) & draws.MASK)
        return Instance(next(self.numbers), now, now + self._draw("max_age", third), fresh=True)

    def cold_delay(self, bits: int) -> float:
        """Init, then the slower first run of the handler."""
        return self._draw("init", bits) + self._draw("first_run", draws.mix64((bits + draws.SECOND) & draws.MASK))

    def _draw(self, name: str, bits: int) -> float:
        return draws.sample(*self.times[name], self.table, bits)

    def give_back(self, number: int, bits: int) -> None:
        """The instance is idle for a drawn keep-alive, unless its age ends it before."""
        self._touch()
        self.running -= 1
        instance, now = self.busy.pop(number), self.env.now
        instance.since = now
        if number < 0:
            self.spare.append(instance)
            return
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
        expired = sum(instance.expiry <= at for instance in self.stack)
        return {
            "running": self.running,
            "running_area": self.running_area + self.running * (at - self.changed),
            "idle": len(self.stack) - expired,
            "idle_area": self.idle_area + math.fsum(min(idle.expiry, at) - idle.since for idle in self.stack),
            "gone": self.retired + expired,
            "spare": len(self.spare),
            "spare_area": self.spare_area + math.fsum(at - spare.since for spare in self.spare),
            "invoked": self.invoked,
            "cold": self.cold,
            "warm": self.warm,
            "throttled": self.throttled,
        }

    def running_for(self, at: float) -> float:
        """Seconds so far of the requests that run."""
        return math.fsum(at - instance.since for instance in self.busy.values())

    def lifetimes(self, at: float) -> float:
        """Seconds that all instances were there, till they went or till `at`."""
        begun = [min(idle.expiry, at) - idle.created for idle in self.stack]
        begun += [at - instance.created for instance in (*self.busy.values(), *self.spare)]
        return self.lived + math.fsum(begun)
