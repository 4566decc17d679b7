"""Price tables: dated CSV files, one per provider and region, read into one rate per meter.

    tables/<date>/<provider>-<region>.csv      one row per tier of a meter
    tables/<date>/<provider>-global.csv        meters that know no region

Tables are looked for in the folders of `table_folders`, or in the one folder that is given.

A table is checked whole before it is used: all its problems come as one `PriceFileError`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from model.nearest import did_you_mean
from pricing.errors import PriceFileError, UnknownMeterError, UnknownPriceError
from pricing.price_rows import CONFIDENCES, DATE, Price, read_prices
from pricing.table_folders import table_folders
from pricing.tiers import Quantity, tiered_cost

GLOBAL: Final = "global"


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one meter: every tier, the free allowance, and where the numbers come from.

    `edges` and `unit_prices` (USD per base unit) are what `tiers.tiered_cost` takes; `per` base units make one
    `unit` of the provider's price list. `effective_date` and `confidence` are the oldest and the weakest of the
    tiers. `region` is `global` for a meter that knows none.
    """

    service: str
    meter: str
    description: str
    region: str
    unit: str
    per: float
    base_unit: str
    edges: tuple[float, ...]
    unit_prices: tuple[float, ...]
    free_quantity: float
    free_kind: str
    free_pool: str
    effective_date: str
    source: str
    confidence: str

    @property
    def pool(self) -> str:
        """The name under which the account shares the free allowance."""
        return self.free_pool or self.meter

    @property
    def usd_per_unit(self) -> float:
        """The price of the first tier, per unit of the provider's price list."""
        return self.unit_prices[0] * self.per

    def cost(self, quantity: Quantity, free: Quantity = 0.0) -> Quantity:
        """USD for a month's `quantity` base units, of which the first `free` (at most all of them) are not billed.

        The published tier bounds count the free units: CloudFront's first 10 TB are 1 TB free and 9 TB billed,
        Cognito's first 100,000 users are 10,000 free and 90,000 billed. So the free units are the first ones
        of the first tier, not a discount on the last.
        """
        whole = tiered_cost(quantity, self.edges, self.unit_prices)
        if isinstance(free, float) and free == 0:
            return whole
        return whole - tiered_cost(np.minimum(free, quantity), self.edges, self.unit_prices)


@dataclass(frozen=True)
class PriceTable:
    """All rates that hold in one region on one date: its own, the global ones, and the external providers'."""

    region: str
    date: str
    rates: Mapping[str, Rate]

    def __contains__(self, meter: object) -> bool:
        return meter in self.rates

    def __iter__(self) -> Iterator[str]:
        return iter(self.rates)

    def __len__(self) -> int:
        return len(self.rates)

    def rate(self, meter: str) -> Rate:
        """The rate of a meter. Raises UnknownMeterError with the nearest name."""
        try:
            return self.rates[meter]
        except KeyError:
            place = f"priced in {self.region} on {self.date}"
            raise UnknownMeterError(f"'{meter}' is not a meter {place}{did_you_mean(meter, self.rates)}") from None


@lru_cache(maxsize=32)
def load_prices(region: str, date: str | None = None, tables: Path | None = None) -> PriceTable:
    """The price table of a region: of `date` (a folder of `tables/`), or the newest.

    Raises UnknownPriceError for a region or date without a file, PriceFileError for rows that are wrong.
    """
    date = known_date(date, tables)
    _known(region, "region", available_regions(date, tables))
    return PriceTable(region, date, read_rates(p for p in _files(date, tables) if _region(p) in (region, GLOBAL)))


def available_dates(tables: Path | None = None) -> tuple[str, ...]:
    """The dates with price tables, oldest first."""
    return tuple(sorted({path.name for folder in _folders(tables) for path in folder.iterdir() if _is_dated(path)}))


def available_regions(date: str | None = None, tables: Path | None = None) -> tuple[str, ...]:
    """The regions with a price file of their own, on `date` or the newest one."""
    return tuple(sorted({_region(path) for path in _files(known_date(date, tables), tables)} - {GLOBAL}))


def known_date(date: str | None, tables: Path | None = None) -> str:
    """`date`, if there are tables of it, or the newest date. Raises UnknownPriceError."""
    dates = available_dates(tables)
    return _known(date, "date", dates) if date else dates[-1]


def dated_folder(date: str | None, tables: Path | None = None) -> Path:
    """The folder with the tables of a date, or of the newest one. Raises UnknownPriceError."""
    known = known_date(date, tables)
    return next(folder / known for folder in _folders(tables) if (folder / known).is_dir())


def read_rates(paths: Iterable[Path]) -> dict[str, Rate]:
    """The rates of some price files together, by meter. Raises PriceFileError with every problem of all files."""
    problems: list[str] = []
    tiers: dict[str, list[_Row]] = defaultdict(list)
    for path in paths:
        region = _region(path)
        for place, price in read_prices(path, problems):
            tiers[price.meter].append(_Row(place, region, price))
    rates = {}
    for meter in sorted(tiers):
        rows = sorted(tiers[meter], key=lambda row: row.price.tier_from)
        found = _meter_problems(rows)
        problems += found
        if not found:
            rates[meter] = _rate(rows)
    problems += _pool_problems(rates.values())
    if problems:
        raise PriceFileError(problems)
    return rates


@dataclass(frozen=True, slots=True)
class _Row:
    """A price with the place and the region it was read from."""

    place: str
    region: str
    price: Price


def _folders(tables: Path | None) -> tuple[Path, ...]:
    return table_folders() if tables is None else (tables,)


def _is_dated(path: Path) -> bool:
    return DATE.fullmatch(path.name) is not None and path.is_dir()


def _files(date: str, tables: Path | None) -> list[Path]:
    return sorted(dated_folder(date, tables).glob("*-*.csv"))


def _region(path: Path) -> str:
    """`eu-west-1` of `aws-eu-west-1.csv`."""
    return path.stem.split("-", 1)[1]


def _known(name: str, kind: str, valid: tuple[str, ...]) -> str:
    if name not in valid:
        raise UnknownPriceError(f"no price table for {kind} '{name}'; there is {', '.join(valid)}")
    return name


def _meter_problems(rows: list[_Row]) -> list[str]:
    """What is wrong between the tiers of one meter, in the order of their bounds."""
    first = rows[0]
    found: list[str] = []
    expected = 0.0
    for before, row in zip([first, *rows], rows, strict=False):
        price, where = row.price, f"{row.place}: {row.price.meter}"
        if row is not first and (row.region != first.region or price.tier_from == before.price.tier_from):
            return [*found, f"{where} is priced twice (also {before.place})"]
        if price.tier_from != expected:
            word = "leaves a gap" if price.tier_from > expected else "overlaps"
            found.append(f"{where}: the tier from {price.tier_from:.15g} {word}: {expected:.15g} is next")
        if (price.unit, price.per, price.base_unit) != (
            first.price.unit,
            first.price.per,
            first.price.base_unit,
        ):
            found.append(f"{where} counts in '{price.unit}', its first tier in '{first.price.unit}'")
        if row is not first and price.free_kind != "none":
            found.append(f"{where}: a free allowance stands on the first tier only")
        expected = price.tier_to
    if expected != math.inf:
        found.append(f"{rows[-1].place}: {first.price.meter} has no price above {expected:.15g}")
    return found


def _pool_problems(rates: Iterable[Rate]) -> list[str]:
    """Meters that share a pool but disagree on what is free."""
    pools: dict[str, Rate] = {}
    found: list[str] = []
    for rate in rates:
        first = pools.setdefault(rate.pool, rate)
        if (rate.free_quantity, rate.free_kind) != (first.free_quantity, first.free_kind):
            found.append(
                f"pool {rate.pool}: {rate.meter} says {rate.free_quantity:g} {rate.free_kind}, "
                f"{first.meter} says {first.free_quantity:g} {first.free_kind}"
            )
    return found


def _rate(rows: list[_Row]) -> Rate:
    prices = [row.price for row in rows]
    first = prices[0]
    return Rate(
        service=first.service,
        meter=first.meter,
        description=first.description,
        region=rows[0].region,
        unit=first.unit,
        per=first.per,
        base_unit=first.base_unit,
        edges=tuple(price.tier_from for price in prices[1:]),
        unit_prices=tuple(price.usd / price.per for price in prices),
        free_quantity=first.free_quantity,
        free_kind=first.free_kind,
        free_pool=first.free_pool,
        effective_date=min(price.effective_date for price in prices),
        source="; ".join(dict.fromkeys(price.source for price in prices)),
        confidence=min((price.confidence for price in prices), key=CONFIDENCES.index),
    )
