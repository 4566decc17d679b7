"""Traffic: how often every component is called, for how long, and how many bytes cross every connection.

Visit counts along the call plans, times the workload's arrivals. Quantities may be arrays of draws: every figure
is then an array of the same shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from model.component import Component
from model.endpoints import Branch, Call, Choice, Endpoint, Parallel, Step
from model.quantity import Formula, Num, Values, evaluate, per
from model.sizing import SizedGraph
from model.units import KB_PER_GB, SECONDS_PER_MONTH


@dataclass
class Load:
    """What one component does in a month."""

    monthly_calls: Num = 0.0
    monthly_calls_by_op: dict[str, Num] = field(default_factory=dict)
    monthly_busy_ms: Num = 0.0
    """Time from each call's start to its answer, waits on other components included."""
    monthly_own_ms: Num = 0.0
    """The same without the components it calls."""
    monthly_cpu_ms: Num = 0.0
    request_gb: Num = 0.0
    """Received in a month from its callers."""
    response_gb: Num = 0.0
    """Sent back to them."""

    @property
    def mean_busy_ms(self) -> Num:
        """Per call; 0 when there are none."""
        return per(self.monthly_busy_ms, self.monthly_calls)

    @property
    def mean_cpu_ms(self) -> Num:
        """Per call; 0 when there are none."""
        return per(self.monthly_cpu_ms, self.monthly_calls)

    @property
    def mean_kb(self) -> Num:
        """Request and response of one call together; 0 when there are none."""
        return per((self.request_gb + self.response_gb) * KB_PER_GB, self.monthly_calls)

    @property
    def calls_per_s(self) -> Num:
        """Mean over the month."""
        return self.monthly_calls / SECONDS_PER_MONTH

    def of(self, op: str) -> Num:
        """Monthly calls of one operation."""
        return self.monthly_calls_by_op.get(op, 0.0)


@dataclass
class Flow:
    """What crosses one connection in a month."""

    monthly_calls: Num = 0.0
    request_gb: Num = 0.0
    """From source to target."""
    response_gb: Num = 0.0
    """From target to source."""


@dataclass(frozen=True)
class Traffic:
    """Loads by component, flows by (source, target), and what arrives at the endpoints."""

    loads: Mapping[str, Load]
    flows: Mapping[tuple[str, str], Flow]
    endpoint_calls: Mapping[str, Num]
    """Monthly calls by endpoint."""
    endpoint_ms: Mapping[str, Num]
    """Mean unloaded response time by endpoint: no queueing, no cold starts."""

    def load(self, name: str) -> Load:
        """The component's load; an idle one when nothing calls it."""
        return self.loads.get(name, Load())

    def into(self, name: str) -> list[tuple[str, Flow]]:
        """(source, flow) of every connection into a component."""
        return [(source, flow) for (source, target), flow in self.flows.items() if target == name]

    def out_of(self, name: str) -> list[tuple[str, Flow]]:
        """(target, flow) of every connection out of a component."""
        return [(target, flow) for (source, target), flow in self.flows.items() if source == name]

    @property
    def monthly_arrivals(self) -> Num:
        """Calls of all endpoints together."""
        return sum(self.endpoint_calls.values(), start=0.0)


def traffic(graph: SizedGraph, values: Values | None = None) -> Traffic:
    """The traffic of a stage with its assumptions at `values` (likely ones when absent)."""
    known = graph.likely if values is None else values
    walk = _Walk(graph, known)
    arrivals = endpoint_arrivals(graph, known)
    times = {name: walk.endpoint(endpoint, arrivals[name]) for name, endpoint in graph.endpoints.items()}
    return Traffic(dict(walk.loads), dict(walk.flows), arrivals, times)


def loads_per_call(graph: SizedGraph) -> dict[str, Mapping[str, Load]]:
    """By endpoint: what one call of it brings to every component, as the load of a month with that call alone."""
    found: dict[str, Mapping[str, Load]] = {}
    for name, endpoint in graph.endpoints.items():
        walk = _Walk(graph, graph.likely)
        walk.endpoint(endpoint, 1.0)
        found[name] = dict(walk.loads)
    return found


def endpoint_arrivals(graph: SizedGraph, values: Values) -> dict[str, Num]:
    """Monthly calls by endpoint: its share of the requests (shares of those present, scaled to 1), or its own count."""
    shares = {
        name: evaluate(endpoint.share, values)
        for name, endpoint in graph.endpoints.items()
        if endpoint.share is not None
    }
    total = sum(shares.values(), start=0.0)
    requests = values["monthly_requests"]
    arrivals: dict[str, Num] = {name: requests * per(share, total) for name, share in shares.items()}
    for name, endpoint in graph.endpoints.items():
        if endpoint.monthly_calls is not None:
            arrivals[name] = arrivals.get(name, 0.0) + evaluate(endpoint.monthly_calls, values)
    return {name: arrivals.get(name, 0.0) for name in graph.endpoints}


class _Walk:
    """One pass over the call plans, adding up loads and flows."""

    def __init__(self, graph: SizedGraph, values: Values) -> None:
        self.graph = graph
        self.known = values
        self.loads: defaultdict[str, Load] = defaultdict(Load)
        self.flows: defaultdict[tuple[str, str], Flow] = defaultdict(Flow)

    def value(self, quantity: float | Formula) -> Num:
        return quantity if quantity.__class__ is float else quantity(self.known)  # type: ignore[operator]

    def endpoint(self, endpoint: Endpoint, monthly: Num) -> Num:
        """Walk one endpoint's plan, made `monthly` times; return its mean time in ms."""
        return self.steps(endpoint.calls, endpoint.client, monthly)

    def steps(self, steps: tuple[Step, ...], caller: str, monthly: Num) -> Num:
        """Walk steps in sequence; return the mean time that the caller waits for them."""
        return sum([self.step(step, caller, monthly) for step in steps], start=0.0) if steps else 0.0

    def step(self, step: Step, caller: str, monthly: Num) -> Num:
        match step:
            case Call():
                return self.call(step, caller, monthly)
            case Parallel(parallel=branches):
                times = [self.steps(branch, caller, monthly) for branch in branches]
                return _largest(times)
            case Choice(choice=branches):
                return sum((self.branch(branch, caller, monthly) for branch in branches), start=0.0)

    def branch(self, branch: Branch, caller: str, monthly: Num) -> Num:
        probability = self.value(branch.probability)
        return probability * self.steps(branch.calls, caller, monthly * probability)

    def call(self, call: Call, caller: str, monthly: Num) -> Num:
        times_per_request = self.value(call.probability) * self.value(call.count)
        calls = monthly * times_per_request
        miss = 1.0 if call.hit_ratio is None else 1 - self.value(call.hit_ratio)
        cpu_ms = self.value(call.cpu_ms)
        own_ms = self.value(call.time_ms) + cpu_ms
        busy_ms = own_ms + miss * self.steps(call.calls, call.to, calls * miss) if call.calls else own_ms
        if call.delivers:
            self.steps(call.delivers, call.to, calls)
        after_ms = miss * self.steps(call.on_miss, caller, calls * miss) if call.on_miss else 0.0
        self.record(call, caller, calls, own_ms, cpu_ms, busy_ms)
        return 0.0 if call.asynchronous else times_per_request * (busy_ms + after_ms)

    def record(self, call: Call, caller: str, calls: Num, own_ms: Num, cpu_ms: Num, busy_ms: Num) -> None:
        request_gb = calls * self.value(call.request_kb) / KB_PER_GB
        response_gb = calls * self.value(call.response_kb) / KB_PER_GB
        load = self.loads[call.to]
        op = operation(call, self.graph, caller)
        load.monthly_calls += calls
        load.monthly_calls_by_op[op] = load.of(op) + calls
        load.monthly_own_ms += calls * own_ms
        load.monthly_cpu_ms += calls * cpu_ms
        load.monthly_busy_ms += calls * busy_ms
        load.request_gb += request_gb
        load.response_gb += response_gb
        flow = self.flows[caller, call.to]
        flow.monthly_calls += calls
        flow.request_gb += request_gb
        flow.response_gb += response_gb


def operation(call: Call, graph: SizedGraph, caller: str) -> str:
    """What a call does to data: as stated, else a write over a write connection, else a read."""
    if call.op is not None:
        return call.op
    edge = graph.connection(caller, call.to)
    return "write" if edge is not None and edge.kind == "write" else "read"


def _largest(times: list[Num]) -> Num:
    if all(isinstance(time, float) for time in times):
        return max(times)
    longest = np.maximum.reduce(np.broadcast_arrays(*times))
    return longest if np.ndim(longest) else float(longest)


def present_components(graph: SizedGraph, kind: str) -> dict[str, Component]:
    """The stage's components of one kind."""
    return {name: component for name, component in graph.components.items() if component.kind == kind}
