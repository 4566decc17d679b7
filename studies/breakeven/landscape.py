"""The crossing over two figures at once, CPU per request and function memory: short trials and the closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.sizing import SizedGraph
from studies.breakeven.breakeven import BreakEven
from studies.breakeven.variants import MEMORIES_MB, Variant, with_cpu, with_memory

CPU_TIMES = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Landscape:
    """Requests a month at which compute crosses, by CPU time (rows) and memory (columns); None where some side does
    not hold the target, 0 where the second side is cheaper everywhere, infinity where the first is.
    """

    architectures: tuple[str, str]
    cpu: tuple[float, ...]
    """Times the CPU per request of the pair."""
    memory_mb: tuple[int, ...]
    requests: tuple[tuple[float | None, ...], ...]


def landscape(found: BreakEven, cpu: Sequence[float] = CPU_TIMES, memory_mb: Sequence[int] = MEMORIES_MB) -> Landscape:
    """Each tile tried at light load and priced over all; how full tasks may be is the closed form's guess."""
    first, second = (side.name for side in found.sides)
    rows = tuple(tuple(_crossing(found, times, size) for size in memory_mb) for times in cpu)
    return Landscape((first, second), tuple(cpu), tuple(memory_mb), rows)


def _crossing(found: BreakEven, times: float, memory_mb: int) -> float | None:
    def change(graph: SizedGraph) -> SizedGraph:
        return with_memory(with_cpu(graph, times), memory_mb)

    row = found.scene.row(Variant("tile", "", change), simulated=False)
    if not all(row.holds):
        return None
    if row.compute_crossings:
        return row.compute_crossings[-1].likely
    return 0.0 if row.compute_usd[1] < row.compute_usd[0] else float("inf")
