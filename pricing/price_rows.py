"""Rows of a price file: one tier of one meter each, read with every problem gathered."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from model.nearest import did_you_mean

FREE_KINDS: Final = ("always", "12_months", "none")
CONFIDENCES: Final = ("low", "medium", "high")
"""How far a price can be trusted, weakest first; `tables/SOURCES.md` says what each means."""

DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_METER: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+")


@dataclass(frozen=True, slots=True)
class Price:
    """One tier of one meter. Quantities count base units; `usd` is the price of `per` of them."""

    service: str
    meter: str
    description: str
    unit: str
    per: float
    base_unit: str
    tier_from: float
    tier_to: float
    usd: float
    free_quantity: float
    free_kind: str
    free_pool: str
    effective_date: str
    source: str
    confidence: str


COLUMNS: Final = tuple(field.name for field in fields(Price))


def read_prices(path: Path, problems: list[str]) -> Iterator[tuple[str, Price]]:
    """Every row of a file that loads, after its place; what is wrong with the others goes to `problems`."""
    for place, row in read_rows(path, COLUMNS, problems):
        price = _price(row)
        found = [*_text_problems(price), *_number_problems(price, row)]
        if found:
            problems += (f"{place}: {problem}" for problem in found)
        else:
            yield place, price


def read_rows(path: Path, columns: Sequence[str], problems: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The rows of a CSV file with exactly these columns, each after its place (`file:line`)."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        if next(rows, []) != list(columns):
            problems.append(f"{path.name}:1: the columns must be {','.join(columns)}")
            return
        for row in rows:
            place = f"{path.name}:{rows.line_num}"
            if len(row) == len(columns):
                yield place, row
            else:
                problems.append(f"{place}: {len(row)} cells, not {len(columns)}")


def number(text: str, empty: float = math.nan) -> float:
    """The number in a cell: `empty` when there is none, not-a-number when it is anything else."""
    try:
        value = float(text) if text else empty
    except ValueError:
        return math.nan
    return math.nan if text and math.isinf(value) else value


def origin_problems(effective_date: str, source: str, confidence: str) -> Iterator[str]:
    """What is wrong with where a row says that it comes from."""
    if not source.strip():
        yield "source is missing"
    if not DATE.fullmatch(effective_date):
        yield f"effective_date: '{effective_date}' is not a date like 2026-11-21"
    if confidence not in CONFIDENCES:
        near = did_you_mean(confidence, CONFIDENCES)
        yield f"confidence: '{confidence}' is not one of {', '.join(CONFIDENCES)}{near}"


def _price(row: list[str]) -> Price:
    service, meter, description, unit, per, base_unit, start, end, usd, free, kind, pool, *origin = row
    return Price(
        service,
        meter,
        description,
        unit,
        number(per),
        base_unit,
        number(start),
        number(end, math.inf),
        number(usd),
        number(free, 0.0),
        kind,
        pool,
        *origin,
    )


def _text_problems(price: Price) -> Iterator[str]:
    for name in ("service", "unit", "base_unit"):
        if not getattr(price, name).strip():
            yield f"{name} is missing"
    if not _METER.fullmatch(price.meter):
        yield f"meter: '{price.meter}' is not lower-case words joined by dots"
    if price.free_kind not in FREE_KINDS:
        near = did_you_mean(price.free_kind, FREE_KINDS)
        yield f"free_kind: '{price.free_kind}' is not one of {', '.join(FREE_KINDS)}{near}"
    yield from origin_problems(price.effective_date, price.source, price.confidence)


def _number_problems(price: Price, row: list[str]) -> Iterator[str]:
    for name in ("tier_from", "usd", "free_quantity"):
        if not getattr(price, name) >= 0:
            yield f"{name}: '{_cell(row, name)}' is not a number of 0 or more"
    if not price.per > 0:
        yield f"per: '{_cell(row, 'per')}' is not a number above 0"
    if not price.tier_to > price.tier_from:
        yield f"tier_to: '{_cell(row, 'tier_to')}' is not a number above tier_from '{_cell(row, 'tier_from')}'"
    if price.free_kind == "none" and (price.free_quantity or price.free_pool):
        yield f"free_kind 'none' does not go with free_quantity '{_cell(row, 'free_quantity')}' or a free_pool"
    if price.free_kind != "none" and not price.free_quantity:
        yield f"free_quantity is missing for free_kind '{price.free_kind}'"


def _cell(row: list[str], column: str) -> str:
    return row[COLUMNS.index(column)]
