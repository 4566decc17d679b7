"""One architecture of a break-even: how it was sized, and what it costs at every load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.sizing import SizedGraph
from pricing.bill import Range, range_of
from studies.breakeven.costs import Costs
from studies.breakeven.sizing import Sizing


@dataclass(frozen=True)
class Side:
    """One architecture at one stage."""

    sizing: Sizing
    costs: Costs

    @property
    def graph(self) -> SizedGraph:
        return self.sizing.graph

    @property
    def name(self) -> str:
        return self.graph.architecture.name

    @property
    def title(self) -> str:
        return self.graph.architecture.title

    @property
    def stage(self) -> str:
        return self.graph.stage.name

    def usd(self, point: int) -> Range:
        """The whole bill at a load."""
        row = self.costs.total[point]
        return range_of(float(row[0]), [row[1:]] if row.size > 1 else [])

    def compute_usd(self, point: int) -> Range:
        """Functions, tasks, and the door to them."""
        row = self.costs.compute[point]
        return range_of(float(row[0]), [row[1:]] if row.size > 1 else [])

    def tasks(self, point: int) -> float:
        """Of all services in the busiest hour."""
        return float(sum(count[point] for count in self.costs.tasks.values()))

    def kept(self, point: int) -> float:
        """Of all functions: instances kept warm."""
        return float(sum(count[point] for count in self.costs.kept.values()))

    def as_json(self, point: int) -> dict[str, Any]:
        """The side at one load."""
        return {
            "architecture": self.name,
            "usd_per_month": self.usd(point).as_json(),
            "compute_usd_per_month": self.compute_usd(point).as_json(),
            "door_usd_per_month": round(float(self.costs.door[point, 0]), 4),
            "tasks_at_peak": {name: int(count[point]) for name, count in self.costs.tasks.items()},
            "mean_tasks": {name: round(float(count[point]), 3) for name, count in self.costs.mean_tasks.items()},
            "provisioned": {name: int(count[point]) for name, count in self.costs.kept.items() if count[point] > 0},
        }
