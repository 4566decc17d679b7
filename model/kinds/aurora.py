"""Aurora: clustered databases, provisioned or Serverless v2."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.base import Fact
from model.catalog.instances import check_class
from model.catalog.limits import AURORA_GB, AURORA_READERS, Sold
from model.component import Category, Component, InVpc
from model.problems import below_sibling
from model.quantity import MaybeQuantity, Quantity


class AuroraUsage(Fact):
    """What a cluster counts in a month."""

    monthly_io_requests: MaybeQuantity = None
    """Storage I/O, billed on the standard configuration."""
    mean_acu: MaybeQuantity = None
    """Mean capacity of each Serverless v2 instance while it is active."""
    active_share: MaybeQuantity = None
    """Share of the month in which a Serverless v2 instance is not paused."""
    monthly_insights_requests: MaybeQuantity = None


class AcuRange(Fact):
    """Bounds of a Serverless v2 capacity, in steps of half a unit."""

    min: float = Field(ge=0, le=256, multiple_of=0.5)
    max: float = Field(ge=1, le=256, multiple_of=0.5)

    @field_validator("max")
    @classmethod
    def _not_below_min(cls, high: float, info: ValidationInfo) -> float:
        if "min" in info.data and high < info.data["min"]:
            raise below_sibling(high, "min", info.data["min"])
        return high


class Aurora(Component, InVpc):
    """A cluster: instances of one class or a capacity range, storage that grows by itself, I/O."""

    service: ClassVar[str] = "Amazon Aurora"
    category: ClassVar[Category] = "data"

    kind: Literal["aurora"]
    usage: AuroraUsage | None = None
    engine: Literal["postgres", "mysql"] = "postgres"
    instance_class: str | None = None
    """A class for provisioned instances; absent for Serverless v2."""
    acu: AcuRange | None = None
    """The capacity range of Serverless v2; absent for provisioned instances."""
    writers: Quantity = 1.0
    readers: Quantity = 0.0
    storage_gb: Quantity = 10.0
    io_optimised: bool = False
    backup_days: int = Field(default=1, ge=1, le=35)
    backup_gb: Quantity = 0.0
    """Backup stored; one day's worth of the cluster's volume is free."""
    snapshot_gb: Quantity = 0.0
    snapshot_export_gb: Quantity = 0.0
    backtrack_change_records: Quantity = 0.0
    """Mean stored change records (MySQL)."""
    performance_insights_days: int = 7
    extended_support: Literal["none", "year1", "year3"] = "none"
    """A version past its standard support: billed per vCPU, dearer from the third year on."""
    io_per_read: Quantity = 1.0
    """Storage I/O of one read, assumed: about ten pages touched, nine of them in the buffer cache."""
    io_per_write: Quantity = 4.0
    """Storage I/O of one write, assumed: the row, two indexes and the commit, in log records of 4 KB."""
    acu_per_request_per_s: Quantity = 0.025
    """Capacity that one request per second needs: what the derived mean capacity follows."""
    scale_s: Quantity = 15.0
    """Time to scale up one step, or to resume."""

    @field_validator("instance_class")
    @classmethod
    def _sold(cls, name: str | None) -> str | None:
        return None if name is None else check_class("aurora", name)

    @field_validator("acu")
    @classmethod
    def _one_of_both(cls, acu: AcuRange | None, info: ValidationInfo) -> AcuRange | None:
        if acu is not None and info.data.get("instance_class") is not None:
            raise ValueError("a cluster has either an instance_class or an acu range")
        return acu

    def sold(self) -> Iterator[Sold]:
        yield Sold(("storage_gb",), self.storage_gb, *AURORA_GB, "GB in a cluster")
        yield Sold(("readers",), self.readers, *AURORA_READERS, "readers in a cluster")

    @property
    def serverless(self) -> bool:
        return self.acu is not None

    def size(self) -> str:
        if self.acu is not None:
            return f"{self.acu.min:g}-{self.acu.max:g} ACU"
        return self.instance_class or ""
