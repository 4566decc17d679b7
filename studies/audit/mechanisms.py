"""How a database comes back after a failure, from its configuration."""

from __future__ import annotations

from model.component import Component
from model.kinds.aurora import Aurora
from model.kinds.rds import Rds
from studies.audit.case import StageCase
from studies.audit.limits import AURORA_FAILOVER, AURORA_RECREATE, LOG_BACKUP_S, RDS_FAILOVER, RESTORE, Recovery


def failover_of(component: Component, stage: StageCase) -> Recovery:
    """What happens when the instance is lost."""
    if isinstance(component, Aurora):
        return AURORA_FAILOVER if stage.value(component.readers) >= 1 else AURORA_RECREATE
    return RDS_FAILOVER if getattr(component, "multi_az", False) else RESTORE


def databases(stage: StageCase) -> dict[str, Component]:
    """The stage's databases whose recovery is configured here."""
    return {name: item for name, item in stage.graph.components.items() if isinstance(item, Rds | Aurora)}


def lost_s(component: Component) -> float:
    """Seconds of writes that a restore may lose; infinite without backups."""
    backup_days = getattr(component, "backup_days", 0)
    return LOG_BACKUP_S if backup_days else float("inf")
