"""Amazon ElastiCache: nodes by class, or Serverless data and processing units; snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from model.kinds.elasticache import ElastiCache
from model.units import HOURS_PER_MONTH
from pricing.metering.rounding import plain, steps
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, Usage

MIN_SERVERLESS_GB: Final = {"redis": 1.0, "valkey": 0.1}
ECPU_KB: Final = 1


def meter_elasticache(site: Site[ElastiCache]) -> Iterator[Usage]:
    """Every node by the hour, primaries and replicas alike; Memcached costs what Redis OSS costs.

    Serverless bills stored GB-hours, at least 1 GB (Valkey 100 MB), and one processing unit per begun KB of each
    request. One snapshot of each cluster is free. Source: Amazon ElastiCache pricing page.
    """
    cache = site.component
    engine = "redis" if cache.engine == "memcached" else cache.engine
    if cache.node_class is not None:
        yield Metered(f"elasticache.{engine}.{cache.node_class}", site.value(cache.nodes) * HOURS_PER_MONTH)
    else:
        yield from _serverless(site, engine)
    if site.is_stated("backup_gb"):
        yield Metered("elasticache.backup", site.usage("backup_gb", 0.0))
    elif cache.snapshot_days == 1:
        yield Included("snapshot", "one snapshot of each cluster is free")
    elif cache.snapshot_days > 1:
        yield DependsOnUsage("elasticache.backup", "snapshots beyond the free one, whose size nobody states")


def _serverless(site: Site[ElastiCache], engine: str) -> Iterator[Usage]:
    least = MIN_SERVERLESS_GB[engine] * HOURS_PER_MONTH
    stored = plain(np.maximum(site.usage("serverless_gb_hours", least), least))
    how = "" if site.is_stated("serverless_gb_hours") else "the minimum: the data held are not stated"
    units = site.load.monthly_calls * steps(site.load.mean_kb, ECPU_KB)
    yield Metered(f"elasticache.serverless.{engine}.storage", stored, how)
    yield Metered(f"elasticache.serverless.{engine}.ecpu", site.usage("serverless_ecpus", units))
