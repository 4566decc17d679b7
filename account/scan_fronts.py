"""What stands in front in an account: load balancers, distributions, APIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from account.scanned import Part, client_of, found, pages
from model.importing.found import Edge, Route
from model.importing.values import token

if TYPE_CHECKING:
    import boto3

_FUNCTION = re.compile(r"arn:aws[a-z-]*:lambda:[^:]+:\d+:function:[A-Za-z0-9_-]+")
_WORKFLOW = re.compile(r"arn:aws[a-z-]*:states:[^:]+:\d+:stateMachine:[A-Za-z0-9_-]+")
_LISTENER = re.compile(r"(arn:aws[a-z-]*:elasticloadbalancing:[^:]+:\d+):listener/((?:app|net)/[^/]+/[^/]+)/[^/]+")
_QUEUE_ACTION = re.compile(r"arn:aws[a-z-]*:apigateway:(?P<region>[^:]+):sqs:path/(?P<account>\d+)/(?P<name>[^/?]+)")
_QUEUE_URL = re.compile(r"https://sqs\.(?P<region>[^.]+)\.amazonaws\.com/(?P<account>\d+)/(?P<name>[^/?]+)")
_HOST = re.compile(r"https?://([A-Za-z0-9.-]+)")


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
    """REST APIs: what the integration of each method calls is an edge and a route; authorizers of user pools."""
    for api in pages(aws, "apigateway", "get_rest_apis", "items"):
        address = f"apigateway:{api['id']}"
        host = f"{api['id']}.execute-api.{aws.region_name}.amazonaws.com"
        yield found("aws_api_gateway_rest_api", api["name"], address, {}, domain_name=host)
        for resource in pages(aws, "apigateway", "get_resources", "items", restApiId=api["id"], embed=["methods"]):
            for verb, method in (resource.get("resourceMethods") or {}).items():
                uri = (method.get("methodIntegration") or {}).get("uri", "")
                if verb != "OPTIONS":
                    yield from _handled(address, verb, resource.get("path", "/"), uri, "integration")
        for guard in pages(aws, "apigateway", "get_authorizers", "items", restApiId=api["id"]):
            ends = {"rest_api_id": token(address), "provider_arns": guard.get("providerARNs", [])}
            name = guard["name"]
            yield found("aws_api_gateway_authorizer", name, f"{address}/authorizers/{guard['id']}", {}, **ends)


def http_apis(aws: boto3.Session) -> Iterator[Part]:
    """HTTP and WebSocket APIs with their routes and authorizers."""
    for api in pages(aws, "apigatewayv2", "get_apis", "Items"):
        identity = api["ApiId"]
        address = f"apigateway:{identity}"
        host = f"{identity}.execute-api.{aws.region_name}.amazonaws.com"
        shown = {"ProtocolType": api.get("ProtocolType", "HTTP")}
        yield found("aws_apigatewayv2_api", api["Name"], address, shown, domain_name=host)
        integrations = {
            f"integrations/{item['IntegrationId']}": _uri_of(item)
            for item in pages(aws, "apigatewayv2", "get_integrations", "Items", ApiId=identity)
        }
        for route in pages(aws, "apigatewayv2", "get_routes", "Items", ApiId=identity):
            verb, _, path = route["RouteKey"].partition(" ")
            uri = integrations.get(route.get("Target", ""), "")
            yield from _handled(address, verb if path else "ANY", path or f"/{verb}", uri, "route")
        for guard in pages(aws, "apigatewayv2", "get_authorizers", "Items", ApiId=identity):
            pool = guard.get("JwtConfiguration", {}).get("Issuer", "").rpartition("/")[2]
            ends = {"api_id": token(address), "user_pool": pool}
            name = guard["Name"]
            yield found(
                "aws_apigatewayv2_authorizer", name, f"{address}/authorizers/{guard['AuthorizerId']}", {}, **ends
            )


def _uri_of(integration: dict[str, Any]) -> str:
    """Where an integration leads: its address, or the queue or workflow that its parameters name."""
    parameters = integration.get("RequestParameters", {})
    named = parameters.get("QueueUrl") or parameters.get("StateMachineArn")
    return str(named or integration.get("IntegrationUri", ""))


def _handled(api: str, verb: str, path: str, uri: str, why: str) -> Iterator[Part]:
    """An edge and a route to what a URI leads to; a host is left to who bears that name."""
    if match := _FUNCTION.search(uri):
        end, kind = match[0], "request"
    elif match := _WORKFLOW.fullmatch(uri):
        end, kind = uri, "request"
    elif match := _LISTENER.fullmatch(uri):
        end, kind = f"{match[1]}:loadbalancer/{match[2]}", "request"
    elif match := _QUEUE_ACTION.fullmatch(uri) or _QUEUE_URL.fullmatch(uri):
        end, kind = f"arn:aws:sqs:{match['region']}:{match['account']}:{match['name']}", "event"
    else:
        if match := _HOST.match(uri):
            ends = {"rest_api_id": token(api), "uri": match[1]}
            yield found("aws_api_gateway_integration", f"{verb} {path}", f"{api}/{verb} {path}", {}, **ends)
        return
    yield Edge(api, end, kind, "certain", why)  # type: ignore[arg-type]
    yield Route(verb, path, api, end)
