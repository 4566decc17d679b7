"""What a metering rule sees of the graph, and what it says: the site of one component, and metered quantities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, TypeVar, cast

from model.component import Component, InVpc
from model.quantity import Formula, Num, Values, evaluate
from model.sizing import SizedGraph
from model.traffic import Flow, Load, Traffic

C = TypeVar("C", bound=Component)
K = TypeVar("K", bound=Component)

Measured = Mapping[str, Mapping[str, Num]]
"""By component and usage field: what a simulation or a measurement counted, in place of the derived quantity."""


class Metered(NamedTuple):
    """A month's quantity on one meter of the price tables, in the meter's base units."""

    meter: str
    quantity: Num
    how: str = ""
    """How it was counted, in a few words, when the meter does not say it."""


class Included(NamedTuple):
    """Something that the provider does not charge for."""

    what: str
    why: str


class DependsOnUsage(NamedTuple):
    """A meter whose quantity nobody states and no traffic derives: the unit price is shown."""

    meter: str
    why: str


class Unpriced(NamedTuple):
    """Something that costs money but has no price here."""

    what: str
    why: str


class StatedPrice(NamedTuple):
    """A price that the document or its user states, with its source, rather than a price table."""

    what: str
    quantity: Num
    unit: str
    usd_per_unit: Num
    source: str


Usage = Metered | Included | DependsOnUsage | Unpriced | StatedPrice
Rule = Callable[[Any], Iterator[Usage]]
"""A metering rule: a generator function over the site of its kind of component."""


@dataclass(frozen=True)
class Site(Generic[C]):
    """One component at one stage, with the graph and the traffic around it. Figures may be arrays of draws."""

    name: str
    component: C
    graph: SizedGraph
    traffic: Traffic
    values: Values
    measured: Mapping[str, Num] = field(default_factory=dict)

    @property
    def load(self) -> Load:
        """The component's own load."""
        return self.traffic.load(self.name)

    def value(self, quantity: float | Formula) -> Num:
        """A quantity of the document at the current values."""
        return evaluate(quantity, self.values)

    def usage(self, name: str, derived: Num) -> Num:
        """A usage field: as measured, else as the document states it, else as derived from traffic."""
        if name in self.measured:
            return self.measured[name]
        stated = getattr(getattr(self.component, "usage", None), name, None)
        return derived if stated is None else self.value(stated)

    def is_stated(self, name: str) -> bool:
        """Whether a usage field is measured or stated rather than derived."""
        return name in self.measured or getattr(getattr(self.component, "usage", None), name, None) is not None

    @property
    def monthly_active_users(self) -> Num:
        return self.values["monthly_active_users"]

    def others(self, kind: type[K]) -> dict[str, K]:
        """The stage's components of one class, by name."""
        return {name: component for name, component in self.graph.components.items() if isinstance(component, kind)}

    def of_kind(self, *kinds: str) -> dict[str, Any]:
        """The stage's components of some kinds, by name, whose classes need not be loaded when there are none."""
        return {name: component for name, component in self.graph.components.items() if component.kind in kinds}

    def beside(self, name: str) -> Site[Any]:
        """The site of another component, without measurements of it."""
        return Site(name, self.graph.components[name], self.graph, self.traffic, self.values)

    @property
    def is_called(self) -> bool:
        """Whether a call plan of this stage leads here, however often."""
        return bool(self.traffic.into(self.name))

    def neighbours_out(self) -> Iterator[tuple[str, Component, Flow]]:
        """(name, component, flow) of everything that this component calls."""
        for name, flow in self.traffic.out_of(self.name):
            yield name, self.graph.components[name], flow

    def neighbours_in(self) -> Iterator[tuple[str, Component, Flow]]:
        """(name, component, flow) of everything that calls this component."""
        for name, flow in self.traffic.into(self.name):
            yield name, self.graph.components[name], flow


Place = Literal["client", "outside", "aws", "public", "private"]


def place(component: Component) -> Place:
    """Where a component stands, for the provider's transfer rules.

    `client` and `outside` are beyond the account's region (clients; external services); `public` and `private` are
    subnets of the VPC; `aws` is a regional service with a public address.
    """
    if component.category == "client":
        return "client"
    if component.category in ("external", "development") and component.kind != "bedrock":
        return "outside"
    if isinstance(component, InVpc) and component.subnet is not None:
        return cast(Place, component.subnet)
    return "aws"
