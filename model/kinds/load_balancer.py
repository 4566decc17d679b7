"""Elastic Load Balancing: application, network and classic load balancers."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, InVpc
from model.quantity import MaybeQuantity, Quantity


class LoadBalancerUsage(Fact):
    """The four dimensions of a capacity unit, means over the month."""

    new_connections_per_s: MaybeQuantity = None
    active_connections: MaybeQuantity = None
    processed_gb_per_hour: MaybeQuantity = None
    rule_evaluations_per_s: MaybeQuantity = None
    capacity_units: MaybeQuantity = None
    """Mean capacity units per hour, stated outright."""
    monthly_processed_gb: MaybeQuantity = None
    """Both directions; a classic balancer pays by it."""


class LoadBalancer(Component, InVpc):
    """A balancer over tasks or instances."""

    service: ClassVar[str] = "Elastic Load Balancing"
    category: ClassVar[Category] = "edge"

    kind: Literal["alb", "nlb", "clb"]
    usage: LoadBalancerUsage | None = None
    count: Quantity = 1.0
    subnet: Literal["public", "private"] | None = "public"
    rules: Quantity = 1.0
    """Listener rules evaluated per request; the first ten are free."""
    requests_per_connection: Quantity = 10.0
    """Keep-alive: requests that share one client connection."""
    connection_s: Quantity = 60.0
    """How long a client connection stays open."""
    internet_facing: bool = True
    algorithm: Literal["round_robin", "least_outstanding"] = "round_robin"

    def size(self) -> str:
        return {"alb": "application", "nlb": "network", "clb": "classic"}[self.kind]
