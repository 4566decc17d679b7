"""EC2: virtual machines with their volumes."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.base import Fact
from model.catalog.instances import check_class
from model.catalog.limits import VOLUME_GB, VOLUME_IOPS, VOLUME_THROUGHPUT_MBPS, Sold
from model.component import Category, Component, InVpc, shown
from model.quantity import MaybeQuantity, Quantity

VolumeType = Literal["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"]


class Ec2Usage(Fact):
    """What the instances count in a month."""

    instance_hours: MaybeQuantity = None
    """Of all instances together."""


class Volume(Fact):
    """An EBS volume that each instance has."""

    type: VolumeType = "gp3"
    gb: Quantity
    iops: Quantity | None = Field(default=None, validate_default=True)
    """Provisioned: all of them on io1 and io2, those above 3,000 on gp3."""
    throughput_mbps: MaybeQuantity = None
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

    def sold(self) -> Iterator[Sold]:
        yield Sold(("volume_gb",), self.volume_gb, 0, VOLUME_GB[self.volume][1], f"GB with {self.volume}")
        for place, volume in enumerate(self.volumes):
            what, at = f"with {volume.type}", ("volumes", place)
            yield Sold((*at, "gb"), volume.gb, *VOLUME_GB[volume.type], f"GB {what}")
            if volume.iops is not None and volume.type in VOLUME_IOPS:
                yield Sold((*at, "iops"), volume.iops, *VOLUME_IOPS[volume.type], f"IOPS {what}")
            if volume.throughput_mbps is not None and volume.type == "gp3":
                yield Sold((*at, "throughput_mbps"), volume.throughput_mbps, *VOLUME_THROUGHPUT_MBPS, f"MB/s {what}")

    def size(self) -> str:
        return self.instance_type if self.count == 1.0 else f"{self.instance_type} x{shown(self.count)}"
