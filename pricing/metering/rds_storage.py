"""Amazon RDS storage: volume, provisioned IOPS and throughput by type and deployment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from model.kinds.rds import Rds
from model.quantity import Num, some_positive
from pricing.metering.rounding import above, plain
from pricing.metering.site import DependsOnUsage, Metered, Site, Usage

GP3_IOPS: Final = (3_000.0, 12_000.0)
GP3_MBPS: Final = (125.0, 500.0)
"""Included with a small volume, and with a large one."""
GP3_LARGE_GB: Final = 400
GP3_LARGE_ORACLE_GB: Final = 200
IO1_MIN_GB: Final = 100
IO1_MIN_IOPS: Final = 1_000


def meter_storage(site: Site[Rds], zones: str, copies: Num, how: str = "") -> Iterator[Usage]:
    """The volume of `copies` instances; a Multi-AZ rate covers the standby's volume.

    gp3 includes 3,000 IOPS and 125 MB/s, from 400 GB on 12,000 and 500 (Oracle from 200 GB on, SQL Server never);
    io1 bills at least 100 GB and 1,000 IOPS. Source: Amazon RDS pricing pages and user guide, storage types.
    """
    database = site.component
    volume_gb, iops = site.value(database.storage_gb), site.value(database.iops)
    kind = "magnetic" if database.storage_type == "standard" else database.storage_type
    if kind in ("io1", "io2"):
        volume_gb = plain(np.maximum(volume_gb, IO1_MIN_GB))
        yield Metered(f"rds.iops.{kind}.{zones}", copies * plain(np.maximum(iops, IO1_MIN_IOPS)), how)
    yield Metered(f"rds.storage.{kind}.{zones}", copies * volume_gb, how)
    if kind == "gp3":
        free_iops, free_mbps = _included(database, volume_gb)
        extra_iops, extra_mbps = above(iops, free_iops), above(site.value(database.throughput_mbps), free_mbps)
        if some_positive(extra_iops):
            yield Metered(f"rds.iops.gp3.{zones}", copies * extra_iops, how)
        if some_positive(extra_mbps):
            yield Metered(f"rds.throughput.gp3.{zones}", copies * extra_mbps, how)
    if kind == "magnetic" and not how:
        if site.is_stated("monthly_io_requests"):
            yield Metered("rds.io.magnetic", site.usage("monthly_io_requests", 0.0))
        else:
            yield DependsOnUsage("rds.io.magnetic", "magnetic storage bills I/O requests, which nobody states")


def _included(database: Rds, volume_gb: Num) -> tuple[Num, Num]:
    """IOPS and MB/s that come with a gp3 volume."""
    if database.engine.startswith("sqlserver"):
        return GP3_IOPS[0], GP3_MBPS[0]
    threshold = GP3_LARGE_ORACLE_GB if database.engine.startswith("oracle") else GP3_LARGE_GB
    large = np.asarray(volume_gb) >= threshold
    return plain(np.where(large, GP3_IOPS[1], GP3_IOPS[0])), plain(np.where(large, GP3_MBPS[1], GP3_MBPS[0]))
