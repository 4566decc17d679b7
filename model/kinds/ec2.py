"""EC2: virtual machines with their volumes."""

from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.base import Fact
from model.catalog.instances import check_class
from model.component import Category, Component, InVpc, shown
from model.quantity import Quantity

VolumeType = Literal["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"]


class Ec2Usage(Fact):
    """What the instances count in a month."""

    instance_hours: Quantity | None = None
    """Of all instances together."""


class Volume(Fact):
    """An EBS volume that each instance has."""

    type: VolumeType = "gp3"
    gb: Quantity
    iops: Quantity | None = Field(default=None, validate_default=True)
    """Provisioned: all of them on io1 and io2, those above 3,000 on gp3."""
    throughput_mbps: Quantity | None = None
    """Provisioned on gp3, above 125 MB/s."""

    @field_validator("iops")
    @classmethod
    def _provisioned(cls, iops: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if iops is None and info.data.get("type") in ("io1", "io2"):
            raise ValueError(f"is required: {info.data['type']} is billed by provisioned IOPS")
        return iops


class Ec2(Component, InVpc):
    """Instances of one type with their volumes."""

    service: ClassVar[str] = "Amazon EC2"
    category: ClassVar[Category] = "compute"

    kind: Literal["ec2"]
    usage: Ec2Usage | None = None
    instance_type: str
    count: Quantity = 1.0
    purchase: Literal["on_demand", "spot", "savings_plan_1y_no_upfront"] = "on_demand"
    volume: Literal["gp2", "gp3"] = "gp3"
    volume_gb: Quantity = 0.0
    """Per instance."""
    volumes: tuple[Volume, ...] = ()
    """Further volumes of each instance, or all of them."""

    @field_validator("instance_type")
    @classmethod
    def _sold(cls, name: str) -> str:
        return check_class("ec2", name)

    def size(self) -> str:
        return self.instance_type if self.count == 1.0 else f"{self.instance_type} x{shown(self.count)}"
