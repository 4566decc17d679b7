"""The instances of functions in the kernel's arrays, as of one instant. Sums over instances are exact, so that they do
not depend on the order of the instances.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, inf
from typing import Any

import numpy as np

from simulations.engines.memory import Array

__all__ = ["Waiting", "lifetimes", "running_for", "waiting"]


@dataclass(frozen=True)
class Waiting:
    """A number per function: idle and spare (provisioned, idle) instances with the integrals of both counts, and how
    many have gone.
    """

    idle: Array
    idle_area: Array
    gone: Array
    spare: Array
    spare_area: Array


def waiting(memory: dict[str, Any], at: float) -> Waiting:
    """The instances that do nothing at `at`, and those that are no more."""
    idle, spare, gone = [0] * len(memory["fn_top"]), [0] * len(memory["fn_top"]), list(memory["fn_retired"])
    idle_s: dict[int, list[float]] = {}
    spare_s: dict[int, list[float]] = {}
    for f, since, expiry in _rows(memory, _resting(memory), "in_since", "in_expiry"):
        if expiry == inf:
            spare[f] += 1
            spare_s.setdefault(f, []).append(at - since)
        elif expiry > at:
            idle[f] += 1
            idle_s.setdefault(f, []).append(at - since)
        else:
            gone[f] += 1
            idle_s.setdefault(f, []).append(expiry - since)
    return Waiting(
        np.array(idle, np.int64),
        _more(memory["fn_idle_area"], idle_s),
        np.array(gone, np.int64),
        np.array(spare, np.int64),
        _more(memory["fn_spare_area"], spare_s),
    )


def running_for(memory: dict[str, Any], at: float) -> Array:
    """Seconds so far of the requests that run, by function."""
    found: dict[int, list[float]] = {}
    for f, since in _rows(memory, _busy(memory), "in_since"):
        found.setdefault(f, []).append(at - since)
    return _more([0.0] * len(memory["fn_top"]), found)


def lifetimes(memory: dict[str, Any], at: float) -> Array:
    """Seconds that all instances were there, till they went or till `at`, by function."""
    found: dict[int, list[float]] = {}
    for f, created in _rows(memory, _busy(memory), "in_created"):
        found.setdefault(f, []).append(at - created)
    for f, created, expiry in _rows(memory, _resting(memory), "in_created", "in_expiry"):
        found.setdefault(f, []).append(min(expiry, at) - created)
    return _more(memory["fn_lived"], found)


def _more(before: Any, seconds: dict[int, list[float]]) -> Array:
    total = np.array(before, np.float64)
    for f, each in seconds.items():
        total[f] += fsum(each)
    return total


def _busy(memory: dict[str, Any]) -> Array:
    state = np.asarray(memory["in_state"], np.int64)
    return np.flatnonzero((state > 0) & (state & 1 == 1))


def _resting(memory: dict[str, Any]) -> Array:
    return np.flatnonzero(np.asarray(memory["in_state"], np.int64) & 1 == 0)  # -1, none there, is odd


def _rows(memory: dict[str, Any], rows: Array, *times: str) -> Iterator[tuple[Any, ...]]:
    """Function and some times of the instances in these rows."""
    function = np.asarray(memory["in_state"], np.int64)[rows] >> 1
    return zip(function.tolist(), *(np.asarray(memory[name], np.float64)[rows].tolist() for name in times), strict=True)
