"""Verdicts: a target beside a figure with its interval, whoever measured or predicted it; one rule for all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

from model.targets import Target

__all__ = ["State", "Verdict", "decide"]

State = Literal["held", "missed", "undecided"]

ROUNDING: Final = 1e-9
"""Relative room for a rate that is its threshold but for the arithmetic."""


@dataclass(frozen=True)
class Verdict:
    """A target beside a figure with its 95 % interval, in the metric's unit."""

    target: str
    metric: str
    percentile: float | None
    threshold: float
    at_most: bool
    value: float
    low: float
    high: float
    samples: int
    state: State
    why: str = ""
    """For an undecided one: what is missing; else what a reader must know of the figure."""

    @property
    def holds(self) -> bool:
        """The whole interval is on the good side."""
        return self.state == "held"

    @property
    def predicted(self) -> float:
        """The value, as a simulation calls it."""
        return self.value

    @property
    def margin(self) -> float:
        """Room between the value and the threshold as a share of the threshold; negative when missed."""
        room = self.threshold - self.value if self.at_most else self.value - self.threshold
        return room / self.threshold if self.threshold else room

    def as_json(self, figure: str = "predicted") -> dict[str, Any]:
        """Plain values, the figure under the name it goes by; what is not a number is null."""
        return {
            "target": self.target,
            "metric": self.metric,
            "percentile": self.percentile,
            "threshold": self.threshold,
            "at_most": self.at_most,
            figure: _finite(self.value),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "margin": _finite(self.margin),
            "samples": self.samples,
            "state": self.state,
            "holds": self.holds,
            "why": self.why or None,
        }


def decide(
    name: str, target: Target, value: float, low: float, high: float, samples: int, why: str = "", undecided: str = ""
) -> Verdict:
    """Held when the whole interval is on the good side, missed when the value is not, undecided between the two.

    `undecided` is a reason that leaves it open whatever the figure; `why` is kept for a figure that is decided.
    """
    state, reason = _state(target, value, low, high, samples)
    if undecided:
        state, reason = "undecided", undecided
    return Verdict(
        name,
        target.metric,
        target.percentile,
        target.threshold,
        target.at_most,
        value,
        low,
        high,
        samples,
        state,
        reason or why,
    )


def _state(target: Target, value: float, low: float, high: float, samples: int) -> tuple[State, str]:
    """The state, and the reason of an undecided one."""
    limit = target.threshold
    if not samples or math.isnan(value):
        return "undecided", "no samples"
    if high <= limit if target.at_most else low >= limit * (1 - ROUNDING):
        return "held", ""
    if value > limit if target.at_most else value < limit * (1 - ROUNDING):
        return "missed", ""
    return "undecided", "its interval reaches across the target: more samples are needed"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
