"""Free allowances: one pool per account, shared by every component that draws on it.

The allowance is split in proportion to use. Providers do not say which of an account's resources a free unit
belongs to; the proportional split is the one that does not depend on the order of the components, gives two
components of equal use equal shares, and gives a component that is cut in two the same shares in sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from pricing.price_table import Rate
from pricing.tiers import Quantity, check_quantity

FreeTier = Literal["none", "always", "12_months"]
"""Which allowances count: none, those that never end, or also those of an account's first twelve months."""

_COUNTED: Final[dict[str, tuple[str, ...]]] = {
    "none": (),
    "always": ("always",),
    "12_months": ("always", "12_months"),
}


class Split(NamedTuple):
    """An allowance shared out: the free and the billable part of each quantity, and what nobody used."""

    free: tuple[Quantity, ...]
    billable: tuple[Quantity, ...]
    remaining: Quantity


class Draw(NamedTuple):
    """A component's monthly quantity on one meter, in base units."""

    component: str
    rate: Rate
    quantity: Quantity


class Share(NamedTuple):
    """What a draw got from its pool: `free` and `billable` add up to its quantity."""

    draw: Draw
    free: Quantity
    billable: Quantity


class Pool(NamedTuple):
    """A pool after the month: its allowance in base units and what remains of it."""

    name: str
    allowance: float
    remaining: Quantity


def split_allowance(quantities: Sequence[Quantity], allowance: float) -> Split:
    """Share `allowance` among the quantities in proportion to each.

    >>> split_allowance([300_000.0, 500_000.0], 400_000.0)
    Split(free=(150000.0, 250000.0), billable=(150000.0, 250000.0), remaining=0.0)
    >>> split_allowance([100.0, 0.0], 400.0)
    Split(free=(100.0, 0.0), billable=(0.0, 0.0), remaining=300.0)

    Raises ValueError when a quantity or the allowance is negative or not finite.
    """
    check_quantity(allowance)
    for quantity in quantities:
        check_quantity(quantity)
    total = _total(quantities)
    fraction = _covered_fraction(total, allowance)
    free = tuple(quantity * fraction for quantity in quantities)
    billable = tuple(quantity - part for quantity, part in zip(quantities, free, strict=True))
    return Split(free, billable, _remaining(total, allowance))


def apply_allowances(draws: Iterable[Draw], free_tier: FreeTier = "always") -> tuple[list[Share], list[Pool]]:
    """Give every draw its share of its pool: shares in the order of the draws, pools by name.

    A draw on a meter without an allowance, or with one that `free_tier` does not count, is billable whole.
    """
    ordered = list(draws)
    members: dict[str, list[int]] = {}
    for place, draw in enumerate(ordered):
        if draw.rate.free_kind in _COUNTED[free_tier]:
            members.setdefault(draw.rate.pool, []).append(place)
    shares = [Share(draw, 0.0, draw.quantity) for draw in ordered]
    pools = []
    for name, places in sorted(members.items()):
        allowance = ordered[places[0]].rate.free_quantity
        split = split_allowance([ordered[place].quantity for place in places], allowance)
        for place, free, billable in zip(places, split.free, split.billable, strict=True):
            shares[place] = Share(ordered[place], free, billable)
        pools.append(Pool(name, allowance, split.remaining))
    return shares, pools


def _total(quantities: Sequence[Quantity]) -> Quantity:
    """The sum, smallest first, so that the order of the components cannot change its last digit."""
    if any(isinstance(quantity, np.ndarray) for quantity in quantities):
        rows: Iterable[Quantity] = np.sort(np.stack(np.broadcast_arrays(*quantities)), axis=0)
    else:
        rows = sorted(float(quantity) for quantity in quantities)
    total: Quantity = 0.0
    for row in rows:
        total = total + row
    return total


def _covered_fraction(total: Quantity, allowance: float) -> Quantity:
    """The part of every quantity that is free: all, or as much as the allowance reaches."""
    if isinstance(total, np.ndarray):
        over = total > allowance
        fraction: Quantity = np.divide(allowance, total, out=np.ones_like(total), where=over)
        return fraction
    return allowance / total if total > allowance else 1.0


def _remaining(total: Quantity, allowance: float) -> Quantity:
    if isinstance(total, np.ndarray):
        unused: Quantity = np.maximum(allowance - total, 0.0)
        return unused
    return max(allowance - total, 0.0)
