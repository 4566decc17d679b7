"""Bars as positions in percent of their width: the templates draw them, so that they fit any screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pricing.bill import Bill, Influence, Range
from reports.claim_checks import CheckedClaim

COLOURS = 9
"""Services with a colour of their own; the rest share the last one."""
OTHERS = "other services"


@dataclass(frozen=True)
class RangeBar:
    """A range on an axis from zero: percent of the width."""

    low: float
    likely: float
    high: float
    stated: tuple[float, ...]
    """What the document says."""


@dataclass(frozen=True)
class Segment:
    """One service's part of a stacked bar."""

    service: str
    colour: int
    usd: float
    start: float
    width: float


@dataclass(frozen=True)
class StackedBar:
    """One stage: its services side by side, and the range of the total."""

    segments: tuple[Segment, ...]
    low: float
    end: float
    high: float


@dataclass(frozen=True)
class TornadoBar:
    """What one assumption does to the total, on an axis that all bars of the chart share."""

    influence: Influence
    likely: float
    at_low: float
    at_high: float

    @property
    def spans(self) -> tuple[tuple[str, float, float], ...]:
        """(which end, start, width) from the likely total to the total at each end."""
        ends = (("low", self.at_low), ("high", self.at_high))
        return tuple((name, min(end, self.likely), abs(end - self.likely)) for name, end in ends)


def range_bar(ours: Range, claims: Iterable[CheckedClaim]) -> RangeBar:
    """A total's range beside what the document says, both on an axis of their own."""
    stated = sorted({bound for claim in claims for bound in (claim.low, claim.high)})
    top = max([ours.high, *stated]) * 1.06
    scale = 100 / top if top > 0 else 0.0
    return RangeBar(ours.low * scale, ours.likely * scale, ours.high * scale, tuple(value * scale for value in stated))


def service_colours(services: Sequence[str]) -> dict[str, int]:
    """A colour per service, dearest first; those beyond the palette share the last colour.

    >>> colours = service_colours([f"s{i}" for i in range(11)])
    >>> colours["s0"], colours["s7"], colours["s8"], colours["s10"]
    (0, 7, 8, 8)
    """
    return {service: min(place, COLOURS - 1) for place, service in enumerate(services)}


def shared_colour(colours: Mapping[str, int]) -> str | None:
    """What the last colour stands for: one service, several, or none."""
    names = [name for name, colour in colours.items() if colour == COLOURS - 1]
    return (names[0] if len(names) == 1 else OTHERS) if names else None


def stacked_bars(bills: Sequence[Bill], colours: Mapping[str, int]) -> tuple[StackedBar, ...]:
    """One bar per stage, all on the same axis from zero to the highest total's upper end."""
    top = max((bill.total.high for bill in bills), default=0.0)
    scale = 100 / top if top > 0 else 0.0
    return tuple(_stacked(bill, colours, scale) for bill in bills)


def _stacked(bill: Bill, colours: Mapping[str, int], scale: float) -> StackedBar:
    cost = dict.fromkeys(range(COLOURS), 0.0)
    names = {colour: name for name, colour in colours.items()}
    names[COLOURS - 1] = shared_colour(colours) or ""
    for service, amount in bill.services.items():
        if service in colours:
            cost[colours[service]] += amount.likely
    segments, start = [], 0.0
    for colour, usd in cost.items():
        if usd > 0:
            segments.append(Segment(names[colour], colour, usd, start, usd * scale))
            start += usd * scale
    return StackedBar(tuple(segments), bill.total.low * scale, start, bill.total.high * scale)


def tornado(bill: Bill, most: int = 10) -> tuple[TornadoBar, ...]:
    """The assumptions that move the total most, greatest first; those that move it by less than a cent left out."""
    shown = [item for item in bill.influences if item.swing >= 0.01][:most]
    ends = [bill.total.likely, *(end for item in shown for end in (item.at_low, item.at_high))]
    low, high = min(ends), max(ends)
    scale = 100 / (high - low) if high > low else 0.0

    def position(value: float) -> float:
        return (value - low) * scale

    likely = position(bill.total.likely)
    return tuple(TornadoBar(item, likely, position(item.at_low), position(item.at_high)) for item in shown)
