"""Where the prices of some bills come from: every source once, numbered in the order in which the bills use them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pricing.bill import Bill, Line

STATED = "stated"
"""The confidence of a price that the document itself states, with its source."""


@dataclass(frozen=True)
class PriceSource:
    """One source, and the meters that it prices."""

    number: int
    text: str
    meters: tuple[str, ...]
    oldest: str
    """Effective date of its oldest price; empty when it bears none."""
    newest: str
    confidences: tuple[str, ...]


def price_sources(bills: Iterable[Bill]) -> dict[str, PriceSource]:
    """The sources of the lines of some bills, by their text."""
    lines: dict[str, list[Line]] = {}
    for line in _sourced(bills):
        lines.setdefault(line.source, []).append(line)
    return {text: _source(number, text, used) for number, (text, used) in enumerate(lines.items(), start=1)}


def meters_by_confidence(bills: Iterable[Bill]) -> dict[str, int]:
    """How many meters of some bills are priced with which confidence, most frequent first."""
    meters = {(line.meter, line.confidence or STATED) for line in _sourced(bills)}
    counts = Counter(confidence for _, confidence in meters)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _sourced(bills: Iterable[Bill]) -> Iterable[Line]:
    return (line for bill in bills for line in bill.lines if line.source)


def _source(number: int, text: str, lines: list[Line]) -> PriceSource:
    dates = sorted({line.effective_date for line in lines if line.effective_date})
    return PriceSource(
        number,
        text,
        tuple(sorted({line.meter for line in lines})),
        dates[0] if dates else "",
        dates[-1] if dates else "",
        tuple(sorted({line.confidence or STATED for line in lines})),
    )
