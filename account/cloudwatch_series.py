"""Which metrics of CloudWatch tell what a component of the model did: figures by kind of component.

Sources: each service's page of CloudWatch metrics. The sum of ECS CPUUtilization has a sample for every task and
minute, so that it gives busy CPUs without a count of the tasks, and their count besides. Cold starts are told by
Lambda Insights, where it is on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from account.alarm_metrics import NAMESPACES, dimensions
from model.component import Component
from model.kinds.api_gateway import ApiGateway
from model.nearest import did_you_mean
from model.problems import BadInput
from model.sizing import SizedGraph

Figure = Literal[
    "calls",
    "held_ms",
    "behind_ms",
    "cpu_percent",
    "cpu_percent_sum",
    "hits",
    "misses",
    "task_minutes",
    "running",
    "wanted",
    "cold",
    "cold_ms",
]
"""`calls`: calls of the component, or of one endpoint; `held_ms`: mean time in it, what it calls included;
`behind_ms`: the same of what it calls; `cpu_percent_sum`: over all its tasks and minutes, of which there are
`task_minutes`; `running`, `wanted`: tasks; `cold`: starts of instances, `cold_ms`: their mean time."""

OPERATIONS: Final = ("GetItem", "PutItem", "UpdateItem", "Query")
"""Of DynamoDB: each has metrics of its own."""


@dataclass(frozen=True)
class Series:
    """One metric of one resource, and the figure that it gives, once multiplied by `scale`."""

    component: str
    figure: Figure
    namespace: str
    metric: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...]
    scale: float = 1.0
    endpoint: str = ""
    """For figures of one endpoint alone."""
    part: str = ""
    """For figures that are means over several series, weighted by their calls."""


def resources_of(graph: SizedGraph, texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """`COMPONENT=IDENTIFIER` as typed, as dimensions by component; raise BadInput with every problem.

    An ECS service is `cluster/service`, a REST API `name/stage`, all others one identifier.
    """
    found: dict[str, dict[str, str]] = {}
    problems = []
    for text in texts:
        name, equals, identifier = text.partition("=")
        component = graph.components.get(name)
        if not equals or not identifier:
            problems.append(f"--resource {text!r} is not COMPONENT=IDENTIFIER")
        elif component is None:
            near = did_you_mean(name, graph.components)
            problems.append(f"--resource: '{name}' is not a component of {graph.stage.name}{near}")
        elif not dimensions(name, component):
            problems.append(f"--resource: {name} is {component.service}, which has no metrics here")
        else:
            names = _names(name, component)
            parts = identifier.split("/") if len(names) > 1 else [identifier]
            if len(parts) != len(names) or not all(parts):
                problems.append(f"--resource: {name} needs {'/'.join(names)}, not '{identifier}'")
            found[name] = dict(zip(names, parts, strict=False))
    if not found and not problems:
        problems.append("--resource COMPONENT=IDENTIFIER is needed: what the account calls the components")
    if problems:
        raise BadInput("\n".join(problems))
    return found


def _names(name: str, component: Component) -> tuple[str, ...]:
    """The dimensions that an identifier holds, in the order in which it is written."""
    if isinstance(component, ApiGateway) and component.api == "rest":
        return "ApiName", "Stage"
    return tuple(dimensions(name, component))


def series_of(graph: SizedGraph, resources: Mapping[str, Mapping[str, str]]) -> tuple[Series, ...]:
    """Every series of the named resources."""
    return tuple(one for name, where in resources.items() for one in _series(graph, name, where))


_BY_KIND: Final[Mapping[str, tuple[tuple[Figure, str, str, float], ...]]] = {
    "alb": (("calls", "RequestCount", "Sum", 1.0), ("behind_ms", "TargetResponseTime", "Average", 1000.0)),
    "api_gateway": (
        ("calls", "Count", "Sum", 1.0),
        ("held_ms", "Latency", "Average", 1.0),
        ("behind_ms", "IntegrationLatency", "Average", 1.0),
    ),
    "fargate": (
        ("cpu_percent", "CPUUtilization", "Average", 1.0),
        ("cpu_percent_sum", "CPUUtilization", "Sum", 1.0),
        ("task_minutes", "CPUUtilization", "SampleCount", 1.0),
    ),
    "rds": (("cpu_percent", "CPUUtilization", "Average", 1.0),),
    "aurora": (("cpu_percent", "CPUUtilization", "Average", 1.0),),
    "elasticache": (("hits", "CacheHits", "Sum", 1.0), ("misses", "CacheMisses", "Sum", 1.0)),
    "lambda": (("calls", "Invocations", "Sum", 1.0), ("held_ms", "Duration", "Average", 1.0)),
}
"""(figure, metric, statistic, scale) of each kind; those of DynamoDB are by operation."""


def _series(graph: SizedGraph, name: str, where: Mapping[str, str]) -> Iterator[Series]:
    component = graph.components[name]
    held = tuple(where.items())
    for figure, metric, statistic, scale in _BY_KIND.get(component.kind, ()):
        yield Series(name, figure, NAMESPACES[component.kind], metric, statistic, held, scale)
    if isinstance(component, ApiGateway) and component.api == "rest":
        yield from _routes(graph, name, held)
    if component.kind == "lambda":
        insights = tuple(("function_name", value) for _, value in held)
        yield Series(name, "cold", "LambdaInsights", "init_duration", "SampleCount", insights)
        yield Series(name, "cold_ms", "LambdaInsights", "init_duration", "Average", insights)
    if component.kind == "dynamodb":
        for operation in OPERATIONS:
            more = (*held, ("Operation", operation))
            metric, space = "SuccessfulRequestLatency", NAMESPACES["dynamodb"]
            yield Series(name, "held_ms", space, metric, "Average", more, part=operation)
            yield Series(name, "calls", space, metric, "SampleCount", more, part=operation)


def _routes(graph: SizedGraph, name: str, held: tuple[tuple[str, str], ...]) -> Iterator[Series]:
    """Calls and times of single routes of a REST API, which it tells when detailed metrics are on."""
    for endpoint, route in graph.endpoints.items():
        if route.path and route.method not in ("SCHEDULE", "EVENT"):
            where = (*held, ("Resource", route.path), ("Method", route.method))
            space = NAMESPACES["api_gateway"]
            yield Series(name, "calls", space, "Count", "Sum", where, endpoint=endpoint)
            yield Series(name, "held_ms", space, "Latency", "Average", where, endpoint=endpoint)
