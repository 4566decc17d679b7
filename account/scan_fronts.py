"""What stands in front in an account: load balancers, distributions, APIs; and the rules that set off work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from account.scanned import Part, client_of, found, pages
from model.importing.found import Edge, Route

if TYPE_CHECKING:
    import boto3

_FUNCTION = re.compile(r"arn:aws[a-z-]*:lambda:[^:]+:\d+:function:[A-Za-z0-9_-]+")


def balancers(aws: boto3.Session) -> Iterator[Part]:
    """Application, network and gateway balancers with their target groups and the targets in them."""
    for balancer in pages(aws, "elbv2", "describe_load_balancers", "LoadBalancers"):
        yield found("aws_lb", balancer["LoadBalancerName"], balancer["LoadBalancerArn"], balancer)
    client = client_of(aws, "elbv2")
    for group in pages(aws, "elbv2", "describe_target_groups", "TargetGroups"):
        arn = group["TargetGroupArn"]
        health = client.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        targets = [item["Target"]["Id"] for item in health]
        balanced = {"LoadBalancerArns": group.get("LoadBalancerArns")}
        yield found("aws_lb_target_group", group["TargetGroupName"], arn, balanced, targets=targets)


def distributions(aws: boto3.Session) -> Iterator[Part]:
    """Distributions that are switched on, with their origins."""
    for item in pages(aws, "cloudfront", "list_distributions", "DistributionList.Items"):
        if item.get("Enabled"):
            origins = [{"domain_name": origin["DomainName"]} for origin in item["Origins"]["Items"]]
            ttl = {"default_ttl": item.get("DefaultCacheBehavior", {}).get("DefaultTTL", 0)}
            host = {"domain_name": item["DomainName"], "web_acl_id": item.get("WebACLId")}
            more = {**host, "origins": origins, "default_cache_behavior": ttl}
            yield found("aws_cloudfront_distribution", item["Id"], item["ARN"], {}, **more)


def apis(aws: boto3.Session) -> Iterator[Part]:
    """REST APIs: every method whose integration is a function is an edge and a route."""
    for api in pages(aws, "apigateway", "get_rest_apis", "items"):
        address = f"apigateway:{api['id']}"
        host = f"{api['id']}.execute-api.{aws.region_name}.amazonaws.com"
        yield found("aws_api_gateway_rest_api", api["name"], address, {}, domain_name=host)
        for resource in pages(aws, "apigateway", "get_resources", "items", restApiId=api["id"], embed=["methods"]):
            for verb, method in (resource.get("resourceMethods") or {}).items():
                uri = (method.get("methodIntegration") or {}).get("uri", "")
                if verb != "OPTIONS":
                    yield from _handled(address, verb, resource.get("path", "/"), uri, "integration")


def _handled(api: str, verb: str, path: str, uri: str, why: str) -> Iterator[Part]:
    for function in _FUNCTION.findall(uri)[:1]:
        yield Edge(api, function, "request", "certain", why)
        yield Route(verb, path, api, function)


def http_apis(aws: boto3.Session) -> Iterator[Part]:
    """HTTP and WebSocket APIs with their routes."""
    for api in pages(aws, "apigatewayv2", "get_apis", "Items"):
        identity = api["ApiId"]
        address = f"apigateway:{identity}"
        host = f"{identity}.execute-api.{aws.region_name}.amazonaws.com"
        shown = {"ProtocolType": api.get("ProtocolType", "HTTP")}
        yield found("aws_apigatewayv2_api", api["Name"], address, shown, domain_name=host)
        integrations = {
            f"integrations/{item['IntegrationId']}": item.get("IntegrationUri", "")
            for item in pages(aws, "apigatewayv2", "get_integrations", "Items", ApiId=identity)
        }
        for route in pages(aws, "apigatewayv2", "get_routes", "Items", ApiId=identity):
            verb, _, path = route["RouteKey"].partition(" ")
            uri = integrations.get(route.get("Target", ""), "")
            yield from _handled(address, verb if path else "ANY", path or f"/{verb}", uri, "route")


def rules(aws: boto3.Session) -> Iterator[Part]:
    """Rules of the default bus that are switched on, with their targets."""
    client: Any = client_of(aws, "events")
    for rule in pages(aws, "events", "list_rules", "Rules"):
        if rule.get("State") == "ENABLED" and not rule.get("ManagedBy"):
            targets = client.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            shown = {"ScheduleExpression": rule.get("ScheduleExpression", "")}
            arns = [target["Arn"] for target in targets]
            yield found("aws_cloudwatch_event_rule", rule["Name"], rule["Arn"], shown, targets=arns)
