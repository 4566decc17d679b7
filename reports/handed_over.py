"""The months of a report's growth in which the simulated stages stop holding their targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studies.scaling import Users
from studies.stage_capacity import Handover, StageCapacity, handovers

if TYPE_CHECKING:
    from reports.report_model import StageReport


def handed_over(users: Sequence[Users], stages: Sequence[StageReport]) -> tuple[tuple[Handover, float], ...]:
    """(hand-over, users that the stage holds its targets for) of every simulated stage with users, in their order."""
    looks = [(stage.name, stage.simulated.outlook.capacity) for stage in stages if stage.simulated is not None]
    found = [
        StageCapacity(name, Users.exactly(found.users), (), found.missed_at_any_load, "", len(found.trials))
        for name, found in looks
        if found.users
    ]
    return tuple(zip(handovers(users, found), [item.users.likely for item in found], strict=True))
