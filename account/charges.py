"""What a bill says: charges by month, service and usage type, and what stands beside usage on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from account.months import Month

USAGE_KINDS: Final = frozenset({"usage", "discountedusage", "savingsplancoveredusage"})
"""Record types, line item types and charge categories that are use of a service; all else stands beside it."""


def is_usage(kind: str) -> bool:
    """Whether a record type means use: credits, refunds, taxes, fees and discounts do not.

    >>> is_usage("Usage"), is_usage("Savings Plan Covered Usage"), is_usage("Credit")
    (True, True, False)
    """
    return kind.replace(" ", "").replace("_", "").casefold() in USAGE_KINDS


class Item(NamedTuple):
    """What was used: a usage type of a service, or one of our own meters when the bill names it."""

    service: str
    usage_type: str
    meter: str = ""


class Amount(NamedTuple):
    """USD and how much was used, in the provider's own unit."""

    usd: float
    quantity: float


@dataclass(frozen=True)
class Charges:
    """A bill over some months."""

    source: str
    months: tuple[Month, ...]
    partial: tuple[Month, ...]
    """Months that are not over or not wholly covered."""
    used: Mapping[tuple[Month, Item], Amount]
    beside: Mapping[tuple[Month, str], float]
    """USD by month and record type: credits, refunds, taxes, fees."""
    notes: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[Month, ...]:
        """The months that a mean is taken over: the whole ones, or the partial ones when there is no other."""
        whole = tuple(month for month in self.months if month not in self.partial)
        return whole or self.months

    @property
    def is_empty(self) -> bool:
        return not any(abs(amount.usd) > 0 or amount.quantity for amount in self.used.values())

    def monthly(self) -> dict[Item, Amount]:
        """What each item came to in a mean counted month."""
        months = set(self.counted)
        found: defaultdict[Item, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for (month, item), amount in self.used.items():
            if month in months:
                found[item][0] += amount.usd / len(months)
                found[item][1] += amount.quantity / len(months)
        return {item: Amount(usd, quantity) for item, (usd, quantity) in sorted(found.items())}

    def monthly_beside(self) -> dict[str, float]:
        """What stands beside usage in a mean counted month, by record type."""
        months = set(self.counted)
        found: defaultdict[str, float] = defaultdict(float)
        for (month, kind), usd in self.beside.items():
            if month in months:
                found[kind] += usd / len(months)
        return dict(sorted(found.items()))


@dataclass
class Tally:
    """Charges while they are added up."""

    used: defaultdict[tuple[Month, Item], list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    beside: defaultdict[tuple[Month, str], float] = field(default_factory=lambda: defaultdict(float))

    def add_usage(self, month: Month, item: Item, usd: float, quantity: float) -> None:
        """Add to what was used."""
        amount = self.used[month, item]
        amount[0] += usd
        amount[1] += quantity

    def add_beside(self, month: Month, kind: str, usd: float) -> None:
        """Add to what stands beside it."""
        self.beside[month, kind] += usd

    def charges(
        self, source: str, months: Iterable[Month], partial: Iterable[Month], notes: Iterable[str] = ()
    ) -> Charges:
        """The charges as they are now."""
        used = {key: Amount(*amount) for key, amount in sorted(self.used.items())}
        return Charges(source, tuple(months), tuple(partial), used, dict(sorted(self.beside.items())), tuple(notes))
