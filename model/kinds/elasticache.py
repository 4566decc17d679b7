"""ElastiCache: Redis OSS, Valkey or Memcached nodes."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from model.base import Fact
from model.catalog.instances import check_class
from model.catalog.limits import ELASTICACHE_NODES, Sold
from model.component import Category, Component, InVpc, shown
from model.quantity import MaybeQuantity, Quantity


class ElastiCacheUsage(Fact):
    """What a cluster counts in a month."""

    backup_gb: MaybeQuantity = None
    """Snapshots beyond the free one."""
    serverless_gb_hours: MaybeQuantity = None
    serverless_ecpus: MaybeQuantity = None


class ElastiCache(Component, InVpc):
    """Nodes of one class: primaries and replicas are counted alike."""

    service: ClassVar[str] = "Amazon ElastiCache"
    category: ClassVar[Category] = "data"

    kind: Literal["elasticache"]
    usage: ElastiCacheUsage | None = None
    engine: Literal["redis", "valkey", "memcached"] = "redis"
    node_class: str | None = None
    """Absent: ElastiCache Serverless."""
    nodes: Quantity = 1.0
    """All nodes: shards times (1 + replicas)."""
    multi_az: bool = False
    ttl_s: float | None = Field(default=None, gt=0)
    snapshot_days: int = 0

    @field_validator("node_class")
    @classmethod
    def _sold(cls, name: str | None) -> str | None:
        return None if name is None else check_class("elasticache", name)

    def sold(self) -> Iterator[Sold]:
        if self.engine != "memcached":
            yield Sold(("nodes",), self.nodes, *ELASTICACHE_NODES, "nodes in a cluster")

    def size(self) -> str:
        return f"{self.node_class or 'serverless'} x{shown(self.nodes)}"
