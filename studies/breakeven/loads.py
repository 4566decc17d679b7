"""Loads of a break-even curve: requests a month on a grid, each with the likely values and the same draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.assumptions import drawn_values
from model.problems import BadInput
from model.quantity import Num, evaluate
from model.sizing import SizedGraph
from studies.scaling import driver

Floats = NDArray[np.float64]
SPAN = 100.0
"""Times that the grid reaches below and above the requests of the stage."""


@dataclass(frozen=True)
class Loads:
    """Requests a month, rising, and draws of the assumptions at each of them.

    What is computed of them has shape (points, 1 + draws): first the likely values, then the draws.
    """

    requests: Floats
    draws: int
    seed: int

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.requests), 1 + self.draws

    def each(self, by_point: Floats) -> Floats:
        """A figure of every point, for every column of it: shape (points * (1 + draws),)."""
        return np.repeat(np.asarray(by_point, dtype=np.float64), 1 + self.draws)

    def grid(self, figure: Num) -> Floats:
        """Columns as points and draws."""
        return np.broadcast_to(np.asarray(figure, dtype=np.float64), (self.shape[0] * self.shape[1],)).reshape(
            self.shape
        )

    def values(self, graph: SizedGraph) -> dict[str, Num]:
        """What formulas read, one column per point and draw; two graphs that share an assumption share its draws."""
        times = self.each(self.requests / float(graph.likely["monthly_requests"]))
        drawn = drawn_values(graph.assumptions, self.seed, self.draws) if self.draws else {}
        known: dict[str, Num] = {}
        for name, assumption in graph.assumptions.items():
            own = np.concatenate(([assumption.likely], drawn.get(name, np.zeros(0))))
            known[name] = np.tile(own, len(self.requests))
        users, driven_by = graph.workload.monthly_active_users, driver(graph)
        if driven_by is not None:
            known[driven_by] = known[driven_by] * times
        known["monthly_active_users"] = evaluate(users, known) * (1.0 if driven_by is not None else times)
        known["monthly_requests"] = self.each(self.requests)
        known["peak_factor"] = evaluate(graph.workload.peak_factor, known)
        return known


def loads_between(low: float, high: float, points: int, draws: int, seed: int) -> Loads:
    """Loads at even ratios from `low` to `high` requests a month; raise BadInput where there is no such range."""
    if not 0 < low < high < float("inf"):
        raise BadInput(f"from {low:g} to {high:g} requests a month is no range")
    if not 2 <= points <= 400:
        raise BadInput(f"{points} points are not between 2 and 400")
    return Loads(np.geomspace(low, high, points), draws, seed)
