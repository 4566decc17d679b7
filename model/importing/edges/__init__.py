"""Connections: what says that one resource calls, feeds, reads or guards another, one kind of evidence per file."""

from collections.abc import Iterator

from model.importing.components import Components
from model.importing.edges.balancers import balancer_edges
from model.importing.edges.events import event_edges
from model.importing.edges.fronts import front_edges
from model.importing.edges.grants import grant_edges
from model.importing.edges.networks import network_edges
from model.importing.edges.stores import store_edges
from model.importing.found import Edge, Scene


def evident_edges(scene: Scene, made: Components) -> Iterator[Edge]:
    """Every connection between resources that something in the file speaks for."""
    yield from scene.inventory.edges
    yield from balancer_edges(scene)
    yield from front_edges(scene, made)
    yield from event_edges(scene)
    yield from store_edges(scene)
    yield from grant_edges(scene, made)
    yield from network_edges(scene, made)


__all__ = ["evident_edges"]
