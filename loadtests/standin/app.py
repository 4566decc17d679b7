"""The stand-in as a Starlette application: real HTTP in front of an architecture's modelled waits and limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from loadtests.plan import ENDPOINT_HEADER
from loadtests.standin.callplans import PlanMaker
from loadtests.standin.giving import Giving, padded
from loadtests.standin.metrics import metrics_text
from loadtests.standin.openapi import openapi
from loadtests.standin.places import Place
from loadtests.standin.routes import WITH_BODY, Served, by_route, served
from loadtests.standin.stations import Failed, until
from loadtests.standin.walk import Walker
from model.sizing import SizedGraph

Handler = Callable[[Request], Awaitable[Response]]
OWN: Final = "/_stand_in"
"""Where the stand-in speaks of itself, whatever paths the architecture uses."""


@dataclass
class Done:
    """What became of the requests to one endpoint."""

    answered: int = 0
    failed: int = 0
    turned_away: int = 0
    """For a token, an address or an id that was not given here; neither answered nor failed."""
    answer_s: float = 0.0
    """Of the answered together."""

    @property
    def ended(self) -> int:
        return self.answered + self.failed

    def answer(self, seconds: float) -> None:
        """One more answer."""
        self.answered += 1
        self.answer_s += seconds

    def counters(self) -> dict[str, float]:
        """As plain data."""
        return {
            "answered": self.answered,
            "failed": self.failed,
            "turned_away": self.turned_away,
            "answer_s": self.answer_s,
        }


class StandIn:
    """One architecture at one stage, answering."""

    def __init__(self, graph: SizedGraph, seed: int, real: Path | None = None, scale: float = 1.0) -> None:
        """`real` is a folder for a PostgreSQL and a Redis behind the data components; without one all is modelled."""
        self.graph = graph
        self.seed = seed
        self.real = real
        self.name = graph.architecture.name
        behind = "modelled waits" if real is None else "modelled waits, PostgreSQL and Redis of this machine"
        self.notice = f"stand-in of {self.name} at {graph.stage.name}: {behind}, not a deployment"
        maker = PlanMaker(graph, seed, scale)
        self.places: dict[str, Place] = dict(maker.places)
        self.routes = by_route(served(graph, maker))
        self.giving = Giving(graph, seed)
        self.walker = Walker(seed)
        self.began = 0.0
        self.done = {one.name: Done() for _, methods in self.routes for found in methods.values() for one in found}
        self.answers = {
            one.name: padded(self._named(one), one.answer_bytes)
            for _, methods in self.routes
            for found in methods.values()
            for one in found
        }

    def _named(self, one: Served) -> dict[str, str]:
        return {"stand_in": self.name, "endpoint": one.name}

    def application(self) -> Starlette:
        """The whole application."""
        own: dict[str, Handler] = {
            "/openapi.json": self.describe,
            "/health": self.health,
            "/metrics": self.metrics,
            f"{OWN}/health": self.health,
            f"{OWN}/metrics": self.metrics,
            f"{OWN}/figures": self.figures,
            f"{OWN}/counters": self.counters,
        }
        taken = {path for path, _ in self.routes}
        routes = [Route(path, handler) for path, handler in own.items() if path not in taken]
        routes += [Route(path, self._handler(methods), methods=list(methods)) for path, methods in self.routes]
        return Starlette(routes=routes, exception_handlers={HTTPException: self.refused})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Around the server: real parts are up before it and stopped after it, background work too."""
        async with AsyncExitStack() as opened:
            if self.real is not None:
                from loadtests.standin.real import RealParts

                parts = await RealParts.started(self.places, self.graph, self.real, self.seed)
                opened.push_async_callback(parts.close)
            opened.push_async_callback(self.walker.close)
            self.began = asyncio.get_running_loop().time()
            yield

    def _handler(self, methods: dict[str, list[Served]]) -> Handler:
        async def handle(request: Request) -> Response:
            at = asyncio.get_running_loop().time()
            one = meant(
                methods["GET" if request.method == "HEAD" else request.method], request.headers.get(ENDPOINT_HEADER)
            )
            try:
                self.giving.check(request, one)
            except HTTPException:
                self.done[one.name].turned_away += 1
                raise
            if request.method in WITH_BODY:
                await check_body(request, one.most_body_bytes)
            try:
                await until(await self.walker.steps(one.plan, at))
            except Failed as failed:
                await until(failed.at)
                self.done[one.name].failed += 1
                return self.problem(failed.status, failed.cause)
            self.done[one.name].answer(asyncio.get_running_loop().time() - at)
            body, given = self.answers[one.name], dict[str, str]()
            if one.endpoint.gives:
                body, given = self.giving.answer(request, one, self._named(one))
            return Response(body, media_type="application/json", headers=self._headers(one) | given)

        return handle

    def _headers(self, one: Served) -> dict[str, str]:
        cut = one.modelled_answer_kb * 1024 > one.answer_bytes + 1
        return {"x-stand-in": self.notice} | ({"x-stand-in-modelled-kb": f"{one.modelled_answer_kb:g}"} if cut else {})

    def problem(self, status: int, error: str) -> Response:
        """An answer that says what is wrong."""
        return JSONResponse({"stand_in": self.name, "error": error}, status, headers={"x-stand-in": self.notice})

    async def refused(self, _: Request, error: Exception) -> Response:
        """A request that the stand-in does not serve."""
        if not isinstance(error, HTTPException):
            raise error
        answer = self.problem(error.status_code, error.detail)
        answer.headers.update(error.headers or {})
        return answer

    async def describe(self, _: Request) -> Response:
        return JSONResponse(openapi(f"Stand-in of {self.name}", self.notice, self.routes))

    async def health(self, _: Request) -> Response:
        return JSONResponse({"stand_in": self.name, "status": "up"}, headers={"x-stand-in": self.notice})

    async def metrics(self, _: Request) -> Response:
        return PlainTextResponse(metrics_text(self.name, self.all_figures()))

    async def figures(self, _: Request) -> Response:
        return JSONResponse(
            {"stand_in": self.name, "components": self.all_figures(), "lost_deliveries": self.walker.lost}
        )

    async def counters(self, _: Request) -> Response:
        """What only grows: the difference of two readings is what happened between them."""
        return JSONResponse(
            {
                "at_s": asyncio.get_running_loop().time(),
                "components": {name: place.counters() for name, place in self.places.items() if place.calls},
                "endpoints": {
                    name: done.counters() for name, done in self.done.items() if done.ended or done.turned_away
                },
            }
        )

    def all_figures(self) -> dict[str, dict[str, object]]:
        """What every component has seen."""
        seconds = asyncio.get_running_loop().time() - self.began
        return {name: place.figures(seconds) for name, place in self.places.items() if place.calls}


def meant(found: list[Served], name: str | None) -> Served:
    """The endpoint that a client names, or the first on this path."""
    return next((one for one in found if one.name == name), found[0])


async def check_body(request: Request, most_bytes: int) -> None:
    """Read a body as far as it may be long; raise HTTPException when it is too large or no JSON object."""
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > most_bytes:
        raise HTTPException(413, f"the body of {length} bytes is larger than {most_bytes}")
    media = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media != "application/json":
        raise HTTPException(415, f"'{media}' is not application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise HTTPException(413, f"the body is larger than {most_bytes} bytes")
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(parsed, dict):
        raise HTTPException(400, "the body is not a JSON object")
