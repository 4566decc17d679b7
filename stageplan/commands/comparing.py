"""`stageplan compare`: the same work, side by side."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from model.loading import load
from stageplan.options import Csv, Draws, FreeTierOption, Json, PricesDate, Seed
from stageplan.output import one_format, write_json
from stageplan.typed import free_tier_of
from studies.compare import compare
from studies.compare_text import comparison_csv, comparison_markdown
from studies.scaling import Users
from studies.simulated_side import simulated_figures


def run(
    archs: Annotated[list[str], typer.Argument(metavar="ARCH ARCH...")],
    stages: Annotated[
        list[str] | None, typer.Option("--stage", metavar="S", help="One stage for all, or one for each.")
    ] = None,
    users: Annotated[float | None, typer.Option(help="Users a month; as the stages say when absent.")] = None,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="With latency, cold starts, capacity and promised availability.")
    ] = False,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print the comparison; the first architecture is what the others are compared with."""
    one_format(json=json, csv=csv)
    found = compare(
        [load(arch) for arch in archs],
        stages or None,
        users=Users.exactly(users) if users is not None else None,
        free_tier=free_tier_of(free_tier),
        prices_date=prices_date,
        draws=draws,
        seed=seed,
        measure=simulated_figures if simulated else None,
    )
    if json:
        write_json(found.as_json())
    else:
        sys.stdout.write(comparison_csv(found) if csv else comparison_markdown(found))
