"""What may go wrong, as frozen values: one class for each kind of fault, with its times. Seconds count from the fault.

A time that is absent follows from the component (how long a task starts) and the simulator's facts (how long a
failover takes), which the result lists.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from model.base import Fact, Name

__all__ = [
    "ColdMorning",
    "DatabaseFailover",
    "ExternalDown",
    "ExternalSlow",
    "Fault",
    "Scenario",
    "TaskLost",
    "ViralSpike",
    "ZoneLost",
]

Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Scenario(Fact):
    """What every scenario has."""

    scenario: Name
    title: str
    component: Name | None = None
    """What is hit; absent: whatever the kind of fault finds in the graph."""
    lasts_s: Seconds | None = None
    """How long it lasts, where nothing else says it."""
    before_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    """Watched before it begins."""
    after_s: Annotated[float, Field(gt=0, le=86_400)] = 300.0
    """Watched after it is over."""


class TaskLost(Scenario):
    """Tasks of one service exit; new ones are started in their place."""

    fault: Literal["task_lost"]
    tasks: int = Field(default=1, ge=1)


class ZoneLost(Scenario):
    """An availability zone is gone: its part of every service, its instances of functions, databases that live there.

    The zone of the databases is the one that is lost.
    """

    fault: Literal["az_lost"]
    zones: int | None = Field(default=None, ge=2, le=6)
    """Among how many zones services are spread; absent: those of the VPC, or 3."""


class DatabaseFailover(Scenario):
    """A database's primary is gone until a standby, a reader or a new host takes over."""

    fault: Literal["database_failover"]


class ExternalSlow(Scenario):
    """An external service takes several times as long."""

    fault: Literal["external_slow"]
    times: float = Field(default=10.0, gt=1, le=10_000)


class ExternalDown(Scenario):
    """An external service refuses every call, or (`hangs`) keeps callers waiting until it is back."""

    fault: Literal["external_down"]
    hangs: bool = False


class ColdMorning(Scenario):
    """Full load meets what the night has left: no idle instance of a function, services at their fewest tasks."""

    fault: Literal["cold_morning"]


class ViralSpike(Scenario):
    """Several times as many requests, for a while."""

    fault: Literal["viral_spike"]
    times: float = Field(default=10.0, gt=0, le=1000)
    rise_s: Seconds = 30.0
    """In which the rate climbs, and falls again."""


Fault = Annotated[
    TaskLost | ZoneLost | DatabaseFailover | ExternalSlow | ExternalDown | ColdMorning | ViralSpike,
    Field(discriminator="fault"),
]
