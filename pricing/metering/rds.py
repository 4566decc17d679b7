"""Amazon RDS: instances with standby and replicas, storage, provisioned I/O, backups, insights, old versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from model.catalog.instances import InstanceClass, instance_classes
from model.kinds.rds import Rds
from model.quantity import Num, some_positive
from model.units import HOURS_PER_MONTH
from pricing.metering.rds_storage import meter_storage
from pricing.metering.rounding import above, plain
from pricing.metering.site import Included, Metered, Site, Usage

FREE_INSIGHTS_DAYS: Final = 7
LICENSED: Final = ("oracle", "sqlserver")
_MS_PER_HOUR: Final = 3_600_000


def meter_rds(site: Site[Rds]) -> Iterator[Usage]:
    """Instance hours by engine, class and deployment; each replica with its own instance and storage.

    On-demand rates: a reserved term is a commitment. Source: Amazon RDS pricing pages by engine.
    """
    database = site.component
    zones = "multi_az" if database.multi_az else "single_az"
    replicas = site.value(database.replicas)
    yield Metered(_meter(database, database.instance_class, zones), site.usage("instance_hours", HOURS_PER_MONTH))
    yield from meter_storage(site, zones, 1.0)
    if some_positive(replicas):
        replica_class = database.replica_class or database.instance_class
        yield Metered(_meter(database, replica_class, "single_az"), replicas * HOURS_PER_MONTH, "replicas")
        yield from meter_storage(site, "single_az", replicas, "replicas")
    yield from _backup(site)
    yield from _insights(site, replicas)
    yield from _surplus_cpu(site)
    if database.extended_support != "none":
        copies = 2 if database.multi_az else 1
        vcpu_hours = (copies + replicas) * offer(database).vcpu * HOURS_PER_MONTH
        yield Metered(f"rds.extended_support.{database.extended_support}", vcpu_hours)


def offer(database: Rds) -> InstanceClass:
    """What the primary's class offers."""
    return instance_classes("rds")[database.instance_class]


def _meter(database: Rds, instance_class: str, zones: str) -> str:
    engine: str = database.engine
    if engine.startswith(LICENSED):
        engine = f"{engine}.{'byol' if database.license == 'byol' else 'license_included'}"
    return f"rds.{engine}.{instance_class}.{zones}"


def _backup(site: Site[Rds]) -> Iterator[Usage]:
    """Backups beyond the size of the database, and manual snapshots."""
    database = site.component
    kept = above(site.value(database.backup_gb), site.value(database.storage_gb)) + site.value(database.snapshot_gb)
    if some_positive(kept):
        yield Metered("rds.backup", kept)
    elif database.backup_days > 0:
        yield Included("automated backups", "as much backup as the database's own size is free")


def _insights(site: Site[Rds], replicas: Num) -> Iterator[Usage]:
    """Performance Insights kept for longer than a week, per vCPU of each watched instance, and its API requests."""
    database = site.component
    if database.performance_insights_days > FREE_INSIGHTS_DAYS:
        family = database.instance_class.split(".")[1]
        yield Metered(f"rds.performance_insights.{family}", offer(database).vcpu * (1 + replicas))
    elif database.performance_insights_days > 0:
        yield Included("Performance Insights", "seven days of history are free")
    if site.is_stated("monthly_insights_requests"):
        yield Metered("rds.performance_insights.api", site.usage("monthly_insights_requests", 0.0))


def _surplus_cpu(site: Site[Rds]) -> Iterator[Usage]:
    """CPU beyond the baseline of a burstable class, which RDS always runs in unlimited mode."""
    sold = offer(site.component)
    if not sold.burstable:
        return
    baseline = sold.baseline_share * sold.vcpu * HOURS_PER_MONTH
    used = plain(np.minimum(site.load.monthly_cpu_ms / _MS_PER_HOUR, float(sold.vcpu * HOURS_PER_MONTH)))
    surplus = site.usage("cpu_credit_vcpu_hours", above(used, baseline))
    if some_positive(surplus):
        yield Metered(f"rds.cpu_credits.{sold.name.split('.')[1]}", surplus)
