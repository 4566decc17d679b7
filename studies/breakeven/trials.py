"""One load tried: so many tasks, so many instances kept warm, the busiest hour simulated, the targets judged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from model.kinds.api_gateway import ApiGateway
from model.kinds.lambda_function import LambdaFunction
from model.sizing import SizedGraph
from model.targets import Target
from simulations.compiling.demand import peak_demand
from simulations.compiling.facts import load_facts
from simulations.objections import objections
from simulations.stage import simulate
from simulations.stage_result import StageResult
from studies.breakeven.fleets import Site24, with_fleet
from studies.breakeven.targets import with_targets
from studies.scaling import at_requests

ROOM = 3.0
"""An account's limit of instances is taken as raised to this many times the mean in use, where that is more."""
_METRICS = ("latency_ms",)
"""Of all targets of equal sides (`studies.breakeven.targets`)."""
_ANY = 100.0
"""A precision that every run reaches: no second, longer one follows."""


@dataclass(frozen=True)
class Effort:
    """How long a trial runs: once, since the interval that it gives is what it is judged by."""

    replications: int = 4
    most_requests: int = 10_000


BRIEF = Effort(most_requests=2_000)
"""For the interpreter, which is a hundred times slower than the compiled engine."""


@dataclass(frozen=True)
class Trial:
    """What one side showed at one load."""

    monthly_requests: float
    tasks: Mapping[str, int]
    kept: Mapping[str, float]
    holds: bool
    latencies_ms: Mapping[str, float]
    """By target."""
    at_once: float
    """Function instances in use, mean."""
    busy: float
    """The fullest service of tasks: its CPU in use."""
    cold_share: float
    why: tuple[str, ...]
    """What did not hold."""

    def as_json(self) -> dict[str, Any]:
        return {
            "tasks": dict(self.tasks),
            "provisioned": {name: count for name, count in self.kept.items() if count},
            "holds": self.holds,
            "latencies_ms": {
                name: round(ms, 1) if math.isfinite(ms) else None for name, ms in self.latencies_ms.items()
            },
            "instances_at_once": round(self.at_once, 2),
            "task_cpu": round(self.busy, 3),
            "cold_share": round(self.cold_share, 5),
            "why": list(self.why),
        }


@dataclass(frozen=True)
class Bench:
    """One side with the targets that it is judged by; every load is tried with the same seed."""

    graph: SizedGraph
    targets: Mapping[str, Target]
    seed: int
    engine: str
    effort: Effort
    seen: dict[object, Trial] = field(default_factory=dict, compare=False, repr=False)

    def trial(self, monthly_requests: float, tasks: Mapping[str, int], kept: Mapping[str, float]) -> Trial:
        """The busiest hour of a month of so many requests; asked again, the same."""
        key = (monthly_requests, tuple(tasks.items()), tuple(kept.items()))
        if key not in self.seen:
            self.seen[key] = self._tried(monthly_requests, tasks, kept)
        return self.seen[key]

    def _tried(self, monthly_requests: float, tasks: Mapping[str, int], kept: Mapping[str, float]) -> Trial:
        sized = with_fleet(at_requests(self.graph, monthly_requests), tasks, dict(kept))
        graph = _raised(with_targets(sized, dict(self.targets)))
        wanted = ROOM * _instances(graph)
        limit = max(load_facts()["lambda_account_concurrency"].value, wanted)
        result = simulate(
            graph,
            self.seed,
            self.engine,
            demand=peak_demand(graph),
            overrides={"lambda_account_concurrency": math.ceil(limit)},
            replications=self.effort.replications,
            precision=_ANY,
            most_requests=self.effort.most_requests,
            least_s=10.0,
        )
        return _read(result, monthly_requests, tasks, kept)


def _instances(graph: SizedGraph) -> float:
    day = Site24.of(graph)
    return sum(
        float(day.in_service(name).max()) for name, item in graph.components.items() if isinstance(item, LambdaFunction)
    )


def _raised(graph: SizedGraph) -> SizedGraph:
    """Gateways with their account limits raised to what arrives: a quota is asked for, not paid for."""
    arrives = ROOM * peak_demand(graph).total_per_s
    raised = {
        name: item.model_copy(
            update={"requests_per_s": max(item.requests_per_s, arrives), "burst": max(item.burst, arrives)}
        )
        for name, item in graph.components.items()
        if isinstance(item, ApiGateway)
    }
    return replace(graph, components={**graph.components, **raised})


def _read(result: StageResult, monthly_requests: float, tasks: Mapping[str, int], kept: Mapping[str, float]) -> Trial:
    against = objections(result, _METRICS, certain=True)
    why = [verdict.target for verdict in against.missed]
    if against.growth_per_s is not None:
        why.append("a queue grows")
    if against.failed_share is not None:
        why.append(f"{against.failed_share:.0%} of the requests fail")
    places = {item.component: item.places for item in result.components}
    cold = sum(
        endpoint.cold_share.value * endpoint.requests for endpoint in result.endpoints if endpoint.requests
    ) / max(result.requests, 1)
    functions = [seen for items in places.values() for seen in items if seen.place.kind == "function"]
    cpus = [seen.utilisation for name in tasks for seen in places.get(name, ()) if seen.place.what == "cpu"]
    return Trial(
        monthly_requests,
        dict(tasks),
        dict(kept),
        not why,
        {verdict.target: verdict.predicted for verdict in result.verdicts},
        sum(seen.busy for seen in functions),
        max(cpus, default=0.0),
        cold,
        tuple(why),
    )
