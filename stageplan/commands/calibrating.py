"""`stageplan calibrate`: service times, hit ratios, the day, cold starts and scaling as measured, as an overlay."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from loadtests.measurements import read_measurements
from model.loading import load
from model.problems import BadInput
from model.sizing import SizedGraph
from reports.files import write_file
from stageplan.options import Arch, AwsRegion, Json, OutputFile, Profile, StageNeeded
from stageplan.output import write_json
from stageplan.policies import policy_option
from studies.calibration import calibrate
from studies.calibration_check import check
from studies.calibration_data import Measurements
from studies.calibration_text import calibration_json, calibration_text, overlay_of, overlay_yaml

if TYPE_CHECKING:
    from account.cloudwatch_observed import Observed

Policy = Annotated[bool, policy_option("calibrate")]


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
    from_cloudwatch: Annotated[
        str | None,
        typer.Option("--from-cloudwatch", metavar="FIRST/AFTER", help="Days (UTC) of the account's own metrics."),
    ] = None,
    resource: Annotated[
        list[str] | None,
        typer.Option("--resource", metavar="COMPONENT=ID", help="What the account calls a component (CloudWatch)."),
    ] = None,
    period: Annotated[int, typer.Option("--period", metavar="SECONDS", help="Of one interval (CloudWatch).")] = 3600,
    region: AwsRegion = None,
    profile: Profile = None,
    policy: Policy = False,
) -> None:
    """Fit, say how wrong the fit is on what it has not seen, and write the overlay with -o."""
    if from_cloudwatch and from_loadtest:
        raise BadInput("--from-loadtest and --from-cloudwatch exclude each other")
    seen: Sequence[Observed] = ()
    if from_cloudwatch:
        graph = load(arch).at(stage)
        measurements, seen = _from_cloudwatch(graph, from_cloudwatch, resource or [], period, region, profile)
    elif from_loadtest:
        measurements = read_measurements(from_loadtest)
    else:
        raise BadInput("nothing to calibrate by: give --from-loadtest FILE or --from-cloudwatch FIRST/AFTER")
    told(arch, stage, measurements, output, seed, json=json, simulated=simulated, seen=seen)


def _from_cloudwatch(
    graph: SizedGraph, days: str, resources: list[str], period_s: int, region: str | None, profile: str | None
) -> tuple[Measurements, Sequence[Observed]]:
    """What the account's own metrics say of a stage: what a fit can use, and what only stands beside the document."""
    from account.cloudwatch import read_series, span_of
    from account.cloudwatch_behaviour import with_behaviour
    from account.cloudwatch_measurements import measurements_of
    from account.cloudwatch_observed import observed
    from account.cloudwatch_series import resources_of, series_of
    from account.session import session

    span = span_of(days, period_s)
    named = resources_of(graph, resources)
    aws = session(region or graph.architecture.region, profile)
    read = read_series(aws.client("cloudwatch"), series_of(graph, named), span)
    measurements = with_behaviour(aws, graph, named, read, span, measurements_of(graph, read, span))
    return measurements, observed(graph, read, span)


def told(
    arch: str,
    stage: str,
    measurements: Measurements,
    output: str | None,
    seed: int,
    *,
    json: bool,
    simulated: bool,
    seen: Sequence[Observed] = (),
) -> None:
    """Calibrate by any measurements; print it with what else was seen, and write the overlay's file."""
    graph = load(arch).at(stage)
    found = calibrate(graph, measurements, seed)
    predicted = check(graph, found, seed) if simulated else []
    overlay = overlay_of(found)
    if output is not None:
        write_file(output, overlay_yaml(overlay))
    if json:
        write_json(calibration_json(found, predicted) | {"observed": [one.as_json() for one in seen]})
    else:
        sys.stdout.write(calibration_text(found, predicted))
        sys.stdout.write("".join(["\n  seen beside the fit:\n" if seen else "", *(f"    {one}\n" for one in seen)]))
