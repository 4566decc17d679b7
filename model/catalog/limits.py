"""Sizes that the provider sells at all: what lies outside is a slip of the pen, and refused.

Sources: volumes of EC2: Amazon EC2 API reference, CreateVolume. Storage of RDS: Amazon RDS API reference,
CreateDBInstance; its IOPS and throughput: Amazon RDS user guide, DB instance storage. Aurora: Amazon Aurora user guide,
quotas and size limits. OpenSearch: volumes are those of EC2. ElastiCache: user guide, quotas (as far as an increase may
go). DynamoDB: developer guide, quotas. The IOPS of RDS gp3, the size and readers of Aurora and the item size of
DynamoDB are recalled from those pages, not read again. A quota of the account that is raised on request is no such
bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from model.quantity import Quantity


@dataclass(frozen=True)
class Sold:
    """A field of a component and the sizes that are sold, both ends among them."""

    at: tuple[str | int, ...]
    """The field's path inside the component."""
    value: Quantity
    low: float
    high: float
    what: str
    """Unit and seller: `GB with gp3`."""

    def refusal(self, value: float) -> str | None:
        """Why a value is refused; None for one that is sold.

        >>> Sold(("storage_gb",), 5.0, 20, 65_536, "GB with gp3").refusal(5.0)
        '5 is not sold: 20 to 65,536 GB with gp3'
        """
        if self.low <= value <= self.high:
            return None
        bounds = f"{self.low:,g} to {self.high:,g}" if self.low else f"at most {self.high:,g}"
        return f"{value:g} is not sold: {bounds} {self.what}"


VOLUME_GB: Final[Mapping[str, tuple[float, float]]] = {
    "gp2": (1, 16_384), "gp3": (1, 65_536), "io1": (4, 16_384), "io2": (4, 65_536), "st1": (125, 16_384),
    "sc1": (125, 16_384), "standard": (1, 1_024),
}  # fmt: skip
"""Smallest and largest volume by type."""
VOLUME_IOPS: Final[Mapping[str, tuple[float, float]]] = {
    "gp3": (0, 80_000), "io1": (100, 64_000), "io2": (100, 256_000),
}  # fmt: skip
"""By type; on gp3 fewer than the 3,000 included are none provisioned."""
VOLUME_THROUGHPUT_MBPS: Final = (0.0, 2_000.0)
"""Of gp3."""

RDS_GB: Final[Mapping[str, tuple[float, float]]] = {
    "gp2": (20, 65_536), "gp3": (20, 65_536), "io1": (0, 65_536), "io2": (0, 65_536), "standard": (5, 3_072),
}  # fmt: skip
"""Fewer than the least 100 GB of io1 and io2 are billed as these."""
RDS_SQL_SERVER_GB: Final[Mapping[str, tuple[float, float]]] = {
    "gp2": (20, 16_384), "gp3": (20, 16_384), "io1": (0, 16_384), "io2": (0, 16_384), "standard": (20, 1_024),
}  # fmt: skip
RDS_IOPS: Final[Mapping[str, tuple[float, float]]] = {
    "gp3": (0, 64_000), "io1": (0, 256_000), "io2": (0, 256_000),
}  # fmt: skip
"""Fewer than the least 1,000 of io1 and io2 are billed as these."""
RDS_THROUGHPUT_MBPS: Final = (0.0, 4_000.0)
"""Of gp3."""

AURORA_GB: Final = (0.0, 262_144.0)
AURORA_READERS: Final = (0.0, 15.0)
OPENSEARCH_TYPES: Final[Mapping[str, str]] = {"magnetic": "standard"}
"""Types that EC2 calls otherwise."""
ELASTICACHE_NODES: Final = (0.0, 500.0)
"""Of a Redis OSS or Valkey cluster; Memcached has no stated end."""
DYNAMODB_ITEM_KB: Final = (0.0, 400.0)
