"""What every engine offers: run until a time, change a station, say what came of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

from numpy.typing import NDArray

Array = NDArray[Any]


class StuckRequests(RuntimeError):
    """Nothing is left to happen and somebody still waits: a deadlock, or a station without servers."""

    def __init__(self, stations: list[str]) -> None:
        self.stations = stations
        super().__init__(
            f"requests wait for ever at {', '.join(stations)}: every slot is held by one that waits, or there is none"
        )


class EndlessInstant(RuntimeError):
    """Steps without end while time stands still: clients whose requests fail at once and are sent again at once."""

    @classmethod
    def at(cls, time_s: float) -> EndlessInstant:
        """The error with its sentence."""
        return cls(
            f"time stands still at {time_s:g} s: a loop in the program takes no time; give its clients time to think"
        )


class Kind(IntEnum):
    """What a change changes."""

    SERVERS = 0
    """The slots of station `index`; slots held beyond them are not taken away."""
    STATE = 1
    """0 open, 1 draining (a balancer does not choose it), 2 down (whoever waits or comes fails; who holds a slot of a
    breakable hold fails at its end).
    """
    SLOWNESS = 2
    """The factor on times at station `index`."""
    LIMIT = 3
    """The concurrency limit of function `index`."""
    FORGET = 4
    """Idle instances of function `index` are gone: all, or the share `value` of them if that is above 0."""


def falls_to(number: int, share: float) -> bool:
    """Whether the instance of that number, counted from the newest, is among a share spread evenly; 0 means all.

    >>> [falls_to(k, 1 / 3) for k in range(6)]
    [False, False, True, False, False, True]
    """
    return share <= 0 or math.floor((number + 1) * share + 1e-9) > math.floor(number * share + 1e-9)


@dataclass(frozen=True)
class Change:
    """One change of one station or function."""

    kind: Kind
    index: int
    value: float = 0.0


@dataclass(frozen=True)
class Snapshot:
    """Counts and integrals at one instant, an array per quantity: first those of stations, then (from `running`) of
    functions.

    An area is the integral of a count over time (slot-seconds); `provided` that of servers, `work` that of busy
    servers where sharing.
    """

    at: float
    servers: Array
    busy: Array
    queued: Array
    busy_area: Array
    queue_area: Array
    provided: Array
    work: Array
    served: Array
    rejected: Array
    timeouts: Array
    running: Array
    running_area: Array
    idle: Array
    idle_area: Array
    gone: Array
    spare: Array
    spare_area: Array
    invoked: Array
    cold: Array
    warm: Array
    throttled: Array


FUNCTION_COLUMNS = (
    "running",
    "running_area",
    "idle",
    "idle_area",
    "gone",
    "spare",
    "spare_area",
    "invoked",
    "cold",
    "warm",
    "throttled",
)


@dataclass(frozen=True)
class Raw:
    """What a run leaves: a row per request or message, a number per op, the last snapshot."""

    start: Array
    end: Array
    flow: Array
    status: Array
    cold: Array
    retries: Array
    final: Snapshot
    op_tries: Array
    op_passes: Array
    op_wait: Array
    op_hold: Array
    peak: Array
    peak_queue: Array
    peak_running: Array
    waiting: Array
    """Seconds waited so far by those still in each station's queue."""
    running_for: Array
    """Seconds so far of the requests that each function's instances run."""
    lifetimes: Array
    """Seconds that all instances of each function were there, till they went or till now."""
    events: int


class Engine(Protocol):
    """One run of a program."""

    def advance(self, until: float = math.inf, between: Callable[[float], None] | None = None) -> bool: ...
    def quiet(self) -> bool: ...
    def change(self, change: Change, at: float) -> None: ...
    def snapshot(self, at: float) -> Snapshot: ...
    def running(self) -> Array: ...
    def raw(self, at: float) -> Raw: ...
    def last(self) -> float: ...
