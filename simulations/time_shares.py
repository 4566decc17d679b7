"""Where the time of a request goes: what each component takes of it by working, by letting wait, by starting cold.

Sums over all requests of a run, those of its warm-up too, per request that arrived; branches that run side by side
count each in full, so that the parts of such an endpoint add up to more than its latency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulations.compiling.stage_program import CompiledStage
from simulations.program import Code, Op, Program
from simulations.results import Result

__all__ = ["TimeShare", "time_shares"]

What = Literal["work", "waiting", "cold start"]
LEAST_MS = 1e-4


@dataclass(frozen=True)
class TimeShare:
    """Mean milliseconds of one request of an endpoint that one component takes in one way."""

    endpoint: str
    component: str
    what: What
    mean_ms: float


def time_shares(stage: CompiledStage, results: Sequence[Result]) -> tuple[TimeShare, ...]:
    """Endpoint by endpoint, in the order in which requests first reach the components."""
    program = stage.program
    owners = _owners(stage)
    sums: dict[tuple[str, str, What], float] = {}
    for pc, op in enumerate(program.ops):
        endpoint = program.entries[op.flow].name
        owner = owners.get(pc)
        if owner is None or endpoint not in stage.answered:
            continue
        for what, seconds in _seconds(pc, op, results):
            key = (endpoint, owner, what)
            sums[key] = sums.get(key, 0.0) + seconds
    arrived = _arrived(program, results)
    found = (
        TimeShare(endpoint, component, what, total / max(arrived[endpoint], 1) * 1000)
        for (endpoint, component, what), total in sums.items()
    )
    return tuple(share for share in found if share.mean_ms >= LEAST_MS)


def _seconds(pc: int, op: Op, results: Sequence[Result]) -> list[tuple[What, float]]:
    """What an op took, all runs together."""
    waited = sum(float(result.raw.op_wait[pc]) for result in results)
    match op.code:
        case Code.HOLD:
            return [("work", sum(float(result.raw.op_hold[pc]) for result in results))]
        case Code.ACQUIRE:
            return [("waiting", waited)]
        case Code.SERVE:
            return [("cold start", waited)]
        case _:
            return []


def _arrived(program: Program, results: Sequence[Result]) -> dict[str, int]:
    counts = sum(
        (np.bincount(result.raw.flow[result.raw.flow >= 0], minlength=len(program.entries)) for result in results),
        start=np.zeros(len(program.entries), dtype=np.int64),
    )
    return {entry.name: int(counts[number]) for number, entry in enumerate(program.entries)}


def _owners(stage: CompiledStage) -> dict[int, str]:
    """The component of each op that takes time: by the times it draws, by the place it asks, else by what it is in."""
    drawn = {id(time): name for name, times in stage.own_times.items() for time in times}
    program, owners = stage.program, dict[int, str]()
    door: tuple[int, str] | None = None
    for pc, op in enumerate(program.ops):
        match op.code:
            case Code.HOLD:
                name = drawn.get(id(op.dist))
                if (
                    name is None
                    and door is not None
                    and door[0] == op.parent
                    and owners.get(pc - 1, door[1]) == door[1]
                ):
                    name = door[1]
                else:
                    door = None
                name = name or _holder(stage, op.parent)
                if name is not None:
                    owners[pc] = name
                    if id(op.dist) in drawn:
                        door = (op.parent, name)
            case Code.ACQUIRE | Code.SERVE:
                owners[pc], door = _at(stage, op), None
            case Code.LIMIT:
                door = (op.parent, _component(stage, program.limits[op.station].name))
            case _:
                door = None
    return owners


def _holder(stage: CompiledStage, parent: int) -> str | None:
    """The component whose slot is held around an op; none for an op that holds nothing."""
    ops = stage.program.ops
    while parent >= 0 and ops[parent].code not in (Code.ACQUIRE, Code.SERVE):
        parent = ops[parent].parent
    return _at(stage, ops[parent]) if parent >= 0 else None


def _at(stage: CompiledStage, op: Op) -> str:
    names = stage.program.functions if op.code is Code.SERVE else stage.program.stations
    return _component(stage, names[op.station].name)


def _component(stage: CompiledStage, label: str) -> str:
    """The component that a station's label begins with: `api[3].cpu` is a place of `api`."""
    bare = label.partition("[")[0].partition(":")[0]
    while bare not in stage.graph.components and "." in bare:
        bare = bare.rpartition(".")[0]
    return bare
