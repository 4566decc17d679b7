"""The reference: the same program as SimPy processes, written to be read.

A request is one generator (`simpy_walk`) that takes the ops in turn. The order of events is SimPy's own, which is the
contract of `kernel`: whoever wakes another schedules it at the same instant behind what is scheduled already, and a
process that starts runs at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from simulations.engines.interface import (
    FUNCTION_COLUMNS,
    Array,
    Change,
    Kind,
    Raw,
    Snapshot,
    StuckRequests,
)
from simulations.engines.simpy_walk import Walks


class SimpyEngine(Walks):
    """One run of a program on a SimPy environment."""

    def advance(self, until: float = math.inf, between: Callable[[float], None] | None = None) -> bool:
        """Runs every event before `until`; whether somebody is still on the way."""
        self.env.run_before(until)
        if until == math.inf:
            waiting = [s.name for s, x in zip(self.program.stations, self.stations, strict=True) if x.queued]
            if waiting:
                raise StuckRequests(waiting)
        if between is not None:
            between(self.env.now)
        return self.alive > 0

    def quiet(self) -> bool:
        """Whether nothing is scheduled."""
        return self.env.peek() == math.inf

    def change(self, change: Change, at: float) -> None:
        """Applies one change at the present instant."""
        match change.kind:
            case Kind.SERVERS:
                self.stations[change.index].set_servers(int(change.value))
            case Kind.STATE:
                self.stations[change.index].set_state(int(change.value))
            case Kind.SLOWNESS:
                self.stations[change.index].set_slowness(change.value)
            case Kind.LIMIT:
                self.functions[change.index].limit = int(change.value)
            case Kind.FORGET:
                self.functions[change.index].forget(change.value)

    def last(self) -> float:
        """When something last happened."""
        ends = [row[1] for row in self.rows if row[1] == row[1]]
        return float(max([0.0, *ends, *(station.changed for station in self.stations)]))

    def snapshot(self, at: float) -> Snapshot:
        """The stations and functions as of now, integrals included."""

        seen = [station.seen_at(at) for station in self.stations]
        functions = [function.seen_at(at) for function in self.functions]
        names = Snapshot.__dataclass_fields__.keys() - {"at"}
        whole = names - {"busy_area", "queue_area", "provided", "work", "running_area", "idle_area", "spare_area"}
        columns: dict[str, Array] = {}
        for name in names:
            rows = functions if name in FUNCTION_COLUMNS else seen
            columns[name] = np.array([row[name] for row in rows], np.int64 if name in whole else np.float64)
        return Snapshot(at=at, **columns)

    def running(self) -> Array:
        """Calls that run now, by function."""
        return np.array([function.running for function in self.functions], np.int64)

    def raw(self, at: float) -> Raw:
        """Everything the run leaves."""
        columns = list(zip(*self.rows, strict=True)) or [()] * 6
        start, end = (np.array(column, np.float64) for column in columns[:2])
        flow, status, cold, retries = (np.array(column, np.int16) for column in columns[2:])
        return Raw(
            start=start,
            end=end,
            flow=flow,
            status=status,
            cold=cold,
            retries=retries,
            final=self.snapshot(at),
            op_tries=np.array(self.tries, np.int64),
            op_passes=np.array(self.passes, np.int64),
            op_wait=np.array(self.wait),
            op_hold=np.array(self.held),
            peak=np.array([s.peak for s in self.stations], np.int64),
            peak_queue=np.array([s.peak_queue for s in self.stations], np.int64),
            peak_running=np.array([f.peak for f in self.functions], np.int64),
            waiting=np.array([s.waited(at) for s in self.stations], np.float64),
            running_for=np.array([f.running_for(at) for f in self.functions], np.float64),
            lifetimes=np.array([f.lifetimes(at) for f in self.functions], np.float64),
            events=self.seen,
        )
