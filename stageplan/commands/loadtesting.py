"""`stageplan loadtest`: measure a deployment, or the stand-in, against the document's targets."""

from __future__ import annotations

import json as json_text
import os
import sys

from loadtests.files import result_files
from loadtests.generator import AUTH_VARIABLE
from loadtests.result_text import result_text
from loadtests.run import run as run_plan
from loadtests.safety import highest_rate_per_s, needs_confirmation
from loadtests.suite import Suite
from model.problems import BadInput
from reports.files import write_files


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
    find_capacity: bool,
    openslo: str | None,
    locust_files: str | None,
) -> None:
    """Drive, judge, print; exit with 1 when a target is missed, 4 when the run proves nothing."""
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
    )
    if host is not None and needs_confirmation(host, plan) and not yes:
        yes = asked(f"Send up to {highest_rate_per_s(plan):,.0f} requests per second to {host}?")
    options = ("--csv", locust_files, "--html", f"{locust_files}.html") if locust_files else ()
    result = run_plan(plan, host, confirmed=yes, auth_header=os.environ.get(AUTH_VARIABLE, ""), locust_options=options, progress=told)
    if output is not None:
        write_files(output, dict(result_files(result)))
    if json:
        sys.stdout.write(json_text.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(result_text(result))
    sys.exit(result.exit_code)


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
