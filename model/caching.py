"""Hit ratios that follow from a time to live: the share of look-ups that find what was fetched a moment ago."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from model.component import Component
from model.endpoints import Branch, Call, Choice, Parallel, Step
from model.quantity import evaluate
from model.units import SECONDS_PER_MONTH

if TYPE_CHECKING:
    from model.sizing import SizedGraph

__all__ = ["hit_share", "time_to_live_s", "with_hit_ratios"]


def time_to_live_s(component: Component) -> float | None:
    """How long a cache keeps what it fetched; None for what keeps nothing, or does not say."""
    return getattr(component, "ttl_s", None)


def hit_share(calls_per_s: float, keys: float, ttl_s: float) -> float:
    """Hits over look-ups of `keys` things that are asked for alike often, at random, and kept for `ttl_s`.

    Each miss begins a time to live in which its key is hit `calls_per_s / keys * ttl_s` times on average.

    >>> hit_share(10.0, keys=100, ttl_s=30)
    0.75
    """
    hits = calls_per_s / keys * ttl_s
    return hits / (1 + hits)


def with_hit_ratios(graph: SizedGraph) -> SizedGraph:
    """The graph with a hit ratio, at the month's mean rate, on every call that names its `keys`."""
    if not any(_names_keys(plan.calls) for plan in graph.endpoints.values()):
        return graph
    from model.traffic import endpoint_arrivals

    arrivals = endpoint_arrivals(graph, graph.likely)
    endpoints = {
        name: plan.model_copy(update={"calls": _filled(graph, plan.calls, float(arrivals[name]) / SECONDS_PER_MONTH)})
        for name, plan in graph.endpoints.items()
    }
    return replace(graph, endpoints=endpoints)


def _names_keys(steps: tuple[Step, ...]) -> bool:
    for step in steps:
        match step:
            case Call():
                below = (*step.calls, *step.on_miss, *step.delivers)
                if step.keys is not None or _names_keys(below):
                    return True
            case Parallel(parallel=branches):
                if any(map(_names_keys, branches)):
                    return True
            case Choice(choice=ways):
                if any(_names_keys(way.calls) for way in ways):
                    return True
    return False


def _filled(graph: SizedGraph, steps: tuple[Step, ...], per_s: float) -> tuple[Step, ...]:
    return tuple(_step(graph, step, per_s) for step in steps)


def _step(graph: SizedGraph, step: Step, per_s: float) -> Any:
    match step:
        case Parallel(parallel=branches):
            filled = tuple(_filled(graph, branch, per_s) for branch in branches)
            return step.model_copy(update={"parallel": filled})
        case Choice(choice=ways):
            return step.model_copy(update={"choice": tuple(_way(graph, way, per_s) for way in ways)})
        case Call():
            return _call(graph, step, per_s)


def _way(graph: SizedGraph, way: Branch, per_s: float) -> Branch:
    share = float(evaluate(way.probability, graph.likely))
    return way.model_copy(update={"calls": _filled(graph, way.calls, per_s * share)})


def _call(graph: SizedGraph, call: Call, per_s: float) -> Call:
    likely = graph.likely
    rate = per_s * float(evaluate(call.probability, likely)) * float(evaluate(call.count, likely))
    hit = call.hit_ratio
    ttl_s = time_to_live_s(graph.components[call.to]) if call.to in graph.components else None
    if call.keys is not None and ttl_s is not None:
        hit = hit_share(rate, max(float(evaluate(call.keys, likely)), 1.0), ttl_s)
    missed = rate if hit is None else rate * (1 - float(evaluate(hit, likely)))
    parts = {"calls": missed, "on_miss": missed, "delivers": rate}
    below = {part: _filled(graph, getattr(call, part), its_rate) for part, its_rate in parts.items()}
    return call.model_copy(update={"hit_ratio": hit, **below})
