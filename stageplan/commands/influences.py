"""`stageplan sensitivity`: which assumptions move the cost most, or the latency."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from model.graph import Architecture
from model.loading import load
from reports.progress import Progress
from stageplan.options import Arch, Csv, Draws, FreeTierOption, Json, PricesDate, Seed, Stage
from stageplan.output import one_format, write_json
from stageplan.typed import free_tier_of
from studies.latency_sensitivity import LatencySensitivity, latency_sensitivity
from studies.sensitivity import sensitivity
from studies.sensitivity_text import latency_csv, latency_markdown, sensitivity_csv, sensitivity_markdown

_STEPS = 90


def run(
    arch: Arch,
    stage: Stage = None,
    latency: Annotated[
        bool, typer.Option("--latency", help="What moves the p95 of the busiest hour, by simulation.")
    ] = False,
    json: Json = False,
    csv: Csv = False,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    draws: Draws = 2000,
    seed: Seed = 0,
) -> None:
    """Print which assumptions move the cost most, over all stages or at one; with `latency` which move p95."""
    one_format(json=json, csv=csv)
    architecture = load(arch)
    if latency:
        _latency(architecture, stage, seed, json=json, csv=csv)
        return
    study = sensitivity(
        architecture,
        [stage] if stage else (),
        free_tier=free_tier_of(free_tier),
        prices_date=prices_date,
        draws=draws,
        seed=seed,
    )
    if json:
        write_json(study.as_json())
    else:
        sys.stdout.write(sensitivity_csv(study) if csv else sensitivity_markdown(study))


def _latency(architecture: Architecture, stage: str | None, seed: int, *, json: bool, csv: bool) -> None:
    names = (architecture.stage(stage).name,) if stage else architecture.stage_names
    found: list[LatencySensitivity] = []
    for name in names:
        with Progress(_STEPS) as progress:
            found.append(latency_sensitivity(architecture.at(name), seed + 1, tell=progress))
    if json:
        write_json({"architecture": architecture.name, "stages": [study.as_json() for study in found]})
    else:
        sys.stdout.write(latency_csv(found) if csv else latency_markdown(found))
