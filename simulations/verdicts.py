"""The document's targets against what a run showed: held, missed, not decided; or not judged, with the reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from model.component import Component
from model.endpoints import Call, Choice, Parallel, Step
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.quantity import Formula, evaluate
from model.sizing import SizedGraph
from model.targets import Target
from model.verdicts import Verdict, decide
from simulations.compiling.stage_program import CompiledStage
from simulations.drawn_times import drawn_times
from simulations.estimates import Estimate, mean_of, percentile_of, share_of
from simulations.observing import Observed
from simulations.program import UNLIMITED
from simulations.replications import Replication

__all__ = ["NOT_JUDGED", "Verdict", "decided", "judge", "targets_of"]

CUT_OFF: Final = "deadline"
"""The cause of requests that met a time limit."""

NOT_JUDGED: Final = {
    "availability": "nothing fails in this run; simulate a fault to see what it takes away",
    "monthly_cost_usd": "the bill says it: stageplan price",
    "recovery_time_s": "nothing fails in this run; simulate a fault to see it",
    "recovery_point_s": "nothing fails in this run, and no data are lost in a simulation",
    "concurrent_users": "the document gives no time that a user spends between requests",
}


def targets_of(graph: SizedGraph) -> dict[str, Target]:
    """The targets that the document sets for the stage."""
    return {
        name: target
        for name, target in graph.architecture.targets.items()
        if not target.stages or graph.stage.name in target.stages
    }


def judge(
    stage: CompiledStage, replications: Sequence[Replication], places: Sequence[Observed], unstable: frozenset[str]
) -> tuple[list[Verdict], dict[str, str]]:
    """The verdicts on a stage's targets, and the targets that the run cannot judge, each with the reason."""
    bench = _Bench(stage, replications, places, unstable)
    verdicts, not_judged = [], {}
    for name, target in targets_of(stage.graph).items():
        found = bench.figure(target)
        if isinstance(found, str):
            not_judged[name] = found
        else:
            verdicts.append(decided(name, target, *found))
    return verdicts, not_judged


_Figure = tuple[Estimate, str]
"""A figure and, where it is none, why."""


@dataclass(frozen=True)
class _Bench:
    """What a judge looks at."""

    stage: CompiledStage
    replications: Sequence[Replication]
    places: Sequence[Observed]
    unstable: frozenset[str]

    def figure(self, target: Target) -> _Figure | str:
        """The target's figure, or why there is none."""
        if target.metric in NOT_JUDGED:
            return NOT_JUDGED[target.metric]
        if target.component is not None and target.component not in self.stage.graph.components:
            return f"{target.component} is not there at this stage"
        endpoints = [name for name in target.endpoints or self.stage.answered if name in self.stage.answered]
        if target.metric != "connections_ratio" and not endpoints:
            return "none of its endpoints is answered at this stage"
        match target.metric:
            case "latency_ms" if target.component is not None:
                return self._component_latency(target, target.component)
            case "latency_ms":
                return self._latency(target, endpoints)
            case "error_rate":
                return share_of(self._failed(endpoints), self._ended(endpoints)), ""
            case "throughput_per_s":
                return self._throughput(target, endpoints)
            case "cache_hit_ratio":
                return self._hits(target, endpoints)
            case _:
                return self._connections(target)

    def _failed(self, endpoints: Sequence[str]) -> int:
        return sum(sum(r.errors[name].values()) for r in self.replications for name in endpoints)

    def _ended(self, endpoints: Sequence[str]) -> int:
        return self._failed(endpoints) + sum(len(r.latencies_ms[n]) for r in self.replications for n in endpoints)

    def _latency(self, target: Target, endpoints: Sequence[str]) -> _Figure:
        """Over the requests of all its endpoints together; one cut off at a time limit counts as slower than any."""
        if self.unstable & set(endpoints):
            return Estimate(math.inf, math.inf, math.inf, self._ended(endpoints)), "unstable: the queue grows"
        done = [np.concatenate([r.latencies_ms[name] for name in endpoints]) for r in self.replications]
        if target.percentile is None:
            return mean_of(done), ""
        cut = [sum(r.errors[name].get(CUT_OFF, 0) for name in endpoints) for r in self.replications]
        values = [np.concatenate([own, np.full(n, math.inf)]) for own, n in zip(done, cut, strict=True)]
        return percentile_of(values, target.percentile), ""

    def _throughput(self, target: Target, endpoints: Sequence[str]) -> _Figure | str:
        """What arrives and is done; a target above what arrives asks for the capacity."""
        offered = sum(self.stage.demand.per_s[name] for name in endpoints)
        if offered < target.threshold * (1 - 1e-9):
            return f"only {offered:.4g}/s arrive in the busiest hour: --capacity says what more it can take"
        if self.unstable & set(endpoints):
            return Estimate(0.0, 0.0, 0.0, self._ended(endpoints)), "unstable: not all that arrives is done"
        failed, ended = self._failed(endpoints), self._ended(endpoints)
        if not failed:
            as_many = (
                "as many arrive as it asks for"
                if offered < target.threshold * (1 + 1e-9)
                else f"{offered:.4g}/s arrive"
            )
            return Estimate(offered, offered, offered, ended), f"{as_many}, by the workload, and none is lost"
        done = 1 - failed / ended
        half = share_of(failed, ended).high - failed / ended
        return Estimate(offered * done, offered * (done - half), offered * done, ended), ""

    def _hits(self, target: Target, endpoints: Sequence[str]) -> _Figure | str:
        """The hit ratio that the call plans assume, weighed by calls: the run draws from it."""
        hits = looks = 0.0
        for name in endpoints:
            plan = self.stage.graph.endpoints[name]
            for call, weight in _calls(plan.calls, self.stage, 1.0):
                if call.hit_ratio is not None and target.component in (None, call.to):
                    weight *= self.stage.demand.per_s[name]
                    looks += weight
                    hits += weight * _value(self.stage, call.hit_ratio)
        if not looks:
            return "no call plan states a hit ratio for it"
        ratio = hits / looks
        return Estimate(ratio, ratio, ratio, self._ended(endpoints)), "assumed in the call plans, not simulated"

    def _component_latency(self, target: Target, name: str) -> _Figure | str:
        """A database's mean, as a connection is held from the first wait to the answer; or the times drawn for what
        has no queue.
        """
        times = drawn_times(self.stage, name, [run.result for run in self.replications])
        if times is not None:
            figure = times.mean if target.percentile is None else times.quantile(target.percentile / 100)
            return Estimate(figure * 1000, figure * 1000, figure * 1000, times.count), ""
        if target.percentile is not None:
            return "the run keeps no percentiles of what waits inside a component"
        seen = [p for p in self.places if p.place.component == name and p.place.what.endswith("connections")]
        passed = sum(place.passed for place in seen)
        if not passed:
            return f"the run keeps no times of {name} alone"
        in_system_s = sum((place.busy + place.queue) * place.span_s for place in seen)
        mean = in_system_s / passed * 1000
        return Estimate(mean, mean, mean, passed), ""

    def _connections(self, target: Target) -> _Figure | str:
        """Connections open at the peak over the limit: those of pools and of living instances count while idle."""
        name = target.component
        seen = [o for o in self.places if o.place.component == name and o.place.what == "connections"]
        if name is None or not seen or not 0 < seen[0].slots < UNLIMITED:
            return "its limit of connections is not known"
        held = max(float(seen[0].peak), self._kept_open(name))
        ratio = min(held / seen[0].slots, 1.0)
        return Estimate(ratio, ratio, ratio, len(self.replications)), ""

    def _kept_open(self, database: str) -> float:
        graph = self.stage.graph
        if graph.components[database].kind == "supabase":
            return 0.0  # its pooler shares connections among callers
        callers = (edge.source for edge in graph.connections if edge.target == database and edge.kind != "telemetry")
        return sum(self._open_of(name, graph.components[name]) for name in dict.fromkeys(callers))

    def _open_of(self, name: str, component: Component) -> float:
        if isinstance(component, Fargate) and component.connection_pool:
            return float(self.stage.tasks.get(name, 0) * component.connection_pool)
        if isinstance(component, LambdaFunction):
            return float(max((o.peak for o in self.places if o.place.component == name), default=0))
        return 0.0


def _calls(steps: tuple[Step, ...], stage: CompiledStage, weight: float) -> list[tuple[Call, float]]:
    """Every call of a plan with how often a request makes it."""
    found: list[tuple[Call, float]] = []
    for step in steps:
        match step:
            case Parallel(parallel=branches):
                for branch in branches:
                    found += _calls(branch, stage, weight)
            case Choice(choice=branches):
                for way in branches:
                    found += _calls(way.calls, stage, weight * _value(stage, way.probability))
            case Call():
                times = weight * _value(stage, step.probability) * _value(stage, step.count)
                miss = 1.0 if step.hit_ratio is None else 1 - _value(stage, step.hit_ratio)
                found.append((step, times))
                found += _calls((*step.calls, *step.on_miss), stage, times * miss)
                found += _calls(step.delivers, stage, times)
    return found


def _value(stage: CompiledStage, quantity: float | Formula) -> float:
    return float(evaluate(quantity, stage.graph.likely))


def decided(name: str, target: Target, found: Estimate, why: str) -> Verdict:
    """The verdict on an estimate; a latency without end says where its end went."""
    if math.isinf(found.value) and not why:
        why = "more requests than it allows are cut off at a time limit"
    return decide(name, target, found.value, found.low, found.high, found.samples, why)
