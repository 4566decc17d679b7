"""The network of an account and its virtual machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from account.scanned import Part, found, named, pages

if TYPE_CHECKING:
    import boto3


def network(aws: boto3.Session) -> Iterator[Part]:
    """VPCs, subnets, route tables, gateways, security groups."""
    for vpc in pages(aws, "ec2", "describe_vpcs", "Vpcs"):
        yield found("aws_vpc", named(vpc, vpc["VpcId"]), vpc["VpcId"], vpc, id=vpc["VpcId"])
    for subnet in pages(aws, "ec2", "describe_subnets", "Subnets"):
        yield found("aws_subnet", named(subnet, subnet["SubnetId"]), subnet["SubnetId"], subnet, id=subnet["SubnetId"])
    for gateway in pages(aws, "ec2", "describe_internet_gateways", "InternetGateways"):
        identity = gateway["InternetGatewayId"]
        yield found("aws_internet_gateway", named(gateway, identity), identity, gateway, id=identity)
    for gateway in pages(aws, "ec2", "describe_nat_gateways", "NatGateways"):
        if gateway.get("State") == "available":
            identity = gateway["NatGatewayId"]
            yield found("aws_nat_gateway", named(gateway, identity), identity, gateway, id=identity)
    for table in pages(aws, "ec2", "describe_route_tables", "RouteTables"):
        yield from _table(table)
    for group in pages(aws, "ec2", "describe_security_groups", "SecurityGroups"):
        identity = group["GroupId"]
        ingress = [pair["GroupId"] for rule in group["IpPermissions"] for pair in rule.get("UserIdGroupPairs", ())]
        short = {"GroupName": group["GroupName"], "VpcId": group.get("VpcId")}
        yield found("aws_security_group", group["GroupName"], identity, short, id=identity, ingress=ingress)


def _table(table: dict[str, Any]) -> Iterator[Part]:
    identity = table["RouteTableId"]
    routes = [{"gateway_id": route.get("GatewayId")} for route in table.get("Routes", ())]
    yield found(
        "aws_route_table", named(table, identity), identity, {"VpcId": table.get("VpcId")}, id=identity, route=routes
    )
    for link in table.get("Associations", ()):
        if link.get("SubnetId"):
            ends = {"SubnetId": link["SubnetId"], "RouteTableId": identity}
            association = link["RouteTableAssociationId"]
            yield found("aws_route_table_association", association, association, ends, id=association)


def instances(aws: boto3.Session) -> Iterator[Part]:
    """Instances that run, with their volumes."""
    volumes: dict[str, list[dict[str, Any]]] = {}
    for volume in pages(aws, "ec2", "describe_volumes", "Volumes"):
        for attachment in volume.get("Attachments", ()):
            volumes.setdefault(attachment["InstanceId"], []).append(
                {
                    "volume_size": volume["Size"],
                    "volume_type": volume["VolumeType"],
                    "iops": volume.get("Iops", 0),
                    "throughput": volume.get("Throughput", 0),
                }
            )
    for reservation in pages(aws, "ec2", "describe_instances", "Reservations"):
        for machine in reservation["Instances"]:
            if machine["State"]["Name"] == "running":
                identity = machine["InstanceId"]
                short = {
                    "InstanceType": machine["InstanceType"],
                    "SubnetId": machine.get("SubnetId"),
                    "SecurityGroups": machine.get("SecurityGroups"),
                    "IamInstanceProfile": machine.get("IamInstanceProfile", {}).get("Arn"),
                }
                spot = {"spot_price": "market"} if machine.get("InstanceLifecycle") == "spot" else {}
                disks = {"ebs_block_device": volumes.get(identity, [])}
                yield found("aws_instance", named(machine, identity), identity, short, id=identity, **disks, **spot)
