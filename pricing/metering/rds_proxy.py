"""Amazon RDS Proxy: the vCPU or capacity units of the database behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.catalog.instances import instance_classes
from model.kinds.aurora import Aurora
from model.kinds.rds import Rds
from model.kinds.rds_proxy import RdsProxy
from model.units import HOURS_PER_MONTH
from pricing.metering.aurora import acu_hours, instances
from pricing.metering.site import Metered, Site, Unpriced, Usage

MIN_VCPU: Final = 2
MIN_ACU: Final = 8.0


def meter_rds_proxy(site: Site[RdsProxy]) -> Iterator[Usage]:
    """Each database instance behind the proxy by its vCPU, at least 2; a Serverless one by its capacity, at least 8.

    A standby and replicas outside the proxy do not count. Source: Amazon RDS Proxy pricing page.
    """
    match site.graph.components.get(site.component.database):
        case Rds(instance_class=name):
            vcpu = max(instance_classes("rds")[name].vcpu, MIN_VCPU)
            yield Metered("rds.proxy.vcpu", float(vcpu * HOURS_PER_MONTH), f"{vcpu} vCPU of {name}")
        case Aurora(acu=None, instance_class=str(name)):
            vcpu = max(instance_classes("aurora")[name].vcpu, MIN_VCPU)
            cluster = site.beside(site.component.database)
            yield Metered("rds.proxy.vcpu", instances(cluster) * vcpu * HOURS_PER_MONTH, f"{vcpu} vCPU of {name}")
        case Aurora(serverless=True):
            hours = acu_hours(site.beside(site.component.database), MIN_ACU)
            yield Metered("rds.proxy.acu", hours, "at least 8 units an hour")
        case _:
            why = f"'{site.component.database}' is not a database of this stage whose size is known"
            yield Unpriced("proxy hours", why)
