"""Amazon EC2: instance hours and volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.ec2 import Ec2, Volume
from model.quantity import Num, some_positive
from model.units import HOURS_PER_MONTH
from pricing.metering.rounding import above
from pricing.metering.site import DependsOnUsage, Metered, Site, Unpriced, Usage

GP3_INCLUDED_IOPS: Final = 3_000
GP3_INCLUDED_MBPS: Final = 125


def meter_ec2(site: Site[Ec2]) -> Iterator[Usage]:
    """Linux instances on demand, and their volumes; a Savings Plan is a commitment, a Spot price is the market's.

    Volumes pay by provisioned gigabyte whether the instance runs or not. Source: Amazon EC2 on-demand pricing and
    Amazon EBS pricing pages.
    """
    machine = site.component
    count = site.value(machine.count)
    if machine.purchase == "spot":
        yield Unpriced("Spot instances", "their price follows the market and is not in the price tables")
    else:
        yield Metered(f"ec2.{machine.instance_type}", site.usage("instance_hours", count * HOURS_PER_MONTH))
    if some_positive(site.value(machine.volume_gb)):
        yield Metered(f"ebs.{machine.volume}", count * site.value(machine.volume_gb))
    for volume in machine.volumes:
        yield from _volume(site, volume, count)


def _volume(site: Site[Ec2], volume: Volume, count: Num) -> Iterator[Usage]:
    """A volume's gigabytes; io1 and io2 pay every provisioned IOPS, gp3 those above 3,000 and 125 MB/s.

    Magnetic volumes also pay by request, which nobody states. Source: Amazon EBS pricing page.
    """
    yield Metered(f"ebs.{volume.type}", count * site.value(volume.gb))
    iops = 0.0 if volume.iops is None else site.value(volume.iops)
    if volume.type in ("io1", "io2"):
        yield Metered(f"ebs.iops.{volume.type}", count * iops)
    elif volume.type == "gp3":
        extra = above(iops, GP3_INCLUDED_IOPS)
        if some_positive(extra):
            yield Metered("ebs.iops.gp3", count * extra)
        mbps = 0.0 if volume.throughput_mbps is None else site.value(volume.throughput_mbps)
        faster = above(mbps, GP3_INCLUDED_MBPS)
        if some_positive(faster):
            yield Metered("ebs.throughput.gp3", count * faster)
    elif volume.type == "standard":
        yield DependsOnUsage("ebs.standard.requests", "I/O requests of magnetic volumes are not stated")
