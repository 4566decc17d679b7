"""A scenario at a stage: the busiest hour with and without it, and what the difference is."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from model.problems import BadInput
from model.sizing import SizedGraph
from model.targets import Target
from simulations.compiling.compilation import Conditions
from simulations.compiling.demand import Demand
from simulations.compiling.facts import Fact, Parameters
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.estimates import Estimate
from simulations.observing import pooled
from simulations.scenarios.arms import Arm, run_arm
from simulations.scenarios.course import Course, arrivals_of, course_of
from simulations.scenarios.effects import EVERYTHING, Bin, Effect, Recovery, bins_of, effect_of, recovery_of
from simulations.scenarios.finding import components_hit
from simulations.scenarios.hits import Hit, hits_of, length_s
from simulations.scenarios.month import Month, month_of, month_rows
from simulations.scenarios.scenario import Scenario, ViralSpike
from simulations.verdicts import Verdict, decided, judge, targets_of

__all__ = ["Incident", "play"]

UNTOUCHED = "requests that are under way in a function or beyond a broken task go on; only their answers are lost"


@dataclass(frozen=True)
class Incident:
    """What a scenario does, read only; equal for equal input."""

    architecture: str
    stage: str
    scenario: Scenario
    engine: str
    seed: int
    digest: str
    per_s: float
    """Requests of clients per second, without a surge."""
    course: Course
    hits: tuple[Hit, ...]
    effects: tuple[Effect, ...]
    """Of all endpoints together, then of each."""
    bins: tuple[Bin, ...]
    recovery: Recovery
    lost_requests: float
    """In one incident, beyond the share that fails without it."""
    more_requests: float
    """That a surge brings."""
    availability: float
    """Share of a month's requests that are not lost to one such incident."""
    usual_month: Month
    month: Month
    """With one such incident."""
    baseline_verdicts: tuple[Verdict, ...]
    verdicts: tuple[Verdict, ...]
    not_judged: Mapping[str, str]
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    compiled: CompiledStage | None = field(default=None, repr=False, compare=False)

    @property
    def held(self) -> bool:
        """Whether no target is missed while it lasts and after."""
        return all(verdict.state != "missed" for verdict in self.verdicts)

    def as_json(self) -> dict[str, Any]:
        """The object of `stageplan simulate --scenario ... --json`."""
        course = self.course
        return {
            "architecture": self.architecture,
            "stage": self.stage,
            "scenario": self.scenario.model_dump(),
            "engine": self.engine,
            "seed": self.seed,
            "digest": self.digest,
            "per_s": self.per_s,
            "runs": course.runs,
            "watched_s": course.ends_s - course.begins_s,
            "lasts_s": course.over_s - course.begins_s,
            "hits": [{"component": hit.component, "what": hit.what, "lasts_s": hit.lasts_s} for hit in self.hits],
            "endpoints": [effect.as_json() for effect in self.effects],
            "recovery": self.recovery.as_json(),
            "lost_requests": self.lost_requests,
            "more_requests": self.more_requests,
            "availability": self.availability,
            "timeline": [item.as_json() for item in self.bins],
            "usage": month_rows(self.usual_month, self.month),
            "verdicts": [verdict.as_json() for verdict in self.verdicts],
            "baseline_verdicts": [verdict.as_json() for verdict in self.baseline_verdicts],
            "not_judged": [{"target": name, "why": why} for name, why in self.not_judged.items()],
            "assumptions": [fact.as_json() for fact in self.facts],
            "notes": list(self.notes),
        }


def play(
    graph: SizedGraph,
    scenario: Scenario,
    seed: int = 1,
    engine: str = "compiled",
    *,
    component: str | None = None,
    demand: Demand | None = None,
    overrides: Mapping[str, float] | None = None,
    runs: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Incident:
    """A stage's busiest hour (or `demand`) with a scenario and without, the same draws in both.

    `component` replaces the one that the scenario names; `runs` the number of runs of each arm. Raises UnknownName for
    a component that is not there, BadInput where the scenario cannot apply or nothing arrives.
    """
    if component is not None:
        scenario = scenario.model_copy(update={"component": component})
    names = components_hit(scenario, graph)
    stage = compile_stage(graph, demand, Conditions(edges_cut=True), overrides, frozenset(names))
    if stage.demand.client_per_s <= 0:
        raise BadInput(f"{graph.architecture.name} {graph.stage.name}: no client calls, nobody would feel it")
    facts = Parameters.of(graph, overrides)
    hits = hits_of(scenario, stage, names, facts)
    course = course_of(stage, scenario, length_s(scenario, hits), runs)
    surge = scenario if isinstance(scenario, ViralSpike) else None
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done / (2 * course.runs))

    baseline = run_arm(stage, course, arrivals_of(stage, course), (), names, seed, engine, told)
    fault = run_arm(stage, course, arrivals_of(stage, course, surge), hits, names, seed, engine, told)
    return _incident(stage, scenario, seed, engine, course, hits, facts, baseline, fault)


def _incident(
    stage: CompiledStage,
    scenario: Scenario,
    seed: int,
    engine: str,
    course: Course,
    hits: tuple[Hit, ...],
    facts: Parameters,
    baseline: Sequence[Arm],
    fault: Sequence[Arm],
) -> Incident:
    causes, surge = stage.program.causes, isinstance(scenario, ViralSpike)
    effects = tuple(effect_of(name, causes, baseline, fault) for name in (EVERYTHING, *stage.answered))
    whole = effects[0]
    bins = bins_of(course, baseline, fault, whole.baseline.times_ms["p95_ms"])
    recovery = recovery_of(bins)
    lost = _failed(whole.fault.errors) - whole.baseline.error_rate * whole.fault.requests
    lost, more = (count / course.runs for count in (lost, whole.fault.requests - whole.baseline.requests))
    monthly = sum(float(stage.traffic.endpoint_calls[name]) for name in stage.answered)
    availability = 1 - min(max(lost, 0.0) / monthly, 1.0)
    usual, month = month_of(stage, baseline, fault)
    verdicts, not_judged = _verdicts(stage, fault)
    of_the_fault, not_judged = _of_the_fault(stage, hits, recovery, availability, course, not_judged)
    used = {fact.name: fact for fact in stage.facts} | facts.used
    return Incident(
        architecture=stage.graph.architecture.name,
        stage=stage.graph.stage.name,
        scenario=scenario,
        engine=engine,
        seed=seed,
        digest=_digest(stage, baseline, fault),
        per_s=stage.demand.client_per_s,
        course=course,
        hits=hits,
        effects=effects,
        bins=tuple(bins),
        recovery=recovery,
        lost_requests=lost,
        more_requests=float(more) if surge else 0.0,
        availability=availability,
        usual_month=usual,
        month=month,
        baseline_verdicts=tuple(_verdicts(stage, baseline)[0]),
        verdicts=(*verdicts, *of_the_fault),
        not_judged=not_judged,
        facts=tuple(used[name] for name in sorted(used)),
        notes=(*stage.notes, *([UNTOUCHED] if hits else [])),
        compiled=stage,
    )


def _failed(errors: Mapping[str, int]) -> int:
    return sum(errors.values())


def _verdicts(stage: CompiledStage, arms: Sequence[Arm]) -> tuple[list[Verdict], dict[str, str]]:
    runs = [arm.judged for arm in arms]
    return judge(stage, runs, pooled([run.places for run in runs]), frozenset())


def _of_the_fault(
    stage: CompiledStage,
    hits: tuple[Hit, ...],
    recovery: Recovery,
    availability: float,
    course: Course,
    not_judged: Mapping[str, str],
) -> tuple[list[Verdict], dict[str, str]]:
    """The targets that only a fault can judge: the time to recover, and what one incident leaves of a month."""
    found, left = [], dict(not_judged)
    for name, target in targets_of(stage.graph).items():
        estimate = _estimate(target, recovery, availability, course)
        hit = target.component is None or target.component in {hit.component for hit in hits}
        if name in left and estimate is not None and hit:
            del left[name]
            why = "with one such incident in the month" if target.metric == "availability" else ""
            verdict = decided(name, target, estimate, why)
            found.append(replace(verdict, why=why) if why else verdict)
    return found, left


def _estimate(target: Target, recovery: Recovery, availability: float, course: Course) -> Estimate | None:
    if target.metric == "availability":
        return Estimate(availability, availability, availability, course.runs)
    if target.metric == "recovery_time_s":
        high_s = recovery.high_s if recovery.over else math.inf
        return Estimate(high_s, recovery.low_s, high_s, course.runs)
    return None


def _digest(stage: CompiledStage, baseline: Sequence[Arm], fault: Sequence[Arm]) -> str:
    """sha256 over the digests of all runs: the same input gives the same anywhere, whatever the engine."""
    whole = hashlib.sha256(stage.program.name.encode())
    for arm in (*baseline, *fault):
        whole.update(arm.digest.encode())
    return whole.hexdigest()
