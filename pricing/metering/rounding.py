"""How providers round: in steps, at least one, and never a division by nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.quantity import Num


def plain(value: Any) -> Num:
    """A float where a value is a single number, else the array itself."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value, dtype=np.float64)


def steps(size: Num, step: float) -> Num:
    """How many begun steps a size takes: at least one.

    >>> steps(64.0, 64), steps(65.0, 64), steps(0.0, 64)
    (1.0, 2.0, 1.0)
    """
    return plain(np.maximum(np.ceil(np.round(np.asarray(size) / step, 9)), 1.0))


def above(quantity: Num, free: Num) -> Num:
    """What of a quantity lies above an included amount.

    >>> above(10.0, 4.0), above(3.0, 4.0)
    (6.0, 0.0)
    """
    return plain(np.maximum(np.asarray(quantity) - free, 0.0))
