"""Commitments: Savings Plans and reserved instances, a lower price for a promise of one or three years.

Two views that must not be mixed: the effective monthly cost (what a month of use costs, the upfront part spread
over the term) and the cash (what is paid when). A discount that is only known as a range stays a range.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from model.units import HOURS_PER_MONTH
from pricing.errors import PriceFileError
from pricing.price_rows import number, origin_problems, read_rows
from pricing.price_table import dated_folder

MONTHS_PER_YEAR: Final = 12
UPFRONT_SHARE: Final = {"none": 0.0, "partial": 0.5, "all": 1.0}
"""How much of a Savings Plan is paid on the first day, by payment option (AWS Savings Plans user guide)."""

KINDS: Final = ("savings_plan", "reserved")
COLUMNS: Final = (
    "name", "service", "kind", "meters", "description", "region", "term_years", "payment", "discount_low",
    "discount_high", "usd_per_hour", "upfront_usd", "effective_date", "source", "confidence",
)  # fmt: skip


class Band(NamedTuple):
    """The lowest and the highest value that the source allows; both the same when it is exact."""

    low: float
    high: float


class Discount(NamedTuple):
    """A share off the on-demand cost, between 0 and 1, the upfront part included."""

    low: float
    high: float


class Hourly(NamedTuple):
    """A rate for every hour of the term, after a fee on the first day."""

    usd_per_hour: float
    upfront_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one promise costs: a discount on the on-demand cost, or an hourly rate with an upfront fee.

    `meters` are those it lowers; none when no meter of the price tables is covered. The promise is paid whether it
    is used or not, so ask for the cost of the usage that is committed, not of the usage that happens.
    """

    name: str
    service: str
    kind: str
    meters: tuple[str, ...]
    description: str
    region: str
    term_years: int
    payment: str
    terms: Discount | Hourly
    effective_date: str
    source: str
    confidence: str

    @property
    def term_months(self) -> int:
        return self.term_years * MONTHS_PER_YEAR

    def monthly_usd(self, on_demand_usd_per_month: float, count: int = 1) -> Band:
        """The effective cost of a month: `count` instances, or usage worth `on_demand_usd_per_month`.

        A reserved t3.medium for three years at 0.018 an hour, and the same after 360 upfront (10 a month):

        >>> from dataclasses import replace
        >>> [_, three_years, *_] = commitments_for("ec2.t3.medium", "us-east-1")
        >>> round(three_years.monthly_usd(30.37).low, 2)
        13.14
        >>> round(replace(three_years, terms=Hourly(0.018, 360.0)).monthly_usd(30.37).low, 2)
        23.14

        The Savings Plan of 12 to 17 % on Lambda duration worth 100:

        >>> commitments_for("lambda.duration.x86", "us-east-1")[0].monthly_usd(100.0)
        Band(low=83.0, high=88.0)
        """
        if isinstance(self.terms, Discount):
            low, high = self.terms
            return Band(on_demand_usd_per_month * (1 - high), on_demand_usd_per_month * (1 - low))
        usd = count * (self.terms.usd_per_hour * HOURS_PER_MONTH + self.terms.upfront_usd / self.term_months)
        return Band(usd, usd)

    def upfront_usd(self, on_demand_usd_per_month: float, count: int = 1) -> Band:
        """What is paid on the first day."""
        if isinstance(self.terms, Hourly):
            return Band(count * self.terms.upfront_usd, count * self.terms.upfront_usd)
        low, high = self.monthly_usd(on_demand_usd_per_month)
        share = UPFRONT_SHARE[self.payment] * self.term_months
        return Band(share * low, share * high)

    def cash_usd(self, on_demand_usd_per_month: float, count: int = 1) -> tuple[Band, ...]:
        """What is paid when: month 0 is the first day, months 1 to the end of the term follow.

        >>> from dataclasses import replace
        >>> [_, three_years, *_] = commitments_for("ec2.t3.medium", "us-east-1")
        >>> cash = replace(three_years, terms=Hourly(0.018, 360.0)).cash_usd(30.37)
        >>> len(cash), cash[0].low, round(cash[1].low, 2), round(cash[36].low, 2)
        (37, 360.0, 13.14, 13.14)
        """
        effective = self.monthly_usd(on_demand_usd_per_month, count)
        upfront = self.upfront_usd(on_demand_usd_per_month, count)
        monthly = Band(*(usd - paid / self.term_months for usd, paid in zip(effective, upfront, strict=True)))
        return (upfront, *[monthly] * self.term_months)


def commitments_for(meter: str, region: str, date: str | None = None) -> tuple[Commitment, ...]:
    """The commitments that lower a meter in a region, from the tables of `date` or the newest."""
    return tuple(item for item in load_commitments(date) if meter in item.meters and item.region == region)


@lru_cache(maxsize=8)
def load_commitments(date: str | None = None, tables: Path | None = None) -> tuple[Commitment, ...]:
    """Every commitment of a date's `commitments.csv`. Raises PriceFileError with every problem of the file."""
    path = dated_folder(date, tables) / "commitments.csv"
    problems: list[str] = []
    found: dict[str, Commitment] = {}
    for place, row in read_rows(path, COLUMNS, problems):
        cells = dict(zip(COLUMNS, row, strict=True))
        wrong = list(_problems(cells))
        if cells["name"] in found:
            wrong.append(f"name: '{cells['name']}' stands twice")
        problems += (f"{place}: {problem}" for problem in wrong)
        if not wrong:
            found[cells["name"]] = _commitment(cells)
    if problems:
        raise PriceFileError(problems)
    return tuple(found.values())


def _commitment(cells: dict[str, str]) -> Commitment:
    low, high = cells["discount_low"], cells["discount_high"]
    terms = Discount(number(low), number(high)) if low else _hourly(cells)
    return Commitment(
        name=cells["name"],
        service=cells["service"],
        kind=cells["kind"],
        meters=tuple(cells["meters"].split()),
        description=cells["description"],
        region=cells["region"],
        term_years=int(cells["term_years"]),
        payment=cells["payment"],
        terms=terms,
        effective_date=cells["effective_date"],
        source=cells["source"],
        confidence=cells["confidence"],
    )


def _hourly(cells: dict[str, str]) -> Hourly:
    return Hourly(number(cells["usd_per_hour"]), number(cells["upfront_usd"]))


def _problems(cells: dict[str, str]) -> Iterator[str]:
    if cells["kind"] not in KINDS:
        yield f"kind: '{cells['kind']}' is not one of {', '.join(KINDS)}"
    if cells["payment"] not in UPFRONT_SHARE:
        yield f"payment: '{cells['payment']}' is not one of {', '.join(UPFRONT_SHARE)}"
    if not (cells["term_years"].isdecimal() and int(cells["term_years"]) > 0):
        yield f"term_years: '{cells['term_years']}' is not a whole number of years"
    low, high = cells["discount_low"], cells["discount_high"]
    if low or high:
        if cells["usd_per_hour"] or cells["upfront_usd"]:
            yield "a discount and an hourly rate exclude each other"
        if not 0 <= number(low) <= number(high) < 1:
            yield f"discount: '{low}' to '{high}' is not a range between 0 and 1"
    elif not (number(cells["usd_per_hour"]) >= 0 and number(cells["upfront_usd"]) >= 0):
        yield f"usd_per_hour '{cells['usd_per_hour']}' and upfront_usd '{cells['upfront_usd']}' must be numbers"
    yield from origin_problems(cells["effective_date"], cells["source"], cells["confidence"])
