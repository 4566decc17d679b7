"""`stageplan breakeven`: where one architecture becomes cheaper, at equal targets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from model.loading import load
from model.problems import BadInput
from reports.progress import Progress
from stageplan.options import Csv, Draws, FreeTierOption, Json, PricesDate, Seed
from stageplan.output import one_format, write_json
from stageplan.typed import free_tier_of
from studies.breakeven.asserted import Asserted, check_asserted
from studies.breakeven.breakeven import DRAWS, POINTS, BreakEven, breakeven
from studies.breakeven.text import breakeven_csv, breakeven_markdown
from studies.breakeven.work import Work, read_work, work_pair

_STEPS = 26
"""As many steps as a pair with every variant has."""


def run(
    archs: Annotated[list[str] | None, typer.Argument(metavar="ARCH ARCH")] = None,
    work: Annotated[
        str | None,
        typer.Option(
            metavar="FIGURES", help="A unit of work instead: cpu_ms=15,wait_ms=100,memory_mb=512,door=http ..."
        ),
    ] = None,
    tasks: Annotated[
        int | None, typer.Option(min=1, help="With --work: can so many tasks hold it, and what can? Exit 1 if not.")
    ] = None,
    stages: Annotated[
        list[str] | None, typer.Option("--stage", metavar="S", help="One stage for both, or one for each.")
    ] = None,
    low: Annotated[float | None, typer.Option("--from", metavar="N", help="Requests a month to begin at.")] = None,
    high: Annotated[float | None, typer.Option("--to", metavar="N", help="Requests a month to end at.")] = None,
    p95_ms: Annotated[
        float | None, typer.Option("--p95-ms", metavar="MS", help="The target for both; the documents' when absent.")
    ] = None,
    points: Annotated[int, typer.Option(help="Loads of the curve.")] = POINTS,
    surface: Annotated[bool, typer.Option(help="Say what moves the crossing.")] = True,
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    draws: Draws = DRAWS,
    seed: Seed = 0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print both cost curves over requests a month, where they cross, and what moves that; or check a task count.

    Tasks and provisioned concurrency are what the simulator needs to hold the same targets on both sides.
    """
    one_format(json=json, csv=csv)
    described = _described(archs or (), work, tasks)
    pair = [load(arch) for arch in archs or ()] if described is None else work_pair(described)
    target_ms = p95_ms if p95_ms is not None or described is None else described.target_ms
    if target_ms is not None and not 0 < target_ms < float("inf"):
        raise BadInput(f"--p95-ms {target_ms:g} is not above 0")
    with Progress(_STEPS) as progress:
        found = breakeven(
            pair,
            stages or (),
            low=low,
            high=high,
            p95_ms=target_ms,
            points=points,
            draws=draws,
            seed=seed,
            free_tier=free_tier_of(free_tier),
            prices_date=prices_date,
            with_surface=surface and not csv and tasks is None,
            progress=progress,
        )
    checked = check_asserted(found, described, tasks) if described is not None and tasks is not None else None
    if json:
        write_json(found.as_json() | ({} if checked is None else {"asserted": checked.as_json()}))
    else:
        sys.stdout.write(breakeven_csv(found) if csv else _text(found, checked))
    if checked is not None and not checked.holds:
        sys.exit(1)


def _text(found: BreakEven, checked: Asserted | None) -> str:
    if checked is None:
        return breakeven_markdown(found)
    return "".join(f"- {sentence}\n" for sentence in checked.sentences()) + "\n" + breakeven_markdown(found)


def _described(archs: Sequence[str], work: str | None, tasks: int | None) -> Work | None:
    """The unit of work, where one is described instead of two architectures."""
    if work is None:
        if tasks is not None:
            raise BadInput("--tasks is for a unit of work: --work cpu_ms=...")
        return None
    if archs:
        raise BadInput("--work describes both sides: no architectures beside it")
    return read_work(work)
