"""The nearest valid name or value, for error messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """` (did you mean 'x'?)`, or nothing when no valid name is near."""
    near = difflib.get_close_matches(name.lower(), list(valid), n=1, cutoff=0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def neighbours(value: float, sold: Sequence[float]) -> str:
    """The sold values on either side of `value`.

    >>> neighbours(0.3, [0.25, 0.5, 1])
    '0.25 or 0.5'
    """
    below = [f"{size:g}" for size in sold if size < value][-1:]
    above = [f"{size:g}" for size in sold if size > value][:1]
    return " or ".join(below + above)
