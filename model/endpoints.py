"""Endpoints: what a client calls, and the call plan through the graph that serves one request."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from model.base import Fact, Name, Stated
from model.carrying import Expression, Takes
from model.quantity import MaybeQuantity, Quantity


class Retry(Fact):
    """Attempts after a failure or a timeout, with exponential backoff."""

    attempts: int = Field(ge=1, le=10)
    """All attempts, the first included."""
    backoff_ms: float = Field(default=100, ge=0)
    jitter: bool = True


class Breaker(Fact):
    """A circuit breaker of a caller: after failures in a row its calls fail at once for a while, then one is tried."""

    failures: int = Field(default=5, ge=1, le=10_000)
    open_s: float = Field(default=30, gt=0)


class Call(Stated):
    """One call from the component before it in the plan to `to`; the caller waits unless `asynchronous`."""

    to: Name
    op: Literal["read", "write", "delete", "query"] | None = None
    """What it does to data; a read unless said otherwise (a write over a `write` connection)."""
    count: Quantity = 1.0
    """Mean number of times, one after another."""
    probability: Quantity = 1.0
    """Share of requests that make this call."""
    time_ms: Quantity = 0.0
    """Mean time in the callee apart from its own calls and its CPU time."""
    cpu_ms: Quantity = 0.0
    """Mean CPU time in the callee; it queues for a CPU where the callee has a limited number."""
    distribution: Literal["constant", "exponential", "lognormal"] | None = None
    """Shape of time_ms; the kind's own when absent."""
    variation: MaybeQuantity = None
    """Coefficient of variation of time_ms, for a lognormal."""
    request_kb: Quantity = 1.0
    response_kb: Quantity = 1.0
    asynchronous: bool = False
    """The caller goes on without waiting."""
    hit_ratio: MaybeQuantity = None
    """The callee is a cache: `calls` (by the callee) and `on_miss` (by the caller) happen on a miss only."""
    keys: MaybeQuantity = None
    """In place of hit_ratio: how many things are asked for, alike often; the callee's `ttl_s` then says what hits."""
    timeout_ms: float | None = Field(default=None, gt=0)
    retry: Retry | None = None
    breaker: Breaker | None = None
    """Around each attempt; shared by all calls from the same caller to the same callee."""
    calls: tuple[Step, ...] = ()
    """What the callee calls, and waits for, before it answers."""
    on_miss: tuple[Step, ...] = ()
    """What the caller calls when the cache missed (cache-aside)."""
    delivers: tuple[Step, ...] = ()
    """What the callee sets off later: a queue's consumer, an event's target. Nobody waits for it."""


class Parallel(Fact):
    """Branches started together; the slowest one decides."""

    parallel: tuple[tuple[Step, ...], ...] = Field(min_length=2)


class Branch(Fact):
    """One way that a request may take."""

    probability: Quantity
    calls: tuple[Step, ...] = ()


class Choice(Fact):
    """Exactly one of several branches; the probabilities sum to 1."""

    choice: tuple[Branch, ...] = Field(min_length=2)


def _step_kind(value: Any) -> str:
    if isinstance(value, dict):
        return next((key for key in ("parallel", "choice") if key in value), "call")
    return "parallel" if isinstance(value, Parallel) else "choice" if isinstance(value, Choice) else "call"


Step = Annotated[
    Annotated[Call, Tag("call")] | Annotated[Parallel, Tag("parallel")] | Annotated[Choice, Tag("choice")],
    Discriminator(_step_kind),
]


class Endpoint(Stated):
    """What a client calls, or what a schedule or an external event sets off."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "ANY", "SCHEDULE", "EVENT"] = "GET"
    path: str = ""
    purpose: str | None = None
    client: Name
    """The client, scheduler or external component that starts it."""
    share: MaybeQuantity = None
    """Share of the stage's monthly requests; the shares of all endpoints sum to 1."""
    monthly_calls: MaybeQuantity = None
    """Calls per month, for what does not count among the requests (page loads, schedules, webhooks)."""
    stages: tuple[Name, ...] = ()
    """The stages that have it; all when empty."""
    inferred: bool = False
    """Ours: the document names the flow, not the route."""
    request_kb: Quantity = 1.0
    response_kb: Quantity = 1.0
    takes: Takes = Takes()
    gives: dict[Name, Expression] = {}
    """Values that a client keeps for its later requests, each with its place in the answer."""
    calls: tuple[Step, ...] = Field(min_length=1)
