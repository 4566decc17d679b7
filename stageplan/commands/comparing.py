"""`stageplan compare`: the same work, side by side."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Sequence

from model.loading import load
from stageplan.commands.pricing import free_tier_of
from studies.compare import compare
from studies.compare_text import comparison_markdown
from studies.scaling import Users


def run(
    archs: Sequence[str],
    *,
    stages: Sequence[str],
    users: float | None,
    free_tier: str,
    prices_date: str | None,
    draws: int,
    seed: int,
    json: bool,
) -> None:
    """Print the comparison; the first architecture is what the others are compared with."""
    found = compare(
        [load(arch) for arch in archs],
        stages or None,
        users=Users.exactly(users) if users is not None else None,
        free_tier=free_tier_of(free_tier),
        prices_date=prices_date,
        draws=draws,
        seed=seed,
    )
    text = json_text.dumps(found.as_json(), indent=2, ensure_ascii=False) if json else comparison_markdown(found)
    sys.stdout.write(text + "\n" if json else text)
