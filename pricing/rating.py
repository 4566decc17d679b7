"""Rating: usage times price, with the account's free allowances and tiers shared by all components."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import numpy as np

from model.quantity import Num, some_positive
from pricing.allowances import Draw, FreeTier, Share, apply_allowances
from pricing.metering.site import DependsOnUsage, Included, Metered, StatedPrice, Unpriced, Usage
from pricing.price_table import PriceTable, Rate

State = Literal["priced", "free", "depends on usage", "unpriced"]


class Rated(NamedTuple):
    """One counted thing with its cost; figures are floats or arrays of draws."""

    component: str
    usage: Usage
    state: State
    cost: Num
    """USD a month; 0 when unpriced or depending on usage."""
    rate: Rate | None = None
    quantity: Num = 0.0
    """In the meter's base units."""
    free: Num = 0.0
    """Of which the free allowance covers."""
    share: Num = 1.0
    """This line's part of what the account is billed for on the meter."""
    billed_before: Num = 0.0
    """Free units of the account on the meter: where its billed units begin on the tiers."""
    account_quantity: Num = 0.0
    """All units of the account on the meter: where they end."""
    why: str = ""


def rate_usage(counted: Iterable[tuple[str, Usage]], prices: PriceTable, free_tier: FreeTier = "always") -> list[Rated]:
    """Rate what every component counted, in the same order.

    Tiers and allowances belong to the account: a meter's quantities are added over all components, rated once, and
    the cost is shared out in proportion to the billable quantities.
    """
    items = list(counted)
    draws = [
        Draw(component, prices.rate(item.meter), item.quantity)
        for component, item in items
        if isinstance(item, Metered) and item.meter in prices
    ]
    shares, _ = apply_allowances(draws, free_tier)
    accounts = _accounts(shares)
    rated_shares = iter(shares)
    return [_rate_one(component, item, prices, rated_shares, accounts) for component, item in items]


class _Account(NamedTuple):
    """All of one meter: units counted, units free, cost."""

    quantity: Num
    free: Num
    billable: Num
    cost: Num


def _accounts(shares: Iterable[Share]) -> Mapping[str, _Account]:
    by_meter: defaultdict[str, list[Share]] = defaultdict(list)
    for share in shares:
        by_meter[share.draw.rate.meter].append(share)
    accounts = {}
    for meter, members in by_meter.items():
        rate = members[0].draw.rate
        quantity = sum((member.draw.quantity for member in members), start=0.0)
        free = sum((member.free for member in members), start=0.0)
        billable = sum((member.billable for member in members), start=0.0)
        accounts[meter] = _Account(quantity, free, billable, rate.cost(quantity, np.minimum(free, quantity)))
    return accounts


def _rate_one(
    component: str, item: Usage, prices: PriceTable, shares: Iterable[Share], accounts: Mapping[str, _Account]
) -> Rated:
    match item:
        case Metered(meter=meter) if meter not in prices:
            why = f"no price for {meter} in {prices.region}"
            return Rated(component, item, "unpriced", 0.0, quantity=item.quantity, why=why)
        case Metered():
            return _rate_metered(component, item, next(iter(shares)), accounts[item.meter])
        case Included(why=why):
            return Rated(component, item, "free", 0.0, why=why)
        case DependsOnUsage(meter=meter, why=why):
            return Rated(component, item, "depends on usage", 0.0, prices.rates.get(meter), why=why)
        case StatedPrice(quantity=quantity, usd_per_unit=usd):
            return Rated(component, item, "priced", quantity * usd, quantity=quantity)
        case Unpriced(why=why):
            return Rated(component, item, "unpriced", 0.0, why=why)


def _rate_metered(component: str, item: Metered, share: Share, account: _Account) -> Rated:
    part = _part(share.billable, account.billable)
    cost = account.cost * part
    rate = share.draw.rate
    covered = some_positive(item.quantity) and not some_positive(share.billable)
    free = covered or max(rate.unit_prices) == 0
    return Rated(
        component,
        item,
        "free" if free else "priced",
        cost,
        rate,
        item.quantity,
        share.free,
        part,
        account.free,
        account.quantity,
        "within the free allowance" if covered else "",
    )


def _part(billable: Num, total: Num) -> Num:
    if isinstance(billable, float) and isinstance(total, float):
        return billable / total if total > 0 else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(np.asarray(total) > 0, np.divide(billable, total), 0.0)
    return part if part.ndim else float(part)
