"""Amazon Route 53: zones, queries, health checks, Resolver endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.route53 import Route53
from model.quantity import per, some_positive
from model.units import HOURS_PER_MONTH
from pricing.metering.site import Included, Metered, Site, Unpriced, Usage


def meter_route53(site: Site[Route53]) -> Iterator[Usage]:
    """Each zone, queries by the routing of the record, health checks with their options.

    Queries that alias records to AWS resources answer are free. Source: Amazon Route 53 pricing page.
    """
    zone = site.component
    yield Metered("route53.zones", site.value(zone.hosted_zones))
    stated = [name for name in ("standard", "latency", "geo") if site.is_stated(f"monthly_{name}_queries")]
    for name in stated:
        yield Metered(f"route53.queries.{name}", site.usage(f"monthly_{name}_queries", 0.0))
    if site.is_stated("monthly_alias_queries"):
        yield Metered("route53.queries.alias", site.usage("monthly_alias_queries", 0.0))
    elif not stated:
        yield Included("queries", "records that alias AWS resources are answered free of charge")
    yield from _health_checks(site)
    if some_positive(site.value(zone.resolver_endpoints)):
        yield Metered("route53.resolver.hours", site.value(zone.resolver_endpoints) * HOURS_PER_MONTH)
    if site.is_stated("monthly_resolver_queries"):
        yield Metered("route53.resolver.queries", site.usage("monthly_resolver_queries", 0.0))
    if some_positive(site.value(zone.traffic_policies)):
        yield Unpriced("traffic policies", "their monthly rate is not in the price tables")


def _health_checks(site: Site[Route53]) -> Iterator[Usage]:
    """Checks of AWS endpoints and of others; options are shared between them as the checks are."""
    zone = site.component
    checks = {"aws": site.value(zone.health_checks_aws), "other": site.value(zone.health_checks_other)}
    total = checks["aws"] + checks["other"]
    for place, count in checks.items():
        if some_positive(count):
            options = site.value(zone.health_check_optional_features) * per(count, total)
            yield Metered(f"route53.health_checks.{place}", count)
            if some_positive(options):
                yield Metered(f"route53.health_options.{place}", options)
