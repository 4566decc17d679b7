"""S3: object storage by class."""

from typing import ClassVar, Literal

from pydantic import Field

from model.base import Fact
from model.component import Category, Component, shown
from model.quantity import MaybeQuantity, Quantity

StorageClass = Literal[
    "standard",
    "standard_ia",
    "one_zone_ia",
    "intelligent_tiering",
    "glacier_instant",
    "glacier_flexible",
    "glacier_deep_archive",
]


class S3Usage(Fact):
    """What a bucket counts in a month."""

    monthly_put_requests: MaybeQuantity = None
    """PUT, COPY, POST, LIST."""
    monthly_get_requests: MaybeQuantity = None
    """GET, SELECT and the rest."""
    monthly_retrieval_gb: MaybeQuantity = None
    """Read back from the infrequent-access and archive classes."""
    monthly_lifecycle_transitions: MaybeQuantity = None
    monthly_monitored_objects: MaybeQuantity = None
    """Objects that intelligent tiering watches."""
    monthly_select_scanned_gb: MaybeQuantity = None
    monthly_select_returned_gb: MaybeQuantity = None
    monthly_early_delete_gb: MaybeQuantity = None
    monthly_expedited_requests: MaybeQuantity = None
    monthly_standard_retrieval_requests: MaybeQuantity = None
    """From the archive classes."""
    monthly_bulk_retrieval_requests: MaybeQuantity = None
    """From the deep archive."""
    monthly_bulk_retrieval_gb: MaybeQuantity = None
    monthly_inventory_objects: MaybeQuantity = None
    monthly_analytics_objects: MaybeQuantity = None
    monthly_batch_jobs: MaybeQuantity = None
    monthly_batch_objects: MaybeQuantity = None
    monthly_tag_count: MaybeQuantity = None


class S3(Component):
    """A bucket (or several of one purpose): stored volume, and how it spreads over the storage classes."""

    service: ClassVar[str] = "Amazon S3"
    category: ClassVar[Category] = "data"

    kind: Literal["s3"]
    usage: S3Usage | None = None
    storage_gb: Quantity = 0.0
    """Mean volume stored over the month, all classes together."""
    classes: dict[StorageClass, Quantity] = Field(default={"standard": 1.0})
    """Share of the volume by storage class."""
    infrequent_share: Quantity = 0.0
    """Share of the volume under intelligent tiering that was not read for 30 days."""
    versioning: bool = False
    lifecycle: bool = False

    def size(self) -> str:
        return shown(self.storage_gb, "GB") if isinstance(self.storage_gb, float) and self.storage_gb else ""
