"""What speaks against a load or a size, once it was simulated: targets that it misses, a queue that grows, requests
that fail beyond what is tolerated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from model.verdicts import Verdict
from simulations.stage_result import StageResult

__all__ = ["MOST_FAILED", "Objections", "objections"]

MOST_FAILED = 0.01
"""Where the document sets no error rate: the share of requests that may fail, assumed."""


@dataclass(frozen=True)
class Objections:
    """Empty (and false) where everything holds."""

    missed: tuple[Verdict, ...]
    growth_per_s: float | None
    """Of the queue that grows; None when none does."""
    failed_share: float | None
    """Of the requests, where more fail than `MOST_FAILED` and no target says how many may; else None."""

    def __bool__(self) -> bool:
        return bool(self.missed) or self.growth_per_s is not None or self.failed_share is not None


def objections(
    result: StageResult, metrics: Collection[str], aside: Collection[str] = (), *, certain: bool = False
) -> Objections:
    """Against a result: of its targets on `metrics`, without those named in `aside`, the missed ones; with `certain`
    also those that its interval leaves undecided.
    """
    missed = tuple(
        verdict
        for verdict in result.verdicts
        if (not verdict.holds if certain else verdict.state == "missed")
        and verdict.metric in metrics
        and verdict.target not in aside
    )
    failed = sum(sum(endpoint.errors.values()) for endpoint in result.endpoints)
    stated = any(verdict.metric == "error_rate" for verdict in result.verdicts)
    many = not stated and failed > MOST_FAILED * result.requests
    return Objections(
        missed, result.growth_per_s if result.unstable else None, failed / result.requests if many else None
    )
