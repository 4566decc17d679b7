"""What one compilation knows and gathers: the graph, its values, the builder, the stations made so far."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from model.component import Component
from model.endpoints import Call
from model.quantity import Formula, evaluate
from model.sizing import SizedGraph
from model.traffic import Load, Traffic
from simulations.builder import ProgramBuilder, Task
from simulations.compiling.demand import Demand, HourlyLoad
from simulations.compiling.facts import Parameters
from simulations.control import AcuScaling, CpuCredits
from simulations.distributions import Distribution, constant

__all__ = ["Compilation", "Conditions", "Part", "Place", "Users", "Visit"]


@dataclass(frozen=True)
class Conditions:
    """What may be left out, to compare with unloaded means: cold starts, time limits, and all randomness of times."""

    cold_starts: bool = True
    timeouts: bool = True
    variation: bool = True
    edges_cut: bool = False
    """Whether balancers and distributions give up on an origin: it takes an overload to see that."""


@dataclass(frozen=True)
class Users:
    """A closed load: so many users, who think for `think_s` on average (exponential) between an answer and a call."""

    count: int
    think_s: float


@dataclass(frozen=True)
class Place:
    """Where requests meet a limit: slots of stations, instances of functions, or tokens of a rate."""

    component: str
    what: str
    kind: Literal["station", "function", "limit"]
    names: tuple[str, ...]
    """The stations (those of the open tasks), functions or rate limits that are counted together."""
    limit: float = 0.0
    """Functions: instances at once that may run."""


@dataclass(frozen=True)
class Visit:
    """One call on its way into its callee."""

    call: Call
    caller: str
    endpoint: str
    op: str
    time: Distribution
    cpu: Distribution


class Part(Protocol):
    """A component at work: `serving` takes what a call needs there, does the callee's own work, and holds it around
    what the callee calls.
    """

    def serving(self, visit: Visit) -> AbstractContextManager[None]: ...


@dataclass
class Compilation:
    """A stage on its way to a program."""

    graph: SizedGraph
    demand: Demand
    traffic: Traffic
    """At the mean rate of the month."""
    hourly: HourlyLoad
    parameters: Parameters
    conditions: Conditions
    build: ProgramBuilder
    breakable: frozenset[str] = frozenset()
    """Components that a fault may hit."""
    places: list[Place] = field(default_factory=list)
    functions: dict[str, list[str]] = field(default_factory=dict)
    """Component to the functions that stand for it."""
    callers: dict[str, list[str]] = field(default_factory=dict)
    """Function to the endpoints whose plans call it."""
    sharing: list[str] = field(default_factory=list)
    """Functions that share the account's concurrency."""
    tasks: dict[str, int] = field(default_factory=dict)
    """Component to the tasks that are open at first."""
    breakers: dict[tuple[str, str], int] = field(default_factory=dict)
    """Caller and callee to the circuit breaker between them."""
    caches: int = 0
    """Caches that keep keys, so far."""
    policies: list[AcuScaling | CpuCredits] = field(default_factory=list)
    """What the provider changes by itself while a run goes on: credits, capacity units."""
    notes: list[str] = field(default_factory=list)
    inside: dict[str, Task] = field(default_factory=dict)
    """Component to the task that runs the code being compiled."""
    own_times: dict[str, list[Distribution]] = field(default_factory=dict)
    """Component without a queue to the times that its calls draw."""
    later: list[tuple[str, Callable[[], None]]] = field(default_factory=list)
    """Message flows that are sent to, and are still to be written."""

    def value(self, quantity: float | Formula) -> float:
        """A quantity of the document at the likely values."""
        return float(evaluate(quantity, self.graph.likely))

    def time(self, distribution: Distribution) -> Distribution:
        """A time as the conditions have it."""
        return distribution if self.conditions.variation else constant(distribution.mean)

    def fact_s(self, name: str) -> float:
        """A fact in milliseconds, in seconds."""
        return self.parameters.value(name) / 1000

    def component(self, name: str) -> Component:
        """The stage's component of that name."""
        return self.graph.components[name]

    def load(self, name: str) -> Load:
        """The component's mean load."""
        return self.traffic.load(name)

    def note(self, sentence: str) -> None:
        """Says once what was taken for granted."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def send(self, name: str, write: Callable[[], None]) -> None:
        """Sends a message to a flow that `write` compiles when the present one is complete."""
        flow = f"{name}#{len(self.later)}"
        self.later.append((flow, write))
        self.build.send(flow)
