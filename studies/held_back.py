"""What a fit does not see: every third of what was measured, to judge the fit by."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

HELD_BACK_EVERY: Final = 3


def late(labels: Sequence[Hashable]) -> list[bool]:
    """Which are held back: those of every third label in the order of their coming.

    >>> late(["a", "b", "c", "c", "a"])
    [False, False, True, True, False]
    """
    order = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return [order[label] % HELD_BACK_EVERY == HELD_BACK_EVERY - 1 for label in labels]
