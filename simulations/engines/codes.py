"""The numbers that the kernel works with: why it stops, places in its memory, what `simulations.program` counts."""

from __future__ import annotations

from collections.abc import MutableSequence

Ints = MutableSequence[int]
Floats = MutableSequence[float]

# What `advance` returns.
EMPTY, PAUSED, BUDGET, MORE_TOKENS, MORE_RECORDS, MORE_INSTANCES, MORE_JOBS = range(7)

PUSHES = 8
"""Room on the heap for one step: a token that walks on pushes at most a hold, a deadline and its successor.

Deadlines that were met stay on the heap until they are due, so that it may outgrow the tokens."""

# Places in `meta`.
(
    SEQUENCE,
    HEAP,
    ARRIVAL,
    RECORDS,
    FREE,
    FREE_COUNT,
    CURRENT,
    READY,
    READY_END,
    FREE_INSTANCE,
    EVENTS,
    AWAKE,
    AWAKE_END,
) = range(13)

# Op codes, station states, causes and balancer policies as `simulations.program` numbers them.
(
    END,
    FAILED,
    RAISE,
    HOLD,
    ACQUIRE,
    RELEASE,
    SHARE,
    SERVE,
    SERVED,
    PICK,
    BRANCH,
    JUMP,
    SET,
    LOOP,
    RETRY,
    FORK,
    SEND,
    LIMIT,
    GUARD,
    REPORT,
    MARK,
    UNTIL,
    REPLY,
    BEGIN,
    COMPLETE,
    CACHED,
) = range(26)
OPEN, DRAINING, DOWN = range(3)
DONE, REJECTED, ACQUIRE_TIMEOUT, DEADLINE, THROTTLED, CIRCUIT_OPEN, UNAVAILABLE, ABORTED = range(8)
ROUND_ROBIN, LEAST_OUTSTANDING, RANDOM = range(3)
