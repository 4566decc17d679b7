"""OpenSearch: search domains, and its serverless collections."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import field_validator

from model.catalog.instances import check_class
from model.catalog.limits import OPENSEARCH_TYPES, VOLUME_GB, VOLUME_IOPS, Sold
from model.component import Category, Component, InVpc, NoUsage, shown
from model.quantity import Quantity


class OpenSearch(Component, InVpc):
    """A domain: data nodes with a volume each, dedicated masters, warm nodes."""

    service: ClassVar[str] = "Amazon OpenSearch Service"
    category: ClassVar[Category] = "data"

    kind: Literal["opensearch"]
    usage: NoUsage | None = None
    instance_class: str
    nodes: Quantity = 1.0
    volume: Literal["gp2", "gp3", "io1", "magnetic"] = "gp3"
    volume_gb: Quantity = 10.0
    """Per data node."""
    iops: Quantity = 0.0
    """Provisioned, per node (io1), or above 3,000 (gp3)."""
    throughput_mbps: Quantity = 0.0
    """Provisioned above 125 MB/s per node (gp3)."""
    master_class: str | None = None
    masters: Quantity = 0.0
    warm_class: Literal["ultrawarm1.medium.search", "ultrawarm1.large.search"] | None = None
    warm_nodes: Quantity = 0.0
    warm_gb: Quantity = 0.0
    """Stored on the warm nodes."""

    @field_validator("instance_class", "master_class")
    @classmethod
    def _sold(cls, name: str | None) -> str | None:
        return None if name is None else check_class("opensearch", name)

    def sold(self) -> Iterator[Sold]:
        kind = OPENSEARCH_TYPES.get(self.volume, self.volume)
        yield Sold(("volume_gb",), self.volume_gb, 0, VOLUME_GB[kind][1], f"GB with {self.volume}, per node")
        if kind in VOLUME_IOPS:
            yield Sold(("iops",), self.iops, 0, VOLUME_IOPS[kind][1], f"IOPS with {self.volume}, per node")

    def size(self) -> str:
        return f"{self.instance_class} x{shown(self.nodes)}"


class OpenSearchServerless(Component):
    """A collection: capacity units for indexing and search, and stored index."""

    service: ClassVar[str] = "Amazon OpenSearch Serverless"
    category: ClassVar[Category] = "data"

    kind: Literal["opensearch_serverless"]
    usage: NoUsage | None = None
    indexing_ocus: Quantity = 2.0
    search_ocus: Quantity = 2.0
    index_gb: Quantity = 0.0
