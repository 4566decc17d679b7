"""What the engines run: a program of small ops over stations, as frozen values.

A token walks the ops: it asks for a slot, holds for a drawn time, gives the slot back, branches, forks, fails. `Op`
says what each code means; a `Program` is checked when it is built (`simulations.builder`) and knows nothing of any
engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from simulations.distributions import Constant, Distribution

__all__ = [
    "CAUSES",
    "UNLIMITED",
    "Breaker",
    "Code",
    "Entry",
    "Function",
    "Group",
    "Op",
    "Policy",
    "Program",
    "RateLimit",
    "Station",
]

UNLIMITED = 1 << 40

CAUSES = ("done", "rejected", "acquire timeout", "deadline", "throttled", "circuit open", "unavailable", "aborted")
"""Statuses every program has; -1 is in flight, 0 is done, the program's own causes follow."""


class Code(IntEnum):
    """What an op does. `fail` is where a token goes that does not get through, with the cause noted."""

    END = 0
    """The token ends; its request is done, or the parent's branch is complete."""
    FAILED = 1
    """The token ends with the cause noted on it."""
    RAISE = 2
    """Notes cause `count` and goes to `fail`."""
    HOLD = 3
    """Waits a time drawn from `dist`, times the slowness of `station` if one is named."""
    ACQUIRE = 4
    """Takes a slot of `station`, waiting in its queue at most a time drawn from `dist` (for ever if `x` is infinite).
    """
    RELEASE = 5
    """Gives back the slot taken at op `jump`; the head waiter has it at once. With a `fail`: fails as aborted where
    the station went down since the slot was taken.
    """
    SHARE = 6
    """Puts work drawn from `dist` on the processor-sharing `station` and waits for its end."""
    SERVE = 7
    """Takes an instance of function `station`: the newest idle one, or a cold start, or a throttle."""
    SERVED = 8
    """Gives back the instance taken at op `jump`; it stays idle for a drawn keep-alive."""
    PICK = 9
    """A balancer chooses a task of group `station` and notes its number in `register`."""
    BRANCH = 10
    """Jumps with probability `x`."""
    JUMP = 11
    """Jumps; a jump backwards starts a new lap, so that draws differ."""
    SET = 12
    """Sets `register` to `count`."""
    LOOP = 13
    """Takes one from `register` and jumps while it is above zero."""
    RETRY = 14
    """After a failure: waits a backoff (`x` first, times `y` each time, at most `z`, jittered if `count`) and jumps,
    or goes to `fail`.
    """
    FORK = 15
    """Starts the branches at `targets`, waits for all, at most a time drawn from `dist` (for ever if `x` is
    infinite); fails with the cause of a failed branch.
    """
    SEND = 16
    """Sends a message to the flow that begins at `jump`, and goes on."""
    LIMIT = 17
    """Takes a token of rate limit `station`, or fails as throttled."""
    GUARD = 18
    """Asks circuit breaker `station` for passage."""
    REPORT = 19
    """Tells circuit breaker `station` that the call went well (`count` 1) or not (0)."""
    MARK = 20
    """Notes the time in `register`."""
    UNTIL = 21
    """Waits until `x` seconds after the time in `register`."""
    REPLY = 22
    """Answers the caller and goes on; with probability `x` the caller moves first."""
    BEGIN = 23
    """A closed client sends a request of flow `count`."""
    COMPLETE = 24
    """A closed client has its answer: done (`count` 0) or the cause noted (1)."""
    CACHED = 25
    """Looks key drawn from `dist` up in cache `station`: on a hit no older than `x` seconds jumps, else fills it and
    goes on.
    """


_ASKING = frozenset((Code.ACQUIRE, Code.SHARE, Code.SERVE, Code.LIMIT))

_NONE, _TEN_MINUTES, _FOR_EVER = Constant(0.0), Constant(600.0), Constant(float(UNLIMITED))


@dataclass(frozen=True)
class Op:
    """One step of a program. Unused fields keep their defaults."""

    code: Code
    station: int = -1
    member: int = -1
    """The register whose task number is added to `station`."""
    register: int = -1
    jump: int = -1
    fail: int = -1
    count: int = 0
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    dist: Distribution = _NONE
    targets: tuple[int, ...] = ()
    parent: int = -1
    """The acquire op whose slot is held around this one: time here is that slot's blocked time."""
    flow: int = -1

    def but(self, **changes: object) -> Op:
        """The step with some fields set anew; `dataclasses.replace` takes ten times as long, and programs are made anew
        for every load.
        """
        step = object.__new__(Op)
        step.__dict__.update(self.__dict__, **changes)
        return step


class Policy(IntEnum):
    """How a balancer chooses among the tasks that are open."""

    ROUND_ROBIN = 0
    LEAST_OUTSTANDING = 1
    RANDOM = 2


@dataclass(frozen=True)
class Station:
    """Slots with one queue: a worker pool, a connection pool, a CPU; `queue` 0 loses whoever finds no slot."""

    name: str
    servers: int = UNLIMITED
    queue: int = UNLIMITED
    sharing: bool = False
    """Processor sharing: all jobs run at once, each on at most one server."""


@dataclass(frozen=True)
class Function:
    """A serverless function: one request an instance, no queue.

    Times in seconds: `init` and `first_run` delay the request that meets a cold start; an idle instance lives for
    `keep_alive`, none longer than `max_age`. At most `limit` run at once; new instances come at `scale_per_s` after a
    burst of `scale_burst`.
    """

    name: str
    init: Distribution = _NONE
    first_run: Distribution = _NONE
    keep_alive: Distribution = _TEN_MINUTES
    max_age: Distribution = _FOR_EVER
    limit: int = UNLIMITED
    scale_per_s: float = 100.0
    scale_burst: float = 1000.0
    provisioned: int = 0
    idle_s: tuple[float, ...] = ()
    """How long each idle instance still lives that is there from the start, the one used last at the end. Its age
    counts from then, and ends at the mean of `max_age`.
    """


@dataclass(frozen=True)
class Group:
    """Tasks behind a balancer: task k's stations are `first + k` of each of its kinds; the first `open` take
    requests.
    """

    name: str
    station: int
    tasks: int
    open: int
    policy: Policy
    resources: tuple[tuple[str, int], ...] = ()
    """Name and first station of whatever each task has one of."""


@dataclass(frozen=True)
class RateLimit:
    """A token bucket: `burst` at once, `per_s` refilled."""

    name: str
    per_s: float
    burst: float


@dataclass(frozen=True)
class Breaker:
    """A circuit that opens after `failures` in a row, for `open_s` seconds, then lets one trial through."""

    name: str
    failures: int
    open_s: float


@dataclass(frozen=True)
class Entry:
    """Where a flow begins: an endpoint (with its share of arrivals), a message flow (share 0), or closed clients."""

    name: str
    pc: int
    share: float = 1.0
    clients: int = 0
    kind: str = "endpoint"


@dataclass(frozen=True)
class Program:
    """Ops, stations and entries that fit together; made by `ProgramBuilder.build`."""

    name: str
    ops: tuple[Op, ...]
    entries: tuple[Entry, ...]
    stations: tuple[Station, ...] = ()
    functions: tuple[Function, ...] = ()
    groups: tuple[Group, ...] = ()
    limits: tuple[RateLimit, ...] = ()
    breakers: tuple[Breaker, ...] = ()
    caches: tuple[tuple[str, int], ...] = ()
    """Name and number of keys."""
    causes: tuple[str, ...] = CAUSES
    registers: int = 1

    @property
    def endpoints(self) -> tuple[Entry, ...]:
        """The entries that open arrivals reach."""
        return tuple(entry for entry in self.entries if entry.kind == "endpoint")

    def station(self, name: str) -> int:
        """The index of the station of that name."""
        return self._station_numbers[name]

    @cached_property
    def _station_numbers(self) -> dict[str, int]:
        return {station.name: number for number, station in enumerate(self.stations)}

    @cached_property
    def sites(self) -> dict[tuple[Code, int], list[int]]:
        """Where slots, instances and tokens are asked for: the ops of each code and station (or function, or limit)."""
        found: dict[tuple[Code, int], list[int]] = {}
        for pc, op in enumerate(self.ops):
            if op.code in _ASKING:
                found.setdefault((op.code, op.station), []).append(pc)
        return found

    def with_idle(self, idle_s: Sequence[tuple[float, ...]]) -> Program:
        """The same program with these idle instances of each function at its start (`Function.idle_s`)."""
        functions = (replace(function, idle_s=left) for function, left in zip(self.functions, idle_s, strict=True))
        other = replace(self, functions=tuple(functions))
        other.__dict__.update(sites=self.sites, _station_numbers=self._station_numbers)
        return other

    def function(self, name: str) -> int:
        """The index of the function of that name."""
        return [function.name for function in self.functions].index(name)

    def group(self, name: str) -> int:
        """The index of the group of that name."""
        return [group.name for group in self.groups].index(name)
