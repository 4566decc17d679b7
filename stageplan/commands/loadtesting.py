"""`stageplan loadtest`: measure a deployment, or the stand-in, against the document's targets."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from math import isfinite
from typing import Annotated

import typer

from loadtests.capacity import find_capacity as search_capacity
from loadtests.files import result_files
from loadtests.generator import AUTH_VARIABLE
from loadtests.openslo import read_targets
from loadtests.plan import Plan
from loadtests.predicted import simulated_capacity
from loadtests.result_text import result_text
from loadtests.results import LoadTestResult
from loadtests.run import run as run_plan
from loadtests.safety import (
    UNCONFIRMED_PER_S,
    check_allowed,
    check_host,
    highest_rate_per_s,
    leads_away,
    needs_confirmation,
)
from loadtests.suite import LEAST_RATE_PER_S, Suite
from model.problems import BadInput
from reports.files import write_files
from stageplan.options import Arch, Json, OutputDir, Seed
from stageplan.output import write_json

MOST_SEARCHED_PER_S = 5_000.0


def run(
    arch: Arch,
    stage: Annotated[str | None, typer.Option(metavar="S", help="The stage; the last one when absent.")] = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="URL", help="Your deployment; the stand-in on this machine when absent."),
    ] = None,
    json: Json = False,
    output: OutputDir = None,
    rate: Annotated[
        float | None,
        typer.Option(help=f"Requests a second; the stage's peak, and at least {LEAST_RATE_PER_S:g}, when absent."),
    ] = None,
    duration: Annotated[float, typer.Option(help="Seconds that count.")] = 60.0,
    warm_up: Annotated[float, typer.Option("--warm-up", help="Seconds before, that do not.")] = 5.0,
    shape: Annotated[str, typer.Option(help="constant, poisson, ramp, step, spike, day or replay.")] = "poisson",
    trace: Annotated[str | None, typer.Option(metavar="FILE", help="Arrival times to replay, as CSV.")] = None,
    mixes: Annotated[
        int, typer.Option(min=1, max=60, help="Parts of the run with mixes that differ: data for calibrate.")
    ] = 1,
    users: Annotated[int | None, typer.Option(help="Closed loop: that many users who wait for their answers.")] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="A host that addresses in answers may lead to; repeatable."),
    ] = None,
    max_in_flight: Annotated[int, typer.Option("--max-in-flight", help="Requests in flight at most.")] = 1_000,
    workers: Annotated[int, typer.Option(help="Generator processes.")] = 1,
    seed: Seed = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before loading another machine.")] = False,
    real: Annotated[bool, typer.Option("--real", help="Stand-in with real PostgreSQL and Redis.")] = False,
    find_capacity: Annotated[
        bool, typer.Option("--find-capacity", help="Raise the rate until a target breaks.")
    ] = False,
    openslo: Annotated[
        str | None, typer.Option(metavar="FILE", help="Judge by the objectives of an OpenSLO file.")
    ] = None,
    locust_files: Annotated[
        str | None, typer.Option("--locust-files", metavar="PREFIX", help="Locust's own files too.")
    ] = None,
) -> None:
    """Drive, judge, print; exit with 1 when a target is missed, 4 when the run proves nothing."""
    if real and host is not None:
        raise BadInput("--real is for the stand-in: it excludes --host")
    if mixes > 1 and (users is not None or find_capacity):
        raise BadInput("--mixes is for an open loop at one rate: it excludes --users and --find-capacity")
    _refuse_impossible(rate, duration, warm_up)
    if host is not None:
        check_host(host)
    suite = Suite.of(arch)
    plan = suite.plan(
        stage,
        rate,
        duration,
        warm_up,
        shape,
        trace,
        host,
        mixes=mixes,
        users=users,
        allow_hosts=check_allowed(allow_host or ()),
        max_in_flight=max_in_flight,
        workers=workers,
        seed=seed,
        real=real,
    )
    if host is not None and needs_confirmation(host, plan) and not yes:
        yes = asked(f"Send up to {highest_rate_per_s(plan):,.0f} requests per second to {host}?")
    targets = read_targets(openslo) if openslo is not None else None
    options = ("--csv", locust_files, "--html", f"{locust_files}.html") if locust_files else ()

    def drive(drawn: Plan) -> LoadTestResult:
        header = os.environ.get(AUTH_VARIABLE, "")
        return run_plan(
            drawn,
            host,
            confirmed=yes,
            auth_header=header,
            locust_options=options,
            targets=targets,
            predict=not find_capacity,
            progress=told,
        )

    if find_capacity:
        searched(plan, drive, most_rate_per_s=most_rate(plan, host, yes), json=json)
        return
    result = drive(plan)
    if output is not None:
        files = dict(result_files(result))
        write_files(output, files)
        sys.stderr.write(f"{output}: {', '.join(sorted(map(str, files)))}\n")
    if json:
        write_json(result.as_json())
    else:
        sys.stdout.write(result_text(result))
    sys.exit(result.exit_code)


def _refuse_impossible(rate_per_s: float | None, duration_s: float, warm_up_s: float) -> None:
    given = {"--duration": duration_s} if rate_per_s is None else {"--rate": rate_per_s, "--duration": duration_s}
    problems = [f"{option} {value:g} is not above 0" for option, value in given.items() if not value > 0]
    if not (isfinite(warm_up_s) and warm_up_s >= 0):
        problems.append(f"--warm-up {warm_up_s:g} is not a time of 0 or more")
    if problems:
        raise BadInput("\n".join(problems))


def searched(plan: Plan, drive: Callable[[Plan], LoadTestResult], *, most_rate_per_s: float, json: bool) -> None:
    """Search the capacity and print it; exit with 4 when no rate held."""
    found = search_capacity(plan, drive, most_rate_per_s, told)
    beside = simulated_capacity(plan)
    per_s = None if beside is None else beside.scale * plan.stage_peak_per_s
    if json:
        answer = {"architecture": plan.architecture, "stage": plan.stage, "against": plan.against, "seed": plan.seed}
        write_json({**answer, "capacity": found.as_json() | {"simulated_per_s": per_s}})
    else:
        sys.stdout.write(f"{plan.architecture} {plan.stage} ({plan.against}): {found.text()}\n")
        if beside is not None:
            broken = ", ".join(beside.broken_by) or "nothing found"
            sys.stdout.write(f"  the simulator: {per_s:.4g} requests/s hold, then {broken}\n")
    sys.exit(0 if found.held_per_s is not None else 4)


def most_rate(plan: Plan, host: str | None, confirmed: bool) -> float:
    """The highest rate a search may try: without a confirmation, what another machine bears without being asked."""
    away = host is not None and leads_away(host, plan)
    return UNCONFIRMED_PER_S if away and not confirmed else MOST_SEARCHED_PER_S


def asked(question: str) -> bool:
    """The user's yes; raise BadInput where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"{question} Confirm with --yes")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise BadInput("not confirmed; nothing was sent")
    return True


def told(text: str) -> None:
    """Progress, for a person who watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{text}\n")
