"""From APIs, distributions, zones and firewalls to what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.importing.components import Components
from model.importing.edges.walking import BALANCERS, beyond
from model.importing.found import Edge, Found, Scene

_APIS: Final = ("aws_api_gateway_rest_api", "aws_apigatewayv2_api")
_LINKS: Final = frozenset(
    {
        "aws_api_gateway_integration", "aws_api_gateway_method", "aws_api_gateway_resource", "aws_lambda_permission",
        "aws_api_gateway_authorizer", "aws_apigatewayv2_integration", "aws_apigatewayv2_route",
        "aws_apigatewayv2_authorizer", "aws_api_gateway_vpc_link", "aws_apigatewayv2_vpc_link", "aws_lb_listener",
        "aws_lambda_alias", "aws_apigatewayv2_stage", "aws_api_gateway_stage", "aws_api_gateway_deployment",
    }
)  # fmt: skip
_CALLED: Final = frozenset({"aws_lambda_function", "aws_sfn_state_machine", "aws_instance", *BALANCERS})
_FED: Final = frozenset({"aws_sqs_queue", "aws_sns_topic", "aws_cloudwatch_event_bus"})
_READ: Final = frozenset({"aws_dynamodb_table", "aws_s3_bucket"})


def front_edges(scene: Scene, made: Components) -> Iterator[Edge]:
    """Integrations, authorisers, origins, aliases, web ACLs."""
    for api in scene.of_type(*_APIS):
        yield from _behind_api(api, scene)
    for distribution in scene.of_type("aws_cloudfront_distribution"):
        yield from _origins(distribution, scene)
    for record in scene.of_type("aws_route53_record"):
        yield from _aliases(record, scene)
    yield from _web_acls(scene, made)


def _behind_api(api: Found, scene: Scene) -> Iterator[Edge]:
    inner = [item for item in scene.targets(api) if item.type in _CALLED | _FED]
    for end in [*beyond(api, _LINKS, scene), *inner]:
        if end.type in _CALLED:
            yield Edge(api.address, end.address, "request", "certain", "integration")
        elif end.type in _FED:
            yield Edge(api.address, end.address, "event", "certain", "integration")
        elif end.type in _READ:
            yield Edge(api.address, end.address, "read", "certain", "integration")
        elif end.type == "aws_cognito_user_pool":
            yield Edge(api.address, end.address, "auth", "certain", "authorizer")


def _origins(distribution: Found, scene: Scene) -> Iterator[Edge]:
    for end in scene.targets(distribution, "origin", "origins"):
        if end.type in (*_APIS, *BALANCERS, "aws_s3_bucket", "aws_instance", "aws_lambda_function_url"):
            yield Edge(distribution.address, _function_of(end, scene), "origin", "certain", "origin")
    for end in scene.targets(distribution, "logging_config", "logging"):
        if end.type == "aws_s3_bucket":
            yield Edge(distribution.address, end.address, "telemetry", "certain", "access log")


def _function_of(end: Found, scene: Scene) -> str:
    functions = scene.targets(end) if end.type == "aws_lambda_function_url" else []
    return functions[0].address if functions else end.address


def _aliases(record: Found, scene: Scene) -> Iterator[Edge]:
    zones = [end for end in scene.targets(record) if end.type == "aws_route53_zone"]
    for end in scene.targets(record):
        if zones and end.type in (*_APIS, *BALANCERS, "aws_cloudfront_distribution", "aws_s3_bucket"):
            yield Edge(zones[0].address, end.address, "request", "certain", "alias record")


def _web_acls(scene: Scene, made: Components) -> Iterator[Edge]:
    for acl in scene.of_type("aws_wafv2_web_acl"):
        around = scene.pointing_to(acl)
        guarded = [item for item in around if item.address in made.owner]
        for association in around:
            if association.type == "aws_wafv2_web_acl_association":
                guarded += [end for end in scene.targets(association) if end.address != acl.address]
        for front in guarded:
            end = _api_of_stage(front, scene)
            if end.address in made.owner and end.address != acl.address:
                yield Edge(end.address, acl.address, "auth", "certain", "web ACL")


def _api_of_stage(front: Found, scene: Scene) -> Found:
    apis = [item for item in scene.targets(front) if item.type in _APIS] if front.type.endswith("_stage") else []
    return apis[0] if apis else front
