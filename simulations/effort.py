"""How long a run will take, roughly, before it starts: ops a request walks through, times what an engine needs for one.

The rates were measured on two cores of a server of 2024 (`benchmarks/bench_simulator.py` measures them again); another
machine is faster or slower, so an estimate is a word of warning and never a limit.
"""

from __future__ import annotations

from typing import Final

from simulations.compiling.stage_program import CompiledStage

__all__ = ["LONG_S", "duration_words", "estimate_s"]

SECONDS_PER_OP: Final = {"compiled": 1.5e-7, "interpreter": 1.2e-5, "simpy": 2.5e-5}
LONG_S = 60.0
"""From here on a user is told before."""


def estimate_s(stage: CompiledStage, requests: int, engine: str) -> float:
    """Seconds for so many requests of clients, at most: every op of a flow is counted once, repeats are not known."""
    ops = [0] * len(stage.program.entries)
    for op in stage.program.ops:
        ops[op.flow] += 1
    shares = {entry.name: entry.share for entry in stage.program.entries}
    total = sum(shares.values())
    mean = sum(ops[k] * shares[entry.name] for k, entry in enumerate(stage.program.entries)) / total if total else 0.0
    all_per_client = stage.demand.total_per_s / max(stage.demand.client_per_s, stage.demand.total_per_s / 10)
    return requests * all_per_client * mean * SECONDS_PER_OP[engine]


def duration_words(seconds: float) -> str:
    """A length of time in round words.

    >>> duration_words(80), duration_words(1500), duration_words(40_000)
    ('about 1 minute', 'about 25 minutes', 'about 11 hours')
    """
    size, name = (3600, "hour") if seconds >= 5400 else (60, "minute")
    count = max(round(seconds / size), 1)
    return f"about {count:,} {name}{'s' if count > 1 else ''}"
