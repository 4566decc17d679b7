"""The stand-in's routes: which endpoints answer on which path, and how a client says which one it means."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from loadtests.mix import HTTP_METHODS, route
from loadtests.standin.callplans import About, Part, PlanMaker
from model.endpoints import Endpoint
from model.quantity import evaluate
from model.sizing import SizedGraph

ANY_METHOD: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
WITH_BODY: Final = ("POST", "PUT", "PATCH")
"""Methods whose requests must bring a JSON object, also where the document leaves the method open."""
LEAST_BODY_BYTES: Final = 65_536
MOST_ANSWER_BYTES: Final = 65_536
"""An answer is cut to this, and its header says so: the generator shares the machine."""


@dataclass(frozen=True)
class Served:
    """An endpoint as the stand-in serves it."""

    name: str
    endpoint: Endpoint
    plan: tuple[Part, ...]
    methods: tuple[str, ...]
    path: str
    """In Starlette's form."""
    most_body_bytes: int
    answer_bytes: int
    modelled_answer_kb: float


def served(graph: SizedGraph, maker: PlanMaker) -> list[Served]:
    """Every endpoint that HTTP can call."""
    return [
        _served(name, endpoint, graph, maker)
        for name, endpoint in graph.endpoints.items()
        if endpoint.method in HTTP_METHODS
    ]


def _served(name: str, endpoint: Endpoint, graph: SizedGraph, maker: PlanMaker) -> Served:
    request_kb = float(evaluate(endpoint.request_kb, graph.likely))
    answer_kb = float(evaluate(endpoint.response_kb, graph.likely))
    return Served(
        name=name,
        endpoint=endpoint,
        plan=maker.parts(endpoint.calls, endpoint.client, About(name, entity_of(endpoint))),
        methods=ANY_METHOD if endpoint.method == "ANY" else (endpoint.method,),
        path=starlette_path(route(name, endpoint)),
        most_body_bytes=max(LEAST_BODY_BYTES, int(request_kb * 1024 * 2)),
        answer_bytes=min(int(answer_kb * 1024), MOST_ANSWER_BYTES),
        modelled_answer_kb=answer_kb,
    )


def entity_of(endpoint: Endpoint) -> str:
    """What an endpoint is about: the first word of its path that names something.

    >>> from model.endpoints import Call
    >>> entity_of(Endpoint(client="web", path="/api/matters/{id}", calls=(Call(to="api"),)))
    'matters'
    """
    words = re.findall(r"[a-z][a-z0-9_-]*", re.sub(r"\{[^}]*\}", "", endpoint.path.lower()))
    named = [word for word in words if word not in ("api", "v1", "v2")]
    return (named[0] if named else "items").replace("-", "_")


def starlette_path(path: str) -> str:
    """A document's path as a route: no query, `*` as a rest of any length.

    >>> starlette_path("/api/users?page=1"), starlette_path("/assets/*"), starlette_path("/photos/{key}_thumb.jpg")
    ('/api/users', '/assets/{rest:path}', '/photos/{key}_thumb.jpg')
    """
    return path.partition("?")[0].replace("*", "{rest:path}")


def openapi_path(path: str) -> str:
    """A route as OpenAPI writes it."""
    return re.sub(r":path\}", "}", path)


def by_route(all_served: list[Served]) -> list[tuple[str, dict[str, list[Served]]]]:
    """(path, endpoints by method), exact paths before those with holes, so that the more exact one answers."""
    grouped: defaultdict[str, defaultdict[str, list[Served]]] = defaultdict(lambda: defaultdict(list))
    for one in all_served:
        for method in one.methods:
            grouped[one.path][method].append(one)
    exact_first = sorted(grouped, key=lambda path: (":path}" in path, path.count("{"), -len(path), path))
    return [(path, dict(grouped[path])) for path in exact_first]
