"""`stageplan diff`: what changed in the bill, by cause; and the budget gate of `stageplan price --budget`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from model.graph import Architecture
from model.problems import BadInput
from pricing.bill import Bill
from pricing.price_table import load_prices
from stageplan.options import Budget, Csv, Draws, FreeTierOption, Json, Seed, Stage
from stageplan.output import one_format, write_json
from stageplan.revisions import load_revision
from stageplan.typed import free_tier_of
from studies.budget import check_budgets
from studies.diff import diff
from studies.diff_text import diffs_csv, diffs_markdown

Revision = Annotated[
    str, typer.Argument(metavar="ARCH", help="An architecture, a file, or a file of a revision: HEAD~1:my-api.yaml.")
]


def run(
    old: Revision,
    new: Revision,
    stage: Stage = None,
    old_stage: Annotated[str | None, typer.Option("--old-stage", metavar="S")] = None,
    new_stage: Annotated[str | None, typer.Option("--new-stage", metavar="S")] = None,
    old_prices: Annotated[str | None, typer.Option("--old-prices", metavar="DATE")] = None,
    new_prices: Annotated[str | None, typer.Option("--new-prices", metavar="DATE")] = None,
    free_tier: FreeTierOption = "always",
    budget: Budget = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print the difference as Markdown, JSON or CSV; exit with 1 when the new bill breaks the budget."""
    one_format(json=json, csv=csv)
    before, after = load_revision(old), load_revision(new)
    pairs = _pairs(before, after, old_stage or stage, new_stage or stage)
    tables = load_prices(before.region, old_prices), load_prices(after.region, new_prices)
    found = [
        diff(before.at(first), after.at(second), *tables, free_tier=free_tier_of(free_tier),
             budget_usd=budget, draws=draws, seed=seed)
        for first, second in pairs
    ]  # fmt: skip
    if json:
        write_json(found[0].as_json() if len(pairs) == 1 else {"stages": [item.as_json() for item in found]})
    else:
        sys.stdout.write(diffs_csv(found) if csv else diffs_markdown(found))
    if not all(item.holds for item in found):
        sys.exit(1)


def _pairs(before: Architecture, after: Architecture, old: str | None, new: str | None) -> list[tuple[str, str]]:
    """The stages to compare: the two named, else all that both have."""
    if old is not None or new is not None:
        first, second = old or new, new or old
        return [(before.stage(str(first)).name, after.stage(str(second)).name)]
    shared = [(name, name) for name in before.stage_names if name in after.stage_names]
    if not shared:
        raise BadInput(f"{before.name} and {after.name} share no stage: name two with --old-stage and --new-stage")
    return shared


def gate(bills: list[Bill], budget: float) -> None:
    """Say to standard error whether each bill keeps to the budget; exit with 1 when one does not."""
    verdicts = check_budgets(bills, budget)
    for verdict in verdicts:
        sys.stderr.write(f"{verdict}\n")
    if not all(verdict.holds for verdict in verdicts):
        sys.exit(1)
