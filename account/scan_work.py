"""What does the work in an account: services of containers, functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from account.scanned import Part, client_of, found, pages
from model.importing.found import Found
from model.importing.values import token

if TYPE_CHECKING:
    import boto3

_AT_ONCE: Final = 10
"""Services that one call describes at most."""


def services(aws: boto3.Session) -> Iterator[Part]:
    """Services of every cluster that run, with their task definitions and their bounds."""
    client = client_of(aws, "ecs")
    for cluster in pages(aws, "ecs", "list_clusters", "clusterArns"):
        listed = list(pages(aws, "ecs", "list_services", "serviceArns", cluster=cluster))
        for start in range(0, len(listed), _AT_ONCE):
            answer = client.describe_services(cluster=cluster, services=listed[start : start + _AT_ONCE])
            for service in answer["services"]:
                if service.get("status") == "ACTIVE":
                    yield from _service(aws, dict(service))
    for target in pages(
        aws, "application-autoscaling", "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs"
    ):
        owner = f"service/{target['ResourceId'].removeprefix('service/')}"
        bounds = {"MinCapacity": target["MinCapacity"], "MaxCapacity": target["MaxCapacity"], "ResourceId": owner}
        yield found("aws_appautoscaling_target", owner, f"scaling:{owner}", bounds)


def _service(aws: boto3.Session, service: dict[str, Any]) -> Iterator[Part]:
    arn = service["serviceArn"]
    wanted = ("desiredCount", "launchType", "taskDefinition", "loadBalancers", "networkConfiguration")
    short = {key: service[key] for key in (*wanted, "capacityProviderStrategy") if service.get(key) is not None}
    yield found("aws_ecs_service", service["serviceName"], arn, short, id=arn.rpartition(":")[2])
    yield task_definition(aws, service["taskDefinition"])


def task_definition(aws: boto3.Session, definition: str) -> Part:
    """A task definition, under the ARN that it was asked by."""
    task = dict(client_of(aws, "ecs").describe_task_definition(taskDefinition=definition)["taskDefinition"])
    return found("aws_ecs_task_definition", task.get("family", definition), definition, task)


def functions(aws: boto3.Session) -> Iterator[Part]:
    """Functions, and what their event source mappings read."""
    for function in pages(aws, "lambda", "list_functions", "Functions"):
        environment = function.get("Environment", {}).get("Variables") or {}
        plain = {**function, "Environment": list(environment.values())}
        yield found("aws_lambda_function", function["FunctionName"], function["FunctionArn"], plain)
    for mapping in pages(aws, "lambda", "list_event_source_mappings", "EventSourceMappings"):
        if mapping.get("State") != "Disabled" and mapping.get("EventSourceArn"):
            ends = {"EventSourceArn": mapping["EventSourceArn"], "FunctionName": mapping["FunctionArn"]}
            identity = f"mapping:{mapping['UUID']}"
            yield found("aws_lambda_event_source_mapping", mapping["UUID"], identity, ends)


def function_urls(aws: boto3.Session, parts: tuple[Part, ...]) -> Iterator[Part]:
    """The URLs of functions that were found, and of their aliases."""
    for function in parts:
        if isinstance(function, Found) and function.type == "aws_lambda_function":
            named = {"FunctionName": function.name}
            for url in pages(aws, "lambda", "list_function_url_configs", "FunctionUrlConfigs", **named):
                ends = {"function": token(function.address), "domain_name": urlsplit(url["FunctionUrl"]).hostname}
                yield found("aws_lambda_function_url", function.name, url["FunctionUrl"], {}, **ends)
