"""Which metrics of CloudWatch watch what, by kind of component. Sources: each service's page of CloudWatch metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from account.alarms import Comparison, Metric, Parameter
from model.catalog.instances import max_connections
from model.component import Component
from model.kinds.api_gateway import ApiGateway
from model.kinds.aurora import Aurora
from model.kinds.rds import Rds
from model.quantity import evaluate
from model.sizing import SizedGraph

GB: Final = 2**30


@dataclass(frozen=True)
class Watch:
    """How something is watched: metrics, the expression over them, and the threshold in their unit."""

    metrics: Mapping[str, Metric]
    threshold: float
    comparison: Comparison = "GreaterThanThreshold"
    expression: str | None = None
    note: str = ""
    """How the threshold came about, when it is not the stated one."""


def identifier(component: str, what: str, words: str) -> Parameter:
    """What the account calls a component."""
    return Parameter(f"{component}_{what}".replace("-", "_"), f"{words} of component {component}")


def dimensions(name: str, component: Component) -> dict[str, Parameter | str]:
    """How the metrics of a component are told from those of others; none for a kind without metrics here."""
    match component.kind:
        case "fargate":
            return {
                "ClusterName": identifier(name, "cluster", "The ECS cluster"),
                "ServiceName": identifier(name, "service", "The ECS service"),
            }
        case "rds":
            return {"DBInstanceIdentifier": identifier(name, "instance", "The DB instance identifier")}
        case "aurora":
            return {"DBClusterIdentifier": identifier(name, "cluster", "The DB cluster identifier")}
        case "elasticache":
            return {"CacheClusterId": identifier(name, "node", "The cache cluster (node) identifier")}
        case "alb":
            return {"LoadBalancer": identifier(name, "full_name", "The full name (app/name/id)")}
        case "api_gateway" if isinstance(component, ApiGateway) and component.api == "http":
            return {"ApiId": identifier(name, "api_id", "The API's identifier")}
        case "api_gateway" if isinstance(component, ApiGateway) and component.api == "rest":
            return {"ApiName": identifier(name, "api_name", "The API's name")}
        case "lambda":
            return {"FunctionName": identifier(name, "function", "The function's name")}
        case "dynamodb":
            return {"TableName": identifier(name, "table", "The table's name")}
        case _:
            return {}


NAMESPACES: Final[Mapping[str, str]] = {
    "fargate": "AWS/ECS",
    "rds": "AWS/RDS",
    "aurora": "AWS/RDS",
    "elasticache": "AWS/ElastiCache",
    "alb": "AWS/ApplicationELB",
    "api_gateway": "AWS/ApiGateway",
    "lambda": "AWS/Lambda",
    "dynamodb": "AWS/DynamoDB",
}


def metric(name: str, component: Component, metric_name: str, statistic: str, **more: Parameter | str) -> Metric:
    """One metric of a component."""
    where = {**dimensions(name, component), **more}
    return Metric(NAMESPACES[component.kind], metric_name, where, statistic)


def is_entry(component: Component) -> bool:
    """Whether requests of the clients come in here and are counted with their errors and times."""
    return component.kind == "alb" or (isinstance(component, ApiGateway) and component.api != "websocket")


def cpu(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """CPU utilisation above a percentage; a sentence when the kind has no such metric."""
    component = graph.components[name]
    if component.kind not in ("fargate", "rds", "aurora", "elasticache"):
        return f"{component.service} has no metric of CPU utilisation"
    return Watch({"cpu": metric(name, component, "CPUUtilization", "Average")}, threshold)


def memory(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """Memory utilisation above a percentage."""
    component = graph.components[name]
    if component.kind != "fargate":
        return f"{component.service} has no metric of memory utilisation"
    return Watch({"memory": metric(name, component, "MemoryUtilization", "Average")}, threshold)


def connections(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """Connections above a percentage of the most that the database takes."""
    component = graph.components[name]
    most = None
    if isinstance(component, Rds | Aurora) and component.instance_class is not None:
        stated = component.max_connections if isinstance(component, Rds) else None
        most = stated or (max_connections(component.instance_class) if component.engine == "postgres" else None)
    if most is None:
        return f"the most connections of {name} are not known"
    watched = {"connections": metric(name, component, "DatabaseConnections", "Maximum")}
    return Watch(watched, round(most * threshold / 100, 1), note=f"{threshold:g} % of {most:,} connections")


def storage(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """Storage used above a percentage: free bytes below the rest."""
    component = graph.components[name]
    if not isinstance(component, Rds):
        return f"{component.service} has no metric of free storage"
    size_gb = float(evaluate(component.storage_gb, graph.likely))
    free = round(size_gb * (1 - threshold / 100) * GB)
    watched = {"free": metric(name, component, "FreeStorageSpace", "Minimum")}
    return Watch(watched, free, "LessThanThreshold", note=f"used above {threshold:g} % of {size_gb:g} GB")


def unhealthy(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """Unhealthy targets of a load balancer above a number."""
    component = graph.components[name]
    if component.kind != "alb":
        return f"{component.service} has no targets"
    group = identifier(name, "target_group", "The full name of the target group (targetgroup/name/id)")
    watched = {"unhealthy": metric(name, component, "UnHealthyHostCount", "Maximum", TargetGroup=group)}
    return Watch(watched, threshold)


def error_rate(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """Server errors above a percentage of the requests that came in."""
    component = graph.components[name]
    if component.kind == "alb":
        watched = {
            "behind": metric(name, component, "HTTPCode_Target_5XX_Count", "Sum"),
            "itself": metric(name, component, "HTTPCode_ELB_5XX_Count", "Sum"),
            "requests": metric(name, component, "RequestCount", "Sum"),
        }
        return Watch(watched, threshold, expression="100 * (FILL(behind, 0) + FILL(itself, 0)) / requests")
    errors, requests = _counts(name, component)
    return Watch({"errors": errors, "requests": requests}, threshold, expression="100 * FILL(errors, 0) / requests")


def errors(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """Server errors in one period, at least a number."""
    component = graph.components[name]
    if component.kind == "alb":
        watched = {"errors": metric(name, component, "HTTPCode_Target_5XX_Count", "Sum")}
    else:
        watched = {"errors": _counts(name, component)[0]}
    return Watch(watched, threshold, "GreaterThanOrEqualToThreshold")


def _counts(name: str, component: Component) -> tuple[Metric, Metric]:
    """Server errors and requests of an API or a function."""
    names = {"lambda": ("Errors", "Invocations"), "api_gateway": ("5XXError", "Count")}[component.kind]
    if isinstance(component, ApiGateway) and component.api == "http":
        names = ("5xx", "Count")
    return metric(name, component, names[0], "Sum"), metric(name, component, names[1], "Sum")


def latency(graph: SizedGraph, name: str, threshold_ms: float, statistic: str) -> Watch | str:
    """A percentile or the mean of the time that an entry, a function or a table takes, above milliseconds."""
    component = graph.components[name]
    match component.kind:
        case "alb":
            watched = {"time": metric(name, component, "TargetResponseTime", statistic)}
            return Watch(watched, threshold_ms / 1000, note=f"{threshold_ms:g} ms; the metric is in seconds")
        case "api_gateway":
            return Watch({"time": metric(name, component, "Latency", statistic)}, threshold_ms)
        case "lambda":
            watched = {"time": metric(name, component, "Duration", statistic)}
            return Watch(watched, threshold_ms, note="of the function alone, without what stands before it")
        case "dynamodb":
            watched = {"time": metric(name, component, "SuccessfulRequestLatency", statistic, Operation="GetItem")}
            return Watch(watched, threshold_ms, note="of GetItem")
        case _:
            return f"{component.service} has no metric of the time that a call takes"


def hit_ratio(graph: SizedGraph, name: str, threshold: float) -> Watch | str:
    """A cache's hits below a share of its lookups, in percent."""
    component = graph.components[name]
    if component.kind != "elasticache":
        return f"{component.service} has no metric of cache hits"
    watched = {
        "hits": metric(name, component, "CacheHits", "Sum"),
        "misses": metric(name, component, "CacheMisses", "Sum"),
    }
    return Watch(watched, threshold, "LessThanThreshold", "100 * hits / (hits + misses)")


Watcher = Callable[[SizedGraph, str, float], Watch | str]
