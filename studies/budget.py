"""The budget gate: whether a bill keeps to a budget, and how likely it is to go over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pricing.bill import Bill, Range
from studies.amounts import dollar_span, dollars, percent


@dataclass(frozen=True)
class BudgetVerdict:
    """One bill beside a budget.

    It holds when the likely bill does and going over is no more probable than not: with skewed assumptions most draws
    may lie above the likely value.
    """

    architecture: str
    stage: str
    budget_usd: float
    total: Range
    complete: bool
    chance_above: float
    """Share of the draws in which the bill goes over."""

    @property
    def holds(self) -> bool:
        return keeps(self.total.likely, self.chance_above, self.budget_usd)

    def as_json(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "stage": self.stage,
            "budget_usd": self.budget_usd,
            "total": self.total.as_json(),
            "complete": self.complete,
            "holds": self.holds,
            "chance_above": round(self.chance_above, 4),
        }

    def __str__(self) -> str:
        word = "within" if self.holds else "over"
        least = "" if self.complete else "at least "
        return (
            f"{self.architecture}, {self.stage}: {least}{dollars(self.total.likely)} a month "
            f"({dollar_span(self.total.low, self.total.high)}) is {word} the budget of {dollars(self.budget_usd)}; "
            f"chance of going over {percent(self.chance_above)}"
        )


TOLERATED_CHANCE = 0.5
"""Of going over: above it a budget is broken although the likely bill keeps to it."""


def keeps(likely: float, chance: float, budget_usd: float) -> bool:
    """Whether a cost keeps to a budget: its likely value, and more often than not."""
    return likely <= budget_usd and chance <= TOLERATED_CHANCE


def check_budget(bill: Bill, budget_usd: float) -> BudgetVerdict:
    """The verdict on one bill."""
    return BudgetVerdict(
        bill.architecture, bill.stage, budget_usd, bill.total, bill.complete, chance_above(bill, budget_usd)
    )


def check_budgets(bills: Iterable[Bill], budget_usd: float) -> tuple[BudgetVerdict, ...]:
    """The verdicts on several stages, in their order."""
    return tuple(check_budget(bill, budget_usd) for bill in bills)


def chance_above(bill: Bill, usd: float) -> float:
    """How likely the total is above an amount: the share of the draws; without draws 0 or 1 by the likely total."""
    drawn = sum(bill.component_draws.values(), start=np.zeros(1))
    if not bill.component_draws:
        return float(bill.total.likely > usd)
    return float(np.mean(drawn > usd))
