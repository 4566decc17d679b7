"""Amazon EC2: instance hours and volumes."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.ec2 import Ec2
from model.quantity import some_positive
from model.units import HOURS_PER_MONTH
from pricing.metering.site import Metered, Site, Unpriced, Usage


def meter_ec2(site: Site[Ec2]) -> Iterator[Usage]:
    """Linux instances on demand, and a volume each; a Savings Plan is a commitment, a Spot price is the market's.

    Source: Amazon EC2 on-demand pricing and Amazon EBS pricing pages.
    """
    machine = site.component
    count = site.value(machine.count)
    if machine.purchase == "spot":
        yield Unpriced("Spot instances", "their price follows the market and is not in the price tables")
    else:
        yield Metered(f"ec2.{machine.instance_type}", site.usage("instance_hours", count * HOURS_PER_MONTH))
    if some_positive(site.value(machine.volume_gb)):
        yield Metered(f"ebs.{machine.volume}", count * site.value(machine.volume_gb))
