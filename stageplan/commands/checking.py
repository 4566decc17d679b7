"""`stageplan check`: is a document valid?"""

from __future__ import annotations

import json as json_text
import sys

from model.loading import load
from model.problems import BadDocument


def run(file: str, *, json: bool) -> None:
    """Print that the document is valid and what it holds; with --json its problems as data."""
    try:
        architecture = load(file)
    except BadDocument as error:
        if not json:
            raise
        problems = [{"place": problem.place, "message": problem.message} for problem in error.problems]
        sys.stdout.write(json_text.dumps({"file": file, "valid": False, "problems": problems}, indent=2) + "\n")
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
        sys.stdout.write(json_text.dumps(answer, indent=2) + "\n")
    else:
        holds = ", ".join(f"{count} {name}" for name, count in counts.items())
        sys.stdout.write(f"{architecture.name} is valid: {holds}\n")
