"""What providers promise: the availability of each service from its service level agreement (`slas.csv`)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from model.component import Component
from studies.audit.case import StageCase

SLAS: Final = Path(__file__).parent / "slas.csv"


@dataclass(frozen=True)
class Sla:
    """The promise for one kind of component, under a condition on how it is deployed."""

    kind: str
    condition: str
    """`multi_az`, `single_az`, or nothing when it holds always."""
    share: float
    """Of the month, 0 to 1."""
    source: str
    confidence: str


@cache
def load_slas(path: Path = SLAS) -> tuple[Sla, ...]:
    """Every promise of the file."""
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(
            Sla(row["kind"], row["condition"], float(row["percent"]) / 100, row["source"], row["confidence"])
            for row in csv.DictReader(file)
        )


def sla_of(component: Component, stage: StageCase) -> Sla | None:
    """The promise that covers a component as it is deployed at a stage; None when its provider gives none."""
    condition = "multi_az" if spans_zones(component, stage) else "single_az"
    fitting = (item for item in load_slas() if item.kind == component.kind and item.condition in ("", condition))
    return next(fitting, None)


def spans_zones(component: Component, stage: StageCase) -> bool:
    """Whether one zone may be lost: a standby, a reader, or a second task."""
    if getattr(component, "multi_az", False):
        return True
    readers = getattr(component, "readers", None)
    if readers is not None:
        return stage.value(readers) >= 1
    tasks = getattr(component, "tasks", None)
    if tasks is not None:
        return bool(tasks.min >= 2)
    count = getattr(component, "count", None)
    return component.kind == "ec2" and count is not None and stage.value(count) >= 2
