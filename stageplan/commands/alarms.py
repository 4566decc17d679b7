"""`stageplan alarms`: the alarms that a document promises, as text to deploy."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from account.alarm_cloudformation import cloudformation
from account.alarm_plan import alarm_plan
from account.alarm_terraform import terraform
from model.loading import load
from model.problems import BadInput, UnknownName
from reports.files import write_file
from stageplan.options import Arch, OutputFile, StageNeeded

FORMATS = {"cloudformation": cloudformation, "terraform": terraform}


def run(
    arch: Arch,
    stage: StageNeeded,
    file_format: Annotated[
        str, typer.Option("--format", metavar="F", help="cloudformation or terraform.")
    ] = "cloudformation",
    output: OutputFile = None,
) -> None:
    """Print a stage's alarms, from the document's alarm claims and targets; nothing is deployed."""
    if file_format not in FORMATS:
        raise UnknownName("a format", file_format, FORMATS)
    plan = alarm_plan(load(arch).at(stage))
    if not plan.alarms:
        reasons = "".join(f"\n  {name}: {why}" for name, why in plan.not_made.items())
        raise BadInput(f"{plan.architecture} states no alarm and no target that a metric can watch at {stage}{reasons}")
    text = FORMATS[file_format](plan)
    if output is None:
        sys.stdout.write(text)
    else:
        write_file(output, text)
