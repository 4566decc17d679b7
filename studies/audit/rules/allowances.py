"""Stated free allowances against the price tables: whether there is one, how large it is, and how long it lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.claims import Claim
from pricing.price_table import PriceTable, Rate
from studies.amounts import plain
from studies.audit.case import Case
from studies.audit.claim_values import bounds, stated
from studies.audit.finding import Finding, Severity, about

NAME = "allowances"
CREDITS_SINCE: Final = "2025-07-15"
"""Accounts opened since then get credits instead of allowances for twelve months (AWS Free Tier page, July 2025)."""

_FACTORS: Final = {"TB": 1024.0, "million": 1e6}
_DURATION: Final = re.compile(r"^(years?|months?)\b")
_ENDED: Final = re.compile(r"before (\d{4}-\d\d-\d\d)|\.before_(\d{4})")


def check(case: Case) -> Iterator[Finding]:
    """An allowance exists, has the stated size, and outlasts what the document makes of it."""
    ending: list[Claim] = []
    for claim in case.architecture.claims:
        if not _is_allowance(claim) or claim.meter not in case.prices:
            continue
        rate = case.prices.rate(str(claim.meter))
        yield from _one(case, claim, rate)
        if rate.free_kind == "12_months" and _matches(claim, rate):
            ending.append(claim)
    if ending:
        yield _first_year(case, ending)


def _is_allowance(claim: Claim) -> bool:
    return claim.meter is not None and claim.kind in ("free_tier", "capacity")


def _one(case: Case, claim: Claim, rate: Rate) -> Iterator[Finding]:
    if rate.free_kind == "none":
        yield _finding(
            claim, "error", "no free allowance", f"{rate.meter} is billed from the first {rate.base_unit}", rate
        )
        return
    if not _matches(claim, rate):
        likely = [other for other in _kin(case.prices, rate) if _matches(claim, other)]
        why = f"{plain(rate.free_quantity)} {rate.base_unit} are free on {rate.meter}"
        if likely:
            why += f"; the stated figure is that of {likely[0].meter} ({likely[0].description})"
        open_then = likely and (case.date is None or case.date < (_ended(likely[0]) or "9999"))
        severity: Severity = "warning" if open_then else "error"
        yield _finding(claim, severity, f"{plain(rate.free_quantity)} {rate.base_unit}", why, rate)
    elif _ended(rate):
        kin = _kin(case.prices, rate) or _kin(case.prices, rate, same_unit=False)
        now = [other for other in kin if not _ended(other) and other.free_kind != "none"]
        shown = ", ".join(f"{plain(other.free_quantity)} on {other.meter}" for other in now) or "none of this kind"
        yield _finding(
            claim,
            "note",
            shown,
            f"holds for what was opened before {_ended(rate)}; what is opened today gets {shown}",
            rate,
        )


def _matches(claim: Claim, rate: Rate) -> bool:
    """Whether the size agrees; a claim of a duration or in words has none."""
    said = bounds(claim)
    if rate.free_kind == "none":
        return False
    if said is None or _DURATION.match(claim.unit):
        return True
    factor = next((value for word, value in _FACTORS.items() if word in claim.unit), 1.0)
    return abs(max(said) * factor - rate.free_quantity) <= 0.03 * rate.free_quantity


def _kin(prices: PriceTable, rate: Rate, *, same_unit: bool = True) -> list[Rate]:
    """Other meters of the same service, as a rule those that count the same thing."""
    others = (prices.rate(name) for name in prices if name != rate.meter)
    return [
        other
        for other in others
        if other.service == rate.service and (other.base_unit == rate.base_unit or not same_unit)
    ]


def _ended(rate: Rate) -> str | None:
    """The date after which nobody gets this rate any more."""
    match = _ENDED.search(f"{rate.description} {rate.meter}")
    return (match[1] or match[2]) if match else None


def _finding(claim: Claim, severity: Severity, computed: str, why: str, rate: Rate) -> Finding:
    return about(
        NAME,
        severity,
        [claim],
        claim=claim.subject,
        stated=stated(claim),
        computed=computed,
        calculation=f"{why} ({rate.source})",
        components=claim.components,
        stages=claim.stages,
    )


def _first_year(case: Case, ending: list[Claim]) -> Finding:
    """One finding for everything that is free for twelve months only."""
    late = case.date is not None and case.date >= CREDITS_SINCE
    since = f"accounts opened since {CREDITS_SINCE} get credits (up to 200 USD, six months) instead"
    return about(
        NAME,
        "warning" if late else "note",
        ending,
        claim=f"{len(ending)} allowances are counted on that last twelve months",
        stated="free",
        computed="billed from the thirteenth month; for accounts opened today from the first",
        calculation=f"{', '.join(sorted({str(claim.meter) for claim in ending}))}: twelve months only, and {since}",
        components=[name for claim in ending for name in claim.components],
        stages=[name for claim in ending for name in claim.stages],
    )
