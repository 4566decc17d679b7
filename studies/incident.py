"""What one incident adds to the month's bill: the usual month beside one with the incident, rated alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.problems import BadInput
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

    The calls of functions, their time and cold starts, and task-hours differ; all other usage is that of the month.
    """
    if incident.compiled is None:
        raise BadInput("an incident that was read back has no graph to price")
    graph = incident.compiled.graph
    usual, with_it = (
        price(graph, prices, draws=0, measured=month).total.likely for month in (incident.usual_month, incident.month)
    )
    return IncidentCost(usual, with_it)
