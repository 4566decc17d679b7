"""Architectures side by side at equal work: what each service costs, the paired difference, what only one needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.graph import Architecture
from model.problems import BadInput
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.bill import Bill, Range
from pricing.price import price
from pricing.price_table import load_prices
from studies.diff import paired_difference
from studies.scaling import Users, at_users, same_work, with_work

Measure = Callable[[SizedGraph], Mapping[str, float]]
"""Further figures of one side, by name: what a simulation finds of latency, capacity, cold starts."""


@dataclass(frozen=True)
class Side:
    """One architecture under the common work."""

    graph: SizedGraph
    bill: Bill
    work_was_set: bool
    """Its own work is another; it was given that of the first."""
    figures: Mapping[str, float]

    @property
    def name(self) -> str:
        return self.bill.architecture


@dataclass(frozen=True)
class Comparison:
    """Architectures at one stage each, the first one being what the others are compared with."""

    sides: tuple[Side, ...]
    differences: tuple[Range, ...]
    """USD a month of each further side less the first, draw by draw under common random numbers."""
    chances_cheaper: tuple[float, ...]
    """That each further side costs less than the first."""
    common_draws: tuple[int, ...]
    """Assumptions that each further side shares with the first; the rest are drawn apart."""

    @property
    def services(self) -> dict[str, tuple[Range | None, ...]]:
        """Cost of every service on every side, None where a side has none of it; the dearest first."""
        names = {name for side in self.sides for name in side.bill.services}
        rows = {name: tuple(side.bill.services.get(name) for side in self.sides) for name in names}
        return dict(sorted(rows.items(), key=lambda row: (-max(cost.likely for cost in row[1] if cost), row[0])))

    @property
    def only(self) -> tuple[tuple[str, ...], ...]:
        """By side: the services that it alone needs, whatever they cost."""
        needed = [_services(side) for side in self.sides]
        others = [set().union(*needed[:place], *needed[place + 1 :]) for place in range(len(needed))]
        return tuple(tuple(sorted(mine - theirs)) for mine, theirs in zip(needed, others, strict=True))

    @property
    def cheapest(self) -> str:
        """By the likely total."""
        return min(self.sides, key=lambda side: side.bill.total.likely).name

    def as_json(self) -> dict[str, Any]:
        first, *others = self.sides
        pairs = zip(others, self.differences, self.chances_cheaper, self.common_draws, strict=True)
        return {
            "sides": [_side_json(side) for side in self.sides],
            "services": {
                name: [cost.as_json() if cost else None for cost in costs] for name, costs in self.services.items()
            },
            "differences": [
                {"architecture": side.name, "less": first.name, "usd_per_month": usd.as_json(),
                 "chance_cheaper": round(chance, 4), "common_assumptions": shared}
                for side, usd, chance, shared in pairs
            ],
            "only": [list(services) for services in self.only],
            "cheapest": self.cheapest,
        }  # fmt: skip


def _side_json(side: Side) -> dict[str, Any]:
    likely = side.graph.likely
    return {
        "architecture": side.name,
        "stage": side.bill.stage,
        "monthly_active_users": float(likely["monthly_active_users"]),
        "monthly_requests": float(likely["monthly_requests"]),
        "work_was_set": side.work_was_set,
        "total": side.bill.total.as_json(),
        "complete": side.bill.complete,
        "figures": dict(side.figures),
    }


def _services(side: Side) -> set[str]:
    return {item.service for item in side.graph.components.values() if item.category not in ("client", "development")}


def compare(
    architectures: Sequence[Architecture],
    stages: Sequence[str] | None = None,
    *,
    users: Users | None = None,
    free_tier: FreeTier = "always",
    prices_date: str | None = None,
    draws: int = 1000,
    seed: int = 0,
    measure: Measure | None = None,
) -> Comparison:
    """Cost at equal work: a side whose users or requests differ gets those of the first.

    `stages` names one per architecture, or one for all; when absent each takes its last. `users` sets the work of all.
    Raise BadInput for fewer than two architectures.
    """
    if len(architectures) < 2:
        raise BadInput("a comparison needs at least two architectures")
    names = _stages(architectures, stages)
    graphs = [item.at(name) for item, name in zip(architectures, names, strict=True)]
    if users is not None:
        graphs[0] = at_users(graphs[0], users)
    sides = tuple(
        _side(graph, graphs[0], free_tier, prices_date, draws, seed, measure if measure is not None else _nothing)
        for graph in graphs
    )
    first, *others = sides
    return Comparison(
        sides,
        tuple(paired_difference(first.bill, side.bill) for side in others),
        tuple(_chance_cheaper(side.bill, first.bill) for side in others),
        tuple(len(set(first.graph.assumptions) & set(side.graph.assumptions)) for side in others),
    )


def _side(
    graph: SizedGraph,
    first: SizedGraph,
    free_tier: FreeTier,
    prices_date: str | None,
    draws: int,
    seed: int,
    measure: Measure,
) -> Side:
    equal = graph is first or same_work(graph, first)
    worked = graph if equal else with_work(graph, first)
    prices = load_prices(worked.architecture.region, prices_date)
    bill = price(worked, prices, free_tier=free_tier, draws=draws, seed=seed)
    return Side(worked, bill, not equal, measure(worked))


def _nothing(graph: SizedGraph) -> Mapping[str, float]:
    return {}


def _stages(architectures: Sequence[Architecture], stages: Sequence[str] | None) -> list[str]:
    if not stages:
        return [item.stage_names[-1] for item in architectures]
    named = list(stages) * len(architectures) if len(stages) == 1 else list(stages)
    if len(named) != len(architectures):
        raise BadInput(
            f"{len(stages)} stages for {len(architectures)} architectures: name one for all, or one for each"
        )
    return [item.stage(name).name for item, name in zip(architectures, named, strict=True)]


def _chance_cheaper(bill: Bill, than: Bill) -> float:
    if not bill.draws:
        return float(bill.total.likely < than.total.likely)
    one, other = (sum(each.component_draws.values(), start=np.zeros(each.draws)) for each in (bill, than))
    return float(np.mean(one < other))
