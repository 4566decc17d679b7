"""Pricing a stage: the bill with its range, and what moves it most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from model.assumptions import drawn_values
from model.quantity import Num
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.bill import Bill, Influence, Line, Range, Step, quantiles, ranges_of
from pricing.metering.site import DependsOnUsage, Measured, Metered, StatedPrice, Usage
from pricing.price_table import PriceTable, load_prices
from pricing.rating import Rated, rate_usage
from pricing.usage import usage

Floats = NDArray[np.float64]
DRAWS = 2000
_Key = tuple[str, str, str]
"""A line: component, meter, how it was counted."""


def price(
    graph: SizedGraph,
    prices: PriceTable | None = None,
    *,
    free_tier: FreeTier = "always",
    draws: int = DRAWS,
    seed: int = 0,
    explain: bool = True,
    measured: Measured | None = None,
) -> Bill:
    """The bill of a sized graph; `prices` are the newest of its region when absent.

    `draws` values of the assumptions, seeded, give the range; with 0 draws the range is the likely value alone.
    `explain` finds what every assumption does to the total; `measured` replaces derived usage by what a simulation
    counted.
    """
    table = prices or load_prices(graph.architecture.region)
    likely = rate_usage(usage(graph, measured=measured), table, free_tier)
    drawn = _drawn(graph, table, free_tier, draws, seed, measured)
    services = {name: component.service for name, component in graph.components.items()}
    by_component = _added(drawn, {key: key[0] for key in drawn})
    by_service = _added(drawn, {key: services[key[0]] for key in drawn})
    lines = [_key(rated) for rated in likely]
    costs = [float(rated.cost) for rated in likely]
    ranges = iter(
        ranges_of(
            [
                (sum(costs), drawn.values()),
                *((cost, [drawn[key]] if key in drawn else []) for cost, key in zip(costs, lines, strict=True)),
                *_groups(graph.components, costs, [key[0] for key in lines], by_component),
                *_groups(_in_order(lines, services), costs, [services[key[0]] for key in lines], by_service),
            ]
        )
    )
    return Bill(
        architecture=graph.architecture.name,
        stage=graph.stage.name,
        region=graph.architecture.region,
        price_date=table.date,
        free_tier=free_tier,
        total=next(ranges),
        lines=tuple(_line(graph, rated, next(ranges)) for rated in likely),
        components={name: next(ranges) for name in graph.components},
        services={service: next(ranges) for service in _in_order(lines, services)},
        influences=influences(graph, table, free_tier, measured) if explain else (),
        draws=draws,
        seed=seed,
        median=_median(drawn.values()),
        simulated=bool(measured),
        component_draws=by_component,
    )


def _median(drawn: Iterable[Floats]) -> float | None:
    """Of the total's draws; None when nothing was drawn."""
    costs = [row for row in drawn if row.size]
    return float(quantiles(np.sum(costs, axis=0)[None, :], (0.5,))[0, 0]) if costs else None


def _in_order(lines: Iterable[_Key], services: Mapping[str, str]) -> list[str]:
    """The services of the lines, each once, in the order of the document."""
    return list(dict.fromkeys(services[key[0]] for key in lines))


def _groups(
    names: Iterable[str], costs: Iterable[float], group_of_line: Iterable[str], drawn: Mapping[str, Floats]
) -> Iterator[tuple[float, list[Floats]]]:
    """For every name: the likely cost of its lines added up, and its draws."""
    totals: defaultdict[str, float] = defaultdict(float)
    for cost, group in zip(costs, group_of_line, strict=True):
        totals[group] += cost
    for name in names:
        yield totals[name], [drawn[name]] if name in drawn else []


def total_draws(
    graph: SizedGraph, table: PriceTable, draws: int, seed: int = 0, free_tier: FreeTier = "always"
) -> Floats:
    """The month's total for each of `draws` values of the assumptions, shape (draws,)."""
    values = graph.values(drawn_values(graph.assumptions, seed, draws))
    return np.broadcast_to(_sum(rate_usage(usage(graph, values), table, free_tier)), (draws,)).astype(np.float64)


def influences(
    graph: SizedGraph, table: PriceTable, free_tier: FreeTier = "always", measured: Measured | None = None
) -> tuple[Influence, ...]:
    """Every assumption with the total at its low and at its high value, the others likely; greatest swing first.

    All of it is one vectorised pass: two columns per assumption.
    """
    names = list(graph.assumptions)
    if not names:
        return ()
    columns: dict[str, Num] = {}
    for row, name in enumerate(names):
        assumption = graph.assumptions[name]
        column = np.full(2 * len(names), assumption.likely)
        column[2 * row], column[2 * row + 1] = assumption.low, assumption.high
        columns[name] = column
    rated = rate_usage(usage(graph, graph.values(columns), measured), table, free_tier)
    totals = np.broadcast_to(_sum(rated), (2 * len(names),))
    found = [
        Influence(name, graph.assumptions[name], float(totals[2 * row]), float(totals[2 * row + 1]))
        for row, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda item: (-round(item.swing, 9), item.name)))


def _drawn(
    graph: SizedGraph,
    table: PriceTable,
    free_tier: FreeTier,
    draws: int,
    seed: int,
    measured: Measured | None,
) -> dict[_Key, Floats]:
    """The cost of every line for each draw."""
    if draws == 0:
        return {}
    values = graph.values(drawn_values(graph.assumptions, seed, draws))
    costs: dict[_Key, Floats] = {}
    for rated in rate_usage(usage(graph, values, measured), table, free_tier):
        key = _key(rated)
        costs[key] = costs.get(key, np.zeros(draws)) + rated.cost
    return costs


def _added(drawn: Mapping[_Key, Floats], group_of: Mapping[_Key, str]) -> dict[str, Floats]:
    """The draws added up by group."""
    groups: dict[str, Floats] = {}
    for key, costs in drawn.items():
        group = group_of[key]
        groups[group] = groups[group] + costs if group in groups else costs
    return groups


def _key(rated: Rated) -> _Key:
    item = rated.usage
    name = item.meter if isinstance(item, Metered | DependsOnUsage) else item.what
    return rated.component, name, item.how if isinstance(item, Metered) else ""


def _sum(rated: Iterable[Rated]) -> Num:
    return sum((item.cost for item in rated), start=0.0)


def _line(graph: SizedGraph, rated: Rated, cost: Range) -> Line:
    component = graph.components[rated.component]
    rate = rated.rate
    unit, per = (rate.unit, rate.per) if rate is not None else _unit_of(rated.usage)
    meter = _key(rated)[1]
    return Line(
        component=rated.component,
        label=component.label or rated.component,
        service=component.service,
        meter=meter,
        description=rate.description if rate is not None else meter,
        quantity=float(rated.quantity) / per,
        free_quantity=float(rated.free) / per,
        unit=unit,
        unit_price=_unit_price(rated),
        steps=tuple(_steps(rated)),
        cost=cost,
        state=rated.state,
        source=_source(rated),
        effective_date=rate.effective_date if rate is not None else "",
        confidence=rate.confidence if rate is not None else "",
        how=rated.why or (rated.usage.how if isinstance(rated.usage, Metered) else ""),
        implied=component.implied,
    )


def _unit_of(item: Usage) -> tuple[str, float]:
    return (item.unit, 1.0) if isinstance(item, StatedPrice) else ("", 1.0)


def _unit_price(rated: Rated) -> float | None:
    if isinstance(rated.usage, StatedPrice):
        return float(rated.usage.usd_per_unit)
    return rated.rate.usd_per_unit if rated.rate is not None else None


def _source(rated: Rated) -> str:
    if isinstance(rated.usage, StatedPrice):
        return rated.usage.source
    return rated.rate.source if rated.rate is not None else ""


def _steps(rated: Rated) -> Iterable[Step]:
    """The billed part of the line, tier by tier: the account's billed span, and this line's share of it."""
    rate, item = rated.rate, rated.usage
    if isinstance(item, StatedPrice):
        yield Step(float(item.quantity), float(item.usd_per_unit))
    if rate is None or not isinstance(item, Metered):
        return
    start, end = float(rated.billed_before), float(rated.account_quantity)
    bounds = (0.0, *rate.edges, float("inf"))
    for low, high, price_each in zip(bounds, bounds[1:], rate.unit_prices, strict=False):
        units = min(end, high) - max(start, low)
        if units > 0:
            yield Step(units * float(rated.share) / rate.per, price_each * rate.per)
