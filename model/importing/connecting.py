"""From edges between resources to connections between components; what nothing leads to is guessed, and says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from model.connections import ConnectionKind
from model.importing.components import Components
from model.importing.edges import evident_edges
from model.importing.found import Certainty, Route, Scene
from model.kinds.registry import kind_class

CLIENT: Final = "users"
_RANK: Final[dict[Certainty, int]] = {"certain": 0, "likely": 1, "guessed": 2}
_NEEDS_NO_WAY: Final = frozenset({"client", "network", "security", "operations", "development"})
_COMPUTE: Final = frozenset({"lambda", "fargate", "ec2", "app_runner", "step_functions", "software"})
_FRONTS: Final = frozenset({"cloudfront", "alb", "nlb", "clb", "api_gateway", "amplify", "app_runner"})


@dataclass(frozen=True)
class Link:
    """A connection of the draft, how sure it is, and what says so."""

    source: str
    target: str
    kind: ConnectionKind
    certainty: Certainty
    why: str


def links_of(scene: Scene, made: Components, routes: Iterable[Route]) -> list[Link]:
    """The connections between components: each pair and kind once, as sure as its best evidence."""
    started = {made.owner[route.entry] for route in routes if route.entry in made.owner}
    best: dict[tuple[str, str, str], Link] = {}
    for link in _evident(scene, made):
        key = (link.source, link.target, link.kind)
        if key not in best or _RANK[link.certainty] < _RANK[best[key].certainty]:
            best[key] = link
    links = _without_echoes(list(best.values()))
    links = [*_from_clients(scene, made, links), *links]
    links = [*links, *_guessed(made, links)]
    return [*_feeding(made, links, started), *links]


_FEEDS: Final[dict[str, ConnectionKind]] = {
    "sqs": "event", "sns": "event", "eventbridge": "event", "s3": "write", "dynamodb": "write",
}  # fmt: skip


def _feeding(made: Components, links: list[Link], started: set[str]) -> Iterator[Link]:
    """From the users to what sets off work although nothing in the file feeds it, and nothing starts it."""
    fed = {link.target for link in links} | started
    for source in dict.fromkeys(link.source for link in links if link.kind == "event"):
        kind = made.kind(source) if source in made.fields else ""
        if kind in _FEEDS and source not in fed:
            yield Link(CLIENT, source, _FEEDS[kind], "guessed", "nothing in the file feeds it")


def _evident(scene: Scene, made: Components) -> Iterator[Link]:
    for edge in evident_edges(scene, made):
        source, target = made.owner.get(edge.source), made.owner.get(edge.target)
        if source is not None and target is not None and source != target:
            yield Link(source, target, edge.kind, edge.certainty, edge.why)


def _without_echoes(links: list[Link]) -> list[Link]:
    """Without likely edges whose pair has a certain one: a security group that lets a target's balancer in."""
    certain = {(link.source, link.target) for link in links if link.certainty == "certain"}
    return [link for link in links if link.certainty == "certain" or (link.source, link.target) not in certain]


def _from_clients(scene: Scene, made: Components, links: list[Link]) -> list[Link]:
    """From the users to every front that nothing else stands before, and to functions and buckets that are public.

    A zone stands before nothing: it only tells where a front is.
    """
    behind = {
        link.target for link in links if link.kind in ("origin", "request") and made.kind(link.source) != "route53"
    }
    found: list[Link] = []
    for name, fields in made.fields.items():
        kind = str(fields["kind"])
        if kind in _FRONTS and name not in behind and fields.get("internet_facing", True):
            found.append(Link(CLIENT, name, "request", "certain", "faces the internet"))
        elif kind == "cognito":
            found.append(Link(CLIENT, name, "auth", "likely", "users sign in with the pool"))
    before = {edge.source for edge in scene.inventory.edges}
    for type_, why in (("aws_lambda_function_url", "function URL"), ("aws_s3_bucket_website_configuration", "website")):
        for public in (item for item in scene.of_type(type_) if item.address not in before):
            owners = [made.owner[end.address] for end in scene.targets(public) if end.address in made.owner]
            found += [Link(CLIENT, name, "request", "certain", why) for name in owners[:1] if name not in behind]
    return found


def _guessed(made: Components, links: list[Link]) -> Iterator[Link]:
    """A way to everything that must be reached and is not: from the compute there is, else from the users."""
    ends = {end for link in links for end in (link.source, link.target)}
    called = {link.target for link in links}
    computes = [name for name in made.fields if made.kind(name) in _COMPUTE]
    for name, fields in made.fields.items():
        reached = called if made.kind(name) in _COMPUTE else ends
        if name in reached or not (made.kind(name) in _COMPUTE or _must_be_reached(fields)):
            continue
        kind = str(fields["kind"])
        if kind in _COMPUTE or kind in _FRONTS or not computes:
            yield Link(CLIENT, name, "request" if kind in _COMPUTE | _FRONTS else _use(kind), "guessed", _NOTHING)
        else:
            yield from (Link(source, name, _use(kind), "guessed", _NOTHING) for source in computes[:1])


_NOTHING: Final = "nothing in the file leads to it"


def _must_be_reached(fields: dict[str, object]) -> bool:
    category = kind_class(str(fields["kind"])).category
    return category not in _NEEDS_NO_WAY and not fields.get("implied") and fields["kind"] != "external_api"


def _use(kind: str) -> ConnectionKind:
    """How a component of a kind is used by what calls it."""
    category = kind_class(kind).category
    return "read" if category == "data" else "event" if category == "integration" else "request"


def needs_client(links: Iterable[Link]) -> bool:
    """Whether any connection starts at the users."""
    return any(link.source == CLIENT for link in links)
