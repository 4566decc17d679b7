"""`stageplan loadtest`: measure a deployment, or the stand-in, against the document's targets."""

from __future__ import annotations

import json as json_text
import os
import sys
from collections.abc import Callable

from loadtests.capacity import find_capacity as search_capacity
from loadtests.files import result_files
from loadtests.generator import AUTH_VARIABLE
from loadtests.openslo import read_targets
from loadtests.plan import Plan
from loadtests.result_text import result_text
from loadtests.results import LoadTestResult
from loadtests.run import run as run_plan
from loadtests.safety import UNCONFIRMED_PER_S, highest_rate_per_s, is_loopback, needs_confirmation
from loadtests.suite import Suite
from model.problems import BadInput
from reports.files import write_files

MOST_SEARCHED_PER_S = 5_000.0


def run(
    arch: str,
    stage: str | None,
    *,
    host: str | None,
    json: bool,
    output: str | None,
    rate: float | None,
    duration: float,
    warm_up: float,
    shape: str,
    trace: str | None,
    users: int | None,
    max_in_flight: int,
    workers: int,
    seed: int,
    yes: bool,
    real: bool,
    find_capacity: bool,
    openslo: str | None,
    locust_files: str | None,
) -> None:
    """Drive, judge, print; exit with 1 when a target is missed, 4 when the run proves nothing."""
    if real and host is not None:
        raise BadInput("--real is for the stand-in: it excludes --host")
    suite = Suite.of(arch)
    plan = suite.plan(
        stage,
        rate,
        duration,
        warm_up,
        shape,
        trace,
        host,
        users=users,
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
        write_files(output, dict(result_files(result)))
    if json:
        sys.stdout.write(json_text.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(result_text(result))
    sys.exit(result.exit_code)


def searched(plan: Plan, drive: Callable[[Plan], LoadTestResult], *, most_rate_per_s: float, json: bool) -> None:
    """Search the capacity and print it; exit with 4 when no rate held."""
    found = search_capacity(plan, drive, most_rate_per_s, told)
    if json:
        answer = {"architecture": plan.architecture, "stage": plan.stage, "against": plan.against, "seed": plan.seed}
        sys.stdout.write(json_text.dumps({**answer, "capacity": found.as_json()}, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{plan.architecture} {plan.stage} ({plan.against}): {found.text()}\n")
    sys.exit(0 if found.held_per_s is not None else 4)


def most_rate(plan: Plan, host: str | None, confirmed: bool) -> float:
    """The highest rate a search may try: without a confirmation, what another machine bears without being asked."""
    away = host is not None and not is_loopback(host)
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
