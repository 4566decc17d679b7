"""`stageplan actuals`: the bill that came beside the bill that was predicted."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from account.actuals import compare
from account.actuals_text import actuals_csv, actuals_text
from account.charges import Charges
from account.cost_explorer import read_cost_explorer
from account.exports import read_export
from account.months import Month, month_of, months_between
from account.session import session
from model.loading import load
from model.problems import BadInput
from pricing.price_table import load_prices
from stageplan.options import (
    Arch,
    AwsRegion,
    Csv,
    Draws,
    FreeTierOption,
    Json,
    PricesDate,
    Profile,
    Seed,
    StageNeeded,
    Today,
)
from stageplan.output import one_format, write_json
from stageplan.policies import policy_option
from stageplan.typed import free_tier_of, tags_of, today_of

Policy = Annotated[bool, policy_option("actuals")]


def run(
    arch: Arch,
    stage: StageNeeded,
    first: Annotated[str | None, typer.Option("--from", metavar="MONTH", help="First month, like 2026-09.")] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="MONTH", help="Last month; the first when absent.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="K=V", help="Only what carries this cost allocation tag.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help="A Cost and Usage or FOCUS export (CSV, Parquet), no account."),
    ] = None,
    region: AwsRegion = None,
    profile: Profile = None,
    json: Json = False,
    csv: Csv = False,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    draws: Draws = 2000,
    seed: Seed = 0,
    today: Today = None,
    policy: Policy = False,
) -> None:
    """Print the difference per line, what only one side has, and which assumptions would explain it."""
    one_format(json=json, csv=csv)
    architecture = load(arch)
    graph = architecture.at(stage)
    charges = _charges(file, first, last, tags_of(tag or ()), region, profile, today)
    table = load_prices(architecture.region, prices_date)
    found = compare(graph, table, charges, free_tier=free_tier_of(free_tier), draws=draws, seed=seed)
    if json:
        write_json(found.as_json())
    else:
        sys.stdout.write(actuals_csv(found) if csv else actuals_text(found))


def _charges(
    file: str | None,
    first: str | None,
    last: str | None,
    tags: dict[str, str],
    region: str | None,
    profile: str | None,
    today: str | None,
) -> Charges:
    """From the file, else from the account."""
    start = month_of(first, "--from") if first else None
    end = month_of(last, "--to") if last else None
    if file is not None:
        if start and end:
            months_between(start, end)
        return read_export(file, tags, start, end)
    if start is None:
        raise BadInput("--from MONTH is needed, or --file FILE with an export")
    months: tuple[Month, ...] = months_between(start, end or start)
    return read_cost_explorer(session(region, profile).client("ce"), months, today_of(today), tags)
