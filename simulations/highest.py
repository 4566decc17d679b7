"""The highest load that holds, found with few trials: bracketed from today's load, then bisected."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["MOST", "highest"]

MOST = 2.0**20
"""Times today's load: beyond, nobody asks."""
_STEP = 1.5
_LEAST_STEP = 1.02


def highest(
    holds: Callable[[float], bool], own: float, full: Callable[[], float], *, least: float, resolution: float
) -> tuple[float, float]:
    """The highest load found to hold and the lowest found not to, within the share `resolution` of each other.

    `own` is today's load, tried first; `full()` is then asked for the load at which the fullest place would be full.
    The first is 0 where not even `least` holds; both are `MOST` times `own` where that still holds.

    >>> low, high = highest(lambda load: load <= 70, 10.0, lambda: 80.0, least=0.1, resolution=0.02)
    >>> low <= 70 < high <= 1.02 * low
    True
    """
    low, high = _bracket(holds, own, full, least)
    while high - low > resolution * low > 0:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low, high


def _bracket(
    holds: Callable[[float], bool], own: float, full: Callable[[], float], least: float
) -> tuple[float, float]:
    most = MOST * own
    if not holds(own):
        low, high = min(full(), own / 2), own
        while low > least and not holds(low):
            low, high = low / 2, low
        return (low, high) if holds(low) else (0.0, low)
    low, high = own, min(max(full(), _LEAST_STEP * own), most)
    while holds(high):
        if high >= most:
            return high, high
        low, high = high, min(high * _STEP, most)
    return low, high
