"""How long a call waits: the simulator's own distributions, drawn with the simulator's own arithmetic."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

from model.endpoints import Call
from model.quantity import evaluate
from model.sizing import SizedGraph
from simulations import draws
from simulations.compiling.facts import Parameters
from simulations.compiling.tasks import stretched
from simulations.compiling.times import cpu_time, own_time
from simulations.distributions import Distribution


@dataclass(frozen=True)
class Wait:
    """A time to draw, in seconds."""

    distribution: Distribution

    def drawn(self, chance: random.Random) -> float:
        """One draw."""
        return draws.sample(*self._parameters, chance.getrandbits(64))

    @cached_property
    def _parameters(self) -> tuple[int, float, float, float, tuple[float, ...]]:
        """With the table of the exponential in front of the distribution's own points, as `draws.sample` wants it."""
        kind, a, b, c, points = self.distribution.parameters
        offset = len(draws.ZIGGURAT) if points else 0
        return kind, a + offset, b, c, (*draws.ZIGGURAT, *points) if points else draws.ZIGGURAT


def wait_of(call: Call, graph: SizedGraph, parameters: Parameters) -> Wait:
    """The call's time in the callee apart from CPU and calls below."""
    variation = None if call.variation is None else float(evaluate(call.variation, graph.likely))
    mean_ms = float(evaluate(call.time_ms, graph.likely))
    return Wait(own_time(graph.components[call.to], mean_ms, call.distribution, variation, parameters))


def cpu_of(call: Call, graph: SizedGraph, parameters: Parameters, stretch: float) -> Wait:
    """The call's CPU time, on the CPUs that the callee has."""
    return Wait(stretched(cpu_time(float(evaluate(call.cpu_ms, graph.likely)), parameters), stretch))
