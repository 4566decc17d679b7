"""What one incident adds to the month's bill: the usual month beside one with the incident, rated alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from model.problems import BadInput
from model.quantity import Formula
from model.sizing import SizedGraph
from pricing.price import price
from pricing.price_table import PriceTable
from simulations.scenarios.play import Incident

__all__ = ["IncidentCost", "incident_cost"]


@dataclass(frozen=True)
class IncidentCost:
    """USD of a month, at the likely values."""

    usual_usd: float
    with_incident_usd: float

    @property
    def added_usd(self) -> float:
        """What the incident costs."""
        return self.with_incident_usd - self.usual_usd

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "usual_usd": self.usual_usd,
            "with_incident_usd": self.with_incident_usd,
            "added_usd": self.added_usd,
        }


def incident_cost(incident: Incident, prices: PriceTable) -> IncidentCost:
    """The bill of a usual month and of one with such an incident.

    The calls of functions, their time and cold starts, capacity units and task-hours differ as simulated; the requests
    that a surge brings raise whatever follows the month's requests. All other usage is that of the month.
    """
    if incident.compiled is None:
        raise BadInput("an incident that was read back has no graph to price")
    graph = incident.compiled.graph
    usual = price(graph, prices, draws=0, measured=incident.usual_month).total.likely
    with_it = price(_surged(graph, incident), prices, draws=0, measured=incident.month).total.likely
    return IncidentCost(usual, with_it)


def _surged(graph: SizedGraph, incident: Incident) -> SizedGraph:
    """The stage with a surge's requests in its month."""
    stage = incident.compiled
    monthly = sum(float(stage.traffic.endpoint_calls[name]) for name in stage.answered) if stage is not None else 0.0
    if incident.more_requests <= 0 or monthly <= 0:
        return graph
    requests = Formula.parse(f"({graph.workload.monthly_requests}) * {1 + incident.more_requests / monthly!r}")
    return replace(graph, workload=graph.workload.model_copy(update={"monthly_requests": requests}))
