"""The heap of the kernel: events by (time, sequence), in three parallel arrays."""

from __future__ import annotations

from simulations.engines.codes import HEAP, SEQUENCE, Floats, Ints


def push(heap_time: Floats, heap_seq: Ints, heap_who: Ints, meta: Ints, when: float, order: int, who: int) -> None:
    """Puts an event on the heap."""
    i = meta[HEAP]
    meta[HEAP] = i + 1
    while i > 0:
        above = (i - 1) >> 1
        if heap_time[above] < when or (heap_time[above] == when and heap_seq[above] < order):
            break
        heap_time[i] = heap_time[above]
        heap_seq[i] = heap_seq[above]
        heap_who[i] = heap_who[above]
        i = above
    heap_time[i] = when
    heap_seq[i] = order
    heap_who[i] = who


def wake(heap_time: Floats, heap_seq: Ints, heap_who: Ints, meta: Ints, when: float, who: int) -> None:
    """Pushes an event with the next sequence."""
    meta[SEQUENCE] += 1
    push(heap_time, heap_seq, heap_who, meta, when, meta[SEQUENCE], who)


def pop(heap_time: Floats, heap_seq: Ints, heap_who: Ints, meta: Ints) -> None:
    """Takes the first event off the heap."""
    size = meta[HEAP] - 1
    meta[HEAP] = size
    when = heap_time[size]
    order = heap_seq[size]
    who = heap_who[size]
    i = 0
    while True:
        below = 2 * i + 1
        if below >= size:
            break
        right = below + 1
        if right < size and (
            heap_time[right] < heap_time[below]
            or (heap_time[right] == heap_time[below] and heap_seq[right] < heap_seq[below])
        ):
            below = right
        if when < heap_time[below] or (when == heap_time[below] and order < heap_seq[below]):
            break
        heap_time[i] = heap_time[below]
        heap_seq[i] = heap_seq[below]
        heap_who[i] = heap_who[below]
        i = below
    heap_time[i] = when
    heap_seq[i] = order
    heap_who[i] = who
