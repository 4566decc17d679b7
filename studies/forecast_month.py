"""One month of a forecast: the stage that serves it, and its cost over all stages that the users' range may need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.assumptions import drawn_values
from model.graph import Architecture
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.bill import Bill, Range, range_of
from pricing.price import price
from pricing.price_table import PriceTable
from studies.scaling import Users, at_users
from studies.stage_rooms import ChooseStage, StageRoom

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Month:
    """One month of the forecast."""

    number: int
    users: Users
    stage: str
    """That serves the likely users."""
    bill: Bill
    """Of that stage."""
    cost: Range
    """Of use, over all stages that the users' range may need; what is paid once is apart."""
    stage_chances: Mapping[str, float]
    """How likely each stage is the one that serves the month."""
    one_off_usd: float = 0.0
    drawn: Floats = field(default_factory=lambda: np.zeros(0), repr=False, compare=False)
    """The month's cost for every draw, shape (draws,)."""
    lost_allowances_usd: float | None = None
    """In the first month without the allowances of a new account: what they would still have saved."""

    def as_json(self) -> dict[str, Any]:
        return {
            "month": self.number,
            "users": {"low": self.users.low, "likely": self.users.likely, "high": self.users.high},
            "stage": self.stage,
            "stage_chances": {name: round(chance, 4) for name, chance in self.stage_chances.items()},
            "cost": self.cost.as_json(),
            "one_off_usd": self.one_off_usd,
            "free_tier": self.bill.free_tier,
            "complete": self.bill.complete,
        }


@dataclass(frozen=True)
class MonthBills:
    """The bills of a month at every stage that it may need, under the same draws."""

    architecture: Architecture
    users: Users
    prices: PriceTable
    free_tier: FreeTier
    draws: int
    seed: int

    def graph(self, stage: str) -> SizedGraph:
        return at_users(self.architecture.at(stage), self.users)

    def at(self, stage: str) -> Bill:
        graph = self.graph(stage)
        return price(graph, self.prices, free_tier=self.free_tier, draws=self.draws, seed=self.seed, explain=False)

    def drawn_users(self, stage: str) -> Floats:
        graph = self.graph(stage)
        values = graph.values(drawn_values(graph.assumptions, self.seed, self.draws))
        return np.broadcast_to(values["monthly_active_users"], (self.draws,)).astype(np.float64)


def month_of(
    number: int, users: Users, rooms: Sequence[StageRoom], choose: ChooseStage, bills: MonthBills, once: float
) -> Month:
    """Each draw of the users is served, and paid, at the stage that it needs."""
    likely = choose(rooms, users)
    bill = bills.at(likely)
    if not bills.draws:
        return Month(number, users, likely, bill, bill.total, {likely: 1.0}, once)
    chosen = np.array([choose(rooms, Users.exactly(count)) for count in bills.drawn_users(likely)])
    drawn = np.zeros(bills.draws)
    chances = {}
    for stage in dict.fromkeys(room.name for room in rooms if room.name in chosen):
        served = chosen == stage
        costs = _drawn(bill if stage == likely else bills.at(stage), bills.draws)
        drawn[served] = costs[served]
        chances[stage] = float(served.mean())
    return Month(number, users, likely, bill, range_of(bill.total.likely, [drawn]), chances, once, drawn)


def _drawn(bill: Bill, draws: int) -> Floats:
    return np.asarray(sum(bill.component_draws.values(), start=np.zeros(draws)), dtype=np.float64)
