"""The forecast: cost month by month along a growth curve, stage by stage, against budgets and commitments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.graph import Architecture
from model.kinds.account import Budgets
from model.problems import BadInput
from pricing.allowances import FreeTier
from pricing.bill import Range, range_of
from pricing.price_table import load_prices
from simulations.missed import its_targets
from studies.budget import keeps
from studies.committed import Offer, offers
from studies.forecast_month import Month, MonthBills, month_of
from studies.scaling import Users, driver
from studies.stage_capacity import Handover, StageCapacity, handovers, simulated_rooms
from studies.stage_rooms import ChooseStage, StageRoom, by_users, rooms_of

FREE_MONTHS = 12
"""How long the allowances of a new account last."""


@dataclass(frozen=True)
class BudgetLine:
    """One monthly threshold along the forecast."""

    usd: float
    first_month_over: int | None
    """By its likely cost, or more likely than not; None when it never is."""
    chance_by_month: tuple[float, ...]
    chance_ever: float
    """That at least one month goes over."""

    def as_json(self) -> dict[str, Any]:
        return {
            "usd": self.usd,
            "first_month_over": self.first_month_over,
            "chance_by_month": [round(chance, 4) for chance in self.chance_by_month],
            "chance_ever": round(self.chance_ever, 4),
        }


@dataclass(frozen=True)
class Forecast:
    """Cost along a growth curve."""

    architecture: str
    months: tuple[Month, ...]
    budgets: tuple[BudgetLine, ...]
    commitments: tuple[Offer, ...]
    driven_by: Mapping[str, str]
    """By stage: the assumption that the users stand for."""
    notes: tuple[str, ...] = field(default=())
    capacities: tuple[StageCapacity, ...] = ()
    """What each stage serves by simulation, where that was asked for: the stages then change by it."""

    @property
    def stops_holding(self) -> tuple[Handover, ...]:
        """The months in which the simulated stages no longer hold their targets."""
        return handovers([month.users for month in self.months], self.capacities)

    @property
    def allowances_end(self) -> tuple[int, float] | None:
        """The month without the allowances of a new account, and what its bill is more than with them."""
        ended = next((month for month in self.months if month.lost_allowances_usd is not None), None)
        return None if ended is None else (ended.number, ended.lost_allowances_usd or 0.0)

    @property
    def handovers(self) -> tuple[tuple[int, str], ...]:
        """(month, stage) where a stage begins."""
        stages = [month.stage for month in self.months]
        return tuple((index + 1, name) for index, name in enumerate(stages) if index == 0 or name != stages[index - 1])

    @property
    def holds(self) -> bool:
        """Whether no budget is broken in any month."""
        return all(line.first_month_over is None for line in self.budgets)

    def total(self, first: int = 1, last: int | None = None) -> Range:
        """The cost of several months together, added draw by draw, with what is paid once."""
        chosen = [month for month in self.months if first <= month.number <= (last or len(self.months))]
        once = sum(month.one_off_usd for month in chosen)
        whole = range_of(sum(month.cost.likely for month in chosen), [month.drawn for month in chosen])
        return Range(whole.low + once, whole.likely + once, whole.high + once)

    @property
    def taken(self) -> tuple[Offer, ...]:
        """The commitments that pay, of several for the same meters the one that saves most."""
        found: list[Offer] = []
        for offer in self.commitments:
            meters = {meter for other in found for meter in other.commitment.meters}
            if offer.pays and not meters & set(offer.commitment.meters):
                found.append(offer)
        return tuple(found)

    @property
    def total_committed(self) -> Range:
        """All months together with the commitments taken that pay, at the smaller and the larger discount."""
        whole = self.total()
        low, high = (sum(offer.saved_usd[end] for offer in self.taken) for end in (0, 1))
        return Range(whole.low - high, whole.likely - (low + high) / 2, whole.high - low)

    def as_json(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "months": [month.as_json() for month in self.months],
            "total": self.total().as_json(),
            "total_committed": self.total_committed.as_json(),
            "handovers": [{"month": month, "stage": stage} for month, stage in self.handovers],
            "budgets": [line.as_json() for line in self.budgets],
            "commitments": [offer.as_json() for offer in self.commitments],
            "allowances_end": None
            if self.allowances_end is None
            else {"month": self.allowances_end[0], "usd_per_month": round(self.allowances_end[1], 2)},
            "capacities": [item.as_json() for item in self.capacities],
            "stops_holding": [item.as_json() for item in self.stops_holding],
            "driven_by": dict(self.driven_by),
            "notes": list(self.notes),
        }


def forecast(
    architecture: Architecture,
    users: Sequence[Users],
    *,
    stages: Sequence[str] = (),
    choose: ChooseStage = by_users,
    free_tier: FreeTier = "always",
    budgets_usd: Sequence[float] | None = None,
    one_off_usd: Mapping[int, float] | None = None,
    prices_date: str | None = None,
    draws: int = 1000,
    seed: int = 0,
    capacities: Sequence[StageCapacity] = (),
) -> Forecast:
    """The cost of each month of a growth curve.

    With `free_tier` `12_months` the allowances of a new account count in months 1 to 12. `budgets_usd` are monthly
    thresholds, those of the document when absent. With simulated `capacities` a stage serves as many users as it
    holds its targets for, whatever the document means it for. Raise BadInput for an empty curve or an unknown stage.
    """
    if not users:
        raise BadInput("a forecast needs at least one month")
    prices = load_prices(architecture.region, prices_date)
    rooms = simulated_rooms(rooms_of(architecture, stages), capacities)
    once = one_off_usd or {}
    months = []
    for number, active in enumerate(users, start=1):
        ended = free_tier == "12_months" and number > FREE_MONTHS
        bills = MonthBills(architecture, active, prices, "always" if ended else free_tier, draws, seed)
        month = month_of(number, active, rooms, choose, bills, once.get(number, 0.0))
        if ended and number == FREE_MONTHS + 1:
            before = replace(bills, free_tier="12_months", draws=0).at(month.stage).total.likely
            month = replace(month, lost_allowances_usd=month.bill.total.likely - before)
        months.append(month)
    limits = document_budgets(architecture) if budgets_usd is None else tuple(budgets_usd)
    used = dict.fromkeys(month.stage for month in months)
    return Forecast(
        architecture.name,
        tuple(months),
        tuple(_budget(usd, months) for usd in sorted(limits)),
        offers([month.bill for month in months], prices),
        {name: driver(architecture.at(name)) or "the stated users" for name in used},
        tuple(_notes(rooms, months, capacities)),
        tuple(capacities),
    )


def document_budgets(architecture: Architecture) -> tuple[float, ...]:
    """The alert thresholds that the document sets: of its budgets, its claims and its cost targets."""
    found = {
        usd for item in architecture.every_component().values() if isinstance(item, Budgets) for usd in item.alert_usd
    }
    found |= {claim.low for claim in architecture.claims if claim.kind == "budget_alert" and claim.low is not None}
    found |= {item.threshold for item in architecture.targets.values() if item.metric == "monthly_cost_usd"}
    return tuple(sorted(found))


def _budget(usd: float, months: Sequence[Month]) -> BudgetLine:
    over = [month.number for month in months if not keeps(month.cost.likely, _chance(month, usd), usd)]
    broken = np.any([month.drawn > usd for month in months], axis=0) if months[0].drawn.size else bool(over)
    return BudgetLine(
        usd,
        over[0] if over else None,
        tuple(_chance(month, usd) for month in months),
        float(np.mean(broken)),
    )


def _chance(month: Month, usd: float) -> float:
    return float(np.mean(month.drawn > usd)) if month.drawn.size else float(month.cost.likely > usd)


def _notes(rooms: Sequence[StageRoom], months: Sequence[Month], capacities: Sequence[StageCapacity]) -> list[str]:
    """What a reader must know before using the figures."""
    by_ranges = (
        "stages change by the document's user ranges; whether a stage holds its targets is for a simulation to say"
    )
    by_capacity = (
        "stages change when a simulation of the busiest hour no longer holds the targets that a light "
        "load holds; a spare in another zone, backups and growth beyond the likely one are reasons to change before"
    )
    notes = [by_capacity if capacities else by_ranges]
    most = rooms[-1]
    if capacities:
        most = max(rooms, key=lambda room: room.users)
    late = [month.number for month in months if month.users.likely > most.users]
    if late:
        missed = next((item.aside for item in capacities if item.stage == most.name), ())
        meant = f"holds {its_targets(missed)} for" if capacities else "is meant for"
        notes.append(f"from month {late[0]} on there are more users than the last stage, {most.name}, {meant}")
    return notes
