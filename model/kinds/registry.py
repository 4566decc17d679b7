"""Every component kind by name; a kind's module is imported when a document first uses it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from model.component import Component

_WHERE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("web_client", "mobile_client", "api_client", "users"), "client:Client"),
    **dict.fromkeys(("tool", "software", "operator", "github_actions"), "development:Tool"),
    **dict.fromkeys(("social_network", "oauth_provider", "recaptcha"), "external:FreeApi"),
    **dict.fromkeys(("alb", "nlb", "clb"), "load_balancer:LoadBalancer"),
    "acm": "acm:Acm",
    "amplify": "amplify:Amplify",
    "api_gateway": "api_gateway:ApiGateway",
    "app_runner": "app_runner:AppRunner",
    "aurora": "aurora:Aurora",
    "backup": "account:Backup",
    "bedrock": "bedrock:Bedrock",
    "budgets": "account:Budgets",
    "clerk": "clerk:Clerk",
    "cloudformation": "account:CloudFormation",
    "cloudfront": "cloudfront:CloudFront",
    "cloudtrail": "cloudtrail:CloudTrail",
    "cloudwatch": "cloudwatch:CloudWatch",
    "code_pipeline": "account:CodePipeline",
    "cognito": "cognito:Cognito",
    "data_transfer": "vpc:DataTransfer",
    "dynamodb": "dynamodb:DynamoDb",
    "ec2": "ec2:Ec2",
    "ecr": "ecr:Ecr",
    "elasticache": "elasticache:ElastiCache",
    "eventbridge": "eventbridge:EventBridge",
    "external_api": "external:ExternalApi",
    "fargate": "fargate:Fargate",
    "iam": "account:Iam",
    "internet_gateway": "vpc:InternetGateway",
    "kms": "kms:Kms",
    "lambda": "lambda_function:LambdaFunction",
    "mapbox": "mapbox:Mapbox",
    "nat_gateway": "vpc:NatGateway",
    "openai": "openai:OpenAi",
    "opensearch": "opensearch:OpenSearch",
    "opensearch_serverless": "opensearch:OpenSearchServerless",
    "public_ipv4": "vpc:PublicIpv4",
    "rds": "rds:Rds",
    "rds_proxy": "rds_proxy:RdsProxy",
    "route53": "route53:Route53",
    "s3": "s3:S3",
    "secrets_manager": "secrets_manager:SecretsManager",
    "sendgrid": "sendgrid:SendGrid",
    "sentry": "sentry:Sentry",
    "ses": "ses:Ses",
    "shield": "shield:Shield",
    "sns": "sns:Sns",
    "sqs": "sqs:Sqs",
    "step_functions": "step_functions:StepFunctions",
    "stripe": "stripe:Stripe",
    "supabase": "supabase:Supabase",
    "twilio": "twilio:Twilio",
    "vercel": "vercel:Vercel",
    "vpc": "vpc:Vpc",
    "vpc_endpoint": "vpc:VpcEndpoint",
    "waf": "waf:Waf",
    "xray": "xray:XRay",
}

KINDS: Final = tuple(sorted(_WHERE))
"""The names of all kinds."""


@cache
def kind_class(kind: str) -> type[Component]:
    """The class of a kind; KeyError when there is none."""
    module, name = _WHERE[kind].split(":")
    found = getattr(import_module(f"model.kinds.{module}"), name)
    if not (isinstance(found, type) and issubclass(found, Component)):
        raise TypeError(f"{module}:{name} is not a component class")
    return found
