"""Usage: what every component of a stage counts in a month, by the metering rules."""

from __future__ import annotations

from collections.abc import Iterator

from model.quantity import Values
from model.sizing import SizedGraph
from model.traffic import Traffic, traffic
from pricing.metering.registry import rule_of
from pricing.metering.site import Measured, Site, Usage


def usage(
    graph: SizedGraph, values: Values | None = None, measured: Measured | None = None
) -> Iterator[tuple[str, Usage]]:
    """(component, what it counts), in the order of the document.

    `values` are the assumptions' values (likely ones when absent; arrays of draws give arrays); `measured` replaces
    derived quantities by what a simulation counted.
    """
    known = graph.likely if values is None else values
    around: Traffic = traffic(graph, known)
    for name, component in graph.components.items():
        site = Site(name, component, graph, around, known, (measured or {}).get(name, {}))
        for counted in rule_of(component.kind)(site):
            yield name, counted
