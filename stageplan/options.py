"""The arguments and options that several commands share, each said once."""

from __future__ import annotations

from math import isfinite
from typing import Annotated

import typer

from model.problems import BadInput

__all__ = [
    "Arch", "Archs", "AwsRegion", "Budget", "Budgets", "Csv", "Draws", "FreeTierOption", "Json", "OutputDir",
    "OutputFile", "Overlay", "PricesDate", "Profile", "Seed", "Stage", "StageNeeded", "Today",
]  # fmt: skip


def _amounts(given: float | list[float] | None) -> float | list[float] | None:
    for usd in given if isinstance(given, list) else [] if given is None else [given]:
        if not (isfinite(usd) and usd >= 0):
            raise BadInput(f"--budget {usd:g} is not an amount of zero or more")
    return given


Arch = Annotated[str, typer.Argument(metavar="ARCH", help="A bundled architecture, or the path of a file.")]
Archs = Annotated[
    list[str] | None, typer.Argument(metavar="[ARCH]...", help="Architectures; all bundled ones when absent.")
]
Stage = Annotated[str | None, typer.Option("--stage", metavar="S", help="One stage; all when absent.")]
StageNeeded = Annotated[str, typer.Option("--stage", metavar="S", help="The stage.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Csv = Annotated[bool, typer.Option("--csv", help="The rows as CSV on standard output.")]
FreeTierOption = Annotated[
    str, typer.Option("--free-tier", metavar="KIND", help="Allowances that count: none, always or 12_months.")
]
PricesDate = Annotated[
    str | None, typer.Option("--prices", metavar="DATE", help="Price tables of that date; the newest when absent.")
]
Budget = Annotated[
    float | None,
    typer.Option("--budget", metavar="USD", help="Exit 1 when the bill goes over.", callback=_amounts),
]
Budgets = Annotated[
    list[float] | None, typer.Option("--budget", metavar="USD", help="Budget lines.", callback=_amounts)
]
Draws = Annotated[int, typer.Option("--draws", min=0, max=1_000_000, help="Draws of the assumptions for low and high.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the draws.")]
OutputFile = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="That file; standard output when absent.")
]
Overlay = Annotated[
    str | None,
    typer.Option("--overlay", metavar="FILE", help="Measured numbers over the document's, as calibrate writes them."),
]
OutputDir = Annotated[str | None, typer.Option("-o", "--output", metavar="DIR", help="A folder to write into.")]
AwsRegion = Annotated[
    str | None, typer.Option("--region", metavar="R", help="The account's region; the architecture's when absent.")
]
Profile = Annotated[str | None, typer.Option("--profile", metavar="P", help="A profile of the AWS settings.")]
Today = Annotated[str | None, typer.Option("--today", metavar="DATE", help="Another day as today, like 2026-11-21.")]
