"""Where two cost curves cross, with the range that the draws give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pricing.bill import HIGH, LOW

Floats = NDArray[np.float64]
APART = 1.5
"""Two crossings of opposite direction closer than this ratio are one step of a task count, not a change of mind."""


@dataclass(frozen=True)
class Crossing:
    """Requests a month from which another side is cheaper."""

    low: float
    """The 5th percentile over the draws that cross this way."""
    likely: float
    high: float
    usd_per_month: float
    """What both cost there, likely."""
    cheaper_beyond: int
    """Which side, 0 or 1, is cheaper above."""
    share: float
    """Of the draws that cross this way anywhere in the range; 1 without draws."""

    def as_json(self) -> dict[str, Any]:
        return {
            "monthly_requests": {"low": _round(self.low), "likely": _round(self.likely), "high": _round(self.high)},
            "usd_per_month": round(self.usd_per_month, 2),
            "cheaper_beyond": self.cheaper_beyond,
            "share_of_draws": round(self.share, 4),
        }


def crossings_of(requests: Floats, first: Floats, second: Floats) -> tuple[Crossing, ...]:
    """Where the cost of two sides changes order.

    `first` and `second` are USD a month, shape (points, 1 + draws), the likely values in column 0. A crossing of the
    likely curves is found again in each draw as its nearest one of the same direction.
    """
    gap = second - first
    drawn = [_places(requests, gap[:, column]) for column in range(1, gap.shape[1])]
    return tuple(_crossing(place, up, requests, first[:, 0], drawn) for place, up in _places(requests, gap[:, 0]))


def _crossing(
    place: float, up: bool, requests: Floats, usd: Floats, drawn: Sequence[Sequence[tuple[float, bool]]]
) -> Crossing:
    found = [_nearest(place, [own for own, rising in each if rising is up]) for each in drawn]
    known = np.array([own for own in found if own is not None])
    low, high = np.quantile(known, [LOW, HIGH]) if known.size else (place, place)
    cost = float(np.interp(np.log(place), np.log(requests), usd))
    share = known.size / len(drawn) if drawn else 1.0
    return Crossing(min(float(low), place), place, max(float(high), place), cost, 0 if up else 1, share)


def _nearest(place: float, others: Sequence[float]) -> float | None:
    return min(others, key=lambda other: abs(np.log(other / place)), default=None)


def _places(requests: Floats, gap: Floats) -> list[tuple[float, bool]]:
    """(requests, whether the gap rises through zero) of one pair of curves, linear in between on a log axis."""
    signs = np.sign(gap)
    found: list[tuple[float, bool]] = []
    last = 0
    for point in range(1, len(requests)):
        if signs[point] == 0:
            continue
        if signs[last] * signs[point] < 0:
            part = gap[last] / (gap[last] - gap[point])
            place = float(requests[last] * (requests[point] / requests[last]) ** part)
            _append(found, place, bool(gap[point] > 0))
        last = point
    return found


def _append(found: list[tuple[float, bool]], place: float, up: bool) -> None:
    """A change back right after another one takes that one away."""
    if found and found[-1][1] is not up and place < found[-1][0] * APART:
        found.pop()
    else:
        found.append((place, up))


def _round(requests: float) -> float:
    """Four digits: more would be a pretence."""
    return float(f"{requests:.4g}")
