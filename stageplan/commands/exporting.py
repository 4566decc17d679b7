"""`stageplan price --focus`: bills in FOCUS columns; `stageplan sensitivity`: what moves the cost."""

from __future__ import annotations

import json as json_text
import sys

from model.loading import load
from stageplan.commands.pricing import bills_of, free_tier_of
from studies.focus import focus_csv
from studies.sensitivity import sensitivity
from studies.sensitivity_text import sensitivity_markdown


def focus(
    arch: str, stage: str | None, *, month: str, free_tier: str, prices_date: str | None, draws: int, seed: int
) -> None:
    """Print the bill of one stage, or of all, as FOCUS v1.2 rows, flagged as an estimate."""
    architecture = load(arch)
    bills = bills_of(architecture, stage, free_tier, prices_date, draws, seed)
    sys.stdout.write(focus_csv(architecture, bills, month))


def influences(
    arch: str, stage: str | None, *, free_tier: str, prices_date: str | None, draws: int, seed: int, json: bool
) -> None:
    """Print which assumptions move the cost most, over all stages or at one."""
    study = sensitivity(
        load(arch),
        [stage] if stage else (),
        free_tier=free_tier_of(free_tier),
        prices_date=prices_date,
        draws=draws,
        seed=seed,
    )
    if json:
        sys.stdout.write(json_text.dumps(study.as_json(), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(sensitivity_markdown(study))
