"""A component at work in the stand-in: its stations, and what it has seen."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from typing import Any, Protocol

from loadtests.histograms import Times
from loadtests.standin.limits import Limits
from loadtests.standin.stations import Bucket, Cpus, Failed, Instances, Slots


class Real(Protocol):
    """A real service behind a component."""

    async def serve(self, op: str, entity: str, hit_ratio: float | None) -> bool:
        """Do one operation on an entity; whether it missed, where that is asked."""
        ...

    def cpu_s(self) -> float | None:
        """CPU seconds that the service's processes have used; None where they serve several components."""
        ...


@dataclass
class Copy:
    """One task of a service or one server of a database: its CPUs, its connections, the pool that it calls with."""

    cpus: Cpus | None = None
    connections: Slots | None = None
    pool: Slots | None = None


@dataclass
class Visit:
    """A call that has been let in: since when, to which copy, on which function's instance."""

    at: float
    copy: Copy
    instances: Instances | None = None


@dataclass
class Place:
    """One component with its limits at work. A database's calls are counted as connections in use."""

    name: str
    limits: Limits
    chance: random.Random
    copies: list[Copy] = field(init=False)
    readers: list[Copy] = field(init=False)
    buckets: list[Bucket] = field(init=False)
    functions: list[Instances] = field(init=False)
    served: dict[str, Instances] = field(default_factory=dict)
    """Endpoint to the function that serves it, where several stand for a component."""
    account: Slots | None = None
    """Instances at once of all functions of the account that reserve none for themselves."""
    calls: int = 0
    hits: int = 0
    misses: int = 0
    rejected: int = 0
    in_use: int = 0
    most_in_use: int = 0
    times: Times = field(default_factory=Times)
    held_s: float = 0.0
    """Of all calls together, from their arrival to their answer."""
    real: Real | None = None
    """Takes the place of the modelled time."""

    def __post_init__(self) -> None:
        limits = self.limits
        self.copies = [_copy(limits.cpus, limits.connections, limits.pool) for _ in range(limits.tasks)]
        self.readers = [_copy(limits.reader_cpus, limits.connections, None) for _ in range(limits.readers)]
        self.buckets = [Bucket(rate.per_s, rate.burst) for rate in limits.rates]
        self.functions = [Instances.of(function, self.chance) for function in limits.functions]

    @property
    def _cpus(self) -> list[Cpus]:
        return [copy.cpus for copy in (*self.copies, *self.readers) if copy.cpus is not None]

    def counters(self) -> dict[str, float]:
        """What only grows, and what divides it: two readings a while apart give the means between them."""
        busy_s = sum(cpu.busy_s for cpu in self._cpus)
        told: dict[str, float] = {
            "calls": self.times.count,
            "held_s": self.held_s,
            "hits": self.hits,
            "misses": self.misses,
            "refused": self.rejected,
        }
        if self.real is not None:
            cpu_s = self.real.cpu_s()
            return told if cpu_s is None else told | {"cpu_s": cpu_s, "slots": float(os.cpu_count() or 1)}
        if self._cpus:
            slots = sum(cpu.count for cpu in self._cpus)
            told |= {"cpu_s": busy_s / self.limits.cpu_stretch, "busy_s": busy_s, "slots": slots}
        return told

    @property
    def is_database(self) -> bool:
        return self.limits.connections is not None

    async def enter(self, at: float, op: str, endpoint: str) -> Visit:
        """A call arrives: when and where it is served; raise Failed when it is turned away."""
        self.calls += 1
        try:
            visit = await self._let_in(at, op, endpoint)
        except Failed:
            self.rejected += 1
            raise
        self.in_use += 1
        self.most_in_use = max(self.most_in_use, self.in_use)
        return visit

    async def _let_in(self, at: float, op: str, endpoint: str) -> Visit:
        if self.buckets:
            writes = op in ("write", "delete") and len(self.buckets) > 1
            self.buckets[-1 if writes else 0].pass_at(at)
        if self.functions:
            return self._invoked(at, self.function_of(endpoint))
        reads = bool(self.readers) and op in ("read", "query")
        copy = self.chance.choice(self.readers) if reads else self.copies[self.calls % len(self.copies)]
        if copy.connections is not None:
            if not self.limits.connections_wait and copy.connections.in_use >= copy.connections.count:
                raise Failed("no connection left", at)
            at = await copy.connections.take(at)
        return Visit(at, copy)

    def function_of(self, endpoint: str) -> Instances:
        """The function that serves an endpoint: they are dealt out in the order in which they are named."""
        return self.served.setdefault(endpoint, self.functions[len(self.served) % len(self.functions)])

    def _invoked(self, at: float, instances: Instances) -> Visit:
        if self.account is not None and self.account.in_use >= self.account.count:
            raise Failed("throttled", at, 429)
        visit = Visit(instances.take(at), self.copies[0], instances)
        if self.account is not None:
            self.account.in_use += 1
        return visit

    def leave(self, visit: Visit, came: float, at: float) -> None:
        """The call has its answer."""
        self.in_use -= 1
        if visit.instances is not None:
            visit.instances.give(at)
            if self.account is not None:
                self.account.in_use -= 1
        if visit.copy.connections is not None:
            visit.copy.connections.give(at)
        self.times.record(max(at - came, 0.0))
        self.held_s += max(at - came, 0.0)

    def figures(self, seconds: float) -> dict[str, Any]:
        """What it has seen since the start, `seconds` ago."""
        cpus = self._cpus
        slots = sum(cpu.count for cpu in cpus)
        running = sum(function.most_running for function in self.functions)
        return {
            "calls": self.calls,
            "real": self.real is not None,
            "hits": self.hits,
            "misses": self.misses,
            "rejected": self.rejected,
            "limit": self.limits.most,
            "most_in_use": running if self.functions else self.most_in_use,
            "cold_starts": sum(function.cold_starts for function in self.functions),
            "tasks": self.limits.tasks,
            "utilisation": sum(cpu.busy_s for cpu in cpus) / (seconds * slots) if slots and seconds > 0 else None,
            "mean_ms": self.times.mean_ms if self.times.count else None,
            "times": self.times.text(),
        }


def _copy(cpus: int, connections: int | None, pool: int | None) -> Copy:
    return Copy(
        Cpus(cpus) if cpus else None,
        Slots(connections) if connections is not None else None,
        Slots(pool) if pool is not None else None,
    )
