"""An engine over the kernel's arrays: runs it in pieces, makes room when asked, changes stations between pieces."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from simulations.engines import codes, event_heap, instances, kernel, memory, shared_jobs, token_lists
from simulations.engines.interface import Change, EndlessInstant, Kind, Raw, Snapshot, StuckRequests, falls_to
from simulations.program import Program

_PIECE = 2_000_000
_SNAPSHOT = (
    "st_servers",
    "st_busy",
    "st_queued",
    "st_changed",
    "busy_area",
    "queue_area",
    "st_served",
    "st_rejected",
    "st_timeouts",
    "fn_busy",
    "fn_changed",
    "fn_busy_area",
    "fn_served",
    "fn_cold",
    "fn_warm",
    "fn_throttled",
)


class ArrayEngine:
    """One run of a program; `advance` moves it on, `change` acts on a station at the present instant."""

    def __init__(self, program: Program, arrival_time: memory.Array, arrival_flow: memory.Array, seed: int) -> None:
        self.program = program
        self.memory = memory.lay_out(program, arrival_time, arrival_flow, seed)
        self._provided = np.zeros(len(program.stations))
        self._provided_since = np.zeros(len(program.stations))
        self._kernel = self.kernel()
        self._reason = codes.PAUSED
        self._arguments: list[Any] | None = None
        """Of the kernel, after the first two; gathered anew when arrays have grown."""
        self._sharing = np.flatnonzero(self.memory["share_slot"] >= 0)

    def kernel(self) -> Callable[..., int]:
        """The function that runs events."""
        return kernel.advance

    def advance(self, until: float = math.inf, between: Callable[[float], None] | None = None) -> bool:
        """Runs every event before `until`; whether somebody is still on the way. `between` hears the time after each
        piece.
        """
        box, stood_at = self.memory, -1.0
        while True:
            if self._arguments is None:
                self._arguments = [box[name] for name in memory.ARGUMENTS[2:]]
            self._reason = self._kernel(float(until), _PIECE, *self._arguments)
            if self._reason in (codes.EMPTY, codes.PAUSED):
                break
            if self._reason == codes.BUDGET:
                if box["clock"][0] == stood_at:
                    raise EndlessInstant.at(stood_at)
                stood_at = float(box["clock"][0])
            self._make_room(self._reason)
            if between is not None:
                between(float(box["clock"][0]))
        if self._reason == codes.EMPTY and until == math.inf:
            self._refuse_stuck()
        on_the_way = box["meta"][codes.FREE_COUNT] < len(box["tok_pc"])
        return bool(on_the_way or box["meta"][codes.ARRIVAL] < len(box["arrival_time"]))

    def _make_room(self, reason: int) -> None:
        box, self._arguments = self.memory, None
        if reason == codes.MORE_TOKENS:
            memory.grow_tokens(box, 2 * len(box["tok_pc"]))
        elif reason == codes.MORE_RECORDS:
            memory.grow_records(box, 2 * len(box["rec_start"]) + 64)
        elif reason == codes.MORE_INSTANCES:
            memory.grow_instances(box, 2 * len(box["in_next"]))
        elif reason == codes.MORE_JOBS:
            memory.grow_jobs(box, 2 * box["jobs"])

    def quiet(self) -> bool:
        """Whether nothing is scheduled."""
        return self._reason == codes.EMPTY

    def _refuse_stuck(self) -> None:
        waiting = [s.name for s, n in zip(self.program.stations, self.memory["st_queued"], strict=True) if n > 0]
        if waiting:
            raise StuckRequests(waiting)

    # -- changes between pieces ------------------------------------------------------------------------------

    def change(self, change: Change, at: float) -> None:
        """Applies one change at the present instant."""
        if at > self.memory["clock"][0]:
            self.memory["clock"][0] = at
        match change.kind:
            case Kind.SERVERS:
                self._set_servers(change.index, int(change.value), at)
            case Kind.STATE:
                self._set_state(change.index, int(change.value), at)
            case Kind.SLOWNESS:
                self._set_slowness(change.index, change.value, at)
            case Kind.LIMIT:
                self.memory["fn_limit"][change.index] = int(change.value)
            case Kind.FORGET:
                self._forget(change.index, at, change.value)

    def _touch(self, s: int, at: float) -> None:
        box = self.memory
        kernel.touch(s, at, box["st_changed"], box["st_busy"], box["st_queued"], box["busy_area"], box["queue_area"])

    def _rouse(self, t: int) -> None:
        box = self.memory
        token_lists.rouse(box["meta"], box["next_"], box["timer_seq"], t)

    def _leave_queue(self, s: int, at: float) -> int:
        """Takes the head waiter out of the queue and its timer list; returns it."""
        box = self.memory
        t = int(box["st_head"][s])
        o = int(box["tok_pc"][t])
        token_lists.remove(t, s, box["st_head"], box["st_tail"], box["next_"], box["prev"])
        if box["op_x"][o] < math.inf:
            token_lists.remove(t, o, box["timer_head"], box["timer_tail"], box["timer_next"], box["timer_prev"])
        box["st_queued"][s] -= 1
        box["op_wait"][o] += at - box["since"][t]
        box["epoch"][t] += 1
        return t

    def _set_servers(self, s: int, servers: int, at: float) -> None:
        box = self.memory
        self._touch(s, at)
        self._provided[s] += box["st_servers"][s] * (at - self._provided_since[s])
        self._provided_since[s] = at
        if box["share_slot"][s] >= 0:
            self._reschedule(s, at, servers, float(box["st_slow"][s]))
            return
        box["st_servers"][s] = servers
        while box["st_queued"][s] > 0 and box["st_busy"][s] < servers:
            t = self._leave_queue(s, at)
            o = int(box["tok_pc"][t])
            box["st_busy"][s] += 1
            box["st_peak"][s] = max(box["st_peak"][s], box["st_busy"][s])
            box["op_passes"][o] += 1
            box["st_served"][s] += 1
            box["reg_time"][t * box["registers"] + box["op_register"][o]] = at
            box["tok_pc"][t] = o + 1
            self._rouse(t)

    def _set_state(self, s: int, state: int, at: float) -> None:
        box = self.memory
        self._touch(s, at)
        box["st_state"][s] = state
        if state == codes.DOWN:
            box["st_lost"][s] = at
        while state == codes.DOWN and box["st_queued"][s] > 0:
            t = self._leave_queue(s, at)
            box["st_rejected"][s] += 1
            box["cause"][t] = codes.UNAVAILABLE
            box["tok_pc"][t] = box["op_fail"][int(box["tok_pc"][t])]
            self._rouse(t)

    def _set_slowness(self, s: int, factor: float, at: float) -> None:
        if self.memory["share_slot"][s] >= 0:
            self._touch(s, at)
            self._reschedule(s, at, int(self.memory["st_servers"][s]), factor)
        else:
            self.memory["st_slow"][s] = factor

    def _reschedule(self, s: int, at: float, servers: int, slow: float) -> None:
        """Gives a sharing station another speed: what was done till now counts at the old one."""
        box, n = self.memory, int(self.memory["st_busy"][s])
        slot = int(box["share_slot"][s])
        dt = at - box["clock"][1 + slot]
        if n > 0:
            box["share_virtual"][slot] += dt * shared_jobs.shared_rate(
                n, int(box["st_servers"][s]), float(box["st_slow"][s])
            )
            box["share_work"][slot] += dt * min(n, int(box["st_servers"][s]))
        box["clock"][1 + slot] = at
        box["st_servers"][s] = servers
        box["st_slow"][s] = slow
        if n > 0:
            if box["meta"][codes.HEAP] + 2 >= len(box["heap_time"]):
                self._make_room(codes.MORE_TOKENS)
            rate = shared_jobs.shared_rate(n, servers, slow)
            left = (box["job_work"][slot * box["jobs"]] - box["share_virtual"][slot]) / rate if rate > 0 else math.inf
            if left < math.inf:
                when, who = at + max(left, 0.0), -1 - len(box["op_code"]) - s
                event_heap.wake(box["heap_time"], box["heap_seq"], box["heap_who"], box["meta"], when, who)
                box["share_seq"][slot] = box["meta"][codes.SEQUENCE]
            else:
                box["share_seq"][slot] = -1

    def _forget(self, f: int, at: float, share: float) -> None:
        """Takes idle instances of a function away: all, or a share spread evenly from the newest on."""
        box, seen = self.memory, 0
        i = int(box["fn_top"][f])
        while i >= 0:
            if falls_to(seen, share):
                box["in_expiry"][i] = min(box["in_expiry"][i], at)
            seen += 1
            i = int(box["in_next"][i])

    # -- what came of it -------------------------------------------------------------------------------------

    def snapshot(self, at: float) -> Snapshot:
        """The stations and functions as of now, integrals included."""
        box = {name: np.asarray(self.memory[name]) for name in _SNAPSHOT}
        dt = np.maximum(at - box["st_changed"], 0.0)
        work = np.zeros(len(dt))
        if len(self._sharing):
            running = np.minimum(box["st_busy"], box["st_servers"])[self._sharing]
            since = np.maximum(at - np.asarray(self.memory["clock"], np.float64)[1:], 0.0)
            work[self._sharing] = np.asarray(self.memory["share_work"], np.float64) + running * since
        seen = instances.waiting(self.memory, at)
        return Snapshot(
            at=at,
            servers=box["st_servers"].copy(),
            busy=box["st_busy"].copy(),
            queued=box["st_queued"].copy(),
            busy_area=box["busy_area"] + box["st_busy"] * dt,
            queue_area=box["queue_area"] + box["st_queued"] * dt,
            provided=self._provided + box["st_servers"] * (at - self._provided_since),
            work=work,
            served=box["st_served"].copy(),
            rejected=box["st_rejected"].copy(),
            timeouts=box["st_timeouts"].copy(),
            running=box["fn_busy"].copy(),
            running_area=box["fn_busy_area"] + box["fn_busy"] * (at - box["fn_changed"]),
            idle=seen.idle,
            idle_area=seen.idle_area,
            gone=seen.gone,
            spare=seen.spare,
            spare_area=seen.spare_area,
            invoked=box["fn_served"].copy(),
            cold=box["fn_cold"].copy(),
            warm=box["fn_warm"].copy(),
            throttled=box["fn_throttled"].copy(),
        )

    def running(self) -> memory.Array:
        """Calls that run now, by function."""
        return np.array(self.memory["fn_busy"], np.int64)

    def _waited(self, s: int, at: float) -> float:
        box, total = self.memory, 0.0
        t = int(box["st_head"][s])
        while t >= 0:
            total += at - box["since"][t]
            t = int(box["next_"][t])
        return float(total)

    def raw(self, at: float) -> Raw:
        """Everything the run leaves, as numpy arrays."""
        box = self.memory
        rows = int(box["meta"][codes.RECORDS])
        records = {name: np.asarray(box[name])[:rows] for name in memory.RECORD}
        return Raw(
            start=records["rec_start"],
            end=records["rec_end"],
            flow=records["rec_flow"].astype(np.int16),
            status=records["rec_status"].astype(np.int16),
            cold=records["rec_cold"].astype(np.int16),
            retries=records["rec_retries"].astype(np.int16),
            final=self.snapshot(at),
            op_tries=np.asarray(box["op_tries"]),
            op_passes=np.asarray(box["op_passes"]),
            op_wait=np.asarray(box["op_wait"]),
            op_hold=np.asarray(box["op_hold"]),
            peak=np.asarray(box["st_peak"]),
            peak_queue=np.asarray(box["st_peak_queue"]),
            peak_running=np.asarray(box["fn_peak"]),
            waiting=np.array([self._waited(s, at) for s in range(len(box["st_head"]))]),
            running_for=instances.running_for(box, at),
            lifetimes=instances.lifetimes(box, at),
            events=int(box["meta"][codes.EVENTS]),
        )

    def last(self) -> float:
        """When something last happened."""
        ends = np.asarray(self.memory["rec_end"])
        changed = np.asarray(self.memory["st_changed"])
        return float(max(np.nanmax(ends, initial=0.0), changed.max(initial=0.0)))
