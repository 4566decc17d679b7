"""What a run came to: percentiles, throughput, errors, utilisation, where slots were blocked, and the identities
every run must satisfy.

A percentile is the nearest rank (Hyndman and Fan type 1): the least observed value with at least that share of
requests at or below it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations.engines.interface import Raw, Snapshot
from simulations.identities import Identity, identities_of
from simulations.program import Code, Op, Program

__all__ = ["Result", "SiteTime", "percentile"]

Array = NDArray[Any]


def percentile(values: Array, q: float) -> float:
    """The nearest-rank percentile, q in 0..100; not a number for no values."""
    if not len(values):
        return float("nan")
    place = max(math.ceil(len(values) * (q / 100)) - 1, 0)
    return float(np.partition(values, place)[place])


@dataclass(frozen=True)
class SiteTime:
    """One place in a flow where a slot is held: how often, seconds waited for it, held, and of those blocked in what
    lies below.
    """

    op: int
    flow: str
    station: str
    passes: int
    waited_s: float
    held_s: float
    blocked_s: dict[str, float]

    @property
    def own_s(self) -> float:
        """Seconds held for work of its own."""
        return self.held_s - sum(self.blocked_s.values())


@dataclass(frozen=True)
class Result:
    """One run, read only. Times in seconds; whatever arrived before `warm_up_s` is left out of request statistics."""

    program: Program
    seed: int
    engine: str
    end_s: float
    warm_up_s: float
    raw: Raw
    warm: Snapshot | None = None
    timeline: tuple[Snapshot, ...] = ()
    running: Array = field(default_factory=lambda: np.empty((0, 0), np.int64))
    """Calls of each function that ran at each of the looks, shape (looks, functions)."""
    scaled: tuple[Any, ...] = ()
    """What scaling policies decided (`simulations.control.Scaled`), each policy's in order of time."""

    # -- requests --------------------------------------------------------------------------------------------

    def rows(self, flow: str | None = None) -> Array:
        """A mask over the raw rows: of one flow (else of every endpoint and client), arrived after the warm-up."""
        if flow is not None:
            kinds = [k for k, entry in enumerate(self.program.entries) if entry.name == flow]
            if not kinds:
                raise KeyError(f"{flow!r} is not a flow of {self.program.name}")
        else:
            kinds = [k for k, entry in enumerate(self.program.entries) if entry.kind != "flow"]
        return np.isin(self.raw.flow, kinds) & (self.raw.start >= self.warm_up_s)

    def latencies(self, flow: str | None = None) -> Array:
        """Seconds from arrival to answer of the requests that were done, in order of arrival."""
        done = self.rows(flow) & (self.raw.status == 0)
        return np.asarray(self.raw.end[done] - self.raw.start[done])

    def percentile(self, q: float, flow: str | None = None) -> float:
        """The nearest-rank percentile of `latencies`."""
        return percentile(self.latencies(flow), q)

    def mean(self, flow: str | None = None) -> float:
        """The mean of `latencies`."""
        values = self.latencies(flow)
        return float(values.mean()) if len(values) else float("nan")

    def statuses(self, flow: str | None = None) -> dict[str, int]:
        """Requests by what became of them: done, each cause, in flight."""
        counts = np.bincount(
            self.raw.status[self.rows(flow)].astype(np.int64) + 1, minlength=len(self.program.causes) + 1
        )
        names = ("in flight", *self.program.causes)
        return {name: int(n) for name, n in zip(names, counts, strict=True) if n or name == "done"}

    def errors(self, flow: str | None = None) -> dict[str, int]:
        """Failed requests by cause."""
        return {name: n for name, n in self.statuses(flow).items() if name not in ("done", "in flight")}

    def error_share(self, flow: str | None = None) -> float:
        """Failed over ended requests."""
        ended = self.raw.status[self.rows(flow)]
        ended = ended[ended >= 0]
        return float((ended > 0).mean()) if len(ended) else 0.0

    def throughput_per_s(self, flow: str | None = None) -> float:
        """Requests done per second after the warm-up."""
        kinds = self.rows(flow) | self._early(flow)
        done = kinds & (self.raw.status == 0) & (self.raw.end >= self.warm_up_s)
        return float(done.sum()) / (self.end_s - self.warm_up_s)

    def _early(self, flow: str | None) -> Array:
        names = [k for k, e in enumerate(self.program.entries) if e.name == flow or (flow is None and e.kind != "flow")]
        return np.isin(self.raw.flow, names) & (self.raw.start < self.warm_up_s)

    def cold_share(self, flow: str | None = None) -> float:
        """Requests that met a cold start, over all."""
        cold = self.raw.cold[self.rows(flow)]
        return float((cold > 0).mean()) if len(cold) else 0.0

    def retries(self, flow: str | None = None) -> int:
        """Attempts beyond the first."""
        return int(self.raw.retries[self.rows(flow)].sum())

    # -- stations and functions ------------------------------------------------------------------------------

    def _since_warm(self, name: str) -> Array:
        before = getattr(self.warm, name) if self.warm is not None else 0
        return np.asarray(getattr(self.raw.final, name) - before)

    @property
    def _span_s(self) -> float:
        return self.end_s - (self.warm.at if self.warm is not None else 0.0)

    def utilisation(self, station: str) -> float:
        """Busy slot-seconds over provided slot-seconds."""
        s = self.program.station(station)
        used = self._since_warm("work" if self.program.stations[s].sharing else "busy_area")
        return float(used[s] / self._since_warm("provided")[s])

    def mean_busy(self, station: str) -> float:
        """Slots in use, over time."""
        return float(self._since_warm("busy_area")[self.program.station(station)] / self._span_s)

    def mean_queue(self, station: str) -> float:
        """Requests that wait, over time."""
        return float(self._since_warm("queue_area")[self.program.station(station)] / self._span_s)

    def mean_wait_s(self, station: str) -> float:
        """Seconds waited by those who were served, gave up, or still wait, over those served and given up (whole
        run).
        """
        s = self.program.station(station)
        gone = int(self.raw.final.served[s] + self.raw.final.timeouts[s])
        return float(self.raw.final.queue_area[s]) / gone if gone else 0.0

    def concurrency(self, function: str) -> float:
        """Instances that run, over time."""
        return float(self._since_warm("running_area")[self.program.function(function)] / self._span_s)

    def instances(self, function: str) -> float:
        """Instances that run or idle, over time (provisioned ones only while they run)."""
        f = self.program.function(function)
        return self.concurrency(function) + float(self._since_warm("idle_area")[f] / self._span_s)

    def cold_starts(self, function: str) -> float:
        """Cold starts over invocations."""
        f = self.program.function(function)
        return float(self._since_warm("cold")[f] / max(int(self._since_warm("invoked")[f]), 1))

    def sites(self) -> list[SiteTime]:
        """Where slots are held, and by what below each of them is blocked."""
        ops = self.program.ops
        holders = [pc for pc, op in enumerate(ops) if op.code in (Code.ACQUIRE, Code.SERVE, Code.SHARE)]
        below: dict[int, dict[str, float]] = {pc: {} for pc in holders}
        for pc in holders:
            above = _enclosing(ops, pc)
            if above >= 0:
                name = self._place(ops[pc])
                spent = float(self.raw.op_wait[pc] + self.raw.op_hold[pc])
                if ops[pc].code is Code.SERVE:
                    spent = float(self.raw.op_hold[pc])
                below[above][name] = below[above].get(name, 0.0) + spent
        return [
            SiteTime(
                pc,
                self.program.entries[ops[pc].flow].name,
                self._place(ops[pc]),
                int(self.raw.op_passes[pc]),
                float(self.raw.op_wait[pc]),
                float(self.raw.op_hold[pc]),
                below[pc],
            )
            for pc in holders
        ]

    def _place(self, op: Op) -> str:
        if op.code is Code.SERVE:
            return self.program.functions[op.station].name
        name = self.program.stations[op.station].name
        return name.replace("[0]", "") if op.member >= 0 else name

    # -- proof -----------------------------------------------------------------------------------------------

    def identities(self) -> list[Identity]:
        """What must be true of every run (`simulations.identities`), over the whole of it."""
        return identities_of(self.program, self.raw, self.end_s, self.timeline)

    @cached_property
    def digest(self) -> str:
        """sha256 over every row and every final count: equal for equal programs, arrivals and seeds, whatever the
        engine or machine.
        """
        whole = hashlib.sha256()
        for array in (self.raw.start, self.raw.end, self.raw.flow, self.raw.status, self.raw.cold, self.raw.retries):
            whole.update(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
        for name in ("served", "rejected", "timeouts", "cold", "throttled"):
            whole.update(np.asarray(getattr(self.raw.final, name), dtype="<i8").tobytes())
        return whole.hexdigest()


def _enclosing(ops: tuple[Op, ...], pc: int) -> int:
    """The op whose slot is held around this one, through forks."""
    above = ops[pc].parent
    while above >= 0 and ops[above].code is Code.FORK:
        above = ops[above].parent
    return above
