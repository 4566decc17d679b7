"""The prelude of a plan: the requests that a user needs answered before the others can be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loadtests.plan import Journey, Request


def prelude_of(
    wanted: Iterable[Request], journeys: Sequence[Journey], givers: Mapping[str, Request]
) -> tuple[Request, ...]:
    """Requests in an order in which each finds what it takes, and which together give all that is wanted.

    `givers` are the requests that can be sent, by endpoint. What an endpoint takes besides a token comes by the
    shortest journey that leads to it, so that a file is there before it is fetched; a token from the endpoint that is
    called most of those that give it. What nobody gives is left to fail by name.
    """
    planned: dict[str, Request] = {}
    under_way: set[str] = set()

    def provide(request: Request) -> None:
        if request.endpoint in under_way:
            return
        under_way.add(request.endpoint)
        for step in _before(request, journeys, givers):
            if step.endpoint not in planned:
                provide(step)
                planned.setdefault(step.endpoint, step)
        under_way.discard(request.endpoint)

    for request in wanted:
        provide(request)
    return tuple(planned.values())


def _before(request: Request, journeys: Sequence[Journey], givers: Mapping[str, Request]) -> list[Request]:
    """What comes before a request: who gives its token, and the way to what else it takes."""
    token = {request.takes.bearer} - {None}
    data = request.takes.values - token
    way = _shortest_way(request.endpoint, data, journeys, givers) if data else []
    given = {value for step in way for value in step.gives}
    single = (_giver(value, givers) for value in sorted({*token, *data} - given, key=str) if value is not None)
    return [giver for giver in single if giver is not None] + way


def _shortest_way(
    endpoint: str, data: frozenset[str], journeys: Sequence[Journey], givers: Mapping[str, Request]
) -> list[Request]:
    ways = []
    for journey in journeys:
        if endpoint in journey.steps and all(step in givers for step in journey.steps):
            way = [givers[step] for step in dict.fromkeys(journey.steps[: journey.steps.index(endpoint)])]
            if data <= {value for step in way for value in step.gives}:
                ways.append(way)
    return min(ways, key=len, default=[])


def _giver(value: str, givers: Mapping[str, Request]) -> Request | None:
    able = [request for request in givers.values() if value in request.gives]
    return max(able, key=lambda request: request.share, default=None)
