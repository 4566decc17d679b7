"""Which stage serves how many users: by the document's ranges, or by whatever a study passes instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from model.graph import Architecture
from studies.scaling import Users, users_of


@dataclass(frozen=True)
class StageRoom:
    """A stage and the users up to which it serves."""

    name: str
    users: float


ChooseStage = Callable[[Sequence[StageRoom], Users], str]
"""Which stage serves some users: by the document's user ranges, unless a study that simulates passes its own."""


def by_users(rooms: Sequence[StageRoom], users: Users) -> str:
    """The smallest stage that serves the likely users; the largest when none does."""
    return next((room.name for room in rooms if users.likely <= room.users), rooms[-1].name)


def rooms_of(architecture: Architecture, stages: Sequence[str] = ()) -> tuple[StageRoom, ...]:
    """The stages in the order of the users that they serve, up to the top of the document's range for each."""
    names = [architecture.stage(name).name for name in stages] or list(architecture.stage_names)
    rooms = [StageRoom(name, users_of(architecture.at(name)).high) for name in names]
    return tuple(sorted(rooms, key=lambda room: room.users))
