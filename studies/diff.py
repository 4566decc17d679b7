"""The difference between two bills, by cause: a price, a shape (added, removed, resized), or a quantity.

The new stage is reached in two steps: the old stage at the new prices, which is what prices alone do, then the new
stage. What a component's cost moves in the second step is its shape when it came, went or was configured anew, else
its quantity: traffic, data, or its share of an allowance or a tier that belongs to the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from model.component import Component
from model.sizing import SizedGraph, settled
from pricing.allowances import FreeTier
from pricing.bill import Bill, Range, range_of
from pricing.price import price
from pricing.price_table import PriceTable
from studies.budget import BudgetVerdict, check_budget

Cause = Literal["price", "added", "removed", "resized", "quantity"]
LEAST_USD = 0.005
_SAID = frozenset({"section", "lines", "note", "label", "group", "why", "usage", "implied"})
"""Fields that say something about a component, not how it is sized."""


@dataclass(frozen=True)
class Change:
    """What one cause does to the cost of one component."""

    component: str
    service: str
    cause: Cause
    old_usd: float
    new_usd: float
    why: str

    @property
    def usd(self) -> float:
        return self.new_usd - self.old_usd

    def as_json(self) -> dict[str, Any]:
        return {
            "component": self.component,
            "service": self.service,
            "cause": self.cause,
            "old_usd": round(self.old_usd, 4),
            "new_usd": round(self.new_usd, 4),
            "usd": round(self.usd, 4),
            "why": self.why,
        }


@dataclass(frozen=True)
class BillDiff:
    """Two bills and what leads from one to the other."""

    old: Bill
    new: Bill
    changes: tuple[Change, ...]
    """The largest first; together they are the difference of the likely totals."""
    difference: Range
    """New less old, draw by draw under common random numbers."""
    budget: BudgetVerdict | None = None

    @property
    def by_cause(self) -> dict[Cause, float]:
        """USD a month by cause."""
        found: dict[Cause, float] = {}
        for change in self.changes:
            found[change.cause] = found.get(change.cause, 0.0) + change.usd
        return found

    @property
    def holds(self) -> bool:
        """Whether the new bill keeps to the budget, if one was given."""
        return self.budget is None or self.budget.holds

    def as_json(self) -> dict[str, Any]:
        return {
            "old": _named(self.old),
            "new": _named(self.new),
            "difference": self.difference.as_json(),
            "by_cause": {cause: round(usd, 4) for cause, usd in self.by_cause.items()},
            "changes": [change.as_json() for change in self.changes],
            "budget": self.budget.as_json() if self.budget is not None else None,
        }


def _named(bill: Bill) -> dict[str, Any]:
    head = {"architecture": bill.architecture, "stage": bill.stage, "price_date": bill.price_date}
    return {**head, "total": bill.total.as_json(), "complete": bill.complete}


def diff(
    old: SizedGraph,
    new: SizedGraph,
    old_prices: PriceTable,
    new_prices: PriceTable,
    *,
    free_tier: FreeTier = "always",
    budget_usd: float | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> BillDiff:
    """What changes between two stages, revisions or architectures, and between two price dates."""
    before = price(old, old_prices, free_tier=free_tier, draws=draws, seed=seed)
    after = price(new, new_prices, free_tier=free_tier, draws=draws, seed=seed)
    repriced = before if old_prices is new_prices else price(old, new_prices, free_tier=free_tier, draws=0, seed=seed)
    changes = [*_price_changes(before, repriced, old), *_other_changes(repriced, after, old, new)]
    return BillDiff(
        before,
        after,
        tuple(sorted(changes, key=lambda change: (-abs(change.usd), change.component))),
        paired_difference(before, after),
        check_budget(after, budget_usd) if budget_usd is not None else None,
    )


def paired_difference(old: Bill, new: Bill) -> Range:
    """New less old; the two share the draws of the assumptions that they share."""
    likely = new.total.likely - old.total.likely
    if not (old.draws and old.draws == new.draws):
        return Range(likely, likely, likely)
    before, after = (sum(bill.component_draws.values(), start=np.zeros(bill.draws)) for bill in (old, new))
    return range_of(likely, [after - before])


def _price_changes(before: Bill, repriced: Bill, old: SizedGraph) -> list[Change]:
    return [
        Change(name, old.components[name].service, "price", usd, then, _price_why(before, repriced, name))
        for name, cost in before.components.items()
        for usd, then in [(cost.likely, repriced.components[name].likely)]
        if abs(then - usd) >= LEAST_USD
    ]


def _price_why(before: Bill, repriced: Bill, name: str) -> str:
    prices = {line.meter: line for line in before.lines if line.component == name}
    moved = [
        f"{line.meter} {prices[line.meter].unit_price:.6g} -> {line.unit_price:.6g} USD per {line.unit}"
        for line in repriced.lines
        if line.component == name and line.meter in prices and line.unit_price != prices[line.meter].unit_price
        and line.unit_price is not None and prices[line.meter].unit_price is not None
    ]  # fmt: skip
    return "; ".join(moved) or f"tiers or allowances of {repriced.price_date}"


def _other_changes(old_bill: Bill, new_bill: Bill, old: SizedGraph, new: SizedGraph) -> list[Change]:
    changes = []
    for name in dict.fromkeys((*old.components, *new.components)):
        before, after = (
            bill.components[name].likely if name in bill.components else 0.0 for bill in (old_bill, new_bill)
        )
        if abs(after - before) < LEAST_USD:
            continue
        cause, why = _cause(name, old, new, old_bill, new_bill)
        service = (new.components.get(name) or old.components[name]).service
        changes.append(Change(name, service, cause, before, after, why))
    return changes


def _cause(name: str, old: SizedGraph, new: SizedGraph, old_bill: Bill, new_bill: Bill) -> tuple[Cause, str]:
    before, after = old.components.get(name), new.components.get(name)
    if before is None:
        return "added", after.size() if after is not None else ""
    if after is None:
        return "removed", before.size()
    reshaped = _reshaped(before, after, old, new)
    if reshaped:
        return "resized", "; ".join(reshaped)
    return "quantity", "; ".join(
        _quantities(name, old_bill, new_bill)
    ) or "its share of the account's tiers and allowances"


def _reshaped(before: Component, after: Component, old: SizedGraph, new: SizedGraph) -> list[str]:
    """Settings that differ, `vcpu 0.5 -> 1`; sizes that follow an assumption are quantities."""
    written = [item.model_dump(exclude=set(_SAID)) for item in (before, after)]
    shown = [
        _flat(settled(item, graph.likely).model_dump(exclude=set(_SAID)))
        for item, graph in ((before, old), (after, new))
    ]
    names = [key for key in {**shown[0], **shown[1]} if _flat(written[0]).get(key) != _flat(written[1]).get(key)]
    pairs = ((key, _value(shown[0].get(key)), _value(shown[1].get(key))) for key in names)
    return [f"{key} {was} -> {now}" for key, was, now in pairs if was != now]


def _flat(fields: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested fields by their path: `tasks.max`."""
    found: dict[str, Any] = {}
    for key, value in fields.items():
        if isinstance(value, Mapping):
            found.update(_flat(value, f"{prefix}{key}."))
        else:
            found[f"{prefix}{key}"] = value
    return found


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quantities(name: str, old_bill: Bill, new_bill: Bill) -> list[str]:
    """The meters of a component whose quantity moved, the dearest first."""
    before = {(line.meter, line.how): line for line in old_bill.lines if line.component == name}
    lines = sorted((line for line in new_bill.lines if line.component == name), key=lambda line: -line.cost.likely)
    moved = []
    for line in lines:
        was = before.get((line.meter, line.how))
        quantity = was.quantity if was is not None else 0.0
        if abs(line.quantity - quantity) > 1e-9 * max(line.quantity, quantity) and (line.cost.likely or quantity):
            moved.append(f"{line.meter} {quantity:,.5g} -> {line.quantity:,.5g} {line.unit}")
    return moved[:3]
