"""`stageplan check`: is a document valid?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from model.loading import load
from model.problems import BadDocument
from stageplan.options import Json
from stageplan.output import write_json


def run(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    json: Json = False,
) -> None:
    """Print that the document is valid and what it holds; with --json its problems as data."""
    try:
        architecture = load(file)
    except BadDocument as error:
        if not json:
            raise
        problems = [{"place": problem.place, "message": problem.message} for problem in error.problems]
        write_json({"file": file, "valid": False, "problems": problems})
        sys.exit(2)
    counts = {
        "components": len(architecture.every_component()),
        "connections": len(architecture.connections),
        "endpoints": len(architecture.endpoints),
        "stages": len(architecture.stages),
        "targets": len(architecture.targets),
        "assumptions": len(architecture.assumptions),
        "claims": len(architecture.claims),
    }
    if json:
        answer = {"file": file, "valid": True, "problems": [], "architecture": architecture.name, **counts}
        write_json(answer)
    else:
        holds = ", ".join(f"{count} {name}" for name, count in counts.items())
        sys.stdout.write(f"{architecture.name} is valid: {holds}\n")
