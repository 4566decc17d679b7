"""How the crossing moves: each variant sized anew where its times change, and priced over the same loads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from model.quantity import evaluate
from model.sizing import SizedGraph
from model.traffic import traffic
from studies.breakeven.costs import costs_of
from studies.breakeven.crossings import Crossing, crossings_of
from studies.breakeven.fleets import Site24, services_of
from studies.breakeven.limits import FULLEST, Limit
from studies.breakeven.loads import Loads
from studies.breakeven.pair import Basis
from studies.breakeven.sizing import LIGHT, Sizing, first_guess, limit_of
from studies.breakeven.targets import EqualTargets
from studies.breakeven.trials import Bench
from studies.breakeven.variants import Change, Variant

_MANY = 4
"""Tasks at which a variant's own scaling rule is tried."""


@dataclass(frozen=True)
class SurfaceRow:
    """The pair with one thing changed: where the likely curves cross then, if both sides hold the targets."""

    dimension: str
    value: str
    crossings: tuple[Crossing, ...]
    """Of the whole bills."""
    compute_crossings: tuple[Crossing, ...]
    holds: tuple[bool, bool]
    """Whether each side holds the targets at all."""
    compute_usd: tuple[float, float]
    """At the requests of the stage."""

    def as_json(self) -> dict[str, Any]:
        return {
            "dimension": self.dimension,
            "value": self.value,
            "crossings": [item.as_json() for item in self.crossings],
            "compute_crossings": [item.as_json() for item in self.compute_crossings],
            "holds": list(self.holds),
            "compute_usd_per_month": [round(usd, 2) for usd in self.compute_usd],
        }


@dataclass(frozen=True)
class Scene:
    """What the variants are compared in: the pair as it is, its targets, its loads without draws."""

    sizings: tuple[Sizing, Sizing]
    targets: EqualTargets
    loads: Loads
    basis: Basis

    def row(self, variant: Variant, simulated: bool = True) -> SurfaceRow:
        """The pair changed; without `simulated` how full its tasks may be is the closed form's guess."""
        sizings = [self._sized(sizing, variant.change, simulated) for sizing in self.sizings]
        loads = replace(self.loads, draws=0)
        costs = [costs_of(item, loads, self.basis.prices, self.basis.free_tier, variant.by_rule) for item in sizings]
        base = [
            _at(loads, float(self.sizings[0].graph.likely["monthly_requests"]), item.compute[:, 0]) for item in costs
        ]
        hold = all(item.holds for item in sizings)
        return SurfaceRow(
            variant.dimension,
            variant.value,
            crossings_of(loads.requests, costs[0].total, costs[1].total) if hold else (),
            crossings_of(loads.requests, costs[0].compute, costs[1].compute) if hold else (),
            (sizings[0].holds, sizings[1].holds),
            (base[0], base[1]),
        )

    def _sized(self, sizing: Sizing, change: Change, simulated: bool) -> Sizing:
        graph = change(sizing.graph)
        changed = replace(sizing, graph=graph)
        if not sizing.holds or _no_heavier(graph, sizing.graph, self.targets):
            return changed
        bench = Bench(graph, self.targets.targets, self.basis.seed, self.basis.engine, self.basis.effort)
        return _simulated(bench, changed) if simulated else _guessed(bench, changed)


def _simulated(bench: Bench, sizing: Sizing) -> Sizing:
    """One trial at the fullest that the scaling rule lets a few tasks be; the search where that does not hold."""
    graph, base = bench.graph, float(bench.graph.likely["monthly_requests"])
    if not services_of(graph):
        trial = bench.trial(base, {}, sizing.trials[0].kept)
        return replace(sizing, holds=trial.holds)
    share = min(_rule(graph), sizing.limit.share_of(_MANY))
    loads = {name: float(Site24.of(graph).task_loads(name).max()) for name in services_of(graph)}
    most = max(loads.values())
    if most <= 0:
        return sizing
    load = share * _MANY / most * base
    tasks = {name: max(1, round(_MANY * own / most)) for name, own in loads.items()}
    if bench.trial(load, tasks, {}).holds:
        return replace(sizing, limit=Limit(((1, share),)))
    light = bench.trial(load / share * LIGHT, tasks, {})
    if not light.holds:
        return replace(sizing, limit=Limit(()), holds=False)
    limit = limit_of(bench, light, (_MANY,))
    limit = Limit(tuple((1, own) for _, own in limit.rungs))
    return replace(sizing, limit=limit, holds=limit.holds)


def _guessed(bench: Bench, sizing: Sizing) -> Sizing:
    """One trial at light load for what the times come to; the closed form for how full the tasks may be then."""
    graph, base = bench.graph, float(bench.graph.likely["monthly_requests"])
    loads = {name: float(Site24.of(graph).task_loads(name).max()) for name in services_of(graph)}
    light = bench.trial(base, {name: max(1, math.ceil(load / LIGHT)) for name, load in loads.items()}, {})
    if not light.holds or not loads:
        return replace(sizing, holds=light.holds)
    share = min([FULLEST, *(first_guess(bench, light, name) for name in loads)])
    return replace(sizing, limit=Limit(((1, share),)))


def _rule(graph: SizedGraph) -> float:
    """The share of CPU that the scaling rules keep tasks below; the fullest where none looks at it."""
    targets = [
        float(evaluate(item.scaling.target, graph.likely)) / 100
        for item in services_of(graph).values()
        if item.scaling.kind != "none" and item.scaling.metric == "cpu"
    ]
    return min([FULLEST, *targets])


def _no_heavier(graph: SizedGraph, before: SizedGraph, targets: EqualTargets) -> bool:
    """Whether nothing takes longer than before and no task has fewer cores: what held then still holds."""
    return all(now <= then for now, then in zip(_weights(graph, targets), _weights(before, targets), strict=True))


def _weights(graph: SizedGraph, targets: EqualTargets) -> list[float]:
    """What makes a target harder to hold, more being harder: means of the judged endpoints, CPU times, fewer cores."""
    found = traffic(graph)
    endpoints = [name for target in targets.targets.values() for name in target.endpoints]
    means = [float(found.endpoint_ms[name]) for name in endpoints]
    services = services_of(graph)
    cpu = [float(found.load(name).mean_cpu_ms) * max(1.0, 1 / item.vcpu) for name, item in services.items()]
    cores = [-float(max(1, int(item.vcpu))) for item in services.values()]
    return [round(weight, 9) for weight in (*means, *cpu, *cores)]


def _at(loads: Loads, requests: float, usd: Any) -> float:
    import numpy as np

    return float(np.interp(np.log(requests), np.log(loads.requests), usd))


def surface(scene: Scene, tried: Sequence[Variant]) -> tuple[SurfaceRow, ...]:
    """A row for every variant."""
    return tuple(scene.row(variant) for variant in tried)
