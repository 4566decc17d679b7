"""Tiered prices: the first units of a month cost one price, the next ones another (graduated, never all-units)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Quantity = float | Floats
"""One quantity, or one per draw."""


@overload
def tiered_cost(quantity: float, edges: Sequence[float], unit_prices: Sequence[float]) -> float: ...
@overload
def tiered_cost(quantity: Floats, edges: Sequence[float], unit_prices: Sequence[float]) -> Floats: ...
@overload
def tiered_cost(quantity: Quantity, edges: Sequence[float], unit_prices: Sequence[float]) -> Quantity: ...
def tiered_cost(quantity: Quantity, edges: Sequence[float], unit_prices: Sequence[float]) -> Quantity:
    """The cost of `quantity` units; `edges` are where the second and each further tier begin.

    The units below the first edge cost the first price, those between the first and the second edge
    the second price, and so on; with one price there is no edge. An array is rated element by element,
    with the same result as each of its numbers alone.

    21,000 million REST API requests, as Amazon API Gateway publishes the tiers:

    >>> tiered_cost(21e9, [333e6, 1e9, 20e9], [3.50e-6, 2.80e-6, 2.38e-6, 1.51e-6])
    49763.1
    >>> tiered_cost(730.0, [], [0.0225])
    16.425
    >>> tiered_cost(np.array([0.0, 10.0, 30.0]), [10.0, 20.0], [1.0, 0.5, 0.25])
    array([ 0. , 10. , 17.5])

    Raises ValueError naming the value when a quantity is negative or not finite, and when the edges do not
    rise or do not fit the prices.
    """
    check_tiers(edges, unit_prices)
    check_quantity(quantity)
    lower = (0.0, *edges)
    upper = (*edges, math.inf)
    cost: Quantity = 0.0
    for start, end, price in zip(lower, upper, unit_prices, strict=True):
        cost = cost + _units_between(quantity, start, end) * price
    return cost


def _units_between(quantity: Quantity, start: float, end: float) -> Quantity:
    """How many of the units 0..quantity lie between `start` and `end`."""
    if isinstance(quantity, np.ndarray):
        inside: Floats = np.clip(quantity, start, end) - start
        return inside
    return min(max(float(quantity), start), end) - start


def check_quantity(quantity: Quantity) -> None:
    """Refuse a quantity that nobody can be billed for.

    >>> check_quantity(-2.5)
    Traceback (most recent call last):
    ValueError: quantity -2.5 is negative
    """
    if not isinstance(quantity, np.ndarray):
        wrong = quantity if not 0 <= quantity < math.inf else None
    else:
        bad = quantity[~(np.isfinite(quantity) & (quantity >= 0))]
        wrong = float(bad[0]) if bad.size else None
    if wrong is not None:
        raise ValueError(f"quantity {wrong:g} is {'negative' if wrong < 0 else 'not a number of units'}")


def check_tiers(edges: Sequence[float], unit_prices: Sequence[float]) -> None:
    """Refuse tiers that are not one more price than rising, positive edges."""
    if len(unit_prices) != len(edges) + 1:
        raise ValueError(f"{len(edges)} tier edges need {len(edges) + 1} prices, not {len(unit_prices)}")
    for before, edge in zip((0.0, *edges), edges, strict=False):
        if not edge > before:
            raise ValueError(f"tier edge {edge:g} is not above {before:g}")
