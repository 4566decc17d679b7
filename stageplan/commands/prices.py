"""`stageplan prices`: the price tables; `refresh` makes a new one from the provider's Price List."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from account.new_table import NewTable, new_table, unwritten, write_table
from account.offers import ENDPOINT_REGION
from account.refresh_text import BillChange, bill_changes, refresh_json, refresh_text
from account.session import session
from model.loading import bundled_names, load
from pricing.price_table import load_prices
from pricing.table_folders import writable_tables
from reports.progress import Progress
from stageplan.options import Json, PricesDate, Profile, Today
from stageplan.output import write_json
from stageplan.policies import policy_option
from stageplan.typed import today_of

if TYPE_CHECKING:
    from types_boto3_pricing import PricingClient

app = typer.Typer(add_completion=False, no_args_is_help=True)
Policy = Annotated[bool, policy_option("prices refresh")]
_STEPS = 60


@app.callback()
def _prices() -> None:
    """Price tables."""


@app.command("refresh")
def refresh(
    region: Annotated[
        list[str] | None, typer.Option("--region", metavar="R", help="A region with a table; all when absent.")
    ] = None,
    profile: Profile = None,
    base: PricesDate = None,
    today: Today = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Keep the old rows of services that are throttled, and mark the table.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    json: Json = False,
    policy: Policy = False,
) -> None:
    """A new table of today's prices beside the old: what changed, and what it does to every bundled bill."""
    day = today_of(today)
    client = session(ENDPOINT_REGION, profile).client("pricing")
    table, bills = made(client, day, region or (), base, partial=partial)
    folder = None if dry_run else str(write_table(table, writable_tables()))
    if json:
        write_json(refresh_json(table, bills, folder))
        return
    sys.stdout.write(refresh_text(table, bills))
    sys.stdout.write(f"{'nothing was written (--dry-run)' if folder is None else folder}\n")


def made(
    client: PricingClient, day: date, regions: list[str] | tuple[()], base: str | None, *, partial: bool
) -> tuple[NewTable, list[BillChange]]:
    """The new table and what it does to the bundled bills; nothing is written."""
    with Progress(_STEPS) as progress:
        table = new_table(client, day.isoformat(), regions, base_date=base, partial=partial, progress=progress)
        progress("the bundled bills")
        architectures = [load(name) for name in bundled_names()]
        bills: list[BillChange] = []
        with unwritten(table) as folder:
            for region in table.regions:
                before, after = load_prices(region, table.base_date), load_prices(region, table.date, folder)
                bills += bill_changes(architectures, before, after)
    return table, bills
