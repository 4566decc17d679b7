"""What a claim's numbers mean: its bounds, its unit, and how exactly it was written."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from model.claims import Claim
from studies.amounts import dollar_span, span


class Bounds(NamedTuple):
    """The lowest and the highest value that a claim allows."""

    low: float
    high: float


_LEADING: Final = re.compile(r"\((below|or more|approximate|strictly below)\)|, (above|below)$")


def bounds(claim: Claim) -> Bounds | None:
    """The claim's numbers; one of them stands for both when the other is absent. None for a text."""
    if claim.low is None and claim.high is None:
        return None
    low = claim.low if claim.low is not None else claim.high
    high = claim.high if claim.high is not None else claim.low
    return Bounds(float(low or 0.0), float(high or 0.0))


def usd_per_month(claim: Claim) -> Bounds | None:
    """The claim's dollars a month; None when it is about something else. "Below 5" allows anything from 0."""
    found = bounds(claim)
    if found is None or not claim.unit.startswith("USD/month"):
        return None
    return Bounds(0.0, found.high) if claim.low is None else found


def is_approximate(claim: Claim) -> bool:
    return claim.comparator == "~" or "approximate" in claim.unit


def rounding(value: float) -> float:
    """Half a unit of the last digit that was written: what rounding may have taken away.

    >>> rounding(545.0), rounding(0.34), rounding(38.5)
    (0.5, 0.005, 0.05)
    """
    text = f"{value:.10f}".rstrip("0")
    return float(0.5 * 10.0 ** -len(text.split(".")[1]))


def unit_words(claim: Claim) -> str:
    """The unit without remarks in parentheses."""
    return _LEADING.sub("", claim.unit).strip()


def stated(claim: Claim) -> str:
    """The claim's value as people read it."""
    found = bounds(claim)
    if found is None:
        return claim.text or "stated in words"
    if claim.unit.startswith("USD/month"):
        return f"{dollar_span(*found)} a month"
    return span(found.low, found.high, unit_words(claim))


def at(claim: Claim) -> str:
    """The claim's subject with the stages that it speaks of."""
    return f"{claim.subject} ({', '.join(claim.stages)})" if claim.stages else claim.subject
