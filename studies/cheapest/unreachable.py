"""Why no option reaches a target: where the time goes, what is assumed, what is promised along the way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from model.sizing import SizedGraph
from model.targets import Target
from pricing.price_table import PriceTable
from simulations.verdicts import targets_of
from studies.amounts import percent, plain
from studies.audit.case import StageCase
from studies.audit.rules.availability import weakest_chain
from studies.cheapest.fitness import best_recovery
from studies.cheapest.result import Unreachable
from studies.reasons import Reason
from studies.slowest import slowest_of


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
    slowest = slowest_of(best, target.endpoints)
    return str(slowest) if slowest is not None else ""


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
