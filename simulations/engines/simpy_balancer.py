"""A balancer over tasks."""

from __future__ import annotations

from simulations.engines.codes import DRAINING
from simulations.engines.simpy_processor import Processor
from simulations.engines.simpy_slots import Slots
from simulations.program import Policy


class Balancer:
    """Chooses a task that is not draining, by its number."""

    def __init__(self, tasks: list[Slots | Processor], policy: Policy) -> None:
        self.tasks, self.policy, self.turn = tasks, policy, 0

    def choose(self, u: float) -> int | None:
        """Round robin; or the fewest outstanding, ties to the next in turn; or by the number `u` in (0, 1)."""
        size = len(self.tasks)
        in_turn = [(self.turn + k) % size for k in range(size)]
        candidates = [k for k in in_turn if self.tasks[k].state != DRAINING]
        if not candidates:
            return None
        if self.policy is Policy.RANDOM:
            chosen = sorted(candidates)[int(u * len(candidates))]
        elif self.policy is Policy.LEAST_OUTSTANDING:
            chosen = min(candidates, key=lambda k: self.tasks[k].busy)
        else:
            chosen = candidates[0]
        self.turn = (chosen + 1) % size
        return chosen
