"""The routes that a file names: methods of REST APIs, routes of HTTP APIs, schedules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.importing.edges.walking import COMPUTE
from model.importing.found import Found, Route, Scene
from model.importing.schedules import monthly_runs

_HANDLERS: Final = frozenset(
    {*COMPUTE, "aws_sfn_state_machine", "aws_sqs_queue", "aws_lb", "aws_alb", "aws_ecs_task_definition"}
)


def routes_of(scene: Scene) -> Iterator[Route]:
    """Every route with the resource that handles it; methods of browsers' preflights are left out."""
    yield from scene.inventory.routes
    for method in scene.of_type("aws_api_gateway_method"):
        yield from _of_method(method, scene)
    for route in scene.of_type("aws_apigatewayv2_route"):
        yield from _of_route(route, scene)
    for rule in scene.of_type("aws_cloudwatch_event_rule", "aws_scheduler_schedule"):
        yield from _of_schedule(rule, scene)


def _of_method(method: Found, scene: Scene) -> Iterator[Route]:
    verb = method.values.text("http_method", "ANY").upper()
    apis = [item for item in scene.targets(method) if item.type == "aws_api_gateway_rest_api"]
    if verb == "OPTIONS" or not apis:
        return
    resources = [item for item in scene.targets(method, "resource_id") if item.type == "aws_api_gateway_resource"]
    path = _path(resources[0], scene) if resources else "/"
    for handler in _handlers(method, resources, verb, scene)[:1]:
        yield Route(verb, path, apis[0].address, handler.address)


def _handlers(method: Found, resources: list[Found], verb: str, scene: Scene) -> list[Found]:
    """What the method's integration calls: written inside the method, or as a resource of its own."""
    inside = [item for item in scene.targets(method, "integration") if item.type in _HANDLERS]
    beside = [
        item
        for resource in (*resources, method)
        for item in scene.pointing_to(resource, ["aws_api_gateway_integration"])
        if item.values.text("http_method", verb).upper() in (verb, "ANY") or method in scene.targets(item)
    ]
    called = [end for item in beside for end in scene.targets(item, "uri", "connection_id") if end.type in _HANDLERS]
    return [*inside, *called]


def _path(resource: Found, scene: Scene) -> str:
    """The path of a resource through its parents."""
    parts: list[str] = []
    seen: set[str] = set()
    current: Found | None = resource
    while current is not None and current.address not in seen:
        seen.add(current.address)
        parts.insert(0, current.values.text("path_part", current.name))
        parents = [end for end in scene.targets(current, "parent_id") if end.type == "aws_api_gateway_resource"]
        current = parents[0] if parents else None
    return "/" + "/".join(parts)


def _of_route(route: Found, scene: Scene) -> Iterator[Route]:
    apis = [item for item in scene.targets(route) if item.type == "aws_apigatewayv2_api"]
    integrations = [item for item in scene.targets(route) if item.type == "aws_apigatewayv2_integration"]
    handlers = [end for item in integrations for end in scene.targets(item) if end.type in _HANDLERS]
    verb, _, path = route.values.text("route_key", "ANY /").partition(" ")
    if apis and handlers:
        method = verb.upper() if path else "ANY"
        yield Route(method, path or f"/{verb}", apis[0].address, handlers[0].address)


def _of_schedule(rule: Found, scene: Scene) -> Iterator[Route]:
    expression = rule.values.text("schedule_expression")
    if not expression:
        return
    targets = scene.pointing_to(rule, ["aws_cloudwatch_event_target"])
    ends = [end for item in (rule, *targets) for end in scene.targets(item) if end.type in _HANDLERS]
    for end in dict.fromkeys(item.address for item in ends):
        yield Route("SCHEDULE", expression, rule.address, end, monthly_runs(expression))
