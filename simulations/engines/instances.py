"""The instances of functions in the kernel's arrays, as of one instant."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np

from simulations.engines.memory import Array

__all__ = ["Census", "census"]


@dataclass(frozen=True)
class Census:
    """A number per function. Idle and spare (provisioned, idle) instances with the integrals of both counts, how many
    have gone, the seconds so far of the requests that run, the seconds that all instances were there.
    """

    idle: Array
    idle_area: Array
    gone: Array
    spare: Array
    spare_area: Array
    running_for: Array
    lifetimes: Array


def census(memory: dict[str, Any], at: float) -> Census:
    """Counts the instances at `at`. Sums are exact, so that they do not depend on the order of the instances."""
    state = np.asarray(memory["in_state"], np.int64)
    there = np.flatnonzero(state >= 0)
    state = state[there]
    since, expiry, created, death = (
        np.asarray(memory[name], np.float64)[there] for name in ("in_since", "in_expiry", "in_created", "in_death")
    )
    count = len(memory["fn_top"])
    function, busy, provisioned = state >> 1, state & 1 == 1, np.isinf(death)
    waiting = ~busy & ~provisioned
    end = np.where(waiting, np.minimum(expiry, at), at)

    def number(chosen: Array) -> Array:
        return np.bincount(function[chosen], minlength=count)

    def seconds(name: str, chosen: Array, begin: Array) -> Array:
        whole = end - begin
        before = memory[name] if name else np.zeros(count)
        return np.array([before[f] + fsum(whole[chosen & (function == f)]) for f in range(count)], np.float64)

    return Census(
        idle=number(waiting & (expiry > at)),
        idle_area=seconds("fn_idle_area", waiting, since),
        gone=np.asarray(memory["fn_retired"], np.int64) + number(waiting & (expiry <= at)),
        spare=number(~busy & provisioned),
        spare_area=seconds("fn_spare_area", ~busy & provisioned, since),
        running_for=seconds("", busy, since),
        lifetimes=seconds("fn_lived", np.ones_like(busy), created),
    )
