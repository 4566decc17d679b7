"""Why no option reaches a target: where the time goes, what is assumed, what is promised along the way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from model.sizing import SizedGraph
from model.targets import Target
from model.traffic import traffic
from pricing.price_table import PriceTable
from simulations.verdicts import targets_of
from studies.amounts import percent, plain
from studies.audit.case import StageCase
from studies.audit.rules.availability import weakest_chain
from studies.cheapest.fitness import best_recovery
from studies.cheapest.result import Unreachable
from studies.reasons import Reason


def unreachable(graph: SizedGraph, aside: Mapping[str, Reason], best: SizedGraph) -> Iterator[Unreachable]:
    """Each target that is missed with everything at its best, with where that comes from."""
    targets = targets_of(graph)
    for name, reason in aside.items():
        target = targets.get(name)
        why = _why(best, target) if target is not None else ""
        yield Unreachable(name, f"with everything at its best, {reason.sentence}{f'; {why}' if why else ''}")
    for name, component, mechanism in best_recovery(graph):
        yield Unreachable(
            name,
            f"{component}: even {mechanism.what} takes {plain(mechanism.low_s)} to {plain(mechanism.high_s)} s, "
            f"{plain(targets[name].threshold)} s are promised",
        )


def _why(best: SizedGraph, target: Target) -> str:
    if target.metric == "cache_hit_ratio":
        return "the hit ratio is assumed in the call plans: no size of the cache changes it here"
    if target.metric != "latency_ms":
        return ""
    slowest = _slowest(best, target)
    return f"{slowest[0]} takes {plain(slowest[1])} of {plain(slowest[2])} ms on average" if slowest else ""


def _slowest(best: SizedGraph, target: Target) -> tuple[str, float, float] | None:
    """(component, its own milliseconds a request, all milliseconds) over the endpoints of a target."""
    names = target.endpoints or tuple(best.endpoints)
    asked = {name: item for name, item in best.endpoints.items() if name in names}
    around = traffic(replace(best, endpoints=asked))
    calls = sum(float(count) for count in around.endpoint_calls.values())
    whole = sum(float(around.endpoint_ms[name]) * float(count) for name, count in around.endpoint_calls.items())
    own = {name: float(load.monthly_own_ms) for name, load in around.loads.items()}
    if not own or calls <= 0:
        return None
    name = max(sorted(own), key=lambda item: own[item])
    return name, own[name] / calls, whole / calls


def promised_availability(graph: SizedGraph, prices: PriceTable, chosen: SizedGraph) -> Iterator[Unreachable]:
    """Availability above the product of what the providers promise along the weakest plan."""
    stage = StageCase(chosen, prices, 0, 0)
    for name, target in targets_of(graph).items():
        if target.metric != "availability" or target.component is not None:
            continue
        chain = weakest_chain(stage)
        composite = math.prod(sla.share for _, sla in chain)
        if chain and composite < target.threshold - 1e-9:
            links = " x ".join(f"{link} {percent(sla.share)}" for link, sla in chain)
            yield Unreachable(
                name,
                f"{percent(composite)} is promised along the way, {percent(target.threshold)} is asked for: {links}",
            )
