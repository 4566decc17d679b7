"""The network: data transfer, NAT gateways, VPC endpoints, public addresses, and what is free in a VPC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.vpc import DataTransfer, InternetGateway, NatGateway, PublicIpv4, Vpc, VpcEndpoint
from model.quantity import Num
from model.units import HOURS_PER_MONTH
from pricing.metering.fargate import task_hours
from pricing.metering.network import (
    availability_zones,
    endpoint_gb,
    inter_az_gb,
    internet_out_gb,
    nat_gb,
    nat_share,
    reached_by,
)
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, Usage

BOTH_ENDS: Final = 2


def meter_vpc(site: Site[Vpc]) -> Iterator[Usage]:
    """Subnets, routes and security groups are free. Source: Amazon VPC pricing page."""
    yield Included("network", "subnets, route tables and security groups are free")
    if site.component.flow_logs:
        yield Included("flow logs", "billed with CloudWatch as vended logs")


def meter_internet_gateway(site: Site[InternetGateway]) -> Iterator[Usage]:
    """Free; the bytes that pass are data transfer. Source: Amazon VPC pricing page."""
    yield Included("gateway", "an internet gateway is free; its bytes are data transfer")


def meter_data_transfer(site: Site[DataTransfer]) -> Iterator[Usage]:
    """Bytes to clients and external services, between zones (both ends pay), between regions; bytes in are free.

    What CloudFront and Amplify send to viewers is billed there. Source: Amazon EC2 on-demand pricing, data transfer.
    """
    yield Metered("transfer.internet", site.usage("monthly_internet_out_gb", internet_out_gb(site)))
    if site.is_stated("monthly_inter_az_gb"):
        between = site.usage("monthly_inter_az_gb", 0.0) * BOTH_ENDS
    else:
        between = inter_az_gb(site)
    yield Metered("transfer.inter_az", between, "each paying end counted")
    if site.is_stated("monthly_inter_region_gb"):
        yield Metered("transfer.inter_region", site.usage("monthly_inter_region_gb", 0.0))
    yield Included("bytes in", "data transfer into a region is free")


def meter_nat_gateway(site: Site[NatGateway]) -> Iterator[Usage]:
    """Hours of each gateway, and every GB that passes it in either direction. Source: Amazon VPC pricing page."""
    yield Metered("nat.hours", site.value(site.component.count) * HOURS_PER_MONTH)
    passed = nat_gb(site) * nat_share(site)
    yield Metered("nat.gb", site.usage("monthly_processed_gb", passed), "both directions")


def meter_vpc_endpoint(site: Site[VpcEndpoint]) -> Iterator[Usage]:
    """Interface endpoints by the hour in each zone and by the GB; gateway endpoints are free.

    Source: AWS PrivateLink pricing page.
    """
    endpoint = site.component
    if endpoint.type == "gateway":
        yield Included("gateway endpoint", "endpoints for S3 and DynamoDB are free")
        return
    meter = "vpce.interface" if endpoint.type == "interface" else "vpce.gateway_lb"
    zones = site.value(endpoint.availability_zones)
    yield Metered(f"{meter}.hours", site.value(endpoint.count) * zones * HOURS_PER_MONTH)
    if site.is_stated("monthly_processed_gb") or reached_by(site, endpoint):
        yield Metered(f"{meter}.gb", site.usage("monthly_processed_gb", endpoint_gb(site)))
    else:
        yield DependsOnUsage(f"{meter}.gb", "what is reached through the endpoint is not stated")


def meter_public_ipv4(site: Site[PublicIpv4]) -> Iterator[Usage]:
    """Every public address by the hour, in use or idle, since February 2024. Source: Amazon VPC pricing page."""
    stated = site.component.count
    hours = address_hours(site) if stated is None else site.value(stated) * HOURS_PER_MONTH
    yield Metered("ipv4.hours", hours, "" if stated is not None else "gateways, balancers by zone, public tasks")


def address_hours(site: Site[PublicIpv4]) -> Num:
    """One address per NAT gateway, per zone of each public load balancer, per public task and instance."""
    standing: Num = 0.0
    for gateway in site.others(NatGateway).values():
        standing = standing + site.value(gateway.count)
    for balancer in site.of_kind("alb", "nlb", "clb").values():
        if balancer.internet_facing:
            standing = standing + site.value(balancer.count) * availability_zones(site)
    for instance in site.of_kind("ec2").values():
        if instance.subnet == "public":
            standing = standing + site.value(instance.count)
    hours = standing * HOURS_PER_MONTH
    for name, service in site.of_kind("fargate").items():
        if service.public_ip:
            hours = hours + task_hours(site.beside(name))
    return hours
