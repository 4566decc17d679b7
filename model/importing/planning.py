"""Endpoints with call plans, drafted along the connections: for every named route, else for every front."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from model.importing.components import Components
from model.importing.connecting import CLIENT, Link
from model.importing.found import Route
from model.importing.naming import snake, unique, valid_name

MAX_CALLS: Final = 60
"""Calls in one drafted plan; what lies beyond is left for the user to write."""
_WORK: Final[Mapping[str, tuple[float, float, float]]] = {
    "lambda": (20, 100, 1000), "fargate": (10, 50, 300), "ec2": (10, 50, 300), "app_runner": (10, 50, 300),
    "software": (10, 50, 300),
}  # fmt: skip
"""Milliseconds that one request may take in compute, assumed."""
_FAILURES: Final = ("dead letters", "destination of failures", "destination")
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "ANY", "SCHEDULE", "EVENT")
Document = dict[str, Any]


class Planner:
    """Draws call plans over the links of a draft, and takes an assumption for every duration."""

    def __init__(self, made: Components, links: Sequence[Link]) -> None:
        self.made = made
        self.links = links
        self.out: defaultdict[str, list[Link]] = defaultdict(list)
        for link in links:
            self.out[link.source].append(link)
        self.assumptions: dict[str, Document] = {}
        self.calls = 0

    def endpoints(self, routes: Iterable[Route]) -> dict[str, Document]:
        """The endpoints of a draft; those of users share the requests equally, which is a guess that says so."""
        made: dict[str, Document] = {}
        for route in routes:
            endpoint = self._of_route(route)
            if endpoint is not None:
                made[self._name(endpoint, made)] = endpoint
        planned = {endpoint["calls"][0]["to"] for endpoint in made.values()}
        for link in self.out[CLIENT]:
            if link.target not in planned:
                method = "POST" if link.kind == "auth" else "ANY"
                endpoint = self._endpoint(CLIENT, method, f"/{link.target}", [link.target])
                made[self._name(endpoint, made)] = endpoint
        self._share(made)
        return made

    def _of_route(self, route: Route) -> Document | None:
        entry, handler = self.made.owner.get(route.entry), self.made.owner.get(route.handler)
        if entry is None or handler is None or entry == handler or not self._linked(entry, handler):
            return None
        if route.method in ("SCHEDULE", "EVENT"):
            endpoint = self._endpoint(entry, route.method, route.path, [handler])
            often = self._often(route, handler) if route.monthly_calls is None else route.monthly_calls
            endpoint["monthly_calls"] = often
            return endpoint
        way = [*self._way_to(entry), handler]
        method = route.method if route.method in _METHODS else "ANY"
        return self._endpoint(CLIENT, method, route.path, way) if self._linked(CLIENT, way[0]) else None

    def _often(self, route: Route, handler: str) -> str:
        name = f"{handler[:40]}_monthly_runs"
        scheduled = f"'{route.path}' is not a rate: from once a month to every minute"
        why = scheduled if route.method == "SCHEDULE" else "how often the event happens is not in the file"
        self.assumptions[name] = {"low": 1, "likely": 30, "high": 43_800, "unit": "runs a month", "why": why}
        return name

    def _linked(self, source: str, target: str) -> bool:
        return any(link.target == target for link in self.out[source])

    def _way_to(self, entry: str) -> list[str]:
        """From the users to an API: directly, or through the distribution in front of it."""
        for link in self.links:
            if link.target == entry and link.kind == "origin" and self._linked(CLIENT, link.source):
                return [link.source, entry]
        return [entry]

    def _endpoint(self, client: str, method: str, path: str, way: list[str]) -> Document:
        self.calls = 0
        call = self._along(way, (client,))
        return {"method": method, "path": path, "client": client, "inferred": True, "calls": [call]}

    def _along(self, way: list[str], held: tuple[str, ...]) -> Document:
        """A call to the first of `way`, which calls the next; the last one calls all that it is linked to."""
        if len(way) == 1:
            return self._call(way[0], held)
        inner = [self._along(way[1:], (*held, way[0]))]
        guards = [
            {"to": link.target} for link in self.out[way[0]] if link.kind == "auth" and link.target not in (*held, *way)
        ]
        return {**self._one(way[0]), "calls": [*guards, *inner]}

    def _call(self, name: str, held: tuple[str, ...], op: str = "") -> Document:
        """A call to a component with what it calls in turn; nothing is called that is held, or sets itself off.

        Reading sets nothing off, and failures are left out: what goes to dead letters is no part of a plan.
        """
        self.calls += 1
        call = self._one(name)
        inside = (*held, name)
        calls, delivers = [], []
        for link in self._distinct(name):
            silent = link.kind in ("telemetry", "replication") or link.why in _FAILURES
            if link.target in inside or self.calls >= MAX_CALLS or silent or (op == "read" and link.kind == "event"):
                continue
            if link.kind == "event" and self.made.kind(name) not in _WORK:
                delivers.append(self._call(link.target, inside))
            elif link.kind == "event":
                calls.append({**self._call(link.target, inside), "asynchronous": True})
            else:
                inner = self._call(link.target, inside, link.kind)
                calls.append({**inner, "op": link.kind} if link.kind in ("read", "write") else inner)
        return {**call, **({"calls": calls} if calls else {}), **({"delivers": delivers} if delivers else {})}

    def _distinct(self, name: str) -> list[Link]:
        """The links out of a component, one for each target and use: reading and writing are two calls."""
        use = {(link.target, link.kind in ("write",)): link for link in reversed(self.out[name])}
        return list(use.values())[::-1]

    def _one(self, name: str) -> Document:
        """A call with the time that compute takes, as an assumption."""
        kind = self.made.kind(name)
        if kind not in _WORK:
            return {"to": name}
        if name in self.made.times_ms:
            return {"to": name, "time_ms": self.made.times_ms[name]}
        assumption = f"{name[:57]}_ms"
        low, likely, high = _WORK[kind]
        why = "how long one request takes here is not in infrastructure code"
        self.assumptions[assumption] = {"low": low, "likely": likely, "high": high, "unit": "ms", "why": why}
        return {"to": name, "time_ms": assumption}

    @staticmethod
    def _name(endpoint: Document, made: Mapping[str, Document]) -> str:
        text = snake(f"{endpoint['method']} {endpoint['path']}") or "root"
        return unique(valid_name(text, endpoint["path"]), set(made))

    @staticmethod
    def _share(made: Mapping[str, Document]) -> None:
        called = [item for item in made.values() if "monthly_calls" not in item]
        for endpoint in called:
            endpoint["share"] = 1.0 if len(called) == 1 else f"1 / {len(called)}"
