"""The times of a component that has no queue: a mixture of the distributions its calls draw from, by how often."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulations.compiling.stage_program import CompiledStage
from simulations.distributions import Constant, Distribution, Exponential, Lognormal
from simulations.program import Code
from simulations.results import Result

__all__ = ["Mixture", "drawn_times"]


@dataclass(frozen=True)
class Mixture:
    """Distributions with how often each was drawn; times in seconds."""

    parts: tuple[tuple[Distribution, int], ...]

    @property
    def count(self) -> int:
        """Draws of all."""
        return sum(count for _, count in self.parts)

    @property
    def mean(self) -> float:
        """The mean time."""
        return sum(part.mean * count for part, count in self.parts) / self.count

    def quantile(self, share: float) -> float:
        """The time that a share (0..1) does not exceed, by bisection."""
        low, high = 0.0, max(part.mean for part, _ in self.parts)
        while self._below(high) < share:
            high *= 2
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if self._below(middle) < share else (low, middle)
        return high

    def _below(self, time: float) -> float:
        return sum(_cdf(part, time) * count for part, count in self.parts) / self.count


def _cdf(part: Distribution, time: float) -> float:
    match part:
        case Constant(value):
            return float(time >= value)
        case Exponential(mean):
            return 1 - math.exp(-time / mean)
        case Lognormal(median, sigma, shift):
            if time <= shift:
                return 0.0
            return 0.5 * math.erfc(-math.log((time - shift) / median) / sigma / math.sqrt(2))
        case _:
            raise TypeError(f"{part} has no distribution function here")


def drawn_times(stage: CompiledStage, component: str, results: Sequence[Result]) -> Mixture | None:
    """What the calls of the component drew; None for one with a queue, or that nothing called."""
    own = {id(part): part for part in stage.own_times.get(component, ())}
    parts = []
    for pc, op in enumerate(stage.program.ops):
        if op.code is Code.HOLD and id(op.dist) in own:
            parts.append((op.dist, sum(int(result.raw.op_passes[pc]) for result in results)))
    mixture = Mixture(tuple(parts))
    return mixture if mixture.count else None
