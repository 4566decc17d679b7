"""The menu of a component: every configuration of it that the provider sells and the search may try."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from model.catalog.instances import Offer, instance_classes
from model.component import Component, Scaling
from model.endpoints import Call, Choice, Parallel, Step
from model.kinds.aurora import Aurora
from model.kinds.elasticache import ElastiCache
from model.kinds.fargate import MEMORY_GB, Fargate
from model.kinds.lambda_function import LambdaFunction
from model.kinds.opensearch import OpenSearch
from model.kinds.rds import Rds
from model.sizing import SizedGraph, settled
from pricing.price_table import PriceTable
from simulations.verdicts import targets_of
from studies.cheapest.bounds import Bounds
from studies.cheapest.options import Option

SEARCHED = (LambdaFunction, Fargate, Rds, Aurora, ElastiCache, OpenSearch)
"""Kinds that have more than one option."""
MEMORY_MB = (128, 256, 512, 768, 1024, 1536, 1769, 2048, 3008)
"""Of functions: round sizes up to the one beyond which a single thread gains nothing (1,769 MB), and two more."""
VCPU = (0.25, 0.5, 1.0, 2.0, 4.0)
ACU = (0.5, 1.0, 2.0, 4.0, 8.0)
MORE_TASKS = 2
"""Counts tried beyond what the busiest hour needs."""
MORE_REPLICAS = 1
WARM_RESERVE = 1.2
"""Provisioned concurrency over the instances at work in the busiest hour."""


def menu(bounds: Bounds, name: str, prices: PriceTable) -> list[Option]:
    """The options of one component, the documented one first; of other kinds that one alone."""
    component = bounds.graph.components[name]
    patches = [{}, *_patches(bounds, name, component, prices)]
    found = [_option(bounds.graph, name, component, patch) for patch in patches]
    if isinstance(component, ElastiCache) and _may_go(bounds.graph, name):
        found.append(Option(name, "no cache", removed=True))
    unlike: dict[tuple[str, str], Option] = {}
    for option in found:
        unlike.setdefault((option.label, repr(option.lost_patch)), option)
    return list(unlike.values())


def _patches(bounds: Bounds, name: str, component: Component, prices: PriceTable) -> Iterator[dict[str, object]]:
    match component:
        case LambdaFunction():
            yield from _functions(bounds, name, component)
        case Fargate() if component.os == "linux":
            yield from _services(bounds, name, component, prices)
        case Rds():
            yield from _databases(bounds, component, prices)
        case Aurora():
            yield from _clusters(bounds, component, prices)
        case ElastiCache(node_class=str()):
            yield from _caches(bounds, component, prices)
        case OpenSearch():
            for sold in _sold(prices, "opensearch", "opensearch."):
                yield {"instance_class": sold}


def _functions(bounds: Bounds, name: str, function: LambdaFunction) -> Iterator[dict[str, object]]:
    for architecture in ("x86", "arm"):
        for memory_mb in sorted({*MEMORY_MB, function.memory_mb}):
            yield {"memory_mb": memory_mb, "architecture": architecture}
    at_once = bounds.at.hourly.in_service(name, bounds.demand.factor)
    if at_once > 0 and function.reserved_concurrency is None:
        warm = float(max(function.functions, math.ceil(at_once * WARM_RESERVE)))
        yield {"architecture": "arm", "provisioned_concurrency": warm}


def _services(bounds: Bounds, name: str, service: Fargate, prices: PriceTable) -> Iterator[dict[str, object]]:
    work = bounds.at.hourly.cores(name, bounds.demand.factor)
    for architecture in _priced(("x86", "arm"), "fargate.vcpu.", prices):
        spot = f"fargate.spot.vcpu.{architecture}" in prices
        for vcpu in VCPU:
            needed = math.floor(work * max(1.0, 1.0 / vcpu) / max(1, int(vcpu))) + 1
            for memory in (gb for gb in MEMORY_GB[vcpu] if gb <= max(service.memory_gb, MEMORY_GB[vcpu][0])):
                size = {"architecture": architecture, "vcpu": vcpu, "memory_gb": memory}
                for tasks in _counts(service, needed):
                    least, most = tasks
                    counted = {**size, "tasks": {"min": least, "max": most}}
                    yield {**counted, "spot_share": 0.0}
                    if spot and least > 1:
                        for kept in range(min(needed, least - 1), least):
                            yield {**counted, "spot_share": (least - kept) / least}


def _counts(service: Fargate, needed: int) -> list[tuple[int, int]]:
    """As documented (raised to what is needed), and fixed counts around the need."""
    tasks: Scaling = service.tasks
    fixed = {max(needed + more, 1) for more in range(MORE_TASKS + 1)} | {2, 3}
    scaled = {(least, max(tasks.max, needed + 1)) for least in {1, 2, tasks.min}} if tasks.min < tasks.max else set()
    return sorted({(count, count) for count in fixed if count >= needed} | scaled | {(tasks.min, tasks.max)})


def _databases(bounds: Bounds, database: Rds, prices: PriceTable) -> Iterator[dict[str, object]]:
    replicas = round(bounds.at.value(database.replicas))
    for sold in _sold(prices, "rds", f"rds.{database.engine}.", ".single_az"):
        for multi_az in (False, True):
            for count in range(replicas + MORE_REPLICAS + 1):
                yield {
                    "instance_class": sold,
                    "replica_class": None,
                    "multi_az": multi_az,
                    "replicas": float(count),
                }


def _clusters(bounds: Bounds, cluster: Aurora, prices: PriceTable) -> Iterator[dict[str, object]]:
    readers = round(bounds.at.value(cluster.readers))
    for count in range(readers + MORE_REPLICAS + 1):
        for sold in _sold(prices, "aurora", f"aurora.{cluster.engine}."):
            yield {"instance_class": sold, "acu": None, "readers": float(count)}
        if cluster.acu is not None:
            for least in sorted({*(acu for acu in ACU if acu <= cluster.acu.max), cluster.acu.min}):
                yield {"acu": {"min": least, "max": cluster.acu.max}, "readers": float(count)}


def _caches(bounds: Bounds, cache: ElastiCache, prices: PriceTable) -> Iterator[dict[str, object]]:
    nodes = round(bounds.at.value(cache.nodes))
    engines = dict.fromkeys((cache.engine, "valkey" if cache.engine == "redis" else cache.engine))
    for engine in engines:
        for sold in _sold(prices, "elasticache", f"elasticache.{'redis' if engine == 'memcached' else engine}."):
            for count in range(1, nodes + 1):
                yield {
                    "engine": engine,
                    "node_class": sold,
                    "nodes": float(count),
                    "multi_az": cache.multi_az and count > 1,
                }
            if not cache.multi_az:
                spread = {"nodes": float(max(nodes, 2)), "multi_az": True}
                yield {"engine": engine, "node_class": sold, **spread}


def _sold(prices: PriceTable, offer: Offer, head: str, tail: str = "") -> list[str]:
    """Classes of an offer with a price: what stands between `head` and `tail` in the meters."""
    return [name for name in instance_classes(offer) if f"{head}{name}{tail}" in prices]


def _priced(names: Iterable[str], head: str, prices: PriceTable) -> list[str]:
    return [name for name in names if f"{head}{name}" in prices]


def _option(graph: SizedGraph, name: str, component: Component, patch: dict[str, object]) -> Option:
    option = Option(name, "", patch)
    new = option.of(component)
    lost: dict[str, object] = {}
    label = settled(new, graph.likely).size()
    if isinstance(new, Fargate):
        spot = float(new.spot_share(graph.likely)) if not isinstance(new.spot_share, float) else new.spot_share
        if patch and spot > 0:
            kept = max(1, math.floor(new.tasks.min * (1 - spot) + 1e-9))
            lost = {"tasks": {"min": kept, "max": max(kept, math.floor(new.tasks.max * (1 - spot) + 1e-9))}}
        label += f" {'arm64' if new.architecture == 'arm' else 'x86'}" + (f", {spot:.0%} Spot" if spot else "")
    if isinstance(new, LambdaFunction) and not (
        isinstance(new.provisioned_concurrency, float) and new.provisioned_concurrency == 0
    ):
        label += f", {float(graph_value(graph, new.provisioned_concurrency)):g} kept warm"
    if isinstance(new, Rds | Aurora):
        replicas = round(graph_value(graph, new.replicas if isinstance(new, Rds) else new.readers))
        label += f" + {replicas} replica{'s' if replicas > 1 else ''}" if replicas else ""
    if isinstance(new, ElastiCache):
        label = f"{new.engine} {label}"
    return Option(name, label, patch, lost_patch=lost)


def graph_value(graph: SizedGraph, quantity: object) -> float:
    """A quantity of a component at the likely values."""
    return float(quantity(graph.likely)) if callable(quantity) else float(quantity)  # type: ignore[arg-type]


def _may_go(graph: SizedGraph, name: str) -> bool:
    """Whether the stage works without the cache: every call to it is a lookup that has another way on a miss, and no
    target speaks of it.
    """
    if any(target.component == name for target in targets_of(graph).values()):
        return False
    calls = [call for endpoint in graph.endpoints.values() for call in _calls(endpoint.calls) if call.to == name]
    lookups = [call for call in calls if call.hit_ratio is not None and (call.on_miss or call.calls)]
    writes = [call for call in calls if call.op in ("write", "delete") or call.asynchronous]
    return bool(lookups) and len(lookups) + len(writes) == len(calls)


def _calls(steps: tuple[Step, ...]) -> Iterator[Call]:
    for step in steps:
        match step:
            case Call():
                yield step
                yield from _calls((*step.calls, *step.on_miss, *step.delivers))
            case Parallel(parallel=branches):
                for branch in branches:
                    yield from _calls(branch)
            case Choice(choice=branches):
                for way in branches:
                    yield from _calls(way.calls)
