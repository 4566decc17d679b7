"""The months of a report's growth in which the simulated stages stop holding their targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from studies.scaling import Users
from studies.stage_capacity import Handover, StageCapacity, handovers

if TYPE_CHECKING:
    from reports.report_model import StageReport


class HandedOver(NamedTuple):
    """One stage's hand-over."""

    change: Handover
    users: float
    """For whom the stage holds its targets."""
    missed: tuple[str, ...]
    """Targets that it misses for any number of users."""


def handed_over(users: Sequence[Users], stages: Sequence[StageReport]) -> tuple[HandedOver, ...]:
    """The hand-over of every simulated stage with users, in their order."""
    looks = [(stage.name, stage.simulated.outlook.capacity) for stage in stages if stage.simulated is not None]
    found = [
        StageCapacity(name, Users.exactly(found.users), (), found.missed_at_any_load, "", len(found.trials))
        for name, found in looks
        if found.users
    ]
    changes = handovers(users, found)
    return tuple(HandedOver(change, item.users.likely, item.aside) for change, item in zip(changes, found, strict=True))
