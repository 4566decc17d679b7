"""`stageplan price`: the bill of one stage, or of all."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, get_args

import typer

from model.graph import Architecture
from model.overlays import load_with_overlay
from model.problems import UnknownName
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.bill import Bill
from pricing.metering.site import Measured
from pricing.price import price
from pricing.price_table import load_prices
from pricing.staleness import day_of, stale_days
from stageplan.options import (
    Arch,
    Budget,
    Csv,
    Draws,
    FreeTierOption,
    Json,
    Overlay,
    PricesDate,
    Seed,
    Stage,
    Today,
)
from stageplan.output import one_format, write_json


def run(
    arch: Arch,
    stage: Stage = None,
    json: Json = False,
    csv: Csv = False,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    draws: Draws = 2000,
    seed: Seed = 0,
    budget: Budget = None,
    overlay: Overlay = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="With tasks, waiting and cold starts as a simulated day ran them.")
    ] = False,
    focus: Annotated[
        str | None, typer.Option("--focus", metavar="MONTH", help="The bill of that month (2027-01) in FOCUS columns.")
    ] = None,
    today: Today = None,
) -> None:
    """Print the bill as a table, as JSON or as CSV; exit with 1 when it goes over the budget."""
    one_format(json=json, csv=csv, focus=focus is not None)
    day = day_of(today) if today else date.today()
    architecture = load_with_overlay(arch, overlay)
    bills = bills_of(architecture, stage, free_tier, prices_date, draws, seed, simulated=simulated)
    _mention_age(bills[0].price_date, day)
    if focus is not None:
        from studies.focus import focus_csv

        sys.stdout.write(focus_csv(architecture, bills, focus))
    elif json:
        answer = bills[0].as_json() if stage else {"stages": [bill.as_json() for bill in bills]}
        write_json(answer)
    elif csv:
        from reports.csv_text import bill_csv

        sys.stdout.write(bill_csv(bills))
    else:
        from reports.text import bill_text, stages_text

        sys.stdout.write(bill_text(architecture, bills[0]) if stage else stages_text(architecture, bills))
    if budget is not None:
        from stageplan.commands.diffing import gate

        gate(bills, budget)


def _mention_age(price_date: str, today: date) -> None:
    """Say to standard error that the price table is old, when it is."""
    days = stale_days(price_date, today)
    if days is not None:
        sys.stderr.write(f"the prices of {price_date} are {days} days old: 'stageplan prices refresh' gets today's\n")


def bills_of(
    architecture: Architecture,
    stage: str | None,
    free_tier: str,
    prices_date: str | None,
    draws: int,
    seed: int,
    *,
    simulated: bool = False,
) -> list[Bill]:
    """The bill of one stage, or of all in their order; `simulated`: what a simulated day ran replaces derived usage."""
    kind = free_tier_of(free_tier)
    prices = load_prices(architecture.region, prices_date)
    names = [architecture.stage(stage).name] if stage else architecture.stage_names
    return [
        price(graph, prices, free_tier=kind, draws=draws, seed=seed, measured=_ran(graph, seed) if simulated else None)
        for graph in (architecture.at(name) for name in names)
    ]


def _ran(graph: SizedGraph, seed: int) -> Measured:
    """What a simulated day of the stage counted."""
    from simulations.usage import measure_day

    return measure_day(graph, seed).measured


def free_tier_of(text: str) -> FreeTier:
    """The free-tier option as typed; raise UnknownName for another word."""
    for kind in get_args(FreeTier):
        if text == kind:
            return kind  # type: ignore[no-any-return]
    raise UnknownName("a kind of free tier", text, get_args(FreeTier))
