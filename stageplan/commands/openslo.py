"""`stageplan openslo`: a document's targets as OpenSLO v1, which `loadtest --openslo` takes back as its gate."""

from __future__ import annotations

import sys

from loadtests.openslo import export
from model.loading import load
from model.problems import BadInput
from reports.files import write_file
from stageplan.options import Arch, OutputFile, Stage


def run(arch: Arch, stage: Stage = None, output: OutputFile = None) -> None:
    """Print the targets of a stage, or of all, as one YAML document each; or write them with -o."""
    architecture = load(arch)
    text = export(architecture, stage)
    if not text:
        where = f" at stage {stage}" if stage else ""
        raise BadInput(f"{architecture.name} states no target{where}: there is nothing to export")
    if output is None:
        sys.stdout.write(text)
    else:
        write_file(output, text)
