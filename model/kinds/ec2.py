"""EC2: virtual machines, where a document names one or a case prices one."""

from typing import ClassVar, Literal

from pydantic import field_validator

from model.base import Fact
from model.catalog.instances import check_class
from model.component import Category, Component, InVpc
from model.quantity import Quantity


class Ec2Usage(Fact):
    """What the instances count in a month."""

    instance_hours: Quantity | None = None
    """Of all instances together."""


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

    @field_validator("instance_type")
    @classmethod
    def _sold(cls, name: str) -> str:
        return check_class("ec2", name)

    def size(self) -> str:
        return self.instance_type
