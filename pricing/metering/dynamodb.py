"""Amazon DynamoDB: request units on demand or provisioned capacity, storage, streams, recovery, backups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.dynamodb import DynamoDb
from model.quantity import some_positive
from model.units import HOURS_PER_MONTH
from pricing.metering.rounding import steps
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, Usage

READ_KB: Final = 4
WRITE_KB: Final = 1
EVENTUAL_UNITS: Final = 0.5


def meter_dynamodb(site: Site[DynamoDb]) -> Iterator[Usage]:
    """A write unit per begun KB of an item, a read unit per begun 4 KB, half of it when eventually consistent.

    Provisioned tables pay for capacity by the hour, used or not. Source: Amazon DynamoDB pricing page.
    """
    table = site.component
    if table.mode == "provisioned":
        yield Metered("dynamodb.provisioned.wcu", site.value(table.write_capacity) * HOURS_PER_MONTH)
        yield Metered("dynamodb.provisioned.rcu", site.value(table.read_capacity) * HOURS_PER_MONTH)
    else:
        yield from _on_demand(site)
    yield Metered("dynamodb.storage", site.value(table.storage_gb))
    if table.ttl_s is not None:
        yield Included("expired items", "deletes by time to live are free")
    yield from _streams(site)
    if table.point_in_time_recovery:
        yield Metered("dynamodb.pitr", site.value(table.storage_gb))
    if some_positive(site.value(table.backup_gb)):
        yield Metered("dynamodb.backup", site.value(table.backup_gb))
    if site.is_stated("monthly_restored_gb"):
        yield Metered("dynamodb.restore", site.usage("monthly_restored_gb", 0.0))


def _on_demand(site: Site[DynamoDb]) -> Iterator[Usage]:
    table, load = site.component, site.load
    item_kb = site.value(table.item_kb)
    strong = site.value(table.consistent_read_share)
    units_per_read = steps(item_kb, READ_KB) * (strong + (1 - strong) * EVENTUAL_UNITS)
    writes = (load.of("write") + load.of("delete")) * steps(item_kb, WRITE_KB)
    reads = (load.of("read") + load.of("query")) * units_per_read
    yield Metered("dynamodb.on_demand.writes", site.usage("monthly_write_units", writes))
    yield Metered("dynamodb.on_demand.reads", site.usage("monthly_read_units", reads))


def _streams(site: Site[DynamoDb]) -> Iterator[Usage]:
    if not site.component.streams and not site.is_stated("monthly_stream_reads"):
        return
    readers = {target.kind for _, target, _ in site.neighbours_out()}
    if site.is_stated("monthly_stream_reads"):
        yield Metered("dynamodb.streams", site.usage("monthly_stream_reads", 0.0))
    elif readers == {"lambda"}:
        yield Included("stream reads", "reads by Lambda triggers are free")
    else:
        yield DependsOnUsage("dynamodb.streams", "how often readers other than Lambda poll is not stated")
