"""Route 53: DNS zones, queries, health checks."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, counted
from model.quantity import MaybeQuantity, Quantity


class Route53Usage(Fact):
    """What a zone counts in a month."""

    monthly_standard_queries: MaybeQuantity = None
    monthly_latency_queries: MaybeQuantity = None
    monthly_geo_queries: MaybeQuantity = None
    monthly_alias_queries: MaybeQuantity = None
    """Queries of alias records to AWS resources: free."""
    monthly_resolver_queries: MaybeQuantity = None
    """Through Resolver endpoints."""


class Route53(Component):
    """Hosted zones with their health checks."""

    service: ClassVar[str] = "Amazon Route 53"
    category: ClassVar[Category] = "edge"

    kind: Literal["route53"]
    usage: Route53Usage | None = None
    hosted_zones: Quantity = 1.0
    health_checks_aws: Quantity = 0.0
    health_checks_other: Quantity = 0.0
    health_check_optional_features: Quantity = 0.0
    """HTTPS, string matching, fast interval, latency measurement: counted once per check and feature."""
    resolver_endpoints: Quantity = 0.0
    """Network interfaces of Resolver endpoints."""
    traffic_policies: Quantity = 0.0

    def size(self) -> str:
        return counted(self.hosted_zones, "zone")
