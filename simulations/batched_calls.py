"""A function whose calls come many at once, call by call: which instances are left, how many calls started cold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from simulations.arrivals import log_of, uniforms
from simulations.distributions import Distribution
from simulations.idle_lives import drawn

__all__ = ["Batch", "History", "history"]


@dataclass(frozen=True)
class Batch:
    """So many calls at once (a mean: one more by chance), so often."""

    per_s: float
    calls: float


@dataclass(frozen=True)
class History:
    """What was, as of its end."""

    idle_s: tuple[float, ...]
    """How long each idle instance still lives, the one used last at the end; those at work count as idle since now."""
    started: int
    cold: int
    instances: float
    """Mean number, at work or idle, without provisioned ones."""


def history(
    batches: tuple[Batch, ...],
    busy_s: float,
    keep_alive: Distribution,
    limit: int,
    provisioned: int,
    lasts_s: float,
    seed: int,
    stream: int,
) -> History:
    """Random batches for `lasts_s` from nothing on; each call takes an exponential time of mean `busy_s`."""
    times = _times(batches, lasts_s, seed, stream)
    takes = (-log_of(uniforms(seed, stream + 2, 0, len(times))) * busy_s).tolist()
    lives = drawn(keep_alive, seed, stream + 3, len(times)).tolist()
    ends: list[tuple[float, int]] = []
    created: list[float] = []
    idle: list[tuple[float, int]] = []
    spare, lived, cold, started, given = provisioned, 0.0, 0, 0, 0
    for at, took in zip(times, takes, strict=True):
        while ends and ends[0][0] <= at:
            spare, given = _back(ends, idle, lives, spare, given)
        if len(ends) >= limit:
            continue
        started += 1
        number = -1
        if spare:
            spare -= 1
        else:
            while idle and idle[-1][0] <= at:
                gone, which = idle.pop()
                lived += gone - created[which]
            if idle:
                number = idle.pop()[1]
            else:
                cold, number = cold + 1, len(created)
                created.append(at)
        heappush(ends, (at + took, number))
    while ends and ends[0][0] <= lasts_s:
        spare, given = _back(ends, idle, lives, spare, given)
    lived += math.fsum(min(until, lasts_s) - created[which] for until, which in idle)
    at_work = [which for _, which in ends if which >= 0]
    lived += math.fsum(lasts_s - created[which] for which in at_work)
    left = [until - lasts_s for until, _ in idle if until > lasts_s]
    left += [life for life in lives[given : given + len(at_work)] if life > 0]
    return History(tuple(float(one) for one in left), started, cold, lived / lasts_s)


def _back(
    ends: list[tuple[float, int]], idle: list[tuple[float, int]], lives: list[float], spare: int, given: int
) -> tuple[int, int]:
    """The next call ends; the instance is idle, or spare where it is a provisioned one."""
    end, number = heappop(ends)
    if number < 0:
        return spare + 1, given
    idle.append((end + lives[given], number))
    return spare, given + 1


def _times(batches: tuple[Batch, ...], lasts_s: float, seed: int, stream: int) -> list[float]:
    found: list[np.ndarray] = []
    first = 0
    for batch in batches:
        most = math.ceil(batch.per_s * lasts_s + 10 * math.sqrt(batch.per_s * lasts_s) + 20)
        came = np.cumsum(-log_of(uniforms(seed, stream, first, most)) / batch.per_s)
        came = came[: int(np.searchsorted(came, lasts_s))]
        more = uniforms(seed, stream + 1, first, len(came)) < batch.calls - math.floor(batch.calls)
        found.append(np.repeat(came, math.floor(batch.calls) + more))
        first += most
    return np.sort(np.concatenate(found), kind="stable").tolist() if found else []
