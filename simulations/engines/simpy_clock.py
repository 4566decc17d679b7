"""The clock of the SimPy engine."""

from __future__ import annotations

import math
from typing import Any

import simpy


def after(env: simpy.Environment, delay: float, act: Any) -> None:
    """Calls `act` when `delay` has passed."""
    env.timeout(delay).callbacks.append(lambda _: act())


class Clock(simpy.Environment):
    """An environment that can be stopped exactly: SimPy's `run(until)` adds a difference and may miss by a bit."""

    def run_before(self, until: float) -> None:
        """Runs every event before `until` and stands at `until` then."""
        while self.peek() < until:
            self.step()
        if until < math.inf:
            self._now = max(self._now, until)
