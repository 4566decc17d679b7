"""Which IAM actions each command needs, and the policy that grants them: read-only but for `budgets push`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from model.problems import UnknownName

ACTIONS: Final[Mapping[str, Sequence[str]]] = {
    "actuals": ("ce:GetCostAndUsage",),
    "budgets push": (
        "budgets:ModifyBudget",
        "budgets:ViewBudget",
        "sts:GetCallerIdentity",
    ),
    "calibrate": (
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "cloudwatch:GetMetricData",
        "logs:FilterLogEvents",
    ),
    "import account": (
        "apigateway:GET",
        "application-autoscaling:DescribeScalableTargets",
        "apprunner:ListAssociatedServicesForWebAcl",
        "cloudfront:ListDistributions",
        "cloudwatch:DescribeAlarms",
        "cognito-idp:DescribeUserPool",
        "cognito-idp:ListResourcesForWebACL",
        "cognito-idp:ListUserPools",
        "dynamodb:DescribeTable",
        "dynamodb:ListTables",
        "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeNatGateways",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVolumes",
        "ec2:DescribeVpcs",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
        "ecs:ListClusters",
        "ecs:ListServices",
        "elasticache:DescribeCacheClusters",
        "elasticache:DescribeReplicationGroups",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "events:ListEventBuses",
        "events:ListRules",
        "events:ListTargetsByRule",
        "iam:GetInstanceProfile",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "lambda:ListEventSourceMappings",
        "lambda:ListFunctionUrlConfigs",
        "lambda:ListFunctions",
        "rds:DescribeDBClusters",
        "rds:DescribeDBInstances",
        "route53:ListHostedZones",
        "route53:ListResourceRecordSets",
        "s3:GetBucketLocation",
        "s3:GetBucketNotification",
        "s3:ListAllMyBuckets",
        "secretsmanager:ListSecrets",
        "sns:ListSubscriptions",
        "sns:ListTopics",
        "sqs:GetQueueAttributes",
        "sqs:ListQueues",
        "states:DescribeStateMachine",
        "states:ListStateMachines",
        "wafv2:GetWebACL",
        "wafv2:ListResourcesForWebACL",
        "wafv2:ListWebACLs",
    ),
    "prices refresh": ("pricing:GetProducts",),
}
"""By command: the IAM actions that it calls, sorted. The Service Authorization Reference lists them by service.

`wafv2:ListResourcesForWebACL` asks for the permission of the guarded service besides (AWS WAF developer guide).
"""


def actions_of(command: str) -> Sequence[str]:
    """The IAM actions of a command; raise UnknownName for another word."""
    if command not in ACTIONS:
        raise UnknownName("a command that asks an AWS account", command, ACTIONS)
    return ACTIONS[command]


def policy_text(command: str) -> str:
    """The IAM policy that a command needs, as JSON for a role or a user.

    None of these calls takes a resource narrower than the account, but for budgets, which have an ARN each.
    """
    resource = "arn:aws:budgets::*:budget/*"
    statements = [
        {"Effect": "Allow", "Action": list(group), "Resource": where}
        for where, group in (
            (resource, [action for action in actions_of(command) if action.startswith("budgets:")]),
            ("*", [action for action in actions_of(command) if not action.startswith("budgets:")]),
        )
        if group
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"
