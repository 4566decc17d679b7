"""Journeys go through endpoints that exist, and every value that a request takes can be had from an answer."""

from __future__ import annotations

from collections.abc import Mapping

from model.carrying import filled_hole, holes, pointer, reachable
from model.checks.numbers import no_amount
from model.draft import Draft
from model.endpoints import Endpoint
from model.nearest import did_you_mean
from model.problems import Loc
from model.quantity import evaluate


def check_journeys(draft: Draft) -> None:
    """Names, places and the order in which values become known, at every stage."""
    raw = draft.raw.get("endpoints")
    known = list(map(str, raw)) if isinstance(raw, Mapping) else []
    for name, journey in draft.keyed["journeys"].items():
        for position, step in enumerate(journey.steps):
            if step not in known:
                hint = did_you_mean(step, known)
                draft.refuse(("journeys", name, "steps", position), f"'{step}' is not an endpoint{hint}")
    endpoints: dict[str, Endpoint] = draft.keyed["endpoints"]
    for name, endpoint in endpoints.items():
        _check_holes(draft, name, endpoint)
        _check_places(draft, name, endpoint)
    _check_roles(draft, endpoints)
    _check_given(draft, endpoints, whole=len(endpoints) == len(known))
    if not draft.problems:
        _check_stages(draft)


def _check_holes(draft: Draft, name: str, endpoint: Endpoint) -> None:
    """What fills a hole, or is read from one, needs one."""
    valid = holes(endpoint.path)
    used = [(("takes", "path", hole), hole) for hole in endpoint.takes.path]
    read = [(("gives", value), filled_hole(expression)) for value, expression in endpoint.gives.items()]
    for where, hole in (*used, *read):
        if hole is not None and hole not in valid:
            message = f"'{hole}' is not a hole of '{endpoint.path}'{did_you_mean(hole, valid)}"
            draft.refuse(("endpoints", name, *where), message)


def _check_places(draft: Draft, name: str, endpoint: Endpoint) -> None:
    """Two values do not stand in one another."""
    places = {value: pointer(expression) for value, expression in endpoint.gives.items()}
    for value, place in places.items():
        for other, longer in places.items():
            if place and value != other and longer[: len(place)] == place and (value < other or longer != place):
                message = f"'{endpoint.gives[value]}' holds the place of '{other}' too"
                draft.refuse(("endpoints", name, "gives", value), message)


def _check_roles(draft: Draft, endpoints: Mapping[str, Endpoint]) -> None:
    """A value is one thing: a token, an address, or a part of a path; and an address is that of one request."""
    seen: dict[str, tuple[str, str]] = {}
    for name, endpoint in endpoints.items():
        for role, value in endpoint.takes.roles:
            first_role, first = seen.setdefault(value, (role, name))
            loc: Loc = ("endpoints", name, "takes", role)
            if first_role != role:
                draft.refuse(loc, f"'{value}' is the {first_role} of {first}: a value is one thing")
            elif role == "url" and first != name:
                draft.refuse(loc, f"'{value}' is the address of {first}: an address is that of one request")


def _check_given(draft: Draft, endpoints: Mapping[str, Endpoint], *, whole: bool) -> None:
    """Some answer gives what is taken; not to be told while an endpoint cannot be read."""
    given = sorted({value for endpoint in endpoints.values() for value in endpoint.gives})
    for name, endpoint in endpoints.items():
        for role, value in endpoint.takes.roles:
            if whole and value not in given:
                hint = did_you_mean(value, given)
                draft.refuse(("endpoints", name, "takes", role), f"no endpoint gives '{value}'{hint}")


def _check_stages(draft: Draft) -> None:
    """At every stage, what is taken can be had: its giver is there, and does not itself wait for it."""
    for graph in draft.graphs:
        able = set(reachable({name: (one.takes.values, frozenset(one.gives)) for name, one in graph.endpoints.items()}))
        for name, endpoint in graph.endpoints.items():
            if name not in able:
                values = ", ".join(f"'{value}'" for value in sorted(endpoint.takes.values))
                message = f"{values} cannot be had at stage '{graph.stage.name}'"
                draft.refuse(("endpoints", name, "takes"), message)
        for name, journey in graph.architecture.journeys.items():
            refused = no_amount(float(evaluate(journey.think_s, graph.likely)), journey.think_s)
            if refused is not None:
                draft.refuse(("journeys", name, "think_s"), refused)
