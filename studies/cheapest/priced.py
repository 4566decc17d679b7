"""The menus of a stage with price, bound and first reason against each option: what the search works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.price_table import PriceTable
from studies.cheapest.bounds import Bound, Bounds
from studies.cheapest.costs import Cost, cost_of
from studies.cheapest.fitness import Fitness
from studies.cheapest.menus import menu
from studies.cheapest.options import Option, applied
from studies.reasons import Reason


@dataclass(frozen=True)
class Priced:
    """An option of one component, the others as documented."""

    option: Option
    usd: float
    """Added to the stage's month by taking it instead of the documented one."""
    list_usd: float
    """The same without allowances and tiers."""
    bound: Bound
    problem: Reason | None

    @property
    def price(self) -> tuple[int, float]:
        """In cents, then without allowances: several components that use one allowance may use it up together."""
        return round(100 * self.usd), self.list_usd

    def beats(self, other: Priced) -> bool:
        """No dearer and no worse, so that the other need never be tried."""
        return self.price <= other.price and self.bound.as_good_as(other.bound)


Menu = tuple[Priced, ...]
"""Cheapest first."""


@dataclass(frozen=True)
class Menus:
    """Every option of every component that has more than one."""

    graph: SizedGraph
    base: Cost
    """Of the stage as documented."""
    all: Mapping[str, Menu]

    def documented(self, name: str) -> Priced:
        return next(item for item in self.all[name] if item.option.documented)

    def worth_trying(self) -> dict[str, list[Priced]]:
        """Without those that have a reason against them and those that another one beats."""
        found: dict[str, list[Priced]] = {}
        for name, items in self.all.items():
            fit = [item for item in items if item.problem is None]
            kept: list[Priced] = []
            for item in fit:
                if not any(other.beats(item) for other in kept):
                    kept.append(item)
            found[name] = kept
        return found


def priced_menus(
    graph: SizedGraph,
    prices: PriceTable,
    fitness: Fitness,
    *,
    free_tier: FreeTier,
    commit: bool,
    tell: Callable[[str], None] = lambda _: None,
) -> Menus:
    """The menus of a stage; options without a price are left out."""
    bounds = Bounds(graph)
    base = cost_of(graph, prices, free_tier, commit=commit)
    found: dict[str, Menu] = {}
    for name in graph.components:
        options = menu(bounds, name, prices)
        if len(options) < 2:
            continue
        tell(f"options of {name}")
        items = [_priced(graph, prices, bounds, fitness, base, free_tier, commit, option) for option in options]
        known = sorted((item for item in items if item is not None), key=_order)
        if len(known) > 1:
            found[name] = tuple(known)
    return Menus(graph, base, found)


def _order(item: Priced) -> tuple[tuple[int, float], float, float, bool, str]:
    """By price; of those alike the best, then the documented one."""
    bound = item.bound
    return item.price, bound.time_ms, bound.load, not item.option.documented, item.option.label


def _priced(
    graph: SizedGraph,
    prices: PriceTable,
    bounds: Bounds,
    fitness: Fitness,
    base: Cost,
    free_tier: FreeTier,
    commit: bool,
    option: Option,
) -> Priced | None:
    cost = base if option.documented else cost_of(applied(graph, [option]), prices, free_tier, commit=commit)
    if cost.unpriced - base.unpriced:
        return None
    bound = bounds.of(option, lambda gone: applied(graph, [gone]))
    return Priced(option, cost.usd - base.usd, cost.list_usd - base.list_usd, bound, fitness.problem(option, bound))
