"""Usage: what every component of a stage counts in a month, by the metering rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from model.quantity import Values, some_positive
from model.sizing import SizedGraph
from model.traffic import Traffic, traffic
from pricing.metering.registry import rule_of
from pricing.metering.site import DependsOnUsage, Measured, Metered, Site, Usage

UNSTATED: Final = "no workload and no usage are stated"


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
        unstated = _is_unstated(site)
        for counted in rule_of(component.kind)(site):
            yield name, _open(counted) if unstated else counted


def _is_unstated(site: Site[Any]) -> bool:
    """Whether there are endpoints but nothing says how much comes: no workload, no call here, no usage of its own."""
    if not site.graph.endpoints:
        return False
    stated = site.values["monthly_requests"], site.values["monthly_active_users"], site.load.monthly_calls
    known = getattr(site.component, "usage", None) is not None or bool(site.measured)
    return not known and not any(some_positive(value) for value in stated)


def _open(counted: Usage) -> Usage:
    """A quantity of zero that nobody stated is not known to be zero: it depends on usage."""
    if isinstance(counted, Metered) and not some_positive(counted.quantity):
        return DependsOnUsage(counted.meter, UNSTATED)
    return counted
