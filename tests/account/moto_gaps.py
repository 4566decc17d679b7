"""Listing operations that moto's server does not have, over what its backends hold."""

from __future__ import annotations

import json
from typing import Any

from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.awslambda import urls as lambda_urls
from moto.awslambda.responses import LambdaResponse
from moto.wafv2.responses import WAFV2Response

_KINDS = {
    "APPLICATION_LOAD_BALANCER": ":loadbalancer/app/",
    "API_GATEWAY": ":apigateway:",
    "COGNITO_USER_POOL": ":userpool/",
    "APP_RUNNER_SERVICE": ":apprunner:",
}


def _get_authorizers(self: Any) -> Any:
    api = self.apigatewayv2_backend.get_api(self.path.split("/")[-2])
    return 200, {}, json.dumps({"items": [one.to_json() for one in api.authorizers.values()]})


def _list_resources_for_web_acl(self: Any) -> Any:
    asked = json.loads(self.body)
    held = self.wafv2_backend.wacls[asked["WebACLArn"]].associated_resources
    part = _KINDS[asked["ResourceType"]]
    return 200, {}, json.dumps({"ResourceArns": [arn for arn in held if part in arn]})


def _list_function_url_configs(self: Any) -> Any:
    function = self.backend.get_function(self.path.split("/")[-2])
    held = [function.url_config.to_dict()] if function.url_config else []
    return 200, {}, json.dumps({"FunctionUrlConfigs": held})


def fill() -> None:
    """Give moto's response classes the operations."""
    LambdaResponse.list_function_url_configs = _list_function_url_configs  # type: ignore[attr-defined]
    path = r"{0}/2021-10-31/functions/(?P<function_name>[^/]+)/urls$"
    lambda_urls.url_paths[path] = LambdaResponse.dispatch
    ApiGatewayV2Response.get_authorizers = _get_authorizers  # type: ignore[attr-defined]
    WAFV2Response.list_resources_for_web_acl = _list_resources_for_web_acl  # type: ignore[attr-defined]
