"""A compiled stage with other numbers of open tasks: the same program, told how far its fleets have scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulations.compiling.compilation import Place
from simulations.compiling.stage_program import CompiledStage

__all__ = ["with_open_tasks"]


def with_open_tasks(stage: CompiledStage, tasks: Mapping[str, int]) -> CompiledStage:
    """The stage with so many tasks of each service named open at first, within what its fleet may have."""
    groups = {group.name: group for group in stage.program.groups}
    wanted = {name: min(count, groups[name].tasks) for name, count in tasks.items() if name in groups}
    if all(groups[name].open == count for name, count in wanted.items()):
        return stage
    program = replace(
        stage.program,
        groups=tuple(replace(group, open=wanted.get(group.name, group.open)) for group in stage.program.groups),
        stations=tuple(
            replace(station, servers=wanted[station.name.removesuffix(".workers")])
            if station.name.endswith(".workers") and station.name.removesuffix(".workers") in wanted
            else station
            for station in stage.program.stations
        ),
    )
    places = tuple(_resized(place, wanted) for place in stage.places)
    return replace(stage, program=program, places=places, tasks={**stage.tasks, **wanted})


def _resized(place: Place, tasks: Mapping[str, int]) -> Place:
    """The place with the stations of the open tasks."""
    count = tasks.get(place.component)
    if count is None or not place.names[0].startswith(f"{place.component}[0]"):
        return place
    what = place.names[0].removeprefix(f"{place.component}[0]")
    return replace(place, names=tuple(f"{place.component}[{k}]{what}" for k in range(count)))
