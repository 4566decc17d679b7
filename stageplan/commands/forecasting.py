"""`stageplan forecast`: cost month by month along a growth curve."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Sequence
from pathlib import Path

from model.loading import load
from model.problems import BadInput
from stageplan.commands.pricing import free_tier_of
from studies.forecast import Forecast, forecast
from studies.forecast_text import forecast_csv, forecast_markdown
from studies.growth import Rate, curve_of, grow, read_users
from studies.scaling import Users
from studies.stage_rooms import rooms_of


def run(
    arch: str,
    *,
    users: float | None,
    growth: tuple[float, float, float],
    curve: str,
    ceiling: float | None,
    users_csv: str | None,
    months: int,
    stages: Sequence[str],
    budgets: Sequence[float],
    one_off: Sequence[str],
    free_tier: str,
    prices_date: str | None,
    draws: int,
    seed: int,
    json: bool,
    csv: bool,
) -> None:
    """Print the forecast; exit with 1 when a budget that was asked for is broken in some month.

    Without `users` the curve starts at the users of the first stage. `growth` is low, likely and high.
    """
    if json and csv:
        raise BadInput("--json and --csv exclude each other")
    architecture = load(arch)
    start = users if users is not None else rooms_of(architecture, stages)[0].users
    path = _listed(users_csv) if users_csv else grow(curve_of(curve), start, Rate(*growth), months, ceiling)
    result = forecast(
        architecture,
        path,
        stages=stages,
        free_tier=free_tier_of(free_tier),
        budgets_usd=tuple(budgets) or None,
        one_off_usd=_once(one_off),
        prices_date=prices_date,
        draws=draws,
        seed=seed,
    )
    sys.stdout.write(_text(result, json=json, csv=csv))
    if budgets and not result.holds:
        sys.exit(1)


def _text(result: Forecast, *, json: bool, csv: bool) -> str:
    if json:
        return json_text.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n"
    return forecast_csv(result) if csv else forecast_markdown(result)


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
