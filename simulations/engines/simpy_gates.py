"""What lets a request pass, or waits for its branches: token buckets, circuit breakers, joins."""

from __future__ import annotations

import math

import simpy

from simulations.engines.codes import CIRCUIT_OPEN, DEADLINE, DONE
from simulations.engines.simpy_clock import after


class Bucket:
    """Tokens refilled at a rate up to a most."""

    def __init__(self, env: simpy.Environment, per_s: float, burst: float) -> None:
        self.env, self.per_s, self.burst = env, per_s, burst
        self.level, self.filled = burst, 0.0
        self.refused = 0

    def take(self) -> bool:
        """Takes one token if there is one."""
        level = min(self.level + self.per_s * (self.env.now - self.filled), self.burst)
        self.filled = self.env.now
        enough = level >= 1.0
        self.level = level - 1.0 if enough else level
        self.refused += not enough
        return enough


class Circuit:
    """Closed, open until a time, or on trial with one call."""

    def __init__(self, env: simpy.Environment, failures: int, open_s: float) -> None:
        self.env, self.most, self.open_s = env, failures, open_s
        self.state, self.failures, self.until = "closed", 0, 0.0

    def refusal(self) -> int:
        """CIRCUIT_OPEN, or DONE for passage."""
        if self.state == "open" and self.env.now >= self.until:
            self.state = "trial"
            return DONE
        return DONE if self.state == "closed" else CIRCUIT_OPEN

    def report(self, went_well: bool) -> None:
        """A success closes the circuit, enough failures in a row (or one on trial) open it."""
        if went_well:
            if self.state != "open":
                self.state, self.failures = "closed", 0
            return
        self.failures += 1
        if self.state == "trial" or (self.state == "closed" and self.failures >= self.most):
            self.state, self.until = "open", self.env.now + self.open_s


class Join:
    """What waits for the branches of a fork, or for its deadline."""

    def __init__(self, env: simpy.Environment, branches: int) -> None:
        self.event = env.event()
        self.pending, self.cause = branches, DONE

    def expect(self, env: simpy.Environment, deadline: float) -> None:
        """Waits no longer than this."""
        if deadline < math.inf:
            after(env, deadline, lambda: self._settle(DEADLINE))

    def finish(self, status: int) -> None:
        """One branch has ended."""
        if not self.event.triggered:
            self.pending -= 1
            self.cause = status or self.cause
            if self.pending == 0:
                self._settle(self.cause)

    def _settle(self, outcome: int) -> None:
        if not self.event.triggered:
            self.event.succeed(outcome)
