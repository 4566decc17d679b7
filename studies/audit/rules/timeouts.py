"""Work that takes longer than its function may run, and cold starts that are longer than the document says."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.lambda_function import LambdaFunction
from model.quantity import evaluate
from studies.amounts import plain, span
from studies.audit.case import Case, StageCase, spread
from studies.audit.claim_values import bounds, stated
from studies.audit.finding import Finding, about

NAME = "timeouts"


def check(case: Case) -> Iterator[Finding]:
    """A function is done before its timeout, and starts in the time that is stated for a cold start."""
    for stage in case.stages.values():
        for name, component in stage.graph.components.items():
            if isinstance(component, LambdaFunction):
                yield from _work(stage, name, component)
    yield from _starts(case)


def _work(stage: StageCase, name: str, function: LambdaFunction) -> Iterator[Finding]:
    time = spread(stage.likely.load(name).mean_busy_ms, stage.drawn.load(name).mean_busy_ms)
    limit_ms = function.timeout_s * 1000
    if time.high > limit_ms:
        yield about(
            NAME,
            "error" if time.likely > limit_ms else "warning",
            [function],
            claim=f"{function.label or name} is done before its timeout at {stage.name}",
            stated=f"{function.timeout_s:g} s",
            computed=f"{plain(time.likely / 1000)} s on average ({span(time.low / 1000, time.high / 1000)} s)",
            calculation="processor time and waits of one call, before any queueing",
            components=[name],
            stages=[stage.name],
        )


def _starts(case: Case) -> Iterator[Finding]:
    for claim in case.claims("latency_target"):
        said = bounds(claim)
        if said is None or "cold start" not in claim.subject.lower() or not claim.unit.startswith("ms"):
            continue
        for stage in case.stages_of(claim.stages):
            for name in claim.components:
                function = stage.graph.components.get(name)
                if not isinstance(function, LambdaFunction):
                    continue
                time = spread(stage.value(function.init_ms), evaluate(function.init_ms, stage.drawn_values))
                if time.high > said.high * 1.05:
                    yield about(
                        NAME,
                        "warning" if time.likely > said.high else "note",
                        [claim],
                        claim=f"{claim.subject}: {name} at {stage.name}",
                        stated=stated(claim),
                        computed=f"{plain(time.likely)} ms ({span(time.low, time.high)} ms)",
                        calculation="the assumed time of one cold start, for its runtime and package",
                        components=[name],
                        stages=[stage.name],
                    )
