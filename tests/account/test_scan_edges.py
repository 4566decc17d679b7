"""What in an account says who calls whom: rules, notifications, roles, integrations, records, web ACLs, authorizers."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest

from account.permissions import ACTIONS
from account.scan import scan
from account.scanned import client_of
from account.session import session
from model.importing.drafting import document_text
from model.loading import read
from tests.account.conftest import Import, Imported, Refusal

ACCOUNT = "123456789012"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def built(aws: Any) -> None:
    """An order system: two functions, a table, two queues, a topic, a bucket, a bus, a workflow, APIs and guards."""
    arns = _stores(aws)
    arns |= _functions(aws, arns)
    _events(aws, arns)
    balancer = _balancer(aws)
    pool = client_of(aws, "cognito-idp").create_user_pool(
        PoolName="customers", LambdaConfig={"PostConfirmation": arns["welcome"]}
    )["UserPool"]
    arns |= {"pool": pool["Arn"], "pool_id": pool["Id"], "balancer": balancer["LoadBalancerArn"]}
    _apis(aws, arns)
    _guards(aws, arns, balancer)


def _stores(aws: Any) -> dict[str, str]:
    table = client_of(aws, "dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    for name in ("picking", "audit"):
        client_of(aws, "sqs").create_queue(QueueName=name)
    client_of(aws, "s3").create_bucket(Bucket="invoices-in")
    topic = client_of(aws, "sns").create_topic(Name="pager")["TopicArn"]
    queues = {name: f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}" for name in ("picking", "audit")}
    return {"table": table, "topic": topic, **queues}


def _functions(aws: Any, arns: Mapping[str, str]) -> dict[str, str]:
    iam = client_of(aws, "iam")
    made = {}
    code = BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return None\n")
    policies: dict[str, list[dict[str, Any]]] = {
        "place": [
            {"Effect": "Allow", "Action": ["dynamodb:PutItem", "dynamodb:UpdateItem"], "Resource": arns["table"]},
            {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": [arns["picking"]]},
            {"Effect": "Deny", "Action": "sqs:*", "Resource": arns["audit"]},
        ],
        "welcome": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": f"{arns['table']}/index/*"}],
    }
    for name, statements in policies.items():
        role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        if name == "place":
            iam.put_role_policy(RoleName=f"{name}-role", PolicyName="own", PolicyDocument=document)
        else:
            shared = iam.create_policy(PolicyName="shared", PolicyDocument=document)["Policy"]["Arn"]
            iam.attach_role_policy(RoleName=f"{name}-role", PolicyArn=shared)
        made[name] = client_of(aws, "lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role,
            Handler="main.handler",
            Code={"ZipFile": code.getvalue()},
        )["FunctionArn"]
    client_of(aws, "lambda").create_function_url_config(FunctionName="welcome", AuthType="NONE")
    return made


def _events(aws: Any, arns: Mapping[str, str]) -> None:
    events = client_of(aws, "events")
    events.create_event_bus(Name="shop")
    pattern = json.dumps({"source": ["shop"]})
    events.put_rule(Name="placed", EventBusName="shop", EventPattern=pattern, State="ENABLED")
    events.put_targets(Rule="placed", EventBusName="shop", Targets=[{"Id": "1", "Arn": arns["audit"]}])
    notified = {
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arns["place"], "Events": ["s3:ObjectCreated:*"]}]
    }
    client_of(aws, "s3").put_bucket_notification_configuration(Bucket="invoices-in", NotificationConfiguration=notified)
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": arns["place"], "End": True}}})
    role = f"arn:aws:iam::{ACCOUNT}:role/place-role"
    client_of(aws, "stepfunctions").create_state_machine(name="refund", definition=definition, roleArn=role)
    client_of(aws, "cloudwatch").put_metric_alarm(
        AlarmName="late",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=60,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[arns["topic"]],
    )


def _balancer(aws: Any) -> dict[str, Any]:
    ec2 = client_of(aws, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"us-east-1{'ab'[i]}")["Subnet"][
            "SubnetId"
        ]
        for i in range(2)
    ]
    made: dict[str, Any] = client_of(aws, "elbv2").create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][
        0
    ]
    return made


def _apis(aws: Any, arns: Mapping[str, str]) -> None:
    rest = client_of(aws, "apigateway")
    api = rest.create_rest_api(name="orders")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.create_authorizer(restApiId=api, name="customers", type="COGNITO_USER_POOLS", providerARNs=[arns["pool"]])
    path = rest.create_resource(restApiId=api, parentId=root, pathPart="jobs")["id"]
    rest.put_method(restApiId=api, resourceId=path, httpMethod="POST", authorizationType="NONE")
    rest.put_integration(
        restApiId=api, resourceId=path, httpMethod="POST", type="AWS", integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:us-east-1:sqs:path/{ACCOUNT}/picking",
    )  # fmt: skip
    http = client_of(aws, "apigatewayv2")
    fast = http.create_api(Name="fast", ProtocolType="HTTP")["ApiId"]
    listener = arns["balancer"].replace(":loadbalancer/", ":listener/") + "/0123456789abcdef"
    target = http.create_integration(
        ApiId=fast, IntegrationType="HTTP_PROXY", IntegrationUri=listener, IntegrationMethod="ANY"
    )["IntegrationId"]
    http.create_route(ApiId=fast, RouteKey="GET /items", Target=f"integrations/{target}")
    http.create_authorizer(
        ApiId=fast, Name="customers", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": f"https://cognito-idp.us-east-1.amazonaws.com/{arns['pool_id']}"},
    )  # fmt: skip


def _guards(aws: Any, arns: Mapping[str, str], balancer: Mapping[str, Any]) -> None:
    dns = client_of(aws, "route53")
    zone = dns.create_hosted_zone(Name="shop.example", CallerReference="1")["HostedZone"]["Id"]
    alias = {
        "HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": f"dualstack.{balancer['DNSName']}.", "EvaluateTargetHealth": False,
    }  # fmt: skip
    record = {"Name": "www.shop.example", "Type": "A", "AliasTarget": alias}
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    rule = {
        "Name": "known", "Priority": 0, "Action": {"Block": {}}, "VisibilityConfig": seen,
        "Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"]}},
    }  # fmt: skip
    guard = client_of(aws, "wafv2")
    acl = guard.create_web_acl(
        Name="shield", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen, Rules=[rule]
    )["Summary"]["ARN"]
    guard.associate_web_acl(WebACLArn=acl, ResourceArn=arns["balancer"])


@pytest.fixture(scope="module")
def orders(imported: Import) -> Imported:
    """The account with the order system in it, scanned and drafted once for all."""
    return imported(built, "orders")


EDGES = {
    ("users", "welcome_lambda", "request"): "certain",
    ("shop_eventbridge", "audit_sqs", "event"): "certain",
    ("invoices_in_s3", "place_lambda", "event"): "certain",
    ("refund_step_functions", "place_lambda", "request"): "certain",
    ("cloudwatch", "pager_sns", "event"): "certain",
    ("customers_cognito", "welcome_lambda", "event"): "certain",
    ("orders_api_gateway", "picking_sqs", "event"): "certain",
    ("fast_api_gateway", "front_alb", "request"): "certain",
    ("orders_api_gateway", "customers_cognito", "auth"): "certain",
    ("fast_api_gateway", "customers_cognito", "auth"): "certain",
    ("route53", "front_alb", "request"): "certain",
    ("front_alb", "shield_waf", "auth"): "certain",
    ("place_lambda", "orders_dynamodb", "write"): "likely",
    ("place_lambda", "picking_sqs", "event"): "likely",
    ("welcome_lambda", "orders_dynamodb", "read"): "likely",
}


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: " ".join(edge))
def test_each_setting_of_the_account_is_a_connection(orders: Imported, edge: tuple[str, str, str]) -> None:
    """Certain where it is written outright, likely where a role only permits it."""
    found = {(link.source, link.target, link.kind): link.certainty for link in orders.drafted.report.connections}
    assert found.get(edge) == EDGES[edge], sorted(found)


def test_the_policy_grants_every_call(orders: Imported) -> None:
    """What a scan of an account asks stands in what `--policy` prints."""
    assert len(orders.actions) > 40
    assert orders.actions <= set(ACTIONS["import account"])


def test_permissions_keep_to_their_statements(orders: Imported) -> None:
    """What is denied is no connection, and sending to a queue does not make a table read."""
    found = {(link.source, link.target, link.kind) for link in orders.drafted.report.connections}
    assert ("place_lambda", "audit_sqs", "event") not in found
    assert ("place_lambda", "orders_dynamodb", "read") not in found
    assert ("welcome_lambda", "orders_dynamodb", "write") not in found


def test_the_draft_loads_with_routes_of_every_integration(orders: Imported) -> None:
    """A queue and a balancer behind APIs are routes as functions are; the ACL's rule is counted."""
    inventory, made, _ = orders
    assert (inventory.partial, inventory.warnings) == (False, ())
    components: Any = read(document_text(made.document)).components
    assert components["shield_waf"].rules == 1
    routes = {(one["method"], one["path"]) for one in made.document["endpoints"].values()}
    assert {("POST", "/jobs"), ("GET", "/items")} <= routes


@pytest.mark.parametrize(
    ("operation", "code", "words"),
    [
        ("ListRolePolicies", "AccessDenied", "roles: partial or missing: the permission iam:ListRolePolicies"),
        ("ListFunctionUrlConfigs", "AccessDenied", "function URLs: partial or missing: the permission lambda:"),
        ("ListHostedZones", "AccessDenied", "zones: partial or missing: the permission route53:ListHostedZones"),
        ("ListWebACLs", "WAFInternalErrorException", "web ACLs: partial or missing: AWS refused wafv2:ListWebACLs"),
        ("ListUserPools", "TooManyRequestsException", "user pools: partial or missing: AWS throttled"),
        ("DescribeAlarms", "Throttling", "alarms: partial or missing: AWS throttled cloudwatch:DescribeAlarms"),
        ("ListEventBuses", "AccessDeniedException", "event rules: partial or missing: the permission"),
        ("GetBucketNotificationConfiguration", "AccessDenied", "the permission s3:GetBucketNotification is needed"),
        ("ListStateMachines", "AccessDeniedException", "workflows: partial or missing: the permission"),
    ],
)
def test_a_refused_service_leaves_the_others(aws: str, refuses: Refusal, operation: str, code: str, words: str) -> None:
    """Each by itself, with the permission that the policy has."""
    here = session("us-east-1", attempts=1)
    client_of(here, "sqs").create_queue(QueueName="jobs")
    client_of(here, "s3").create_bucket(Bucket="some-bucket")
    _functions(here, dict.fromkeys(("table", "picking", "audit"), f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"))
    refuses({operation: code})
    inventory = scan(here)
    (warning,) = inventory.warnings
    assert words in warning
    types = {found.type for found in inventory.resources}
    assert {"aws_sqs_queue", "aws_lambda_function", "aws_s3_bucket"} <= types
    assert inventory.partial
