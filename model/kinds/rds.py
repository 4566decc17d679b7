"""RDS: managed relational databases."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from model.base import Fact
from model.catalog.instances import check_class
from model.catalog.limits import RDS_GB, RDS_IOPS, RDS_SQL_SERVER_GB, RDS_THROUGHPUT_MBPS, Sold
from model.component import Category, Component, InVpc
from model.quantity import MaybeQuantity, Quantity


class RdsUsage(Fact):
    """What an instance counts in a month."""

    instance_hours: MaybeQuantity = None
    """Of the primary alone; 730 when absent."""
    monthly_io_requests: MaybeQuantity = None
    """Magnetic storage only."""
    monthly_insights_requests: MaybeQuantity = None
    """API calls of Performance Insights."""
    cpu_credit_vcpu_hours: MaybeQuantity = None
    """CPU beyond the baseline of a burstable class; from the CPU time of the calls when absent."""


class Rds(Component, InVpc):
    """A database: class, storage, standby, replicas, backups."""

    service: ClassVar[str] = "Amazon RDS"
    category: ClassVar[Category] = "data"

    kind: Literal["rds"]
    usage: RdsUsage | None = None
    engine: Literal[
        "postgres",
        "mysql",
        "mariadb",
        "oracle-se1",
        "oracle-se2",
        "oracle-se2-cdb",
        "oracle-ee",
        "sqlserver-ex",
        "sqlserver-web",
        "sqlserver-se",
        "sqlserver-ee",
    ] = "postgres"
    license: Literal["included", "byol"] = "included"
    """Of Oracle and SQL Server: part of the rate, or brought along."""
    instance_class: str
    storage_gb: Quantity = 20.0
    storage_type: Literal["gp2", "gp3", "io1", "io2", "standard"] = "gp3"
    iops: Quantity = 3000.0
    """For gp3 (3,000 included below 400 GB) and provisioned types."""
    throughput_mbps: Quantity = 125.0
    """For gp3 (125 MB/s included below 400 GB)."""
    multi_az: bool = False
    replicas: Quantity = 0.0
    replica_class: str | None = None
    """The class of the primary when absent."""
    backup_days: int = Field(default=7, ge=0, le=35)
    backup_gb: Quantity = 0.0
    """Backup stored; as much as the database itself is free."""
    snapshot_gb: Quantity = 0.0
    """Manual snapshots kept beyond the free volume."""
    performance_insights_days: int = 7
    """Retention; seven days are free."""
    extended_support: Literal["none", "year1", "year3"] = "none"
    """A version past its standard support: billed per vCPU, dearer from the third year on."""
    max_connections: int | None = Field(default=None, ge=1)
    """When set in the parameter group; else the default of the class."""

    @field_validator("instance_class", "replica_class")
    @classmethod
    def _sold(cls, name: str | None) -> str | None:
        return None if name is None else check_class("rds", name)

    def sold(self) -> Iterator[Sold]:
        what, kind = f"with {self.storage_type}", self.storage_type
        sizes = RDS_SQL_SERVER_GB if self.engine.startswith("sqlserver") else RDS_GB
        yield Sold(("storage_gb",), self.storage_gb, *sizes[kind], f"GB {what}")
        if kind in RDS_IOPS:
            yield Sold(("iops",), self.iops, *RDS_IOPS[kind], f"IOPS {what}")
        if kind == "gp3":
            yield Sold(("throughput_mbps",), self.throughput_mbps, *RDS_THROUGHPUT_MBPS, f"MB/s {what}")

    def size(self) -> str:
        return f"{self.instance_class}{' Multi-AZ' if self.multi_az else ''}"
