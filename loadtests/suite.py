"""A suite: one architecture's load test, from its model. `plan` turns a stage and a few wishes into a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from loadtests.journeys import woven
from loadtests.load import Load, Shape, day_of, read_trace
from loadtests.mix import drawn_mixes, mix_of
from loadtests.plan import Journey, Plan, Request, starting_needs
from loadtests.prelude import prelude_of
from loadtests.recording import Recording
from model.loading import load
from model.problems import BadInput, UnknownName
from model.quantity import evaluate
from model.sizing import SizedGraph

LEAST_RATE_PER_S = 20.0
"""Below it a stage's busiest hour gives no percentile within a minute; the load is then raised to this, and says so."""
MOST_WINDOWS = 60


@dataclass(frozen=True)
class Suite:
    """The load tests of an architecture, by its name or the path of its file."""

    source: str
    with_journeys: bool = False

    @classmethod
    def of(cls, source: str) -> Suite:
        """The suite of a bundled architecture or of a file, with its journeys; raise as `load` does."""
        load(source)
        return cls(source, with_journeys=True)

    def plan(
        self,
        stage: str | None = None,
        rate_per_s: float | None = None,
        duration_s: float = 30.0,
        warm_up_s: float = 5.0,
        shape: str = "poisson",
        trace: str | Path | None = None,
        host: str | None = None,
        mixes: int = 1,
        **wishes: Any,
    ) -> Plan:
        """The plan for a stage (the last one when absent) at a rate (its busiest hour's, and at least
        `LEAST_RATE_PER_S`, when absent).

        `duration_s` is the time that counts; the warm-up comes before it. Without a host the stand-in is the target.
        `mixes` above 1 splits the run into parts with drawn mixes instead of the document's: data to calibrate by.
        Further `wishes` are fields of the plan: seed, users, max_in_flight, timeout_s, most_error_share, workers.
        """
        architecture = load(self.source)
        graph = architecture.at(stage or architecture.stage_names[-1])
        mix = mix_of(graph, standin=host is None)
        if not mix.requests:
            raise BadInput(f"{architecture.name} has no endpoint that users call at stage {graph.stage.name}")
        own_order = self.with_journeys and wishes.get("users") is None and mixes == 1
        known = journeys_of(graph)
        requests, journeys = woven(mix.requests, known) if own_order else (mix.requests, ())
        alone = [request for request in requests if request.share]
        begun = [request for journey in journeys for request in _begun(journey, mix.callable)]
        try:
            plan = Plan(
                source=self.source,
                architecture=architecture.name,
                stage=graph.stage.name,
                against="standin" if host is None else "host",
                load=Load(),
                requests=requests,
                journeys=journeys,
                prelude=prelude_of([*alone, *begun], known, mix.callable),
                left_out=mix.left_out,
                stage_peak_per_s=mix.peak_per_s,
                raised=rate_per_s is None and mix.peak_per_s < LEAST_RATE_PER_S,
                stage_peak_factor=max(day_of(graph.workload, graph.likely["peak_factor"])),
                mixes=drawn_mixes([one.share for one in requests], mixes, wishes.get("seed", 1)),
                **wishes,
            )
            rate = max(mix.peak_per_s, LEAST_RATE_PER_S) if rate_per_s is None else rate_per_s
            arrivals_per_s = rate / plan.requests_per_arrival
            shaped = _load(graph, shape, arrivals_per_s, warm_up_s + duration_s, warm_up_s, trace)
        except ValidationError as error:
            raise BadInput(_sentences(error)) from None
        return plan.model_copy(update={"load": shaped})


def journeys_of(graph: SizedGraph) -> tuple[Journey, ...]:
    """The document's journeys, with no share yet."""
    return tuple(
        Journey(name=one.title or name, steps=one.steps, think_s=float(evaluate(one.think_s, graph.likely)))
        for name, one in graph.architecture.journeys.items()
    )


def _begun(journey: Journey, requests: Mapping[str, Request]) -> list[Request]:
    """Steps that take what no step before them gives."""
    steps = [requests[step] for step in journey.steps]
    needs = starting_needs(steps)
    return [step for step in steps if step.takes.values & needs]


def _load(
    graph: SizedGraph, shape: str, rate_per_s: float, duration_s: float, warm_up_s: float, trace: str | Path | None
) -> Load:
    shapes = get_args(Shape)
    if shape not in shapes:
        raise UnknownName("a shape of load", shape, shapes)
    if (shape == "replay") != (trace is not None):
        raise BadInput("a replay and a trace come together: --shape replay --trace FILE")
    return Load(
        shape=shape,
        rate_per_s=rate_per_s,
        duration_s=duration_s,
        warm_up_s=warm_up_s,
        hourly=day_of(graph.workload, graph.likely["peak_factor"]) if shape == "day" else (),
        trace=read_trace(trace) if trace is not None else (),
    )


def _sentences(error: ValidationError) -> str:
    """All problems of a plan, in the words of its options."""
    return "; ".join(sorted(f"{'.'.join(map(str, e['loc']))}: {e['input']!r}: {e['msg']}" for e in error.errors()))


def new_recording(plan: Plan) -> Recording:
    """An empty recording for a plan: windows of five seconds, wider in a long run."""
    counted_s = plan.load.duration_s - plan.load.warm_up_s
    return Recording(warm_up_s=plan.load.warm_up_s, window_s=max(5.0, counted_s / MOST_WINDOWS), processes=plan.workers)
