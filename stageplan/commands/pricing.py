"""`stageplan price`: the bill of one stage, or of all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from model.graph import Architecture
from model.measured_overlay import load_with_overlay
from pricing.bill import Bill
from pricing.price import price
from pricing.price_table import load_prices
from pricing.staleness import stale_days
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
from stageplan.typed import free_tier_of, today_of

if TYPE_CHECKING:
    from studies.simulated_bill import SimulatedBill


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
    day = today_of(today)
    architecture = load_with_overlay(arch, overlay)
    bills = bills_of(architecture, stage, free_tier, prices_date, draws, seed)
    both = _simulated(architecture, bills, free_tier, prices_date) if simulated else []
    bills = [item.simulated for item in both] or bills
    _mention_age(bills[0].price_date, day)
    if focus is not None:
        from studies.focus import focus_csv

        sys.stdout.write(focus_csv(architecture, bills, focus))
    elif json:
        found = [bill.as_json() for bill in bills]
        for told, item in zip(found, both, strict=False):
            told["difference"] = item.as_json()
        write_json(found[0] if stage else {"stages": found})
    elif csv:
        from reports.csv_text import bill_csv

        sys.stdout.write(bill_csv(bills))
    else:
        from reports.text import bill_text, stages_text

        sys.stdout.write(bill_text(architecture, bills[0]) if stage else stages_text(architecture, bills))
        if both:
            from reports.simulated_bill_text import differences_text

            sys.stdout.write(differences_text(both))
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
) -> list[Bill]:
    """The bill of one stage, or of all in their order."""
    kind = free_tier_of(free_tier)
    prices = load_prices(architecture.region, prices_date)
    names = [architecture.stage(stage).name] if stage else architecture.stage_names
    return [
        price(graph, prices, free_tier=kind, draws=draws, seed=seed)
        for graph in (architecture.at(name) for name in names)
    ]


def _simulated(
    architecture: Architecture, bills: Sequence[Bill], free_tier: str, prices_date: str | None
) -> list[SimulatedBill]:
    """Each bill beside that of what a simulated day of the stage ran."""
    from simulations.outlook import FIRST_SEED
    from simulations.usage import measure_day
    from stageplan.commands.simulating import usable_engine
    from studies.simulated_bill import simulated_bill

    kind, engine = free_tier_of(free_tier), usable_engine("compiled")
    prices = load_prices(architecture.region, prices_date)
    found = []
    for bill in bills:
        graph = architecture.at(bill.stage)
        day = measure_day(graph, FIRST_SEED + bill.seed, engine)
        ran = price(graph, prices, free_tier=kind, draws=bill.draws, seed=bill.seed, measured=day.measured)
        found.append(simulated_bill(graph, bill, ran, day))
    return found
