"""The requests of a stage, from the model's endpoints: mix, paths, payload sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from loadtests.chance import seeded
from loadtests.plan import Request
from model.carrying import reachable
from model.endpoints import Endpoint
from model.quantity import evaluate
from model.sizing import SizedGraph
from model.traffic import endpoint_arrivals
from model.units import SECONDS_PER_MONTH

HTTP_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "ANY")
WITHOUT_BODY = ("GET", "DELETE")
LEAST_BODY_BYTES = 12
MIX_SIGMA = 0.8
CLIENTS = "client"


@dataclass(frozen=True)
class Mix:
    """What is driven, how often the model expects it, and what is left out and why."""

    requests: tuple[Request, ...]
    mean_per_s: float
    peak_per_s: float
    left_out: tuple[tuple[str, str], ...]
    callable: Mapping[str, Request]
    """Every request that can be sent, by endpoint, also those that nobody makes at this stage."""


def mix_of(graph: SizedGraph, standin: bool) -> Mix:
    """The endpoints of a stage that a load test can call, with their shares; of a stand-in those without a path too."""
    monthly = {name: float(count) for name, count in endpoint_arrivals(graph, graph.likely).items()}
    reasons = {name: reason_to_leave_out(graph, name, standin) for name in graph.endpoints}
    reasons |= _out_of_reach(graph, [name for name, reason in reasons.items() if reason is None])
    driven = [name for name, reason in reasons.items() if reason is None and monthly[name] > 0]
    total = sum(monthly[name] for name in driven)
    able = {
        name: _request(graph, name, monthly[name] / total if total else 0.0)
        for name, reason in reasons.items()
        if reason is None
    }
    requests = tuple(able[name] for name in driven)
    mean = total / SECONDS_PER_MONTH
    left = tuple((name, reason) for name, reason in reasons.items() if reason is not None)
    return Mix(requests, mean, mean * float(graph.likely["peak_factor"]), left, able)


def _out_of_reach(graph: SizedGraph, names: Sequence[str]) -> dict[str, str | None]:
    """Endpoints that take what nothing gives that can be called; a token may also come from the user's header."""
    found = {name: graph.endpoints[name] for name in names}
    wanted = {name: (one.takes.values - {one.takes.bearer}, frozenset(one.gives)) for name, one in found.items()}
    able = set(reachable(wanted))
    return {
        name: f"takes {', '.join(sorted(wanted[name][0]))}, which nothing gives that can be called"
        for name in names
        if name not in able
    }


def reason_to_leave_out(graph: SizedGraph, name: str, standin: bool) -> str | None:
    """Why an endpoint is not driven; None when it is."""
    endpoint = graph.endpoints[name]
    client = graph.components[endpoint.client]
    if endpoint.method not in HTTP_METHODS:
        return f"nobody calls it over HTTP: it is a {endpoint.method.lower()}"
    if client.category != CLIENTS:
        return f"called by {endpoint.client}, not by users"
    if not standin and not is_path(endpoint.path) and endpoint.takes.url is None:
        return f"'{endpoint.path}' is not a path that can be called"
    return None


def drawn_mixes(shares: Sequence[float], count: int, seed: int) -> tuple[tuple[float, ...], ...]:
    """Mixes that differ enough to tell the endpoints apart: each share times a lognormal factor; none for one mix."""
    if count == 1:
        return ()
    chance = seeded(seed, "mixes")
    drawn = [[share * exp(chance.gauss(0.0, MIX_SIGMA)) for share in shares] for _ in range(count)]
    return tuple(tuple(weight / sum(weights) for weight in weights) for weights in drawn)


def is_path(path: str) -> bool:
    """Whether a document's path can be sent as it is.

    >>> is_path("/matters/{matterId}"), is_path("signed S3 URL"), is_path("$connect")
    (True, False, False)
    """
    return path.startswith("/") and " " not in path


def route(name: str, endpoint: Endpoint) -> str:
    """The path under which the stand-in serves an endpoint: its own, or one after its name."""
    return endpoint.path if is_path(endpoint.path) else f"/{name.replace('_', '-')}"


def method(endpoint: Endpoint) -> str:
    """The method to send: a GET where the document leaves it open."""
    return "GET" if endpoint.method == "ANY" else endpoint.method


def _request(graph: SizedGraph, name: str, share: float) -> Request:
    endpoint = graph.endpoints[name]
    verb = method(endpoint)
    size_kb = 0.0 if verb in WITHOUT_BODY else float(evaluate(endpoint.request_kb, graph.likely))
    body_bytes = 0 if verb in WITHOUT_BODY else max(int(size_kb * 1024), LEAST_BODY_BYTES)
    return Request(
        endpoint=name,
        method=verb,
        path=route(name, endpoint),
        share=share,
        body_bytes=body_bytes,
        takes=endpoint.takes,
        gives=endpoint.gives,
    )
