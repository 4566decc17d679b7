"""Metrics of CloudWatch as measurements to calibrate by: intervals with the endpoints' rates and the parts' figures.

CloudWatch counts calls of a load balancer, an API or a function, seldom of an endpoint. Calls are given to endpoints
by the most telling counter: a route's own, else that of a function that few endpoints call, else that of the entry;
within a counter by the document's shares. Endpoints that no counter sees run at the document's ratio to the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import numpy as np

from account.cloudwatch import Span, Values
from account.cloudwatch_series import Series
from model.catalog.instances import instance_classes
from model.component import Component
from model.kinds.aurora import Aurora
from model.kinds.fargate import Fargate
from model.kinds.rds import Rds
from model.problems import BadInput
from model.quantity import evaluate
from model.sizing import SizedGraph
from model.units import SECONDS_PER_MONTH
from simulations.compiling.demand import demand_at
from studies.calibration_data import Interval, Measurements
from studies.calibration_demands import Demands

LEAST_DAYS_HELD_BACK: Final = 3
Read = Mapping[Series, Values]


def measurements_of(graph: SizedGraph, read: Read, span: Span) -> Measurements:
    """The measurements of a stage; every third day is held back from a fit, where there are three.

    Raises BadInput when nothing was counted, naming the resources without data.
    """
    demands = Demands.of(graph, ())
    shares = demand_at(graph, 1.0).per_s
    days = (span.after - span.first).days
    intervals = [
        interval
        for start in span.starts
        if (interval := _interval(graph, demands, shares, read, span, start, days)) is not None
    ]
    silent = sorted({one.component for one in read} - {one.component for one, values in read.items() if values})
    if not intervals:
        known = f"; {', '.join(silent)} had no data at all: is the identifier, the region right?" if silent else ""
        raise BadInput(f"CloudWatch counted no request between {span.first} and {span.after}{known}")
    unseen = _unseen(demands, shares, read)
    notes = [f"without data of {', '.join(silent)}"] if silent else []
    notes += [f"{len(unseen)} endpoints at the document's ratio: no counter sees them"] if unseen else []
    source = f"CloudWatch, {span.first} to {span.after} (UTC) in steps of {span.period_s} s"
    return Measurements(
        architecture=graph.architecture.name,
        stage=graph.stage.name,
        source="; ".join([source, *notes]),
        date=span.first.isoformat(),
        intervals=tuple(intervals),
        has_hours=True,
    )


def _interval(
    graph: SizedGraph,
    demands: Demands,
    shares: Mapping[str, float],
    read: Read,
    span: Span,
    start: datetime,
    days: int,
) -> Interval | None:
    """One interval; None when nothing was counted in it."""
    now = {one: values[start] for one, values in read.items() if start in values}
    rates = _rates(demands, shares, now, span.period_s)
    if not any(rates.values()):
        return None
    busy, utilisation = _cpus(graph, now, span.period_s)
    day = start.date().isoformat()
    return Interval(
        seconds=float(span.period_s),
        throughput_per_s=rates,
        busy_cpus=busy,
        held_ms=_held(graph, now),
        response_ms={one.endpoint: value for one, value in now.items() if one.endpoint and one.figure == "held_ms"},
        cache_hits=_hits(now),
        utilisation=utilisation,
        mix=day if days >= LEAST_DAYS_HELD_BACK else "",
        start_s=(start - span.at(start.date())).total_seconds(),
    )


def _rates(
    demands: Demands, shares: Mapping[str, float], now: Mapping[Series, float], period_s: int
) -> dict[str, float]:
    """Requests a second of every endpoint."""
    known = {
        one.endpoint: value / period_s
        for one, value in now.items()
        if one.figure == "calls" and one.endpoint in demands.loads
    }
    counted = {
        one.component: value / period_s
        for one, value in now.items()
        if one.figure == "calls" and not one.endpoint and not one.part
    }
    calls = {name: _calls(demands, name) for name in counted}
    for name in sorted(counted, key=lambda name: (len(calls[name]), name)):
        seen = calls[name]
        left = counted[name] - sum(known[end] * each for end, each in seen.items() if end in known)
        new = {end: shares.get(end, 0.0) for end in seen if end not in known}
        expected = sum(rate * seen[end] for end, rate in new.items())
        for end, rate in new.items():
            known[end] = max(0.0, left) * rate / expected if expected else 0.0
    usual = sum(shares.get(end, 0.0) for end in known)
    ratio = sum(known.values()) / usual if usual else 0.0
    return {end: known.get(end, shares.get(end, 0.0) * ratio) for end in demands.loads}


def _calls(demands: Demands, component: str) -> dict[str, float]:
    """Calls of a component by one request of each endpoint that calls it."""
    found = {}
    for endpoint, loads in demands.loads.items():
        load = loads.get(component)
        calls = float(np.ravel(load.monthly_calls)[0]) if load is not None else 0.0
        if calls > 0:
            found[endpoint] = calls
    return found


def _unseen(demands: Demands, shares: Mapping[str, float], read: Read) -> list[str]:
    """Endpoints with arrivals that no counter with data sees."""
    counters = [one for one, values in read.items() if one.figure == "calls" and values and not one.part]
    seen = {one.endpoint for one in counters if one.endpoint}
    seen |= {end for one in counters if not one.endpoint for end in _calls(demands, one.component)}
    return sorted(end for end, rate in shares.items() if rate * SECONDS_PER_MONTH > 0 and end not in seen)


def _cpus(graph: SizedGraph, now: Mapping[Series, float], period_s: int) -> tuple[dict[str, float], dict[str, float]]:
    """Busy CPUs and utilisation by component."""
    busy, utilisation = {}, {}
    for one, value in now.items():
        component = graph.components[one.component]
        if one.figure == "cpu_percent":
            utilisation[one.component] = value / 100
            cpus = _database_cpus(graph, component)
            if cpus:
                busy[one.component] = value / 100 * cpus
        elif one.figure == "cpu_percent_sum" and isinstance(component, Fargate):
            busy[one.component] = value / 100 * component.vcpu / (period_s / 60)
    return busy, utilisation


def _database_cpus(graph: SizedGraph, component: Component) -> float:
    """CPUs that a database's metric is a mean over; 0 where they are not known."""
    if isinstance(component, Rds):
        return instance_classes("rds")[component.instance_class].vcpu
    if isinstance(component, Aurora) and component.instance_class is not None:
        instances = sum(float(evaluate(count, graph.likely)) for count in (component.writers, component.readers))
        return instance_classes("aurora")[component.instance_class].vcpu * instances
    return 0.0


def _held(graph: SizedGraph, now: Mapping[Series, float]) -> dict[str, float]:
    """Mean times held by component; of what stands behind an entry, when it is one component alone."""
    held: dict[str, float] = {}
    parts: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    weights = {(one.component, one.part): value for one, value in now.items() if one.figure == "calls" and one.part}
    for one, value in now.items():
        if one.endpoint:
            continue
        if one.figure == "held_ms" and one.part:
            parts[one.component].append((value, weights.get((one.component, one.part), 0.0)))
        elif one.figure == "held_ms":
            held[one.component] = value
        elif one.figure == "behind_ms":
            behind = _behind(graph, one.component)
            if len(behind) == 1:
                held.setdefault(behind[0], value)
    for name, values in parts.items():
        calls = sum(weight for _, weight in values)
        if calls:
            held[name] = sum(value * weight for value, weight in values) / calls
    return held


def _behind(graph: SizedGraph, name: str) -> list[str]:
    """What a component sends requests to."""
    edges = (edge for edge in graph.connections if edge.source == name and edge.kind == "request")
    return list(dict.fromkeys(edge.target for edge in edges))


def _hits(now: Mapping[Series, float]) -> dict[str, tuple[float, float]]:
    """Hits and lookups by cache."""
    hits = {one.component: value for one, value in now.items() if one.figure == "hits"}
    misses = {one.component: value for one, value in now.items() if one.figure == "misses"}
    names: Iterable[str] = dict.fromkeys((*hits, *misses))
    return {name: (hits.get(name, 0.0), hits.get(name, 0.0) + misses.get(name, 0.0)) for name in names}
