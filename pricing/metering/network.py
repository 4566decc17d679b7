"""Which bytes leave the region, cross zones, or pass the NAT gateway: the provider's transfer rules over the flows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from model.component import Component
from model.kinds.vpc import NatGateway, Vpc, VpcEndpoint
from model.quantity import Num
from model.traffic import Flow
from pricing.metering.site import Site, place

EDGE: Final = ("cloudfront", "amplify")
"""They answer viewers at their own prices; what AWS origins send them is free."""
PASSED_THROUGH: Final = ("waf", "shield", "route53", "acm", "internet_gateway")
"""Drawn on the way of a request, but the bytes are those of the component behind."""
ANSWERS_FREE: Final = (*EDGE, *PASSED_THROUGH, "cognito")
BALANCERS: Final = ("alb", "nlb")
GATEWAY_ENDPOINT_KINDS: Final = ("s3", "dynamodb")
DEFAULT_ZONES: Final = 2


def internet_out_gb(site: Site[Any]) -> Num:
    """Answers to callers beyond the region, requests to external services, and what is pushed to clients.

    CloudFront and Amplify bill what they send to viewers themselves, and pay nothing for what AWS origins send them.
    """
    total: Num = 0.0
    for source, target, flow in _flows(site):
        if _is_beyond(site, source) and _is_inside(site, target) and _kind(site, target) not in ANSWERS_FREE:
            total = total + flow.response_gb
        if _is_inside(site, source) and place(site.graph.components[target]) in ("outside", "client"):
            total = total + flow.request_gb
    return total


def inter_az_gb(site: Site[Any]) -> Num:
    """GB that are billed for crossing zones, each end counted: of n zones, (n - 1)/n of the traffic goes to another.

    Both ends pay, a database's too, but a cache node does not pay for its own; traffic of an application load
    balancer is free, a network load balancer stays in its zone, and replication to a standby is free.
    Source: Amazon EC2 on-demand pricing, data transfer; Amazon RDS pricing (instances inside a VPC: both sides of
    the transfer); Amazon ElastiCache pricing (the instance's side alone).
    """
    zones = availability_zones(site)
    total: Num = 0.0
    for source, target, flow in _flows(site):
        ends = (site.graph.components[source], site.graph.components[target])
        inside = _stands_in_vpc(ends[0]) and _is_called_in_vpc(ends[1])
        if inside and not any(end.kind in BALANCERS for end in ends):
            paying = sum(end.kind != "elasticache" for end in ends)
            total = total + paying * (flow.request_gb + flow.response_gb)
    return total * (zones - 1) / zones


def nat_gb(site: Site[Any]) -> Num:
    """GB that tasks, functions and instances in private subnets exchange with whatever is not in the VPC.

    Both directions count. What a VPC endpoint reaches does not pass the gateway.
    """
    reached = endpoint_targets(site)
    total: Num = 0.0
    for source, target, flow in _flows(site):
        caller, callee = site.graph.components[source], site.graph.components[target]
        leaves = place(caller) == "private" and caller.category == "compute" and not _is_called_in_vpc(callee)
        if leaves and target not in reached:
            total = total + flow.request_gb + flow.response_gb
    return total


def endpoint_gb(site: Site[VpcEndpoint]) -> Num:
    """GB between the VPC and what an endpoint reaches, both directions."""
    reached = reached_by(site, site.component)
    total: Num = 0.0
    for source, target, flow in _flows(site):
        if _stands_in_vpc(site.graph.components[source]) and target in reached:
            total = total + flow.request_gb + flow.response_gb
    return total


def endpoint_targets(site: Site[Any]) -> set[str]:
    """The components that some VPC endpoint reaches."""
    found: set[str] = set()
    for endpoint in site.others(VpcEndpoint).values():
        found |= reached_by(site, endpoint)
    return found


def reached_by(site: Site[Any], endpoint: VpcEndpoint) -> set[str]:
    """What an endpoint reaches: as it says; a gateway endpoint that says nothing reaches S3 and DynamoDB."""
    if endpoint.reaches or endpoint.type != "gateway":
        return set(endpoint.reaches)
    return {name for name, item in site.graph.components.items() if item.kind in GATEWAY_ENDPOINT_KINDS}


def availability_zones(site: Site[Any]) -> int:
    """Zones of the VPC; two when the document draws subnets but no VPC."""
    zones = [vpc.availability_zones for vpc in site.others(Vpc).values()]
    return max(zones, default=DEFAULT_ZONES)


def nat_share(site: Site[NatGateway]) -> float:
    """The part of the traffic that passes this component, where several stand for the gateways."""
    return 1 / len(site.others(NatGateway))


def _flows(site: Site[Any]) -> Iterator[tuple[str, str, Flow]]:
    for (source, target), flow in site.traffic.flows.items():
        yield source, target, flow


def _kind(site: Site[Any], name: str) -> str:
    return site.graph.components[name].kind


def _stands_in_vpc(component: Component) -> bool:
    return place(component) in ("public", "private")


def _is_called_in_vpc(component: Component) -> bool:
    """A function in a subnet is still called through the service's own address."""
    return _stands_in_vpc(component) and component.kind != "lambda"


def _is_inside(site: Site[Any], name: str) -> bool:
    """In the region, and paying for its own bytes."""
    component = site.graph.components[name]
    return place(component) in ("aws", "public", "private") and component.kind not in (*EDGE, *PASSED_THROUGH)


def _is_beyond(site: Site[Any], name: str, seen: frozenset[str] = frozenset()) -> bool:
    """A client, an external service, or something drawn on the way from one."""
    if _kind(site, name) not in PASSED_THROUGH:
        return place(site.graph.components[name]) in ("client", "outside")
    callers = [caller for caller, _ in site.traffic.into(name) if caller not in seen]
    return any(_is_beyond(site, caller, seen | {name}) for caller in callers)
