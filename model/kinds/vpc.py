"""The network: VPC with subnets and zones, gateways, addresses, transfer."""

from typing import ClassVar, Literal

from pydantic import Field

from model.base import Fact
from model.component import Category, Component, NoUsage, shown
from model.quantity import MaybeQuantity, Quantity


class Vpc(Component):
    """A virtual network with its subnets over availability zones; free by itself."""

    service: ClassVar[str] = "Amazon VPC"
    category: ClassVar[Category] = "network"

    kind: Literal["vpc"]
    usage: NoUsage | None = None
    cidr: str | None = None
    availability_zones: int = Field(default=2, ge=1, le=6)
    public_subnets: int = Field(default=2, ge=0)
    private_subnets: int = Field(default=2, ge=0)
    flow_logs: bool = False
    """Flow logs are delivered to CloudWatch and billed there as vended logs."""
    flow_log_gb: Quantity = 0.0


class NatGatewayUsage(Fact):
    """What the gateways count in a month."""

    monthly_processed_gb: MaybeQuantity = None


class NatGateway(Component):
    """Way out of private subnets: hours per gateway, every byte in both directions, one public address each."""

    service: ClassVar[str] = "NAT gateway"
    category: ClassVar[Category] = "network"

    kind: Literal["nat_gateway"]
    usage: NatGatewayUsage | None = None
    count: Quantity = 1.0

    def size(self) -> str:
        return f"x{shown(self.count)}"


class VpcEndpointUsage(Fact):
    """What the endpoints count in a month."""

    monthly_processed_gb: MaybeQuantity = None


class VpcEndpoint(Component):
    """Private way to an AWS service: interface endpoints are billed, gateway endpoints (S3, DynamoDB) are free."""

    service: ClassVar[str] = "VPC endpoint"
    category: ClassVar[Category] = "network"

    kind: Literal["vpc_endpoint"]
    usage: VpcEndpointUsage | None = None
    type: Literal["interface", "gateway", "gateway_load_balancer"] = "interface"
    count: Quantity = 1.0
    availability_zones: Quantity = 1.0
    """Zones per endpoint: each has an interface that is billed by the hour."""
    reaches: tuple[str, ...] = ()
    """Components reached through it instead of the NAT gateway."""


class PublicIpv4(Component):
    """Public IPv4 addresses of tasks, gateways and balancers: billed by the hour, in use or idle."""

    service: ClassVar[str] = "Public IPv4 addresses"
    category: ClassVar[Category] = "network"

    kind: Literal["public_ipv4"]
    usage: NoUsage | None = None
    count: MaybeQuantity = None
    """Addresses; when absent: one per NAT gateway, one per zone of each public load balancer, one per public task."""

    def size(self) -> str:
        return f"x{shown(self.count)}" if self.count is not None else "per zone and task"


class InternetGateway(Component):
    """Way between public subnets and the internet; free by itself."""

    service: ClassVar[str] = "Internet gateway"
    category: ClassVar[Category] = "network"

    kind: Literal["internet_gateway"]
    usage: NoUsage | None = None


class DataTransferUsage(Fact):
    """What crosses a border in a month."""

    monthly_internet_out_gb: MaybeQuantity = None
    monthly_inter_az_gb: MaybeQuantity = None
    """One direction; the provider bills both ends."""
    monthly_inter_region_gb: MaybeQuantity = None


class DataTransfer(Component):
    """Bytes leaving the region towards clients and external services, between zones and between regions."""

    service: ClassVar[str] = "Data transfer"
    category: ClassVar[Category] = "network"

    kind: Literal["data_transfer"]
    usage: DataTransferUsage | None = None

    def size(self) -> str:
        return "out, inter-AZ"
