"""Lists of tokens in the kernel: who starts, who resumes, who waits, linked through arrays without any allocation."""

from __future__ import annotations

from simulations.engines.codes import AWAKE, AWAKE_END, READY, READY_END, SEQUENCE, Ints


def rouse(meta: Ints, next_: Ints, timer_seq: Ints, t: int) -> None:
    """Resumes token t at this instant with the next sequence: events of the present need no heap, their list is in
    order.
    """
    meta[SEQUENCE] += 1
    timer_seq[t] = meta[SEQUENCE]
    next_[t] = -1
    if meta[AWAKE] < 0:
        meta[AWAKE] = t
    else:
        next_[meta[AWAKE_END]] = t
    meta[AWAKE_END] = t


def enlist(meta: Ints, next_: Ints, t: int) -> None:
    """Lets token t start at once, behind those that start already."""
    next_[t] = -1
    if meta[READY] < 0:
        meta[READY] = t
    else:
        next_[meta[READY_END]] = t
    meta[READY_END] = t


def append(t: int, place: int, head: Ints, tail: Ints, next_: Ints, prev: Ints) -> None:
    """Puts token t at the end of list `place`."""
    last = tail[place]
    next_[t] = -1
    prev[t] = last
    if last < 0:
        head[place] = t
    else:
        next_[last] = t
    tail[place] = t


def remove(t: int, place: int, head: Ints, tail: Ints, next_: Ints, prev: Ints) -> None:
    """Takes token t out of list `place`, wherever it stands."""
    after, before = next_[t], prev[t]
    if before < 0:
        head[place] = after
    else:
        next_[before] = after
    if after < 0:
        tail[place] = before
    else:
        prev[after] = before
