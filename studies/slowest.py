"""Where the time of a request goes, before any wait."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from model.sizing import SizedGraph
from model.traffic import traffic
from studies.amounts import plain


@dataclass(frozen=True)
class Slowest:
    """The component in which a mean request spends most time."""

    component: str
    own_ms: float
    whole_ms: float

    def __str__(self) -> str:
        return f"{self.component} takes {plain(self.own_ms)} of {plain(self.whole_ms)} ms on average"


def slowest_of(graph: SizedGraph, endpoints: Collection[str] = ()) -> Slowest | None:
    """Of a mean request to those endpoints (all when empty); None where nothing arrives."""
    asked = {name: item for name, item in graph.endpoints.items() if not endpoints or name in endpoints}
    around = traffic(replace(graph, endpoints=asked))
    calls = sum(float(count) for count in around.endpoint_calls.values())
    whole = sum(float(around.endpoint_ms[name]) * float(count) for name, count in around.endpoint_calls.items())
    own = {name: float(load.monthly_own_ms) for name, load in around.loads.items()}
    if not own or calls <= 0:
        return None
    name = max(sorted(own), key=lambda item: own[item])
    return Slowest(name, own[name] / calls, whole / calls)
