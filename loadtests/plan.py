"""A plan: everything that a load test does, as data. The generator needs nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loadtests.load import Load
from model.base import Fact
from model.carrying import Takes, holes
from simulations.arrivals import Times, choose

ENDPOINT_HEADER: Final = "x-stand-in-endpoint"
"""Tells the stand-in which endpoint is meant, where a document has two on one path; not sent to a deployment."""
SAME_RATE: Final = 1e-6
"""Of a rate: how far another may be from it and still be the same."""
AT_ONCE: Final = 1000
"""Arrivals of a schedule that are Python objects at a time."""
_HOLES: Final = re.compile(r"\{([^}]*)\}|\*")
_WORDS: Final = ("invoice", "matter", "lisbon", "coffee", "friday", "report", "garden", "island")


class Filled(NamedTuple):
    """The path of one request, and what its named holes were filled with."""

    path: str
    holes: dict[str, str]


class Request(Fact):
    """One kind of request: an endpoint of the model as a client calls it."""

    endpoint: str
    method: str
    path: str
    """May hold `{id}` or `*`, filled in anew for each request, and an open query `?q=`."""
    share: float
    body_bytes: int = 0
    takes: Takes = Takes()
    """Values of earlier answers that it needs."""
    gives: dict[str, str] = {}
    """Values for later requests of the same user, each with its place in the answer."""

    @property
    def has_holes(self) -> bool:
        """Whether something is filled into the path."""
        return bool(_HOLES.search(self.path)) or self.path.endswith("=")

    def filled(self, chance: random.Random, held: Mapping[str, str] | None = None) -> Filled:
        """The path of one request: holes that take one of the `held` values have it, others something drawn."""
        filling: dict[str, str] = {}

        def fill(hole: str, drawn: str) -> str:
            taken = self.takes.path.get(hole)
            filling[hole] = drawn if taken is None or not held else held[taken]
            return quote(filling[hole], safe="")

        path = _HOLES.sub(lambda found: fill(found[1] or "", str(chance.randrange(1, 10_000))), self.path)
        if path.endswith("="):
            path += fill(holes(self.path)[-1], chance.choice(_WORDS))
        return Filled(path, filling)

    def body(self) -> bytes | None:
        """JSON of the modelled size; None for a request without a body."""
        return b'{"pad":"' + b"x" * max(self.body_bytes - 10, 0) + b'"}' if self.body_bytes else None


class Journey(Fact):
    """Requests of one user in a row, with time to think between an answer and the next request."""

    name: str
    steps: tuple[str, ...]
    """Endpoints, in order; an endpoint that comes twice is asked twice."""
    think_s: float = Field(default=1.0, ge=0)
    """Mean, exponential."""
    share: float = 0.0
    """Of all arrivals, when the plan is drawn; `journeys.woven` sets it from the mix."""


@dataclass(frozen=True)
class Item:
    """The requests of one arrival, in order."""

    steps: tuple[Request, ...]
    think_s: float = 0.0
    needs: frozenset[str] = frozenset()
    """Values that its user has from the start."""


class Plan(Fact):
    """One load test."""

    source: str
    """The architecture's name, or the path of its file."""
    architecture: str
    stage: str
    against: Literal["host", "standin"]
    real: bool = False
    """Whether PostgreSQL and Redis stand behind the stand-in's data components."""
    load: Load
    requests: tuple[Request, ...] = Field(min_length=1)
    journeys: tuple[Journey, ...] = ()
    prelude: tuple[Request, ...] = ()
    """What users outside a journey, and journeys that do not begin at the beginning, send before the clock starts."""
    allow_hosts: tuple[str, ...] = ()
    """Names of hosts that an address in an answer may lead to, besides the tested one."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Endpoints that are not driven, with the reason."""
    stage_peak_per_s: float = 0.0
    """What the model expects of these endpoints in the busiest hour."""
    raised: bool = False
    """Whether nobody asked for the rate, and the stage's own would give too few requests."""
    stage_peak_factor: float = 1.0
    """The rate of that hour over the month's mean."""
    mixes: tuple[tuple[float, ...], ...] = ()
    """Shares of the requests in one part of the run after another, equally long; their own shares when empty."""
    seed: int = 1
    users: int | None = Field(default=None, ge=1, le=20_000)
    """A closed loop of so many users instead of the load's rate."""
    think_s: float = Field(default=1.0, ge=0)
    """Mean think time of a closed loop's users, exponential."""
    max_in_flight: int = Field(default=1000, ge=1)
    timeout_s: float = Field(default=30.0, gt=0)
    most_error_share: float = Field(default=0.5, gt=0, le=1)
    """Of the last hundred or so requests: above it the run stops itself."""
    workers: int = Field(default=1, ge=1)

    def items(self) -> list[Item]:
        """What an arrival may be: one request, or a journey."""
        by_name = {request.endpoint: request for request in self.requests}
        alone = [((request,), 0.0) for request in self.requests]
        rows = [(tuple(by_name[step] for step in journey.steps), journey.think_s) for journey in self.journeys]
        return [Item(steps, think_s, starting_needs(steps)) for steps, think_s in (*alone, *rows)]

    def arrivals(self, part: int = 0, parts: int = 1) -> Iterator[tuple[float, int]]:
        """(due time in seconds, number in `items()`) of the arrivals that fall to one of several workers.

        All workers draw the same schedule and take every parts-th arrival: together they send exactly it. All is drawn
        when this is called, into arrays, which the garbage collector does not walk as it would lists.
        """
        times = self.load.times(self.seed)
        shares = [request.share for request in self.requests] + [journey.share for journey in self.journeys]
        mixes = self.mixes or (tuple(shares),)
        numbers = np.empty(len(times), np.int16)
        in_force = np.searchsorted(self._mix_ends, times, side="right")
        for number, mix in enumerate(mixes):
            within = in_force == number
            numbers[within] = choose(mix, len(times), self.seed)[within]
        return _pairs(times[part::parts].copy(), numbers[part::parts].copy())

    def mix_at(self, at_s: float) -> int:
        """The number of the mix in force at a time of the run; the warm-up belongs to the first."""
        return int(np.searchsorted(self._mix_ends, at_s, side="right"))

    @property
    def _mix_ends(self) -> Times:
        """When one mix gives way to the next, in seconds of the run."""
        load, count = self.load, max(len(self.mixes), 1)
        return np.linspace(load.warm_up_s, load.duration_s, count + 1)[1:-1]

    @property
    def scale(self) -> float:
        """The load's rate over that of the stage's busiest hour; 1 for users, whose rate nobody knows."""
        if self.users or not self.stage_peak_per_s:
            return 1.0
        return self.load.rate_per_s * self.requests_per_arrival / self.stage_peak_per_s

    @property
    def load_and_peak(self) -> str | None:
        """The rate beside the stage's own, and why they differ; None for users or a trace.

        >>> read = Request(endpoint="read", method="GET", path="/", share=1.0)
        >>> told = {"source": "s", "architecture": "s", "stage": "s", "against": "host", "requests": (read,)}
        >>> Plan(load=Load(rate_per_s=20), stage_peak_per_s=4.2, raised=True, **told).load_and_peak
        "the load is 20/s; the stage's own peak is 4.2/s, too few for percentiles within a minute (see --rate)"
        >>> Plan(load=Load(rate_per_s=50), stage_peak_per_s=25, **told).load_and_peak
        "the load is 50/s, as asked for; the stage's own peak is 25/s"
        >>> Plan(load=Load(rate_per_s=25), stage_peak_per_s=25, **told).load_and_peak
        "the load is 25/s, the stage's own peak"
        """
        if self.users or self.load.shape == "replay" or not self.stage_peak_per_s:
            return None
        load, peak = f"the load is {self.scale * self.stage_peak_per_s:.4g}/s", f"{self.stage_peak_per_s:.4g}/s"
        if self.raised:
            few = "too few for percentiles within a minute (see --rate)"
            return f"{load}; the stage's own peak is {peak}, {few}"
        if abs(self.scale - 1) < SAME_RATE:
            return f"{load}, the stage's own peak"
        return f"{load}, as asked for; the stage's own peak is {peak}"

    @property
    def load_factor(self) -> float:
        """The load's rate over the month's mean, which scaled services are sized for."""
        return self.stage_peak_factor * self.scale

    @property
    def requests_per_arrival(self) -> float:
        """Mean: more than one when there are journeys."""
        items = [*((request.share, 1) for request in self.requests), *((j.share, len(j.steps)) for j in self.journeys)]
        return sum(share * count for share, count in items) / sum(share for share, _ in items)


def _pairs(times: Times, numbers: NDArray[np.int16]) -> Iterator[tuple[float, int]]:
    """Both arrays side by side as Python's own numbers, some at a time."""
    for k in range(0, len(times), AT_ONCE):
        yield from zip(times[k : k + AT_ONCE].tolist(), numbers[k : k + AT_ONCE].tolist(), strict=True)


def starting_needs(steps: Iterable[Request]) -> frozenset[str]:
    """What a user must have before the first of some steps: taken by one, and not given by a step before it."""
    needs: set[str] = set()
    given: set[str] = set()
    for step in steps:
        needs |= step.takes.values - given
        given |= step.gives.keys()
    return frozenset(needs)
