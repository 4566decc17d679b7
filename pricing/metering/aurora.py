"""Amazon Aurora: provisioned instances or Serverless v2 capacity, storage, I/O, backups, backtrack, exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from model.catalog.instances import instance_classes
from model.kinds.aurora import Aurora
from model.quantity import Num, per, some_positive
from model.units import HOURS_PER_MONTH
from pricing.metering.by_hour import Floats, by_hour, monthly_sum
from pricing.metering.rounding import above
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, Unpriced, Usage

FREE_INSIGHTS_DAYS: Final = 7
ACU_STEP: Final = 0.5


def meter_aurora(site: Site[Aurora]) -> Iterator[Usage]:
    """Writers and readers by the hour of their class, or capacity units; the cluster's volume; I/O unless optimised.

    The I/O-optimised configuration has its own, higher rates and bills no I/O. Source: Amazon Aurora pricing page.
    """
    cluster = site.component
    if cluster.serverless:
        meter = "aurora.acu.io_optimized" if cluster.io_optimised else "aurora.acu"
        yield Metered(meter, acu_hours(site), "capacity by the hour")
    elif cluster.instance_class is None:
        yield Unpriced("instances", "neither an instance class nor a capacity range is stated")
    else:
        edition = f"{cluster.engine}.io_optimized" if cluster.io_optimised else cluster.engine
        yield Metered(f"aurora.{edition}.{cluster.instance_class}", instances(site) * HOURS_PER_MONTH)
    yield from _storage(site)
    yield from _backup(site)
    yield from _rare(site)


def instances(site: Site[Aurora]) -> Num:
    """Writers and readers together."""
    return site.value(site.component.writers) + site.value(site.component.readers)


def acu_hours(site: Site[Aurora], least: float = 0.0) -> Num:
    """Capacity units of all instances in a month, each counted as at least `least`."""
    if site.is_stated("mean_acu"):
        mean = np.maximum(site.usage("mean_acu", 0.0), least)
        return instances(site) * mean * site.usage("active_share", 1.0) * HOURS_PER_MONTH
    share = site.usage("active_share", 1.0)
    return instances(site) * share * monthly_sum(np.maximum(hourly_acu(site), least))


def hourly_acu(site: Site[Aurora]) -> Floats:
    """The capacity of one instance in each hour of the mean day: steps of half a unit, within the range.

    An instance whose minimum is 0 pauses in hours without a request.
    """
    bounds = site.component.acu
    if bounds is None:
        raise ValueError(f"'{site.name}' has no capacity range")
    rate = by_hour(site, per(site.load.calls_per_s, instances(site)))
    needed = rate * site.value(site.component.acu_per_request_per_s)
    stepped = np.ceil(np.round(needed / ACU_STEP, 6)) * ACU_STEP
    awake = np.clip(stepped, max(bounds.min, ACU_STEP), bounds.max)
    return np.asarray(np.where((bounds.min == 0) & (rate <= 0), 0.0, awake))


def _storage(site: Site[Aurora]) -> Iterator[Usage]:
    cluster = site.component
    suffix = ".io_optimized" if cluster.io_optimised else ""
    yield Metered(f"aurora.storage{suffix}", site.value(cluster.storage_gb))
    if cluster.io_optimised:
        yield Included("I/O requests", "the I/O-optimised configuration does not bill them")
        return
    load = site.load
    reads = (load.of("read") + load.of("query")) * site.value(cluster.io_per_read)
    writes = (load.of("write") + load.of("delete")) * site.value(cluster.io_per_write)
    yield Metered("aurora.io", site.usage("monthly_io_requests", reads + writes), "I/O of each call as assumed")


def _backup(site: Site[Aurora]) -> Iterator[Usage]:
    """Backup beyond the cluster's own size, and manual snapshots; one day of backup is free."""
    cluster = site.component
    kept = above(site.value(cluster.backup_gb), site.value(cluster.storage_gb)) + site.value(cluster.snapshot_gb)
    if some_positive(kept):
        yield Metered("aurora.backup", kept)
    elif cluster.backup_days > 1 and not some_positive(site.value(cluster.backup_gb)):
        why = f"what changes in the {cluster.backup_days} days that are kept, beyond the free day, is not stated"
        yield DependsOnUsage("aurora.backup", why)
    else:
        yield Included("automated backups", "backup up to the cluster's own size is free for one day")


def _rare(site: Site[Aurora]) -> Iterator[Usage]:
    cluster = site.component
    if some_positive(site.value(cluster.backtrack_change_records)):
        yield Metered("aurora.backtrack", site.value(cluster.backtrack_change_records) * HOURS_PER_MONTH)
    if some_positive(site.value(cluster.snapshot_export_gb)):
        yield Metered("rds.snapshot_export", site.value(cluster.snapshot_export_gb))
    if site.is_stated("monthly_insights_requests"):
        yield Metered("rds.performance_insights.api", site.usage("monthly_insights_requests", 0.0))
    watched = cluster.performance_insights_days > FREE_INSIGHTS_DAYS
    old = cluster.extended_support != "none"
    if cluster.instance_class is None:
        if watched or old:
            yield Unpriced("insights or extended support", "their rates per capacity unit are not in the price tables")
        return
    vcpu = instances(site) * instance_classes("aurora")[cluster.instance_class].vcpu
    if watched:
        yield Metered(f"rds.performance_insights.{cluster.instance_class.split('.')[1]}", vcpu)
    if old:
        yield Metered(f"rds.extended_support.{cluster.extended_support}", vcpu * HOURS_PER_MONTH)
