"""DynamoDB: key-value tables."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from model.base import Fact
from model.catalog.limits import DYNAMODB_ITEM_KB, Sold
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class DynamoDbUsage(Fact):
    """What the tables count in a month."""

    monthly_read_units: MaybeQuantity = None
    """Request units: 4 KB strongly consistent, 8 KB eventually consistent."""
    monthly_write_units: MaybeQuantity = None
    """Request units of 1 KB."""
    monthly_stream_reads: MaybeQuantity = None
    monthly_restored_gb: MaybeQuantity = None


class DynamoDb(Component):
    """Tables of one purpose: on demand or provisioned, TTL, streams, backups."""

    service: ClassVar[str] = "Amazon DynamoDB"
    category: ClassVar[Category] = "data"

    kind: Literal["dynamodb"]
    usage: DynamoDbUsage | None = None
    mode: Literal["on_demand", "provisioned"] = "on_demand"
    read_capacity: Quantity = 0.0
    write_capacity: Quantity = 0.0
    tables: int = 1
    item_kb: Quantity = 1.0
    consistent_read_share: Quantity = 0.0
    """Share of reads that are strongly consistent."""
    storage_gb: Quantity = 0.0
    ttl_s: float | None = None
    """Expired items are deleted without charge."""
    streams: bool = False
    point_in_time_recovery: bool = False
    backup_gb: Quantity = 0.0

    def sold(self) -> Iterator[Sold]:
        yield Sold(("item_kb",), self.item_kb, *DYNAMODB_ITEM_KB, "KB in an item")

    def size(self) -> str:
        return "on demand" if self.mode == "on_demand" else "provisioned"
