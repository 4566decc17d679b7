"""The arrays the kernel works on: laid out from a program and its arrivals, grown when the kernel asks."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations import draws
from simulations.distributions import Distribution
from simulations.engines import codes, kernel
from simulations.program import Code, Function, Op, Program

Array = NDArray[Any]

ARGUMENTS = tuple(inspect.signature(kernel.advance).parameters)
_INTS, _FLOATS, _WORDS = np.dtype(np.int64), np.dtype(np.float64), np.dtype(np.uint64)

TOKEN = (
    "tok_pc",
    "next_",
    "prev",
    "timer_next",
    "timer_prev",
    "timer_seq",
    "epoch",
    "record",
    "owner",
    "parent",
    "parent_epoch",
    "pending",
    "cause",
    "branch_cause",
)
TOKEN_FLOATS, TOKEN_WORDS, PER_REGISTER = ("deadline", "since"), ("key", "lap"), ("reg", "reg_time")
HEAPS = ("heap_time", "heap_seq", "heap_who")
RECORD = ("rec_start", "rec_end", "rec_flow", "rec_status", "rec_cold", "rec_retries")
INSTANCE = ("in_next", "in_state", "in_since", "in_expiry", "in_created", "in_death")
_FUNCTION_TIMES = ("init", "first_run", "keep_alive", "max_age")


def seed_salt(seed: int) -> int:
    """The word from which the keys of a run's requests follow."""
    return draws.mix64((seed * draws.GOLDEN + 1) & draws.MASK)


def op_salt(pc: int) -> int:
    """The word that stands for an op in every draw."""
    return draws.mix64((pc + 1) * draws.GOLDEN & draws.MASK)


def lay_out(program: Program, arrival_time: Array, arrival_flow: Array, seed: int) -> dict[str, Any]:
    """Every argument of `kernel.advance` except `until` and `budget`."""
    stations, functions = program.stations, program.functions
    sharing = [k for k, station in enumerate(stations) if station.sharing]
    meta = np.zeros(13, _INTS)
    meta[[codes.CURRENT, codes.READY, codes.AWAKE, codes.FREE, codes.FREE_INSTANCE]] = -1
    meta[codes.RECORDS] = len(arrival_time)
    memory: dict[str, Any] = {
        "meta": meta,
        "clock": np.zeros(1 + len(sharing)),
        "salts": np.array([0, seed_salt(seed), 0], _WORDS),
        "arrival_time": np.ascontiguousarray(arrival_time, dtype=_FLOATS),
        "arrival_flow": np.ascontiguousarray(arrival_flow, dtype=np.int16),
        "flow_pc": _ints(entry.pc for entry in program.entries),
        "flow_recorded": _ints(int(entry.clients == 0) for entry in program.entries),
        "registers": program.registers,
        "jobs": 0,
    }
    memory |= _ops(program) | _stations(program, sharing) | _functions(functions) | _small(program)
    memory |= {name: np.zeros(0, _dtype(name)) for name in (*RECORD, *INSTANCE, "job_work", "job_seq", "job_token")}
    memory |= {name: np.zeros(0, _dtype(name)) for name in (*TOKEN, *TOKEN_FLOATS, *TOKEN_WORDS, *PER_REGISTER, *HEAPS)}
    flows_made = any(op.code in (Code.SEND, Code.BEGIN) for op in program.ops)
    grow_records(memory, len(arrival_time) + (len(arrival_time) // 8 + 256 if flows_made else 0))
    grow_tokens(memory, 256)
    grow_instances(memory, 64 if functions else 0)
    _provision(memory, functions)
    grow_jobs(memory, 64 if sharing else 0)
    return memory


def _ints(values: Any) -> Array:
    return np.array(list(values), _INTS)


def _floats(values: Any) -> Array:
    return np.array(list(values), _FLOATS)


def _dtype(name: str) -> np.dtype[Any]:
    if name in TOKEN_WORDS:
        return _WORDS
    if name in ("rec_flow", "rec_status", "rec_cold", "rec_retries"):
        return np.dtype(np.int16)
    floats = (
        *TOKEN_FLOATS,
        "reg_time",
        "heap_time",
        "rec_start",
        "rec_end",
        "in_since",
        "in_expiry",
        "in_created",
        "in_death",
        "job_work",
    )
    return _FLOATS if name in floats else _INTS


def function_times(program: Program) -> tuple[Distribution, ...]:
    """The four times of every function, in order."""
    return tuple(getattr(f, name) for f in program.functions for name in _FUNCTION_TIMES)


def tables(
    ops: Sequence[Op], function_times: Sequence[Distribution]
) -> tuple[list[tuple[int, float, float, float]], list[tuple[int, float, float, float]], list[float]]:
    """Kind and three numbers for every op and every time of a function (`function_times`), and the one table that all
    draws look up.
    """
    table = list(draws.ZIGGURAT)

    def entered(parameters: tuple[int, float, float, float, tuple[float, ...]]) -> tuple[int, float, float, float]:
        kind, a, b, c, points = parameters
        if kind == draws.EMPIRICAL:
            a = float(len(table))
            table.extend(points)
        return kind, float(a), float(b), float(c)

    drawn = [entered(op.dist.parameters) for op in ops]
    times = [entered(time.parameters) for time in function_times]
    return drawn, times, [*table, 0.0]


@dataclass(frozen=True, eq=False)
class _Same:
    """Ops as a key: the very same tuple, for to compare hundreds of ops takes as long as to lay them out."""

    ops: tuple[Op, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.ops is self.ops

    def __hash__(self) -> int:
        return id(self.ops)


def _ops(program: Program) -> dict[str, Any]:
    """Of the ops, and the times of functions, which share their table; what the kernel only reads is the same for all
    runs of a program.
    """
    none = np.zeros(len(program.ops), _INTS)
    return {
        **_read_only(_Same(program.ops), function_times(program)),
        "op_tries": none.copy(),
        "op_passes": none.copy(),
        "op_wait": np.zeros(len(program.ops)),
        "op_hold": np.zeros(len(program.ops)),
        "timer_head": none - 1,
        "timer_tail": none - 1,
        "timer_armed": none.copy(),
    }


@lru_cache(maxsize=4)
def _read_only(same: _Same, function_times: tuple[Distribution, ...]) -> dict[str, Any]:
    ops = same.ops
    numbers, times, table = tables(ops, function_times)
    targets: list[int] = []
    first_target = []
    for op in ops:
        first_target.append(len(targets))
        targets += op.targets
    counts = [len(op.targets) if op.code is Code.FORK else op.count for op in ops]
    return {
        "op_code": _ints(op.code for op in ops),
        "op_station": _ints(op.station for op in ops),
        "op_member": _ints(op.member for op in ops),
        "op_register": _ints(op.register for op in ops),
        "op_jump": _ints(op.jump for op in ops),
        "op_fail": _ints(op.fail for op in ops),
        "op_count": _ints(counts),
        "op_x": _floats(op.x for op in ops),
        "op_y": _floats(op.y for op in ops),
        "op_z": _floats(op.z for op in ops),
        "op_kind": _ints(n[0] for n in numbers),
        "op_a": _floats(n[1] for n in numbers),
        "op_b": _floats(n[2] for n in numbers),
        "op_c": _floats(n[3] for n in numbers),
        "fn_kind": _ints(n[0] for n in times),
        "fn_param": _floats(number for n in times for number in n[1:]),
        "op_targets": _ints(first_target),
        "op_salt": np.array([op_salt(pc) for pc in range(len(ops))], _WORDS),
        "op_flow": _ints(op.flow for op in ops),
        "targets": _ints([*targets, -1]),
        "table": _floats(table),
    }


def _stations(program: Program, sharing: list[int]) -> dict[str, Any]:
    stations = program.stations
    none = np.zeros(len(stations), _INTS)
    slots = none - 1
    slots[sharing] = np.arange(len(sharing))
    state = none.copy()
    for group in program.groups:
        state[group.station + group.open : group.station + group.tasks] = codes.DRAINING
    counted = ("st_busy", "st_queued", "st_served", "st_rejected", "st_timeouts", "st_peak", "st_peak_queue")
    return {
        "st_servers": _ints(s.servers for s in stations),
        "st_limit": _ints(s.queue for s in stations),
        "st_state": state,
        "st_slow": np.ones(len(stations)),
        "st_lost": np.full(len(stations), -np.inf),
        "st_head": none - 1,
        "st_tail": none - 1,
        "share_slot": slots,
        "share_virtual": np.zeros(len(sharing)),
        "share_seq": np.full(len(sharing), -1, _INTS),
        "share_work": np.zeros(len(sharing)),
        **{name: none.copy() for name in counted},
        **{name: np.zeros(len(stations)) for name in ("st_changed", "busy_area", "queue_area")},
    }


def _functions(functions: tuple[Function, ...]) -> dict[str, Any]:
    none = np.zeros(len(functions), _INTS)
    counted = ("fn_busy", "fn_served", "fn_cold", "fn_warm", "fn_throttled", "fn_peak", "fn_retired")
    return {
        "fn_limit": _ints(f.limit for f in functions),
        "fn_rate": _floats(f.scale_per_s for f in functions),
        "fn_burst": _floats(f.scale_burst for f in functions),
        "fn_level": _floats(f.scale_burst for f in functions),
        "fn_top": none - 1,
        "fn_spare": none - 1,
        **{name: none.copy() for name in counted},
        **{
            name: np.zeros(len(functions))
            for name in ("fn_filled", "fn_changed", "fn_busy_area", "fn_lived", "fn_idle_area", "fn_spare_area")
        },
    }


def _small(program: Program) -> dict[str, Any]:
    limits, breakers = program.limits, program.breakers
    sizes = np.cumsum([0, *(keys for _, keys in program.caches)])
    return {
        "gr_first": _ints(g.station for g in program.groups),
        "gr_tasks": _ints(g.tasks for g in program.groups),
        "gr_policy": _ints(g.policy for g in program.groups),
        "gr_turn": np.zeros(len(program.groups), _INTS),
        "li_rate": _floats(r.per_s for r in limits),
        "li_burst": _floats(r.burst for r in limits),
        "li_level": _floats(r.burst for r in limits),
        "li_filled": np.zeros(len(limits)),
        "li_refused": np.zeros(len(limits), _INTS),
        "br_most": _ints(b.failures for b in breakers),
        "br_wait": _floats(b.open_s for b in breakers),
        "br_state": np.zeros(len(breakers), _INTS),
        "br_failures": np.zeros(len(breakers), _INTS),
        "br_until": np.zeros(len(breakers)),
        "ca_base": sizes.astype(_INTS),
        "ca_filled": np.full(int(sizes[-1]), -np.inf),
    }


def _resize(memory: dict[str, Any], name: str, size: int, fill: float = 0) -> None:
    old = memory[name]
    if isinstance(old, list):
        old.extend([type(old[0])(fill)] * (size - len(old)))
        return
    new = np.full(size, fill, old.dtype)
    new[: len(old)] = old
    memory[name] = new


def grow_tokens(memory: dict[str, Any], size: int) -> None:
    """Makes room for `size` tokens and their events; new ones join the free list in order."""
    old = len(memory["tok_pc"])
    for name in (*TOKEN, *TOKEN_FLOATS, *TOKEN_WORDS):
        _resize(memory, name, size)
    for name in PER_REGISTER:
        _resize(memory, name, size * memory["registers"])
    for name in HEAPS:
        _resize(memory, name, 2 * size + len(memory["op_code"]) + len(memory["st_busy"]))
    memory["next_"][old:size] = _like(memory["next_"], [*range(old + 1, size), memory["meta"][codes.FREE]])
    memory["meta"][codes.FREE] = old
    memory["meta"][codes.FREE_COUNT] += size - old


def grow_records(memory: dict[str, Any], size: int) -> None:
    """Makes room for `size` records; a record not yet written is in flight (-1) and of no flow (-1)."""
    for name in RECORD:
        fill = -1 if name in ("rec_status", "rec_flow") else (np.nan if name in ("rec_start", "rec_end") else 0)
        _resize(memory, name, size, fill)


def _provision(memory: dict[str, Any], functions: tuple[Function, ...]) -> None:
    """Instances that are there from the start: the provisioned never die, and wait in a list of their own."""
    needed = sum(f.provisioned + len(f.idle_s) for f in functions)
    while len(memory["in_next"]) < needed:
        grow_instances(memory, 2 * len(memory["in_next"]))
    for f, function in enumerate(functions):
        for _ in range(function.provisioned):
            i = _idle(memory, f, "fn_spare")
            memory["in_death"][i] = memory["in_expiry"][i] = np.inf
        for left_s in function.idle_s:
            i = _idle(memory, f, "fn_top")
            memory["in_expiry"][i] = min(left_s, function.max_age.mean)
            memory["in_death"][i] = function.max_age.mean


def _idle(memory: dict[str, Any], f: int, pile: str) -> int:
    """One more instance on a pile of function f."""
    i = int(memory["meta"][codes.FREE_INSTANCE])
    memory["meta"][codes.FREE_INSTANCE] = memory["in_next"][i]
    memory["in_next"][i] = memory[pile][f]
    memory["in_state"][i] = 2 * f
    memory[pile][f] = i
    return i


def grow_instances(memory: dict[str, Any], size: int) -> None:
    """Makes room for `size` instances."""
    old = len(memory["in_next"])
    for name in INSTANCE:
        _resize(memory, name, size, -1 if name == "in_state" else 0)
    if size > old:
        memory["in_next"][old:size] = _like(
            memory["in_next"], [*range(old + 1, size), memory["meta"][codes.FREE_INSTANCE]]
        )
        memory["meta"][codes.FREE_INSTANCE] = old


def grow_jobs(memory: dict[str, Any], size: int) -> None:
    """Makes room for `size` jobs at every sharing station."""
    old, stations = memory["jobs"], len(memory["share_virtual"])
    for name in ("job_work", "job_seq", "job_token"):
        before = np.asarray(memory[name], _dtype(name)).reshape(stations, old)
        after = np.zeros((stations, size), _dtype(name))
        after[:, :old] = before
        memory[name] = after.reshape(-1).tolist() if isinstance(memory[name], list) else after.reshape(-1)
    memory["jobs"] = size


def _like(target: Any, values: list[int]) -> Any:
    return [int(v) for v in values] if isinstance(target, list) else np.array(values, _INTS)
