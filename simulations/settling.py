"""What runs showed of how many calls a function serves at once: where calls wait together for something behind it, that
is more, and varies more, than the plan says, and more instances are kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from simulations.compiling.stage_program import CompiledStage
from simulations.instance_pool import InstancePool
from simulations.replications import LEAST_LOAD, Replication

__all__ = ["FEW", "as_measured", "looked_at", "may_differ"]

FEW = 3
"""Replications of a look."""

_LEAST_SAMPLES = 32
_CERTAIN = 3.0
"""Standard deviations."""
_DIFFERENT = 0.05
_FILLED = 3.0
"""Times of a call that a warm-up must last for what follows to be a steady state: a run begins without any."""
_TAIL = 0.1
_LEAST_IN_TAIL = 10


def may_differ(stage: CompiledStage) -> bool:
    """Whether it has a function busy enough for runs to tell."""
    return any(map(_tells, stage.pools.values()))


def _tells(pool: InstancePool) -> bool:
    return pool.load >= LEAST_LOAD and not pool.one_by_one


def looked_at(stage: CompiledStage, look: Callable[[CompiledStage], Sequence[Replication]]) -> CompiledStage:
    """The stage as two looks measure it: with too few instances at first, cold starts make calls wait longer."""
    if not may_differ(stage):
        return stage
    first = as_measured(stage, look(stage))
    return first if first is stage else as_measured(stage, look(first))


def as_measured(stage: CompiledStage, runs: Sequence[Replication]) -> CompiledStage:
    """The stage with the instances that its functions keep under the load as it was; itself where nothing differs for
    certain.
    """
    pools = {name: _measured(pool, name, stage, runs) for name, pool in stage.pools.items()}
    return stage if pools == stage.pools else replace(stage, pools=pools)


def _measured(pool: InstancePool, name: str, stage: CompiledStage, runs: Sequence[Replication]) -> InstancePool:
    seen = np.concatenate([run.running[name] for run in runs if name in run.running] or [np.empty(0)])
    if not _tells(pool) or len(seen) < _LEAST_SAMPLES:
        return pool
    mean = float(seen.mean())
    if min(run.result.warm_up_s for run in runs) < _FILLED * max(pool.busy_s, mean / pool.calls_per_s):
        return pool
    spread = float(seen.var()) / mean if mean > 0 else 0.0
    longer = mean > pool.load * (1 + _DIFFERENT) + _CERTAIN * math.sqrt(pool.load / len(seen))
    wider = spread > pool.spread * (1 + _CERTAIN * math.sqrt(2 / len(seen)))
    if not longer and not wider:
        return pool
    edge = float(np.quantile(seen, 1 - _TAIL, method="lower"))
    beyond = seen[seen > edge] - edge
    chances = 1 - 1 / float(beyond.mean()) if wider and len(beyond) >= _LEAST_IN_TAIL else 0.0
    return replace(
        pool,
        busy_s=mean / pool.calls_per_s if longer else pool.busy_s,
        spread=spread if wider else pool.spread,
        tail=chances,
    )
