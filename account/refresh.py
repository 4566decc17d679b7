"""New price rows from today's offers: what changed, what stayed, and what could not be had and keeps its old row.

A row keeps its meter, unit and free allowance; its prices, its date and its source are the offer's. Nothing is
guessed: without one clear offer, or when a price would jump by more than `MOST_JUMP`, the old row stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from account.offers import Offer, Tier, offers_of
from account.price_list import entry_of, why_unlisted
from pricing.price_rows import Price

MOST_JUMP: Final = 5.0
"""A price that goes up or down by more is a unit that was not understood, not a new price."""

HALF_DIGIT_USD: Final = 0.5e-10
"""The list has ten digits after the point."""

State = Literal["changed", "same", "kept"]
Tiers = tuple[Tier, ...]


@dataclass(frozen=True)
class Refreshed:
    """One meter: its rows as they are now, and what became of it."""

    meter: str
    region: str
    """`global` for a meter that knows none."""
    state: State
    before: tuple[Price, ...]
    rows: tuple[Price, ...]
    why: str = ""
    """Why the old rows were kept."""


def refresh_meter(
    meter: str, region: str, before: Sequence[Price], offers: Iterable[Offer], missing: Mapping[str, str]
) -> Refreshed:
    """The rows of one meter by the offers of its region; `missing` says which services could not be asked, and why."""
    old = tuple(sorted(before, key=lambda row: row.tier_from))
    entry = entry_of(meter)
    why = why_unlisted(meter) or ("no product of the Price List is known" if entry is None else "")
    if entry is None or why:
        return Refreshed(meter, region, "kept", old, old, why)
    if entry.service_code in missing:
        return Refreshed(meter, region, "kept", old, old, missing[entry.service_code])
    chosen, why = _one_offer(offers_of(entry, region, offers))
    if chosen is None:
        return Refreshed(meter, region, "kept", old, old, why)
    tiers, why = _billed_tiers(chosen, entry.base_units, old[0])
    tiers = _as_exact_as_before(tiers, old, float(Fraction(old[0].per) / entry.base_units))
    if why:
        return Refreshed(meter, region, "kept", old, old, why)
    source = f"AWS Price List, {entry.service_code}, usage type {chosen.usage_type}, SKU {chosen.sku}"
    new = tuple(_row(old[0], tier, index, chosen.effective_date, source) for index, tier in enumerate(tiers))
    same = [(row.tier_from, row.tier_to, row.usd) for row in old] == [(r.tier_from, r.tier_to, r.usd) for r in new]
    return Refreshed(meter, region, "same" if same else "changed", old, new)


def _one_offer(found: list[Offer]) -> tuple[Offer | None, str]:
    """The offer to take, or why there is none: free twins of a paid product are its free tier and not a price."""
    if not found:
        return None, "the Price List has no such product in this region"
    paid = [offer for offer in found if not offer.is_free] or found
    prices = {(offer.tiers, offer.unit) for offer in paid}
    if len(prices) > 1:
        return None, f"{len(prices)} products of the Price List differ in price: {_shown(paid)}"
    return min(paid, key=lambda offer: offer.sku), ""


def _shown(offers: Iterable[Offer]) -> str:
    names = sorted({f"{offer.usage_type} {offer.tiers[0].usd:g}/{offer.unit}" for offer in offers})
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def _billed_tiers(offer: Offer, base_units: Fraction, old: Price) -> tuple[Tiers, str]:
    """An offer's tiers in our base units and per our price unit, or why they cannot be used.

    A free first tier is the allowance that the row states in its own columns: it joins the tier above.
    """
    scale = Fraction(old.per) / base_units
    tiers = [
        Tier(tier.start * float(base_units), tier.end * float(base_units), _clean(tier.usd, scale))
        for tier in offer.tiers
    ]
    if len(tiers) > 1 and tiers[0].usd == 0:
        if old.free_kind == "none":
            return (), f"the first {tiers[0].end:g} {old.base_unit} are free in the Price List and not in this row"
        tiers[:2] = [Tier(0.0, tiers[1].end, tiers[1].usd)]
    starts = [0.0, *(tier.end for tier in tiers[:-1])]
    if [tier.start for tier in tiers] != starts or tiers[-1].end != math.inf:
        return (), "the tiers of the Price List leave a gap"
    first = tiers[0].usd
    if (first == 0) != (old.usd == 0) or (first and not 1 / MOST_JUMP <= first / old.usd <= MOST_JUMP):
        return (), f"{first:g} instead of {old.usd:g} per {old.unit}: the list's unit '{offer.unit}' may be another"
    return tuple(tiers), ""


def _as_exact_as_before(tiers: Tiers, old: tuple[Price, ...], scale: float) -> Tiers:
    """The tiers with the old price where the new one is that price as the list rounds it: by `scale` of its units."""
    if len(tiers) != len(old):
        return tiers
    return tuple(
        Tier(tier.start, tier.end, row.usd) if abs(tier.usd - row.usd) <= HALF_DIGIT_USD * scale else tier
        for tier, row in zip(tiers, old, strict=True)
    )


def _clean(usd: float, scale: Fraction) -> float:
    """A price for `scale` units, without the noise of binary fractions."""
    return float(f"{float(Fraction(str(usd)) * scale):.12g}")


def _row(first: Price, tier: Tier, index: int, effective_date: str, source: str) -> Price:
    new = replace(
        first,
        tier_from=tier.start,
        tier_to=tier.end,
        usd=tier.usd,
        effective_date=effective_date,
        source=source,
        confidence="high",
    )
    return new if index == 0 else replace(new, free_quantity=0.0, free_kind="none", free_pool="")
