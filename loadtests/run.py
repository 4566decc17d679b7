"""A whole load test: the stand-in when no host is given, the generator, the machine beside it, the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime

from loadtests.generator import generator
from loadtests.machine import watched
from loadtests.plan import Plan
from loadtests.predicted import simulated
from loadtests.recording import Recording
from loadtests.results import LoadTestResult, judged
from loadtests.safety import check_caps, check_host, check_target
from loadtests.sampling import every_s, intervals_of, sampled
from loadtests.standin.process import Running, StandInLost, StandInNotStarted, stand_in
from model.targets import Target

Progress = Callable[[str], None]


def run(
    plan: Plan,
    host: str | None = None,
    *,
    confirmed: bool = False,
    auth_header: str = "",
    locust_options: Sequence[str] = (),
    targets: Mapping[str, Target] | None = None,
    predict: bool = True,
    progress: Progress = lambda _: None,
) -> LoadTestResult:
    """Drive a plan and judge it, by the document's targets or by others; then simulate the same load beside it.

    Raise BadInput for a host or a plan that is refused, GeneratorFailed when the generator broke down. When a stand-in
    does not start, the result is invalid and says so.
    """
    if host is None:
        check_caps(plan)
    else:
        check_target(check_host(host), plan, confirmed)
    with ExitStack() as opened:
        standing = None
        if host is None:
            try:
                standing = opened.enter_context(
                    stand_in(plan.source, plan.stage, plan.seed, real=plan.real, scale=plan.scale)
                )
            except StandInNotStarted as error:
                return judged(plan, Recording(), invalid=[str(error)], targets=targets)
        target = check_host(host) if host is not None else standing.url if standing is not None else ""
        progress(f"{plan.architecture} {plan.stage}: driving {standing.notice if standing else target}")
        watch = opened.enter_context(watched())
        sampler = opened.enter_context(sampled(standing, every_s(plan))) if standing is not None else None
        drive = opened.enter_context(generator(plan, target, auth_header=auth_header, locust_options=locust_options))
        watch.pids += [drive.pid, *([standing.pid] if standing is not None else [])]
        recording = drive.finished()
        figures, lost = {}, []
        intervals = intervals_of(plan, recording.began, sampler.samples) if sampler is not None else ()
        if standing is not None:
            try:
                figures = standing.figures()
            except StandInLost as error:
                lost.append(str(error))
        seconds = tuple(watch.seconds)
    progress(f"{plan.architecture} {plan.stage}: simulating the same load")
    predicted = simulated(plan) if predict else None
    return judged(plan, recording, target, figures, seconds, lost, targets, predicted, intervals, today())


def today() -> str:
    """The date of a measurement."""
    return datetime.now(UTC).date().isoformat()


def started(plan: Plan) -> AbstractContextManager[Running]:
    """The stand-in that a plan without a host drives."""
    return stand_in(plan.source, plan.stage, plan.seed, real=plan.real, scale=plan.scale)
