"""`stageplan cheapest`: the least cost that holds the targets for so many users."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from model.loading import load
from model.problems import BadInput
from reports.progress import Progress
from stageplan.options import Arch, Csv, FreeTierOption, Json, PricesDate
from stageplan.output import one_format, write_json
from stageplan.typed import free_tier_of
from studies.cheapest.study import cheapest
from studies.cheapest.text import cheapest_csv, cheapest_markdown

_STEPS = 60


def run(
    arch: Arch,
    users: Annotated[float, typer.Option("--users", metavar="N", help="Users active in a month.")],
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="S", help="The smallest stage that serves them when absent.")
    ] = None,
    on_demand: Annotated[bool, typer.Option("--on-demand", help="Without promises for a year.")] = False,
    drop_redundancy: Annotated[
        bool, typer.Option("--drop-redundancy", help="One zone will do where no target asks for more.")
    ] = False,
    memory: Annotated[
        list[str] | None,
        typer.Option("--memory", metavar="NAME=GB", help="Memory that a component is not taken below."),
    ] = None,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the simulations.")] = 1,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print the least cost, what faster ones cost and why cheaper ones fail; exit with 1 when a target cannot be
    reached.
    """
    one_format(json=json, csv=csv)
    with Progress(_STEPS) as progress:
        found = cheapest(
            load(arch),
            users,
            stage,
            free_tier=free_tier_of(free_tier),
            prices_date=prices_date,
            commit=not on_demand,
            keep_redundancy=not drop_redundancy,
            memory_gb=_memory(memory or ()),
            seed=seed,
            tell=progress,
        )
    if json:
        write_json(found.as_json())
    else:
        sys.stdout.write(cheapest_csv(found) if csv else cheapest_markdown(found))
    if not found.holds:
        sys.exit(1)


def _memory(texts: Sequence[str]) -> dict[str, float]:
    """`NAME=GB` as typed; raise BadInput for what is not of that form."""
    found: dict[str, float] = {}
    for text in texts:
        name, _, gb = text.partition("=")
        try:
            found[name] = float(gb)
        except ValueError:
            raise BadInput(f"--memory {text!r} is not NAME=GIGABYTES") from None
    return found
