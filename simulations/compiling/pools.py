"""How often each function of a program is called and for how long it works: what its instances are like in between."""

from __future__ import annotations

from dataclasses import replace

from model.traffic import loads_per_call
from simulations.batched_calls import Batch
from simulations.compiling.compilation import Compilation
from simulations.compiling.functions import ACCOUNT
from simulations.instance_pool import InstancePool
from simulations.program import Program
from simulations.queueing import erlang_b

__all__ = ["pools_of"]

_LEAST = 1e-9
"""Of a call: less is rounding."""


def pools_of(at: Compilation, program: Program) -> dict[str, InstancePool]:
    """By function. Calls are those that the plans make, times those without queues and cold starts; what the account's
    concurrency turns away starts no instance.
    """
    if not program.functions:
        return {}
    each = loads_per_call(at.graph)
    pools: dict[str, InstancePool] = {}
    for component, labels in at.functions.items():
        for label in labels:
            callers = [(at.demand.per_s[name], each[name][component]) for name in at.callers.get(label, ())]
            calls_per_s = sum(rate * float(load.monthly_calls) for rate, load in callers)
            busy_ms_per_s = sum(rate * float(load.monthly_busy_ms) for rate, load in callers)
            function = program.functions[program.function(label)]
            batches = tuple(Batch(rate, float(load.monthly_calls)) for rate, load in callers if rate > 0)
            pools[label] = InstancePool(
                calls_per_s,
                busy_ms_per_s / calls_per_s / 1000 if calls_per_s > 0 else 0.0,
                function.keep_alive,
                function.limit,
                function.provisioned,
                batches=batches if any(batch.calls > 1 + _LEAST for batch in batches) else (),
            )
    return pools | _within_the_account(at, program, {name: pools[name] for name in at.sharing})


def _within_the_account(at: Compilation, program: Program, pools: dict[str, InstancePool]) -> dict[str, InstancePool]:
    if not pools:
        return {}
    limit = program.stations[program.station(ACCOUNT)].servers
    served = 1 - erlang_b(limit, sum(pool.load for pool in pools.values()))
    return {name: replace(pool, calls_per_s=pool.calls_per_s * served) for name, pool in pools.items()}
