"""SAM: functions with their events, and the APIs, schedules and policies that SAM makes of them.

Source: AWS SAM specification, AWS::Serverless::Function and its event sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from model.connections import ConnectionKind
from model.importing.found import Edge, Found, Route
from model.importing.intrinsics import Intrinsics
from model.importing.schedules import monthly_runs
from model.importing.values import Values, leaves, mapping, tokens

_GLOBALS: Final = {
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::SimpleTable": "SimpleTable",
}
_SOURCES: Final[Mapping[str, tuple[str, ConnectionKind]]] = {
    "SQS": ("Queue", "event"),
    "SNS": ("Topic", "event"),
    "DynamoDB": ("Stream", "event"),
    "S3": ("Bucket", "event"),
    "Kinesis": ("Stream", "event"),
    "Cognito": ("UserPool", "event"),
}
"""Event types whose source is a resource: the property that names it."""
_BUS_EVENTS: Final = ("EventBridgeRule", "CloudWatchEvent")
_SCHEDULES: Final = ("Schedule", "ScheduleV2")


@dataclass(frozen=True)
class Expanded:
    """What SAM's short forms come to."""

    edges: tuple[Edge, ...]
    routes: tuple[Route, ...]
    added: tuple[Found, ...]
    """Resources that SAM makes and the template does not list."""
    is_sam: bool


def with_globals(type_: str, properties: Mapping[str, Any], template: Mapping[str, Any]) -> Mapping[str, Any]:
    """Properties with the template's globals below them; mappings are merged, lists are joined."""
    section = _GLOBALS.get(type_)
    common = mapping(template.get("Globals")).get(section) if section else None
    return _merged(common, properties) if isinstance(common, Mapping) else properties


def _merged(base: Any, own: Any) -> Any:
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        return {key: _merged(base.get(key), own.get(key)) for key in dict.fromkeys((*base, *own))}
    if isinstance(base, list) and isinstance(own, list):
        return [*base, *own]
    return base if own is None else own


def expand(template: Mapping[str, Any], intrinsics: Intrinsics, listed: Mapping[str, Found]) -> Expanded:
    """Edges and routes of the events of every function and state machine."""
    work = _Work(intrinsics, listed)
    for logical_id, resource in template["Resources"].items():
        is_source = isinstance(resource, Mapping) and resource.get("Type") in (
            "AWS::Serverless::Function",
            "AWS::Serverless::StateMachine",
        )
        if is_source:
            work.function(
                str(logical_id), with_globals(resource["Type"], mapping(resource.get("Properties")), template)
            )
    is_sam = "Serverless" in str(template.get("Transform", ""))
    return Expanded(tuple(work.edges), tuple(work.routes), tuple(work.added.values()), is_sam)


class _Work:
    def __init__(self, intrinsics: Intrinsics, listed: Mapping[str, Found]) -> None:
        self.intrinsics = intrinsics
        self.listed = listed
        self.edges: list[Edge] = []
        self.routes: list[Route] = []
        self.added: dict[str, Found] = {}

    def function(self, name: str, properties: Mapping[str, Any]) -> None:
        """The events of one function, its dead letters, its URL."""
        events = properties.get("Events")
        for event in events.values() if isinstance(events, Mapping) else ():
            if isinstance(event, Mapping):
                self.event(
                    name,
                    str(event.get("Type")),
                    Values(mapping(self.intrinsics.value(mapping(event.get("Properties"))))),
                )
        rest = Values(self.intrinsics.value({key: properties.get(key) for key in ("DeadLetterQueue",)}))
        for target in self.named(rest):
            self.edges.append(Edge(name, target, "event", "certain", "dead letters"))
        if properties.get("FunctionUrlConfig"):
            url = Found(f"{name}Url", "aws_lambda_function_url", "url", Values(function=f"${{{name}}}"))
            self.added[url.address] = url

    def event(self, function: str, type_: str, settings: Values) -> None:
        """One event source of a function."""
        if type_ in ("Api", "HttpApi"):
            self.api(function, type_, settings)
        elif type_ in _SOURCES:
            setting, kind = _SOURCES[type_]
            for source in self.named({setting: settings.get(setting)}):
                self.edges.append(Edge(source, function, kind, "certain", f"{type_} event"))
        elif type_ in _SCHEDULES:
            self.scheduled(function, settings)
        elif type_ in _BUS_EVENTS:
            self.ruled(function, settings)
        for target in self.named({"d": settings.get("DestinationConfig")}):
            self.edges.append(Edge(function, target, "event", "certain", "destination of failures"))

    def api(self, function: str, type_: str, settings: Values) -> None:
        """A route of an API; without a name, of the one that SAM makes for the whole template."""
        named = self.named({"api": settings.get("RestApiId", settings.get("ApiId"))})
        implied = "ServerlessRestApi" if type_ == "Api" else "ServerlessHttpApi"
        kind = "aws_api_gateway_rest_api" if type_ == "Api" else "aws_apigatewayv2_api"
        if not named:
            seen = "AWS::Serverless::Api" if type_ == "Api" else "AWS::Serverless::HttpApi"
            self.added[implied] = Found(implied, kind, implied, seen_as=seen)
        entry = named[0] if named else implied
        method = settings.text("Method", "ANY").upper()
        self.edges.append(Edge(entry, function, "request", "certain", f"{type_} event"))
        self.routes.append(Route(method, settings.text("Path", "/"), entry, function))

    def scheduled(self, function: str, settings: Values) -> None:
        expression = settings.text("Schedule", settings.text("ScheduleExpression"))
        rule = Found(f"{function}Schedule", "aws_cloudwatch_event_rule", "schedule", seen_as="AWS::Events::Rule")
        self.added[rule.address] = rule
        self.edges.append(Edge(rule.address, function, "event", "certain", "Schedule event"))
        self.routes.append(Route("SCHEDULE", expression, rule.address, function, monthly_runs(expression)))

    def ruled(self, function: str, settings: Values) -> None:
        """A rule on a bus of the template, or on one that stands elsewhere."""
        buses = self.named({"bus": settings.get("EventBusName")})
        if buses:
            self.edges.append(Edge(buses[0], function, "event", "certain", "rule of the bus"))
            return
        rule = Found(f"{function}Rule", "aws_cloudwatch_event_rule", "rule", seen_as="AWS::Events::Rule")
        if rule.address not in self.added:
            self.added[rule.address] = rule
            self.edges.append(Edge(rule.address, function, "event", "certain", "rule on a bus elsewhere"))
            self.routes.append(Route("EVENT", "", rule.address, function))

    def named(self, value: Any) -> list[str]:
        """The listed resources that a value names."""
        return list(dict.fromkeys(_tokens(value, self.listed)))


def _tokens(value: Any, listed: Mapping[str, Found]) -> Iterator[str]:
    for _, leaf in leaves(value):
        if isinstance(leaf, str):
            yield from (address for address in tokens(leaf) if address in listed)
