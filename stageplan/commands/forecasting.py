"""`stageplan forecast`: cost month by month along a growth curve."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from model.loading import load
from model.problems import BadInput
from reports.progress import Progress
from stageplan.options import Arch, Budgets, Csv, Draws, FreeTierOption, Json, PricesDate, Seed
from stageplan.output import one_format, write_json
from stageplan.typed import free_tier_of
from studies.forecast import forecast
from studies.forecast_text import forecast_csv, forecast_markdown
from studies.growth import Rate, curve_of, grow, read_users
from studies.scaling import Users
from studies.stage_capacity import stage_capacities
from studies.stage_rooms import rooms_of

_STEPS = 60


def run(
    arch: Arch,
    users: Annotated[float | None, typer.Option(help="Users in month 1; the first stage's when absent.")] = None,
    growth: Annotated[
        tuple[float, float, float], typer.Option(metavar="LOW LIKELY HIGH", help="Growth a month, as shares.")
    ] = (0.05, 0.1, 0.15),
    curve: Annotated[str, typer.Option(help="linear, exponential or logistic.")] = "exponential",
    ceiling: Annotated[float | None, typer.Option(help="Users that a logistic curve tends to.")] = None,
    users_csv: Annotated[
        str | None, typer.Option("--users-csv", metavar="FILE", help="Users by month instead of a curve.")
    ] = None,
    months: Annotated[int, typer.Option(help="1 to 120.")] = 24,
    stages: Annotated[list[str] | None, typer.Option("--stage", metavar="S", help="Stages to grow through.")] = None,
    budgets: Budgets = None,
    one_off: Annotated[list[str] | None, typer.Option("--one-off", metavar="MONTH:USD")] = None,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="A stage serves the users for whom it holds its targets when simulated.")
    ] = False,
    draws: Draws = 1000,
    seed: Seed = 0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print the forecast; exit with 1 when a budget that was asked for is broken in some month.

    Without `users` the curve starts at the users of the first stage. `growth` is low, likely and high.
    """
    one_format(json=json, csv=csv)
    architecture = load(arch)
    start = users if users is not None else rooms_of(architecture, stages or ())[0].users
    path = _listed(users_csv) if users_csv else grow(curve_of(curve), start, Rate(*growth), months, ceiling)
    with Progress(_STEPS) as progress:
        capacities = stage_capacities(architecture, stages or (), tell=progress) if simulated else ()
    result = forecast(
        architecture,
        path,
        stages=stages or (),
        free_tier=free_tier_of(free_tier),
        budgets_usd=tuple(budgets or ()) or None,
        one_off_usd=_once(one_off or ()),
        prices_date=prices_date,
        draws=draws,
        seed=seed,
        capacities=capacities,
    )
    if json:
        write_json(result.as_json())
    else:
        sys.stdout.write(forecast_csv(result) if csv else forecast_markdown(result))
    if budgets and not result.holds:
        sys.exit(1)


def _once(texts: Sequence[str]) -> dict[int, float]:
    """What is paid once, by month: `3:900` is 900 USD in month 3."""
    found: dict[int, float] = {}
    for text in texts:
        month, _, usd = text.partition(":")
        try:
            found[int(month)] = found.get(int(month), 0.0) + float(usd)
        except ValueError:
            raise BadInput(f"--one-off {text}: a month and dollars are needed, like 3:900") from None
    return found


def _listed(path: str) -> tuple[Users, ...]:
    try:
        return read_users(Path(path).read_text(encoding="utf-8"), Path(path).name)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
