"""`stageplan calibrate`: service times, hit ratios and the day from measurements, as an overlay of assumptions."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from loadtests.measurements import read_measurements
from model.loading import load
from model.problems import BadInput
from reports.files import write_file
from stageplan.options import Arch, Json, OutputFile, StageNeeded
from stageplan.output import write_json
from studies.calibration import calibrate
from studies.calibration_check import check
from studies.calibration_data import Measurements
from studies.calibration_text import calibration_json, calibration_text, overlay_of, overlay_yaml


def run(
    arch: Arch,
    stage: StageNeeded,
    from_loadtest: Annotated[
        list[str] | None,
        typer.Option(
            "--from-loadtest",
            metavar="FILE",
            help="The loadtest.json of a run with --mixes; several times for several runs.",
        ),
    ] = None,
    output: OutputFile = None,
    json: Json = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the simulations of what was held back.")] = 1,
    simulated: Annotated[
        bool, typer.Option("--check/--no-check", help="Simulate the mixes held back, before and after.")
    ] = True,
) -> None:
    """Fit, say how wrong the fit is on what it has not seen, and write the overlay with -o."""
    told(arch, stage, measurements_of(from_loadtest), output, seed, json=json, simulated=simulated)


def measurements_of(from_loadtest: list[str] | None) -> Measurements:
    """The measurements that the options name; raise BadInput when they name none."""
    if not from_loadtest:
        raise BadInput("nothing to calibrate by: give --from-loadtest FILE")
    return read_measurements(from_loadtest)


def told(
    arch: str, stage: str, measurements: Measurements, output: str | None, seed: int, *, json: bool, simulated: bool
) -> None:
    """Calibrate by any measurements; print it, and write the overlay's file."""
    graph = load(arch).at(stage)
    found = calibrate(graph, measurements)
    predicted = check(graph, found, seed) if simulated else []
    overlay = overlay_of(found)
    if output is not None:
        write_file(output, overlay_yaml(overlay))
    if json:
        write_json(calibration_json(found, predicted))
    else:
        sys.stdout.write(calibration_text(found, predicted))
