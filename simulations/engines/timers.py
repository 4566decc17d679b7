"""Deadlines in the kernel: a sorted list for each op, of which only the head has an event on the heap."""

from __future__ import annotations

from simulations.engines.codes import SEQUENCE, Floats, Ints
from simulations.engines.event_heap import push


def set_timer(
    t: int, o: int, when: float, heap_time: Floats, heap_seq: Ints, heap_who: Ints, meta: Ints, timer_head: Ints,
    timer_tail: Ints, timer_next: Ints, timer_prev: Ints, timer_armed: Ints, deadline: Floats, timer_seq: Ints,
) -> None:  # fmt: skip
    """Gives token t at op o a deadline. The list of the op stays sorted; only its head has an event, the one
    `timer_armed` names.
    """
    meta[SEQUENCE] += 1
    deadline[t] = when
    timer_seq[t] = meta[SEQUENCE]
    before = timer_tail[o]
    while before >= 0 and deadline[before] > when:
        before = timer_prev[before]
    after = timer_head[o] if before < 0 else timer_next[before]
    timer_prev[t] = before
    timer_next[t] = after
    if before < 0:
        timer_head[o] = t
    else:
        timer_next[before] = t
    if after < 0:
        timer_tail[o] = t
    else:
        timer_prev[after] = t
    if timer_armed[o] == 0 or before < 0:
        arm_timer(o, heap_time, heap_seq, heap_who, meta, timer_head, timer_armed, deadline, timer_seq)


def arm_timer(
    o: int, heap_time: Floats, heap_seq: Ints, heap_who: Ints, meta: Ints, timer_head: Ints, timer_armed: Ints,
    deadline: Floats, timer_seq: Ints,
) -> None:  # fmt: skip
    """Puts the head of an op's timers on the heap."""
    t = timer_head[o]
    timer_armed[o] = timer_seq[t]
    push(heap_time, heap_seq, heap_who, meta, deadline[t], timer_seq[t], -1 - o)
