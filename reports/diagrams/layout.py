"""The one place where a set of pictures becomes coordinates: arrangement, places, routes, spots for labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.diagrams import engine
from reports.diagrams.aligning import Aligner
from reports.diagrams.arrangement import Arrangement
from reports.diagrams.geometry import Box, hull
from reports.diagrams.groupnames import name_boxes
from reports.diagrams.labels import Spot, place_labels
from reports.diagrams.locks import read_lock
from reports.diagrams.packing import Packer
from reports.diagrams.picture import Picture, ancestors
from reports.diagrams.placement import Placement
from reports.diagrams.routing import Route, Router
from reports.diagrams.search import Search
from reports.diagrams.topology import LineKey, Topology, unite

CANDIDATES = 3000
"""Arrangements that are tried when no lock fits; a count, so that every machine finds the same."""


@dataclass(frozen=True)
class Layout:
    """Coordinates for every picture that was laid out together."""

    topology: Topology
    arrangement: Arrangement
    placement: Placement
    routes: dict[LineKey, Route]
    labels: dict[LineKey, Spot]

    @cached_property
    def extent(self) -> Box:
        """Around everything that any of the pictures draws."""
        points = [point for route in self.routes.values() for point in route.points]
        labels = [spot.box for spot in self.labels.values()]
        return hull([self.placement.extent, *labels, *(Box(x, y, x, y) for x, y in points)])


def lay_out(
    pictures: Picture | Sequence[Picture],
    name: str = "",
    *,
    candidates: int = CANDIDATES,
    seed: int = 0,
    engine_name: str = engine.PURE,
) -> Layout:
    """Lays out all pictures at once, so that each keeps its coordinates from stage to stage.

    The arrangement comes from the lock file of `name` when there is one and it fits; else it is searched for.
    Raises `PictureError` when the pictures contradict each other, `EngineError` when the engine is missing.
    """
    together = (pictures,) if isinstance(pictures, Picture) else tuple(pictures)
    topology = unite(together)
    locked = read_lock(name, topology) if name else None
    return routed(topology, locked or Search(topology, seed).best(candidates, engine_name).arrangement)


def routed(topology: Topology, arrangement: Arrangement) -> Layout:
    """Everything that follows from an arrangement."""
    placement = Aligner(topology).place(Packer(topology).pack(arrangement))
    names = list(name_boxes(topology, placement).values())
    around = {key: frozenset(ancestors(key[1], topology.parents)) for key in topology.cards}
    routes = Router(placement, names, around).route(topology.lines)
    spots = place_labels(placement, routes, topology.labels, names)
    return Layout(topology, arrangement, placement, routes, spots)
