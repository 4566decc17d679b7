"""`stageplan diff`: what changed in the bill, by cause; and the budget gate of `stageplan price --budget`."""

from __future__ import annotations

import json as json_text
import sys

from model.graph import Architecture
from model.loading import load
from model.problems import BadInput
from pricing.bill import Bill
from pricing.price_table import load_prices
from stageplan.commands.pricing import free_tier_of
from studies.budget import check_budgets
from studies.diff import BillDiff, diff
from studies.diff_text import diffs_markdown


def run(
    old: str,
    new: str,
    *,
    stage: str | None,
    old_stage: str | None,
    new_stage: str | None,
    old_prices: str | None,
    new_prices: str | None,
    free_tier: str,
    budget: float | None,
    draws: int,
    seed: int,
    json: bool,
) -> None:
    """Print the difference as Markdown or JSON; exit with 1 when the new bill breaks the budget."""
    before, after = load(old), load(new)
    pairs = _pairs(before, after, old_stage or stage, new_stage or stage)
    tables = load_prices(before.region, old_prices), load_prices(after.region, new_prices)
    found = [
        diff(before.at(first), after.at(second), *tables, free_tier=free_tier_of(free_tier),
             budget_usd=budget, draws=draws, seed=seed)
        for first, second in pairs
    ]  # fmt: skip
    sys.stdout.write(_text(found, one=len(pairs) == 1, json=json))
    if not all(item.holds for item in found):
        sys.exit(1)


def _text(found: list[BillDiff], *, one: bool, json: bool) -> str:
    if not json:
        return diffs_markdown(found)
    answer = found[0].as_json() if one else {"stages": [item.as_json() for item in found]}
    return json_text.dumps(answer, indent=2, ensure_ascii=False) + "\n"


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
