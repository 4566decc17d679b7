"""Reading what an account holds: every service by itself, so that what one refuses leaves the others whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from account.errors import AccountRefusal, NoCredentials, PermissionMissing
from account.scan_data import buckets, caches, databases, queues, secrets, tables, topics
from account.scan_events import rules, workflows
from account.scan_fronts import apis, balancers, distributions, http_apis
from account.scan_grants import roles
from account.scan_guards import alarms, user_pools, web_acls, zones
from account.scan_network import instances, network
from account.scan_work import function_urls, functions, services
from account.scanned import Part
from account.session import told
from model.importing.found import Edge, Found, Inventory, Route, Scene
from model.importing.identities import with_identities

if TYPE_CHECKING:
    import boto3

Progress = Callable[[str], object]


class Step(NamedTuple):
    """One service's part of a scan: what reads it, and the IAM actions that it takes."""

    name: str
    read: Callable[..., Iterator[Part]]
    actions: tuple[str, ...]
    of_found: bool = False
    """Whether it reads more of what the steps before it have found."""


STEPS: Final = (
    Step(
        "network",
        network,
        (
            "ec2:DescribeInternetGateways",
            "ec2:DescribeNatGateways",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ),
    ),
    Step("instances", instances, ("ec2:DescribeInstances", "ec2:DescribeVolumes")),
    Step(
        "load balancers",
        balancers,
        (
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        ),
    ),
    Step(
        "ECS services",
        services,
        (
            "application-autoscaling:DescribeScalableTargets",
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:ListClusters",
            "ecs:ListServices",
        ),
    ),
    Step("functions", functions, ("lambda:ListEventSourceMappings", "lambda:ListFunctions")),
    Step("function URLs", function_urls, ("lambda:ListFunctionUrlConfigs",), of_found=True),
    Step("databases", databases, ("rds:DescribeDBClusters", "rds:DescribeDBInstances")),
    Step("caches", caches, ("elasticache:DescribeCacheClusters", "elasticache:DescribeReplicationGroups")),
    Step("tables", tables, ("dynamodb:DescribeTable", "dynamodb:ListTables")),
    Step("buckets", buckets, ("s3:GetBucketLocation", "s3:GetBucketNotification", "s3:ListAllMyBuckets")),
    Step("queues", queues, ("sqs:GetQueueAttributes", "sqs:ListQueues")),
    Step("topics", topics, ("sns:ListSubscriptions", "sns:ListTopics")),
    Step("secrets", secrets, ("secretsmanager:ListSecrets",)),
    Step("distributions", distributions, ("cloudfront:ListDistributions",)),
    Step("REST APIs", apis, ("apigateway:GET",)),
    Step("HTTP APIs", http_apis, ("apigateway:GET",)),
    Step(
        "event rules",
        rules,
        ("events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule", "ecs:DescribeTaskDefinition"),
    ),
    Step("workflows", workflows, ("states:DescribeStateMachine", "states:ListStateMachines")),
    Step("user pools", user_pools, ("cognito-idp:DescribeUserPool", "cognito-idp:ListUserPools")),
    Step(
        "web ACLs",
        web_acls,
        (
            "wafv2:GetWebACL",
            "wafv2:ListResourcesForWebACL",
            "wafv2:ListWebACLs",
            "apprunner:ListAssociatedServicesForWebAcl",
            "cognito-idp:ListResourcesForWebACL",
        ),
    ),
    Step("zones", zones, ("route53:ListHostedZones", "route53:ListResourceRecordSets")),
    Step("alarms", alarms, ("cloudwatch:DescribeAlarms",)),
    Step(
        "roles",
        roles,
        (
            "iam:GetInstanceProfile",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
        ),
        of_found=True,
    ),
)
"""What a scan reads, in order."""


_NEEDS: Final = "to read what stands in the account"


def scan(aws: boto3.Session, name: str = "account", progress: Progress = lambda text: None) -> Inventory:
    """The resources of the session's account in its region, without those that nothing stands in.

    A service that is denied, throttled or unreachable makes the inventory partial, with what is missing among the
    warnings; raise NoCredentials when nobody is signed in.
    """
    parts: list[Part] = []
    refused: list[str] = []
    for step in STEPS:
        progress(step.name)
        try:
            with told(*step.actions, needs=_NEEDS):
                parts.extend(step.read(aws, tuple(parts)) if step.of_found else step.read(aws))
        except NoCredentials:
            raise
        except AccountRefusal as error:
            refused.append(_missing(step, error))
    inventory = Inventory(
        source="account",
        name=name,
        resources=_once(part for part in parts if isinstance(part, Found)),
        region=aws.region_name,
        edges=tuple(part for part in parts if isinstance(part, Edge)),
        routes=tuple(part for part in parts if isinstance(part, Route)),
        warnings=tuple(refused),
        partial=bool(refused),
    )
    return _in_use(with_identities(inventory))


def _missing(step: Step, error: AccountRefusal) -> str:
    if isinstance(error, PermissionMissing):
        return f"{step.name}: partial or missing: the permission {error.action} is needed"
    return f"{step.name}: partial or missing: {error}"


def _once(resources: Iterator[Found]) -> tuple[Found, ...]:
    return tuple({found.address: found for found in resources}.values())


_NETWORK: Final = frozenset(
    {"aws_vpc", "aws_subnet", "aws_security_group", "aws_route_table", "aws_route_table_association",
     "aws_internet_gateway"}
)  # fmt: skip


def _in_use(inventory: Inventory) -> Inventory:
    """Without the networks that nothing stands in: every region comes with one."""
    scene = Scene(inventory)
    used: set[str] = set()
    waiting = [found for found in inventory.resources if found.type not in _NETWORK]
    while waiting:
        for end in scene.targets(waiting.pop()):
            if end.address not in used:
                used.add(end.address)
                waiting.append(end)
    beside = ("aws_route_table", "aws_route_table_association", "aws_internet_gateway")
    for found in scene.of_type(*beside):
        if any(end.address in used and end.type in ("aws_vpc", "aws_subnet") for end in scene.targets(found)):
            used.add(found.address)
    kept = tuple(item for item in inventory.resources if item.type not in _NETWORK or item.address in used)
    return replace(inventory, resources=kept)
