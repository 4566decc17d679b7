"""RDS Proxy: a connection pool in front of a database."""

from typing import ClassVar, Literal

from pydantic import Field

from model.base import Name
from model.component import Category, Component, InVpc, NoUsage


class RdsProxy(Component, InVpc):
    """Billed per vCPU-hour of the database behind it (or per ACU-hour)."""

    service: ClassVar[str] = "Amazon RDS Proxy"
    category: ClassVar[Category] = "data"

    kind: Literal["rds_proxy"]
    usage: NoUsage | None = None
    database: Name
    """The component behind it."""
    max_connections_percent: float = Field(default=100, gt=0, le=100)
