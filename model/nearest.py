"""The nearest valid name or value, for error messages."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """` (did you mean 'x'?)`, or nothing when no valid name is near."""
    near = difflib.get_close_matches(name.lower(), list(valid), n=1, cutoff=0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def neighbours(value: float, sold: Sequence[float]) -> str:
    """The sold values on either side of `value`, in the words of a message; all of them for what is no number.

    >>> neighbours(0.3, [0.25, 0.5, 1]), neighbours(float("nan"), [0.25, 0.5, 1])
    ('nearest: 0.25 or 0.5', 'there are: 0.25, 0.5, 1')
    """
    if math.isnan(value):
        return f"there are: {', '.join(f'{size:g}' for size in sold)}"
    below = [f"{size:g}" for size in sold if size < value][-1:]
    above = [f"{size:g}" for size in sold if size > value][:1]
    return f"nearest: {' or '.join(below + above)}"
