"""Answer times and rates against the limits of an API gateway."""

from __future__ import annotations

from collections.abc import Iterator

from model.endpoints import Branch, Call, Choice, Parallel, Step
from model.kinds.api_gateway import ApiGateway
from model.kinds.lambda_function import LambdaFunction
from studies.amounts import plain, span
from studies.audit.case import Case, StageCase, spread
from studies.audit.finding import Finding, about
from studies.audit.load import peak_calls_per_s

NAME = "gateway"


def check(case: Case) -> Iterator[Finding]:
    """Answers come before the gateway gives up, functions do not outlive it, and calls stay below its rate."""
    for stage in case.stages.values():
        for name, gateway in stage.graph.components.items():
            if isinstance(gateway, ApiGateway) and gateway.api != "websocket":
                yield from _answers(stage, name, gateway)
                yield from _functions(stage, name, gateway)
                yield from _rate(stage, name, gateway)


def _answers(stage: StageCase, name: str, gateway: ApiGateway) -> Iterator[Finding]:
    limit_ms = gateway.timeout_s * 1000
    for key, endpoint in stage.graph.endpoints.items():
        if not any(call.to == name for call in waited_calls(endpoint.calls)):
            continue
        time = spread(stage.likely.endpoint_ms[key], stage.drawn.endpoint_ms[key])
        if time.high > limit_ms:
            yield about(
                NAME,
                "error" if time.likely > limit_ms else "warning",
                [endpoint],
                claim=f"{key} is answered through {gateway.label or name}",
                stated=f"within {gateway.timeout_s:g} s",
                computed=f"{plain(time.likely / 1000)} s on average ({span(time.low / 1000, time.high / 1000)} s)",
                calculation="the times along the call plan, before any queueing or cold start",
                components=[name],
                stages=[stage.name],
            )


def _functions(stage: StageCase, name: str, gateway: ApiGateway) -> Iterator[Finding]:
    for target, _ in stage.likely.out_of(name):
        function = stage.graph.components[target]
        if isinstance(function, LambdaFunction) and function.timeout_s > gateway.timeout_s:
            yield about(
                NAME,
                "note",
                [function],
                claim=f"{function.label or target} may run for {function.timeout_s:g} s behind {gateway.label or name}",
                stated=f"{function.timeout_s:g} s",
                computed=f"{gateway.timeout_s:g} s",
                calculation="the gateway answers 504 first; the function goes on, and its time is billed",
                components=[target, name],
                stages=[stage.name],
            )


def _rate(stage: StageCase, name: str, gateway: ApiGateway) -> Iterator[Finding]:
    calls = peak_calls_per_s(stage, name)
    if calls.high > gateway.requests_per_s:
        yield about(
            NAME,
            "error" if calls.likely > gateway.requests_per_s else "warning",
            [gateway],
            claim=f"{gateway.label or name} takes the calls of {stage.name}",
            stated=f"{plain(gateway.requests_per_s)} a second",
            computed=f"{plain(calls.likely)} a second at the peak ({span(calls.low, calls.high)})",
            calculation="mean rate x peak factor",
            components=[name],
            stages=[stage.name],
        )


def waited_calls(steps: tuple[Step, ...]) -> Iterator[Call]:
    """Every call of a plan that somebody waits for."""
    for step in steps:
        match step:
            case Call() if not step.asynchronous:
                yield step
                yield from waited_calls((*step.calls, *step.on_miss))
            case Parallel(parallel=branches):
                for branch in branches:
                    yield from waited_calls(branch)
            case Choice(choice=ways):
                for way in ways:
                    yield from _way(way)


def _way(way: Branch) -> Iterator[Call]:
    yield from waited_calls(way.calls)
