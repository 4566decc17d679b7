"""`stageplan sweep`: many stages, loads and seeds, simulated side by side on this machine or on a cluster."""

from __future__ import annotations

import csv as csv_text
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from model.problems import BadInput
from reports.progress import Progress
from simulations.sweeps import REQUESTS, Swept, points_of, sweep
from stageplan.commands.simulating import usable_engine
from stageplan.options import Csv, Json
from stageplan.output import one_format, write_json

COLUMNS = (
    "architecture", "stage", "load", "seed", "endpoint", "requests", "per_s", "errors", "cold_share", "p50_ms",
    "p95_ms", "p95_low_ms", "p95_high_ms", "p99_ms", "held", "unstable", "fullest", "pressure", "problem",
)  # fmt: skip
_INTERRUPTED = 130


def run(
    archs: Annotated[list[str], typer.Argument(metavar="ARCH...", help="Bundled architectures, or paths of files.")],
    stages: Annotated[
        list[str] | None, typer.Option("--stage", metavar="S", help="A stage, or several; all when absent.")
    ] = None,
    loads: Annotated[
        str, typer.Option("--load", metavar="X,Y", help="Times the stage's busiest hour, one or several.")
    ] = "1",
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="Each point with so many seeds, from 1 on.")] = 1,
    engine: Annotated[str, typer.Option(help="compiled, interpreter or simpy.")] = "compiled",
    requests: Annotated[int, typer.Option(help="Requests of one point at most.")] = REQUESTS,
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", help="Processes; one per core when absent.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, like tcp://host:8786.")
    ] = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print a row per point and endpoint; exit with 1 when a target is missed at some point."""
    one_format(json=json, csv=csv)
    problems = [
        f"--{name} {value} is below 1" for name, value in (("requests", requests), ("jobs", jobs)) if (value or 1) < 1
    ]
    if requests == 0 or jobs == 0:
        problems.append("--requests and --jobs are at least 1")
    if problems:
        raise BadInput("\n".join(problems))
    points = points_of(archs, stages or (), _numbers(loads), seeds)
    found: list[Swept] = []
    chosen = usable_engine(engine)
    partial = False
    with Progress(len(points)) as progress:
        try:
            for item in sweep(points, chosen, requests=requests, jobs=jobs, scheduler=scheduler):
                found.append(item)
                progress(f"{item.point.architecture} {item.point.stage} x {item.point.load:g}")
        except KeyboardInterrupt:
            partial = True
    _write(found, len(points), json=json, csv=csv, partial=partial)
    if partial:
        sys.stderr.write(f"interrupted: {len(found)} of {len(points)} points\n")
        sys.exit(_INTERRUPTED)
    if not all(item.result is not None and item.result.held for item in found):
        sys.exit(1)


def _numbers(text: str) -> list[float]:
    """`0.5,1,2` as numbers; raise BadInput for what is none."""
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise BadInput(f"--load {text!r} is not a list of numbers like 0.5,1,2") from None


def _write(found: Sequence[Swept], points: int, *, json: bool, csv: bool, partial: bool) -> None:
    if json:
        write_json({"points": points, "partial": partial, "results": [item.as_json() for item in found]})
        return
    rows = [row for item in found for row in item.rows()]
    if csv:
        writer = csv_text.DictWriter(sys.stdout, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
        return
    header = ["architecture", "stage", "load", "seed", "endpoint", "p50 ms", "p95 ms", "p99 ms", "errors", "held"]
    _table([header, *map(_cells, rows)])


def _cells(row: dict[str, Any]) -> list[str]:
    at = [str(row["architecture"]), str(row["stage"]), f"{row['load']:g}", str(row["seed"])]
    if "problem" in row:
        return [*at, str(row["problem"]), "", "", "", "", ""]
    times = ["unstable" if row[f"p{q}_ms"] is None else f"{row[f'p{q}_ms']:,.1f}" for q in (50, 95, 99)]
    return [*at, str(row["endpoint"]), *times, f"{row['errors']:,}", "yes" if row["held"] else "NO"]


def _table(rows: Iterable[Sequence[str]]) -> None:
    lines = list(rows)
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")
