"""`stageplan sensitivity`: which assumptions move the cost most."""

from __future__ import annotations

import sys

from model.loading import load
from stageplan.commands.pricing import free_tier_of
from stageplan.options import Arch, Draws, FreeTierOption, Json, PricesDate, Seed, Stage
from stageplan.output import write_json
from studies.sensitivity import sensitivity
from studies.sensitivity_text import sensitivity_markdown


def run(
    arch: Arch,
    stage: Stage = None,
    json: Json = False,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    draws: Draws = 2000,
    seed: Seed = 0,
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
        write_json(study.as_json())
    else:
        sys.stdout.write(sensitivity_markdown(study))
