"""Limits of the provider that every account starts with, and times of its recovery mechanisms, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LAMBDA_CONCURRENCY: Final = 1000
"""Concurrent executions of an account in a region until a raise is granted; new accounts may start with less
(AWS Lambda developer guide, Lambda quotas)."""

AURORA_GIB_PER_ACU: Final = 2.0
"""Memory of one capacity unit (Amazon Aurora user guide, Aurora Serverless v2)."""

AURORA_SMALL_MIN_ACU: Final = 0.5
AURORA_SMALL_MAX_CONNECTIONS: Final = 2000
"""A cluster that may shrink to half a unit (or less) has at most so many connections (same guide)."""

MAX_CONNECTIONS: Final = 5000
BYTES_PER_CONNECTION: Final = 9_531_392
"""PostgreSQL's default: memory / 9,531,392, at most 5,000 (Amazon RDS user guide, quotas)."""

DRIVER_POOL: Final = 10
"""Connections that one task holds when nothing says otherwise: the default of the usual drivers (node-postgres)."""


@dataclass(frozen=True)
class Recovery:
    """How long a mechanism takes, in seconds."""

    what: str
    low_s: float
    high_s: float
    source: str


RDS_FAILOVER: Final = Recovery(
    "failover to the standby", 60, 120, "Amazon RDS user guide, Multi-AZ: typically 60 to 120 seconds"
)
AURORA_FAILOVER: Final = Recovery(
    "promotion of a reader", 20, 60, "Amazon Aurora user guide and FAQ: typically within 30 to 60 seconds"
)
AURORA_RECREATE: Final = Recovery(
    "a new instance, there being no reader",
    60,
    600,
    "Amazon Aurora user guide and FAQ: without a reader under 10 minutes",
)
RESTORE: Final = Recovery(
    "a restore from backup",
    900,
    7200,
    "assumption: a quarter of an hour for a new instance, up to two hours with volume, replay and new addresses",
)
LOG_BACKUP_S: Final = 300.0
"""Automated backups store the transaction logs every five minutes (Amazon RDS user guide)."""
