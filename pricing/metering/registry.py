"""The metering rule of every component kind; a rule's module is imported when a graph first needs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from pricing.metering.site import Rule

_WHERE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("web_client", "mobile_client", "api_client", "users"), "unbilled:meter_nothing"),
    **dict.fromkeys(("tool", "software", "operator", "github_actions"), "unbilled:meter_nothing"),
    **dict.fromkeys(("social_network", "oauth_provider", "recaptcha"), "unbilled:meter_free_api"),
    **dict.fromkeys(("alb", "nlb", "clb"), "load_balancer:meter_load_balancer"),
    "acm": "account:meter_acm",
    "amplify": "amplify:meter_amplify",
    "api_gateway": "api_gateway:meter_api_gateway",
    "app_runner": "app_runner:meter_app_runner",
    "aurora": "aurora:meter_aurora",
    "backup": "account:meter_backup",
    "bedrock": "bedrock:meter_bedrock",
    "budgets": "account:meter_budgets",
    "clerk": "external_platforms:meter_clerk",
    "cloudformation": "account:meter_cloudformation",
    "cloudfront": "cloudfront:meter_cloudfront",
    "cloudtrail": "cloudtrail:meter_cloudtrail",
    "cloudwatch": "cloudwatch:meter_cloudwatch",
    "code_pipeline": "account:meter_code_pipeline",
    "cognito": "cognito:meter_cognito",
    "data_transfer": "vpc:meter_data_transfer",
    "dynamodb": "dynamodb:meter_dynamodb",
    "ec2": "ec2:meter_ec2",
    "ecr": "ecr:meter_ecr",
    "elasticache": "elasticache:meter_elasticache",
    "eventbridge": "eventbridge:meter_eventbridge",
    "external_api": "external:meter_external_api",
    "fargate": "fargate:meter_fargate",
    "iam": "account:meter_iam",
    "internet_gateway": "vpc:meter_internet_gateway",
    "kms": "kms:meter_kms",
    "lambda": "lambda_function:meter_lambda",
    "mapbox": "external:meter_mapbox",
    "nat_gateway": "vpc:meter_nat_gateway",
    "openai": "external_platforms:meter_openai",
    "opensearch": "opensearch:meter_opensearch",
    "opensearch_serverless": "opensearch:meter_opensearch_serverless",
    "public_ipv4": "vpc:meter_public_ipv4",
    "rds": "rds:meter_rds",
    "rds_proxy": "rds_proxy:meter_rds_proxy",
    "route53": "route53:meter_route53",
    "s3": "s3:meter_s3",
    "secrets_manager": "secrets_manager:meter_secrets_manager",
    "sendgrid": "external:meter_sendgrid",
    "sentry": "external:meter_sentry",
    "ses": "ses:meter_ses",
    "shield": "account:meter_shield",
    "sns": "sns:meter_sns",
    "sqs": "sqs:meter_sqs",
    "step_functions": "step_functions:meter_step_functions",
    "stripe": "external:meter_stripe",
    "supabase": "external_platforms:meter_supabase",
    "twilio": "external:meter_twilio",
    "vercel": "external_platforms:meter_vercel",
    "vpc": "vpc:meter_vpc",
    "vpc_endpoint": "vpc:meter_vpc_endpoint",
    "waf": "waf:meter_waf",
    "xray": "xray:meter_xray",
}


@cache
def rule_of(kind: str) -> Rule:
    """The rule of a kind; KeyError when it has none."""
    module, name = _WHERE[kind].split(":")
    rule: Rule = getattr(import_module(f"pricing.metering.{module}"), name)
    return rule


KINDS: Final = tuple(sorted(_WHERE))
"""The kinds that have a rule."""
