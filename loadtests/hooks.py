"""What a suite adds to Locust: its options, the plan, the recording over workers, the verdict as exit code."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import gevent
import locust.stats
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from loadtests.generator import AUTH_VARIABLE
from loadtests.histograms import keep_three_digits
from loadtests.plan import Plan
from loadtests.recording import Recording
from loadtests.result_text import result_text
from loadtests.results import judged
from loadtests.run import started
from loadtests.safety import check_allowed, check_target
from loadtests.standin.process import Running
from loadtests.suite import Suite, new_recording
from model.problems import BadInput, StageplanError

WORKERS_REPORT_S = 10.0
"""Workers report every three seconds."""


def attach(suite: Suite | None) -> None:
    """Register a suite with the Locust that loads it; without one, a plan comes from a file."""
    keep_three_digits(locust.stats)
    hooks: Any = events
    hooks.init_command_line_parser.add_listener(lambda parser, **_: add_options(parser))
    hooks.init.add_listener(lambda environment, **_: begin(environment, suite))


def add_options(parser: LocustArgumentParser) -> None:
    """The suite's own options, on the command line and in the web interface."""
    parser.add_argument(
        "--plan", default="", include_in_web_ui=False, help="A plan as JSON; the options below are then not read"
    )
    parser.add_argument("--stage", default="", help="Stage of the architecture; the last one when absent")
    parser.add_argument("--rate", type=float, default=0.0, help="Requests per second; the stage's busiest hour when 0")
    parser.add_argument("--duration", type=float, default=30.0, help="Seconds of load")
    parser.add_argument("--warm-up", type=float, default=5.0, help="Seconds at the start that count in no figure")
    parser.add_argument("--shape", default="poisson", help="poisson, constant, ramp, step, spike or day")
    parser.add_argument("--seed", type=int, default=1, help="Seed of the schedule")
    parser.add_argument(
        "--max-in-flight", type=int, default=1000, help="Requests in flight; more are dropped and counted"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        include_in_web_ui=False,
        help="Name of a host that addresses in answers may lead to; repeatable",
    )
    parser.add_argument(
        "--parts", type=int, default=1, help="Workers that share the schedule; --users is then the same number"
    )
    parser.add_argument(
        "--yes", action="store_true", help="Drive a host that is not loopback above 100 requests per second"
    )
    parser.add_argument(
        "--recording",
        default="",
        include_in_web_ui=False,
        help="File to leave the recording in, as JSON; Locust's own statistics are then kept for its files only",
    )
    parser.set_defaults(num_users=1, spawn_rate=100, plan_text="")


def begin(environment: Environment, suite: Suite | None) -> None:
    """Draw up the plan; start the stand-in when no host is given; record, tell the master, judge at the end."""
    state = Attached(environment, suite)
    environment.stageplan = state  # type: ignore[attr-defined]
    hooks: Any = environment.events
    hooks.test_start.add_listener(state.on_test_start)
    hooks.report_to_master.add_listener(state.on_report_to_master)
    hooks.worker_report.add_listener(state.on_worker_report)
    hooks.quitting.add_listener(state.on_quitting)
    state.prepare()


class Attached:
    """A suite within one Locust process."""

    def __init__(self, environment: Environment, suite: Suite | None) -> None:
        self.environment = environment
        self.suite = suite
        self.plan: Plan | None = None
        self.recording = Recording()
        self.claimed = False
        """Whether this process's user has begun; a second one, after Locust moved users about, must not."""
        self.opened = ExitStack()
        self.standing: Running | None = None
        self.standing_stage = ""
        self.refusal: str | None = None
        """Why a run that somebody started may not be driven."""

    @property
    def options(self) -> Any:
        return self.environment.parsed_options

    @property
    def running(self) -> Plan:
        """The plan of this run."""
        if self.plan is None:
            raise RuntimeError("a run began without a plan")
        return self.plan

    @property
    def is_worker(self) -> bool:
        return isinstance(self.environment.runner, WorkerRunner)

    @property
    def drives_own_stand_in(self) -> bool:
        """Whether the target is the stand-in that this process started, or is about to start."""
        host = self.environment.host
        return not host or (self.standing is not None and host == self.standing.url)

    @property
    def told_to_locust(self) -> bool:
        """Whether Locust's own statistics are read: by its pages, its files, or whoever watches it."""
        options = self.options
        return not options.recording or bool(options.csv_prefix or options.html_file or options.json_file)

    @property
    def part(self) -> int:
        """Which part of the schedule is this process's."""
        runner = self.environment.runner
        return runner.worker_index if isinstance(runner, WorkerRunner) else 0

    def prepare(self) -> None:
        """Check the options and, if nobody gave a host, start the stand-in."""
        if self.is_worker:
            return
        try:
            self.plan = self.planned()
            if not self.environment.host:
                self.standing_stage = self.plan.stage
                self.standing = self.opened.enter_context(started(self.plan))
                self.environment.host = self.standing.url
            else:
                check_target(str(self.environment.host), self.plan, confirmed=self.options.yes)
        except StageplanError as error:
            self.opened.close()
            sys.stderr.write(f"{error}\n")
            raise SystemExit(2) from None

    def planned(self) -> Plan:
        """The plan: the master's, the one in a file, or from the suite and the options."""
        if self.is_worker:
            if not self.options.plan_text:
                raise BadInput("the master has no plan for this run")
            return Plan.model_validate_json(self.options.plan_text)
        if self.options.plan:
            return Plan.model_validate_json(Path(self.options.plan).read_text(encoding="utf-8"))
        if self.suite is None:
            raise BadInput("there is no plan: give one with --plan FILE")
        return self.suite.plan(
            stage=self.options.stage or None,
            rate_per_s=self.options.rate or None,
            duration_s=self.options.duration,
            warm_up_s=self.options.warm_up,
            shape=self.options.shape,
            seed=self.options.seed,
            max_in_flight=self.options.max_in_flight,
            host=None if self.drives_own_stand_in else self.environment.host,
            workers=self.options.parts,
            allow_hosts=check_allowed(self.options.allow_host),
        )

    def on_test_start(self, **_: Any) -> None:
        """A run begins: from the web interface there may be several, each with another host and other options."""
        self.claimed, self.refusal = False, None
        if not self.environment.host and self.standing is not None:
            self.environment.host = self.standing.url
        try:
            self.plan = self.planned()
            if self.standing is not None and self.drives_own_stand_in and self.plan.stage != self.standing_stage:
                raise BadInput(
                    f"the stand-in is of stage {self.standing_stage}: start again with --stage {self.plan.stage}"
                )
            if not self.is_worker:
                check_target(str(self.environment.host), self.plan, confirmed=self.options.yes)
        except StageplanError as error:
            self.refusal = str(error)
            sys.stderr.write(f"{error}\n")
            return
        self.options.plan_text = self.plan.model_dump_json()
        self.recording = new_recording(self.plan)
        if isinstance(self.environment.runner, MasterRunner):
            gevent.spawn(self.wait_for_workers)

    def wait_for_workers(self) -> None:
        """The run ends when all workers have come to the end of their parts, or can no longer come to it."""
        plan = self.running
        latest = time.monotonic() + plan.load.duration_s + 2 * plan.timeout_s + WORKERS_REPORT_S
        while self.recording.finished < plan.workers and time.monotonic() < latest and self.workers_left():
            gevent.sleep(0.2)
        self.finish()

    def workers_left(self) -> bool:
        """Whether some worker that is still there has not come to its end."""
        runner = self.environment.runner
        missing = sum(client.state == "missing" for client in runner.clients.values())  # type: ignore[union-attr]
        return self.recording.finished + missing < self.running.workers

    def finish(self) -> None:
        """End the run; with the web interface, Locust stays for the next one."""
        runner = self.environment.runner
        if runner is not None:
            (runner.quit if self.options.headless else runner.stop)()

    def on_report_to_master(self, data: dict[str, Any], **_: Any) -> None:
        data["stageplan"] = self.recording.take()

    def on_worker_report(self, data: dict[str, Any], **_: Any) -> None:
        self.recording.merge(data["stageplan"])

    def on_quitting(self, environment: Environment, **_: Any) -> None:
        """Leave the recording, or print the verdicts and set the exit code; a worker leaves both to its master."""
        if self.is_worker or self.plan is None:
            return
        figures = self.figures()
        self.opened.close()
        if self.options.recording:
            Path(self.options.recording).write_text(json.dumps(self.recording.message()), encoding="utf-8")
            environment.process_exit_code = 0
            return
        result = judged(self.plan, self.recording, str(self.environment.host), figures)
        environment.process_exit_code = result.exit_code
        sys.stdout.write(result_text(result))

    def figures(self) -> dict[str, Any]:
        """The stand-in's own, when it was driven and still answers."""
        if self.standing is None or not self.drives_own_stand_in:
            return {}
        try:
            return self.standing.figures()
        except StageplanError:
            return {}


def auth_headers() -> dict[str, str]:
    """The header that the environment gives for the host; raise BadInput for another form."""
    text = os.environ.get(AUTH_VARIABLE, "")
    name, colon, value = text.partition(":")
    if text and not (colon and name.strip() and value.strip()):
        raise BadInput(f"{AUTH_VARIABLE} is not of the form 'Name: value'")
    return {name.strip(): value.strip()} if text else {}
