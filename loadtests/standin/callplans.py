"""Call plans made ready to run: every quantity a number, every component a place, absent parts gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loadtests.chance import seeded
from loadtests.standin.limits import account_of, compiled, limits_of
from loadtests.standin.places import Place
from loadtests.standin.stations import Slots
from loadtests.standin.waits import Wait, cpu_of, wait_of
from model.endpoints import Call, Choice, Parallel, Step
from model.quantity import Formula, evaluate
from model.sizing import SizedGraph
from model.traffic import operation
from simulations.compiling.facts import Parameters


@dataclass(frozen=True)
class About:
    """What a request is: the endpoint that it asks for, and the entity that this is about."""

    endpoint: str
    entity: str


@dataclass(frozen=True)
class Hop:
    """A call to a place."""

    place: Place
    op: str
    endpoint: str
    entity: str
    """What the request is about: a table or a prefix of keys, where a component is real."""
    wait: Wait
    cpu: Wait
    probability: float
    count: float
    hit_ratio: float | None
    asynchronous: bool
    timeout_s: float | None
    attempts: int
    backoff_s: float
    jitter: bool
    calls: tuple[Part, ...]
    on_miss: tuple[Part, ...]
    delivers: tuple[Part, ...]


@dataclass(frozen=True)
class Fork:
    """Branches that start together; the slowest decides."""

    branches: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class Way:
    """Exactly one of several branches."""

    probabilities: tuple[float, ...]
    branches: tuple[tuple[Part, ...], ...]


Part = Hop | Fork | Way


class PlanMaker:
    """Makes the plans of one stage; its `places` are shared by all of them."""

    def __init__(self, graph: SizedGraph, seed: int = 1, scale: float = 1.0) -> None:
        """`scale` is the load over that of the busiest hour: scaled services run as many tasks as it takes."""
        self.graph = graph
        self.parameters = Parameters.of(graph)
        stage = compiled(graph, scale)
        self.places: Mapping[str, Place] = {
            name: Place(name, limits_of(name, stage), seeded(seed, name)) for name in stage.traffic.loads
        }
        account = account_of(stage)
        shared = None if account is None else Slots(account)
        for place in self.places.values():
            place.account = shared if place.limits.shares_account else None

    def parts(self, steps: tuple[Step, ...], caller: str, about: About) -> tuple[Part, ...]:
        """Steps that `caller` makes for a request."""
        return tuple(self._part(step, caller, about) for step in steps)

    def _part(self, step: Step, caller: str, about: About) -> Part:
        match step:
            case Parallel(parallel=branches):
                return Fork(tuple(self.parts(branch, caller, about) for branch in branches))
            case Choice(choice=branches):
                shares = tuple(self._number(branch.probability) for branch in branches)
                return Way(shares, tuple(self.parts(branch.calls, caller, about) for branch in branches))
            case Call():
                return self._hop(step, caller, about)

    def _hop(self, call: Call, caller: str, about: About) -> Hop:
        place = self.places[call.to]
        if place.functions:
            place.function_of(about.endpoint)
        timeouts = [limit for limit in (call.timeout_ms and call.timeout_ms / 1000, place.limits.timeout_s) if limit]
        return Hop(
            place=place,
            op=operation(call, self.graph, caller),
            endpoint=about.endpoint,
            entity=about.entity,
            wait=wait_of(call, self.graph, self.parameters),
            cpu=cpu_of(call, self.graph, self.parameters, place.limits.cpu_stretch),
            probability=self._number(call.probability),
            count=self._number(call.count),
            hit_ratio=None if call.hit_ratio is None else self._number(call.hit_ratio),
            asynchronous=call.asynchronous,
            timeout_s=min(timeouts, default=None),
            attempts=call.retry.attempts if call.retry else 1,
            backoff_s=call.retry.backoff_ms / 1000 if call.retry else 0.0,
            jitter=call.retry.jitter if call.retry else False,
            calls=self.parts(call.calls, call.to, about),
            on_miss=self.parts(call.on_miss, caller, about),
            delivers=self.parts(call.delivers, call.to, about),
        )

    def _number(self, quantity: float | Formula) -> float:
        return float(evaluate(quantity, self.graph.likely))
